"""Questions that the items of lists answer: what is included, which features, colours and sizes there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.answering.concepts import by_id
from tasks.answering.direct import free_of, without_question_words
from tasks.answering.facts import KnownFact
from tasks.answering.naming import NUMBER_WORD, facts_named, is_named_by
from tasks.answering.questions import Asked, Found, Refusal
from tasks.answering.resolving import resolve_concepts
from tasks.answering.tables import word_list
from tasks.answering.text import content_stems, normalise, stem
from tasks.answering.wordlists import COLOURS, MATERIALS, SIZES

__all__ = ["resolve_included", "resolve_open"]

_DESCRIPTIVE = frozenset(
    stem(w)
    for w in word_list(
        """movement drive operation roast formula brakes weave knit cut rise finish style pattern shape closure
fastening neckline sleeve texture theme format roast occasion season gender scent flavour strength
consistency print design language mount connection connectivity type"""
    )
)


_PACKAGE = re.compile(
    r"\b(?:includ\w+|supplied|provided|contents?|accessories|box|package|packaging|pack|kit|packet)\b"
)


def resolve_included(
    asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]
) -> list[Found] | Refusal:
    """What comes with the product; the thing asked for must stand in the list, or in a fact that says 'included'."""
    asked_things = content_stems(_PACKAGE.sub(" ", without_question_words(asked.normal))) - about
    for _, _, found in facts_named(by_id("INCLUDED"), facts, asked, about):
        if found.fact.is_usable and (not asked_things or asked_things <= found.fact.value_stems):
            return [Found(found.fact, "INCLUDED", found.fact.text)]
        if not found.fact.is_usable and not asked_things:
            return Refusal("what is included is unknown", "INCLUDED")
    for fact in facts:
        says = (
            re.search(r"\b(?:includ|supplied|provided|comes? with|separately|extra)", fact.normal)
            or {stem("included"), stem("supplied"), stem("provided")} & fact.name_stems
        )
        name = fact.name_stems - {stem("included"), stem("supplied"), stem("provided")} - about
        if (
            asked_things
            and says
            and fact.is_usable
            and (name <= asked_things or ("and" in fact.name_words and asked_things <= name))
            and asked_things <= name | set(fact.value_stems)
        ):
            return [Found(fact, None, fact.text)]
    for fact in facts:
        if (
            asked_things
            and fact.number is not None
            and fact.number > 0
            and fact.unit is None
            and fact.name_stems - about == asked_things
        ):
            return [Found(fact, None, fact.text)]
        if (
            asked_things
            and fact.is_usable
            and is_named_by(fact, by_id("FEATURES"))
            and any(asked_things <= items | fact.name_stems for items in fact.item_stems)
        ):
            return [Found(fact, None, fact.text)]
    return Refusal("it is not known what is included", "INCLUDED")


def resolve_open(
    asked: Asked, facts: Sequence[KnownFact], about: frozenset[str], typed: Sequence[str]
) -> list[Found] | None:
    """Questions without a concept: colours and materials by their words, features by the lists that hold them."""
    rest = set(asked.rest)
    if rest and typed == ["HOWMANY"] and not asked.measures:
        counts = [
            f for f in facts if f.number is not None and f.unit is None and rest <= f.name_stems
        ]
        if len(counts) == 1:
            return [Found(counts[0], None, counts[0].text)]
        for fact in facts:
            if fact.is_usable and any(
                is_named_by(fact, by_id(i)) for i in ("INCLUDED", "FEATURES", "INGREDIENTS")
            ):
                for item, found_stems in zip(fact.items, fact.item_stems, strict=True):
                    if rest <= found_stems and NUMBER_WORD.search(normalise(item)):
                        return [Found(fact, None, fact.text)]
    if not rest or (not asked.is_yes_no and typed and typed != ["HOWMANY"]):
        return None
    for fact in facts:
        if not fact.is_usable or fact.flag is not None:
            continue
        feature_like = is_named_by(fact, by_id("FEATURES"))
        own = fact.name_stems & rest
        if feature_like is not None and not feature_like[1] - asked.all_stems:
            hits = [
                i
                for i, items in enumerate(fact.item_stems)
                if rest <= items | (own if own else set())
            ]
            if (
                hits
                and asked.measures == ()
                and ("HOWMANY" not in typed or NUMBER_WORD.search(normalise(fact.items[hits[0]])))
            ):
                return [Found(fact, None, fact.text)]
        elif (
            fact.name_stems <= _DESCRIPTIVE
            and asked.is_yes_no
            and not typed
            and any(rest <= i for i in fact.item_stems)
        ):
            return [Found(fact, None, fact.text)]
    if typed:
        return None
    for fact in facts:
        for concept_id in ("SUITABLE", "PAYMENT") if asked.is_yes_no else ():
            if (
                fact.is_usable
                and fact.flag is None
                and is_named_by(fact, by_id(concept_id))
                and rest <= fact.value_stems | {stem("use")}
            ):
                return [Found(fact, concept_id, fact.text)]
    if re.search(
        r"\b(?:come|get|have|do|sell|available|order|buy)(?: it| this| these| them| one)? in\b",
        asked.normal,
    ):
        for fact in facts:
            for concept_id in ("COLOUR", "SIZE", "FLAVOUR", "SCENT", "MATERIAL"):
                named = is_named_by(fact, by_id(concept_id))
                if (
                    fact.is_usable
                    and fact.flag is None
                    and named is not None
                    and not named[1]
                    and any(rest <= i for i in fact.item_stems)
                ):
                    return [Found(fact, concept_id, fact.text)]
    for fact in facts if asked.is_yes_no else ():
        for concept_id in ("MATERIAL", "COLOUR"):
            named = is_named_by(fact, by_id(concept_id))
            usable = fact.is_usable and fact.flag is None and named is not None and not named[1]
            if usable and rest <= fact.value_stems:
                return [Found(fact, concept_id, fact.text)]
    for words_of, concept_id in ((COLOURS, "COLOUR"), (MATERIALS, "MATERIAL")):
        if rest & words_of and asked.is_yes_no:
            found = resolve_concepts([concept_id], [], asked, facts, about)
            if not isinstance(found, Refusal):
                return found
    if rest <= SIZES | {str(n) for n in range(60)} and asked.is_yes_no and rest:
        found = resolve_concepts(["SIZE"], [], asked, facts, about)
        if not isinstance(found, Refusal):
            return found
    return free_of(rest, facts)
