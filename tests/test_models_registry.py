"""The registry: the gate says which figure failed, use and rollback are kept, changed files are refused."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.copywriter.folders import hash_folder
from tasks.copywriter_registry import (
    failed_figures,
    find_model,
    list_models,
    put_in_use,
    require_unchanged,
    roll_back,
    trial_caveat,
    use_model,
)
from tasks.errors import CopywriterError, InputError, NotAModel
from tasks.warehouse import Warehouse, run_named

GOOD: dict[str, Any] = {
    "perplexity_a_character": 1.2,
    "approval_rate": 0.9,
    "count_trial_briefs": 50,
    "learnt_by_heart": 0.0,
    "canaries_back": 0,
    "privacy_refusals": 0,
    "in_use": {"perplexity_a_character": 1.3, "approval_rate": 0.9, "approval_change": [-0.05, 0.05]},
}  # fmt: skip


def change(low: float, high: float) -> dict[str, Any]:
    return GOOD["in_use"] | {"approval_change": [low, high]}


def counts(lost: int, won: int) -> dict[str, Any]:
    return GOOD["in_use"] | {"approval_counts": [lost, won]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, None),
        ({"perplexity_a_character": 1.31}, "perplexity a character is 1.3100"),
        ({"canaries_back": 1}, "1 planted sentences came back"),
        ({"learnt_by_heart": 0.06}, "6.0% of its drafts were learnt by heart"),
        ({"privacy_refusals": 3}, "privacy check refused 3 of 100"),
        ({"approval_rate": 0.5, "in_use": change(-0.5, -0.3)}, "approval rate is 50.0%"),
        ({"approval_rate": 0.88, "in_use": change(-0.06, 0.02)}, None),
        ({"in_use": {"problem": "gone"}}, None),
        ({"count_trial_briefs": 5, "in_use": change(-1, -1)}, None),
        ({"approval_rate": 0.5, "in_use": counts(9, 1)}, "approval rate is 50.0%"),
        ({"in_use": counts(8, 2)}, None),
        ({"in_use": counts(1, 9)}, None),
        ({"approval_rate": 0.2, "count_trial_briefs": 7, "in_use": counts(6, 0)}, "approval rate is 20.0%"),
        ({"count_trial_briefs": 7, "in_use": counts(5, 0)}, None),
        ({"count_trial_briefs": 0, "in_use": counts(0, 0)}, None),
    ],
)  # fmt: skip
def test_the_gate_names_the_figure_that_failed(changed: dict[str, Any], told: str | None) -> None:
    failed = failed_figures(GOOD | changed)
    assert failed == [] if told is None else len(failed) == 1 and told in failed[0], failed


@pytest.mark.parametrize(
    ("count", "told"), [(20, None), (7, "only 7 briefs could be tried"), (0, "not tried at all")]
)
def test_a_trial_too_small_to_tell_says_so(count: int, told: str | None) -> None:
    caveat = trial_caveat(GOOD | {"count_trial_briefs": count})
    assert caveat is None if told is None else told in str(caveat)


@pytest.fixture
def warehouse(tiny_copywriter: Path, tmp_path: Path) -> Warehouse:
    """Three copywriters in their folders; the first is in use, the third did not pass."""
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    bad = GOOD | {"perplexity_a_character": 2.0}
    for number, figures in enumerate((GOOD, GOOD, bad)):
        folder = tmp_path / f"model-{number}"
        shutil.copytree(tiny_copywriter, folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        (folder / "config.json").write_text(json.dumps(config | {"number": number}), encoding="utf-8")  # fmt: skip
        params = {
            "model_hash": hash_folder(folder), "folder": str(folder), "base": None, "revision": None,
            "corpus": "{}", "settings": "{}", "figures": json.dumps(figures), "state": "candidate",
            "created_at": datetime(2026, 1, 1) + timedelta(days=number),
        }  # fmt: skip
        with made.transaction() as con:
            run_named(con, "corpus/register_model", params)
            if number == 0:
                put_in_use(con, str(params["model_hash"]), "training")
    return made


def hashes(warehouse: Warehouse) -> list[str]:
    return [row["model_hash"] for row in reversed(list_models(warehouse))]


def in_use(warehouse: Warehouse) -> str:
    (row,) = warehouse.rows("corpus/model_in_use")
    return str(row["model_hash"])


def test_use_and_rollback_step_by_step(warehouse: Warehouse) -> None:
    first, second, third = hashes(warehouse)
    assert use_model(warehouse, second[:10])["state"] == "in_use"
    assert find_model(warehouse, first)["state"] == "retired"
    with pytest.raises(CopywriterError, match=r"did not pass: its perplexity.*--anyway"):
        use_model(warehouse, third)
    assert in_use(warehouse) == second
    use_model(warehouse, third, is_forced=True)
    assert roll_back(warehouse)["model_hash"] == second
    assert roll_back(warehouse)["model_hash"] == first, "two steps, not to and fro"
    with pytest.raises(CopywriterError, match="no earlier copywriter"):
        roll_back(warehouse)
    assert in_use(warehouse) == first
    reasons = [row["reason"] for row in reversed(warehouse.rows("models/uses"))]
    assert reasons == ["training", "by a person", "forced by a person", "rollback", "rollback"]


def test_files_that_changed_are_refused(warehouse: Warehouse) -> None:
    _, second, third = (find_model(warehouse, h) for h in hashes(warehouse))
    weights = Path(second["folder"]) / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(CopywriterError, match="changed since"):
        use_model(warehouse, second["model_hash"])
    shutil.rmtree(third["folder"])
    with pytest.raises(NotAModel, match="is gone"):
        require_unchanged(third)
    assert in_use(warehouse) == hashes(warehouse)[0]


def test_an_unknown_or_short_name_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(InputError, match="no copywriter 'zz'"):
        find_model(warehouse, "zz")
    with pytest.raises(InputError):
        find_model(warehouse, "")
