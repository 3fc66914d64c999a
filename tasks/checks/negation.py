"""Whether words are denied: "not …", "no …", "without …", "free from …", "…-free"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from tasks.checks.words import Word, plain

__all__ = ["is_negated"]

_NEGATIONS = frozenset(
    "not no non never none nothing hardly without isn't aren't doesn't don't won't cannot can't nor neither lacks lack minus excludes excluding zero "
    "nicht kein keine keinen keiner keinem ohne nie weder frei".split()
)


_GIVEN_FREE = frozenset(
    "cheapest cancellation entry repair third item pair parking refill coffee collection pickup delivery return postage exchange engraving ship shipping wrapping gift sample trial installation".split()
)


_AWAY = {("out", "of"), ("away", "from"), ("instead", "of"), ("rather", "than")}


_NOT_NEGATING = frozenset(
    {"only", "just", "merely", "simply", "wonder", "matter", "doubt", "nur", "need", "less", "more"}
)


_BREAKS = re.compile(
    r"[.;:,!?()–—]|\b(?:but|yet|while|though|although|aber|sondern|and is|and are)\b"
)


def is_negated(text: str, words: tuple[Word, ...], start: int, end: int) -> bool:
    """Whether the words ``start`` to ``end`` of ``text`` are denied: "not …", "no …", "without …", "…-free"."""
    if _CHARGE.search(plain(text[: words[start].start])):
        return False  # "we don't charge for delivery" gives it
    following = words[end].lower if end < len(words) else ""
    if words[end - 1].lemma in _GIVEN_FREE and not (end < len(words) and words[end].joined):
        following = ""  # "ships free" gives, "fragrance free" takes away
    if following in ("free", "frei", "less") and (
        words[end].joined or words[end].start - words[end - 1].end == 1
    ):
        after = words[end + 1].lower if end + 1 < len(words) else ""
        if words[end].joined or after not in ("delivery", "returns", "shipping", "gift"):
            return not _is_denied_before(text, words, start)
    return (
        _is_denied_before(text, words, start)
        or _is_denied_after(text[words[end - 1].end :])
        or _is_put_away(
            text[max(0, words[start].start - _REACH) : words[start].start],
            text[words[end - 1].end :][:_REACH],
        )
    )


_REACH = 60
"""Characters to either side in which a thing is put away: a text of any length is read in time that grows with it."""
_PUT = re.compile(
    r"\b(?:leave|leaving|put|keep|keeping|set|store|lock|forget|forgo|goodbye to|ban|banish)\s+(?:the |your |an? |any |all |that )?$"
)
_CHARGE = re.compile(
    r"(?:n't|not|never|no|nothing) (?:a )?charge (?:you )?(?:\w+ )?(?:for )?(?:the )?$"
)
_OWN = re.compile(
    r"\b(?:your own|bring (?:a|an|your|the)|need (?:a|an|to buy|to add|your)|supply (?:a|an|your))\s+(?:own )?(?:\w+ )?$"
)
_AWAY_AFTER = re.compile(
    r"\s+(?:\w+ )?(?:out|away|aside|off|alone|at home|in (?:the|its) (?:cupboard|drawer|box)|for (?:another|other))\b"
)


def _is_put_away(before: str, after: str) -> bool:
    """ "Leave the tumble dryer out of it", "put the iron away", "forget the iron"."""
    if _OWN.search(plain(before)):
        return True
    match = _PUT.search(plain(before))
    if not match:
        return False
    verb = match.group().split()[0]
    return verb in ("forget", "forgo", "goodbye", "ban", "banish") or bool(
        _AWAY_AFTER.match(plain(after))
    )


_DENIED_AFTER = re.compile(
    r"^(?:\s+(?!and\b|but\b|or\b|that\b|which\b|is\b|are\b|it\b|so\b|to\b)[\w-]+){0,2}?\s+(?:(?:is|are|was|were|does|do|has|have)(?:n['’]t|\s+not)\b(?! (?:just|only|all|always|the (?:only|same)|a |quite|too|hard|far|new|our))|(?:not|never) (?:included|supplied|provided|part of|in the box|needed|required)|sold separately|(?:is|are) no (?:place|friend|match|home|good)\b|(?:is|are|costs?) (?:sold separately|extra|off limits|out|banned|a no|nicht)\b|nicht (?:enthalten|inklusive))",
    re.IGNORECASE,
)


def _is_denied_after(tail: str) -> bool:
    """ "A bulb isn't included", "the tuner is not"."""
    return bool(_DENIED_AFTER.match(tail))


def _is_denied_before(text: str, words: tuple[Word, ...], start: int) -> bool:
    i = start - 1
    limit = max(0, start - 5)
    while i >= limit:
        between = plain(text[words[i].end : words[i + 1].start])
        if _BREAKS.search(between):
            # "no parabens, sulphates or silicones": a list goes on under its "no".
            if (
                "," not in between
                or not _is_list_item(words, i)
                or words[i + 1].lower in ("just", "only", "simply", "instead", "it", "this")
            ):
                return False
            limit = max(0, limit - 2)
        lower = words[i].lower
        if words[i].is_number:
            return False
        if lower in (
            "but",
            "yet",
            "while",
            "though",
            "although",
            "aber",
            "sondern",
            "with",
            "mit",
            "because",
            "so",
        ):
            return False
        if lower in _NEGATIONS or lower.endswith("n't"):
            following = words[i + 1].lower
            return not (following in _NOT_NEGATING and i + 1 < start)
        if (lower, words[i + 1].lower) in _AWAY or lower in ("avoid", "avoids", "skip"):
            return True
        if lower == "free" and words[i + 1].lower in ("from", "of"):
            return not (i + 2 < len(words) and words[i + 2].lower in ("charge", "cost"))
        if lower == "frei" and words[i + 1].lower == "von":
            return True
        i -= 1
    return False


def _is_list_item(words: tuple[Word, ...], i: int) -> bool:
    """Whether an earlier "no", "without" or "free from" still governs the list at word ``i``."""
    return any(
        words[j].lower in ("no", "without", "free", "ohne", "keine", "kein", "neither")
        for j in range(max(0, i - 4), i + 1)
    )
