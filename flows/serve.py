"""Serves the deployments: `produce-content`, `train-copywriter` and `load-shop`, with schedules from the settings.

Without PREFECT_API_URL a Prefect server is started beside it, on loopback, with its files under our home.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.settings import Settings, prepare_prefect
from tasks.errors import InputError, SettingsError, ShelftalkError

DEFAULT_PORT = 4200
START_SECONDS = 120.0
MOST_RESTARTS = 5
RESTART_WINDOW_SECONDS = 600.0
"""A server that ends more often than this is not started again."""
MAX_RUNS_AT_ONCE = 4
"""serve(limit=None) is uncapped; runs on one home wait for each other anyway."""


def serve(settings: Settings, *, port: int | None, say: Callable[[str], None]) -> None:
    """Serve until interrupted; starts a server unless PREFECT_API_URL names one."""
    # Nobody watches a progress bar here: the log says what each run does.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "INFO")
    prepare_prefect(settings)
    check_schedules(settings)
    with prefect_server(settings, port=port, say=say):
        from prefect import serve as serve_deployments

        made = deployments(settings)
        for deployment in made:
            cron = schedule_of(settings, str(deployment.flow_name))
            say(
                f"{deployment.flow_name}/{deployment.name}: {'cron ' + cron if cron else 'on request'}"
            )
        serve_deployments(*made, limit=MAX_RUNS_AT_ONCE, print_starting_message=False)


def schedule_of(settings: Settings, flow_name: str) -> str | None:
    """The cron line of a flow, None for on request only."""
    return {
        "produce-content": settings.produce_schedule,
        "train-copywriter": settings.train_schedule,
    }.get(flow_name)


def check_schedules(settings: Settings) -> None:
    """SettingsError names a schedule that is not a cron line."""
    from prefect.client.schemas.schedules import CronSchedule
    from pydantic import ValidationError

    for name in ("produce_schedule", "train_schedule"):
        cron = getattr(settings, name)
        if cron is None:
            continue
        try:
            CronSchedule(cron=cron, timezone=settings.timezone)
        except (ValidationError, ValueError) as error:
            raise SettingsError(
                f"setting {name} is {cron!r} in time zone {settings.timezone}, which is not a cron line and a zone; "
                "write five fields such as '0 6 * * *' (06:00 each day) and a zone such as Europe/London."
            ) from error


def deployments(settings: Settings) -> list[Any]:
    """The three deployments, each named `shop`."""
    from prefect.client.schemas.schedules import CronSchedule

    from flows.load_shop import load_shop
    from flows.produce_content import produce_content
    from flows.train_copywriter import train_copywriter

    made = []
    for flow in (produce_content, train_copywriter, load_shop):
        cron = schedule_of(settings, flow.name)
        made.append(
            flow.to_deployment(
                "shop",
                schedule=CronSchedule(cron=cron, timezone=settings.timezone) if cron else None,  # type: ignore[arg-type]
                tags=["shelftalk"],
                description=(flow.description or "").strip(),
            )
        )
    return made


@contextmanager
def prefect_server(
    settings: Settings, *, port: int | None, say: Callable[[str], None]
) -> Iterator[str]:
    """Yields the API's address: PREFECT_API_URL where set, else a server of our own that ends with the block."""
    if url := os.environ.get("PREFECT_API_URL"):
        say(f"Prefect: {url}")
        yield url
        return
    number = port or int(os.environ.get("PREFECT_SERVER_API_PORT", DEFAULT_PORT))
    refuse_used_port(number)
    url = f"http://127.0.0.1:{number}/api"
    # The port by environment: the UI goes on calling 4200 when it is given as --port.
    environment = {
        # Else what Prefect knows of old runs stays for ever; the warehouse knows them anyway.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # glibc gives each thread that allocates an arena of its own, and what is freed in one stays there: nearly all
        # that the server grew by in 200 runs was such free memory (python -m bench.soak, docs/operate.md).
        "MALLOC_ARENA_MAX": "2",
        **os.environ,
        "PREFECT_SERVER_API_PORT": str(number),
        "PREFECT_API_URL": url,
    }
    settings.prefect_path.mkdir(parents=True, exist_ok=True)
    server = OwnServer(environment, settings.prefect_path / "server.log", say)
    from prefect.settings import PREFECT_API_URL, temporary_settings

    try:
        say("Prefect: starting the server")
        _await_health(server.process, url, server.log)
        os.environ["PREFECT_API_URL"] = url
        say(f"Prefect: http://127.0.0.1:{number} (log: {server.log})")
        # Prefect has read its settings already; the environment alone would leave this process with a second server.
        with temporary_settings({PREFECT_API_URL: url}), server.watched():
            yield url
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.stop()


class OwnServer:
    """The Prefect server beside `serve`: started again when it ends, as without it no scheduled run would come."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, say: Callable[[str], None]
    ) -> None:
        self.log = log
        self._environment, self._say = dict(environment), say
        self._is_over = threading.Event()
        self._ended_at: deque[float] = deque(maxlen=MOST_RESTARTS)
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"],
                env=self._environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep the server up until the block ends; ShelftalkError where it ends again and again."""
        watcher = threading.Thread(target=self._watch, name="watch the Prefect server", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            gave_up = not watcher.is_alive()
            self._is_over.set()
            watcher.join()
            if gave_up:
                raise ShelftalkError(
                    f"the Prefect server ended {MOST_RESTARTS + 1} times in {RESTART_WINDOW_SECONDS / 60:.0f} minutes; "
                    f"its log is {self.log}."
                )

    def _watch(self) -> None:
        while not self._is_over.wait(1.0):
            code = self.process.poll()
            if code is None:
                continue
            now = time.monotonic()
            if (
                len(self._ended_at) == MOST_RESTARTS
                and now - self._ended_at[0] < RESTART_WINDOW_SECONDS
            ):
                signal.raise_signal(signal.SIGTERM)  # ends what is served
                return
            self._ended_at.append(now)
            self._say(f"Prefect: the server ended (code {code}); starting it again")
            self.process = self._start()

    def stop(self) -> None:
        """End the server, and wait until it has."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _end_with_parent() -> None:
    """In the server's process: it ends when `serve` is killed, and so keeps no port from the next one (Linux)."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def refuse_used_port(port: int) -> None:
    """InputError where something listens on the loopback port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(
                f"port {port} on this machine is in use; choose another with --port, or set PREFECT_API_URL to the "
                "server that runs there."
            ) from error


def _await_health(server: subprocess.Popen[bytes], url: str, log: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ShelftalkError(
                f"the Prefect server ended at once (code {server.returncode}); its log is {log}."
            )
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.3)
    raise ShelftalkError(
        f"the Prefect server did not answer within {START_SECONDS:.0f} s; its log is {log}."
    )
