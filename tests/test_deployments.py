"""Deployments: the form's schema, a scheduled run, a run on request with its notices, an automation, a used port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.serve import check_schedules, refuse_used_port
from flows.settings import load_settings
from tasks.errors import InputError, SettingsError
from tests.run_process import copy_home, environment_of, make_home
from tests.served_shop import artifacts_of, ask, serving, wait_until_ended


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        home = copy_home(make_home(folder / "made"), folder / "home")
    with serving(home, folder, SHELFTALK_PRODUCE_SCHEDULE="0 6 * * *") as url:
        yield url, home, folder


def shelftalk_environment(served: tuple[str, Path, Path]) -> dict[str, str]:
    url, home, _ = served
    return environment_of(home, PREFECT_API_URL=f"{url}/api", PREFECT_HOME=str(home / "prefect"))


@pytest.mark.slow
def test_the_form_offers_scenarios_plugins_and_defaults_that_work(
    served: tuple[str, Path, Path],
) -> None:
    deployment = ask(served[0], "deployments/name/produce-content/shop")
    fields = deployment["parameter_openapi_schema"]["properties"]
    assert "viewed_not_bought" in fields["scenarios"]["items"]["enum"]
    assert {"descriptions", "recommendations", "review_summaries"} <= set(
        fields["plugins"]["items"]["enum"]
    )
    assert set(fields) == {"scenarios", "plugins", "limit", "seed", "rewrite", "dry_run"}
    assert all(field["description"] and "default" in field for field in fields.values())
    assert "required" not in deployment["parameter_openapi_schema"]
    assert deployment["enforce_parameter_schema"]


@pytest.mark.slow
def test_a_scheduled_run_appears(served: tuple[str, Path, Path]) -> None:
    url = served[0]
    deployment = ask(url, "deployments/name/produce-content/shop")
    assert [s["schedule"]["cron"] for s in deployment["schedules"]] == ["0 6 * * *"]
    wanted = {
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "deployments": {"id": {"any_": [deployment["id"]]}},
    }
    deadline = time.monotonic() + 90
    while not (runs := ask(url, "flow_runs/filter", wanted)):
        assert time.monotonic() < deadline, "the scheduler made no run"
        time.sleep(1)
    assert all(run["auto_scheduled"] for run in runs)


@pytest.mark.slow
def test_an_unknown_scenario_is_refused_by_the_server(served: tuple[str, Path, Path]) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "prefect", "deployment", "run", "produce-content/shop"),
            *("--param", 'scenarios=["nobody"]'),
        ],
        env=shelftalk_environment(served),
        cwd=served[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert "nobody" in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_prefect_deployment_run_writes_content_and_tells_of_it(
    served: tuple[str, Path, Path],
) -> None:
    url = served[0]
    started = subprocess.run(
        [
            *(sys.executable, "-m", "prefect", "deployment", "run", "produce-content/shop"),
            *("--param", 'scenarios=["viewed_not_bought"]', "--param", "limit=5"),
        ],
        env=shelftalk_environment(served),
        cwd=served[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert started.returncode == 0, started.stderr
    wanted: dict[str, Any] = {"flow_runs": {"tags": {"all_": ["viewed_not_bought"]}}}
    deadline = time.monotonic() + 120
    while not (runs := ask(url, "flow_runs/filter", wanted)):
        assert time.monotonic() < deadline, "the run did not start"
        time.sleep(0.5)
    run = wait_until_ended(url, runs[0]["id"])
    assert run["state_type"] == "COMPLETED"
    assert run["name"].startswith("viewed_not_bought-20")
    artifacts = artifacts_of(url, run["id"])
    assert {"content-written", "run-summary", "report"} <= set(artifacts)
    assert artifacts["content-written"]["data"] == 100
    asked = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "limit": 200}
    said, deadline = "", time.monotonic() + 30
    while "completed in" not in said and time.monotonic() < deadline:  # the log follows the run
        said = "\n".join(line["message"] for line in ask(url, "logs/filter", asked))
        time.sleep(0.5)
    assert "planned viewed_not_bought · descriptions: 5 briefs" in said
    assert "completed in" in said
    assert "@" not in said, "a log holds no address of a person"
    deadline = time.monotonic() + 30
    while True:
        events = ask(
            url,
            "events/filter",
            {"filter": {"event": {"name": ["shelftalk.content.published"]}}, "limit": 10},
        )["events"]
        if events or time.monotonic() > deadline:
            break
        time.sleep(1)
    assert events[0]["payload"]["count_published"] > 0
    assert events[0]["payload"]["plugins"]["descriptions"]["briefs"] == 5


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_promoted_model_starts_a_run_by_the_documented_automation(
    served: tuple[str, Path, Path],
) -> None:
    url, _, folder = served
    environment = shelftalk_environment(served)
    for _ in range(2):  # the second puts it in place of the first
        made = subprocess.run(
            [sys.executable, "-m", "flows.automations"],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert made.returncode == 0, made.stderr
    found = [a for a in ask(url, "automations/filter", {}) if a["name"].startswith("shelftalk")]
    assert len(found) == 1
    before = {run["id"] for run in ask(url, "flow_runs/filter", {})}
    emit = "from flows.notices import emit; emit('model.promoted', 'shelftalk.model.abc', {'model_hash': 'abc'})"
    subprocess.run(
        [sys.executable, "-c", emit], env=environment, cwd=folder, check=True, timeout=120
    )
    deadline = time.monotonic() + 90
    while True:
        new = [
            run
            for run in ask(url, "flow_runs/filter", {})
            if run["id"] not in before and not run["auto_scheduled"]
        ]
        if new:
            break
        assert time.monotonic() < deadline, "the automation started no run"
        time.sleep(1)
    assert new[0]["created_by"]["type"] == "AUTOMATION"
    assert wait_until_ended(url, new[0]["id"])["state_type"] == "COMPLETED"


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"port {port} on this machine is in use; .*--port"):
            refuse_used_port(port)


def test_a_schedule_that_is_no_cron_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFTALK_TRAIN_SCHEDULE", "every monday")
    with pytest.raises(SettingsError, match=r"train_schedule is 'every monday'.*five fields"):
        check_schedules(load_settings())


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_a_process_pool_runs_the_deployments_of_prefect_yaml(
    served: tuple[str, Path, Path],
) -> None:
    url = served[0]
    root = Path(__file__).parent.parent
    environment = shelftalk_environment(served) | {"CHECKOUT_OF_SHELFTALK": str(root)}

    def prefect(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
            env=environment,
            cwd=root,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prefect("work-pool", "create", "--type", "process", "shop")
    prefect("deploy", "--all")
    worker = subprocess.Popen(
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", "shop"],
        env=environment,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deployment = ask(url, "deployments/name/produce-content/pool")
        run = ask(
            url,
            f"deployments/{deployment['id']}/create_flow_run",
            {"parameters": {"scenarios": ["bargain_hunters"], "dry_run": True}},
        )
        ended = wait_until_ended(url, run["id"])
        assert ended["state_type"] == "COMPLETED", ended["state"]
        assert "run-plan" in artifacts_of(url, run["id"])
    finally:
        os.killpg(worker.pid, 15)
        worker.wait(timeout=30)
