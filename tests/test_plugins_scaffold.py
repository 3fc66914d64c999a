"""The scaffold: a folder that keeps the contract at once, under a name that it may have."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli_plugins  # noqa: F401 - it registers its commands
from flows.cli import app
from plugins.conformance import check_folder
from plugins.discovery import discover_plugins
from plugins.plugin_files import BrokenPluginError
from plugins.scaffolding import SUBJECTS, write_scaffold
from tasks.errors import InputError


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_new_plugin_keeps_the_contract_without_a_single_finding(
    tmp_path: Path, subject: str
) -> None:
    folder = write_scaffold("gift_notes", subject, tmp_path)
    done = check_folder(folder, sample=12)
    assert done.findings == ()
    assert done.figures["count_briefs"] > 0
    assert done.figures["share_fallbacks_passed"] == 1
    [plugin] = [
        p for p in discover_plugins([tmp_path], entry_points=False).plugins if p.folder == folder
    ]
    assert (plugin.name, plugin.manifest.subject) == ("gift_notes", subject)
    assert plugin.prepare is not None
    assert plugin.accept is not None


def test_its_files_teach_and_hold_no_placeholder(tmp_path: Path) -> None:
    for subject in SUBJECTS:
        folder = write_scaffold(f"my_{subject}", subject, tmp_path)
        for file in folder.iterdir():
            text = file.read_text(encoding="utf-8")
            assert "__NAME__" not in text
            assert text.lstrip().startswith(("#", "--", "{#", '"""')) or file.suffix == ".j2", file


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lambda", "Python keyword"),
        ("tasks", "Shelftalk uses itself"),
        ("contract", "Shelftalk uses itself"),
        ("descriptions", "there is a plugin 'descriptions' already"),
        ("Gift", "lower-case letters"),
        ("x", "2 to 41"),
        ("../escape", "no name for a plugin"),
        ("a" * 60, "2 to 41"),
    ],
)
def test_a_name_that_no_plugin_may_have_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, words: str
) -> None:
    parent = tmp_path / "mine"
    with pytest.raises(BrokenPluginError, match=words):
        write_scaffold(name, "product", parent, taken={"descriptions"})
    assert not parent.exists()


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "gift_notes").mkdir()
    (tmp_path / "gift_notes" / "plugin.toml").write_text("mine")
    with pytest.raises(BrokenPluginError, match="is there already"):
        write_scaffold("gift_notes", "product", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["gift_notes"]
    assert (tmp_path / "gift_notes" / "plugin.toml").read_text() == "mine"


def test_the_command_writes_it_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(app, ["plugins", "new", "gift_notes", "--subject", "segment"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "shelftalk_plugins" / "gift_notes" / "briefs.sql").is_file()
    assert "shelftalk plugins check gift_notes" in done.output
    assert "plugin_folders" in done.output
    again = CliRunner().invoke(app, ["plugins", "new", "recommendations"])
    assert isinstance(again.exception, InputError)
    assert "there is a plugin 'recommendations' already" in str(again.exception)


def test_the_list_is_what_the_bare_command_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bare = CliRunner().invoke(app, ["plugins", "--json"])
    listed = CliRunner().invoke(app, ["plugins", "list", "--json"])
    assert bare.exit_code == listed.exit_code == 0
    assert bare.output == listed.output
    assert '"campaign_messages"' in bare.output
