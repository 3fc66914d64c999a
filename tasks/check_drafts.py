"""Settles briefs: judges all candidates of a batch, chooses the best, falls back, or quarantines with every reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plugins.contract import Brief, Plugin
from tasks.checks.context import CheckContext, owner_of
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
    extra: list[Verdict] = field(default_factory=list)
    """Reasons that belong to the brief, not to one of its drafts."""
    failure: str | None = None


def settle_briefs(
    plugin: Plugin,
    written: Sequence[Written],
    context: CheckContext,
    validations: list[RuleOutcome] | None = None,
) -> list[SettledBrief]:
    """The outcome of each brief, in order: approved, fallback, quarantined, or failed.

    ``validations`` is filled with the outcome of each rule in each validation.
    All candidates are judged in one Great Expectations validation with the rules of the plugin's checks.toml. A brief
    that raises becomes ``failed`` with the reason; its neighbours are untouched. No two texts of a plugin are the same:
    the next candidate is taken. RulesError where checks.toml itself is wrong.
    """
    cases = [_Case(brief, prompt, list(drafts)) for brief, prompt, drafts in written]
    if cases:
        plugin = plugin.in_locale(cases[0].brief.scenario.locale)  # a batch is of one scenario
    for case in cases:
        _judge_all(plugin, case, context)
        if case.failure is None and not any(j.is_publishable for j in case.judged.values()):
            _add_fallback(plugin, case, context)
    outcomes = _validate(plugin, cases)
    late = [
        case
        for case in cases
        if case.failure is None and not _standing(case) and not _has_fallback(case)
    ]
    for case in late:
        _add_fallback(plugin, case, context)
    outcomes += _validate(plugin, late)
    if validations is not None:
        validations += outcomes
    chosen_from = [c for c in cases if c.failure is None and len(_standing(c)) > 1]
    context.ranker.prepare([c.judged[d.draft_id].text for c in chosen_from for d in _standing(c)])
    return [_settle(plugin, case, context) for case in cases]


def _judge_all(plugin: Plugin, case: _Case, context: CheckContext) -> None:
    try:
        for draft in case.drafts:
            case.judged[draft.draft_id] = _judge(plugin, case.brief, draft, context)
            case.verdicts[draft.draft_id] = case.judged[draft.draft_id].verdicts
    except Exception as error:  # noqa: BLE001 - one bad brief never stops its neighbours; the reason is kept
        case.failure = f"{type(error).__name__}: {error}"


def _judge(plugin: Plugin, brief: Brief, draft: Draft, context: CheckContext) -> Judgement:
    return judge(
        draft.text,
        brief.facts,
        context=context,
        limits=plugin.limits_for(brief.scenario.channel, brief.subject_id),
        locale=brief.scenario.locale,
        must_state=plugin.manifest.must_state,
    )


def _has_fallback(case: _Case) -> bool:
    return any(draft.written_by == "fallback" for draft in case.drafts) or bool(case.extra)


def _add_fallback(plugin: Plugin, case: _Case, context: CheckContext) -> None:
    """Render fallback.j2 as one more draft, judged like the others."""
    try:
        text = render_fallback(plugin, case.brief)
        draft = Draft(
            f"{case.brief.brief_id}-fallback", case.brief.brief_id, len(case.drafts), text, "fallback", None, None, None
        )  # fmt: skip
        case.judged[draft.draft_id] = _judge(plugin, case.brief, draft, context)
        case.verdicts[draft.draft_id] = case.judged[draft.draft_id].verdicts
        case.drafts.append(draft)
    except ShelftalkError as error:
        case.extra.append(Verdict("structure", "fallback", False, None, None, str(error)))
    except Exception as error:  # noqa: BLE001 - one bad brief never stops its neighbours; the reason is kept
        case.failure = f"{type(error).__name__}: {error}"


def _validate(plugin: Plugin, cases: Sequence[_Case]) -> list[RuleOutcome]:
    """One validation over every judged draft; each failing rule becomes a verdict of its draft."""
    import pandas as pd

    from tasks.checks.expectations import OWN_RULES, failing_rows

    rows: list[dict[str, object]] = []
    owners: list[tuple[_Case, Draft]] = []
    passing: dict[int, Mapping[str, bool]] = {}
    for case in cases:
        for draft in case.drafts if case.failure is None else ():
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


def _standing(case: _Case) -> list[Draft]:
    """The publishable drafts, in the order they came in."""
    return [
        draft
        for draft in case.drafts
        if case.judged[draft.draft_id].is_publishable
        and not any(
            not v.is_passed and v.sentence_index is None for v in case.verdicts[draft.draft_id]
        )
    ]


def _ranked(case: _Case, context: CheckContext) -> list[Draft]:
    """The publishable drafts, best first by their terms' score (see tasks/ranking); a fallback comes last."""
    standing = _standing(case)
    if len(standing) < 2:
        return standing
    published = context.published(case.brief.plugin)

    def rank(draft: Draft) -> tuple[bool, float]:
        terms = context.ranker.terms(case.brief, draft, case.judged[draft.draft_id], published)
        return draft.written_by != "fallback", round(terms.score, 6)

    return sorted(standing, key=rank, reverse=True)


