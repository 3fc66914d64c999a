"""Risk tiers: which checked texts go live at once, which are drawn for an audit, which wait for a person.

A tier never changes a brief's hash: what is live stays live, and what waits goes on waiting until a person decides,
its facts change, or it is written again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, get_args

from plugins.contract import Plugin
from tasks.errors import SettingsError
from tasks.records import Claim, RiskTier, SettledBrief, Verdict
from tasks.warehouse import Connection, fetch_dicts, insert_rows, run_named

__all__ = [
    "apply_risk_tier",
    "hash_of_body",
    "is_drawn",
    "record_set_aside",
    "replace_vanished",
    "require_known_tiers",
    "risk_tier_of",
    "scenario_tiers",
]

STRICTNESS = {tier: place for place, tier in enumerate(get_args(RiskTier))}
WAITS = Verdict("approval", "review_tier", False, reason="waits for approval by a person")
RUN = "the run"
"""Who did what no person did, in the log."""


def hash_of_body(body: str) -> str:
    """SHA-256 of a text: what an approval is bound to."""
    return hashlib.sha256(body.encode()).hexdigest()


def risk_tier_of(
    plugin: Plugin,
    scenario: str,
    *,
    scenario_tier: RiskTier | None = None,
    overrides: Mapping[str, RiskTier] | None = None,
) -> RiskTier:
    """The stricter of the plugin's and the scenario's tier; ``overrides`` (``scenario/plugin``, ``plugin``) win."""
    chosen = overrides or {}
    for key in (f"{scenario}/{plugin.name}", plugin.name):
        if key in chosen:
            return chosen[key]
    own = plugin.manifest.risk_tier
    return max(own, scenario_tier or "auto", key=STRICTNESS.__getitem__)


def require_known_tiers(
    overrides: Mapping[str, RiskTier], plugins: Iterable[str], scenarios: Iterable[str]
) -> None:
    """SettingsError for a key of the setting risk_tiers that names nothing: a typing error must not publish."""
    known_plugins, known_scenarios = set(plugins), set(scenarios)
    for key in overrides:
        scenario, slash, plugin = key.rpartition("/")
        if plugin in known_plugins and (not slash or scenario in known_scenarios):
            continue
        raise SettingsError(
            f"setting risk_tiers names {key!r}, which is no plugin and no scenario/plugin; "
            f"plugins: {', '.join(sorted(known_plugins))}; scenarios: {', '.join(sorted(known_scenarios))}."
        )


def scenario_tiers(con: Connection, version_ids: Mapping[str, str]) -> dict[str, RiskTier]:
    """Scenario name -> the ``risk_tier`` of its header, for those that state one."""
    rows = fetch_dicts(
        run_named(con, "approval/scenario_tiers", {"version_ids": list(version_ids.values())})
    )
    return {row["scenario"]: row["risk_tier"] for row in rows if row["risk_tier"] in STRICTNESS}


def is_drawn(brief_hash: str, audit_share: float) -> bool:
    """Whether a brief falls into the audit's share; the same brief always does or never."""
    place = int(hashlib.sha256(f"audit\x1f{brief_hash}".encode()).hexdigest()[:13], 16)
    return place / 16**13 < audit_share


def apply_risk_tier(
    settled: Sequence[SettledBrief],
    plugin: Plugin,
    *,
    tiers_of_scenarios: Mapping[str, RiskTier] | None = None,
    overrides: Mapping[str, RiskTier] | None = None,
    audit_share: float = 0.1,
) -> list[SettledBrief]:
    """``settled`` with each text that would be published held back or drawn for an audit as its tier says."""
    return [
        _tiered(
            item,
            risk_tier_of(
                plugin,
                item.brief.scenario.name,
                scenario_tier=(tiers_of_scenarios or {}).get(item.brief.scenario.name),
                overrides=overrides,
            ),
            audit_share,
        )
        for item in settled
    ]


def _tiered(item: SettledBrief, tier: RiskTier, audit_share: float) -> SettledBrief:
    if item.state not in ("approved", "fallback") or item.text is None:
        return item
    if tier == "review":
        return replace(
            item, state="quarantined", set_aside="review", step="approval", reasons=(WAITS,)
        )
    if tier == "sample" and is_drawn(item.brief.brief_hash, audit_share):
        return replace(item, set_aside="sample")
    return item


