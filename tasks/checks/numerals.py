"""Numbers as people write them: digits, number words, fractions, ranges, prices, measures; with what they count."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.checks.units import CURRENCIES, Unit, factor_of, unit_of
from tasks.checks.words import Word, words_of

__all__ = ["Quantity", "find_quantities", "parse_number"]

_ONES = {w: i for i, w in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen".split())}  # fmt: skip
_TENS = {
    w: (i + 2) * 10
    for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_GERMAN = {w: i for i, w in enumerate(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn zwanzig".split())} | {"dreißig": 30, "vierzig": 40, "fünfzig": 50, "hundert": 100,
    "dutzend": 12, "tausend": 1000, "sechzig": 60, "achtzig": 80, "neunzig": 90}  # fmt: skip
_OTHER_WORDS = {"dozen": 12.0, "dozens": 12.0, "twin": 2.0, "trio": 3.0, "duo": 2.0, "quartet": 4.0}
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
_NUMERAL = re.compile(
    r"(?<![\w.,/])(?P<sign>[-−](?=\d))?(?P<currency>(?:US|A|C)?\$|[£€¥₹])?\s?"
    r"(?P<number>\d{1,3}(?:[,.’' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)(?P<vulgar>[½¼¾⅓⅔⅛])?"
)
_VULGAR_ALONE = re.compile(r"[½¼¾⅓⅔⅛]")
_AFTER = re.compile(
    r"[\s\u00a0-]{0,2}(?:(?P<percent>%|percent\b|per cent\b|prozent\b)|(?P<flo>fl\.?\s?oz\b)|(?P<workday>(?:working|business|week)[- ]?days?\b|(?:werk|arbeits)tagen?\b)|(?P<thread>thread[- ]count)|"
    r"(?P<quote>[\"″](?!\w))|(?P<sqm>sq\.?\s?(?:m|metres?|meters?)\b|square (?:metres?|meters?)|m²|cm²)|"
    r"(?P<deg>°\s?[CF]?|degrees? (?:celsius|fahrenheit|c|f)\b|º\s?[CF]?)|(?P<speed>km/h)|(?P<gsm>g/m²|g/m2|grams per square met(?:re|er))|(?P<fps>frames (?:per|a) second)|"
    r"(?P<cur>[£€$]|p\b|(?-i:EUR|GBP|USD|CHF|SEK|PLN|CAD|AUD)\b|euros?\b|dollars?\b|quid\b|pounds? sterling\b|pence\b|zł|kr\b)|"
    r"(?P<unit>[^\W\d_]+)\.?)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:- (?:to|and|or)|-|–|—|to|bis|and|und|or|oder)\s*$", re.IGNORECASE)
_LISTED = re.compile(
    r"-?\s*(?:,\s*(?:or|and)|,|/|\bor\b|\band\b|&|\boder\b|\bund\b)\s*", re.IGNORECASE
)
_TIME_OF_IDIOMS = frozenset({"s", "m", "h", "c", "f", "l", "g", "w", "v", "k", "in", "t"})
_SHARES = {"three quarters": 0.75, "two thirds": 2 / 3, "a quarter": 0.25, "one quarter": 0.25, "a third": 1 / 3,
           "one third": 1 / 3}  # fmt: skip
_NO_ARTICLE = frozenset({"time", "calendar", "degree"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: ``low`` to ``high`` in base units of ``dimension`` ('' counts things, 'price' is money)."""

    low: float
    high: float
    dimension: str
    unit: str
    start: int
    end: int
    words: str
    is_worded: bool
    decimals: int

    @property
    def is_range(self) -> bool:
        """Whether two different ends are given."""
        return self.low != self.high


@dataclass(slots=True)
class _Raw:
    value: float
    start: int
    end: int
    worded: bool
    decimals: int
    currency: str | None


