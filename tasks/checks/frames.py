"""Words that no list knows, where they stand like a claim: "made from X", "with an X", "X header", "it Xes the air"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from tasks.checks.claims import Found
from tasks.checks.denials import (
    contradicts_grade,
    denies_fact,
    is_held,
    misses_included,
    misses_size,
    misses_use,
)
from tasks.checks.facts import FactIndex
from tasks.checks.lexicon import FOLDER, lexicon_for
from tasks.checks.words import Word, plain, stem, words_of

__all__ = ["is_plain", "judge_frames"]

_MADE = re.compile(
    r"\b(?:made|crafted|built|cut|woven|knitted|carved|spun|constructed|formed|forged|moulded|sewn|stitched|brewed|distilled|blended) (?:from|of|with|using)|"
    r"contains?|containing|includes?|including|comes? with|came with|come complete with|complete with|fitted with|equipped with|lined with|filled with|packed with|coated with|treated with|"
    r"infused with|enriched with|powered by|driven by|compatible with|works with|connects? (?:to|with|via)|certified by|approved by|tested (?:by|for)|recommended by|endorsed by|designed by|"
    r"made for|designed for|suitable for|suited to|built for|developed for|made by|smells? of|tastes? of|notes? of|hints? of|flavoured with|scented with|fragranced with|features?|featuring|boasts?|supports?|resists?|protects? (?:against|from)|withstands?|"
    r"thrives? in|grown in|sourced from|bottled in|bred for|rated for|good for|safe for|ideal for use (?:in|on)|"
    r"(?:has|have|with|gets|offers?|provides?|adds?|gives) (?:an? |its |one |two |three |four |extra |built-in |integrated )(?=\w)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:has|have|with|gets|offers?|provides?|adds?|gives|features?|featuring|boasts?|supports?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[.,;:!?()–—]|\b(?:that|which|who|when|while|if|so|because|but|for|to|at|on|as|until|than|is|are|was|were|will|can|makes?|keeps?|lets?|you|it|they|we)\b",
    re.IGNORECASE,
)
_IN_COLOUR = re.compile(r"(?:^|\bor |\balso )in (?=[a-z]+[,.]| *[a-z]+ [a-z]+,)", re.IGNORECASE)
_STOP_LOOSE = re.compile(
    _STOP.pattern + r"|\b(?:in|of|from|over|under|with|by|every|each)\b", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _safe() -> frozenset[str]:
    table = tomllib.loads((FOLDER / "safe_en.toml").read_text(encoding="utf-8"))
    return frozenset(
        form
        for group in table.values()
        for word in words_of(group["words"])
        for form in (word.lower, word.stem)
    )


def is_plain(lower: str) -> bool:
    """Whether a lower-case English word asserts nothing that a table could deny."""
    return lower in _safe() or stem(lower) in _safe()


@lru_cache(maxsize=16384)
def _is_safe(lower: str) -> bool:
    base = lower.removesuffix("'s")
    if base in _safe() or stem(base) in _safe():
        return True
    # Derived forms: slowly, calmness, cheerfully, unhurried, joyful.
    for ending in ("ly", "ness", "ful", "less", "ish", "y", "er", "ing", "ed", "s", "est", "able"):
        cut = base.removesuffix(ending)
        if (
            cut != base
            and len(cut) > 2
            and (
                cut in _safe()
                or cut + "e" in _safe()
                or cut + "y" in _safe()
                or (cut[-1] == cut[-2] and cut[:-1] in _safe())
            )
        ):
            return True
    return base.startswith("un") and len(base) > 5 and _is_safe(base[2:])


def judge_frames(sentence: str, index: FactIndex, found: Found) -> None:
    """Refuses an unknown word in a frame that claims something of the product. English only; others have no such list."""
    words = words_of(sentence, index.locale)
    if contradicts_grade(words, index, found):
        return
    if (
        denies_fact(words, index, found)
        or misses_use(sentence, words, index, found)
        or misses_included(sentence, words, index, found)
        or misses_size(words, index, found)
    ):
        return
    shielded = lexicon_for(index.locale).shielded(words)
    unknown = [
        not (
            word.is_number
            or (word.is_capital and i > 0)
            or i in shielded
            or len(word.lower) < 3
            or _is_safe(word.lower)
            or is_held(word, index)
        )
        for i, word in enumerate(words)
    ]
    if not any(unknown):
        return
    for match in (*_MADE.finditer(sentence), *_IN_COLOUR.finditer(sentence)):
        # "has a reassuring weight": a loose frame claims its noun, a strict one every word.
        is_loose = bool(_LOOSE.match(match.group()))
        stop = (_STOP_LOOSE if is_loose else _STOP).search(sentence, match.end())
        end = stop.start() if stop else len(sentence)
        inside = [i for i, word in enumerate(words) if match.end() <= word.start < end]
        for i in inside:
            word = words[i]
            is_head = i == inside[-1] or words[i + 1].lower in (
                "and",
                "or",
                "with",
                "of",
                "in",
                "from",
            )
            if unknown[i] and (is_head or not is_loose):
                found.refuse(
                    "grounding",
                    "frame",
                    word.text,
                    f"“{match.group().strip()} {word.text}”: no fact says so",
                )
                return
    for i, word in enumerate(words[:-1]):
        if i == 0:
            continue  # a sentence may begin with any verb: "Expect chocolate …"
        following = words[i + 1]
        close = following.start - word.end == 1
        if (
            unknown[i]
            and close
            and _is_attribute_of_facts(following, index)
            and not plain(word.text).endswith(("ly", "ing"))
        ):
            found.refuse(
                "grounding",
                "frame",
                f"{word.text} {following.text}",
                f"no fact speaks of “{word.text}”",
            )
            return
    for i, word in enumerate(words[1:], 1):
        subject = words[i - 1]
        is_product = subject.lower == "it" or (
            subject.is_capital and not subject.text.isupper() and _is_own_name(subject, index)
        )
        if (
            unknown[i]
            and is_product
            and word.lower.endswith("s")
            and not word.lower.endswith("ss")
            and sentence[subject.end : word.start] == " "
            and not any(w.is_number or is_held(w, index) for w in words[i + 1 : i + 5])
        ):
            found.refuse(
                "grounding",
                "frame",
                f"{subject.text} {word.text}",
                f"no fact says that it {word.text}",
            )
            return


_PLAIN_NAMES = frozenset(
    "price name category size brand time count number weight from year with type date until care colour product item valid".split()
)


def _is_own_name(word: Word, index: FactIndex) -> bool:
    places = index.direct.get(word.stem, ())
    return bool(places) and all(held.is_identity for held in places)


def _is_attribute_of_facts(word: Word, index: FactIndex) -> bool:
    """Whether a word is part of a value that describes (no name, no category, no plain word)."""
    if len(word.lower) < 4:
        return False
    if (
        any(word.stem in names and not index.identity[i] for i, names in enumerate(index.names))
        and word.lower not in _PLAIN_NAMES
    ):
        return True  # a fact is named for it: "koa body" where the facts give another body
    if word.lower in _safe():
        return False
    for held in index.held.get(word.stem, ()):
        name = index.facts[held.fact].name.casefold()
        if (
            not held.is_identity
            and "category" not in name
            and "type" not in name
            and "review" not in name
        ):
            return True
    return False
