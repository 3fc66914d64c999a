"""Statements about the subject in plain words: who a clause speaks of, what it says, and whether any fact bears it.

A clause whose subject is the product ("it", "they", "each one"), one of its parts ("the lid") or the shop ("we") and
whose predicate holds no word of the facts is a claim that nothing bears ("it floats", "the seat tilts back"), unless
its verb speaks of looks and mood ("it looks good", "it waits by the door"). English.
"""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.added_items import has_part, lists_more
from tasks.checks.claims import Found
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.numerals import find_quantities
from tasks.checks.plain_words import (
    AUX,
    BE,
    SMALL,
    is_borne,
    is_third,
    is_verb,
    lemma_of,
    names,
    word_lists,
)
from tasks.checks.words import Word, plain

__all__ = ["judge_predication"]


_MARKS = re.compile(
    r"[.;:!?()—–]+(?=\s|$)|,(?=\s)|\s(?:and|but|so|because|while|whereas|yet|then|or)\s(?=(?:it|they|these|this|the|we|you|there|its|each|every|i)\b)|\b(?:which|when|whenever|if|until|where|wherever|whether|as soon as|before|after|than)\b",
    re.IGNORECASE,
)


_LEAD = frozenset(
    "and but so yet also then here now plus even still because while whereas best meanwhile better happily naturally of course oh well yes no or that".split()
)


_OPINION = re.compile(
    r"\b(?:review\w*|rating|owners?|customers?|buyers?|prais\w+|fault\w*|complain\w*|critici\w+|less so|some say|they (?:say|write|add))\b"
)


_READER = frozenset("you us we me everyone anyone".split())


_CUTTING = frozenset(
    "which when whenever if until where wherever whether before after than".split()
)


_AFTER_VERB = frozenset(
    "every any all the a an in on with to up down flat away into under over both most itself".split()
)


_IF = re.compile(r"\b(?:if|unless|should|until|till|once)\s+$", re.IGNORECASE)


_OWNED = frozenset("your my our their his her everyone's".split())


_PRONOUNS = frozenset("it they these this each".split())


_CONTRACTED = {
    "it's": "it", "they're": "they", "it'll": "it", "they'll": "they", "it'd": "it", "they'd": "they", "we'll": "we", "we're": "we", "we've": "we", "we'd": "we",
    "they've": "they", "there's": "there", "there're": "there",
}  # fmt: skip


def judge_predication(
    sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found
) -> None:
    """Refuses a clause about the subject of which no word is borne by a fact."""
    if not words or sentence.rstrip().endswith("?"):
        return
    if has_part(sentence, words, index, found) or lists_more(sentence, words, index, found):
        return
    cuts = [0, *sorted({m.end() for m in _MARKS.finditer(sentence)}), len(sentence) + 1]
    subject = None
    for start, end in itertools.pairwise(cuts):
        clause = [w for w in words if start <= w.start < end]
        while clause and clause[0].lower in _LEAD:
            clause = clause[1:]
        while clause and clause[-1].lower in _CUTTING:
            clause = clause[:-1]
        if len(clause) < 2:
            continue
        if _IF.search(sentence[: clause[0].start]):
            continue  # "if it isn't love"
        split = _subject(clause, sentence, index)
        if split is None and _goes_on(clause, subject):
            split = ("named", clause)  # "It weighs 1 kg, folds flat and floats"
        subject = split[0] if split else _named_subject(clause, index)
        if split is None:
            continue
        for predicate in _predicates(split[1]):
            if _is_claim(split[0], predicate, sentence, index):
                said = sentence[min(clause[0].start, predicate[0].start) : predicate[-1].end]
                found.refuse(
                    "grounding", "statement", said, "says something of the subject that no fact bears"
                )  # fmt: skip
                return


def _goes_on(clause: list[Word], subject: str | None) -> bool:
    """Whether a clause after a comma goes on about the product: "…, folds flat"."""
    return subject in ("product", "named") and is_third(clause[0]) and not clause[0].is_capital


