"""Marts that take only new rows in are those that all rows would give."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_shop import fill_small_shop

from tasks.refresh_marts import keep_marts, refresh_marts
from tasks.warehouse import Connection, Warehouse, insert_rows, one_value, sql_names

MARTS = sorted(name.rsplit("/", 1)[-1] for name in sql_names("marts"))
START = datetime(2026, 11, 1)
CUSTOMERS = st.sampled_from(["c1", "c2", "c3", None])
PRODUCTS = st.sampled_from(["p1", "p2", "p3", "p4", None])
# Around the half hours by which sessions are counted; a month apart, so that gift seasons begin and end.
MINUTES = st.one_of(st.integers(0, 200), st.sampled_from([29, 30, 31, 59, 60, 90, 44_640, 90_000]))
EVENTS = st.lists(
    st.tuples(
        CUSTOMERS, st.sampled_from(["view", "cart", "search", "purchase"]), PRODUCTS, MINUTES
    ),
    max_size=8,
)
ORDERS = st.lists(
    st.tuples(
        CUSTOMERS,
        MINUTES,
        st.sampled_from(["paid", "paid", "paid", "cancelled"]),
        st.lists(st.sampled_from(["p1", "p2", "p3", "p4"]), max_size=3),
    ),
    max_size=4,
)
OTHERS = st.sampled_from(
    [
        "",
        "",
        "",
        "insert into shop.order_lines select order_id, 9, 'p2', 1, 5, 9 from shop.orders limit 1",
        "insert into shop.products (product_id, name, category, price) values ('p4', 'Cup', 'cups', 4)",
        "insert into shop.reviews values ('r' || random(), 'p1', 'c1', 5, null, 'Great colour', null)",
        "update shop.orders set state = 'returned' where order_id = (select min(order_id) from shop.orders)",
        "update shop.products set category = 'cups' where product_id = 'p1'",
        "update shop.products set price = price + 1",
        "delete from shop.events where occurred_at = (select max(occurred_at) from shop.events)",
        "delete from shop.orders where customer_id = 'c2'",
    ]
)
STEPS = st.lists(st.tuples(EVENTS, ORDERS, OTHERS), min_size=2, max_size=4)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse without rows; each example empties it again."""
    made = Warehouse(tmp_path_factory.mktemp("incremental") / "warehouse.duckdb")
    made.create()
    return made


def contents(con: Connection) -> dict[str, list[Any]]:
    return {
        mart: con.execute(f"select t::varchar from mart.{mart} as t order by all").fetchall()
        for mart in MARTS
    }


def empty(con: Connection) -> None:
    for table in ("events", "orders", "order_lines", "products", "reviews"):
        con.execute(f"delete from shop.{table}")
    con.execute("delete from staging.mart_sources")
    for number in (1, 2, 3):
        con.execute(
            "insert into shop.products (product_id, name, category, price) values ($id, $id, $of, 9)",
            {"id": f"p{number}", "of": f"k{number % 2}"},
        )


def add(con: Connection, step: int, events: list[Any], orders: list[Any]) -> None:
    insert_rows(
        con,
        "shop.events",
        [
            {
                "event_id": f"{step}-{number}",
                "customer_id": customer,
                "event_type": kind,
                "product_id": product,
                "occurred_at": START + timedelta(minutes=minutes),
            }
            for number, (customer, kind, product, minutes) in enumerate(events)
        ],
    )
    for number, (customer, minutes, state, products) in enumerate(orders):
        order_id = f"{step}-{number}"
        con.execute(
            "insert into shop.orders values ($id, $customer, $at, $state)",
            {
                "id": order_id,
                "customer": customer,
                "at": START + timedelta(minutes=minutes),
                "state": state,
            },
        )
        for line, product in enumerate(products):
            con.execute(
                "insert into shop.order_lines values ($id, $line, $product, 1, 5, $list)",
                {"id": order_id, "line": line, "product": product, "list": 5 + line % 2},
            )


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Shrinking would take minutes; the steps are few as they stand.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(steps=STEPS)
def test_marts_refreshed_step_by_step_are_those_built_anew(
    warehouse: Warehouse, steps: list[Any]
) -> None:
    with warehouse.open() as con:
        empty(con)
        refresh_marts(con)
        for step, (events, orders, other) in enumerate(steps):
            add(con, step, events, orders)
            if other:
                con.execute(other)
            refresh_marts(con)
            stepwise = contents(con)
            refresh_marts(con, anew=True)
            assert stepwise == contents(con)


