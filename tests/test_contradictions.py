"""Texts about one subject that state different facts: the older retires, the shop's own contradiction is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from plugins.contract import Brief, Fact, Scenario
from plugins.discovery import discover_plugins
from tasks.check_context import stated_cells
from tasks.check_drafts import settle_briefs
from tasks.checks.context import CheckContext
from tasks.checks.contradictions import disagree
from tasks.outdated import forsaken_pairs, retire_outdated
from tasks.publish_content import publish_batch, retire_vanished
from tasks.records import Claim, Draft, SettledBrief
from tasks.warehouse import Warehouse, fetch_dicts

GIFTS = Scenario("gifts", "Gifts", "gift", "winter", "email", "warm", "en", ("descriptions",), 1)
LAPSED = replace(GIFTS, name="lapsed")
SUBJECTS = {"descriptions": "product", "recommendations": "product"}
PLUGIN = next(p for p in discover_plugins(entry_points=False).plugins if p.name == "descriptions")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def fact(name: str, value: str, table: str = "shop.product_facts", subject: str = "p1") -> Fact:
    if table == "shop.product_facts":
        return Fact(name, value, table, "value", f"{subject}/{name}")
    return Fact(name, value, table, name, subject)


def settled(plugin: str, scenario: Scenario, *facts: Fact, body: str, stated: str) -> SettledBrief:
    """A published text of subject p1 that states the fact ``stated``."""
    brief_id = f"{plugin}-{scenario.name}"
    values = "".join(f.value for f in facts)
    brief = Brief(brief_id, f"{brief_id}-{values}", plugin, scenario, "p1", facts)
    claims = tuple(Claim(0, "fact", f.value, f) for f in facts if f.name == stated)
    draft = Draft(f"{brief_id}-0", brief_id, 0, body, "model", -1.0, "m", 1)
    return SettledBrief(
        brief, "p", "approved", text=body, written_by="model", model_hash="m",
        chosen_draft_id=draft.draft_id, claims=claims, drafts=(draft,),
    )  # fmt: skip


def publish(warehouse: Warehouse, run_id: str, *items: SettledBrief) -> None:
    publish_batch(warehouse, run_id, items, {"gifts": "v1", "lapsed": "v2"}, SUBJECTS)
    retire_outdated(warehouse, run_id)


def texts(warehouse: Warehouse) -> dict[str, tuple[datetime | None, str | None]]:
    with warehouse.open() as con:
        rows = fetch_dicts(
            con.execute("select body, retired_at, retired_reason from content.texts")
        )
    return {row["body"]: (row["retired_at"], row["retired_reason"]) for row in rows}


def test_a_text_of_another_scenario_and_plugin_with_an_older_price_retires(
    warehouse: Warehouse,
) -> None:
    old, new = (fact("price", value, "shop.products") for value in ("£24.00", "£19.00"))
    oak = fact("material", "oak")
    publish(
        warehouse, "r1",
        settled("recommendations", LAPSED, old, oak, body="Yours for £24.00.", stated="price"),
        settled("descriptions", LAPSED, old, oak, body="It is oak.", stated="material"),
    )  # fmt: skip
    publish(
        warehouse, "r2", settled("descriptions", GIFTS, new, oak, body="A gift at £19.00.", stated="price")
    )  # fmt: skip
    found = texts(warehouse)
    assert found["Yours for £24.00."][0] is not None
    reason = found["Yours for £24.00."][1] or ""
    for words in ("£24.00", "£19.00", "shop.products.price[p1]"):
        assert words in reason
    assert found["It is oak."][0] is None, "it states nothing that changed"
    assert found["A gift at £19.00."][0] is None


def test_what_another_brief_read_retires_a_text_even_where_no_new_text_came_of_it(
    warehouse: Warehouse,
) -> None:
    first = settled("descriptions", LAPSED, fact("material", "oak"), body="Oak.", stated="material")
    publish(warehouse, "r1", first)
    other = settled("recommendations", GIFTS, fact("material", "walnut"), body="x", stated="none")
    publish(warehouse, "r2", replace(other, state="quarantined", text=None))
    assert texts(warehouse)["Oak."][0] is not None


def test_the_same_value_in_another_form_retires_nothing(warehouse: Warehouse) -> None:
    first = settled(
        "descriptions", LAPSED, fact("rating", "4.6 out of 5"), body="a", stated="rating"
    )
    publish(warehouse, "r1", first)
    second = settled("recommendations", GIFTS, fact("rating", "4.62"), body="b", stated="rating")
    publish(warehouse, "r2", second)
    german = settled(
        "recommendations", replace(GIFTS, locale="de", name="lapsed"), fact("rating", "3,1"), body="c", stated="rating"
    )  # fmt: skip
    publish(warehouse, "r3", german)
    assert [found[0] for found in texts(warehouse).values()] == [None, None, None]


@pytest.mark.parametrize(
    ("table", "one", "other", "is_contradiction"),
    [
        ("shop.products", "£24.00", "£19.00", True),
        ("shop.products", "£24.00", "24.00", False),
        ("shop.product_facts", "40 × 20 × 4 cm", "40 × 30 × 4 cm", True),
        ("shop.product_facts", "350 ml", "0.35 l", False),
        ("shop.product_facts", "oak", "solid oak", False),
        ("shop.product_facts", "oak", "walnut", True),
        ("shop.product_facts", "2026-06-30", "30 June 2026", False),
        ("shop.product_facts", "30 June 2026", "30 July 2026", True),
        ("mart.review_scores", "41", "43", True),
        ("mart.review_aspects", "the handle", "the lid", False),
        ("shop.policies", "2 to 4 days", "3 to 5 days", True),
    ],
)
def test_two_values_of_one_cell(table: str, one: str, other: str, is_contradiction: bool) -> None:
    assert disagree(table, one, other) is is_contradiction
    assert disagree(table, other, one) is is_contradiction


MUG = (
    fact("name", "Harbour Mug", "shop.products"),
    fact("brand", "Tidewell", "shop.products"),
    fact("price", "£24.00", "shop.products"),
    fact("material", "stoneware"),
    fact("colour", "olive green"),
    fact("capacity", "350 ml"),
)
PRICED = "The Harbour Mug is stoneware in olive green and holds 350 ml. It is yours for £24.00."
HELD = "The Harbour Mug is made of stoneware. It is olive green and holds 350 ml."


def chosen(warehouse: Warehouse, *bodies: str) -> SettledBrief:
    brief = Brief("b1", "h1", "descriptions", GIFTS, "p1", MUG)
    drafts = [
        Draft(f"b1-{n}", "b1", n, body, "model", -0.1 - n, "m", n) for n, body in enumerate(bodies)
    ]
    with warehouse.open() as con:
        stated = stated_cells(con, PLUGIN, [brief])
    return settle_briefs(PLUGIN, [(brief, "p", drafts)], CheckContext.empty(), stated=stated)[0]


def test_two_cells_of_the_shop_that_differ_are_refused_and_a_draft_of_other_facts_is_not(
    warehouse: Warehouse,
) -> None:
    other = fact("price", "£29.00")  # product_facts has another price than products
    publish(
        warehouse, "r1", settled("recommendations", LAPSED, other, body="Just £29.00.", stated="price")
    )  # fmt: skip
    found = chosen(warehouse, PRICED, HELD)
    assert found.text == HELD
    refused = [v for v in found.verdicts["b1-0"] if not v.is_passed]
    assert [(v.check, v.rule) for v in refused] == [("consistency", "texts")]
    assert "£29.00" in (refused[0].reason or "")


def test_an_older_value_of_the_same_cell_and_other_things_prices_refuse_nothing(
    warehouse: Warehouse,
) -> None:
    older = fact("price", "£29.00", "shop.products")
    neighbour = fact("price", "£99.00", "shop.products", subject="p2")
    publish(
        warehouse,
        "r1",
        settled("recommendations", LAPSED, older, body="Just £29.00.", stated="price"),
        settled("recommendations", GIFTS, neighbour, body="With it, £99.00.", stated="price"),
    )
    assert chosen(warehouse, PRICED, HELD).text == PRICED


def test_texts_of_a_scenario_whose_file_is_gone_retire_and_others_stay(
    warehouse: Warehouse,
) -> None:
    oak = fact("material", "oak")
    publish(
        warehouse,
        "r1",
        settled("descriptions", GIFTS, oak, body="Oak to give.", stated="material"),
        settled("recommendations", LAPSED, oak, body="Oak again.", stated="material"),
        settled("descriptions", LAPSED, oak, body="Oak, still.", stated="material"),
    )
    # gifts.sql was removed; lapsed.sql lists descriptions alone, and did not run this time
    forsaken = forsaken_pairs(warehouse, [("lapsed", "descriptions"), ("new", "descriptions")])
    assert forsaken == [("gifts", "descriptions"), ("lapsed", "recommendations")]
    assert retire_vanished(warehouse, [], forsaken, "vanished") == 2
    live = [body for body, (retired_at, _) in texts(warehouse).items() if retired_at is None]
    assert live == ["Oak, still."]
