"""What a sentence says in passing: clauses about the reader, the weather, a place or an occasion, not about the subject."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.words import Word

__all__ = ["Passing", "find_passing"]

_CUTS = re.compile(
    r"[.;:!?()—–]+(?=\s|$)|,(?=\s)|\b(?:when|whenever|while|if|before|after|until|till|because|so|where|wherever|but|even)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"(?:when|whenever|while|if|before|after|until|till|because|where|wherever)\b", re.IGNORECASE
)
_READER = re.compile(
    r"\b(?:you|your|yours|you're|you'll|you've|you'd|we|us|our|we're|we'll|we've|let's|i|i'm|my|me|someone|somebody|everyone|everybody|anyone|nobody|who|what)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:it|it's|its|they|they're|their|them|this|these|made|makes?|comes?|has|have|having|features?|includes?|including|contains?|with|without|offers?|boasts?|gets?|wears?|cut|woven|knitted|built|crafted|carved|sewn|finished|available|also)\b",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|isn't|aren't|deserves?|turns?|comes?|goes|calls?|waits?|needs?|wants?|can|could|will|would|may|might|should|must|does|do|did|don't|doesn't|won't|can't|let|lets|that's|there's|here's|matters?|begins?|starts?|smells|tastes|loves|likes|knows|asks|says|tells|thinks|feels|looks|stays|sits|stands|runs|falls|rains|shines|ends|arrives|happens|means|takes|tastes|knows|rises|sets|beats|wins|got|went|came|said)\b",
    re.IGNORECASE,
)
_INTRODUCING = frozenset(
    "meet try choose discover wear enjoy get shop order see take pair add buy own unwrap slip explore find treat give gift pick grab swap switch upgrade sink layer style match team feel love save bring pull zip step wrap go play".split()
)
_PLACE = frozenset(
    "by through on under over beside near against at behind into onto along across around past above below towards toward from for in to off down up after before beneath between among like".split()
)
_OWNERS = frozenset(
    "the your my our their his her every any this that those someone's somebody's everyone's each another no".split()
)
_IDLE = frozenset(
    "the a an and or of to for in on at by with from is are it its you your we our that this as be not no just only so all one day days time little way good new best most more very".split()
)


@dataclass(frozen=True, slots=True)
class Passing:
    """The spans of a sentence that say nothing of the subject, and whether the whole sentence does not."""

    spans: tuple[tuple[int, int], ...]
    is_whole: bool
    is_question: bool = False

    def holds(self, start: int, end: int) -> bool:
        """Whether the span lies in a clause that speaks in passing."""
        return any(a <= start and end <= b for a, b in self.spans)


def find_passing(sentence: str, words: tuple[Word, ...], index: FactIndex) -> Passing:
    """The clauses of ``sentence`` that speak in passing. English; for other languages there are none."""
    if not index.locale.startswith("en") or not words:
        return Passing((), False)
    told = [w for w in words if _is_of_facts(w, index)]
    is_whole = not told and not _SUBJECT.search(sentence) and _has_shape(sentence, words, index)
    if is_whole:
        return Passing(((0, len(sentence)),), True, sentence.rstrip().endswith("?"))
    spans: list[tuple[int, int]] = []
    bounds = [0, *sorted({m.start() for m in _CUTS.finditer(sentence)}), len(sentence)]
    for start, end in itertools.pairwise(bounds):
        clause = sentence[start:end].strip(" ,.;:!?()—–")
        if not clause or any(start <= w.start < end for w in told) or _SUBJECT.search(clause):
            continue
        mine = tuple(w for w in words if start <= w.start < end)
        if len(mine) < 2:
            continue
        opened_by_mark = start == 0 or sentence[start] in ":;—–.!?("
        if (
            _SUBORDINATE.match(clause)
            or _READER.search(clause)
            or (opened_by_mark and _has_shape(clause, mine, index))
        ):
            spans.append((start, end))
    return Passing(tuple(spans), False)


def is_setting(words: tuple[Word, ...], start: int) -> bool:
    """Whether word ``start`` stands in a place or an occasion: "by the window", "on your oak table"."""
    for i in range(start - 1, max(-1, start - 4), -1):
        if words[i].lower in _OWNERS or words[i].lower.endswith("'s"):
            return i > 0 and words[i - 1].lower in _PLACE
        if words[i].lower in _PLACE or words[i].lower in ("with", "a", "an", "and", "of", "is"):
            return False
    return False


def is_order(words: tuple[Word, ...], start: int) -> bool:
    """Whether word ``start`` is an order to the reader: "Lace up the …", "please wash it by hand"."""
    word = words[start]
    if word.is_capital and start > 0 and not words[start - 1].is_capital:
        return False
    following = words[start + 1].lower if start + 1 < len(words) else ""
    before = words[start - 1].lower if start else ""
    if before in ("please", "to", "then", "just", "and", "can", "should", "must", "you", "don't", "never", "not", "simply", "always", "or") and following in (
        "it", "them", "this", "these", "your", "up", "out", "the", "in", "at", "by", "and", "off", "away", "down", "with", "only", "on", "before"):  # fmt: skip
        return True
    return start == 0 and following in (
        "it", "them", "up", "your", "out", "in", "into", "down", "on", "off", "away", "the", "this", "these", "through", "by", "with", "and")  # fmt: skip


def _has_shape(clause: str, words: tuple[Word, ...], index: FactIndex) -> bool:
    """Whether a clause without facts reads as a remark and not as a list of what the subject has."""
    first = words[0].lower
    if clause.rstrip().endswith("?"):
        return True
    if first in _INTRODUCING:
        return False
    if _READER.search(clause) or _FINITE.search(clause):
        return True
    verbs = lexicon_for(index.locale).verbs
    if first in verbs and len(words) > 1:
        return words[1].lower in _OWNERS or words[1].lower in _PLACE or words[1].lower in (
            "a", "an", "open", "back", "it", "them", "out", "two", "three", "four", "some", "another", "one")  # fmt: skip
    return any(w.lower in _OWNERS for w in words[:-1])


def _is_of_facts(word: Word, index: FactIndex) -> bool:
    if word.lower in _IDLE or len(word.lower) < 3:
        return word.is_number
    return word.is_number or word.stem in index.direct
