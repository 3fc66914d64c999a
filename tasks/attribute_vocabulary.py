"""A shop's own attribute words, mined from its columns, options, tags (loaded as facts) and product names.

Copy that states such a word where no fact of its product gives it would teach the copywriter to invent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from tasks.copywriter.slots import SLOT
from tasks.loading.attributes import attribute_of

__all__ = ["AttributeVocabulary", "mine_vocabulary", "with_full_name"]

_ATTRIBUTES = frozenset(
    "material fabric colour color finish pattern scent flavour origin fit care power".split()
)
_PARTS = re.compile(r",\s*|\s+(?:and|or)\s+|\s*/\s*")
_WORDS = re.compile(r"[a-z]+(?:[ -][a-z]+)?")
_TAIL = re.compile(r"(?:\s+in\s+[\w /&-]+|\s+[-–|/]\s+[\w /&-]+|\s*\([^)]*\))$", re.IGNORECASE)
_MOST_WORDS, _FEWEST_LETTERS = 3, 3


def with_full_name(body: str, facts: Mapping[str, str]) -> str:
    """``body`` with the product's whole name where it stands shortened: 'Ludo Vest' for 'Ludo Vest in Marine', or
    without its brand. So that a catalogue which never repeats its long names still teaches where a name goes.
    """
    name, brand = facts.get("name", ""), facts.get("brand", "")
    if not name or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", body, re.IGNORECASE):
        return body
    bare = name
    if brand and bare.casefold().startswith(f"{brand.casefold()} "):
        bare = bare[len(brand) + 1 :]
    bare = _TAIL.sub("", bare).strip()
    if len(bare.split()) < 2 or bare == name:
        return body
    return re.sub(rf"(?<!\w){re.escape(bare)}(?!\w)", lambda _: name, body, flags=re.IGNORECASE)


class AttributeVocabulary:
    """Phrases with the fact that each belongs to."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self.phrases = dict(phrases)
        longest_first = sorted(self.phrases, key=lambda phrase: (-len(phrase), phrase))
        body = "|".join(re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in longest_first)
        self._pattern = (
            re.compile(rf"(?<![\w<])(?:{body})s?(?![\w>])", re.IGNORECASE) if body else None
        )

    def unsupported(self, sentence: str) -> str | None:
        """The first attribute word that stands in a slotted sentence outside its slots, or None."""
        if self._pattern is None:
            return None
        found = self._pattern.search(SLOT.sub("·", sentence))
        return found[0] if found else None

    @property
    def counts(self) -> dict[str, int]:
        """Phrases a fact name."""
        return dict(sorted(Counter(self.phrases.values()).items()))


def mine_vocabulary(rows: Iterable[Mapping[str, str]]) -> AttributeVocabulary:
    """The vocabulary of a shop from its products' facts (name -> value): each part of a list of values counts, and each
    word of a product's name that is a colour, a material or a pattern.
    """
    phrases: dict[str, str] = {}
    for facts in rows:
        for name, value in facts.items():
            attribute = name.rstrip("_0123456789")
            if attribute in _ATTRIBUTES:
                for part in _PARTS.split(value):
                    phrase = " ".join(part.lower().split())
                    is_word = phrase.replace(" ", "").replace("-", "").isalpha()
                    if (
                        is_word
                        and len(phrase.split()) <= _MOST_WORDS
                        and len(phrase) >= _FEWEST_LETTERS
                    ):
                        phrases.setdefault(phrase, attribute)
        for word in _WORDS.findall(facts.get("name", "").lower()):
            for candidate in {word, *word.replace("-", " ").split()}:
                if known := attribute_of(candidate):
                    phrases.setdefault(known[1], known[0])
                    phrases.setdefault(candidate, known[0])
    return AttributeVocabulary(phrases)
