"""Fills the warehouse with the sample shop."""

from __future__ import annotations

from tasks.progress import report
from tasks.sample_shop import make_sample_shop
from tasks.scrub_text import scrub_texts
from tasks.warehouse import Warehouse


def fill_sample_shop(warehouse: Warehouse, seed: int) -> dict[str, int]:
    """Make the sample shop in one transaction and scrub its reviews and questions; table -> rows."""
    report("sample shop", 0, 0, "making tables")
    with warehouse.transaction() as con:
        counts = make_sample_shop(
            con, seed=seed, progress=lambda note: report("sample shop", 0, 0, note)
        )
    report("sample shop", 0, 0, "taking personal data out of reviews and questions")
    scrub_texts(warehouse)
    report("sample shop", 1, 1, "done")
    return counts
