"""Holds every number of a sentence against the facts: value, unit, what is counted, and which of two equal units."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.dates import find_dates
from tasks.checks.facts import FactIndex
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.proportions import is_derived
from tasks.checks.frames import is_plain
from tasks.checks.lexicon import lexicon_for
from tasks.checks.units import is_metric
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_numbers"]

_IDIOMS = re.compile(
    r"\b(?:24/7|50/50|one (?:of|or|more|day|another|by|less|that|that's|you|for|to|with|and all|thing|place|go|piece|"
    r"simple|easy|who|he|she|we|they|at a time|last|in which|where|last|sitting|step|night|morning|evening|cup|look|"
    r"glance|touch|small|quiet|little|long|good|great|mug|bag|bite|sip|sweep|less|happy|and done|size)|(?:the|this|that|every|any|no|some|each|which|another|"
    r"right|good|only|first|last|as|someone|number|for|or|is|your|a|loved|little|new|favourite) one|one|nine[- ]to[- ]five|9[- ]to[- ]5|two of you|the two|you two|both|"
    r"one or two|a (?:thing|word|minute|day|week|cup|moment) or two|two's|two worlds|second to none|for two|four seasons|all four seasons|"
    r"two minds|no two|any two|ten out of ten|seven days a week|a million|a thousand (?:words|times|thanks)|a hundred (?:times|little)|"
    r"zero (?:fuss|effort|stress|hassle|drama)|on all fours|two left feet|five o'clock|cloud nine|plan b|third places?|back to square one|one-of|at sixes|"
    r"dressed to the nines|high five|take five|table for (?:two|four|six)|two peas|half the (?:fun|battle|battle won|joy)|two wheels|four walls|four legs|four-legged|two feet|ten minutes' peace|five more minutes|tens|hundreds and thousands|all-in-one|two-faced|forty winks|three cheers|two birds|seven seas|four corners|other half|twenties|thirties)\b",
    re.IGNORECASE,
)
_HEDGES = (
    ("over", re.compile(r"\b(?:over|more than|above|in excess of|upwards of|exceeds|beyond|über|mehr als)\s*$")),
    ("under", re.compile(r"\b(?:under|less than|below|fewer than|no more than|not more than|maximum of|at most|unter|weniger als|within|innerhalb von)\s*$")),
    ("upto", re.compile(r"\b(?:up to|as much as|bis zu|as many as|as long as)\s*$")),
    ("atleast", re.compile(r"\b(?:at least|a minimum of|minimum|no less than|mindestens|from|ab|starting (?:at|from)|as little as)\s*$")),
    ("about", re.compile(r"\b(?:about|around|roughly|approximately|approx\.?|circa|some|or so|etwa|rund|ca\.?|just over|just under|nearly|almost|close to|fast|knapp|a little over|a shade under|a touch over)\s*$")),
)  # fmt: skip
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
_WAS = re.compile(
    r"\b(?:(?:old|original|usual|former|full|list|normal) price of|was|were|rrp|originally|before|formerly|reduced from|down from|instead of|usually|previously|statt|vorher|list price|old price)\W*$"
)
_WAS_NAME = re.compile(r"was|rrp|original|list|old|previous|regular|before|vorher|uvp|full")
_PRICE_NAME = re.compile(r"price|cost|preis|rrp")
_OFFER = re.compile(
    r"offer|sale|deal|promo|reduced|special|now_price|price_now|current|aktion|angebot"
)
_AGE = re.compile(r"\b(?:age[ds]?|alter|ab)\s*(?:of |from |group )*$")
_CROSSED_BEFORE = re.compile(r"\d\s*(?:cm|mm|m|in)?\s*(?:[x×]|by)\s*$")
_CROSSED_AFTER = re.compile(r"\s*(?:[x×]|by)\s*\d")
_PER = re.compile(r"\b(?:per|every|each|je|pro|in)\s*$")
_DELIVERY = re.compile(
    r"\b(?:deliver\w*|shipping|postage|dispatch\w*|orders? (?:over|above|of|from)|spend|liefer\w*|versand\w*|basket)\b"
)
_OFF = re.compile(r"^\W*(?:off|discount|less|reduction|saving|cheaper|rabatt|reduced|reduziert)\b")
_SAVE = re.compile(r"\b(?:save|saving|saves|discount of|reduced by|spare|off)\W*(?:you )?$")
_PAIRED = frozenset(
    "sock shoe glove earring trouser scissor earbud boot jean legging trainer glass sunglass pair short slipper sandal headphone mitten tight speaker candlestick bookend curtain cufflink skate ski oar dumbbell pliers binocular goggle pillowcase heel stocking".split()
)


def judge_numbers(
    sentence: str, index: FactIndex, locale: str, found: Found, read: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Refuses each number without a source and records each that has one; returns the spans it has read.

    ``read`` are spans that the proportions have read already ("one in eight").
    """
    spans: list[tuple[int, int]] = list(read)
    masked = find_dates(sentence, index, locale, found, spans)
    words = words_of(sentence, locale)
    idioms = [m.span() for m in _IDIOMS.finditer(sentence)]
    for quantity in find_quantities(masked, locale):
        if any(a < quantity.end and quantity.start < b for a, b in read):
            continue
        inside = any(a <= quantity.start and quantity.end <= b for a, b in idioms)
        if inside and quantity.is_worded and not _counts_fact(quantity, words, index):
            continue
        if (
            any(c.isalpha() and c.isascii() for c in masked[quantity.end : quantity.end + 1])
            and not quantity.dimension
        ):
            continue  # a code such as 5G or A4: judged with the words
        if not quantity.dimension and _is_ordinal(masked, quantity):
            continue
        spans.append((quantity.start, quantity.end))
        _judge_one(sentence, quantity, words, index, found, locale)
    return spans


