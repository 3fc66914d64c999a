"""The index of a brief's facts, in which claims are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from plugins.contract import Fact
from tasks.checks.numerals import Quantity

__all__ = ["FactIndex", "Held"]


@dataclass(frozen=True, slots=True)
class Held:
    """Where the facts hold a word: the fact's index, whether it is stated (or denied), whether it is only a name."""

    fact: int
    is_positive: bool
    is_identity: bool


@dataclass(slots=True)
class FactIndex:
    """The facts of one brief, prepared for looking up claims."""

    facts: tuple[Fact, ...]
    locale: str
    held: dict[str, list[Held]] = field(default_factory=dict)
    """stem -> where it is held."""
    quantities: list[tuple[int, Quantity]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    context: list[frozenset[str]] = field(default_factory=list)
    """Per fact: stems of its name and value, and of the fact that it counts (count_praised_1 counts praised_1)."""
    about: dict[tuple[int, Quantity], frozenset[str]] = field(default_factory=dict)
    """What one number of a fact is about: its name and the words beside it ("80 cards" in a list of contents)."""
    direct: dict[str, list[Held]] = field(default_factory=dict)
    """Like ``held`` without what words support besides themselves."""
    names: list[frozenset[str]] = field(default_factory=list)
    """Per fact: stems of its name."""
    identity: list[bool] = field(default_factory=list)
    values: list[tuple[str, int]] = field(default_factory=list)
    """Plain values with letters, longest first, with the fact's index."""
    groups: set[str] = field(default_factory=set)
    """Lexicon groups that facts other than names speak of."""
    asked: set[str] = field(default_factory=set)
    """Stems of what a customer asked: known words that state nothing."""
    currency: str | None = None
    derived: dict[str, Any] = field(default_factory=dict)
    """What a check works out of these facts once: sides of the reviews, grades."""

    def find(self, stems: Iterable[str]) -> list[list[Held]]:
        """For each stem the places that hold it (empty where none does)."""
        return [self.held.get(stem, []) for stem in stems]

    def holders(self, stems: Sequence[str]) -> list[Held]:
        """The facts that hold all of ``stems``; the polarity is that of the first word that has one denied."""
        places = self.find(stems)
        if not places or not all(places):
            return []
        shared = set.intersection(*({held.fact for held in place} for place in places))
        found = []
        for fact in sorted(shared):
            mine = [held for place in places for held in place if held.fact == fact]
            # "caffeine free: false" states caffeine; the word "free" itself is neither stated nor denied.
            judged = [
                place
                for stem, place in zip(stems, places, strict=True)
                if stem not in ("free", "frei")
            ] or places
            positive = all(any(h.is_positive for h in place if h.fact == fact) for place in judged)
            found.append(Held(fact, positive, mine[0].is_identity))
        return found
