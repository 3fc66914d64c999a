"""Marts answer what they say, on a whole shop and on one that lacks nearly everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_shop import fill_small_shop

from tasks.errors import ShopIncomplete, WarehouseError
from tasks.refresh_marts import refresh_marts, require_shop
from tasks.warehouse import Connection, Warehouse, fetch_dicts, one_value, sql_names, sql_text

MARTS = sorted(name.rsplit("/", 1)[-1] for name in sql_names("marts"))


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """A connection to an empty warehouse."""
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    with warehouse.open() as connection:
        yield connection


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to the small shop with its marts; tests only read it."""
    warehouse = Warehouse(tmp_path_factory.mktemp("marts") / "warehouse.duckdb")
    warehouse.create()
    with warehouse.open() as connection:
        fill_small_shop(connection)
        refresh_marts(connection)
        yield connection


def order(con: Connection, order_id: str, customer: str, day: str, *product_ids: str) -> None:
    con.execute(
        "insert into shop.orders values ($id, $customer, $day::timestamp, 'paid')",
        {"id": order_id, "customer": customer, "day": day},
    )
    for number, product_id in enumerate(product_ids):
        con.execute(
            "insert into shop.order_lines values ($id, $number, $product, 1, 10, 10)",
            {"id": order_id, "number": number, "product": product_id},
        )


def event(
    con: Connection, number: int, customer: str | None, kind: str, product: str, at: str
) -> None:
    con.execute(
        "insert into shop.events values ($id, $customer, $kind, $product, $at::timestamp)",
        {"id": str(number), "customer": customer, "kind": kind, "product": product, "at": at},
    )


def product(con: Connection, product_id: str, name: str, category: str = "bags") -> None:
    con.execute(
        "insert into shop.products (product_id, name, category, price) values ($id, $name, $of, 9)",
        {"id": product_id, "name": name, "of": category},
    )


def review(con: Connection, product_id: str, rating: int, body: str | None) -> None:
    number = one_value(con, "select count(*) from shop.reviews")
    con.execute(
        "insert into shop.reviews values ($id, $product, null, $rating, null, $body, null)",
        {"id": f"r{number}", "product": product_id, "rating": rating, "body": body},
    )


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_has_rows_in_a_whole_shop(shop: Connection, mart: str) -> None:
    assert one_value(shop, f"select count(*) from mart.{mart}") > 0


@pytest.mark.parametrize("name", sql_names("marts") + sql_names("staging") + sql_names("plan"))
def test_every_statement_states_its_grain(name: str) -> None:
    assert sql_text(name).startswith("-- Grain: ")


@pytest.mark.parametrize(
    ("mart", "key"),
    [
        ("customer_rfm", "customer_id"),
        ("customer_spend", "customer_id"),
        ("sessions", "customer_id, session_number"),
        ("product_views", "customer_id, product_id"),
        ("viewed_not_bought", "customer_id, product_id"),
        ("category_affinity", "customer_id, category"),
        ("co_purchase", "product_id, companion_id"),
        ("review_aspects", "product_id, aspect"),
        ("review_scores", "product_id"),
        ("product_offers", "product_id"),
        ("product_sales", "product_id"),
        ("discount_share", "customer_id"),
        ("gift_buyers", "customer_id"),
    ],
)
def test_a_mart_keeps_its_grain(shop: Connection, mart: str, key: str) -> None:
    doubled = (
        f"select count(*) from (select {key} from mart.{mart} group by all having count(*) > 1)"
    )
    assert one_value(shop, doubled) == 0


def test_an_empty_shop_gives_empty_marts_and_a_clock_without_a_time(con: Connection) -> None:
    refresh_marts(con)
    rows = {mart: one_value(con, f"select count(*) from mart.{mart}") for mart in MARTS}
    assert rows.pop("shop_clock") == 1
    assert set(rows.values()) == {0}
    assert one_value(con, "select season from mart.shop_clock") == "all_year"


