"""Dates in text and facts: "until 30 June" is held against valid_until 2026-06-30."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import datetime
import re
from functools import lru_cache

from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain

__all__ = ["find_dates", "parse_dates"]

_MONTHS = {m: i for i, names in enumerate(
    ("jan january januar", "feb february februar", "mar march märz", "apr april", "may mai", "jun june juni",
     "jul july juli", "aug august", "sep sept september", "oct october oktober", "nov november", "dec december dezember"), 1)
    for m in names.split()}  # fmt: skip
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ONES = "first second third fourth fifth sixth seventh eighth ninth".split()
_SPELLED = {
    w: i
    for i, w in enumerate(
        (
            *_ONES,
            *"tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        ),
        1,
    )
}
_SPELLED |= {f"twenty{sep}{w}": 21 + i for i, w in enumerate(_ONES) for sep in "- "} | {
    "thirtieth": 30,
    "thirty-first": 31,
    "thirty first": 31,
}
_PATTERNS = (
    re.compile(r"\b(?P<y>\d{4})-(?P<n>\d{1,2})-(?P<d>\d{1,2})\b(?:T[\d:]+Z?)?"),
    re.compile(r"\b(?P<d>\d{1,2})[./](?P<n>\d{1,2})[./](?P<y>\d{4}|\d{2})\b"),
    re.compile(rf"(?<![.,£$€])\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m>{_NAMES})\b\.?(?:,?\s+(?P<y>(?:19|20)\d\d))?", re.IGNORECASE),
    re.compile(rf"\b(?P<m>{_NAMES})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:%|cm|ml|g\b))(?:,?\s+(?P<y>(?:19|20)\d\d))?", re.IGNORECASE),
    re.compile(rf"\b(?:the )?(?P<o>{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?: of)? (?P<m>{_NAMES})\b(?:,?\s+(?P<y>(?:19|20)\d\d))?", re.IGNORECASE),
    re.compile(rf"\b(?P<m>{_NAMES})\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
)  # fmt: skip
# "2–16 June" and "April 3 through 9": the other end of a span of days has the month that is given once.
_SPANS = (
    re.compile(rf"(?<![.,£$€\w–-])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?=\s?(?:-|–|—|to|and|through|until|bis)\s?\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m>{_NAMES})\b)", re.IGNORECASE),
    re.compile(rf"\b(?P<m>{_NAMES})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\s?(?:-|–|—|to|through|until)\s?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.,]?\d|\s*(?:%|[ap]\.?m|cm|ml))", re.IGNORECASE),
)  # fmt: skip
_UNTIL_MONTH = re.compile(
    rf"\b(?:until|till|through|before|by|ends? (?:in|on)|valid (?:in|to)|from|since|bis|ab|launch(?:es|ed) in|arriv\w+ in|end of)\s+(?:the end of\s+)?(?P<m>{_NAMES})\b",
    re.IGNORECASE,
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_UNTIL_DAY = re.compile(
    rf"\b(?:until|till|by|ends?(?: on)?|before|arrives?(?: on)?|valid (?:to|through)|bis)\s+(?:next |this )?(?P<w>{'|'.join(_WEEKDAYS)})\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"\b(?:deliver\w*|arriv\w*|ship\w*|order\w*|dispatch\w*|back|offer|sale|send|sent|collect\w*|yours|ready|code|voucher|use|with you|reach\w*|return\w*)\b",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(
    r"date|until|from|valid|ends|start|launch|released|available|since|bis|ab$|expir|deadline|best_before|season"
)
Parsed = tuple[int | None, int, int | None]
"""(year, month, day); None where not given."""


_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def parse_dates(text: str) -> list[tuple[Parsed, int, int]]:
    """The dates of ``text`` with their spans."""
    found: list[tuple[Parsed, int, int]] = []
    if not any(c.isdigit() for c in text) and not _ORDINAL.search(text):
        return found
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if re.search(r"\b(?:may|mar|march)\b", match.group()):
                continue  # "from age 6 may" is no date
            if any(a < match.end() and match.start() < b for _, a, b in found):
                continue
            parts = match.groupdict()
            month = _MONTHS[parts["m"].casefold()] if parts.get("m") else int(parts["n"])
            if not 1 <= month <= 12:
                continue
            year = parts.get("y")
            full = int(year) + (2000 if len(year) == 2 else 0) if year else None
            found.append(
                (
                    (
                        full,
                        month,
                        int(parts["d"])
                        if parts.get("d")
                        else _SPELLED[parts["o"].casefold()]
                        if parts.get("o")
                        else None,
                    ),
                    match.start(),
                    match.end(),
                )
            )
    for pattern in _SPANS if found else ():
        for match in pattern.finditer(text):
            start, end = match.span("d")
            if not any(a < end and start < b for _, a, b in found):
                date = (None, _MONTHS[match.group("m").casefold()], int(match.group("d")))
                found.append((date, start, end))
    return found


def find_dates(
    sentence: str, index: FactIndex, locale: str, found: Found, spans: list[tuple[int, int]]
) -> str:
    """Judge the dates of ``sentence``; the sentence comes back with each date blanked, so that no number is read twice."""
    held = [
        (date, i)
        for i, fact in enumerate(index.facts)
        for said in (fact.value, fact.name.replace("_", " ").title())
        for date, _, _ in parse_dates(said)
    ]
    masked = sentence
    for date, start, end in parse_dates(sentence):
        words = sentence[start:end]
        masked = masked[:start] + " " * (end - start) + masked[end:]
        spans.append((start, end))
        source = next((i for other, i in held if _agree(date, other)), None)
        if (
            source is None
            and date[2] is None
            and any(str(date[0]) in fact.value for fact in index.facts)
        ):
            source = next(i for i, fact in enumerate(index.facts) if str(date[0]) in fact.value)
        if source is None:
            found.refuse("grounding", "date", words, "date without a source" + _stated(index, held))
        else:
            found.support("date", words, index.facts[source])
    for match in _UNTIL_MONTH.finditer(masked):
        month = _MONTHS[match.group("m").casefold()]
        source = next((i for other, i in held if other[1] == month), None)
        named = next(
            (i for i, f in enumerate(index.facts) if plain(match.group("m")) in plain(f.value)),
            None,
        )
        if source is None and named is None:
            found.refuse(
                "grounding", "date", match.group(), "date without a source" + _stated(index, held)
            )
    for match in _UNTIL_DAY.finditer(masked):
        if (
            not held or re.match(r"by|before", match.group(), re.IGNORECASE)
        ) and not _PROMISED.search(sentence):
            continue  # "gone by Sunday"
        days = [_weekday(other) for other, _ in held]
        if plain(match.group("w")) not in days and not any(
            plain(match.group("w")) in plain(f.value) for f in index.facts
        ):
            found.refuse(
                "grounding", "date", match.group(), "day without a source" + _stated(index, held)
            )
    return masked


def _agree(text: Parsed, fact: Parsed) -> bool:
    if text[0] is not None and fact[0] is not None and text[0] != fact[0]:
        return False
    if text[1] != fact[1]:
        return False
    return text[2] is None or fact[2] is None or text[2] == fact[2]


def _weekday(date: Parsed) -> str | None:
    if date[0] is None or date[2] is None:
        return None
    try:
        return _WEEKDAYS[datetime.date(date[0], date[1], date[2]).weekday()]
    except ValueError:
        return None


def _stated(index: FactIndex, held: list[tuple[Parsed, int]]) -> str:
    return (
        "; the facts say "
        + ", ".join(f"{index.facts[i].name}: {index.facts[i].value}" for _, i in held[:2])
        if held
        else ""
    )
