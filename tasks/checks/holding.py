"""Which facts hold a phrase of the vocabulary: by its words, joined or apart, by a German compound, by its own denial."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.fact_index import FactIndex, Held
from tasks.checks.lexicon import Hit
from tasks.checks.words import Word, plain, stem

__all__ = ["held", "stems_of"]


def stems_of(words: tuple[Word, ...], hit: Hit) -> list[str]:
    return [word.stem for word in words[hit.start : hit.end]]


def held(hit: Hit, words: tuple[Word, ...], index: FactIndex) -> list[Held]:
    holders = index.holders(stems_of(words, hit)) or index.holders(list(hit.key))
    if not holders and hit.key[:2] == ("whole", "bean"):
        holders = [Held(h.fact, not h.is_positive, False) for h in index.held.get("ground", ())]
    if not holders and len(hit.key) > 1 and hit.key[0] == "no":
        holders = [
            Held(h.fact, not h.is_positive, False) for h in index.holders(stems_of(words, hit)[1:])
        ]
    if not holders and len(hit.key) == 1 and hit.key[0].startswith("un") and len(hit.key[0]) > 5:
        bare = words[hit.start].stem[2:]
        holders = [
            Held(h.fact, not h.is_positive, False)
            for form in (bare, hit.key[0][2:], bare.removesuffix("ed"))
            for h in index.held.get(form, ())
            if not h.is_positive
        ]
        if not holders and bare.startswith("lin"):
            holders = [
                Held(h.fact, True, False) for h in index.held.get("lining", ()) if not h.is_positive
            ]
    if not holders and len(hit.key) > 1:
        holders = _opposed(hit, index)
    if not holders and hit.group == "service":
        holders = _offered(words, hit, index)
    if not holders and index.locale.startswith("de") and hit.end - hit.start == 1:
        holders = _compound_held(words[hit.start].lemma, index)
    if not holders:
        holders = _joined_held(words, hit, index)
    if holders or hit.group not in ("kind", "part", "finish", "pattern") or len(hit.key) < 2:
        return holders
    # "dotted pages" may be said of pages: 192 and ruling: dotted.
    parts = [index.holders([stem]) for stem in stems_of(words, hit)]
    return parts[0] if all(any(held.is_positive for held in part) for part in parts) else []


_DIGITS = {
    w: str(i) for i, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}


_OPPOSED = {"right": "left", "left": "right", "indoor": "outdoor", "outdoor": "indoor"}


def _opposed(hit: Hit, index: FactIndex) -> list[Held]:
    """ "Right-handed" where left_handed is false: of two, the other."""
    if not any(word in _OPPOSED for word in hit.key):
        return []
    other = [_OPPOSED.get(word, word) for word in hit.key]
    return [
        Held(h.fact, True, False)
        for h in index.holders([stem(word) for word in other]) or index.holders(other)
        if not h.is_positive
    ]


def _offered(words: tuple[Word, ...], hit: Hit, index: FactIndex) -> list[Held]:
    """ "Three for two" where the facts write "3 for 2"; "free of charge" where they write free."""
    said = " ".join(_DIGITS.get(w.lower, w.lower) for w in words[hit.start : hit.end])
    found = [Held(i, True, False) for value, i in index.values if said in value]
    if not found and said == "free of charge":
        found = list(index.held.get("free", ()))
    return found


def _joined_held(words: tuple[Word, ...], hit: Hit, index: FactIndex) -> list[Held]:
    """A phrase that a fact writes in one word or in two: raincover, rain cover."""
    joined = "".join(word.lemma for word in words[hit.start : hit.end])
    if len(joined) < 6:
        return []
    found = []
    for i, fact in enumerate(index.facts):
        value = re.sub(r"[^a-z0-9]+", "", plain(fact.value))
        name = re.sub(r"[^a-z0-9]+", "", plain(fact.name))
        if joined in name or (hit.end - hit.start > 1 and joined in value):
            found.append(
                Held(i, value not in ("false", "no", "none", "notincluded"), index.identity[i])
            )
    return found


def _compound_held(lemma: str, index: FactIndex) -> list[Held]:
    """German: a fact's compound holds its parts: Lieferzeit holds Lieferung, Bio-Baumwolle holds Baumwolle."""
    for key, places in index.held.items():
        if len(lemma) >= 4 and (
            lemma in key
            or (len(key) >= 4 and lemma.startswith(key))
            or (len(lemma) >= 6 and key.startswith(lemma[:6]))
        ):
            return places
    return []
