"""Facts turned round in plain words: after for before, proof where the facts deny it, all for most, tomorrow for weeks."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.comparing import agrees, is_comparable
from tasks.checks.fact_implied import FALSE
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import find_quantities
from tasks.checks.proportions import total_reviews
from tasks.checks.reversed_offers import Hit
from tasks.checks.words import Word, plain, words_of

__all__ = [
    "all_of",
    "beyond_scope",
    "defeated",
    "elsewhere",
    "other_side",
    "promised",
    "within_article",
]

_PROOF = re.compile(
    r"^(?:is_)?(?P<what>[a-z]+)_?(?:proof|resistant|repellent|safe|friendly|tight)$"
)
_MEANS = {
    "transfer": r"come off|rub off|budge|smudge|smear|kiss|stay put|stays put",
    "smudge": r"smudge|smear|budge|run",
    "water": r"rain|wet|splash|shower|swim|pool|puddle|downpour|drench|soak|bath|lake|sea|storm",
    "rain": r"rain|wet|downpour|shower|drizzle|storm",
    "splash": r"splash|spill|rain|puddle",
    "shower": r"shower|rain|drizzle",
    "stain": r"stain|spill|wine|ketchup|gravy",
    "wind": r"wind|gale|gust|breeze|storm",
    "heat": r"oven|flame|hob|hot|heat|barbecue",
    "shock": r"drop|fall|knock|bump|tumble",
    "drop": r"drop|fall|knock|bump|tumble",
    "scratch": r"scratch|key|claw",
    "child": r"child|little finger|toddler|curious",
    "frost": r"frost|freez|winter|ice",
    "rust": r"rust|rain|damp",
    "leak": r"leak|spill|drip",
    "dust": r"dust|sand",
    "sweat": r"sweat",
    "oven": r"oven|bake|roast",
    "freezer": r"freez",
    "dishwasher": r"dishwasher",
    "microwave": r"microwave",
}
_EFFECT = re.compile(
    r"come off|rub off|budge|smudge|smear|leak|spill|drip|scratch|stain|rust|run\b"
)
_WITHSTANDS = re.compile(
    r"\b(?:won't|will not|don't stand|doesn't mind|don't mind|never|no (?:match|problem|worr\w+|chance|fear|trouble|drama|way)|can't|cannot|couldn't|keeps? (?:\w+ )?(?:out|off|away|at bay|dry)|shrugs?|laughs?|survives?|withstands?|takes? [^.]{0,20}in (?:its|their) stride|defies|defy|beats?|shuts? out|holds? off|copes?|happy (?:in|under|out)|at home in|ready for|fine (?:in|with|under)|stands? up to|stands? no chance|stand a chance|whatever|even (?:in|under|through|after)|straight (?:in|into|from)|goes? (?:in|into)|pop (?:it|them)|through)\b"
)
_DISCLAIMS = re.compile(
    r"\b(?:isn't|is not|aren't|are not|not (?:made|meant|built|suitable|designed|for|rated|proof|safe|recommended)|keep (?:it|them|this|the \w+) (?:out|away|from|clear|indoors|inside|dry)|avoid|take (?:it|them) (?:off|in)|only|so (?:please|keep|bring|wipe)|leave (?:it|them)|not quite|bring (?:it|them) in|careful|mind the|no friend|hand wash|by hand)\b"
)
_SIDES = {
    "before": "after", "after": "before", "above": "below", "below": "above", "inside": "outside", "outside": "inside",
    "under": "over", "over": "under", "indoors": "outdoors", "outdoors": "indoors", "vor": "nach", "nach": "vor",
    "über": "unter", "unter": "über",
}  # fmt: skip
_SOON = re.compile(
    r"\b(?:deliver\w*|arriv\w+|there|with you|yours|ships?|shipped|dispatch\w*|lands?|knocks?|door\w*|on (?:its|their) way|in your hands|at yours|leaves?|sent|posted)\b[^.;!?]{0,40}?\b(?P<a>today|tonight|tomorrow|overnight|by noon|next (?:day|morning)|same[- ]day|the day after|within (?:hours|minutes|an hour|the hour)|this (?:evening|afternoon)|by (?:lunchtime|breakfast|the weekend|morning))\b"
    r"|\border\w* (?:before|by|until) (?P<b>noon|midnight|midday|lunchtime)\b"
    r"|\b(?P<c>tomorrow|tonight|overnight|same[- ]day|next[- ]day)\b[^.;!?]{0,20}\b(?:deliver\w*|arriv\w+|dispatch\w*)\b"
)
_SERVICE = re.compile(
    r"\b(?:try (?:it|them)|on trial|returns?|returned|send (?:it|them) back|exchange|swap|refund\w*|guarantee\w*|warrant\w*|cover(?:ed|s)?|money back|change your mind|bring (?:it|them) back|deliver\w*|dispatch\w*)\b"
)
_ARTICLE = re.compile(
    r"\b(?:within|for|after|up to|inside|in|have|takes?|you've got|you have) (?:just )?(?:a|an|the|one) (?:full |whole |entire |good )?(?P<unit>year|month|week|fortnight|day|decade)\b(?!'s| (?:out|off|away|of|in|or|and))"
)
_ALL = re.compile(
    r"\b(?:all|each|every one|every single one)(?: of)?(?: the| our| these)?(?: \d+)? (?:\w+ )?(?:reviews?|ratings?|reviewers?|buyers?|customers?|owners?|pieces|parts|items|pairs|bags|stock)\b|\bevery (?:review\w*|rating|buyer|customer|owner|one of them)\b"
)


def defeated(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "Squirrels don't stand a chance" where squirrel_proof is false."""
    for fact in index.facts:
        match = _PROOF.match(plain(fact.name))
        if not match or plain(fact.value).strip(" .") not in FALSE:
            continue
        what = match.group("what")
        means = re.search(rf"\b(?:{_MEANS.get(what, what)}|{what})\w*", folded)
        stands = _WITHSTANDS.search(folded)
        if not means or _DISCLAIMS.search(folded) or "proof" in folded:
            continue
        kept_off = re.search(
            r"\b(?:never|not?|won't|can't|doesn't|don't)\b[^.,;]{0,18}$", folded[: means.start()]
        )
        is_effect = bool(_EFFECT.match(means.group()))
        if (is_effect and kept_off) or (not is_effect and stands and not kept_off):
            return "polarity", means.group(), f"the facts deny it ({fact.name}: {fact.value})"
    return None


