"""The command line ``shelftalk``. Errors become exit text here and nowhere else: one sentence, exit code 2.

Heavy libraries (torch, transformers, prefect, great_expectations) load inside the commands that need them.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.settings import Settings, load_settings, prepare_prefect
from tasks.errors import ShelftalkError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Marketing copy for every scenario of a shop, each sentence checked against the shop's own facts.",
)
console = Console()
errors = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def main() -> None:
    """Entry point of the console script."""
    # They register their commands.
    from flows import cli_load, cli_look, cli_models, cli_operate, cli_plugins, cli_trust, review  # noqa: F401

    code: int | str | None = 0
    try:
        app(standalone_mode=True)
    except SystemExit as end:
        code = end.code
    except ShelftalkError as error:
        code = fail(str(error))
    except BrokenPipeError:
        # The reader of our output (head, less) went away: nothing to say, and nobody to say it to.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it lives until the process ends
    except KeyboardInterrupt:
        errors.print(
            "[yellow]stopped[/]: what was committed stays; the next run goes on from there."
        )
        code = 130
    except Exception as error:  # noqa: BLE001 - shown whole; raised, a page of duckdb's would stand below it
        code = _unexpected(error)
    _leave(code if isinstance(code, int) else int(code is not None))


def _unexpected(error: Exception) -> int:
    """A disk that cannot be written is one sentence and 2; anything else is ours: its traceback, and 1."""
    cannot_write = (errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EFBIG, errno.EDQUOT)
    if isinstance(error, OSError) and error.errno in cannot_write:
        where = error.filename or "to the home"
        return fail(f"cannot write {where}: {error.strerror}; free space or fix permissions.")
    traceback.print_exception(error)
    return 1


def _leave(code: int) -> None:
    """End the process after its exit handlers, without tearing modules down.

    At teardown duckdb's binding prints a page of "leaked" types whenever one of Prefect's threads still holds one,
    right below the line that says where to look.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def fail(sentence: str) -> int:
    """Say one sentence on standard error; gives the exit code 2."""
    errors.print(f"[red]error[/]: {_escape(sentence)}", highlight=False, soft_wrap=True)
    return 2


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def say(text: str) -> None:
    """A line of ordinary output."""
    console.print(text, highlight=False, soft_wrap=True)


def table_of(*columns: str) -> Table:
    """A table that fits 80 columns: names stay whole, only the last column wraps."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True)
    table.add_column(columns[-1], overflow="fold")
    return table


def print_json(value: Any) -> None:
    """JSON on standard output, dates as ISO text."""
    sys.stdout.write(json.dumps(value, default=str, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A rich progress bar that listens to the steps; on a pipe a line a step instead of a moving bar."""
    from flows.progress_bar import showing_progress

    with showing_progress(console):
        yield


@app.command()
def init(
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with the sample shop.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the sample shop.")] = 7,
) -> None:
    """Create the warehouse; with --sample, a whole shop to try things on."""
    from flows.open_shop import warehouse_of

    settings = load_settings()
    warehouse = warehouse_of(settings)
    warehouse.create()
    say(f"The warehouse is {settings.warehouse_path}.")
    if sample:
        from flows.sample import fill_sample_shop

        with progress_bar():
            counts = fill_sample_shop(warehouse, seed)
        say("Sample shop: " + ", ".join(f"{n:,} {table}" for table, n in counts.items()) + ".")
        say("Next: shelftalk train")
    else:
        say("Next: shelftalk load shopify FILE … or shelftalk load table NAME FILE …")


