"""Words of the vocabulary that speak of the world and not of the subject: "by the window", "sunscreen and peaches"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import Hit, lexicon_for
from tasks.checks.passing import Passing, is_order, is_setting
from tasks.checks.words import Word, plain, words_of

__all__ = ["HEATED", "is_in_passing", "is_ranged"]


def is_ranged(words: tuple[Word, ...], hit: Hit) -> bool:
    """ "Adjusts from 80 to 125 cm": the numbers carry the claim."""
    return (
        words[hit.start].lower in ("adjusts", "adjustable", "extends", "expands", "stretches")
        and hit.end + 1 < len(words)
        and words[hit.end].lower in ("from", "between", "to")
        and words[hit.end + 1].is_number
    )


_WHOLLY = frozenset("solid pure real genuine".split())
_EVERYDAY = frozenset("material colour finish pattern part sure_part flavour shape kind".split())
_EVERYDAY_FEATURES = frozenset(
    "stretch fold stack adjust remove collapse reverse sensor camera speaker microphone oven microwave freezer dishwasher fragrance scent "
    "perfume sugar protein mineral raw solar timer wash recharge detach plug wireless automatic mechanical digital led alexa thermal pad cushion "
    "kind numbered insulate lining elastic android cordless turbo caffeine dairy gluten nut cropped skinny midi mac ios windows app lace stereo".split()
)
HEATED = frozenset(
    "microwave freeze freezer dishwasher oven tumble machine iron bleach boil".split()
)
"""Orders that are claims all the same: "microwave it" says that it may be."""
_PREDICATING = frozenset("is are in of made with".split())


def is_in_passing(words: tuple[Word, ...], hit: Hit, passing: Passing, index: FactIndex) -> bool:
    """Whether a word of the vocabulary that no fact holds speaks of the world and not of the subject."""
    is_loose = hit.group in _EVERYDAY or (
        hit.group in ("feature", "craft")
        and (
            hit.key[0] in _EVERYDAY_FEATURES
            or (len(hit.key) == 1 and words[hit.start].lower in _verbs(index))
        )
    )
    word = words[hit.start]
    if hit.group == "material" and hit.start and words[hit.start - 1].lower in _WHOLLY:
        return False  # "solid cedar throughout"
    if hit.key[0] in HEATED and any(w.lower in ("it", "them") for w in words[: hit.start]):
        return False  # "Pop it in the dishwasher when you're done"
    if word.lower == "down" and len(hit.key) == 1 and not _is_plumage(words, hit.start):
        return True
    if word.lemma in ("wash", "repair", "clean") and hit.start == 0:
        return True  # "Wash at 30 °C": what it says of care is judged by its other words
    if word.lower in ("windows", "window", "mac", "macs") and not (word.is_capital and hit.start):
        return True
    if (
        hit.group in ("colour", "flavour")
        and len(hit.key) == 1
        and word.lower != word.lemma
        and word.lower.endswith("s")
    ):
        return True  # roses and peaches are things
    if not is_loose:
        return False
    if (
        hit.group in ("part", "sure_part")
        and hit.start
        and len(words[hit.start - 1].lower) > 3
        and words[hit.start - 1].stem in index.direct
    ):
        return all(
            h.is_positive and not h.is_identity for h in index.direct[words[hit.start - 1].stem]
        )
    if hit.group == "flavour" and re.search(
        r"\bfor(?: \w+){0,2}$", " ".join(w.lower for w in words[max(0, hit.start - 3) : hit.start])
    ):
        return True
    if words[hit.end - 1].text.endswith(("'s", "’s")):
        return True  # "an onion's worst day"
    if (
        hit.group == "flavour"
        and not _is_eaten(index)
        and not _TASTES.search(" ".join(w.lower for w in words[max(0, hit.start - 4) : hit.start]))
    ):
        return True
    if _COMPARED.search(" ".join(w.lower for w in words[max(0, hit.start - 4) : hit.start]) + " "):
        return True  # "better than a plastic bottle"
    if (
        word.lower in _verbs(index)
        and word.lower == word.lemma
        and hit.group == "feature"
        and (hit.start == 0 or words[hit.start - 1].lower in _verbs(index))
    ):
        return True  # "Swing, press, repeat, collapse"
    ahead = [w.lower for w in words[max(0, hit.start - 4) : hit.start]]
    if ("no" in ahead and "more" in ahead) or any(
        pair == ("not", "a") for pair in itertools.pairwise(ahead)
    ):
        return True  # "no more mystery cables", "not a steering wheel in sight"
    if (
        is_order(words, hit.start)
        and hit.key[0] not in HEATED
        and (hit.start or word.lower in _verbs(index))
    ):
        return True
    before = words[hit.start - 1].lower if hit.start else ""
    if passing.holds(words[hit.start].start, words[hit.end - 1].end):
        return before not in _PREDICATING and (
            passing.is_question or not _opens(words, hit.start, index)
        )
    return len(hit.key) == 1 and is_setting(words, hit.start)


_COMPARED = re.compile(
    r"\b(?:than (?:a |an |the |any )?|unlike (?:a |the )?|instead of (?:a |the )?|rather than (?:a |the )?)(?:\w+ )?$"
)
_TASTES = re.compile(
    r"\b(?:notes?|hints?|scent|scented|smells?|tastes?|flavou?r|flavou?red|aroma|fragrance|infused|with|contains?)\b"
)
_EATEN = re.compile(
    r"flavou?r|taste|note|ingredient|scent|fragrance|aroma|botanical|allergen|abv|alcohol|roast|spice|perfume|filling|kcal|calor|sugar|salt|net_|vegan|recipe|cuisine|serv|food|tea|coffee|wine|duft|geschmack|zutat"
)
_FOODS = re.compile(
    r"\b(?:tea|coffee|chocolate|biscuits?|jam|honey|wine|gin|beer|sauce|snack|food|drink|candle|perfume|parfum|soap|shampoo|lotion|balm|serum|spice|sweets?|cake|bread|granola|muesli|syrup|cordial|lipstick|diffuser|kibble|treats?)\b"
)


def _opens(words: tuple[Word, ...], at: int, index: FactIndex) -> bool:
    """Whether a word stands in the subject with which its sentence opens: "A small motor lifts the bridge"."""
    ahead = [w.lower for w in words[:at]]
    return at < 4 and not any(
        w in _LINKS or (w in _verbs(index) and n == 0) for n, w in enumerate(ahead)
    )


_LINKS = frozenset(
    "and or of in on at by for with from to is are your you we our that this when if before after not no".split()
)


def _is_eaten(index: FactIndex) -> bool:
    """Whether the subject can taste or smell of something, so that a flavour would be a claim."""
    if "eaten" not in index.derived:
        lexicon = lexicon_for(index.locale)
        index.derived["eaten"] = any(
            _EATEN.search(plain(fact.name))
            or _FOODS.search(plain(fact.value))
            or any(
                hit.group == "flavour" for hit in lexicon.find(words_of(fact.value, index.locale))
            )
            for fact, is_name in zip(index.facts, index.identity, strict=True)
            if not is_name
        )
    return bool(index.derived["eaten"])


def _is_plumage(words: tuple[Word, ...], at: int) -> bool:
    before = words[at - 1].lower if at else ""
    after = words[at + 1].lower if at + 1 < len(words) else ""
    return before in ("duck", "goose", "white", "with", "of", "natural", "real", "filled", "pure", "responsible", "recycled", "fill", "grey", "eider") or after in ("fill", "filling", "filled", "jacket", "duvet", "feather", "blend", "pillow")  # fmt: skip


def _verbs(index: FactIndex) -> frozenset[str]:
    return lexicon_for(index.locale).verbs
