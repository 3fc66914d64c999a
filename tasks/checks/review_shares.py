"""Proportions of reviewers ("most", "one in four") against the counts."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import find_quantities
from tasks.checks.opinion_cues import NEGATIVE, POSITIVE, find_cues
from tasks.checks.proportions import total_reviews
from tasks.checks.told_shares import counts_no_people, told_by_a_fact
from tasks.checks.words import plain, words_of

__all__ = ["judge_proportion"]


_QUANTIFIER = re.compile(
    r"\b(?P<all>all|every(?:one|body)?|every (?:single )?one|each|unanimous(?:ly)?|without exception|alle|jede[rn]?)\b(?=\s+(?:of (?:the|our) )?(?:\d+ )?(?:would |will |can )?(?:review|reviewer|customer|buyer|people|shopper|person|owner|parent|reader|user|single|agree|find|found|say|said|think|thought|report|complain|fault|recommend|enjoy|dislike|hate|want|wrote|write|love|prais|wearer|kunde|kund|bewert|rave|like|mention|adore)\w*)"
    r"|\b(?P<none>hardly anyone|almost nobody|almost no one|hardly any|few would|barely anyone|nobody|no one|no (?:reviewer|customer|buyer|one)|not one|none|niemand|keiner)\b"
    r"|\b(?P<most>most|the majority|a majority|almost all|nearly all|the vast majority|overwhelmingly|more than half|over half|die meisten|die mehrheit|almost every|nearly every|virtually all|by far the most)\b(?!\s+(?:mornings|days|evenings|of the (?:day|time|year|summer|season)|often|mentioned|praised|common|frequent|loved|of all|evenings|weeks|nights|weekends))"
    r"|\b(?P<half>(?:nearly |almost |just under |just over |a little over |around |about |roughly |etwa |knapp )?(?:half|die hälfte))\b(?=\s+(?:of|the|all|mention|prais|lov|der|fault|complain|say|said))"
    r"|\b(?P<minority>a minority|less than half|fewer than half)\b"
    r"|\b(?P<frac>a third|one third|two thirds|two-thirds|a quarter|one quarter|three quarters|three-quarters|a fifth|one in (?:two|three|four|five|six|ten)|two in (?:three|five)|three in (?:four|five)|four in five|nine in ten|nine out of ten|eight out of ten|four out of five|three out of four|ein drittel|ein viertel)\b",
    re.IGNORECASE,
)


_NUMBER_WORD = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|eine?r?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)"


_IN = re.compile(
    rf"\b(?P<part>{_NUMBER_WORD})\s+(?:(?:people|person|reviewers?|buyers?|customers?|owners?|users?|shoppers?|parents?|readers?|reviews?|wearers?)\s+(?=in\b))?(?P<by>in|of|out of|von)\s+(?:every )?(?P<whole>{_NUMBER_WORD})\b(?!\s*(?:stars?|sternen?|points?))",
    re.IGNORECASE,
)


_FRACTIONS = {
    "a third": 1 / 3, "one third": 1 / 3, "two thirds": 2 / 3, "two-thirds": 2 / 3, "a quarter": 0.25, "one quarter": 0.25, "three quarters": 0.75,
    "three-quarters": 0.75, "a fifth": 0.2, "one in two": 0.5, "one in three": 1 / 3, "one in four": 0.25, "one in five": 0.2, "one in six": 1 / 6,
    "one in ten": 0.1, "two in three": 2 / 3, "two in five": 0.4, "three in four": 0.75, "three in five": 0.6, "four in five": 0.8, "nine in ten": 0.9,
    "nine out of ten": 0.9, "eight out of ten": 0.8, "four out of five": 0.8, "three out of four": 0.75, "ein drittel": 1 / 3, "ein viertel": 0.25,
}  # fmt: skip


_REVIEW = re.compile(
    r"\b(?:review|found|find|says?|said|recommend|again|reviewer|customer|buyer|people|shopper|owner|parent|reader|user|them|wearer|kund|bewert|rat(?:ed|ing))\w*",
    re.IGNORECASE,
)


_TOLD = re.compile(r"\s+(?:note|notice|noticed|noted|mention|mentioned|report|reported|complain)\b")


def judge_proportion(
    clause: str,
    stems: frozenset[str],
    index: FactIndex,
    sides: list[tuple[bool, frozenset[str], int]],
    locale: str,
    found: Found,
) -> list[tuple[int, int]]:
    read: list[tuple[int, int]] = []
    for match in _IN.finditer(clause):
        part, whole = (_number(match.group(g)) for g in ("part", "whole"))
        if (
            not part
            or not whole
            or part > whole
            or whole == 1
            or (match.group("by") == "out of" and whole in (5, 10))
        ):
            continue
        total = total_reviews(index)
        if match.group("by") in ("of", "out of") and total and whole == total[0]:
            continue  # "12 of 40 reviewers": both are counts, judged as such
        read.append(match.span())
        shares = _shares(stems, index, sides)
        source = next((f for s, f in shares if abs(s - part / whole) <= 0.03), None)
        if source is None and (told := told_by_a_fact(match.group(), part / whole, stems, index)):
            source = told
        if source is None:
            found.refuse(
                "grounding",
                "proportion",
                match.group(),
                "a proportion of reviewers that the counts do not bear",
            )
        else:
            found.support("count", match.group(), source)
    for match in _QUANTIFIER.finditer(clause):
        if any(a < match.end() and match.start() < b for a, b in read):
            continue
        read.append(match.span())
        if (
            match.lastgroup == "all"
            and not find_cues(plain(clause[: (clause.find(",", match.end()) + 1 or len(clause))]))
            and re.match(
                r"\s+(?:of (?:the|our) )?\d+|\s+\w+ (?:reviews?|ratings?)", clause[match.end() :]
            )
            and not re.search(
                r"\b(?:say|said|find|found|recommend|agree|think|report|mention|complain|want|would|stars?)\b",
                clause,
            )
        ):
            continue  # "all 31 reviews are verified"
        if match.lastgroup not in ("all", "none") and not (
            _REVIEW.search(clause)
            or _TOLD.match(clause[match.end() :])
            or POSITIVE.search(plain(clause))
            or NEGATIVE.search(plain(clause))
        ):
            continue
        kind = match.lastgroup or ""
        if kind == "most" and counts_no_people(clause, match):
            continue
        if told := told_by_a_fact(
            match.group(), _FRACTIONS.get(match.group().casefold()), stems, index
        ):
            found.support("count", match.group(), told)
            continue
        shares = _shares(stems, index, sides)
        if any(_bears(kind, match.group().casefold(), share) for share, _ in shares):
            found.support(
                "count",
                match.group(),
                next(f for s, f in shares if _bears(kind, match.group().casefold(), s)),
            )
            continue
        if kind == "none" and not re.search(
            r"\b(?:review|reviewer|customer|buyer|prais|complain|fault|mention|dislike|recommend|hardly|almost|barely)\w*",
            clause,
            re.IGNORECASE,
        ):
            continue
        found.refuse(
            "grounding",
            "proportion",
            match.group(),
            "a proportion of reviewers that the counts do not bear",
        )
    return read


def _number(word: str) -> float | None:
    found = find_quantities(word) or find_quantities(word.lower(), "de")
    return (
        1.0 if word.lower() in ("one", "ein", "einer", "eine") else found[0].low if found else None
    )


def _shares(
    stems: frozenset[str], index: FactIndex, sides: list[tuple[bool, frozenset[str], int]]
) -> list[tuple[float, Fact]]:
    """The shares of reviewers that the clause may speak of: those of the aspects it names, else all that are known."""
    total = total_reviews(index)
    named = [index.facts[i].name for _, aspect, i in sides if aspect & stems]
    shares: list[tuple[float, Fact, str]] = []
    for i, quantity in index.quantities:
        if quantity.unit == "items":
            continue
        fact = index.facts[i]
        name = plain(fact.name)
        if quantity.dimension == "percent":
            shares.append((quantity.low / 100, fact, name))
        elif (
            not quantity.dimension
            and total
            and not (
                fact.name in named
                and not re.search(r"\d+ (?:of|review|mention)|\(\d+\)", plain(fact.value))
            )
            and fact is not total[1]
            and quantity.low <= total[0]
            and "rating" not in name
            and "average" not in name
        ):
            shares.append((quantity.low / total[0], fact, name))
    if named:
        suffixed = [
            (s, f)
            for s, f, n in shares
            if any(n.endswith(plain(m)) or plain(m) == n or plain(m) in n for m in named)
        ]
        context = [
            (s, f)
            for s, f, n in shares
            if any(
                index.context[i] & aspect & stems
                for i, fact in enumerate(index.facts)
                if fact is f
                for _, aspect, _ in sides
            )
        ]
        if suffixed or context:
            return suffixed or context
    aspects = {n for _, _, n in shares}
    idle = {"mention", "count", "say", "number", "share", "percent", "review", "n"}
    told = [
        (s, f)
        for s, f, n in shares
        if (frozenset(w.stem for w in words_of(n.replace("_", " "), index.locale)) - idle) & stems
    ]
    if told:
        return told
    if named:
        return []
    mentioned = [(s, f) for s, f, n in shares if re.search(r"mention|say_|find_|report", n)]
    if mentioned and not named:
        return mentioned
    return (
        [(s, f) for s, f, _ in shares]
        if len(aspects) == 1 or not sides
        else [
            (s, f)
            for s, f, n in shares
            if re.search(r"recommend|empfehl|five|positive|satisf|repeat", n)
        ]
    )


def _bears(kind: str, words: str, share: float) -> bool:
    if kind == "all":
        return share >= 0.999
    if kind == "none":
        return share <= (0.1 if re.match(r"hardly|almost|barely|few", words) else 0.001)
    if kind == "most":
        floor = 0.85 if re.search(r"almost|nearly|vast|overwhelm|virtually", words) else 0.5
        return share > floor
    if kind == "half":
        if words.startswith(("nearly", "almost", "just under", "knapp")):
            return 0.4 <= share < 0.5
        if words.startswith(("just over", "a little over")):
            return 0.5 < share <= 0.6
        return abs(share - 0.5) <= (
            0.07 if words.startswith(("around", "about", "roughly", "etwa")) else 0.035
        )
    if kind == "minority":
        return share < 0.5
    wanted = _FRACTIONS.get(re.sub(r"\s+", " ", words), -1.0)
    return abs(share - wanted) <= 0.04
