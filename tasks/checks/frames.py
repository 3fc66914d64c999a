"""Words that no list knows, where they stand like a claim: "made from X", "with an X", "X header", "it Xes the air"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re
import tomllib
from functools import lru_cache

from tasks.checks.claims import Found
from tasks.checks.denials import (
    contradicts_grade,
    denies_fact,
    is_held,
    misses_included,
    misses_size,
    misses_use,
)
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import FOLDER, lexicon_for
from tasks.checks.predication import judge_predication
from tasks.checks.words import Word, plain, stem, words_of

__all__ = ["is_plain", "judge_frames"]

Framed = dict[int, tuple[str, str]]
"""Word -> what a frame claims of it, and why no fact bears it."""

_MADE = re.compile(
    r"\b(?:made|crafted|built|cut|woven|knitted|carved|spun|constructed|formed|forged|moulded|sewn|stitched|brewed|distilled|blended) (?:from|of|with|using)|"
    r"contains?|containing|includes?|including|comes? with|came with|come complete with|complete with|fitted with|equipped with|lined with|filled with|packed with|coated with|treated with|"
    r"infused with|enriched with|powered by|driven by|compatible with|works with|connects? (?:to|with|via)|certified by|approved by|tested (?:by|for)|recommended by|endorsed by|designed by|"
    r"suitable for|suited to|developed for|made by|smells? of|tastes? of|notes? of|hints? of|flavoured with|scented with|fragranced with|features?|featuring|boasts?|supports?|resists?|protects? (?:against|from)|withstands?|"
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
    if contradicts_grade(words, index, found):
        return
    if (
        denies_fact(sentence, words, index, found)
        or misses_use(sentence, words, index, found)
        or misses_included(sentence, words, index, found)
        or misses_size(words, index, found)
    ):
        return
    shielded = lexicon_for(index.locale).shielded(words)
    unknown = [
        not (
            word.is_number
            or (word.is_capital and i > 0)
            or i in shielded
            or len(word.lower) < 3
            or _is_safe(word.lower)
            or is_held(word, index)
        )
        for i, word in enumerate(words)
    ]
    judge_predication(sentence, words, index, found)
    if found.verdicts:
        return
    framed: Framed = {}
    if any(unknown):
        _invented_modes(words, unknown, index, framed)
        _invented_items(sentence, words, unknown, index, framed)
        _made_of(sentence, words, unknown, framed)
        _before_attributes(words, unknown, index, framed)
        _done_by_it(sentence, words, unknown, index, framed)
    if framed:
        said, why = framed[min(framed)]
        found.refuse("grounding", "frame", said, why)


def _made_of(sentence: str, words: tuple[Word, ...], unknown: list[bool], framed: Framed) -> None:
    """ "Made from X": "has a reassuring weight", a loose frame, claims its noun, a strict one every word."""
    for match in (*_MADE.finditer(sentence), *_IN_COLOUR.finditer(sentence)):
        is_loose = bool(_LOOSE.match(match.group()))
        stop = (_STOP_LOOSE if is_loose else _STOP).search(sentence, match.end())
        end = stop.start() if stop else len(sentence)
        inside = [i for i, word in enumerate(words) if match.end() <= word.start < end]
        for i in inside:
            word = words[i]
            is_head = i == inside[-1] or words[i + 1].lower in (
                "and", "or", "with", "of", "in", "from")  # fmt: skip
            if unknown[i] and (is_head or not is_loose):
                said = f"{match.group().strip()} {word.text}"
                framed.setdefault(i, (word.text, f"“{said}”: no fact says so"))


def _before_attributes(
    words: tuple[Word, ...], unknown: list[bool], index: FactIndex, framed: Framed
) -> None:
    """ "Koa body" where a fact speaks of the body and none of koa. A sentence may begin with any verb."""
    for i, (word, following) in enumerate(itertools.pairwise(words)):
        if (
            i
            and unknown[i]
            and following.start - word.end == 1
            and _is_attribute_of_facts(following, index)
            and not plain(word.text).endswith(("ly", "ing", "s"))
            and not plain(following.text).endswith(("ed", "ing"))
        ):
            framed.setdefault(
                i, (f"{word.text} {following.text}", f"no fact speaks of “{word.text}”")
            )


def _done_by_it(
    sentence: str, words: tuple[Word, ...], unknown: list[bool], index: FactIndex, framed: Framed
) -> None:
    """ "It purifies the air": a verb of the subject that no fact knows."""
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
            and not any(w.is_number or is_held(w, index) for w in words[i + 1 : i + 5])
        ):
            framed.setdefault(
                i, (f"{subject.text} {word.text}", f"no fact says that it {word.text}")
            )


_MODES = frozenset(
    "mode technology programme program function sensor tracking treatment coating compartment panel valve motor engine display lining insulation chip closure detection control assistant app attachment adapter charger".split()
)


_STRICT_MODES = frozenset(
    "mode technology programme program function sensor tracking motor engine valve".split()
)
_MOODS = frozenset(
    "this that with your their every some same other only just little weekend holiday sunday monday friday saturday morning evening night summer winter beast party cosy silent sleep easy full whole special different single whatever which what have more most spend into does into gentle quiet favourite".split()
)


def _invented_modes(
    words: tuple[Word, ...], unknown: list[bool], index: FactIndex, framed: Framed
) -> None:
    """ "An ionic mode", "auto-tracking": a word that no fact knows beside a word for what things do."""
    for i, word in enumerate(words[1:], 1):
        before = words[i - 1]
        is_claim = unknown[i - 1] or (
            word.lemma in _STRICT_MODES
            and not is_held(before, index)
            and len(before.lower) > 3
            and before.lower not in _MOODS
            and not before.is_number
            and not is_held(word, index)
        )
        if word.lemma in _MODES and is_claim and words[i].start - before.end == 1:
            framed[i - 1] = (
                f"{words[i - 1].text} {word.text}",
                f"no fact speaks of “{words[i - 1].text}”",
            )


_FOR = re.compile(
    r"\b(?:for|between|against|of room|add|meet|meets|goodbye|beyond|to|from|unlike|despite|after|before|like|want|wants|need|needs|keep|keeps)\s"
)
_LIGHT = re.compile(
    r"\s*(?:and |plus )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zero|no|not|only|presumably|another|some|plenty|lots|a lot|a little|more|less|much|best|a view|a bit)\b|.*\b(?:of|that|in the|on the|at the|under|over|all|half|eight\w*|nine\w*|seven\w*|six\w*)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r",\s+(?:and\s+)?|\s+and\s+|\s+plus\s+")
_NOT_LISTED = re.compile(
    r"\b(?:you|your|we|our|us|i|my|is|are|was|were|it|they|he|she|who|that|which|can|will|would|to|for|when|if|so|because|but|not|no|never|goes?|does|do|makes?|takes?|keeps?|lets?|like|as|than|me|them|this|someone|something|nothing|everything)\b",
    re.IGNORECASE,
)


def _invented_items(
    sentence: str, words: tuple[Word, ...], unknown: list[bool], index: FactIndex, framed: Framed
) -> None:
    """ "A whisk, a chopper and a potato masher": an item of a list of what there is, of which no word is known."""
    for start, end in _stretches(sentence):
        bounds = [start, *[m.end() for m in _ITEM.finditer(sentence, start, end)], end]
        if len(bounds) < 3:
            continue
        items = []
        for a, b in itertools.pairwise(bounds):
            boxed = re.search(
                r"\s+(?:in|inside|with) the (?:box|pack|set|case|tin|bag)\b", sentence[a:b]
            )
            b = a + boxed.start() if boxed else b
            mine = [
                n
                for n, w in enumerate(words)
                if a <= w.start < b
                and not re.fullmatch(r"and|plus|a|an|the|with|has|its|of", w.lower)
            ]
            items.append((sentence[a:b], mine))
        told = [
            any(
                words[n].is_number
                or (
                    is_held(words[n], index)
                    and len(words[n].lower) > 3
                    and words[n].lower not in _PLAIN_NAMES
                )
                for n in mine
            )
            for _, mine in items
        ]
        if sum(told) < 2 and not re.search(
            r"\b(?:with|has|have|comes?|includes?|features?|plus)\b|\bin the box\b",
            sentence[start:end],
        ):
            continue
        for n, (item, mine) in enumerate(items):
            beside = (n > 0 and told[n - 1]) or (n + 1 < len(told) and told[n + 1])
            if (
                not beside
                or _FOR.search(sentence[start : bounds[n]] + " ")
                or _LIGHT.match(item)
                or told[n]
                or not 1 <= len(mine) <= 4
                or _NOT_LISTED.search(item)
                or not unknown[mine[-1]]
                or words[mine[-1]].lower.endswith(("ly", "ing", "ed"))
            ):
                continue
            if re.match(r"\s*(?:a|an|its)\b", item) or (
                n > 0 and len(mine) > 1 and _is_noun_pair(words, mine)
            ):
                framed[mine[-1]] = (item.strip(" ,.;"), "no fact speaks of this")


def _is_noun_pair(words: tuple[Word, ...], mine: list[int]) -> bool:
    return not words[mine[-1]].lower.endswith(("y", "ful", "ous", "able", "ish", "ive", "al"))


def _stretches(sentence: str) -> list[tuple[int, int]]:
    """The parts of a sentence between stronger marks than a comma."""
    bounds = [0, *[m.end() for m in re.finditer(r"[.;:!?—–]\s", sentence)], len(sentence)]
    return list(itertools.pairwise(bounds))


_PLAIN_NAMES = frozenset(
    "price name category size brand time count number weight from year with type date until care colour product item valid".split()
)


def _is_own_name(word: Word, index: FactIndex) -> bool:
    places = index.direct.get(word.stem, ())
    return bool(places) and all(held.is_identity for held in places)


def _is_attribute_of_facts(word: Word, index: FactIndex) -> bool:
    """Whether a word is part of a value that describes (no name, no category, no plain word)."""
    if len(word.lower) < 4:
        return False
    if (
        any(word.stem in names and not index.identity[i] for i, names in enumerate(index.names))
        and word.lower not in _PLAIN_NAMES
    ):
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
