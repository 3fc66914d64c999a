"""Loads a merchant's tables from CSV, Parquet, YAML or JSON: one function for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tasks.errors import InputError
from tasks.loading.html_text import (
    html_to_text,
    is_placeholder,
    one_line,
    without_boilerplate,
    words_of_person,
)
from tasks.loading.reading import Cleaner, fill_incoming, open_file
from tasks.loading.reports import LoadReport, Progress, silent
from tasks.loading.tables import TABLES, resolve
from tasks.loading.writing import Load, add_copy, count_quirks, stage
from tasks.scrub_text import scrub_within
from tasks.warehouse import Connection, Warehouse, one_value, run_named, sql_text

__all__ = ["load_table", "strip_boilerplate"]

_CLEANERS: dict[str, dict[str, Cleaner]] = {
    "products": {
        "name": one_line,
        "brand": one_line,
        "category": one_line,
        "description": html_to_text,
    },
    "product_facts": {"value": one_line},
    "reviews": {"title": one_line, "body": words_of_person, "product_name": one_line},
    "questions": {"body": words_of_person, "answer": words_of_person},
    "policies": {"value": one_line, "body": words_of_person},
    "copy": {"body": html_to_text},
}


def load_table(
    warehouse: Warehouse,
    name: str,
    files: Sequence[Path],
    mapping: Mapping[str, str] | None = None,
    *,
    currency: str = "GBP",
    progress: Progress = silent,
) -> list[LoadReport]:
    """Load files into ``shop.<name>``, each whole or not at all; a report a file and table.

    ``mapping`` says for columns of ours which of the file's holds them (``{"body": "Review Text"}``); others are
    found by name. Rows are written by key, so a newer file updates. Reviews with ``product_category`` or
    ``product_name`` mapped also make the products that the shop lacks; products with columns such as ``material``
    also make facts, and their descriptions become shop.copy. With reviews, questions and customers
    staging.scrubbed_texts is brought up to date in the same transaction; new names are looked for in old texts too.
    InputError: no such table, file or column, or a file that cannot be read.
    """
    spec = TABLES.get(name)
    if spec is None:
        raise InputError(f"there is no table {name!r} to load; choose one of {', '.join(TABLES)}.")
    reports: list[LoadReport] = []
    for file in files:
        progress(f"reading {Path(file).name}")
        with open_file(Path(file)) as opened:
            wanted = resolve(spec, opened.columns, mapping or {}, str(file))
            with warehouse.transaction() as con:
                load = Load(
                    con, opened, f"table {name}", {"map": dict(mapping or {}), "currency": currency}
                )
                fill_incoming(con, opened, wanted, _CLEANERS.get(name))
                progress(f"writing {Path(file).name}")
                written = _write(load, name, currency)
                reports += _scrub(con, name, written, progress)
    return reports


def _write(load: Load, name: str, currency: str) -> list[LoadReport]:
    con = load.con
    params = {"currency": currency, "source": "table"}
    rows = sql_text(f"load/rows/{name}")
    used = {key: value for key, value in params.items() if f"${key}" in rows}
    con.execute(f"create or replace temp table judged as {rows}", used)
    quirks: Counter[str] = Counter(load.opened.quirks)
    if name == "products":
        quirks += strip_boilerplate(con)
    reports: list[LoadReport] = []
    if name == "reviews":
        run_named(con, "load/review_products", {"currency": currency})
        if one_value(con, "select count(*) from review_products"):
            reports.append(load.settle("products", "review_products"))
    quirks += count_quirks(con, name)
    reports.insert(0, load.settle(name, "judged", quirks=quirks, with_unparsed=True))
    if name == "products":
        run_named(con, "load/product_file_facts")
        if one_value(con, "select count(*) from file_facts"):
            reports.append(load.settle("product_facts", "file_facts"))
        copy = add_copy(load)
        reports += [copy] if copy else []
    return reports


def _scrub(
    con: Connection, name: str, reports: list[LoadReport], progress: Progress
) -> list[LoadReport]:
    """Take personal data out of what customers wrote; the counts join the quirks of the first report."""
    if name not in ("reviews", "questions", "customers"):
        return reports
    progress("taking personal data out of reviews and questions")
    found = scrub_within(con, afresh=name == "customers" and reports[0].count_written > 0)
    counts = {
        "text scrubbed": found.count_texts,
        "text with personal data": found.count_with_personal_data,
    }
    told = {**reports[0].quirks, **{quirk: count for quirk, count in counts.items() if count}}
    return [replace(reports[0], quirks=told), *reports[1:]]


def strip_boilerplate(con: Connection) -> Counter[str]:
    """Take boilerplate and placeholder text out of the descriptions in ``judged``; what was found, by kind."""
    rows = con.execute(
        "select line, description from judged where reason is null order by line"
    ).fetchall()
    texts, counts = without_boilerplate([text for _, text in rows])
    for at, text in enumerate(texts):
        if is_placeholder(text):
            counts["placeholder text dropped"] += 1
            texts[at] = None
    changed = [
        (line, text) for (line, before), text in zip(rows, texts, strict=True) if before != text
    ]
    if changed:
        stage(con, "stripped", {"line": "bigint", "description": "varchar"}, changed)
        run_named(con, "load/strip_descriptions")
    return counts
