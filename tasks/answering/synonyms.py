"""Words in the one form that the second look compares: synonyms as one word, and the words that ask nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.answering.measures import find_measures
from tasks.answering.tables import table
from tasks.answering.text import content_stems, normalise, stem, stems, words
from tasks.answering.wordlists import COLOURS, MATERIALS

__all__ = ["NEGATIVE", "alike", "classes", "focus_of", "one_word"]

NEGATIVE = frozenset("no not without never off non excluding except dont".split())
_ASKING = re.compile(r"\bhow (?:long|far|heavy|big|large|small|many|much|soon|quickly|hot|often)\b")


@lru_cache(maxsize=1)
def _groups() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Stem -> the stem that stands for its group, and the phrases of several words."""
    single: dict[str, str] = {}
    phrases = []
    for line in table("second_look")["groups"]:
        members = line.split()
        head = stem(members[0]) if "-" not in members[0] else members[0].replace("-", "")
        for member in members:
            if "-" in member:
                phrases.append((re.compile(rf"\b{member.replace('-', ' ')}\b"), members[0]))
            else:
                single.setdefault(stem(member), head)
    return single, tuple(phrases)


@lru_cache(maxsize=1)
def _tolerated() -> frozenset[str]:
    return frozenset(stem(w) for w in words(normalise(table("second_look")["tolerated"])))


@lru_cache(maxsize=1)
def classes() -> tuple[frozenset[str], ...]:
    """Words of one kind; the last two are the colours and the materials."""
    own = [
        frozenset(one_word(stem(w)) for w in line.split())
        for line in table("second_look")["classes"].values()
    ]
    return (*own, frozenset(map(one_word, COLOURS)), frozenset(map(one_word, MATERIALS)))


def one_word(found: str) -> str:
    """The stem that stands for the group of a stem."""
    return _groups()[0].get(found, found)


@lru_cache(maxsize=20_000)
def alike(normal: str) -> frozenset[str]:
    """The words of a normal text, each as the one that stands for its group."""
    for pattern, head in _groups()[1]:
        normal = pattern.sub(head, normal)
    return frozenset(one_word(s) for s in stems(normal))


def focus_of(normal: str, about: frozenset[str], *, without_asking: bool = False) -> set[str]:
    """The words of a question that name or qualify what is asked, each as the one that stands for its group."""
    if without_asking:
        normal = _ASKING.sub(" ", normal)
    for measure in reversed(find_measures(normal)):
        normal = f"{normal[: measure.start]} {normal[measure.end :]}"
    for pattern, head in _groups()[1]:
        normal = pattern.sub(head, normal)
    asks_nothing = _tolerated() | about | {stem(word) for word in NEGATIVE}
    found = {
        one_word(s)
        for s in content_stems(normal)
        if s not in asks_nothing and (len(s) > 1 or s.isdigit())
    }
    return found - {one_word(s) for s in about}
