"""What a brief's facts support: words with their polarity, numbers with their units, codes, dates."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from plugins.contract import Fact
from tasks.checks.lexicon import lexicon_for
from tasks.checks.negation import is_negated
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.units import CURRENCIES, factor_of, unit_of
from tasks.checks.words import Word, plain, words_of

__all__ = ["FactIndex", "Held", "index_facts"]

TRUE = frozenset({"true", "yes", "y", "ja", "oui", "included", "inkl"})
FALSE = frozenset(
    {
        "false",
        "no",
        "n",
        "none",
        "nein",
        "not included",
        "excluded",
        "non",
        "n/a",
        "nicht enthalten",
        "keine",
    }
)
_IDENTITY = re.compile(
    r"(?:^|_)(?:name|title|brand|collection|sku|model|range|marke|produkt)(?:$|_)"
)
_EXCLUDING = re.compile(
    r"free_?from|without|exclud|not_(?:included|suitable|for|compatible)|does_not|ohne|nicht|frei_von|never_|no_"
)
_DENYING = re.compile(r"(?:not|no|none|without|never|kein|keine|nicht|ohne)\b(?! only)")
_CODE = re.compile(
    r"(?<![\w])(?=[\w.\-/]*\d)(?=[\w.\-/]*[A-Za-z])[A-Za-z0-9][\w.\-/]*[A-Za-z0-9+](?![\w])"
)
_PRICE_NAMES = re.compile(
    r"price|cost|rrp|msrp|preis|fee|value_of|saving|was$|_was|threshold|minimum_order"
)
_TIMED = re.compile(r"time|duration|brew|charg|cook|play|run|burn|prep|dauer|zeit|boil|bake")
_PARTS_OFF = {
    "a quarter": 25.0,
    "a third": 100 / 3,
    "half": 50.0,
    "a fifth": 20.0,
    "a tenth": 10.0,
    "one third": 100 / 3,
    "one quarter": 25.0,
}
_PART_OFF = re.compile(
    r"\b(a quarter|a third|half|a fifth|a tenth|one third|one quarter)(?= (?:off|price))",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"order|age|spend|price|quantity|qty|temp|player|height|width|size|length|weight|stay|person|group|amount|max"
)
_LENGTH_NAME = re.compile(
    r"width|height|depth|length|diameter|size|screen|inseam|waist|chest|collar|heel|fits|display|wide|tall|long|deep|drop|span"
)
_NO_UNIT_ALONE = frozenset(
    "in min m l g s h w v a c k p kr day year month week second minute hour bar stone foot feet "
    "yard pound degree pa ma std sec ct nm ah mb mp ie iu db grad".split()
)
_ASKED = re.compile(
    r"(?:^|_)(?:question|asked|query|enquiry|inquiry|frage|message|customer_says|customer_wrote|complaint_text|topic|thema|review|subject)(?:$|_topic$|_text$)"
)
_STOCK = re.compile(r"(?:is_)?(?:in_stock|available|back_in_stock|stock|in_stock_now)")
_CURRENCY_NAMES = re.compile(r"currency|währung|waehrung")


@dataclass(frozen=True, slots=True)
class Held:
    """Where the facts hold a word: the fact's index, whether it is stated (or denied), whether it is only a name."""

    fact: int
    is_positive: bool
    is_identity: bool


