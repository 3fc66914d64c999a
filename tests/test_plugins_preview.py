"""The preview: what a plugin would write, with nothing written, again after each edit, and the warehouse left free."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli_plugins  # noqa: F401 - it registers its commands
from flows.cli import app
from flows.cli_plugins import show_round
from flows.plugin_preview import Preview, PreviewRound, watch
from flows.settings import Settings
from plugins.scaffolding import write_scaffold
from tasks.errors import InputError, PluginError
from tasks.small_shop import fill_small_shop
from tasks.warehouse import Warehouse


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_copywriter: Path) -> Path:
    """A home with the small shop and a tiny copywriter in use."""
    home = tmp_path_factory.mktemp("preview")
    warehouse = Warehouse(home / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        con.execute(
            "insert into content.models by name select 'tiny' as model_hash, $folder as folder, 'in_use' as state, "
            "timestamp '2026-11-14' as created_at, '{}' as corpus, '{}' as settings, '{}' as figures",
            {"folder": str(tiny_copywriter)},
        )
    return home


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(home))
    return write_scaffold("gift_notes", "product", tmp_path / "shelftalk_plugins")


def test_it_shows_brief_prompt_drafts_verdicts_and_text_and_writes_nothing(
    folder: Path, home: Path
) -> None:
    before = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
    done = CliRunner().invoke(
        app,
        [
            "plugins",
            "preview",
            "gift_notes",
            "-s",
            "seasonal_gift_buyers",
            "--limit",
            "3",
            "--json",
        ],
    )
    assert done.exit_code == 0, (done.output, done.exception)
    told = json.loads(done.output)
    assert len(told["items"]) == 3
    for item in told["items"]:
        assert item["scenario"] == "seasonal_gift_buyers"
        assert item["prompt"].startswith("gift_notes | goal gift")
        assert item["facts"]["name"] in item["text"]
        assert {draft["written_by"] for draft in item["drafts"]} >= {"model"}
        assert item["state"] in ("approved", "fallback")
        for draft in item["drafts"]:
            assert all(refusal["why"] for refusal in draft["refusals"])
    after = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
    assert after == before


def test_the_terminal_shows_all_of_it(folder: Path) -> None:
    done = CliRunner().invoke(app, ["plugins", "preview", "gift_notes", "--limit", "1"])
    assert done.exit_code == 0, done.exception
    for word in ("prompt", "material", "model:", "Nothing was written", "gift_notes"):
        assert word in done.output


def test_without_a_warehouse_the_small_shop_is_shown(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path / "none"))
    done = CliRunner().invoke(app, ["plugins", "preview", "gift_notes", "--limit", "1", "--json"])
    told = json.loads(done.output)
    assert [item["state"] for item in told["items"]] == ["fallback"]
    assert any("small shop" in note for note in told["notes"])
    assert any("shelftalk train" in note for note in told["notes"])
    assert not (tmp_path / "none").exists()


def test_an_unknown_scenario_or_plugin_is_named(folder: Path) -> None:
    wrong = CliRunner().invoke(app, ["plugins", "preview", "gift_notes", "-s", "nobody"])
    assert isinstance(wrong.exception, InputError)
    assert "no scenario 'nobody'; known: " in str(wrong.exception)
    absent = CliRunner().invoke(app, ["plugins", "preview", "nothing_here"])
    assert isinstance(absent.exception, InputError)
    assert "shelftalk plugins new nothing_here" in str(absent.exception)


def test_watching_shows_each_edit_waits_out_a_broken_one_and_leaves_the_warehouse_free(
    folder: Path, home: Path
) -> None:
    shown: list[PreviewRound | PluginError] = []

    def edit(old: str, new: str) -> Callable[[], None]:
        def change() -> None:
            path = folder / "fallback.j2"
            path.write_text(path.read_text().replace(old, new))

        return change

    edits = [
        edit("It costs", "{% if %} It costs"),
        edit("{% if %} It costs", "The price is"),
    ]

    def show(outcome: PreviewRound | PluginError) -> None:
        shown.append(outcome)
        show_round(outcome)
        # Between two looks another process may write.
        with Warehouse(home / "warehouse.duckdb", wait_seconds=0.1).transaction() as con:
            con.execute("update shop.policies set value = value")
        if edits:
            edits.pop(0)()

    with Preview(Settings(home=home), folder, scenario="seasonal_gift_buyers", limit=2) as preview:
        watch(preview, show, is_over=lambda: len(shown) == 3)
    first, broken, mended = shown
    assert isinstance(first, PreviewRound)
    assert isinstance(broken, PluginError)
    assert "fallback.j2" in str(broken)
    assert isinstance(mended, PreviewRound)
    assert mended.plugin.fingerprint != first.plugin.fingerprint
    assert mended.seconds < 3, "the model stays warm; about 0.3 s on two quiet cores"
