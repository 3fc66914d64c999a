"""Counts that a fact's value holds without saying them: "2 outside, 1 inside" are three, "6 x 200 ml" are six."""

from __future__ import annotations

import re

from tasks.checks.numerals import Quantity

__all__ = ["summed"]

_PART = re.compile(r"\s*(?P<n>\d{1,3})(?:\s?[x×])?\s+(?P<what>[A-Za-z][\w' -]*?)\s*")
_PART_LETTERS = re.compile(r"[A-Za-z]")
_MEASURED = re.compile(
    r"(?<![\w.,x×/])(?P<n>\d{1,3})\s?[x×]\s?\d[\d.,]*\s?(?:ml|cl|l|litres?|liters?|g|kg|oz|lb|Ah|mAh|W|cm|mm|m|in|AA|AAA)\b(?!\s?[x×])"
)
_UNITS = re.compile(
    r"(?:ml|cl|l|g|kg|oz|lbs?|cm|mm|m|in|ft|h|hr|hours?|min|minutes?|days?|weeks?|months?|years?|w|v|k|c|f|working|business|per|each|to|or|of|and|by|from|am|pm)\b",
    re.IGNORECASE,
)


def summed(value: str) -> tuple[Quantity, ...]:
    """The sum of a list of counts, which only a noun that the fact is named for may take, and N of "N x measure"."""
    found: list[Quantity] = []
    parts = [_PART.fullmatch(part) for part in re.split(r"[,+;&]|\band\b", value) if part.strip()]
    matched = [part for part in parts if part and not _UNITS.match(part.group("what"))]
    if len(parts) > 1 and len(matched) == len(parts):
        total = float(sum(int(part.group("n")) for part in matched))
        found.append(Quantity(total, total, "", "items", 0, 0, f"{total:g}", True, 0))
    elif re.fullmatch(r"\s*[\w'-]{1,12} and [\w'-]{1,12}\s*", value) and _PART_LETTERS.search(
        value
    ):
        found.append(Quantity(2.0, 2.0, "", "items", 0, 0, "2", True, 0))
    for match in _MEASURED.finditer(value):
        count = float(match.group("n"))
        if count > 1:
            start, end = match.span("n")
            found.append(Quantity(count, count, "", "", start, end, match.group("n"), False, 0))
    return tuple(found)
