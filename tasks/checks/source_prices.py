"""Which price or percentage of the facts a number states: now or before, the saving, the delivery, the share of what."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.words import plain, words_of

__all__ = ["OFF", "choose_price", "choose_share"]


_WAS = re.compile(
    r"\b(?:(?:old|original|usual|former|full|list|normal) price of|was|were|rrp|originally|before|formerly|reduced from|down from|instead of|usually|previously|statt|vorher|list price|old price|normally|ordinarily|rather than|reg\.?|regularly)\W*$|[£$€]\s?\d[\d.,]* from\W*$"
)


# "Dropped from £59 to £44": the first of the two is the old one.
_FROM_TO = re.compile(r"\bfrom\W*$")
_TO_PRICE = re.compile(r"\W*(?:down )?to (?:just |only )?[£$€]?\d")


# "$64 until the 15th, going to $79 after that": the full price, to come.
_LATER = re.compile(
    r"\b(?:(?:go(?:es|ing)?|rise[sn]?|rising|climbs?|up|back|return(?:s|ing)?|jumps?) (?:up |back )?to|then|afterwards?|thereafter)\W*$"
)
_LATER_AFTER = re.compile(
    r"\W*(?:a month |each )?(?:after|afterwards|thereafter|later|from then)\b"
)


_WAS_IN_VALUE = re.compile(
    r"\b(?:was|were|usually|normally|instead of|rather than|reg(?:ular(?:ly)?)?\.?|rrp|originally|before|list(?: price)?|down from|reduced from|statt)\W*$"
)
_OFF_IN_VALUE = re.compile(
    r"\W*(?:off|discount|less|reduction|saving|voucher|credit|back|rabatt)\b"
)


_WAS_NAME = re.compile(
    r"separate|single|singly|alone|individual|normal|without|sum|bought_alone|each|was|rrp|original|list|old|previous|regular|before|vorher|uvp|full|usual|ordinary|standard_?(?:price|rate)|standard (?:price|rate)"
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
        ] or [
            i
            for i, q in matching
            if _OFF_IN_VALUE.match(plain(index.facts[i].value)[q.end :])
            or _SAVE.search(plain(index.facts[i].value)[: q.start])
        ]
        return index.facts[chosen[0]] if chosen else None
    is_old = bool(_WAS.search(before)) or bool(
        _FROM_TO.search(before) and _TO_PRICE.match(after) and len(_prices_of(index)) > 1
    )
    if is_old or _LATER.search(before) or _LATER_AFTER.match(after):
        chosen = [
            i
            for i, q in matching
            if _WAS_NAME.search(names[i]) or _has_offer(index, i) or _is_old(index, i, q)
        ]
        if not chosen and is_old:
            chosen = [i for i, q in matching if _is_reduced(sentence, q, index)]
        if chosen or is_old:
            return index.facts[chosen[0]] if chosen else None
    if matching and all(_is_old(index, i, q) for i, q in matching):
        return None  # "£95" where 100 cards are £79 (usually £95)
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


def _prices_of(index: FactIndex) -> set[float]:
    return {q.low for _, q in index.quantities if q.dimension == "price"}


def _is_reduced(sentence: str, old: Quantity, index: FactIndex) -> bool:
    """Whether the sentence gives a share of the facts off this price as well: "£76.50 rather than £85", at 10 % off."""
    said = {q.low for q in find_quantities(sentence, index.locale) if q.dimension == "price"}
    return any(
        abs(old.low * (1 - q.low / 100) - price) < 0.0051
        for _, q in index.quantities
        if q.dimension == "percent" and 0 < q.low < 100
        for price in said
    )


def _is_old(index: FactIndex, fact: int, quantity: Quantity) -> bool:
    """Whether the fact's own words say that this is the price of before: "£79 (usually £95)"."""
    value = index.facts[fact].value
    return (
        0 < quantity.end <= len(value)
        and bool(_WAS_IN_VALUE.search(plain(value[: quantity.start])))
        and any(
            i == fact and q.dimension == "price" and q.low < quantity.low
            for i, q in index.quantities
        )
    )


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
            r"discount|off|sav|reduc|rabatt|promo|deal|[-−]\d", plain(index.facts[i].name) + value
        ):
            continue
        if neighbour and _is_shared_otherwise(neighbour.group(1), q, value):
            continue
        if _is_of_other_stars(after, q, index):
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


def _is_shared_otherwise(part: str, quantity: Quantity, value: str) -> bool:
    """ "80% carrot" where a fact says "chicken 80%, carrot 12%"."""
    shares = re.findall(rf"\b{re.escape(part)}:?\s+(\d+(?:\.\d+)?)\s?%", value)
    return bool(shares) and all(abs(float(share) - quantity.low) > 1e-6 for share in shares)


_STARS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def _is_of_other_stars(after: str, quantity: Quantity, index: FactIndex) -> bool:
    """ "29% give five stars" where a fact of that name has 35 %."""
    said = re.match(r"\W*(?:\w+\W+){0,3}?(one|two|three|four|five|[1-5])[- ]stars?\b", after)
    if not said:
        return False
    stars = _STARS.get(said.group(1)) or int(said.group(1))
    named = [
        q.low
        for i, q in index.quantities
        if q.dimension == "percent"
        and re.fullmatch(
            rf"(?:share_|pct_)?(?:{stars}|{list(_STARS)[stars - 1]})[_ -]?stars?(?:_.*)?",
            plain(index.facts[i].name),
        )
    ]
    return bool(named) and all(abs(value - quantity.low) > 0.6 for value in named)


def _is_attribute(word: str, locale: str) -> bool:

    return bool(lexicon_for(locale).find(words_of(word, locale)))
