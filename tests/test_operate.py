"""What an operator meets: plans that come true, hanging plugins, failing models, full disks, clocks, backups."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.dry_run import dry_run
from flows.open_shop import warehouse_of
from flows.settings import Settings, load_settings
from tasks.draft_cache import DraftStore
from tasks.errors import CopywriterError, StepTimeout, WarehouseError
from tasks.gpt2_task_runner import GPT2TaskRunner
from tasks.publish_content import moment_in, now
from tasks.records import DraftRequest, RawDraft
from tasks.time_limit import Patience, PatientWriter
from tasks.warehouse import Warehouse, fetch_dicts, one_value
from tests.run_process import contents, copy_home, environment_of, finish, make_home, start_run

SCENARIOS = ["bargain_hunters", "viewed_not_bought"]


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory, prefect_server: Any) -> Path:
    """A home whose content is written: two scenarios, descriptions."""
    folder = tmp_path_factory.mktemp("operate")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        home = make_home(folder / "home")
        patch.setenv("SHELFTALK_HOME", str(home))
        patch.setenv("SHELFTALK_CANDIDATES", "2")
        produce()
    return home


@pytest.fixture
def settings(made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = copy_home(made_home, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(home))
    monkeypatch.setenv("SHELFTALK_CANDIDATES", "2")
    return load_settings()


def produce(runner: GPT2TaskRunner[Any] | None = None, **options: Any) -> dict[str, Any]:
    from flows.produce_content import produce_content

    flow = produce_content if runner is None else produce_content.with_options(task_runner=runner)
    return flow(**({"scenarios": SCENARIOS, "plugins": ["descriptions"]} | options))


def settled(settings: Settings, run_id: str) -> dict[tuple[str, str], str]:
    """(scenario, subject) -> state of the briefs of a run."""
    with warehouse_of(settings).open() as con:
        return {
            (scenario, subject): state
            for scenario, subject, state in con.execute(
                "select scenario, subject_id, state from content.briefs where run_id = $run_id",
                {"run_id": run_id},
            ).fetchall()
        }


def change_shop(settings: Settings, sql: str) -> None:
    with warehouse_of(settings).open() as con:
        con.execute(sql)


def plan_and_run(**options: Any) -> tuple[dict[str, Any], dict[tuple[str, str], str]]:
    """The plan, and what the run that followed settled; they must agree on every number."""
    settings = load_settings()
    asked = {"scenarios": SCENARIOS, "plugins": ["descriptions"]} | options
    planned = dry_run(settings, **asked)
    done = settled(settings, produce(**options)["run_id"])
    tried = [key for key, state in done.items() if state != "reused"]
    assert planned["count_briefs"] == len(done)
    assert planned["count_unchanged"] == sum(state == "reused" for state in done.values())
    # A brief quarantined before stays so without another try; the plan counts it on its own.
    assert planned["count_to_write"] + planned["count_quarantined"] == len(tried)
    return planned, done


def test_nothing_changed_nothing_is_written(settings: Settings) -> None:
    planned, done = plan_and_run()
    assert planned["count_to_write"] == 0
    assert set(done.values()) == {"reused"}


def test_a_changed_fact_rewrites_its_product_alone_and_the_reason_names_the_fact(
    settings: Settings,
) -> None:
    with warehouse_of(settings).open() as con:
        subject = one_value(con, "select min(subject_id) from content.texts")
    change_shop(
        settings, f"update shop.products set price = price + 1 where product_id = '{subject}'"
    )
    _, done = plan_and_run()
    assert {key[1] for key, state in done.items() if state != "reused"} == {subject}
    with warehouse_of(settings).open() as con:
        reasons = con.execute(
            "select distinct retired_reason from content.texts where retired_at is not null"
        ).fetchall()
        replaced = fetch_dicts(
            con.execute(
                "select earlier.retired_at, later.published_at from content.texts as earlier "
                "join content.texts as later using (brief_id) "
                "where earlier.retired_at is not null and later.retired_at is null"
            )
        )
    assert reasons == [("replaced: its facts changed (price)",)]
    assert all(row["retired_at"] == row["published_at"] for row in replaced)


def test_a_product_that_vanished_retires_its_content(settings: Settings) -> None:
    with warehouse_of(settings).open() as con:
        subject = one_value(con, "select min(subject_id) from content.texts")
    change_shop(
        settings, f"update shop.products set is_available = false where product_id = '{subject}'"
    )
    planned, done = plan_and_run()
    assert subject not in {key[1] for key in done}
    assert planned["count_to_write"] == sum(s in ("approved", "fallback") for s in done.values())
    with warehouse_of(settings).open() as con:
        live = one_value(
            con,
            f"select count(*) from content.texts where subject_id = '{subject}' and retired_at is null",
        )
        why = one_value(
            con,
            f"select any_value(retired_reason) from content.texts where subject_id = '{subject}'",
        )
    assert live == 0
    assert "vanished" in why


def own_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, **files: str) -> Path:
    """A copy of the plugin descriptions under another name, with files replaced, that two scenarios ask for."""
    folder = tmp_path / "plugins" / name
    shutil.copytree(Path(__file__).parent.parent / "plugins" / "descriptions", folder)
    manifest = (folder / "plugin.toml").read_text(encoding="utf-8")
    manifest = manifest.replace('"descriptions"', f'"{name}"')
    top = 'scenarios = ["bargain_hunters", "viewed_not_bought"]\n'
    (folder / "plugin.toml").write_text(top + manifest, encoding="utf-8")
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_text(text, encoding="utf-8")
    monkeypatch.setenv("SHELFTALK_PLUGIN_FOLDERS", json.dumps([str(tmp_path / "plugins")]))
    return folder


def grow(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("prompt.j2", lambda text: text.replace("| goal", "| aim", 1)),
        pytest.param(
            "checks.toml", lambda text: text + "\n# looked at again\n", marks=pytest.mark.slow
        ),
        pytest.param(
            "plugin.toml",
            lambda text: text.replace('version = "', 'version = "9', 1),
            marks=pytest.mark.slow,
        ),
    ],
    ids=["prompt", "check", "version"],
)
def test_a_changed_file_of_a_plugin_rewrites_what_that_plugin_wrote_and_no_more(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    change: Callable[[str], str],
) -> None:
    folder = own_plugin(tmp_path, monkeypatch, "cards")
    both = {"plugins": ["descriptions", "cards"], "scenarios": ["bargain_hunters"]}
    produce(**both)
    before = (folder / file).read_text(encoding="utf-8")
    assert change(before) != before
    (folder / file).write_text(change(before), encoding="utf-8")
    planned = dry_run(load_settings(), **both)
    counts = {line["plugin"]: line["count_to_write"] for line in planned["lines"]}
    briefs = {line["plugin"]: line["count_briefs"] for line in planned["lines"]}
    assert counts == {"descriptions": 0, "cards": briefs["cards"]}
    summary = produce(**both)
    done = {line["plugin"]: line["count_reused"] for line in summary["plugins"]}
    assert done == {"descriptions": briefs["descriptions"], "cards": 0}


def test_another_model_rewrites_everything_and_the_reason_says_so(settings: Settings) -> None:
    change_shop(
        settings, "update content.texts set model_hash = 'earlier' where model_hash is not null"
    )
    change_shop(settings, "update content.texts set brief_hash = 'earlier'")
    _, done = plan_and_run()
    assert "reused" not in done.values()
    with warehouse_of(settings).open() as con:
        reasons = {
            row[0]
            for row in con.execute(
                "select distinct retired_reason from content.texts where retired_at is not null"
            ).fetchall()
        }
    assert "replaced: written by another copywriter" in reasons


def test_a_changed_scenario_rewrites_that_scenario_alone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    source = Path(__file__).parent.parent / "sql" / "scenarios" / "bargain_hunters.sql"
    text = source.read_text(encoding="utf-8").replace("bargain_hunters", "own_bargains")
    (folder / "own_bargains.sql").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SHELFTALK_SCENARIO_FOLDERS", json.dumps([str(folder)]))
    both = {"scenarios": ["viewed_not_bought", "own_bargains"]}
    produce(**both)
    assert "tone: lively" in text
    changed = text.replace("tone: lively", "tone: plain")
    (folder / "own_bargains.sql").write_text(changed, encoding="utf-8")
    _, done = plan_and_run(**both)
    assert {key[0] for key, state in done.items() if state != "reused"} == {"own_bargains"}
    assert {s for k, s in done.items() if k[0] == "viewed_not_bought"} == {"reused"}


HANGS = """
import time

