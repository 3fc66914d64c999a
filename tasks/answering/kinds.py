"""What kind of value a question asks for, whether a fact has it, and whether its name is about that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tasks.answering.concepts import by_id
from tasks.answering.facts import KnownFact
from tasks.answering.naming import NUMBER_WORD, is_named_by
from tasks.answering.synonyms import one_word
from tasks.answering.tables import table
from tasks.answering.text import stem

__all__ = ["answers_kinds", "is_asked_for", "is_of_kind", "kinds_of"]

_SAYS_INCLUDED = re.compile(
    r"\b(?:includ\w*|supplied|provided|separately|extra|in the box|comes? with|optional)\b"
)
_SAYS_STOCK = re.compile(
    r"\b(?:stock|sold out|available|unavailable|left(?! hand)|pre ?order|back ?order|until|from)\b"
)
_MONTHS = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_HEADS: dict[str, str] = {
    stem(word): kind
    for kind, block in {
        "mass": "weight mass load",
        "distance": "width height depth length diameter thickness size sizes dimensions measurements range clearance",
        "money": "price cost fee charge surcharge rate",
        "free": "free threshold",
        "duration": "time duration life window turnaround lifetime",
        "temperature": "temperature",
        "included": "included supplied",
        "stock": "stock availability available",
        "material": "material fabric composition",
        "": "area colour colours type content capacity volume power speed finish pattern number count brand origin "
        "warranty guarantee method options care code style shape level rating format design",
    }.items()
    for word in block.split()
}
"""What a compound name is about: 'slot width' is a width, not slots. The question must ask for that."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile("|".join(patterns)))
        for name, patterns in table("second_look")["kinds"].items()
    )


def answers_kinds(facts: Sequence[KnownFact], normal: str) -> bool:
    """True where a question asks for a kind alone ('and how long does that take') and one of the facts says it."""
    kinds = [kind for kind in kinds_of(normal) if kind != "included"]
    return bool(kinds) and any(is_of_kind(fact, kinds) for fact in facts)


def kinds_of(normal: str) -> list[str]:
    """The kinds of value that a normal question asks for: money, duration, mass …"""
    return [name for name, pattern in _patterns() if pattern.search(normal)]


def is_of_kind(fact: KnownFact, kinds: Sequence[str]) -> bool:
    """The value is of every kind that the question asks for: a price for 'how much', a duration for 'how long'."""
    dimensions = {m.dimension for m in fact.measures}
    name = " ".join(fact.name_words)
    tests = {
        "included": lambda: bool(_SAYS_INCLUDED.search(fact.normal) or _SAYS_INCLUDED.search(name)),
        "stock": lambda: bool(
            any(is_named_by(fact, by_id(i)) for i in ("AVAILABILITY", "RESTOCK"))
            or _SAYS_STOCK.search(fact.normal)
            or _SAYS_STOCK.search(name)
        ),
        "money": lambda: (
            "money" in dimensions or bool(re.search(r"\b(?:free|none|no charge)\b", fact.normal))
        ),
        "mass": lambda: "mass" in dimensions,
        "distance": lambda: "length" in dimensions,
        "long": lambda: bool({"duration", "length"} & dimensions),
        "duration": lambda: "duration" in dimensions,
        "material": lambda: is_named_by(fact, by_id("MATERIAL")) is not None,
        "capacity": lambda: bool(
            {"volume", "mass"} & dimensions or NUMBER_WORD.search(fact.normal)
        ),
        "temperature": lambda: "temperature" in dimensions,
        "count": lambda: bool(NUMBER_WORD.search(fact.normal)),
        "when": lambda: bool(_MONTHS.search(fact.normal)),
    }
    return all(tests[kind]() for kind in kinds)


def is_asked_for(
    fact: KnownFact,
    asked_words: set[str],
    kinds: Sequence[str],
    ids: Sequence[str],
    *,
    is_listed: bool,
) -> bool:
    """False where the name is about something that the question does not ask for: the width of a slot, for slots."""
    for word in fact.name_stems:
        if word not in _HEADS or word in asked_words or one_word(word) in asked_words:
            continue
        if _HEADS[word] in kinds or (_HEADS[word] == "distance" and "long" in kinds):
            continue
        if is_listed and (not _HEADS[word] or word == stem("size")):
            continue
        if not any(frozenset({word}) in by_id(i).names for i in ids):
            return False
    return True
