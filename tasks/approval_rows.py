"""The rows that a decision reads and writes, each step within the caller's transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tasks.errors import ApprovalError, InputError
from tasks.rendering import inert
from tasks.warehouse import Connection, Warehouse, fetch_dicts, insert_rows, run_named

__all__ = [
    "RESTORED",
    "add_pair",
    "before_of",
    "change",
    "log_entry",
    "next_entry",
    "one_approval",
    "publish",
    "quarantine_row",
    "read_back",
    "require_live",
    "retire",
    "take_back",
    "waiting",
    "withdraw_pairs",
]

RESTORED = (
    *("body", "body_hash", "written_by", "claims", "state", "text_id"),
    *("edited_by", "decided_by", "decided_at", "reason"),
)
"""Columns of content.approvals that a decision changes and an undo puts back."""


def one_approval(con: Connection, approval_id: str) -> dict[str, Any]:
    """The row of content.approvals with facts and claims as lists; InputError when there is none."""
    found = fetch_dicts(run_named(con, "approval/one", {"approval_id": approval_id}))
    if not found:
        raise InputError(
            f"there is no text {inert(approval_id, 40)!r} in the queue; look at the queue again."
        )
    row = found[0]
    row["facts"], row["claims"] = json.loads(row["facts"]), json.loads(row["claims"])
    return row


def waiting(con: Connection, approval_id: str, body_hash: str) -> dict[str, Any]:
    """The waiting row whose text is the one that the reviewer read."""
    row = one_approval(con, approval_id)
    if row["state"] == "replaced":
        raise ApprovalError(f"this text no longer waits: {row['reason']}.")
    if row["state"] != "waiting":
        raise ApprovalError(
            f"{row['decided_by']} has {row['state']} this text already; undo that first to decide anew."
        )
    if row["body_hash"] != body_hash:
        raise ApprovalError(
            f"the text was changed by {row['edited_by'] or 'somebody'} since you read it; read it again first."
        )
    return row


def before_of(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in RESTORED}
    return {"row": kept, "published": None, "retired": []}


def publish(
    con: Connection, row: Mapping[str, Any], entry: int, moment: datetime, before: dict[str, Any]
) -> str:
    """Make the row's text live in place of the brief's live one; notes in ``before`` what an undo needs."""
    ready = run_named(con, "approval/is_scenario_ready", {"scenario": row["scenario"]}).fetchone()
    if not ready or not ready[0]:
        raise ApprovalError(
            f"the scenario {row['scenario']} has no audience to speak to at present, so nothing is published for it."
        )
    twin = run_named(
        con,
        "approval/same_body",
        {k: row[k] for k in ("plugin", "locale", "body", "brief_id")},
    ).fetchone()
    if twin:
        raise ApprovalError(
            f"the same words are live already for {twin[0]} in {twin[1]}; edit this text so that the two differ."
        )
    before["retired"] = retire(con, row, "replaced: approved by a person", moment)
    key = f"approved\x1f{row['approval_id']}\x1f{entry}"
    text_id = hashlib.sha256(key.encode()).hexdigest()[:16]
    before["published"] = text_id
    text = {
        "text_id": text_id,
        "written_by": row["written_by"],
        # A person's words are no model's, though a draft stood at their beginning: the log keeps that.
        "model_hash": None if row["written_by"] == "person" else row["model_hash"],
        "published_at": moment,
        **{
            k: row[k] for k in ("run_id", "brief_id", "scenario", "plugin", "subject_id", "subject")
        },
        **{k: row[k] for k in ("locale", "body", "brief_hash")},
    }
    insert_rows(con, "content.texts", [text])
    insert_rows(con, "content.claims", [{**claim, "text_id": text_id} for claim in row["claims"]])
    return text_id


def retire(con: Connection, row: Mapping[str, Any], reason: str, moment: datetime) -> list[str]:
    """Retire the brief's live texts; their ids."""
    result = run_named(
        con,
        "approval/retire_live",
        {"brief_id": row["brief_id"], "moment": moment, "reason": reason},
    )
    return [found[0] for found in result.fetchall()]


