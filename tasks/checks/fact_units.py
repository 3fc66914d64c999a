"""A fact's bare number takes its unit from the fact's name: weight_g, battery_life_hours, price."""

from __future__ import annotations

import re

from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.units import CURRENCIES, factor_of, unit_of
from tasks.checks.words import plain

__all__ = ["with_name"]


_PRICE_NAMES = re.compile(
    r"price|cost|rrp|msrp|preis|fee|value_of|saving|was$|_was|threshold|minimum_order"
)


_TIMED = re.compile(r"time|duration|brew|charg|cook|play|run|burn|prep|dauer|zeit|boil|bake")


_LEAST = re.compile(
    r"order|age|spend|price|quantity|qty|temp|player|height|width|size|length|weight|stay|person|group|amount|max"
)


_LENGTH_NAME = re.compile(
    r"width|height|depth|length|diameter|size|screen|inseam|waist|chest|collar|heel|fits|display|wide|tall|long|deep|drop|span"
)


# "made_in: 2023", "comes_in: 4", "built_in: 2": no inches.
_LEADS_TO = re.compile(
    r"(?:^|_)(?:\w+ed|made|built|comes?|grown|born|log|sign|opt|walk|drop|plug|check|trade|break|count|number|stock|store|items?|pieces?|total|days?|weeks?|months?|years?|hours?|minutes?|ready|available|sold|set|pack|delivery|arrives?|ships?|serves?|fits|done)_in$"
)


_NO_UNIT_ALONE = frozenset(
    "in min m l g s h w v a c k p kr day year month week second minute hour bar stone foot feet "
    "yard pound degree pa ma std sec ct nm ah mb mp ie iu db grad".split()
)


_COUNTS = re.compile(
    r"\s+(?!net|incl|excl|plus|per|each|inc|gross|netto|brutto|ab|or|and|to|from|was|now|vat|off)[a-zäöü]{3,}",
    re.IGNORECASE,
)


def with_name(index: FactIndex, name: str, quantity: Quantity, value: str) -> Quantity:
    """A bare number takes its unit from the fact's name: weight_g, battery_life_hours, price."""
    if quantity.dimension == "percent" and quantity.low < 0:
        # "winter stoves −25%" is a quarter off.
        return Quantity(-quantity.low, -quantity.high, "percent", "", quantity.start, quantity.end, quantity.words,
                        quantity.is_worded, quantity.decimals)  # fmt: skip
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
    if parts[0] in ("pct", "percent", "percentage") and len(parts) > 1:
        return _as(quantity, "percent", "")
    if parts[-1] in (
        "abv",
        "alcohol",
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
        if part == "in" and not _is_length(quantity, "_".join(parts)):
            continue
        if unit and part not in ("stone", "bar", "second", "pound"):
            return _scaled(quantity, unit)
    if parts[-1] in ("hours", "minutes", "days", "weeks", "months", "years", "seconds") and (
        unit := unit_of(parts[-1])
    ):
        return _scaled(quantity, unit)
    if "age" in parts or "ages" in parts or "years" in parts:
        return _scaled(quantity, ("calendar", "year" if "months" not in parts else "month"))
    if quantity.is_worded or _COUNTS.match(value[quantity.end :]):
        return quantity  # "€7.60 from 10 boxes"
    if _PRICE_NAMES.search("_".join(parts)) or (
        index.currency
        and re.search(
            r"value|spend|amount|minimum|over|from|voucher|discount|saving|credit|fee", name
        )
    ):
        return _as(quantity, "price", index.currency or "")
    return quantity


def _is_length(quantity: Quantity, name: str) -> bool:
    """Whether a name that ends in "_in" gives inches: brim_in, chain_in, reach_in; no year, nothing "made in"."""
    if _LENGTH_NAME.search(name):
        return True
    return not _LEADS_TO.search(name) and not 1900 <= quantity.low < 2100


def _as(quantity: Quantity, dimension: str, unit: str) -> Quantity:
    return Quantity(quantity.low, quantity.high, dimension, unit, quantity.start, quantity.end, quantity.words,
                    quantity.is_worded, quantity.decimals)  # fmt: skip


def _scaled(quantity: Quantity, unit: tuple[str, str]) -> Quantity:
    factor = factor_of(*unit)
    return Quantity(quantity.low * factor, quantity.high * factor, unit[0], unit[1], quantity.start, quantity.end,
                    quantity.words, quantity.is_worded, quantity.decimals)  # fmt: skip
