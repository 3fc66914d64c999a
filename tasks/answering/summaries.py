"""What a person reads about a question that was handed over: the reason, the question without personal data, and
the facts that come nearest by BM25."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tasks.answering.facts import KnownFact
from tasks.answering.text import content_stems, normalise

__all__ = ["nearest", "summarise", "without_personal_data"]

_PERSONAL = (
    (re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.\w+)+"), "[email]"),
    (re.compile(r"\+?\d[\d\s()-]{6,}\d"), "[number]"),
    (re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b", re.IGNORECASE), "[postcode]"),
    (
        re.compile(
            r"\b\d{1,4}[a-z]?,? (?:[a-z]+ ){1,3}(?:street|road|avenue|lane|close|drive|way|court|"
            r"place|gardens|terrace|crescent|square|hill)\b",
            re.IGNORECASE,
        ),
        "[address]",
    ),
    (
        re.compile(
            r"\b((?:my name is|this is|i am|regards,?|thanks,?|cheers,?|yours,?)\s+)([a-z]+ [a-z]+)$",
            re.IGNORECASE,
        ),
        r"\1[name]",
    ),
    (re.compile(r"\bmy name is [a-z]+(?: [a-z]+)?", re.IGNORECASE), "my name is [name]"),
    (re.compile(r"#?\s?\b[a-z]{0,4}-?\d{4,}\b", re.IGNORECASE), " [number]"),
)


def without_personal_data(text: str) -> str:
    """``text`` with e-mails, telephone, card and order numbers, addresses and stated names replaced."""
    for pattern, replacement in _PERSONAL:
        text = pattern.sub(replacement, text)
    try:
        from tasks.scrub_text import scrub
    except ImportError:
        return text
    return scrub(text)[0]


def nearest(question: str, texts: Sequence[str], limit: int = 3) -> list[int]:
    """Indices of the texts that are nearest to the question by BM25, best first; none without a word in common."""
    query = sorted(content_stems(normalise(question)))
    index, words = _index(tuple(texts))
    if index is None or words.isdisjoint(query):
        return []
    places, scores = index.retrieve([query], k=min(limit, len(texts)), show_progress=False)
    return [int(place) for place, score in zip(places[0], scores[0], strict=True) if score > 0]


@lru_cache(maxsize=64)
def _index(texts: tuple[str, ...]) -> tuple[Any, frozenset[str]]:
    """The BM25 index of the texts and its words; the same earlier answers are searched for each open question."""
    if not texts:
        return None, frozenset()
    import bm25s

    corpus = [sorted(content_stems(normalise(text))) or ["-"] for text in texts]
    index = bm25s.BM25()
    index.index(corpus, show_progress=False)
    return index, frozenset(word for row in corpus for word in row)


def summarise(reason: str, normal: str, facts: Sequence[KnownFact]) -> str:
    """The reason, the scrubbed question (at most 200 characters) and up to three facts that may help."""
    question = without_personal_data(normal[:400])[:200]
    usable = [fact for fact in facts if fact.is_usable]
    near = nearest(normal, [f"{' '.join(fact.name_words)} {fact.text[:300]}" for fact in usable])
    helpful = "; ".join(f"{usable[i].name}: {usable[i].text[:80]}" for i in near)
    return f"{reason} Question: {question or '(empty)'}." + (
        f" Facts that may help: {helpful}." if helpful else ""
    )
