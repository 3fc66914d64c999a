"""The shop's own words, people and live texts reach the checks from the warehouse."""

# ruff: noqa: E501 - example texts and messages stay whole
from __future__ import annotations

from pathlib import Path

from plugins.contract import Limits
from tasks.check_context import build_check_context
from tasks.checks.judging import judge
from tasks.warehouse import Warehouse
from tests.test_check_judge import facts_of

ANY = Limits(min_characters=1, max_characters=2000, min_sentences=1, max_sentences=50)


def test_mined_words_names_people_and_policies_are_known(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        con.execute(
            "insert into shop.products (product_id, name, brand) values ('p1', 'Fell Lantern', 'Quillon'), ('p2', 'Mug', 'Tidewell')"
        )
        con.execute(
            "insert into shop.product_facts values ('p1', 'material', 'zellige'), ('p1', 'finish', 'sgraffito')"
        )
        con.execute(
            "insert into shop.customers (customer_id, name, email) values ('c1', 'Oona Vantage', 'oona@vantage.example')"
        )
        con.execute(
            "insert into shop.policies values ('returns', 'en', '30 days', 'You may return it within 30 days.')"
        )
    with warehouse.open() as con:
        context = build_check_context(con, locale="en")
    mug = facts_of({"name": "Mug", "brand": "Tidewell"})
    for text, check in (
        ("A mug of zellige for the morning.", "grounding"),
        ("It sits well beside the Fell Lantern.", "grounding"),
        ("Oona Vantage likes the mug.", "privacy"),
    ):
        failed = {
            v.check
            for v in judge(text, mug, context=context, limits=ANY).verdicts
            if not v.is_passed
        }
        assert check in failed, text
    assert judge(
        "A mug with returns for calm mornings.", mug, context=context, limits=ANY
    ).is_publishable
