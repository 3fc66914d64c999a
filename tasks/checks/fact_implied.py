"""What follows from whole phrases of the facts: hand wash only means not for the dishwasher; an old price means a saving."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.fact_index import FactIndex, Held
from tasks.checks.words import plain, words_of

__all__ = ["FALSE", "TRUE", "imply"]


TRUE = frozenset({"true", "yes", "y", "ja", "oui", "included", "inkl"})


FALSE = frozenset(
    {
        "false",
        "no",
        "n",
        "none",
        "nein",
        "not included",
        "excluded",
        "non",
        "n/a",
        "nicht enthalten",
        "keine",
    }
)


_IMPLIED = (
    (
        re.compile(
            r"\b(?:hand[- ]?wash(?:ing)? only|only (?:wash )?by hand|surface wash only|spot clean only|sponge clean only|handwäsche)\b"
        ),
        "dishwasher safe proof machine washable tumble dryer dry",
        False,
    ),
    (re.compile(r"\b(?:hand[- ]?wash)\b"), "wash", True),
    (re.compile(r"\bdry[- ]clean(?:ing)? only\b"), "machine tumble washable dryer", False),
    (
        re.compile(r"\bmachine wash|machine[- ]washable|washable at|waschbar|machine at\b"),
        "wash washable machine",
        True,
    ),
)


def imply(index: FactIndex) -> None:
    """Hold what follows from whole phrases: hand wash only means not for the dishwasher; an old price means a saving."""
    for number, fact in enumerate(index.facts):
        for pattern, words, is_positive in _IMPLIED:
            if pattern.search(plain(fact.value)):
                for word in words_of(words, index.locale):
                    for form in {word.lemma, word.stem}:
                        if is_positive or form not in index.held:
                            index.held.setdefault(form, []).append(Held(number, is_positive, False))
        if (
            re.search(r"wash|care|clean|laundry|pflege|waschen", plain(fact.name))
            and re.search(
                r"\d\s?(?:°|degrees?|grad)|\bcycle\b|\bprogramme\b", plain(fact.value + fact.name)
            )
            and not re.search(r"hand|dry[- ]clean|sponge|spot|wipe|dishwasher", plain(fact.value))
        ):
            for word in words_of("machine wash washable washing machine", index.locale):
                for form in {word.stem, word.lemma}:
                    index.held.setdefault(form, []).append(Held(number, True, False))
        if (
            re.search(r"certif|zertif|siegel|label|safety|norm|tested|standard", plain(fact.name))
            and plain(fact.value) not in FALSE
        ):
            for word in words_of(
                "certified certification certificate tested zertifiziert zertifikat siegel geprüft getestet",
                index.locale,
            ):
                for form in {word.stem, word.lemma}:
                    index.held.setdefault(form, []).append(Held(number, True, False))
        if plain(fact.value) not in FALSE and _price_pair(index) and "price" in plain(fact.name):
            for word in words_of("save saving reduced discount offer deal off", "en"):
                for form in {word.stem, word.lemma}:
                    index.held.setdefault(form, []).append(Held(number, True, False))
        if (
            re.search(
                r"(?:^|_)(?:was|rrp|original|old|offer|sale|discount|reduced|special)(?:_|$)",
                plain(fact.name),
            )
            and fact.value
        ):
            for word in words_of(
                "save saving reduced discount offer special deal sale off price promotion", "en"
            ):
                index.held.setdefault(word.stem, []).append(Held(number, True, False))
                index.held.setdefault(word.lemma, []).append(Held(number, True, False))


def _price_pair(index: FactIndex) -> bool:
    """Whether two prices of one thing are given, so that one may be spoken of as a saving."""
    return (
        len(
            {
                i
                for i, q in index.quantities
                if q.dimension == "price" and "price" in plain(index.facts[i].name)
            }
        )
        > 1
    )