def parse_number(text: str, locale: str = "en") -> float | None:
    """A number in digits, with the thousands and decimal marks of ``locale`` (both readings where it is plain)."""
    text = text.replace("’", "").replace("'", "").replace(" ", "")
    comma, dot = text.rfind(","), text.rfind(".")
    try:
        if comma >= 0 and dot >= 0:
            return float(
                text.replace(",", "") if dot > comma else text.replace(".", "").replace(",", ".")
            )
        if comma >= 0:
            tail = len(text) - comma - 1
            is_thousands = tail == 3 and not locale.startswith(("de", "fr", "es", "it", "nl"))
            return float(text.replace(",", "" if is_thousands or text.count(",") > 1 else "."))
        if dot >= 0 and locale.startswith(("de", "es", "it", "nl")) and len(text) - dot - 1 == 3:
            return float(text.replace(".", ""))
        return float(text.replace(".", "") if text.count(".") > 1 else text)
    except ValueError:
        return None


def _worded(words: tuple[Word, ...], i: int, locale: str) -> tuple[float, int] | None:
    """The number that the words from ``i`` spell and the index after it, or None."""
    word = words[i].lower
    if locale.startswith("de"):
        value = _GERMAN.get(word)
        return (float(value), i + 1) if value is not None and value > 1 else None
    if word == "half" and i + 2 < len(words) and words[i + 1].lower in ("a", "an"):
        return (6.0, i + 3) if words[i + 2].lower == "dozen" else (0.5, i + 2)
    if word == "half" and i + 1 < len(words) and words[i + 1].lower == "dozen":
        return 6.0, i + 2
    share = _SHARES.get(" ".join(w.lower for w in words[i : i + 2]))
    if (
        share
        and i + 4 < len(words)
        and words[i + 2].lower == "of"
        and words[i + 3].lower in ("a", "an")
        and unit_of(words[i + 4].lower)
    ):
        return share, i + 4
    if word == "half" and i + 1 < len(words) and unit_of(words[i + 1].lower):
        return 0.5, i + 1
    if word in ("half", "third", "quarter"):
        return None
    if word == "quarter" and i + 2 < len(words) and words[i + 1].lower == "of":
        return 0.25, i + 2
    if word in _OTHER_WORDS:
        return _OTHER_WORDS[word], i + 1
    total, current, j, seen = 0.0, 0.0, i, False
    while j < len(words):
        lower = words[j].lower
        if lower in _ONES and not (seen and current % 10 and lower in _ONES):
            current += _ONES[lower]
        elif lower in _TENS and not (seen and current % 100):
            current += _TENS[lower]
        elif lower == "hundred" and seen:
            current *= 100
        elif lower in ("thousand", "million") and seen:
            total += current * _SCALES[lower]
            current = 0.0
        elif lower == "dozen" and seen:
            current *= 12
        elif (
            lower == "and"
            and seen
            and j + 2 < len(words)
            and words[j + 1].lower == "a"
            and words[j + 2].lower == "half"
        ):
            return total + current + 0.5, j + 3
        elif (
            lower == "and"
            and seen
            and current >= 100
            and j + 1 < len(words)
            and (words[j + 1].lower in _ONES or words[j + 1].lower in _TENS)
        ):
            pass
        elif lower == "point" and seen and j + 1 < len(words) and words[j + 1].lower in _ONES:
            return total + current + _ONES[words[j + 1].lower] / 10, j + 2
        else:
            break
        seen = True
        j += 1
    return (total + current, j) if seen else None


def _raw_numbers(text: str, locale: str) -> list[_Raw]:
    found: list[_Raw] = []
    for match in _NUMERAL.finditer(text):
        number = match.group("number")
        # A letter glued to the digits makes a code (A5, IPX7); a unit is read below.
        value = parse_number(number, locale)
        if value is None:
            continue
        if match.group("vulgar"):
            value += _VULGAR[match.group("vulgar")]
        currency = match.group("currency")
        found.append(_Raw(
            -value if match.group("sign") or text[: match.start()].rstrip().lower().endswith(" minus") else value, match.start("currency" if currency else "number"), match.end(),
            False, len(number.rpartition(".")[2]) if "." in number else 0,
            CURRENCIES[currency.casefold()] if currency else None,
        ))  # fmt: skip
    for match in _VULGAR_ALONE.finditer(text):
        if not any(r.start <= match.start() < r.end for r in found):
            found.append(_Raw(_VULGAR[match.group()], match.start(), match.end(), True, 0, None))
    words = words_of(text, locale)
    i = 0
    while i < len(words):
        spelled = None if words[i].is_number else _worded(words, i, locale)
        if spelled is None:
            article = words[i].lower in ("a", "an", "one", "ein", "einen", "eine") and i + 1 < len(
                words
            )
            unit = unit_of(words[i + 1].lower) if article and len(words[i + 1].lower) > 3 else None
            if (
                unit
                and unit[1]
                and unit[0] not in _NO_ARTICLE
                and words[i + 1].lower
                not in ("stone", "mile", "foot", "pound", "watt", "bar", "second")
            ):
                half = [w.lower for w in words[i + 2 : i + 5]] == ["and", "a", "half"]
                found.append(
                    _Raw(1.5 if half else 1.0, words[i].start, words[i].end, True, 0, None)
                )
            i += 1
            continue
        found.append(_Raw(spelled[0], words[i].start, words[spelled[1] - 1].end, True, 0, None))
        i = spelled[1]
    # "half a litre" is one number; its "a litre" is not a second one.
    found.sort(key=lambda r: (r.start, -r.end))
    kept: list[_Raw] = []
    for raw in found:
        if kept and raw.start < kept[-1].end:
            continue
        kept.append(raw)
    return kept


