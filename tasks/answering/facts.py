"""Facts with names never seen before: their name taken apart, their value read, and how to show it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tasks.answering.measures import NAME_UNITS, Measure, find_measures, unit_dimension
from tasks.answering.tables import word_list
from tasks.answering.text import normalise, stem, stems, words

__all__ = ["KnownFact", "read_facts", "split_sentences"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAME_SEPARATOR = re.compile(r"[\W_]+")
_MISSING = re.compile(
    r"^(?:|n/?a|na|nan|none|null|nil|unknown|not (?:known|specified|stated|available|"
    r"applicable|provided|yet known)|unspecified|"
    r"tb[cda]|to be (?:confirmed|decided|announced)|\?+|-+|—|–|various|see (?:description|"
    r"pack|label)|undefined|todo|x+|\.+|ask(?: us)?)$"
)
_TRUE = frozenset({"true", "yes", "y"})
_FALSE = frozenset({"false", "no", "n"})
_ITEMS = re.compile(r"\s*(?:[,;/|•\n]|\band\b|\bor\b|\bplus\b|\+)\s*", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£$€])|\s*\n+\s*")
_NAME_NOISE = frozenset(
    word_list(
        """is has product item overall approx approximate standard main details detail info information spec
specs specification specifications value text type policy policies our the a of for in on to at by
are per available options option instructions instruction notes note description total listed name
label parts part profile"""
    )
)
"""Words of a name that do not say what it is about."""


@dataclass(frozen=True, eq=False)
class KnownFact:
    """One fact or policy as it was given. ``text`` is what a reply states; ``flag`` is set for yes and no."""

    name: str
    origin: str
    text: str
    flag: bool | None
    items: tuple[str, ...]
    name_words: tuple[str, ...]
    unit: str | None
    is_usable: bool
    number: float | None = None
    display_words: tuple[str, ...] = ()
    gloss: str | None = None

    @cached_property
    def normal(self) -> str:
        """The value, or its English gloss, in the normal form."""
        return normalise(self.text if self.gloss is None else self.gloss)

    @cached_property
    def value_stems(self) -> frozenset[str]:
        """The stems of all words of the value."""
        return frozenset(stems(self.normal))

    @cached_property
    def item_stems(self) -> tuple[frozenset[str], ...]:
        """The stems of each item of a list value."""
        return tuple(frozenset(stems(normalise(item))) for item in self.items)

    @cached_property
    def name_stems(self) -> frozenset[str]:
        """The stems of the name without units and noise words ('is', 'product', 'details')."""
        kept = [w for w in self.name_words if w not in _NAME_NOISE]
        return frozenset(stem(w) for w in (kept or self.name_words))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The quantities of the value."""
        return tuple(find_measures(self.normal))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The value as sentences, each verbatim."""
        return split_sentences(self.text)

    @property
    def is_prose(self) -> bool:
        """True where the value is a sentence of its own rather than a short fact."""
        return len(self.sentences) > 1 or (
            self.text[:1].isupper() and (self.text.endswith(".") or len(self.text.split()) > 9)
        )

    @property
    def full_name(self) -> str:
        """The name as the shop wrote it, its words apart: ``storeHours`` -> ``store hours``."""
        if self.gloss is not None:
            return " ".join(self.display_words)
        return " ".join(_NAME_SEPARATOR.sub(" ", _CAMEL.sub(" ", self.name)).lower().split())

    @property
    def readable_name(self) -> str:
        """The name as words: ``is_dishwasher_safe`` -> ``dishwasher safe``."""
        return " ".join(w for w in self.display_words if w not in {"is", "has", "are"}) or self.name


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of ``text``; a new line ends one too."""
    return tuple(part.strip() for part in _SENTENCES.split(text) if part and part.strip())


def _name_words(name: str) -> list[str]:
    spaced = _NAME_SEPARATOR.sub(" ", _CAMEL.sub(" ", str(name)))
    return words(normalise(spaced))


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"


