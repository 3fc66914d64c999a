"""A disk that fills up at any moment of a run: nothing half written, one sentence, and the next run goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.run_process import contents, copy_home, environment_of, finish, make_home, start_run

NAMESPACE = ("unshare", "--map-root-user", "--mount")


def can_mount() -> bool:
    """Whether a process may have mounts of its own here."""
    if shutil.which("unshare") is None:
        return False
    asked = [*NAMESPACE, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not can_mount(), reason="mounting a disk of one's own is not allowed here")
def test_a_disk_that_fills_up_in_mid_run_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: None
) -> None:
    from prefect.settings import PREFECT_API_URL

    monkeypatch.chdir(tmp_path)
    base = make_home(tmp_path / "base")
    more = {
        "RUN_OPTIONS": json.dumps(
            {"scenarios": ["bargain_hunters", "viewed_not_bought"], "plugins": ["descriptions"]}
        ),
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),  # a server on another disk
    }
    undisturbed = copy_home(base, tmp_path / "undisturbed")
    run = start_run(undisturbed, tmp_path, **more)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n"
    started = time.monotonic()
    finish(run)
    seconds = time.monotonic() - started
    expected = [list(row) for row in contents(undisturbed)["texts"]]

    disk = tmp_path / "disk"
    disk.mkdir()
    moments = [f"{seconds * share:.2f}" for share in (0.1, 0.4, 0.6, 0.8)]
    told = subprocess.run(
        [
            *(*NAMESPACE, sys.executable, "-m", "tests.full_disk"),
            *(str(base), str(disk), json.dumps(more), *moments),
        ],
        env=environment_of(base) | {"PREFECT_HOME": os.environ.get("PREFECT_HOME", str(tmp_path))},
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    *filled, last = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(filled) == len(moments)
    assert any(run["code"] != 0 for run in filled), "no run met the full disk"
    for run_told in filled:
        assert run_told["count_orphans"] == run_told["count_unbalanced"] == 0
        assert all(text in expected for text in run_told["texts"]), "a text nobody drafted whole"
        if run_told["code"] != 0:
            assert "WarehouseUnwritable" in run_told["said"], run_told["said"]
            assert "free space" in run_told["said"]
    assert last["code"] == 0, last["said"]
    assert last["texts"] == expected
    assert last["count_all_texts"] == len(expected), "a text was written twice"
    assert last["count_orphans"] == last["count_unbalanced"] == last["count_running"] == 0
    assert last["count_kept_drafts"] == 0
