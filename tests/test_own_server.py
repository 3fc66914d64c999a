"""The Prefect server beside `serve` is started again when it ends, and given up where it ends again and again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import pytest

from flows import serve
from flows.serve import OwnServer
from tasks.errors import ShelftalkError


class Stub(OwnServer):
    """A process in the server's place that ends at once, or lives."""

    lives = False

    def _start(self) -> subprocess.Popen[bytes]:
        code = "import time; time.sleep(600)" if self.lives else "raise SystemExit(3)"
        return subprocess.Popen([sys.executable, "-S", "-c", code])


def wait_until(said: list[str], count: int) -> None:
    deadline = time.monotonic() + 60
    while len(said) < count:
        assert time.monotonic() < deadline, said
        time.sleep(0.1)


def test_a_server_that_ends_is_started_again_and_stopped_at_the_end(tmp_path: Path) -> None:
    said: list[str] = []
    server = Stub(os.environ, tmp_path / "log", said.append)
    first = server.process
    server.lives = True
    with server.watched():
        wait_until(said, 1)
        deadline = time.monotonic() + 60
        while server.process is first and time.monotonic() < deadline:
            time.sleep(0.05)  # it says so before it starts the next one
        second = server.process
    server.stop()
    assert said == ["Prefect: the server ended (code 3); starting it again"]
    assert second is not first
    assert second.poll() is not None, "it goes on after the end"


def test_a_server_that_ends_again_and_again_ends_what_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "MOST_RESTARTS", 1)
    ended: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        ended.append(number)

    before = signal.signal(signal.SIGTERM, note)
    try:
        server = Stub(os.environ, tmp_path / "log", lambda _: None)
        deadline = time.monotonic() + 60
        with (
            pytest.raises(ShelftalkError, match=r"ended 2 times in 10 minutes; its log is .*log"),
            server.watched(),
        ):
            while not ended:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            time.sleep(0.3)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == [signal.SIGTERM]
