"""Commands for trust: erase."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli import AsJson, _escape, app, console, print_json, say, table_of
from flows.open_shop import warehouse_of
from flows.settings import load_settings


@app.command()
def erase(
    customer: Annotated[
        str, typer.Option("--customer", help="The customer_id, as the shop writes it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Remove a customer from every table and from the file's bytes; tells which texts and models it touched."""
    from tasks.erase_customer import erase_customer
    from tasks.report import build_report
    from tasks.run_lock import run_lock

    settings = load_settings()
    warehouse = warehouse_of(settings)
    warehouse.require()
    with run_lock(
        settings.home, "erase", wait_seconds=settings.run_wait_seconds, say=_say_on_stderr
    ):
        warehouse.create()
        done = erase_customer(warehouse, customer)
        if settings.report_path.exists():
            build_report(warehouse, settings.home)
    if as_json:
        print_json(asdict(done))
        return
    table = table_of("table", "rows")
    for name, count in done.counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)
    say(
        f"{len(done.text_ids):,} texts had counted this customer and are retired; the next `shelftalk run` writes "
        "them again."
    )
    for model in done.models:
        say(
            f"Copywriter {model['model_hash'][:12]} ({model['state']}) learnt from texts that this customer's words "
            "had a part in; `shelftalk train` makes a new one."
        )
    for place, count in done.mentions.items():
        say(
            f"[yellow]look[/]: {_escape(place)} holds this name or address in {count:,} rows; it may be a product's."
        )
    say(
        f"Receipt {done.erasure_id} in content.erasures. Its key, shown only now: {done.key}\n"
        "Not erased, since they are not here: exported feeds, backups, and the system that sends."
    )


def _say_on_stderr(text: str) -> None:
    from flows.cli import errors

    errors.print(_escape(text), highlight=False, soft_wrap=True)
