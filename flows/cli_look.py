"""Commands that look and hand out: show, report, export, scenarios, check, answer, settings."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import AsJson, _escape, app, console, print_json, say, table_of
from flows.open_shop import reader_of, warehouse_of
from flows.settings import load_settings, settings_rows
from tasks.errors import InputError

_NO_READER = (
    "The second reader is not installed, so the rules judge alone; "
    "to have it: pip install 'shelftalk[semantic]'."
)


@app.command()
def show(
    text_id: Annotated[
        str | None, typer.Argument(help="A text's id or its beginning; none lists texts.")
    ] = None,
    scenario: Annotated[str | None, typer.Option("--scenario", "-s")] = None,
    plugin: Annotated[str | None, typer.Option("--plugin", "-p")] = None,
    state: Annotated[
        str | None, typer.Option(help="live, retired, model, fallback or person.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """A published text with each claim and its source, or a list of texts."""
    from tasks.show_text import list_texts, render_text, show_text

    warehouse = warehouse_of(load_settings(), read_only=True)
    warehouse.require()
    if text_id is not None:
        text = show_text(warehouse, text_id)
        if as_json:
            print_json(text)
        else:
            console.print(render_text(text))
        return
    texts = list_texts(warehouse, scenario=scenario, plugin=plugin, state=state, limit=limit)  # type: ignore[arg-type]
    if as_json:
        print_json(texts)
        return
    if not texts:
        say("No text yet: shelftalk run")
        return
    table = table_of("text", "scenario", "plugin", "by", "body")
    for row in texts:
        table.add_row(
            row["text_id"], row["scenario"], row["plugin"], row["written_by"], _escape(row["body"])
        )
    console.print(table)
    say("A text with its claims and sources: shelftalk show TEXT_ID")


@app.command()
def report(
    run_id: Annotated[str | None, typer.Argument(help="A run; none takes the last.")] = None,
) -> None:
    """Write the report page again and say where it is."""
    from tasks.report import build_report

    settings = load_settings()
    warehouse = warehouse_of(settings, read_only=True)
    warehouse.require()
    say(f"The report is {build_report(warehouse, settings.home, run_id).resolve()}.")


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """The scenarios: why we speak to whom, and the audience of the last version."""
    from tasks.build_scenarios import load_scenario_definitions

    settings = load_settings()
    definitions = load_scenario_definitions(settings.scenario_folders)
    last: dict[str, dict[str, Any]] = {}
    if settings.warehouse_path.is_file():
        rows = warehouse_of(settings, read_only=True).rows("reports/last_scenarios")
        last = {row["scenario"]: row for row in rows}
    rows_out = []
    for scenario in definitions:
        version = last.get(scenario.name, {})
        rows_out.append(
            {
                "scenario": scenario.name,
                "goal": scenario.goal,
                "tone": scenario.tone,
                "season": scenario.season,
                "channel": scenario.channel,
                "priority": scenario.priority,
                "content_types": list(scenario.content_types),
                "version": version.get("version"),
                "count_customers": version.get("count_customers"),
                "state": version.get("state", "not built yet"),
                "reason": version.get("reason"),
            }
        )
    if as_json:
        print_json(rows_out)
        return
    table = table_of("scenario", "goal", "tone", "by", "rank", "v", "people", "state")
    for row in rows_out:
        shown = [
            row[k]
            for k in (
                "scenario",
                "goal",
                "tone",
                "channel",
                "priority",
                "version",
                "count_customers",
            )
        ]
        state = str(row["state"]) + (f": {row['reason']}" if row["reason"] else "")
        table.add_row(*("" if v is None else str(v) for v in shown), _escape(state))
    console.print(table)


export_app = typer.Typer(no_args_is_help=True, help="Hand approved copy to other systems.")
app.add_typer(export_app, name="export")


@export_app.command("feed")
def export_feed_command(
    path: Annotated[Path, typer.Argument(help="File to write, .csv or .parquet.")] = Path(
        "feed.csv"
    ),
    format: Annotated[
        str | None, typer.Option(help="csv or parquet; none goes by the ending.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What each customer may be shown now, for any mail or push system."""
    from tasks.export_feed import export_feed

    warehouse = warehouse_of(load_settings(), read_only=True)
    warehouse.require()
    done = export_feed(warehouse, path, format=format)  # type: ignore[arg-type]
    if as_json:
        print_json(
            {
                "path": str(done.path),
                "count_rows": done.count_rows,
                "count_customers": done.count_customers,
            }
        )
        return
    say(f"{done.count_rows:,} rows for {done.count_customers:,} customers in {done.path}.")


def _print_lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _readable(file: Path) -> Path:
    if not file.is_file():
        raise InputError(f"there is no file {file}; name a file with one JSON object a line.")
    return file


@app.command()
def check(
    file: Annotated[
        Path, typer.Argument(help='Lines of {"id", "plugin", "locale", "facts": {…}, "text"}.')
    ],
    with_shop: Annotated[
        bool,
        typer.Option("--shop", help="Know the warehouse's names, vocabulary and policies, too."),
    ] = False,
) -> None:
    """Judge texts from elsewhere by the same checks: a line {"id", "verdict", "reasons"} each."""
    from tasks.check_context import build_check_context
    from tasks.check_file import check_file
    from tasks.checks.context import CheckContext
    from tasks.checks.harm import built_in_rules, load_rules

    settings = load_settings()
    readable = _readable(file)
    if with_shop:
        warehouse = warehouse_of(settings, read_only=True)
        warehouse.require()
        with warehouse.open() as con:
            context = build_check_context(
                con, locale=settings.locale, rules_files=settings.rules_files
            )
    else:
        # A text's own facts are all that may support it here: another shop's policies would not.
        own = tuple(rule for path in settings.rules_files for rule in load_rules(path))
        context = CheckContext(rules=built_in_rules() + own, locale=settings.locale)
    reader = reader_of(settings, is_own=False)
    if reader is None and settings.second_reader != "never":
        typer.echo(_NO_READER, err=True)
    # Nothing is published here: what passes goes back to who asked.
    context = replace(context, reader=reader, may_overrule=reader is not None)
    _print_lines(check_file(readable, context=context))


@app.command()
def answer(
    file: Annotated[
        Path | None,
        typer.Argument(
            help='Lines of {"id", "question", "product", "policies"}; none takes the open questions of the shop.'
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer customers' questions from facts alone, or hand them over: a line {"id", "decision", …} each."""
    if file is not None:
        from tasks.answer_file import answer_file

        _print_lines(answer_file(_readable(file)))
        return
    from tasks.answer_questions import answer_questions

    settings = load_settings()
    warehouse = warehouse_of(settings)
    warehouse.require()
    warehouse.create()
    done = answer_questions(warehouse, locale=settings.locale)
    if as_json:
        print_json(asdict(done))
        return
    intents = ", ".join(f"{count} {intent}" for intent, count in done.by_intent.items())
    say(
        f"{done.count_questions:,} open questions ({intents}): {done.count_answered:,} can be answered from facts, "
        f"{done.count_handed_over:,} are for a person (staging.question_replies). Next: shelftalk run -p auto_replies"
    )


@app.command("settings")
def settings_command(as_json: AsJson = False) -> None:
    """Each setting, its value and where it came from."""
    rows = settings_rows(load_settings())
    if as_json:
        print_json([{"name": r.name, "value": r.value, "origin": r.origin} for r in rows])
        return
    table = table_of("setting", "value", "from", "meaning")
    for row in rows:
        table.add_row(row.name, _escape(str(row.value)), row.origin, row.description)
    console.print(table)
