"""Loads files into the shop: what the command and the flow `load-shop` call. Without Prefect, which starts slowly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.open_shop import warehouse_of
from flows.settings import Settings
from tasks.load_exports import LoadReport, load_online_retail, load_shopify, load_table
from tasks.progress import report


def load(
    settings: Settings,
    kind: str,
    files: Sequence[Path],
    *,
    currency: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> list[LoadReport]:
    """Load files of one kind: ``shopify``, ``online-retail``, or the name of a table; a report a file and table.

    ``currency`` None takes the setting; ``mapping`` (our column -> the file's) is for tables. InputError: what a
    person handed in is not usable.
    """
    warehouse = warehouse_of(settings)
    warehouse.require()
    warehouse.create()
    reports: list[LoadReport] = []
    for done, file in enumerate(files):

        def progress(step: str, done: int = done) -> None:
            report("load", done, len(files), step)

        if kind == "shopify":
            money = currency or settings.currency
            reports += load_shopify(warehouse, [file], currency=money, progress=progress)
        elif kind == "online-retail":
            reports += load_online_retail(warehouse, [file], progress=progress)
        else:
            money = currency or settings.currency
            reports += load_table(
                warehouse, kind, [file], mapping, currency=money, progress=progress
            )
    report("load", len(files), len(files), "")
    return reports
