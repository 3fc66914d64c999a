"""A number whose fact gives it otherwise: the end of a range, without its unit, in pounds of money."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.comparing import agrees, is_comparable
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.source_counts import widened
from tasks.checks.units import factor_of
from tasks.checks.words import plain

__all__ = ["elliptical", "end_of_range", "from_to", "in_sterling"]


_AFTER_ALONE = re.compile(
    r"\s*(?:$|[.,;:!?)—–]|(?:in|on|for|at|with|and|to|or|from|a|per|if|when|after|until|of them|each|apiece|instead|now|is|are|by|x|×|mal|samt|und|bis|auf|als)\b)"
)


_OLDER = re.compile(
    r"\s*(?:\+|(?:years )?(?:and|or) (?:up|over|older|above|upwards|more)\b|plus\b)"
)


_CROSSED = re.compile(r"\d\s*(?:[x×]|by|mal)\s*$")


def in_sterling(quantity: Quantity, index: FactIndex, hedge: str | None) -> Fact | None:
    """ "Three pounds more": money, where no fact weighs so much."""
    pounds = quantity.low / factor_of("mass", quantity.unit)
    money = Quantity(pounds, pounds, "price", "GBP", quantity.start, quantity.end, quantity.words,
                     quantity.is_worded, quantity.decimals)  # fmt: skip
    return next(
        (index.facts[i] for i, q in index.quantities
         if q.dimension == "price" and is_comparable(money, q) and agrees(money, q, hedge)), None)  # fmt: skip


def from_to(
    quantity: Quantity, comparable: list[tuple[int, Quantity]], index: FactIndex
) -> Fact | None:
    """ "From 160 to 240 cm" where two facts, or a list, give the ends."""

    def has(value: float) -> list[int]:
        return [
            i
            for i, q in comparable
            if any(abs(value - end) <= 5e-4 * max(abs(end), 1e-9) for end in (q.low, q.high))
        ]

    low, high = has(quantity.low), has(quantity.high)
    return index.facts[low[0]] if low and high else None


_UP_TO = re.compile(
    r"\b(?:to|up to|reaches|until|till|as (?:much|many|high|far|long|low) as|max(?:imum)?(?: of)?|bis(?: zu)?)\W*$"
)


_DOWN_TO = re.compile(
    r"\b(?:from|down to|starts? at|starting at|as (?:little|low) as|min(?:imum)?(?: of)?|ab|von)\W*$"
)


def end_of_range(
    sentence: str, quantity: Quantity, comparable: list[tuple[int, Quantity]], index: FactIndex
) -> Fact | None:
    """ "Rises to 128 cm" where a fact gives 65 to 128 cm."""
    before = plain(sentence[: quantity.start])
    for i, q in comparable:
        if not q.is_range or q.unit == "list":
            continue
        if (_UP_TO.search(before) and abs(q.high - quantity.low) <= 5e-4 * max(q.high, 1e-9)) or (
            _DOWN_TO.search(before) and abs(q.low - quantity.low) <= 5e-4 * max(q.low, 1e-9)
        ):
            return index.facts[i]
    return None


def elliptical(
    sentence: str, quantity: Quantity, index: FactIndex, clause: frozenset[str]
) -> Fact | None:
    """The fact for a number whose unit is left out: "another 24 in the case", "instead of 80", "for 3 and up"."""
    after = plain(sentence[quantity.end :])
    is_crossed = bool(_CROSSED.search(plain(sentence[: quantity.start])))
    if not (is_crossed or _AFTER_ALONE.match(after) or _OLDER.match(after)):
        return None
    found = [
        (len(clause & widened(index.about.get((i, q), index.context[i]))), -i)
        for i, q in index.quantities
        if (q.dimension or q.is_range)
        and q.unit not in ("items", "list")
        and q.dimension != "percent"
        and any(
            abs(
                end / factor_of(q.dimension, q.unit if q.dimension != "price" else "")
                - quantity.low
            )
            < 1e-6
            for end in (q.low, q.high)
        )
        and (quantity.is_range == q.is_range or not quantity.is_range)
    ]
    return index.facts[-max(found)[1]] if found else None
