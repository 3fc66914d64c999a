"""A share in words against a percentage: "four-fifths arabica"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain

__all__ = ["fifths"]


_FIFTHS = re.compile(
    r"\b(?P<a>one|two|three|four|five|seven|nine)[- ](?P<b>thirds?|quarters?|fifths?|sixths?|eighths?|tenths?)\b(?= (?!of (?:the |our |all )?(?:\d+ )?(?:review|customer|buyer|owner|people|rating|them)|off\b|of an?\b))",
    re.IGNORECASE,
)


_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}


_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}


_HEDGED = re.compile(
    r"\b(?P<up>more than|over|above|just over|a little over|a good)\s*$|\b(?P<down>less than|under|below|nearly|almost|just under|not quite)\s*$|\b(?:about|around|roughly|some)\s*$"
)


def _toward(before: str) -> float:
    """To which side of the share a hedge points, in per cent: "more than" up, "nearly" down."""
    match = _HEDGED.search(before)
    return 0.0 if not match else 4.5 if match.group("up") else -4.5 if match.group("down") else 0.0


_PURE = re.compile(
    r"\b(?:pure|purely|nothing but|entirely|solely|100% pure|all)[ -](?P<what>[a-z]{4,})\b"
)


def _judge_pure(masked: str, index: FactIndex, found: Found) -> None:
    """ "Pure arabica" where the facts give 80 % of it."""
    for match in _PURE.finditer(plain(masked)):
        what = re.escape(match.group("what"))
        shares = [
            (float(share.group(1)), fact)
            for fact in index.facts
            for share in re.finditer(
                rf"(\d+(?:\.\d+)?)\s?%\s(?:[a-z]+ )?{what}\b", plain(fact.value)
            )
        ]
        named = sum(len(re.findall(rf"\b{what}\b", plain(fact.value))) for fact in index.facts)
        if shares and named == len(shares) and max(s for s, _ in shares) < 95:
            fact = shares[0][1]
            why = f"a part that is said to be the whole ({fact.name}: {fact.value})"
            found.refuse("grounding", "percentage", match.group(), why)


def fifths(masked: str, index: FactIndex, found: Found) -> str:
    """Judge "four-fifths arabica" against 80 %; the text comes back with each blanked."""
    _judge_pure(masked, index, found)
    for match in _FIFTHS.finditer(masked):
        share = (
            100 * _NUMBERS[match.group("a").lower()] / _PARTS[match.group("b").lower().rstrip("s")]
        )
        if _HEDGED.search(plain(masked[: match.start()])):
            share, slack = share + _toward(plain(masked[: match.start()])), 4.5
        else:
            slack = 2.0
        held = [(abs(q.low - share), i) for i, q in index.quantities if q.dimension == "percent"]
        if held and min(held)[0] <= slack:
            found.support("percentage", match.group(), index.facts[min(held)[1]])
        elif held:
            found.refuse("grounding", "percentage", match.group(), "a share that no fact states")
        else:
            continue
        masked = (
            masked[: match.start()] + " " * (match.end() - match.start()) + masked[match.end() :]
        )
    return masked
