"""Whether two numbers agree: units converted, roundings and hedges ("over 40", "nearly 500 ml") allowed for."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.numerals import Quantity
from tasks.checks.units import is_metric
from tasks.checks.words import plain

__all__ = ["HEDGES", "agrees", "is_comparable", "is_hedged"]

HEDGES = (
    ("over", re.compile(r"\b(?:over|more than|above|in excess of|upwards of|exceeds|beyond|über|mehr als)\s*$")),
    ("under", re.compile(r"\b(?:under|less than|below|fewer than|no more than|not more than|maximum of|at most|unter|weniger als|within|innerhalb von)\s*$")),
    ("upto", re.compile(r"\b(?:up to|as much as|bis zu|as many as|as long as)\s*$")),
    ("atleast", re.compile(r"\b(?:at least|a minimum of|minimum|no less than|mindestens|from|ab|start(?:ing|s) (?:at|from)|begins at|as little as)\s*$")),
    ("about", re.compile(r"\b(?:about|around|roughly|approximately|approx\.?|circa|some|or so|etwa|rund|ca\.?|just over|just under|nearly|almost|close to|fast|knapp|a little over|a shade under|a touch over)\s*$")),
)  # fmt: skip


def is_comparable(text: Quantity, fact: Quantity) -> bool:
    if text.dimension == fact.dimension:
        return text.dimension != "price" or not text.unit or not fact.unit or text.unit == fact.unit
    pair = {text.dimension, fact.dimension}
    return pair <= {"°c", "°f", "degree"} and "degree" in pair


def agrees(
    text: Quantity, fact: Quantity, hedge: str | None, *, fact_is_hedged: bool = False
) -> bool:
    exact = text.dimension in ("", "price", "percent") or is_metric(text.unit) == is_metric(
        fact.unit
    )
    slack = 0.0005 if exact else 0.03
    if fact.unit == "list" and not text.is_range:
        return False
    if text.is_range:
        return (
            _near(text.low, fact.low, slack)
            and _near(text.high, fact.high, slack)
            and fact.is_range
        )
    value = text.low
    if hedge in ("over", "under") and _near(value, fact.low, slack) and fact_is_hedged:
        return True
    if hedge == "over":
        return 0.5 * fact.low <= value < fact.low * (1 - 1e-9)
    if hedge == "under":
        return (fact.high * (1 + 1e-9) < value <= 1.34 * fact.high) or _near(
            value, fact.high, slack
        )
    if hedge == "upto":
        return _near(value, fact.high, slack)
    if hedge == "atleast":
        return _near(value, fact.low, slack)
    if hedge == "about" and not _near(value, fact.low, slack):
        return _near(value, fact.low, 0.07) and not fact.is_range
    if fact.is_range:
        return False
    if _near(value, fact.low, slack):
        return True
    return (
        text.dimension in ("", "percent") and not text.is_worded and fact.decimals > text.decimals > 0
        and round(fact.low, text.decimals) == value
    )  # fmt: skip


def is_hedged(value: str, quantity: Quantity) -> bool:
    return any(pattern.search(plain(value[: quantity.start])) for _, pattern in HEDGES)


def _near(a: float, b: float, slack: float) -> bool:
    return abs(a - b) <= slack * max(abs(a), abs(b), 1e-12)
