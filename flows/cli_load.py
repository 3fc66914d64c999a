"""Commands that load a shop's exports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import AsJson, _escape, app, console, print_json, say, table_of
from flows.settings import load_settings
from tasks.errors import InputError

load_app = typer.Typer(
    no_args_is_help=True, help="Load a shop's exports: Shopify, tables, Online Retail."
)
app.add_typer(load_app, name="load")

Files = Annotated[list[Path], typer.Argument(help="Files to load; .gz too.")]


def _tell_loads(reports: list[Any], as_json: bool) -> None:
    if as_json:
        print_json([vars(r) if hasattr(r, "__dict__") else r._asdict() for r in reports])
        return
    table = table_of("file", "table", "read", "kept", "merged", "refused", "s")
    for r in reports:
        counts = (r.count_read, r.count_kept, r.count_merged, r.count_refused)
        table.add_row(Path(r.file).name, r.table, *(f"{c:,}" for c in counts), f"{r.seconds:.1f}")
    console.print(table)
    for r in reports:
        quirks = ", ".join(f"{name}: {count:,}" for name, count in r.quirks.items() if count)
        if quirks:
            say(f"{Path(r.file).name} → {r.table}: {_escape(quirks)}")
    if any(r.count_refused for r in reports):
        say("Refused rows stand in shop.load_rejects with file, line and reason.")


@load_app.command("shopify")
def load_shopify_command(
    files: Files, currency: str | None = None, as_json: AsJson = False
) -> None:
    """Shopify's product CSV."""
    from flows.load_files import load

    _tell_loads(load(load_settings(), "shopify", files, currency=currency), as_json)


@load_app.command("table")
def load_table_command(
    name: Annotated[
        str, typer.Argument(help="Table of schema shop: products, customers, orders, …")
    ],
    files: Files,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="column=source, repeatable.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="ISO 4217 currency of prices without one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A table from CSV or Parquet."""
    from flows.load_files import load

    pairs = dict(_pair(text) for text in mapping or [])
    _tell_loads(load(load_settings(), name, files, currency=currency, mapping=pairs), as_json)


@load_app.command("online-retail")
def load_online_retail_command(files: Files, as_json: AsJson = False) -> None:
    """UCI Online Retail: becomes customers, orders, order lines and products."""
    from flows.load_files import load

    _tell_loads(load(load_settings(), "online-retail", files), as_json)


def _pair(text: str) -> tuple[str, str]:
    column, equals, source = text.partition("=")
    if not equals or not column.strip() or not source.strip():
        raise InputError(f"--map {text!r} is not column=source, for example --map product_id=sku.")
    return column.strip(), source.strip()
