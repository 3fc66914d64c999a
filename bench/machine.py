"""What every benchmark says of the machine it ran on, and how it leaves its figures: a table and a JSON file."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("prefect", "duckdb", "torch", "transformers", "great-expectations", "polars", "vllm")


def machine_facts() -> dict[str, Any]:
    """Processor, memory, load, Python and the versions that figures depend on (Linux only for the first three)."""
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "processor": _line("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(_line("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
        "load_average": [round(x, 2) for x in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def print_table(rows: Sequence[Mapping[str, Any]], title: str) -> None:
    """Aligned columns, numbers to the right; the first row names them."""
    print(f"\n{title}")
    if not rows:
        print("  (nothing)")
        return
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_shown(row.get(key)) for key in columns] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(columns)]
    for row in [columns, *cells]:
        print("  " + "  ".join(f"{cell:>{w}}" for cell, w in zip(row, widths, strict=True)))


def write_json(path: Path, benchmark: str, figures: Any) -> None:
    """``figures`` with the machine's facts and the command that gave them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "benchmark": benchmark,
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "machine": machine_facts(),
        "figures": figures,
    }
    path.write_text(json.dumps(kept, indent=2, default=str) + "\n", encoding="utf-8")


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _line(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "0"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