def _is_ordinal(text: str, quantity: Quantity) -> bool:
    return bool(re.match(r"(?:st|nd|rd|th)\b", text[quantity.end :])) and quantity.is_worded


def _counts_fact(quantity: Quantity, words: tuple[Word, ...], index: FactIndex) -> bool:
    """Whether an idiom's number speaks of something that a fact counts ("for two" where serves is a fact)."""
    before, after = _around(words, quantity, 2)
    near = frozenset(w.stem for w in (*before, *after) if len(w.lower) > 3)
    return any(
        near & _widened(index.context[i])
        for i, q in index.quantities
        if not q.dimension and q.low != quantity.low
    )


def _around(
    words: tuple[Word, ...], quantity: Quantity, count: int
) -> tuple[list[Word], list[Word]]:
    before = [w for w in words if w.end <= quantity.start][-count:]
    after = [w for w in words if w.start >= quantity.end][:count]
    return before, after


def _widened(stems: frozenset[str]) -> frozenset[str]:
    wide = set(stems)
    for group in _SAME_NOUN:
        if stems & group:
            wide |= group
    return frozenset(wide)


def _clause(sentence: str, quantity: Quantity) -> tuple[int, int]:
    """The span of the clause around a number."""
    start = max(
        (
            m.end()
            for m in re.finditer(
                r"[,;:–—(]\s|\b(?:and|while|but|und|aber)\b", sentence[: quantity.start]
            )
        ),
        default=0,
    )
    match = re.search(r"[,;:–—)](?=\s|$)|\s(?:and|while|but|und|aber)\s", sentence[quantity.end :])
    return start, quantity.end + match.start() if match else len(sentence)


def _judge_one(
    sentence: str,
    quantity: Quantity,
    words: tuple[Word, ...],
    index: FactIndex,
    found: Found,
    locale: str,
) -> None:
    hedge = next(
        (name for name, pattern in _HEDGES if pattern.search(plain(sentence[: quantity.start]))),
        None,
    )
    start, end = _clause(sentence, quantity)
    clause = frozenset(
        w.stem for w in words if w.start >= start and w.end <= end and not w.is_number
    )
    before, after = _around(words, quantity, 4)
    kind = _kind(quantity, sentence)
    if not quantity.dimension and _AGE.search(plain(sentence[: quantity.start])):
        quantity = _aged(quantity)
    comparable = [(i, q) for i, q in index.quantities if _comparable(quantity, q)]
    comparable = [
        (i, q)
        for i, q in comparable
        if q.unit != "items" or any(w.stem in index.names[i] for w in _around(words, quantity, 1)[1])
    ]
    matching = [
        (i, q)
        for i, q in comparable
        if _agrees(quantity, q, hedge, fact_is_hedged=_is_hedged(index.facts[i].value, q))
    ]
    if (
        _PER.search(plain(sentence[: quantity.start]))
        and quantity.low in (0.1, 100.0, 0.0001, 1e-4)
        or (
            _PER.search(plain(sentence[: quantity.start]))
            and quantity.dimension in ("mass", "volume")
            and _is_basis(quantity, index)
        )
    ):
        return
    fact = _choose(sentence, quantity, matching, comparable, clause, before, after, index)
    if fact is None and not (quantity.dimension == "price" and matching):
        fact = is_derived(sentence, quantity, index, hedge, clause)
    if fact is None and quantity.dimension == "" and quantity.is_worded:
        if quantity.words.lower() in ("pair", "duo", "twin", "trio"):
            return
        if 2 <= quantity.low <= 12 and _is_idle(words, quantity, index):
            return
    if fact is not None:
        found.support(kind, quantity.words, fact)
        return
    stated = "; the facts say " + ", ".join(
        f"{index.facts[i].name}: {index.facts[i].value}" for i, _ in comparable[:3]
    )
    found.refuse(
        "grounding",
        kind,
        quantity.words,
        f"{kind} without a source{stated if comparable else ': no fact has one of this kind'}",
    )


