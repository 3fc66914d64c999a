"""The whole way on a small shop: real Prefect, a real (tiny) GPT-2, real Great Expectations, a real warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.dry_run import dry_run
from flows.open_shop import warehouse_of
from flows.settings import Settings, load_settings
from tasks.warehouse import Warehouse, fetch_dicts, one_value
from tests.small_shop import fill_small_shop

LIMIT = 6


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory: pytest.TempPathFactory, prefect_server: Any) -> Path:
    """A home with the small shop, an archive and a copywriter of a few steps; copied for each test."""
    from flows.open_shop import discover
    from tasks.train_copywriter import train
    from tests.small_archive import fill_small_archive

    home = tmp_path_factory.mktemp("home")
    warehouse = Warehouse(home / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        fill_small_archive(con)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHELFTALK_HOME", str(home))
        train(warehouse, discover(load_settings()).plugins, home, steps=30, seed=7)
    return home


@pytest.fixture
def settings(trained_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(trained_home, home)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(home))
    monkeypatch.setenv("SHELFTALK_CANDIDATES", "2")
    warehouse = Warehouse(home / "warehouse.duckdb")
    with warehouse.open() as con:
        con.execute(
            "update content.models set folder = replace(folder, $old, $new)",
            {"old": str(trained_home), "new": str(home)},
        )
    return load_settings()


def produce(**options: Any) -> dict[str, Any]:
    from flows.produce_content import produce_content

    return produce_content(**options)


def live(settings: Settings) -> dict[tuple[str, str, str], dict[str, Any]]:
    with warehouse_of(settings).open() as con:
        rows = fetch_dicts(con.execute("select * from content.texts where retired_at is null"))
    return {(r["scenario"], r["plugin"], r["subject_id"]): r for r in rows}


def accounting(settings: Settings, run_id: str) -> dict[str, dict[str, Any]]:
    rows = warehouse_of(settings).rows("publish/accounting", {"run_id": run_id})
    return {row["plugin"]: row for row in rows}


def test_a_run_accounts_for_every_brief_and_the_next_one_writes_nothing(settings: Settings) -> None:
    planned = dry_run(settings, limit=LIMIT)
    first = produce(limit=LIMIT)
    counted = accounting(settings, first["run_id"])
    assert all(row["is_balanced"] for row in counted.values())
    assert sum(row["count_briefs"] for row in counted.values()) == planned["count_briefs"] > 20
    texts = live(settings)
    written = sum(row["count_approved"] + row["count_fallback"] for row in counted.values())
    assert len(texts) == written > 0
    assert settings.report_path.is_file()

    again = produce(limit=LIMIT)
    counted = accounting(settings, again["run_id"])
    assert sum(row["count_approved"] + row["count_fallback"] for row in counted.values()) == 0
    assert sum(row["count_reused"] for row in counted.values()) == written
    assert {k: v["text_id"] for k, v in live(settings).items()} == {
        k: v["text_id"] for k, v in texts.items()
    }


def test_every_published_claim_has_the_cell_that_supports_it(settings: Settings) -> None:
    produce(limit=LIMIT)
    with warehouse_of(settings).open() as con:
        claims = fetch_dicts(con.execute("select * from content.claims"))
        assert claims
        names = dict(con.execute("select product_id, name from shop.products").fetchall())
    for claim in claims:
        if (claim["source_table"], claim["source_column"]) == ("shop.products", "name"):
            assert names[claim["source_key"]] == claim["source_value"]


def test_a_changed_fact_rewrites_only_its_own_product_and_the_plan_says_so(
    settings: Settings,
) -> None:
    produce(plugins=["descriptions"])
    before = live(settings)
    subject = next(iter(sorted(before)))[2]
    with warehouse_of(settings).open() as con:
        con.execute(
            "update shop.products set price = price + 1 where product_id = $id", {"id": subject}
        )
    planned = dry_run(settings, plugins=["descriptions"])
    done = produce(plugins=["descriptions"])
    after = live(settings)
    changed = {key for key in after if after[key]["text_id"] != before.get(key, {}).get("text_id")}
    assert changed
    assert {key[2] for key in changed} == {subject}
    row = accounting(settings, done["run_id"])["descriptions"]
    not_reused = row["count_briefs"] - row["count_reused"]
    # A brief quarantined before stays so without another try; the plan counts it on its own.
    assert not_reused == planned["count_to_write"] + planned["count_quarantined"]
    assert row["count_approved"] + row["count_fallback"] == len(changed)
    with warehouse_of(settings).open() as con:
        assert one_value(
            con, "select count(*) from content.texts where retired_reason like '%changed%'"
        ) == len(changed & set(before))


def test_a_product_that_vanished_retires_its_content(settings: Settings) -> None:
    produce(plugins=["descriptions"])
    subject = next(iter(sorted(live(settings))))[2]
    with warehouse_of(settings).open() as con:
        con.execute(
            "update shop.products set is_available = false where product_id = $id", {"id": subject}
        )
    produce(plugins=["descriptions"])
    assert subject not in {key[2] for key in live(settings)}
    with warehouse_of(settings).open() as con:
        reason = one_value(
            con, "select retired_reason from content.texts where subject_id = $id", {"id": subject}
        )
    assert "vanished" in reason


def test_the_same_seed_gives_the_same_text_whatever_the_batch_size(
    settings: Settings, trained_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    produce(limit=LIMIT, plugins=["descriptions"])
    bodies = {key: row["body"] for key, row in live(settings).items()}
    other = tmp_path / "other"
    shutil.copytree(trained_home, other)
    monkeypatch.setenv("SHELFTALK_HOME", str(other))
    monkeypatch.setenv("SHELFTALK_BATCH_SIZE", "4")
    again = load_settings()
    produce(limit=LIMIT, plugins=["descriptions"])
    assert {key: row["body"] for key, row in live(again).items()} == bodies


def test_a_broken_plugin_is_named_and_the_others_are_the_same(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine" / "broken"
    shutil.copytree(Path(__file__).parent.parent / "plugins" / "descriptions", folder)
    manifest = (
        (folder / "plugin.toml").read_text(encoding="utf-8").replace('"descriptions"', '"broken"')
    )
    (folder / "plugin.toml").write_text(manifest + '\ncolour = "red"\n', encoding="utf-8")
    monkeypatch.setenv("SHELFTALK_PLUGIN_FOLDERS", f'["{tmp_path / "mine"}"]')
    planned = dry_run(load_settings(), limit=LIMIT)
    assert any("broken" in problem and "colour" in problem for problem in planned["problems"])
    done = produce(limit=LIMIT)
    assert set(accounting(settings, done["run_id"])) == {
        "campaign_messages",
        "descriptions",
        "recommendations",
        "review_summaries",
    }


def test_an_unknown_scenario_is_refused_before_anything_is_written(settings: Settings) -> None:
    from tasks.errors import InputError

    with pytest.raises(InputError, match=r"no scenario 'nobody'; known: "):
        dry_run(settings, scenarios=["nobody"])