def _unit_after(text: str, raw: _Raw) -> tuple[Unit | None, str | None, int]:
    """(unit, currency, end) of what follows a number."""
    match = _AFTER.match(text, raw.end)
    if not match:
        return None, None, raw.end
    kind = match.lastgroup
    if kind == "percent":
        return ("percent", ""), None, match.end()
    if kind == "flo":
        return ("volume", "imperial_fluid_ounce"), None, match.end()
    if kind == "workday":
        return ("workday", ""), None, match.end()
    if kind == "thread":
        return ("thread_count", ""), None, match.end()
    if kind == "quote":
        return ("length", "inch"), None, match.end()
    if kind == "sqm":
        return (
            ("area", "centimeter**2" if match.group().strip().startswith("cm") else "meter**2"),
            None,
            match.end(),
        )
    if kind == "deg":
        tail = match.group().strip().casefold()
        return (
            (
                "°f"
                if tail.endswith(("f", "fahrenheit"))
                else "°c"
                if tail.endswith(("c", "celsius"))
                else "degree",
                "",
            ),
            None,
            match.end(),
        )
    if kind == "speed":
        return ("speed", "kilometer/hour"), None, match.end()
    if kind == "gsm":
        return ("gsm", ""), None, match.end()
    if kind == "fps":
        return ("fps", ""), None, match.end()
    if kind == "cur":
        sign = match.group("cur").casefold()
        if sign in ("p", "kr") and match.group()[:1] not in " \u00a0" and sign == "kr":
            return None, None, raw.end
        return None, CURRENCIES.get(sign), match.end()
    surface = match.group("unit")
    gap = match.group()[: match.start("unit") - match.start()]
    if len(surface) == 1 and gap.startswith("-"):
        return None, None, raw.end
    if surface.casefold() == "in" and (gap or raw.worded):
        # "3 in 1", "two in hand": inches only when glued or before a full stop or a dimension word.
        rest = text[match.end() :].lstrip()
        if not re.match(r"(?:$|[.,;x×)]|long|wide|tall|deep|high|diameter|screen|display)", rest):
            return None, None, raw.end
    if raw.worded and surface.casefold() in (
        _TIME_OF_IDIOMS | {"bar", "bars", "stone", "foot", "second"}
    ):
        return None, None, raw.end
    if surface == "G" and not gap:
        return None, None, raw.end  # 5G is no weight
    unit = unit_of(surface) if len(surface) == 1 else unit_of(surface.casefold())
    if unit is None:
        return None, None, raw.end
    return unit, None, match.start("unit") + len(surface)


