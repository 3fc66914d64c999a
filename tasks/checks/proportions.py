"""Figures that follow from the facts: shares of reviewers, ratings out of five, savings, totals."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.words import plain

__all__ = ["is_derived", "total_reviews"]

_RATING = re.compile(r"(?:out of|/|von)\s*$")
_TOTAL = re.compile(
    r"(?:count_?reviews|review_?count|reviews?_?count|n_?reviews|num(?:ber)?_?(?:of_)?reviews|total_?reviews|reviews|ratings?_?count|count_?ratings|anzahl_?bewertungen|bewertungen|count|total|reviewers|respondents|(?:^|_)n)$"
)
# "from: 512", "based on: 188", "number: 94": how many there were, where a rating is given beside it.
_TOTAL_BESIDE_RATING = re.compile(
    r"(?:from|based[_ ]on|number|votes?|voters?|rated[_ ]by|n|from reviews|verdicts?|sample|(?:reviews?|ratings?|rate)[_ ]?(?:total|sum|number|n|count)|number[_ ]of[_ ]\w+)$"
)
_A_RATING = re.compile(r"rating|rate$|stars?|score|average|avg|mean|overall|ave$|schnitt")
_COUNTED = re.compile(r"review|rating|respon|customer|buyer|owner|opinion|vote|survey|bewertung")
_PRICE = re.compile(r"price|preis")
_WAS = re.compile(r"was|rrp|original|list|old|previous|regular|uvp|usual|before|single|separate")
_OFFER = re.compile(
    r"offer|sale|deal|promo|reduced|special|now|current|aktion|angebot|intro|launch|founder|bundle|app_price|member"
)


def total_reviews(index: FactIndex) -> tuple[float, Fact] | None:
    """How many reviews there are, with the fact that says so."""
    for i, quantity in index.quantities:
        if not quantity.dimension and _TOTAL.search(plain(index.facts[i].name)):
            return quantity.low, index.facts[i]
    if any(_A_RATING.search(plain(fact.name)) for fact in index.facts):
        for i, quantity in index.quantities:
            if (
                not quantity.dimension
                and quantity.low >= 5
                and quantity.low.is_integer()
                and _TOTAL_BESIDE_RATING.match(plain(index.facts[i].name))
                and re.fullmatch(r"[\d,.]+(?: [a-z]+)?", plain(index.facts[i].value).strip())
            ):
                return quantity.low, index.facts[i]
    counted = [
        (quantity.low, i)
        for i, quantity in index.quantities
        if not quantity.dimension
        and quantity.unit not in ("items", "list")
        and _COUNTED.search(plain(index.facts[i].name))
        and quantity.low >= 5
        and quantity.low.is_integer()
    ]
    return (max(counted)[0], index.facts[max(counted)[1]]) if counted else None


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
                if re.search(
                    r"rating|stars|score|average|avg|mean|schnitt|bewertung|sterne", plain(f.name)
                )
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
    if not quantity.dimension and _RATING.search(before):
        scaled = next(
            (
                f
                for f in index.facts
                if re.search(rf"\d\s*(?:/|out of|von)\s*{quantity.low:g}(?!\d)", plain(f.value))
            ),
            None,
        )
        if scaled:
            return scaled
    if quantity.dimension == "percent":
        return (
            _saved_share(sentence, quantity, index, hedge)
            or _reviewed_share(quantity, index, hedge, clause)
            or _remaining_share(sentence, quantity, index)
        )
    if quantity.dimension and (between := _between(sentence, quantity, index, hedge)):
        return between
    if not quantity.dimension and (rest := _counted_rest(sentence, quantity, index)):
        return rest
    if quantity.dimension == "price":
        prices = _prices(index)
        if prices and re.search(
            r"\b(?:save|saving|off|less|discount|cheaper|reduced by)\b", plain(sentence)
        ):
            now, was, fact = prices
            if abs((was - now) - quantity.low) < 0.005:
                return fact
    return None


_LESS = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:less|lighter|more|heavier|longer|shorter|taller|wider|narrower|bigger|smaller|larger|cheaper|off|difference|deeper|apart|under|below|above|extra|on top|saved|faster|quicker|earlier)\b"
)
_SUM = re.compile(
    r"\W*(?:\w+\W+){0,3}?(?:in all|in total|altogether|together|combined|all told|between them|all in|total)\b"
)
_SUM_BEFORE = re.compile(
    r"\b(?:total of|together|in all|combined|adds? up to|makes?|comes? to|altogether|a full|totals?)\W*(?:\w+\W+)?$"
)


def _between(sentence: str, quantity: Quantity, index: FactIndex, hedge: str | None) -> Fact | None:
    """A difference or a sum of two facts of one kind: "50 g less than", "32 hours in all"."""
    after, before = plain(sentence[quantity.end :]), plain(sentence[: quantity.start])
    is_less = bool(_LESS.match(after)) or bool(
        re.search(r"\b(?:sav\w+|difference of|reduced by|down by|up by)\W*(?:\w+\W+)?$", before)
    )
    is_sum = bool(_SUM.match(after)) or bool(_SUM_BEFORE.search(before))
    if not is_less and not is_sum:
        return None
    same = [
        (i, q)
        for i, q in index.quantities
        if q.dimension == quantity.dimension
        and q.unit != "list"
        and not q.is_range
        and not (
            is_sum
            and re.search(r"total|whole|gesamt|_per_|each|all", plain(index.facts[i].name))
            and not is_less
        )
    ]
    slack = 1e-6 if hedge is None else 0.07
    for i, a in same:
        for j, b in same:
            if i < j or (i == j and a != b):
                if is_less and not _is_right_way(after, index, (i, a.low), (j, b.low)):
                    continue
                value = abs(a.low - b.low) if is_less else a.low + b.low
                if abs(value - quantity.low) <= slack * max(quantity.low, 1e-9):
                    return index.facts[i]
    if is_sum:
        counts = {q.low for _, q in index.quantities if not q.dimension and 1 < q.low < 1000}
        each = [
            (i, q)
            for i, q in index.quantities
            if q.dimension == quantity.dimension and not q.is_range
        ]
        for i, a in each:
            if any(abs(a.low * n - quantity.low) <= 1e-6 * quantity.low for n in counts):
                return index.facts[i]
    return None


_FEWER = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:less|lighter|shorter|narrower|smaller|cheaper|under|below)\b"
)
_GREATER = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:more|heavier|longer|taller|wider|bigger|larger|deeper|above|dearer)\b"
)


def _is_right_way(
    after: str, index: FactIndex, one: tuple[int, float], two: tuple[int, float]
) -> bool:
    """Whether "less" and "more" go the way of the facts, where a name says which is the other thing."""
    compared = [
        value
        for i, value in (one, two)
        if re.search(r"compar|other|versus|previous", plain(index.facts[i].name))
    ]
    own = [
        value
        for i, value in (one, two)
        if not re.search(r"compar|other|versus|previous", plain(index.facts[i].name))
    ]
    if len(compared) != 1 or len(own) != 1:
        return True
    if _FEWER.match(after):
        return own[0] < compared[0]
    return own[0] > compared[0] if _GREATER.match(after) else True


def _counted_rest(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    """What is left of the reviews: 50 reviews, 41 positive, so "the other nine"."""
    total = total_reviews(index)
    if not total or not re.search(
        r"\b(?:other|others|remaining|rest|negative|did not|didn't|not)\b", plain(sentence)
    ):
        return None
    for i, part in index.quantities:
        if (
            not part.dimension
            and index.facts[i] is not total[1]
            and part.unit != "items"
            and abs(total[0] - part.low - quantity.low) < 1e-6
        ):
            return index.facts[i]
    return None


def _remaining_share(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    if not re.search(r"\b(?:other|others|remaining|rest)\b", plain(sentence)):
        return None
    return next(
        (
            index.facts[i]
            for i, q in index.quantities
            if q.dimension == "percent" and abs(100 - q.low - quantity.low) < 0.05
        ),
        None,
    )


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
