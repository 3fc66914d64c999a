"""Hooks: what a reply must state. The question itself never comes here; only the facts that answer it do."""

from __future__ import annotations

from dataclasses import replace

from plugins.contract import Brief


def prepare(brief: Brief) -> Brief:
    """The brief without empty facts and without facts that are given twice."""
    kept = {fact.name: fact for fact in brief.facts if fact.value.strip()}
    return replace(brief, facts=tuple(kept.values()))


def accept(draft_text: str, brief: Brief) -> str | None:
    """A reply must state every fact that answers the question, and promise nothing."""
    text = " ".join(draft_text.split()).casefold()
    for name, value in brief.values().items():
        if " ".join(value.split()).casefold().rstrip(".") not in text:
            return f"the reply does not state the fact {name}"
    if any(word in text for word in ("we promise", "we guarantee that", "i promise", "definitely")):
        return "the reply makes a promise"
    return None
