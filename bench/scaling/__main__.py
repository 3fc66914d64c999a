"""Whole runs of growing size with the house model: is time linear, is memory flat after the first batch?

    python -m bench.scaling --briefs 1000 10000 [--home HOME] [--candidates 3] [--repeat 1]

Each run is a process of its own on a fresh copy of HOME (a finished home; without it one is made in .bench/home). The
shop stays the same and the scenarios multiply: copies of the built-in ones in other tones, as many as the largest run
needs. Prints a line a run and writes JSON (--json) with the machine's facts.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.homes import copy_of, finished_home, limit_for, more_scenarios
from bench.machine import print_table, write_json
from bench.scaling.watched import prefect_server, watched_run

A_COPY_HAS = 4_000
"""Briefs that one more copy of the scenarios adds at the least, with WIDE."""
WIDE = {"SHELFTALK_MAX_PRODUCTS": "5000", "SHELFTALK_PRODUCTS_PER_CUSTOMER": "50"}


def main() -> None:
    """Run the sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, default=Path(".bench/home"))
    parser.add_argument("--briefs", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--candidates", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(".bench/scaling.json"))
    asked = parser.parse_args()
    home = finished_home(asked.home)
    rows: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="shelftalk-bench-") as folder, prefect_server() as env:
        copies = max(0, -(-max(asked.briefs) // A_COPY_HAS) - 1)
        scenarios = more_scenarios(Path(folder) / "scenarios", copies)
        environment = {
            **WIDE,
            **env,
            "SHELFTALK_CANDIDATES": str(asked.candidates),
            "SHELFTALK_SCENARIO_FOLDERS": f'["{scenarios}"]',
        }
        lines = _planned(home, Path(folder) / "plan", environment)
        for wanted in asked.briefs * asked.repeat:
            options = {"limit": limit_for(lines, wanted)}
            figures = watched_run(home, "flow", options, **environment)
            runs.append(figures)
            rows.append(_row(figures))
            print_table(rows, "Whole runs with the house model, Prefect served")
            write_json(asked.json, "scaling", {"rows": rows, "fit": _fit(rows), "runs": runs})
    print(f"\n{_told(_fit(rows))}")


def _planned(home: Path, target: Path, environment: dict[str, str]) -> list[dict[str, Any]]:
    """The lines of an unlimited plan under ``environment``."""
    import os

    from flows.dry_run import dry_run
    from flows.settings import load_settings

    copy = copy_of(home, target)
    shelftalk = {k: v for k, v in environment.items() if k.startswith("SHELFTALK")}
    os.environ.update(shelftalk, SHELFTALK_HOME=str(copy))
    lines: list[dict[str, Any]] = dry_run(load_settings())["lines"]
    return lines


def _row(figures: dict[str, Any]) -> dict[str, Any]:
    memory = [mib for _, mib in figures["memory"]]
    seen = 0
    settled = [seen := seen + count for count, _ in figures["memory"]]
    later = [(x / 1000, mib) for x, mib in zip(settled, memory, strict=True)][1:]
    slope = 0.0
    if len(later) > 2:
        slope = statistics.linear_regression([x for x, _ in later], [y for _, y in later]).slope
    drafting = figures["seconds"] - figures["by_step"]["plan_run"]
    return {
        "briefs": figures["briefs"],
        "seconds": figures["seconds"],
        "ms a brief": round(1000 * drafting / figures["briefs"], 1),
        "processor ms a brief": round(1000 * figures["processor_seconds"] / figures["briefs"], 1),
        "no step under way %": round(100 * (1 - figures["work_seconds"] / figures["seconds"]), 2),
        "server processor %": round(
            100 * figures["server_processor_seconds"] / figures["processor_seconds"], 2
        ),
        "checks and publishing, % of wall": round(
            100 * figures["by_step"]["settle_batch"] / figures["seconds"], 1
        ),
        "MiB after batch 1": memory[0],
        "MiB at the end": memory[-1],
        "MiB / 1,000 briefs": round(slope, 2),
        "approved %": round(100 * figures["outcome"]["count_approved"] / figures["briefs"], 1),
    }


def _fit(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Seconds = fixed + each * briefs, and how much dearer a brief of the largest run is than one of the smallest."""
    if len({row["briefs"] for row in rows}) < 2:
        return {}
    line = statistics.linear_regression(
        [row["briefs"] for row in rows], [row["seconds"] for row in rows]
    )
    small, large = (f(rows, key=lambda row: row["briefs"]) for f in (min, max))
    return {
        "fixed_seconds": round(line.intercept, 2),
        "ms_a_brief": round(1000 * line.slope, 2),
        "largest_to_smallest": round(
            large["processor ms a brief"] / small["processor ms a brief"], 3
        ),
    }


def _told(fit: dict[str, float]) -> str:
    if not fit:
        return "one size alone says nothing about growth"
    return (
        f"{fit['fixed_seconds']} s and {fit['ms_a_brief']} ms a brief; a brief of the largest run takes "
        f"{fit['largest_to_smallest']} times the processor of one of the smallest"
    )


if __name__ == "__main__":
    main()
