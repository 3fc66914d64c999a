"""The second reader: what it learns from, its weights, and what it may say beside the rules."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bench.trust.reader_data import changed_copies, is_held_out, pair_rows, read_texts
from plugins.contract import Fact, Limits
from tasks.check_file import check_line
from tasks.checks.context import CheckContext
from tasks.checks.judging import judge
from tasks.checks.second_opinion import Reading, Weights
from tasks.reader.inputs import facts_line
from tasks.reader.reading import is_installed, load_reader

FACTS = {"name": "Tern Mug", "material": "stoneware", "capacity": "350 ml"}
needs_reader = pytest.mark.skipif(not is_installed(), reason="the extra semantic is not installed")


class Scores:
    """A reader that gives every text one score and remembers what it read."""

    weights = Weights(base=-2.0, score=1.0, guessed=1.5)

    def __init__(self, score: float) -> None:
        self.score = score
        self.read_texts: list[str] = []

    def read(self, rows: Sequence[tuple[Sequence[Fact], str]]) -> list[Reading]:
        self.read_texts += [text for _, text in rows]
        return [Reading(self.score, "these words") for _ in rows]


def verdict(
    text: str, score: float, *, locale: str = "en-GB", **context: bool
) -> dict[str, object]:
    known = replace(CheckContext.empty(), reader=Scores(score), **context)  # type: ignore[arg-type]
    row = {"id": "a", "plugin": "descriptions", "locale": locale, "facts": FACTS, "text": text}
    return check_line(json.dumps(row), 1, known)


def test_a_text_that_the_rules_pass_is_refused_where_the_reader_objects() -> None:
    text = "The Tern Mug is stoneware and holds 350 ml."
    assert verdict(text, 2.7)["verdict"] == "pass"
    refused = verdict(text, 2.8)
    assert refused["verdict"] == "refuse"
    assert [r["check"] for r in refused["reasons"]] == ["reading"]  # type: ignore[attr-defined]
    assert refused["reasons"][0]["claim"] == "these words"  # type: ignore[index]


def test_no_reader_overrules_a_number_harm_or_form() -> None:
    for text in (
        "The Tern Mug holds 450 ml.",
        "The Tern Mug cures back pain.",
        "The Tern Mug holds {{ capacity }}.",
    ):
        assert verdict(text, -9.0, may_overrule=True)["verdict"] == "refuse", text


def test_a_rule_that_guesses_is_overruled_only_where_nothing_is_published() -> None:
    text = "The Tern Mug is stoneware with a lid."
    assert verdict(text, -9.0)["verdict"] == "refuse"
    assert verdict(text, -9.0, may_overrule=True)["verdict"] == "pass"
    assert verdict(text, 1.0, may_overrule=True)["verdict"] == "refuse"


def test_a_run_with_a_reader_publishes_no_text_that_the_rules_refuse() -> None:
    facts = [Fact(name, value, "shop.products", name, "p1") for name, value in FACTS.items()]
    context = replace(CheckContext.empty(), reader=Scores(-9.0))
    found = judge(
        "The Tern Mug is stoneware with a lid.",
        facts,
        context=context,
        limits=Limits(min_characters=5, max_characters=400, min_sentences=1, max_sentences=5),
        locale="en",
    )
    assert not found.is_publishable


def test_the_reader_is_not_asked_about_a_language_it_was_not_taught() -> None:
    reader = Scores(9.0)
    context = replace(CheckContext.empty("de"), reader=reader)
    row = {"id": "a", "plugin": "descriptions", "locale": "de", "facts": {"Name": "Becher"}}
    check_line(json.dumps({**row, "text": "Der Becher ist da."}), 1, context)
    assert reader.read_texts == []


def test_pairs_are_whole_and_one_subject_of_eight_is_held_out() -> None:
    rows = pair_rows()
    labels = [row["label"] for row in rows]
    assert labels.count("bad") * 3 == labels.count("good") * 4
    assert len({row["id"] for row in rows}) == len(rows) > 9_000
    subjects = {row["subject"] for row in rows}
    share = sum(map(is_held_out, subjects)) / len(subjects)
    assert 0.09 < share < 0.16


def test_the_wrong_words_of_an_edit_are_those_that_the_good_text_has_not() -> None:
    row = {"locale": "en", "facts": FACTS, "subject": "s", "label": "good", "id": "1"}
    texts = read_texts(
        [
            {**row, "text": "A stoneware mug that holds 350 ml."},
            {**row, "id": "2", "label": "bad", "text": "A porcelain mug that holds 350 ml."},
        ]
    )
    assert texts[0].wrong == ()
    assert not texts[0].is_bad
    assert texts[1].wrong == ((2, 11),)


def test_a_copy_whose_stated_fact_is_gone_is_bad_and_one_without_an_unsaid_fact_stays_good() -> (
    None
):
    row = {"locale": "en", "facts": FACTS, "subject": "s", "label": "good", "id": "1"}
    (text,) = read_texts([{**row, "text": "A mug that holds 350 ml."}])
    draw = random.Random(1)
    copies = [c for _ in range(60) for c in changed_copies(text, {}, draw)]
    assert any("stoneware" not in c.facts and not c.is_bad for c in copies)
    changed = [c for c in copies if c.is_bad]
    assert changed
    assert all("capacity: 350 ml" not in c.facts for c in changed if c.wrong == ((17, 20),))
    assert {c.wrong for c in changed} <= {
        ((17, 20),),
        ((2, 5),),
    }  # the capacity, or the mug of its name


def test_facts_are_told_in_plain_words() -> None:
    facts = [
        Fact("dishwasher_safe", "false", "f", "c", "k"),
        Fact("capacity", "350 ml", "f", "c", "k"),
    ]
    assert facts_line(facts) == "dishwasher safe: no; capacity: 350 ml"


@needs_reader
def test_the_reader_tells_held_out_bad_texts_from_good_ones() -> None:
    rows = [row for row in pair_rows() if is_held_out(row["subject"])][:280]
    texts = read_texts(rows)
    readings = load_reader().read([(text.facts, text.text) for text in texts])
    bad = [r.score for r, t in zip(readings, texts, strict=True) if t.is_bad]
    good = [r.score for r, t in zip(readings, texts, strict=True) if not t.is_bad]
    pairs = [(b > g) + 0.5 * (b == g) for b in bad for g in good]
    assert sum(pairs) / len(pairs) > 0.75  # 0.5 is a coin


@needs_reader
def test_a_reading_depends_on_its_facts_and_names_words_of_the_text() -> None:
    text = "Carved from solid oak, with three drawers."
    told = [Fact("material", "solid oak", "f", "c", "k"), Fact("drawers", "3", "f", "c", "k")]
    other = [Fact("material", "pine veneer", "f", "c", "k"), Fact("drawers", "2", "f", "c", "k")]
    right, wrong = load_reader().read([(told, text), (other, text)])
    assert right.score < wrong.score
    assert wrong.words
    assert wrong.words in text


@needs_reader
def test_a_very_long_text_and_a_thousand_facts_are_read() -> None:
    facts = [Fact(f"fact_{n}", "a long value " * 5, "f", "c", "k") for n in range(1000)]
    (reading,) = load_reader().read([(facts, "A mug. " * 3000)])
    assert reading.score == reading.score


def test_a_range_of_prices_is_judged_and_raises_nothing() -> None:
    row = {"id": "a", "plugin": "campaign_messages", "locale": "en-GB"}
    facts = {"name": "Kiln Class", "price": "£40 to £65 a head"}
    told = {"text": "The Kiln Class is £40 to £65 a head.", "facts": facts}
    wrong = {"text": "The Kiln Class is £30 to £65 a head.", "facts": facts}
    known = CheckContext.empty()
    assert check_line(json.dumps({**row, **told}), 1, known)["verdict"] == "pass"
    assert check_line(json.dumps({**row, **wrong}), 1, known)["reasons"][0]["check"] == "grounding"