def other_side(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "Before the last frost" where a fact says after it; "under £50" where it says over."""
    mine = list(_sided(words))
    if not mine:
        return None
    for i, fact in enumerate(index.facts):
        if index.identity[i]:
            continue
        for side, thing in _sided(words_of(fact.value, index.locale)):
            opposite = [s for s, t in mine if t & thing and _SIDES.get(s) == side]
            agreeing = any(s == side and t & thing for s, t in mine)
            if opposite and not agreeing and len(thing) > 0:
                return (
                    "polarity",
                    opposite[0],
                    f"the facts say the opposite ({fact.name}: {fact.value})",
                )
    return None


def _sided(words: tuple[Word, ...]) -> list[tuple[str, frozenset[str]]]:
    """Each word such as "before" or "under" with the stems of the two telling words after it."""
    found = []
    for n, word in enumerate(words):
        if word.lower in _SIDES:
            after = [
                w.stem
                for w in words[n + 1 : n + 5]
                if w.is_number or (len(w.lower) > 3 and w.lower not in ("last", "first", "your", "with", "that", "this"))
            ]  # fmt: skip
            found.append((word.lower, frozenset(after[:2])))
    return found


def promised(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "It will be there tomorrow" where no fact says so."""
    match = _SOON.search(folded)
    if not match:
        return None
    said = match.group("a") or match.group("b") or match.group("c")
    told = " ".join(plain(f"{f.name.replace('_', ' ')} {f.value}") for f in index.facts)
    key = re.sub(r"^(?:by|within|next|the|this|same)[ -]", "", said).split()[0]
    if key in told or (
        re.search(r"next|tomorrow", said)
        and re.search(r"next|24 ?h|1 (?:working )?day|overnight", told)
    ):
        return None  # fmt: skip
    if re.search(r"today|same", said) and re.search(r"same|today|in_?store|collect", told):
        return None
    return "delivery", said, "no fact promises this"


def within_article(
    sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex
) -> Hit | None:
    """ "Swap it within a year" where the facts give 28 days."""
    match = _ARTICLE.search(folded)
    if not match or not _SERVICE.search(folded):
        return None
    unit = {"fortnight": "14 days", "decade": "10 years"}.get(match.group("unit"), f"1 {match.group('unit')}")  # fmt: skip
    said = find_quantities(unit)[0]
    days = {"week": 7, "month": 30, "fortnight": 14, "year": 365}.get(match.group("unit"))
    told = [q for _, q in index.quantities if is_comparable(said, q)]
    if days:
        spans = [q for _, q in index.quantities if q.dimension == "time"]
        told += spans
        if any(abs(q.high / 86400 - days) <= (2 if days == 30 else 0.01) for q in spans):
            return None
    if not told or any(agrees(said, q, None) or agrees(said, q, "upto") for q in told):
        return None
    return "measure", match.group(), "a time that no fact states"


def all_of(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "All 154 ratings come from verified buyers" where 120 do."""
    match = _ALL.search(folded)
    total = total_reviews(index)
    if not match or not total:
        return None
    stems = {w.stem for w in words if w.start >= match.end()}
    for i, q in index.quantities:
        fact = index.facts[i]
        if q.dimension or q.unit in ("items", "list") or fact is total[1] or q.low >= total[0]:
            continue
        named = index.names[i] - {"buyer", "review", "rate", "count", "number", "custom", "star"}
        if named & stems and q.low.is_integer() and q.low > 5:
            return "proportion", match.group(), f"the facts say {fact.name}: {fact.value}"
    return None


_SCOPED = re.compile(
    r"\b(?:on|for|covers|covering) (?:the |its |all )?(?P<what>[a-zäöü][\w ,'-]+)$"
)
_ON = re.compile(r"\b(?:on|covers|covering|covered|include[sd]?|including)\b (?P<what>[^.;:!?]+)")


def beyond_scope(
    sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex
) -> Hit | None:
    """ "A guarantee on frame, motors and top" where the facts give five years on the frame."""
    match = _ON.search(folded)
    if not match or not re.search(r"\b(?:guarantee\w*|warrant\w*|covered)\b", folded):
        return None
    for fact in index.facts:
        scope = _SCOPED.search(plain(fact.value))
        if not scope or not re.search(r"guarantee|warranty", plain(fact.name)):
            continue
        inside = {w.stem for w in words_of(scope.group("what"))}
        parts = [
            p for p in re.split(r",|\band\b|\bor\b|\bplus\b", match.group("what")) if p.strip()
        ]
        named = [{w.stem for w in words_of(p)} for p in parts]
        if any(n & inside for n in named) and not all(n & inside or len(n) > 3 for n in named):
            return "guarantee", match.group("what"), f"the facts say {fact.name}: {fact.value}"
        if re.search(
            r"\b(?:everything|every part|all (?:its |the )?parts|the whole|entire)\b",
            match.group("what"),
        ):
            return "guarantee", match.group("what"), f"the facts say {fact.name}: {fact.value}"
    return None


_ANYWHERE = re.compile(
    r"\b(?:world ?wide|wherever (?:you (?:are|live)|in the world)|anywhere (?:in the world|you (?:are|live)|on earth)|all over the world|around the globe|in any country|every country|internationally|to any address|overseas|abroad)\b"
)
_REGION = re.compile(
    r"\b(?:in|within|to|across) (?:the )?(?:mainland |uk\b|gb\b|eu\b|europe|germany|austria|switzerland|ireland|france|us\b|usa\b|england|scotland|britain|great britain)|\b(?:uk|eu|gb|us|mainland|germany|austria)[ -](?:only|wide|mainland|addresses)|\bmainland\b|\bonly in\b"
)


def elsewhere(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "Wherever in the world you live" where the facts name a country."""
    match = _ANYWHERE.search(folded)
    if not match or not re.search(
        r"\b(?:deliver\w*|ship\w*|send|sent|post\w*|exchange|swap|return\w*|free|guarantee\w*|order\w*)\b",
        folded,
    ):
        return None
    told = [f for f in index.facts if _REGION.search(plain(f.value))]
    if told and not any(_ANYWHERE.search(plain(f.value)) for f in index.facts):
        return "offer", match.group(), f"the facts bound it ({told[0].name}: {told[0].value})"
    return None