def _named_subject(clause: list[Word], index: FactIndex) -> str | None:
    """Whether a clause opens with the subject's own name and a verb."""
    n = 1 if clause[0].lower in ("the", "this") else 0
    begin = n
    while n < len(clause) and names(clause[n], index):
        n += 1
    if begin < n < len(clause) and is_third(clause[n]):
        return "named"
    return None


def _predicates(words: list[Word]) -> list[list[Word]]:
    """The predicates of one subject, parted where "and" is followed by another verb."""
    parts: list[list[Word]] = [[]]
    for n, word in enumerate(words):
        if (
            word.lower in ("and", "or", "but")
            and n + 1 < len(words)
            and n
            and is_third(words[n + 1])
        ):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _subject(clause: list[Word], sentence: str, index: FactIndex) -> tuple[str, list[Word]] | None:
    """(who, predicate) where a clause has the product, a part of it or the shop as its subject."""
    lists = word_lists()
    first = _CONTRACTED.get(clause[0].lower, clause[0].lower)
    if first in _PRONOUNS:
        rest = clause[1:]
        if first in ("this", "these", "each") and rest:
            if rest[0].lower in (
                "one",
                "one's",
                "piece",
                "item",
                "pair",
                "set",
                "bottle",
                "jar",
                "bar",
            ):
                rest = rest[1:]
            elif (first != "this" and not is_verb(rest[0])) or (
                first == "this" and not is_verb(rest[0])
            ):
                return None
        if first == "they" and _speaks_of_people(sentence, rest, index):
            return None
        return ("product", rest)
    if (
        first in ("every", "each", "all", "your", "our", "any")
        and len(clause) > 3
        and clause[1].lemma in lists["offer"]
        and is_verb(clause[2])
    ):
        return ("offer", clause[2:])
    if first in ("the", "its", "every", "each", "both", "all") and len(clause) > 2:
        for n in (1, 2, 3):
            if n + 1 >= len(clause):
                break
            if clause[n].lemma in lists["part"] and is_verb(clause[n + 1]):
                if any(w.is_number for w in clause[:n]) or clause[n].is_capital:
                    return None
                if _OPINION.search(plain(sentence)):
                    return None  # what reviewers praise and fault is judged with the opinions
                return ("part", clause[n + 1 :])
            if clause[n].lower in SMALL or is_verb(clause[n]):
                break
        return None
    if first in ("a", "an", "no", "two", "three") and len(clause) > 3:
        return None if any(is_borne(w, index) for w in clause[1:4]) else _indefinite(clause)
    if first == "there" and len(clause) > 2:
        named = [w for w in clause[2:] if w.lemma in lists["part"]]
        if (
            named
            and clause[1].lower in ("is", "are")
            and clause[2].lower not in ("no", "not", "never", "nothing")
        ):
            return ("there", clause[2:])
        return None
    if _named_subject(clause, index):
        n = next(n for n, w in enumerate(clause) if n and is_third(w) and not w.is_capital)
        return ("named", clause[n:])
    if first in lists["order"] and any(w.lower in ("it", "them") for w in clause[1:3]):
        return ("shop", clause)
    if (
        clause[0].is_capital
        and is_third(clause[0])
        and clause[1].lower in _AFTER_VERB
        and sentence.lstrip().startswith(clause[0].text)
    ):
        return ("named", clause)
    if first == "we" and len(clause) > 2:
        rest = [w for w in clause[1:] if w.lower not in AUX]
        if rest and lemma_of(rest[0]) in lists["service"]:
            if lemma_of(rest[0]) == "take" and not {w.lower for w in rest} & {
                "away",
                "back",
                "old",
                "home",
            }:
                return None  # "we'll take it from there"
            return ("shop", clause[1:])
    return None


def _indefinite(clause: list[Word]) -> tuple[str, list[Word]] | None:
    """ "A loop is sewn into the collar", "a fitter will install it", "no tools are needed": things of which no fact speaks."""
    lists = word_lists()
    for n in range(2, min(len(clause) - 1, 7)):
        lower = clause[n].lower
        if lower in ("is", "are", "comes", "come"):
            following = clause[n + 1].lower
            is_done = following.endswith(("ed", "en")) or following in lists["participle"]
            return ("part", clause[n:]) if is_done and following not in lists["felt"] else None
        if lower in ("will", "can") and lemma_of(clause[n + 1]) in lists["service"]:
            return ("shop", clause[n:])
        if lower in SMALL and lower not in ("of", "to", "for", "with", "in", "the"):
            return None
    return None


