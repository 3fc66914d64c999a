"""Whether words are denied: "not …", "no …", "without …", "free from …", "…-free"."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from collections.abc import Sequence

from plugins.contract import Fact
from tasks.checks.words import Word, plain

__all__ = [
    "is_asked_back",
    "is_left_out",
    "is_negated",
    "is_not_claimed",
    "names_only_what_is_apart",
]

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
    r"""^(?:\s+(?!(?:and|but|or|that|which|who|is|are|it|so|to|where|when|while|if|because|as|of|for|with|you|they|we|i|he|she)\b)[\w-]+){0,2}?\s+
    (?:(?:is|are|was|were)(?:n['’]t|\s+not)\b(?=\W*(?:$|[.,;:!?)]|included|supplied|provided|part\b|in\b|needed|required|necessary|available|possible|allowed|permitted
        |suitable|recommended|advised|on\b|for\b|here\b|there\b|something|an?\ option|covered|valid|welcome|what\b|how\b|why\b|one\b|safe\b|known|yet\b|offered|sold|any\b|used|made|present|involved|among|added))
    |(?:does|do|has|have|can|will|could)(?:n['’]t|\s+not)\b(?!\ (?:just|only|all|always|have\ to|need|mind|stop|end|mean|matter))
    |cannot\b(?!\ (?:just|only))
    |(?:not|never)\ (?:included|supplied|provided|part\ of|in\ the\ box|needed|required|possible|available|allowed|permitted|recommended|suitable|covered|offered|valid|refundable|sold|present|added)
    |sold\ separately|(?:left|kept)\ out\b|(?:is|are)\ no\ (?:place|friend|match|home|good)\b
    |(?:is|are|costs?)\ (?:sold\ separately|extra|off\ limits|out|banned|a\ no|nicht)\b|nicht\ (?:enthalten|inklusive))""",
    re.IGNORECASE | re.VERBOSE,
)
_ALL_LEFT_OUT = re.compile(
    r"^(?:,?\s+(?:and|or|&)\s+[\w-]+(?:\s[\w-]+)?)\s+(?:(?:is|are)(?:n['’]t|\s+not)|not)\s+(?:included|supplied|provided|in the box)",
    re.IGNORECASE,
)
"""One denial over two things: "battery and charger not included"."""


def _is_denied_after(tail: str) -> bool:
    """ "A bulb isn't included", "the tuner is not"."""
    return bool(_DENIED_AFTER.match(tail) or _ALL_LEFT_OUT.match(tail))


def _is_denied_before(text: str, words: tuple[Word, ...], start: int) -> bool:
    i = start - 1
    limit = max(0, start - 5)
    begin = words[start].start
    if _HAS_NO_IN.search(plain(text[max(0, begin - _REACH) : begin])):
        return False
    while i >= limit:
        between = plain(text[words[i].end : words[i + 1].start])
        if words[i].lower == "no" and "," in between:
            return False  # "No, there's a pad attached": an answer governs nothing
        if "," in between and _is_told_on(text, words, i, start):
            return False
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
        if lower == "yet" and i and words[i - 1].lower == "not":
            return True  # "not yet dispatched"
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


_HAS_NO_IN = re.compile(
    r"\b(?:no|zero) (?!need|room|place|use|way|more|longer|good|match)(?:[\w-]+ ){1,2}(?:in|on|at|inside|under|from|around|along) (?:the|its|your|this|that|these) (?:[\w-]+ )?$"
)
""" "No coating in the windows": there are windows."""
_LISTING = frozenset({"no", "without", "free", "ohne", "keine", "kein", "neither"})
_ARTICLES = frozenset("a an the its your this that there two three four five".split())


def _is_told_on(text: str, words: tuple[Word, ...], i: int, start: int) -> bool:
    """Whether a list goes on past what "no" governs: "no wires, light padding, and a strap", not "no wires, padding or straps"."""
    if words[i + 1].lower in _ARTICLES or (
        words[i + 1].lower in ("and", "plus") and words[min(i + 2, start)].lower in _ARTICLES
    ):
        return True
    governing = next(
        (w.lower for w in reversed(words[max(0, i - 4) : i + 1]) if w.lower in _LISTING), ""
    )
    rest = re.split(r"[.;:!?]", text[words[i].end :][: 2 * _REACH])[0]
    return governing == "no" and bool(re.search(r", and\b", rest)) and " or " not in rest


def _is_list_item(words: tuple[Word, ...], i: int) -> bool:
    """Whether an earlier "no", "without" or "free from" still governs the list at word ``i``."""
    return any(words[j].lower in _LISTING for j in range(max(0, i - 4), i + 1))


_LEFT_BEFORE = re.compile(
    r"""\b(?:needs?|want|bring|supply|buy|use\ your|with\ your|ready\ for|takes|got|bought|except(?:\ for)?|excluding|everything\ but|other\ than|apart\ from|minus|without
    |(?:keep|keeping|stay|leave)\b[^.;:!?]{0,24}\b(?:off|away\ from|out\ of|clear\ of)|instead\ of|rather\ than|not|no|sorry|save|use\ the)\ +
    (?:(?:a|an|the|your|any|own|some|other|for|to|of|on|it|supply|add)\ +){0,4}(?:(?!(?:but|in|into|with|at|by|from|is|are|it|that)\b)[\w-]+\s+){0,3}$""",
    re.VERBOSE,
)
_LEFT_AFTER = re.compile(
    r"""^(?:['’]s\b)?(?:\W*[\w-]+){0,3}?\W+(?:(?:is|are|['’]s|s)\W+(?:yours|up\ to\ you|down\ to\ you|on\ you|extra|separate|a\ job\ for|not)\b|separate(?:ly)?\b|extra\b
    |you(?:['’]ll)?\ (?:have|need|supply|bring|own)\b
    |(?:would|['’]d|has|have|will|calls?|needs?|asks?)\ (?:\w+\ ){0,4}(?:separate|own|something\ (?:else|different|other)|different)\b
    |sits?\ this\ one\ out|(?:is|are)\ the\ (?:one|only)\ thing\ you|a\ job\ for|can\ be\ (?:had|bought)|too\ much\ for|sold\ separately)""",
    re.VERBOSE,
)
_ANSWERED_NO = re.compile(
    r"^(?:['’]s)?(?:\s[\w-]+)?\s*[:?]\s*(?:no|none|separate|not|sadly|sorry)\b"
)
_CLAUSE_DENIAL = re.compile(
    r"\b(?:not(?! (?:only|just|merely))|no(?![-\w]| (?:matter|wonder|doubt|problem|fuss|other))|never|none|nor|without|separately|sorry|unable|avoid\w*)\b|n't\b(?! (?:just|only))"
)


def is_left_out(text: str, start: int, end: int) -> bool:
    """Whether the characters ``start`` to ``end`` name what the text does not promise: "the bulb is yours to supply",
    "keep it off suede", "everything but the plants", "Stand: separate". What the facts deny may be named so."""
    folded = plain(text)
    if len(folded) != len(text):
        folded = text.lower()
    before = re.split(r"[.;:!?]", folded[max(0, start - _REACH) : start])[-1]
    after = folded[end : end + _REACH]
    if _LEFT_BEFORE.search(before) or _ANSWERED_NO.match(after):
        return True
    if _LEFT_AFTER.match(re.split(r"[.;!?]", after)[0]):
        return True
    near = " ".join(re.split(r"[,;:!?.()–—]| (?:and|but|so|that|which) ", after)[0].split()[:3])
    return bool(
        _CLAUSE_DENIAL.search(re.split(r"[,;:!?.()–—]", before)[-1])
        or (_CLAUSE_DENIAL.search(near) and not re.search(r"\b(?:no|none|without)\b", near))
    )


def is_asked_back(text: str, end: int) -> bool:
    """Whether what stands before ``end`` is part of a question: "Never tied one?" denies nothing of the subject."""
    mark = re.search(r"[.!?](?=\s|$)", text[end : end + 4 * _REACH])
    return mark is not None and mark.group() == "?"


_APART = re.compile(
    r"(?:not|nicht) (?:included|supplied|provided|enthalten)|sold separately|separat erhältlich"
)
_ALONG = re.compile(
    r"\b(?:with|comes?|coming|includ\w*|suppl\w+|provid\w+|sends?|get|gets|arrives?|everything|packed|tucked|inside|free|and all|there(?:'s| is| are)|pair of|set of|part of|throw in|thrown in"
    r"|(?:in|from) (?:the|its|every|each) (?:box|pack|package|bag|pouch|kit|set|tin|parcel|case|lid|envelope)|inklusive|mit|samt|dabei)\b"
)


def names_only_what_is_apart(fact: Fact, sentence: str) -> bool:
    """Whether ``fact`` says that something does not come along, and ``sentence`` does not say that anything does:
    "liners for 35 cm baskets" gives no baskets."""
    is_apart = _APART.search(plain(fact.value)) or plain(fact.name).endswith(
        ("_included", "_supplied")
    )
    return bool(is_apart) and not _ALONG.search(plain(sentence))


def is_not_claimed(text: str, start: int, end: int, denied: bool, facts: Sequence[Fact]) -> bool:
    """Whether characters that disagree with ``facts`` claim nothing: a denial in a question, or a thing left out."""
    if denied:
        return is_asked_back(text, end)
    return is_left_out(text, start, end) or all(
        names_only_what_is_apart(fact, text) for fact in facts
    )
