"""What orchestration costs: the same run without Prefect, with a served one, with one of its own; and start times.

    python -m bench.orchestration --briefs 1000 [--home HOME] [--repeat 3] [--candidates 3]

Interleaved runs, each a process of its own on a fresh copy of HOME: the steps of the flow called directly, then the
flow itself. Wall time shows what a user waits; processor time (with the server's) does not depend on who else uses the
machine. `shelftalk --help` and `shelftalk plan` are started as a person would. Writes JSON (--json).
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.homes import copy_of, finished_home, limit_for
from bench.machine import print_table, write_json
from bench.scaling.watched import prefect_server, watched_run


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, default=Path(".bench/home"))
    parser.add_argument("--briefs", type=int, default=1_000)
    parser.add_argument("--candidates", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path(".bench/orchestration.json"))
    asked = parser.parse_args()
    home = finished_home(asked.home)
    starts, lines = _starts(home, asked.starts)
    print_table(starts, "Start times")
    options = {"limit": limit_for(lines, asked.briefs)}
    runs: list[dict[str, Any]] = []
    more = {"SHELFTALK_CANDIDATES": str(asked.candidates)}
    with prefect_server() as env:
        for number in range(asked.repeat):
            for mode, extra in (("direct", {}), ("flow", env), ("flow", {})):
                figures = watched_run(home, mode, options, **more, **extra)
                runs.append({**figures, "repetition": number})
                print(
                    f"{figures['mode']}: {figures['briefs']} briefs, {figures['seconds']} s, "
                    f"{figures['processor_seconds']} s of processor, "
                    f"{figures['server_processor_seconds']} s of the server's",
                    flush=True,
                )
    rows = _rows(runs)
    print_table(rows, "The same run with and without Prefect (medians)")
    write_json(asked.json, "orchestration", {"starts": starts, "rows": rows, "runs": runs})


def _starts(home: Path, repeat: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Seconds to start, and the lines of the plan."""
    with tempfile.TemporaryDirectory(prefix="shelftalk-bench-") as folder:
        copy = copy_of(home, Path(folder) / "home")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHELFTALK", "PREFECT"))}
        environment = {**kept, "SHELFTALK_HOME": str(copy)}
        rows = []
        for name, target in (("--help", 0.5), ("plan", 3.0)):
            walls, processors = [], []
            for _ in range(repeat):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                begun = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-c", "from flows.cli import main; main()", name],
                    env=environment,
                    cwd=folder,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                walls.append(time.perf_counter() - begun)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                processors.append(
                    after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                )
            rows.append(
                {
                    "command": f"shelftalk {name}",
                    "seconds (median)": round(statistics.median(walls), 3),
                    "best": round(min(walls), 3),
                    "processor seconds": round(statistics.median(processors), 3),
                    "target": target,
                }
            )
        from flows.dry_run import dry_run
        from flows.settings import load_settings

        os.environ["SHELFTALK_HOME"] = str(copy)
        lines: list[dict[str, Any]] = dry_run(load_settings())["lines"]
        return rows, lines


def _rows(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row a mode; shares are of the run's own time, over the run without Prefect of the same repetition."""
    alone = {run["repetition"]: run for run in runs if run["mode"] == "direct"}
    rows = []
    for mode in ("direct", "served", "ephemeral"):
        found = [run for run in runs if run["mode"] == mode]
        pairs = [(run, alone[run["repetition"]]) for run in found]
        rows.append(
            {
                "run": "without Prefect" if mode == "direct" else f"Prefect, {mode}",
                "briefs": found[0]["briefs"],
                "batches": found[0]["batches"],
                "seconds": round(statistics.median(run["seconds"] for run in found), 2),
                "orchestration % of wall": round(
                    100 * statistics.median(1 - a["seconds"] / r["seconds"] for r, a in pairs), 2
                ),
                "processor seconds": round(statistics.median(_processor(run) for run in found), 2),
                "orchestration % of processor": round(
                    100 * statistics.median(1 - _processor(a) / _processor(r) for r, a in pairs), 2
                ),
                "seconds without a step": round(
                    statistics.median(run["seconds"] - run["work_seconds"] for run in found), 2
                ),
            }
        )
    return rows


def _processor(run: dict[str, Any]) -> float:
    return float(run["processor_seconds"] + run["server_processor_seconds"])


if __name__ == "__main__":
    main()