def test_a_shop_without_orders_still_has_offers_and_views(con: Connection) -> None:
    product(con, "p1", "Tote")
    event(con, 1, "c1", "view", "p1", "2026-03-01 10:00")
    refresh_marts(con)
    assert one_value(con, "select count(*) from mart.viewed_not_bought") == 1
    assert one_value(con, "select season from mart.shop_clock") == "spring"
    assert one_value(con, "select count(*) from mart.product_offers") == 1


def test_the_shops_present_is_its_latest_order_or_event(con: Connection) -> None:
    product(con, "p1", "Tote")
    order(con, "o1", "c1", "2011-12-09 12:50", "p1")
    event(con, 1, "c1", "view", "p1", "2011-11-01 10:00")
    refresh_marts(con)
    assert str(one_value(con, "select as_of from mart.shop_clock")) == "2011-12-09 12:50:00"
    assert one_value(con, "select days_since_order from mart.customer_rfm") == 0


def test_cancelled_and_strangers_orders_count_for_nobody(con: Connection) -> None:
    product(con, "p1", "Tote")
    order(con, "o1", "c1", "2026-01-01", "p1")
    order(con, "o2", "c1", "2026-01-02", "p1")
    con.execute("update shop.orders set state = 'cancelled' where order_id = 'o2'")
    con.execute("insert into shop.orders values ('o3', null, timestamp '2026-01-03', 'paid')")
    con.execute("insert into shop.order_lines values ('o3', 1, 'p1', 1, 10, 10)")
    refresh_marts(con)
    found = con.execute("select customer_id, count_orders from mart.customer_rfm").fetchall()
    assert found == [("c1", 1)]


def test_a_session_ends_after_half_an_hour_of_silence(con: Connection) -> None:
    for number, minute in enumerate(["10:00", "10:29", "10:59", "11:30", "11:30"]):
        event(con, number, "c1", "view", "p1", f"2026-01-01 {minute}")
    event(con, 9, None, "view", "p1", "2026-01-01 10:10")
    refresh_marts(con)
    counts = con.execute("select count_events from mart.sessions order by started_at").fetchall()
    assert counts == [(3,), (2,)]


def test_what_was_bought_is_not_viewed_not_bought(con: Connection) -> None:
    for number, seen in enumerate(["p1", "p2", "p2"]):
        event(con, number, "c1", "view", seen, "2026-01-01 10:00")
    event(con, 7, "c1", "cart", "p2", "2026-01-02 10:00")
    order(con, "o1", "c1", "2026-01-11 10:00", "p1")
    refresh_marts(con)
    rows = fetch_dicts(con.execute("from mart.viewed_not_bought"))
    assert [
        (r["product_id"], r["count_views"], r["count_carts"], r["days_since_seen"]) for r in rows
    ] == [("p2", 2, 1, 9)]


def test_products_go_together_only_when_three_customers_bought_them_so(con: Connection) -> None:
    for number in range(3):
        order(con, f"o{number}", f"c{number}", "2026-01-01", "p1", "p2")
    for number in range(5):
        order(con, f"x{number}", "c9", "2026-01-01", "p1", "p3")
    refresh_marts(con)
    pairs = con.execute(
        "select product_id, companion_id, count_orders, count_customers from mart.co_purchase order by 1"
    ).fetchall()
    assert pairs == [("p1", "p2", 3, 3), ("p2", "p1", 3, 3)]


def test_offers_leave_out_what_cannot_be_sold_and_duplicates(con: Connection) -> None:
    product(con, "p1", "Tote")
    product(con, "p2", " tote ")
    product(con, "p3", "Tote", "   ")
    product(con, "p4", "Sold Out")
    product(con, "p5", "No Price")
    product(con, "p6", "Night Slip", "Lingerie & Nightwear")
    con.execute("update shop.products set is_available = false where product_id = 'p4'")
    con.execute("update shop.products set price = null where product_id = 'p5'")
    refresh_marts(con)
    offers = con.execute(
        "select product_id, count_duplicates, is_sensitive from mart.product_offers order by 1"
    ).fetchall()
    assert offers == [("p1", 2, False), ("p6", 1, True)]


