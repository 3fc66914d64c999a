"""German questions: a gloss, word by word, into the English of the lexicon. It serves matching only; replies state the
shop's own German words. What the table does not know stays unexplained, so such a question goes to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tasks.answering.facts import KnownFact, read_facts
from tasks.answering.tables import table

__all__ = ["are_german", "gloss", "gloss_question", "is_german", "read_german_facts"]

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
_WORD = re.compile(r"[A-Za-z]+")
_BEGINS = re.compile(
    r"(?:so |and |or )*(?:what|how|where|when|why|who|can|is|are|has|have|may|must|would|was)\b",
    re.IGNORECASE,
)
_FUNCTION = frozenset(
    """ist der die das und wie ich nicht ein eine sind mit fuer auf kann hat was kostet es den dem zu auch nach ihr man
darf welche gibt gibts wann wo haben habt muss oder von im aus noch bei mir mich wird wieviel passt geht""".split()
)
_ENGLISH = frozenset(
    "the is are it do does can how what when where which and of to you your my i this that with for a an will".split()
)


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    return {
        german: english.replace("_", " ")
        for english, row in table("german")["words"].items()
        for german in row.split()
    }


def is_german(text: str) -> bool:
    """True where more of the words are German function words than English ones."""
    found = [w.lower() for w in _WORD.findall(text.translate(_UMLAUTS))]
    german = sum(w in _FUNCTION or (len(w) > 5 and _gloss_word(w) is not None) for w in found)
    return (
        german > sum(w in _ENGLISH for w in found)
        and any(w in _FUNCTION for w in found)
        and 4 * german >= len(found)
    )


@lru_cache(maxsize=20_000)
def _gloss_word(word: str) -> str | None:
    """The gloss of one word or of the parts of a compound, or None."""
    known = _words()
    if word in known:
        return known[word]
    for ending in ("en", "er", "es", "em", "e", "n", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 3 and word[: -len(ending)] in known:
            return known[word[: -len(ending)]]
    for cut in range(4, len(word) - 2):
        head, tail = word[:cut], word[cut:]
        first = known.get(head) or next(
            (
                known[head[: -len(e)]]
                for e in ("s", "n", "en", "es")
                if head.endswith(e) and head[: -len(e)] in known
            ),
            None,
        )
        if first and len(head) > 3:
            rest = _gloss_word(tail)
            if rest:
                return f"{first} {rest}"
    return None


def gloss_question(text: str) -> str:
    """The gloss of a question; one that begins with its verb ('Liefert ihr …?') begins with an English one."""
    text = re.sub(r"\bdas(?=\s*(?:$|[.?!,]|und\b))", "es", text)
    parts = [gloss(part) for part in re.split(r"(?<=[.?!])\s+", text)]
    return " ".join(
        f"can {part}" if part.rstrip().endswith("?") and not _BEGINS.match(part) else part
        for part in parts
    )


def gloss(text: str) -> str:
    """``text`` with every known German word replaced, and numbers written the English way: '7,90 €' -> '€7.90'."""
    text = text.translate(_UMLAUTS)
    text = re.sub(r"(?<=\d)\.(?=\d{3}\b)", "", text)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"(\d+(?:\.\d+)?)\s?€", r"€\1", text)
    return _WORD.sub(lambda m: _gloss_word(m.group().lower()) or m.group(), text)


def are_german(facts: Sequence[KnownFact]) -> bool:
    """True where at least half of the facts have German names: a German question about others goes to a person."""
    german = sum(gloss(fact.name).lower() != fact.name.lower() for fact in facts)
    return bool(facts) and 2 * german >= len(facts)


def read_german_facts(values: Mapping[str, Any] | None, origin: str) -> list[KnownFact]:
    """The facts of a mapping with German names and texts: matched by their gloss, stated as the shop wrote them."""
    found = []
    for fact in read_facts(values, origin):
        value: Any = gloss(fact.text) if fact.flag is None else fact.flag
        (read,) = read_facts({gloss(fact.name): value}, origin)
        text = fact.text if fact.flag is None else ("ja" if fact.flag else "nein")
        shown = tuple(re.sub(r"[\W_]+", " ", fact.name).split())
        found.append(
            replace(
                read,
                name=fact.name,
                text=text,
                gloss=read.text,
                display_words=shown,
                is_usable=fact.is_usable,
            )
        )
    return found
