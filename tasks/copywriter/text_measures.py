"""Measures of texts by counting alone: variety, what was learnt by heart, intervals by resampling. No model here."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

__all__ = ["LearntRuns", "bootstrap", "distinct_2", "self_bleu"]

_WORD = re.compile(r"<\w+>|[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+")
_START = 6
"""Words that are looked up at once; shorter runs are everyday language."""
BY_HEART_WORDS = 12
"""A run of so many words within a sentence, which training has of at most _FEW products, is learnt by heart."""
_FEW = 2


def words_of(text: str) -> list[str]:
    """Words in lower case; a slot is one word."""
    return [word.casefold() for word in _WORD.findall(text)]


def distinct_2(texts: Sequence[str]) -> float:
    """Different pairs of neighbouring words, as a share of all such pairs (0 to 1, higher is more varied)."""
    pairs = [pair for text in texts for pair in _ngrams(words_of(text), 2)]
    return len(set(pairs)) / len(pairs) if pairs else 0.0


def self_bleu(texts: Sequence[str], *, most: int = 120, seed: int = 0) -> float:
    """Mean BLEU (up to 4 words) of each text against all others, 0 to 1; high means that texts repeat each other.

    Of more than ``most`` texts a sample is taken: the measure grows with the number of references.
    """
    chosen = list(texts)
    if len(chosen) > most:
        chosen = random.Random(seed).sample(chosen, most)
    words = [words_of(text) for text in chosen]
    if len(words) < 2:
        return 0.0
    counts = [[Counter(_ngrams(w, n)) for n in range(1, 5)] for w in words]
    top: list[dict[tuple[str, ...], list[tuple[int, int]]]] = [{} for _ in range(4)]
    for index, of_text in enumerate(counts):
        for n in range(4):
            for gram, count in of_text[n].items():
                # The two largest counts suffice: the best of the others for any text.
                kept = top[n].setdefault(gram, [])
                kept.append((count, index))
                kept.sort(reverse=True)
                del kept[2:]
    scores = []
    for index, of_text in enumerate(counts):
        logs = 0.0
        for n in range(4):
            total = sum(of_text[n].values())
            hits = sum(
                min(count, max((c for c, owner in top[n][gram] if owner != index), default=0))
                for gram, count in of_text[n].items()
            )
            logs += math.log((hits + 0.1) / (total + 0.1)) / 4
        length = len(words[index])
        others = (len(w) for i, w in enumerate(words) if i != index)
        nearest = min(others, key=lambda other: (abs(other - length), other))
        brevity = 1.0 if length >= nearest else math.exp(1 - nearest / max(1, length))
        scores.append(brevity * math.exp(logs))
    return sum(scores) / len(scores)


class LearntRuns:
    """Runs of words that training texts hold, with the products they are of, to find what comes back from them."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """``texts`` are (subject, copy) pairs with slots."""
        self._subjects: dict[tuple[str, ...], set[str]] = {}
        for subject, copy in texts:
            for sentence in _SENTENCE.split(copy):
                for gram in _ngrams(words_of(sentence), _START):
                    known = self._subjects.setdefault(gram, set())
                    if len(known) <= _FEW:
                        known.add(subject)

    def longest(self, text: str, *, is_rare: bool = False) -> int:
        """Words of the longest run within a sentence that training has, too; 0 below six words.

        With ``is_rare`` only runs of at most two products count: a phrase that many products share is the shop's
        voice, one that a single product has is learnt by heart.
        """
        best = 0
        for sentence in _SENTENCE.split(text):
            run = 0
            for gram in _ngrams(words_of(sentence), _START):
                known = self._subjects.get(gram)
                is_shared = known is not None and (not is_rare or len(known) <= _FEW)
                run = run + 1 if is_shared else 0
                best = max(best, run + _START - 1 if run else 0)
        return best

    def is_by_heart(self, text: str) -> bool:
        """Whether a run of twelve words or more comes from the texts of one or two products alone."""
        return self.longest(text, is_rare=True) >= BY_HEART_WORDS


def bootstrap(
    count: int,
    figure: Callable[[Sequence[int]], float],
    *,
    seed: int = 7,
    rounds: int = 1000,
) -> tuple[float, float]:
    """The 95% interval of ``figure`` over ``count`` cases, by resampling their indices ``rounds`` times."""
    if count == 0:
        return (math.nan, math.nan)
    draw = random.Random(seed)
    values = sorted(figure(draw.choices(range(count), k=count)) for _ in range(rounds))
    return values[int(0.025 * rounds)], values[min(rounds - 1, int(0.975 * rounds))]


def _ngrams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]
