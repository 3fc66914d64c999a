"""Shares that a fact gives in words ("about a third bought it as a gift"), and a "most" that counts nobody."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain

__all__ = ["counts_no_people", "told_by_a_fact"]

_SHARES = {
    "half": 0.5, "a third": 1 / 3, "one third": 1 / 3, "two thirds": 2 / 3, "two-thirds": 2 / 3, "a quarter": 0.25,
    "one quarter": 0.25, "three quarters": 0.75, "three-quarters": 0.75, "a fifth": 0.2, "four fifths": 0.8,
}  # fmt: skip
_NUMBERS = {
    w: i for i, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_IN = re.compile(rf"\b({'|'.join(_NUMBERS)}|\d+) (?:in|out of) ({'|'.join(_NUMBERS)}|\d+)\b")
_WORDED = re.compile(rf"\b(?:{'|'.join(sorted(_SHARES, key=len, reverse=True))})\b")
_MOST = re.compile(r"\b(?:most|the majority|a majority|more than half|over half)\b")
_OF_TIME = re.compile(r"\b(?:an?|the) (?:hour|mile|day|year|litre|liter|dozen|inch)\b")
_PEOPLE = re.compile(
    r"\b(?:review|customer|buyer|people|person|shopper|owner|parent|reader|user|them\b|wearer|fan|rating|those|who\b|guest|player|gardener|opinion|voter|rater|verdict|famil|fitter|cook|baker|knitter|runner|rider|cyclist)\w*"
)
_PLAIN = frozenset(
    "review reviewer custom buyer people person rate rating say said about most third half quarter who their they it "
    "the".split()
)


def told_by_a_fact(
    words: str, share: float | None, stems: frozenset[str], index: FactIndex
) -> Fact | None:
    """The fact that gives this share in words: "most use it in small rooms", "trade users: about two thirds".

    ``share`` is the text's share where it has a figure; "most" and "more than half" stand for each other. The clause
    must speak of what the fact speaks of.
    """
    folded = plain(words)
    is_most = bool(_MOST.search(folded))
    if share is None and not is_most:
        worded = _WORDED.search(folded)
        share = _SHARES[worded.group()] if worded else None
    if share is None and not is_most:
        return None
    for number, fact in enumerate(index.facts):
        value = plain(fact.value)
        if not (index.context[number] - _PLAIN) & stems or _OF_TIME.search(value):
            continue
        if is_most:
            if _MOST.search(value):
                return fact
            continue
        told = [_SHARES[m.group()] for m in _WORDED.finditer(value)]
        told += [_value(m.group(1)) / _value(m.group(2)) for m in _IN.finditer(value)]
        if any(
            share is not None and abs(share - other) <= 0.01 for other in told
        ) and not re.search(r"more than|over|less than|under", value + folded):
            return fact
    return None


def _value(word: str) -> float:
    return float(_NUMBERS.get(word) or max(int(word), 1))


def counts_no_people(clause: str, match: re.Match[str]) -> bool:
    """Whether "most" is a superlative or speaks of things: "the most helpful review", "most of the grumbling"."""
    if plain(match.group()) != "most":
        return False
    before, after = plain(clause[: match.start()]), plain(clause[match.end() :])
    if re.search(r"\bthe\s+$", before) and not re.match(r"\s+of\b", after):
        return True
    if re.match(r"\s+of what\b", after):
        return True
    of_things = re.match(
        r"\s+of (?:the |its |their |these |those |our |my |your |all |it\b|that\b|this\b)*([\w,]*(?: \w+)?)",
        after,
    )
    if of_things:
        return not _PEOPLE.search(of_things.group())
    return (
        bool(
            re.match(r"\s+(?:in|on|to|at|for|by|with|about|is|was|\w+ly)\b|\s*[,.;:!?]|\s*$", after)
        )
        and not (re.match(r"\s+(?:in the reviews)", after))
        and bool(re.search(r"\w\s+$", before))
    )
