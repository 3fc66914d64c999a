"""A Prefect server that goes away: the run's content, result and error stay, and its end is told in seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from httpx import ConnectError

from flows import server_gone
from flows.server_gone import result_of, unless_gone
from tasks.errors import InputError, ShopIncomplete
from tasks.warehouse import Warehouse
from tests import fallback_run
from tests.run_process import contents, copy_home, environment_of, make_home
from tests.served_shop import ask, free_port


def run_without_server(work: Any) -> Any:
    """What a run of ``work`` gives whose server goes away before its end is told."""
    from prefect import flow
    from prefect.settings import temporary_settings

    @flow
    def watched() -> None:
        with pytest.MonkeyPatch.context() as patch, temporary_settings():
            patch.setattr(server_gone, "_answers_in_time", lambda: False)
            unless_gone(work)

    def run() -> Any:
        try:
            watched()
        finally:
            raise ConnectError("refused")  # as Prefect's engine ends without a server

    return result_of(run)


def test_the_result_of_a_run_whose_server_is_gone_is_its_own(
    prefect_server: None,
) -> None:
    assert run_without_server(lambda: {"run_id": "a"}) == {"run_id": "a"}


def test_the_error_of_a_run_whose_server_is_gone_is_its_own(
    prefect_server: None,
) -> None:
    def work() -> None:
        raise ShopIncomplete("there are no products.")

    with pytest.raises(ShopIncomplete, match="no products"):
        run_without_server(work)


def test_a_server_that_never_answered_is_one_sentence_and_other_errors_stay() -> None:
    def refused() -> None:
        raise ConnectError("refused")

    def unreachable() -> None:
        raise RuntimeError("Failed to reach API at http://127.0.0.1:1/api")

    def other() -> None:
        raise RuntimeError("something else")

    for run in (refused, unreachable):
        with pytest.raises(InputError, match="does not answer, and nothing was changed; start it"):
            result_of(run)
    with pytest.raises(RuntimeError, match="something else"):
        result_of(other)


def test_a_run_from_the_terminal_without_its_server_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fallback_run.make_home(home)
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "run"],
        cwd=tmp_path,
        env=environment_of(home, PREFECT_API_URL=f"http://127.0.0.1:{free_port()}/api"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    assert "does not answer, and nothing was changed" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_a_server_that_goes_away_in_mid_run_costs_no_content_and_no_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = copy_home(make_home(tmp_path / "made"), tmp_path / "home")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"],
        env=environment_of(
            home, PREFECT_HOME=str(tmp_path / "server"), PREFECT_SERVER_API_PORT=str(port)
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while not _answers(url):
            assert time.monotonic() < deadline
            time.sleep(0.5)
        run = subprocess.Popen(
            [sys.executable, "-c", "from flows.cli import main; main()", "run"],
            cwd=tmp_path,
            env=environment_of(home, PREFECT_API_URL=f"{url}/api"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        reader = Warehouse(home / "warehouse.duckdb", read_only=True)
        while not reader.rows("publish/kept_drafts"):
            assert run.poll() is None, run.stderr and run.stderr.read()[-3000:]
            time.sleep(0.2)
    finally:
        os.killpg(server.pid, 9)
        server.wait()
    while _last_run(reader)["state"] == "running":
        assert run.poll() is None, run.stderr and run.stderr.read()[-3000:]
        time.sleep(0.5)
    # Prefect's own client would go on for 270 s and end in an exception.
    out, said = run.communicate(timeout=120)
    assert run.returncode == 0, said
    assert _last_run(reader)["state"] == "completed"
    assert _last_run(reader)["run_id"] in out
    after = contents(home)
    assert after["count_orphans"] == after["count_unbalanced"] == after["count_kept_drafts"] == 0
    said = " ".join(said.split())
    assert "the run goes on without" in said
    assert "does not answer, so its UI will show this run as crashed or running" in said
    assert "Traceback" not in said


def _last_run(reader: Warehouse) -> dict[str, Any]:
    return reader.rows("reports/recent_runs", {"max_rows": 1})[0]


def _answers(url: str) -> bool:
    try:
        return bool(ask(url, "health"))
    except (OSError, ValueError):
        return False
