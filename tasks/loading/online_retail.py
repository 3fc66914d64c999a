"""Loads UCI Online Retail (one record an invoice line) into products, customers, orders and order lines.

docs/loading.md states the mapping line by line. ``read`` of a report counts what the table is made from: all lines
for order_lines, the lines that are kept for products and orders, the lines that name a customer for customers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tasks.loading.attributes import facts_of_name
from tasks.loading.reading import fill_incoming, open_file
from tasks.loading.reports import LoadReport, Progress, silent
from tasks.loading.retail_names import category_of, readable_name
from tasks.loading.tables import TableSpec, resolve
from tasks.loading.writing import Load, stage
from tasks.warehouse import Connection, Warehouse, one_value, run_named

__all__ = ["MOST_PIECES", "load_online_retail"]

MOST_PIECES = 10_000
"""More pieces than this on one line are a slip of the keyboard (the file has 80,995, cancelled 12 minutes later)."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "invoice": ("InvoiceNo", "Invoice"),
    "code": ("StockCode",),
    "description": ("Description",),
    "quantity": ("Quantity",),
    "invoiced_at": ("InvoiceDate",),
    "price": ("UnitPrice", "Price"),
    "customer": ("CustomerID", "Customer ID"),
    "country": ("Country",),
}
_SPEC = TableSpec("online_retail", _COLUMNS, tuple(_COLUMNS), ("invoice",))


def load_online_retail(
    warehouse: Warehouse, files: Sequence[Path], *, progress: Progress = silent
) -> list[LoadReport]:
    """Load Online Retail files; five reports a file, the quirks on that of order_lines.

    InputError: the file is missing, cut off, or lacks one of its eight columns.
    """
    reports: list[LoadReport] = []
    for file in files:
        progress(f"reading {Path(file).name}")
        with open_file(Path(file)) as opened:
            wanted = resolve(_SPEC, opened.columns, {}, str(file))
            with warehouse.transaction() as con:
                load = Load(con, opened, "online_retail", {"most_pieces": MOST_PIECES})
                count = fill_incoming(con, opened, wanted)
                progress(f"writing {Path(file).name}")
                reports += _write(load, count)
    return reports


def _write(load: Load, count_incoming: int) -> list[LoadReport]:
    con = load.con
    limit = {"most_pieces": MOST_PIECES}
    run_named(con, "load/retail/lines", limit)
    _name_products(con)
    run_named(con, "load/retail/refuse_nameless")
    for name in ("products", "customers", "orders", "order_lines"):
        run_named(con, f"load/retail/{name}")
    quirks: Counter[str] = Counter(load.opened.quirks)
    for quirk, count in run_named(con, "load/retail/quirks", limit).fetchall():
        quirks[quirk.replace("_", " ")] += count
    run_named(con, "load/retail/forget_lines")
    count_kept = int(one_value(con, "select count(*) from judged_lines where reason is null") or 0)
    count_named = int(
        one_value(con, "select count(*) from lines where customer_id is not null") or 0
    )
    read = count_incoming + len(load.opened.unparsed)
    return [
        load.settle(
            "order_lines", "judged_lines", quirks=quirks, count_read=read, with_unparsed=True
        ),
        load.settle("products", "judged_products", count_read=count_kept),
        load.settle("product_facts", "found_facts"),
        load.settle("customers", "judged_customers", count_read=count_named),
        load.settle("orders", "judged_orders", count_read=count_kept),
    ]


def _name_products(con: Connection) -> None:
    """Fill ``found_names`` (code, name, category) with each code's most frequent readable description, and
    ``found_facts`` with what the names state."""
    counts: dict[str, Counter[str]] = {}
    for code, description, is_note, count in run_named(con, "load/retail/names").fetchall():
        if not is_note:
            counts.setdefault(code, Counter())[readable_name(description)] += count
    # Of names that stand equally often the first in the alphabet counts, so that the result never changes.
    names = {
        code: min(found.items(), key=lambda pair: (-pair[1], pair[0]))[0]
        for code, found in counts.items()
    }
    stage(
        con,
        "found_names",
        {"code": "varchar", "name": "varchar", "category": "varchar"},
        [(code, name, category_of(name)) for code, name in names.items()],
    )
    stage(
        con,
        "found_facts",
        {
            "line": "bigint",
            "product_id": "varchar",
            "name": "varchar",
            "value": "varchar",
            "reason": "varchar",
        },
        [
            (line, code, kind, value, None)
            for line, (code, name) in enumerate(names.items())
            for kind, value in facts_of_name(name).items()
        ],
    )
