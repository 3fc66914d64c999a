"""The built-in vocabulary of what can be said about products, and what supports what. Read once from lexicon/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tasks.checks.words import Word, words_of

__all__ = ["Hit", "Lexicon", "lexicon_for"]

FOLDER = Path(__file__).parent / "lexicon"
_LOWER_MARKS = frozenset({"award", "prize", "medal", "vegan"})
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the vocabulary found in a text: its group and the words ``start`` to ``end`` (exclusive)."""

    group: str
    key: Key
    start: int
    end: int


@dataclass(slots=True)
class Lexicon:
    """Phrases by their first word; ``supports`` says which phrases a phrase of a fact supports besides itself."""

    locale: str
    phrases: dict[str, list[tuple[Key, str]]] = field(default_factory=dict)
    idioms: dict[str, list[tuple[Key, int]]] = field(default_factory=dict)
    """By their longest word, with its place in the idiom: "the" would be looked up too often."""
    supports: dict[str, list[tuple[Key, Key]]] = field(default_factory=dict)
    parts: list[tuple[str, str]] = field(default_factory=list)
    """German only: first parts of materials and last parts of colours, for compounds."""
    verbs: frozenset[str] = frozenset()
    """Plain verbs, with which an order to the reader may begin."""

    def add(self, phrase: str, group: str) -> None:
        """Add one phrase; a phrase that is there keeps its first group."""
        key = key_of(phrase, self.locale)
        if key:
            known = self.phrases.setdefault(key[0], [])
            if all(other != key for other, _ in known):
                known.append((key, group))
                known.sort(key=lambda pair: -len(pair[0]))

    def find(self, words: tuple[Word, ...]) -> list[Hit]:
        """The phrases in ``words``, longest first at each place, without the words that an idiom shields."""
        shielded = self.shielded(words)
        hits: list[Hit] = []
        i = 0
        while i < len(words):
            found = None if i in shielded else self._at(words, i)
            if found is None and self.locale == "de" and i not in shielded:
                found = self._compound(words, i)
            if found:
                hits.append(found)
                i = found.end
            else:
                i += 1
        return hits

    def shielded(self, words: tuple[Word, ...]) -> set[int]:
        """Indices of words that stand in an idiom."""
        covered: set[int] = set()
        lemmas = tuple([word.lemma for word in words])
        for i, lemma in enumerate(lemmas):
            for key, offset in self.idioms.get(lemma, ()):
                begin = i - offset
                if begin >= 0 and lemmas[begin : begin + len(key)] == key:
                    covered.update(range(begin, begin + len(key)))
        return covered

    def _compound(self, words: tuple[Word, ...], i: int) -> Hit | None:
        """A German compound by its first or last part: Leinenhandtuch, dunkelblau."""
        lower = words[i].lower
        if len(lower) < 8:
            return None
        for part, group in self.parts:
            if len(part) >= 4 and (
                lower.startswith(part) if group == "material" else words[i].lemma.endswith(part)
            ):
                return Hit(group, (words[i].lemma,), i, i + 1)
        return None

    def _at(self, words: tuple[Word, ...], i: int) -> Hit | None:
        for key, group in self.phrases.get(words[i].lemma, ()):
            if len(key) == 1 or key == tuple([word.lemma for word in words[i : i + len(key)]]):
                if (
                    group == "certification"
                    and len(key) == 1
                    and len(key[0]) < 6
                    and not words[i].text.isupper()
                    and "cert" not in key[0]
                    and key[0] not in _LOWER_MARKS
                ):
                    continue  # "got" is no GOTS
                return Hit(group, key, i, i + len(key))
        return None


def key_of(phrase: str, locale: str) -> Key:
    """The lemmas of a phrase."""
    return tuple(word.lemma for word in words_of(phrase.strip(), locale))


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.replace("\n", " ").split(",") if phrase.strip()]


@lru_cache(maxsize=8)
def lexicon_for(locale: str) -> Lexicon:
    """The built-in vocabulary of a language; an empty one where there is none (numbers and names are still held)."""
    language = locale[:2].casefold()
    lexicon = Lexicon(language)
    path = FOLDER / f"{language}.toml"
    if path.exists():
        for group, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for phrase in _phrases(table["words"]):
                lexicon.add(phrase, group)
                if language == "de" and group in ("material", "colour") and " " not in phrase:
                    part = phrase if group == "colour" else phrase.removesuffix("e")
                    lexicon.parts.append(
                        (key_of(part, language)[0] if group == "colour" else part, group)
                    )
    path = FOLDER / f"idioms_{language}.toml"
    if path.exists():
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for phrase in _phrases(table["phrases"]):
            key = key_of(phrase, language)
            if key:
                offset = max(range(len(key)), key=lambda n: len(key[n]))
                lexicon.idioms.setdefault(key[offset], []).append((key, offset))
    path = FOLDER / f"safe_{language}.toml"
    if path.exists():
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        lexicon.verbs = frozenset(table["verb"]["words"].split())
    path = FOLDER / f"supports_{language}.toml"
    if path.exists():
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for line in table.get("same", ()):
            keys = [key_of(phrase, language) for phrase in _phrases(line)]
            for key in keys:
                _support(lexicon, key, [other for other in keys if other != key])
        for left, right in table.get("wider", {}).items():
            _support(
                lexicon,
                key_of(left, language),
                [key_of(phrase, language) for phrase in _phrases(right)],
            )
    return lexicon


def _support(lexicon: Lexicon, key: Key, supported: list[Key]) -> None:
    if key:
        lexicon.supports.setdefault(key[0], []).extend((key, other) for other in supported if other)
