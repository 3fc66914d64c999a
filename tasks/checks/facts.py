"""What a brief's facts support: words with their polarity, numbers with their units, codes, dates."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from functools import lru_cache

from plugins.contract import Fact
from tasks.checks.fact_counts import summed
from tasks.checks.fact_implied import FALSE, TRUE, imply
from tasks.checks.fact_index import FactIndex, Held
from tasks.checks.fact_units import with_name
from tasks.checks.lexicon import lexicon_for
from tasks.checks.negation import is_negated
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.units import CURRENCIES
from tasks.checks.words import Word, plain, words_of

__all__ = ["index_facts"]


_IDENTITY = re.compile(
    r"(?:^|_)(?:name|title|brand|collection|sku|model|range|marke|produkt)(?:$|_)"
)


_EXCLUDING = re.compile(
    r"free_?from|without|exclud|(?:^|_)not_|does_not|do_not|refus|ohne|nicht|frei_von|(?:^|_)never(?:_|$)|(?:^|_)no_(?!thanks)"
)


_DENYING = re.compile(
    r"(?:not|no|none|without|never|avoid|unsuitable|kein|keine|nicht|ohne)\b(?! only)|0(?:[.,]0)? ?(?:g|mg|%)(?!\w)"
)


_CODE = re.compile(
    r"(?<![\w])(?=[\w.\-/]*\d)(?=[\w.\-/]*[A-Za-z])[A-Za-z0-9][\w.\-/]*[A-Za-z0-9+](?![\w])"
)


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


_ASKED = re.compile(
    r"(?:^|_)(?:question|asked|query|enquiry|inquiry|frage|message|customer_says|customer_wrote|complaint_text|topic|thema|review|subject)(?:$|_topic$|_text$)"
)


_STOCK = re.compile(r"(?:is_)?(?:in_stock|available|back_in_stock|stock|in_stock_now)")


_CURRENCY_NAMES = re.compile(r"currency|währung|waehrung")


@lru_cache(maxsize=256)
def index_facts(facts: tuple[Fact, ...], locale: str) -> FactIndex:
    """Prepare ``facts``. Cached: a brief's candidates share it; no more than a batch or two, so that a run's memory
    stays flat."""
    index = FactIndex(facts, locale)
    lexicon = lexicon_for(locale)
    for fact in facts:
        if _CURRENCY_NAMES.search(fact.name.casefold()):
            index.currency = CURRENCIES.get(fact.value.casefold().strip())
    for number, fact in enumerate(facts):
        _index_one(index, number, fact)
    _join_counts(index)
    imply(index)
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
        index.derived.setdefault("asked_facts", []).append(fact)
        index.derived.setdefault("asked_numbers", []).extend(
            (number, q) for q in find_quantities(value, locale, is_fact=True)
        )
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
        if not denied:
            _count_name(index, number, name)
        return
    polarity = [
        not is_negated(value, value_words, i, i + 1) ^ excluding for i in range(len(value_words))
    ]
    # "batteries: not required" and "fragrance: fragrance-free" deny what they are named for.
    refused = bool(_DENYING.match(folded))
    denied_stems = {
        # "sleeves: sleeveless" denies what the fact is named for.
        word.stem
        for word in name_words
        if re.search(rf"\b{re.escape(word.lemma)}(?:less|frei)\b", folded)
    } | {word.stem for word, positive in zip(value_words, polarity, strict=True) if not positive}
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
    numbers_listed = [q for q in find_quantities(value, locale, is_fact=True) if not q.is_range]
    if len(numbers_listed) > 2 and len({q.dimension for q in numbers_listed}) == 1:
        # "Sizes 6 to 16" may be said of 6, 8, 10, 12, 14, 16.
        lows = [q.low for q in numbers_listed]
        span = Quantity(
            min(lows), max(lows), numbers_listed[0].dimension, "list", 0, 0, "", False, 0
        )
        index.quantities.append((number, span))
        index.about[number, span] = index.names[number]
    for match in re.finditer(r"(?:\bstars? |\b(?=(?:\d (?:and |or )?)*\d stars?))(\d)\b", name):
        stars = Quantity(
            float(match.group(1)),
            float(match.group(1)),
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
    if folded not in FALSE:
        _count_name(index, number, name)
    for count in summed(value) if locale.startswith("en") else ():
        index.quantities.append((number, count))
        index.about[number, count] = index.names[number]
    parts = [m.span() for m in re.finditer(r"[^,;/|()]+(?:\([^)]*\))?", value)]
    spaced = re.sub(r"(?<=\d)[x×](?=\d)", " x ", value)  # "140x200" is 140 and 200
    for quantity in find_quantities(spaced if spaced != value else value, locale, is_fact=True):
        if is_identity and quantity.is_worded:
            continue
        known = with_name(index, fact.name, quantity, spaced if spaced != value else value)
        index.quantities.append((number, known))
        part = next((p for p in parts if p[0] <= quantity.start < p[1]), (0, len(value)))
        index.about[number, known] = index.names[number] | {
            word.stem for word in words_of(value[part[0] : part[1]], locale) if not word.is_number
        }


def _count_name(index: FactIndex, number: int, name: str) -> None:
    """ "five_star: 10", "two_way_zip: true" and "2_year_guarantee: true" say their numbers by their names."""
    for quantity in find_quantities(name, index.locale):
        if not index.identity[number] and (quantity.is_worded or quantity.dimension):
            index.quantities.append((number, quantity))
            index.about[number, quantity] = index.names[number]


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
        mine = [q for n, q in index.quantities if n == i and q.unit not in ("items", "list")]
        aspects = [a for a in re.split(r"[,;|]", index.facts[other].value) if a.strip()]
        index.context[i] |= index.context[other]
        for place, quantity in enumerate(mine):
            aspect = aspects[place] if len(aspects) == len(mine) else index.facts[other].value
            index.about[i, quantity] = index.names[i] | {
                w.stem for w in words_of(aspect, index.locale)
            }


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
