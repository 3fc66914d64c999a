"""A shop of any size: events, and customers, products, orders and reviews in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from tasks.warehouse import Connection, Warehouse, run_sql

__all__ = ["add_shop", "create_shop", "shop_sizes"]

PER_SESSION = 5
"""Events of a session, in the mean."""


def shop_sizes(count_events: int) -> dict[str, int]:
    """Numbers of everything in a shop of ``count_events`` events."""
    return {
        "sessions": max(count_events // PER_SESSION, 10),
        "customers": max(count_events // 50, 100),
        "products": max(count_events // 400, 200) // 40 * 40,
        "orders": max(count_events // 40, 50),
        "reviews": max(count_events // 200, 50),
        "questions": max(count_events // 5000, 30),
    }


def create_shop(path: Path, count_events: int, share: float = 1.0) -> Warehouse:
    """A warehouse at ``path`` with the first ``share`` of a shop's events and orders, and all else of it."""
    warehouse = Warehouse(path, settings={"memory_limit": "3GB"})
    warehouse.create()
    with warehouse.open() as con:
        con.execute("set preserve_insertion_order = true")
        for name in ("products", "product_facts", "customers", "reviews", "questions"):
            _run(con, name, shop_sizes(count_events))
        add_shop(con, count_events, 0.0, share)
        con.execute("checkpoint")
    return warehouse


def add_shop(
    con: Connection,
    count_events: int,
    start: float,
    end: float,
    tables: Sequence[str] = ("events", "orders", "order_lines"),
) -> None:
    """Add the events and orders between two shares (0 to 1) of a shop's time."""
    sizes = shop_sizes(count_events)
    params = sizes | {
        "first_session": int(sizes["sessions"] * start),
        "last_session": int(sizes["sessions"] * end),
        "first_order": int(sizes["orders"] * start),
        "last_order": int(sizes["orders"] * end),
    }
    for name in tables:
        _run(con, name, params)


def _run(con: Connection, table: str, params: dict[str, int]) -> None:
    folder = resources.files("bench.scenario_sql").joinpath("shop")
    file = next(f for f in folder.iterdir() if f.name[4:] == f"{table}.sql")
    run_sql(con, file.read_text(encoding="utf-8"), params)
