"""Loads a merchant's exports into schema shop, and takes personal data out of what customers wrote.

    load_shopify(warehouse, files, currency="GBP")            Shopify's product CSV
    load_table(warehouse, "reviews", files, {"body": "Text"})  any of TABLES from CSV, Parquet, YAML, JSON
    load_online_retail(warehouse, files)                       UCI Online Retail

Each file is one transaction: whole or not at all. Loading a file again changes nothing; a newer file updates rows by
key. Reports hold read = kept + merged + refused; refused rows stand in shop.load_rejects, loads in shop.loads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tasks.loading import online_retail, shopify, table_files
from tasks.loading.reports import LoadReport, Progress, silent
from tasks.loading.tables import TABLES
from tasks.scrub_text import scrub_texts
from tasks.warehouse import Warehouse

__all__ = ["TABLES", "LoadReport", "Progress", "load_online_retail", "load_shopify", "load_table"]

load_shopify = shopify.load_shopify
load_online_retail = online_retail.load_online_retail


def load_table(
    warehouse: Warehouse,
    name: str,
    files: Sequence[Path],
    mapping: Mapping[str, str] | None = None,
    *,
    currency: str = "GBP",
    progress: Progress = silent,
) -> list[LoadReport]:
    """Load files into ``shop.<name>``; a report a file and table.

    ``mapping`` says for columns of ours which of the file's holds them, ``{"body": "Review Text"}``, or several of
    which the first that is not empty counts, ``{"product_category": "Class|Department"}``; others are found by name.
    After reviews, questions and customers staging.scrubbed_texts is brought up to date: new names are looked for in
    old texts too. InputError: no such table, file or column, or a file that cannot be read.
    """
    reports = table_files.load_table(
        warehouse, name, files, mapping, currency=currency, progress=progress
    )
    if name in ("reviews", "questions", "customers") and reports:
        progress("taking personal data out of reviews and questions")
        has_new_names = name == "customers" and any(report.count_written for report in reports)
        found = scrub_texts(warehouse, afresh=has_new_names)
        quirks = {
            "text scrubbed": found.count_texts,
            "text with personal data": found.count_with_personal_data,
        }
        told = {**reports[0].quirks, **{quirk: count for quirk, count in quirks.items() if count}}
        reports[0] = replace(reports[0], quirks=told)
    return reports
