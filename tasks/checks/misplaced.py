"""A number of the facts in a place that is not its own: denied, a rating that counts people, a price that is the postage."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

from plugins.contract import Fact
from tasks.checks.fact_index import FactIndex
from tasks.checks.numerals import Quantity
from tasks.checks.words import plain

__all__ = ["misplaced"]

_DENIED = re.compile(
    r"\b(?:(?:is|are|was|does|do|can|will|measures?|weighs?) not|isn't|aren't|doesn't|don't|cannot|can't|won't|lacks|lack(?! of))\b(?! (?:only|just|more|less|until|before|after|under|over|even|quite|merely|all|exceed\w*|need|have to|want|mind|ask|worry|let|miss|forget|wait|cost))(?:(?!\b(?:you|we|it|they|i|if|and|but|so|for)\b)[\w '-]|(?<=\d)[.,](?=\d)){0,34}$|\bwithout (?:an? |the |its )?$"
)
_BOUNDED = re.compile(r"\b(?:up to|above|over|beyond|past|below|under|more than|less than)\W*$")
_PEOPLE = re.compile(
    r"[ \t-]*(?:\w+ )?(?:reviews?|reviewers?|ratings|people|customers?|buyers?|owners?|families|readers?|shoppers?|guests?|opinions|verdicts|parents)\b"
)
_STARS = re.compile(r"\W*(?:stars?\b|out of (?:5|five)\b|on average\b|/ ?5\b|of 5\b)")
_AVERAGE = re.compile(
    r"\b(?:averag\w+(?: of| is| stands at)?|rating of|rated|scores?(?: of)?|stars? of)\W*$"
)
_POSTAGE = re.compile(r"\W*(?:for |in |of )?(?:shipping|delivery|postage|p ?& ?p|versand)\b")
_POSTAGE_BEFORE = re.compile(
    r"\b(?:shipping|delivery|postage|versand)(?: is| costs?| comes to| from| for| fee|:)?\W*$"
)
_CARRIED = re.compile(r"\b(?:deliver|ship|post|send)\w* (?:to|within|is|costs?)\b")
_POSTAGE_NAME = re.compile(r"ship|deliver|post|versand|liefer")


def misplaced(sentence: str, quantity: Quantity, fact: Fact, index: FactIndex) -> str | None:
    """Why a number that ``fact`` holds cannot stand where it does, or None. English."""
    if not index.locale.startswith("en"):
        return None
    before, after = plain(sentence[: quantity.start]), plain(sentence[quantity.end :])
    name = plain(fact.name)
    said = f"{fact.name}: {fact.value}"
    if (
        _DENIED.search(before)
        and not _BOUNDED.search(before)
        and not re.search(
            r"\b(?:not|no|never|without)\b", plain(f"{fact.name} {fact.value}".replace("_", " "))
        )
    ):
        return f"the facts say the opposite ({said})"
    if not quantity.dimension:
        if not quantity.low.is_integer() and _PEOPLE.match(after):
            return f"a rating that counts people ({said})"
        if quantity.low > 10 and (
            _STARS.match(after) or (_AVERAGE.search(before) and not _PEOPLE.match(after))
        ):
            top = max((q.high for _, q in index.quantities if not q.dimension), default=0.0)
            if re.search(r"count|number|reviews|ratings$|_n$|^n$", name) and top >= quantity.low:
                return f"a count that stands as a rating ({said})"
    if quantity.dimension == "price":
        is_postage = bool(_POSTAGE.match(after) or _POSTAGE_BEFORE.search(before))
        postage = [
            index.facts[i]
            for i, q in index.quantities
            if q.dimension == "price"
            and (
                _POSTAGE_NAME.search(plain(index.facts[i].name))
                or _CARRIED.search(plain(index.facts[i].value))
            )
        ]
        if is_postage and postage and fact not in postage:
            return f"a price that is no postage ({said})"
        if (
            not is_postage
            and fact in postage
            and not re.search(
                r"ship|deliver|post|send|sent|versand|dispatch|order|spend|basket|over|wrap|return|fee|charge|cost|express|courier|tracked|parcel",
                plain(sentence),
            )
        ):
            return f"the postage as a price ({said})"
    return None
