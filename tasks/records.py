"""What the steps of a run hand to each other: requests, drafts, verdicts, claims, settled briefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from plugins.contract import Brief, Fact

__all__ = [
    "Claim",
    "Draft",
    "DraftRequest",
    "Judgement",
    "RawDraft",
    "RiskTier",
    "SettledBrief",
    "State",
    "Verdict",
    "Writer",
]

State = Literal["approved", "fallback", "quarantined", "reused", "failed"]
RiskTier = Literal["auto", "sample", "review"]
"""What happens to a text that passed, from lenient to strict: published, published and drawn for audits, held back."""


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """One brief's order to the copywriter. ``slots`` are the fact names it may use; ``seed`` is the brief's own."""

    prompt: str
    slots: tuple[str, ...]
    seed: int
    candidates: int
    max_new_tokens: int
    temperature: float
    top_k: int


@dataclass(frozen=True, slots=True)
class RawDraft:
    """What the copywriter wrote, with slot tokens (``<material>``) where facts go. Likelihood: mean nats a token."""

    candidate: int
    text: str
    log_likelihood: float
    seed: int
    count_tokens: int


Writer = Callable[[Sequence[DraftRequest]], list[list[RawDraft]]]
"""Answers each request with its candidates, in the order of the requests."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One candidate text for a brief, slots filled from the facts."""

    draft_id: str
    brief_id: str
    candidate: int
    text: str
    written_by: Literal["model", "fallback", "person"]
    log_likelihood: float | None
    model_hash: str | None
    seed: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of a sentence that could be true or false of the subject; ``source`` is None where no cell supports them.

    ``kind`` is one of number, measure, price, percentage, date, count, rating, attribute, name, brand, comparison,
    availability, delivery, guarantee, fact.
    """

    sentence_index: int
    kind: str
    words: str
    source: Fact | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule of one check on a draft, or on one sentence of it."""

    check: str
    rule: str
    is_passed: bool
    sentence_index: int | None = None
    claim: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged text: ``text`` is what remains when fallen sentences are dropped; claims are those of what remains."""

    text: str
    is_publishable: bool
    verdicts: tuple[Verdict, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class SettledBrief:
    """A brief with its outcome. ``text`` and ``claims`` are set for approved and fallback, ``reasons`` for the rest.

    ``set_aside``: a person looks at the text, before it goes live (``review``: quarantined, with its text and claims)
    or after (``sample``).
    """

    brief: Brief
    prompt: str | None
    state: State
    text: str | None = None
    written_by: Literal["model", "fallback", "person"] | None = None
    model_hash: str | None = None
    chosen_draft_id: str | None = None
    claims: tuple[Claim, ...] = ()
    drafts: tuple[Draft, ...] = ()
    verdicts: dict[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """draft_id -> verdicts."""
    step: str = "check_drafts"
    reasons: tuple[Verdict, ...] = ()
    set_aside: Literal["review", "sample"] | None = None
