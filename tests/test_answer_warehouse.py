"""Open questions of the warehouse become briefs of auto_replies, or hand-overs; never with a customer's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.contract import Brief, Fact, Plugin, Scenario
from plugins.discovery import discover_plugins
from tasks.answer_questions import answer_questions
from tasks.plugin_hooks import run_accept
from tasks.rendering import render_fallback, render_prompt
from tasks.scrub_text import scrub_texts
from tasks.warehouse import Warehouse, fetch_dicts, run_sql

SETUP = (
    """insert into shop.products (product_id, name, category, price, is_available)
    values ('p1', 'Rowan Mug', 'Mugs', 14, true), ('p2', 'Calder Pot', 'Teapots', 38, false)""",
    """insert into shop.product_facts values ('p1', 'material', 'stoneware'), ('p1', 'capacity', '350 ml'),
    ('p2', 'weight', '900 g'), ('p2', 'weight', '1.2 kg')""",
    """insert into shop.policies values ('delivery_time', 'en', '2 to 4 working days',
    'Standard delivery takes 2 to 4 working days.')""",
    """insert into shop.questions (question_id, product_id, body, answer) values
    ('q1', 'p1', 'What is the Rowan Mug made of, and how much does it hold?', null),
    ('q2', 'p1', 'How long does delivery take?', null),
    ('q3', 'p2', 'How heavy is it?', null),
    ('q4', 'p1', 'What is it made of? Mail jane.roe@example.com', null),
    ('q5', 'p1', 'My mug arrived broken!', null),
    ('q6', 'p1', 'What is it made of?', 'It is stoneware.'),
    ('q7', 'p2', 'Is it in stock?', null)""",
    """insert into content.scenarios by name
    select 'v1' as scenario_version_id, 'answers' as scenario, 1 as version, 'r1' as run_id, 'inform' as goal,
        'all_year' as season, 'email' as channel, 'plain' as tone, 'en' as locale, 1 as priority,
        ['auto_replies'] as content_types, 'd' as definition_hash, 'a' as audience_hash,
        30 as count_customers, 0 as count_added, 0 as count_removed, 1 as count_products, 'ready' as state,
        timestamp '2026-01-01' as built_at""",
    """insert into content.scenarios by name
    select 'v2' as scenario_version_id, 'others' as scenario, 1 as version, 'r1' as run_id, 'inform' as goal,
        'all_year' as season, 'email' as channel, 'plain' as tone, 'en' as locale, 1 as priority,
        ['descriptions'] as content_types, 'd' as definition_hash, 'a' as audience_hash,
        30 as count_customers, 0 as count_added, 0 as count_removed, 1 as count_products, 'ready' as state,
        timestamp '2026-01-01' as built_at""",
)
SCENARIO = Scenario(
    "answers", "Answers", "inform", "all_year", "email", "plain", "en", ("auto_replies",), 1
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    house = Warehouse(tmp_path_factory.mktemp("answers") / "warehouse.duckdb")
    house.create()
    with house.transaction() as con:
        for statement in SETUP:
            con.execute(statement)
    scrub_texts(house)
    return house


@pytest.fixture(scope="module")
def plugin() -> Plugin:
    return discover_plugins(entry_points=False).by_name()["auto_replies"]


def briefs(house: Warehouse, plugin: Plugin, scenario_version_id: str) -> dict[str, Brief]:
    with house.open() as con:
        rows = fetch_dicts(
            run_sql(con, plugin.briefs_sql, {"scenario_version_id": scenario_version_id})
        )
    made = {}
    for row in rows:
        facts = tuple(Fact(**fact) for fact in row["facts"])
        made[row["subject_id"]] = Brief(
            "b", "h", "auto_replies", SCENARIO, row["subject_id"], facts
        )
    return made


def test_every_open_question_is_answered_or_handed_over(warehouse: Warehouse) -> None:
    report = answer_questions(warehouse)
    assert (report.count_questions, report.count_answered, report.count_handed_over) == (6, 3, 3)
    with warehouse.open() as con:
        decided = dict(
            con.execute("select question_id, decision from staging.question_replies").fetchall()
        )
    assert decided == {
        "q1": "answer",
        "q2": "answer",
        "q3": "handover",
        "q4": "handover",
        "q5": "handover",
        "q7": "answer",
    }


def test_deciding_twice_changes_nothing(warehouse: Warehouse) -> None:
    statement = "select * from staging.question_replies order by question_id"
    answer_questions(warehouse)
    with warehouse.open() as con:
        first = con.execute(statement).fetchall()
    answer_questions(warehouse)
    with warehouse.open() as con:
        assert con.execute(statement).fetchall() == first


def test_a_brief_holds_the_facts_that_answer_and_no_word_of_the_customer(
    warehouse: Warehouse, plugin: Plugin
) -> None:
    answer_questions(warehouse)
    made = briefs(warehouse, plugin, "v1")
    assert set(made) == {"q1", "q2", "q7"}
    assert made["q1"].values() == {"capacity": "350 ml", "material": "stoneware"}
    assert {fact.source_table for fact in made["q1"].facts} == {"shop.product_facts"}
    assert made["q2"].facts[0].source_table == "shop.policies"
    assert "jane" not in " ".join(render_prompt(plugin, brief) for brief in made.values())


def test_a_scenario_without_auto_replies_gets_no_brief(
    warehouse: Warehouse, plugin: Plugin
) -> None:
    answer_questions(warehouse)
    assert briefs(warehouse, plugin, "v2") == {}


def test_the_fallback_states_every_fact_and_a_draft_that_drops_one_is_refused(
    warehouse: Warehouse, plugin: Plugin
) -> None:
    answer_questions(warehouse)
    assert plugin.prepare is not None
    assert plugin.accept is not None
    for brief in briefs(warehouse, plugin, "v1").values():
        assert plugin.accept(render_fallback(plugin, plugin.prepare(brief)), brief) is None
    brief = briefs(warehouse, plugin, "v1")["q1"]
    assert (
        plugin.accept("It is made of stoneware.", brief)
        == "the reply does not state the fact capacity"
    )
    assert (
        plugin.accept("We promise it is made of stoneware and holds 350 ml.", brief)
        == "the reply makes a promise"
    )


@pytest.mark.parametrize(
    ("text", "is_accepted"),
    [
        ("Thank you for asking: it is made of stoneware. It holds 350 ml.", True),
        ("In short: the material is stoneware. Its capacity is 350 ml. We hope that helps.", True),
        ("Thank you for asking: it holds stoneware. It is made of 350 ml.", False),
        ("Thank you for asking: it is made of stoneware.", False),
        ("It weighs 350 ml, and it is made of stoneware.", False),
        ("In short: it is made of the material is stoneware. It holds 350 ml.", False),
    ],
)
def test_a_draft_states_each_fact_as_what_it_is(
    plugin: Plugin, text: str, is_accepted: bool
) -> None:
    facts = (
        Fact("material", "stoneware", "shop.product_facts", "value", "p1/material"),
        Fact("capacity", "350 ml", "shop.product_facts", "value", "p1/capacity"),
    )
    brief = Brief("b", "h", "auto_replies", SCENARIO, "q1", facts)
    assert (run_accept(plugin, text, brief) is None) == is_accepted


def test_personal_data_of_a_question_reaches_no_summary(warehouse: Warehouse) -> None:
    answer_questions(warehouse)
    with warehouse.open() as con:
        summaries = con.execute(
            "select string_agg(summary || reply, ' ') from staging.question_replies"
        ).fetchone()
    assert summaries is not None
    assert "jane.roe" not in summaries[0]


def test_an_unscrubbed_question_is_not_read(tmp_path: Path) -> None:
    house = Warehouse(tmp_path / "warehouse.duckdb")
    house.create()
    with house.transaction() as con:
        for statement in SETUP[:4]:
            con.execute(statement)
    assert answer_questions(house).count_questions == 0
