"""Numbers in words, and numbers in digits, as they stand in a text: value and place."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.checks.units import CURRENCIES, unit_of
from tasks.checks.words import Word, words_of

__all__ = ["Raw", "parse_number", "raw_numbers"]


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


_FRACTION = re.compile(
    r"(?<![\w.,/])(?:(?P<whole>\d{1,2})[ -])?(?P<top>\d{1,2})/(?P<bottom>2|3|4|8|16|32|64)(?=[\s-]?(?:in|inch|inches|lb|lbs|oz|cups?|tsp|tbsp|pints?|quarts?|miles?|hp)\b|[\"″])",
    re.IGNORECASE,
)


_SHARES = {"three quarters": 0.75, "two thirds": 2 / 3, "a quarter": 0.25, "one quarter": 0.25, "a third": 1 / 3,
           "one third": 1 / 3}  # fmt: skip


_NO_ARTICLE = frozenset({"time", "calendar", "degree"})


@dataclass(slots=True)
class Raw:
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
    if (
        word == "a"
        and i + 3 < len(words)
        and words[i + 1].lower == "hundred"
        and words[i + 2].lower == "and"
        and (words[i + 3].lower in _TENS or words[i + 3].lower in _ONES)
    ):
        current, j, seen = 100.0, i + 3, True  # "a hundred and forty"
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


def raw_numbers(text: str, locale: str) -> list[Raw]:
    found: list[Raw] = []
    for match in _FRACTION.finditer(text):
        top, bottom = int(match.group("top")), int(match.group("bottom"))
        if top < bottom:
            value = int(match.group("whole") or 0) + top / bottom
            found.append(Raw(value, match.start(), match.end(), False, 0, None))
    fractions = [(raw.start, raw.end) for raw in found]
    for match in _NUMERAL.finditer(text):
        if any(a <= match.start("number") < b for a, b in fractions):
            continue
        number = match.group("number")
        # A letter glued to the digits makes a code (A5, IPX7); a unit is read below.
        parsed = parse_number(number, locale)
        if parsed is None:
            continue
        value = parsed
        if match.group("vulgar"):
            value += _VULGAR[match.group("vulgar")]
        currency = match.group("currency")
        found.append(Raw(
            -value if match.group("sign") or text[: match.start()].rstrip().lower().endswith(" minus") else value, match.start("currency" if currency else "number"), match.end(),
            False, len(number.rpartition(".")[2]) if "." in number else 0,
            CURRENCIES[currency.casefold()] if currency else None,
        ))  # fmt: skip
    for match in _VULGAR_ALONE.finditer(text):
        if not any(r.start <= match.start() < r.end for r in found):
            found.append(Raw(_VULGAR[match.group()], match.start(), match.end(), True, 0, None))
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
                found.append(Raw(1.5 if half else 1.0, words[i].start, words[i].end, True, 0, None))
            i += 1
            continue
        found.append(Raw(spelled[0], words[i].start, words[spelled[1] - 1].end, True, 0, None))
        i = spelled[1]
    # "half a litre" is one number; its "a litre" is not a second one.
    found.sort(key=lambda r: (r.start, -r.end))
    kept: list[Raw] = []
    for raw in found:
        if kept and raw.start < kept[-1].end:
            continue
        kept.append(raw)
    return kept
