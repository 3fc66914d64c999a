"""A person's own text for a brief that no draft could settle: checked like an edit, then it waits for approval."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tasks.approval_rows import RESTORED, add_pair, log_entry, one_approval, read_back
from tasks.approve_content import Decision, ReviewRules, person_name
from tasks.check_edit import check_edit
from tasks.errors import ApprovalError
from tasks.publish_content import moment_in
from tasks.records import Claim
from tasks.set_aside import claim_row, hash_of_body
from tasks.warehouse import Connection, Warehouse, fetch_dicts, insert_rows, run_named

__all__ = ["refused_brief", "write_by_hand"]


def write_by_hand(
    warehouse: Warehouse, run_id: str, brief_id: str, who: str, body: str, *, rules: ReviewRules
) -> Decision:
    """Queue a person's text for a quarantined brief of a run; undoing it puts the brief back into quarantine.

    EditRefused as for an edit; ApprovalError when the brief left quarantine or stands on the desk already.
    """
    who = person_name(who)
    with warehouse.open() as con:
        brief = refused_brief(con, run_id, brief_id)
        text, claims = check_edit(con, brief, body, rules.plugins, rules.rules_files)
    with warehouse.transaction() as con:
        moment = moment_in(con)
        brief = refused_brief(con, run_id, brief_id)
        held = run_named(
            con, "approval/on_desk", {"brief_id": brief_id, "brief_hash": brief["brief_hash"]}
        ).fetchone()
        if held:
            raise ApprovalError(
                "somebody wrote a text for this brief meanwhile; look at the queue again."
            )
        drafts = fetch_dicts(
            run_named(con, "approval/drafts", {"run_id": run_id, "brief_id": brief_id})
        )
        subject = rules.plugins[brief["plugin"]].manifest.subject
        made = _approval(brief, subject, text, claims, who, moment)
        insert_rows(con, "content.approvals", [made])
        row = one_approval(con, made["approval_id"])
        withdrawn = {name: row[name] for name in RESTORED} | {
            "state": "replaced",
            "reason": "its author took it back",
        }
        before: dict[str, Any] = {"row": withdrawn, "published": None, "retired": []}
        log_entry(con, row, 1, "edited", who, moment, before=before)
        refused = {**row, "body": drafts[0]["text"] if drafts else ""}
        add_pair(con, refused, 1, moment, accepted=text, reason="")
    read_back(warehouse, made["approval_id"], 1)
    return Decision(made["approval_id"], "edited", 1)


def refused_brief(con: Connection, run_id: str, brief_id: str) -> dict[str, Any]:
    """The quarantined brief with its facts as a list; ApprovalError when it is not there."""
    where = {"run_id": run_id, "brief_id": brief_id}
    found = fetch_dicts(run_named(con, "approval/refused_brief", where))
    if not found:
        raise ApprovalError("this brief is no longer in quarantine; look at the queue again.")
    row = found[0]
    row["facts"] = json.loads(row["facts"])
    for name in ("goal", "tone", "channel"):  # of a scenario version that is no longer kept
        row[name] = row[name] or ""
    return row


def _approval(
    brief: Mapping[str, Any],
    subject: str,
    text: str,
    claims: tuple[Claim, ...],
    who: str,
    moment: datetime,
) -> dict[str, Any]:
    key = f"by hand\x1f{brief['run_id']}\x1f{brief['brief_id']}\x1f{moment}"
    kept = ("run_id", "brief_id", "brief_hash", "scenario", "scenario_version_id", "plugin")
    told = ("subject_id", "locale", "goal", "tone", "channel", "prompt", "facts")
    return {
        **{name: brief[name] for name in (*kept, *told)},
        "approval_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "subject": subject,
        "tier": "review",
        "body": text,
        "body_hash": hash_of_body(text),
        "original_body": "",
        "written_by": "person",
        "claims": [claim_row(claim) for claim in claims],
        "state": "waiting",
        "edited_by": who,
        "queued_at": moment,
    }
