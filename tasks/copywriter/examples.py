"""Pairs as token ids, and the batches that training sees: of like length, in an order that the seed gives."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from tasks.copywriter.pairs import TrainingPair
from tasks.copywriter.vocabulary import Vocabulary

__all__ = ["Encoded", "batches", "collate", "encode_pairs"]

_POOL = 24
"""Batches in a pool that is sorted by length: little padding, still another mix each epoch."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """prompt ids, separator, copy ids, end; the loss is on the ids from ``start`` on."""

    ids: tuple[int, ...]
    start: int
    count_characters: int


def encode_pairs(
    pairs: Sequence[TrainingPair], tokenizer: Any, vocabulary: Vocabulary, context: int
) -> list[Encoded]:
    """The pairs that fit into ``context`` tokens; longer ones are left out."""
    if not pairs:
        return []
    prompts = tokenizer([pair.prompt for pair in pairs])["input_ids"]
    copies = tokenizer([pair.copy for pair in pairs], add_special_tokens=False)["input_ids"]
    separator = [] if vocabulary.copy is None else [vocabulary.copy]
    encoded = []
    for pair, prompt, copy in zip(pairs, prompts, copies, strict=True):
        ids = (*prompt, *separator, *copy, vocabulary.end)
        if len(ids) <= context:
            encoded.append(Encoded(ids, len(prompt) + len(separator), len(pair.copy)))
    return encoded


def batches(examples: Sequence[Encoded], size: int, seed: int) -> Iterator[list[Encoded]]:
    """Batches without end: each epoch in a new order, examples of like length together."""
    generator = random.Random(seed)
    while True:
        order = list(examples)
        generator.shuffle(order)
        epoch = []
        for start in range(0, len(order), size * _POOL):
            pool = sorted(order[start : start + size * _POOL], key=lambda e: len(e.ids))
            epoch += [pool[i : i + size] for i in range(0, len(pool), size)]
        generator.shuffle(epoch)
        yield from epoch


def collate(
    batch: Sequence[Encoded], filler: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """ids (batch, length), where a copy token follows (batch, length), and those tokens (count,).

    Padding is on the right, so that causal attention needs no mask for it.
    """
    length = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), length), filler, dtype=torch.long)
    follows = torch.zeros((len(batch), length), dtype=torch.bool)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        follows[row, example.start - 1 : len(example.ids) - 1] = True
    targets = torch.roll(ids, -1, dims=1)[follows]
    return ids, follows, targets