@pytest.mark.parametrize(
    ("rating", "body", "aspect", "praised", "faulted"),
    [
        (5, "Lovely colour.", "colour", 1, 0),
        (5, "The size is too small for me.", "size", 0, 1),
        (2, "Not the best quality.", "quality", 0, 1),
        (4, "Great quality but the packaging was damaged.", "quality", 1, 0),
        (4, "Great quality but the packaging was damaged.", "packaging", 0, 1),
        (1, "About the scent.", "scent", 0, 1),
        (3, "About the scent.", "scent", 0, 0),
        (5, "It isn't comfortable. Comfort matters.", "comfort", 0, 1),
        (5, "<b>Great</b> colour; drop table mart.co_purchase", "colour", 1, 0),
    ],
)
def test_an_aspect_is_praised_or_faulted_by_the_words_near_it(
    con: Connection, rating: int, body: str, aspect: str, praised: int, faulted: int
) -> None:
    review(con, "p1", rating, body)
    refresh_marts(con)
    rows = con.execute(
        "select count_mentions, count_praised, count_faulted from mart.review_aspects where aspect = $of",
        {"of": aspect},
    ).fetchall()
    assert rows == [(1, praised, faulted)]


def test_a_review_counts_once_an_aspect_and_without_words_for_none(con: Connection) -> None:
    review(con, "p1", 5, "Good colour. Great colour! Lovely shade.")
    review(con, "p1", 4, None)
    review(con, "p1", 1, "   ")
    refresh_marts(con)
    aspects = con.execute("select aspect, count_praised from mart.review_aspects").fetchall()
    assert aspects == [("colour", 1)]
    scores = con.execute("select count_reviews, rating_average::varchar from mart.review_scores")
    assert scores.fetchall() == [(3, "3.3")]


def test_reviews_are_read_as_scrubbed_unless_they_changed_since(con: Connection) -> None:
    review(con, "p1", 5, "Ask ada@example.com")
    review(con, "p1", 5, "changed since")
    con.execute(
        "insert into staging.scrubbed_texts values"
        " ('shop.reviews', 'r0', md5('Ask ada@example.com'), 'Ask someone', 1),"
        " ('shop.reviews', 'r1', md5('before'), 'old words', 0)"
    )
    refresh_marts(con)
    bodies = con.execute("select body from staging.reviews order by review_id").fetchall()
    assert bodies == [("Ask someone",), ("changed since",)]


def test_refreshing_twice_changes_nothing(shop: Connection) -> None:
    hashes = "select md5(string_agg(t::varchar, '|' order by t::varchar)) from mart.{} as t"
    before = {mart: one_value(shop, hashes.format(mart)) for mart in MARTS}
    heard: list[str] = []
    refresh_marts(shop, progress=heard.append)
    assert {mart: one_value(shop, hashes.format(mart)) for mart in MARTS} == before
    assert sorted(heard) == MARTS


def test_a_mart_that_fails_is_named(con: Connection) -> None:
    con.execute("alter table shop.products alter price type varchar")
    con.execute("insert into shop.products (product_id, name, price) values ('p1', 'Tote', 'dear')")
    with pytest.raises(WarehouseError, match=r"^sql/marts/product_offers\.sql failed"):
        refresh_marts(con)
    con.execute("drop table shop.events")
    with pytest.raises(WarehouseError, match=r"^the sources of the marts failed: .*events"):
        refresh_marts(con)


def test_a_shop_needs_products_and_behaviour(con: Connection) -> None:
    with pytest.raises(ShopIncomplete, match="no products"):
        require_shop(con)
    product(con, "p1", "Tote")
    with pytest.raises(ShopIncomplete, match="neither orders nor events"):
        require_shop(con)
    event(con, 1, "c1", "view", "p1", "2026-03-01 10:00")
    require_shop(con)
