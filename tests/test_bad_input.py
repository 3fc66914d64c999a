"""Bad input gets one clear sentence, exit code 2 and no traceback, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shelftalk(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person types it, in a folder of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("SHELFTALK_")}
    env |= {
        "SHELFTALK_HOME": str(home),
        "SHELFTALK_LOCK_WAIT_SECONDS": "0.5",
        "NO_COLOR": "1",
        **environment,
    }
    code = "from flows.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=env,
        cwd=ROOT,
        check=False,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    said = done.stderr.strip()
    assert said.startswith("error: "), said
    assert len(said.splitlines()) == 1, said
    for word in words:
        assert word in said, (word, said)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    assert shelftalk(made, "init").returncode == 0
    return made


def test_commands_that_need_a_warehouse_say_how_to_make_one(tmp_path: Path) -> None:
    for command in (["plan"], ["run"], ["show"], ["report"], ["export", "feed", "f.csv"], ["runs"]):
        assert_one_sentence(
            shelftalk(tmp_path / "none", *command), "no warehouse", "shelftalk init"
        )


def test_a_warehouse_that_is_something_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes(b"not a database" * 400)
    assert_one_sentence(shelftalk(home, "plan"), "is not a DuckDB warehouse", "shelftalk init")
    assert_one_sentence(shelftalk(home, "init"), "is not a DuckDB warehouse")


def test_a_warehouse_locked_by_another_process(home: Path) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(home / "warehouse.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert_one_sentence(shelftalk(home, "plan"), f"process {holder.pid}", "try again")
    finally:
        holder.communicate()


def test_an_empty_shop_says_what_it_needs(home: Path) -> None:
    assert_one_sentence(shelftalk(home, "plan"), "products", "load")
    assert_one_sentence(shelftalk(home, "train"), "300 approved texts")
    assert_one_sentence(shelftalk(home, "run"), "shelftalk train")


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_one_sentence(shelftalk(tmp_path / "file" / "home", "init"), "SHELFTALK_HOME")


def test_a_full_disk_is_named_and_the_shop_is_kept(home: Path) -> None:
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "sys.argv = ['shelftalk', 'init', '--sample']\n"
        "from flows.cli import main; main()"
    )
    env = os.environ | {"SHELFTALK_HOME": str(home), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=env,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    assert shelftalk(home, "init").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["load", "shopify", "none.csv"], ["none.csv"]),
        (["load", "table", "produkts", "x.csv"], ["produkts", "products"]),
        (["load", "table", "products", "x.csv", "--map", "nonsense"], ["column=source"]),
        (["check", "none.jsonl"], ["none.jsonl"]),
        (["answer", "none.jsonl"], ["none.jsonl"]),
    ],
)
def test_files_that_are_not_there(home: Path, arguments: list[str], words: list[str]) -> None:
    assert_one_sentence(shelftalk(home, *arguments), *words)


def test_unknown_settings_are_refused(home: Path) -> None:
    assert_one_sentence(
        shelftalk(home, "settings", SHELFTALK_CANDIDATE="3"), "SHELFTALK_CANDIDATES"
    )


def test_a_schedule_that_is_no_cron_line(home: Path) -> None:
    done = shelftalk(home, "serve", SHELFTALK_PRODUCE_SCHEDULE="every morning")
    assert_one_sentence(done, "every morning", "0 6 * * *")


def test_a_port_in_use(home: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert_one_sentence(shelftalk(home, "serve", "--port", port), port, "--port")


def test_a_text_that_is_not_there(home: Path) -> None:
    assert_one_sentence(shelftalk(home, "show", "ffff"), "ffff")
