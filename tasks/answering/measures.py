"""Quantities in text: '350 g', '3-5 days', '£24', and comparisons between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.answering.tables import table

__all__ = ["NAME_UNITS", "UNIT_NAMES", "Measure", "compare", "find_measures", "unit_dimension"]

_UNITS: dict[str, tuple[str, float]] = {}
for _dimension, _rows in table("words")["units"].items():
    for _names, _factor in _rows.items():
        for _name in _names.split():
            _UNITS[_name] = (_dimension, _factor)

UNIT_NAMES = frozenset(_UNITS)
"""Every way to write a unit that is understood."""
NAME_UNITS: dict[str, str] = table("words")["name_units"]
"""Words at the end of a fact's name that are its unit, with the way to write it."""

_NUMBER_WORDS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fourteen": 14.0, "twenty": 20.0, "thirty": 30.0,
    "half a": 0.5,
    "half an": 0.5, "sixty": 60.0,
}  # fmt: skip
_UNIT_WORDS = "|".join(
    sorted((re.escape(u) for u in _UNITS if u not in "£€$"), key=len, reverse=True)
)
_NUMBER = r"\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?P<money>[£€$])\s?(?P<amount>{_NUMBER})"
    rf"|(?P<low>{_NUMBER})(?:\s?(?:-|to)\s?(?P<high>{_NUMBER}))?\s?°?\s?"
    rf"(?:working |business )?(?P<unit>{_UNIT_WORDS})\b"
    rf"|\b(?P<word>{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))}) (?P<word_unit>{_UNIT_WORDS})\b"
)
_IN_WORD = re.compile(r" (?:the|a|an|my|our|your|this|these|total|stock|one|all|it|each)\b")
_SHORT_AFTER_WORD = frozenset("m l g s h d w v c in".split())


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity: ``low`` and ``high`` in the unit of ``dimension`` (g, mm, ml, s, W, …); start and end in the text."""

    dimension: str
    low: float
    high: float
    start: int
    end: int


def unit_dimension(unit: str) -> str | None:
    """The dimension of a unit as written ('kg' -> 'mass'), or None."""
    found = _UNITS.get(unit.casefold())
    return found[0] if found else None


def find_measures(normal: str) -> list[Measure]:
    """All quantities with a unit in a normal text, from left to right."""
    found = []
    for match in _QUANTITY.finditer(normal):
        if match["money"]:
            dimension, factor = _UNITS[match["money"]]
            low = high = float(match["amount"])
        elif match["word"]:
            if match["word_unit"] in _SHORT_AFTER_WORD:
                continue  # 'a c', 'one in three' are no quantities
            dimension, factor = _UNITS[match["word_unit"]]
            low = high = _NUMBER_WORDS[match["word"]]
        else:
            if match["unit"] == "in" and _IN_WORD.match(normal, match.end()):
                continue  # 'at 230 in the oven'
            dimension, factor = _UNITS[match["unit"]]
            low = float(match["low"])
            high = float(match["high"] or low)
        found.append(Measure(dimension, low * factor, high * factor, match.start(), match.end()))
    return found


_COMPARISONS = (
    ("below", r"(?:under|below|less than|lighter than|smaller than|shorter than|narrower than|"
r"thinner than|cheaper than|no more than|at most|within|fewer than)"),
    ("above", r"(?:over|above|more than|heavier than|larger than|bigger than|taller than|longer than|"
r"wider than|deeper than|greater than|at least)"),
)  # fmt: skip
_AT = re.compile("|".join(rf"(?P<{name}>\b{pattern})" for name, pattern in _COMPARISONS))


def compare(normal: str, asked: Measure, value: Measure) -> bool | None:
    """True or False where the question puts a comparison before ``asked`` and ``value`` is one plain quantity."""
    before = normal[max(0, asked.start - 30) : asked.start].rstrip()
    found = [m for m in _AT.finditer(before) if m.end() >= len(before) - 1]
    if (
        not found
        or asked.dimension != value.dimension
        or value.low != value.high
        or asked.low != asked.high
    ):
        return None
    inclusive = bool(re.search(r"(?:at least|at most|no more than|within)$", before))
    if found[-1].lastgroup == "below":
        return value.high < asked.low or (inclusive and value.high == asked.low)
    return value.low > asked.low or (inclusive and value.low == asked.low)
