"""The quality table goes on where it was interrupted, and only reads the shop."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import pytest

from bench.quality import __main__ as quality
from tasks.warehouse import Warehouse
from tests.small_archive import fill_small_archive
from tests.small_shop import fill_small_shop
from tests.tiny_copywriter import TINY


@pytest.mark.slow
def test_the_table_takes_what_was_trained_and_leaves_the_shop_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        fill_small_archive(con)
    tiny = dataclasses.replace(TINY, context=160)
    fit = quality.fit_model
    trainings: list[str] = []

    def counted(*args: object, **options: object) -> object:
        trainings.append(str(options["steps"]))
        return fit(*args, **options, settings=tiny)  # type: ignore[arg-type]

    monkeypatch.setattr(quality, "fit_model", counted)
    command = ["quality", "--home", str(tmp_path), "--train", "scratch"]
    command += ["--scratch-steps", "4", "--briefs", "4"]
    kept = ["--keep", str(tmp_path / "kept"), "--out", str(tmp_path / "table.json")]
    rows = []
    for _ in range(2):
        monkeypatch.setattr(sys, "argv", [*command, *kept])
        quality.main()
        rows.append(json.loads((tmp_path / "table.json").read_text(encoding="utf-8")))
    assert trainings == ["4"], "the second table took the first one's copywriter"
    speed = "written_tokens_a_second"
    first, second = ({k: v for k, v in of[0].items() if k != speed} for of in rows)
    assert first == second
    assert 1 <= first["count_trial_briefs"] <= 4
    assert "perplexity a character" in capsys.readouterr().out
    assert warehouse.rows("models/all") == [], "the registry is only read"
