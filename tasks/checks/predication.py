"""Statements about the subject in plain words: who a clause speaks of, what it says, and whether any fact bears it.

A clause whose subject is the product ("it", "they", "each one"), one of its parts ("the lid") or the shop ("we") and
whose predicate holds no word of the facts is a claim that nothing bears ("it floats", "the seat tilts back"), unless
its verb speaks of looks and mood ("it looks good", "it waits by the door"). English.
"""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re
import tomllib
from functools import lru_cache

from tasks.checks.claims import Found
from tasks.checks.denials import is_held
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import FOLDER, lexicon_for
from tasks.checks.negation import is_negated
from tasks.checks.numerals import find_quantities
from tasks.checks.units import unit_of
from tasks.checks.words import Word, plain, singular, stem, words_of

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
_COMPANY = frozenset(
    "goes go wear works pairs pair it them serve served enjoy eat drink clean wipe brush cut spread stir start starts begin begins end ends come along up away off happens sits agrees rhymes down filled".split()
)
_IF = re.compile(r"\b(?:if|unless|should|until|till|once)\s+$", re.IGNORECASE)
_OWNED = frozenset("your my our their his her everyone's".split())
_PRONOUNS = frozenset("it they these this each".split())
_AUX = frozenset(
    "is are was were be been being 's 're has have had do does did will would can could may might must shall should 'll 'd to not n't never always also even just only simply really still already all both quietly gently easily happily soon ever too actually merely truly".split()
)
_BE = frozenset(
    "isn't aren't wasn't weren't is are was were be been being it's they're that's".split()
)
_CONTRACTED = {
    "it's": "it", "they're": "they", "it'll": "it", "they'll": "they", "it'd": "it", "they'd": "they", "we'll": "we", "we're": "we", "we've": "we", "we'd": "we",
    "they've": "they", "there's": "there", "there're": "there",
}  # fmt: skip
_SMALL = frozenset(
    "the a an of to in on at by for with from and or but as is are it its you your we our us they them this that these those all not no so up out off over into than then too very more most one when while if there here just only also have has had be been was were do does did will can could would".split()
)


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    table = tomllib.loads((FOLDER / "predication_en.toml").read_text(encoding="utf-8"))
    return {
        name: frozenset(words["words"].split()) for name, words in table.items() if "words" in words
    }


@lru_cache(maxsize=1)
def _implications() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """(stems that the facts must hold, plain stems that follow)."""
    table = tomllib.loads((FOLDER / "predication_en.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            frozenset(stem(singular(part)) for part in word.split()),
            frozenset(stem(plain_word) for plain_word in words.split()),
        )
        for word, words in table["implies"].items()
    )


def _implied(index: FactIndex) -> frozenset[str]:
    """Plain words that follow from the facts' properties."""
    if "implied" not in index.derived:
        found: set[str] = set()
        for needed, follow in _implications():
            if all(part in index.held for part in needed):
                found |= follow
        index.derived["implied"] = frozenset(found)
    known: frozenset[str] = index.derived["implied"]
    return known


def judge_predication(
    sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found
) -> None:
    """Refuses a clause about the subject of which no word is borne by a fact."""
    if not words or sentence.rstrip().endswith("?"):
        return
    if _has_part(sentence, words, index, found) or _lists_more(sentence, words, index, found):
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


_POSSESSED = re.compile(
    r"\b(?:with|plus|complete with|comes? with|including|and|has|have|hides|under)\s+(?:its own |an? (?:second |spare |extra |matching |little |small |hidden |secret )?|two |three |four |extra |matching |spare )(?P<what>(?:[\w'-]+ ){0,3}?[\w'-]+)(?=[,.;:!?)—–]|\s(?:and|for|that|which|to|in|on|at|inside|underneath|so|from|of|or|you|under)\b|$)",
    re.IGNORECASE,
)


