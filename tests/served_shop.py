"""`shelftalk serve` on a small shop as a process of its own, and the API of its Prefect server."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.run_process import environment_of

START_SECONDS = 120.0


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path, cwd: Path, **more: str) -> Iterator[str]:
    """Serve ``home`` until the block ends; yields the server's address without ``/api``."""
    port = free_port()
    log = (cwd / "serve.log").open("w+", encoding="utf-8")
    server = subprocess.Popen(
        [
            *(sys.executable, "-c", "from flows.cli import main; main()"),
            *("serve", "--port", str(port)),
        ],
        cwd=cwd,
        env=environment_of(home, **more),
        stdout=log,
        stderr=log,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _is_served(f"http://127.0.0.1:{port}"):
            assert server.poll() is None, (cwd / "serve.log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, (cwd / "serve.log").read_text(encoding="utf-8")
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=40)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def _is_served(url: str) -> bool:
    """Whether the last of the deployments is there."""
    try:
        return bool(ask(url, "deployments/name/load-shop/shop"))
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def ask(url: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer of the API to a GET, or to a POST with ``body``."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{url}/api/{path}", data=data, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def wait_until_ended(url: str, run_id: str, seconds: float = 180.0) -> dict[str, Any]:
    """The flow run once it has ended."""
    deadline = time.monotonic() + seconds
    while True:
        run: dict[str, Any] = ask(url, f"flow_runs/{run_id}")
        if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return run
        assert time.monotonic() < deadline, run["state_type"]
        time.sleep(0.5)


def artifacts_of(url: str, run_id: str) -> dict[str, dict[str, Any]]:
    """The artifacts of a flow run by key."""
    found = ask(
        url, "artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run_id]}}, "limit": 50}
    )
    return {artifact["key"]: artifact for artifact in found}
