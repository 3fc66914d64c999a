"""Whether the chosen facts explain every word, quantity and question word of a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.answering.concepts import by_id
from tasks.answering.measures import find_measures
from tasks.answering.naming import NUMBER_WORD
from tasks.answering.questions import Asked, Found
from tasks.answering.tables import word_list
from tasks.answering.text import normalise, stem, stems
from tasks.answering.wordlists import (
    COLOURS,
    MATERIAL_ADJECTIVES,
    MATERIALS,
    PLACE_GROUPS,
    PLACES,
    SIZES,
)

__all__ = ["JOINS", "covered", "explains", "measures_fit", "typed_fit", "unexplained"]

JOINS = re.compile(r"\b(?:and|or|plus|also|as well|both)\b|[,/&+]")


_PEOPLE_VERBS = tuple(
    frozenset(stem(word) for word in group)
    for group in (
        word_list("serves serve feed cook cooks portions portion servings make makes"),
        word_list("seats seat sit seating capacity people fit hold"),
        word_list("sleeps sleep berths fit hold capacity people"),
        word_list("players play"),
    )
)
"""What people do with it: what serves four is not what four can play."""


def covered(found: Found, concept_ids: Sequence[str]) -> set[str]:
    """The stems that a chosen fact and its concept explain."""
    value = frozenset(stems(normalise(found.text)))
    result = set(value) | set(found.fact.name_stems) | {stem(w) for w in found.fact.name_words}
    for concept_id in {found.concept, *concept_ids} - {None}:
        concept = by_id(str(concept_id))
        result |= concept.covers
        if any(m.dimension == "temperature" for m in find_measures(normalise(found.text))):
            result.add(stem("temperature"))
        if concept.id == "COLOUR":
            result |= COLOURS
        elif concept.id == "MATERIAL":
            result |= MATERIALS | MATERIAL_ADJECTIVES
        elif concept.id == "ORIGIN":
            result |= PLACES
        elif concept.id == "SIZE" and not found.fact.measures:
            result |= SIZES | {str(n) for n in range(60)}
        elif (
            concept.id == "SUITABLE"
            and "all" in value
            and {stem("skin"), stem("hair")} & found.fact.name_stems
        ):
            result |= {
                stem(w)
                for w in "oily dry combination normal mature dull skin hair fine curly straight thick".split()
            }
        elif concept.id == "PEOPLE":
            for group in _PEOPLE_VERBS:
                if group & found.fact.name_stems:
                    result |= group
        elif concept.id == "LAST" and {"longev", "wear"} & found.fact.name_stems:
            result |= {"skin", "wear", "hair", "face"}
        elif concept.id == "HOB" and "all" in value:
            result |= {stem(w) for w in "induction gas ceramic electric".split()}
        elif concept.id in {
            "DELIVERY_PLACE",
            "DELIVERY_COST",
            "DELIVERY_TIME",
            "DELIVERY",
            "EXPRESS",
            "EXPRESS_COST",
            "EXPRESS_TIME",
        }:
            for places, signs in PLACE_GROUPS:
                if signs & value:
                    result |= places
    return result


def unexplained(chosen: Sequence[Found], ids: Sequence[str], asked: Asked) -> set[str]:
    known: set[str] = set()
    for found in chosen:
        known |= covered(found, ids if len(chosen) == 1 else [])
    for concept_id in ids:
        known |= by_id(concept_id).covers
    return set(asked.rest) - known


def explains(chosen: Sequence[Found], ids: Sequence[str], asked: Asked) -> bool:
    return not unexplained(chosen, ids, asked)


def measures_fit(chosen: Sequence[Found], asked: Asked) -> bool:
    have = {m.dimension for found in chosen for m in find_measures(normalise(found.text))}
    allowed = {"AGE", "SIZE", "SUITABLE"}
    return all(
        m.dimension in have or any(f.concept in allowed for f in chosen) for m in asked.measures
    )


def typed_fit(typed: Sequence[str], chosen: Sequence[Found], ids: Sequence[str]) -> bool:
    texts = [normalise(found.text) for found in chosen]
    for kind in typed:
        if kind == "HOWLONG" and not all(
            {"duration", "length"} & {m.dimension for m in find_measures(t)}
            or re.search(r"\bday\b|\blifetime\b", t)
            for t in texts
        ):
            return False
        if kind == "HOWMANY" and not all(NUMBER_WORD.search(t) for t in texts):
            return False
        if kind == "WHEN" and not all(
            re.search(
                r"\d|\b(?:spring|summer|autumn|winter|january|february|march|april|may|june|july|"
                r"august|september|october|november|december|monday|friday|week|day)\b",
                t,
            )
            for t in texts
        ):
            return False
        if kind == "WHERE" and not (
            {"ORIGIN", "DELIVERY_PLACE", "COLLECT", "SUITABLE", "SUN", "CONTACT"} & set(ids)
        ):
            return False
        if kind == "WHY" or (kind == "WHO" and not {"BRAND", "RETURN_COST", "SUITABLE"} & set(ids)):
            return False
        if kind == "HOWTO" and not (
            {
                "CARE",
                "WASHABLE",
                "RETURN_METHOD",
                "PAYMENT",
                "CONTACT",
                "CHARGING",
                "POWER_SOURCE",
                "COLLECT",
                "DELIVERY",
                "FIT",
                "FEATURES",
                "TRACKING",
                "IRON",
                "MACHINE_WASH",
                "SUN",
                "COMPATIBLE",
                "DELIVERY_TIME",
            }
            & set(ids)
        ):
            return False
    return True
