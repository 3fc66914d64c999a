"""Settles briefs: ranks the candidates, judges them best first, falls back, or quarantines with every reason.

Most drafts of a copywriter that knows its trade stand, so the best-ranked one is judged first and the others only when
it falls: a third of the checking for the same choice. A brief that ends without a text has had every candidate judged.
Great Expectations validates what was judged in a batch at once. Until it has, the choice is a rehearsal: where a chosen
draft breaks a rule, what the batch had put on the shelf is taken back and the batch chooses again, so that the outcome
is the same as if each brief had been settled by itself, in the order of the plan, whatever the size of the batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from plugins.contract import Brief, Plugin
from tasks.checks.context import CheckContext, owner_of
from tasks.checks.contradictions import Stated, contradicted
from tasks.checks.judging import CHECKS, judge
from tasks.errors import ShelftalkError
from tasks.plugin_hooks import run_accept
from tasks.records import Draft, Judgement, SettledBrief, Verdict
from tasks.rendering import render_fallback

if TYPE_CHECKING:
    from tasks.checks.expectations import RuleOutcome

__all__ = ["Written", "settle_briefs"]

Written = tuple[Brief, str, Sequence[Draft]]
"""A brief, its prompt, and its candidates (none where the copywriter had none)."""


@dataclass(slots=True)
class _Case:
    """One brief on its way to an outcome."""

    brief: Brief
    prompt: str
    drafts: list[Draft]
    judged: dict[str, Judgement] = field(default_factory=dict)
    verdicts: dict[str, tuple[Verdict, ...]] = field(default_factory=dict)
    accepted: dict[str, str | None] = field(default_factory=dict)
    """draft_id -> why the plugin's hook refuses it, or None; asked once."""
    validated: set[str] = field(default_factory=set)
    beside: dict[str, Verdict] = field(default_factory=dict)
    """draft_id -> why it cannot be published beside what this rehearsal published."""
    extra: list[Verdict] = field(default_factory=list)
    """Reasons that belong to the brief, not to one of its drafts."""
    chosen: Draft | None = None
    failure: str | None = None

    def stands(self, draft: Draft) -> bool:
        """Whether a judged draft may be published as far as the checks and the rules know."""
        return self.judged[draft.draft_id].is_publishable and not any(
            not v.is_passed and v.sentence_index is None for v in self.verdicts[draft.draft_id]
        )

    def all_verdicts(self) -> dict[str, tuple[Verdict, ...]]:
        """draft_id -> the verdicts of each judged draft, in the order of the drafts."""
        return {
            draft.draft_id: (
                *self.verdicts[draft.draft_id],
                *([self.beside[draft.draft_id]] if draft.draft_id in self.beside else []),
            )
            for draft in self.drafts
            if draft.draft_id in self.verdicts
        }


def settle_briefs(
    plugin: Plugin,
    written: Sequence[Written],
    context: CheckContext,
    validations: list[RuleOutcome] | None = None,
    *,
    every_draft: bool = False,
    stated: Mapping[str, Sequence[Stated]] = MappingProxyType({}),
) -> list[SettledBrief]:
    """The outcome of each brief, in order: approved, fallback, quarantined, or failed.

    ``validations`` is filled with the outcome of each rule of the plugin's checks.toml in each validation. A brief that
    raises becomes ``failed`` with the reason; its neighbours are untouched. No two texts of a plugin are the same: the
    next candidate is taken. ``every_draft`` judges the candidates behind the chosen one, too, where figures rest on
    them. ``stated`` has, by subject, the cells that live texts state: a draft that contradicts one falls. RulesError
    where checks.toml itself is wrong.
    """
    cases = [_Case(brief, prompt, list(drafts)) for brief, prompt, drafts in written]
    if not cases:
        return []
    plugin = plugin.in_locale(cases[0].brief.scenario.locale)  # a batch is of one scenario
    published, ranker = context.published(plugin.name), context.ranker
    ranker.prepare([draft.text for c in cases if len(c.drafts) > 1 for draft in c.drafts])
    outcomes: list[RuleOutcome] = []
    marks = published.mark(), ranker.mark()
    try:
        while True:
            for case in cases:
                _choose(plugin, case, context, every_draft, stated)
            outcomes += _validate(plugin, cases)
            if all(c.chosen is None or c.stands(c.chosen) for c in cases):
                break
            published.take_back(marks[0])
            ranker.take_back(marks[1])
    except BaseException:
        # A time limit stops a batch by an exception of its own; the index must not keep its texts.
        published.take_back(marks[0])
        ranker.take_back(marks[1])
        raise
    if validations is not None:
        validations += outcomes
    return [_outcome(case) for case in cases]


