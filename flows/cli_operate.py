"""Commands for whoever operates it: serve, runs, why, doctor."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.cli import AsJson, _escape, app, console, print_json, say, table_of
from flows.open_shop import warehouse_of
from flows.settings import load_settings


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the Prefect server.")
    ] = None,
) -> None:
    """Serve the deployments produce-content, train-copywriter and load-shop, with their schedules."""
    from flows.serve import serve as serve_deployments

    settings = load_settings()
    warehouse_of(settings).create()
    serve_deployments(settings, port=port, say=say)


@app.command()
def runs(limit: Annotated[int, typer.Option(min=1)] = 20, as_json: AsJson = False) -> None:
    """The last runs: state, seconds, what became of their briefs."""
    warehouse = warehouse_of(load_settings(), read_only=True)
    warehouse.require()
    rows = warehouse.rows("reports/recent_runs", {"max_rows": limit})
    if as_json:
        print_json(rows)
        return
    table = table_of("run", "state", "s", "briefs", "outcome")
    for row in rows:
        counts = [
            f"{row['count_' + name]:,} {name}"
            for name in ("approved", "fallback", "quarantined", "reused", "failed")
            if row["count_" + name]
        ]
        seconds = "" if row["seconds"] is None else f"{row['seconds']:.0f}"
        told = [", ".join(counts), row["reason"] or ""]
        outcome = _escape("; ".join(part for part in told if part))
        table.add_row(row["run_id"], row["state"], seconds, f"{row['count_briefs']:,}", outcome)
    console.print(table)


@app.command()
def why(
    text_id: Annotated[str, typer.Argument(help="A text's id or its beginning.")],
    as_json: AsJson = False,
) -> None:
    """Everything behind a text: scenario, facts, prompt, model, seed, checks, approver, run settings."""
    from tasks.show_text import render_text, show_text

    warehouse = warehouse_of(load_settings(), read_only=True)
    warehouse.require()
    text: dict[str, Any] = show_text(warehouse, text_id)
    text["run"] = warehouse.rows("reports/one_run", {"run_id": text["run_id"]})[0]
    text["approval"] = warehouse.rows("approval/of_text", {"text_id": text["text_id"]})
    if as_json:
        print_json(text)
        return
    console.print(render_text(text))
    table = table_of("to write it again", "")
    for key in ("prompt", "model_hash", "seed", "candidate", "draft_id", "brief_hash"):
        table.add_row(key, _escape(str(text.get(key))))
    for entry in text["approval"]:
        told = f"{entry['action']} by {entry['who']}, {entry['done_at']:%Y-%m-%d %H:%M} UTC"
        table.add_row(
            "approval", _escape(told + (f": {entry['reason']}" if entry["reason"] else ""))
        )
    table.add_row("settings", _escape(str(text["run"]["settings"])))
    console.print(table)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look at versions, disk, warehouse, lock, model, Prefect and hub; each finding with its cure."""
    from tasks.doctor import examine

    settings = load_settings()
    findings = examine(warehouse_of(settings, read_only=True), settings.home)
    if as_json:
        print_json(
            [{s: getattr(f, s) for s in ("what", "state", "detail", "cure")} for f in findings]
        )
    else:
        table = table_of("", "what", "found")
        colours = {"ok": "green", "warning": "yellow", "broken": "red"}
        for f in findings:
            cure = f"\n[bold]→ {_escape(f.cure)}[/]" if f.cure else ""
            state = f"[{colours[f.state]}]{f.state}[/]"
            table.add_row(state, f.what, _escape(f.detail) + cure)
        console.print(table)
    if any(f.state == "broken" for f in findings):
        raise typer.Exit(1)
