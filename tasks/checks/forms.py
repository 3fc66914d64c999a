"""Claims by their form: "delivered tomorrow", "a built-in scale", "tri-band", and facts that are false but stated."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.claims import Found
from tasks.checks.fact_implied import FALSE, TRUE
from tasks.checks.fact_index import FactIndex
from tasks.checks.negation import is_left_out, is_negated, names_only_what_is_apart
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_denied", "judge_excluded", "judge_forms"]

_PREFIX = frozenset(
    "tri dual quad multi bi single twin double triple semi super ultra micro mini quick rapid".split()
)


_TWOS = {
    "dual": 2.0,
    "double": 2.0,
    "twin": 2.0,
    "tri": 3.0,
    "triple": 3.0,
    "quad": 4.0,
    "single": 1.0,
}


_SOON = re.compile(
    r"\b(?:deliver\w*|arriv\w*|dispatch\w*|ship\w*|with you|reach(?:es)? you|doorstep|at your door)\b.{0,30}\b(?:tomorrow|today|tonight|overnight|by the weekend|within the hour|in an hour|in minutes)\b|\b(?:tomorrow|today|tonight|overnight)\b.{0,15}\b(?:delivery|delivered|dispatch\w*|shipp\w*)\b",
    re.IGNORECASE,
)


_BUILT_IN = re.compile(
    r"\b(?:built[- ]in|integrated|detachable|retractable|on-?board|bonus|complimentary|removable)\s+([a-z]+)(?:\s+([a-z]+))?",
    re.IGNORECASE,
)


_WHOLE = re.compile(
    r"\b(?:returns?|guarantee\w*|warranty|trial|send it back|refund\w*|covered|exchange)\b.{0,30}\b(a|an|one) (?:whole |full |entire )?(year|month)\b",
    re.IGNORECASE,
)


def judge_forms(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> None:
    """Claims by form: "delivered tomorrow", "a built-in scale", "Tri-band"."""
    match = _SOON.search(sentence)
    if match and not index.holders([words_of(match.group().split()[-1], index.locale)[0].stem]):
        found.refuse(
            "grounding", "service", match.group(), "a time of delivery that no fact states"
        )
    match = _WHOLE.search(sentence)
    if match and not any(
        abs(q.low - (12.0 if match.group(2).lower() == "year" else 1.0)) < 0.01
        for _, q in index.quantities
        if q.dimension == "calendar"
    ):
        found.refuse("grounding", "measure", match.group(), "a time that no fact states")
    match = _BUILT_IN.search(sentence)
    if match:
        named = [w for w in words if match.start(1) <= w.start < match.end()]
        if (
            named
            and named[0].lower not in ("and", "or", "to", "with", "for", "on", "at")
            and not any(w.stem in index.held or w.lemma in index.held for w in named)
        ):
            found.refuse("grounding", "part", match.group(), "a part that no fact states")
    for before, word in itertools.pairwise(words):
        if (
            word.joined
            and before.lower in _PREFIX
            and not index.holders([before.stem, word.stem])
            and not (
                before.lower in _TWOS
                and any(
                    q.low == _TWOS[before.lower]
                    and any(word.stem.startswith(name[:4]) for name in index.names[i])
                    for i, q in index.quantities
                )
            )
            and not any(
                before.lower + word.lower in value.replace(" ", "").replace("-", "")
                for value, _ in index.values
            )
        ):
            found.refuse(
                "grounding",
                "feature",
                f"{before.text}-{word.text}",
                "a feature that no fact states",
            )


def judge_denied(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> None:
    """A fact that is false, or "not included", must not be stated: "A subscription is required", "Bindings are included"."""
    stems = {w.stem for w in words}
    for fact in index.facts:
        value = plain(fact.value).strip(" .")
        is_false = value in FALSE
        is_true = value in TRUE
        if not is_false and not is_true and not _NOT_INCLUDED.search(value):
            continue
        name = [
            w
            for w in words_of(plain(fact.name).replace("_", " "), index.locale)
            if w.lower not in _AUXILIARY
        ]
        wanted = {w.stem for w in name}
        if (
            not wanted
            or not wanted <= stems
            or (not is_false and not is_true and not stems & _GIVEN)
        ):
            continue
        at = [n for n, w in enumerate(words) if w.stem in wanted]
        if is_true:
            free = {w.lower for w in name} & {"free", "frei"}
            if not free and is_negated(sentence, words, at[0], at[0] + 1):
                found.refuse(
                    "grounding",
                    "polarity",
                    words[at[0]].text,
                    f"the facts say the opposite ({fact.name}: {fact.value})",
                )
                return
            continue
        is_demanded = bool(_DEMANDED.search(f"{plain(fact.name)} {value}"))
        if _ANY_DENIAL.search(sentence) or any(
            is_negated(sentence, words, n, n + 1)
            or (not is_demanded and is_left_out(sentence, words[n].start, words[n].end))
            for n in at
        ):
            continue
        if names_only_what_is_apart(fact, sentence):
            continue
        found.refuse(
            "grounding",
            "polarity",
            words[at[0]].text,
            f"the facts say the opposite ({fact.name}: {fact.value})",
        )
        return


_DEMANDED = re.compile(r"need|requir|benötigt|nötig")
_EXCLUDES = re.compile(r"exclud|except|not_valid|not_on|ausgenommen")
_COUNTED_IN = re.compile(r"\b(?:included|including|too|as well|even|also|and all|inklusive)\b")


def judge_excluded(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> None:
    """ "Gift cards included" where the facts exclude gift cards."""
    for fact in index.facts:
        if not _EXCLUDES.search(plain(fact.name)) or not any(c.isalpha() for c in fact.value):
            continue
        for item in re.split(r",|\band\b|\bund\b", plain(fact.value)):
            stems = [w.stem for w in words_of(item, index.locale)]
            at = [n for n, w in enumerate(words) if stems and w.stem == stems[-1]]
            if (
                at
                and _COUNTED_IN.search(plain(sentence))
                and not _ANY_DENIAL.search(sentence)
                and not re.search(
                    r"\b(?:except|excluded|excluding|other than|but)\b", plain(sentence)
                )
            ):
                found.refuse(
                    "grounding", "polarity", words[at[0]].text, f"the facts exclude it ({fact.name}: {fact.value})"
                )  # fmt: skip
                return


_NOT_INCLUDED = re.compile(
    r"(?:not (?:included|supplied|provided|required|needed|available|possible)|sold separately|excluded|nicht enthalten)"
)


_AUXILIARY = frozenset(
    "is are has have can included includes include contains comes available the a of".split()
)


_GIVEN = frozenset("includ come suppli provid with requir need enthalt".split())


_ANY_DENIAL = re.compile(
    r"\b(?:not?|without|never|none|nor|separately|free|isn't|aren't|doesn't|don't|no longer|lacks?|skip\w*|instead of|nicht|kein\w*|ohne)\b|n't\b",
    re.IGNORECASE,
)
