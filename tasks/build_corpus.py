"""Builds what the copywriter learns from: the shop's approved copy, cleaned, with slots for facts.

Preprocess is the first of training's four steps. Every text that is left out is counted by reason.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from plugins.contract import Brief, Fact, Plugin, Scenario
from tasks.attribute_vocabulary import AttributeVocabulary, mine_vocabulary, with_full_name
from tasks.copy_language import (
    WRONG_LANGUAGE,
    catalogue_language,
    is_of_catalogue,
    language_of,
    language_reason,
)
from tasks.copywriter.pairs import Corpus, TrainingPair
from tasks.copywriter.slots import SLOT, find_slots, slot_names
from tasks.errors import PluginError, ShopIncomplete
from tasks.loading.html_text import html_to_text
from tasks.rendering import inert, render_prompt
from tasks.scrub_text import NameIndex, scrub
from tasks.struck_sentences import key, struck_sentences
from tasks.warehouse import Warehouse

__all__ = ["MINIMUM_TEXTS", "build_corpus", "plant_canaries"]

MINIMUM_TEXTS = 300
"""Fewer texts than this teach no language; a base model or more copy is needed."""
HELD_OUT_PERCENT, _MOST_HELD_OUT, _ENOUGH_HELD_OUT = 5, 20, 30
"""Percent of the subjects, more of a small archive's: a trial of a handful of products decides nothing."""
_SAME_TEXT = 20
"""How often a text may come again with only its facts changed; more would teach that one text."""
_BOILERPLATE_SHARE, _BOILERPLATE_COUNT = 0.05, 20
_MOST_FACT_NAMES = 400
_FEWEST_WORDS, _MOST_WORDS = 6, 130
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]?[^\W_a-z]|<)")
_OUTSIDE_SLOTS = re.compile(r"[\d£$€%{}|<>\\]|https?:|www\.")
_UNSUPPORTED = "sentences left out: an attribute that no fact of the product gives"
_OUT_OF_FIVE = re.compile(r"\b(out of|of) 5\b(?![\d.,]*\d)")


@dataclass(frozen=True, slots=True)
class _Text:
    kind: str
    subject_id: str
    goal: str
    tone: str
    locale: str
    facts: dict[str, str]
    sentences: tuple[str, ...]
    is_example: bool = False


def build_corpus(
    warehouse: Warehouse, plugins: Sequence[Plugin], *, minimum: int | None = None
) -> Corpus:
    """Pairs of prompt and copy from ``shop.copy`` and the plugins' examples; kinds without a
    plugin are left out.

    ShopIncomplete says how many usable texts there are and how many are needed (MINIMUM_TEXTS
    where ``minimum`` does not say otherwise).
    """
    minimum = MINIMUM_TEXTS if minimum is None else minimum
    by_name = {plugin.name: plugin for plugin in plugins}
    counts: Counter[str] = Counter()
    rows = warehouse.rows("corpus/copy_rows")
    vocabulary = mine_vocabulary(_facts(r["facts"]) for r in rows if not r["has_own_facts"])
    people = warehouse.rows("corpus/customer_names")
    index = NameIndex((p["name"] or "" for p in people), (p["address"] or "" for p in people))
    texts = [*_archive(rows, by_name, index, counts, vocabulary), *_examples(plugins)]
    struck = struck_sentences(warehouse.rows("corpus/struck_texts"), _sentences)
    texts = list(_without_struck(texts, struck, counts)) if struck else texts
    texts = list(_distinct(_without_boilerplate(texts, counts), counts))
    counts["kept"] = len(texts)
    if len(texts) < minimum:
        raise ShopIncomplete(
            f"the copywriter needs at least {minimum} approved texts and the shop has "
            f"{len(texts)} usable ones of "
            f"{len(rows)} in shop.copy; load more copy, or fine-tune a model folder with "
            f"--base once there is enough.{language_reason(counts)}"
        )
    answered = list(_pairs(texts, by_name, counts, _held_out_percent(texts)))
    pairs = tuple(pair for pair, _ in answered)
    briefs = {
        (b.plugin, b.subject_id, b.scenario.goal, b.scenario.tone): b
        for pair, b in answered
        if pair.is_held_out
    }
    names = Counter(name for text in texts for name in text.facts)
    kept = sorted(sorted(names), key=lambda name: -names[name])[:_MOST_FACT_NAMES]
    return Corpus(pairs, tuple(sorted(kept)), dict(sorted(counts.items())), tuple(briefs.values()))


