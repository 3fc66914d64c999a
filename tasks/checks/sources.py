"""Which fact a number states, when its value agrees with one or several: the words around it decide."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.facts import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.numerals import Quantity
from tasks.checks.words import Word, plain, words_of

__all__ = ["around", "choose_source", "widened"]

_CUES: dict[str, frozenset[str]] = {
    "width": frozenset("wide width across breadth breit breite".split()),
    "waist": frozenset("waist".split()),
    "height": frozenset("tall high height hoch höhe".split()),
    "depth": frozenset("deep depth tief tiefe".split()),
    "length": frozenset("long length lang länge inseam".split()),
    "diameter": frozenset("diameter durchmesser across".split()),
    "thickness": frozenset("thick thickness dick dicke".split()),
    "weight": frozenset("weigh weight heavy light lightweight wiegt gewicht".split()),
    "capacity": frozenset("hold capacity volume fasst volumen fassungsvermögen".split()),
}
_GENERIC_COUNT = re.compile(
    r"(?:count|quantity|pieces|number|pack|pack_size|pack_of|amount|units|total|contents|set_size|items|capsules|tablets|bags|sheets|set_of|stück|anzahl)"
)
_TOTAL_OF = re.compile(r"(?:of|across|from|after|over|with|in)$")
_CUE_NOUNS = frozenset(
    "width breadth height depth length diameter thickness inseam waist breite höhe tiefe länge dicke durchmesser".split()
)
_SAME_NOUN: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "review reviewer customer buyer people shopper rating owner parent reader user wearer verdict opinion person voter respondent rezension bewertung kunde kundin käufer kunden bewertungen rezensionen count",
        "piece pack set count item part box bundle quantity pairs pair contents unit stück teilig pc teil packung",
        "guarantee warranty garantie cover",
        "player people person serve portion seat sleep guest diner serving adult berth spieler personen",
        "cup mug serving coffee espresso",
        "speed setting level mode stufe programme program",
        "star rating rated average score durchschnitt sterne stern out average",
        "price cost preis buy only just now pay",
        "battery runtime playback playtime play charge run listening last life use akku laufzeit",
        "age year old month alter jahre",
        "drop return send deadline",
        "delivery dispatch arrive ship delivered deliver shipping lieferung lieferzeit",
        "burn burning last burns",
        "wash degree temperature",
        "screen display inch",
        "pocket compartment pouch section",
        "bag teabag sachet bags",
        "colour shade hue",
        "capsule tablet pill softgel",
        "brew steep minute infuse",
        "water depth deep metre dive",
        "bulb light led lamp",
        "shelf tier drawer",
        "order bought together purchase basket both time buy bestellung",
        "size grösse größe",
        "resolution pixel auflösung",
        "player gamer",
        "find found mention say report note",
    )
)
_UNITS = frozenset(
    "g kg cm mm m l ml h min w v hour minut day week month year max min from to up size".split()
)
_GONE = re.compile(r"sold_out|unavailable|excluded|not_|missing")


def _head(sentence: str, quantity: Quantity, after: list[Word], index: FactIndex) -> str | None:
    """The stem of the word right after a number, where a fact is named for it."""
    if not after or re.search(r"[,;:.!?]|\bof\b", sentence[quantity.end : after[0].end]):
        return None
    return after[0].stem


_PART_OF = re.compile(
    r"\s+(?:\w+\s+)?(?:of|out of|von)\s+(?:the |our |all |those |them |these )*(?:\d|them\b|\w+ (?:review|rating|owner|customer|people|buyer))",
    re.IGNORECASE,
)
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
_CROSSED_BEFORE = re.compile(r"\d\s*(?:cm|mm|m|in)?\s*(?:[x×]|by)\s*$")
_CROSSED_AFTER = re.compile(r"\s*(?:[x×]|by)\s*\d")
_DELIVERY = re.compile(
    r"\b(?:deliver\w*|shipping|postage|dispatch\w*|orders? (?:over|above|of|from)|spend|liefer\w*|versand\w*|basket)\b"
)
_OFF = re.compile(r"^\W*(?:off|discount|less|reduction|saving|cheaper|rabatt|reduced|reduziert)\b")
_SAVE = re.compile(r"\b(?:save|saving|saves|discount of|reduced by|spare|off)\W*(?:you )?$")


def around(
    words: tuple[Word, ...], quantity: Quantity, count: int
) -> tuple[list[Word], list[Word]]:
    before = [w for w in words if w.end <= quantity.start][-count:]
    after = [w for w in words if w.start >= quantity.end][:count]
    return before, after


def widened(stems: frozenset[str]) -> frozenset[str]:
    wide = set(stems)
    for group in _SAME_NOUN:
        if stems & group:
            wide |= group
    return frozenset(wide)


def choose_source(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], comparable: list[tuple[int, Quantity]],
    clause: frozenset[str], before: list[Word], after: list[Word], index: FactIndex,
) -> Fact | None:  # fmt: skip
    """The fact that the number states, or None where the words around it speak of another one."""
    if not matching:
        return None
    if quantity.dimension == "price":
        return _choose_price(sentence, quantity, matching, index)
    if (
        quantity.dimension == "length" and _CROSSED_BEFORE.search(sentence[: quantity.start])
    ) or _CROSSED_AFTER.match(sentence[quantity.end :]):
        crossed = [
            i for i, q in matching if re.search(r"\d\W*(?:[x×]|by)\W*\d", index.facts[i].value)
        ]
        return index.facts[(crossed or [matching[0][0]])[0]]
    cues = _cues(sentence, quantity, before, after)
    if cues:
        named = [
            i
            for i, _ in comparable
            if any(index.names[i] & _CUES[c] or c in index.facts[i].name.casefold() for c in cues)
        ]
        if named:
            chosen = [i for i, _ in matching if i in named]
            return index.facts[chosen[0]] if chosen else None
        others = set(_CUES) - cues - {"capacity", "weight"}
        chosen = [
            i for i, _ in matching if not any(o in index.facts[i].name.casefold() for o in others)
        ]
        return index.facts[chosen[0]] if chosen else None
    if quantity.dimension == "time":
        matching = [(i, q) for i, q in matching if not _is_other_time(sentence, quantity, index, i)]
        if not matching:
            return None
    if quantity.dimension == "percent":
        own = [
            (i, q)
            for i, q in matching
            if (index.about.get((i, q), frozenset()) - index.names[i]) & clause
        ]
        has_rival = any(
            (index.about.get((i, q), frozenset()) - index.names[i]) & clause
            for i, q in comparable
            if (i, q) not in matching
        )
        if not own and has_rival and not _OFF.search(plain(sentence[quantity.end :])):
            matching = [
                (i, q)
                for i, q in matching
                if not re.search(
                    r"share|pct|percent|prais|fault|complain|like", plain(index.facts[i].name)
                )
            ]
        return _choose_share(sentence, quantity, own or matching, index)
    scored = sorted(
        (
            (len(clause & widened(index.about.get((i, q), index.context[i]))), -i)
            for i, q in matching
        ),
        reverse=True,
    )
    best, chosen_index = scored[0][0], -scored[0][1]
    if quantity.dimension == "":
        head = _head(sentence, quantity, after, index)
        if (
            head
            and head not in _SAME_NOUN[0]
            and head not in ("rate", "star", "piec", "rider", "famili", "owner")
        ):
            counted = [
                (i, q)
                for i, q in index.quantities
                if not q.dimension
                and q.unit != "items"
                and head in index.names[i]
                and not index.identity[i]
            ]
            if (
                counted
                and not any(i in {n for n, _ in matching} for i, _ in counted)
                and not any(head in index.context[i] for i, _ in matching)
            ):
                return None  # "three nights" where nights are two, though hikes are three
        gone = [(i, q) for i, q in matching if _GONE.search(plain(index.facts[i].name))]
        if (
            gone
            and len(gone) == len(matching)
            and not re.search(
                r"\b(?:sold|out|gone|not|no|without|n't|except|but)\b", plain(sentence)
            )
        ):
            return None
        is_part = bool(_PART_OF.match(sentence[quantity.end :]))
        return _choose_count(quantity, matching, before, after, index, clause, is_part=is_part)
    values = {(round(q.low, 9), round(q.high, 9)) for _, q in comparable}
    if best == 0 and len(values) > 1:
        near = frozenset(w.stem for w in (*before[-3:], *after[:2]))
        rival = max(
            (len(near & index.names[i] - _UNITS) for i, q in comparable if (i, q) not in matching),
            default=0,
        )
        if rival > 0:
            return None
    if len(values) > 1 and best > 0:
        # Two measures of one kind: the words must speak for the one whose value is given.
        matched = {i for i, _ in matching}
        narrow = max(len(clause & index.names[i]) for i in matched)
        rival = max(
            (len(clause & index.names[i]) for i, _ in comparable if i not in matched), default=0
        )
        near = frozenset(w.stem for w in (*before[-3:], *after[:2]))
        if rival > narrow and any(
            near & index.names[i] - _UNITS for i, _ in comparable if i not in matched
        ):
            return None
    return index.facts[chosen_index]


def _is_other_time(sentence: str, quantity: Quantity, index: FactIndex, fact: int) -> bool:
    """Whether the words speak of running while the fact gives charging, or the other way round."""
    name = plain(index.facts[fact].name)
    near = plain(sentence[max(0, quantity.start - 40) : quantity.end + 25])
    is_charging = bool(re.search(r"charg|lade", name))
    is_running = bool(re.search(r"life|run|play|burn|lauf|listen|talk|standby", name))
    says_running = bool(
        re.search(
            r"\b(?:lasts?|runs?|plays?|playtime|runtime|burns?|of battery|listening|keeps? going|battery life|hält)\b",
            near,
        )
    )
    says_charging = bool(
        re.search(
            r"\b(?:charges? (?:in|fully|up)|recharges?|charging (?:takes|time)|to charge|fully charged? in|lädt|geladen)\b",
            near,
        )
    )
    return (is_charging and not is_running and says_running and not says_charging) or (
        is_running and not is_charging and says_charging and not says_running
    )


def _cues(sentence: str, quantity: Quantity, before: list[Word], after: list[Word]) -> set[str]:
    """Which measure the words beside a length say it is: "30 cm tall", "a height of 30 cm"."""
    if quantity.dimension != "length":
        return set()
    if after and not re.search(r"[,;.]|\band\b", sentence[quantity.end : after[0].end]):
        found = {
            cue for cue, stems in _CUES.items() if after[0].stem in stems or after[0].lower in stems
        }
        if not found and after[0].lower in ("in", "across") and len(after) > 1:
            found = {
                cue
                for cue, stems in _CUES.items()
                if after[1].stem in stems or after[1].lower in stems
            }
        if found:
            return found
    if re.search(r"[x×]\s*$|\bby\s*$", sentence[: quantity.start]) or re.match(
        r"\s*(?:[x×]|by\b)", sentence[quantity.end :]
    ):
        return set()
    close = [
        w for w in before[-3:] if not re.search(r"[,;.]|\band\b", sentence[w.end : quantity.start])
    ]
    return {
        cue
        for cue in _CUES
        if cue != "weight" and any(w.lower in _CUE_NOUNS and w.lower in _CUES[cue] for w in close)
    }


def _choose_price(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], index: FactIndex
) -> Fact | None:
    before = plain(sentence[: quantity.start])
    after = plain(sentence[quantity.end :])
    names = {i: plain(index.facts[i].name) for i, _ in matching}
    if _SAVE.search(before) or _OFF.search(after):
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


def _choose_share(
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
        if _OFF.search(after) and not re.search(
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


def _choose_count(
    quantity: Quantity, matching: list[tuple[int, Quantity]], before: list[Word], after: list[Word], index: FactIndex,
    clause: frozenset[str], *, is_part: bool = False,
) -> Fact | None:  # fmt: skip
    # "18 praise the weight" where 18 praised the glaze: the aspect beside the number belongs to another count.
    def aspect(i: int, q: Quantity) -> frozenset[str]:
        return index.about.get((i, q), frozenset()) - index.names[i]

    if quantity.decimals:
        rated = [
            i
            for i, _ in matching
            if re.search(
                r"rating|average|avg|score|stars|schnitt|bewertung", plain(index.facts[i].name)
            )
        ]
        if rated:
            return index.facts[rated[0]]
    if is_part:
        # "12 of 40 reviewers": the noun counts the whole, the rest of the clause says which part.
        own = sorted(
            (
                (len((index.about.get((i, q), frozenset()) | index.context[i]) & clause), -i)
                for i, q in matching
            ),
            reverse=True,
        )
        rival = max(
            (
                len(aspect(i, q) & clause)
                for i, q in index.quantities
                if (i, q) not in matching and not q.dimension
            ),
            default=0,
        )
        if own and rival <= own[0][0]:
            return index.facts[-own[0][1]]
    named = [(i, q) for i, q in matching if not aspect(i, q) or aspect(i, q) & clause]
    matched = {i for i, _ in matching}
    if not named and any(
        aspect(i, q) & clause for i, q in index.quantities if i not in matched and not q.dimension
    ):
        return None
    matching = named or matching
    nouns = frozenset(w.stem for w in after[:3])
    words_before = frozenset(w.stem for w in before[-4:])
    identity = frozenset(
        s
        for i, flag in enumerate(index.identity)
        if flag or "category" in index.facts[i].name
        for s in index.context[i]
    )
    ranked: list[tuple[int, int]] = []
    for i, q in matching:
        about = index.about.get((i, q), index.context[i])
        context = widened(about)
        score = 4 * len(nouns & about) + 3 * len(nouns & context) + 2 * len(words_before & context)
        if not score and nouns & identity and _SAME_NOUN[1] & index.context[i]:
            score = 2
        if not score and clause & context:
            score = 1
        if score:
            ranked.append((score, -i))
    generic = next(
        (
            i
            for i, _ in matching
            if _GENERIC_COUNT.fullmatch(plain(index.facts[i].name))
            and index.facts[i].value.strip().isdigit()
        ),
        None,
    )
    total = next(
        (
            i
            for i, _ in matching
            if _TOTAL_OF.search(" ".join(w.lower for w in before[-2:]))
            and "review" in plain(index.facts[i].name)
        ),
        None,
    )
    if total is not None:
        return index.facts[total]
    if not quantity.low.is_integer():
        return index.facts[-max(ranked)[1]] if ranked else index.facts[matching[0][0]]
    if generic is not None and not (ranked and max(ranked)[0] >= 4):
        return index.facts[generic]
    if ranked and max(ranked)[0] >= 2:
        return index.facts[-max(ranked)[1]]
    # Nothing near speaks for the fact: it stands unless the words near speak for another one.
    rivals = [
        3 * len(nouns & index.about.get((i, q), index.context[i]))
        + len(clause & (index.about.get((i, q), index.context[i]) - index.names[i]))
        for i, q in index.quantities
        if i not in matched and q.dimension == "" and q.unit != "items"
    ]
    if max(rivals, default=0) > (max(ranked)[0] if ranked else 0):
        return None
    return index.facts[-max(ranked)[1]] if ranked else index.facts[matching[0][0]]
