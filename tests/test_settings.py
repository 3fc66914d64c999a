"""Settings: environment over shelftalk.toml over defaults; unknown keys refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.settings import load_settings, settings_rows
from tasks.errors import SettingsError


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for key in [k for k in os.environ if k.startswith("SHELFTALK_")]:
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_hold_without_any_file() -> None:
    settings = load_settings()
    assert settings.min_audience == 20
    assert settings.warehouse_path == Path(".shelftalk/warehouse.duckdb")


def test_environment_wins_over_toml_and_each_says_where_it_came_from(
    clean_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clean_place / "shelftalk.toml").write_text(
        'min_audience = 30\ncandidates = 5\nplugin_folders = ["mine"]\n'
    )
    monkeypatch.setenv("SHELFTALK_CANDIDATES", "2")
    settings = load_settings()
    assert (settings.min_audience, settings.candidates) == (30, 2)
    assert settings.plugin_folders == (Path("mine"),)
    origins = {row.name: row.origin for row in settings_rows(settings)}
    assert origins["candidates"] == "environment SHELFTALK_CANDIDATES"
    assert origins["min_audience"] == "shelftalk.toml"
    assert origins["seed"] == "default"


def test_unknown_key_in_toml_is_refused_with_the_nearest(clean_place: Path) -> None:
    (clean_place / "shelftalk.toml").write_text("min_audiense = 30\n")
    with pytest.raises(
        SettingsError, match=r"unknown setting 'min_audiense' in shelftalk.toml.*min_audience"
    ):
        load_settings()


def test_unknown_key_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFTALK_CANDIDATE", "3")
    with pytest.raises(SettingsError, match=r"SHELFTALK_CANDIDATE.*SHELFTALK_CANDIDATES"):
        load_settings()


def test_bad_value_names_the_setting_and_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFTALK_MIN_AUDIENCE", "one")
    with pytest.raises(SettingsError, match=r"min_audience \(environment SHELFTALK_MIN_AUDIENCE\)"):
        load_settings()


def test_broken_toml_is_one_sentence(clean_place: Path) -> None:
    (clean_place / "shelftalk.toml").write_text("min_audience = \n")
    with pytest.raises(SettingsError, match=r"shelftalk.toml is not valid TOML"):
        load_settings()


def test_list_that_is_not_json_says_how_lists_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFTALK_PLUGIN_FOLDERS", "a,b")
    with pytest.raises(SettingsError, match="JSON"):
        load_settings()
