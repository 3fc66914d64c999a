"""Review summaries: who praised and who faulted what, how many, and whether a proportion follows from the counts."""

from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.facts import FactIndex
from tasks.checks.proportions import total_reviews
from tasks.checks.words import plain, words_of

__all__ = ["judge_opinions"]

_POSITIVE = re.compile(
    r"\b(?:prais\w*|lov(?:e|es|ed|ing)|lik(?:e|es|ed)|enjoy\w*|appreciat\w*|favou?rit\w*|compliment\w*|rav(?:e|es|ed)|impress\w*|highlights?|stand[- ]?outs?|"
    r"admir\w*|pleased|happy with|delighted|thumbs up|win(?:s|ning)? (?:praise|fans|over)|plus(?:es)?|strengths?|strong points?|best about|a hit|warm words|single(?:s|d)? out|good things|well liked|positive\w*|"
    r"lob\w*|gelobt|schätz\w*|begeister\w*|gefällt|mögen|überzeug\w*)\b"
)
_NEGATIVE = re.compile(
    r"\b(?:fault\w*|complain\w*|criticis\w*|criticiz\w*|dislik\w*|issues?|problems?|gripes?|drawbacks?|downsides?|disappoint\w*|niggles?|grumbl\w*|weak(?:ness|nesses| points?| spots?)?|"
    r"let[- ]?downs?|lets? (?:it|them) down|negatives?|minus(?:es)?|wish(?:ed|es)?|less happy|unhappy|not (?:so )?(?:keen|fond|happy|impressed|convinced|sure)|annoy\w*|frustrat\w*|found fault|mixed|"
    r"bemängel\w*|kritisier\w*|beschwer\w*|stör\w*|enttäusch\w*|kritik|nachteil\w*|schwäch\w*|tadel\w*)\b"
)
_CLAUSES = re.compile(
    r"[;:]|,?\s+\b(?:but|while|whereas|though|although|however|yet|aber|während|jedoch|doch|hingegen)\b|,\s+(?:and\s+)?(?=(?:\d+|some|others|a few|several|one|two|three|four|five|six|seven|eight|nine|ten|the main|the only)\b)|\.\s",
    re.IGNORECASE,
)
_PRAISED = re.compile(r"prais|lik|lov|positive|pros?$|pros_|plus|strength|gelobt|best|good|favou?rite|highlight")
_FAULTED = re.compile(r"fault|complain|dislik|negative|cons?$|cons_|minus|weak|issue|bemängel|kritik|critic|drawback|worst|bad|improve")
_COUNT = re.compile(r"count|number|n_|_n$|share|pct|percent|anzahl|rating|average")
_QUANTIFIER = re.compile(
    r"\b(?P<all>all|every(?:one|body)?|each|unanimous(?:ly)?|without exception|alle|jede[rn]?)\b(?=\s+(?:of (?:the|our) )?(?:\d+ )?(?:review|reviewer|customer|buyer|people|shopper|person|owner|parent|reader|user|single|agree|love|prais|wearer|kunde|kund|bewert|rave|like|mention|adore)\w*)"
    r"|\b(?P<none>nobody|no one|no (?:reviewer|customer|buyer|one)|not one|none|niemand|keiner)\b"
    r"|\b(?P<most>most|the majority|a majority|almost all|nearly all|the vast majority|overwhelmingly|more than half|over half|die meisten|die mehrheit|almost every|nearly every|virtually all|by far the most)\b(?!\s+(?:mornings|days|evenings|of the (?:day|time|year|summer|season)|often|mentioned|praised|common|frequent|loved|of all|evenings|weeks|nights|weekends))"
    r"|\b(?P<half>half|around half|about half|die hälfte)\b(?=\s+(?:of|the|all|mention|prais|lov|der|fault|complain|say|said))"
    r"|\b(?P<minority>a minority|less than half|fewer than half)\b"
    r"|\b(?P<frac>a third|one third|two thirds|two-thirds|a quarter|one quarter|three quarters|three-quarters|a fifth|one in (?:two|three|four|five|six|ten)|two in (?:three|five)|three in (?:four|five)|four in five|nine in ten|nine out of ten|eight out of ten|four out of five|three out of four|ein drittel|ein viertel)\b",
    re.IGNORECASE,
)
_FRACTIONS = {
    "a third": 1 / 3, "one third": 1 / 3, "two thirds": 2 / 3, "two-thirds": 2 / 3, "a quarter": 0.25, "one quarter": 0.25, "three quarters": 0.75,
    "three-quarters": 0.75, "a fifth": 0.2, "one in two": 0.5, "one in three": 1 / 3, "one in four": 0.25, "one in five": 0.2, "one in six": 1 / 6,
    "one in ten": 0.1, "two in three": 2 / 3, "two in five": 0.4, "three in four": 0.75, "three in five": 0.6, "four in five": 0.8, "nine in ten": 0.9,
    "nine out of ten": 0.9, "eight out of ten": 0.8, "four out of five": 0.8, "three out of four": 0.75, "ein drittel": 1 / 3, "ein viertel": 0.25,
}  # fmt: skip
_REVIEW = re.compile(r"\b(?:review|reviewer|customer|buyer|people|shopper|owner|parent|reader|user|them|wearer|kund|bewert|rat(?:ed|ing))\w*", re.IGNORECASE)


