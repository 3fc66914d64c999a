"""Decisions by people on texts that were set aside: approve, edit, reject, undo. The state lives in tables only.

A decision is bound to the text it was made on: whoever approves hands over the hash of what they read, and a text
that changed meanwhile refuses. Each decision is one transaction and one entry of an append-only log, which keeps what
an undo puts back. Names are what reviewers call themselves; the log is as honest as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plugins.contract import Plugin
from tasks.approval_rows import (
    RESTORED,
    add_pair,
    before_of,
    change,
    log_entry,
    next_entry,
    one_approval,
    publish,
    quarantine_row,
    read_back,
    require_live,
    retire,
    take_back,
    waiting,
    withdraw_pairs,
)
from tasks.errors import ApprovalError, InputError
from tasks.publish_content import moment_in
from tasks.records import Claim
from tasks.rendering import inert
from tasks.set_aside import RUN, claim_row, hash_of_body
from tasks.warehouse import Warehouse, fetch_dicts, insert_rows, run_named

__all__ = [
    "Decision",
    "ReviewRules",
    "approve",
    "edit",
    "one_approval",
    "person_name",
    "reject",
    "undo",
    "undo_last",
]

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """What decisions are held to. ``plugins`` maps name to plugin: its limits and its accept hook judge edits."""

    plugins: Mapping[str, Plugin] = field(default_factory=dict)
    two_person: bool = False
    rules_files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was done: ``action`` is approved, edited, rejected or undone, ``text_id`` what is live because of it."""

    approval_id: str
    action: str
    entry: int
    text_id: str | None = None


def person_name(name: str) -> str:
    """A reviewer's name as the log keeps it; InputError when it is none."""
    kept = inert(name, 60)
    if kept.casefold() == RUN:
        raise InputError(f"{kept!r} is how the log calls the run itself; choose another name.")
    if len(kept) < 2:
        raise InputError(
            "a reviewer's name has at least two letters; it stands beside each decision."
        )
    return kept


def approve(
    warehouse: Warehouse,
    approval_id: str,
    who: str,
    body_hash: str,
    *,
    rules: ReviewRules | None = None,
) -> Decision:
    """Publish the text with this hash; for an audited text, confirm that it may stay live.

    ApprovalError when it was decided, changed or replaced meanwhile, is the reviewer's own edit under two-person
    review, stands live word for word for another subject, or when its scenario has no audience any more.
    """
    who = person_name(who)
    with warehouse.transaction() as con:
        moment = moment_in(con)
        row = waiting(con, approval_id, body_hash)
        if rules and rules.two_person and _is_same_person(row["edited_by"], who):
            raise ApprovalError(
                f"{who} wrote the last edit of this text; with two-person review another person approves it."
            )
        entry = next_entry(con, approval_id)
        before = before_of(row)
        changed: dict[str, Any] = {"state": "approved", "decided_by": who, "decided_at": moment}
        if row["tier"] == "sample":
            require_live(con, row)
        if row["tier"] == "review" or row["body"] != row["original_body"]:
            changed["text_id"] = publish(con, row, entry, moment, before)
        change(con, row, changed)
        log_entry(con, row, entry, "approved", who, moment, before=before)
    read_back(warehouse, approval_id, entry)
    return Decision(approval_id, "approved", entry, changed.get("text_id", row["text_id"]))


def edit(
    warehouse: Warehouse,
    approval_id: str,
    who: str,
    body_hash: str,
    body: str,
    *,
    rules: ReviewRules,
    reason: str = "",
) -> Decision:
    """Replace the waiting text by a person's; it is checked like a draft and then waits for approval.

    EditRefused tells each sentence that falls and why: unlike a model's draft, a person's text is never published in
    part. ApprovalError when the text changed since ``body_hash``.
    """
    from tasks.check_edit import check_edit

    who = person_name(who)
    with warehouse.open() as con:
        row = waiting(con, approval_id, body_hash)
        text, claims = check_edit(con, row, body, rules.plugins, rules.rules_files)
    if text == row["body"]:
        raise InputError("the edit changes nothing; approve the text as it stands.")
    with warehouse.transaction() as con:
        moment = moment_in(con)
        row = waiting(con, approval_id, body_hash)
        entry = next_entry(con, approval_id)
        log_entry(
            con, row, entry, "edited", who, moment, reason=_reason(reason), before=before_of(row)
        )
        change(con, row, _edited(text, claims, who))
        add_pair(con, row, entry, moment, accepted=text, reason=_reason(reason))
    read_back(warehouse, approval_id, entry)
    return Decision(approval_id, "edited", entry, row["text_id"])


