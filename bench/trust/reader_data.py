"""What the second reader learns from: labelled texts, which words of the bad ones are wrong, and changed copies."""

from __future__ import annotations

import difflib
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.contract import Fact
from tasks.check_file import facts_of
from tasks.reader.inputs import facts_line

__all__ = ["Example", "Text", "changed_copies", "is_held_out", "pair_rows", "read_texts"]

HERE = Path(__file__).parent
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*|[^\w\s]")
_CONTENT = re.compile(r"[a-zäöüß]{3,}|\d+")
_EMPTY = frozenset("the and for with from per not yes other".split())
_ALIKE = 0.5
"""A bad text is an edit of a good one that is so like it (difflib's ratio); else its wrong words are unknown."""
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A labelled text. ``wrong``: (start, end) of its wrong words, none for a good text, None where unknown."""

    subject: str
    facts: tuple[Fact, ...]
    text: str
    is_bad: bool
    wrong: Spans | None


@dataclass(frozen=True, slots=True)
class Example:
    """What one training step sees of a text."""

    facts: str
    text: str
    is_bad: bool
    wrong: Spans | None
    weight: float


def pair_rows() -> list[dict[str, Any]]:
    """Rows as `shelftalk check` takes them, with label, kind and subject: three good and four bad texts a subject."""
    rows: list[dict[str, Any]] = []
    for file in sorted((HERE / "pairs").glob("pairs_*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            pair = json.loads(line)
            texts = [("good", "good", text) for text in pair["good"]]
            texts += [("bad", bad["kind"], bad["text"]) for bad in pair["bad"]]
            name = f"{file.stem.removeprefix('pairs_')}{number}"
            rows += [
                {
                    **{key: pair[key] for key in ("plugin", "locale", "facts")},
                    "id": f"{name}_{place}", "subject": name, "label": label, "kind": kind, "text": text,
                }
                for place, (label, kind, text) in enumerate(texts)
            ]  # fmt: skip
    return rows


def is_held_out(subject: str) -> bool:
    """One subject of eight, by the hash of its name, is kept from training."""
    return int(hashlib.md5(subject.encode(), usedforsecurity=False).hexdigest(), 16) % 8 == 0


def read_texts(rows: Iterable[Mapping[str, Any]]) -> list[Text]:
    """The rows as texts; the wrong words of a bad one are those that the nearest good one of its subject has not."""
    kept = [row for row in rows if str(row["locale"]).startswith("en")]
    good: dict[str, list[list[str]]] = defaultdict(list)
    for row in kept:
        if row["label"] == "good":
            good[_subject(row)].append(_words(row["text"]))
    return [
        Text(
            _subject(row),
            tuple(facts_of(row["facts"], str(row["id"]))),
            row["text"],
            row["label"] == "bad",
            _wrong(row["text"], good[_subject(row)]) if row["label"] == "bad" else (),
        )
        for row in kept
    ]


def _subject(row: Mapping[str, Any]) -> str:
    return str(row.get("subject") or json.dumps(row["facts"], sort_keys=True))


def _words(text: str) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(text)]


def _wrong(text: str, good: Sequence[list[str]]) -> Spans | None:
    places, words = list(_WORD.finditer(text)), _words(text)
    matched = [difflib.SequenceMatcher(None, other, words, autojunk=False) for other in good]
    nearest = max(matched, key=lambda one: one.ratio(), default=None)
    if nearest is None or nearest.ratio() < _ALIKE:
        return None
    spans = tuple(
        (places[first].start(), places[last - 1].end())
        for kind, _, _, first, last in nearest.get_opcodes()
        if kind != "equal" and last > first
    )
    return spans or None  # only left out words: which of the others is wrong is not known


def changed_copies(
    text: Text, values: Mapping[str, Sequence[str]], draw: random.Random
) -> list[Example]:
    """``text`` with its facts in another order and, at times, without one that it does not speak of.

    Of a good text, at times, a bad copy too: a fact that it states is gone, or has another value of ``values``
    (name -> values).
    """
    said = _content(text.text)
    silent = [f for f in text.facts if not (_content(f"{f.name} {f.value}") & said)]
    facts = list(text.facts)
    if silent and draw.random() < 0.4:
        facts.remove(draw.choice(silent))
    copies = [_example(facts, text.text, text.is_bad, text.wrong, 1.0, draw)]
    if not text.is_bad and draw.random() < 0.35 and (stated := _stated(text.facts, said)):
        fact = draw.choice(stated)
        words = _content(fact.value) & said
        others = [f for f in text.facts if f is not fact]
        known = [v for v in values.get(fact.name, ()) if not _content(v) & _content(fact.value)]
        if known and draw.random() < 0.6:
            others.append(
                Fact(
                    fact.name,
                    draw.choice(known),
                    fact.source_table,
                    fact.source_column,
                    fact.source_key,
                )
            )
        wrong = tuple(
            m.span() for m in re.finditer(r"\w+", text.text) if m.group().lower() in words
        )
        copies.append(_example(others, text.text, True, wrong or None, 0.7, draw))
    return copies


def _stated(facts: Sequence[Fact], said: set[str]) -> list[Fact]:
    """Facts whose words stand in the text and in no other fact."""
    return [
        fact
        for fact in facts
        if (own := _content(fact.value) & said)
        and not any(own & _content(f"{f.name} {f.value}") for f in facts if f is not fact)
    ]


def _content(text: str) -> set[str]:
    return set(_CONTENT.findall(text.lower())) - _EMPTY


def _example(
    facts: list[Fact], text: str, is_bad: bool, wrong: Spans | None, weight: float, draw: random.Random
) -> Example:  # fmt: skip
    draw.shuffle(facts)
    return Example(facts_line(facts), text, is_bad, wrong, weight)
