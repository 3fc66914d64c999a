"""Loads Shopify's product export: a record a variant or image becomes a product a Handle, with its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tasks.errors import InputError
from tasks.loading.attributes import option_fact, tag_facts
from tasks.loading.html_text import html_to_text, one_line
from tasks.loading.reading import fill_incoming, open_file
from tasks.loading.reports import LoadReport, Progress, silent
from tasks.loading.table_files import strip_boilerplate
from tasks.loading.tables import TableSpec, resolve
from tasks.loading.writing import Load, add_copy, stage
from tasks.warehouse import Connection, Warehouse, run_named

__all__ = ["load_shopify"]

_COLUMNS: dict[str, tuple[str, ...]] = {
    "handle": ("Handle",),
    "title": ("Title",),
    "body": ("Body (HTML)", "Body HTML", "Body"),
    "vendor": ("Vendor",),
    "type": ("Type", "Product Type"),
    "tags": ("Tags",),
    "published": ("Published",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "variant_sku": ("Variant SKU",),
    "variant_grams": ("Variant Grams",),
    "variant_tracker": ("Variant Inventory Tracker",),
    "variant_quantity": ("Variant Inventory Qty",),
    "variant_policy": ("Variant Inventory Policy",),
    "variant_price": ("Variant Price",),
}
_SPEC = TableSpec("shopify", _COLUMNS, ("handle", "title", "variant_price"), ("handle",))


def load_shopify(
    warehouse: Warehouse,
    files: Sequence[Path],
    *,
    currency: str = "GBP",
    progress: Progress = silent,
) -> list[LoadReport]:
    """Load Shopify product CSVs (gz too) into products, product_facts and copy; a report a file and table.

    ``currency`` is the shop's (ISO 4217): the export does not say it. The facts of a product that is loaded again
    are replaced as a whole. InputError: the file is missing, cut off, or no product export.
    """
    if not (len(currency) == 3 and currency.isalpha() and currency.isascii()):
        raise InputError(
            f"{currency!r} is no currency; give its three letters, for example --currency GBP."
        )
    reports: list[LoadReport] = []
    for file in files:
        progress(f"reading {Path(file).name}")
        with open_file(Path(file)) as opened:
            wanted = resolve(_SPEC, opened.columns, {}, str(file))
            with warehouse.transaction() as con:
                load = Load(con, opened, "shopify", {"currency": currency.upper()})
                count = fill_incoming(con, opened, wanted, {"title": one_line, "vendor": one_line})
                progress(f"writing {Path(file).name}")
                reports += _write(load, count, currency.upper())
    return reports


def _write(load: Load, count_incoming: int, currency: str) -> list[LoadReport]:
    con = load.con
    run_named(con, "load/shopify/records")
    run_named(con, "load/shopify/products", {"currency": currency})
    quirks: Counter[str] = Counter(load.opened.quirks)
    _clean_descriptions(con)
    quirks += strip_boilerplate(con)
    fact_quirks = _find_facts(con)
    for quirk, count in run_named(con, "load/shopify/quirks").fetchall():
        quirks[quirk] += count
    read = count_incoming + len(load.opened.unparsed)
    reports = [
        load.settle("products", "judged", quirks=quirks, count_read=read, with_unparsed=True)
    ]
    run_named(con, "load/shopify/forget_facts")
    reports.append(load.settle("product_facts", "found_facts", quirks=fact_quirks))
    copy = add_copy(load)
    return [*reports, copy] if copy else reports


def _clean_descriptions(con: Connection) -> None:
    rows = con.execute("select line, description from judged where reason is null").fetchall()
    stage(
        con,
        "stripped",
        {"line": "bigint", "description": "varchar"},
        [(line, html_to_text(markup)) for line, markup in rows],
    )
    run_named(con, "load/strip_descriptions")


def _find_facts(con: Connection) -> Counter[str]:
    """Fill the temporary table ``found_facts`` from options, tags and weights; what was dropped, by reason."""
    quirks: Counter[str] = Counter()
    facts: dict[tuple[str, str], tuple[int, str]] = {}
    for handle, name, values, line in run_named(con, "load/shopify/options").fetchall():
        found = option_fact(name, values)
        if isinstance(found, str):
            # 'Title' is what Shopify calls the option of a product without options.
            quirks[found] += name != "title"
        else:
            facts.setdefault((handle, found[0]), (line, found[1]))
    for handle, line, tags, grams in run_named(con, "load/shopify/tags").fetchall():
        from_tags, dropped = tag_facts(tags)
        quirks += dropped
        for name, value in from_tags.items():
            facts.setdefault((handle, name), (line, value))
        if grams:
            weight = f"{grams / 1000:g} kg" if grams >= 1000 else f"{grams:g} g"
            facts.setdefault((handle, "weight"), (line, weight))
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
        [(line, handle, name, value, None) for (handle, name), (line, value) in facts.items()],
    )
    return quirks
