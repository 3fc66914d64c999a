"""Units: what a surface form ("ml", "inches") measures, and its factor to the base unit. Factors come from pint."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

from functools import lru_cache

__all__ = ["CURRENCIES", "UNITS", "Unit", "factor_of", "unit_of"]

Unit = tuple[str, str]
"""(dimension, pint's name of the unit). Only units of one dimension can be compared."""

CURRENCIES = {
    "£": "GBP", "$": "USD", "€": "EUR", "gbp": "GBP", "usd": "USD", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "quid": "GBP", "pounds sterling": "GBP", "chf": "CHF", "sek": "SEK",
    "kr": "SEK", "¥": "JPY", "jpy": "JPY", "yen": "JPY", "cad": "CAD", "aud": "AUD", "pence": "GBX", "p": "GBX",
    "cents": "USX", "₹": "INR", "zł": "PLN", "pln": "PLN", "us$": "USD", "a$": "AUD", "c$": "CAD",
}  # fmt: skip

_GROUPS: dict[str, dict[str, str]] = {
    "length": {
        "millimeter": "mm millimetre millimetres millimeter millimeters",
        "centimeter": "cm cms centimetre centimetres centimeter centimeters zentimeter",
        "decimeter": "dm",
        "meter": "m metre metres meter meters",
        "kilometer": "km kilometre kilometres kilometer kilometers",
        "inch": "in inch inches ″ zoll",
        "foot": "ft foot feet",
        "yard": "yd yds yard yards",
        "mile": "mile miles",
        "micrometer": "micron microns µm",
    },
    "mass": {
        "milligram": "mg milligram milligrams milligramm",
        "microgram": "mcg µg microgram micrograms",
        "gram": "g gr gram grams gramme grammes gramm",
        "kilogram": "kg kgs kilo kilos kilogram kilograms kilogramm",
        "ounce": "oz ounce ounces",
        "pound": "lb lbs pound pounds pfund",
        "stone": "stone",
        "tonne": "tonne tonnes",
    },
    "volume": {
        "milliliter": "ml mls millilitre millilitres milliliter milliliters",
        "centiliter": "cl centilitre centilitres",
        "deciliter": "dl decilitre",
        "liter": "l ltr litre litres liter liters litern",
        "imperial_fluid_ounce": "fl_oz",
        "imperial_pint": "pint pints",
        "imperial_gallon": "gallon gallons",
    },
    "area": {"meter**2": "m² m2 sqm", "centimeter**2": "cm² cm2", "foot**2": "sqft"},
    "time": {
        "second": "s sec secs second seconds sekunde sekunden",
        "minute": "min mins minute minutes minuten",
        "hour": "h hr hrs hour hours stunde stunden std",
        "day": "day days tag tage tagen",
        "week": "week weeks woche wochen",
    },
    "calendar": {
        "month": "month months monat monate monaten",
        "year": "year years yr yrs yo jahr jahre jahren",
    },
    "power": {"watt": "w watt watts", "kilowatt": "kw kilowatt kilowatts", "horsepower": "hp"},
    "energy": {
        "watt_hour": "wh",
        "kilowatt_hour": "kwh",
    },
    "food_energy": {"kilocalorie": "kcal cal calorie calories", "kilojoule": "kj"},
    "charge": {"milliampere_hour": "mah", "ampere_hour": "ah"},
    "voltage": {"volt": "v volt volts"},
    "current": {"ampere": "amp amps", "milliampere": "ma"},
    "frequency": {"hertz": "hz hertz", "kilohertz": "khz", "megahertz": "mhz", "gigahertz": "ghz"},
    "data": {
        "kilobyte": "kb kilobyte kilobytes",
        "megabyte": "mb megabyte megabytes",
        "gigabyte": "gb gigabyte gigabytes",
        "terabyte": "tb terabyte terabytes",
    },
    "data_rate": {"megabit/second": "mbps mbit/s", "gigabit/second": "gbps gbit/s"},
    "pressure": {"bar": "bar bars", "psi": "psi", "pascal": "pa", "kilopascal": "kpa"},
    "luminous": {"lumen": "lm lumen lumens"},
    "speed": {"kilometer/hour": "kmh km/h kph", "mile/hour": "mph"},
}
# Units that nothing converts to: only equal numbers of the same unit agree.
_ALONE = {
    "°c": "c celsius degc", "°f": "f fahrenheit", "degree": "degree degrees deg grad", "db": "db decibel decibels",
    "rpm": "rpm", "mp": "mp megapixel megapixels", "dpi": "dpi", "denier": "denier", "gsm": "gsm g/m²",
    "tog": "tog togs", "carat": "carat carats ct karat karats", "kelvin": "kelvin k", "percent": "% percent prozent",
    "nit": "nit nits", "thread_count": "thread_count", "abv": "abv", "ppm": "ppm", "iu": "iu ie",
    "cfu": "cfu", "tsp": "tsp teaspoon teaspoons", "tbsp": "tbsp tablespoon tablespoons", "dioptre": "dioptre",
    "newton metre": "nm", "bpm": "bpm", "fps": "fps", "lux": "lux", "newton": "newton newtons", "knot": "knot knots", "workday": "workday",
}  # fmt: skip

UNITS: dict[str, Unit] = {
    surface: (dimension, name)
    for dimension, units in _GROUPS.items()
    for name, surfaces in units.items()
    for surface in surfaces.split()
}
UNITS.update(
    {surface: (name, "") for name, surfaces in _ALONE.items() for surface in surfaces.split()}
)
_CASED = {
    "A": ("current", "ampere"),
    "K": ("kelvin", ""),
    "W": ("power", "watt"),
    "V": ("voltage", "volt"),
}
_METRIC = frozenset(
    "millimeter centimeter decimeter meter kilometer milligram gram kilogram milliliter centiliter deciliter liter".split()
)


def unit_of(surface: str) -> Unit | None:
    """The unit that ``surface`` names, or None. Capital A, K, W and V are amperes, kelvins, watts and volts."""
    return _CASED.get(surface) or UNITS.get(surface.casefold().rstrip("."))


def is_metric(name: str) -> bool:
    """Whether a pint unit name is metric: conversions within metric are exact, across systems they are rounded."""
    return name in _METRIC


@lru_cache(maxsize=1)
def _registry() -> object:
    import pint

    return pint.UnitRegistry(cache_folder=None)


@lru_cache(maxsize=256)
def factor_of(dimension: str, name: str) -> float:
    """How many base units one unit is (metres, grams, litres, seconds, months …); money and percent are their own."""
    if not name or dimension in ("price", "percent"):
        return 1.0
    if dimension == "calendar":
        # Copy says "a 2-year guarantee" for 24 months: calendar units count in months, not in seconds.
        return 12.0 if name == "year" else 1.0
    quantity = _registry()(f"1 {name}")  # type: ignore[operator]
    return float(quantity.to_base_units().magnitude)
