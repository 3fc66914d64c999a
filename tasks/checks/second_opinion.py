"""What a model that read the whole text adds to the rules: both are evidence, each with a measured weight.

Rules see words, numbers and names; that a sentence says the opposite of a fact in words of its own, they see only where
somebody foresaw it. The second reader has learnt from labelled copy what follows from facts (``tasks.reader``). Where a
text is published, the reader may only refuse; where it is judged for somebody (``shelftalk check``), it may overrule
rules that guess, too: a logistic model weighs its score against the number of those that object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from plugins.contract import Fact
from tasks.records import Verdict

__all__ = [
    "CHECK",
    "OVERRULES_BELOW",
    "REFUSES_ABOVE",
    "Reading",
    "SecondReader",
    "Weights",
    "is_evidence",
    "log_odds",
    "objection",
]

CHECK = "reading"
_GUESSES = frozenset(
    "polarity frame statement feature aspect part list sure_part praise kind use pattern shape craft".split()
)
"""Rules that go by the kinds of words alone; each fires on good texts half as often as on bad ones, or oftener."""
_MOST = 2
"""Objections that count: the third of a long text says little more."""
REFUSES_ABOVE, OVERRULES_BELOW = 0.75, -0.5
"""Log-odds: in doubt what the rules said stands."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``score``: log-odds that the facts do not bear the text out; ``words``: those of the text that weigh most."""

    score: float
    words: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds: of a text without objections at score 0; a point of score; an objection of a rule that guesses."""

    base: float
    score: float
    guessed: float


class SecondReader(Protocol):
    """Reads texts beside their facts."""

    @property
    def weights(self) -> Weights:
        """What its score and the rules' objections weigh; fitted on texts that neither was made with."""

    def read(self, rows: Sequence[tuple[Sequence[Fact], str]]) -> list[Reading]:
        """A reading of each (facts, text), in order."""


def is_evidence(verdict: Verdict) -> bool:
    """Whether an objection is weighed. Numbers, prices, dates, words of the vocabulary, names, promises, harm, personal
    data, form, and facts that contradict each other refuse by themselves.
    """
    return verdict.check == "grounding" and verdict.rule in _GUESSES


def log_odds(weights: Weights, reading: Reading, objections: Sequence[Verdict]) -> float:
    """Above 0 the evidence is against the text."""
    guessed = sum(is_evidence(verdict) for verdict in objections)
    return weights.base + weights.score * reading.score + weights.guessed * min(_MOST, guessed)


def objection(reading: Reading) -> Verdict:
    """The refusal of a text that the second reader finds unsupported."""
    return Verdict(
        CHECK,
        "unsupported",
        False,
        None,
        reading.words,
        f"the second reader does not find this in the facts (score {reading.score:+.1f})",
    )
