"""Short scheduled runs in sequence against one server: does memory, do processes, connections or the databases grow?

    python -m bench.soak --home HOME --runs 200 --minutes 20

HOME is a home whose content is written (`shelftalk run`); it is copied first. Each run is made by a deployment with an
interval schedule, as in production, and rewrites what one changed price makes stale. A line a run goes to standard
output as CSV; the summary fits a line through the second half (Linux only: it reads /proc).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import duckdb

from tests.served_shop import ask, serving

FIELDS = (
    *("run", "seconds", "state", "server_mib", "runner_mib", "processes", "connections"),
    *("prefect_db_mib", "warehouse_mib"),
)


def main() -> None:
    """Run the soak and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ignored = shutil.ignore_patterns("prefect", "run.lock", "report")
        shutil.copytree(options.home, home, ignore=ignored)
        rows = _soak(home, Path(folder), options.runs, time.monotonic() + 60 * options.minutes)
    _summarise(rows, options.runs)


def _soak(home: Path, cwd: Path, count: int, deadline: float) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    print(",".join(FIELDS), flush=True)
    with serving(home, cwd) as url:
        deployment = ask(url, "deployments/name/produce-content/shop")
        _schedule(url, deployment["id"])
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
            time.sleep(0.5)
    left = [p for p in _processes() if str(cwd) in _environment(p)]
    print(f"processes left after the server was stopped: {len(left)}")
    return rows


def _schedule(url: str, deployment: str) -> None:
    """Every 5 seconds: runs queue behind each other, so that one follows the other at once."""
    body = [
        {
            "active": True,
            "schedule": {"interval": 5.0},
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
    for _ in range(200):
        try:
            with duckdb.connect(str(home / "warehouse.duckdb")) as con:
                con.execute(
                    "update shop.products set price = price + 0.01 where product_id = "
                    "(select product_id from shop.products order by product_id limit 1 offset $place)",
                    {"place": number % 10},
                )
            return
        except duckdb.IOException:
            time.sleep(0.05)


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
        "prefect_db_mib": _mib((home / "prefect").glob("prefect.db*")),
        "warehouse_mib": _mib(home.glob("warehouse.duckdb*")),
    }


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


def _resident_mib(pid: int) -> float:
    pages = _read(pid, "statm").split()
    return round(int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, 1) if pages else 0.0


def _mib(files: Any) -> float:
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
            f"{field}: first {rows[0][field]}, last {rows[-1][field]}, "
            f"{slope.slope:+.4f} a run over the second half"
        )


if __name__ == "__main__":
    main()
