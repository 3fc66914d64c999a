"""Numbers that follow from two facts: a price after its discount, what a tin covers, one of a set, several of one."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.units import factor_of, unit_of
from tasks.checks.words import plain

__all__ = ["compute", "is_set_price"]

_EACH = re.compile(r"\W*(?:each|apiece|a (?:piece|pop|head|go)|per \w+|pro \w+|das stück)\b")
_A_THING = re.compile(r"\W*an? (?!month|year|week|day|night|time|hour)[a-z]+\b")
_WHOLE = re.compile(r"\b(?:whole|all|total|altogether|everyone|everybody|the lot|combined)\b")
_HALF = re.compile(r"\bhalf[- ](?:the )?price|\bhalf off\b")
_MULTIBUY = re.compile(r"\b(?:for|on)\W*$")
_OFF_NAME = re.compile(r"discount|off|offer|sale|deal|promo|rabatt|code|reduc|sav|voucher|credit")
_OF_SET = re.compile(r"set|pack|pieces|quantity|count|box|multi|stück|teile|pair")
_SET_OF = re.compile(
    r"set_of|pack_of|set_size|pack_size|pieces|number_in_(?:set|pack)|quantity|set|pack"
)
_PER = re.compile(r"(?:^|_)(?:per|pro|je|each)_([a-zäöü0-9]+)")
_PER_VALUE = re.compile(
    r"(?:per|a|an|/|pro|je)\s*(?:wash|charge|serving|use|day|night|load|portion|cup|tablet|pack|litre|l)\b"
)


def compute(sentence: str, quantity: Quantity, index: FactIndex, hedge: str | None) -> Fact | None:
    """The fact from which ``quantity`` follows together with another fact, or None."""
    if quantity.dimension == "price":
        return (
            _after_discount(quantity, index)
            or _of_several(sentence, quantity, index)
            or _saved_on_several(sentence, quantity, index)
        )
    if quantity.is_range:
        return None
    return _per_amount(quantity, index, 0.06 if hedge else 0.001)


_OF_MANY = re.compile(
    r"\b(?:a|per|the) (?:pair|pack|set|box|case|dozen|trio|bundle)\b|\bfor (?:two|three|four|five|six|eight|ten|twelve|[2-9]|[1-9]\d)\b(?! (?:days?|weeks?|months?|years?|hours?|nights?|minutes?))|\b(?:pack|set|box|case|bag) of \d+"
)
_NAMED_MANY = re.compile(r"\b(?:\d+[- ]pack|twin[- ]pack|pack of \d+|set of \d+|box of \d+)\b")
_PACK_SAID = re.compile(r"\b(?:packs?|sets?|boxe?s?|cases?|pairs?|bundles?|bags?|tins?|kits?)\b")
_EACH_ONE = re.compile(
    r"\beach (?:single )?(?!pack|set|box|case|pair)\w+ (?:costs?|is|comes? (?:to|in at))\W*$"
)


def is_set_price(sentence: str, quantity: Quantity, fact: Fact, index: FactIndex) -> bool:
    """Whether the price of a set is said to be the price of each."""
    before, after = plain(sentence[: quantity.start]), plain(sentence[quantity.end :])
    if not _EACH.match(after) and not _EACH_ONE.search(before):
        return False
    if not any(
        index.facts[i] is fact and abs(q.low - quantity.low) < 0.005 for i, q in index.quantities
    ):
        return False  # worked out of the set's price
    if re.search(
        r"each|\bper (?!pack|set|box|case|pair)|unit|single|apiece|stück|a head",
        plain(f"{fact.name} {fact.value}"),
    ):
        return False
    if not _PACK_SAID.search(f"{before[-40:]} {after[:30]}") and (
        _OF_MANY.search(plain(fact.value))
        or (
            plain(fact.name) in ("price", "cost", "price_usd", "price_gbp")
            and any(
                index.identity[i] and _NAMED_MANY.search(plain(other.value))
                for i, other in enumerate(index.facts)
            )
        )
    ):
        return True
    return any(
        not q.dimension and q.low > 1 and _SET_OF.fullmatch(plain(index.facts[i].name))
        for i, q in index.quantities
        if not abs(q.low * quantity.low - quantity.low) < 1e-9
    ) and not any(
        q.dimension == "price" and abs(q.low - quantity.low) > 0.01 for _, q in index.quantities
    )


def _after_discount(quantity: Quantity, index: FactIndex) -> Fact | None:
    """€19.90 less 20 %."""
    shares = [
        q.low
        for i, q in index.quantities
        if q.dimension == "percent" and _OFF_NAME.search(_said(index, i))
    ]
    off = [
        q.low
        for i, q in index.quantities
        if q.dimension == "price"
        and re.search(r"off|voucher|saving|rabatt|credit", _said(index, i))
    ]
    if any(_HALF.search(_said(index, i)) for i in range(len(index.facts))):
        shares.append(50.0)
    for i, q in index.quantities:
        if q.dimension != "price" or q.is_range or re.search(r"was|rrp|old", _said(index, i)):
            continue
        reduced = [q.low * (1 - s / 100) for s in shares] + [q.low - o for o in off if o < q.low]
        if any(abs(value - quantity.low) < 0.0051 for value in reduced):
            return index.facts[i]
    return None


def _of_several(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    """£54 for four is £13.50 each; two at £9 are £18, where the sentence says how many."""
    after = plain(sentence[quantity.end :])
    is_each = bool(_EACH.match(after) or _A_THING.match(after))
    said = {q.low for q in find_quantities(sentence, index.locale) if not q.dimension}
    sets = {
        q.low
        for i, q in index.quantities
        if not q.dimension and q.low > 1 and _OF_SET.search(plain(index.facts[i].name))
    }
    counts = {
        q.low
        for i, q in index.quantities
        if not q.dimension and 1 < q.low <= 1000 and q.low.is_integer() and not q.is_range
    }
    if _WHOLE.search(plain(sentence)):
        said |= counts
    for i, q in index.quantities:
        if q.dimension != "price" or q.is_range:
            continue
        slack = 0.011 if quantity.is_worded else 0.0051
        if is_each and any(abs(q.low / n - quantity.low) < slack for n in counts | sets):
            return index.facts[i]
        if not is_each and any(
            n > 1 and n.is_integer() and abs(q.low * n - quantity.low) < 0.0051 for n in said - sets
        ):
            return index.facts[i]
    return None


def _saved_on_several(sentence: str, quantity: Quantity, index: FactIndex) -> Fact | None:
    """Two for £30 at £19.99 each save £9.98."""
    if not re.search(r"\b(?:sav\w+|off|less|cheaper|discount)\b", plain(sentence)):
        return None
    deals = [
        (i, q.low, n.low)
        for i, q in index.quantities
        if q.dimension == "price" and _MULTIBUY.search(plain(index.facts[i].value[: q.start]))
        for j, n in index.quantities
        if j == i and not n.dimension and n.end <= q.start and 1 < n.low <= 100
    ]
    singles = [q.low for _, q in index.quantities if q.dimension == "price" and not q.is_range]
    return next(
        (
            index.facts[i]
            for i, price, count in deals
            for single in singles
            if single != price and abs(single * count - price - quantity.low) < 0.0051
        ),
        None,
    )


def _per_amount(quantity: Quantity, index: FactIndex, slack: float) -> Fact | None:
    """12 m² a litre and a tin of 2.5 l cover 30 m²."""
    for i, rate in index.quantities:
        name = plain(index.facts[i].name)
        match = _PER.search(name)
        if match is None and not _PER_VALUE.search(plain(index.facts[i].value)):
            continue
        if rate.dimension != quantity.dimension or rate.is_range:
            continue
        unit = unit_of(match.group(1)) if match else None
        for j, other in index.quantities:
            if j == i or other.is_range or other.unit in ("items", "list"):
                continue
            if unit and other.dimension == unit[0]:
                amount = other.low / factor_of(*unit)
            elif not unit and not other.dimension and other.low > 1:
                amount = other.low
            else:
                continue
            if amount > 0 and abs(rate.low * amount - quantity.low) <= slack * quantity.low:
                return index.facts[i]
    return None


def _said(index: FactIndex, fact: int) -> str:
    return plain(f"{index.facts[fact].name} {index.facts[fact].value}")