def judge_opinions(sentence: str, index: FactIndex, locale: str, found: Found) -> None:
    """Refuses praise for what was faulted, fault for what was praised, and proportions that the counts do not bear."""
    sides = _sides(index)
    if not sides and not _has_reviews(index):
        return
    for clause in _split(sentence):
        folded = plain(clause)
        stems = frozenset(w.stem for w in words_of(clause, locale))
        positive, negative = bool(_POSITIVE.search(folded)), bool(_NEGATIVE.search(folded))
        if positive and re.search(r"\b(?:not|never|nobody|no one|few|don't|didn't|doesn't|nicht|rarely|hardly)\b[^,;]{0,20}$", folded[: _POSITIVE.search(folded).start()]):  # type: ignore[union-attr]
            positive, negative = False, True
        elif negative and re.search(r"\b(?:no|not|never|without|nobody|no one|none)\b[^,;]{0,25}$", folded[: _NEGATIVE.search(folded).start()]):  # type: ignore[union-attr]
            negative = False
        if positive != negative:
            _judge_side(clause, stems, sides, is_praise=positive, found=found)
        _judge_proportion(clause, stems, index, sides, locale, found)


def _split(sentence: str) -> list[str]:
    return [part for part in _CLAUSES.split(sentence) if part and part.strip()]


def _has_reviews(index: FactIndex) -> bool:
    return any(re.search(r"review|rating|bewert", plain(fact.name)) for fact in index.facts)


def _sides(index: FactIndex) -> list[tuple[bool, frozenset[str], int]]:
    """(praised?, stems of the aspect, fact) for each fact that holds aspects."""
    sides = []
    for i, fact in enumerate(index.facts):
        name = plain(fact.name)
        if _COUNT.search(name) or not any(c.isalpha() for c in fact.value):
            continue
        praised, faulted = bool(_PRAISED.search(name)), bool(_FAULTED.search(name))
        if praised == faulted:
            continue
        for aspect in re.split(r"[,;/|]|\band\b|\bund\b", fact.value):
            stems = frozenset(
                w.stem for w in words_of(aspect, index.locale) if not w.is_number and len(w.lower) > 2 and w.lower not in
                ("the", "its", "for", "too", "der", "die", "das", "was", "are", "and", "very", "than", "with", "some", "you", "that", "more", "little", "bit")
            )
            if stems:
                sides.append((praised, stems, i))
    return sides


def _judge_side(clause: str, stems: frozenset[str], sides: list[tuple[bool, frozenset[str], int]], *, is_praise: bool, found: Found) -> None:
    own = frozenset().union(*(s for praised, s, _ in sides if praised == is_praise)) if sides else frozenset()
    for praised, aspect, _ in sides:
        wrong = (aspect & stems) - own
        if praised != is_praise and wrong:
            rule = "praise" if is_praise else "fault"
            found.refuse("grounding", rule, clause.strip()[:60], f"reviews {'faulted' if is_praise else 'praised'} {' '.join(sorted(aspect))}, the sentence says the opposite")
            return


def _judge_proportion(clause: str, stems: frozenset[str], index: FactIndex, sides: list[tuple[bool, frozenset[str], int]], locale: str, found: Found) -> None:
    for match in _QUANTIFIER.finditer(clause):
        if not (_REVIEW.search(clause) or _POSITIVE.search(plain(clause)) or _NEGATIVE.search(plain(clause))):
            continue
        kind = match.lastgroup or ""
        shares = _shares(stems, index, sides)
        if any(_bears(kind, match.group().casefold(), share) for share, _ in shares):
            found.support("count", match.group(), next(f for s, f in shares if _bears(kind, match.group().casefold(), s)))
            continue
        if kind == "none" and not re.search(r"\b(?:review|reviewer|customer|buyer|prais|complain|fault|mention|dislike)\w*", clause, re.IGNORECASE):
            continue
        found.refuse("grounding", "proportion", match.group(), "a proportion of reviewers that the counts do not bear")


def _shares(stems: frozenset[str], index: FactIndex, sides: list[tuple[bool, frozenset[str], int]]) -> list[tuple[float, Fact]]:
    """The shares of reviewers that the clause may speak of: those of the aspects it names, else all that are known."""
    total = total_reviews(index)
    named = [index.facts[i].name for _, aspect, i in sides if aspect & stems]
    shares: list[tuple[float, Fact, str]] = []
    for i, quantity in index.quantities:
        fact = index.facts[i]
        name = plain(fact.name)
        if quantity.dimension == "percent":
            shares.append((quantity.low / 100, fact, name))
        elif not quantity.dimension and total and fact is not total[1] and quantity.low <= total[0] and "rating" not in name and "average" not in name:
            shares.append((quantity.low / total[0], fact, name))
    if named:
        suffixed = [(s, f) for s, f, n in shares if any(n.endswith(plain(m)) or plain(m) == n or plain(m) in n for m in named)]
        context = [(s, f) for s, f, n in shares if any(index.context[i] & aspect & stems for i, fact in enumerate(index.facts) if fact is f for _, aspect, _ in sides)]
        return suffixed or context
    aspects = {n for _, _, n in shares}
    return [(s, f) for s, f, _ in shares] if len(aspects) == 1 or not sides else [
        (s, f) for s, f, n in shares if re.search(r"recommend|empfehl|five|positive|satisf|repeat", n)
    ]


def _bears(kind: str, words: str, share: float) -> bool:
    if kind == "all":
        return share >= 0.999
    if kind == "none":
        return share <= 0.001
    if kind == "most":
        floor = 0.85 if re.search(r"almost|nearly|vast|overwhelm|virtually", words) else 0.5
        return share > floor
    if kind == "half":
        return abs(share - 0.5) <= (0.06 if words.startswith(("around", "about")) else 0.035)
    if kind == "minority":
        return share < 0.5
    wanted = _FRACTIONS.get(re.sub(r"\s+", " ", words), -1.0)
    return abs(share - wanted) <= 0.04
