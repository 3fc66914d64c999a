"""Sentences that people took out of drafts again and again: what a copywriter must not learn once more.

An edit says which sentences it took out. A rejection only says that something in the text was wrong, so it counts half.
With facts as slots, a sentence that was struck for one product is known again in another's text.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["ENOUGH", "struck_sentences"]

ENOUGH = 2.0
"""Products whose edits took a sentence out, a rejection being half a one: fewer may be about that product alone."""

Slotted = Callable[[str, Mapping[str, str]], list[str]]


def struck_sentences(
    rows: Iterable[Mapping[str, Any]], slotted: Slotted
) -> frozenset[tuple[str, str]]:
    """(kind, sentence in ``key`` form) of what was struck often enough.

    ``rows`` have kind, subject_id, rejected_text, accepted_text (None after a rejection) and facts (a JSON object);
    ``slotted`` gives a text's sentences with slots for the facts.
    """
    weights: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        facts = {name: str(value) for name, value in json.loads(row["facts"]).items()}
        refused = {key(s) for s in slotted(row["rejected_text"], facts)}
        accepted = {key(s) for s in slotted(row["accepted_text"] or "", facts)}
        weight = 1.0 if row["accepted_text"] else 0.5
        for sentence in refused - accepted:
            known = weights[row["kind"], sentence]
            known[row["subject_id"]] = max(weight, known.get(row["subject_id"], 0.0))
    return frozenset(s for s, by in weights.items() if sum(by.values()) >= ENOUGH)


def key(sentence: str) -> str:
    """The sentence as it is compared: its words and slots, without case and marks."""
    return " ".join(re.findall(r"[\w<>]+", sentence.casefold()))
