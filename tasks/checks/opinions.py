"""Review summaries: who praised and who faulted what, how many, and whether a proportion follows from the counts."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from typing import cast

from tasks.checks.claims import Found
from tasks.checks.denials import is_held
from tasks.checks.fact_index import FactIndex
from tasks.checks.opinion_cues import find_cues
from tasks.checks.review_shares import judge_proportion
from tasks.checks.words import plain, words_of

__all__ = ["judge_opinions"]


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
    _invents_listed(sentence, index, sides, found)
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
            for a, b in judge_proportion(clause, stems, index, sides, locale, found)
        ]
        at += len(clause)
    return read


def _judge_sides(
    clause: str,
    index: FactIndex,
    sides: list[tuple[bool, frozenset[str], int]],
    locale: str,
    found: Found,
) -> None:
    folded = plain(clause)
    cues = find_cues(folded)
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


_GETTING = re.compile(
    r"\b(?:gets?|got|says?|draws?|earns?|wins?|takes?|of|steals?|makes?|has|have)\s+$",
    re.IGNORECASE,
)
_CHUNK = re.compile(
    r"\b(?:(?:the|its|their)\s+(?P<np>(?:[\w'-]+\s+){0,2}?[\w'-]+)|(?P<how>how\s+(?:[\w'-]+\s*){1,4}?))(?=\s*(?:[,;:.!?]|$|\b(?:and|are|is|was|were|win|wins|get|gets|come|comes|please|pleases|earn\w*|draw\w*|for|from|with|most|among|above|but|while|as|that|which|too|in|at|by)\b))",
    re.IGNORECASE,
)


def _invents_listed(
    sentence: str, index: FactIndex, sides: list[tuple[bool, frozenset[str], int]], found: Found
) -> None:
    """An item beside what the reviews speak of, of which no fact knows a word: "the fit, the fabric and the low price"."""
    if not sides or not index.locale.startswith("en") or found.verdicts:
        return
    told = frozenset().union(*(aspect for _, aspect, _ in sides))
    words = words_of(sentence, index.locale)
    for match in _CHUNK.finditer(sentence):
        group = "np" if match.group("np") else "how"
        named = [
            w
            for w in words
            if match.start(group) <= w.start < match.end(group)
            and len(w.lower) > 2
            and w.lower not in _GENERAL
        ]
        if not named or any(w.is_number or w.is_capital or is_held(w, index) for w in named):
            continue
        before, after = sentence[: match.start()], sentence[match.end() :]
        if _GETTING.search(before):
            continue  # "gets the applause"
        left = [w for w in words if w.end <= match.start()][-5:]
        right = [w for w in words if w.start >= match.end()][:6]
        is_after = re.search(r"(?:,|\band|\bplus)\s+$", before) and any(
            w.stem in told for w in left[:-1] + left[-1:]
        )
        is_before = re.match(r"\s*(?:,|\band\b)", after) and any(w.stem in told for w in right[:4])
        if is_after or is_before:
            found.refuse(
                "grounding", "aspect", match.group().strip(), "no fact says that reviewers speak of this"
            )  # fmt: skip
            return


def _invents_aspect(
    clause: str,
    index: FactIndex,
    sides: list[tuple[bool, frozenset[str], int]],
    locale: str,
    found: Found,
) -> None:
    """ "They like the night footage and the crystal-clear audio": a second thing praised, of which no fact speaks."""
    cues = find_cues(plain(clause))
    words = words_of(clause, locale)
    if not cues or not sides or not locale.startswith("en") or found.verdicts:
        return
    told = frozenset().union(*(aspect for _, aspect, _ in sides))
    for added, beside in ((2, 1), (1, 2)):
        for match in _COORDINATED.finditer(clause):
            named = [
                w
                for w in words
                if match.start(added) <= w.start < match.end(added)
                and len(w.lower) > 2
                and w.lower not in _GENERAL
            ]
            other = [w for w in words if match.start(beside) <= w.start < match.end(beside)]
            judged = [w for w in named if any(a <= w.start < b for a, b, _ in cues)]
            if added == 2:  # "the colour and lovely fit": the praise itself is no aspect
                named, judged = [w for w in named if w not in judged], []
            if (
                named
                and not judged
                and (added == 1 or len(named) <= 3)
                and any(w.stem in told for w in other)
                and not any(w.is_number or is_held(w, index) for w in named)
            ):
                found.refuse(
                    "grounding",
                    "aspect",
                    match.group(added).strip(),
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
    cues = find_cues(plain(clause))
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
