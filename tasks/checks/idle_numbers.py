"""Numbers in words that count nothing of the subject: "one otter", "allow it five minutes"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.fact_index import FactIndex
from tasks.checks.frames import is_plain
from tasks.checks.lexicon import lexicon_for
from tasks.checks.numerals import Quantity, find_quantities
from tasks.checks.source_counts import widened
from tasks.checks.sources import around
from tasks.checks.words import Word, plain

__all__ = ["IDIOMS", "is_counted_otherwise", "is_idle", "is_moment", "is_train"]


IDIOMS = re.compile(
    r"\b(?:24/7|50/50|nine lives|one or two|two or three|three or four|one (?:of|or|more|day|another|by|less|that|that's|you|for|to|with|and all|thing|place|go|piece|"
    r"simple|easy|who|he|she|we|they|at a time|last|in which|where|last|sitting|step|night|morning|evening|cup|look|"
    r"glance|touch|small|quiet|little|long|good|great|mug|bag|bite|sip|sweep|less|happy|and done|size)|(?:the|this|that|every|any|no|some|each|which|another|"
    r"right|good|only|first|last|as|someone|number|for|or|is|your|a|loved|little|new|favourite) one|one|nine[- ]to[- ]five|9[- ]to[- ]5|two of you|the two|you two|both|"
    r"one or two|a (?:thing|word|minute|day|week|cup|moment) or two|two's|two worlds|second to none|for two|four seasons|all four seasons|"
    r"two minds|no two|any two|ten out of ten|seven days a week|a million|a thousand (?:words|times|thanks)|a hundred (?:times|little)|"
    r"zero (?:fuss|effort|stress|hassle|drama)|on all fours|two left feet|five o'clock|cloud nine|plan b|third places?|back to square one|one-of|at sixes|"
    r"dressed to the nines|high five|take five|table for (?:two|four|six)|two peas|half the (?:fun|battle|battle won|joy)|two wheels|four walls|four legs|four-legged|two feet|ten minutes' peace|five more minutes|tens|hundreds and thousands|all-in-one|two-faced|forty winks|three cheers|two birds|seven seas|four corners|other half|twenties|thirties)\b",
    re.IGNORECASE,
)


_LASTS = re.compile(
    r"\b(?:in|within|for|up to|after|every|only|just|lasts?|takes?|needs?|under|over|about|least|ready|of|per|than|ages?|aged|a|an)\W*$"
)


_TRAIN = re.compile(r"\bthe\W*$")


def is_train(sentence: str, quantity: Quantity) -> bool:
    """ "On the 17.42 to anywhere": a train by its time, and no figure of the subject."""
    return (
        not quantity.dimension
        and re.fullmatch(r"(?:[01]?\d|2[0-3])\.[0-5]\d", quantity.words) is not None
        and bool(_TRAIN.search(plain(sentence[: quantity.start])))
        and bool(
            re.match(
                r"\s*(?:[.,;:!?)']|$|(?:to|from|is|was|home|train|bus)\b)", sentence[quantity.end :]
            )
        )
    )


def is_moment(sentence: str, quantity: Quantity, index: FactIndex) -> bool:
    """ "Allow it five minutes", "two days in a hut": a time that says nothing of the subject."""
    return (
        quantity.low < 30 * 86400
        and not _LASTS.search(plain(sentence[: quantity.start]))
        and not re.match(
            r"[\W]*(?:delivery|returns?|guarantee|warranty|battery|of |charg|burn|play|run|cook|dispatch|lieferung|garantie|laufzeit)",
            plain(sentence[quantity.end :]),
        )
        and not any(
            q.dimension == "time" and q.low != quantity.low and q.unit == quantity.unit
            for _, q in index.quantities
        )
    )


def is_counted_otherwise(
    sentence: str, quantity: Quantity, words: tuple[Word, ...], index: FactIndex
) -> bool:
    """Whether the noun after "one" is counted by a fact whose own number the sentence does not give as well."""
    after = [
        w
        for w in around(words, quantity, 2)[1]
        if not re.search(r"[,;:.!?]", sentence[quantity.end : w.start])
    ]
    others = {q.low for q in find_quantities(sentence, index.locale) if q.start != quantity.start}
    return any(
        not q.dimension and q.unit not in ("items", "list") and q.low not in others
        for i, q in index.quantities
        if any(w.stem in index.names[i] for w in after) and not index.identity[i]
    )


def is_idle(sentence: str, words: tuple[Word, ...], quantity: Quantity, index: FactIndex) -> bool:
    """Whether a small number in words counts nothing that a fact or the vocabulary speaks of: "three cheeses"."""
    before, after = around(words, quantity, 2)
    before = [w for w in before if not re.search(r"[,;:.!?]", sentence[w.end : quantity.start])]
    if before and before[-1].lower in ("pair", "link", "connect", "stack", "join", "combine"):
        return True
    spoken = {
        s
        for i, q in index.quantities
        if not q.dimension and q.unit != "items"
        for s in widened(index.about.get((i, q), index.context[i]))
    }
    if any(w.stem in spoken for w in (*before, *after)):
        return False
    if any(
        w.lower
        in (
            "with",
            "has",
            "have",
            "includes",
            "comes",
            "only",
            "just",
            "features",
            "left",
            "remain",
        )
        for w in (*before, *around(words, quantity, 3)[1])
    ):
        return False
    if not after or after[0].lower in (
        "for",
        "of",
        "in",
        "to",
        "at",
        "on",
        "with",
        "together",
        "apart",
        "is",
        "are",
        "and",
        "or",
    ):
        return not before or before[-1].lower not in (
            "for",
            "of",
            "seats",
            "serves",
            "sleeps",
            "holds",
            "fits",
        )
    hits = lexicon_for(index.locale).find(tuple(after))
    if any(
        hit.group
        in (
            "part",
            "sure_part",
            "feature",
            "kind",
            "material",
            "service",
            "certification",
            "colour",
        )
        for hit in hits
    ):
        return False
    # A noun of the subject's own facts is counted by them or not at all.
    return is_plain(after[0].lower) and not any(
        not h.is_identity for h in index.held.get(after[0].stem, ())
    )