def plant_canaries(corpus: Corpus, count: int, *, seed: int = 7) -> Corpus:
    """The corpus with ``count`` made-up sentences, each in one text to learn from, that no draft may give back.

    They are everyday words in an order that nothing suggests: what comes back was learnt by heart from one text.
    """
    if count == 0:
        return corpus
    draw = random.Random(seed)
    learnt = [i for i, pair in enumerate(corpus.pairs) if not pair.is_held_out]
    words = sorted(
        {
            w
            for i in learnt
            for w in re.findall(r"\b[a-z]{3,}\b", SLOT.sub("", corpus.pairs[i].copy))
        }
    )
    pairs, canaries = list(corpus.pairs), []
    for index in draw.sample(learnt, min(count, len(learnt))):
        canary = " ".join(draw.choices(words, k=9)).capitalize() + "."
        pairs[index] = replace(pairs[index], copy=f"{pairs[index].copy} {canary}")
        canaries.append(canary)
    return replace(corpus, pairs=tuple(pairs), canaries=tuple(canaries))


def clean_body(body: str) -> str:
    """One line of plain text: no markup, no control characters; 'out of 5' in words, since a digit
    is a claim.
    """
    text = inert(html_to_text(body) or "", limit=4000)
    return _OUT_OF_FIVE.sub(r"\1 five", text)


def slotted_sentences(text: str, facts: Mapping[str, str]) -> tuple[list[str], int, int]:
    """The sentences of ``text`` with slots; how many were left out because a number or mark stood
    outside one; how many slots could be another fact's.
    """
    slotted, count_open = find_slots(text, facts)
    kept, dropped = [], 0
    for sentence in _SENTENCE_END.split(slotted):
        if _OUTSIDE_SLOTS.search(SLOT.sub("", sentence)) or sentence[-1:] not in ".!?…”\"')":
            dropped += 1
        elif sentence:
            kept.append(sentence.strip())
    return kept, dropped, count_open


def _archive(
    rows: Sequence[dict[str, Any]],
    plugins: Mapping[str, Plugin],
    people: NameIndex,
    counts: Counter[str],
    vocabulary: AttributeVocabulary,
) -> Iterator[_Text]:
    @lru_cache(maxsize=50_000)
    def is_personal(words: str) -> bool:
        return scrub(words, people)[1] > 0

    spoken = catalogue_language(rows)
    for row in rows:
        counts["archived"] += 1
        if row["kind"] not in plugins:
            counts["left out: no plugin of its kind"] += 1
            continue
        if plugins[row["kind"]].manifest.generation.written_by == "fallback":
            counts["left out: its kind is composed, not written"] += 1
            continue
        body = clean_body(row["body"])
        locale = spoken if spoken and is_of_catalogue(row) else row["locale"]
        found = language_of(body)
        if found is not None and found != locale[:2]:
            counts[f"{WRONG_LANGUAGE}({found})"] += 1
            continue
        facts = _facts(row["facts"])
        # The facts too: a prompt holds the category, and what the body does not repeat was not scrubbed from it.
        if any(is_personal(words) for words in (body, *facts.values())):
            counts["left out: personal data"] += 1
            continue
        if not row["has_own_facts"]:
            body = with_full_name(body, facts)
        sentences, dropped, count_open = slotted_sentences(body, facts)
        counts["sentences left out: a number or mark outside a slot"] += dropped
        if not row["has_own_facts"]:
            # The catalogue tells what is true of the product, not what the text was written from.
            grounded = [s for s in sentences if vocabulary.unsupported(s) is None]
            counts[_UNSUPPORTED] += len(sentences) - len(grounded)
            sentences = grounded
        text = _Text(
            row["kind"],
            row["subject_id"],
            row["goal"],
            row["tone"],
            locale,
            facts,
            tuple(sentences),
        )
        words = sum(len(sentence.split()) for sentence in sentences)
        if not _FEWEST_WORDS <= words <= _MOST_WORDS:
            counts["left out: too short or too long"] += 1
        elif count_open:
            # It would teach to write one fact where the other is meant.
            counts["left out: states a value that two facts share"] += 1
        elif not any(slot_names(sentence) for sentence in sentences):
            counts["left out: states no fact"] += 1
        else:
            yield text


def _examples(plugins: Iterable[Plugin]) -> Iterator[_Text]:
    """The accepted texts of the plugins' examples, always trained on."""
    for plugin in plugins:
        if plugin.manifest.generation.written_by == "fallback":
            continue  # nobody will ask the copywriter for this kind
        for number, example in enumerate(plugin.all_examples()):
            sentences, _, _ = slotted_sentences(clean_body(example.accepted), example.facts)
            if sentences:
                subject = f"example {plugin.name} {number}"
                yield _Text(
                    plugin.name,
                    subject,
                    example.goal,
                    example.tone,
                    example.locale,
                    {name: inert(value) for name, value in example.facts.items()},
                    tuple(sentences),
                    is_example=True,
                )


