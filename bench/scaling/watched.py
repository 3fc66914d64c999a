"""Starts watched runs (bench.scaling.one_run) on copies of a home, and a Prefect server for those that want one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.homes import copy_of
from tests.served_shop import free_port

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # As flows.settings.prepare_prefect sets them for `shelftalk serve`.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "TOKENIZERS_PARALLELISM": "false",
}


def watched_run(home: Path, mode: str, options: dict[str, Any], **more: str) -> dict[str, Any]:
    """The figures of one run on a fresh copy of ``home``; ``more`` is environment."""
    with tempfile.TemporaryDirectory(prefix="shelftalk-bench-") as folder:
        copy = copy_of(home, Path(folder) / "home")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHELFTALK", "PREFECT"))}
        done = subprocess.run(
            [sys.executable, "-m", "bench.scaling.one_run", mode, json.dumps(options)],
            cwd=Path(__file__).parent.parent.parent,
            env={**kept, **QUIET, "SHELFTALK_HOME": str(copy), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the run ended with {done.returncode}: {done.stderr[-2000:]}")
        figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return figures


@contextmanager
def prefect_server() -> Iterator[dict[str, str]]:
    """A Prefect server on loopback with a fresh database; yields the environment of runs that it serves."""
    folder = Path(tempfile.mkdtemp(prefix="shelftalk-bench-prefect-"))
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        ],
        env={**os.environ, **QUIET, "PREFECT_HOME": str(folder), "PREFECT_LOGGING_LEVEL": "ERROR"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 300
        while not _is_healthy(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the Prefect server of the benchmark did not start")
            time.sleep(0.5)
        yield {"PREFECT_API_URL": url, "BENCH_SERVER_PID": str(server.pid)}
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
