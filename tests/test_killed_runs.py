"""Killed at any moment: nothing is lost, nothing is there twice, and what was drafted is not drafted again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.run_process import contents, copy_home, finish, make_home, start_run

PART = {
    "RUN_OPTIONS": '{"scenarios": ["bargain_hunters", "viewed_not_bought"], "plugins": ["descriptions"]}'
}
"""Enough batches to be killed between, few enough to be started again and again."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A home before its first run, and what an undisturbed run makes of it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        home = make_home(folder / "home")
    undisturbed = copy_home(home, folder / "undisturbed")
    process = start_run(undisturbed, folder, **PART)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    started = time.monotonic()
    finish(process)
    seconds = time.monotonic() - started
    return {"home": home, "contents": contents(undisturbed), "seconds": seconds}


def drafted_once(home: Path) -> dict[str, Any]:
    """What is known of the work so far: settled briefs with drafts, and kept answers."""
    con = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    try:
        kept = con.execute("select request_hash from content.draft_cache").fetchall()
        return {"kept": len(kept), "distinct": len(set(kept))}
    finally:
        con.close()


def kill_and_restart(base: dict[str, Any], folder: Path, kills: int, seed: int) -> list[float]:
    """Kill a run ``kills`` times at random moments, each time going on from what is left; then let it end."""
    home = copy_home(base["home"], folder / "home")
    draw = random.Random(seed)
    moments = []
    count_completed = 0
    for _ in range(kills):
        process = start_run(home, folder, **PART)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
        moment = draw.uniform(0.0, base["seconds"])
        moments.append(round(moment, 2))
        try:
            process.wait(timeout=moment)
            count_completed += process.returncode == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.communicate()
        # One committed answer a request: what a killed run had drafted is never drafted (and kept) twice.
        drafted = drafted_once(home)
        assert drafted["kept"] == drafted["distinct"], moments
        if contents(home)["texts"] == base["contents"]["texts"] and count_completed:
            # It is complete: start over, so that every kill meets a run at work.
            shutil.rmtree(home)
            home = copy_home(base["home"], folder / "home")
            count_completed = 0
    finish(start_run(home, folder, **PART))
    after = contents(home)
    expected = base["contents"]
    assert after["texts"] == expected["texts"], moments
    assert after["quarantined"] == expected["quarantined"]
    assert after["audience"] == expected["audience"]
    assert after["count_all_texts"] == expected["count_all_texts"], "a text was written twice"
    assert after["count_unbalanced"] == after["count_orphans"] == after["count_running"] == 0
    assert after["count_kept_drafts"] == 0
    assert not list(home.glob("plan.duckdb*")), "the plan's database holds audiences"
    return moments


@pytest.mark.slow  # a run undisturbed and one killed twice: 70 s
@pytest.mark.timeout(600)
def test_two_kills_at_random_moments_change_nothing(base: dict[str, Any], tmp_path: Path) -> None:
    kill_and_restart(base, tmp_path, kills=2, seed=11)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_six_kills_at_random_moments_change_nothing(
    base: dict[str, Any], tmp_path: Path
) -> None:
    moments = kill_and_restart(base, tmp_path, kills=26, seed=5)
    print(f"killed after {moments} s; an undisturbed run takes {base['seconds']:.1f} s")