def _settle(plugin: Plugin, case: _Case, context: CheckContext) -> SettledBrief:
    if case.failure is None:
        try:
            settled = _choose(plugin, case, context)
            if settled is None and not _has_fallback(case):
                _add_fallback(plugin, case, context)
                _validate(plugin, [_only_fallback(case)])
                settled = _choose(plugin, case, context)
            if settled is not None:
                return settled
        except Exception as error:  # noqa: BLE001 - one bad brief never stops its neighbours; the reason is kept
            case.failure = f"{type(error).__name__}: {error}"
    common = {
        "brief": case.brief,
        "prompt": case.prompt,
        "drafts": tuple(case.drafts),
        "verdicts": dict(case.verdicts),
    }
    if case.failure is not None:
        reason = Verdict("structure", "failed", False, None, None, case.failure)
        return SettledBrief(state="failed", reasons=(reason,), **common)  # type: ignore[arg-type]
    reasons = [v for verdicts in case.verdicts.values() for v in verdicts if not v.is_passed]
    unique = tuple(dict.fromkeys([*reasons, *case.extra]))
    if not unique:
        unique = (
            Verdict("structure", "no_draft", False, None, None, "the copywriter gave no draft"),
        )
    return SettledBrief(state="quarantined", reasons=unique, **common)  # type: ignore[arg-type]


def _only_fallback(case: _Case) -> _Case:
    """The same case with the fallback alone, sharing its verdicts: the other drafts have been validated."""
    return _Case(
        case.brief,
        case.prompt,
        case.drafts[-1:] if _has_fallback(case) else [],
        case.judged,
        case.verdicts,
    )


def _choose(plugin: Plugin, case: _Case, context: CheckContext) -> SettledBrief | None:
    """The first standing draft that the plugin's hook accepts and that is not published already."""
    published = context.published(plugin.name)
    owner = owner_of(case.brief.scenario.name, case.brief.subject_id)
    for draft in _ranked(case, context):
        judgement = case.judged[draft.draft_id]
        reason = run_accept(plugin, judgement.text, case.brief)
        verdict = Verdict("structure", "accept", False, None, None, str(reason)) if reason else None
        if (
            verdict is None and plugin.manifest.subject != "question"
        ):  # two customers may ask the same
            clash = published.claim(owner, judgement.text)
            verdict = (
                Verdict("consistency", "distinct", False, None, None, clash) if clash else None
            )
        if verdict is not None:
            case.verdicts[draft.draft_id] = (*case.verdicts[draft.draft_id], verdict)
            continue
        context.ranker.published(case.brief, judgement.text)
        return SettledBrief(
            brief=case.brief,
            prompt=case.prompt,
            state="fallback" if draft.written_by == "fallback" else "approved",
            text=judgement.text,
            written_by=draft.written_by,
            model_hash=draft.model_hash,
            chosen_draft_id=draft.draft_id,
            claims=judgement.claims,
            drafts=tuple(case.drafts),
            verdicts=dict(case.verdicts),
        )
    return None
