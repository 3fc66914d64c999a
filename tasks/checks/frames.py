"""Words that no list knows, where they stand like a claim: "made from X", "with an X", "X header", "it Xes the air"."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from plugins.contract import Fact
from tasks.checks.claims import Found
from tasks.checks.facts import FactIndex
from tasks.checks.lexicon import FOLDER, lexicon_for
from tasks.checks.words import Word, plain, stem, words_of

__all__ = ["is_plain", "judge_frames"]

_MADE = re.compile(
    r"\b(?:made|crafted|built|cut|woven|knitted|carved|spun|constructed|formed|forged|moulded|sewn|stitched|brewed|distilled|blended) (?:from|of|with|using)|"
    r"contains?|containing|includes?|including|comes? with|came with|come complete with|complete with|fitted with|equipped with|lined with|filled with|packed with|coated with|treated with|"
    r"infused with|enriched with|powered by|driven by|compatible with|works with|connects? (?:to|with|via)|certified by|approved by|tested (?:by|for)|recommended by|endorsed by|designed by|"
    r"made for|designed for|suitable for|suited to|built for|developed for|made by|smells? of|tastes? of|notes? of|hints? of|flavoured with|scented with|fragranced with|features?|featuring|boasts?|supports?|resists?|protects? (?:against|from)|withstands?|"
    r"thrives? in|grown in|sourced from|bottled in|bred for|rated for|good for|safe for|ideal for use (?:in|on)|"
    r"(?:has|have|with|gets|offers?|provides?|adds?|gives) (?:an? |its |one |two |three |four |extra |built-in |integrated )(?=\w)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:has|have|with|gets|offers?|provides?|adds?|gives|features?|featuring|boasts?|supports?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[.,;:!?()–—]|\b(?:that|which|who|when|while|if|so|because|but|for|to|at|on|as|until|than|is|are|was|were|will|can|makes?|keeps?|lets?|you|it|they|we)\b",
    re.IGNORECASE,
)
_IN_COLOUR = re.compile(r"(?:^|\bor |\balso )in (?=[a-z]+[,.]| *[a-z]+ [a-z]+,)", re.IGNORECASE)
_STOP_LOOSE = re.compile(
    _STOP.pattern + r"|\b(?:in|of|from|over|under|with|by|every|each)\b", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _safe() -> frozenset[str]:
    table = tomllib.loads((FOLDER / "safe_en.toml").read_text(encoding="utf-8"))
    return frozenset(
        form
        for group in table.values()
        for word in words_of(group["words"])
        for form in (word.lower, word.stem)
    )


def is_plain(lower: str) -> bool:
    """Whether a lower-case English word asserts nothing that a table could deny."""
    return lower in _safe() or stem(lower) in _safe()


@lru_cache(maxsize=16384)
def _is_safe(lower: str) -> bool:
    base = lower.removesuffix("'s")
    if base in _safe() or stem(base) in _safe():
        return True
    # Derived forms: slowly, calmness, cheerfully, unhurried, joyful.
    for ending in ("ly", "ness", "ful", "less", "ish", "y", "er", "ing", "ed", "s", "est", "able"):
        cut = base.removesuffix(ending)
        if (
            cut != base
            and len(cut) > 2
            and (
                cut in _safe()
                or cut + "e" in _safe()
                or cut + "y" in _safe()
                or (cut[-1] == cut[-2] and cut[:-1] in _safe())
            )
        ):
            return True
    return base.startswith("un") and len(base) > 5 and _is_safe(base[2:])


def judge_frames(sentence: str, index: FactIndex, found: Found) -> None:
    """Refuses an unknown word in a frame that claims something of the product. English only; others have no such list."""
    words = words_of(sentence, index.locale)
    if _contradicts_grade(words, index, found):
        return
    if (
        _denies_fact(words, index, found)
        or _misses_use(sentence, words, index, found)
        or _misses_included(sentence, words, index, found)
        or _misses_size(words, index, found)
    ):
        return
    shielded = lexicon_for(index.locale).shielded(words)
    unknown = [
        not (
            word.is_number
            or word.is_capital
            and i > 0
            or i in shielded
            or len(word.lower) < 3
            or _is_safe(word.lower)
            or _is_held(word, index)
        )
        for i, word in enumerate(words)
    ]
    if not any(unknown):
        return
    for match in (*_MADE.finditer(sentence), *_IN_COLOUR.finditer(sentence)):
        # "has a reassuring weight": a loose frame claims its noun, a strict one every word.
        is_loose = bool(_LOOSE.match(match.group()))
        stop = (_STOP_LOOSE if is_loose else _STOP).search(sentence, match.end())
        end = stop.start() if stop else len(sentence)
        inside = [i for i, word in enumerate(words) if match.end() <= word.start < end]
        for i in inside:
            word = words[i]
            is_head = i == inside[-1] or words[i + 1].lower in (
                "and",
                "or",
                "with",
                "of",
                "in",
                "from",
            )
            if unknown[i] and (is_head or not is_loose):
                found.refuse(
                    "grounding",
                    "frame",
                    word.text,
                    f"“{match.group().strip()} {word.text}”: no fact says so",
                )
                return
    for i, word in enumerate(words[:-1]):
        if i == 0:
            continue  # a sentence may begin with any verb: "Expect chocolate …"
        following = words[i + 1]
        close = following.start - word.end == 1
        if (
            unknown[i]
            and close
            and _is_attribute_of_facts(following, index)
            and not plain(word.text).endswith(("ly", "ing"))
        ):
            found.refuse(
                "grounding",
                "frame",
                f"{word.text} {following.text}",
                f"no fact speaks of “{word.text}”",
            )
            return
    for i, word in enumerate(words[1:], 1):
        subject = words[i - 1]
        is_product = subject.lower == "it" or (
            subject.is_capital and not subject.text.isupper() and _is_own_name(subject, index)
        )
        if (
            unknown[i]
            and is_product
            and word.lower.endswith("s")
            and not word.lower.endswith("ss")
            and sentence[subject.end : word.start] == " "
            and not any(w.is_number or _is_held(w, index) for w in words[i + 1 : i + 5])
        ):
            found.refuse(
                "grounding",
                "frame",
                f"{subject.text} {word.text}",
                f"no fact says that it {word.text}",
            )
            return


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


def _contradicts_grade(words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """A grade beside the one that a fact gives: "soft" where firmness is medium firm, "beginners" where level is advanced."""
    if "grades" not in index.derived:
        index.derived["grades"] = _grades_of(index)
    for fact, grades, value in index.derived["grades"]:
        for i, word in enumerate(words):
            if (
                word.lemma in grades
                and word.lemma not in value
                and not _is_held(word, index)
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


_PLAIN_NAMES = frozenset("price name category size brand time count number weight from year with type date until care colour product item valid".split())
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


def _denies_fact(words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """A plain word of the facts straight after "no", "never" or "without" is denied: "never sheds", "no light"."""
    for before, word in zip(words, words[1:], strict=False):
        if (
            before.lower not in _DENIES
            or len(word.lower) < 4
            or word.lower in ("more", "only", "just", "other", "need", "less", "longer")
        ):
            continue
        holders = [
            held
            for held in index.direct.get(word.stem, ())
            if not held.is_identity
            and "category" not in index.facts[held.fact].name
            and word.stem in {w.stem for w in words_of(index.facts[held.fact].value, index.locale)}
        ]
        if holders and all(held.is_positive for held in holders):
            fact = index.facts[holders[0].fact]
            found.refuse(
                "grounding",
                "polarity",
                f"{before.text} {word.text}",
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
            return True
    return False


def _misses_use(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
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
        if named and not any(_is_held(w, index) or w.lemma in _TIMES or w.is_number for w in named):
            fact = index.facts[uses[0]]
            found.refuse(
                "grounding",
                "use",
                match.group(),
                f"the facts give another use ({fact.name}: {fact.value})",
            )
            return True
    return False


_INCLUDED = re.compile(r"^(.*?)\b(?:is|are|comes?|come) (?:also |all |both )?(?:included|supplied|provided|in the box|along)\b", re.IGNORECASE)
_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")


def _misses_included(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "A tuner and a bag are included": each thing named must be known."""
    match = _INCLUDED.search(sentence)
    if not match or re.search(r"\b(?:not|no|nothing|without)\b", sentence, re.IGNORECASE):
        return False
    at = 0
    for part in re.split(r",|\band\b|\bor\b|\bplus\b|:", match.group(1)):
        begin = match.group(1).find(part, at)
        at = begin + len(part)
        named = [w for w in words if begin <= w.start < at and len(w.lower) > 2 and not w.is_number and w.lower not in _VAGUE]
        if named and not any(_is_held(w, index) for w in named[-2:]):
            found.refuse("grounding", "included", part.strip(), "no fact says that this is included")
            return True
    return False