def require_live(con: Connection, row: Mapping[str, Any]) -> None:
    live = run_named(con, "approval/retired_reason", {"text_id": row["text_id"]}).fetchone()
    if not live or live[0] is not None:
        why = live[1] if live else "it is not among the published texts"
        raise ApprovalError(f"this text is not live any more: {why}.")


def take_back(
    con: Connection, row: Mapping[str, Any], before: Mapping[str, Any], moment: datetime
) -> None:
    if before["published"]:
        require_live(con, {"text_id": before["published"]})
        retire(con, row, "withdrawn: the approval was undone", moment)
    elif row["tier"] == "sample" and row["state"] == "approved":
        require_live(con, row)
    if before["retired"]:
        again = {"text_ids": before["retired"], "brief_id": row["brief_id"]}
        if not run_named(con, "approval/revive", again).fetchall():
            raise ApprovalError(
                "this decision cannot be undone any more: a newer text or the same words for another subject are live."
            )
    if before.get("quarantined_at"):
        run_named(
            con,
            "approval/leave_quarantine",
            {k: row[k] for k in ("run_id", "brief_id")} | {"moment": before["quarantined_at"]},
        )
    if before.get("withdrawn_pairs"):
        run_named(
            con,
            "approval/restore_pairs",
            {"approval_id": row["approval_id"], "entries": before["withdrawn_pairs"]},
        )


def change(con: Connection, row: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    values = {name: changed.get(name, row[name]) for name in RESTORED}
    claims = values["claims"]
    values["claims"] = claims if isinstance(claims, str) else json.dumps(claims)
    run_named(con, "approval/change", {"approval_id": row["approval_id"], **values})


def next_entry(con: Connection, approval_id: str) -> int:
    found = run_named(con, "approval/next_entry", {"approval_id": approval_id}).fetchone()
    return int(found[0]) if found else 1


def log_entry(
    con: Connection,
    row: Mapping[str, Any],
    entry: int,
    action: str,
    who: str,
    moment: datetime,
    *,
    reason: str | None = None,
    before: Mapping[str, Any] | None = None,
    undoes: int | None = None,
) -> None:
    kept = {
        "approval_id": row["approval_id"],
        "entry": entry,
        "action": action,
        "who": who,
        "done_at": moment,
        "body_hash": row["body_hash"],
        "body": row["body"],
        "reason": reason or None,
        "before": dict(before) if before else None,
        "undoes": undoes,
    }
    insert_rows(con, "content.approval_log", [kept])


def add_pair(
    con: Connection,
    row: Mapping[str, Any],
    entry: int,
    moment: datetime,
    *,
    accepted: str | None,
    reason: str,
) -> None:
    kept = {
        **{k: row[k] for k in ("approval_id", "plugin", "scenario", "goal", "tone", "locale")},
        **{k: row[k] for k in ("subject_id", "prompt")},
        "entry": entry,
        "facts": {fact["name"]: fact["value"] for fact in row["facts"]},
        "rejected_text": row["body"],
        "accepted_text": accepted,
        "reason": reason or None,
        "created_at": moment,
    }
    insert_rows(con, "content.training_pairs", [kept])


def withdraw_pairs(con: Connection, approval_id: str, moment: datetime) -> list[int]:
    """Take back the pairs whose accepted text is now refused; their entries."""
    result = run_named(
        con, "approval/withdraw_accepted", {"approval_id": approval_id, "moment": moment}
    )
    return [found[0] for found in result.fetchall()]


def quarantine_row(row: Mapping[str, Any], why: str, moment: datetime) -> dict[str, Any]:
    reason = {"check": "approval", "rule": "rejected", "claim": None, "reason": why}
    return {
        **{k: row[k] for k in ("run_id", "brief_id", "brief_hash", "scenario", "plugin")},
        "subject_id": row["subject_id"],
        "step": "approval",
        "reasons": [reason],
        "quarantined_at": moment,
    }


def read_back(warehouse: Warehouse, approval_id: str, entry: int) -> None:
    """DuckDB answers OK to the COMMIT of an aborted transaction: a decision counts when its entry is there."""
    with warehouse.open() as con:
        if next_entry(con, approval_id) <= entry:
            raise ApprovalError("the decision was not kept; the disk may be full. Decide again.")