@dataclass(slots=True)
class FactIndex:
    """The facts of one brief, prepared for looking up claims."""

    facts: tuple[Fact, ...]
    locale: str
    held: dict[str, list[Held]] = field(default_factory=dict)
    """stem -> where it is held."""
    quantities: list[tuple[int, Quantity]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    context: list[frozenset[str]] = field(default_factory=list)
    """Per fact: stems of its name and value, and of the fact that it counts (count_praised_1 counts praised_1)."""
    about: dict[tuple[int, Quantity], frozenset[str]] = field(default_factory=dict)
    """What one number of a fact is about: its name and the words beside it ("80 cards" in a list of contents)."""
    direct: dict[str, list[Held]] = field(default_factory=dict)
    """Like ``held`` without what words support besides themselves."""
    names: list[frozenset[str]] = field(default_factory=list)
    """Per fact: stems of its name."""
    identity: list[bool] = field(default_factory=list)
    values: list[tuple[str, int]] = field(default_factory=list)
    """Plain values with letters, longest first, with the fact's index."""
    groups: set[str] = field(default_factory=set)
    """Lexicon groups that facts other than names speak of."""
    asked: set[str] = field(default_factory=set)
    """Stems of what a customer asked: known words that state nothing."""
    currency: str | None = None
    derived: dict[str, Any] = field(default_factory=dict)
    """What a check works out of these facts once: sides of the reviews, grades."""

    def find(self, stems: Iterable[str]) -> list[list[Held]]:
        """For each stem the places that hold it (empty where none does)."""
        return [self.held.get(stem, []) for stem in stems]

    def holders(self, stems: Sequence[str]) -> list[Held]:
        """The facts that hold all of ``stems``; the polarity is that of the first word that has one denied."""
        places = self.find(stems)
        if not places or not all(places):
            return []
        shared = set.intersection(*({held.fact for held in place} for place in places))
        found = []
        for fact in sorted(shared):
            mine = [held for place in places for held in place if held.fact == fact]
            # "caffeine free: false" states caffeine; the word "free" itself is neither stated nor denied.
            judged = [
                place
                for stem, place in zip(stems, places, strict=True)
                if stem not in ("free", "frei")
            ] or places
            positive = all(any(h.is_positive for h in place if h.fact == fact) for place in judged)
            found.append(Held(fact, positive, mine[0].is_identity))
        return found


@lru_cache(maxsize=4096)
def index_facts(facts: tuple[Fact, ...], locale: str) -> FactIndex:
    """Prepare ``facts``. Cached: a brief's candidates share it."""
    index = FactIndex(facts, locale)
    lexicon = lexicon_for(locale)
    for fact in facts:
        if _CURRENCY_NAMES.search(fact.name.casefold()):
            index.currency = CURRENCIES.get(fact.value.casefold().strip())
    for number, fact in enumerate(facts):
        _index_one(index, number, fact)
    _join_counts(index)
    _imply(index)
    for number, fact in enumerate(facts):
        if not index.identity[number] and plain(fact.value).strip() not in FALSE:
            index.groups.update(hit.group for hit in lexicon.find(words_of(fact.value, locale)))
            if fact.name.casefold() in ("colour", "color", "farbe", "colours", "colors"):
                index.groups.add("colour")
            if fact.name.casefold() in ("material", "materials", "fabric", "composition"):
                index.groups.add("material")
    index.values.sort(key=lambda pair: -len(pair[0]))
    return index


def _index_one(index: FactIndex, number: int, fact: Fact) -> None:
    locale = index.locale
    name = plain(fact.name).replace("_", " ").replace(".", " ")
    value = fact.value.strip()
    folded = plain(value).strip(" .")
    is_identity = bool(_IDENTITY.search(plain(fact.name)))
    index.identity.append(is_identity)
    name_words = words_of(name, locale)
    value_words = words_of(value, locale)
    index.names.append(frozenset(word.stem for word in name_words))
    if re.fullmatch(r"n|anzahl|count|total", name):
        # A bare count among ratings is the count of the reviews.
        index.names[-1] |= frozenset(
            word.stem for word in words_of("review bewertung rating", locale)
        )
    index.context.append(frozenset(word.stem for word in (*name_words, *value_words)))
    if _ASKED.search(plain(fact.name)):
        # What a customer asks is no statement: its words are known, nothing follows from them.
        index.asked |= {word.stem for word in value_words}
        return
    denied = folded in FALSE or folded in ("0", "0.0")
    if re.fullmatch(
        r"stock(?:_count|_level|_units)?|units_(?:in_stock|left)|in_stock", plain(fact.name)
    ) and re.fullmatch(r"[1-9]\d*", folded):
        for word in words_of("in stock available", "en"):
            for form in {word.stem, word.lemma}:
                index.held.setdefault(form, []).append(Held(number, True, False))
    if _STOCK.fullmatch(plain(fact.name)) and (denied or folded in TRUE):
        said = "out of stock sold unavailable" if denied else "in stock available back"
        for word in words_of(said, "en"):
            for form in {word.stem, word.lemma}:
                index.held.setdefault(form, []).append(Held(number, True, False))
        if denied:
            for form in ("available", "avail"):
                index.held.setdefault(form, []).append(Held(number, False, False))
            return
    excluding = bool(_EXCLUDING.search(plain(fact.name)))
    negated_name = [is_negated(name, name_words, i, i + 1) for i in range(len(name_words))]
    if folded in TRUE or denied:
        for match in _CODE.finditer(name.replace(" ", "-")):
            index.codes.setdefault(plain(match.group()), number)
        _hold(
            index,
            number,
            name_words,
            [negated == denied for negated in negated_name],
            is_identity=False,
        )
        return
    polarity = [
        not is_negated(value, value_words, i, i + 1) ^ excluding for i in range(len(value_words))
    ]
    # "batteries: not required" and "fragrance: fragrance-free" deny what they are named for.
    refused = bool(_DENYING.match(folded))
    denied_stems = {
        word.stem for word, positive in zip(value_words, polarity, strict=True) if not positive
    }
    _hold(
        index, number, name_words,
        [not (negated ^ (refused or word.stem in denied_stems)) for word, negated in zip(name_words, negated_name, strict=True)],
        is_identity=False,
    )  # fmt: skip
    _hold(index, number, value_words, polarity, is_identity=is_identity)
    for match in _CODE.finditer(name.replace(" ", "-")):
        index.codes.setdefault(plain(match.group()), number)
    for match in _CODE.finditer(value):
        index.codes.setdefault(plain(match.group()), number)
    if any(c.isalpha() for c in value):
        index.values.append((folded, number))
    items = [item for item in re.split(r"[,;]|\band\b|\bund\b", value) if item.strip()]
    if len(items) > 1 and re.search(r"[,;]", value) and not is_identity and "review" not in name:
        # "Four ingredients": a list says how many it holds.
        listed = Quantity(
            float(len(items)), float(len(items)), "", "items", 0, 0, str(len(items)), True, 0
        )
        index.quantities.append((number, listed))
        index.about[number, listed] = index.names[number]
    numbers_listed = [q for q in find_quantities(value, locale) if not q.is_range]
    if len(numbers_listed) > 2 and len({q.dimension for q in numbers_listed}) == 1:
        # "Sizes 6 to 16" may be said of 6, 8, 10, 12, 14, 16.
        lows = [q.low for q in numbers_listed]
        span = Quantity(
            min(lows), max(lows), numbers_listed[0].dimension, "list", 0, 0, "", False, 0
        )
        index.quantities.append((number, span))
        index.about[number, span] = index.names[number]
    for match in re.finditer(r"\bstars? (\d)\b|\b(\d) stars?\b", name):
        stars = Quantity(
            float(match.group(1) or match.group(2)),
            float(match.group(1) or match.group(2)),
            "",
            "",
            0,
            0,
            "",
            False,
            0,
        )
        index.quantities.append((number, stars))
        index.about[number, stars] = index.names[number]
    for match in re.finditer(r"(?<=[a-z])(\d+)\b", name):
        if not is_identity and folded not in FALSE:  # weight_size_uk8
            bare = Quantity(
                float(match.group(1)), float(match.group(1)), "", "", 0, 0, "", False, 0
            )
            index.quantities.append((number, bare))
            index.about[number, bare] = index.names[number]
    for match in _PART_OFF.finditer(value):
        share = _PARTS_OFF[plain(match.group(1))]
        index.quantities.append(
            (
                number,
                Quantity(
                    share, share, "percent", "", match.start(), match.end(), match.group(), True, 0
                ),
            )
        )
    for quantity in find_quantities(name, locale):
        # "five_star: 10" and "2_year_guarantee: true" say their numbers by their names.
        if not is_identity and (quantity.is_worded or quantity.dimension) and folded not in FALSE:
            index.quantities.append((number, quantity))
            index.about[number, quantity] = index.names[number]
    parts = [m.span() for m in re.finditer(r"[^,;/|()]+(?:\([^)]*\))?", value)]
    spaced = re.sub(r"(?<=\d)[x×](?=\d)", " x ", value)  # "140x200" is 140 and 200
    for quantity in find_quantities(spaced if spaced != value else value, locale):
        if is_identity and quantity.is_worded:
            continue
        known = _with_name(index, fact.name, quantity)
        index.quantities.append((number, known))
        part = next((p for p in parts if p[0] <= quantity.start < p[1]), (0, len(value)))
        index.about[number, known] = index.names[number] | {
            word.stem for word in words_of(value[part[0] : part[1]], locale) if not word.is_number
        }


def _join_counts(index: FactIndex) -> None:
    """A count is about what it counts: count_praised_1 about praised_1, praised_counts about praised, in order."""
    bare = {re.sub(r"[\W_]+", "_", plain(fact.name)): i for i, fact in enumerate(index.facts)}
    for i, fact in enumerate(index.facts):
        counted = re.sub(
            r"(?:^|_)(?:count|counts|number|num|n|share|pct|percent|mentions)(?=_|$)",
            "",
            plain(fact.name),
        ).strip("_")
        other = bare.get(counted)
        if other is None or other == i or counted == plain(fact.name):
            continue
        mine = [q for n, q in index.quantities if n == i]
        aspects = [a for a in re.split(r"[,;|]", index.facts[other].value) if a.strip()]
        index.context[i] |= index.context[other]
        for place, quantity in enumerate(mine):
            aspect = aspects[place] if len(aspects) == len(mine) else index.facts[other].value
            index.about[i, quantity] = index.names[i] | {
                w.stem for w in words_of(aspect, index.locale)
            }


_IMPLIED = (
    (
        re.compile(
            r"\b(?:hand[- ]?wash(?:ing)? only|only (?:wash )?by hand|surface wash only|spot clean only|sponge clean only|handwäsche)\b"
        ),
        "dishwasher safe proof machine washable tumble dryer dry",
        False,
    ),
    (re.compile(r"\b(?:hand[- ]?wash)\b"), "wash", True),
    (re.compile(r"\bdry[- ]clean(?:ing)? only\b"), "machine tumble washable dryer", False),
    (
        re.compile(r"\bmachine wash|machine[- ]washable|washable at|waschbar|machine at\b"),
        "wash washable machine",
        True,
    ),
)


def _imply(index: FactIndex) -> None:
    """Hold what follows from whole phrases: hand wash only means not for the dishwasher; an old price means a saving."""
    for number, fact in enumerate(index.facts):
        for pattern, words, is_positive in _IMPLIED:
            if pattern.search(plain(fact.value)):
                for word in words_of(words, index.locale):
                    for form in {word.lemma, word.stem}:
                        if is_positive or form not in index.held:
                            index.held.setdefault(form, []).append(Held(number, is_positive, False))
        if (
            re.search(r"certif|zertif|siegel|label|safety|norm|tested|standard", plain(fact.name))
            and plain(fact.value) not in FALSE
        ):
            for word in words_of(
                "certified certification certificate tested zertifiziert zertifikat siegel geprüft getestet",
                index.locale,
            ):
                for form in {word.stem, word.lemma}:
                    index.held.setdefault(form, []).append(Held(number, True, False))
        if plain(fact.value) not in FALSE and _price_pair(index) and "price" in plain(fact.name):
            for word in words_of("save saving reduced discount offer deal off", "en"):
                for form in {word.stem, word.lemma}:
                    index.held.setdefault(form, []).append(Held(number, True, False))
        if (
            re.search(
                r"(?:^|_)(?:was|rrp|original|old|offer|sale|discount|reduced|special)(?:_|$)",
                plain(fact.name),
            )
            and fact.value
        ):
            for word in words_of(
                "save saving reduced discount offer special deal sale off price promotion", "en"
            ):
                index.held.setdefault(word.stem, []).append(Held(number, True, False))
                index.held.setdefault(word.lemma, []).append(Held(number, True, False))


def _price_pair(index: FactIndex) -> bool:
    """Whether two prices of one thing are given, so that one may be spoken of as a saving."""
    return (
        len(
            {
                i
                for i, q in index.quantities
                if q.dimension == "price" and "price" in plain(index.facts[i].name)
            }
        )
        > 1
    )


def _with_name(index: FactIndex, name: str, quantity: Quantity) -> Quantity:
    """A bare number takes its unit from the fact's name: weight_g, battery_life_hours, price."""
    if quantity.dimension:
        return quantity
    parts = plain(name).replace("-", "_").split("_")
    if (
        quantity.decimals
        and quantity.low <= 1
        and re.search(r"share|ratio|rate$|fraction|anteil", name.casefold())
    ):
        return Quantity(quantity.low * 100, quantity.high * 100, "percent", "", quantity.start, quantity.end,
                        quantity.words, quantity.is_worded, 0)  # fmt: skip
    if parts[-1] in (
        "pct",
        "percent",
        "percentage",
        "share",
        "prozent",
        "rabatt",
        "discount",
    ) and not (parts[-1] in ("rabatt", "discount") and index.currency):
        return _as(quantity, "percent", "")
    if "per" in parts[1:-1] and unit_of(parts[parts.index("per") - 1]):
        parts = parts[: parts.index("per")]
    for place, part in enumerate(reversed(parts)):
        is_last = place == 0 and len(parts) > 1
        if not is_last and (len(part) < 2 or part in _NO_UNIT_ALONE):
            continue
        if part in CURRENCIES and part not in ("p", "kr"):
            return _as(quantity, "price", CURRENCIES[part])
        unit = unit_of(part)
        if (
            part == "min"
            and (not is_last or _LEAST.search(plain(name)))
            and not _TIMED.search(plain(name))
        ):
            continue
        if part == "bar" and is_last and re.search(r"pressure|druck|pump", plain(name)):
            return _scaled(quantity, ("pressure", "bar"))
        if part == "in" and not _LENGTH_NAME.search(plain(name)):
            continue
        if unit and part not in ("stone", "bar", "second", "pound"):
            return _scaled(quantity, unit)
    if parts[-1] in ("hours", "minutes", "days", "weeks", "months", "years", "seconds") and (
        unit := unit_of(parts[-1])
    ):
        return _scaled(quantity, unit)
    if "age" in parts or "ages" in parts or "years" in parts:
        return _scaled(quantity, ("calendar", "year" if "months" not in parts else "month"))
    if _PRICE_NAMES.search("_".join(parts)) or (
        index.currency
        and re.search(
            r"value|spend|amount|minimum|over|from|voucher|discount|saving|credit|fee", name
        )
    ):
        return _as(quantity, "price", index.currency or "")
    return quantity


def _as(quantity: Quantity, dimension: str, unit: str) -> Quantity:
    return Quantity(quantity.low, quantity.high, dimension, unit, quantity.start, quantity.end, quantity.words,
                    quantity.is_worded, quantity.decimals)  # fmt: skip


def _scaled(quantity: Quantity, unit: tuple[str, str]) -> Quantity:
    factor = factor_of(*unit)
    return Quantity(quantity.low * factor, quantity.high * factor, unit[0], unit[1], quantity.start, quantity.end,
                    quantity.words, quantity.is_worded, quantity.decimals)  # fmt: skip


def _hold(
    index: FactIndex,
    number: int,
    words: tuple[Word, ...],
    polarity: list[bool],
    *,
    is_identity: bool,
) -> None:
    """Hold the words and whatever they support (oak supports wood)."""
    supports = lexicon_for(index.locale).supports
    for i, word in enumerate(words):
        index.direct.setdefault(word.stem, []).append(Held(number, polarity[i], is_identity))
        places = index.held.setdefault(word.stem, [])
        places.append(Held(number, polarity[i], is_identity))
        if word.lemma != word.stem:
            index.held.setdefault(word.lemma, []).append(Held(number, polarity[i], is_identity))
        for key, other in supports.get(word.lemma, ()):
            if all(i + n < len(words) and words[i + n].lemma == part for n, part in enumerate(key)):
                for part in other:
                    for form in {part, *(w.stem for w in words_of(part, index.locale))}:
                        index.held.setdefault(form, []).append(
                            Held(number, polarity[i], is_identity)
                        )
