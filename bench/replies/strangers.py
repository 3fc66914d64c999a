"""Questions that someone wrote who never saw the code: each line brings its own product and policies, and says what any
right reply must hold and what a wrong one might state."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tasks.answering import Answer

__all__ = ["STRANGERS", "judge"]

STRANGERS = sorted(Path(__file__).parent.glob("strangers_*.jsonl"))


def _stands(phrase: str, text: str, *, whole: bool) -> bool:
    left = r"(?<![\d.,])" if phrase[:1].isdigit() else ("" if phrase == "n't" else r"(?<!\w)")
    right = r"(?![\d]|[.,]\d)" if phrase[-1:].isdigit() else ""
    if whole or phrase.lower() in {"no", "yes", "ja"}:
        right = r"(?!\w)"
    return re.search(left + re.escape(phrase) + right, text, re.IGNORECASE) is not None


def judge(row: dict[str, Any], answer: Answer) -> tuple[str, str]:
    """(right, wrong, missed or handed_over; why). A reply where a person was due is wrong.

    Each entry of ``must`` stands in a right reply (alternatives parted by |), none of ``must_not`` does.
    """
    if answer.decision == "handover":
        return ("missed" if row["label"] == "answer" else "right"), answer.summary
    if row["label"] == "handover":
        return "wrong", "a person was due"
    for need in row["must"]:
        if not any(
            _stands(one.strip(), answer.reply, whole=False)
            for one in need.split("|")
            if one.strip()
        ):
            return "wrong", f"lacks {need}"
    for bad in row["must_not"]:
        if any(
            _stands(one.strip(), answer.reply, whole=True) for one in bad.split("|") if one.strip()
        ):
            return "wrong", f"states {bad}"
    return "right", ""
