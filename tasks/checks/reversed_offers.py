"""Prices, offers and opinions turned round or blown up: free for £3.50, 3 for 2 told as 2 for 1, hundreds of fans."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.fact_implied import FALSE
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import Word, plain, words_of

__all__ = ["Hit", "costs", "offers", "opinions", "parts_off", "widened"]


_FREE = re.compile(
    r"\b(?:free(?! (?:from|of (?!charge|cost)|to|time))|for nothing|no (?:extra )?(?:charge|cost|fee)|at no (?:extra )?cost|on us|on the house)\b"
)


_COST_NAME = re.compile(
    r"price|cost|fee|charge|deliver|shipping|postage|wrap|return|engrav|entry|ticket|admission|assembly|install|pickup|collection"
)


_COST_NOUN = frozenset(
    "deliveri ship postag wrap return engrav entri ticket admiss assembl instal pickup collect order".split()
)


_PART_OFF = re.compile(
    r"\b(a quarter|a third|half|a fifth|a tenth|one third|one quarter|two thirds)(?= (?:off|price|the price|less))",
    re.IGNORECASE,
)


_SHARES = {"a quarter": 25.0, "one quarter": 25.0, "a third": 100 / 3, "one third": 100 / 3, "half": 50.0, "a fifth": 20.0, "a tenth": 10.0, "two thirds": 200 / 3}  # fmt: skip


_OFFER = re.compile(
    r"\b(?:buy|take|get) (?P<n>\w+)\b[^.;]{0,25}?,? (?:and )?(?:pay (?:only )?for|get) (?P<m>\w+)",
    re.IGNORECASE,
)


_NUMBER = {
    w: i for i, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}


_HUNDREDS = re.compile(r"\b(hundreds|thousands|dozens|countless|(?:tens|hundreds) of thousands|millions|scores) of (?:\w+ )?(?:\w*(?:review|rider|customer|buyer|owner|people|fan|user|reader|parent|cook|gardener|shopper|runner|player|wearer|home|famil|driver|listener))", re.IGNORECASE)  # fmt: skip


_LEAST = {"hundreds": 200, "thousands": 2000, "dozens": 24, "scores": 40, "millions": 2e6}


_PERFECT = re.compile(
    r"\b(?:perfect|full|straight|unanimous|flawless|all|only) (?:five|5)(?:[- ]star|\s+stars?)|\bnot a single (?:complaint|bad word|negative|grumble|fault)|\bno complaints?\b|\bnothing to (?:complain|criticise|fault)\b",
    re.IGNORECASE,
)


Hit = tuple[str, str, str]


def costs(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _FREE.search(folded)
    if not match:
        return None
    near = {w.stem for w in words if abs(w.start - match.start()) < 45}
    for i, fact in enumerate(index.facts):
        name = plain(fact.name)
        if not _COST_NAME.search(name) or re.search(r"over|from|above|threshold|min", name):
            continue
        value = plain(fact.value)
        priced = [q for n, q in index.quantities if n == i and q.dimension == "price" and q.low > 0]
        if not priced or re.search(r"free|over|above|from|kostenlos|0\.00", value):
            continue
        shared = (index.names[i] - {"price", "cost", "fee"}) & near
        if shared & _COST_NOUN or any(len(s) > 3 for s in shared):
            free = [
                {w.stem for w in words_of(plain(f.name).replace("_", " "), index.locale)}
                for f in index.facts
                if f is not fact and "free" in plain(f.name + " " + f.value)
            ]
            if not any(shared <= names for names in free):
                return (
                    "polarity",
                    match.group(),
                    f"the facts give a price ({fact.name}: {fact.value})",
                )
    return None


def parts_off(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for match in _PART_OFF.finditer(folded):
        share = _SHARES[match.group(1)]
        percents = [q.low for _, q in index.quantities if q.dimension == "percent"]
        prices = sorted({q.low for _, q in index.quantities if q.dimension == "price"})
        derived = [100 * (b - a) / b for a, b in itertools.combinations(prices, 2) if b]
        if (percents or derived) and not any(abs(p - share) < 1.0 for p in (*percents, *derived)):
            return "percentage", match.group(), "a reduction that the facts do not bear"
    return None


def offers(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _OFFER.search(folded)
    told = [
        m.groups()
        for f in index.facts
        for m in re.finditer(r"(\d+) (?:for|f[uü]r) (\d+)", plain(f.value))
    ]
    if match and told:
        n, m = (
            _NUMBER.get(match.group(g), int(match.group(g)) if match.group(g).isdigit() else 0)
            for g in "nm"
        )
        if n and m and (str(n), str(m)) not in told:
            return "count", match.group(), f"the offer is {told[0][0]} for {told[0][1]}"
    return None


def opinions(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _HUNDREDS.search(folded)
    if match:
        counts = [
            q.low
            for i, q in index.quantities
            if not q.dimension and q.unit not in ("items", "list")
        ]
        least = _LEAST.get(match.group(1).split()[0], 200)
        if not any(c >= least for c in counts):
            return "count", match.group(), "more people than any fact counts"
    match = _PERFECT.search(folded)
    if match:
        rated = [
            q.low
            for i, q in index.quantities
            if re.search(r"rating|average|avg|score|stars$", plain(index.facts[i].name))
            and not q.dimension
        ]
        faulted = any(
            re.search(r"fault|complain|dislik|critic|negative|cons$", plain(f.name))
            and f.value.strip(" 0")
            for f in index.facts
        )
        if (
            re.search(
                r"\b(?:half|third|quarter|most|many|of them|give|gave|gives|went|awarded|in ten|percent|%)\b|%",
                folded,
            )
            and "star" in match.group()
        ):
            return None
        if ("star" in match.group() and rated and max(rated) < 4.995) or (
            "star" not in match.group() and faulted
        ):
            return "rating", match.group(), "the facts say less"
    return None


_WIDER = (
    (
        re.compile(
            r"\b(?:no minimum|without (?:a )?minimum|whatever you spend|on any order|on every order|all orders)\b"
        ),
        re.compile(r"min(?:imum)?_?(?:order|spend)|min_|minimum"),
    ),
    (
        re.compile(
            r"\b(?:no membership|members or not|open to (?:all|everyone)|everyone's invited|for everybody)\b"
        ),
        re.compile(r"member"),
    ),
    (
        re.compile(r"\ball (?:weekend|week|month|season|summer|year)\b"),
        re.compile(r"valid_on|one_day|only_on|^hours$"),
    ),
    (
        re.compile(
            r"\b(?:everything in the (?:shop|store)|the whole (?:shop|store|range)|storewide|sitewide|across the (?:shop|store|range))\b"
        ),
        re.compile(r"^category$|departments?|applies_to"),
    ),
)


def widened(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """An offer without the bound that the facts give it: "no minimum" where there is a least spend."""
    if not re.search(r"%|\boff\b|offer|sale|deal|discount|free|invited|save", folded):
        return None
    for said, named in _WIDER:
        match = said.search(folded)
        fact = next(
            (f for f in index.facts if named.search(plain(f.name)) and plain(f.value) not in FALSE),
            None,
        )
        if match and fact and match.group() not in plain(fact.value):
            return "offer", match.group(), f"the facts bound it ({fact.name}: {fact.value})"
    return None
