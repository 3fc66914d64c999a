"""What the copywriter learns from: pairs of a prompt and its copy, both with slots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.copywriter.slots import slot_names

if TYPE_CHECKING:
    from plugins.contract import Brief

__all__ = ["Corpus", "TrainingPair"]


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """One example. Pairs of one subject are all held out or none."""

    prompt: str
    copy: str
    kind: str
    subject_id: str
    is_held_out: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """The pairs with how they came about: ``counts`` by reason, the fact names that get slots."""

    pairs: tuple[TrainingPair, ...]
    fact_names: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)
    held_out_briefs: tuple[Brief, ...] = ()
    """What the held-out texts answered, one of each subject, kind, goal and tone: briefs for a trial."""
    canaries: tuple[str, ...] = ()
    """Planted sentences that no text may give back; see tasks.build_corpus.plant_canaries."""

    @property
    def learnt(self) -> list[TrainingPair]:
        """The pairs to train on."""
        return [pair for pair in self.pairs if not pair.is_held_out]

    @property
    def held_out(self) -> list[TrainingPair]:
        """The pairs of products that training never sees."""
        return [pair for pair in self.pairs if pair.is_held_out]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the pairs."""
        return _digest(f"{p.prompt}\0{p.copy}\0{p.is_held_out}" for p in self.pairs)

    @property
    def slot_coverage(self) -> float:
        """Share of pairs whose copy states at least one fact as a slot."""
        return sum(bool(slot_names(p.copy)) for p in self.pairs) / max(1, len(self.pairs))


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()
