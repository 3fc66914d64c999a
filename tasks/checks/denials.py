"""Plain statements against the facts: "never sheds", "made for mud", "a tuner is included", "in XXL", "extra soft"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.negation import is_asked_back
from tasks.checks.words import Word, plain, words_of

__all__ = [
    "contradicts_grade",
    "denies_fact",
    "is_held",
    "misses_included",
    "misses_size",
    "misses_use",
]

_GRADES = tuple(
    (re.compile(name), frozenset(grades.split()))
    for name, grades in (
        (r"firm|hardness|comfort", "soft firm hard plush"),
        (
            r"level|skill|ability|difficulty",
            "beginner intermediate advanced expert professional novice starter",
        ),
        (r"spic|heat|strength|intensity|hotness", "mild medium hot strong fiery gentle intense"),
        (r"sweet|taste|style|dryness", "sweet dry brut semi-sweet off-dry bitter sour"),
        (r"texture|consistency", "smooth crunchy chunky coarse fine thick thin runny creamy"),
        (
            r"gender|for_whom|department|audience",
            "men women unisex boys girls kids children mens womens",
        ),
        (r"location|setting|indoor|outdoor|placement|where", "indoor outdoor indoors outdoors"),
        (r"season|warmth", "summer winter spring autumn"),
        (
            r"^light$|light_need|sunlight|exposure|standort",
            "shade shady sun sunny full partial dark",
        ),
        (r"absorb|flow|coverage|opacity", "light medium full sheer opaque heavy"),
        (
            r"weight_class|thickness|gauge",
            "thin thick light heavy midweight lightweight heavyweight",
        ),
    )
)


def _grades_of(index: FactIndex) -> list[tuple[Fact, frozenset[str], set[str]]]:
    found = []
    for fact in index.facts:
        value = {w.lemma for w in words_of(plain(fact.value), index.locale)}
        found += [
            (fact, grades, value)
            for pattern, grades in _GRADES
            if value & grades and pattern.search(plain(fact.name))
        ]
    return found


def contradicts_grade(words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """A grade beside the one that a fact gives: "soft" where firmness is medium firm, "beginners" where level is advanced."""
    if "grades" not in index.derived:
        index.derived["grades"] = _grades_of(index)
    for fact, grades, value in index.derived["grades"]:
        for i, word in enumerate(words):
            if (
                word.lemma in grades
                and word.lemma not in value
                and not is_held(word, index)
                and (
                    i + 1 == len(words)
                    or words[i + 1].lower
                    not in (
                        "day",
                        "days",
                        "evening",
                        "evenings",
                        "morning",
                        "mornings",
                        "night",
                        "nights",
                        "light",
                        "water",
                        "tea",
                        "drink",
                        "drinks",
                    )
                )
            ):
                found.refuse(
                    "grounding",
                    "grade",
                    word.text,
                    f"the facts give another ({fact.name}: {fact.value})",
                )
                return True
    return False


_DENIES = frozenset("no never without not zero doesn't don't isn't won't cannot can't".split())


_USE = re.compile(
    r"\b(?:made|designed|built|suitable|meant|developed|formulated) for ([^.,;:!?]+)|\bfor use (?:on|in|with) ([^.,;:!?]+)",
    re.IGNORECASE,
)


_USE_NAME = re.compile(
    r"surface|suitable|terrain|skin|hair|best_for|use|activity|for_|_for|floor|discipline|level|compatib"
)


_TIMES = frozenset(
    "day morning evening night weekend week season summer winter autumn spring moment hour life home".split()
)


_BETWEEN = frozenset("a an the for in of made from built suitable meant any".split())


def _denier(words: tuple[Word, ...], at: int) -> Word | None:
    """The word before ``at``; after a form of "is not", small words between do not count: "is not made of wool"."""
    back = at - 1
    while back > 0 and at - back <= 3 and words[back].lower in _BETWEEN:
        back -= 1
    if back != at - 1 and words[back].lower not in ("not", "isn't", "aren't"):
        return words[at - 1]
    return words[back]


_SAID_ELSEWHERE = re.compile(
    r"category|resolution|action|topic|fault|prais|ask|question|query|reason|alternative|owned|bought|^options?$|cart|basket|profile|recommend"
)


def denies_fact(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """A plain word of the facts straight after "no", "never" or "without" is denied: "never sheds", "no light"."""
    for n, word in enumerate(words[1:], 1):
        before = _denier(words, n)
        if (
            before is None
            or before.lower not in _DENIES
            or len(word.lower) < 4
            or word.lower in ("more", "only", "just", "other", "need", "less", "longer")
        ):
            continue
        holders = [
            held
            for held in index.direct.get(word.stem, ())
            if not held.is_identity
            and not _SAID_ELSEWHERE.search(plain(index.facts[held.fact].name))
            and word.stem in {w.stem for w in words_of(index.facts[held.fact].value, index.locale)}
        ]
        if sentence.rstrip().endswith("?") and is_asked_back(sentence, word.end):
            continue  # "Never tied one?"
        following = words[n + 1].lower if n + 1 < len(words) else ""
        asked = holders if following in ("required", "needed") else index.direct.get(word.stem, ())
        if holders and all(held.is_positive for held in asked):
            fact = index.facts[holders[0].fact]
            found.refuse(
                "grounding",
                "polarity",
                f"{before.text} {word.text}",
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
            return True
    return False


def misses_use(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "Made for trail and mud" where a fact says what it is for, and says otherwise."""
    uses = [
        i
        for i, fact in enumerate(index.facts)
        if _USE_NAME.search(plain(fact.name)) and any(c.isalpha() for c in fact.value)
    ]
    for match in _USE.finditer(sentence) if uses else ():
        group = 1 if match.group(1) else 2
        named = [
            w
            for w in words
            if match.start(group) <= w.start < match.end(group) and len(w.lower) > 2
        ]
        if named and not any(is_held(w, index) or w.lemma in _TIMES or w.is_number for w in named):
            fact = index.facts[uses[0]]
            found.refuse(
                "grounding",
                "use",
                match.group(),
                f"the facts give another use ({fact.name}: {fact.value})",
            )
            return True
    return False