def prepare(brief):
    while True:
        time.sleep(0.01)
"""


def test_a_plugin_that_hangs_fails_its_briefs_and_the_run_goes_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_plugin(tmp_path, monkeypatch, "cards", plugin_py=HANGS)
    monkeypatch.setenv("SHELFTALK_BATCH_SECONDS", "2")
    monkeypatch.setenv("SHELFTALK_BATCH_SIZE", "8")
    change_shop(settings, "update shop.products set price = price + 1")
    started = time.monotonic()
    summary = produce(plugins=["descriptions", "cards"], scenarios=["bargain_hunters"])
    assert time.monotonic() - started < 90
    counts = {line["plugin"]: line for line in summary["plugins"]}
    assert counts["cards"]["count_failed"] == counts["cards"]["count_briefs"] > 8
    assert counts["descriptions"]["count_failed"] == 0
    assert counts["descriptions"]["count_approved"] > 0
    with warehouse_of(settings).open() as con:
        reason = one_value(con, "select reason from content.briefs where state = 'failed' limit 1")
    assert "the plugin cards did not end its work" in reason
    assert "batch_seconds" in reason


class PoisonedRunner(GPT2TaskRunner[Any]):
    """A copywriter that raises whenever a batch holds a request for the poisoned price."""

    def _open(self) -> Any:
        write = super()._open()

        def answer(requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
            if any(request.seed % 5 == 0 for request in requests):
                raise RuntimeError("out of memory")
            answered: list[list[RawDraft]] = write(requests)
            return answered

        return answer


def test_a_model_that_raises_in_mid_batch_fails_those_briefs_alone_and_they_are_tried_again(
    settings: Settings,
) -> None:
    change_shop(settings, "update shop.products set price = price + 1")
    first = settled(settings, produce(runner=PoisonedRunner(max_workers=4))["run_id"])
    failed = {key for key, state in first.items() if state == "failed"}
    assert failed
    assert len(failed) < len(first)
    with warehouse_of(settings).open() as con:
        reason = one_value(con, "select reason from content.briefs where state = 'failed' limit 1")
    assert "out of memory" in reason
    _, second = plan_and_run()
    assert {key for key, state in second.items() if state != "reused"} == failed


def test_a_missing_or_other_copywriter_ends_the_run_before_a_text_is_touched(
    settings: Settings, tmp_path: Path
) -> None:
    change_shop(settings, "update shop.products set price = price + 1")
    change_shop(settings, "update content.models set model_hash = 'abc' where state = 'in_use'")
    before = contents(settings.home)["texts"]
    with pytest.raises(CopywriterError, match="holds another copywriter"):
        produce()
    change_shop(settings, "update content.models set folder = '/nowhere/at/all'")
    with pytest.raises(CopywriterError, match="no model folder at /nowhere"):
        produce()
    assert contents(settings.home)["texts"] == before
    with warehouse_of(settings).open() as con:
        last = con.execute(
            "select state, reason from content.runs order by started_at desc limit 1"
        ).fetchone()
    assert last is not None
    assert last[0] == "failed"
    assert "/nowhere" in last[1]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(
    made_home: Path, tmp_path: Path
) -> None:
    from prefect.settings import PREFECT_API_URL

    home = copy_home(made_home, tmp_path / "home")
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("update shop.products set price = price + 1")
    before = contents(home)["texts"]
    more = {
        "RUN_OPTIONS": json.dumps({"scenarios": SCENARIOS, "plugins": ["descriptions"]}),
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),  # a server whose own files are not limited
    }
    full = start_run(home, tmp_path, LIMIT_FILE_BYTES=str(600_000), **more)
    _, said = full.communicate(timeout=200)
    assert full.returncode == 1, said[-3000:]
    assert "WarehouseUnwritable" in said, said[-3000:]
    assert contents(home)["texts"] == before
    finish(start_run(home, tmp_path, **more))
    after = contents(home)
    assert after["count_orphans"] == after["count_unbalanced"] == after["count_running"] == 0
    assert {row[0] for row in after["texts"]} == {row[0] for row in before}
    assert after["texts"] != before


def test_a_clock_that_was_set_back_never_publishes_before_what_is_there(settings: Settings) -> None:
    ahead = now() + timedelta(hours=5)
    change_shop(settings, f"update content.texts set published_at = '{ahead}'")
    change_shop(settings, "update shop.products set price = price + 1")
    produce()
    with warehouse_of(settings).open() as con:
        assert moment_in(con) > ahead
        wrong = one_value(
            con,
            "select count(*) from content.texts as earlier join content.texts as later using (brief_id) "
            "where earlier.retired_at is not null and later.retired_at is null "
            "and (later.published_at <= earlier.published_at or earlier.retired_at < earlier.published_at)",
        )
        count = one_value(con, "select count(*) from content.texts where retired_at is not null")
    assert count > 0
    assert wrong == 0


def test_last_weeks_backup_is_an_older_state_that_the_next_run_writes_from(
    settings: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.duckdb"
    shutil.copy(settings.warehouse_path, backup)
    change = "update shop.products set price = price + 2 where product_id < 'p05'"
    change_shop(settings, change)
    produce()
    wanted = contents(settings.home)["texts"]
    shutil.copy(backup, settings.warehouse_path)
    change_shop(settings, change)
    _, done = plan_and_run()
    assert "reused" in done.values()
    assert contents(settings.home)["texts"] == wanted


def test_a_backup_restored_beside_the_log_of_a_killed_run_is_not_mixed_with_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "warehouse.duckdb"
    Warehouse(path).create()
    shutil.copy(path, tmp_path / "backup.duckdb")
    Warehouse(path).create()
    killed = (
        "import duckdb, os, sys; con = duckdb.connect(sys.argv[1]); con.execute('begin'); "
        "con.execute(\"insert into shop.policies values ('returns', 'en', '30', 'x')\"); "
        "con.execute('commit'); os._exit(9)"
    )
    with duckdb.connect(str(path)) as con:
        con.execute("insert into shop.policies values ('guarantee', 'en', '2', 'x')")
    subprocess.run([sys.executable, "-c", killed, str(path)], check=False)
    log = tmp_path / "warehouse.duckdb.wal"
    assert log.exists()
    shutil.copy(tmp_path / "backup.duckdb", path)
    with pytest.raises(WarehouseError, match="move that file away to open the warehouse as it was"):
        Warehouse(path).require()
    log.unlink()
    with Warehouse(path).open() as con:
        assert one_value(con, "select count(*) from shop.policies") == 0


def test_the_server_may_go_away_in_mid_run(settings: Settings, tmp_path: Path) -> None:
    from flows.notices import Notices

    told: list[str] = []

    def raises() -> None:
        told.append("asked")
        raise ConnectionError("refused")

    from prefect import flow

    @flow
    def watched() -> str:
        notices = Notices()
        for _ in range(3):
            notices._quietly("table", raises)
        return "done"

    assert watched() == "done"
    assert told == ["asked"], "a server that does not answer is left alone for a while"


def test_patience_does_not_count_the_queue_of_the_copywriter() -> None:
    patience = Patience(0.5)
    writer = PatientWriter(lambda requests: [[] for _ in requests])
    assert patience.run("cards", "write_drafts", lambda: writer.outcomes([]), writer) == []

    def slow(requests: Sequence[DraftRequest]) -> list[list[RawDraft] | Exception]:
        time.sleep(1.5)
        return []

    other = threading.Thread(
        target=lambda: [
            (time.sleep(0.25), patience.run("tags", "write_drafts", lambda: 1, PatientWriter(slow)))
            for _ in range(6)
        ]
    )
    other.start()
    queued = PatientWriter(slow)
    assert patience.run("cards", "write_drafts", lambda: queued.outcomes([]), queued) == []
    other.join()

    alone = PatientWriter(slow)
    with pytest.raises(StepTimeout, match=r"the copywriter answered no batch within 0\.5 s"):
        patience.run("cards", "write_drafts", lambda: alone.outcomes([]), alone)
    with pytest.raises(StepTimeout, match="not tried: the copywriter"):
        patience.run("tags", "write_drafts", lambda: alone.outcomes([]), alone)
    assert patience.run("cards", "check_drafts", lambda: 5) == 5


def test_work_that_hangs_is_stopped_where_python_can() -> None:
    def hangs() -> None:
        while True:
            time.sleep(0.01)

    with pytest.raises(StepTimeout, match="the plugin cards did not end its work in check_drafts"):
        Patience(0.2).run("cards", "check_drafts", hangs)
    deadline = time.monotonic() + 10
    while any(thread.name == "check_drafts cards" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "its thread goes on"
        time.sleep(0.05)


def test_kept_drafts_are_asked_for_once(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    asked: list[int] = []

    def write(requests: Sequence[DraftRequest]) -> list[list[RawDraft] | Exception]:
        asked.extend(request.seed for request in requests)
        return [
            ValueError("poisoned")
            if request.seed == 2
            else [RawDraft(0, f"Text of <name> {request.seed}.", -1.5, request.seed, 5)]
            for request in requests
        ]

    def request(seed: int) -> DraftRequest:
        return DraftRequest("descriptions | <name>", ("name",), seed, 1, 20, 0.8, 50)

    first = DraftStore(warehouse, run_id="a", model_hash="m").remembering(write)
    answers = first([request(1), request(2)])
    assert isinstance(answers[1], ValueError)
    again = DraftStore(warehouse, run_id="b", model_hash="m")
    assert len(again) == 1
    assert again.remembering(write)([request(1), request(2), request(3)])[0] == answers[0]
    assert asked == [1, 2, 2, 3]
    DraftStore(warehouse, run_id="c", model_hash="another").remembering(write)([request(1)])
    assert asked[-1] == 1, "another model's answers are its own"


def cli(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *arguments],
        env=environment_of(settings.home),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_runs_why_and_doctor_tell_all_that_an_operator_needs(settings: Settings) -> None:
    runs = json.loads(cli(settings, "runs", "--json").stdout)
    assert runs[0]["state"] == "completed"
    with warehouse_of(settings).open() as con:
        text_id = one_value(
            con, "select text_id from content.texts where written_by = 'model' limit 1"
        )
    why = json.loads(cli(settings, "why", text_id, "--json").stdout)
    for key in ("scenario", "facts", "prompt", "model_hash", "seed", "verdicts", "brief_hash"):
        assert why[key], key
    assert json.loads(why["run"]["settings"])["candidates"] == 2
    assert "approval" in why
    done = cli(settings, "doctor", "--json")
    found = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert {
        "python",
        "disk",
        "home",
        "warehouse",
        "copywriter",
        "prefect",
        "hub",
        "lock",
        "clock",
    } <= set(found)
    assert (
        found["warehouse"]["state"]
        == found["copywriter"]["state"]
        == found["lock"]["state"]
        == "ok"
    )
    assert all(f["cure"] for f in found.values() if f["state"] != "ok")


def test_doctor_finds_a_clock_that_is_behind_and_a_copywriter_that_is_gone(
    settings: Settings,
) -> None:
    change_shop(settings, f"update content.runs set ended_at = '{now() + timedelta(days=1)}'")
    change_shop(settings, "update content.models set folder = '/nowhere/at/all'")
    done = cli(settings, "doctor", "--json")
    assert done.returncode == 1
    found = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert found["clock"]["state"] == "warning"
    assert found["copywriter"]["state"] == "broken"
    assert isinstance(now(), datetime)
