"""Replies: one grammatical frame a concept, the fact itself verbatim."""

from __future__ import annotations

import re

from tasks.answering.concepts import by_id
from tasks.answering.facts import KnownFact
from tasks.answering.measures import compare, find_measures
from tasks.answering.naming import is_in_stock, is_named_by
from tasks.answering.questions import Asked, Found
from tasks.answering.tables import table, word_list
from tasks.answering.text import normalise, stem, stems

__all__ = ["sentence"]

_UPPER: dict[str, str] = table("words")["shown"]
_PARTICIPLES = frozenset(
    word_list(
        """included required needed supplied provided available allowed accepted offered recommended sold
tested permitted"""
    )
)
_TOLD = frozenset(
    stem(w)
    for w in word_list(
        """outer shell exterior body mature eventual final grown sale key active user rider full minimum min
maximum max from range"""
    )
)
"""Words of a name that a reply must say: 'The outer material is …'."""
_VERBS: dict[str, str] = table("words")["verbs"]
_ADJECTIVE_ENDING = re.compile(
    r"(?:(?:able|ible|ed|proof|resistant|friendly|less|ic|ful|ous|woven|strung)|\b(?:free|"
    r"safe|vegan|vegetarian|ready|compatible|handmade|reversible|stretchy|waterproof|"
    r"fairtrade|certified|indoor|outdoor|portable|wireless|cordless|dual|stick|smart|only|"
    r"made|grade|approved|natural|electric|automatic|shrunk|active))$"
)
_CLAUSES = frozenset(
    word_list("keep keeps expected free max min how what whats pack set return ships delivers")
)
_CLAUSE_ENDS = _PARTICIPLES | frozenset(
    word_list(
        """safe proof free back empty full compatible ready resistant for with by in from of to over within on
up at"""
    )
)
"""Names that are no nouns: 'oven safe', 'keeps cold', 'expected back'. They are said with a colon."""
_FITTING = frozenset(word_list("suitable compatible recommended designed ideal made powered"))
_MASS = frozenset(
    word_list(
        """bluetooth wifi storage lighting padding insulation ventilation suspension wi support control sound
connectivity cancellation charging protection memory audio stitching lining elastane stretch
underwire"""
    )
)


def _display(words: list[str]) -> str:
    return " ".join(_UPPER.get(w, w) for w in words)


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _capital(text: str) -> str:
    return (
        text[:1].upper() + text[1:]
        if text[:1].islower() and not re.match(r"[a-z][A-Z]", text)
        else text
    )


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def flag_sentence(fact: KnownFact, asked: Asked) -> str:
    """A true or false fact as a statement of its own: 'The batteries are not included.'"""
    kept = [w for w in fact.display_words if w not in {"is", "has", "are"}] or list(
        fact.display_words
    )
    negation = "" if fact.flag else " not"
    named_has = fact.name.lower().startswith(("has", "have"))
    if kept[-1] in _PARTICIPLES and len(kept) > 1 and not named_has:
        subject = kept[:-1]
        be = "are" if _is_plural(subject[-1]) else "is"
        return f"{_capital(_display(['the', *subject]))} {be}{negation} {kept[-1]}."
    if kept[0] in _VERBS:
        return (
            f"It {_display(kept)}."
            if fact.flag
            else f"It does not {_display([_VERBS[kept[0]], *kept[1:]])}."
        )
    verb = re.match(
        r"^\W*(?:and |so |but |also )*(?:do|does|can|will) (?:it|they|this|these) ([a-z]+)\b",
        asked.normal,
    )
    if len(kept) == 1 and verb and kept[0] == f"{verb[1]}s":
        return f"It {kept[0]}." if fact.flag else f"It does not {verb[1]}."
    if fact.origin == "policy":
        return f"{_capital(_display(kept))} {'are' if _is_plural(kept[-1]) else 'is'}{negation} available."
    if _ADJECTIVE_ENDING.search(kept[-1]) and not named_has:
        return f"It is{negation} {_display(kept)}."
    plain = _display(kept)
    come = re.match(
        r"^(?:\W|and |so |but |also )*(?:do|does) (?:it|they|this|these) come (?!with|in\b)",
        asked.normal,
    )
    asked_be = re.match(
        r"^(?:\W|and |so |but |also )*(?:is|are|was) (?:it|they|this|these|that|those)\b",
        asked.normal,
    )
    if (asked_be or come) and not named_has and not _is_plural(kept[-1]):
        return f"It is{negation} {plain}."
    if not named_has and not re.search(
        r"\b(?:have|has|got|there|with|any|include|get|feature)\b", asked.normal
    ):
        return f"{_capital(plain)}: {fact.text}."
    if _is_plural(kept[-1]) or kept[-1] in _MASS:
        return f"It has {plain}." if fact.flag else f"It does not have {plain}."
    article = (
        "an"
        if (
            plain[:1].lower() in "aeiou"
            and not plain.lower().startswith(("usb", "uni", "uk", "eu"))
        )
        or re.match(r"(?:LED|LCD|NFC|SPF|HDMI|FM|MP3|RGB|SD)\b", plain)
        else "a"
    )
    return f"It has {article} {plain}." if fact.flag else f"It does not have {article} {plain}."


