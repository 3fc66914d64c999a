"""One run at a time: the second waits and names the holder; a killed holder leaves no stale lock."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.errors import WarehouseLocked, WarehouseUnwritable
from tasks.run_lock import run_lock

HOLDER = """
import sys, time
from pathlib import Path
from tasks.run_lock import run_lock
with run_lock(Path(sys.argv[1]), "produce-content", wait_seconds=0, say=print):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_second_gives_up_and_names_the_holder(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    said: list[str] = []
    with (
        pytest.raises(
            WarehouseLocked,
            match=rf"produce-content \(process {holder.pid}, since .*nothing was changed",
        ),
        run_lock(tmp_path, "another", wait_seconds=0.3, say=said.append),
    ):
        pytest.fail("the lock was given twice")


def test_a_killed_holder_leaves_no_stale_lock(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    started = time.monotonic()
    with run_lock(tmp_path, "next", wait_seconds=5, say=print):
        assert time.monotonic() - started < 3


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with (
        pytest.raises(WarehouseUnwritable, match="SHELFTALK_HOME"),
        run_lock(tmp_path / "home" / "x", "run", wait_seconds=0, say=print),
    ):
        pytest.fail("a lock in a file")