def _has_part(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "Plus a clip for your keys", "with a viewing window": a part of which no fact knows a word."""
    parts = _lists()["part"] | _lists()["extra"]
    for match in _POSSESSED.finditer(sentence):
        named = [w for w in words if match.start("what") <= w.start < match.end("what")]
        starts = plain(match.group()).split()[0]
        if not named or any(_is_borne(w, index) or w.is_capital for w in named):
            continue
        if starts in ("and", "under", "have", "has") and named[-1].lemma not in _lists()["extra"]:
            continue
        before = [w for w in words if w.end <= match.start()]
        if starts == "with" and before and before[-1].lower in _COMPANY:
            continue  # "goes with a shirt", "serve with a spoon"
        if named[-1].lemma in parts and not is_negated(
            sentence, words, words.index(named[0]), words.index(named[-1]) + 1
        ):
            found.refuse("grounding", "part", match.group("what"), "a part of which no fact speaks")
            return True
    return False


_ITEM = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|plus|&)\s+")
_NO_ITEM = re.compile(
    r"\b(?:you|your|we|our|us|i|my|is|are|was|were|it|they|he|she|who|that|which|can|will|would|when|if|so|because|but|not|no|never|does|do|like|as|than|this|these|someone|something|nothing|everything|more|less|then|all|how|what|where|any\w+|every\w+|some\w*|view|plenty|lots|half|made|else|other|others|both|just|only|room|space|time|love|life)\b|['’]",
    re.IGNORECASE,
)


def _lists_more(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> bool:
    """ "Clean, sensitive and gum care" where the modes are clean and sensitive: an item beside those of a fact's list."""
    listed = _listed_stems(index)
    if not listed:
        return False
    bounds = [0, *[m.end() for m in re.finditer(r"[.;:!?()—–]+(?:\s|$)", sentence)], len(sentence)]
    for low, high in itertools.pairwise(bounds):
        cuts = [
            low,
            *[c for m in _ITEM.finditer(sentence, low, high) for c in (m.start(), m.end())],
            high,
        ]
        items = [
            [w for w in words if a <= w.start < b]
            for a, b in zip(cuts[::2], cuts[1::2], strict=True)
        ]
        for n, item in enumerate(items):
            beside = [items[k] for k in (n - 1, n + 1) if 0 <= k < len(items)]
            head = _trimmed(item, n == 0)
            if not head or len(head) > 3 or any(_is_borne(w, index) or w.is_capital for w in head):
                continue
            if n == 0 or _NO_ITEM.search(sentence[head[0].start : head[-1].end]):
                continue
            if unit_of(head[0].lower) or any(
                w.lower.endswith(("ly", "ing", "able", "ful", "ous", "ish", "ed", "less"))
                or _is_third(w)
                for w in head[-1:]
            ):
                continue
            if any(_is_listed(_trimmed(other, False), listed) for other in beside):
                said = sentence[head[0].start : head[-1].end]
                found.refuse("grounding", "list", said, "not in the list that the facts give")
                return True
    return False


def _trimmed(item: list[Word], is_first: bool) -> list[Word]:
    """The words of an item up to the next preposition, without its article."""
    kept: list[Word] = []
    for word in item:
        if word.lower in (
            "in",
            "with",
            "for",
            "from",
            "on",
            "at",
            "to",
            "by",
            "of",
            "under",
            "over",
        ):
            break
        if word.lower not in ("a", "an", "the", "its", "both"):
            kept.append(word)
    return kept


def _is_listed(item: list[Word], listed: frozenset[str]) -> bool:
    content = [w for w in item if w.lower not in _SMALL]
    return bool(content) and len(content) <= 3 and content[-1].stem in listed


def _listed_stems(index: FactIndex) -> frozenset[str]:
    """The stems of the items of facts that are lists of words."""
    if "listed" not in index.derived:
        found: set[str] = set()
        for n, fact in enumerate(index.facts):
            if (
                index.identity[n]
                or not re.search(r",", fact.value)
                or re.search(
                    r"prais|fault|like|pros|cons|review|mention|question", plain(fact.name)
                )
            ):
                continue
            items = [i for i in re.split(r",|\band\b", fact.value) if i.strip()]
            if (
                len(items) >= 2
                and all(len(i.split()) <= 3 for i in items)
                and not any(c.isdigit() for c in fact.value)
            ):
                for item in items:
                    named = words_of(item, index.locale)
                    if named:
                        found.add(named[-1].stem)
        index.derived["listed"] = frozenset(found)
    known: frozenset[str] = index.derived["listed"]
    return known


def _goes_on(clause: list[Word], subject: str | None) -> bool:
    """Whether a clause after a comma goes on about the product: "…, folds flat"."""
    return subject in ("product", "named") and _is_third(clause[0]) and not clause[0].is_capital


def _is_third(word: Word) -> bool:
    """Whether a word reads as a verb of the third person: folds, keeps."""
    lower = word.lower
    return lower.endswith("s") and not lower.endswith("ss") and len(lower) > 3 and (
        word.lemma in lexicon_for("en").verbs
        or _lemma(word) in _lists()["mood"] | _lists()["light"] | _lists()["doing"]
    )  # fmt: skip


def _named_subject(clause: list[Word], index: FactIndex) -> str | None:
    """Whether a clause opens with the subject's own name and a verb."""
    n = 1 if clause[0].lower in ("the", "this") else 0
    begin = n
    while n < len(clause) and _names(clause[n], index):
        n += 1
    if begin < n < len(clause) and _is_third(clause[n]):
        return "named"
    return None


def _names(word: Word, index: FactIndex) -> bool:
    places = index.direct.get(word.stem, ())
    return any(h.is_identity or "category" in index.facts[h.fact].name for h in places)


def _predicates(words: list[Word]) -> list[list[Word]]:
    """The predicates of one subject, parted where "and" is followed by another verb."""
    parts: list[list[Word]] = [[]]
    for n, word in enumerate(words):
        if (
            word.lower in ("and", "or", "but")
            and n + 1 < len(words)
            and n
            and _is_third(words[n + 1])
        ):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _subject(clause: list[Word], sentence: str, index: FactIndex) -> tuple[str, list[Word]] | None:
    """(who, predicate) where a clause has the product, a part of it or the shop as its subject."""
    lists = _lists()
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
            elif (first != "this" and not _is_verb(rest[0])) or (
                first == "this" and not _is_verb(rest[0])
            ):
                return None
        if first == "they" and _speaks_of_people(sentence, rest, index):
            return None
        return ("product", rest)
    if (
        first in ("every", "each", "all", "your", "our", "any")
        and len(clause) > 3
        and clause[1].lemma in lists["offer"]
        and _is_verb(clause[2])
    ):
        return ("offer", clause[2:])
    if first in ("the", "its", "every", "each", "both", "all") and len(clause) > 2:
        for n in (1, 2, 3):
            if n + 1 >= len(clause):
                break
            if clause[n].lemma in lists["part"] and _is_verb(clause[n + 1]):
                if any(w.is_number for w in clause[:n]) or clause[n].is_capital:
                    return None
                if _OPINION.search(plain(sentence)):
                    return None  # what reviewers praise and fault is judged with the opinions
                return ("part", clause[n + 1 :])
            if clause[n].lower in _SMALL or _is_verb(clause[n]):
                break
        return None
    if first in ("a", "an", "no", "two", "three") and len(clause) > 3:
        return None if any(_is_borne(w, index) for w in clause[1:4]) else _indefinite(clause)
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
        n = next(n for n, w in enumerate(clause) if n and _is_third(w) and not w.is_capital)
        return ("named", clause[n:])
    if first in lists["order"] and any(w.lower in ("it", "them") for w in clause[1:3]):
        return ("shop", clause)
    if (
        clause[0].is_capital
        and _is_third(clause[0])
        and clause[1].lower in _AFTER_VERB
        and sentence.lstrip().startswith(clause[0].text)
    ):
        return ("named", clause)
    if first == "we" and len(clause) > 2:
        rest = [w for w in clause[1:] if w.lower not in _AUX]
        if rest and _lemma(rest[0]) in lists["service"]:
            if _lemma(rest[0]) == "take" and not {w.lower for w in rest} & {
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
    lists = _lists()
    for n in range(2, min(len(clause) - 1, 7)):
        lower = clause[n].lower
        if lower in ("is", "are", "comes", "come"):
            following = clause[n + 1].lower
            is_done = following.endswith(("ed", "en")) or following in lists["participle"]
            return ("part", clause[n:]) if is_done and following not in lists["felt"] else None
        if lower in ("will", "can") and _lemma(clause[n + 1]) in lists["service"]:
            return ("shop", clause[n:])
        if lower in _SMALL and lower not in ("of", "to", "for", "with", "in", "the"):
            return None
    return None


def _speaks_of_people(sentence: str, rest: list[Word], index: FactIndex) -> bool:
    """Whether "they" are reviewers or other people."""
    return bool(
        re.search(r"review|rating|owner|customer|buyer|people|parents|kids|children|team|everyone|reader|shopper|rider|some\b|many\b|most\b", plain(sentence))
        or any(_lemma(w) in _lists()["opinion"] for w in rest[:3])
    )  # fmt: skip


def _is_claim(who: str, predicate: list[Word], sentence: str, index: FactIndex) -> bool:
    """Whether a predicate says something that could be false, with no word that a fact bears."""
    lists = _lists()
    borne = [w for w in predicate if _is_borne(w, index)]
    if who == "shop" and len(borne) == 1 and not borne[0].is_number:
        # "We'll match any lower price": the price is known, the promise is not.
        if _lemma(borne[0]) in lists["service"]:
            return False
    elif borne:
        return False
    content = [
        w
        for w in predicate
        if w.lower not in _AUX and w.lower not in _SMALL and not w.lower.endswith("n't")
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
    is_being = predicate[0].lower in _BE or any(w.lower in _BE for w in predicate[:3])
    lemma = _lemma(head)
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
        w in lists["felt"] or w.endswith("ly") or w in _SMALL for w in after
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
    return _is_verb(head)


def _is_borne(word: Word, index: FactIndex) -> bool:
    if word.is_number or (
        word.is_capital and word.start and word.lower not in ("it", "they", "the", "we")
    ):
        return True
    if len(word.lower) < 3 or word.lower in _SMALL:
        return False
    if word.lower.startswith("un") and stem(singular(word.lower[2:])) in index.held:
        return True
    return is_held(word, index) or word.stem in _implied(index)


@lru_cache(maxsize=8192)
def _lemma(word: Word) -> str:
    lower = word.lower
    known = _lists()["mood"] | _lists()["light"] | _lists()["service"] | _lists()["opinion"]
    forms = [lower, word.lemma]
    for ending in ("s", "es", "ed", "d", "ing"):
        if lower.endswith(ending):
            cut = lower.removesuffix(ending)
            forms += [cut, cut + "e"]
            if len(cut) > 2 and cut[-1] == cut[-2]:
                forms.append(cut[:-1])
    if lower.endswith("ies"):
        forms.append(lower[:-3] + "y")
    return next((form for form in forms if form in known), word.lemma)


@lru_cache(maxsize=8192)
def _is_verb(word: Word) -> bool:
    """Whether a word after a subject can be its verb."""
    lower = word.lower
    return (
        lower in _AUX
        or lower in _BE
        or (lower.endswith(("s", "ed", "n't")) and not lower.endswith("ss"))
        or word.lemma in lexicon_for("en").verbs
        or _lemma(word) in _lists()["mood"] | _lists()["light"]
    )