@lru_cache(maxsize=8192)
def find_quantities(text: str, locale: str = "en") -> tuple[Quantity, ...]:
    """Every number of ``text`` with its unit; "2 to 4 days" and "40 x 30 cm" share the unit that stands last."""
    raws = _raw_numbers(text, locale)
    units = [_unit_after(text, raw) for raw in raws]
    for i in range(len(raws) - 2, -1, -1):
        # "160, 168 or 176 cm": a list shares the unit of its last number.
        between = text[raws[i].end : raws[i + 1].start]
        if (
            units[i] == (None, None, raws[i].end)
            and not raws[i].currency
            and not raws[i].worded
            and units[i + 1][0]
            and _LISTED.fullmatch(between)
            and not raws[i + 1].worded
            and (
                between.strip() != ","
                or _LISTED.fullmatch(
                    text[raws[i + 1].end : raws[i + 2].start] if i + 2 < len(raws) else ""
                )
            )
        ):
            units[i] = (units[i + 1][0], None, raws[i].end)
    found: list[Quantity] = []
    i = 0
    while i < len(raws):
        group = [i]
        while group[-1] + 1 < len(raws):
            between = text[units[group[-1]][2] : raws[group[-1] + 1].start]
            crossed = re.fullmatch(r"\s*[x×]\s*|\s+(?:by|mal)\s+", between)
            if crossed or (
                _RANGE.fullmatch(between) and len(group) == 1 and "-" not in between[:0]
            ):
                if (
                    not crossed
                    and re.search(r"and|und|or|oder", between)
                    and not _between(text, raws[group[0]].start)
                ):
                    break
                group.append(group[-1] + 1)
                if not crossed:
                    break
            else:
                break
        last_unit, last_currency, last_end = units[group[-1]]
        crossed_group = len(group) > 1 and bool(
            re.search(r"[x×]|\b(?:by|mal)\b", text[units[group[0]][2] : raws[group[1]].start])
        )
        values = []
        for member in group:
            unit, currency, end = units[member]
            unit = unit or (last_unit if not currency and not raws[member].currency else None)
            money = raws[member].currency or currency or (last_currency if unit is None else None)
            if money is None and len(group) > 1 and raws[group[0]].currency:
                money = raws[group[0]].currency
            values.append((raws[member], unit, money, max(end, raws[member].end)))
        if (
            len(values) == 2
            and not crossed_group
            and values[0][0].value <= values[1][0].value
            and _same(values)
        ):
            found.append(_quantity(text, values[0], values[1], last_end))
        else:
            found += [_quantity(text, value, value, value[3]) for value in values]
        i = group[-1] + 1
    return tuple(_joined(text, found))


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """ "One metre eighty" is one measure."""
    kept: list[Quantity] = []
    for quantity in found:
        last = kept[-1] if kept else None
        if (
            last
            and last.unit == "meter"
            and not quantity.dimension
            and quantity.is_worded == last.is_worded
            and 10 <= quantity.low < 100
            and text[last.end : quantity.start] == " "
        ):
            low = last.low + quantity.low / 100
            kept[-1] = Quantity(
                low, low, last.dimension, "centimeter", last.start, quantity.end,
                text[last.start : quantity.end], last.is_worded, 2,
            )  # fmt: skip
        else:
            kept.append(quantity)
    return kept


def _between(text: str, start: int) -> bool:
    return bool(re.search(r"\b(?:between|zwischen|either)\s*$", text[:start], re.IGNORECASE))


def _same(values: list[tuple[_Raw, Unit | None, str | None, int]]) -> bool:
    (_, first, money1, _), (_, second, money2, _) = values
    return money1 == money2 and (first or ("", ""))[0] == (second or ("", ""))[0]


def _quantity(
    text: str,
    low: tuple[_Raw, Unit | None, str | None, int],
    high: tuple[_Raw, Unit | None, str | None, int],
    end: int,
) -> Quantity:
    raw, unit, money, _ = low
    other = high[0]
    if money:
        scale = 0.01 if money in ("GBX", "USX") else 1.0
        currency = {"GBX": "GBP", "USX": "USD"}.get(money, money)
        return Quantity(raw.value * scale, other.value * scale, "price", currency, raw.start, end,
                        text[raw.start : end].strip(), raw.worded, raw.decimals)  # fmt: skip
    if unit is None:
        return Quantity(raw.value, other.value, "", "", raw.start, max(end, other.end),
                        text[raw.start : max(end, other.end)].strip(), raw.worded, raw.decimals)  # fmt: skip
    upper_unit = high[1] or unit
    return Quantity(
        raw.value * factor_of(*unit), other.value * factor_of(*upper_unit), unit[0], unit[1], raw.start,
        max(end, other.end), text[raw.start : max(end, other.end)].strip(), raw.worded, raw.decimals,
    )  # fmt: skip
