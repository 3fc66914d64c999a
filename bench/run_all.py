"""All benchmarks of speed one after the other, one table of ratios, one JSON file: `make bench`.

    python -m bench.run_all [--home HOME] [--out .bench] [--only NAME …] [--minutes 30]

Each benchmark is a command of its own, which can be run alone with larger numbers; what it prints goes to OUT/NAME.log
and its figures to OUT/NAME.json. The sizes here keep the whole under half an hour on two cores: a benchmark that would
begin after --minutes is left out and said to be, and so is one that fails; the exit code then is 1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.homes import finished_home
from bench.machine import print_table, write_json

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``command``: arguments after `python -m`; ``told`` reads its JSON into rows of the table of ratios."""

    name: str
    command: tuple[str, ...]
    told: Callable[[Any], list[Row]]


def main() -> None:
    """Run what was asked for, then print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, default=Path(".bench/home"))
    parser.add_argument("--out", type=Path, default=Path(".bench"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--minutes", type=float, default=30)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    print("→ a home with a trained copywriter", flush=True)
    finished_home(asked.home)
    rows: list[Row] = []
    missed: list[str] = []
    for benchmark in benchmarks(asked.home, asked.out):
        if asked.only and benchmark.name not in asked.only:
            continue
        if time.monotonic() - begun > 60 * asked.minutes:
            missed.append(f"{benchmark.name}: left out, {asked.minutes:g} minutes are over")
            continue
        print(f"→ {benchmark.name}: python -m {' '.join(benchmark.command)}", flush=True)
        try:
            rows += _run(benchmark, asked.out)
        except BenchmarkFailed as error:
            missed.append(str(error))
    print_table(rows, "All ratios")
    for line in missed:
        print(f"! {line}")
    figures = {"rows": rows, "missed": missed, "minutes": (time.monotonic() - begun) / 60}
    write_json(asked.out / "all.json", "all", figures)
    print(f"\n{figures['minutes']:.1f} minutes; figures in {asked.out}/*.json")
    sys.exit(1 if missed else 0)


class BenchmarkFailed(Exception):
    """A benchmark ended with an error; the others go on."""


def _run(benchmark: Benchmark, out: Path) -> list[Row]:
    begun = time.monotonic()
    log = out / f"{benchmark.name}.log"
    with log.open("w", encoding="utf-8") as stream:
        done = subprocess.run(
            [sys.executable, "-m", *benchmark.command], stdout=stream, stderr=subprocess.STDOUT
        )
    minutes = (time.monotonic() - begun) / 60
    if done.returncode != 0:
        raise BenchmarkFailed(f"{benchmark.name}: ended with {done.returncode}; see {log}")
    print(f"  {minutes:.1f} minutes", flush=True)
    figures = json.loads((out / f"{benchmark.name}.json").read_text(encoding="utf-8"))
    return [{"benchmark": benchmark.name, **row} for row in benchmark.told(figures)]


def ratio(what: str, ours: float, other: float, *, target: str = "") -> Row:
    """A line of the table: two figures in seconds, and how many times the other is ours."""
    return {
        "what": what,
        "ours": ours,
        "other": other,
        "ratio": round(other / ours, 3) if ours else None,
        "target": target,
    }


def share(what: str, value: float, *, target: str = "") -> Row:
    """A line without a counterpart."""
    return {"what": what, "ours": value, "other": None, "ratio": None, "target": target}


def of_orchestration(kept: Any) -> list[Row]:
    """Start times, and what Prefect adds to a run."""
    figures = kept["figures"]
    rows = [
        share(f"{row['command']} starts, s", row["seconds (median)"], target=f"< {row['target']}")
        for row in figures["starts"]
    ]
    for row in figures["rows"][1:]:
        target = "< 5" if "served" in row["run"] else "< 10"
        for of in ("wall", "processor"):
            rows.append(
                share(
                    f"{row['run']}: % of {of}, {row['briefs']} briefs",
                    row[f"orchestration % of {of}"],
                    target=target,
                )
            )
    return rows


def of_scaling(kept: Any) -> list[Row]:
    """How a run grows with its briefs."""
    rows = []
    for row in kept["figures"]["rows"]:
        for of in ("ms a brief", "checks and publishing, % of wall", "no step under way %"):
            rows.append(share(f"{row['briefs']:,} briefs, {of}", row[of]))
        rows.append(
            share(
                f"{row['briefs']:,} briefs, MiB more a thousand after batch 1",
                row["MiB / 1,000 briefs"],
                target="about 0",
            )
        )
    if fit := kept["figures"]["fit"]:
        rows.append(
            share(
                "processor a brief, largest run to smallest",
                fit["largest_to_smallest"],
                target="≤ 1.1",
            )
        )
    return rows


def of_scenario_sql(kept: Any) -> list[Row]:
    """Processor of DuckDB beside Polars, growth, memory, and the price of 1 % of new events."""
    rows = []
    before: tuple[int, float] | None = None
    for size in kept["sizes"]:
        events = size["events"]
        ours = statistics.median(_total(turn) for turn in size["full"])
        if before is not None:
            growth = (ours / before[1]) / (events / before[0])
            rows.append(
                share(
                    f"{events:,.0f} events: time to data growth", round(growth, 3), target="≤ 1.15"
                )
            )
        before = (events, ours)
        peak = max(turn["peak_gib"] for turn in size["full"])
        rows.append(share(f"{events:,.0f} events: peak GiB", round(peak, 2), target="< 4"))
        anew = size["refresh"]["anew"]["cpu_seconds"]
        part = size["refresh"]["events_alone"]["cpu_seconds"]
        rows.append(
            ratio(f"{events:,.0f} events: 1 % new to all anew, s", part, anew, target="≥ 10")
        )
        if "polars" in size:
            for kind in ("marts", "scenarios"):
                theirs = statistics.median(_seconds(turn[kind]) for turn in size["polars"])
                asked = set(size["polars"][0][kind])
                same = statistics.median(_seconds(turn[kind], asked) for turn in size["full"])
                name = f"{events:,.0f} events: {kind} beside Polars, s"
                rows.append(ratio(name, same, theirs, target="≥ 1"))
    return rows


def _total(turn: Any) -> float:
    return _seconds(turn["marts"]) + _seconds(turn["scenarios"])


def _seconds(clocks: Any, names: set[str] | None = None) -> float:
    """Seconds of processor by name, summed over all or over those in ``names``."""
    found = (clock for name, clock in clocks.items() if names is None or name in names)
    return float(sum(clock["cpu_seconds"] for clock in found))


def of_ways(kept: Any, ours: str) -> list[Row]:
    """Tokens a second of the way that begins with ``ours`` beside each other one, from tables of ways."""
    figures = kept["figures"]
    tables = {"": figures["table"]} if "table" in figures else figures
    rows = []
    for title, found in tables.items():
        table = found["table"] if isinstance(found, dict) else found
        rate = next(row["tokens a second"] for row in table if row["way"].startswith(ours))
        for row in table:
            if row["target"]:
                other = row["tokens a second"]
                what = f"tokens/s beside {row['way']}" + (f" ({title})" if title else "")
                rows.append(
                    {
                        "what": what,
                        "ours": rate,
                        "other": other,
                        "ratio": round(rate / other, 2),
                        "target": row["target"],
                    }
                )
    return rows


def benchmarks(home: Path, out: Path) -> Sequence[Benchmark]:
    """Every benchmark of speed, the dearest last."""

    def kept(name: str) -> str:
        return str(out / f"{name}.json")

    return (
        Benchmark(
            "orchestration",
            (
                *("bench.orchestration", "--home", str(home), "--briefs", "600"),
                *("--repeat", "2", "--json", kept("orchestration")),
            ),
            of_orchestration,
        ),
        Benchmark(
            "scenario_sql",
            (
                *("bench.scenario_sql", "--events", "1e6", "1e7", "--polars-up-to", "1e6"),
                *("--out", kept("scenario_sql")),
            ),
            of_scenario_sql,
        ),
        Benchmark(
            "training",
            ("bench.training", "--repeat", "2", "--json", kept("training")),
            lambda found: of_ways(found, "this loop"),
        ),
        Benchmark(
            "decoding",
            (
                *("bench.decoding", "--repeat", "2", "--candidates", "1"),
                *("--json", kept("decoding")),
            ),
            lambda found: of_ways(found, "this decoder"),
        ),
        Benchmark(
            "scaling",
            (
                *("bench.scaling", "--home", str(home), "--briefs", "500", "5000"),
                *("--candidates", "1", "--json", kept("scaling")),
            ),
            of_scaling,
        ),
    )


if __name__ == "__main__":
    main()
