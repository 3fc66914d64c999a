"""Which language archived copy is in: a copywriter that learns from two at once mixes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

__all__ = [
    "WRONG_LANGUAGE",
    "catalogue_language",
    "is_of_catalogue",
    "language_of",
    "language_reason",
]

_CATALOGUE = "description:"
"""How its copy_id begins."""

WRONG_LANGUAGE = "left out: in another language than its locale "
_LANGUAGES = (
    "en de fr es it nl pt sv no da fi pl cs sk hu ro hr sl tr el bg ru uk lt lv et "
    "ja zh ko ar he hi th vi id"
).split()
_SURE = 0.98
_FEWEST_CHARACTERS = 40
"""Of a shorter text names and loan words decide, not its language."""


@lru_cache(maxsize=10_000)
def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the text's language, or None where that is not plain."""
    if len(text) < _FEWEST_CHARACTERS and text.isascii():
        return None
    language, share = _classifier().rank(text[:600])[0]
    return str(language) if share >= _SURE else None


def is_of_catalogue(row: Mapping[str, Any]) -> bool:
    """Whether the text is a catalogue's own description, of which no export tells the language."""
    return str(row["copy_id"]).startswith(_CATALOGUE)


def catalogue_language(rows: Iterable[Mapping[str, Any]]) -> str | None:
    """The language of most of the catalogue's own descriptions, or None where there is no plain majority."""
    found = Counter(
        language_of(row["body"])
        for number, row in enumerate(r for r in rows if is_of_catalogue(r))
        if number < 400
    )
    language, count = max(found.items(), key=lambda item: item[1], default=(None, 0))
    return language if 2 * count > sum(found.values()) else None


def language_reason(counts: Mapping[str, int]) -> str:
    """A clause on texts in another language than their locale says, empty where there are few."""
    found = {name: n for name, n in counts.items() if name.startswith(WRONG_LANGUAGE)}
    if not found or sum(found.values()) * 5 < counts.get("archived", 0):
        return ""
    most = max(found, key=lambda name: found[name]).removeprefix(WRONG_LANGUAGE)
    return (
        f" {sum(found.values())} of them are in another language than their locale says (most in {most.strip(' ()')}); "
        "load them anew with `shelftalk load table copy FILE` and their language in the column locale."
    )


@lru_cache(maxsize=1)
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    return identifier
