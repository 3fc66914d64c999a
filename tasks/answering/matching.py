"""Finding the facts that answer one question, and only those.

The rule that keeps wrong answers away: every word of the question that carries meaning must be explained, by the name
or the value of a chosen fact, by the product itself, or by the concept that was asked for. One unexplained word
('lid', 'Norway', 'after 60 days') and a person answers. A qualifier in a fact's name (seat height, max load) must have
been asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.answering.concepts import by_id
from tasks.answering.direct import direct_fact, free_of
from tasks.answering.facts import KnownFact
from tasks.answering.lists import resolve_included, resolve_open
from tasks.answering.questions import Asked, Found, Refusal
from tasks.answering.resolving import by_one_fact, resolve_concepts
from tasks.answering.text import content_stems

__all__ = ["resolve"]

_BY_DIMENSION = {"mass": ["WEIGHT"], "money": ["PRICE"], "volume": ["CAPACITY"]}
"""What 'is it under 2 kg?' asks about, where the question names nothing else."""


def resolve(
    asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]
) -> list[Found] | Refusal:
    """The facts that answer the whole question, or why none do."""
    ids = [i for i in asked.detected.ids if not by_id(i).typed]
    typed = [i for i in asked.detected.ids if by_id(i).typed]
    strong = [i for i in ids if not by_id(i).weak]
    direct = direct_fact(asked, facts, about, ids, typed)
    if isinstance(direct, Found):
        return [direct]
    if isinstance(direct, Refusal) and "disagree" in direct.reason:
        return direct
    says_contains = re.search(
        r"\b(?:contain|contains|any|have|has|with|without|free|include|includes)\b", asked.normal
    )
    free = (
        free_of(set(content_stems(asked.normal)) - about, facts)
        if not typed and says_contains
        else None
    )
    if free:
        return free
    if "INCLUDED" in ids:
        return resolve_included(asked, facts, about)
    wanted = strong or [i for i in ids if i != "BATTERY"]
    if len(wanted) > 1:
        alone = by_one_fact(wanted, typed, asked, facts, about)
        if alone is not None:
            return [alone]
    if not wanted and asked.measures:
        wanted = _BY_DIMENSION.get(asked.measures[0].dimension, [])
    if not wanted and "HOWLONG" in typed:
        wanted = ["LENGTH"]
    if not wanted:
        return (
            resolve_open(asked, facts, about, typed)
            or direct
            or Refusal("no fact is about what was asked")
        )
    result = resolve_concepts(wanted, typed, asked, facts, about)
    if isinstance(result, Refusal) and isinstance(direct, Refusal):
        return direct
    return result
