"""Writes what was settled: briefs, drafts, verdicts, texts, claims and quarantine of a batch, in one transaction.

Once a batch is committed its briefs are settled for good: a text is live under its brief's hash, and the next run
finds it there and reuses it. Nothing is written before, so a killed run leaves no half batch behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from plugins.contract import Brief
from tasks.errors import AccountingError, WarehouseError
from tasks.records import SettledBrief, Verdict
from tasks.set_aside import record_set_aside, replace_vanished
from tasks.warehouse import Connection, Warehouse, insert_rows, one_value, run_named, sql_text


def now() -> datetime:
    """UTC without a time zone, as the tables hold it."""
    return datetime.now(UTC).replace(tzinfo=None)


def moment_in(con: Connection) -> datetime:
    """Now, or just after the latest moment that the tables know, should the clock have been set back."""
    latest = one_value(con, sql_text("publish/latest_moment"))
    return now() if latest is None else max(now(), latest + timedelta(microseconds=1))


def text_id_of(run_id: str, brief: Brief) -> str:
    """16 hex digits: the text of a brief in a run."""
    return hashlib.sha256(f"{run_id}\x1f{brief.brief_id}".encode()).hexdigest()[:16]


def publish_batch(
    warehouse: Warehouse,
    run_id: str,
    settled: Sequence[SettledBrief],
    version_ids: Mapping[str, str],
    subjects: Mapping[str, str],
    validations: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Commit a batch with the rows of content.validations that its checks gave.

    ``version_ids`` maps scenario to scenario_version_id, ``subjects`` plugin to its subject.

    Live texts of the same (scenario, plugin, subject, locale) are retired in the same transaction. Reads the count of
    committed briefs back, because DuckDB answers OK to the COMMIT of an aborted transaction.
    """
    if not settled:
        return
    with warehouse.transaction() as con:
        moment = moment_in(con)
        insert_rows(
            con, "content.briefs", [_brief_row(run_id, s, version_ids, moment) for s in settled]
        )
        insert_rows(con, "content.drafts", [row for s in settled for row in _draft_rows(run_id, s)])
        insert_rows(
            con, "content.verdicts", [row for s in settled for row in _verdict_rows(run_id, s)]
        )
        texts = [
            _text_row(run_id, s, subjects, moment)
            for s in settled
            if s.state in ("approved", "fallback")
        ]
        stale = [
            # Without a body: what waits for a person has one, but replaces nothing yet.
            {**_text_row(run_id, s, subjects, moment), "body": None}
            for s in settled
            if s.state in ("quarantined", "failed")
        ]
        _retire_replaced(con, texts + stale, moment)
        insert_rows(con, "content.texts", texts)
        insert_rows(con, "content.claims", [row for s in settled for row in _claim_rows(run_id, s)])
        insert_rows(
            con,
            "content.quarantine",
            [_quarantine_row(run_id, s, moment) for s in settled if s.state == "quarantined"],
        )
        record_set_aside(
            con,
            run_id,
            settled,
            version_ids=version_ids,
            subjects=subjects,
            text_ids={text["brief_id"]: text["text_id"] for text in texts},
            moment=moment,
        )
        insert_rows(con, "content.validations", validations)
    _read_back(warehouse, run_id, settled)


def retire_vanished(
    warehouse: Warehouse, planned: Iterable[Brief], covered: Sequence[tuple[str, str]], reason: str
) -> int:
    """Retire live texts of the ``covered`` (scenario, plugin) pairs whose brief is not planned any more; how many."""
    rows = [{"brief_id": brief.brief_id} for brief in planned]
    with warehouse.transaction() as con:
        con.execute("create or replace temp table planned_briefs (brief_id varchar)")
        insert_rows(con, "planned_briefs", rows)
        con.execute("create or replace temp table covered_pairs (scenario varchar, plugin varchar)")
        insert_rows(con, "covered_pairs", [{"scenario": s, "plugin": p} for s, p in covered])
        moment = moment_in(con)
        result = run_named(con, "publish/retire_vanished", {"moment": moment, "reason": reason})
        count = len(result.fetchall())
        replace_vanished(con, moment)
        return count


def check_accounting(warehouse: Warehouse, run_id: str) -> list[dict[str, Any]]:
    """The run's accounting, a row a plugin; AccountingError names the plugin whose briefs do not add up."""
    rows = warehouse.rows("publish/accounting", {"run_id": run_id})
    for row in rows:
        if not row["is_balanced"]:
            raise AccountingError(
                f"run {run_id}: plugin {row['plugin']} set out to settle {row['count_briefs']} briefs but has "
                f"{row['count_approved']} approved, {row['count_fallback']} fallback, {row['count_quarantined']} "
                f"quarantined, {row['count_reused']} reused and {row['count_failed']} failed."
            )
    return rows


def _read_back(warehouse: Warehouse, run_id: str, settled: Sequence[SettledBrief]) -> None:
    with warehouse.open() as con:
        found = one_value(
            con,
            "select count(*) from content.briefs where run_id = $run_id and list_contains($ids, brief_id)",
            {"run_id": run_id, "ids": [s.brief.brief_id for s in settled]},
        )
    if found < len(settled):
        raise WarehouseError(
            f"run {run_id}: a batch of {len(settled)} briefs was committed but {found} are in the table; "
            "the disk may be full. Nothing of the batch counts as published; run again."
        )


