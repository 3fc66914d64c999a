"""Says what a shop lacks before anything can be planned for it."""

from __future__ import annotations

from tasks.errors import ShopIncomplete
from tasks.warehouse import Connection, one_value

__all__ = ["require_shop"]


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