@app.command()
def train(
    base: Annotated[
        str | None, typer.Option(help="Fine-tune this model: hub id, local folder or GGUF file.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of weights and batches.")] = None,
    lora: Annotated[
        int | None, typer.Option(min=0, help="Tune the base by LoRA adapters of this rank.")
    ] = None,
    canaries: Annotated[
        int, typer.Option(min=0, help="Plant so many sentences that must not come back.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Train a copywriter on the shop's own archive: preprocess, train, evaluate, apply."""
    settings = load_settings()
    trained = _train(settings, base, steps, seed, lora, canaries)
    if as_json:
        print_json(
            {
                "model_hash": trained.model_hash,
                "folder": str(trained.folder),
                "figures": trained.figures,
            }
        )
        return
    figures = trained.figures
    say(
        f"Copywriter {trained.model_hash[:12]}: perplexity {figures['perplexity']:.2f} on held-out products, "
        f"{figures['seconds']:.0f} s of training. It stands in {trained.folder}."
    )
    say(f"It is {trained.state.replace('_', ' ')}: {_escape(trained.verdict)}.")
    say("Next: shelftalk plan, then shelftalk run")


def _train(
    settings: Settings,
    base: str | None,
    steps: int | None,
    seed: int | None,
    lora: int | None,
    canaries: int,
) -> Any:
    from flows.open_shop import discover, warehouse_of
    from tasks.run_lock import run_lock
    from tasks.train_copywriter import train as train_steps

    warehouse = warehouse_of(settings)
    warehouse.require()
    with (
        progress_bar(),
        run_lock(
            settings.home, "train-copywriter", wait_seconds=settings.run_wait_seconds, say=say
        ),
    ):
        warehouse.create()
        return train_steps(
            warehouse,
            discover(settings).plugins,
            settings.home,
            base=base or settings.base,
            steps=steps or settings.train_steps,
            seed=settings.seed if seed is None else seed,
            lora_rank=settings.lora_rank if lora is None else lora,
            canaries=canaries,
        )


Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", "-s", help="Only this scenario (repeatable).")
]
Plugins = Annotated[
    list[str] | None, typer.Option("--plugin", "-p", help="Only this content type (repeatable).")
]
Limit = Annotated[
    int | None, typer.Option(min=1, help="At most this many briefs a scenario and plugin.")
]


@app.command()
def plan(
    scenario: Scenarios = None,
    plugin: Plugins = None,
    limit: Limit = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="As if everything were written again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Dry run: how many briefs each scenario and plugin has, how many are unchanged, and the time. Writes nothing."""
    from flows.dry_run import dry_run

    settings = load_settings()
    planned = dry_run(
        settings, scenarios=scenario or [], plugins=plugin or [], limit=limit, rewrite=rewrite
    )
    if as_json:
        print_json(planned)
        return
    table = table_of("scenario", "people", "plugin", "briefs", "same", "held", "to write")
    for line in planned["lines"]:
        table.add_row(*(f"{v:,}" if isinstance(v, int) else str(v) for v in line.values()))
    console.print(table)
    for problem in planned["problems"]:
        say(f"[yellow]note[/]: {_escape(problem)}")
    seconds = planned["estimated_seconds"]
    guess = (
        f"about {seconds:.0f} s" if seconds is not None else "no run yet to estimate the time from"
    )
    say(
        f"{planned['count_briefs']:,} briefs, {planned['count_to_write']:,} to write: {guess}. Nothing was written."
    )


@app.command()
def run(
    scenario: Scenarios = None,
    plugin: Plugins = None,
    limit: Limit = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the drafts.")] = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Write again what is unchanged, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write, check and publish the copy of each scenario."""
    settings = load_settings()
    summary = _run(
        settings,
        scenarios=scenario or [],
        plugins=plugin or [],
        limit=limit,
        seed=seed,
        rewrite=rewrite,
    )
    if as_json:
        print_json(summary)
        return
    tell_run(settings, summary)


def _run(settings: Settings, **options: Any) -> dict[str, Any]:
    from flows.copywriters import check_trained
    from flows.open_shop import warehouse_of

    warehouse_of(settings).require()
    with warehouse_of(settings, read_only=True).open() as con:
        check_trained(settings, con)  # before a server starts for nothing
    prepare_prefect(settings)
    if "PREFECT_API_URL" not in os.environ:
        # The server of a run without one ends before the last log lines reach it, and Prefect would say so.
        os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")
    with progress_bar():
        from flows.one_sentence import keep_errors_to_one_sentence
        from flows.produce_content import produce_content
        from flows.server_gone import result_of

        keep_errors_to_one_sentence()
        return result_of(lambda: produce_content(**options))


def tell_run(settings: Settings, summary: dict[str, Any]) -> None:
    """The end of a run in the terminal: the accounting and where to look."""
    table = table_of("plugin", "briefs", "approved", "fallback", "quarantined", "reused", "failed")
    for row in summary["plugins"]:
        table.add_row(
            row["plugin"],
            *(
                f"{row['count_' + name]:,}"
                for name in ("briefs", "approved", "fallback", "quarantined", "reused", "failed")
            ),
        )
    console.print(table)
    for problem in summary.get("problems", []):
        say(f"[yellow]note[/]: {_escape(problem)}")
    written = sum(row["count_approved"] + row["count_fallback"] for row in summary["plugins"])
    if written == 0:
        say("Nothing new was written: every brief is unchanged.")
    say(
        f"Run {summary['run_id']}. Look at {settings.report_path.resolve()}, or: shelftalk show --limit 5"
    )


@app.command()
def demo(seed: Annotated[int, typer.Option(help="Seed of the sample shop.")] = 7) -> None:
    """The whole way on the sample shop: init --sample, train, run, report."""
    from flows.copywriters import model_in_use
    from flows.open_shop import warehouse_of

    settings = load_settings()
    warehouse = warehouse_of(settings)
    say("[bold]1/3[/] The sample shop")
    init(sample=True, seed=seed)
    say("[bold]2/3[/] The copywriter")
    with warehouse.open() as con:
        trained = model_in_use(con)
    if trained:
        say(
            f"Copywriter {trained['model_hash'][:12]} is in use already; `shelftalk train` makes a new one."
        )
    else:
        train()
    say("[bold]3/3[/] The copy")
    run()
