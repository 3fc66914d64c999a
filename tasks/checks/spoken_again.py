"""Numbers that a text takes up from what it speaks of: a customer's own figure, a model's number in the plural."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.comparing import is_comparable
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.units import factor_of
from tasks.checks.words import Word, plain, words_of

__all__ = ["asked_of", "of_model"]

_PLURAL = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?:\s?[-–]\s?(?P<high>\d+))?s")


_DENYING = re.compile(
    r"\b(?:not|no|never|sorry|afraid|too|below|above|past|under|over|instead|rather|larger|smaller|longer|bigger|shorter|still|only|short|outside|beyond|unfortunately|within)\b|n't\b"
)
_LIMIT = re.compile(r"(?:^|_| )(?:min|max|up to|fits|takes|holds|from|limit|range)")


def asked_of(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    """The question that names this very number: "at 14 months you're covered" answers "stopped after 14 months".

    The unit may be left out on either side. Money is no such thing: a price is the shop's to state.
    """
    if quantity.dimension in ("price", "percent") or _is_rival(sentence, quantity, index):
        return None
    for number, asked in index.derived.get("asked_numbers", ()):
        if asked.dimension in ("price", "percent"):
            continue
        if is_comparable(quantity, asked):
            pairs = [(quantity.low, asked.low), (quantity.high, asked.high)]
        elif not quantity.dimension and asked.unit:
            factor = factor_of(asked.dimension, asked.unit)
            pairs = [(quantity.low, asked.low / factor), (quantity.high, asked.high / factor)]
        elif not asked.dimension and quantity.unit and not asked.is_worded:
            factor = factor_of(quantity.dimension, quantity.unit)
            pairs = [(quantity.low / factor, asked.low), (quantity.high / factor, asked.high)]
        else:
            continue
        if all(abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-9) for a, b in pairs):
            return index.facts[number]
    return None


def _is_rival(sentence: str, quantity: Quantity, index: FactIndex) -> bool:
    """Whether the facts count the same thing otherwise, or bound the same measure below or above this value.

    "The boat takes four guests" where it takes six; "slides through a 74 cm door" where doors have 78 at least.
    """
    if not quantity.dimension:
        after = [w for w in words_of(sentence, index.locale) if w.start >= quantity.end][:1]
        if not after or re.search(r"[,;:.!?]", sentence[quantity.end : after[0].start]):
            return False
        return any(
            not q.dimension
            and q.unit not in ("items", "list")
            and q.low != quantity.low
            and _counts(after[0], index.facts[i].value[q.end :], index.names[i], index.locale)
            for i, q in index.quantities
        )
    if quantity.dimension in ("time", "calendar") or _DENYING.search(plain(sentence)):
        return False
    bounds = [
        (plain(f"{index.facts[i].name.replace('_', ' ')} {index.facts[i].value}"), q)
        for i, q in index.quantities
        if is_comparable(quantity, q)
    ]
    admitting = [
        q.low <= quantity.low <= q.high
        if q.is_range
        else quantity.low >= q.low
        if re.search(r"\bmin|from\b|at least|and (?:over|up)", said)
        else quantity.low <= q.high
        for said, q in bounds
        if q.is_range or _LIMIT.search(said)
    ]
    return bool(admitting) and not any(admitting)


def _counts(noun: Word, value: str, names: frozenset[str], locale: str) -> bool:
    """Whether a number of a fact counts ``noun``: by the fact's name, or by the words up to the next stop or "per"."""
    said = re.split(r"[,;:.()]|\b(?:per|each|every|for|from|of)\b", value, maxsplit=1)[0]
    return noun.stem in names or any(w.stem == noun.stem for w in words_of(said, locale)[:3])


def of_model(quantity: Quantity, index: FactIndex) -> Fact | None:
    """ "Your Switchback 3s", "bring the 33s", "the 5-6s": the plural of a number that a fact has, and no seconds."""
    match = _PLURAL.fullmatch(plain(quantity.words))
    if not match or quantity.unit != "second":
        return None
    for fact in index.facts:
        said = plain(f"{fact.name} {fact.value}")
        if all(
            re.search(rf"(?<![\d.,]){re.escape(end)}(?![\d]|[.,]\d)", said)
            for end in match.groups()
            if end
        ):
            return fact
    return None
