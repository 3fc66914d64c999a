"""What the second reader is given: the facts on one line, and the text."""

from __future__ import annotations

from collections.abc import Iterable

from plugins.contract import Fact

__all__ = ["facts_line"]

_SPOKEN = {"true": "yes", "false": "no"}


def facts_line(facts: Iterable[Fact]) -> str:
    """``name: value; name: value``, names in plain words, as the reader met them in training."""
    return "; ".join(
        f"{fact.name.replace('_', ' ').replace('.', ' ')}: {_SPOKEN.get(fact.value.lower(), fact.value)}"
        for fact in facts
    )
