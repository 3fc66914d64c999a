"""Figures that follow from the facts: shares of reviewers, ratings out of five, savings, totals."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.facts import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.words import plain

__all__ = ["is_derived", "total_reviews"]

_RATING = re.compile(r"(?:out of|/|von)\s*$")
_TOTAL = re.compile(
    r"(?:count_?reviews|review_?count|reviews?_?count|n_?reviews|num(?:ber)?_?(?:of_)?reviews|total_?reviews|reviews|ratings?_?count|count_?ratings|anzahl_?bewertungen|bewertungen|count|total|reviewers|respondents)$"
)
_PRICE = re.compile(r"price|preis")
_WAS = re.compile(r"was|rrp|original|list|old|previous|regular|uvp")
_OFFER = re.compile(r"offer|sale|deal|promo|reduced|special|now|current|aktion|angebot")


def total_reviews(index: FactIndex) -> tuple[float, Fact] | None:
    """How many reviews there are, with the fact that says so."""
    for i, quantity in index.quantities:
        if not quantity.dimension and _TOTAL.search(plain(index.facts[i].name)):
            return quantity.low, index.facts[i]
    return None


def is_derived(
    sentence: str, quantity: Quantity, index: FactIndex, hedge: str | None, clause: frozenset[str]
) -> Fact | None:
    """The fact from which ``quantity`` follows by arithmetic, or None."""
    before = plain(sentence[: quantity.start])
    if not quantity.dimension and _RATING.search(before) and quantity.low in (5.0, 10.0):
        # The scale of a rating: "4.4 out of 5". The rating itself is judged as a number of its own.
        rated = next(
            (
                f
                for f in index.facts
                if re.search(r"rating|stars|score|average|bewertung|sterne", plain(f.name))
            ),
            None,
        )
        scale = re.search(r"(?:/|out of|von)\s*(\d+)", plain(rated.value)) if rated else None
        if (
            rated
            and (float(scale.group(1)) if scale else (10.0 if _over_five(rated) else 5.0))
            == quantity.low
        ):
            return rated
    if quantity.dimension == "percent":
        return _saved_share(sentence, quantity, index, hedge) or _reviewed_share(
            quantity, index, hedge, clause
        )
    if quantity.dimension == "price":
        prices = _prices(index)
        if prices and re.search(
            r"\b(?:save|saving|off|less|discount|cheaper|reduced by)\b", plain(sentence)
        ):
            now, was, fact = prices
            if abs((was - now) - quantity.low) < 0.005:
                return fact
    return None


def _over_five(fact: Fact) -> bool:
    match = re.match(r"\d+(?:[.,]\d+)?", fact.value)
    return match is not None and float(match.group().replace(",", ".")) > 5


def _prices(index: FactIndex) -> tuple[float, float, Fact] | None:
    offer = [
        (q.low, index.facts[i])
        for i, q in index.quantities
        if q.dimension == "price" and _OFFER.search(plain(index.facts[i].name))
    ]
    full = [
        q.low
        for i, q in index.quantities
        if q.dimension == "price"
        and _PRICE.search(plain(index.facts[i].name))
        and not _OFFER.search(plain(index.facts[i].name))
    ]
    if offer and full and max(full) > offer[0][0]:
        return offer[0][0], max(full), offer[0][1]
    now = [
        (q.low, index.facts[i])
        for i, q in index.quantities
        if q.dimension == "price"
        and _PRICE.search(plain(index.facts[i].name))
        and not _WAS.search(plain(index.facts[i].name))
    ]
    was = [
        q.low
        for i, q in index.quantities
        if q.dimension == "price" and _WAS.search(plain(index.facts[i].name))
    ]
    return (now[0][0], was[0], now[0][1]) if now and was and was[0] > now[0][0] else None


def _saved_share(
    sentence: str, quantity: Quantity, index: FactIndex, hedge: str | None
) -> Fact | None:
    prices = _prices(index)
    if not prices or not re.search(
        r"\b(?:off|save|saving|less|discount|reduced|cheaper|reduction)\b", plain(sentence)
    ):
        return None
    share = 100 * (prices[1] - prices[0]) / prices[1]
    return prices[2] if abs(share - quantity.low) < (0.6 if hedge is None else 4) else None


def _reviewed_share(
    quantity: Quantity, index: FactIndex, hedge: str | None, clause: frozenset[str]
) -> Fact | None:
    total = total_reviews(index)
    if not total or total[0] <= 0:
        return None
    counted = [
        (i, part) for i, part in index.quantities if not part.dimension and part.unit != "items"
    ]
    spoken = [
        (i, part)
        for i, part in counted
        if (index.about.get((i, part), frozenset()) - index.names[i]) & clause
    ]
    for i, part in spoken or counted:
        if (
            part.dimension
            or index.facts[i] is total[1]
            or part.low > total[0]
            or not part.low.is_integer()
        ):
            continue
        if abs(100 * part.low / total[0] - quantity.low) < (0.6 if hedge is None else 5):
            return index.facts[i]
    return None
