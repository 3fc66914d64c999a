"""Prices, numbers and dates as a locale writes them (Babel); what is none of these comes back as it is."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

__all__ = ["as_date", "as_money", "as_number"]

_SYMBOLS = {"£": "GBP", "$": "USD", "€": "EUR"}
_MONEY = re.compile(r"(?:([£$€])\s?(\d{1,9}(?:\.\d{1,2})?)|(\d{1,9}(?:\.\d{1,2})?) ([A-Z]{3}))")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    """The Babel locale of a BCP 47 tag, else of its language, else English."""
    for name in (tag, tag.split("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def as_money(value: str, locale: str) -> str:
    """A price of the macro money() ('£24.00', '24.00 SEK') in the locale's form: '24,00 £' in German."""
    match = _MONEY.fullmatch(value.strip())
    if match is None:
        return value
    symbol, after, before, code = match.groups()
    currency = _SYMBOLS.get(symbol, code)
    return _plain(format_currency(Decimal(after or before), currency, locale=_locale(locale)))


def as_number(value: str, locale: str) -> str:
    """A number in the locale's form: '1240.5' is '1.240,5' in German."""
    if not _NUMBER.fullmatch(value.strip()):
        return value
    return _plain(format_decimal(Decimal(value.strip()), locale=_locale(locale)))


def as_date(value: str, locale: str) -> str:
    """An ISO date in the locale's long form: '2026-11-14' is '14. November 2026' in German."""
    match = _DATE.fullmatch(value.strip())
    if match is None:
        return value
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        return _plain(format_date(date(year, month, day), "long", locale=_locale(locale)))
    except ValueError:
        return value


def _plain(text: str) -> str:
    """With ordinary spaces: the no-break ones do not survive a mail system, and the checks read ordinary ones."""
    return text.replace("\xa0", " ").replace("\u202f", " ")
