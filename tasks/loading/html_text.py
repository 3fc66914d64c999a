"""Merchants' HTML as clean text, without the lines that stand on every product."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import nh3

__all__ = [
    "BOILERPLATE_SHARE",
    "clean_text",
    "html_to_text",
    "is_placeholder",
    "one_line",
    "without_boilerplate",
    "words_of_person",
]

BOILERPLATE_SHARE = 0.2
"""A line that stands on more than this share of the products of a file says nothing about any of them."""
_LEAST_PRODUCTS = 20
"""Below this many products a share says nothing."""
_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "td",
    "th",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
}
_MARKUP = re.compile(
    r"</?[a-z][^<>]*>|<!--|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_BLANK = re.compile(r"\s*\n\s*")
_LINE_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
# Known sentences of demonstration shops; the brand at the end differs from product to product.
_DEMONSTRATION = re.compile(
    r"(?:this is a demonstration store\.?\s*)"
    r"(?:you can purchase products like this from\s[^\n]{0,80}?(?:\.(?=\s|\Z)|\n|\Z))?",
    re.IGNORECASE,
)
# Links to other pages of the shop: without the link they say nothing about the product.
_NAVIGATION = re.compile(
    r"^(?:shop (?:our|the|all)\b|also available in\b|(?:see|view) (?:our|more)\b|click here\b|follow us\b).*$",
    re.IGNORECASE | re.MULTILINE,
)
_FILLER_WORDS = (
    "lorem ipsum dolor sit amet consectetur adipiscing elit vestibulum praesent nullam aenean etiam mauris "
    "consequat pellentesque quis turpis odio vel neque ligula porttitor auctor laoreet aliquam erat sed nec"
)
_FILLER = frozenset(_FILLER_WORDS.split())


def clean_text(text: str | None) -> str | None:
    """One line or more of plain text: no control, zero-width or bidirectional characters; None if nothing is left."""
    if not text:
        return None
    text = _LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return _BLANK.sub("\n", _SPACE.sub(" ", text)).strip() or None


def html_to_text(markup: str | None) -> str | None:
    """Text of ``markup``, a line a block; scripts, styles, frames, comments and attributes are gone."""
    if not markup:
        return None
    kept = nh3.clean(
        _LINE_BREAKS.sub("\n", markup).replace("\n", " "),
        tags=_BLOCKS,
        attributes={},
        clean_content_tags={
            "script",
            "style",
            "iframe",
            "noscript",
            "template",
            "svg",
            "object",
            "title",
        },
        strip_comments=True,
    )
    # Entities last, and once: what they spell is text, even where it looks like a tag.
    return clean_text(html.unescape(_TAG.sub("\n", kept)))


def words_of_person(text: str | None) -> str | None:
    """What a customer wrote as clean text; markup is taken out only where there is some."""
    return html_to_text(text) if text and _MARKUP.search(text) else clean_text(text)


def one_line(text: str | None) -> str | None:
    """A name as one line of clean text."""
    words = words_of_person(text)
    return words.replace("\n", " ") if words else None


def is_placeholder(text: str | None) -> bool:
    """Whether a text is filler ('Lorem ipsum …') that a theme came with."""
    words = re.findall(r"[a-z]+", (text or "").lower())
    return len(words) >= 8 and sum(word in _FILLER for word in words) > 0.25 * len(words)


def without_boilerplate(texts: Sequence[str | None]) -> tuple[list[str | None], Counter[str]]:
    """The texts of a file's products without boilerplate, and what was taken out, counted by kind."""
    counts: Counter[str] = Counter()
    stripped: list[str | None] = []
    for text in texts:
        rest, found = _DEMONSTRATION.subn("", text or "")
        counts["demonstration lines stripped"] += found
        rest, found = _NAVIGATION.subn("", rest)
        counts["navigation lines stripped"] += found
        stripped.append(clean_text(rest))
    seen = Counter(line for text in stripped for line in set((text or "").split("\n")) if line)
    limit = BOILERPLATE_SHARE * len(texts)
    is_many = len(texts) >= _LEAST_PRODUCTS
    common = {line for line, times in seen.items() if is_many and times > limit}
    for at, text in enumerate(stripped):
        lines = (text or "").split("\n")
        if common.intersection(lines):
            counts["recurring lines stripped"] += sum(line in common for line in lines)
            stripped[at] = clean_text("\n".join(line for line in lines if line not in common))
    return stripped, +counts
