"""Evaluate: what a copywriter is worth, on products that training never saw, through the real checks."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from plugins.contract import Brief, Plugin
from tasks.checks.context import CheckContext
from tasks.copywriter.pairs import Corpus
from tasks.copywriter.slots import slot_names
from tasks.copywriter.text_measures import LearntRuns, bootstrap, distinct_2, self_bleu
from tasks.records import DraftRequest, RawDraft, SettledBrief, Writer
from tasks.write_drafts import write_drafts

if TYPE_CHECKING:
    from tasks.copywriter.fitting import TextNats

__all__ = [
    "Evaluation",
    "approval_change",
    "approval_counts",
    "compare",
    "evaluate_folder",
    "evaluate_writer",
    "trial_briefs",
]

TRIAL_BRIEFS = 60
CANDIDATES = 2
"""Drafts a brief in a trial: fewer than a run's, so that one lucky draft does not hide many bad ones."""


@dataclass(slots=True)
class Evaluation:
    """Figures of one copywriter, case by case, so that two of them can be compared on the same cases."""

    nats: list[TextNats] = field(default_factory=list)
    """Empty for a writer whose likelihoods are not to be had (an endpoint)."""
    approved: list[bool] = field(default_factory=list)
    drafts: list[list[str]] = field(default_factory=list)
    """The raw drafts of each brief, with slots."""
    fact_shares: list[float] = field(default_factory=list)
    longest_runs: list[int] = field(default_factory=list)
    by_heart: list[bool] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)
    """check -> drafts that it refused something of."""
    canaries_back: int = 0
    seconds: float = 0.0
    count_tokens: int = 0

    @property
    def texts(self) -> list[str]:
        """All drafts."""
        return [text for drafts in self.drafts for text in drafts]

    def figures(self) -> dict[str, Any]:
        """One number a measure; perplexities are missing where there are no likelihoods."""
        found: dict[str, Any] = {
            "count_trial_briefs": len(self.approved),
            "approval_rate": round(mean(self.approved), 4) if self.approved else None,
            "fact_coverage": round(mean(self.fact_shares), 4) if self.fact_shares else None,
            "distinct_2": round(distinct_2(self.texts), 4),
            "self_bleu": round(self_bleu(self.texts), 4),
            "learnt_by_heart": round(mean(self.by_heart), 4) if self.by_heart else None,
            "longest_run_median": median(self.longest_runs) if self.longest_runs else None,
            "longest_run": max(self.longest_runs, default=0),
            "canaries_back": self.canaries_back,
            "privacy_refusals": self.refusals.get("privacy", 0),
            "refusals": dict(sorted(self.refusals.items())),
            "written_tokens_a_second": round(self.count_tokens / max(self.seconds, 1e-9), 1),
        }
        if self.nats:
            from tasks.copywriter.fitting import perplexities

            found |= {k: round(v, 5) for k, v in perplexities(self.nats).items()}
        return found


def trial_briefs(corpus: Corpus, most: int = TRIAL_BRIEFS) -> list[Brief]:
    """Up to ``most`` briefs of held-out products, spread evenly over kinds, each with an id of its own."""
    by_kind: dict[str, list[Brief]] = defaultdict(list)
    for brief in corpus.held_out_briefs:
        by_kind[brief.plugin].append(brief)
    chosen: list[Brief] = []
    for kind in sorted(by_kind):
        briefs = by_kind[kind]
        room = math.ceil((most - len(chosen)) / (len(by_kind) - sorted(by_kind).index(kind)))
        step = max(1.0, len(briefs) / max(1, room))
        chosen += [briefs[int(i * step)] for i in range(min(room, len(briefs)))]
    named = []
    for number, brief in enumerate(chosen):
        scenario = replace(
            brief.scenario, name=f"trial-{brief.scenario.goal}-{brief.scenario.tone}"
        )
        named.append(
            replace(
                brief,
                brief_id=f"trial-{number}",
                brief_hash=f"{brief.plugin}:{brief.subject_id}:{number}",
                scenario=scenario,
            )
        )
    return named


def evaluate_folder(
    folder: Path,
    corpus: Corpus,
    plugins: Sequence[Plugin],
    contexts: Mapping[str, CheckContext],
    *,
    most_briefs: int = TRIAL_BRIEFS,
    seed: int = 7,
) -> Evaluation:
    """A model folder's evaluation; NotAModel where it cannot be loaded. ``contexts``: of the checks, by language."""
    from tasks.copywriter.decoding import load_copywriter
    from tasks.copywriter.measuring import measure_texts

    nats = measure_texts(folder, corpus.held_out or corpus.learnt[:64])
    copywriter = load_copywriter(folder)
    found = evaluate_writer(
        copywriter.write, corpus, plugins, contexts, most_briefs=most_briefs, seed=seed
    )
    found.nats = nats
    return found


def evaluate_writer(
    write: Writer,
    corpus: Corpus,
    plugins: Sequence[Plugin],
    contexts: Mapping[str, CheckContext],
    *,
    most_briefs: int = TRIAL_BRIEFS,
    seed: int = 7,
) -> Evaluation:
    """The evaluation of any writer: drafts for held-out products, judged as a run judges them."""
    evaluation = Evaluation()
    by_name = {plugin.name: plugin for plugin in plugins}
    runs = LearntRuns((pair.subject_id, pair.copy) for pair in corpus.learnt)
    groups: dict[tuple[str, str], list[Brief]] = defaultdict(list)
    for brief in trial_briefs(corpus, most_briefs):
        if by_name[brief.plugin].manifest.generation.written_by != "fallback":
            groups[brief.plugin, brief.scenario.locale].append(brief)
    for (name, locale), briefs in sorted(groups.items()):
        context = contexts.get(locale.split("-")[0]) or CheckContext.empty(locale)
        # Judged as for an empty shop window: what is live now must not speak for or against one of them.
        context = replace(context, live_texts={})
        settled = _trial(write, by_name[name], briefs, context, evaluation, seed)
        for item in settled:
            evaluation.approved.append(item.state == "approved")
            for draft in item.drafts:
                failed = {v.check for v in item.verdicts.get(draft.draft_id, ()) if not v.is_passed}
                for check in failed if draft.written_by == "model" else ():
                    evaluation.refusals[check] = evaluation.refusals.get(check, 0) + 1
    for text in evaluation.texts:
        evaluation.longest_runs.append(runs.longest(text))
        evaluation.by_heart.append(runs.is_by_heart(text))
    evaluation.canaries_back = _canaries_back(write, corpus, evaluation.texts, seed)
    return evaluation


