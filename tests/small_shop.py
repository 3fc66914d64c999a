"""The small shop of tasks.small_shop, under the name that the tests know."""

from __future__ import annotations

from tasks.small_shop import fill_small_shop

__all__ = ["CLOCK", "COUNT_CUSTOMERS", "COUNT_PRODUCTS", "fill_small_shop"]

CLOCK = "2026-11-14 12:00:00"
"""The latest moment in the shop's data is on this day or the day after."""
COUNT_PRODUCTS = 40
COUNT_CUSTOMERS = 300
