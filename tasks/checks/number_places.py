"""A number whose fact gives it otherwise: the end of a range, without its unit, in pounds of money."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.comparing import agrees, is_comparable
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.proportions import is_derived, total_reviews
from tasks.checks.source_counts import widened
from tasks.checks.units import factor_of
from tasks.checks.words import plain

__all__ = ["elliptical", "end_of_range", "from_to", "in_sterling", "of_other_kind", "whole_of"]


_AFTER_ALONE = re.compile(
    r"\s*(?:$|[.,;:!?)—–]|(?:wide|high|tall|deep|long|across|thick|without|as|so|no|not|but|in|on|for|at|with|and|to|or|from|a|per|if|when|after|until|of them|each|apiece|instead|now|is|are|by|x|×|mal|samt|und|bis|auf|als)\b)"
)


_OLDER = re.compile(
    r"\s*(?:\+|(?:years )?(?:and|or) (?:up|over|older|above|upwards|more)\b|plus\b)"
)


_CROSSED = re.compile(r"\d\s*(?:[x×]|by|mal)\s*$")


def in_sterling(
    sentence: str, quantity: Quantity, index: FactIndex, hedge: str | None
) -> Fact | None:
    """ "Three pounds more": money, where no fact weighs so much."""
    pounds = quantity.low / factor_of("mass", quantity.unit)
    money = Quantity(pounds, pounds, "price", "GBP", quantity.start, quantity.end, quantity.words,
                     quantity.is_worded, quantity.decimals)  # fmt: skip
    return next(
        (index.facts[i] for i, q in index.quantities
         if q.dimension == "price" and is_comparable(money, q) and agrees(money, q, hedge)),
        is_derived(sentence, money, index, hedge, frozenset()))  # fmt: skip


_KINDRED = {"ounce": "imperial_fluid_ounce", "gram": "gsm"}


def of_other_kind(quantity: Quantity, index: FactIndex) -> Fact | None:
    """Ounces of a liquid and grams of paper: "fifteen ounces" where a fact gives 15 fl oz, "600 g" for 600 g/m²."""
    kindred = _KINDRED.get(quantity.unit)
    said = quantity.low / factor_of("mass", quantity.unit)
    for i, q in index.quantities:
        if kindred and kindred in (q.unit, q.dimension):
            given = q.low / (factor_of(q.dimension, q.unit) if q.unit else 1.0)
            if abs(given - said) <= 1e-6 * given:
                return index.facts[i]
    return None


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


# "Stays above 10 °C", "2.8 m is the upper limit": words that speak of an end.
_BOUND = re.compile(
    r"\b(?:above|below|over|under|beyond|past|between|outside|inside|through|earliest|soonest|latest|smallest|largest|shortest|longest|lowest|highest|least|most|low of|high of)\b[\w\s'-]{0,12}$"
)
_BOUND_AFTER = re.compile(
    r"\W*(?:is|being|as|at)? ?(?:the |its |our |your |an? )*(?:upper|lower|very)? ?(?:limit|minimum|maximum|min|max|soonest|earliest|latest|least|most|end|and (?:up|over|under)|or (?:more|less|over|under))\b"
)
# What reaches, fits or glows from one value to another may be said to do so at either.
_SPANNING = re.compile(
    r"\b(?:fit|fits|fitted|fitting|take|takes|hold|holds|suit|suits|suitable|adjusts?|adjustable|extends?|extendable|stretch(?:es)?|opens?|dims?|goes|go|reach(?:es)?|runs?|ranges?|cut for|sized|for)\b"
)
_SPANNED = frozenset({"length", "kelvin", "°c", "°f", "mass", "volume", "frequency", "degree"})


_PART_OF = re.compile(
    r"\b(?:\d[\d,]*|(?:\w+-)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|\w+teen|\w+ty) (?:out )?of (?:the |its |our |all |these |those )*$"
)


def whole_of(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    """The count of all reviews for the M of "N of M mention the assembly"."""
    total = total_reviews(index)
    if quantity.dimension or not total or total[0] != quantity.low:
        return None
    before = plain(sentence[: quantity.start])
    return total[1] if _PART_OF.search(before) else None


def end_of_range(
    sentence: str, quantity: Quantity, comparable: list[tuple[int, Quantity]], index: FactIndex
) -> Fact | None:
    """ "Rises to 128 cm" where a fact gives 65 to 128 cm.

    An end stands where the sentence gives the other one too, where the words speak of an end, or where the product
    spans the range. A delivery of three to five days is no delivery in three.
    """
    before, after = plain(sentence[: quantity.start]), plain(sentence[quantity.end :])
    others = [
        q for q in find_quantities(sentence, index.locale) if q.start not in (quantity.start,)
    ]
    for i, q in comparable:
        if not q.is_range or q.unit == "list":
            continue
        is_low, is_high = (
            abs(end - quantity.low) <= 5e-4 * max(abs(end), 1e-9) for end in (q.low, q.high)
        )
        if not is_low and not is_high:
            continue
        other = q.high if is_low else q.low
        factor = factor_of(q.dimension, q.unit) if q.dimension and q.unit else 1.0
        if (
            (is_high and _UP_TO.search(before))
            or (is_low and _DOWN_TO.search(before))
            or _BOUND.search(before)
            or _BOUND_AFTER.match(after)
            or any(
                abs(value - other) <= 5e-4 * max(abs(other), 1e-9)
                for o in others
                for value in ((o.low * factor,) if not o.dimension else (o.low,))
                if not o.dimension or is_comparable(o, q)
            )
            or (q.dimension in _SPANNED and _SPANNING.search(before))
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