def _named_sentence(fact: KnownFact, text: str) -> str:
    kept = [
        w for w in fact.display_words if w not in {"is", "has", "are", "item", "product"}
    ] or list(fact.display_words)
    readable = _display(kept)
    is_clause = (
        bool(re.search(r"(?:able|ible|proof|resistant)$", kept[-1]))
        or kept[0] in _CLAUSES
        or kept[-1] in _CLAUSE_ENDS
        or (any(_is_plural(w) for w in kept[:-1]) and not _is_plural(kept[-1]))
    )
    if kept[0] in _FITTING and kept[-1] in {"for", "with", "by", "in", "from", "of"}:
        return f"It is {readable} {_stop(text)}"
    if kept[0] in {"works", "fits", "supports"} and kept[-1] in {
        "with",
        "works",
        "fits",
        "supports",
    }:
        return f"It {readable} {_stop(text)}"
    if is_clause or (re.match(r"[A-Z][a-z]", text) and len(text.split()) > 2):
        return f"{_capital(readable)}: {_stop(text)}"
    if fact.number is not None and not find_measures(normalise(text)):
        if _is_plural(kept[-1]) and "number" not in kept:
            return f"The number of {readable} is {text}."
        return f"The {readable} is {text}."
    if text[:1].isupper() and len(text.split()) > 6:
        return f"{_capital(readable)}: {_stop(text)}"
    if kept[0] in _VERBS or kept[0] in {
        "holds",
        "seats",
        "serves",
        "sleeps",
        "takes",
        "weighs",
        "lasts",
    }:
        return (
            f"It {readable} {_stop(text)}"
            if not set(stems(normalise(text))) & {stem(kept[0])}
            else f"{_capital(readable)}: {_stop(text)}"
        )
    if kept[-1] in {"for", "with", "by", "in", "from", "of", "to", "over", "within", "on"} or kept[
        0
    ] in {"free", "max", "min", "how", "what", "whats"}:
        return f"{_capital(readable)}: {_stop(text)}"
    if set(stems(normalise(readable))) & set(stems(normalise(text))) and not fact.measures:
        return f"{_capital(readable)}: {_stop(text)}"
    if re.match(r"(?:yes|no)\b", text, re.IGNORECASE) or re.match(
        r"(?:up|machine|hand|wipe|do|use|not|with)\b", text, re.IGNORECASE
    ):
        if text.lower().startswith("up to"):
            return f"The {readable} is {_stop(text)}"
        return f"{_capital(readable)}: {_stop(text)}"
    return f"The {readable} {'are' if _is_plural(kept[-1]) else 'is'} {_stop(text)}"


def _lead(found: Found, asked: Asked) -> str:
    """'Yes, ' or 'No, ' where the fact decides it beyond doubt, else nothing."""
    if not asked.is_yes_no or asked.is_negated:
        return ""
    fact = found.fact
    if fact.flag is not None:
        concept = by_id(found.concept) if found.concept else None
        literal = (
            fact.name_stems <= asked.all_stems
            and not {stem("contain"), "sold", "out", "discontinued"} & asked.all_stems
        )
        spoken = (
            concept is not None
            and (concept.yes is not None)
            and is_named_by(fact, concept) is not None
        )
        return ("Yes, " if fact.flag else "No, ") if literal or spoken else ""
    if (
        len(asked.measures) == 1
        and len(fact.measures) == 1
        and not re.search(r"\b(?:up to|approx|about|around|max|min|from)\b", fact.normal)
    ):
        outcome = compare(asked.normal, asked.measures[0], fact.measures[0])
        if outcome is not None:
            return "Yes, " if outcome else "No, "
    return ""


