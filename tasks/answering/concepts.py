"""The lexicon: what customers ask about, read from concepts.toml, and finding it in a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tasks.answering.measures import UNIT_NAMES
from tasks.answering.tables import table
from tasks.answering.text import NEUTRAL, normalise, stem, words

__all__ = ["Concept", "Detected", "by_id", "detect", "lexicon", "vocabulary"]

_GAP = "[^.?!]*"


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that customers ask about; the fields are explained at the top of concepts.toml."""

    id: str
    ask: tuple[re.Pattern[str], ...]
    mark: tuple[re.Pattern[str], ...]
    names: tuple[frozenset[str], ...]
    loose: frozenset[str]
    covers: frozenset[str]
    bool_names: tuple[frozenset[str], ...] | None
    via: tuple[str, ...]
    absorbs: frozenset[str]
    evidence: re.Pattern[str] | None
    not_evidence: re.Pattern[str] | None
    topic: re.Pattern[str] | None
    text_evidence: re.Pattern[str] | None
    intent: str = "fact"
    kind: str | None = None
    not_kind: str | None = None
    frame: str | None = None
    yes: str | None = None
    no: str | None = None
    text_only: bool = False
    typed: bool = False
    weak: bool = False
    keep: bool = False
    generic: bool = False
    not_flag: bool = False


@dataclass(frozen=True, slots=True)
class Detected:
    """Concept ids in a question, and the question without the words that named them."""

    ids: tuple[str, ...]
    rest: str


def _phrase(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(normalise(text)))


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None


def _read(row: dict[str, Any]) -> Concept:
    # The words in a gap may be what the question is about, so a gap is captured and given back.
    compiled = tuple(re.compile(p.replace(_GAP, "([^.?!~]*?)")) for p in row.get("ask", ()))
    bool_names = tuple(_phrase(name) for name in row["bool_names"]) if "bool_names" in row else None
    plain = {
        k: row[k]
        for k in (
            "intent",
            "kind",
            "not_kind",
            "frame",
            "yes",
            "no",
            "text_only",
            "typed",
            "weak",
            "keep",
            "generic",
            "not_flag",
        )
        if k in row
    }
    return Concept(
        id=row["id"],
        ask=compiled,
        mark=tuple(re.compile(p) for p in row.get("mark", ())),
        names=tuple(_phrase(name) for name in row["names"]),
        loose=frozenset(stem(w) for w in row.get("loose", ())),
        covers=frozenset(row.get("covers", ())) | frozenset(stem(w) for w in row.get("covers", ())),
        bool_names=bool_names,
        via=tuple(row.get("via", ())),
        absorbs=frozenset(row.get("absorbs", ())),
        evidence=_pattern(row.get("evidence")),
        not_evidence=_pattern(row.get("not_evidence")),
        topic=_pattern(row.get("topic")),
        text_evidence=_pattern(row.get("text_evidence")),
        **plain,
    )


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, Concept], tuple[tuple[frozenset[str], str], ...]]:
    rows = table("concepts")
    found = {row["id"]: _read(row) for row in rows["concept"]}
    combos = tuple((frozenset(row["atoms"]), row["gives"]) for row in rows["combine"])
    return found, combos


def lexicon() -> dict[str, Concept]:
    """All concepts, in the order in which a question is read for them."""
    return _tables()[0]


def by_id(concept_id: str) -> Concept:
    """The concept of that id; KeyError where there is none."""
    return lexicon()[concept_id]


def detect(normal: str, skip: frozenset[str] = frozenset()) -> Detected:
    """The concepts that a normal question names; absorbed and combined ones are left out, and those of ``skip``."""
    rest = normal
    ids: list[str] = []
    for concept in lexicon().values():
        if concept.id in skip:
            continue
        is_found = any(pattern.search(rest) for pattern in concept.mark)
        for pattern in concept.ask:
            match = pattern.search(rest)
            while match:
                is_found = True
                if concept.keep:
                    break
                kept = " ~ ".join(group or "" for group in match.groups())
                rest = f"{rest[: match.start()]} ~ {kept} ~ {rest[match.end() :]}"
                match = pattern.search(rest)
        if is_found:
            ids.append(concept.id)
    for atoms, gives in _tables()[1]:
        if atoms <= set(ids):
            ids = [gives] + [i for i in ids if i not in atoms and i != gives]
    absorbed = {gone for i in ids for gone in by_id(i).absorbs}
    kept_ids = tuple(i for i in ids if i not in absorbed)
    return Detected(kept_ids, rest.replace("~", " "))


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Words that the lexicon and the neutral words know: what a misspelt word may have been meant to be."""
    rows = table("concepts")
    found: set[str] = set(NEUTRAL) | UNIT_NAMES | set(table("words")["spellings"].values())
    for row in rows["concept"]:
        for name in row["names"]:
            found.update(words(normalise(name)))
        for pattern in row.get("ask", ()):
            found.update(
                w
                for w in re.findall(
                    r"(?<![a-z\\])[a-z]{4,}(?![a-z*?\[(])", re.sub(r"\\[bwsd]", " ", pattern)
                )
            )
    return frozenset(found)
