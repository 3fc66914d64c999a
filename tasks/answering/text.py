"""Words: one normal form for questions, fact names and values, so that they can be compared.

The normal form is lower case, British spelling, without contractions, possessives and hyphens; numbers stand apart
from their units. It serves matching only; replies state facts as the shop wrote them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

from tasks.answering.tables import table, word_list

__all__ = [
    "NEUTRAL",
    "content_stems",
    "correct",
    "is_english_word",
    "normalise",
    "stem",
    "stems",
    "words",
]


_CONTRACTIONS = tuple(
    (re.compile(row["find"]), row["replace"]) for row in table("words")["contractions"]
)
_SPELLINGS: dict[str, str] = table("words")["spellings"]
_JOINED = tuple((re.compile(row["find"]), row["replace"]) for row in table("words")["joined"])
_UNITS_AFTER_NUMBER = (
    "kg|kgs|g|gr|mg|lb|lbs|oz|cm|cms|mm|m|km|ft|in|inch|inches|l|ml|cl|ltr|litre|litres|w|kw|kwh|wh|mah|ah|v|hz|khz|"
    "mhz|ghz|gb|tb|mb|h|hr|hours?|min|minutes?|d|days?|mths?|months?|yr|yrs|years?|yo|k|lm|gsm|p|db|rpm|bar|psi|atm|pcs?|pack|"
    "sq|metres?|kilos?|grams?|mp|x"
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?|[£$€]")

NEUTRAL = frozenset(
    word_list(
        """a an the this that these those it its itself they them their he she him her his i me my mine we us
our you your one ones is are am be been being was were do does did done doing have has had having
can could will would shall should may might must to of in on at for with by from as and or but so
then than there here what which who whose how any some all both also too just really actually
exactly please thanks thank you hi hello hey hiya dear cheers ok okay well ah oh um erm yes no not
if whether about around roughly approximately approx kind sort type actual much many get got come
comes came coming go goes give gives tell know find see let want wanted wants wish like need needs
wonder wondering ask asking question curious sure check checking confirm clarify information info
detail details exact exactly product item article thing things stuff piece buy buying bought
purchase purchasing order ordering ordered when am pm ever still currently now today moment right
always per use using used make makes made even specific specifically overall total possible possibly
able would quick quickly maybe perhaps advance great lovely nice gorgeous beautiful pretty love
looking look looks interested team folks guys mate good morning afternoon evening shop store page
website site online listing listed description say says said mention mentioned state stated help
regards kind kindly out up do pop shall into onto such very quite else own only off because since
put puts work works working once percent percentage take takes taken taking offer offers offered provide
something anything everything way regarding re particular standard normal normally usually typically
general generally basically simply given per end considering thinking think mean means thought
hoping hope again"""
    )
)
"""Words that ask nothing of their own: a question may hold them without a fact that mentions them."""


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


_FIXED_STEMS: dict[str, str] = table("words")["stems"]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one normal word; ``washable`` and ``wash`` share one, ``port`` and ``portable`` do not."""
    if word in _FIXED_STEMS:
        return _FIXED_STEMS[word]
    if word[0].isdigit() or len(word) < 3:
        return word
    found: str = _stemmer().stemWord(word)
    for ending in ("abl", "ibl"):
        if found.endswith(ending) and len(found) > len(ending) + 2:
            found = found[: -len(ending)]
            if len(found) > 3 and found[-1] == found[-2] and found[-1] not in "ls":
                found = found[:-1]
            found = _stemmer().stemWord(found)
    return found


@lru_cache(maxsize=20_000)
def normalise(text: str, limit: int = 4_000) -> str:
    """``text`` in the normal form; sentence marks (. ? ! ; , newline) stay."""
    text = unicodedata.normalize("NFKC", text[:limit]).casefold()
    text = (
        text.replace("’", "'")
        .replace("‘", "'")
        .replace("`", "'")
        .replace("″", '"')
        .replace("”", '"')
        .replace("“", '"')
    )
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r'(?<=\d)\s*(?:"|\'\')', " inch ", text)
    text = (
        text.replace('"', " ").replace("×", " x ").replace("&", " and ").replace("%", " percent ")
    )
    text = re.sub(r"(?<=\d)\s*[–—]\s*(?=\d)", "-", text)
    text = re.sub(r"[–—]", " , ", text)
    for pattern, replacement in _CONTRACTIONS:
        text = pattern.sub(replacement, text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    text = re.sub(r"(?<=\d)-(?=[a-z])", " ", text)
    text = re.sub(rf"(?<![a-z])(\d+(?:\.\d+)?)\s?({_UNITS_AFTER_NUMBER})\b", r"\1 \2", text)
    text = re.sub(r"(?<=\d)x(?=\d)", " x ", text)
    text = re.sub(r"\b(a|one) (?:full|whole) (?=(?:litre|metre|kilo|pint)\b)", r"\1 ", text)
    text = _SPACE.sub(lambda m: "\n" if "\n" in m.group() else " ", text)
    text = re.sub(r"[a-z]+", lambda m: _SPELLINGS.get(m.group(), m.group()), text)
    for pattern, replacement in _JOINED:
        text = pattern.sub(replacement, text)
    return text.strip()


def words(normal: str) -> list[str]:
    """The words of a normal text, numbers and currency signs included."""
    return _WORD.findall(normal)


def stems(normal: str) -> list[str]:
    """The stems of all words of a normal text."""
    return [stem(word) for word in words(normal)]


@lru_cache(maxsize=1)
def _neutral_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in NEUTRAL)


def content_stems(normal: str) -> set[str]:
    """The stems of the words that are not neutral."""
    neutral = _neutral_stems()
    return {
        stem(word) for word in words(normal) if word not in NEUTRAL and stem(word) not in neutral
    }


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    # Imported here: reading the word list takes a third of a second, and only questions need it.
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)


@lru_cache(maxsize=20_000)
def is_english_word(word: str) -> bool:
    """True for words of the English word list and for numbers."""
    return word[0].isdigit() or word in _dictionary()


def _distance_at_most(left: str, right: str, limit: int) -> int | None:
    """Damerau-Levenshtein distance (neighbours swapped count one), or None where it is above ``limit``."""
    if abs(len(left) - len(right)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def correct(text: str, vocabulary: Iterable[str]) -> str:
    """``text`` with misspelt words replaced by the one word of ``vocabulary`` that is nearest.

    Only words that are no English words are touched (five letters: one slip; eight: two), and only where the nearest
    word is alone; ``weight`` and ``height`` are never mixed up, because both are words.
    """
    known = {word for word in vocabulary if len(word) >= 4}

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < 5 or word in known or is_english_word(word):
            return word
        limit = 2 if len(word) >= 8 else 1
        found: list[tuple[int, str]] = []
        for candidate in known:
            if candidate[0] == word[0] or candidate[1:2] == word[:1]:
                distance = _distance_at_most(word, candidate, limit)
                if distance is not None:
                    found.append((distance, candidate))
        found.sort()
        if not found or (
            len(found) > 1 and found[0][0] == found[1][0] and stem(found[0][1]) != stem(found[1][1])
        ):
            return word
        return found[0][1]

    return re.sub(r"[a-z]+", mend, text)
