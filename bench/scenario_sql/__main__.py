"""Marts and scenarios at any size, and the same questions in Polars.

    python -m bench.scenario_sql --events 1e6 1e7 1e8 [--folder FOLDER] [--out FILE]

For each size a shop is made (in FOLDER, and deleted again), 98 in 100 of its events and orders first. Each step runs in
a process of its own, so that its peak of memory is its own: all marts anew and all scenarios; then 1 % of new events
alone, 1 % of new events with their orders, and all marts anew for comparison (every mart is compared row by row, by
hashes). Up to --polars-up-to events Polars answers the same questions from the same rows, the two taking turns. DuckDB
has --memory-limit, Polars none. Prints a table in seconds of processor and writes JSON with the facts of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from bench.scenario_sql.generate import add_shop, create_shop
from tasks.refresh_marts import keep_marts, refresh_marts
from tasks.scenario_definitions import load_scenario_definitions
from tasks.warehouse import Connection, Warehouse, one_value, sql_names

HERE = Path(__file__).parent
TURNS = 3
NOT_IN_POLARS = {"review_aspects", "review_scores", "open_questions"}
"""Left out side by side."""
TABLES = ("events", "orders", "order_lines", "products")


def main() -> None:
    """Measure every size asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", nargs="+", type=float, default=[1e6, 1e7])
    parser.add_argument("--folder", type=Path, help="where shops are made; a temporary one else")
    parser.add_argument("--out", type=Path, default=Path("scenario_sql.json"))
    parser.add_argument("--memory-limit", default="3GB", help="DuckDB's; what is over spills")
    parser.add_argument("--polars-up-to", type=float, default=1e7)
    parser.add_argument("--polars-python", type=Path, help="a Python with Polars; made else")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        told = _STEPS[asked.step](asked.folder, int(asked.events[0]), asked.memory_limit)
        told["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results: dict[str, Any] = {"machine": _machine(asked.memory_limit), "sizes": []}
        for events in sorted(int(size) for size in asked.events):
            results["sizes"].append(_measure(folder, events, asked))
            asked.out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    _print(results["sizes"])


def _measure(folder: Path, events: int, asked: argparse.Namespace) -> dict[str, Any]:
    print(f"{events:,} events …", file=sys.stderr, flush=True)
    warehouse = folder / f"shop_{events}.duckdb"
    size: dict[str, Any] = {"events": events}
    try:
        if not warehouse.exists():
            size["generate"] = _step("generate", folder, events, asked)
        size["full"] = [_step("full", folder, events, asked)]
        size["refresh"] = _step("refresh", folder, events, asked)
        if events <= asked.polars_up_to:
            size["polars"] = _take_turns(folder, events, asked, size["full"])
        size["warehouse_gib"] = warehouse.stat().st_size / 2**30
    finally:
        for left in (
            warehouse,
            warehouse.with_name(f"{warehouse.name}.wal"),
            _parquet(folder, events),
        ):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    return size


def _take_turns(
    folder: Path, events: int, asked: argparse.Namespace, full: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Polars and DuckDB one after the other, on rows that are the same by now; ``full`` gets DuckDB's turns."""
    python = asked.polars_python or _environment(folder)
    _step("export", folder, events, asked)
    full.clear()
    told = []
    for _ in range(TURNS):
        command = [str(python), str(HERE / "in_polars.py"), str(_parquet(folder, events))]
        told.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
        full.append(_step("full", folder, events, asked))
    return told


def _step(name: str, folder: Path, events: int, asked: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.scenario_sql", "--step", name, "--folder", str(folder)]
    command += ["--events", str(events), "--memory-limit", asked.memory_limit]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _generate(folder: Path, events: int, limit: str) -> dict[str, Any]:
    started = time.perf_counter()
    create_shop(folder / f"shop_{events}.duckdb", events, 0.98)
    return {"seconds": time.perf_counter() - started}


def _full(folder: Path, events: int, limit: str) -> dict[str, Any]:
    """All marts anew, then every scenario into a temporary table; each in seconds, by the wall and of processor."""
    with _warehouse(folder, events, limit).open() as con:
        starts: dict[str, float] = {}
        walls = refresh_marts(
            con, anew=True, progress=lambda mart: starts.update({mart: time.process_time()})
        )
        ends = [*list(starts.values())[1:], time.process_time()]
        told: dict[str, Any] = {"scenarios": {}, "rows": {}}
        told["marts"] = {
            mart: {"seconds": walls[mart], "cpu_seconds": end - start}
            for (mart, start), end in zip(starts.items(), ends, strict=True)
        }
        into = "create or replace temp table candidates as "
        for definition in load_scenario_definitions():
            told["scenarios"][definition.name] = _clock(partial(con.execute, into + definition.sql))
            told["rows"][definition.name] = one_value(con, "select count(*) from candidates")
    return told


def _refresh(folder: Path, events: int, limit: str) -> dict[str, Any]:
    """What 1 % of new events costs a run, without and with new orders, and whether the marts are those built anew.

    As in a run: beside the warehouse, which is only read, and then kept.
    """

    def run(*, anew: bool = False) -> None:
        planned = folder / "plan.duckdb"
        planned.unlink(missing_ok=True)
        reader = Warehouse(warehouse.path, read_only=True, settings=warehouse.settings)
        with reader.scratch(planned) as con:
            refresh_marts(con, anew=anew)
        keep_marts(warehouse, planned)
        planned.unlink()

    warehouse = _warehouse(folder, events, limit)
    told: dict[str, Any] = {}
    with warehouse.open() as con:
        add_shop(con, events, 0.98, 0.99, ("events",))
    told["events_alone"] = _clock(run)
    with warehouse.open() as con:
        add_shop(con, events, 0.98, 0.99, ("orders", "order_lines"))
    run()
    with warehouse.open() as con:
        add_shop(con, events, 0.99, 1.0)
    told["events_and_orders"] = _clock(run)
    told["nothing_new"] = _clock(run)
    with warehouse.open() as con:
        stepwise = _hashes(con)
    told["anew"] = _clock(lambda: run(anew=True))
    with warehouse.open() as con:
        told["is_equal"] = stepwise == _hashes(con)
    return told


def _export(folder: Path, events: int, limit: str) -> dict[str, Any]:
    _parquet(folder, events).mkdir(exist_ok=True)
    with _warehouse(folder, events, limit).open() as con:
        for table in TABLES:
            file = _parquet(folder, events) / f"{table}.parquet"
            con.execute(f"copy shop.{table} to '{file}'")
    return {}


_STEPS: dict[str, Callable[[Path, int, str], dict[str, Any]]] = {
    "generate": _generate,
    "full": _full,
    "refresh": _refresh,
    "export": _export,
}


def _warehouse(folder: Path, events: int, limit: str) -> Warehouse:
    return Warehouse(folder / f"shop_{events}.duckdb", settings={"memory_limit": limit})


def _parquet(folder: Path, events: int) -> Path:
    return folder / f"parquet_{events}"


def _clock(work: Callable[[], object]) -> dict[str, float]:
    started, used = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - used,
    }


def _hashes(con: Connection) -> dict[str, Any]:
    """Mart -> number of rows and two sums over their hashes."""
    return {
        name: con.execute(
            "select count(*), bit_xor(digest), sum(cast(digest & 4294967295 as bigint)) "
            f"from (select hash(mart) as digest from mart.{name.rsplit('/', 1)[-1]} as mart)"
        ).fetchone()
        for name in sql_names("marts")
    }


def _environment(folder: Path) -> Path:
    """A Python with Polars, in an environment of the benchmark's own."""
    python = folder / "polars_environment" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
        install = ["-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")]
        subprocess.run([str(python), *install], check=True)
    return python


def _machine(limit: str) -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "memory_gib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "memory_limit": limit,
        "load": os.getloadavg(),
    }


