"""Holds every word that says something about the subject against the facts: attributes, services, names, frames."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.claims import Found
from tasks.checks.context import CheckContext
from tasks.checks.contrasts import judge_contrasts
from tasks.checks.everyday import HEATED, is_in_passing, is_ranged
from tasks.checks.fact_index import FactIndex, Held
from tasks.checks.forms import judge_denied, judge_excluded, judge_forms
from tasks.checks.holding import held, stems_of
from tasks.checks.lexicon import Hit, lexicon_for
from tasks.checks.negation import is_negated, is_not_claimed
from tasks.checks.passing import find_passing
from tasks.checks.phrases import compounds, mined, value_spans
from tasks.checks.positions import judge_positions
from tasks.checks.reversals import judge_reversals
from tasks.checks.structure import is_stray_name
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_attributes"]


_KINDS = {"service": "availability", "certification": "attribute"}


_PART_VERBS = frozenset(
    "with has have having features featuring feature includes including include plus comes boasts its the a an two three "
    "built integrated matching removable detachable adjustable extra free and or no without".split()
)


_SETTING = frozenset(
    "in into on onto over under from to by your my our their his her any every at for through past beside near like as of up off".split()
)


_COMPANION = re.compile(r"\b(?:pair|pairs|team|teams|teamed|wear|style|styled|match|matches|layer|layered|layers|goes|looks (?:good|great|lovely) (?:with|over|under|beside|next to)|sits (?:well|nicely|happily) (?:with|beside|next to)|pop it over|throw it over|serve|served|enjoy|drizzle|spread|sprinkle|stir|next to|alongside|beside|with your|from your)\b[^.;!?]*", re.IGNORECASE)  # fmt: skip
_SHAPED_THINGS = frozenset("squares rounds ovals triangles hexagons".split())
_COMPANION_GROUPS = frozenset({"material", "colour", "flavour", "part", "pattern"})
_SIMILE = re.compile(r"\b(?:as \w+ as|like)\s+(?:a |an |the )?[\w-]+(?:\s+\w+)?", re.IGNORECASE)


def judge_attributes(
    sentence: str, index: FactIndex, context: CheckContext, locale: str, found: Found
) -> None:
    """Refuses each attribute, service or name that the facts (or, for services, the policies) do not support."""
    words = words_of(sentence, locale)
    if not words:
        return
    if is_stray_name(sentence, index):
        found.refuse(
            "structure", "unfinished", sentence[-30:], "names that no fact gives as who signs"
        )
    lexicon = lexicon_for(locale)
    hits = lexicon.find(words)
    shielded = lexicon.shielded(words)
    hits += [
        hit
        for hit in mined(words, context, shielded)
        if not any(h.start < hit.end and hit.start < h.end for h in hits)
    ]
    hits += compounds(words, hits, shielded)
    named = value_spans(sentence, index)
    passing = find_passing(sentence, words, index)
    companion = [m.span() for m in _COMPANION.finditer(sentence)]
    similes = [m.span() for m in _SIMILE.finditer(sentence)]
    for hit in hits:
        span = (words[hit.start].start, words[hit.end - 1].end)
        if _is_aside(words, hit, index):
            continue
        if (
            len(hit.key) == 1
            and locale.startswith("de")
            and _is_name_alone(words[hit.start], index)
        ):
            continue
        if (
            hit.group == "sure_part"
            and hit.start
            and words[hit.start - 1].lower in _SETTING
            and not _possesses(words, hit)
        ):
            continue
        if hit.group == "shape" and words[hit.start].lower in _SHAPED_THINGS:
            continue  # "two squares of cotton"
        if (
            hit.group in ("part", "sure_part")
            and hit.start > 1
            and words[hit.start - 1].lower in ("a", "an", "the", "your", "any")
            and words[hit.start - 2].lower in ("in", "into", "from", "of", "inside")
            and not any(
                w.lower in ("with", "has", "comes", "includes")
                for w in words[max(0, hit.start - 6) : hit.start]
            )
        ):
            continue  # "put it in a pocket"
        if (
            locale.startswith("de")
            and words[hit.start].lower
            in ("leicht", "schwer", "lang", "breit", "hoch", "tief", "groß", "dick")
            and hit.start > 1
            and words[hit.start - 2].is_number
        ):
            continue  # "280 g leicht"
        if locale.startswith("de") and words[hit.start].lower in ("samt", "wach", "rosen"):
            continue  # "mitsamt", "awake", "the roses": words of the vocabulary in German by their stem only
        if is_ranged(words, hit):
            continue
        if hit.group == "colour" and _is_of_other(words, hit, index):
            continue
        if (
            hit.start == 0
            and hit.end == 1
            and len(words) > 1
            and words[1].lower in _TOLD
            and hit.key[0] not in HEATED
        ):
            continue  # "Stack them, sit on them": an order to the reader
        if (
            hit.group in ("part", "finish")
            and hit.end - hit.start == 1
            and hit.start
            and words[hit.start - 1].lower in _VERB_BEFORE
        ):
            continue  # "it spares the floor", "to brush"
        if hit.group == "part" and not _is_possessed(words, hit, index):
            continue
        if (
            hit.group in _COMPANION_GROUPS
            and any(a <= span[0] and span[1] <= b for a, b in companion)
            and not held(hit, words, index)
        ):
            continue
        if any(a <= span[0] and span[1] <= b for a, b in similes) and hit.group not in (
            "feature",
            "service",
            "certification",
        ):
            continue
        if not held(hit, words, index) and is_in_passing(words, hit, passing, index):
            continue
        _judge_hit(sentence, words, hit, index, context, named, found)
    if locale.startswith("en"):
        judge_forms(sentence, words, index, found)
        judge_reversals(sentence, words, index, found)
        judge_positions(sentence, index, sorted(named), found)
    judge_contrasts(sentence, words, index, passing, found)
    judge_denied(sentence, words, index, found)
    judge_excluded(sentence, words, index, found)
    for start, end, fact in named:
        if not any(c.words.casefold() == sentence[start:end].casefold() for c in found.claims):
            kind = (
                "brand"
                if "brand" in index.facts[fact].name
                else "name"
                if index.identity[fact]
                else "fact"
            )
            found.support(kind, sentence[start:end], index.facts[fact])


def _is_aside(words: tuple[Word, ...], hit: Hit, index: FactIndex) -> bool:
    """ "Rubber feet save the table", "the lid isn't leakproof": what is said of a part is judged, not the part."""
    following = words[hit.end] if hit.end < len(words) else None
    if hit.key == ("save",):
        return following is not None and following.lower in (
            "the", "your", "it", "them", "us", "its", "both")  # fmt: skip
    return bool(
        hit.group in ("part", "sure_part")
        and following
        and hit.start
        and words[hit.start - 1].lower == "the"
        and following.lower in ("is", "isn't", "are", "aren't")
        and any(
            w.stem in index.direct for w in words[hit.end + 1 : hit.end + 4] if len(w.lower) > 3
        )
    )


def _is_possessed(words: tuple[Word, ...], hit: Hit, index: FactIndex) -> bool:
    """Whether a part's name speaks of the product ("with a lid", "the strap") and not of a setting ("in your pocket")."""
    for i in range(hit.start - 1, max(-1, hit.start - 4), -1):
        lower = words[i].lower
        if lower in _SETTING:
            return False
        if lower in _PART_VERBS and lower not in ("a", "an", "the", "two", "three"):
            return True
    return (
        hit.start > 0 and words[hit.start - 1].lower in ("the", "a", "an", "two", "three")
    ) or len(hit.key) > 1


