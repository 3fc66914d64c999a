"""The texts that stand published in each scenario, and how near a new one comes to the nearest of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

__all__ = ["Encoder", "Shelf"]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PRIVATE = 0xF0000
"""Each word becomes one character from here on: rapidfuzz compares strings of characters in machine words."""
_MOST_WORDS = 0x10FFFF - _PRIVATE


class Encoder(Protocol):
    """A sentence encoder: unit vectors, so that a product of two is their likeness."""

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """float32 (count, width); what was embedded before is remembered."""
        ...


class Shelf:
    """Texts by scenario. Likeness is 0 to 1: by words it is the share of words that both have in the same order
    (ROUGE-L), twice the longest common subsequence over the sum of both lengths; with an encoder the cosine.
    """

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        self._words: dict[str, int] = {}
        self._owners: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._spelt: dict[str, list[str]] = defaultdict(list)
        self._vectors: dict[str, Any] = {}
        self._added: list[str] = []

    def add(self, scenario: str, owner: str, text: str) -> None:
        """Put a text on the scenario's shelf; ``owner`` is the brief's place (plugin and subject)."""
        self._owners[scenario].append(owner)
        self._texts[scenario].append(text)
        self._spelt[scenario].append(self._spell(text))
        self._added.append(scenario)

    def mark(self) -> int:
        """Where the shelf stands now, for ``take_back``."""
        return len(self._added)

    def take_back(self, mark: int) -> None:
        """Take off what was added since ``mark``."""
        while len(self._added) > mark:
            scenario = self._added.pop()
            for kept in (self._owners, self._texts, self._spelt):
                kept[scenario].pop()
            if scenario in self._vectors:
                self._vectors[scenario] = self._vectors[scenario][: len(self._texts[scenario])]

    def prepare(self, texts: Sequence[str]) -> None:
        """Embed all candidates of a batch at once."""
        if self._encoder is not None and texts:
            self._encoder.embed(texts)

    def nearest(self, scenario: str, owner: str, text: str) -> float:
        """Likeness to the nearest text of the scenario, but for those of ``owner``, which it would replace."""
        owners = self._owners.get(scenario)
        if not owners:
            return 0.0
        likeness = self._by_meaning(scenario, text) if self._encoder else self._by_words(scenario, text)  # fmt: skip
        own = [i for i, other in enumerate(owners) if other == owner]
        likeness[own] = 0.0
        return max(0.0, float(likeness.max()))

    def _by_words(self, scenario: str, text: str) -> Any:
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import cdist

        return cdist(
            [self._spell(text)], self._spelt[scenario], scorer=Indel.normalized_similarity
        )[0]

    def _by_meaning(self, scenario: str, text: str) -> Any:
        assert self._encoder is not None
        texts, known = self._texts[scenario], self._vectors.get(scenario)
        count = 0 if known is None else len(known)
        if count < len(texts):
            new = self._encoder.embed(texts[count:])
            self._vectors[scenario] = new if known is None else np.concatenate([known, new])
        return self._vectors[scenario] @ self._encoder.embed([text])[0]

    def _spell(self, text: str) -> str:
        codes = (
            self._words.setdefault(word.casefold(), len(self._words))
            for word in _WORD.findall(text)
        )
        return "".join(chr(_PRIVATE + code % _MOST_WORDS) for code in codes)
