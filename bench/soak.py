"""Short scheduled runs in sequence against one server: does memory, do processes, connections or the databases grow?

    python -m bench.soak --runs 200 --minutes 120 [--home HOME]

HOME is a home whose content is written (`shelftalk run`); it is copied first. Without it a small shop of 40 products
and a copywriter of 30 training steps are made, so that a run takes seconds. Each run is made by a deployment with an
interval schedule, as in production, and rewrites what one changed price makes stale. A line a run goes to standard
output as CSV; the summary fits a line through the second half and says which tables grew, by how much a run (Linux
only: it reads /proc).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from contextlib import chdir, closing
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from tests.run_process import make_home
from tests.served_shop import ask, serving

T = TypeVar("T")
FIELDS = (
    *("run", "seconds", "state", "server_mib", "runner_mib", "processes", "connections"),
    *("server_files", "prefect_db_mib", "warehouse_mib"),
)
MOST_TABLES = 12
"""Tables that the summary names: those that grew most."""


def main() -> None:
    """Run the soak and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--interval", type=float, default=10, help="seconds between two runs")
    options = parser.parse_args()
    deadline = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if options.home is None:
            with chdir(folder):
                make_home(home)
        else:
            ignored = shutil.ignore_patterns("prefect", "run.lock", "report")
            shutil.copytree(options.home, home, ignore=ignored)
        rows = _soak(home, Path(folder), options.runs, options.interval, deadline)
    _summarise(rows, options.runs)


def _soak(
    home: Path, cwd: Path, count: int, interval: float, deadline: float
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    print(",".join(FIELDS), flush=True)
    halfway: tuple[int, dict[str, tuple[int, int]]] | None = None
    with serving(home, cwd) as url:
        deployment = ask(url, "deployments/name/produce-content/shop")
        _schedule(url, deployment["id"], interval)
        seen: set[str] = set()
        while len(rows) < count and time.monotonic() < deadline:
            for run in _ended(url, deployment["id"], seen):
                seen.add(run["id"])
                row = _measure(url, home, cwd)
                seconds = round(run["total_run_time"], 1)
                rows.append(
                    {"run": len(rows) + 1, "seconds": seconds, "state": run["state_type"], **row}
                )
                print(",".join(str(rows[-1][field]) for field in FIELDS), flush=True)
                _change_a_price(home, len(rows))
            if halfway is None and len(rows) >= count // 2:
                halfway = len(rows), _tables(home)
            time.sleep(0.5)
        if halfway is not None and len(rows) > halfway[0]:
            _tell_growth(halfway[1], _tables(home), len(rows) - halfway[0])
    # The run that was on when the server was stopped takes some seconds to end.
    patience = time.monotonic() + 60
    while (left := [p for p in _processes() if str(cwd) in _environment(p)]) and (
        time.monotonic() < patience
    ):
        time.sleep(1)
    print(f"processes left a minute after the server was stopped: {len(left)}")
    return rows


def _schedule(url: str, deployment: str, interval: float) -> None:
    """One at a time: runs queue behind each other, so that one follows the other at once."""
    body = [
        {
            "active": True,
            "schedule": {"interval": interval},
            "parameters": {"scenarios": ["bargain_hunters"], "plugins": ["descriptions"]},
        }
    ]
    ask(url, f"deployments/{deployment}/schedules", body)  # type: ignore[arg-type]
    request = urllib.request.Request(
        f"{url}/api/deployments/{deployment}",
        data=json.dumps({"concurrency_limit": 1}).encode(),
        headers={"Content-Type": "application/json"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=20).close()


def _ended(url: str, deployment: str, seen: set[str]) -> list[dict[str, Any]]:
    wanted = {
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}},
        "deployments": {"id": {"any_": [deployment]}},
        "sort": "END_TIME_DESC",
        "limit": 20,
    }
    try:
        return [run for run in ask(url, "flow_runs/filter", wanted) if run["id"] not in seen]
    except (urllib.error.URLError, TimeoutError):
        return []


def _change_a_price(home: Path, number: int) -> None:
    def change() -> None:
        with duckdb.connect(str(home / "warehouse.duckdb")) as con:
            con.execute(
                "update shop.products set price = price + 0.01 where product_id = "
                "(select product_id from shop.products order by product_id limit 1 offset $place)",
                {"place": number % 10},
            )

    _patiently(change)


def _patiently(work: Callable[[], T]) -> T:
    """``work`` once no run holds the warehouse."""
    for _ in range(200):
        try:
            return work()
        except duckdb.IOException:
            time.sleep(0.05)
    return work()