_VAGUE = frozenset("all both they that this everything the its these those what you need each also and delivery".split())


def _misses_size(words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
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
        if word.lower in _SIZES and word.text.isupper() and word.lower not in held and (len(word.lower) > 1 or "size" in {w.stem for w in words}):
            found.refuse("grounding", "size", word.text, "a size that the facts do not have")
            return True
    return False


def _is_own_name(word: Word, index: FactIndex) -> bool:
    places = index.direct.get(word.stem, ())
    return bool(places) and all(held.is_identity for held in places)


def _is_held(word: Word, index: FactIndex) -> bool:
    return word.stem in index.held or word.lemma in index.held or word.lower in index.held


def _is_attribute_of_facts(word: Word, index: FactIndex) -> bool:
    """Whether a word is part of a value that describes (no name, no category, no plain word)."""
    if len(word.lower) < 4:
        return False
    if any(word.stem in names and not index.identity[i] for i, names in enumerate(index.names)) and word.lower not in _PLAIN_NAMES:
        return True  # a fact is named for it: "koa body" where the facts give another body
    if word.lower in _safe():
        return False
    for held in index.held.get(word.stem, ()):
        name = index.facts[held.fact].name.casefold()
        if (
            not held.is_identity
            and "category" not in name
            and "type" not in name
            and "review" not in name
        ):
            return True
    return False
