"""Past one machine: the same texts from a cluster's workers as from one process, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tasks.copywriter.folders import hash_folder
from tasks.errors import CopywriterError, SettingsError
from tasks.records import DraftRequest, RawDraft
from tasks.scale_out import Place, RemoteWriter, answer_requests
from tests.run_process import contents, copy_home, environment_of, make_home

START = """
from flows.settings import load_settings, prepare_prefect
prepare_prefect(load_settings())
from flows.produce_content import produce_content
from tasks.progress import listening
with listening(lambda step, done, total, note: print(step, int(done), flush=True)):
    run_id = produce_content(
        scenarios=["bargain_hunters", "viewed_not_bought"], plugins=["descriptions"]
    )["run_id"]
print(run_id, flush=True)
"""


def request(prompt: str, seed: int = 1) -> DraftRequest:
    return DraftRequest(prompt, ("name", "price"), seed, 2, 12, 0.8, 20)


def place_of(folder: Path) -> Place:
    return Place(str(folder), hash_folder(folder))


def test_a_worker_answers_as_the_copywriter_itself_does(tiny_copywriter: Path) -> None:
    from tasks.copywriter.decoding import load_copywriter

    requests = [request("descriptions | goal inform"), request("recommendations", seed=2)]
    assert answer_requests(place_of(tiny_copywriter), requests) == load_copywriter(
        tiny_copywriter
    ).write(requests)


def test_a_request_that_cannot_be_met_fails_alone_on_a_worker(tiny_copywriter: Path) -> None:
    impossible = DraftRequest("descriptions", (), 1, 1, 12, 0.0, 20)
    good, bad, last = answer_requests(
        place_of(tiny_copywriter), [request("one"), impossible, request("two", seed=2)]
    )
    assert isinstance(bad, CopywriterError)
    assert "temperature" in str(bad)
    assert all(isinstance(answer, list) and len(answer) == 2 for answer in (good, last))


def test_a_worker_without_the_models_folder_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(CopywriterError, match=r"a worker finds no folder .*same path"):
        answer_requests(Place(str(tmp_path / "models" / "gone"), "0" * 64), [])


def test_a_worker_refuses_another_copywriter_than_the_registered_one(tiny_copywriter: Path) -> None:
    with pytest.raises(CopywriterError, match="holds another copywriter on a worker"):
        answer_requests(Place(str(tiny_copywriter), "0" * 64), [])


def ended(outcome: Any) -> Future[Any]:
    future: Future[Any] = Future()
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
    return future


def test_a_batch_whose_worker_is_lost_is_sent_again() -> None:
    drafts = [[RawDraft(0, "a text", -1.0, 1, 3)]]
    outcomes = [ConnectionError("the worker went away"), drafts]
    sent: list[Sequence[DraftRequest]] = []

    def submit(place: Place, requests: Sequence[DraftRequest]) -> Any:
        sent.append(requests)
        return ended(outcomes[len(sent) - 1])

    assert RemoteWriter(Place("models/x", "x"), submit).outcomes([request("one")]) == drafts
    assert sent == [[request("one")]] * 2


def test_a_batch_that_no_worker_survives_is_given_up_with_the_reason() -> None:
    count = 0

    def submit(place: Place, requests: Sequence[DraftRequest]) -> Any:
        nonlocal count
        count += 1
        return ended(MemoryError("killed by the kernel"))

    with pytest.raises(CopywriterError, match=r"no worker answered .* 4 tries.*MemoryError"):
        RemoteWriter(Place("models/x", "x"), submit).outcomes([request("one")])
    assert count == 4


def test_a_copywriter_that_workers_cannot_load_is_not_asked_again() -> None:
    count = 0

    def submit(place: Place, requests: Sequence[DraftRequest]) -> Any:
        nonlocal count
        count += 1
        return ended(CopywriterError("a worker finds no folder"))

    with pytest.raises(CopywriterError, match="finds no folder"):
        RemoteWriter(Place("models/x", "x"), submit).check()
    assert count == 1


def test_a_runner_whose_extra_is_missing_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.scale_out import open_cluster

    monkeypatch.setitem(sys.modules, "prefect_dask", None)
    with (
        pytest.raises(SettingsError, match=r"pip install 'shelftalk\[dask\]'"),
        open_cluster("dask"),
    ):
        pass


def test_workers_elsewhere_need_a_server_that_they_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.scaling import open_writers
    from flows.settings import load_settings

    monkeypatch.setenv("SHELFTALK_RUNNER", "dask")
    monkeypatch.setenv("SHELFTALK_RUNNER_ADDRESS", "tcp://192.0.2.7:8786")
    models = {"descriptions": {"folder": "models/x", "model_hash": "x"}}
    with (
        temporary_settings(restore_defaults={PREFECT_API_URL}),
        pytest.raises(SettingsError, match="PREFECT_API_URL"),
        open_writers(load_settings(), models),
    ):
        pass


def test_a_cluster_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("prefect_dask")
    import tasks.scale_out

    monkeypatch.setattr(tasks.scale_out, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(SettingsError, match=r"no dask cluster at tcp://127\.0\.0\.1:9 "),
        tasks.scale_out.open_cluster("dask", address="tcp://127.0.0.1:9"),
    ):
        pass


@pytest.fixture(scope="module")
def on_one_machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A home before its first run, and what a run in one process makes of it."""
    folder = tmp_path_factory.mktemp("one-machine")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        home = make_home(folder / "home")
    alone = copy_home(home, folder / "alone")
    run(alone, folder, kill=False)
    return {"home": home, "contents": contents(alone)}


def run(home: Path, cwd: Path, *, kill: bool, **more: str) -> None:
    """A whole run as a process; with ``kill`` one of its workers is killed once a batch is settled."""
    process = subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=cwd,
        env=environment_of(home, **more),
        stdout=subprocess.PIPE,
        stderr=(cwd / "run.log").open("w"),
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    killed: list[int] = []
    for line in process.stdout:
        step, _, done = line.partition(" ")
        if kill and not killed and step == "write" and int(done) > 0:
            workers = workers_of(process.pid)
            assert len(workers) >= 2, "a run on a cluster has two worker processes"
            os.kill(workers[0], signal.SIGKILL)
            killed.append(workers[0])
    assert process.wait(timeout=60) == 0, (cwd / "run.log").read_text()[-3000:]
    assert bool(killed) is kill


def workers_of(pid: int) -> list[int]:
    """Descendants of a process that hold a copywriter: spawned workers of Dask, or Ray's worker processes.

    They are told from their managers by torch, which they alone have loaded (the driver is left out).
    """
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])

    def is_below(child: int) -> bool:
        while child in parents:
            child = parents[child]
            if child == pid:
                return True
        return False

    return sorted(child for child in parents if is_below(child) and has_torch(child))


def has_torch(pid: int) -> bool:
    try:
        return "libtorch" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds worker processes in /proc")
@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_cluster_that_loses_a_worker_writes_what_one_machine_writes(
    runner: str, on_one_machine: dict[str, Any], tmp_path: Path
) -> None:
    pytest.importorskip(f"prefect_{runner}")
    home = copy_home(on_one_machine["home"], tmp_path / "home")
    run(
        home,
        tmp_path,
        kill=True,
        SHELFTALK_RUNNER=runner,
        SHELFTALK_RUNNER_WORKERS="2",
    )
    found = contents(home)
    assert found["texts"], "the run wrote nothing"
    assert found == on_one_machine["contents"]
