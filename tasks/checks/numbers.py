"""Holds every number of a sentence against the facts: value, unit, what is counted, and which of two equal units."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.clock import find_times
from tasks.checks.comparing import HEDGES, agrees, is_comparable, is_hedged
from tasks.checks.computed import compute, is_set_price
from tasks.checks.dates import find_dates
from tasks.checks.fact_index import FactIndex
from tasks.checks.idle_numbers import IDIOMS, is_counted_otherwise, is_idle, is_moment, is_train
from tasks.checks.misplaced import misplaced
from tasks.checks.number_places import (
    elliptical,
    end_of_range,
    from_to,
    in_sterling,
    of_other_kind,
    whole_of,
)
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.passing import find_passing
from tasks.checks.proportions import is_derived
from tasks.checks.source_counts import is_of_another, widened
from tasks.checks.sources import around, choose_source
from tasks.checks.spoken_again import asked_of, number_of_name, of_model, sole_count
from tasks.checks.worded_shares import fifths
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_numbers"]


_AGE = re.compile(r"\b(?:age[ds]?|alter|ab)\s*(?:of |from |group )*$")


_THRESHOLD = re.compile(
    r"over|from|minimum|\bmin\b|above|threshold|spend|free|more than|plus|\+|at least|orders"
)


_SETS = frozenset("set pack kit content piec include".split())
_CONTENTS = frozenset("piec item part bag".split())


_MENTIONS = re.compile(r"mention|report|complain|comment")


_PER = re.compile(r"\b(?:per|every|each|je|pro|in)\s*$")


_HEDGED_AFTER = re.compile(r"\W*(?:or so|or thereabouts|and change|give or take)\b|[- ]odd\b")


_IN_ALL = re.compile(r"\W*(?:in (?:all|total)|altogether|together|combined|between them)\b")


def judge_numbers(
    sentence: str, index: FactIndex, locale: str, found: Found, read: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Refuses each number without a source and records each that has one; returns the spans it has read.

    ``read`` are spans that the proportions have read already ("one in eight").
    """
    spans: list[tuple[int, int]] = list(read)
    masked = find_dates(sentence, index, locale, found, spans)
    masked = find_times(sentence, masked, index, found)
    words = words_of(sentence, locale)
    passing = find_passing(sentence, words, index)
    masked = fifths(masked, index, found)
    idioms = [m.span() for m in IDIOMS.finditer(sentence)]
    for quantity in find_quantities(masked, locale):
        if any(a < quantity.end and quantity.start < b for a, b in read):
            continue
        inside = any(a <= quantity.start and quantity.end <= b for a, b in idioms)
        if inside and quantity.is_worded and not _counts_fact(quantity, words, index):
            continue
        if (
            any(c.isalpha() and c.isascii() for c in masked[quantity.end : quantity.end + 1])
            and not quantity.dimension
        ):
            continue  # a code such as 5G or A4: judged with the words
        if not quantity.dimension and _is_ordinal(masked, quantity):
            continue
        spans.append((quantity.start, quantity.end))
        if (
            quantity.is_worded
            and not quantity.dimension
            and passing.holds(quantity.start, quantity.end)
            and not _counts_fact(quantity, words, index)
        ):
            continue  # "Three chords and a porch"
        _judge_one(sentence, quantity, words, index, found, locale)
    return spans


def _is_ordinal(text: str, quantity: Quantity) -> bool:
    return bool(re.match(r"(?:st|nd|rd|th)\b", text[quantity.end :])) and quantity.is_worded


def _counts_fact(quantity: Quantity, words: tuple[Word, ...], index: FactIndex) -> bool:
    """Whether an idiom's number speaks of something that a fact counts ("for two" where serves is a fact)."""
    before, after = around(words, quantity, 2)
    near = frozenset(
        w.stem for w in (*before, *after) if len(w.lower) > 3 and w.lower != "together"
    )
    return any(
        near & widened(index.context[i])
        for i, q in index.quantities
        if not q.dimension and q.low != quantity.low
    )


