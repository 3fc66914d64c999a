"""shelftalk models and corpus on a small shop with two trained copywriters."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tasks.copywriter.folders import hash_folder
from tasks.train_copywriter import TrainedModel, train
from tasks.warehouse import Warehouse
from tests.small_archive import fill_small_archive
from tests.small_shop import fill_small_shop
from tests.tiny_copywriter import TINY

SETTINGS = dataclasses.replace(TINY, context=160)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("models") / "home"
    warehouse = Warehouse(found / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        fill_small_archive(con)
    return found


@pytest.fixture(scope="module")
def models(home: Path) -> tuple[TrainedModel, TrainedModel]:
    from plugins.discovery import discover_plugins

    warehouse, plugins = Warehouse(home / "warehouse.duckdb"), discover_plugins(()).plugins
    trained = [
        train(warehouse, plugins, home, steps=steps, canaries=2, settings=SETTINGS)
        for steps in (60, 2)
    ]
    return trained[0], trained[1]


def shelftalk(home: Path, *arguments: str) -> Any:
    """The command's result; errors of ours are raised."""
    from typer.testing import CliRunner

    from flows import cli_models  # noqa: F401 - it registers its commands
    from flows.cli import app

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHELFTALK_HOME", str(home))
        patch.chdir(home)
        return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"})


def test_training_measures_what_counts(models: tuple[TrainedModel, TrainedModel]) -> None:
    good, bad = models
    assert (good.state, bad.state) == ("in_use", "candidate")
    assert "perplexity a character" in bad.verdict
    for name in ("approval_rate", "fact_coverage", "distinct_2", "self_bleu", "learnt_by_heart"):
        assert 0 <= good.figures[name] <= 1, name
    assert good.figures["count_trial_briefs"] >= 1
    assert good.figures["canaries_back"] == 0
    assert good.figures["written_tokens_a_second"] > 0
    assert bad.figures["in_use"]["model_hash"] == good.model_hash
    assert hash_folder(good.folder) == good.model_hash


def test_list_compare_use_and_rollback(
    home: Path, models: tuple[TrainedModel, TrainedModel]
) -> None:
    good, bad = (model.model_hash for model in models)
    listed = json.loads(shelftalk(home, "models", "list", "--json").output)
    assert {row["model_hash"]: row["state"] for row in listed} == {good: "in_use", bad: "candidate"}
    assert good[:12] in shelftalk(home, "models", "list").output
    compared = json.loads(shelftalk(home, "models", "compare", good[:8], bad[:8], "--json").output)
    rows = {row["measure"]: row for row in compared}
    low, high = rows["perplexity_a_character"]["interval"]
    assert 0 < low <= high, "the worse one is surely worse"
    assert rows["approval_rate"]["interval"] is not None
    refused = shelftalk(home, "models", "use", bad[:8])
    assert "did not pass" in str(refused.exception)
    assert bad[:12] in shelftalk(home, "models", "use", bad[:8], "--anyway").output
    assert good[:12] in shelftalk(home, "models", "rollback").output
    assert "no earlier" in str(shelftalk(home, "models", "rollback").exception)


def test_a_model_from_elsewhere_is_tried_and_registered(
    home: Path, models: tuple[TrainedModel, TrainedModel], tiny_copywriter: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_copywriter, tmp_path / "elsewhere")
    added = json.loads(shelftalk(home, "models", "add", str(tmp_path / "elsewhere"), "--json").output)  # fmt: skip
    assert Path(added["folder"]).parent == home / "models"
    assert added["figures"]["count_trial_briefs"] >= 1
    states = json.loads(shelftalk(home, "models", "list", "--json").output)
    assert added["model_hash"] in {row["model_hash"] for row in states}


def test_the_corpus_is_shown_with_counts_coverage_and_examples(home: Path) -> None:
    found = json.loads(shelftalk(home, "corpus", "--json").output)
    assert len(found["examples"]) == 20
    assert all("<" in example["copy"] for example in found["examples"])
    assert found["counts"]["archived"] >= found["counts"]["kept"] * 0.9 > 100
    shares = {row["fact"]: row["share"] for row in found["coverage"]}
    assert shares["name"] == pytest.approx(1.0, abs=0.05)
    told = shelftalk(home, "corpus", "--examples", "2").output
    assert "held out" in told
    assert "slots a text" in told
