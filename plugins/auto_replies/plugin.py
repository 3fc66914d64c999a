"""Hooks: what a reply must state. The question itself never comes here; only the facts that answer it do."""

from __future__ import annotations

import re
from dataclasses import replace

from plugins.contract import Brief

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_IS = re.compile(r"\b(?:is|are|comes|holds|weighs|costs|measures|works)\b")
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
    sentences = _SENTENCE.split(text)
    for name, value in brief.values().items():
        short = value.strip().casefold()
        told = [s for s in sentences if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", s)]
        # A policy is a sentence already, and says itself what it is about.
        if told and not short.endswith(".") and not any(_says(name, s) for s in told):
            return f"the reply does not say what {name} is"
    values = [value.strip().casefold() for value in brief.values().values()]
    for sentence in sentences:
        told = [value for value in values if value in sentence and not value.endswith(".")]
        bare = sentence
        for value in sorted(told, key=len, reverse=True):
            bare = bare.replace(value, "")
        if told and len(_IS.findall(bare)) > len(told):
            return "a sentence says two things at once"
    if any(word in text for word in ("we promise", "we guarantee that", "i promise", "definitely")):
        return "the reply makes a promise"
    return None


def _says(name: str, sentence: str) -> bool:
    """True where the sentence says what the fact of that name is."""
    if name == "availability":
        return True  # 'in stock' says it
    if name.startswith("feature"):
        return re.search(r"\b(?:has|with|comes|feature)\b", sentence) is not None
    if any(word in sentence for word in name.casefold().split("_") if not word.isdigit()):
        return True
    return name in _SAID_AS and re.search(_SAID_AS[name], sentence) is not None
