"""docs/write-a-plugin.md holds: its files are written, its commands are run, and say what the page says they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli_plugins  # noqa: F401 - it registers its commands
from flows.cli import app
from tasks.small_shop import fill_small_shop
from tasks.warehouse import Warehouse

GUIDE = Path(__file__).parent.parent / "docs" / "write-a-plugin.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS_A_MODEL = ("run",)
"""Commands that take a trained copywriter and Prefect's server; the slow test runs them, too."""


def blocks() -> list[tuple[str, str, str]]:
    """(kind, file, text) of each fenced block, in order."""
    return [match.groups(default="") for match in BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))]  # type: ignore[misc]


def follow(folder: Path, *, is_whole: bool) -> list[str]:
    """Do what the page says in ``folder``; the commands that were run."""
    commands = []
    for kind, file, text in blocks():
        if kind != "console":
            assert file, f"a block of {kind} without the name of its file"
            (folder / file).write_text(text, encoding="utf-8")
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            words = shlex.split(command)
            assert words[0] == "shelftalk", command
            if words[1] in NEEDS_A_MODEL and not is_whole:
                continue
            done = CliRunner().invoke(app, words[1:])
            assert done.exit_code == 0, f"$ {command}\n{done.output}{done.exception!r}"
            said = " ".join(done.output.split())
            for piece in expected.split("…"):
                assert " ".join(piece.split()) in said, f"$ {command}\n{done.output}"
            commands.append(command)
    return commands


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a home that holds the small shop, as after loading."""
    monkeypatch.delenv("SHELFTALK_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    warehouse = Warehouse(tmp_path / ".shelftalk" / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
    return tmp_path


def test_the_pages_commands_and_files_work(folder: Path) -> None:
    commands = follow(folder, is_whole=False)
    assert len(commands) >= 6
    assert any(command.startswith("shelftalk plan") for command in commands)


@pytest.mark.slow
def test_the_whole_page_works_up_to_a_run(folder: Path) -> None:
    from flows.settings import Settings
    from plugins.discovery import discover_plugins
    from tasks.train_copywriter import train
    from tests.small_archive import fill_small_archive

    home = folder / ".shelftalk"
    warehouse = Warehouse(home / "warehouse.duckdb")
    with warehouse.transaction() as con:
        fill_small_archive(con)
    train(warehouse, discover_plugins().plugins, home, steps=20, seed=Settings().seed)
    assert any(command.startswith("shelftalk run") for command in follow(folder, is_whole=True))


def test_every_filter_and_name_that_the_page_speaks_of_is_the_contracts() -> None:
    from plugins.contract import TEMPLATE_FILTERS, TEMPLATE_NAMES, Manifest

    text = GUIDE.read_text(encoding="utf-8")
    for name in (*TEMPLATE_FILTERS, *TEMPLATE_NAMES):
        assert f"`{name}`" in text or f"| {name} " in text, name
    for key in ("sql_seconds", "hook_seconds", "default_locale", "scenarios", "required_facts"):
        assert key in Manifest.model_fields
        assert key in text