def _trial(
    write: Writer,
    plugin: Plugin,
    briefs: Sequence[Brief],
    context: CheckContext,
    evaluation: Evaluation,
    seed: int,
) -> list[SettledBrief]:
    from tasks.check_drafts import settle_briefs

    def heard(requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
        began = time.monotonic()
        answers = write(requests)
        evaluation.seconds += time.monotonic() - began
        for request, drafts in zip(requests, answers, strict=True):
            evaluation.count_tokens += sum(draft.count_tokens for draft in drafts)
            evaluation.drafts.append([draft.text for draft in drafts if draft.text.strip()])
            offered = set(request.slots)
            for draft in drafts:
                used = set(slot_names(draft.text)) & offered
                evaluation.fact_shares.append(len(used) / max(1, len(offered)))
        return answers

    written = write_drafts(plugin, briefs, heard, seed=seed, candidates=CANDIDATES, model_hash="trial")  # fmt: skip
    cases = [(item.brief, item.prompt or "", item.drafts) for item in written]
    return settle_briefs(plugin, cases, context, every_draft=True)


def _canaries_back(write: Writer, corpus: Corpus, texts: Sequence[str], seed: int) -> int:
    """How many planted sentences come back: in the trial's drafts, or when their own prompt is asked again."""
    if not corpus.canaries:
        return 0
    asked = [pair for pair in corpus.learnt if any(c in pair.copy for c in corpus.canaries)]
    requests = [
        DraftRequest(p.prompt, tuple(dict.fromkeys(slot_names(p.prompt))), seed + n, 8, 80, 0.8, 50)
        for n, p in enumerate(asked)
    ]
    answers = write(requests) if requests else []
    said = [*texts, *(draft.text for drafts in answers for draft in drafts)]
    return sum(any(canary in text for text in said) for canary in corpus.canaries)


def compare(first: Evaluation, second: Evaluation, *, seed: int = 7) -> list[dict[str, Any]]:
    """Measure by measure both figures and the 95% interval of second minus first, over the same cases.

    The interval of a measure that is no mean over cases (distinct-2, self-BLEU, speed) is None.
    """
    rows: list[dict[str, Any]] = []
    one, other = first.figures(), second.figures()

    def row(name: str, interval: tuple[float, float] | None, better: str) -> None:
        a, b = one.get(name), other.get(name)
        rows.append({"measure": name, "first": a, "second": b, "better": better, "interval": interval})  # fmt: skip

    if first.nats and second.nats and len(first.nats) == len(second.nats):
        for name, unit in (("perplexity_a_character", "characters"), ("perplexity", "tokens")):
            row(name, _perplexity_interval(first.nats, second.nats, unit, seed), "lower")
    means = (
        ("approval_rate", first.approved, second.approved, "higher"),
        ("fact_coverage", first.fact_shares, second.fact_shares, "higher"),
        ("learnt_by_heart", first.by_heart, second.by_heart, "lower"),
    )
    for name, a, b, better in means:
        row(name, _mean_interval(a, b, seed), better)
    for name, better in (
        ("distinct_2", "higher"),
        ("self_bleu", "lower"),
        ("longest_run_median", "lower"),
        ("canaries_back", "lower"),
        ("privacy_refusals", "lower"),
        ("written_tokens_a_second", "higher"),
    ):
        row(name, None, better)
    return rows


def approval_change(first: Evaluation, second: Evaluation) -> tuple[float, float] | None:
    """The 95% interval of second's approval rate minus first's, over the same briefs; None where they differ."""
    return _mean_interval(first.approved, second.approved, 7)


def approval_counts(first: Evaluation, second: Evaluation) -> tuple[int, int] | None:
    """Of the same briefs, those that ``second`` lost and those that it won; None where they differ."""
    if not first.approved or len(first.approved) != len(second.approved):
        return None
    pairs = list(zip(first.approved, second.approved, strict=True))
    return sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)


def _mean_interval(
    first: Sequence[float], second: Sequence[float], seed: int
) -> tuple[float, float] | None:
    """Of the difference of means; paired where both have the same cases."""
    if not first or len(first) != len(second):
        return None
    changes = [float(b) - float(a) for a, b in zip(first, second, strict=True)]
    return bootstrap(len(changes), lambda chosen: mean(changes[i] for i in chosen), seed=seed)


def _perplexity_interval(
    first: Sequence[TextNats], second: Sequence[TextNats], unit: str, seed: int
) -> tuple[float, float]:
    def figure(texts: Sequence[TextNats], chosen: Sequence[int]) -> float:
        nats = sum(texts[i].nats for i in chosen)
        return math.exp(min(50.0, nats / max(1, sum(getattr(texts[i], unit) for i in chosen))))

    return bootstrap(
        len(first), lambda chosen: figure(second, chosen) - figure(first, chosen), seed=seed
    )
