"""One question, one product, the shop's policies: an answer from the facts alone, or a hand-over to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tasks.answering.concepts import by_id, detect, vocabulary
from tasks.answering.drafting import drafted_reply
from tasks.answering.facts import KnownFact, read_facts
from tasks.answering.german import are_german, gloss_question, is_german, read_german_facts
from tasks.answering.guards import Guard, find_guard, is_english
from tasks.answering.kinds import answers_kinds
from tasks.answering.matching import resolve
from tasks.answering.measures import find_measures
from tasks.answering.naming import is_in_stock, is_named_by
from tasks.answering.questions import (
    Asked,
    Found,
    Refusal,
    product_stems,
    read_question,
    without_product_name,
)
from tasks.answering.second_look import look_again
from tasks.answering.synonyms import focus_of
from tasks.answering.tables import table
from tasks.answering.text import content_stems, correct, normalise, stem, words
from tasks.answering.wording import sentence
from tasks.answering.wordlists import PLACES
from tasks.records import Writer

__all__ = ["Answer", "answer_question"]

_LEADS = re.compile("|".join(table("phrases")["leads"]))
_SENTENCE = re.compile(r"[.?!;\n]+(?=\s|$)|\n")
_AND_QUESTION = re.compile(
    r"(?:,|\band\b|\balso\b|\bplus\b|\bor\b)[\s,]*(?:and |also )*(?=(?:how|what|where|"
    r"which|when|who|is it|is there|is the|are there|are they|are the|does|do|can|could|"
    r"will|has it|is this|are these|is delivery|is shipping|is postage|any)\b)"
)
_ASKS = re.compile(
    r"^(?:\W|and |so |but |also |or |then |please |ok )*(?:is|are|does|do|can|could|will|"
    r"would|has|have|should|was|may|must|what|which|how|where|when|who|why|any|whether|if|"
    r"am i)\b"
)
_BENIGN = re.compile(rf"^(?:\W|and |so |ok )*(?:{'|'.join(table('phrases')['asides'])})\b")
_SIGN_OFF = re.compile(
    r"^\W*(?:many |kind |best )?(?:thanks|thank you|cheers|regards|best|love)\b[^?]*$"
)
_LIGHT = re.compile(r"\b(?:is|are) (?:it|this|they|these) (?:very |quite |really |fairly )?light\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """What happens to a question. ``sources`` are the names of the facts that ``reply`` states, in its order.

    A hand-over has an empty reply (nothing is sent to the customer) and a ``summary`` for the person who takes it.
    """

    decision: str
    intent: str
    reply: str
    sources: list[str]
    summary: str
    found: tuple[Found, ...] = field(default=(), repr=False)


def answer_question(
    question: str,
    product: Mapping[str, Any] | None,
    policies: Mapping[str, Any] | None,
    *,
    write: Writer | None = None,
) -> Answer:
    """Answer from the facts or hand over.

    ``product`` and ``policies`` are flat mappings, name to text, number, boolean or list, with any names. ``write``
    (a copywriter) may word the decided reply anew: only a draft that states every fact and passes the checks is used,
    else the composed reply stands.
    """
    original = question if isinstance(question, str) else ""
    facts = read_facts(product, "product")
    shop = read_facts(policies, "policy")
    german = is_german(original) and are_german(facts + shop)
    if german:
        facts, shop = read_german_facts(product, "product"), read_german_facts(policies, "policy")
        normal = normalise(gloss_question(original))
    else:
        known = vocabulary() | {
            w for fact in facts + shop for w in (*fact.name_words, *words(fact.normal))
        }
        normal = correct(normalise(original), known)
    normal = without_product_name(normal, facts)
    guard = find_guard(original, normal)
    if guard is None and not german and not is_english(normal, vocabulary()):
        guard = Guard("language", "other", "The message is not in English.")
    if guard is None and _LIGHT.search(normal):
        guard = Guard("ambiguous", "fact", "It is not clear what is meant by light.")
    if guard is not None:
        return _hand_over(guard.intent, guard.reason, normal, facts + shop)
    return _answer(normal, facts, shop, None if german else write, is_plain=german)


def _answer(
    normal: str,
    facts: list[KnownFact],
    shop: list[KnownFact],
    write: Writer | None,
    *,
    is_plain: bool = False,
) -> Answer:
    everything = facts + shop
    about = product_stems(facts)
    parts = _split(normal, everything)
    if not parts:
        return _hand_over(
            "other", "The message holds no question that was understood.", normal, everything
        )
    currency = next(
        (
            f.text
            for f in facts + shop
            if "_".join(f.name_words) in {"currency", "currency_code"} and f.is_usable
        ),
        None,
    )
    intents: list[str] = []
    chosen: list[tuple[Found, Asked]] = []
    for part in parts:
        asked = read_question(_with_antecedent(part, chosen), facts)
        found = resolve(asked, everything, about)
        if isinstance(found, Refusal):
            both = _each_side(part, facts, everything, about)
            found, asked = both if both else (found, asked)
        if isinstance(found, Refusal) and not found.is_final:
            if (
                chosen
                and not focus_of(asked.normal, about, without_asking=True)
                and _follows(asked, chosen)
            ):
                continue
            found = look_again(asked, everything, about) or found
        if isinstance(found, Refusal):
            intent = _intent(found.concept, asked)
            return _hand_over(intent, f"Not answered, because {found.reason}.", normal, everything)
        clash = _stock_clash(found, everything) or _delay_clash(found, facts)
        if clash:
            return _hand_over(_intent_of(found[0], asked), clash, normal, everything)
        intents.append(_intent_of(found[0], asked))
        chosen += [
            (one, asked)
            for one in found
            if all(one.fact is not o.fact or one.text != o.text for o, _ in chosen)
        ]
    if len(chosen) > 4:
        return _hand_over(
            intents[0], "The message asks for many things at once.", normal, everything
        )
    if is_plain:
        chosen = [(replace(one, is_plain=True), asked) for one, asked in chosen]
    reply = " ".join(sentence(one, asked, currency) for one, asked in chosen)
    if len(reply) > 700:
        return _hand_over(intents[0], "The answer would be very long.", normal, everything)
    sources = list(dict.fromkeys(one.fact.name for one, _ in chosen))
    if currency and any(
        one.concept == "PRICE" and one.fact.number is not None for one, _ in chosen
    ):
        sources += [
            f.name for f in everything if "_".join(f.name_words) in {"currency", "currency_code"}
        ][:1]
    if write is not None:
        reply = drafted_reply(write, [one for one, _ in chosen]) or reply
    return Answer("answer", intents[0], reply, sources, "", tuple(one for one, _ in chosen))


def _follows(asked: Asked, chosen: Sequence[tuple[Found, Asked]]) -> bool:
    """'Is it the ten years too?' after a question on the guarantee is answered with it."""
    if answers_kinds([one.fact for one, _ in chosen], asked.normal):
        return True
    have = {m.dimension for one, _ in chosen for m in one.fact.measures}
    again = {m.dimension for m in asked.measures}
    return (bool(again) and again <= have) or bool(
        re.match(r"\W*(?:if not|roughly)\b", asked.normal)
    )


_SIDES = re.compile(
    r"^(\W*(?:is|are|does|do|can|has|have) (?:it|they|this|these)(?: both| have|"
    r" come in)?) (.+?) (?:and|or) (?:is it |are they |does it |is |are )?(.+?)\W*$"
)


def _each_side(
    part: str, facts: list[KnownFact], everything: list[KnownFact], about: frozenset[str]
) -> tuple[list[Found], Asked] | None:
    """'Is it vegan and cruelty free?' as two questions, where each of them has its answer."""
    sides = _SIDES.match(part)
    if not sides:
        return None
    chosen: list[Found] = []
    for side in sides.groups()[1:]:
        found = resolve(read_question(f"{sides[1]} {side}?", facts), everything, about)
        if isinstance(found, Refusal):
            return None
        chosen += found
    return chosen, read_question(part, facts)


_ANTECEDENTS = {
    "DELIVERY": "delivery",
    "DISPATCH": "delivery",
    "EXPRESS": "express delivery",
    "GIFT_WRAP": "gift wrapping",
    "RETURN": "returns",
    "EXCHANGE": "exchanges",
    "COLLECT": "collection",
}


def _with_antecedent(part: str, before: Sequence[tuple[Found, Asked]]) -> str:
    """'What does it cost?' after a question on delivery asks what delivery costs."""
    if (
        not before
        or not before[-1][0].concept
        or not re.search(r"\b(?:it|that|this)\b", part)
        or content_stems(part) - {"cost", "free", "price", "charg", "long"}
    ):
        return part
    for prefix, noun in _ANTECEDENTS.items():
        if str(before[-1][0].concept).startswith(prefix):
            place = " ".join(w for w in words(before[-1][1].normal) if stem(w) in PLACES)
            named = f"{noun} to {place}" if place and prefix.startswith("DE") else noun
            return re.sub(r"\b(?:it|that|this)\b", named, part, count=1)
    return part


def _split(normal: str, facts: Sequence[KnownFact]) -> list[str]:
    """The questions in a message, each in the normal form; an empty list where a part is neither question nor aside."""
    text = _LEADS.sub(" , ", normal.replace(" - ", ". "))
    questions: list[str] = []
    statements: list[str] = []
    sentences = [s for s in re.split(r"(?<=[.?!;])\s+|\n+", text) if s.strip(" .?!;,")]
    for piece in sentences:
        if _SIGN_OFF.match(piece) and len(words(piece)) <= 5 and not detect(piece).ids:
            continue
        for clause in _AND_QUESTION.split(piece):
            bare = clause.strip(" .?!;,")
            bare = re.sub(
                r"^(?:(?:and|so|but|also|hi|hello|hey|hiya|there|please|ok(?! for)|thanks|thank you|"
                r"dear|sir|madam|team)\b[\s,]*)+",
                "",
                bare,
            )
            if not bare or not words(bare):
                continue
            asks = bool(_ASKS.match(bare)) or piece.rstrip().endswith("?")
            content = content_stems(bare)
            if asks and (content or detect(bare).ids):
                questions.append(f"{bare}?")
            elif (not content and not detect(bare).ids) or _BENIGN.match(bare):
                continue
            elif len(words(bare)) <= 7 and not _TELLS.match(bare):
                questions.append(bare)  # a fragment: 'weight pls', 'dimensions'
            else:
                statements.append(bare)
    telling = [one for one in statements if _bears_on_facts(one, facts)]
    if not questions or (telling and len(questions) > 1):
        return [] if statements else questions
    # What is told beside the question belongs to it: its words need explaining too.
    return [f"{questions[0].rstrip('?')}, {', '.join(telling)}?"] if telling else questions


_TELLS = re.compile(r"^(?:i|we|my|our|it|they|this|he|she|that|there|hate|planning|nearest)\b")


def _bears_on_facts(statement: str, facts: Sequence[KnownFact]) -> bool:
    """True where what is told beside a question may change its answer: a quantity, a place, a word of a fact."""
    told = content_stems(statement)
    return bool(
        find_measures(statement)
        or told & PLACES
        or re.search(r"\b(?:am|are|live|living|based|staying) (?:in|from)\b", statement)
        or re.search(r"\b(?:only|without|except)\b|\d", statement)
        or any(told & (fact.name_stems | fact.value_stems) for fact in facts)
        or detect(statement).ids
    )


def _stock_clash(found: Sequence[Found], facts: Sequence[KnownFact]) -> str | None:
    if not any(one.concept in {"AVAILABILITY", "RESTOCK"} for one in found):
        return None
    said = {
        is_in_stock(f)
        for f in facts
        if f.is_usable and (n := is_named_by(f, by_id("AVAILABILITY"))) and not n[1]
    } - {None}
    return "The facts about availability disagree." if len(said) > 1 else None


def _delay_clash(found: Sequence[Found], facts: Sequence[KnownFact]) -> str | None:
    """The shop's delivery time does not hold for a product that has a waiting time of its own."""
    if not any(
        one.concept in {"DELIVERY_TIME", "DISPATCH", "EXPRESS", "EXPRESS_TIME"}
        and one.fact.origin == "policy"
        for one in found
    ):
        return None
    for fact in facts:
        about_time = any(
            is_named_by(fact, by_id(i))
            for i in ("AVAILABILITY", "DISPATCH", "DELIVERY_TIME", "RESTOCK", "DELIVERY")
        )
        if about_time and any(
            m.dimension == "duration" and m.high > 3 * 86_400 for m in fact.measures
        ):
            return "The product has a waiting time of its own."
        if about_time and re.search(r"\b(?:made to order|pre ?order|back ?order)\b", fact.normal):
            return "The product has a waiting time of its own."
    return None


def _intent_of(found: Found, asked: Asked) -> str:
    if found.concept:
        return by_id(found.concept).intent
    for concept_id in asked.detected.ids:
        if by_id(concept_id).intent != "fact":
            return by_id(concept_id).intent
    for concept_id in ("DELIVERY", "RETURNS"):
        if is_named_by(found.fact, by_id(concept_id)) and found.fact.origin == "policy":
            return "delivery_and_returns"
    return "other" if found.fact.origin == "policy" else "fact"


def _intent(concept_id: str | None, asked: Asked) -> str:
    ids = [concept_id] if concept_id else list(asked.detected.ids)
    for one in ids:
        if by_id(one).intent != "fact":
            return by_id(one).intent
    return "fact"


def _hand_over(intent: str, reason: str, normal: str, facts: Sequence[KnownFact]) -> Answer:
    from tasks.answering.summaries import summarise

    return Answer("handover", intent, "", [], summarise(reason, normal, facts))