_TOLD = frozenset({"it", "them", "your", "these"})
_VERB_BEFORE = frozenset(
    "it that which to will can could would you they we i who may must should don't never always just".split()
)


_OTHERS = frozenset(
    "shirt tee top jeans dress trouser trousers shoe trainer boot jumper coat wall wine bread plate tablecloth sheet sky sea water sand cloud rice pasta cheese meat fish bean sauce onion pepper tea coffee hair eye skin leaf".split()
)


def _is_of_other(words: tuple[Word, ...], hit: Hit, index: FactIndex) -> bool:
    """ "A plain white shirt" in the text about a lipstick: the colour is of something the facts do not speak of."""
    following = words[hit.end] if hit.end < len(words) else None
    return following is not None and following.lemma in _OTHERS and following.stem not in index.held


def _possesses(words: tuple[Word, ...], hit: Hit) -> bool:
    return any(
        word.lower in ("with", "has", "includes", "its", "plus")
        for word in words[max(0, hit.start - 3) : hit.start]
    )


def _is_name_alone(word: Word, index: FactIndex) -> bool:
    """German: a compound that stands in the subject's own name (Birkenhemd) is no claim of its parts."""
    return len(word.lower) >= 8 and any(
        held.is_identity for held in index.direct.get(word.stem, ())
    )