def _retire_replaced(con: Connection, texts: list[dict[str, Any]], moment: datetime) -> None:
    con.execute("create or replace temp table replaced_texts as from content.texts limit 0")
    insert_rows(con, "replaced_texts", texts)
    run_named(con, "publish/retire_replaced", {"moment": moment})


def facts_json(brief: Brief) -> list[dict[str, str]]:
    """The facts as content.briefs keeps them."""
    return [
        {
            "name": f.name,
            "value": f.value,
            "source_table": f.source_table,
            "source_column": f.source_column,
            "source_key": f.source_key,
        }
        for f in brief.facts
    ]


def _reason(settled: SettledBrief) -> str | None:
    failed = [v for v in settled.reasons if not v.is_passed]
    return (
        "; ".join(dict.fromkeys(f"{v.check}: {v.reason or v.rule}" for v in failed))[:1000] or None
    )


def _brief_row(
    run_id: str, settled: SettledBrief, version_ids: Mapping[str, str], moment: datetime
) -> dict[str, Any]:
    brief = settled.brief
    return {
        "run_id": run_id,
        "brief_id": brief.brief_id,
        "brief_hash": brief.brief_hash,
        "scenario": brief.scenario.name,
        "scenario_version_id": version_ids.get(brief.scenario.name),
        "plugin": brief.plugin,
        "subject_id": brief.subject_id,
        "locale": brief.scenario.locale,
        "facts": facts_json(brief),
        "prompt": settled.prompt,
        "state": settled.state,
        "reason": _reason(settled),
        "settled_at": moment,
    }


def _draft_rows(run_id: str, settled: SettledBrief) -> Iterable[dict[str, Any]]:
    for draft in settled.drafts:
        yield {
            "draft_id": f"{run_id}-{draft.draft_id}",
            "run_id": run_id,
            "brief_id": draft.brief_id,
            "candidate": draft.candidate,
            "text": draft.text,
            "written_by": draft.written_by,
            "log_likelihood": draft.log_likelihood,
            "model_hash": draft.model_hash,
            "seed": draft.seed,
            "is_chosen": draft.draft_id == settled.chosen_draft_id,
        }


def _verdict_rows(run_id: str, settled: SettledBrief) -> Iterable[dict[str, Any]]:
    for draft_id, verdicts in settled.verdicts.items():
        for verdict in verdicts:
            yield {
                "run_id": run_id,
                "draft_id": f"{run_id}-{draft_id}",
                "check_name": verdict.check,
                "rule": verdict.rule,
                "is_passed": verdict.is_passed,
                "sentence_index": verdict.sentence_index,
                "claim": verdict.claim,
                "reason": verdict.reason,
            }


def _text_row(
    run_id: str, settled: SettledBrief, subjects: Mapping[str, str], moment: datetime
) -> dict[str, Any]:
    brief = settled.brief
    return {
        "text_id": text_id_of(run_id, brief),
        "run_id": run_id,
        "brief_id": brief.brief_id,
        "scenario": brief.scenario.name,
        "plugin": brief.plugin,
        "subject_id": brief.subject_id,
        "subject": subjects[brief.plugin],
        "locale": brief.scenario.locale,
        "body": settled.text,
        "written_by": settled.written_by,
        "model_hash": settled.model_hash,
        "brief_hash": brief.brief_hash,
        "published_at": moment,
    }


def _claim_rows(run_id: str, settled: SettledBrief) -> Iterable[dict[str, Any]]:
    if settled.state not in ("approved", "fallback"):
        return
    for claim in settled.claims:
        if claim.source is None:
            raise AccountingError(
                f"brief {settled.brief.brief_id}: the claim {claim.words!r} has no source and cannot be published."
            )
        yield {
            "text_id": text_id_of(run_id, settled.brief),
            "sentence_index": claim.sentence_index,
            "claim": claim.words,
            "kind": claim.kind,
            "source_table": claim.source.source_table,
            "source_column": claim.source.source_column,
            "source_key": claim.source.source_key,
            "source_value": claim.source.value,
        }


def _quarantine_row(run_id: str, settled: SettledBrief, moment: datetime) -> dict[str, Any]:
    brief = settled.brief
    return {
        "run_id": run_id,
        "brief_id": brief.brief_id,
        "brief_hash": brief.brief_hash,
        "scenario": brief.scenario.name,
        "plugin": brief.plugin,
        "subject_id": brief.subject_id,
        "step": settled.step,
        "reasons": _reasons_json(settled.reasons),
        "quarantined_at": moment,
    }


def _reasons_json(reasons: Iterable[Verdict]) -> list[dict[str, str | None]]:
    unique = dict.fromkeys(
        json.dumps({"check": v.check, "rule": v.rule, "claim": v.claim, "reason": v.reason})
        for v in reasons
        if not v.is_passed
    )
    return [json.loads(reason) for reason in unique]
