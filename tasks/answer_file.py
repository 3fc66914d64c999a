"""``shelftalk answer FILE.jsonl``: questions from elsewhere, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.errors import InputError

__all__ = ["answer_file", "answer_line"]

MAX_LINE = 1_000_000


def answer_file(path: Path | str) -> Iterator[dict[str, Any]]:
    """For each line {"id", "question", "product", "policies"} one dict: id, decision, intent, reply, sources, summary.

    A line that cannot be read gives a hand-over that says why; blank lines at the end are left out. InputError where
    the file itself cannot be read.
    """
    path = Path(path)
    try:
        handle = path.open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(
            f"cannot read the questions in {path}: {error.strerror}; give a JSON-lines file."
        ) from error
    with handle:
        for number, line in enumerate(handle, 1):
            if line.strip():
                yield answer_line(line, number)


def answer_line(line: str, number: int) -> dict[str, Any]:
    """The outcome of one line; never raises for what the line holds."""
    from tasks.answering import answer_question

    if len(line) > MAX_LINE:
        return _refused(None, f"Line {number} is longer than {MAX_LINE} characters.")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return _refused(None, f"Line {number} is not JSON.")
    if not isinstance(row, dict):
        return _refused(None, f"Line {number} is not a JSON object.")
    key = row.get("id")
    if not isinstance(row.get("question"), str):
        return _refused(key, f"Line {number} has no question (a text under the key question).")
    product, policies = row.get("product"), row.get("policies")
    if not isinstance(product, dict | None) or not isinstance(policies, dict | None):
        return _refused(
            key, f"Line {number}: product and policies are objects of name and value, or null."
        )
    try:
        answer = answer_question(row["question"], product, policies)
    except Exception as error:  # noqa: BLE001  one odd line must not stop the file; it is handed over by name
        return _refused(key, f"Line {number} could not be worked on ({type(error).__name__}).")
    return {
        "id": key,
        "decision": answer.decision,
        "intent": answer.intent,
        "reply": answer.reply,
        "sources": answer.sources,
        **({"summary": answer.summary} if answer.summary else {}),
    }


def _refused(key: Any, reason: str) -> dict[str, Any]:
    return {
        "id": key,
        "decision": "handover",
        "intent": "other",
        "reply": "",
        "sources": [],
        "summary": reason,
    }