def reject(
    warehouse: Warehouse, approval_id: str, who: str, body_hash: str, reason: str
) -> Decision:
    """Refuse a text for a stated reason: it is not published; an audited text is retired.

    Its brief stays in quarantine until a fact, prompt or setting changes or it is written again on request.
    """
    who = person_name(who)
    why = _reason(reason)
    if not why:
        raise InputError("a rejection needs a reason: it is what the copywriter learns from.")
    with warehouse.transaction() as con:
        moment = moment_in(con)
        row = waiting(con, approval_id, body_hash)
        entry = next_entry(con, approval_id)
        before = before_of(row)
        if row["tier"] == "sample":
            before["retired"] = retire(con, row, f"withdrawn after an audit: {why}", moment)
            insert_rows(con, "content.quarantine", [quarantine_row(row, why, moment)])
            before["quarantined_at"] = str(moment)
        before["withdrawn_pairs"] = withdraw_pairs(con, approval_id, moment)
        change(
            con,
            row,
            {"state": "rejected", "decided_by": who, "decided_at": moment, "reason": why},
        )
        log_entry(con, row, entry, "rejected", who, moment, reason=why, before=before)
        add_pair(con, row, entry, moment, accepted=None, reason=why)
    read_back(warehouse, approval_id, entry)
    return Decision(approval_id, "rejected", entry)


def undo(warehouse: Warehouse, approval_id: str, who: str) -> Decision:
    """Take the last decision on a text back: what it published is retired, what it retired is live again."""
    who = person_name(who)
    with warehouse.transaction() as con:
        moment = moment_in(con)
        row = one_approval(con, approval_id)
        last = fetch_dicts(
            run_named(con, "approval/last_decision", {"approval_id": approval_id, "who": None})
        )
        if not last:
            raise ApprovalError("there is no decision on this text to undo.")
        if row["state"] == "replaced":
            raise ApprovalError(f"this decision cannot be undone any more: {row['reason']}.")
        done = last[0]
        before = json.loads(done["before"])
        take_back(con, row, before, moment)
        entry = next_entry(con, approval_id)
        run_named(
            con,
            "approval/withdraw_pair",
            {"approval_id": approval_id, "entry": done["entry"], "moment": moment},
        )
        log_entry(
            con, row, entry, "undone", who, moment, reason=done["action"], undoes=done["entry"]
        )
        change(con, row, {name: before["row"][name] for name in RESTORED})
    read_back(warehouse, approval_id, entry)
    return Decision(approval_id, "undone", entry, before["row"]["text_id"])


def undo_last(warehouse: Warehouse, who: str) -> Decision:
    """Undo the reviewer's own latest decision."""
    who = person_name(who)
    with warehouse.open() as con:
        last = fetch_dicts(
            run_named(con, "approval/last_decision", {"approval_id": None, "who": who})
        )
    if not last:
        raise ApprovalError(f"there is no decision by {who} to undo.")
    return undo(warehouse, last[0]["approval_id"], who)


def _is_same_person(one: str | None, other: str) -> bool:
    return one is not None and one.casefold() == other.casefold()


def _reason(reason: str) -> str:
    return inert(reason, MAX_REASON)


def _edited(text: str, claims: Sequence[Claim], who: str) -> dict[str, Any]:
    return {
        "body": text,
        "body_hash": hash_of_body(text),
        "written_by": "person",
        "claims": [claim_row(claim) for claim in claims],
        "edited_by": who,
    }