def test_pairs_that_share_a_number_keep_their_own_counts(warehouse: Warehouse) -> None:
    with warehouse.open() as con:
        empty(con)
        pairs = "select 'c' || one.range as c, 'p' || other.range as p from range(500) as one, range(500) as other"
        shared = con.execute(
            f"select list((c, p)) from ({pairs}) group by hash(c, p) >> 32 having count(*) > 1 order by all limit 1"
        ).fetchone()
        assert shared is not None  # of 250,000 pairs some seven share one of 4 billion numbers
        (one, other) = shared[0][:2]
        add(con, 0, [(c, "view", p, 0) for c, p in (one, other)], [])
        refresh_marts(con)
        add(con, 1, [(one[0], "view", one[1], 9)], [])
        refresh_marts(con)
        counts = con.execute(
            "select customer_id, product_id, count_views from mart.product_views order by all"
        )
        assert sorted(counts.fetchall()) == sorted([(*one, 2), (*other, 1)])
        assert one_value(con, "select count(distinct pair_hash) from mart.product_views") == 1
        stepwise = contents(con)
        refresh_marts(con, anew=True)
        assert stepwise == contents(con)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_run_beside_the_warehouse_keeps_what_changed(tmp_path: Path, is_first: bool) -> None:
    shop = Warehouse(tmp_path / "warehouse.duckdb")
    shop.create()
    with shop.open() as con:
        fill_small_shop(con)
        con.execute("create temp table late as from shop.events using sample 20 rows")
        con.execute("delete from shop.events where event_id in (select event_id from late)")
        if not is_first:
            refresh_marts(con)
        con.execute("insert into shop.events from late")
        con.execute("insert into shop.events values ('new', 'c1', 'view', 'p1', '2030-01-01')")
    for planned in (tmp_path / "one.duckdb", tmp_path / "two.duckdb"):
        with Warehouse(shop.path, read_only=True).scratch(planned) as con:
            refresh_marts(con)
            beside = contents(con)
            built = {
                name
                for (name,) in con.execute(
                    "select table_name from duckdb_tables() where schema_name = 'mart' and database_name <> 'held'"
                ).fetchall()
            }
        # Only the first refresh, or none at all, builds what events fill.
        assert ("sessions" in built) == (is_first and planned.name == "one.duckdb")
        keep_marts(shop, planned)
        with shop.open() as con:
            assert contents(con) == beside
    with shop.open() as con:
        refresh_marts(con, anew=True)
        assert contents(con) == beside


def test_a_keeping_that_was_cut_short_is_built_anew(tmp_path: Path, monkeypatch: Any) -> None:
    shop = Warehouse(tmp_path / "warehouse.duckdb")
    shop.create()
    with shop.open() as con:
        fill_small_shop(con)
        refresh_marts(con)
        con.execute("insert into shop.events values ('new', 'c1', 'view', 'p1', '2030-01-01')")
    with Warehouse(shop.path, read_only=True).scratch(tmp_path / "plan.duckdb") as con:
        refresh_marts(con)

    def cut(con: Connection, mart: str, changed: str) -> None:
        if mart == "sessions":
            raise KeyboardInterrupt
        apply(con, mart, changed)

    from tasks import refresh_marts as module

    apply = module._apply
    monkeypatch.setattr(module, "_apply", cut)
    with pytest.raises(KeyboardInterrupt):
        keep_marts(shop, tmp_path / "plan.duckdb")
    monkeypatch.undo()
    with shop.open() as con:
        assert one_value(con, "select count(*) from staging.mart_sources") == 0
        refresh_marts(con)
        mended = contents(con)
        refresh_marts(con, anew=True)
        assert mended == contents(con)


def test_a_warehouse_of_an_earlier_version_is_refreshed(tmp_path: Path) -> None:
    shop = Warehouse(tmp_path / "warehouse.duckdb")
    shop.create()
    with shop.open() as con:
        fill_small_shop(con)
        con.execute("drop table staging.mart_sources")
        con.execute("create table mart.customer_rfm as select 'c1' as customer_id")
        con.execute("create table mart.viewed_not_bought as select 'c1' as customer_id")
    for name in ("one", "two"):
        with Warehouse(shop.path, read_only=True).scratch(tmp_path / name) as con:
            refresh_marts(con)
            beside = contents(con)
        keep_marts(shop, tmp_path / name)
        with shop.open() as con:
            assert contents(con) == beside
    with shop.open() as con:
        assert one_value(con, "select count(*) from staging.mart_sources") > 0
