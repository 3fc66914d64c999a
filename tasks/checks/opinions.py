"""Review summaries: who praised and who faulted what, how many, and whether a proportion follows from the counts."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from typing import cast

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.denials import is_held
from tasks.checks.facts import FactIndex
from tasks.checks.numerals import find_quantities
from tasks.checks.proportions import total_reviews
from tasks.checks.words import plain, words_of

__all__ = ["judge_opinions"]

_POSITIVE = re.compile(
    r"\b(?:prais\w*|lov(?:e|es|ed|ing)|(?<!would )(?<!'d )lik(?:e|es|ed)|enjoy\w*|appreciat\w*|favou?rit\w*|compliment\w*|rav(?:e|es|ed)|impress\w*|highlights?|stand[- ]?outs?|"
    r"admir\w*|pleased|happy with|delighted|thumbs up|win(?:s|ning)? (?:praise|fans|over)|plus(?:es)?|strengths?|strong points?|best about|a hit|warm words|single(?:s|d)? out|cheers?|applause|nods?|(?:good|high|top|full) marks|pleases?|fans of|good things|well liked|positive\w*|"
    r"lob\w*|gelobt|schätz\w*|begeister\w*|gefällt|mögen|überzeug\w*)\b"
)
_NEGATIVE = re.compile(
    r"\b(?:fault\w*|complain\w*|criticis\w*|criticiz\w*|dislik\w*|issues?|problems?|gripes?|drawbacks?|downsides?|disappoint\w*|niggles?|grumbl\w*|weak(?:ness|nesses| points?| spots?)?|"
    r"let[- ]?downs?|lets? (?:it|them) down|negatives?|minus(?:es)?|wish(?:ed|es)?|would (?:like|love|prefer)|less happy|unhappy|not (?:so )?(?:keen|fond|happy|impressed|convinced|sure)|trouble|sigh\w*|moan\w*|groan\w*|grumbl\w*|struggl\w*|(?:not so much|less so|not quite so|does not|do not|doesn't|don't|is not|isn't|are not|aren't)(?=\W*$)|annoy\w*|frustrat\w*|found fault|mixed|"
    r"bemängel\w*|kritisier\w*|beschwer\w*|stör\w*|enttäusch\w*|kritik|nachteil\w*|schwäch\w*|tadel\w*)\b"
)
_CLAUSES = re.compile(
    r"[;:]|,?\s+\b(?:but|while|whereas|though|although|however|yet|aber|während|jedoch|doch|hingegen)\b|,\s+(?:and\s+)?(?=(?:\d+|some|others|a few|several|one|two|three|four|five|six|seven|eight|nine|ten|the main|the only)\b)|\s+and\s+(?=(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty)\s+(?:of them\s+)?(?:find|found|say|said|wish|complain|fault|mention|think|call|report|grumble|would|had|have|are|were)\b)|\.\s",
    re.IGNORECASE,
)
_PRAISED = re.compile(
    r"prais|(?<!dis)lik|lov|positive|pros?$|pros_|plus|strength|gelobt|best|good|favou?rite|highlight"
)
_FAULTED = re.compile(
    r"fault|complain|dislik|negative|cons?$|cons_|minus|weak|issue|bemängel|kritik|critic|drawback|worst|bad|improve"
)
_COUNT = re.compile(r"count|number|n_|_n$|share|pct|percent|anzahl|rating|average")
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
    rf"\b(?P<part>{_NUMBER_WORD})\s+(?P<by>in|of|out of|von)\s+(?:every )?(?P<whole>{_NUMBER_WORD})\b(?!\s*(?:stars?|sternen?|points?))",
    re.IGNORECASE,
)
_TRANSITIVE = re.compile(
    r"^(?:prais|lov|lik|enjoy|appreciat|fault|criticis|criticiz|dislik|admir|complain|complim|highlight|rav|bemängel|kritisier|lob|schätz|grumbl)"
)
_OBJECT = re.compile(
    r"\s+(?:about |for |on |over |at )?((?:the |its |their |how |a |an |die |das |den |der )?[\w' -]{3,60}?)(?=[,.;:!?]|\s(?:and|while|but|or|with|in|from|as|when|for|und|because|that|who|most|though|which|more|after|too|highly|often|best)\b|$)"
)
_GENERAL = frozenset(
    "being was were found find finds fault appear appears appeared come comes gets get the this that its their how what it them they here much most best lot everything product item purchase choice overall result value way look looks feel feels idea "
    "thing things about wear wearing use using buy having how who where owning price money all reviewers customers people buyers others some many few several more less same "
    "also very really especially particularly mainly mostly often again enough both points highlights praise warm words strengths plenty kind good great lovely well first being does works worked".split()
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


def judge_opinions(
    sentence: str, index: FactIndex, locale: str, found: Found
) -> list[tuple[int, int]]:
    """Refuses praise for what was faulted, fault for what was praised, and proportions that the counts do not bear.

    Returns the spans of the proportions, so that their numbers are not read again.
    """
    sides = _sides(index)
    if not sides and not _has_reviews(index):
        return []
    read: list[tuple[int, int]] = []
    at = 0
    for clause in _split(sentence):
        at = max(sentence.find(clause, at), 0)
        _judge_sides(clause, index, sides, locale, found)
        _invents_aspect(clause, index, sides, locale, found)
        stems = frozenset(w.stem for w in words_of(clause, locale))
        if not any(aspect & stems for _, aspect, _ in sides):
            # "a third of them, 15 of 45, find the scent weak": the aspect stands in another clause.
            stems = frozenset(w.stem for w in words_of(sentence, locale))
        read += [
            (at + a, at + b)
            for a, b in _judge_proportion(clause, stems, index, sides, locale, found)
        ]
        at += len(clause)
    return read


def _cues(folded: str) -> list[tuple[int, int, bool]]:
    """(start, end, is praise) of each word of praise or fault; a denied one turns over or is dropped."""
    cues: list[tuple[int, int, bool]] = []
    for match in _NEGATIVE.finditer(folded):
        denied = re.search(
            r"\b(?:no|not|never|without|nobody|no one|none|few|hardly any|keine?)\b[^,;]{0,25}$",
            folded[: match.start()],
        )
        if not denied or match.group().startswith(("not", "un")):
            cues.append((match.start(), match.end(), False))
    for match in _POSITIVE.finditer(folded):
        if any(a <= match.start() < b for a, b, _ in cues):
            continue
        denied = re.search(
            r"\b(?:not|never|nobody|no one|few|don't|didn't|doesn't|nicht|rarely|hardly|less)\b[^,;]{0,20}$",
            folded[: match.start()],
        )
        cues.append((match.start(), match.end(), not denied))
    return sorted(cues)


def _judge_sides(
    clause: str,
    index: FactIndex,
    sides: list[tuple[bool, frozenset[str], int]],
    locale: str,
    found: Found,
) -> None:
    folded = plain(clause)
    cues = _cues(folded)
    if not cues or len(folded) != len(clause):
        return
    words = words_of(clause, locale)
    praised = frozenset().union(*(s for p, s, _ in sides if p))
    faulted = frozenset().union(*(s for p, s, _ in sides if not p))
    for word in words:
        if (word.stem in praised) == (word.stem in faulted):
            continue
        before = [c for c in cues if c[1] <= word.start]
        cue = before[-1] if before else next((c for c in cues if c[0] >= word.end), None)
        if cue is None or cue[0] <= word.start < cue[1]:
            continue
        if cue[2] != (word.stem in praised):
            side = "faulted" if cue[2] else "praised"
            found.refuse(
                "grounding",
                "praise" if cue[2] else "fault",
                word.text,
                f"the reviews {side} this, the sentence says the opposite",
            )
            return
    for start, end, is_praise in cues:
        match = _OBJECT.match(folded, end)
        if not match or not _TRANSITIVE.search(folded[start:end]) or not sides:
            continue
        if re.match(
            r"(?:it|them|this|her|him|from|by|in|with|of|at|to|as|than|up|when)\b", match.group(1)
        ):
            continue
        named = [
            w
            for w in words_of(match.group(1), locale)
            if not w.is_number and len(w.lower) > 2 and w.lower not in _GENERAL
        ]
        if named and not any(w.stem in index.held or w.lemma in index.held for w in named):
            found.refuse(
                "grounding",
                "aspect",
                match.group(1).strip(),
                f"no fact says that reviewers {'praise' if is_praise else 'fault'} this",
            )
            return


def _invents_aspect(
    clause: str,
    index: FactIndex,
    sides: list[tuple[bool, frozenset[str], int]],
    locale: str,
    found: Found,
) -> None:
    """ "They like the night footage and the crystal-clear audio": a second thing praised, of which no fact speaks."""
    cues = _cues(plain(clause))
    words = words_of(clause, locale)
    if not cues or not sides or not locale.startswith("en") or found.verdicts:
        return
    told = frozenset().union(*(aspect for _, aspect, _ in sides))
    for match in _COORDINATED.finditer(clause):
        named = [
            w
            for w in words
            if match.start(2) <= w.start < match.end(2)
            and len(w.lower) > 2
            and w.lower not in _GENERAL
        ]
        other = [w for w in words if match.start(1) <= w.start < match.end(1)]
        if any(a < match.end() and match.start() < b and a >= match.start(2) for a, b, _ in cues):
            named = [w for w in named if not any(a <= w.start < b for a, b, _ in cues)]
        if (
            named
            and len(named) <= 3
            and (any(w.stem in told for w in other))
            and not any(w.is_number or is_held(w, index) for w in named)
        ):
            found.refuse(
                "grounding",
                "aspect",
                match.group(2).strip(),
                "no fact says that reviewers speak of this",
            )
            return
    for match in _COORDINATED.finditer(clause):
        named = [
            w
            for w in words
            if match.start(1) <= w.start < match.end(1)
            and len(w.lower) > 2
            and w.lower not in _GENERAL
        ]
        other = [w for w in words if match.start(2) <= w.start < match.end(2)]
        if (
            named
            and any(w.stem in told for w in other)
            and not any(
                w.is_number or is_held(w, index) or any(a <= w.start < b for a, b, _ in cues)
                for w in named
            )
        ):
            found.refuse(
                "grounding",
                "aspect",
                match.group(1).strip(),
                "no fact says that reviewers speak of this",
            )
            return


_COORDINATED = re.compile(
    r"((?:the |its |a |their )?[\w'-]+(?: [\w'-]+)?),? and ((?:the |its |a |their )?[\w'-]+(?:[- ](?!are\b|is\b|get|win|which|that|for|from|in\b|to\b|with|by\b|of\b|come|draw|please)[\w'-]+){0,2})(?=[,.;:!?]|$| (?:are|is|get|gets|win|wins|which|that|come|draw|please|for|from)\b)"
)


def _split(sentence: str) -> list[str]:
    parts: list[str] = []
    for part in _CLAUSES.split(sentence):
        if part and part.strip():
            parts += _halves(part)
    return parts


def _halves(clause: str) -> list[str]:
    """A clause with praise and fault, parted at the "and" or comma that has a cue on either side."""
    cues = _cues(plain(clause))
    if len({is_praise for _, _, is_praise in cues}) < 2:
        return [clause]
    for match in reversed(list(re.finditer(r",\s+|\s+(?:and|with|und)\s+", clause))):
        left = {c[2] for c in cues if c[1] <= match.start()}
        right = {c[2] for c in cues if c[0] >= match.end()}
        if len(left) == 1 and len(right) == 1 and left != right:
            return [clause[: match.start()], clause[match.end() :]]
    return [clause]


def _has_reviews(index: FactIndex) -> bool:
    return any(re.search(r"review|rating|bewert", plain(fact.name)) for fact in index.facts)


def _sides(index: FactIndex) -> list[tuple[bool, frozenset[str], int]]:
    """(praised?, stems of the aspect, fact) for each fact that holds aspects."""
    if "sides" in index.derived:
        return cast("list[tuple[bool, frozenset[str], int]]", index.derived["sides"])
    sides: list[tuple[bool, frozenset[str], int]] = []
    for i, fact in enumerate(index.facts):
        name = plain(fact.name)
        if _COUNT.search(name) or not any(c.isalpha() for c in fact.value):
            continue
        praised, faulted = bool(_PRAISED.search(name)), bool(_FAULTED.search(name))
        if praised == faulted:
            continue
        for aspect in re.split(r"[,;/|]|\band\b|\bund\b", fact.value):
            stems = frozenset(
                w.stem
                for w in words_of(aspect, index.locale)
                if not w.is_number
                and len(w.lower) > 2
                and w.lower
                not in (
                    "the",
                    "its",
                    "for",
                    "too",
                    "der",
                    "die",
                    "das",
                    "was",
                    "are",
                    "and",
                    "very",
                    "than",
                    "with",
                    "some",
                    "you",
                    "that",
                    "more",
                    "little",
                    "bit",
                )
            )
            if stems:
                sides.append((praised, stems, i))
    index.derived["sides"] = sides
    return sides


def _judge_proportion(
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
            and not _cues(plain(clause[: (clause.find(",", match.end()) + 1 or len(clause))]))
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
            or _POSITIVE.search(plain(clause))
            or _NEGATIVE.search(plain(clause))
        ):
            continue
        kind = match.lastgroup or ""
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
        return suffixed or context
    aspects = {n for _, _, n in shares}
    idle = {"mention", "count", "say", "number", "share", "percent", "review", "n"}
    told = [
        (s, f)
        for s, f, n in shares
        if (frozenset(w.stem for w in words_of(n.replace("_", " "), index.locale)) - idle) & stems
    ]
    if told and not named:
        return told
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
