"""A fact's value where its kind cannot stand ("in this size: wipe clean"), and sentences that a slot broke."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain

__all__ = ["judge_positions"]

_KINDS = frozenset(
    "care colour color size dimensions capacity weight origin finish pattern fit power flavour scent warranty material price feature compatibility".split()
)
_LABELS = (
    (re.compile(r"\b(?:made|woven|crafted|produced|grown|brewed|roasted) in$"), "origin", {"origin", "size", "colour", "color"}),
    (re.compile(r"\b(?:comes?|hails?) from$"), "origin", {"origin", "material"}),
    (re.compile(r"\b(?:size|sizes|measurements?|dimensions|proportions)(?: is| are|:| of)?(?: left| always| just)?$"), "size", {"size", "dimensions", "capacity", "fit", "weight"}),
    (re.compile(r"\b(?:measures|measuring|holds)$"), "dimensions", {"size", "dimensions", "capacity", "weight"}),
    (re.compile(r"\b(?:colour|color|shade)(?: is|:| of)?$"), "colour", {"colour", "color", "finish", "pattern"}),
    (re.compile(r"\b(?:made|crafted|cut|built) (?:of|from)$"), "material", {"material", "finish", "colour", "color", "origin"}),
    (re.compile(r"\b(?:weighs|weighing)$"), "weight", {"weight"}),
    (re.compile(r"\b(?:price|costs?)(?: is| of|:)?$"), "price", {"price"}),
    (re.compile(r"\b(?:smells|scent) of$"), "scent", {"scent", "flavour", "material", "feature"}),
    (re.compile(r"\b(?:tastes|flavour) of$"), "flavour", {"scent", "flavour", "feature"}),
)  # fmt: skip
_TOGETHER = re.compile(
    r"\b(?:together with|bought with|alongside|pairs? (?:well )?with|goes (?:well )?with|beside|next to|joins?|meets?|partners?|companions? (?:to|of|for)|and)\b"
)
_BROKEN = (
    (re.compile(r"\b(?:it|this|they) (?:would|will|could|may|might) be (?:you|me|him|her|us|them)\b"), "the sentence says nothing"),
    (re.compile(r"\ba[n]? (?!1\b)\d+ (?!per\b|degrees?\b|plus\b)[a-z]{3,}s\b(?! (?:a|per)\b)(?<!ss)"), "a number of things has no “a”"),
    (re.compile(r"\b(?:with|of|from|at|by) (?:is|are|was|has|have|find|finds|gets?|will|can)\b"), "the sentence is broken"),
    (re.compile(r"\bprice is the \w+"), "the price is no figure"),
    (re.compile(r"\b(?:the|a|an|its|your|their) (?:the|a|an|its|your|their|is|are|with|and|of)\b"), "the sentence is broken"),
)  # fmt: skip
_PLURAL_IS = re.compile(r"\b(?:its|their|these|those|the) ([a-z]{3,}s) (?:is|was|has)\b")
_SINGULAR_S = frozenset(
    "glass brass canvas lens series news species plus gas bus chess dress press boss moss mattress compass harness atlas analysis basis axis canvas christmas grass kiss wilderness business".split()
)


def judge_positions(
    sentence: str, index: FactIndex, spans: list[tuple[int, int, int]], found: Found
) -> None:
    """Refuses a value of ``spans`` (start, end, fact) in a place that its kind cannot take. English."""
    folded = plain(sentence)
    if len(folded) != len(sentence):
        return
    for pattern, why in _BROKEN:
        match = pattern.search(folded)
        if match and not any(
            a < match.end() and match.start() < b for a, b, _ in spans if b - a > 12
        ):
            found.refuse("structure", "broken", match.group(), why)
            return
    match = _PLURAL_IS.search(folded)
    if (
        match
        and match.group(1) not in _SINGULAR_S
        and not match.group(1).endswith(("ss", "us", "is"))
        and not any(a <= match.start(1) < b for a, b, _ in spans)
    ):
        found.refuse("structure", "broken", match.group(), "many things that are one")
        return
    for start, end, fact in spans:
        kind = re.sub(r"[_\d]+$", "", plain(index.facts[fact].name))
        if kind not in _KINDS or index.identity[fact]:
            continue
        before = folded[:start].rstrip()
        for label, wanted, kinds in _LABELS:
            if (
                label.search(before)
                and kind not in kinds
                and not any(
                    re.sub(r"[_\d]+$", "", plain(other.name)) in kinds
                    and plain(other.value) == folded[start:end]
                    for other in index.facts
                )
            ):
                found.refuse(
                    "structure",
                    "position",
                    sentence[start:end],
                    f"{kind} where {wanted} should stand",
                )
                return
    names = [(a, b, fact) for a, b, fact in spans if index.identity[fact]]
    for (a, b, fact), (c, d, _) in itertools.pairwise(names):
        if (
            folded[a:b] == folded[c:d]
            and len(folded[a:b].split()) > 1
            and _TOGETHER.search(folded[b:c])
        ):
            found.refuse("structure", "itself", index.facts[fact].value, "a thing with itself")
            return
