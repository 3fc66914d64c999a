"""The corpus: what is left out is counted, what stays holds facts as slots alone."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from plugins.contract import Example, Manifest, Plugin
from tasks.build_corpus import build_corpus, clean_body, slotted_sentences
from tasks.copywriter.pairs import Corpus
from tasks.errors import ShopIncomplete
from tasks.train_copywriter import train
from tasks.warehouse import Warehouse
from tests.tiny_copywriter import TINY

WORDS = (
    "amber",
    "birch",
    "cedar",
    "dune",
    "ember",
    "fern",
    "grove",
    "heath",
    "iris",
    "juniper",
    "kelp",
    "larch",
    "moss",
    "nettle",
    "oakum",
    "pine",
)
COLOURS = ("olive green", "slate", "chalk", "rust")
ENDS = [
    f"{first} {last}."
    for first in (
        "Have a look",
        "Put the kettle on",
        "It waits",
        "Pull up a chair",
        "See it",
        "Take your time",
    )
    for last in (
        "today",
        "at home",
        "with a friend",
        "by the window",
        "after supper",
        "on a Sunday",
        "again",
    )
]
DIRTY = {
    "html": "<p>The <b>Amber Jug 1</b> is in <i>olive green</i>.</p><script>alert(1)</script><p>Have a look.</p>",
    "number": "The Amber Jug 1 is in olive green. It has 17 handles. Have a look.",
    "only number": "It has 17 handles.",
    "mail": "The Amber Jug 1 is in olive green. Write to jo.bloggs@example.com for more.",
    "person": "The Amber Jug 1 is in olive green. Philippa Brandt-Ellis loved it.",
    "no fact": "Something for slow mornings and long evenings. Have a look.",
    "unknown kind": "The Amber Jug 1 is in olive green. Have a look.",
    "empty": "",
}


def plugin(
    name: str = "descriptions",
    prompt: str = "{{ scenario.tone }} | {{ facts.category }} | {{ slots }}",
) -> Plugin:
    example = Example(
        {"name": "Test Bowl", "category": "bowls"},
        "Here is the Test Bowl. Have a look.",
        "no",
        "grounding",
    )
    manifest = Manifest(name=name, summary="describes a product", subject="product")
    return Plugin(manifest, Path(), "", prompt, "", (), (example,), "x")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    made = Warehouse(tmp_path_factory.mktemp("corpus") / "warehouse.duckdb")
    made.create()
    with made.transaction() as con:
        for number in range(80):
            product = f"p{number}"
            name = f"{WORDS[number % 16].title()} Jug {number + 1}"
            con.execute(
                "insert into shop.products (product_id, name, category, price) values (?, ?, 'jugs', ?)",
                [product, name, 10 + number],
            )
            colour = COLOURS[number % 4]
            con.execute("insert into shop.product_facts values (?, 'colour', ?)", [product, colour])
            for copy in range(5):
                end = ENDS[(number * 5 + copy) % len(ENDS)]
                body = f"The {name} is in {colour.title() if copy == 1 else colour}. It costs £{10 + number}.00. {end}"
                body += " Free delivery on everything." if number % 2 else ""
                facts = json.dumps(
                    {
                        "name": name,
                        "category": "jugs",
                        "colour": colour,
                        "price": f"£{10 + number}.00",
                    }
                )
                con.execute(
                    "insert into shop.copy (copy_id, product_id, kind, body, facts) "
                    "values (?, ?, 'descriptions', ?, ?)",
                    [f"{product}-{copy}", product, body, facts if copy % 2 else None],
                )
        con.execute(
            "insert into shop.customers (customer_id, name) values ('c1', 'Philippa Brandt-Ellis')"
        )
        for key, body in DIRTY.items():
            kind = "poems" if key == "unknown kind" else "descriptions"
            con.execute(
                "insert into shop.copy (copy_id, product_id, kind, body) values (?, 'p0', ?, ?)",
                [key, kind, body],
            )
    return made


@pytest.fixture(scope="module")
def corpus(warehouse: Warehouse) -> Corpus:
    return build_corpus(warehouse, [plugin()], minimum=50)


def test_copy_holds_facts_as_slots_alone(corpus: Corpus) -> None:
    for pair in corpus.pairs:
        assert not re.search(r"[\d£]", re.sub(r"<\w+>", "", pair.copy)), pair.copy
        assert "Jug" not in pair.copy
        assert "olive" not in pair.copy.lower()
    assert corpus.slot_coverage == 1.0
    assert {"name", "colour", "price", "category"} <= set(corpus.fact_names)


def test_what_is_left_out_is_counted_by_reason(corpus: Corpus) -> None:
    counts = corpus.counts
    assert counts["archived"] == 408
    assert counts["left out: no plugin of its kind"] == 1
    assert counts["left out: personal data"] == 2
    assert counts["left out: states no fact"] == 1
    assert counts["left out: too short or too long"] == 2
    assert counts["sentences left out: boilerplate"] >= 190, (
        "the delivery line of every other product"
    )
    assert counts["left out: near-duplicate"] > 0
    text = " ".join(pair.copy for pair in corpus.pairs)
    for gone in ("Free delivery", "handles", "example.com", "Philippa", "script", "<p>"):
        assert gone not in text


def test_products_are_held_out_whole(corpus: Corpus) -> None:
    held, learnt = ({p.subject_id for p in part} for part in (corpus.held_out, corpus.learnt))
    assert held
    assert not held & learnt
    assert "example descriptions 0" in learnt


def test_prompts_list_the_facts_that_the_copy_states(corpus: Corpus) -> None:
    for pair in corpus.pairs:
        slots = set(re.findall(r"<\w+>", pair.prompt))
        assert set(re.findall(r"<\w+>", pair.copy)) <= slots
        assert pair.prompt.startswith("plain | ")
    assert len({pair.prompt for pair in corpus.pairs}) > 3


def test_the_same_archive_gives_the_same_corpus(warehouse: Warehouse, corpus: Corpus) -> None:
    assert build_corpus(warehouse, [plugin()], minimum=50).fingerprint == corpus.fingerprint


def test_a_plugin_that_cannot_render_loses_its_texts_alone(warehouse: Warehouse) -> None:
    broken = plugin(prompt="{{ facts.scent }} {{ slots }}")
    counts = build_corpus(warehouse, [broken], minimum=50).counts
    assert counts["left out: its prompt cannot be rendered"] > 50


def test_too_little_copy_says_how_much_is_needed(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(
        ShopIncomplete,
        match=r"at least 5000 approved texts and the shop has \d+ usable ones of 408",
    ):
        build_corpus(warehouse, [plugin()], minimum=5000)
    empty = Warehouse(tmp_path / "empty.duckdb")
    empty.create()
    with pytest.raises(ShopIncomplete, match="at least 300"):
        build_corpus(empty, [plugin()])


def test_a_value_that_two_facts_share_teaches_nothing() -> None:
    facts = {"colour": "oak", "material": "oak", "name": "Board"}
    assert slotted_sentences("The Board is of oak.", facts) == (
        ["The <name> is of <colour>."],
        0,
        1,
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Rated 4.4 out of 5 stars", "Rated 4.4 out of five stars"),
        ("out of 50 and out of 5.5", "out of 50 and out of 5.5"),
        ("a<br>b &amp; c", "a b & c"),
    ],
)
def test_bodies_become_plain_text(body: str, text: str) -> None:
    assert clean_body(body) == text


def test_training_registers_a_model_and_keeps_the_better_one(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.build_corpus.MINIMUM_TEXTS", 50)
    settings = dataclasses.replace(TINY, steps=40, context=128)
    seen: list[tuple[Any, ...]] = []

    def run(steps: int) -> Any:
        return train(
            warehouse,
            [plugin()],
            tmp_path,
            settings=settings,
            steps=steps,
            progress=lambda *p: seen.append(p),
        )

    first = run(40)
    assert first.state == "in_use"
    assert seen[-1][:2] == (40, 40)
    assert seen[-1][3] is not None
    assert (first.folder / "README.md").read_text(encoding="utf-8").startswith("---\n")
    worse = run(2)
    assert worse.state == "candidate"
    better = run(80)
    assert better.state == "in_use"
    rows = warehouse.rows("corpus/model_in_use")
    assert [row["model_hash"] for row in rows] == [better.model_hash]
    with warehouse.open() as con:
        states = dict(con.execute("select model_hash, state from content.models").fetchall())
        figures = con.execute(
            "select figures from content.models where state = 'in_use'"
        ).fetchone()
    assert states == {
        first.model_hash: "retired",
        worse.model_hash: "candidate",
        better.model_hash: "in_use",
    }
    assert json.loads(figures[0])["curve"][-1]["step"] == 80
    assert sorted(p.name for p in (tmp_path / "models").iterdir()) == sorted(h[:12] for h in states)
