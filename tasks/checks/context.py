"""What the checks know besides a brief's own facts: the shop's vocabulary, names, people, policies, live texts."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plugins.contract import Fact
from tasks.checks.consistency import Published
from tasks.checks.harm import HarmRule, built_in_rules
from tasks.checks.lexicon import Key, key_of
from tasks.checks.second_opinion import SecondReader
from tasks.checks.words import bare_words, words_of

if TYPE_CHECKING:
    from tasks.ranking.terms import Ranker, Ranking

__all__ = ["CheckContext", "owner_of"]

_registry_lock = threading.Lock()


def owner_of(scenario: str, subject_id: str) -> str:
    """Whom a published text is for."""
    return f"{scenario}\x1f{subject_id}"


@dataclass(frozen=True)
class CheckContext:
    """``vocabulary`` maps a mined phrase to its group; ``people`` are lower-case names, streets, e-mails of customers."""

    vocabulary: Mapping[str, str] = field(default_factory=dict)
    product_names: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    rules: tuple[HarmRule, ...] = ()
    policies: tuple[Fact, ...] = ()
    live_texts: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """plugin -> (owner, body) of each text that is live; the owner is ``owner_of(scenario, subject_id)``."""
    locale: str = "en"
    phone_region: str = "GB"
    reader: SecondReader | None = None
    """Reads English texts beside their facts after the rules; None leaves it at the rules."""
    may_overrule: bool = False
    """Whether the reader may overrule rules that guess. Not where a text is published: there it may refuse alone."""
    ranking: Ranking | None = None
    """What candidates that pass are ranked by, beside the texts themselves; None knows nothing of the shop."""

    @classmethod
    def empty(cls, locale: str = "en") -> CheckContext:
        """The built-in vocabulary and rules without any shop."""
        return cls(rules=built_in_rules(), locale=locale)

    @cached_property
    def _published(self) -> dict[str, Published]:
        return {}

    def published(self, plugin: str) -> Published:
        """What is published of a plugin: the live texts, and what this run chose so far."""
        with _registry_lock:
            if plugin not in self._published:
                self._published[plugin] = Published(self.live_texts.get(plugin, ()))
            return self._published[plugin]

    @property
    def ranker(self) -> Ranker:
        """Ranks candidates against what is live and what this run chose so far."""
        with _registry_lock:
            return self._ranker

    @cached_property
    def _ranker(self) -> Ranker:
        from tasks.ranking.terms import Ranker, Ranking

        return Ranker(self.ranking or Ranking(), self.live_texts)

    def without_texts(self) -> CheckContext:
        """The same knowledge with nothing published, for a look that publishes nothing."""
        fresh = replace(self, live_texts={})
        # What was worked out already does not depend on texts.
        kept: dict[str, Any] = {
            name: self.__dict__[name]
            for name in ("mined", "names", "people_words")
            if name in self.__dict__
        }
        fresh.__dict__.update(kept)
        return fresh

    @cached_property
    def mined(self) -> dict[str, list[tuple[Key, str]]]:
        """The mined vocabulary by first word, longest phrase first."""
        return _by_first((phrase, group) for phrase, group in self.vocabulary.items())

    @cached_property
    def names(self) -> dict[str, list[tuple[Key, str]]]:
        """Other products' names and brands by first word."""
        pairs = [(name, "brand") for name in self.brands]
        pairs += [(name, "product") for name in self.product_names if len(words_of(name)) > 1]
        return _by_first(pairs)

    @cached_property
    def people_words(self) -> dict[str, list[tuple[str, ...]]]:
        """Personal names and addresses by first word, as lower-case words."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for person in self.people:
            key = bare_words(person)  # tens of thousands: no stems are needed here
            if key:
                found.setdefault(key[0], []).append(key)
        return found


def _by_first(pairs: object) -> dict[str, list[tuple[Key, str]]]:
    found: dict[str, list[tuple[Key, str]]] = {}
    for phrase, group in pairs:  # type: ignore[attr-defined]
        key = key_of(phrase, "en")
        if key:
            found.setdefault(key[0], []).append((key, group))
    for known in found.values():
        known.sort(key=lambda pair: -len(pair[0]))
    return found