def _clause(sentence: str, quantity: Quantity) -> tuple[int, int]:
    """The span of the clause around a number."""
    start = max(
        (
            m.end()
            for m in re.finditer(
                r"[,;:–—(]\s|\b(?:and|while|but|und|aber)\b", sentence[: quantity.start]
            )
        ),
        default=0,
    )
    match = re.search(r"[,;:–—)](?=\s|$)|\s(?:and|while|but|und|aber)\s", sentence[quantity.end :])
    return start, quantity.end + match.start() if match else len(sentence)


def _judge_one(
    sentence: str,
    quantity: Quantity,
    words: tuple[Word, ...],
    index: FactIndex,
    found: Found,
    locale: str,
) -> None:
    if "better than one" in plain(sentence) and quantity.is_worded:
        return
    if (
        locale.startswith("de")
        and quantity.is_worded
        and not quantity.dimension
        and quantity.low <= 4
        and not is_counted_otherwise(sentence, quantity, words, index)
    ):
        return
    hedge = next(
        (name for name, pattern in HEDGES if pattern.search(plain(sentence[: quantity.start]))),
        None,
    )
    if hedge is None and _HEDGED_AFTER.match(plain(sentence[quantity.end :])):
        hedge = "about"  # "two pounds and change"
    if hedge == "over" and any(
        _THRESHOLD.search(plain(index.facts[i].name + " " + index.facts[i].value))
        for i, q in index.quantities
        if q.dimension == quantity.dimension and abs(q.low - quantity.low) < 1e-6
    ):
        hedge = "atleast"  # a threshold is spoken of as "over"
    if (
        hedge == "over"
        and re.match(
            r"\W*(?:\w+\W+)?(?:reviews?|ratings?|opinions?|orders?)\b",
            plain(sentence[quantity.end :]),
        )
        and not any(
            0.5 * q.low <= quantity.low < q.low for _, q in index.quantities if not q.dimension
        )
    ):
        hedge = "atleast"  # "4.1 over 96 reviews" is across them
    start, end = _clause(sentence, quantity)
    clause = frozenset(
        w.stem for w in words if w.start >= start and w.end <= end and not w.is_number
    )
    before, after = around(words, quantity, 4)
    kind = _kind(quantity, sentence)
    if not quantity.dimension and _AGE.search(plain(sentence[: quantity.start])):
        quantity = _aged(quantity)
    comparable = [(i, q) for i, q in index.quantities if is_comparable(quantity, q)]
    comparable = [
        (i, q)
        for i, q in comparable
        if q.unit != "items"
        or any(_names_list(w, index.names[i]) for w in around(words, quantity, 3)[1])
    ]
    matching = [
        (i, q)
        for i, q in comparable
        if agrees(quantity, q, hedge, fact_is_hedged=is_hedged(index.facts[i].value, q))
    ]
    if (
        quantity.is_worded
        and quantity.words.lower().startswith(("one ", "a "))
        and re.match(
            r"\s*(?:covers|makes|serves|washes|lasts|does|gives)\b", plain(sentence[quantity.end :])
        )
    ):
        return  # "one litre covers 12 m²"
    if (
        _PER.search(plain(sentence[: quantity.start]))
        and quantity.low in (0.1, 100.0, 0.0001, 1e-4)
    ) or (
        _PER.search(plain(sentence[: quantity.start]))
        and quantity.dimension in ("mass", "volume")
        and _is_basis(quantity, index)
    ):
        return
    fact = choose_source(sentence, quantity, matching, comparable, clause, before, after, index)
    if fact is None:
        fact = whole_of(sentence, quantity, index)
    if fact is None and quantity.is_range:
        fact = from_to(quantity, comparable, index)
    if fact is None and not quantity.is_range:
        fact = end_of_range(sentence, quantity, comparable, index)
    if fact is None and not quantity.dimension:
        fact = elliptical(sentence, quantity, index, clause)
    if fact is None and not (quantity.dimension == "price" and matching):
        fact = is_derived(sentence, quantity, index, hedge, clause)
    if fact is None and not matching:
        fact = compute(sentence, quantity, index, hedge)
    if fact is None and quantity.dimension == "mass" and not comparable:
        fact = of_other_kind(quantity, index)
    if fact is None and quantity.dimension == "mass" and quantity.unit in ("lb", "pound"):
        fact = in_sterling(sentence, quantity, index, hedge)
    if fact is None and quantity.dimension and _IN_ALL.match(plain(sentence[quantity.end :])):
        counts = {q.low for _, q in index.quantities if not q.dimension and q.low > 1}
        fact = next(
            (
                index.facts[i]
                for i, q in comparable
                if any(abs(q.low * n - quantity.low) < 1e-6 * quantity.low for n in counts)
            ),
            None,
        )
    if fact is None and not quantity.dimension and matching:
        fact = sole_count(sentence, quantity, matching, words, index)
    if fact is None:
        fact = (
            asked_of(sentence, quantity, index)
            or of_model(quantity, index)
            or number_of_name(sentence, quantity, index)
        )
    if (
        fact is None
        and quantity.is_worded
        and quantity.dimension == "time"
        and is_moment(sentence, quantity, index)
    ):
        return
    if fact is None and is_train(sentence, quantity):
        return
    if fact is None and quantity.dimension == "" and quantity.is_worded:
        if quantity.words.lower() in ("pair", "duo", "twin", "trio"):
            return
        if quantity.low <= 1 and not is_counted_otherwise(sentence, quantity, words, index):
            return  # "one otter", "one long evening", "zero drama"
        if 1 <= quantity.low <= 6 and is_idle(sentence, words, quantity, index):
            return
    if (
        fact is not None
        and quantity.dimension == "percent"
        and hedge is None
        and re.search(rf"\b(?:up to|bis zu)\W*{quantity.low:g}", plain(fact.value))
        and re.match(r"\W*(?:off|discount|reduced|rabatt)", plain(sentence[quantity.end :]))
    ):
        fact = None  # "40% off everything" where it is up to 40%
    if (
        fact is not None
        and quantity.dimension == "price"
        and is_set_price(sentence, quantity, fact, index)
    ):
        fact = None  # "£54 each" where a set of four costs £54
    if (
        fact is not None
        and not quantity.dimension
        and matching
        and all(_is_mention(index.facts[i]) for i, _ in matching)
        and is_of_another(sentence[start:end], matching, index)
    ):
        fact = None  # "29 say the zip snags" where 66 do and 29 found feathers
    if (
        fact is not None
        and fact not in index.derived.get("asked_facts", ())
        and (why := misplaced(sentence, quantity, fact, index))
    ):
        found.refuse("grounding", kind, quantity.words, why)
        return
    if fact is not None:
        found.support(kind, quantity.words, fact)
        return
    stated = "; the facts say " + ", ".join(
        f"{index.facts[i].name}: {index.facts[i].value}" for i, _ in comparable[:3]
    )
    found.refuse(
        "grounding",
        kind,
        quantity.words,
        f"{kind} without a source{stated if comparable else ': no fact has one of this kind'}",
    )


