"""Numbers as people write them: digits, number words, fractions, ranges, prices, measures; with what they count."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.checks.number_words import Raw, raw_numbers
from tasks.checks.units import CURRENCIES, Unit, factor_of, unit_of

__all__ = ["Quantity", "find_quantities"]


_AFTER = re.compile(
    r"[\s\u00a0-]{0,2}(?:(?P<percent>%|percent\b|per cent\b|prozent\b)|(?P<flo>fl\.?\s?oz\b)|(?P<workday>(?:working|business|week)[- ]?days?\b|(?:werk|arbeits)tagen?\b)|(?P<thread>thread[- ]count)|"
    r"(?P<quote>[\"″](?!\w))|(?P<sqm>sq\.?\s?(?:m|metres?|meters?)\b|square (?:metres?|meters?)|c?m²|c?m2\b)|"
    r"(?P<deg>°\s?[CF]?|degrees? (?:celsius|fahrenheit|c|f)\b|º\s?[CF]?)|(?P<speed>km/h)|(?P<gsm>g/m²|g/m2|grams per square met(?:re|er))|(?P<fps>frames (?:per|a) second)|"
    r"(?P<cur>[£€$]|p\b|(?-i:EUR|GBP|USD|CHF|SEK|PLN|CAD|AUD)\b|euros?\b|dollars?\b|bucks?\b|quid\b|pounds? sterling\b|pence\b|zł|kr\b)|"
    r"(?P<unit>[^\W\d_]+)(?!\d)\.?)",
    re.IGNORECASE,
)


_RANGE = re.compile(r"\s*(?:- (?:to|and|or)|up to|-|–|—|to|bis|and|und|or|oder)\s*$", re.IGNORECASE)


_LISTED = re.compile(
    r"-?\s*(?:,\s*(?:or|and)|,|/|\bor\b|\band\b|&|\boder\b|\bund\b)\s*", re.IGNORECASE
)


# "7 in plus 1 in extender": in a fact, inches, unless a word follows that "in" leads to.
_LED_BY_IN = re.compile(
    r"[\s-]*(?:\d|[A-Z]|(?:an?|one|the|this|each|every|all|total|any|our|your|its|their|stock|store|stores|use|hand|row|rows|box|boxes|pack|packs|case|cases|set|sets|tin|cart|basket|half|white|black|colou?rs?)\b)"
)


_TIME_OF_IDIOMS = frozenset({"s", "m", "h", "c", "f", "l", "g", "w", "v", "k", "in", "t"})


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


def _unit_after(
    text: str, raw: Raw, *, is_fact: bool = False
) -> tuple[Unit | None, str | None, int]:
    """(unit, currency, end) of what follows a number; a fact says "7 in" where a sentence would say "7 inches"."""
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
        if raw.worded and text[match.end() : match.end() + 1].isdigit():
            return None, None, raw.end  # "one photo, one £100 gift card"
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
        if is_fact and not raw.worded:
            if _LED_BY_IN.match(rest):
                return None, None, raw.end
        elif not re.match(r"(?:$|[.,;x×)]|long|wide|tall|deep|high|diameter|screen|display)", rest):
            return None, None, raw.end
    if (
        raw.worded
        and surface.casefold() in (_TIME_OF_IDIOMS | {"bar", "bars", "stone", "foot", "second"})
        and (surface.casefold(), gap) != ("foot", "-")
    ):
        return None, None, raw.end
    if surface == "G" and not gap:
        return None, None, raw.end  # 5G is no weight
    unit = unit_of(surface) if len(surface) == 1 else unit_of(surface.casefold())
    if unit is None:
        return None, None, raw.end
    return unit, None, match.start("unit") + len(surface)


@lru_cache(maxsize=8192)
def find_quantities(
    text: str, locale: str = "en", *, is_fact: bool = False
) -> tuple[Quantity, ...]:
    """Every number of ``text`` with its unit; "2 to 4 days" and "40 x 30 cm" share the unit that stands last."""
    raws = raw_numbers(text, locale)
    is_fact = is_fact and locale.startswith("en")
    units = [_unit_after(text, raw, is_fact=is_fact) for raw in raws]
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
                if not crossed and raws[group[0]].worded and between.strip() == "up to":
                    break  # "it takes one up to 6.7 inches"
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


def _same(values: list[tuple[Raw, Unit | None, str | None, int]]) -> bool:
    (_, first, money1, _), (_, second, money2, _) = values
    return money1 == money2 and (first or ("", ""))[0] == (second or ("", ""))[0]


def _quantity(
    text: str,
    low: tuple[Raw, Unit | None, str | None, int],
    high: tuple[Raw, Unit | None, str | None, int],
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