def _is_idle(words: tuple[Word, ...], quantity: Quantity, index: FactIndex) -> bool:
    """Whether a small number in words counts nothing that a fact or the vocabulary speaks of: "three cheeses"."""
    before, after = _around(words, quantity, 2)
    spoken = {s for i, q in index.quantities if not q.dimension and q.unit != 'items' for s in _widened(index.about.get((i, q), index.context[i]))}
    if any(w.stem in spoken for w in (*before, *after)):
        return False
    if any(w.lower in ("with", "has", "have", "includes", "comes", "only", "just", "features", "left", "remain") for w in (*before, *_around(words, quantity, 3)[1])):
        return False
    if not after or after[0].lower in ("for", "of", "in", "to", "at", "on", "with", "together", "apart", "is", "are", "and", "or"):
        return not before or before[-1].lower not in ("for", "of", "seats", "serves", "sleeps", "holds", "fits")
    hits = lexicon_for(index.locale).find(tuple(after))
    if any(hit.group in ("part", "sure_part", "feature", "kind", "material", "service", "certification", "colour") for hit in hits):
        return False
    # A noun of the subject's own facts is counted by them or not at all.
    return is_plain(after[0].lower) and not any(not h.is_identity for h in index.held.get(after[0].stem, ()))


def _is_basis(quantity: Quantity, index: FactIndex) -> bool:
    """Whether a fact is given per this much ("protein_per_100g")."""
    basis = re.sub(r"\W", "", plain(quantity.words))
    return any(
        basis in re.sub(r"[\W_]", "", plain(fact.name + fact.value))
        and "per" in plain(fact.name + fact.value)
        for fact in index.facts
    )


def _kind(quantity: Quantity, sentence: str) -> str:
    if quantity.dimension == "price":
        return "price"
    if quantity.dimension == "percent":
        return "percentage"
    if quantity.dimension:
        return "measure"
    if re.search(
        r"\b(?:rated|rating|stars?|out of|average)\b",
        sentence[max(0, quantity.start - 30) : quantity.end + 20],
        re.IGNORECASE,
    ):
        return "rating"
    return "count"


def _aged(quantity: Quantity) -> Quantity:
    """ "From age 8" is eight years, though no unit says so."""
    return Quantity(quantity.low * 12, quantity.high * 12, "calendar", "year", quantity.start, quantity.end,
                    quantity.words, quantity.is_worded, quantity.decimals)  # fmt: skip


def _comparable(text: Quantity, fact: Quantity) -> bool:
    if text.dimension == fact.dimension:
        return text.dimension != "price" or not text.unit or not fact.unit or text.unit == fact.unit
    pair = {text.dimension, fact.dimension}
    if pair <= {"°c", "°f", "degree"} and "degree" in pair:
        return True
    return False


def _agrees(
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


def _is_hedged(value: str, quantity: Quantity) -> bool:
    return any(pattern.search(plain(value[: quantity.start])) for _, pattern in _HEDGES)


def _near(a: float, b: float, slack: float) -> bool:
    return abs(a - b) <= slack * max(abs(a), abs(b), 1e-12)


def _choose(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], comparable: list[tuple[int, Quantity]],
    clause: frozenset[str], before: list[Word], after: list[Word], index: FactIndex,
) -> Fact | None:  # fmt: skip
    """The fact that the number states, or None where the words around it speak of another one."""
    if not matching:
        return None
    if quantity.dimension == "price":
        return _choose_price(sentence, quantity, matching, index)
    if (
        quantity.dimension == "length"
        and _CROSSED_BEFORE.search(sentence[: quantity.start])
        or _CROSSED_AFTER.match(sentence[quantity.end :])
    ):
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
        rival = any(
            (index.about.get((i, q), frozenset()) - index.names[i]) & clause
            for i, q in comparable
            if (i, q) not in matching
        )
        if not own and rival and not _OFF.search(plain(sentence[quantity.end :])):
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
            (len(clause & _widened(index.about.get((i, q), index.context[i]))), -i)
            for i, q in matching
        ),
        reverse=True,
    )
    best, chosen_index = scored[0][0], -scored[0][1]
    if quantity.dimension == "":
        return _choose_count(quantity, matching, before, after, index, clause)
    values = {(round(q.low, 9), round(q.high, 9)) for _, q in comparable}
    if best == 0 and len(values) > 1:
        rival = max(
            (
                len(clause & _widened(index.context[i]))
                for i, q in comparable
                if (i, q) not in matching
            ),
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
        if rival > narrow:
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
        chosen = [i for i in names if re.search(r"sav|discount|off|rabatt", names[i])]
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
    clause: frozenset[str],
) -> Fact | None:  # fmt: skip
    # "18 praise the weight" where 18 praised the glaze: the aspect beside the number belongs to another count.
    def aspect(i: int, q: Quantity) -> frozenset[str]:
        return index.about.get((i, q), frozenset()) - index.names[i]

    named = [(i, q) for i, q in matching if not aspect(i, q) or aspect(i, q) & clause]
    matched = {i for i, _ in matching}
    if not named and any(aspect(i, q) & clause for i, q in index.quantities if i not in matched and not q.dimension):
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
        context = _widened(about)
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
        3 * len(nouns & (about := index.about.get((i, q), index.context[i]))) + len(clause & about)
        for i, q in index.quantities
        if i not in matched and q.dimension == "" and q.unit != "items"
    ]
    if max(rivals, default=0) > (max(ranked)[0] if ranked else 0):
        return None
    return index.facts[-max(ranked)[1]] if ranked else index.facts[matching[0][0]]
