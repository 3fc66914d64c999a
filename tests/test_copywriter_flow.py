"""The flow train-copywriter runs its four steps as tasks and leaves the curve in Prefect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tasks.errors import ShopIncomplete
from tasks.warehouse import Warehouse
from tests.small_archive import fill_small_archive
from tests.small_shop import fill_small_shop


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path))
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
    return tmp_path


def test_the_flow_trains_registers_and_shows_the_curve(home: Path, prefect_server: Any) -> None:
    from prefect.client.orchestration import get_client

    from flows.train_copywriter import train_copywriter

    with Warehouse(home / "warehouse.duckdb").transaction() as con:
        fill_small_archive(con)
    trained = train_copywriter(steps=4)
    assert trained["state"] == "in_use"
    assert (Path(trained["folder"]) / "model.safetensors").is_file()
    (row,) = Warehouse(home / "warehouse.duckdb").rows("corpus/model_in_use")
    assert row["model_hash"] == trained["model_hash"]
    with get_client(sync_client=True) as client:
        keys = {artifact.key for artifact in client.read_artifacts()}
        names = {run.name.rsplit("-", 1)[0] for run in client.read_task_runs()}
    assert {"training-curve", "training"} <= keys
    assert {"preprocess", "train", "evaluate", "apply"} <= names


def test_a_shop_with_too_little_copy_is_told_how_much_is_needed(
    home: Path, prefect_server: Any
) -> None:
    from flows.train_copywriter import train_copywriter

    with pytest.raises(ShopIncomplete, match="at least 300 approved texts"):
        train_copywriter(steps=4)
    assert not list((home / "models").glob("*")) if (home / "models").exists() else True