def _measure(url: str, home: Path, cwd: Path) -> dict[str, Any]:
    port = url.rsplit(":", 1)[1]
    ours = [p for p in _processes() if str(cwd) in _environment(p)]
    server = [p for p in ours if "server\0start" in _command(p)]
    runner = [p for p in ours if "serve" in _command(p).split("\0")]
    connections = subprocess.run(
        ["ss", "-Htan", f"( sport = :{port} )"], capture_output=True, text=True, check=False
    )
    return {
        "server_mib": sum(_resident_mib(p) for p in server),
        "runner_mib": sum(_resident_mib(p) for p in runner),
        "processes": len(ours),
        "connections": sum("ESTAB" in line for line in connections.stdout.splitlines()),
        "server_files": sum(_count_files(p) for p in server),
        "prefect_db_mib": _mib((home / "prefect").glob("prefect.db*")),
        "warehouse_mib": _mib(home.glob("warehouse.duckdb*")),
    }


def _tables(home: Path) -> dict[str, tuple[int, int]]:
    """Table -> (rows, bytes with its indexes); DuckDB does not tell bytes by table: 0, and a row for its blocks."""
    found: dict[str, tuple[int, int]] = {}
    with closing(sqlite3.connect(f"file:{home}/prefect/prefect.db?mode=ro", uri=True)) as con:
        sizes = con.execute(
            "select m.tbl_name, sum(d.pgsize) from dbstat('main', 1) as d join sqlite_master as m using (name) "
            "group by m.tbl_name"
        ).fetchall()
        for table, size in sizes:
            (count,) = con.execute(f'select count(*) from "{table}"').fetchone()
            found[f"prefect.{table}"] = count, size

    def count_warehouse() -> None:
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
            names = con.execute(
                "select schema_name, table_name from duckdb_tables() where schema_name <> 'mart'"
            ).fetchall()
            for schema, table in names:
                row = con.execute(f'select count(*) from {schema}."{table}"').fetchone()
                found[f"{schema}.{table}"] = row[0] if row else 0, 0
            blocks = con.execute(
                "select used_blocks, used_blocks * block_size, free_blocks, free_blocks * block_size "
                "from pragma_database_size()"
            ).fetchone()
            assert blocks is not None
            found["warehouse blocks in use"], found["warehouse blocks free"] = (
                blocks[:2],
                blocks[2:],
            )

    _patiently(count_warehouse)
    return found


def _tell_growth(
    before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]], count_runs: int
) -> None:
    """What grew in the second half, a run."""
    grown = {
        name: ((rows - before.get(name, (0, 0))[0]), (size - before.get(name, (0, 0))[1]))
        for name, (rows, size) in after.items()
    }
    print(f"growth a run over the last {count_runs} runs (rows, KiB):")
    ranked = sorted(grown.items(), key=lambda item: (-item[1][1], -item[1][0]))
    for name, (rows, size) in [item for item in ranked if any(item[1])][: 2 * MOST_TABLES]:
        print(f"  {name}: {rows / count_runs:+.1f}, {size / 1024 / count_runs:+.1f}")


def _processes() -> list[int]:
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()]


def _command(pid: int) -> str:
    return _read(pid, "cmdline")


def _environment(pid: int) -> str:
    return _read(pid, "environ")


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _count_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def _resident_mib(pid: int) -> float:
    pages = _read(pid, "statm").split()
    return round(int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, 1) if pages else 0.0


def _mib(files: Iterable[Path]) -> float:
    return round(sum(file.stat().st_size for file in files) / 2**20, 2)


def _summarise(rows: list[dict[str, Any]], wanted: int) -> None:
    if len(rows) < 4:
        sys.exit(f"only {len(rows)} runs ended: too few for a trend")
    later = rows[len(rows) // 2 :]
    print(f"{len(rows)} of {wanted} runs; {sum(r['state'] == 'COMPLETED' for r in rows)} completed")
    print(f"seconds a run: median {statistics.median(r['seconds'] for r in rows):.1f}")
    for field in FIELDS[3:]:
        slope = statistics.linear_regression([r["run"] for r in later], [r[field] for r in later])
        print(
            f"{field}: first {rows[0][field]}, last {rows[-1][field]}, most {max(r[field] for r in rows)}, "
            f"{slope.slope:+.4f} a run over the second half"
        )


if __name__ == "__main__":
    main()
