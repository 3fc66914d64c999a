"""The judge: a text sentence by sentence against its facts. Pure Python; no Prefect, no DuckDB, no model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from plugins.contract import Fact, Limits
from tasks.checks.attributes import judge_attributes
from tasks.checks.claims import Found
from tasks.checks.consistency import contradictions
from tasks.checks.context import CheckContext
from tasks.checks.fact_index import FactIndex
from tasks.checks.facts import index_facts
from tasks.checks.frames import judge_frames
from tasks.checks.harm import find_harm
from tasks.checks.names import judge_names
from tasks.checks.numbers import judge_numbers
from tasks.checks.opinions import judge_opinions
from tasks.checks.privacy import find_personal
from tasks.checks.second_opinion import (
    OVERRULES_BELOW,
    REFUSES_ABOVE,
    is_evidence,
    log_odds,
    objection,
)
from tasks.checks.structure import judge_sentence_form, judge_text_form
from tasks.checks.words import plain, split_sentences, words_of
from tasks.records import Claim, Judgement, Verdict

__all__ = ["CHECKS", "judge"]

CHECKS = ("structure", "grounding", "harm", "privacy", "consistency")


def judge(
    text: str,
    facts: Sequence[Fact],
    *,
    context: CheckContext,
    limits: Limits,
    locale: str = "en",
    must_state: Sequence[str] = (),
) -> Judgement:
    """Judge ``text``: fallen sentences are dropped, and what remains must still stand.

    The judgement's text is what remains (empty when nothing does); its claims are those of what remains, each with
    its source. A facts row that contradicts itself refuses every text. Nothing is raised for any text or facts.
    """
    index = index_facts(tuple(facts), locale)
    verdicts: list[Verdict] = []
    row = contradictions(index)
    for words, why in row:
        verdicts.append(Verdict("consistency", "facts", False, None, words, why))
    allowed = _fact_words(index)
    sentences = split_sentences(text)
    judged = [
        _judge_sentence(sentence, number, index, context, locale, allowed)
        for number, sentence in enumerate(sentences)
    ]
    objections = [verdict for found in judged for verdict in found.verdicts]
    # The second reader was taught English alone.
    reader = context.reader if locale.startswith("en") and sentences else None
    if reader is not None:
        reading = reader.read([(facts, text)])[0]
        odds = log_odds(reader.weights, reading, objections if context.may_overrule else [])
        is_weighed = context.may_overrule and bool(objections) and all(map(is_evidence, objections))
        if is_weighed and odds < OVERRULES_BELOW:
            for found in judged:
                found.verdicts.clear()
        elif odds > REFUSES_ABOVE and not is_weighed:
            verdicts.append(objection(reading))
    # What only the whole shows: a refusal hidden across sentences, a loop, hidden characters between sentences.
    kept: list[str] = []
    claims: list[Claim] = []
    for sentence, found in zip(sentences, judged, strict=True):
        verdicts += found.verdicts
        if not found.verdicts:
            claims += [
                Claim(len(kept), claim.kind, claim.words, claim.source) for claim in found.claims
            ]
            kept.append(sentence)
    body = " ".join(kept)
    for rule, words, why in judge_text_form(body, limits, locale):
        verdicts.append(Verdict("structure", rule, False, None, words, why))
    stated = {claim.source.name for claim in claims if claim.source}
    missing = [name for name in must_state if name not in stated]
    for name in missing:
        verdicts.append(
            Verdict("structure", "must_state", False, None, name, f"the text must state {name}")
        )
    is_publishable = bool(kept) and all(
        v.is_passed or v.sentence_index is not None for v in verdicts
    )
    failed = {v.check for v in verdicts}
    verdicts += [Verdict(check, "all", True) for check in CHECKS if check not in failed]
    return Judgement(body, is_publishable, tuple(verdicts), tuple(claims))


def _judge_sentence(
    sentence: str,
    number: int,
    index: FactIndex,
    context: CheckContext,
    locale: str,
    allowed: frozenset[str],
) -> Found:
    found = Found(number)
    for rule, words, why in judge_sentence_form(sentence, locale, allowed):
        found.refuse("structure", rule, words, why)
    for rule, words, why in find_harm(sentence, index, context.rules, locale):
        found.refuse("harm", rule, words, why)
    for rule, words, why in find_personal(sentence, index, context, locale):
        found.refuse("privacy", rule, words, why)
    read = judge_opinions(sentence, index, locale, found)
    judge_numbers(sentence, index, locale, found, read)
    judge_attributes(sentence, index, context, locale, found)
    judge_names(sentence, index, context, locale, found)
    if locale.startswith("en") and not found.verdicts:
        judge_frames(sentence, index, found)
    return found


@lru_cache(maxsize=1024)
def _words_of_value(value: str, locale: str) -> frozenset[str]:
    return frozenset(word.lower for word in words_of(value, locale))


def _fact_words(index: FactIndex) -> frozenset[str]:
    words: set[str] = set()
    for fact in index.facts:
        words |= _words_of_value(plain(fact.value), index.locale)
    return frozenset(words)
