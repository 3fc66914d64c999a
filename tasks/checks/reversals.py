"""A fact turned round or blown up in plain words: worn for unworn, free for £3.50, solid for veneered, the wrong author."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.claims import Found
from tasks.checks.fact_implied import FALSE, TRUE
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.negation import is_left_out, is_negated
from tasks.checks.reversed_offers import Hit, costs, offers, opinions, parts_off, widened
from tasks.checks.turned import (
    all_of,
    beyond_scope,
    defeated,
    elsewhere,
    other_side,
    promised,
    within_article,
)
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_reversals"]


_UN = re.compile(
    r"\bun(worn|used|opened|washed|damaged|touched|altered|assembled|treated|bleached|dyed|sweetened|salted|scented|tinted|lined|padded|finished|glazed|coated|limited|heated|insulated)\b"
)


_DEGREE = re.compile(
    r"\b(natural|solid|pure|real|genuine|100 ?%|all|entirely|hundred percent) (?:\w+ )?$"
)


_LESSER = re.compile(
    r"veneer|plated|effect|look|faux|imitation|blend|mix|colou?red|coated|laminate|printed|style|ply|composite|vegan|recycled"
)


_ROLES = {
    "written by": r"author|writer|by$", "illustrated by": r"illustrat", "narrated by": r"narrat|reader|read_by", "read by": r"narrat|reader|read_by",
    "translated by": r"translat", "composed by": r"compos", "sung by": r"sing|vocal|perform|artist|choir", "designed by": r"design",
    "photographed by": r"photo", "published by": r"publish", "edited by": r"edit", "directed by": r"direct", "brewed by": r"brew",
}  # fmt: skip


_ROLE = re.compile(rf"\b(?P<role>{'|'.join(_ROLES)}) (?P<name>[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*)*)")


_APART = re.compile(
    r"\b(?:separately|not included|isn't included|aren't included|sold on its own|at extra cost|buy an?|need to buy|bring your own)\b"
)


_GIVEN = re.compile(
    r"\b(?:is|are|comes?|come) (?:also |all |both )?(?:included|supplied|provided|in the box)\b|\bin the box\b|\bcomes? with\b|\bincludes?\b|\bincluding\b"
)


def judge_reversals(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> None:
    """Refuses what turns a fact of ``index`` round. English."""
    folded = plain(sentence)
    if len(folded) != len(sentence):
        return
    for check in (
        costs,
        _unmade,
        _degrees,
        _roles,
        parts_off,
        offers,
        opinions,
        _given,
        _moved,
        _ordinals,
        _cared,
        defeated,
        other_side,
        promised,
        within_article,
        all_of,
        beyond_scope,
        elsewhere,
        widened,
    ):
        hit = check(sentence, folded, words, index)
        if hit:
            found.refuse("grounding", hit[0], hit[1], hit[2])
            return


_REFUSED = re.compile(r"\b(?:can't|cannot|won't|not|no longer|unable|afraid|sorry)\b")


def _unmade(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for fact in index.facts:
        for match in _UN.finditer(
            plain(fact.value) + " " + (plain(fact.name) if plain(fact.value) in TRUE else "")
        ):
            bare = match.group(1)
            for n, word in enumerate(words):
                if (
                    word.lower == bare
                    and not is_negated(sentence, words, n, n + 1)
                    and not _REFUSED.search(folded)
                ):
                    return (
                        "polarity",
                        word.text,
                        f"the facts say the opposite ({fact.name}: {fact.value})",
                    )
    return None


def _degrees(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for hit in lexicon_for(index.locale).find(words):
        if hit.group != "material":
            continue
        match = _DEGREE.search(folded[max(0, words[hit.start].start - 22) : words[hit.start].start])
        if not match:
            continue
        degree = match.group(1)
        stems = [w.stem for w in words[hit.start : hit.end]]
        holders = [h for h in index.holders(stems) if h.is_positive]
        values = [plain(index.facts[h.fact].value) for h in holders]
        if not values or any(degree in value for value in values):
            continue
        shares = [
            q.low
            for h in holders
            for n, q in index.quantities
            if n == h.fact and q.dimension == "percent"
        ]
        if degree == "natural" and not all(
            re.search(r"lab|synthetic|artificial|faux|imitation", value) for value in values
        ):
            continue
        lesser = degree == "natural" or all(_LESSER.search(value) for value in values)
        if (shares and max(shares) < 99.5) or (
            lesser
            and degree in ("natural", "solid", "pure", "real", "genuine")
            and not (degree == "pure" and "recycled" in values[0])
        ):
            return (
                "material",
                f"{degree} {words[hit.start].text}",
                f"the facts say less ({index.facts[holders[0].fact].value})",
            )
    return None


def _roles(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for match in _ROLE.finditer(sentence):
        name = plain(match.group("name"))
        pattern = _ROLES[plain(match.group("role"))]
        holders = [
            f
            for f in index.facts
            if plain(f.value) and (plain(f.value) in name or name in plain(f.value))
        ]
        known = [f for f in index.facts if re.search(pattern, plain(f.name))]
        if known and holders and not any(f in known for f in holders):
            return (
                "name",
                match.group(),
                f"the facts name another ({known[0].name}: {known[0].value})",
            )
    return None


def _given(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    stems = [w.stem for w in words]
    for fact in index.facts:
        value = plain(fact.value).strip(" .")
        name = [
            w
            for w in words_of(plain(fact.name).replace("_", " "), index.locale)
            if w.lower not in ("included", "is", "has", "in", "the", "incl")
        ]
        if not name or name[-1].stem not in stems:
            continue
        at = stems.index(name[-1].stem)
        near = folded[max(0, words[at].start - 30) : words[at].end + 30]
        if (
            re.search(r"separately|not included|excluded|at extra cost", value)
            and _GIVEN.search(near)
            and not re.search(r"\b(?:not|no|without|separately)\b|n't", near)
        ):
            return (
                "included",
                words[at].text,
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
        if (
            plain(fact.name).endswith(("included", "supplied"))
            and value in TRUE
            and _APART.search(near)
        ):
            return (
                "included",
                words[at].text,
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
    return None


_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:book|part|volume|case|edition|novel|instalment|story|title|series|season|album|record)\b"
)


_ORDINALS = {
    w: i
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}


def _ordinals(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _ORDINAL.search(folded)
    numbers = [
        (q.low, i)
        for i, q in index.quantities
        if re.search(r"series|volume|part|edition|season|band", plain(index.facts[i].name))
        and not q.dimension
    ]
    if match and numbers and not any(n == _ORDINALS[match.group(1)] for n, _ in numbers):
        fact = index.facts[numbers[0][1]]
        return "count", match.group(), f"the facts say another ({fact.name}: {fact.value})"
    return None


_MACHINE = re.compile(
    r"\b(?:in(?:to)? the (?:washing machine|wash|dishwasher|dryer|machine)|machine[- ]wash\w*|a spin|dishwasher[- ](?:safe|proof))\b"
)


_BY_HAND = re.compile(
    r"\b(?:surface wash|surface clean|spot clean|sponge clean|hand[- ]?wash|wipe clean|dry clean)(?:ed|ing)? only\b"
)


def _cared(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _MACHINE.search(folded)
    if not match or re.search(
        r"\b(?:not|never|no|out of|isn't|don't|keep|without|doesn't|cannot|can't|avoid|skip)\b",
        folded,
    ):
        return None
    for fact in index.facts:
        if _BY_HAND.search(plain(fact.value)):
            return (
                "polarity",
                match.group(),
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
    return None


_UNABLE = re.compile(r"\b(?:not?|never|cannot|without|isn't|aren't|fixed|permanent|stays?)\b|n't\b")
_ABLE = {
    "removable": re.compile(r"\b(?:takes?|slips?|zips?|pulls?|comes?|lifts?|whips?) (?:[\w ]{1,30} )?(?:off|out|away)\b|\bunzip\b"),
    "detachable": re.compile(r"\b(?:takes?|slips?|zips?|pulls?|comes?|lifts?|clips?) (?:[\w ]{1,30} )?(?:off|away)\b|\bunclip\b"),
    "washable": re.compile(r"\b(?:in(?:to)? the (?:wash|machine|washing machine)|machine wash|give it a wash|wash (?:it|them|and)|washes well)\b"),
    "foldable": re.compile(r"\bfolds?\b (?:flat|away|up|down|in)"),
    "adjustable": re.compile(r"\b(?:raise (?:it|the)|lower (?:it|the)|to suit (?:you|every)|set (?:it|them) (?:to|at) (?:your|any))\b"),
    "refillable": re.compile(r"\b(?:top it up|refill|fill (?:it|them) (?:up )?again)\b"),
    "rechargeable": re.compile(r"\b(?:charges?|plug (?:it|them) in)\b"),
    "reusable": re.compile(r"\b(?:again and again|use (?:it|them) again|time after time)\b"),
    "stackable": re.compile(r"\bstacks?\b"),
    "dimmable": re.compile(r"\bdims?\b|\bturn (?:it|them|the light) down\b"),
    "expandable": re.compile(r"\b(?:expands?|extends?|grows?)\b"),
    "extendable": re.compile(r"\b(?:extends?|pulls? out)\b"),
}  # fmt: skip


def _moved(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "A motorised castle" where motor is false."""
    for fact in index.facts:
        if plain(fact.value).strip(" .") not in FALSE:
            continue
        named = words_of(plain(fact.name).replace("_", " "), index.locale)
        if not named:
            continue
        last = named[-1].lower
        done = _ABLE.get(last)
        if done and (match := done.search(folded)) and not _UNABLE.search(folded):
            return (
                "polarity",
                match.group(),
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
        if last.endswith(("able", "ible")) and len(last) > 6:
            base = last[:-4]
            bases = {base, base + "e", base[:-1] if base[-1:] == base[-2:-1] else base} - {"wash"}
            for n, word in enumerate(words):
                said = word.lower.removesuffix("s").removesuffix("ing").removesuffix("ed")
                if (
                    n
                    and said in bases
                    and word.lower != last
                    and not is_negated(sentence, words, n, n + 1)
                    and not is_left_out(sentence, word.start, word.end)
                ):
                    return (
                        "polarity",
                        word.text,
                        f"the facts say the opposite ({fact.name}: {fact.value})",
                    )
        if len(named) != 1 or len(named[0].stem) < 5:
            continue
        for n, word in enumerate(words):
            if (
                word.lower.startswith(named[0].stem)
                and word.stem != named[0].stem
                and not is_negated(sentence, words, n, n + 1)
                and not is_left_out(sentence, word.start, word.end)
            ):
                return (
                    "polarity",
                    word.text,
                    f"the facts say the opposite ({fact.name}: {fact.value})",
                )
    return None