def _is_mention(fact: Fact) -> bool:
    """Whether a fact counts how many mention something."""
    return fact.value[:1].isdigit() and bool(_MENTIONS.search(plain(fact.name)))


def _names_list(word: Word, names: frozenset[str]) -> bool:
    if word.stem in _CONTENTS and names & _SETS:
        return True
    return word.stem in names or (
        len(word.lower) > 6 and any(name[:6] == word.lower[:6] for name in names)
    )


def _is_basis(quantity: Quantity, index: FactIndex) -> bool:
    """Whether a fact is given per this much ("protein_per_100g")."""
    basis = re.sub(r"\W", "", plain(quantity.words))
    return any(
        basis in re.sub(r"[\W_]", "", plain(fact.name + fact.value))
        and "per" in plain(fact.name + fact.value)
        for fact in index.facts
    )


def _kind(quantity: Quantity, sentence: str) -> str:
    if quantity.dimension == "price":
        return "price"
    if quantity.dimension == "percent":
        return "percentage"
    if quantity.dimension:
        return "measure"
    if re.search(
        r"\b(?:rated|rating|stars?|out of|average)\b",
        sentence[max(0, quantity.start - 30) : quantity.end + 20],
        re.IGNORECASE,
    ):
        return "rating"
    return "count"


def _aged(quantity: Quantity) -> Quantity:
    """ "From age 8" is eight years, though no unit says so."""
    return Quantity(quantity.low * 12, quantity.high * 12, "calendar", "year", quantity.start, quantity.end,
                    quantity.words, quantity.is_worded, quantity.decimals)  # fmt: skip
