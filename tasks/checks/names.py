"""Names: other products, other brands, and capitalised words that no fact knows; codes such as IPX7 or A5."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re
from functools import lru_cache
from pathlib import Path

from tasks.checks.claims import Found
from tasks.checks.context import CheckContext
from tasks.checks.fact_index import FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.privacy import first_names
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_names"]

_CODE = re.compile(r"(?<![\w])(?=[\w.\-/]*\d)(?=[\w.\-/]*[A-Za-z])[A-Za-z0-9][\w.\-/]*[A-Za-z0-9+]")
_UNIT_CODE = re.compile(
    r"\d+(?:[.,]\d+)?-?(?:[a-zµ²³]{1,8})(?:-\w+)*|\d+(?:[.,]\d+)?[WVAKCFLM]|\d{1,2}(?:st|nd|rd|th)|\d+-in-\d+|\d+(?:[-x×/.]\d+)+\w{0,3}|\d+-[a-z-]+",
    re.IGNORECASE,
)
_ORDINARY = frozenset(
    "i i'm i've i'd i'll monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march april may "
    "june july august september october november december christmas easter halloween valentine's valentine mother's father's day eve new "
    "year year's years diwali hanukkah eid ramadan advent thanksgiving bonfire night boxing pancake midsummer ok diy tv pc uk eu us usb id spring summer autumn "
    "winter bank holiday mum dad gran grandma grandpa nan mummy daddy santa earth moon sun god bbq pe pj pjs cv am pm t-shirt x s m l xl xs xxl dj dvd cd led lcd a b c d e vip asap faq rsvp "
    "beaufort hiit gp gps sos suv mot phd ceo diy nhs fyi rip bff wfh pto brb mic ipa xmas jan feb mar apr jun jul aug sep sept oct nov dec english monday's sunday's saturday's friday's p.s ps north south east west atlantic arctic northern southern internet web wi-fi bluetooth french".split()
)
_QUOTE = "\"'“‘«(-–—:•"


@lru_cache(maxsize=1)
def _brands() -> dict[str, list[tuple[str, ...]]]:
    path = Path(__file__).parent / "rules" / "brands.txt"
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key = tuple(word.lower for word in words_of(line.strip()))
        if key:
            found.setdefault(key[0], []).append(key)
    return found


def judge_names(
    sentence: str, index: FactIndex, context: CheckContext, locale: str, found: Found
) -> None:
    """Refuses names and codes that the facts do not have."""
    words = words_of(sentence, locale)
    known = {w.lower for fact in index.facts for w in words_of(fact.value)} | set(index.held)
    if _refuse_listed(words, context, known, found, locale):
        return
    _judge_codes(sentence, index, found)
    if locale.startswith("de"):
        _judge_persons(sentence, words, known, found)
    if locale.startswith("en"):
        _judge_capitals(sentence, words, index, known, found)


def _refuse_listed(
    words: tuple[Word, ...], context: CheckContext, known: set[str], found: Found, locale: str
) -> bool:
    """Well-known brands, and the shop's other brands and products, wherever they stand."""
    for i, word in enumerate(words):
        if not word.is_capital:
            continue
        for key in _brands().get(word.lower.removesuffix("'s"), ()):
            lowers = tuple(w.lower.removesuffix("'s") for w in words[i : i + len(key)])
            if lowers == key and not all(part in known for part in key):
                found.refuse(
                    "grounding",
                    "brand",
                    " ".join(w.text for w in words[i : i + len(key)]),
                    "another brand that no fact states",
                )
                return True
        for names, kind in context.names.get(word.lemma, ()):
            lemmas = tuple(w.lemma for w in words[i : i + len(names)])
            if lemmas == names and not all(
                w.lower in known or w.stem in known for w in words[i : i + len(names)]
            ):
                found.refuse(
                    "grounding",
                    kind,
                    " ".join(w.text for w in words[i : i + len(names)]),
                    f"another {kind} of the shop",
                )
                return True
    return False


def _judge_codes(sentence: str, index: FactIndex, found: Found) -> None:
    for match in _CODE.finditer(sentence):
        code = plain(match.group()).rstrip(".")
        if re.fullmatch(r"(?:under|over)-\d{1,2}s", code):
            continue  # "not for under-8s": an age, judged with the numbers
        if _UNIT_CODE.fullmatch(match.group().rstrip(".")) and not re.fullmatch(
            r"\d+[gkp]|\d+d", code
        ):
            continue
        if code in index.codes or any(
            re.search(rf"(?<!\w){re.escape(code)}(?!\w)", value) for value, _ in index.values
        ):
            continue
        if re.fullmatch(r"[A-Z]\d{1,2}", match.group()) and not any(
            w.stem in index.direct and len(w.lower) > 3 for w in words_of(sentence, index.locale)
        ):
            continue  # "Gate B17" in a sentence that says nothing of the subject
        if "-" in code and all(
            part in index.codes or not any(c.isdigit() for c in part) for part in code.split("-")
        ):
            continue  # E27-Fassung
        compact = code.replace("-", "").replace(" ", "")
        if any(compact in value.replace("-", "").replace(" ", "") for value, _ in index.values):
            continue
        if re.fullmatch(r"\d+[gk]|\d+p|\d+d", code) and any(
            code[:-1] == f"{q.low:g}" for _, q in index.quantities
        ):
            continue
        if (
            code.endswith(("g", "k", "p"))
            and code[:-1].isdigit()
            and any(c.words.casefold() == code for c in found.claims)
        ):
            continue
        found.refuse("grounding", "code", match.group(), "a code or model that no fact states")


def _judge_persons(sentence: str, words: tuple[Word, ...], known: set[str], found: Found) -> None:
    """German, where every noun has a capital: a first name with a surname that the facts do not have."""
    for first, last in itertools.pairwise(words):
        if (
            first.is_capital
            and last.is_capital
            and first.lower in first_names()
            and sentence[first.end : last.start] == " "
            and last.lower not in known
            and last.stem not in known
        ):
            found.refuse(
                "grounding", "name", f"{first.text} {last.text}", "a name that no fact states"
            )
            return


def _judge_capitals(
    sentence: str, words: tuple[Word, ...], index: FactIndex, known: set[str], found: Found
) -> None:
    longer = [
        w
        for w in words
        if len(w.text) > 3 and not w.is_number and w.lower not in known and w.stem not in known
    ]
    if len(longer) > 4 and sum(w.is_capital for w in longer) > 0.75 * len(longer):
        return  # a headline in title case: its words are judged by the vocabulary alone
    lexicon = lexicon_for(index.locale)
    for i, word in enumerate(words):
        if i == 0 or not word.is_capital or word.is_number:
            continue
        before = sentence[: word.start].rstrip()
        if before and before[-1] in ".?!":
            continue
        if before and before[-1] in _QUOTE and not word.joined and before[-1] != "-":
            continue
        lower = word.lower.removesuffix("'s")
        if word.text[:-1].isupper() and word.text.endswith("s") and len(word.text) > 2:
            lower = lower[:-1]  # LPs
        if (
            word.lower in _ORDINARY
            or lower in _ORDINARY
            or lower in known
            or word.stem in known
            or word.lemma in known
        ):
            continue
        if lower in lexicon.phrases or word.lemma in lexicon.phrases:
            continue  # judged as an attribute
        if len(lower) == 1:
            continue
        found.refuse("grounding", "name", word.text, "a name that no fact states")
        return
