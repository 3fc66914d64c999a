"""Reads an OpenAI-compatible endpoint's answers: untrusted text that becomes a draft, or a reason to try again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import httpx

__all__ = ["LONGEST_WAIT", "TryAgainError", "read_answer", "reason_of", "retry_after", "to_slots"]

LONGEST_WAIT = 30.0
"""Seconds that a server's Retry-After is heeded for at most."""
_MOST_CHARACTERS = 4_000
_PLACEHOLDER = re.compile(
    r"<\s*/?\s*([A-Za-z][A-Za-z0-9_ ]{0,40}?)\s*/?>|\{\{?\s*([A-Za-z][A-Za-z0-9_ ]{0,40}?)\s*\}?\}"
    r"|\[\s*([A-Za-z][A-Za-z0-9_ ]{0,40}?)\s*\]"
)
_FENCE = re.compile(r"^```[a-z]*\s*|\s*```$")
_QUOTES = {'"': '"', "“": "”", "'": "'", "‘": "’"}


class TryAgainError(Exception):
    """An answer that a second try may better; ``wait`` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def to_slots(text: str, slots: Sequence[str]) -> str:
    """An endpoint's text as a draft: ``{name}``, ``[Name]`` and ``<name>`` of the brief's facts become slots.

    What stands in brackets and is no fact stays, and the structure check refuses it.
    """
    known = {slot.casefold(): slot for slot in slots}

    def slot(match: re.Match[str]) -> str:
        name = next(group for group in match.groups() if group).casefold().replace(" ", "_")
        return f"<{known[name]}>" if name in known else match[0]

    plain = _FENCE.sub("", text.strip()).strip()
    plain = " ".join(_PLACEHOLDER.sub(slot, plain).split())[:_MOST_CHARACTERS]
    if len(plain) > 1 and _QUOTES.get(plain[0]) == plain[-1] and plain[0] not in plain[1:-1]:
        plain = plain[1:-1].strip()
    return plain


def read_answer(content: bytes, api: str) -> tuple[str, int]:
    """Text and total tokens of an answer; TryAgainError where it is no whole JSON answer."""
    try:
        answer = json.loads(content)
        choice = answer["choices"][0]
        text = choice["message"]["content"] if api == "chat" else choice["text"]
        usage = answer.get("usage") or {}
        used = usage.get("total_tokens") if isinstance(usage, dict) else None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise TryAgainError(f"an answer that is no completion ({type(error).__name__})") from None
    if text is None:
        text = ""  # a filtered or empty answer: no draft, so the fallback speaks
    if not isinstance(text, str):
        raise TryAgainError("an answer whose text is no text")
    return text, used if isinstance(used, int) and not isinstance(used, bool) and used > 0 else 0


def retry_after(headers: httpx.Headers) -> float:
    """Seconds of the header Retry-After, bounded; its other form, a date, is not followed."""
    try:
        return min(LONGEST_WAIT, max(0.0, float(headers.get("retry-after", "0"))))
    except ValueError:
        return 0.0


def reason_of(content: bytes) -> str:
    """What an error's body says, as text."""
    try:
        answer = json.loads(content)
        error = answer.get("error", answer) if isinstance(answer, dict) else answer
        return str(error.get("message", error) if isinstance(error, dict) else error)
    except (ValueError, RecursionError):
        return content[:200].decode("utf-8", "replace") or "no reason given"
