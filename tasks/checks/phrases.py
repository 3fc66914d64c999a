"""Where phrases of the shop's own vocabulary, compounds that no list holds, and whole values of facts stand in a sentence."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from functools import lru_cache

from tasks.checks.context import CheckContext
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import Hit, lexicon_for
from tasks.checks.words import Word, plain

__all__ = ["compounds", "mined", "value_spans"]


_COMPOUND = frozenset(
    "proof resistant repellent safe friendly lined coated plated filled dyed tested certified approved powered operated "
    "controlled activated compatible infused enabled grade ready absorbing reducing blocking cancelling resistant".split()
)


_FUSED = re.compile(r"^\w{3,}(?:proof|resistant|repellent|washable)$")


_IGNORED_FUSED = frozenset("foolproof proof bulletproof futureproof".split())


def mined(words: tuple[Word, ...], context: CheckContext, shielded: set[int]) -> list[Hit]:
    hits = []
    lemmas = tuple([word.lemma for word in words])
    for i, lemma in enumerate(lemmas):
        if i in shielded:
            continue
        for key, group in context.mined.get(lemma, ()):
            if lemmas[i : i + len(key)] == key:
                hits.append(Hit(group, key, i, i + len(key)))
                break
    return hits


def compounds(words: tuple[Word, ...], hits: list[Hit], shielded: set[int]) -> list[Hit]:
    """Compounds that no list holds: tear-resistant, bee-friendly, weevilproof."""
    covered = {i for hit in hits for i in range(hit.start, hit.end)} | shielded
    found = []
    for i, word in enumerate(words):
        if i in covered:
            continue
        if word.joined and i > 0 and word.lower in _COMPOUND and i - 1 not in covered:
            found.append(Hit("feature", (words[i - 1].lemma, word.lemma), i - 1, i + 1))
        elif base := _adverb_of(word.lower):
            found.append(Hit("feature", (base,), i, i + 1))
        elif _FUSED.match(word.lower) and word.lower not in _IGNORED_FUSED:
            found.append(Hit("feature", (word.lemma,), i, i + 1))
    return found


@lru_cache(maxsize=4096)
def _adverb_of(lower: str) -> str | None:
    """The feature of the English vocabulary from which an adverb is made: wirelessly, automatically."""
    phrases = lexicon_for("en").phrases
    for ending in ("ally", "ly"):
        base = lower.removesuffix(ending)
        if (
            base != lower
            and len(base) > 4
            and any(
                key == (base,) and group in ("feature", "kind")
                for key, group in phrases.get(base, ())
            )
        ):
            return base
    return None


def value_spans(sentence: str, index: FactIndex) -> list[tuple[int, int, int]]:
    """Where whole values of facts stand in the sentence."""
    folded = plain(sentence)
    if len(folded) != len(sentence):
        return []
    spans: list[tuple[int, int, int]] = []
    for value, fact in index.values:
        if len(value) < 2:
            continue
        at = folded.find(value)
        while at >= 0:
            end = at + len(value)
            bounded = (at == 0 or not folded[at - 1].isalnum()) and (
                end == len(folded) or not folded[end : end + 1].isalnum()
            )
            if bounded and not any(a < end and at < b for a, b, _ in spans):
                spans.append((at, end, fact))
            at = folded.find(value, end)
    return spans