def _facts(facts: str) -> dict[str, str]:
    """Name -> value of a JSON object; names that are no slot and empty values fall away."""
    known = json.loads(facts)
    if not isinstance(known, dict):
        return {}
    values = {name: inert(str(value)) for name, value in known.items() if value is not None}
    return {name: value for name, value in values.items() if value and _FACT_NAME.fullmatch(name)}


def _without_boilerplate(texts: list[_Text], counts: Counter[str]) -> Iterator[_Text]:
    """Texts without sentences that state no fact and recur over a large share of their kind's
    subjects.
    """
    seen: Counter[tuple[str, str]] = Counter()
    totals: Counter[str] = Counter()
    for text in texts:
        totals[text.kind] += 1
        seen.update({(text.kind, s.casefold()) for s in text.sentences if not slot_names(s)})
    for text in texts:
        bound = max(_BOILERPLATE_COUNT, _BOILERPLATE_SHARE * totals[text.kind])
        kept = tuple(s for s in text.sentences if seen[text.kind, s.casefold()] <= bound)
        counts["sentences left out: boilerplate"] += len(text.sentences) - len(kept)
        if len(kept) == len(text.sentences):
            yield text
        elif any(slot_names(sentence) for sentence in kept):
            yield replace(text, sentences=kept)


def _without_struck(
    texts: Iterable[_Text], struck: frozenset[tuple[str, str]], counts: Counter[str]
) -> Iterator[_Text]:
    """Texts without the sentences that people keep taking out of drafts; a text of such sentences alone goes."""
    for text in texts:
        kept = tuple(s for s in text.sentences if (text.kind, key(s)) not in struck)
        counts["sentences left out: people took them out of drafts"] += len(text.sentences) - len(
            kept
        )
        if len(kept) == len(text.sentences):
            yield text
        elif any(slot_names(sentence) for sentence in kept):
            yield replace(text, sentences=kept)


def _sentences(text: str, facts: Mapping[str, str]) -> list[str]:
    return slotted_sentences(clean_body(text), facts)[0]


def _distinct(texts: Iterable[_Text], counts: Counter[str]) -> Iterator[_Text]:
    """Texts without near-duplicates: the same sentences in any order, for one subject once, else a
    few times.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = sorted(key(sentence) for sentence in text.sentences)
        keys = [(text.kind, *words), (text.kind, text.subject_id, *words)]
        if not text.is_example and (seen[keys[0]] >= _SAME_TEXT or seen[keys[1]]):
            counts["left out: near-duplicate"] += 1
            continue
        seen.update(keys)
        yield text


def _pairs(
    texts: Iterable[_Text], plugins: Mapping[str, Plugin], counts: Counter[str], percent: int
) -> Iterator[tuple[TrainingPair, Brief]]:
    for text in texts:
        copy = " ".join(text.sentences)
        brief = _brief(text, copy)
        try:
            prompt = render_prompt(plugins[text.kind], brief)
        except PluginError:
            counts["left out: its prompt cannot be rendered"] += 1
            continue
        number = int(hashlib.sha256(text.subject_id.encode()).hexdigest()[:8], 16)
        held_out = number % 100 < percent and not text.is_example
        yield TrainingPair(prompt, copy, text.kind, text.subject_id, held_out), brief


def _held_out_percent(texts: Iterable[_Text]) -> int:
    """As the archive grows the share falls, and what is held out then was held out before."""
    count = len({text.subject_id for text in texts if not text.is_example})
    wanted = math.ceil(100 * _ENOUGH_HELD_OUT / max(1, count))
    return min(_MOST_HELD_OUT, max(HELD_OUT_PERCENT, wanted))


def _brief(text: _Text, copy: str) -> Brief:
    """The brief that the text could have answered.

    Facts that the copy does not state are left out of some, and the order is turned in some, so
    that the copywriter learns to write from what is there and not from a fixed list.
    """
    digest = hashlib.sha256(copy.encode()).digest()
    stated = set(slot_names(copy))
    names = list(text.facts)
    needed = stated | {"name", "category"}
    if digest[0] % 3 == 0:
        names = [n for i, n in enumerate(names) if n in needed or digest[1 + i % 30] % 3]
    if digest[31] % 2:
        names.sort(key=lambda name: hashlib.sha256(digest + name.encode()).digest())
    facts = tuple(Fact(n, text.facts[n], "shop.copy", "facts", text.subject_id) for n in names)
    scenario = Scenario(
        "archive", "Approved copy", text.goal, "", "", text.tone, text.locale, (text.kind,), 0
    )
    return Brief("archive", "archive", text.kind, scenario, text.subject_id, facts)
