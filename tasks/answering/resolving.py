"""Facts for the concepts of a question: by their names, by evidence in their text, by what says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.answering.concepts import Concept, by_id
from tasks.answering.explaining import JOINS, explains, measures_fit, typed_fit, unexplained
from tasks.answering.facts import KnownFact
from tasks.answering.naming import (
    choose,
    facts_named,
    has_kind,
    is_in_stock,
    most_covering,
    parts_of,
)
from tasks.answering.questions import Asked, Found, Refusal, read_question
from tasks.answering.text import normalise
from tasks.answering.wordlists import PLACES, SIZES

__all__ = ["by_one_fact", "resolve_concepts"]

_CHOICE_OF_SIZES = re.compile(
    r"\bsizes\b|\b(?:come|comes|available|have|do|get) (?:it |this |them )?in\b|\b\d+\b"
)
"""A choice among sizes: dimensions or a volume do not answer that."""


def resolve_concepts(
    ids: Sequence[str],
    typed: Sequence[str],
    asked: Asked,
    facts: Sequence[KnownFact],
    about: frozenset[str],
) -> list[Found] | Refusal:
    if (
        "DELIVERY" in ids
        and asked.rest & PLACES
        and "DELIVERY_PLACE" not in ids
        and not ({"DELIVERY_COST", "DELIVERY_TIME"} & set(ids))
    ):
        ids = ["DELIVERY_PLACE" if i == "DELIVERY" else i for i in ids]
    chosen: list[Found] = []
    for concept_id in ids:
        concept = by_id(concept_id)
        rows = facts_named(concept, facts, asked, about)
        found = choose(rows, concept)
        if isinstance(found, Refusal):
            return found
        if found is None or (concept.via and not explains([found], ids, asked)):
            by_evidence = _by_evidence(concept, facts, asked, about)
            if by_evidence is not None and (found is None or explains([by_evidence], ids, asked)):
                found = by_evidence
        more: list[Found] = []
        if found is None:
            more = _fall_back(concept, facts, asked, about)
        if found is None and not more:
            return Refusal(f"no fact about {concept.id.lower().replace('_', ' ')}", concept_id)
        chosen += [found] if found is not None else more
    if len({one.fact.name for one in chosen}) > 1 and len(ids) > 1:
        families = {by_id(i).intent == "delivery_and_returns" for i in ids}
        if not JOINS.search(asked.normal) or (
            len(families) > 1 and re.search(r"\b(?:if|once|after|when|unless|even)\b", asked.normal)
        ):
            return Refusal("it is not clear which of several things is asked", ids[0])
    left = unexplained(chosen, ids, asked)
    if left:
        return Refusal(f"nothing is known about: {', '.join(sorted(left))}", ids[0])
    if not measures_fit(chosen, asked):
        return Refusal("the quantity asked for cannot be compared with the facts", ids[0])
    if typed and not typed_fit(typed, chosen, ids):
        return Refusal("the facts do not say that", ids[0])
    unique: list[Found] = []
    for found in chosen:
        if not any(found.fact is other.fact and found.text == other.text for other in unique):
            unique.append(found)
    return unique


def by_one_fact(
    ids: Sequence[str],
    typed: Sequence[str],
    asked: Asked,
    facts: Sequence[KnownFact],
    about: frozenset[str],
) -> Found | None:
    """Where several concepts were read into the words, but the name of one fact says them all: fabric care."""
    for concept_id in ids:
        again = read_question(asked.normal, [], frozenset(ids) - {concept_id})
        again = replace(again, rest=again.rest - about, detected=asked.detected)
        for _, _, found in facts_named(by_id(concept_id), facts, again, about)[:1]:
            own = found.fact.name_stems | by_id(concept_id).covers
            if (
                again.rest
                and again.rest <= own
                and again.rest & found.fact.name_stems
                and found.fact.is_usable
                and measures_fit([found], again)
                and typed_fit(typed, [found], [concept_id])
            ):
                return found
    return None


def _by_evidence(
    concept: Concept, facts: Sequence[KnownFact], asked: Asked, about: frozenset[str]
) -> Found | None:
    candidates: list[Found] = []
    for via in concept.via:
        if via == "DELIVERY_PLACE" and not asked.rest & PLACES:
            continue
        for _, _, found in facts_named(by_id(via), facts, asked, about):
            fact = found.fact
            if not fact.is_usable or fact.flag is not None:
                continue
            # '2 x AA' says what is needed, not that it is in the box.
            is_need = concept.id == "BATTERIES_INCLUDED" and via != "INCLUDED"
            if is_need and not re.search(r"\b(?:includ|suppl|provid)", fact.normal):
                continue
            if via == "RETURN_WINDOW":
                return found
            chosen = parts_of(fact, concept, concept.evidence)
            if not chosen:
                continue
            if len(fact.sentences) == 1 or not fact.is_prose:
                candidates.append(Found(fact, concept.id, fact.text))
            else:
                candidates.append(Found(fact, concept.id, " ".join(most_covering(chosen, asked))))
    for fact in facts:
        # 'removable_basket: dishwasher safe' answers what is asked about the basket.
        about_it = (
            fact.origin == "product"
            and concept.intent == "fact"
            and fact.flag is None
            and fact.is_usable
            and fact.name_stems & asked.rest
        )
        if concept.evidence and concept.via and about_it and concept.evidence.search(fact.normal):
            candidates.append(Found(fact, concept.id, fact.text))
    explaining = [one for one in candidates if explains([one], [concept.id], asked)]
    return next(iter(explaining or candidates), None)


def _fall_back(
    concept: Concept, facts: Sequence[KnownFact], asked: Asked, about: frozenset[str]
) -> list[Found]:
    """Other facts that say the same: sides for dimensions, dimensions for a size, labelled dimensions for a side."""
    if concept.id == "SIZE" and (_CHOICE_OF_SIZES.search(asked.normal) or asked.rest & SIZES):
        return []
    if concept.id in {"DIMENSIONS", "SIZE"}:
        if concept.id == "SIZE":
            whole = choose(
                facts_named(by_id("DIMENSIONS"), facts, asked, about), by_id("DIMENSIONS")
            )
            if isinstance(whole, Found):
                return [whole]
        sides = []
        for side in ("LENGTH", "WIDTH", "DEPTH", "HEIGHT", "DIAMETER"):
            found = choose(facts_named(by_id(side), facts, asked, about), by_id(side))
            if isinstance(found, Found):
                sides.append(found)
        if concept.id == "SIZE" and not sides:
            volume = choose(facts_named(by_id("CAPACITY"), facts, asked, about), by_id("CAPACITY"))
            return [volume] if isinstance(volume, Found) else []
        return sides if len(sides) > 1 or (sides and sides[0].concept == "DIAMETER") else []
    if concept.id in {"HEIGHT", "WIDTH", "DEPTH", "LENGTH", "DIAMETER"}:
        whole = choose(facts_named(by_id("DIMENSIONS"), facts, asked, about), by_id("DIMENSIONS"))
        letter = concept.id.lower()
        if concept.id == "WIDTH":
            round_one = choose(
                facts_named(by_id("DIAMETER"), facts, asked, about), by_id("DIAMETER")
            )
            if isinstance(round_one, Found):
                return [round_one]
        words_for = {
            "height": "height|high|tall",
            "width": "width|wide",
            "depth": "depth|deep",
            "length": "length|long",
            "diameter": "diameter|dia|across",
        }[letter]
        if isinstance(whole, Found) and re.search(
            rf"(?<![a-z])(?:{letter[0]}|{words_for})(?![a-z])", whole.fact.normal
        ):
            return [whole]
        return []
    if concept.id in {"COMPATIBLE", "SUITABLE"} and asked.measures:
        # 'Will it fit a 16 inch laptop?' and 'max_laptop_size: 17 inch'
        wanted = {m.dimension for m in asked.measures}
        for fact in facts:
            has_it = fact.is_usable and wanted <= {m.dimension for m in fact.measures}
            if (
                has_it
                and asked.all_stems & (fact.name_stems - {"max", "size"})
                and asked.rest <= fact.name_stems | fact.value_stems
            ):
                return [Found(fact, None, fact.text)]
    if concept.id == "RESTOCK":
        stock = choose(
            facts_named(by_id("AVAILABILITY"), facts, asked, about), by_id("AVAILABILITY")
        )
        if isinstance(stock, Found) and is_in_stock(stock.fact):
            return [stock]
    if concept.id == "FREE_DELIVERY":
        cost = choose(
            facts_named(by_id("DELIVERY_COST"), facts, asked, about), by_id("DELIVERY_COST")
        )
        return [cost] if isinstance(cost, Found) and asked.is_yes_no and not asked.measures else []
    if concept.id == "RETURN_WINDOW" or concept.id == "RETURNS":
        for name in ("RETURNS", "RETURN_WINDOW"):
            found = choose(facts_named(by_id(name), facts, asked, about), by_id(name))
            if isinstance(found, Found) and (
                concept.id == "RETURNS" or has_kind("duration", normalise(found.text), found.fact)
            ):
                return [found]
    return []
