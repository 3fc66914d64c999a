"""Slots: where copy states a fact of its row, the fact's token stands instead of the value, and
back again.

``delexicalise`` takes the facts out of a text before training, ``fill_slots`` puts a row's own
values in after decoding. The copywriter supplies language, the warehouse supplies facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

__all__ = ["SLOT", "delexicalise", "fill_slots", "find_slots", "slot_names"]

SLOT = re.compile(r"<([a-z][a-z0-9_]*)>")
"""The token of a fact, ``<material>``; group 1 is the fact's name."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,;:!?)\]]|\.(?!\d))")
_DOUBLED_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")
_SENTENCE_START = re.compile(r"""(?:^|[.!?…]["'”’)\]]*\s)["'“‘(\[]*$""")
_ARTICLE = re.compile(r"(?<![\w'’-])(an?)(\s+[\"'“‘(]?)$", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?<![\w'’-])([^\W\d_][\w'’-]*)\s+$")
_PLURAL = re.compile(r"(?:e?s)(?![\w'’-])")
# Vowel letters that sound like consonants ("a unique", "a one-piece") and silent h ("an hour").
_CONSONANT_SOUND = re.compile(
    r"(?:uni(?![nm]\w)|us[ei]|ute|eu|ewe|one\b|once|ubiq|u-)", re.IGNORECASE
)
_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_NUMBER_AN = re.compile(r"(?:8|1[18](?!\d)|1[18]000)")


def slot_names(text: str) -> list[str]:
    """Names of the slots in ``text``, in order, with repetitions."""
    return SLOT.findall(text)


def delexicalise(text: str, facts: Mapping[str, str]) -> str:
    """``text`` with each statement of a fact's value replaced by its slot.

    The longest value goes first; words are whole; case, hyphen, unit spacing and a plural ``s`` may
    differ (the ``s`` stays behind the slot). Facts that share a value: see ``find_slots``.
    """
    return find_slots(text, facts)[0]


def find_slots(text: str, facts: Mapping[str, str]) -> tuple[str, int]:
    """As ``delexicalise``, with how many slots could be another fact's, since both have one value.

    A shared count goes to the fact whose own subject stands in the sentence: of ``praised_1``,
    ``count_praised_1``. What that does not settle takes the first name and is counted.
    """
    pattern, names = _matcher(tuple(facts.items()))
    if pattern is None:
        return text, 0
    found = [
        (m.start(), m.end(), names[int((m.lastgroup or "_0")[1:])]) for m in pattern.finditer(text)
    ]
    chosen: dict[int, str] = {start: shared[0] for start, _, shared in found}
    count_open = 0
    for first, last in _sentence_spans(text):
        within = [f for f in found if first <= f[0] < last]
        places = {shared[0]: start for start, _, shared in within if len(shared) == 1}
        for group in {shared for _, _, shared in within if len(shared) > 1}:
            starts = [start for start, _, shared in within if shared == group]
            own = sorted(
                (places[name.removeprefix("count_")], name)
                for name in group
                if name.startswith("count_") and name.removeprefix("count_") in places
            )
            if len(own) == len(starts):
                # The first number belongs to the first thing counted, the second to the second.
                chosen |= {start: name for start, (_, name) in zip(starts, own, strict=True)}
            else:
                count_open += len(starts)
    written, end = "", 0
    for start, stop, _ in found:
        written += f"{text[end:start]}<{chosen[start]}>"
        end = stop
    return written + text[end:], count_open


def fill_slots(text: str, facts: Mapping[str, str]) -> str:
    """``text`` with each slot replaced by its fact's value; slots without a fact stay as they are.

    Values are verbatim but for a capital at the start of a sentence and a plural that the text
    asks for (``<category>s``). ``a`` or ``an`` before a slot agrees with the value, a word that
    the value repeats is dropped.
    """
    written = ""
    end = 0
    filled_to = -1
    for match in SLOT.finditer(text):
        value = facts.get(match[1])
        written += text[end : match.start()]
        end = match.end()
        if value is None or not value.strip():
            written += match[0]
            continue
        value = _SPACES.sub(" ", value).strip()
        plural = _PLURAL.match(text, end)
        if plural and value[-1].isalpha():
            value, end = _plural(value), plural.end()
        if filled_to == len(written.rstrip()) and _ends_with(written, value):
            # 'Ash Mug' followed by the category 'mug': the name has said it.
            written = written.rstrip()
            continue
        if _SENTENCE_START.search(written):
            value = _capital(value)
        written = _before(written, value) + value
        filled_to = len(written)
        end = _skip_repeated(text, end, value)
    written = _SPACES.sub(" ", written + text[end:]).strip()
    return _DOUBLED_STOP.sub(".", _SPACE_BEFORE_MARK.sub(r"\1", written))


