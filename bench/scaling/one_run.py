"""One run of produce-content as a process of its own, watched: `python -m bench.scaling.one_run MODE OPTIONS`.

MODE is `flow` (Prefect, served if PREFECT_API_URL is set, else a server of the run's own) or `direct` (no Prefect at
all); OPTIONS is JSON. Prints one line of JSON: seconds, seconds of processor, how much of the wall time some step of
the work was under way, and memory after each batch.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

STEPS = (
    *("start_run", "plan_run", "settle_known", "load_writers", "draft_batch", "settle_batch"),
    *("finish_run", "report_summary"),
)
PAGE = os.sysconf("SC_PAGE_SIZE")


class Clocks:
    """When each step of the work was under way, on all threads."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, float, float]] = []
        self.memory: list[tuple[int, float]] = []
        self._lock = threading.Lock()

    def around(self, module: Any, name: str) -> None:
        """Replace ``module.name`` by itself with a clock."""
        work = getattr(module, name)

        def timed(*args: Any, **options: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*args, **options)
            finally:
                with self._lock:
                    self.spans.append((name, begun, time.perf_counter()))
                    if name == "settle_batch":
                        self.memory.append((len(args[3].briefs), memory_mib()))

        setattr(module, name, timed)

    def covered(self) -> float:
        """Seconds in which at least one step was under way."""
        total, until = 0.0, 0.0
        for _, begun, ended in sorted(self.spans, key=lambda span: span[1]):
            total += max(0.0, ended - max(begun, until))
            until = max(until, ended)
        return total

    def by_step(self) -> dict[str, float]:
        """Step -> seconds, added up over threads."""
        found: dict[str, float] = {}
        for name, begun, ended in self.spans:
            found[name] = round(found.get(name, 0.0) + ended - begun, 3)
        return found


def memory_mib(pid: int | str = "self") -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return round(pages * PAGE / 2**20, 1)


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run once and print the figures."""
    mode, options = sys.argv[1], json.loads(sys.argv[2])
    from flows.settings import load_settings, prepare_prefect

    settings = load_settings()
    prepare_prefect(settings)
    clocks = Clocks()
    # The heavy libraries come before the clock starts: their import is the same for all modes.
    import great_expectations  # noqa: F401

    import tasks.copywriter.decoding  # noqa: F401
    from bench.orchestration import direct
    from flows import produce_content as flow

    options = {"scenarios": [], "plugins": [], "limit": None, "rewrite": False, **options}
    module: Any = direct if mode == "direct" else flow
    for name in STEPS:
        if hasattr(module, name):
            clocks.around(module, name)
    server = os.environ.get("BENCH_SERVER_PID")
    is_served = mode != "direct" and server is not None
    at_server = processor_seconds(int(server)) if server and is_served else 0.0
    wall, processor = time.perf_counter(), time.process_time()
    if mode == "direct":
        direct.run_directly(settings, options)
    else:
        flow.produce_content(**options)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if mode != "direct" and not is_served:
        from prefect.server.api.server import SubprocessASGIServer

        process = SubprocessASGIServer().server_process
        server, at_server = (str(process.pid), 0.0) if process is not None else (None, 0.0)
    served = processor_seconds(int(server)) - at_server if server and mode != "direct" else 0.0
    from flows.open_shop import warehouse_of

    rows = warehouse_of(settings).rows("reports/recent_runs", {"max_rows": 1})
    figures = {
        "mode": mode if mode == "direct" else "served" if is_served else "ephemeral",
        "briefs": rows[0]["count_briefs"],
        "batches": len(clocks.memory),
        "seconds": round(wall, 2),
        "processor_seconds": round(processor, 2),
        "server_processor_seconds": round(served, 2),
        "work_seconds": round(clocks.covered(), 2),
        "by_step": clocks.by_step(),
        "memory": clocks.memory,
        "outcome": {k: v for k, v in rows[0].items() if k.startswith("count_")},
    }
    print(json.dumps(figures), flush=True)
    atexit._run_exitfuncs()  # they end the server of the run's own
    os._exit(0)  # duckdb's and Prefect's threads would hold the exit up


if __name__ == "__main__":
    main()
