"""Sentences and words: where each stands in the text, its plain form and its stem. Pure Python, no state but caches."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Word", "plain", "singular", "split_sentences", "stem", "words_of"]

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*)(?=\s|$)|\n+|[。！？]")
_ABBREVIATIONS = frozenset(
    "approx no nr vs mr mrs ms dr prof st mt fig incl excl inc ltd co max min ca z.b bzw ggf inkl "
    "zzgl d.h u.a e.g i.e etc vol art ref tel dia oz lb ft jr sr".split()
)
_SYNONYM_SPELLINGS = {
    "gray": "grey", "color": "colour", "colored": "coloured", "colors": "colours", "aluminum": "aluminium",
    "cozy": "cosy", "jewelry": "jewellery", "zipper": "zip", "zippered": "zip", "zippers": "zip", "fiber": "fibre",
    "fibers": "fibre", "liter": "litre", "liters": "litres", "meter": "metre", "meters": "metres", "mold": "mould",
    "flavor": "flavour", "flavors": "flavours", "flavored": "flavoured", "odor": "odour", "moisturizing":
    "moisturising", "moisturizer": "moisturiser", "moisturizes": "moisturises", "sneaker": "trainer", "sneakers":
    "trainers", "organization": "organisation", "sulfate": "sulphate", "sulfates": "sulphates", "woolen": "woollen",
    "pajamas": "pyjamas", "tumbler": "tumbler", "donut": "doughnut", "vapor": "vapour", "licence": "license",
    "moulded": "mould", "molded": "mould", "colourful": "colourful", "colorful": "colourful", "yogurt": "yoghurt",
    "aging": "ageing", "center": "centre", "tire": "tyre", "tires": "tyres", "caliber": "calibre", "wifi": "wi-fi",
}  # fmt: skip
_IRREGULAR = {
    "knives": "knife", "leaves": "leaf", "shelves": "shelf", "scarves": "scarf", "wolves": "wolf", "feet": "foot",
    "wooden": "wood", "woollen": "wool", "woolly": "wool", "golden": "gold", "silken": "silk", "silky": "silk",
    "earthen": "earth", "leathery": "leather", "men": "man", "women": "woman", "children": "child", "teeth": "tooth",
    "batteries": "battery", "berries": "berry", "glasses": "glass", "dresses": "dress", "brushes": "brush",
    "loaves": "loaf", "mice": "mouse", "geese": "goose", "peppery": "pepper", "minty": "mint", "chocolatey":
    "chocolate", "lemony": "lemon", "nutty": "nut", "fruity": "fruit", "smoky": "smoke", "smoked": "smoke",
    "spicy": "spice", "spiced": "spice", "salted": "salt", "salty": "salt", "striped": "stripe", "stripy": "stripe",
    "lidded": "lid", "hooded": "hood",
    "zipped": "zip", "washable": "wash", "washed": "wash", "washing": "wash", "rechargeable": "recharge",
    "recharges": "recharge", "foldable": "fold", "folding": "fold", "folds": "fold", "folded": "fold",
    "collapsible": "collapse", "adjustable": "adjust", "adjusts": "adjust", "removable": "remove", "removes":
    "remove", "detachable": "detach", "reversible": "reverse", "stackable": "stack", "stacks": "stack", "stacking":
    "stack", "padded": "pad", "padding": "pad", "lined": "lining", "insulated": "insulate", "insulation": "insulate",
    "insulating": "insulate", "insulates": "insulate", "stretchy": "stretch", "stretches": "stretch", "elastic":
    "elastic", "elasticated": "elastic", "elasticised": "elastic", "quilted": "quilt", "ribbed": "rib", "knitted":
    "knit", "embroidered": "embroidery", "breathes": "breathable", "breathability": "breathable", "glazed": "glaze",
    "polished": "polish", "brushed": "brush", "scented": "scent", "fragranced": "fragrance", "perfumed": "perfume",
    "unscented": "unscented", "refillable": "refill", "refills": "refill", "recyclable": "recyclable", "guaranteed":
    "guarantee", "reviewers": "reviewer", "reviews": "review", "cushioned": "cushion", "cushioning": "cushion",
    "handmade": "handmade", "delivered": "delivery", "shipping":
    "delivery", "shipped": "delivery", "ships": "delivery", "ship": "delivery", "returnable": "return", "refunds":
    "refund", "refunded": "refund", "warranties": "warranty", "movies": "movie", "cookies": "cookie",
}  # fmt: skip
_PLAIN_MARKS = str.maketrans(
    {"’": "'", "‘": "'", **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")}
)
_local = threading.local()


class Word(NamedTuple):
    """One word of a text: as written, lower and folded, its light lemma, its stem, and where it stands."""

    text: str
    lower: str
    lemma: str
    stem: str
    start: int
    end: int
    joined: bool
    """True when a hyphen alone stands between this word and the one before it."""
    is_number: bool
    """Whether the word is written in digits."""
    is_capital: bool
    """Whether the word begins with a capital letter."""


@lru_cache(maxsize=32768)
def plain(text: str) -> str:
    """``text`` in lower case with typographic quotes and hyphens made plain, for matching."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).translate(_PLAIN_MARKS)
    return folded.casefold()


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The light lemma of a lower-case English word: spelling variants joined, plural endings dropped."""
    word = word.replace("’", "'")
    if word.endswith("'s"):
        word = word[:-2]
    word = _SYNONYM_SPELLINGS.get(word, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=65536)
def stem(word: str, locale: str = "en") -> str:
    """The Snowball stem of a lower-case word in the language of ``locale``; the light lemma where there is none."""
    language = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
                "nl": "dutch", "sv": "swedish", "pt": "portuguese", "da": "danish"}.get(locale[:2])  # fmt: skip
    if language is None:
        return word
    stemmers = getattr(_local, "stemmers", None)
    if stemmers is None:
        stemmers = _local.stemmers = {}
    if language not in stemmers:
        import snowballstemmer

        stemmers[language] = snowballstemmer.stemmer(language)
    base = singular(word) if language == "english" else word
    return str(stemmers[language].stemWord(base))


@lru_cache(maxsize=65536)
def _forms(raw: str, locale: str) -> tuple[str, str, str, bool, bool]:
    """lower, lemma, stem, is_number, is_capital of one written word."""
    lower = plain(raw)
    lemma = singular(lower) if locale.startswith("en") else stem(lower, locale)
    return lower, lemma, stem(lower, locale), raw[0].isdigit(), raw[0].isupper()


@lru_cache(maxsize=16384)
def words_of(text: str, locale: str = "en") -> tuple[Word, ...]:
    """The words and numbers of ``text`` in order. Hyphens part words and are remembered in ``joined``."""
    found: list[Word] = []
    last_end = -2
    for match in _WORD.finditer(text):
        raw = match.group()
        start, end = match.span()
        joined = last_end >= 0 and start - last_end == 1 and text[last_end] in "-‐‑–"
        lower, lemma, base, is_number, is_capital = _forms(raw, locale)
        found.append(Word(raw, lower, lemma, base, start, end, joined, is_number, is_capital))
        last_end = end
    return tuple(found)


def bare_words(text: str) -> tuple[str, ...]:
    """The plain forms of the words of ``text``, without lemma, stem or place: many times as fast as ``words_of``."""
    return tuple(_WORD.findall(plain(text)))


def split_sentences(text: str) -> list[str]:
    """The sentences of ``text`` with their closing marks. Abbreviations, decimals and initials do not end one.

    A line that ends without a mark, with more to follow, keeps its break: it is a heading, no signature.
    """
    sentences: list[str] = []
    begin = 0
    for match in _END.finditer(text):
        if match.group().startswith("."):
            before = text[begin : match.start()].rsplit(None, 1)
            last = before[-1].casefold().lstrip("(\"'“") if before else ""
            following = text[match.end() :].lstrip()[:1]
            if last in _ABBREVIATIONS and following and (following.islower() or following.isdigit() or last in
                                                         {"mr", "mrs", "ms", "dr", "prof", "st", "mt"}):  # fmt: skip
                continue
            initial = before[-1].lstrip("(\"'“") if before else ""
            counted = len(before) > 1 and before[0].rstrip()[-1:].isdigit()
            if (
                len(initial) == 1
                and initial.isupper()
                and following
                and initial not in {"I", "A"}
                and not counted
            ):
                continue
            if (
                following
                and following.islower()
                and last.replace(".", "") in {"eg", "ie", "zb", "dh", "pm", "am"}
            ):
                continue
            if (
                last.isdigit() and following.islower()
            ):  # German ordinals: 30. Juni is handled by its capital below
                continue
            if last.isdigit() and len(last) <= 2 and re.match(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|"
                                                              r"September|Oktober|November|Dezember)\b",
                                                              text[match.end() :].lstrip()):  # fmt: skip
                continue
        piece = text[begin : match.end()].strip()
        if piece and match.group().startswith("\n") and text[match.end() :].strip():
            piece += "\n"
        if piece:
            sentences.append(piece)
        begin = match.end()
    rest = text[begin:].strip()
    if rest and sentences and not any(c.isalnum() for c in rest) and not rest.isascii():
        sentences[-1] += f" {rest}"  # an emoji after the last full stop
    elif rest:
        sentences.append(rest)
    return sentences
