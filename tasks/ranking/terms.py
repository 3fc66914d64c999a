"""The terms that candidates are ranked by, their weights, and what they are measured against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field

from plugins.contract import Brief
from tasks.checks.consistency import Published
from tasks.checks.words import split_sentences
from tasks.ranking.shelf import Encoder, Shelf
from tasks.ranking.voices import Voices
from tasks.records import Draft, Judgement

__all__ = ["WEIGHTS", "Ranker", "Ranking", "Terms"]

_OFTEN_OPENED = 0.02
"""Up to this share of a plugin's texts an opening is fresh."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a draft that passed every check is ranked by; each from 0 to 1, higher is better."""

    likelihood: float
    """The copywriter's own probability of a token, as a geometric mean: where it is low, its grammar slips."""
    wholeness: float
    """Share of the draft's sentences that the checks left standing."""
    facts: float
    """Share of the brief's facts whose value stands in the text, as a slot is filled."""
    distance: float
    """1 minus the likeness to the nearest text that is published in the scenario."""
    opening: float
    """1 where few texts of the plugin begin with these three words, less the more do."""
    fit: float
    """How far the words speak for the scenario's tone and goal, by the shop's own archive."""

    @property
    def score(self) -> float:
        """The weighted sum, 0 to 1."""
        return sum(w * t for w, t in zip(astuple(WEIGHTS), astuple(self), strict=True))


WEIGHTS = Terms(
    likelihood=0.25, wholeness=0.25, facts=0.10, distance=0.15, opening=0.15, fit=0.10
)  # fmt: skip
"""They sum to 1. ``python -m bench.quality.ranking`` shows what each does to the texts of a run."""


@dataclass(frozen=True)
class Ranking:
    """What is known of the shop for ranking, without any text of a run."""

    voices: Voices = field(default_factory=Voices)
    encoder: Encoder | None = None
    """None measures distance by words."""


class Ranker:
    """Ranks drafts against what is live and what this run chose so far."""

    def __init__(self, ranking: Ranking, live: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """``live``: plugin -> (owner, body) as a check context has them; an owner is scenario and subject."""
        self._voices = ranking.voices
        self._shelf = Shelf(ranking.encoder)
        for plugin, texts in sorted(live.items()):
            for owner, body in texts:
                scenario, _, subject = owner.partition("\x1f")
                self._shelf.add(scenario, f"{plugin}\x1f{subject}", body)

    def prepare(self, texts: Sequence[str]) -> None:
        """Work out at once for many texts what is dear for one."""
        self._shelf.prepare(list(dict.fromkeys(texts)))

    def mark(self) -> int:
        """Where the shelf stands now, for ``take_back``."""
        return self._shelf.mark()

    def take_back(self, mark: int) -> None:
        """Take off the shelf what was put there since ``mark``."""
        self._shelf.take_back(mark)

    def terms(
        self, brief: Brief, draft: Draft, judgement: Judgement | None, published: Published
    ) -> Terms:
        """The terms of one draft; without a judgement as if the checks left all of it standing."""
        text = draft.text if judgement is None else judgement.text
        fallen = {
            v.sentence_index
            for v in (() if judgement is None else judgement.verdicts)
            if not v.is_passed and v.sentence_index is not None
        }
        kept = max(1, len(split_sentences(text))) if fallen else 1
        folded = text.casefold()
        stated = {fact.name for fact in brief.facts if fact.value.casefold() in folded}
        share = published.opening_share(text)
        likelihood = draft.log_likelihood if draft.log_likelihood is not None else 0.0
        scenario = brief.scenario
        return Terms(
            likelihood=math.exp(min(0.0, likelihood)),
            wholeness=kept / (kept + len(fallen)),
            facts=len(stated) / max(1, len(brief.values())),
            distance=1.0
            - self._shelf.nearest(scenario.name, f"{brief.plugin}\x1f{brief.subject_id}", text),
            opening=1.0 if share <= _OFTEN_OPENED else 1.0 - min(1.0, share * 5),
            fit=self._voices.fit(text, kind=brief.plugin, tone=scenario.tone, goal=scenario.goal),
        )

    def published(self, brief: Brief, text: str) -> None:
        """``text`` was chosen: the next draft of the scenario is measured against it, too."""
        self._shelf.add(brief.scenario.name, f"{brief.plugin}\x1f{brief.subject_id}", text)
