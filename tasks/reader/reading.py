"""Loads the second reader and asks it; torch and transformers load with the first question."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from plugins.contract import Fact
from tasks.checks.second_opinion import Reading, Weights
from tasks.copywriter.sentence_encoder import PACKAGED
from tasks.reader.inputs import facts_line

__all__ = ["FOLDER", "Reader", "is_installed", "load_reader"]

FOLDER = Path(__file__).parent / "weights"
"""The weights, and a card that says what they were made of, how well they judge, and the thresholds."""
_MOST_TOKENS = 288
_BATCH = 32
_SUSPECT = 0.0
"""A token scored above this is one of the words that speak against a text."""


class Reader:
    """Reads texts beside their facts. Safe for threads: one at a time."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """NotAModel where the encoder's package is missing or another one than the weights were made for."""
        from transformers import AutoModel, AutoTokenizer

        from tasks.copywriter.folders import hash_folder, loading, quiet
        from tasks.copywriter.sentence_encoder import encoder_folder
        from tasks.reader.model import WEIGHTS, load_model

        quiet()
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        base = encoder_folder(card["encoder"])
        with loading(base, "the second reader's encoder"):
            if hash_folder(base) != card["encoder_hash"]:
                raise ValueError("another version than the reader's weights were made for")
            self._tokenizer: Any = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
            encoder: Any = AutoModel.from_pretrained(
                base, trust_remote_code=False, use_safetensors=True
            ).float()
            self._model = load_model(encoder, folder / WEIGHTS)
        self.weights = Weights(**card["weights"])
        self._lock = threading.Lock()

    def read(self, rows: Sequence[tuple[Sequence[Fact], str]]) -> list[Reading]:
        """A reading of each (facts, text), in order; long facts are cut, never the text, at 288 tokens."""
        pairs = [(facts_line(facts), text) for facts, text in rows]
        order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]) + len(pairs[n][1]))
        readings: list[Reading | None] = [None] * len(pairs)
        with self._lock:
            for at in range(0, len(order), _BATCH):
                numbers = order[at : at + _BATCH]
                found = self._batch([pairs[n] for n in numbers])
                for number, reading in zip(numbers, found, strict=True):
                    readings[number] = reading
        return [reading for reading in readings if reading is not None]

    def _batch(self, pairs: list[tuple[str, str]]) -> list[Reading]:
        import torch

        inputs = self._tokenizer(
            [facts for facts, _ in pairs],
            [text for _, text in pairs],
            # A text longer than the input is cut too: then its first 288 tokens are judged.
            truncation="longest_first",
            max_length=_MOST_TOKENS,
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        offsets = inputs.pop("offset_mapping")
        with torch.inference_mode():
            scores, tokens, is_text = self._model(inputs)
        return [
            Reading(float(score), _words(text, own, spans, mine))
            for (_, text), score, own, spans, mine in zip(
                pairs, scores, tokens, offsets.tolist(), is_text, strict=True
            )
        ]


def _words(text: str, scores: Any, spans: list[list[int]], is_text: Any) -> str:
    """The run of suspect words around the most suspect one; that word alone where none is above the bound."""
    inside = [n for n, (start, end) in enumerate(spans) if bool(is_text[n]) and end > start]
    if not inside:
        return ""
    worst = max(inside, key=lambda n: float(scores[n]))
    first = last = inside.index(worst)
    while first > 0 and float(scores[inside[first - 1]]) > _SUSPECT:
        first -= 1
    while last + 1 < len(inside) and float(scores[inside[last + 1]]) > _SUSPECT:
        last += 1
    start, end = spans[inside[first]][0], spans[inside[last]][1]
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def is_installed() -> bool:
    """Whether the package of the reader's encoder is there."""
    card = json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))
    return find_spec(PACKAGED[card["encoder"]]) is not None


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """The reader, one a process."""
    return Reader()
