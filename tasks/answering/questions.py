"""What a question is, taken apart: concepts, quantities and the words that nothing explains yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.answering.concepts import Detected, detect
from tasks.answering.facts import KnownFact
from tasks.answering.measures import Measure, find_measures
from tasks.answering.text import content_stems, normalise, stem, stems, words
from tasks.answering.wordlists import COLOURS, MATERIALS, PARTS

__all__ = ["Asked", "Found", "Refusal", "product_stems", "read_question", "without_product_name"]

_YES_NO = re.compile(
    r"^(?:\W|and |so |but |also |or |then |please )*(?:is|are|does|do|can|could|will|would|"
    r"has|have|should|was|may|must|am) "
)


_NEGATION = re.compile(r"\b(?:not|never|no longer|without)\b")


_NAME_CUT = re.compile(r"\b(?:with|for|in|by|w)\b|[,(/|–—-]\s")


@dataclass(frozen=True, slots=True)
class Refusal:
    """No answer: the reason that the person reads, and the concept that was asked for, where it is known."""

    reason: str
    concept: str | None = None

    @property
    def is_final(self) -> bool:
        """True where the fact that was asked for is there and of no use: it is unknown, or others contradict it."""
        return any(word in self.reason for word in ("is unknown", "disagree"))


@dataclass(frozen=True, slots=True)
class Found:
    """One fact that answers; ``text`` is the part of its value to state (a sentence of a long one, else all).

    A plain one is stated as 'name: value', without yes, no or a frame.
    """

    fact: KnownFact
    concept: str | None
    text: str
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart. ``rest`` holds the stems that no concept explains; ``all_stems`` every stem of it."""

    normal: str
    detected: Detected
    rest: frozenset[str]
    all_stems: frozenset[str]
    measures: tuple[Measure, ...]
    is_yes_no: bool
    is_negated: bool


def product_stems(product: Sequence[KnownFact]) -> frozenset[str]:
    """Stems that only point at the product: its name up to 'with' or 'for', its category, brand and kind."""
    found: set[str] = set()
    for fact in product:
        name = "_".join(fact.name_words)
        if name in {"name", "title", "product_name", "product", "item", "model", "model_name"}:
            head = _NAME_CUT.split(normalise(fact.text))[0].strip()
            named = stems(head)
            if named:
                found.add(named[-1])
            found.update(s for s in named if s not in PARTS | MATERIALS | COLOURS)
        elif name in {
            "category",
            "brand",
            "type",
            "product_type",
            "department",
            "sub_category",
            "subcategory",
            "kind",
        }:
            found.update(
                s for s in stems(fact.normal) if name == "brand" or s not in MATERIALS | COLOURS
            )
    return frozenset(found)


def _join(text: str, known: frozenset[str]) -> str:
    """Two neighbours that the facts write as one word are joined: 'hand woven' -> 'handwoven'."""
    found = text.split()
    for left, right in pairwise(found):
        bare = right.rstrip("?.,!")
        if len(left) > 2 and len(bare) > 2 and f"{left}{bare}" in known:
            text = text.replace(f"{left} {bare}", f"{left}{bare}")
    return text


def without_product_name(normal: str, product: Sequence[KnownFact]) -> str:
    """The question with the product's whole name replaced by 'it': a Milk Jug is no question about milk."""
    for fact in product:
        is_name = fact.name_words and fact.name_words[-1] in {"name", "title"}
        if is_name and len(fact.normal) > 6 and " " in fact.normal:
            normal = re.sub(rf"\b(?:the |this |your )?{re.escape(fact.normal)}(?!\w)", "it", normal)
    return normal


def read_question(
    normal: str, product: Sequence[KnownFact], skip: frozenset[str] = frozenset()
) -> Asked:
    """Take one normal question apart against the product that it is about; concepts of ``skip`` are not looked for."""
    text = re.sub(r"\bavailable (?=in\b)", "come ", normal)
    text = (
        re.sub(r"\b((?:what|which)\b[^.?!]*)\bavailable\b(?! in)", r"\1 ", text)
        if re.search(r"^\W*(?:what|which) \w+ (?:\w+ )?(?:is|are)", text)
        else text
    )
    text = re.sub(
        r"\b(used?|kept|keep|leave|left|live|stay|stored?|worn?|wear)( it| them| this| these)? outside\b",
        r"\1\2 outdoors",
        text,
    )
    about = product_stems(product)
    text = without_product_name(text, product)
    text = _join(
        text, frozenset(w for fact in product for w in (*fact.name_words, *words(fact.normal)))
    )
    known = {s for fact in product for s in fact.name_stems | fact.value_stems}

    def point(match: re.Match[str]) -> str:
        noun = match.group(2)
        if stem(noun) in PARTS and stem(noun) not in about:
            return match.group()
        if stem(noun) in known - about or detect(noun).ids or not content_stems(noun):
            return match.group()
        return f"{match.group(1)} "

    text = re.sub(r"\b(this|these|that|those) ([a-z]{3,})\b", point, text)
    if stem("bulb") in about:
        skip |= {"BULB"}  # the bulb is the product itself
    detected = detect(text, skip)
    measures = tuple(find_measures(text))
    rest = detected.rest
    for measure in reversed(find_measures(rest)):
        rest = rest[: measure.start] + " " + rest[measure.end :]
    rest = (
        re.sub(
            r"\b(?:under|below|less than|no more than|at most|up to|over|above|more than|at least|"
            r"than|within|after|before)\b",
            " ",
            rest,
        )
        if measures
        else rest
    )
    left = frozenset(s for s in content_stems(rest) if s not in about)
    return Asked(
        normal=text,
        detected=detected,
        rest=left,
        all_stems=frozenset(stems(text)),
        measures=measures,
        is_yes_no=bool(_YES_NO.match(text)),
        is_negated=bool(_NEGATION.search(text)),
    )