def _judge_hit(
    sentence: str, words: tuple[Word, ...], hit: Hit, index: FactIndex, context: CheckContext,
    named: list[tuple[int, int, int]], found: Found,
) -> None:  # fmt: skip
    start, end = words[hit.start].start, words[hit.end - 1].end
    text = sentence[start:end]
    holders = held(hit, words, index)
    # "gluten free" is gluten denied; "not gluten free" is gluten stated.
    last = (
        hit.end - 1
        if hit.end - hit.start > 1 and words[hit.end - 1].lower in ("free", "frei")
        else hit.end
    )
    denied = is_negated(sentence, words, hit.start, last)
    kind = _kind(hit)
    inside = next((fact for a, b, fact in named if a <= start and end <= b), None)
    if inside is not None and not denied:
        found.support(kind, text, index.facts[inside])
        return
    if not holders and hit.group == "service":
        for policy in context.policies:
            stems = {
                w.stem
                for w in words_of(f"{policy.name.replace('_', ' ')} {policy.value}", index.locale)
            }
            if set(stems_of(words, hit)) <= stems:
                found.support(kind, text, policy)
                return
    if not holders:
        found.refuse("grounding", hit.group, text, f"{hit.group} that no fact states")
        return
    if hit.group == "colour":
        coloured = [
            i
            for i, fact in enumerate(index.facts)
            if re.search(r"colou?r|farbe|shade|hue", plain(fact.name))
        ]
        borrowed = [
            h
            for h in holders
            if h.fact not in coloured and not _is_phrase_of(words, hit, h.fact, index)
        ]
        if coloured and len(borrowed) == len(holders):
            found.refuse(
                "grounding",
                hit.group,
                text,
                f"the facts give another colour ({index.facts[coloured[0]].value})",
            )
            return
    if hit.group in ("colour", "material") and hit.group in index.groups:
        # "Rose Gold" as a name says nothing of the colour when another fact gives the colour.
        proper = [
            h for h in holders if not h.is_identity or _is_phrase_of(words, hit, h.fact, index)
        ]
        if not proper:
            found.refuse(
                "grounding",
                hit.group,
                text,
                f"{hit.group} that only the name has; the facts give another",
            )
            return
        holders = proper
    agreeing = [held for held in holders if held.is_positive != denied]
    if not agreeing and denied and _is_unseen(words, hit, holders, index):
        found.support(kind, text, index.facts[holders[0].fact])
        return
    if not agreeing and all(
        held.is_identity or _TOLD_OF.search(plain(index.facts[held.fact].name)) for held in holders
    ):
        found.support(kind, text, index.facts[holders[0].fact])
        return  # "don't tumble dry the Wrap Dress" denies no wrap
    if not agreeing and is_not_claimed(
        sentence, start, end, denied, [index.facts[held.fact] for held in holders]
    ):
        return  # nothing is claimed: "Not a cinnamon person?", "the bulb is yours to supply"
    if not agreeing:
        fact = index.facts[holders[0].fact]
        found.refuse(
            "grounding", "polarity", text, f"the facts say the opposite ({fact.name}: {fact.value})"
        )
        return
    found.support(kind, text, index.facts[agreeing[0].fact])


_HIDDEN = re.compile(r"conceal|hidden|invisible|internal|verdeckt|versteckt")


def _is_unseen(words: tuple[Word, ...], hit: Hit, holders: list[Held], index: FactIndex) -> bool:
    """ "No visible zip" where the zip is concealed."""
    return any(
        w.lower in ("visible", "exposed", "sichtbare", "sichtbarer")
        for w in words[max(0, hit.start - 2) : hit.start]
    ) and any(_HIDDEN.search(plain(index.facts[h.fact].value)) for h in holders)


_TOLD_OF = re.compile(
    r"prais|fault|like|complain|pros$|cons$|mention|topic|action|resolution|ordered|sent_|gelobt|bem[aä]"
    r"|^item|product|programme|recommend|alternative|owned|bought|also_|ask|question|query|reason|cart|basket|^options?$|^you_|award"
)


def _is_phrase_of(words: tuple[Word, ...], hit: Hit, fact: int, index: FactIndex) -> bool:
    """Whether the word beside the hit comes from the same fact: "orange blossom" of the scent is no colour."""
    value = [w.stem for w in words_of(index.facts[fact].value, index.locale)]
    pairs = set(itertools.pairwise(value))
    after = hit.end < len(words) and (words[hit.end - 1].stem, words[hit.end].stem) in pairs
    return after or (hit.start > 0 and (words[hit.start - 1].stem, words[hit.start].stem) in pairs)


def _kind(hit: Hit) -> str:
    if hit.group == "service":
        words = " ".join(hit.key)
        if re.search(r"guarantee|warranty|lifetime", words):
            return "guarantee"
        if re.search(r"stock|available|order", words):
            return "availability"
        return "delivery"
    return "attribute"
