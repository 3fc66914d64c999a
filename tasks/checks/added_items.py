"""Things added in plain words: a part with "plus" or "with", an item beside those of a fact's own list."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.negation import is_negated
from tasks.checks.plain_words import (
    SMALL,
    is_borne,
    is_third,
    word_lists,
)
from tasks.checks.units import unit_of
from tasks.checks.words import Word, plain, words_of

__all__ = ["has_part", "lists_more"]


_COMPANY = frozenset(
    "goes go wear works pairs pair it them serve served enjoy eat drink clean wipe brush cut spread stir start starts begin begins end ends come along up away off happens sits agrees rhymes down filled".split()
)


_POSSESSED = re.compile(
    r"\b(?:with|plus|complete with|comes? with|including|and|has|have|hides|under)\s+(?:its own |an? (?:second |spare |extra |matching |little |small |hidden |secret )?|two |three |four |extra |matching |spare )(?P<what>(?:[\w'-]+ ){0,3}?[\w'-]+)(?=[,.;:!?)—–]|\s(?:and|for|that|which|to|in|on|at|inside|underneath|so|from|of|or|you|under)\b|$)",
    re.IGNORECASE,
)


def has_part(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "Plus a clip for your keys", "with a viewing window": a part of which no fact knows a word."""
    parts = word_lists()["part"] | word_lists()["extra"]
    for match in _POSSESSED.finditer(sentence):
        named = [w for w in words if match.start("what") <= w.start < match.end("what")]
        starts = plain(match.group()).split()[0]
        if not named or any(is_borne(w, index) or w.is_capital for w in named):
            continue
        if (
            starts in ("and", "under", "have", "has")
            and named[-1].lemma not in word_lists()["extra"]
        ):
            continue
        before = [w for w in words if w.end <= match.start()]
        if starts == "with" and before and before[-1].lower in _COMPANY:
            continue  # "goes with a shirt", "serve with a spoon"
        if named[-1].lemma in parts and not is_negated(
            sentence, words, words.index(named[0]), words.index(named[-1]) + 1
        ):
            found.refuse("grounding", "part", match.group("what"), "a part of which no fact speaks")
            return True
    return False


_ITEM = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|plus|&)\s+")


_NO_ITEM = re.compile(
    r"\b(?:you|your|we|our|us|i|my|is|are|was|were|it|they|he|she|who|that|which|can|will|would|when|if|so|because|but|not|no|never|does|do|like|as|than|this|these|someone|something|nothing|everything|more|less|then|all|how|what|where|any\w+|every\w+|some\w*|view|plenty|lots|half|made|else|other|others|both|just|only|room|space|time|love|life)\b|['’]",
    re.IGNORECASE,
)


def lists_more(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "Clean, sensitive and gum care" where the modes are clean and sensitive: an item beside those of a fact's list."""
    listed = _listed_stems(index)
    if not listed:
        return False
    bounds = [0, *[m.end() for m in re.finditer(r"[.;:!?()—–]+(?:\s|$)", sentence)], len(sentence)]
    for low, high in itertools.pairwise(bounds):
        cuts = [
            low,
            *[c for m in _ITEM.finditer(sentence, low, high) for c in (m.start(), m.end())],
            high,
        ]
        items = [
            [w for w in words if a <= w.start < b]
            for a, b in zip(cuts[::2], cuts[1::2], strict=True)
        ]
        for n, item in enumerate(items):
            beside = [items[k] for k in (n - 1, n + 1) if 0 <= k < len(items)]
            head = _trimmed(item, n == 0)
            if not head or len(head) > 3 or any(is_borne(w, index) or w.is_capital for w in head):
                continue
            if n == 0 or _NO_ITEM.search(sentence[head[0].start : head[-1].end]):
                continue
            if unit_of(head[0].lower) or any(
                w.lower.endswith(("ly", "ing", "able", "ful", "ous", "ish", "ed", "less"))
                or is_third(w)
                for w in head[-1:]
            ):
                continue
            if any(_is_listed(_trimmed(other, False), listed) for other in beside):
                said = sentence[head[0].start : head[-1].end]
                found.refuse("grounding", "list", said, "not in the list that the facts give")
                return True
    return False


def _trimmed(item: list[Word], is_first: bool) -> list[Word]:
    """The words of an item up to the next preposition, without its article."""
    kept: list[Word] = []
    for word in item:
        if word.lower in (
            "in",
            "with",
            "for",
            "from",
            "on",
            "at",
            "to",
            "by",
            "of",
            "under",
            "over",
        ):
            break
        if word.lower not in ("a", "an", "the", "its", "both"):
            kept.append(word)
    return kept


def _is_listed(item: list[Word], listed: frozenset[str]) -> bool:
    content = [w for w in item if w.lower not in SMALL]
    return bool(content) and len(content) <= 3 and content[-1].stem in listed


def _listed_stems(index: FactIndex) -> frozenset[str]:
    """The stems of the items of facts that are lists of words."""
    if "listed" not in index.derived:
        found: set[str] = set()
        for n, fact in enumerate(index.facts):
            if (
                index.identity[n]
                or not re.search(r",", fact.value)
                or re.search(
                    r"prais|fault|like|pros|cons|review|mention|question", plain(fact.name)
                )
            ):
                continue
            items = [i for i in re.split(r",|\band\b", fact.value) if i.strip()]
            if (
                len(items) >= 2
                and all(len(i.split()) <= 3 for i in items)
                and not any(c.isdigit() for c in fact.value)
            ):
                for item in items:
                    named = words_of(item, index.locale)
                    if named:
                        found.add(named[-1].stem)
        index.derived["listed"] = frozenset(found)
    known: frozenset[str] = index.derived["listed"]
    return known
