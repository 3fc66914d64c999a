"""Hooks: what a reply must state. The question itself never comes here; only the facts that answer it do."""

from __future__ import annotations

import re
from dataclasses import replace

from plugins.contract import Brief

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SAID_AS = {
    "material": r"made|material|comes in",
    "care": r"care|clean|wash",
    "dimensions": r"measure|dimension",
    "capacity": r"hold|capacity|room",
    "weight": r"weigh|scales",
    "size": r"size",
    "colour": r"colour|comes in",
    "pattern": r"pattern",
    "origin": r"made in|origin|comes from",
    "compatibility": r"works with|compatible",
    "scent": r"scent",
    "warranty": r"warranty",
    "price": r"cost|price",
    "brand": r"\bby\b|brand",
}
"""How a sentence says what a short fact is; an answer of 20 cm to the question of weight is no answer."""


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
    for sentence in _SENTENCE.split(text):
        stated = [
            name
            for name, value in brief.values().items()
            if not value.endswith(".") and value.casefold() in sentence
        ]
        for name in stated:
            cue = _SAID_AS.get(name, "")
            words = [word for word in name.split("_") if not word.isdigit()]
            named = name in {"availability", "feature"} or any(word in sentence for word in words)
            if name.startswith("feature"):
                named = re.search(r"\b(?:has|with|comes|feature)\b", sentence) is not None
            if not named and not (cue and re.search(cue, sentence)):
                return f"the reply does not say what {name} is"
    if any(word in text for word in ("we promise", "we guarantee that", "i promise", "definitely")):
        return "the reply makes a promise"
    return None
