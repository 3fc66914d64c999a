"""Loads a merchant's exports into schema shop, and takes personal data out of what customers wrote.

    load_shopify(warehouse, files, currency="GBP")            Shopify's product CSV
    load_table(warehouse, "reviews", files, {"body": "Text"})  any of TABLES from CSV, Parquet, YAML, JSON
    load_online_retail(warehouse, files)                       UCI Online Retail

Each file is one transaction: whole or not at all. Loading a file again changes nothing; a newer file updates rows by
key. Reports hold read = kept + merged + refused; refused rows stand in shop.load_rejects, loads in shop.loads.
"""

from __future__ import annotations

from tasks.loading import online_retail, shopify, table_files
from tasks.loading.reports import LoadReport, Progress
from tasks.loading.tables import TABLES

__all__ = ["TABLES", "LoadReport", "Progress", "load_online_retail", "load_shopify", "load_table"]

load_shopify = shopify.load_shopify
load_online_retail = online_retail.load_online_retail
load_table = table_files.load_table