def _speaks_of_people(sentence: str, rest: list[Word], index: FactIndex) -> bool:
    """Whether "they" are reviewers or other people."""
    return bool(
        re.search(r"review|rating|owner|customer|buyer|people|parents|kids|children|team|everyone|reader|shopper|rider|some\b|many\b|most\b", plain(sentence))
        or any(lemma_of(w) in word_lists()["opinion"] for w in rest[:3])
    )  # fmt: skip


def _is_claim(who: str, predicate: list[Word], sentence: str, index: FactIndex) -> bool:
    """Whether a predicate says something that could be false, with no word that a fact bears."""
    lists = word_lists()
    borne = [w for w in predicate if is_borne(w, index)]
    if who == "shop" and len(borne) == 1 and not borne[0].is_number:
        # "We'll match any lower price": the price is known, the promise is not.
        if lemma_of(borne[0]) in lists["service"]:
            return False
    elif borne:
        return False
    content = [
        w
        for w in predicate
        if w.lower not in AUX and w.lower not in SMALL and not w.lower.endswith("n't")
    ]
    if not content or any(
        q.dimension or not q.is_worded or q.low > 6
        for q in find_quantities(sentence[predicate[0].start : predicate[-1].end], "en")
    ):
        return False
    having = next((n for n, w in enumerate(predicate[:2]) if w.lower in ("has", "have")), None)
    if having is not None and len(predicate) > having + 2:
        return any(w.lemma in lists["part"] for w in predicate[having + 2 : having + 5])
    head = content[0]
    if predicate.index(head) in lexicon_for(index.locale).shielded(tuple(predicate)):
        return False
    if who in ("shop", "there", "offer"):
        return True
    after = [w.lower for w in predicate[predicate.index(head) + 1 :]]
    if after and after[0] in _READER:
        return False
    is_being = predicate[0].lower in BE or any(w.lower in BE for w in predicate[:3])
    lemma = lemma_of(head)
    if is_being and head.lower == "free" and after[:1] and after[0] in ("from", "of"):
        return True
    if is_being:
        # "Is baked twice" says what was done; "is quick to fetch", "is a friend" say how it strikes one.
        return (
            (head.lower.endswith(("ed", "en")) or head.lower in lists["participle"])
            and lemma not in lists["mood"]
            and head.lower not in lists["felt"]
        )
    is_able = any(w.lower in ("can", "could") for w in predicate[: predicate.index(head)])
    if lemma in lists["capability"] and is_able and after:
        return not set(after) & (lists["felt"] | _READER)
    if lemma in lists["mood"] or head.lower in lists["felt"]:
        return False
    if who == "named" and (
        (lemma in lists["light"] and after[1:2] not in (["every"], ["any"], ["all"]))
        or lemma == "last"
        or any(w.lower in _OWNED for w in predicate)
        or not after
    ):
        return False
    if any(w in lists["felt"] or w.endswith("ly") for w in after) and all(
        w in lists["felt"] or w.endswith("ly") or w in SMALL for w in after
    ):
        return False  # "grips well", "slips quietly in"
    if lemma in lists["light"]:
        # "Makes you smile", "keeps you company", "brings calm": light verbs claim with things, not with the reader.
        return not (
            not after
            or after[0] in ("up", "to", "on", "well")
            or set(after[:3])
            & {
                "you",
                "your",
                "us",
                "our",
                "everyone",
                "anyone",
                "life",
                "company",
                "itself",
                "better",
                "its",
                "sense",
                "friends",
                "day",
                "days",
                "evenings",
                "mornings",
                "any",
                "every",
                "home",
            }
            or any(w in lists["felt"] for w in after)
        )
    return is_verb(head)
