"""English words in plain statements: which are borne by the facts, which are verbs, and of what sort."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import tomllib
from functools import lru_cache

from tasks.checks.denials import is_held
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import FOLDER, lexicon_for
from tasks.checks.words import Word, singular, stem

__all__ = [
    "AUX",
    "BE",
    "SMALL",
    "is_borne",
    "is_third",
    "is_verb",
    "lemma_of",
    "names",
    "word_lists",
]


AUX = frozenset(
    "is are was were be been being 's 're has have had do does did will would can could may might must shall should 'll 'd to not n't never always also even just only simply really still already all both quietly gently easily happily soon ever too actually merely truly".split()
)


BE = frozenset(
    "isn't aren't wasn't weren't is are was were be been being it's they're that's".split()
)


SMALL = frozenset(
    "the a an of to in on at by for with from and or but as is are it its you your we our us they them this that these those all not no so up out off over into than then too very more most one when while if there here just only also have has had be been was were do does did will can could would".split()
)


@lru_cache(maxsize=1)
def word_lists() -> dict[str, frozenset[str]]:
    table = tomllib.loads((FOLDER / "predication_en.toml").read_text(encoding="utf-8"))
    return {
        name: frozenset(words["words"].split()) for name, words in table.items() if "words" in words
    }


@lru_cache(maxsize=1)
def _implications() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """(stems that the facts must hold, plain stems that follow)."""
    table = tomllib.loads((FOLDER / "predication_en.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            frozenset(stem(singular(part)) for part in word.split()),
            frozenset(stem(plain_word) for plain_word in words.split()),
        )
        for word, words in table["implies"].items()
    )


def _implied(index: FactIndex) -> frozenset[str]:
    """Plain words that follow from the facts' properties."""
    if "implied" not in index.derived:
        found: set[str] = set()
        for needed, follow in _implications():
            if all(part in index.held for part in needed):
                found |= follow
        index.derived["implied"] = frozenset(found)
    known: frozenset[str] = index.derived["implied"]
    return known


def is_third(word: Word) -> bool:
    """Whether a word reads as a verb of the third person: folds, keeps."""
    lower = word.lower
    return lower.endswith("s") and not lower.endswith("ss") and len(lower) > 3 and (
        word.lemma in lexicon_for("en").verbs
        or lemma_of(word) in word_lists()["mood"] | word_lists()["light"] | word_lists()["doing"]
    )  # fmt: skip


def names(word: Word, index: FactIndex) -> bool:
    places = index.direct.get(word.stem, ())
    return any(h.is_identity or "category" in index.facts[h.fact].name for h in places)


def is_borne(word: Word, index: FactIndex) -> bool:
    if word.is_number or (
        word.is_capital and word.start and word.lower not in ("it", "they", "the", "we")
    ):
        return True
    if len(word.lower) < 3 or word.lower in SMALL:
        return False
    if word.lower.startswith("un") and stem(singular(word.lower[2:])) in index.held:
        return True
    return is_held(word, index) or word.stem in _implied(index)


@lru_cache(maxsize=8192)
def lemma_of(word: Word) -> str:
    lower = word.lower
    known = (
        word_lists()["mood"]
        | word_lists()["light"]
        | word_lists()["service"]
        | word_lists()["opinion"]
    )
    forms = [lower, word.lemma]
    for ending in ("s", "es", "ed", "d", "ing"):
        if lower.endswith(ending):
            cut = lower.removesuffix(ending)
            forms += [cut, cut + "e"]
            if len(cut) > 2 and cut[-1] == cut[-2]:
                forms.append(cut[:-1])
    if lower.endswith("ies"):
        forms.append(lower[:-3] + "y")
    return next((form for form in forms if form in known), word.lemma)


@lru_cache(maxsize=8192)
def is_verb(word: Word) -> bool:
    """Whether a word after a subject can be its verb."""
    lower = word.lower
    return (
        lower in AUX
        or lower in BE
        or (lower.endswith(("s", "ed", "n't")) and not lower.endswith("ss"))
        or word.lemma in lexicon_for("en").verbs
        or lemma_of(word) in word_lists()["mood"] | word_lists()["light"]
    )
