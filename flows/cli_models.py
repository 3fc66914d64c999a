"""Commands about copywriters: models list, compare, use, rollback, add; and the corpus they learn from."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import AsJson, _escape, app, console, print_json, progress_bar, say, table_of
from flows.open_shop import discover, warehouse_of
from flows.settings import load_settings
from tasks.warehouse import Warehouse

models_app = typer.Typer(no_args_is_help=True, help="The shop's copywriters: list, compare, use.")
app.add_typer(models_app, name="models")

ModelId = Annotated[str, typer.Argument(help="The beginning of a copywriter's hash.")]


def _warehouse() -> Warehouse:
    warehouse = warehouse_of(load_settings())
    warehouse.require()
    warehouse.create()  # older warehouses lack the newest tables
    return warehouse


@models_app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """Every copywriter with its state and figures, the newest first."""
    from tasks.copywriter_registry import list_models

    rows = list_models(_warehouse())
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("There is no copywriter yet; train one with: shelftalk train")
        return
    table = table_of("copywriter", "state", "base", "perplexity/char", "approved", "trained")
    for row in rows:
        figures = row["figures"]
        table.add_row(
            row["model_hash"][:12],
            row["state"],
            _escape((row["base"] or "none")[-28:]),
            _number(figures.get("perplexity_a_character")),
            _number(figures.get("approval_rate")),
            f"{row['created_at']:%Y-%m-%d %H:%M}",
        )
    console.print(table)


@models_app.command("compare")
def compare_command(first: ModelId, second: ModelId, as_json: AsJson = False) -> None:
    """Two copywriters side by side on the same held-out products, with 95% intervals of the difference."""
    from tasks.copywriter_registry import find_model
    from tasks.train_copywriter import compare_models

    settings = load_settings()
    warehouse = _warehouse()
    pair = [find_model(warehouse, beginning) for beginning in (first, second)]
    with nullcontext() if as_json else progress_bar():
        rows = compare_models(warehouse, discover(settings).plugins, pair[0], pair[1])
    if as_json:
        print_json(rows)
        return
    names = [model["model_hash"][:12] for model in pair]
    table = table_of("measure", "better", *names, "95% of the difference")
    for row in rows:
        figures = (_number(row["first"]), _number(row["second"]), _interval(row["interval"]))
        table.add_row(row["measure"], row["better"], *figures)
    console.print(table)


@models_app.command("use")
def use_command(
    model: ModelId,
    anyway: Annotated[bool, typer.Option("--anyway", help="Though a figure failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a copywriter in use, if it passed the gate; otherwise say which figure failed."""
    from tasks.copywriter_registry import use_model

    _tell_use(use_model(_warehouse(), model, is_forced=anyway), as_json)


@models_app.command("rollback")
def rollback_command(as_json: AsJson = False) -> None:
    """Put the copywriter in use again that was in use before."""
    from tasks.copywriter_registry import roll_back

    _tell_use(roll_back(_warehouse()), as_json)


@models_app.command("add")
def add_command(
    source: Annotated[str, typer.Argument(help="Model folder, GGUF file or hub id.")],
    as_json: AsJson = False,
) -> None:
    """Evaluate a model that was made elsewhere and register it as a candidate."""
    from tasks.train_copywriter import add_model

    settings = load_settings()
    warehouse = _warehouse()
    with nullcontext() if as_json else progress_bar():
        added = add_model(warehouse, discover(settings).plugins, settings.home, source)
    if as_json:
        print_json({"model_hash": added.model_hash, "folder": str(added.folder), "figures": added.figures})  # fmt: skip
        return
    say(f"Copywriter {added.model_hash[:12]} is a {added.state}: {_escape(added.verdict)}.")


@app.command()
def corpus(
    examples: Annotated[int, typer.Option(min=0, max=200, help="Texts to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """What the copywriter would learn from: counts, slot coverage, and examples with slots."""
    from tasks.describe_corpus import describe_corpus

    found: dict[str, Any] = describe_corpus(
        _warehouse(), discover(load_settings()).plugins, count_examples=examples
    )
    if as_json:
        print_json(found)
        return
    table = table_of("count", "what")
    for what, count in found["counts"].items():
        table.add_row(f"{count:,}", what)
    console.print(table)
    table = table_of("fact", "texts that could state it", "state it", "share")
    for row in found["coverage"]:
        counts = (f"{row['count_offered']:,}", f"{row['count_stated']:,}")
        table.add_row(row["fact"], *counts, f"{row['share']:.0%}")
    console.print(table)
    say(
        f"{found['count_texts']:,} texts of {found['count_subjects']:,} subjects, "
        f"{found['count_held_out']:,} held out; {found['slots_a_text']:.1f} slots a text; "
        f"{found['share_with_slot']:.1%} of {found['counts'].get('archived', 0):,} archived texts "
        "became texts with a slot."
    )
    for note in found["notes"]:
        say(f"[yellow]note[/]: {_escape(note)}")
    for pair in found["examples"]:
        say(f"[dim]{_escape(pair['prompt'])}[/]")
        say(f"  {_escape(pair['copy'])}")


def _tell_use(model: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(model)
        return
    say(
        f"Copywriter {model['model_hash'][:12]} is in use now ({Path(model['folder'])}). "
        "The next run writes anew what another copywriter wrote."
    )


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _interval(interval: Any) -> str:
    return "–" if interval is None else f"{interval[0]:+.4g} to {interval[1]:+.4g}"
