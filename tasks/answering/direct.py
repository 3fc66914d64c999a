"""A fact whose whole name stands in the question, and facts that say what a product is free of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.answering.concepts import by_id, detect
from tasks.answering.facts import KnownFact
from tasks.answering.measures import find_measures
from tasks.answering.naming import NUMBER_WORD, choose, facts_named, has_kind, is_named_by
from tasks.answering.questions import Asked, Found, Refusal
from tasks.answering.tables import word_list
from tasks.answering.text import content_stems, normalise, stem
from tasks.answering.wordlists import COLOURS, MATERIALS

__all__ = ["direct_fact", "free_of", "without_question_words"]

_FREE = stem("free")


_MEASURED = frozenset({"mass", "length", "volume", "power", "duration"})
_SOFT = frozenset(stem(w) for w in word_list("number count rating level content"))


_NEEDED = frozenset({stem("required"), stem("needed")})


_MAX = frozenset({stem("maximum")})


_DATE = frozenset({stem("date")})


def direct_fact(
    asked: Asked,
    facts: Sequence[KnownFact],
    about: frozenset[str],
    ids: Sequence[str],
    typed: Sequence[str],
) -> Found | Refusal | None:
    """A fact whose whole name stands in the question, where nothing else is asked."""
    asked_content = set(content_stems(without_question_words(asked.normal))) - about
    hits: list[tuple[int, Found]] = []
    blocked: Refusal | None = None
    for fact in facts:
        name = (fact.name_stems - about) or fact.name_stems
        soft = _SOFT if ids else _SOFT | _MAX
        content = {s for s in name if content_stems(s) or s == _FREE}
        if re.search(r"\b(?:needs?|requires?|have to)\b", asked.normal):
            soft |= _NEEDED
        soft = soft if content - soft else frozenset()
        content -= soft
        if (
            not content
            or not name - soft - (_DATE if "WHEN" in typed else set()) <= asked.all_stems
        ):
            continue
        left = asked_content - {stem(w) for w in fact.name_words}
        value_covers = set(fact.value_stems) if fact.flag is None else set()
        for concept_id in ids:
            value_covers |= (
                by_id(concept_id).covers if is_named_by(fact, by_id(concept_id)) else set()
            )
        if left - value_covers:
            continue
        if not fact.is_usable:
            blocked = Refusal(f"the fact {fact.name} is unknown")
            continue
        if asked.measures and not {m.dimension for m in asked.measures} <= {
            m.dimension for m in fact.measures
        }:
            continue
        if not _says_concepts(fact, ids):
            continue
        found = Found(fact, _concept_of(fact, ids), fact.text)
        if not _fits_question(asked, found, ids, typed):
            continue
        hits.append((len(content), found))
    if not hits:
        return blocked
    hits.sort(key=lambda hit: -hit[0])
    best = [hit[1] for hit in hits if hit[0] == hits[0][0]]
    if len(best) > 1 and len({f.fact.text for f in best}) > 1:
        return None if ids else Refusal("several facts could be meant")
    for concept_id in ids:
        concept = by_id(concept_id)
        named = is_named_by(best[0].fact, concept)
        if named is not None and not named[1]:
            chosen = choose(facts_named(concept, facts, asked, about), concept)
            if isinstance(chosen, Refusal):
                return chosen
    return None if len(best[0].fact.sentences) > 1 and ids else best[0]


def without_question_words(normal: str) -> str:
    return re.sub(
        r"\bhow (?:long|much|many|often|big|soon|quickly|quick)\b|\bnumber of\b", " ", normal
    )


def _says_concepts(fact: KnownFact, ids: Sequence[str]) -> bool:
    """True where the fact's name or value speaks of every concept that was read into the question.

    'What is the bottle made of?' is not answered by 'bottle: not included'.
    """
    strong = [i for i in ids if not by_id(i).weak and is_named_by(fact, by_id(i)) is None]
    if not strong:
        return True
    said = {*detect(" ".join(fact.name_words)).ids, *detect(fact.normal).ids}
    said |= {
        i
        for i in strong
        if by_id(i).kind in _MEASURED and has_kind(by_id(i).kind, fact.normal, fact)
    }
    if fact.value_stems & MATERIALS:
        said.add("MATERIAL")
    if fact.value_stems & COLOURS:
        said.add("COLOUR")
    return set(strong) <= said


def _concept_of(fact: KnownFact, ids: Sequence[str]) -> str | None:
    named = [(i, is_named_by(fact, by_id(i))) for i in ids]
    exact = [i for i, n in named if n is not None and not n[1]]
    return exact[0] if exact else None


def _fits_question(asked: Asked, found: Found, ids: Sequence[str], typed: Sequence[str]) -> bool:
    """The kind of value fits the question word: how much costs money, how long lasts, how many has a number."""
    normal = normalise(found.text)
    dimensions = {m.dimension for m in find_measures(normal)}
    fact = found.fact
    if {"PRICE", "DELIVERY_COST", "RETURN_COST"} & set(ids) and not (
        "money" in dimensions or "free" in normal
    ):
        return False
    if (
        {
            "FREE_DELIVERY",
            "DELIVERY_TIME",
            "RETURN_WINDOW",
            "DISPATCH",
            "REFUND_TIME",
            "INCLUDED",
            "EXPRESS",
        }
        & set(ids)
        and found.concept is None
        and fact.flag is None
    ):
        return "INCLUDED" in ids and "HOWMANY" in typed and bool(NUMBER_WORD.search(normal))
    if "HOWLONG" in typed and not {"duration", "length"} & dimensions:
        return False
    if "HOWMANY" in typed and (fact.flag is not None or not NUMBER_WORD.search(normal)):
        return False
    if "WHEN" in typed and not re.search(
        r"\d|\b(?:spring|summer|autumn|winter|january|february|march|april|may|june|july|"
        r"august|september|october|november|december)\b",
        normal,
    ):
        return False
    if {"WHERE", "WHO", "WHY"} & set(typed):
        return False
    for concept_id in ids:
        concept = by_id(concept_id)
        if (
            len(fact.name_stems) > 1
            and fact.name_stems <= asked.all_stems
            and is_named_by(fact, concept) is None
        ):
            continue
        if (
            len(fact.name_stems) > 1
            and fact.name_stems <= asked.all_stems
            and (is_named_by(fact, concept) or (0, frozenset()))[1]
        ):
            continue
        if (
            concept.kind in {"mass", "length", "volume", "duration", "power"}
            and fact.flag is None
            and not has_kind(concept.kind, normal, fact)
        ):
            return False
        if (
            concept.kind in {"mass", "length", "volume", "duration", "power"}
            and fact.flag is not None
            and not asked.is_yes_no
        ):
            return False
    if (
        fact.flag is not None
        and not asked.is_yes_no
        and ids
        and not asked.normal.strip().endswith("?")
    ):
        return True
    if fact.flag is not None and re.match(r"^\W*(?:what|which|how)\b", asked.normal):
        return False
    return "HOWTO" not in typed or found.concept is not None


def free_of(rest: set[str], facts: Sequence[KnownFact]) -> list[Found] | None:
    """'Does it contain parabens?' where a fact says that it is, or is not, free of them."""
    things = rest - {stem("contain"), _FREE, stem("without")}
    for fact in facts:
        if (
            fact.flag is True
            and _FREE in fact.name_stems
            and things
            and fact.name_stems - {_FREE} == things
        ):
            return [Found(fact, None, fact.text)]
    return None
