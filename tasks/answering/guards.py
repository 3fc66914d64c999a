"""What must go to a person: refund disputes, law, health, anger, personal data, instructions, opinions."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from tasks.answering.tables import table
from tasks.answering.text import is_english_word, words

__all__ = ["Guard", "find_guard", "is_english"]

MAX_CHARACTERS = 700
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_LONG_NUMBER = re.compile(r"(?<![\d.])\+?\d[\d\s()-]{7,}\d")
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b")
_OWN_NAME = re.compile(
    r"\b(?:[Mm]y name is|[Tt]his is|[Ii] am|[Ii]'m|[Rr]egards,?|[Tt]hanks,?|[Ll]ove,?|"
    r"[Cc]heers,?)\s+[A-Z][a-z]+\s+[A-Z][a-z]+"
)
_SHOUTING = re.compile(r"\b[A-Z]{3,}\b")
_NOT_LATIN = re.compile(r"[^\W\d_a-zA-ZÀ-ɏ]")


@dataclass(frozen=True, slots=True)
class Guard:
    """Why a question goes to a person."""

    id: str
    intent: str
    reason: str


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[Guard, re.Pattern[str]], ...]:
    return tuple(
        (
            Guard(row["id"], row["intent"], row["reason"]),
            re.compile("|".join(f"(?:{p})" for p in row["patterns"])),
        )
        for row in table("guards")["rule"]
    )


def is_english(normal: str, known: Collection[str] = ()) -> bool:
    """True unless too many of the words are no English ones (names and typing slips are allowed for)."""
    found = [w for w in words(normal) if w.isalpha() and len(w) > 1]
    if not found:
        return bool(words(normal))
    count_known = sum(w in known or is_english_word(w) for w in found)
    return count_known >= 0.6 * len(found)


def find_guard(original: str, normal: str) -> Guard | None:
    """The first rule that sends a question to a person, or None. ``normal`` is the normal form of ``original``."""
    if not words(normal) or not re.search(r"[a-z]{2}", normal):
        return Guard("empty", "other", "The message holds no question.")
    if len(original) > MAX_CHARACTERS:
        return Guard("long", "other", "The message is very long.")
    if _NOT_LATIN.search(original.replace("µ", "")):
        return Guard("language", "other", "The message is not in English.")
    if (
        _EMAIL.search(original)
        or _LONG_NUMBER.search(original)
        or _POSTCODE.search(original)
        or _OWN_NAME.search(original)
    ):
        return Guard("personal", "other", "The message holds personal data.")
    for guard, pattern in _rules():
        if pattern.search(normal):
            return guard
    letters = [c for c in original if c.isalpha()]
    if len(letters) > 25 and sum(c.isupper() for c in letters) > 0.8 * len(letters):
        return Guard("anger", "complaint", "The message is written in capitals.")
    return None
