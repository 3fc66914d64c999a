"""Judges texts from elsewhere, a JSON line each: an editor's, an agency's, another system's. Nothing is dropped here."""

# ruff: noqa: E501 - example texts and messages stay whole
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plugins.contract import Fact, Limits
from tasks.checks.context import CheckContext
from tasks.checks.judging import judge
from tasks.errors import InputError

__all__ = ["ANY_LENGTH", "check_file", "check_line", "facts_of"]

ANY_LENGTH = Limits(min_characters=12, max_characters=20_000, min_sentences=1, max_sentences=200)
"""Texts from elsewhere have limits of their own; only what is plainly no text is refused."""
_LONGEST_LINE = 200_000


def check_file(
    path: Path, *, context: CheckContext | None = None, limits: Limits = ANY_LENGTH
) -> Iterator[dict[str, Any]]:
    """For each line of ``path`` its verdict: {"id", "verdict": "pass" | "refuse", "reasons": [{"check", "claim", "why"}]}.

    A line that is no such object is refused with a reason that names it. InputError where the file cannot be read.
    """
    context = context or CheckContext.empty()
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield check_line(line, number, context, limits)
    except OSError as error:
        raise InputError(f"the file {path} cannot be read: {error.strerror}.") from error


def check_line(
    line: str, number: int, context: CheckContext, limits: Limits = ANY_LENGTH
) -> dict[str, Any]:
    """The verdict on one line."""
    try:
        row = json.loads(line) if len(line) <= _LONGEST_LINE else None
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return _refused(f"line {number}", "structure", f"line {number} is not a JSON object")
    name = str(row.get("id", f"line {number}"))
    text, facts = row.get("text"), row.get("facts")
    if not isinstance(text, str) or not text.strip():
        return _refused(name, "structure", f"line {number}: text is missing or empty")
    if not isinstance(facts, Mapping):
        return _refused(
            name, "structure", f"line {number}: facts must be an object of names and values"
        )
    try:
        judgement = judge(
            text, facts_of(facts, name), context=context, limits=limits, locale=str(row.get("locale") or "en")
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - a text that cannot be judged is refused, and the next one is judged
        return _refused(
            name, "structure", f"line {number} cannot be judged: {type(error).__name__}: {error}"
        )
    failed = [v for v in judgement.verdicts if not v.is_passed]
    if any(v.sentence_index is not None for v in failed):
        # What is left after the fallen sentences is nobody's text here: its length is no second reason.
        failed = [v for v in failed if v.rule not in ("length", "sentences")]
    reasons: list[dict[str, str]] = []
    for verdict in failed:
        reason = {
            "check": verdict.check,
            "claim": verdict.claim or "",
            "why": verdict.reason or verdict.rule,
        }
        if reason not in reasons:
            reasons.append(reason)
    return {
        "id": row.get("id", name),
        "verdict": "refuse" if reasons else "pass",
        "reasons": reasons,
    }


def facts_of(facts: Mapping[str, Any], key: str) -> list[Fact]:
    """``facts`` as Fact records: lists and nested objects are laid flat, booleans are true and false, null is left out."""
    found: list[Fact] = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            found += [
                Fact(
                    f"{plain_name(str(name))}_{inner.name}",
                    inner.value,
                    inner.source_table,
                    f"{name}.{inner.source_column}",
                    key,
                )
                for inner in facts_of(value, key)
            ]
        elif (text := _text(value)) is not None:
            found.append(Fact(plain_name(str(name)), text, "file", str(name), key))
    return found


_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ]{2})")


def plain_name(name: str) -> str:
    """A fact's name in one fashion: widthCm, "Width cm" and width-cm are width_cm."""
    snake = re.sub(r"[\W_]+", "_", _CAMEL.sub("_", name)).strip("_").lower()
    return (
        re.sub(r"(?<=_)(m_ah|k_wh|m_hz|g_hz|k_w|m_l)$", lambda m: m.group().replace("_", ""), snake)
        or name
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else str(value)
    if isinstance(value, list | tuple):
        parts = [part for item in value if (part := _flat(item))]
        return ", ".join(parts) if parts else None
    return str(value)


def _flat(item: Any) -> str:
    if isinstance(item, Mapping):
        return " ".join(str(part) for part in item.values())
    return _text(item) or ""


def _refused(name: str, check: str, why: str) -> dict[str, Any]:
    return {"id": name, "verdict": "refuse", "reasons": [{"check": check, "claim": "", "why": why}]}