def _with_unit(text: str, unit: str | None) -> str:
    """``text`` with the unit of the fact's name, where the text is a bare number or a range of numbers."""
    if unit is None or not re.fullmatch(
        r"[<>~]?\s?\d+(?:[.,]\d+)*(?:\s?(?:-|–|to|x|×)\s?\d+(?:[.,]\d+)*)*\+?", text.strip()
    ):
        return text
    if unit in "£$€":
        amount = (
            float(text.replace(",", "")) if re.fullmatch(r"\d+(?:\.\d+)?", text.strip()) else None
        )
        if amount is None:
            return text
        return f"{unit}{amount:.2f}" if not amount.is_integer() else f"{unit}{int(amount)}"
    if unit in {"%", "°C"}:
        return f"{text}{'%' if unit == '%' else ' °C'}"
    if text.strip() == "1" and unit.endswith("s") and unit not in {"lbs"}:
        unit = unit[:-1]
    return f"{text} {unit}"


def _read(name: str, value: Any, origin: str) -> KnownFact:
    name_words = _name_words(name)
    unit = None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    looks_numeric = is_number or (
        isinstance(value, str)
        and bool(re.fullmatch(r"[\d.,\s×x–-]+(?:to[\d.\s]+)?", value.strip()))
    )
    is_letter = name_words[-1:] == ["c"] and bool(
        {"usb", "type", "vitamin", "port", "ports"} & set(name_words)
    )
    if len(name_words) > 1 and name_words[-1] in NAME_UNITS and not is_letter:
        if looks_numeric or name_words[-1] not in {
            "in",
            "c",
            "m",
            "s",
            "h",
            "w",
            "v",
            "l",
            "day",
            "min",
        }:
            unit = NAME_UNITS[name_words[-1]] if looks_numeric else None
            if looks_numeric or unit_dimension(name_words[-1]):
                name_words = name_words[:-1]
    elif name_words and name_words[0] in {"gbp", "usd", "eur"}:
        name_words = name_words[1:] or name_words
    flag: bool | None = None
    number: float | None = None
    items: tuple[str, ...] = ()
    is_usable = True
    if isinstance(value, bool):
        flag, text = value, "yes" if value else "no"
    elif is_number:
        if math.isnan(value) or math.isinf(value):
            text, is_usable = "", False
        else:
            number = float(value)
            text = _with_unit(_number_text(value), unit)
    elif isinstance(value, (list, tuple, set)):
        parts = [_item_text(part) for part in value]
        items = tuple(part for part in parts if part)
        text = _listed(items)
        is_usable = bool(items) and len(items) == len(parts)
    elif isinstance(value, str):
        text = " ".join(value.split())
        if text.casefold().rstrip(".!") in _TRUE | _FALSE:
            flag = text.casefold().rstrip(".!") in _TRUE
        elif re.fullmatch(r"-?\d+(?:\.\d+)?", text):
            number = float(text)
        text = _with_unit(text, unit)
        items = tuple(part for part in _ITEMS.split(text) if part)
    else:
        text, is_usable = "", False
    if re.search(r"[<>{}\x00-\x08]|https?://|\[\w+\]", text) or len(text) > 2_000:
        is_usable = False  # markup, links and scrubbed places are not sent to anyone
    if _MISSING.match(text.casefold().strip().rstrip(".")):
        is_usable = False
    shown = _NAME_SEPARATOR.sub(" ", _CAMEL.sub(" ", str(name))).lower().split()
    if unit is not None or (
        len(shown) > 1 and shown[-1] in NAME_UNITS and name_words and shown[-1] != name_words[-1]
    ):
        shown = shown[:-1]
    return KnownFact(
        str(name),
        origin,
        text,
        flag,
        items,
        tuple(name_words),
        unit,
        is_usable,
        number,
        tuple(shown),
    )


def _item_text(part: Any) -> str:
    if isinstance(part, bool) or part is None or isinstance(part, (dict, list)):
        return ""
    if isinstance(part, (int, float)):
        return _number_text(part) if not math.isnan(part) else ""
    text = " ".join(str(part).split())
    return "" if _MISSING.match(text.casefold()) else text


def _listed(items: tuple[str, ...]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def read_facts(values: Mapping[str, Any] | None, origin: str) -> list[KnownFact]:
    """The facts of a flat mapping; nested mappings are opened one level (``size: {width: …}`` -> ``size width``)."""
    found = []
    for name, value in (values or {}).items():
        if isinstance(value, Mapping):
            found += [
                _read(f"{name} {inner}", v, origin)
                for inner, v in value.items()
                if not isinstance(v, Mapping)
            ]
        else:
            found.append(_read(str(name), value, origin))
    return found
