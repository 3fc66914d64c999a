"""A small shop to try plugins on: 40 products, 300 customers, two years of orders, events and reviews.

Customers fall into ten cohorts by number (``c % 10``): 0 lapsed high spenders, 1 browsers who never buy, 2 one order,
3 loyal to one category, 4 bargain hunters, 5 gift buyers, 6 to 9 ordinary. Everything is computed from the numbers
themselves in sql/small_shop, so two shops are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.warehouse import Connection, Warehouse, run_named, sql_names

__all__ = ["fill_small_shop", "small_shop"]


def fill_small_shop(con: Connection) -> None:
    """Insert the small shop into the empty tables of schema shop, in the caller's transaction."""
    for name in sql_names("small_shop"):
        run_named(con, name)


@contextmanager
def small_shop() -> Iterator[Warehouse]:
    """A warehouse with the small shop in a folder that goes afterwards."""
    from tasks.answer_questions import answer_questions
    from tasks.scrub_text import scrub_texts

    with TemporaryDirectory(prefix="shelftalk-") as folder:
        warehouse = Warehouse(Path(folder) / "warehouse.duckdb")
        warehouse.create()
        with warehouse.transaction() as con:
            fill_small_shop(con)
        scrub_texts(warehouse)
        answer_questions(warehouse)
        yield warehouse
