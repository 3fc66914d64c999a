"""Which fact a number states, when its value agrees with one or several: the words around it decide."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.source_counts import SAME_NOUN, choose_count, is_of_another, widened
from tasks.checks.source_prices import OFF, choose_price, choose_share
from tasks.checks.words import Word, plain

__all__ = ["around", "choose_source"]


_CUES: dict[str, frozenset[str]] = {
    "width": frozenset("wide width across breadth breit breite".split()),
    "waist": frozenset("waist".split()),
    "height": frozenset("tall high height hoch höhe".split()),
    "depth": frozenset("deep depth tief tiefe".split()),
    "length": frozenset("long length lang länge inseam".split()),
    "diameter": frozenset("diameter durchmesser across".split()),
    "thickness": frozenset("thick thickness dick dicke".split()),
    "weight": frozenset("weigh weight heavy light lightweight wiegt gewicht".split()),
    "capacity": frozenset("hold capacity volume fasst volumen fassungsvermögen".split()),
}


_CUE_NOUNS = frozenset(
    "width breadth height depth length diameter thickness inseam waist breite höhe tiefe länge dicke durchmesser".split()
)


_UNITS = frozenset(
    "g kg cm mm m l ml h min w v hour minut day week month year max min from to up size".split()
)


_SHARE_NAMES = frozenset(
    "pct percent percentag share rate of the review reviewer rating custom people owner buyer who say said find found mention count number in on for to by from with and or it would".split()
)


_GONE = re.compile(r"sold_out|unavailable|excluded|not_|missing")


def _head(sentence: str, quantity: Quantity, after: list[Word], index: FactIndex) -> str | None:
    """The stem of the word right after a number, where a fact is named for it."""
    if not after or re.search(r"[,;:.!?]|\bof\b", sentence[quantity.end : after[0].end]):
        return None
    return after[0].stem


_PART_OF = re.compile(
    r"\s+(?:\w+\s+)?(?:of|out of|von)\s+(?:the |our |all |those |them |these )*(?:\d|them\b|\w+ (?:review|rating|owner|customer|people|buyer))",
    re.IGNORECASE,
)


_PART_OF_ALL = re.compile(r"\s+(?:out )?of (?:the |its |our |all )?\d[\d,]*\b(?! stars)")


_CROSSED_BEFORE = re.compile(r"\d\s*(?:cm|mm|m|in)?\s*(?:[x×]|by)\s*$")


_CROSSED_AFTER = re.compile(r"\s*(?:[x×]|by)\s*\d")


def around(
    words: tuple[Word, ...], quantity: Quantity, count: int
) -> tuple[list[Word], list[Word]]:
    before = [w for w in words if w.end <= quantity.start][-count:]
    after = [w for w in words if w.start >= quantity.end][:count]
    return before, after


def choose_source(
    sentence: str, quantity: Quantity, matching: list[tuple[int, Quantity]], comparable: list[tuple[int, Quantity]],
    clause: frozenset[str], before: list[Word], after: list[Word], index: FactIndex,
) -> Fact | None:  # fmt: skip
    """The fact that the number states, or None where the words around it speak of another one."""
    if not matching:
        return None
    if quantity.dimension == "price":
        return choose_price(sentence, quantity, matching, index)
    if (
        quantity.dimension == "length" and _CROSSED_BEFORE.search(sentence[: quantity.start])
    ) or _CROSSED_AFTER.match(sentence[quantity.end :]):
        crossed = [
            i for i, q in matching if re.search(r"\d\W*(?:[x×]|by)\W*\d", index.facts[i].value)
        ]
        return index.facts[(crossed or [matching[0][0]])[0]]
    cues = _cues(sentence, quantity, before, after)
    if cues:
        named = [
            i
            for i, _ in comparable
            if any(index.names[i] & _CUES[c] or c in index.facts[i].name.casefold() for c in cues)
        ]
        if named:
            chosen = [i for i, _ in matching if i in named]
            return index.facts[chosen[0]] if chosen else None
        others = set(_CUES) - cues - {"capacity", "weight"}
        if cues & {"width", "thickness"}:
            others -= {"diameter"}  # a round thing is as wide as its diameter
        chosen = [
            i for i, _ in matching if not any(o in index.facts[i].name.casefold() for o in others)
        ]
        return index.facts[chosen[0]] if chosen else None
    if quantity.dimension == "time":
        matching = [(i, q) for i, q in matching if not _is_other_time(sentence, quantity, index, i)]
        if not matching:
            return None
    if quantity.dimension == "percent":
        own = [
            (i, q)
            for i, q in matching
            if (index.about.get((i, q), frozenset()) - index.names[i]) & clause
        ]
        has_rival = any(
            (index.about.get((i, q), frozenset()) - index.names[i]) & clause
            for i, q in comparable
            if (i, q) not in matching
        )
        near = clause | {w.stem for w in (*before, *after)}
        spoken = {i for i, _ in comparable if (index.names[i] - _SHARE_NAMES) & near}
        if spoken and not own and not spoken & {i for i, _ in matching}:
            return None  # "dated, say 44%" where 29% say so
        if not own and has_rival and not OFF.search(plain(sentence[quantity.end :])):
            matching = [
                (i, q)
                for i, q in matching
                if not re.search(
                    r"share|pct|percent|prais|fault|complain|like", plain(index.facts[i].name)
                )
            ]
        return choose_share(sentence, quantity, own or matching, index)
    scored = sorted(
        (
            (len(clause & widened(index.about.get((i, q), index.context[i]))), -i)
            for i, q in matching
        ),
        reverse=True,
    )
    best, chosen_index = scored[0][0], -scored[0][1]
    if quantity.dimension == "":
        head = _head(sentence, quantity, after, index)
        if (
            head
            and head not in SAME_NOUN[0]
            and head not in ("rate", "star", "piec", "rider", "famili", "owner")
        ):
            counted = [
                (i, q)
                for i, q in index.quantities
                if not q.dimension
                and q.unit != "items"
                and head in index.names[i]
                and not index.identity[i]
            ]
            if (
                counted
                and not any(i in {n for n, _ in matching} for i, _ in counted)
                and not any(head in index.context[i] for i, _ in matching)
            ):
                return None  # "three nights" where nights are two, though hikes are three
        gone = [(i, q) for i, q in matching if _GONE.search(plain(index.facts[i].name))]
        if (
            gone
            and len(gone) == len(matching)
            and not re.search(
                r"\b(?:sold|out|gone|not|no|without|n't|except|but)\b", plain(sentence)
            )
        ):
            return None
        is_part = bool(_PART_OF.match(sentence[quantity.end :]))
        if (
            quantity.low.is_integer()
            and _PART_OF_ALL.match(sentence[quantity.end :])
            and is_of_another(sentence, matching, index)
        ):
            return None
        return choose_count(quantity, matching, before, after, index, clause, is_part=is_part)
    values = {(round(q.low, 9), round(q.high, 9)) for _, q in comparable}
    if best == 0 and len(values) > 1:
        near = frozenset(w.stem for w in (*before[-3:], *after[:2]))
        rival = max(
            (len(near & index.names[i] - _UNITS) for i, q in comparable if (i, q) not in matching),
            default=0,
        )
        if rival > 0:
            return None
    if len(values) > 1 and best > 0:
        # Two measures of one kind: the words must speak for the one whose value is given.
        matched = {i for i, _ in matching}
        narrow = max(len(clause & index.names[i]) for i in matched)
        rival = max(
            (len(clause & index.names[i]) for i, _ in comparable if i not in matched), default=0
        )
        near = frozenset(w.stem for w in (*before[-3:], *after[:2]))
        if rival > narrow and any(
            near & index.names[i] - _UNITS for i, _ in comparable if i not in matched
        ):
            return None
    return index.facts[chosen_index]


def _is_other_time(sentence: str, quantity: Quantity, index: FactIndex, fact: int) -> bool:
    """Whether the words speak of running while the fact gives charging, or the other way round."""
    name = plain(index.facts[fact].name)
    near = plain(sentence[max(0, quantity.start - 40) : quantity.end + 25])
    is_charging = bool(re.search(r"charg|lade", name))
    is_running = bool(re.search(r"life|run|play|burn|lauf|listen|talk|standby", name))
    says_running = bool(
        re.search(
            r"\b(?:lasts?|runs?|plays?|playtime|runtime|burns?|of battery|listening|keeps? going|battery life|hält)\b",
            near,
        )
    )
    says_charging = bool(
        re.search(
            r"\b(?:charges? (?:in|fully|up)|recharges?|charging (?:takes|time)|to charge|fully charged? in|lädt|geladen)\b",
            near,
        )
    )
    return (is_charging and not is_running and says_running and not says_charging) or (
        is_running and not is_charging and says_charging and not says_running
    )


def _cues(sentence: str, quantity: Quantity, before: list[Word], after: list[Word]) -> set[str]:
    """Which measure the words beside a length say it is: "30 cm tall", "a height of 30 cm"."""
    if quantity.dimension != "length":
        return set()
    if after and not re.search(r"[,;.]|\band\b", sentence[quantity.end : after[0].end]):
        found = {
            cue for cue, stems in _CUES.items() if after[0].stem in stems or after[0].lower in stems
        }
        if not found and after[0].lower in ("in", "across") and len(after) > 1:
            found = {
                cue
                for cue, stems in _CUES.items()
                if after[1].stem in stems or after[1].lower in stems
            }
        if found:
            return found
    if re.search(r"[x×]\s*$|\bby\s*$", sentence[: quantity.start]) or re.match(
        r"\s*(?:[x×]|by\b)", sentence[quantity.end :]
    ):
        return set()
    close = [
        w for w in before[-3:] if not re.search(r"[,;.]|\band\b", sentence[w.end : quantity.start])
    ]
    return {
        cue
        for cue in _CUES
        if cue != "weight" and any(w.lower in _CUE_NOUNS and w.lower in _CUES[cue] for w in close)
    }
