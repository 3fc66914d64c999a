"""Clock times in text and facts: 7:30 pm is 19:30, "nine to five" is 9-17; "by nine" states nothing of the subject."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from functools import lru_cache

from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain

__all__ = ["find_times"]

_HOURS = {
    w: i
    for i, w in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), 1
    )
}
_HOURS |= {
    w: i
    for i, w in enumerate(
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(), 1
    )
}
_HOUR = rf"(?:\d{{1,2}}|{'|'.join(_HOURS)})"
_TIME = re.compile(
    rf"(?<![\w.,£€$])(?P<h>{_HOUR})(?:(?P<sep>[:.])(?P<m>[0-5]\d))?\s?(?P<half>a\.?m\b\.?|p\.?m\b\.?|o'clock|uhr\b|in the (?:morning|afternoon|evening)|at night)|"
    r"(?<![\w.,£€$])(?P<h2>[01]?\d|2[0-4]):(?P<m2>[0-5]\d)(?!\w)|\b(?P<noon>noon|midday|midnight|mitternacht|mittag)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"(?<![\w.,£€$])(?P<a>{_HOUR})(?:[:.](?P<am>[0-5]\d))?\s?(?:to|until|till|-|–|bis|and)\s?(?P<b>{_HOUR})(?:[:.](?P<bm>[0-5]\d))?(?:\s?(?:a\.?m|p\.?m|uhr|o'clock)\b)?(?![\w%])(?!\s*(?:%|[a-z]*(?:days?|hours?|minutes?|weeks?|months?|years?|cm|mm|kg|g|ml|l|people|players|werktage|tage|stunden)\b))",
    re.IGNORECASE,
)
_HALF_OF_DAY = re.compile(r"[ap]\.?m\.?$|uhr$", re.IGNORECASE)
_HALF_PAST = re.compile(r"half past|quarter (?:past|to)", re.IGNORECASE)
_STARTED = re.compile(r"\b(?:from|starts?|opens?|begins?|doors|until|till|order by|at)\b")
_BETWEEN = re.compile(r"\bbetween\W*$")
_IDLE = re.compile(
    rf"\b(?:halb|um|um halb|viertel nach|viertel vor|by|before|after|at|till|until|past|since|around|from|half past|half|quarter to|quarter past) (?P<h>{'|'.join(_HOURS)})\b(?=\s*(?:[,.;:!?—–]|$|and\b|on\b|in the\b|o'clock|still\b|every\b|when\b|while\b|or\b))",
    re.IGNORECASE,
)
_PARTS = tuple(
    (re.compile(start, re.IGNORECASE), minutes)
    for start, minutes in (
        (r"(?:um )?halb", -30),
        (r"half", 30),
        (r"quarter past|viertel nach", 15),
        (r"quarter to|viertel vor", -15),
    )
)
_SERVED = re.compile(
    r"\b(?:open\w*|clos\w*|until|deliver\w*|order\w*|start\w*|doors|call|phone|reach|available|begin\w*|kick|ends?|cut-off|collect\w*|dispatch\w*|arriv\w*|join|uhr|come|see you)\b"
)
_TIMED = re.compile(
    r"time|hour|open|clos|start|begin|doors|cut_?off|zeit|uhr|order_by|before|by$|until|deadline|service|contact|kontakt|pickup|support|phone|event|date|when"
)


def find_times(sentence: str, masked: str, index: FactIndex, found: Found) -> str:
    """Judge the clock times of ``sentence``; ``masked`` comes back with each blanked."""
    if "times" not in index.derived:
        index.derived["times"] = [
            (minute, i)
            for i, fact in enumerate(index.facts)
            for minute in _minutes(plain(fact.value), bool(_TIMED.search(plain(fact.name))))
        ]
    held: list[tuple[int, int]] = index.derived["times"]
    if held:
        for match in _SPAN.finditer(masked):
            ends = [
                _number(match.group("a")) * 60 + int(match.group("am") or 0),
                _number(match.group("b")) * 60 + int(match.group("bm") or 0),
            ]
            sources = [
                next((i for minute, i in held if _same(end, False, minute)), None) for end in ends
            ]
            is_one = any(
                all(any(i == j and _same(end, False, minute) for minute, j in held) for end in ends)
                for _, i in held
            )
            if (
                sources[0] is not None
                and sources[1] is not None
                and not is_one
                and _BETWEEN.search(plain(masked[: match.start()]))
            ):
                # 10 am to 2 pm, and 6 pm elsewhere: no "between 2 and 6".
                why = "hours that no fact states together"
                found.refuse("grounding", "time", match.group(), why)
                masked = _blank(masked, match)
            elif sources[0] is not None and sources[1] is not None:
                found.support("date", match.group(), index.facts[sources[0]])
                masked = _blank(masked, match)
            elif (sources[0] is None) != (sources[1] is None) and re.search(
                r"\b(?:from|between|open|von)\W*$", plain(masked[: match.start()])
            ):
                found.refuse(
                    "grounding", "time", match.group(), "a time of day that no fact states"
                )
                masked = _blank(masked, match)
    for match in _TIME.finditer(masked):
        minutes, is_sure = _read(match)
        if match.group("noon") and not held:
            continue
        source = next((i for minute, i in held if _same(minutes, is_sure, minute)), None)
        if source is not None:
            found.support("date", match.group(), index.facts[source])
        elif (
            match.group("half")
            and not re.search(r"[ap]\.?m|uhr", match.group("half"), re.IGNORECASE)
            and not held
        ):
            pass
        elif match.group("noon"):
            continue
        elif not held and not _SERVED.search(plain(sentence)):
            pass  # "when duty calls at 3 a.m." counts nothing either
        else:
            found.refuse("grounding", "time", match.group(), "a time of day that no fact states")
        masked = _blank(masked, match)
    for match in _IDLE.finditer(masked):
        at = _number(match.group("h")) * 60 + next(
            (minutes for start, minutes in _PARTS if start.match(match.group())), 0
        )
        source = next((i for minute, i in held if _same(at, False, minute)), None)
        if source is not None:
            found.support("date", match.group(), index.facts[source])
        elif held and _HALF_PAST.match(match.group()) and _STARTED.search(plain(sentence)):
            found.refuse("grounding", "time", match.group(), "a time of day that no fact states")
            masked = _blank(masked, match)
        if source is not None or not held:
            masked = _blank(masked, match)
    return masked


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _HOURS[word.lower()]


def _read(match: re.Match[str]) -> tuple[int, bool]:
    """(minutes after midnight, whether the half of the day is known)."""
    noon = match.group("noon")
    if noon:
        return (0 if plain(noon) in ("midnight", "mitternacht") else 720), True
    if match.group("h2"):
        return int(match.group("h2")) * 60 + int(match.group("m2")), int(match.group("h2")) > 12
    hour, minute = _number(match.group("h")), int(match.group("m") or 0)
    half = plain(match.group("half"))
    if half.startswith("p") or "afternoon" in half or "evening" in half:
        return (hour % 12 + 12) * 60 + minute, True
    if half.startswith("a") or "morning" in half:
        return hour % 12 * 60 + minute, True
    return hour * 60 + minute, hour > 12


def _same(minutes: int, is_sure: bool, fact: int) -> bool:
    return minutes % 1440 == fact % 1440 or (not is_sure and (minutes - fact) % 720 == 0)


@lru_cache(maxsize=2048)
def _minutes(value: str, is_timed: bool) -> tuple[int, ...]:
    read = [_read(match)[0] for match in _TIME.finditer(value)]
    for match in _SPAN.finditer(value):
        if is_timed or _HALF_OF_DAY.search(match.group()):
            read += [
                _number(match.group("a")) * 60 + int(match.group("am") or 0),
                _number(match.group("b")) * 60 + int(match.group("bm") or 0),
            ]
    return tuple(read)
