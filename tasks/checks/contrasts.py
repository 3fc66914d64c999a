"""One of a kind excludes the others: "for bathrooms" where the facts give bedrooms, "in May" where they give March."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.checks.claims import Found
from tasks.checks.fact_implied import FALSE
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import FOLDER
from tasks.checks.negation import is_negated
from tasks.checks.passing import Passing
from tasks.checks.words import Word, bare_words, plain, words_of

__all__ = ["judge_contrasts"]

_GOVERN = frozenset(
    "for in on between from suits suit loves likes until till through during across over into to by with onto".split()
)
_EXCEPT = re.compile(
    r"\b(?:not|never|no|unlike|instead of|rather than|except|nicht|kein\w*|statt|außer)\b|n't\b"
)


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    members: tuple[tuple[tuple[str, ...], ...], ...]
    """Per member its synonyms, each as lower-case words."""
    names: re.Pattern[str] | None
    after: re.Pattern[str] | None
    is_framed: bool
    is_span: bool
    """Members follow each other, so that "March to June" holds April."""
    starts: dict[str, list[tuple[tuple[str, ...], int]]] = field(compare=False)
    """First word -> the (phrase, member) that begin with it, longest first."""


@lru_cache(maxsize=4)
def _kinds(language: str) -> tuple[_Kind, ...]:
    path = FOLDER / f"contrasts_{language}.toml"
    if not path.exists():
        return ()
    kinds = []
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        members = tuple(
            tuple(bare_words(phrase) for phrase in member.split(","))
            for member in table["members"].split(";")
        )
        kinds.append(
            _Kind(
                name,
                members,
                re.compile(table["names"]) if "names" in table else None,
                re.compile(table["after"]) if "after" in table else None,
                bool(table.get("framed")),
                bool(table.get("spans")),
                _starts(members),
            )
        )
    return tuple(kinds)


def _starts(
    members: tuple[tuple[tuple[str, ...], ...], ...],
) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for member, phrases in enumerate(members):
        for phrase in phrases:
            found.setdefault(phrase[0], []).append((phrase, member))
    for known in found.values():
        known.sort(key=lambda pair: -len(pair[0]))
    return found


_Phrase = tuple[tuple[str, ...], int, int]
"""Words, kind, member."""


@lru_cache(maxsize=4)
def _by_first(language: str) -> dict[str, tuple[_Phrase, ...]]:
    """The phrases of all kinds by their first word, the longest first."""
    found: dict[str, list[_Phrase]] = {}
    for number, kind in enumerate(_kinds(language)):
        for member, phrases in enumerate(kind.members):
            for phrase in phrases:
                if phrase:
                    found.setdefault(phrase[0], []).append((phrase, number, member))
    return {first: tuple(sorted(known, key=lambda p: -len(p[0]))) for first, known in found.items()}


def _said(words: tuple[Word, ...], language: str) -> dict[int, list[tuple[int, int, int]]]:
    """kind -> (first word, word after the last, member) of each member in ``words``, the longest phrase at each place."""
    known = _by_first(language)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for at, word in enumerate(words):
        for phrase, kind, member in known.get(word.lower, ()):
            size = len(phrase)
            hits = found.setdefault(kind, [])
            if (not hits or hits[-1][1] <= at) and (
                size == 1 or tuple([w.lower for w in words[at : at + size]]) == phrase
            ):
                hits.append((at, at + size, member))
    return found


def judge_contrasts(
    sentence: str, words: tuple[Word, ...], index: FactIndex, passing: Passing, found: Found
) -> None:
    """Refuses a member of a kind of which the facts give another one."""
    language = index.locale[:2].casefold()
    said_of = _said(words, language)
    if not any(said_of.values()):
        return
    kinds = _kinds(language)
    for number, told, fact in _told(index, language):
        kind, all_said = kinds[number], said_of.get(number, [])
        beside = [start for start, _, member in all_said if member in told]
        for start, end, member in all_said:
            if member in told or (kind.name == "months" and _is_dated(words, start)):
                continue
            is_listed = any(_is_list(sentence, words, start, other) for other in beside)
            said = sentence[words[start].start : words[end - 1].end]
            if (
                is_negated(sentence, words, start, end)
                or _EXCEPT.search(plain(sentence))
                or (not is_listed and passing.holds(words[start].start, words[end - 1].end))
                or sentence.rstrip().endswith("?")
                or not (is_listed or _stands(words, start, end, kind, index))
            ):
                continue
            source = index.facts[fact]
            found.refuse(
                "grounding", "contrast", said, f"the facts give another ({source.name}: {source.value})"
            )  # fmt: skip
            return


def _is_dated(words: tuple[Word, ...], at: int) -> bool:
    """Whether a month stands in a date, which is judged as one."""
    return any(words[n].is_number for n in (at - 1, at + 1) if 0 <= n < len(words))


def _is_list(sentence: str, words: tuple[Word, ...], one: int, other: int) -> bool:
    """ "On your front, your hip or your back": nothing but marks and small words between two of a kind."""
    low, high = sorted((one, other))
    between = plain(sentence[words[low].end : words[high].start])
    return bool(re.fullmatch(r"(?:[\s,/&]|\b(?:and|or|your|the|a|an|on|in|for|und|oder|both|even|also|\w+)\b){1,12}", between)) and bool(
        re.search(r",|/|&|\b(?:and|or|und|oder)\b", between)
    )  # fmt: skip


def _told(index: FactIndex, language: str) -> list[tuple[int, set[int], int]]:
    """The kinds of which facts give members, with the members and the first such fact."""
    if "contrasts" in index.derived:
        known: list[tuple[int, set[int], int]] = index.derived["contrasts"]
        return known
    kinds = _kinds(language)
    everywhere: dict[int, set[int]] = {}
    source: dict[int, int] = {}
    for number, fact in enumerate(index.facts):
        if plain(fact.value) in FALSE:
            continue
        for place, hits in _said(words_of(fact.value), language).items():
            if not hits:
                continue
            kind, held = kinds[place], [member for _, _, member in hits]
            is_named = kind.names is None or bool(kind.names.search(plain(fact.name)))
            if kind.is_span and is_named and len(held) == 2:
                low, high = held
                count = len(kind.members)
                held = [(low + n) % count for n in range((high - low) % count + 1)]
            everywhere.setdefault(place, set()).update(held)
            if is_named and not index.identity[number]:
                source.setdefault(place, number)
    found = [(place, everywhere[place], fact) for place, fact in sorted(source.items())]
    index.derived["contrasts"] = found
    return found


def _stands(words: tuple[Word, ...], start: int, end: int, kind: _Kind, index: FactIndex) -> bool:
    """Whether a member stands where it speaks of the subject."""
    if kind.after:
        following = [w.lower for w in words[end : end + 4]]
        return any(kind.after.fullmatch(w) for w in following)
    if not kind.is_framed or index.locale.startswith("de"):
        return True
    for n in range(start - 1, max(-1, start - 5), -1):
        lower = words[n].lower
        if lower in _GOVERN:
            # "in your kitchen" is where the reader is; "for kitchens" is what the subject is for.
            return lower in ("for", "suits", "suit", "between", "from") or not any(
                w.lower in ("your", "my", "our", "the", "a") for w in words[n + 1 : start]
            )
    return False
