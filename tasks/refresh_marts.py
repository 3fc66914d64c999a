"""Answers questions about the shop: staging views, then the mart tables, in order of use."""

from __future__ import annotations

import time
from collections.abc import Callable

import duckdb

from tasks.errors import ShopIncomplete, WarehouseError, WarehouseUnwritable
from tasks.warehouse import (
    Connection,
    in_order_of_use,
    is_disk_full,
    one_value,
    safe_reason,
    sql_names,
    sql_text,
)

__all__ = ["refresh_marts", "require_shop"]


def refresh_marts(
    con: Connection, *, progress: Callable[[str], None] | None = None
) -> dict[str, float]:
    """Build every view of staging and every table of mart anew; mart -> seconds.

    Works on any shop, an empty one too: a mart that lacks its input is an empty table. ``progress``
    hears each name before it is built. WarehouseError names the mart that failed.
    """
    statements = {name: sql_text(name) for name in sql_names("staging")}
    marts = {name: sql_text(name) for name in sql_names("marts")}
    seconds: dict[str, float] = {}
    for name in [*in_order_of_use(statements), *in_order_of_use(marts)]:
        short = name.rsplit("/", 1)[-1]
        if progress is not None and name in marts:
            progress(short)
        started = time.perf_counter()
        try:
            con.execute(statements.get(name) or marts[name])
        except duckdb.Error as error:
            if is_disk_full(error):
                raise WarehouseUnwritable(
                    f"the disk is full: {name.rsplit('/', 1)[-1]} cannot be written; free space, then run again."
                ) from None
            # from None: a traceback in a log would quote the row.
            raise WarehouseError(f"sql/{name}.sql failed: {safe_reason(error)}") from None
        if name in marts:
            seconds[short] = time.perf_counter() - started
    return seconds


def require_shop(con: Connection) -> None:
    """Raise ShopIncomplete unless there are products, and orders or events to learn from."""
    if not one_value(con, "select count(*) from shop.products"):
        raise ShopIncomplete(
            "the shop has no products; load some with `shelftalk load shopify FILE` or "
            "`shelftalk load table products FILE`, or try `shelftalk init --sample`."
        )
    if not one_value(
        con, "select (select count(*) from shop.orders) + (select count(*) from shop.events)"
    ):
        raise ShopIncomplete(
            "the shop has neither orders nor events, so there is no behaviour to speak to; load "
            "either with `shelftalk load table orders FILE` or `shelftalk load table events FILE`."
        )