def record_set_aside(
    con: Connection,
    run_id: str,
    settled: Sequence[SettledBrief],
    *,
    version_ids: Mapping[str, str],
    subjects: Mapping[str, str],
    text_ids: Mapping[str, str],
    moment: datetime,
) -> None:
    """Queue what was set aside, and mark waiting rows of the same briefs as replaced; in the caller's transaction.

    ``text_ids`` maps brief_id to the text published in this batch. A row waiting under the same hash stays, unless a
    new text was written.
    """
    if not settled:
        return
    con.execute(
        "create or replace temp table settled_briefs (brief_id varchar, brief_hash varchar, has_new_text boolean)"
    )
    insert_rows(
        con,
        "settled_briefs",
        [
            {
                "brief_id": s.brief.brief_id,
                "brief_hash": s.brief.brief_hash,
                "has_new_text": s.state in ("approved", "fallback") or s.set_aside is not None,
            }
            for s in settled
        ],
    )
    for statement in ("approval/log_replaced", "approval/replace_waiting"):
        run_named(con, statement, {"moment": moment, "who": RUN})
    rows = [
        _approval_row(run_id, s, version_ids, subjects, text_ids, moment)
        for s in settled
        if s.set_aside is not None
    ]
    insert_rows(con, "content.approvals", rows)
    insert_rows(con, "content.approval_log", [_queued_entry(row, moment) for row in rows])


def replace_vanished(con: Connection, moment: datetime) -> None:
    """Mark waiting rows as replaced whose brief is in no plan any more (temp tables planned_briefs, covered_pairs)."""
    for statement in ("approval/log_vanished", "approval/replace_waiting_vanished"):
        run_named(con, statement, {"moment": moment, "who": RUN})


def claim_row(claim: Claim) -> dict[str, Any]:
    """A claim with a source as content.claims keeps it, without its text_id."""
    if claim.source is None:
        raise ValueError(f"the claim {claim.words!r} has no source")
    return {
        "sentence_index": claim.sentence_index,
        "claim": claim.words,
        "kind": claim.kind,
        "source_table": claim.source.source_table,
        "source_column": claim.source.source_column,
        "source_key": claim.source.source_key,
        "source_value": claim.source.value,
    }


def _approval_row(
    run_id: str,
    item: SettledBrief,
    version_ids: Mapping[str, str],
    subjects: Mapping[str, str],
    text_ids: Mapping[str, str],
    moment: datetime,
) -> dict[str, Any]:
    brief, body = item.brief, item.text or ""
    key = f"approval\x1f{run_id}\x1f{brief.brief_id}"
    return {
        "approval_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "run_id": run_id,
        "brief_id": brief.brief_id,
        "brief_hash": brief.brief_hash,
        "scenario": brief.scenario.name,
        "scenario_version_id": version_ids.get(brief.scenario.name),
        "plugin": brief.plugin,
        "subject": subjects[brief.plugin],
        "subject_id": brief.subject_id,
        "locale": brief.scenario.locale,
        "goal": brief.scenario.goal,
        "tone": brief.scenario.tone,
        "channel": brief.scenario.channel,
        "tier": item.set_aside,
        "prompt": item.prompt,
        "facts": [asdict(fact) for fact in brief.facts],
        "draft_id": f"{run_id}-{item.chosen_draft_id}" if item.chosen_draft_id else None,
        "body": body,
        "body_hash": hash_of_body(body),
        "original_body": body,
        "written_by": item.written_by,
        "model_hash": item.model_hash,
        "claims": [claim_row(claim) for claim in item.claims],
        "state": "waiting",
        "text_id": text_ids.get(brief.brief_id) if item.set_aside == "sample" else None,
        "queued_at": moment,
    }


def _queued_entry(row: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    return {
        "approval_id": row["approval_id"],
        "entry": 1,
        "action": "queued",
        "who": RUN,
        "done_at": moment,
        "body_hash": row["body_hash"],
        "body": row["body"],
        "reason": f"risk tier {row['tier']}",
    }
