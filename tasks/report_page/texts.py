"""The texts of a run as data for the page: short keys, shared facts, claims already placed in their text."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from tasks.report_page.spans import find_spans, in_reading_order, source_of

__all__ = ["embed", "pack_texts", "visible"]

_INVISIBLE = ("Cc", "Cf", "Co", "Cs")
# Within JSON these stand in strings only. U+2028 and U+2029 end a line in older scripts.
_ENDS_A_SCRIPT = "<>&\u2028\u2029"


def pack_texts(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of reports/run_texts.sql as ``{"facts": [...], "texts": [...]}``.

    ``facts`` holds each distinct list of facts once, as [name, value, source]; a text names its own by
    index. A text's ``pieces`` are strings, or [words, [claim indices]] where claims stand; ``claims``
    are [words, kind, source] in reading order.
    """
    facts: dict[str, int] = {}
    texts = [_pack(row, facts.setdefault(row["facts"] or "[]", len(facts))) for row in rows]
    return {"facts": [_facts(text) for text in facts], "texts": texts}


def embed(data: object) -> str:
    """``data`` as JSON that may stand within a script element: nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in _ENDS_A_SCRIPT:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def visible(value: object) -> str:
    """``value`` with control and direction characters shown as U+FFFD: they must not steer a reader."""
    return "".join(
        c
        if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE
        else "\N{REPLACEMENT CHARACTER}"
        for c in str(value)
    )


def _pack(row: Mapping[str, Any], facts: int) -> dict[str, Any]:
    packed: dict[str, Any] = {
        "id": visible(row["text_id"] or row["brief_id"]),
        "scenario": row["scenario"],
        "plugin": row["plugin"],
        "subject": visible(row["subject_id"]),
        "state": row["state"],
        "facts": facts,
    }
    if row["body"] is not None:
        body = visible(row["body"])
        claims = in_reading_order(body, row["claims"] or [])
        packed["pieces"] = [
            [words, indices] if indices else words for words, indices in find_spans(body, claims)
        ]
        packed["claims"] = [
            [visible(claim["claim"]), claim["kind"], visible(source_of(claim))] for claim in claims
        ]
        packed["by"] = row["written_by"]
        packed["at"] = f"{row['published_at']:%Y-%m-%d %H:%M}"
        if row["is_retired"]:
            packed["retired"] = True
    else:
        packed["reasons"] = _reasons(row)
    return packed


def _facts(text: str) -> list[list[str]]:
    return [
        [
            visible(fact.get("name", "")),
            visible(fact.get("value", "")),
            visible(
                f"{fact.get('source_table', '')}.{fact.get('source_column', '')}"
                f"[{fact.get('source_key', '')}]"
            ),
        ]
        for fact in _list(text)
    ]


def _reasons(row: Mapping[str, Any]) -> list[list[str]]:
    """Why there is no text, as [where, reason]: the quarantine's reasons, each once, else the brief's."""
    told = {
        (
            " · ".join(filter(None, (str(r.get("check") or ""), str(r.get("rule") or "")))),
            visible(r.get("reason") or "no reason kept"),
        ): None
        for r in _list(row["reasons"])
    }
    if not told:
        told = {(row["step"] or "", visible(row["reason"] or "no reason kept")): None}
    return [list(reason) for reason in told]


def _list(text: str | None) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except json.JSONDecodeError:
        return []
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
