"""Numbers that a text takes up from what it speaks of: a customer's own figure, a model's number in the plural."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.comparing import is_comparable
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.proportions import total_reviews
from tasks.checks.source_counts import SAME_NOUN
from tasks.checks.units import factor_of
from tasks.checks.words import Word, plain, words_of

__all__ = ["asked_of", "number_of_name", "of_model", "sole_count"]

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


_GENERAL = frozenset(
    "mention count number total find found share say report review reviewer custom buyer people owner rate average n "
    "of the a in to".split()
)


def sole_count(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], words: tuple[Word, ...], index: FactIndex
) -> Fact | None:  # fmt: skip
    """The fact whose count this is, where the sentence speaks of what it counts and of nothing that another counts.

    "Some shedding is to be expected: 164 of 1,011 mention it"; "677 bakers, 4.4 stars".
    """
    total = total_reviews(index)
    if total and quantity.low == total[0] >= 20:
        others = {
            q.low for q in find_quantities(sentence, index.locale) if q.start != quantity.start
        }
        rated = {
            q.low for i, q in index.quantities if q.low < 10 and not q.dimension and q.decimals
        }
        if others & rated:
            return total[1]
    counts = [
        (i, q)
        for i, q in index.quantities
        if not q.dimension and q.unit not in ("items", "list") and not index.identity[i]
    ]
    own = [(i, q) for i, q in matching if (i, q) in counts]
    if len({i for i, _ in own}) != 1:
        return None
    said = frozenset(w.stem for w in words if not w.is_number)
    i, q = own[0]
    mine = _spoken(i, q, index)
    if not mine & said:
        return None
    for j, other in counts:
        if j == i and other == q:
            continue
        if other.low != q.low and (_spoken(j, other, index) - mine) & said:
            return None
    return index.facts[i]


def _spoken(fact: int, quantity: Quantity, index: FactIndex) -> frozenset[str]:
    """What a count of the facts is about, without the words that every count has."""
    about = index.about.get((fact, quantity), index.context[fact]) | index.names[fact]
    return about - _GENERAL - SAME_NOUN[0]


_NAMED_BEFORE = re.compile(r"(?:\b(?:the|a|an|your|our|for|and|or)|,|[A-Z]\w+)\s*$")
_ENDS = re.compile(
    r"\s*(?:$|[.,;:!?)—–]|(?:and|or|is|was|are|down|up|sits?|in|on|at|to|for|with|the)\b)"
)


def number_of_name(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    """The model's number that a text says by itself: "the 400, 420 and 450", "your 2022", "the Corduroy 5"."""
    if (
        quantity.dimension
        or quantity.is_worded
        or quantity.is_range
        or not quantity.low.is_integer()
    ):
        return None
    if not _NAMED_BEFORE.search(sentence[: quantity.start]) or not _ENDS.match(
        sentence[quantity.end :]
    ):
        return None
    digits = re.escape(quantity.words)
    word = re.search(r"([A-Z]\w+)\s*$", sentence[: quantity.start])
    if quantity.low < 100 and not word:
        return None
    before = re.escape(word.group(1)) if word else r"[A-Z][\w-]*(?: [a-z]+)?"
    pattern = re.compile(rf"\b{before} {digits}(?![\d.,]*\d)")
    return next((fact for fact in index.facts if pattern.search(fact.value)), None)