_INCLUDED = re.compile(
    r"^(.*?)\b(?:is|are|comes?|come) (?:also |all |both )?(?:included|supplied|provided|in the box|along)\b",
    re.IGNORECASE,
)


_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")


def misses_included(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "A tuner and a bag are included": each thing named must be known."""
    match = _INCLUDED.search(sentence)
    if not match or re.search(r"\b(?:not|no|nothing|without)\b", sentence, re.IGNORECASE):
        return False
    at = 0
    for part in re.split(r",|\band\b|\bor\b|\bplus\b|:", match.group(1)):
        begin = match.group(1).find(part, at)
        at = begin + len(part)
        named = [
            w
            for w in words
            if begin <= w.start < at
            and len(w.lower) > 2
            and not w.is_number
            and w.lower not in _VAGUE
        ]
        if any(c.isdigit() or c in "'’" for c in part) or any(w.lower in _VERBS for w in named):
            continue  # a clause of its own: "it's £14.50, runs on …"
        if named and not any(is_held(w, index) for w in named[-2:]):
            found.refuse(
                "grounding", "included", part.strip(), "no fact says that this is included"
            )
            return True
    return False


_VERBS = frozenset("is are runs comes has takes holds weighs costs measures".split())
_VAGUE = frozenset(
    "since because though none as nothing all both they that this everything the its these those what you need each also and delivery".split()
)


def misses_size(words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """A letter size outside the sizes of the facts."""
    held: set[str] = set()
    for fact in index.facts:
        if "size" not in plain(fact.name) and "größe" not in plain(fact.name):
            continue
        listed = [w.lower for w in words_of(fact.value) if w.lower in _SIZES]
        if len(listed) == 2 and re.search(r"\bto\b|\bbis\b|[-–]", fact.value):
            low, high = sorted(_SIZES.index(size) for size in listed)
            listed = list(_SIZES[low : high + 1])
        held.update(listed)
    if not held:
        return False
    for word in words:
        if (
            word.lower in _SIZES
            and word.text.isupper()
            and word.lower not in held
            and (len(word.lower) > 1 or "size" in {w.stem for w in words})
        ):
            found.refuse("grounding", "size", word.text, "a size that the facts do not have")
            return True
    return False


def is_held(word: Word, index: FactIndex) -> bool:
    """Whether the facts know the word in any form."""
    if word.lower.endswith("y") and any(
        word.lower.removesuffix("y") + e in index.held for e in ("", "e")
    ):
        return True  # crunchy, of a thing that has crunch
    return (
        word.stem in index.asked
        or word.stem in index.held
        or word.lemma in index.held
        or word.lower in index.held
    )