def sentence(found: Found, asked: Asked, currency: str | None = None) -> str:
    """The reply's sentence for one chosen fact."""
    fact, text = found.fact, found.text
    if found.is_plain:
        shown = fact.readable_name if fact.unit else fact.full_name
        return f"{_capital(_display(shown.split()))}: {_stop(text)}"
    concept = by_id(found.concept) if found.concept else None
    lead = _lead(found, asked)
    if (
        concept is not None
        and concept.id in {"AVAILABILITY", "RESTOCK"}
        and (fact.flag is not None or fact.number is not None)
    ):
        stock = is_in_stock(fact)
        if fact.number is not None and fact.number > 0:
            said = f"there {'is' if fact.number == 1 else 'are'} {text} in stock."
        elif "preorder" in fact.name_words or "discontinued" in fact.name_words:
            said = flag_sentence(fact, asked)
        else:
            said = "it is in stock." if stock else "it is not in stock at the moment."
        flipped = re.search(r"\b(?:sold out|out of stock|discontinued|when)\b", asked.normal)
        if asked.is_yes_no and not asked.is_negated and not flipped:
            return f"{'Yes' if stock else 'No'}, {said[0].lower()}{said[1:]}"
        return _capital(said)
    if fact.flag is not None:
        spoken = concept is not None and is_named_by(fact, concept) is not None
        fixed = (
            (concept.yes if fact.flag else concept.no)
            if concept is not None and spoken and concept.yes
            else None
        )
        said = fixed or flag_sentence(fact, asked)
        if said.endswith((": yes.", ": no.")):
            return said
        return lead + (
            said[0].lower() + said[1:]
            if lead and not re.match(r"(?:[A-Z]{2}|Wi-Fi|Bluetooth)", said)
            else said
        )
    if (
        concept is not None
        and concept.id in {"AVAILABILITY", "RESTOCK"}
        and re.match(
            r"(?:in stock|out of stock|available|sold out|unavailable|discontinued)\b", text
        )
    ):
        return f"It is {_stop(text)}"
    if fact.is_prose or (fact.origin == "policy" and len(text.split()) > 4):
        if fact.origin == "product" and not re.search(
            r"\b(?:is|are|can|has|have|please|wash|do|use|we|you)\b", text.lower()
        ):
            return f"{_capital(fact.readable_name)}: {_stop(text)}"
        # A fragment keeps its first letter: the value stands in the reply as the shop wrote it.
        return (
            _stop(text)
            if not text[:1].islower()
            else f"{_capital(fact.readable_name)}: {_stop(text)}"
        )
    if concept is not None and concept.id == "PRICE" and fact.number is not None and currency:
        sign = {"GBP": "£", "USD": "$", "EUR": "€"}.get(currency.upper())
        text = f"{sign}{fact.number:.2f}" if sign else f"{text} {currency}"
    if (
        concept is not None
        and concept.id in {"DELIVERY_COST", "FREE_DELIVERY"}
        and text.lower() == "free"
    ):
        return "Delivery is free."
    named = is_named_by(fact, concept) if concept is not None else None
    said = _named_sentence(fact, text)
    if (
        concept is not None
        and concept.frame
        and named is not None
        and not named[1]
        and not _TOLD & fact.name_stems
    ):
        exact_for_delivery = (
            concept.id not in {"DELIVERY_TIME", "DELIVERY_COST"} or len(text.split()) <= 6
        )
        fits = not re.match(
            r"(?:made|it|comes|yes|no|from|in|free|available|delivered|within|\()\b", text.lower()
        )
        if fits and exact_for_delivery:
            said = _stop(concept.frame.format(v=text.rstrip(".")))
    if lead:
        return lead + said[0].lower() + said[1:]
    return said
