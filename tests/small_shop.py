"""A small shop for tests: 40 products, 300 customers, two years of orders, events and reviews.

Customers fall into ten cohorts by number (``c % 10``): 0 lapsed high spenders, 1 browsers who never
buy, 2 one order, 3 loyal to one category, 4 bargain hunters, 5 gift buyers, 6 to 9 ordinary.
Everything is computed from the numbers themselves in small_shop.sql, so two shops are equal.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

CLOCK = "2026-11-14 12:00:00"
"""The latest moment in the shop's data is on this day or the day after."""
COUNT_PRODUCTS = 40
COUNT_CUSTOMERS = 300


def fill_small_shop(con: duckdb.DuckDBPyConnection) -> None:
    """Insert the small shop into the empty tables of schema shop, in the caller's transaction."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in duckdb.extract_statements(source):
        con.execute(statement)
