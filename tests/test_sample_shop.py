"""The sample shop: as large and as various as promised, coherent, the same from the same seed, and replaceable."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import InputError
from tasks.sample_shop import SAMPLE_TABLES, make_sample_shop
from tasks.warehouse import Connection, Warehouse, one_value

SCALE = 0.05
KINDS = ("descriptions", "recommendations", "review_summaries")


def make(path: Path, *, seed: int = 7, scale: float = SCALE, threads: str = "2") -> Warehouse:
    warehouse = Warehouse(path, settings={"threads": threads})
    warehouse.create()
    with warehouse.transaction() as con:
        make_sample_shop(con, seed=seed, scale=scale)
    return warehouse


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return make(tmp_path_factory.mktemp("sample") / "warehouse.duckdb")


@pytest.fixture
def con(shop: Warehouse) -> Iterator[Connection]:
    with shop.open() as opened:
        yield opened


def fingerprints(warehouse: Warehouse) -> dict[str, Any]:
    """Table -> an order-free hash of its rows."""
    with warehouse.open() as con:
        return {
            table: con.execute(
                f"select count(*), bit_xor(hash(cast(t as varchar))) from shop.{table} as t"
            ).fetchone()
            for table in SAMPLE_TABLES
        }


def count_bad(con: Connection, sql: str) -> int:
    return int(one_value(con, f"select count(*) from ({sql})"))


@pytest.fixture(scope="module")
def fingerprint(shop: Warehouse) -> dict[str, Any]:
    return fingerprints(shop)


def test_the_same_seed_gives_the_same_shop_on_any_number_of_threads(
    fingerprint: dict[str, Any], tmp_path: Path
) -> None:
    assert fingerprints(make(tmp_path / "again.duckdb", threads="1")) == fingerprint


def test_another_seed_gives_another_shop_and_replaces_the_first(tmp_path: Path) -> None:
    warehouse = make(tmp_path / "small.duckdb", scale=0.01)
    before = fingerprints(warehouse)
    with warehouse.transaction() as con:
        counts = make_sample_shop(con, seed=8, scale=0.01)
    after = fingerprints(warehouse)
    assert {table: row[0] for table, row in after.items()} == counts
    changed = {table for table in SAMPLE_TABLES if before[table] != after[table]}
    assert changed == set(SAMPLE_TABLES) - {"policies"}
    with warehouse.transaction() as con:
        make_sample_shop(con, seed=8, scale=0.01)
    assert fingerprints(warehouse) == after


@pytest.mark.parametrize(
    "statement",
    [
        "insert into shop.products (product_id, name, source) values ('own', 'Own Mug', 'shopify')",
        "insert into shop.customers (customer_id, name) values ('own', 'A Real Person')",
    ],
)
def test_a_shop_with_other_data_is_refused_and_kept(tmp_path: Path, statement: str) -> None:
    warehouse = Warehouse(tmp_path / "own.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        con.execute(statement)
    before = fingerprints(warehouse)
    with pytest.raises(InputError, match="already holds data"), warehouse.transaction() as con:
        make_sample_shop(con, scale=0.01)
    assert fingerprints(warehouse) == before


def test_no_work_table_is_left_behind(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "work.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        make_sample_shop(con, scale=0.01)
        assert one_value(con, "select count(*) from duckdb_tables() where temporary") == 0


def test_a_scale_that_is_no_size_is_refused(con: Connection) -> None:
    with pytest.raises(InputError, match="scale is 0"):
        make_sample_shop(con, scale=0)


def test_progress_names_each_step_once(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "steps.duckdb")
    warehouse.create()
    steps: list[str] = []
    with warehouse.transaction() as con:
        make_sample_shop(con, scale=0.01, progress=steps.append)
    assert len(steps) == len(set(steps)) == 5


def test_products_of_one_name_are_the_planted_duplicates(con: Connection) -> None:
    groups = con.execute(
        "select name, count(*), count(distinct brand || category) from shop.products group by name having count(*) > 1"
    ).fetchall()
    products = one_value(con, "select count(*) from shop.products")
    assert groups
    assert len(groups) < 0.05 * products
    assert {(count, makers) for _, count, makers in groups} == {(2, 1)}


def test_eight_categories_with_six_types_or_more_each(con: Connection) -> None:
    rows = con.execute("select category, count(*) from shop.products group by category").fetchall()
    assert len(rows) == 8
    assert min(count for _, count in rows) >= 12


def test_a_material_in_a_name_is_the_material_among_the_facts(con: Connection) -> None:
    # Longest first: 'recycled polyester' must not be read as another material.
    assert (
        count_bad(
            con,
            """
            with materials as (select distinct value from shop.product_facts where name = 'material')
            select products.name
            from shop.products
            inner join shop.product_facts as facts using (product_id)
            inner join materials on contains(lower(products.name), ' ' || materials.value || ' ')
            where facts.name = 'material' and not contains(facts.value, materials.value)
            """,
        )
        == 0
    )


def test_a_few_facts_prices_and_descriptions_are_missing_and_some_products_are_gone(
    con: Connection,
) -> None:
    shares = con.execute(
        """
        select
            avg(cast(not is_available as integer)),
            avg(cast(price is null as integer)),
            avg(cast(description is null as integer)),
            1 - avg(cast(product_id in (select product_id from shop.product_facts where name = 'material') as integer))
        from shop.products
        """
    ).fetchone()
    assert shares is not None
    assert all(0 < share < 0.15 for share in shares)


def test_every_key_points_at_a_row(con: Connection) -> None:
    for child, key, parent in [
        ("product_facts", "product_id", "products"),
        ("order_lines", "order_id", "orders"),
        ("order_lines", "product_id", "products"),
        ("orders", "customer_id", "customers"),
        ("events", "product_id", "products"),
        ("events", "customer_id", "customers"),
        ("reviews", "product_id", "products"),
        ("reviews", "customer_id", "customers"),
        ("copy", "product_id", "products"),
    ]:
        sql = f"select 1 from shop.{child} where {key} not in (select {key} from shop.{parent})"
        assert count_bad(con, sql) == 0, (child, key)
    assert (
        count_bad(con, "select 1 from shop.orders anti join shop.order_lines using (order_id)") == 0
    )


def test_nothing_happens_after_the_shops_last_day_or_before_a_customer_joined(
    con: Connection,
) -> None:
    for table, column in [
        ("orders", "ordered_at"),
        ("events", "occurred_at"),
        ("reviews", "reviewed_at"),
        ("copy", "approved_at"),
        ("questions", "asked_at"),
    ]:
        assert count_bad(con, f"select 1 from shop.{table} where {column} >= '2026-11-16'") == 0
    sql = "select 1 from shop.orders inner join shop.customers using (customer_id) where ordered_at < created_at"
    assert count_bad(con, sql) == 0


def test_each_bought_product_was_viewed_and_put_in_the_cart_before(con: Connection) -> None:
    assert (
        count_bad(
            con,
            """
            select orders.order_id
            from shop.orders
            inner join shop.order_lines as lines using (order_id)
            left join shop.events
                on events.customer_id = orders.customer_id and events.product_id = lines.product_id
                and events.occurred_at <= orders.ordered_at
            group by orders.order_id, lines.product_id
            having not (
                bool_or(coalesce(event_type = 'view', false)) and bool_or(coalesce(event_type = 'cart', false))
                and bool_or(coalesce(event_type = 'purchase', false))
            )
            """,
        )
        == 0
    )


def test_shoppers_have_the_habits_that_scenarios_look_for(con: Connection) -> None:
    customers = one_value(con, "select count(*) from shop.customers")
    browsers = count_bad(
        con, "select 1 from shop.customers anti join shop.orders using (customer_id)"
    )
    assert 0.1 < browsers / customers < 0.25
    spenders = count_bad(
        con,
        """
        select customer_id
        from shop.orders inner join shop.order_lines using (order_id)
        group by customer_id
        having max(ordered_at) < '2026-05-15' and sum(quantity * unit_price) > 250
        """,
    )
    bargains = count_bad(
        con,
        """
        select customer_id
        from shop.orders inner join shop.order_lines using (order_id)
        group by customer_id
        having count(*) >= 3 and avg(cast(unit_price < list_price as integer)) > 0.6
        """,
    )
    assert min(spenders, bargains) > 0.02 * customers
    months = dict(
        con.execute("select month(ordered_at), count(*) from shop.orders group by 1").fetchall()
    )
    assert months[12] > 1.7 * months[7]


def test_discounts_are_never_surcharges(con: Connection) -> None:
    assert (
        count_bad(
            con, "select 1 from shop.order_lines where unit_price > list_price or unit_price <= 0"
        )
        == 0
    )


def test_contacts_are_of_ranges_that_belong_to_nobody(con: Connection) -> None:
    sql = r"""
        select 1 from shop.customers
        where not regexp_full_match(email, '[a-z]+\.[a-z]+\d+@example\.(com|org)')
        or not regexp_full_match(phone, '07700 900\d{3}|020 7946 0\d{3}')
    """
    assert count_bad(con, sql) == 0


def test_words_of_reviews_agree_with_their_rating(con: Connection) -> None:
    rows = con.execute(
        "select rating, lower(body) from shop.reviews where body is not null"
    ).fetchall()
    sour = re.compile(
        r"\b(poor\w*|disappoint\w*|gone back|let\w* (it |me )?down|refund|not \w+|too|wrong|awkward|rough|cheap"
        r"|loose|damaged|sadly)\b"
    )
    shares = {
        stars: sum(bool(sour.search(body)) for rating, body in rows if rating in stars)
        / sum(rating in stars for rating, _ in rows)
        for stars in [(1, 2), (5,)]
    }
    assert shares[(1, 2)] > 0.7
    assert shares[(5,)] < 0.25


def test_a_few_reviews_hold_what_must_not_reach_a_prompt(con: Connection) -> None:
    share = one_value(
        con,
        """
        select avg(cast(regexp_matches(
            reviews.body, '@example|07700 900|020 7946|<p>|<script|revious instructions|&amp;'
        ) or contains(reviews.body, customers.name) or contains(reviews.body, customers.address) as integer))
        from shop.reviews
        inner join shop.customers using (customer_id)
        """,
    )
    assert 0.005 < share < 0.06


def test_about_sixty_percent_of_questions_have_an_answer(con: Connection) -> None:
    share = one_value(con, "select count(answer) / count(*) from shop.questions")
    assert 0.4 < share < 0.8
    assert (
        count_bad(
            con, "select 1 from shop.questions where answer like '%<%' or body like '%<name>%'"
        )
        == 0
    )


def archive(con: Connection, kind: str) -> list[tuple[str, str, str, str, dict[str, str]]]:
    """goal, tone, body, template-free key and facts of the clean texts of a kind."""
    rows = con.execute(
        "select goal, tone, body, product_id, cast(facts as map(varchar, varchar)) from shop.copy where kind = $kind",
        {"kind": kind},
    ).fetchall()
    dirt = re.compile(r"[<&]|Now with 20%|hello@shop")
    return [row for row in rows if not dirt.search(row[2])]


@pytest.mark.parametrize("kind", KINDS)
def test_the_archive_covers_every_goal_in_every_tone(con: Connection, kind: str) -> None:
    assert len({(goal, tone) for goal, tone, *_ in archive(con, kind)}) == 28


@pytest.mark.parametrize("kind", KINDS)
def test_archive_texts_state_no_number_that_is_not_a_fact(con: Connection, kind: str) -> None:
    for _, _, body, _, facts in archive(con, kind):
        rest = body.replace("out of 5", "")
        for value in sorted(facts.values(), key=len, reverse=True):
            rest = rest.replace(value, "")
        assert not re.search(r"[\d£%]", rest), body


@pytest.mark.parametrize("kind", KINDS)
def test_archive_texts_leave_no_slot_open_and_name_the_product(con: Connection, kind: str) -> None:
    for _, _, body, _, facts in archive(con, kind):
        assert "<" not in body
        assert facts["name"] in body
        assert 1 <= len(re.findall(r"[.?!](?:\s|$)", body)) <= 7


@pytest.mark.parametrize("kind", KINDS)
def test_archive_texts_open_in_many_ways(con: Connection, kind: str) -> None:
    bodies = [body for _, _, body, _, _ in archive(con, kind)]
    openings = Counter(" ".join(body.split()[:3]) for body in bodies)
    # A twentieth of the archive is small, so the bound is wider than the fifth that the whole keeps to.
    assert sum(n for _, n in openings.most_common(10)) < 0.45 * len(bodies)
    assert len(openings) >= 0.4 * min(len(bodies), 100)


def test_no_archive_text_promises_what_a_check_would_refuse(con: Connection) -> None:
    refused = re.compile(
        r"\b(best|guarantee\w*|perfect\w*|cheapest|risk-free|number one|eco-friendly|hurry|last chance)\b"
    )
    for kind in KINDS:
        for _, _, body, _, _ in archive(con, kind):
            assert not refused.search(body.lower()), body


def test_replies_of_the_archive_state_their_facts_and_no_other(con: Connection) -> None:
    replies = archive(con, "auto_replies")
    assert len({tone for _, tone, *_ in replies}) == 4
    for _, _, body, _, facts in replies:
        assert 1 <= len(facts) <= 2
        rest = body
        for value in facts.values():
            assert value.casefold() in rest.casefold(), body
            rest = rest.replace(value, "")
        assert not re.search(r"[\d£%<>@]", rest), body


def test_campaigns_of_the_archive_keep_the_limits_of_their_part(con: Connection) -> None:
    limits = {"email.subject": 60, "email.preheader": 100, "push.text": 120, "email.body": 700}
    rows = con.execute(
        "select copy_id, body, facts from shop.copy where kind = 'campaign_messages'"
    ).fetchall()
    assert {copy_id.rpartition(".")[0] for copy_id, *_ in rows} == set(limits)
    for copy_id, body, held in rows:
        assert len(body) <= limits[copy_id.rpartition(".")[0]]
        facts = json.loads(held)
        leading = "product_1" if copy_id.split("/")[0][-1] == "A" else "category"
        assert leading == "product_1" or facts[leading] in body or facts["price_from"] in body
        rest = body
        for value in sorted(facts.values(), key=len, reverse=True):
            rest = rest.replace(value, "")
        assert not re.search(r"[\d£%<>]", rest), body


def test_an_offer_names_its_price(con: Connection) -> None:
    for kind in ("descriptions", "recommendations"):
        for goal, _, body, _, facts in archive(con, kind):
            assert goal != "offer_value" or "price" not in facts or facts["price"] in body, body


def test_counts_in_summaries_are_consistent_with_the_number_of_reviews(con: Connection) -> None:
    for _, _, _, product_id, facts in archive(con, "review_summaries"):
        reviews = int(facts["count_reviews"])
        stored = one_value(
            con, "select count(*) from shop.reviews where product_id = $id", {"id": product_id}
        )
        assert 5 <= reviews <= stored
        assert 1.0 <= float(facts["rating_average"]) <= 5.0
        for name in ("praised_1", "praised_2", "faulted_1"):
            assert int(facts.get(f"count_{name}", 0)) <= reviews
        assert facts.get("faulted_1") not in (facts["praised_1"], facts.get("praised_2"))