def _judge(plugin: Plugin, case: _Case, draft: Draft, context: CheckContext) -> None:
    brief = case.brief
    judgement = judge(
        draft.text,
        brief.facts,
        context=context,
        limits=plugin.limits_for(brief.scenario.channel, brief.subject_id),
        locale=brief.scenario.locale,
        must_state=plugin.manifest.must_state,
    )
    case.judged[draft.draft_id] = judgement
    case.verdicts[draft.draft_id] = judgement.verdicts


def _add_fallback(plugin: Plugin, case: _Case, context: CheckContext) -> Draft | None:
    """Render fallback.j2 as one more draft, judged like the others; None where it cannot be rendered."""
    try:
        text = render_fallback(plugin, case.brief)
    except ShelftalkError as error:
        case.extra.append(Verdict("structure", "fallback", False, None, None, str(error)))
        return None
    draft = Draft(
        f"{case.brief.brief_id}-fallback", case.brief.brief_id, len(case.drafts), text, "fallback", None, None, None
    )  # fmt: skip
    _judge(plugin, case, draft, context)
    case.drafts.append(draft)
    return draft


def _validate(plugin: Plugin, cases: Sequence[_Case]) -> list[RuleOutcome]:
    """One validation over the drafts judged since the last one; each failing rule becomes a verdict of its draft."""
    import pandas as pd

    from tasks.checks.expectations import OWN_RULES, failing_rows

    rows: list[dict[str, object]] = []
    owners: list[tuple[_Case, Draft]] = []
    passing: dict[int, Mapping[str, bool]] = {}
    for case in cases:
        for draft in case.drafts if case.failure is None else ():
            if draft.draft_id not in case.judged or draft.draft_id in case.validated:
                continue
            case.validated.add(draft.draft_id)
            judgement = case.judged[draft.draft_id]
            row = len(rows)
            whole = {
                v.check for v in judgement.verdicts if not v.is_passed and v.sentence_index is None
            }
            passing[row] = {check: bool(judgement.text) and check not in whole for check in CHECKS}
            owners.append((case, draft))
            rows.append({
                "row_id": row, "brief_id": case.brief.brief_id, "subject_id": case.brief.subject_id,
                "scenario": case.brief.scenario.name, "locale": case.brief.scenario.locale,
                "written_by": draft.written_by, "draft": draft.text, "body": judgement.text or None,
                "count_characters": len(judgement.text), "count_claims": len(judgement.claims),
                "facts": json.dumps(case.brief.values(), ensure_ascii=False),
            })  # fmt: skip
    if not rows:
        return []
    failing, outcomes = failing_rows(plugin.name, plugin.checks, pd.DataFrame(rows), passing)
    for rule in plugin.checks:
        check = OWN_RULES.get(rule["type"], "structure")
        why = str(rule.get("why") or f"the rule {rule['rule']} of checks.toml does not hold")
        for row in sorted(failing[rule["rule"]]):
            case, draft = owners[row]
            judged = case.verdicts[draft.draft_id]
            verdict = Verdict(check, rule["rule"], False, None, None, why)
            if verdict not in judged:
                case.verdicts[draft.draft_id] = (*judged, verdict)
    return outcomes