@lru_cache(maxsize=4096)
def _matcher(
    facts: tuple[tuple[str, str], ...],
) -> tuple[re.Pattern[str] | None, tuple[tuple[str, ...], ...]]:
    """One alternation over all values, longest first; group ``_i`` stands for the i-th tuple of
    names.
    """
    by_value: dict[str, list[str]] = {}
    values: dict[str, str] = {}
    for name, value in facts:
        plain = _SPACES.sub(" ", value).strip()
        if plain:
            by_value.setdefault(plain.casefold(), []).append(name)
            values.setdefault(plain.casefold(), plain)
    if not by_value:
        return None, ()
    parts = sorted(
        (-len(values[key]), index, f"(?P<_{index}>{_value_pattern(values[key])})")
        for index, key in enumerate(by_value)
    )
    names = tuple(tuple(shared) for shared in by_value.values())
    return re.compile("|".join(part for _, _, part in parts)), names


def _sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence."""
    ends = [match.end() for match in re.finditer(r"[.!?…][\"”’)\]]*\s+", text)]
    return list(pairwise([0, *ends, len(text)]))


def _value_pattern(value: str) -> str:
    """A pattern for one value with its variants, bounded by non-words."""
    body = ""
    for piece in re.findall(r"[ -]|[^ -]+", value):
        body += r"[\s\u00a0-]+" if piece in " -" else re.escape(piece)
    # '350 ml' may stand as '350ml'.
    body = re.sub(r"(\d)(?:\[\\s\\u00a0-\]\+)(?=[^\W\d_])", r"\1[\\s\\u00a0-]*", body)
    start = r"(?<![\w<])" if value[0].isalnum() else r"(?<!\w)"
    if value[0].isdigit():
        start += r"(?<![\d.,£$€])"
    end = r"(?![\w>]|[.,]\d)" if value[-1].isalnum() else ""
    # A size such as 'M' is only itself in its own case; longer values may stand in any.
    if len(value) <= 2:
        return f"{start}{body}{end}"
    if value[-1].isalpha() and not value.endswith("s"):
        end = r"(?=(?:s)?(?![\w>]))"
    return f"{start}(?i:{body}){end}"


def _capital(value: str) -> str:
    """A capital first letter, but 'iPad' stays."""
    return value if value[1:2].isupper() else value[0].upper() + value[1:]


def _plural(value: str) -> str:
    if value[-1] in "sS":
        return value
    if re.search(r"(?:ch|sh|x|z)$", value):
        return value + "es"
    if re.search(r"[^aeiou]y$", value):
        return value[:-1] + "ies"
    return value + "s"


def _before(written: str, value: str) -> str:
    """The text before a value: article agreed, a word that the value begins with dropped."""
    first = _WORD.match(value)
    last = _LAST_WORD.search(written)
    if first and last and last[1].casefold() == first[0].casefold():
        # A sentence start that falls away leaves its place to the value, which is written verbatim.
        return written[: last.start()]
    article = _ARTICLE.search(written)
    if article is None:
        return written
    right = "an" if _takes_an(value) else "a"
    right = right.capitalize() if article[1][0] == "A" else right
    return written[: article.start()] + right + article[2]


def _takes_an(value: str) -> bool:
    """Whether the value sounds with a vowel first, as far as its letters tell."""
    bare = value.lstrip("£$€\"'“‘( ")
    if bare[:1].isdigit():
        return bool(_NUMBER_AN.match(bare))
    if bare[:1].casefold() in "aeiou":
        return not _CONSONANT_SOUND.match(bare)
    return bool(_SILENT_H.match(bare))


def _ends_with(written: str, value: str) -> bool:
    """Whether ``written`` ends with the words of ``value``."""
    tail = written.rstrip()[-len(value) :]
    before = written.rstrip()[: -len(value)][-1:]
    return tail.casefold() == value.casefold() and not before.isalnum()


def _skip_repeated(text: str, end: int, value: str) -> int:
    """The place after words that repeat the value's last word: 'Ash Mug mug' becomes 'Ash Mug'."""
    words = _WORD.findall(value)
    follow = re.compile(r"\s+([^\W_]+(?:['’-][^\W_]+)*)").match(text, end)
    if words and follow and follow[1].casefold() == words[-1].casefold():
        return follow.end()
    return end
