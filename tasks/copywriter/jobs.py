"""What the decoding loop works on: requests as ids, rows being written, candidates that are finished."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.copywriter.prompts import Block
from tasks.records import DraftRequest

__all__ = ["OPENING_TOKENS", "Job", "Row", "Written"]

OPENING_TOKENS = 5


@dataclass(slots=True)
class Job:
    """A request with its prompt's ids (all but the last are prefilled; the last is each candidate's first input)."""

    index: int
    request: DraftRequest
    ids: list[int]
    max_new_tokens: int
    next_candidate: int = 0
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Written:
    """One candidate as ids, without the end token; ``nats`` of each, and of the end where it was
    drawn.
    """

    index: int
    candidate: int
    ids: list[int] = field(default_factory=list)
    nats: list[float] = field(default_factory=list)

    @property
    def mean_nats(self) -> float:
        """Mean log-likelihood a token after the opening; of the opening too where there is nothing else.

        Ranking by it must not prefer the commonest opening, or all texts of a shop begin alike.
        """
        counted = self.nats[OPENING_TOKENS:] or self.nats
        return sum(counted) / max(1, len(counted))


@dataclass(slots=True)
class Row:
    job: Job
    out: Written
    followers: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    slot_counts: dict[int, int] = field(default_factory=dict)
    count_rollbacks: int = 0