def _best_first(
    plugin: Plugin, case: _Case, context: CheckContext, every_draft: bool
) -> Iterator[Draft]:
    """The drafts that stand, best first by their terms' score (see tasks/ranking), the fallback last.

    A draft is judged when it is its turn: until then its score supposes that the checks take nothing away.
    """
    own = [draft for draft in case.drafts if draft.written_by != "fallback"]
    for draft in own if every_draft else ():
        if draft.draft_id not in case.judged:
            _judge(plugin, case, draft, context)
    left = [d for d in own if d.draft_id not in case.judged or case.stands(d)]
    scores: dict[str, float] = {}
    while left:
        for draft in left if len(left) > 1 else ():
            if draft.draft_id not in scores:
                scores[draft.draft_id] = _score(case, draft, context)
        best = max(left, key=lambda draft: scores.get(draft.draft_id, 0.0))
        if best.draft_id not in case.judged:
            _judge(plugin, case, best, context)
            if not case.stands(best):
                left.remove(best)
                continue
            if case.judged[best.draft_id].text != best.text:
                scores.pop(
                    best.draft_id, None
                )  # a sentence fell: another may be the better one now
                continue
        left.remove(best)
        yield best
    fallback = next((d for d in case.drafts if d.written_by == "fallback"), None)
    if fallback is None and not case.extra:
        fallback = _add_fallback(plugin, case, context)
    if fallback is not None and case.stands(fallback):
        yield fallback


def _score(case: _Case, draft: Draft, context: CheckContext) -> float:
    published = context.published(case.brief.plugin)
    judgement = case.judged.get(draft.draft_id)
    return round(context.ranker.terms(case.brief, draft, judgement, published).score, 6)


def _choose(
    plugin: Plugin,
    case: _Case,
    context: CheckContext,
    every_draft: bool,
    stated: Mapping[str, Sequence[Stated]],
) -> None:
    """Choose the first standing draft that the hook accepts and that is not published already; it is shelved then."""
    case.chosen, case.beside = None, {}
    if case.failure is not None:
        return
    published = context.published(plugin.name)
    owner = owner_of(case.brief.scenario.name, case.brief.subject_id)
    try:
        for draft in _best_first(plugin, case, context, every_draft):
            text = case.judged[draft.draft_id].text
            if draft.draft_id not in case.accepted:
                case.accepted[draft.draft_id] = run_accept(plugin, text, case.brief)
            if reason := case.accepted[draft.draft_id]:
                case.beside[draft.draft_id] = Verdict(
                    "structure", "accept", False, None, None, str(reason)
                )
                continue
            told = stated.get(case.brief.subject_id, ())
            place = owner_of(f"{plugin.name} {case.brief.scenario.name}", case.brief.subject_id)
            if other := contradicted(case.judged[draft.draft_id].claims, told, place):
                case.beside[draft.draft_id] = Verdict(
                    "consistency", "texts", False, None, None, other
                )
                continue
            # Two customers may ask the same.
            clash = None if plugin.manifest.subject == "question" else published.claim(owner, text)
            if clash:
                case.beside[draft.draft_id] = Verdict(
                    "consistency", "distinct", False, None, None, clash
                )
                continue
            context.ranker.published(case.brief, text)
            case.chosen = draft
            return
    except Exception as error:  # noqa: BLE001 - one bad brief never stops its neighbours; the reason is kept
        case.failure = f"{type(error).__name__}: {error}"


def _outcome(case: _Case) -> SettledBrief:
    verdicts = case.all_verdicts()
    common = {
        "brief": case.brief,
        "prompt": case.prompt,
        "drafts": tuple(case.drafts),
        "verdicts": verdicts,
    }
    if case.failure is not None:
        reason = Verdict("structure", "failed", False, None, None, case.failure)
        return SettledBrief(state="failed", reasons=(reason,), **common)  # type: ignore[arg-type]
    if case.chosen is not None:
        judgement = case.judged[case.chosen.draft_id]
        return SettledBrief(
            state="fallback" if case.chosen.written_by == "fallback" else "approved",
            text=judgement.text,
            written_by=case.chosen.written_by,
            model_hash=case.chosen.model_hash,
            chosen_draft_id=case.chosen.draft_id,
            claims=judgement.claims,
            **common,  # type: ignore[arg-type]
        )
    reasons = [v for found in verdicts.values() for v in found if not v.is_passed]
    unique = tuple(dict.fromkeys([*reasons, *case.extra]))
    if not unique:
        unique = (
            Verdict("structure", "no_draft", False, None, None, "the copywriter gave no draft"),
        )
    return SettledBrief(state="quarantined", reasons=unique, **common)  # type: ignore[arg-type]
