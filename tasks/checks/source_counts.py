"""Which count of the facts a bare number states: the noun it counts and the words near it decide."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.words import Word, plain, words_of

__all__ = ["SAME_NOUN", "choose_count", "is_of_another", "widened"]


_GENERIC_COUNT = re.compile(
    r"(?:count|quantity|pieces|number|pack|pack_size|pack_of|amount|units|total|contents|set_size|items|capsules|tablets|bags|sheets|set_of|stück|anzahl)"
)


_TOTAL_OF = re.compile(r"(?:of|across|from|after|over|with|in)$")


SAME_NOUN: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "review reviewer customer buyer people shopper rating owner parent reader user wearer verdict opinion person voter respondent rezension bewertung kunde kundin käufer kunden bewertungen rezensionen count",
        "piece pack set count item part box bundle quantity pairs pair contents unit stück teilig pc teil packung",
        "guarantee warranty garantie cover",
        "player people person serve portion seat sleep guest diner serving adult berth spieler personen",
        "cup mug serving coffee espresso",
        "speed setting level mode stufe programme program",
        "star rating rated average score durchschnitt sterne stern out average",
        "price cost preis buy only just now pay",
        "battery runtime playback playtime play charge run listening last life use akku laufzeit",
        "age year old month alter jahre",
        "drop return send deadline",
        "delivery dispatch arrive ship delivered deliver shipping lieferung lieferzeit",
        "burn burning last burns",
        "wash degree temperature",
        "screen display inch",
        "pocket compartment pouch section",
        "bag teabag sachet bags",
        "colour shade hue",
        "capsule tablet pill softgel",
        "brew steep minute infuse",
        "water depth deep metre dive",
        "bulb light led lamp",
        "shelf tier drawer",
        "order bought together purchase basket both time buy bestellung",
        "size grösse größe",
        "resolution pixel auflösung",
        "player gamer",
        "find found mention say report note",
    )
)


def widened(stems: frozenset[str]) -> frozenset[str]:
    wide = set(stems)
    for group in SAME_NOUN:
        if stems & group:
            wide |= group
    return frozenset(wide)


def choose_count(
    quantity: Quantity, matching: list[tuple[int, Quantity]], before: list[Word], after: list[Word], index: FactIndex,
    clause: frozenset[str], *, is_part: bool = False,
) -> Fact | None:  # fmt: skip
    # "18 praise the weight" where 18 praised the glaze: the aspect beside the number belongs to another count.
    def aspect(i: int, q: Quantity) -> frozenset[str]:
        return index.about.get((i, q), frozenset()) - index.names[i]

    if quantity.decimals:
        rated = [
            i
            for i, _ in matching
            if re.search(
                r"rating|average|avg|score|stars|schnitt|bewertung", plain(index.facts[i].name)
            )
        ]
        if rated:
            return index.facts[rated[0]]
    if is_part:
        # "12 of 40 reviewers": the noun counts the whole, the rest of the clause says which part.
        own = sorted(
            (
                (len((index.about.get((i, q), frozenset()) | index.context[i]) & clause), -i)
                for i, q in matching
            ),
            reverse=True,
        )
        rival = max(
            (
                len(aspect(i, q) & clause)
                for i, q in index.quantities
                if (i, q) not in matching and not q.dimension
            ),
            default=0,
        )
        if own and rival <= own[0][0]:
            return index.facts[-own[0][1]]
    named = [(i, q) for i, q in matching if not aspect(i, q) or aspect(i, q) & clause]
    matched = set(matching)
    if not named and any(
        aspect(i, q) & clause
        for i, q in index.quantities
        if (i, q) not in matched and not q.dimension
    ):
        return None
    matching = named or matching
    nouns = frozenset(w.stem for w in after[:3])
    words_before = frozenset(w.stem for w in before[-4:])
    identity = frozenset(
        s
        for i, flag in enumerate(index.identity)
        if flag or "category" in index.facts[i].name
        for s in index.context[i]
    )
    ranked: list[tuple[int, int]] = []
    for i, q in matching:
        about = index.about.get((i, q), index.context[i])
        context = widened(about)
        score = 4 * len(nouns & about) + 3 * len(nouns & context) + 2 * len(words_before & context)
        if not score and nouns & identity and SAME_NOUN[1] & index.context[i]:
            score = 2
        if not score and clause & context:
            score = 1
        if score:
            ranked.append((score, -i))
    generic = next(
        (
            i
            for i, _ in matching
            if _GENERIC_COUNT.fullmatch(plain(index.facts[i].name))
            and index.facts[i].value.strip().isdigit()
        ),
        None,
    )
    total = next(
        (
            i
            for i, _ in matching
            if _TOTAL_OF.search(" ".join(w.lower for w in before[-2:]))
            and "review" in plain(index.facts[i].name)
        ),
        None,
    )
    if total is not None:
        return index.facts[total]
    if not quantity.low.is_integer():
        return index.facts[-max(ranked)[1]] if ranked else index.facts[matching[0][0]]
    if generic is not None and not (ranked and max(ranked)[0] >= 4):
        return index.facts[generic]
    if ranked and max(ranked)[0] >= 2:
        return index.facts[-max(ranked)[1]]
    # Nothing near speaks for the fact: it stands unless the words near speak for another one.
    rivals = [
        3 * len(nouns & index.about.get((i, q), index.context[i]))
        + len(clause & (index.about.get((i, q), index.context[i]) - index.names[i]))
        for i, q in index.quantities
        if (i, q) not in matched
        and q.dimension == ""
        and q.unit != "items"
        and not _is_name(i, index)
    ]
    if _is_spoken(matching, clause, index):
        return index.facts[-max(ranked)[1]] if ranked else index.facts[matching[0][0]]
    if max(rivals, default=0) > (max(ranked)[0] if ranked else 0):
        return None
    return index.facts[-max(ranked)[1]] if ranked else index.facts[matching[0][0]]


def is_of_another(sentence: str, matching: list[tuple[int, Quantity]], index: FactIndex) -> bool:
    """Whether the whole sentence speaks of what another count is about and of nothing that the matching ones are.

    "Some shedding: 90 of 1,011 mention it" where 164 mention shedding and 90 scratches.
    """
    said = frozenset(w.stem for w in words_of(sentence, index.locale) if not w.is_number)

    def spoken(i: int, q: Quantity) -> frozenset[str]:
        about = index.about.get((i, q), index.context[i]) | index.names[i]
        return frozenset(
            s for s in (about - SAME_NOUN[0] - _PLAIN) & said if len(s) > 2 and s not in _LITTLE
        )

    if any(spoken(i, q) for i, q in matching):
        return False
    values = {q.low for _, q in matching}
    return any(
        spoken(i, q)
        for i, q in index.quantities
        if not q.dimension
        and q.unit not in ("items", "list")
        and q.low not in values
        and not _is_name(i, index)
    )


def _is_spoken(
    matching: list[tuple[int, Quantity]], clause: frozenset[str], index: FactIndex
) -> bool:
    """Whether the clause speaks of what a matching fact counts, and of no more of what another counts."""

    def spoken(i: int, q: Quantity) -> int:
        return len((index.about.get((i, q), index.context[i]) - SAME_NOUN[0] - _PLAIN) & clause)

    mine = max((spoken(i, q) for i, q in matching), default=0)
    values = {q.low for _, q in matching}
    theirs = max(
        (
            spoken(i, q)
            for i, q in index.quantities
            if not q.dimension and q.unit not in ("items", "list") and q.low not in values
        ),
        default=0,
    )
    return mine > theirs


_LITTLE = frozenset("the out for and not all who with from that said this".split())
_PLAIN = frozenset("mention count posit negat number total find found share say averag".split())


_NAMING = re.compile(
    r"(?:^|_)(?:name|title|brand|product|item|article|model|device|garment|toy|series|collection|subject|artikel|produkt|titel)(?:$|_)"
)


def _is_name(fact: int, index: FactIndex) -> bool:
    """Whether a fact names the subject, so that a number in it counts nothing."""
    return index.identity[fact] or bool(_NAMING.search(plain(index.facts[fact].name)))
