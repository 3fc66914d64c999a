"""Which price or percentage of the facts a number states: now or before, the saving, the delivery, the share of what."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.numerals import Quantity
from tasks.checks.words import plain, words_of

__all__ = ["OFF", "choose_price", "choose_share"]


_WAS = re.compile(
    r"\b(?:(?:old|original|usual|former|full|list|normal) price of|was|were|rrp|originally|before|formerly|reduced from|down from|instead of|usually|previously|statt|vorher|list price|old price)\W*$"
)


_WAS_NAME = re.compile(
    r"separate|single|individual|normal|without|sum|bought_alone|each|was|rrp|original|list|old|previous|regular|before|vorher|uvp|full"
)


_PRICE_NAME = re.compile(r"price|cost|preis|rrp")


_OFFER = re.compile(
    r"offer|sale|deal|promo|reduced|special|now_price|price_now|current|aktion|angebot"
)


_DELIVERY = re.compile(
    r"\b(?:deliver\w*|shipping|postage|dispatch\w*|orders? (?:over|above|of|from)|spend|liefer\w*|versand\w*|basket)\b"
)


OFF = re.compile(r"^\W*(?:off|discount|less|reduction|saving|cheaper|rabatt|reduced|reduziert)\b")


_SAVE = re.compile(r"\b(?:save|saving|saves|discount of|reduced by|spare|off)\W*(?:you )?$")


def choose_price(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], index: FactIndex
) -> Fact | None:
    before = plain(sentence[: quantity.start])
    after = plain(sentence[quantity.end :])
    names = {i: plain(index.facts[i].name) for i, _ in matching}
    if _SAVE.search(before) or OFF.search(after):
        chosen = [
            i
            for i in names
            if re.search(
                r"sav|discount|off|rabatt|voucher|value|credit|amount|reward|coupon|gutschein",
                names[i],
            )
        ]
        return index.facts[chosen[0]] if chosen else None
    if _WAS.search(before):
        chosen = [i for i in names if _WAS_NAME.search(names[i]) or _has_offer(index, i)]
        return index.facts[chosen[0]] if chosen else None
    if _DELIVERY.search(plain(sentence)):
        chosen = [
            i
            for i in names
            if re.search(
                r"deliver|shipping|postage|policy|threshold|minimum|liefer|versand|return", names[i]
            )
        ]
        if chosen:
            return index.facts[chosen[0]]
    named = [
        i
        for i, q in index.quantities
        if q.dimension == "price" and _PRICE_NAME.search(plain(index.facts[i].name))
    ]
    if len(set(named)) == 1 and named[0] in names:
        return index.facts[named[0]]
    prices = [
        i
        for i in names
        if _PRICE_NAME.search(names[i])
        and not _WAS_NAME.search(names[i])
        and not _has_offer(index, i)
    ]
    if prices:
        return index.facts[prices[0]]
    others = [
        i
        for i in names
        if not _WAS_NAME.search(names[i])
        and not re.search(r"deliver|shipping|return|sav|discount", names[i])
    ]
    if not others and not any(
        "price" in plain(index.facts[i].name) for i, q in index.quantities if q.dimension == "price"
    ):
        others = list(names)
    return index.facts[others[0]] if others else None


def _has_offer(index: FactIndex, fact: int) -> bool:
    """Whether another fact is an offer below this price, so that this is the price of before."""
    return not _OFFER.search(plain(index.facts[fact].name)) and any(
        _OFFER.search(plain(index.facts[i].name)) and q.dimension == "price"
        for i, q in index.quantities
    )


def choose_share(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], index: FactIndex
) -> Fact | None:
    """A percentage goes with the word beside it: "95% cotton" is not "95% elastane"."""
    after = plain(sentence[quantity.end :])
    neighbour = re.match(r"\s*(?:of |recycled |organic |the |pure )*([a-zäöüß]+)", after)
    for i, q in matching:
        value = plain(index.facts[i].value)
        tail = (
            re.match(r"\s*(?:recycled |organic |pure )*([a-zäöüß]+)", value[q.end :])
            if q.end <= len(value)
            else None
        )
        if OFF.search(after) and not re.search(
            r"discount|off|sav|reduc|rabatt", plain(index.facts[i].name) + value
        ):
            continue
        if tail and neighbour:
            shares = re.findall(
                r"\d+(?:[.,]\d+)?\s*%?\s*(?:recycled |organic |pure )*([a-zäöüß]+)", value
            )
            if (
                len(shares) > 1
                and neighbour.group(1)[:4] != tail.group(1)[:4]
                and neighbour.group(1) in shares
            ):
                continue
            if (
                len(shares) == 1
                and neighbour.group(1) != tail.group(1)
                and _is_attribute(neighbour.group(1), index.locale)
            ):
                continue
        elif neighbour and _is_attribute(neighbour.group(1), index.locale):
            stems = {w.stem for w in words_of(neighbour.group(1), index.locale)}
            if not stems & index.context[i]:
                continue
        return index.facts[i]
    return None


def _is_attribute(word: str, locale: str) -> bool:

    return bool(lexicon_for(locale).find(words_of(word, locale)))
