"""Makes the sample shop: a British homeware shop, written in SQL from word lists and a seed.

The statements of ``sql/sample_shop`` run in the order of their names: words, catalogue, people, orders, events,
reviews, questions, the archive. Every choice comes from the macro draw(seed, key, salt), never from random(), so
the same seed gives the same shop on any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable

from tasks.errors import InputError
from tasks.warehouse import Connection, one_value, run_named, sql_names

__all__ = ["SAMPLE_TABLES", "make_sample_shop"]

SAMPLE_TABLES = (
    "products",
    "product_facts",
    "customers",
    "orders",
    "order_lines",
    "events",
    "reviews",
    "questions",
    "policies",
    "copy",
)
"""Tables of schema shop that the sample fills, in the order of the report."""

_STEPS = {
    "0": "words and catalogue",
    "1": "customers and orders",
    "2": "events",
    "3": "reviews, questions and policies",
    "4": "earlier approved texts",
}
"""First digit of a statement's name -> what a person sees in the progress bar."""


def make_sample_shop(
    con: Connection,
    *,
    seed: int = 7,
    scale: float = 1.0,
    progress: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Fill schema shop within the caller's transaction; return table name -> count of rows.

    ``scale`` 1.0 is 20,000 customers, 60,000 orders and a million events; 0.02 suits a test. A shop that holds
    nothing but an earlier sample is replaced; one that holds anything else raises InputError and stays as it is.
    """
    if not 0 < scale <= 10:
        raise InputError(f"scale is {scale}; a sample shop needs one above 0 and at most 10.")
    _refuse_other_data(con)
    for table in SAMPLE_TABLES:
        con.execute(f"delete from shop.{table}")
    run_named(con, "macros/money")
    params = _counts(scale) | {"seed": seed}
    step = ""
    for name in sql_names("sample_shop"):
        digit = name.rsplit("/", 1)[-1][0]
        if digit != step:
            step = digit
            if progress:
                progress(_STEPS[digit])
        run_named(con, name, params)
    _drop_work_tables(con)
    return {
        table: int(one_value(con, f"select count(*) from shop.{table}")) for table in SAMPLE_TABLES
    }


def _counts(scale: float) -> dict[str, int]:
    """Bound parameters of the statements: how much of everything."""

    def scaled(count: int, least: int) -> int:
        return max(least, round(count * scale))

    return {
        "count_per_type": min(12, scaled(6, 2)),
        "count_customers": scaled(20_000, 200),
        "count_orders": scaled(60_000, 600),
        "count_events": scaled(1_000_000, 8_000),
        "count_reviews": scaled(6_000, 120),
        "count_questions": scaled(300, 30),
        "count_descriptions": scaled(3_900, 150),
        "count_recommendations": scaled(1_800, 90),
        "count_summaries": scaled(1_560, 60),
        "count_replies": scaled(700, 60),
        "count_campaigns": scaled(900, 60),
    }


def _refuse_other_data(con: Connection) -> None:
    others = one_value(con, "select count(*) from shop.products where source <> 'sample'")
    loads = one_value(con, "select count(*) from shop.loads")
    products = one_value(con, "select count(*) from shop.products")
    orphans = 0
    if not products:
        orphans = sum(int(one_value(con, f"select count(*) from shop.{t}")) for t in SAMPLE_TABLES)
    if others or loads or orphans:
        raise InputError(
            f"the shop already holds data that is not the sample's ({others} products, {loads} loaded files, "
            f"{orphans} rows without products); make the sample in another SHELFTALK_HOME."
        )


def _drop_work_tables(con: Connection) -> None:
    names = con.execute(
        "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'sample_')"
    ).fetchall()
    for (name,) in names:
        con.execute(f'drop table temp."{name}"')
