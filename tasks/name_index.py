"""Finds the names and addresses of many people in a text, in one pass over its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

__all__ = ["NameIndex"]

Span = tuple[int, int]
_WORD = re.compile(r"\w+")
_NAME_GAP = re.compile(r"[\s\-'’]{1,3}\Z")
_INITIAL_GAP = re.compile(r"\.\s{0,2}\Z")
_ADDRESS_GAP = re.compile(r"[\s\-'’.,/]{1,4}\Z")
_COMMA_GAP = re.compile(r",\s{0,2}\Z")


class NameIndex:
    """Names and addresses of people, ready to be found in text in one pass over its words.

    A name needs two words or more: single ones ('Rose', 'Amber') are words of the catalogue too.
    Case and accents do not matter; 'Smith, Jane' is found for 'Jane Smith'. An address needs a
    number and two words or more.
    """

    def __init__(self, names: Iterable[str] = (), addresses: Iterable[str] = ()) -> None:
        self._kinds: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for address in addresses:
            # The first line is what people write; the city alone names nobody.
            words = _words(re.split(r"[,\n]", address or "", maxsplit=1)[0])
            if len(words) >= 2 and any(word.isdigit() for word in words):
                self._add(words, "address")
        for name in names:
            words = _words(name or "")
            if len(words) >= 2:
                if len(words) == 2:
                    self._kinds.setdefault((words[1], words[0]), "reversed")
                    self._grow(words[1], 2)
                self._add(words, "name")

    def __len__(self) -> int:
        return sum(kind != "reversed" for kind in self._kinds.values())

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Spans (start, end, kind) of names and addresses in ``text``; the longest wins a word."""
        if not self._kinds or self._lengths.keys().isdisjoint(_WORD.findall(_folded(text))):
            return []
        tokens = [(m.start(), m.end()) for m in _WORD.finditer(text)]
        words = [_folded(text[start:end]) for start, end in tokens]
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(words):
            for length in self._lengths.get(words[at], ()):
                if at + length > len(words):
                    continue
                kind = self._kinds.get(tuple(words[at : at + length]))
                if kind and self._is_joined(text, tokens[at : at + length], kind):
                    found.append(
                        (
                            tokens[at][0],
                            tokens[at + length - 1][1],
                            kind.replace("reversed", "name"),
                        )
                    )
                    at += length
                    break
            else:
                at += 1
        return found

    def _add(self, words: tuple[str, ...], kind: str) -> None:
        self._kinds[words] = kind
        self._grow(words[0], len(words))

    def _grow(self, first: str, length: int) -> None:
        lengths = self._lengths.get(first, ())
        if length not in lengths:
            self._lengths[first] = tuple(sorted({*lengths, length}, reverse=True))

    @staticmethod
    def _is_joined(text: str, tokens: list[Span], kind: str) -> bool:
        """Whether only spaces and the like part the words: a full stop ends a sentence."""
        for (start, end), (following, _) in pairwise(tokens):
            gap = text[end:following]
            if kind == "address":
                is_joined = bool(_ADDRESS_GAP.match(gap))
            else:
                is_joined = bool(_COMMA_GAP.match(gap)) or (
                    kind == "name"
                    and bool(_NAME_GAP.match(gap) or (end - start <= 2 and _INITIAL_GAP.match(gap)))
                )
            if not is_joined:
                return False
        return True


def _folded(word: str) -> str:
    """``word`` without case and accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_folded(w) for w in _WORD.findall(unicodedata.normalize("NFC", text)))