def _print(sizes: list[dict[str, Any]]) -> None:
    """One line a size, all in seconds of processor; a ratio is Polars' time to DuckDB's."""

    def median(turns: list[dict[str, Any]], kind: str, without: Collection[str] = ()) -> float:
        return statistics.median(
            sum(value["cpu_seconds"] for name, value in turn[kind].items() if name not in without)
            for turn in turns
        )

    names = "events,marts s,growth,scenarios s,growth,peak GiB,1 % events,with orders,equal,"
    names += "Polars marts s,ratio,Polars scenarios s,ratio,Polars GiB"
    print(names.replace(",", " | "))
    before: tuple[float, float, float] | None = None
    for size in sizes:
        marts, scenarios = median(size["full"], "marts"), median(size["full"], "scenarios")
        grown = size["events"] / before[0] if before else 1
        cells = [f"{size['events']:,}", f"{marts:.2f}"]
        cells.append(f"{marts / before[1] / grown:.2f}" if before else "")
        cells.append(f"{scenarios:.2f}")
        cells.append(f"{scenarios / before[2] / grown:.2f}" if before else "")
        peak = max(size["refresh"]["peak_gib"], *(turn["peak_gib"] for turn in size["full"]))
        cells.append(f"{peak:.2f}")
        refresh = size["refresh"]
        for kind in ("events_alone", "events_and_orders"):
            share = refresh[kind]["cpu_seconds"] / refresh["anew"]["cpu_seconds"]
            cells.append(f"{100 * share:.1f} %")
        cells.append("yes" if refresh["is_equal"] else "NO")
        if "polars" in size:
            for kind in ("marts", "scenarios"):
                others = median(size["polars"], kind)
                ours = median(size["full"], kind, NOT_IN_POLARS)
                cells += [f"{others:.2f}", f"{others / ours:.2f}"]
            cells.append(f"{max(turn['peak_gib'] for turn in size['polars']):.2f}")
        print(" | ".join(cells))
        before = (size["events"], marts, scenarios)


if __name__ == "__main__":
    main()
