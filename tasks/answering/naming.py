"""Which facts bear the name of what is asked, and which of them is the one to state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.answering.concepts import Concept
from tasks.answering.facts import KnownFact
from tasks.answering.measures import find_measures
from tasks.answering.questions import Asked, Found, Refusal
from tasks.answering.text import normalise, stem, stems

__all__ = [
    "NUMBER_WORD",
    "choose",
    "facts_named",
    "has_kind",
    "is_in_stock",
    "is_named_by",
    "most_covering",
    "parts_of",
]

NUMBER_WORD = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|pair|single|dozen|both|set of)\b"
)


def is_named_by(fact: KnownFact, concept: Concept) -> tuple[int, frozenset[str]] | None:
    """(words of the longest name of ``concept`` in the fact's name, the other words), or None where it has none."""
    all_stems = frozenset(stem(w) for w in fact.name_words)
    best: tuple[int, frozenset[str]] | None = None
    for phrase in concept.names:
        if phrase <= all_stems:
            residual = (fact.name_stems - phrase) - concept.loose
            if best is None or (len(residual), -len(phrase)) < (len(best[1]), -best[0]):
                best = (len(phrase), residual)
    if best is None and concept.kind == "power" and fact.unit == "W":
        return 1, fact.name_stems - concept.loose
    return best


def has_kind(kind: str | None, normal: str, fact: KnownFact) -> bool:
    """True where the text holds the kind of value that was asked for."""
    if kind is None:
        return True
    dimensions = {m.dimension for m in find_measures(normal)}
    if kind == "number":
        return bool(NUMBER_WORD.search(normal))
    if kind == "money":
        return "money" in dimensions or fact.number is not None
    if kind == "money_or_free":
        return "money" in dimensions or bool(re.search(r"\bfree\b|\bno charge\b", normal))
    if kind == "duration":
        return "duration" in dimensions or bool(
            re.search(r"\b(?:next|same) (?:working )?day\b|\btomorrow\b|\blifetime\b", normal)
        )
    if kind == "volume_or_number":
        return "volume" in dimensions or bool(
            re.search(
                r"\d+ (?:cups?|mugs?|people|slices?|bottles?|items?|books?|pairs?|servings?|kg|place)",
                normal,
            )
        )
    if kind == "length" and re.search(
        r"\b(?:three quarter|full length|long|short|midi|maxi|mini|knee|ankle|cropped|sleeveless)\b",
        normal,
    ):
        return True
    return kind in dimensions


def is_in_stock(fact: KnownFact) -> bool | None:
    """True or False where a fact about availability says so plainly, else None."""
    if fact.flag is not None:
        return fact.flag != bool({"discontinued", "out"} & set(fact.name_words))
    if fact.number is not None:
        return fact.number > 0
    if re.search(
        r"\b(?:out of stock|sold out|unavailable|not available|discontinued|no stock|not in stock)\b",
        fact.normal,
    ):
        return False
    if re.search(r"\b(?:in stock|available|left)\b", fact.normal):
        return True
    return None


def _flag_answers(fact: KnownFact, concept: Concept, asked: Asked) -> bool:
    if fact.flag is None:
        return True
    if concept.text_only or concept.not_flag or concept.kind not in {None, "money_or_free"}:
        return False
    if concept.bool_names is None:
        return True
    named = frozenset(stem(w) for w in fact.name_words)
    return any(name <= named for name in concept.bool_names) and (
        fact.name_stems <= asked.all_stems
        or concept.yes is not None
        or concept.id == "WATER_RESISTANT"
    )


def parts_of(fact: KnownFact, concept: Concept, pattern: re.Pattern[str] | None) -> list[str]:
    """The sentences of a value that answer: those with the evidence, of the right topic and kind."""
    found = []
    for sentence in fact.sentences:
        normal = normalise(sentence)
        if pattern is not None and not pattern.search(normal):
            continue
        if concept.not_evidence is not None and concept.not_evidence.search(normal):
            rest = [
                c for c in re.split(r",|\band\b|\(", normal) if not concept.not_evidence.search(c)
            ]
            if pattern is None or not any(pattern.search(c) for c in rest):
                continue
        if has_kind(concept.kind, normal, fact):
            found.append(sentence)
    return found


def most_covering(sentences: Sequence[str], asked: Asked) -> list[str]:
    """The one sentence that explains most of the question, with a second where the first leaves a word unexplained."""
    said = {s: frozenset(stems(normalise(s))) for s in sentences}
    first = max(
        sentences, key=lambda s: (len(said[s] & asked.rest), len(said[s] & asked.all_stems))
    )
    left = asked.rest - said[first]
    more = [s for s in sentences if s != first and said[s] & left]
    kept = {first, *more[:1]}
    return [s for s in sentences if s in kept]


def facts_named(
    concept: Concept, facts: Sequence[KnownFact], asked: Asked, about: frozenset[str]
) -> list[tuple[int, int, Found]]:
    """Facts whose name is the concept's, with (words asked for, words of the name)."""
    found = []
    for fact in facts:
        named = is_named_by(fact, concept)
        if named is None:
            continue
        length, residual = named
        listed = (
            concept.id in {"SUITABLE", "COMPATIBLE"}
            and asked.rest
            and asked.rest <= fact.value_stems
            and fact.flag is None
        )
        if not (listed or residual - about <= asked.all_stems) or not _flag_answers(
            fact, concept, asked
        ):
            continue
        text = fact.text
        if fact.is_usable and fact.flag is None:
            if (
                len(fact.sentences) > 1
                and not concept.generic
                and (concept.evidence or concept.kind)
            ):
                chosen = parts_of(fact, concept, concept.evidence if length == 1 else None)
                if not chosen:
                    continue
                text = " ".join(most_covering(chosen, asked))
            elif len(fact.sentences) > 1 and concept.generic and asked.rest - concept.covers:
                text = " ".join(most_covering(list(fact.sentences), asked))
            elif not has_kind(concept.kind, fact.normal, fact):
                continue
            if concept.text_evidence and not concept.text_evidence.search(normalise(text)):
                continue
            if (
                length == 1
                and concept.intent == "delivery_and_returns"
                and concept.evidence
                and not concept.generic
            ):
                specific = {next(iter(n)) for n in concept.names if len(n) == 1}
                if fact.name_stems & specific and not concept.evidence.search(normalise(text)):
                    continue
            if concept.not_kind and has_kind(concept.not_kind, fact.normal, fact):
                continue
        found.append((len(residual & asked.all_stems), length, Found(fact, concept.id, text)))
    found.sort(key=lambda row: (-row[0], -row[1]))
    return found


def choose(rows: list[tuple[int, int, Found]], concept: Concept) -> Found | Refusal | None:
    """The best of the facts that bear the name; a Refusal where the best disagree or one is unknown."""
    if not rows:
        return None
    top = [row[2] for row in rows if row[:2] == rows[0][:2]]
    peers = [row[2] for row in rows if row[0] == rows[0][0] and row[2].fact.is_usable]
    best = top[0]
    if not best.fact.is_usable:
        return Refusal(f"the fact {best.fact.name} is unknown", concept.id)
    for other in peers:
        if other is not best and _disagree(best, other, concept):
            return Refusal(f"the facts {best.fact.name} and {other.fact.name} disagree", concept.id)
    if len(top) > 1 and concept.id in {
        "COLOUR",
        "SIZE",
        "COMPATIBLE",
        "SUITABLE",
        "INCLUDED",
        "MATERIAL",
    }:
        return max(top, key=lambda f: (len(f.fact.items), len(f.text)))
    return best


def _disagree(one: Found, other: Found, concept: Concept) -> bool:
    if one.fact.flag is not None and other.fact.flag is not None:
        same_sense = ("discontinued" in one.fact.name_words) == (
            "discontinued" in other.fact.name_words
        )
        return (
            one.fact.flag == other.fact.flag
        ) != same_sense and one.fact.name_stems == other.fact.name_stems
    first = {m.dimension: [] for m in find_measures(normalise(one.text))}  # type: ignore[var-annotated]
    for m in find_measures(normalise(one.text)):
        first[m.dimension].append(m)
    clash = False
    for m in find_measures(normalise(other.text)):
        if m.dimension in first and m.dimension in {
            "mass",
            "volume",
            "duration",
            "money",
            "power",
            "length",
            "light",
        }:
            near = any(
                abs(n.low - m.low) <= 0.03 * max(n.low, m.low)
                or n.low <= m.low <= n.high
                or m.low <= n.low <= m.high
                for n in first[m.dimension]
            )
            clash = clash or not near
            if near:
                return False
    if clash:
        return True
    if (
        concept.id in {"MATERIAL", "ORIGIN", "BRAND", "FILLING"}
        and one.fact.flag is None
        and other.fact.flag is None
    ):
        a, b = one.fact.value_stems, other.fact.value_stems
        return not a & b
    return False
