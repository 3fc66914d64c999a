"""No count over few customers is published, and no difference between two runs shows one person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.discovery import discover_plugins
from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.plan_briefs import PlannedBrief, plan_briefs
from tasks.refresh_marts import refresh_marts
from tasks.report import report_summary, summary_markdown
from tasks.warehouse import Connection, Warehouse, one_value
from tests.published_run import fill_published_run
from tests.small_shop import fill_small_shop

PLUGIN = discover_plugins(entry_points=False).by_name()["recommendations"]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    warehouse = Warehouse(tmp_path_factory.mktemp("audience") / "warehouse.duckdb")
    warehouse.create()
    with warehouse.open() as connection:
        fill_small_shop(connection)
        refresh_marts(connection)
        yield connection


def scenario(con: Connection, name: str, **limits: int) -> BuiltScenario:
    definitions = [d for d in load_scenario_definitions() if d.name == name]
    return build_scenarios(con, definitions, run_id="r1", **limits)[0]


def planned(con: Connection, built: BuiltScenario, min_audience: int) -> list[PlannedBrief]:
    return plan_briefs(
        con, built, PLUGIN, model_hash=None, settings_fingerprint="s", min_audience=min_audience
    )


@pytest.mark.parametrize("min_audience", [5, 20, 25])
def test_a_companion_is_told_only_when_enough_customers_bought_both(
    con: Connection, min_audience: int
) -> None:
    briefs = planned(con, scenario(con, "viewed_not_bought"), min_audience)
    pairs = [
        (b.brief.subject_id, f.source_key)
        for b in briefs
        for f in b.brief.facts
        if f.name == "count_bought_together"
    ]
    assert pairs or min_audience == 25
    for _, key in pairs:
        product, companion = key.split("/")
        customers = one_value(
            con,
            "select count_customers from mart.co_purchase where product_id = $a and companion_id = $b",
            {"a": product, "b": companion},
        )
        assert customers >= min_audience
    companions = {b.brief.subject_id for b in briefs if "companion_name" in b.brief.values()}
    assert {subject for subject, _ in pairs} <= companions


def test_no_companion_and_no_category_is_told_of_a_threshold_that_nobody_reaches(
    con: Connection,
) -> None:
    assert [
        b
        for b in planned(con, scenario(con, "viewed_not_bought"), 301)
        if "companion_name" in b.brief.values()
    ] == []


def test_a_count_of_orders_is_told_in_steps_so_that_one_more_order_changes_nothing(
    con: Connection,
) -> None:
    told = con.execute("select count_orders, count_told from mart.co_purchase").fetchall()
    assert {count for count, words in told if words is None} == {
        count for count, _ in told if count < 20
    }
    assert all(
        words == f"at least {count // 20 * 20}" for count, words in told if words is not None
    )
    assert len({words for _, words in told}) < len({count for count, _ in told})


def test_a_segments_category_needs_min_audience_of_its_customers(con: Connection) -> None:
    built = scenario(con, "category_loyalists", min_audience=20)
    counts = con.execute(
        "select count_customers from content.segment_categories where scenario_version_id = $id",
        {"id": built.scenario_version_id},
    ).fetchall()
    assert counts
    assert all(count >= 20 for (count,) in counts)


def test_a_refused_scenario_says_that_it_is_too_small_and_not_how_small(con: Connection) -> None:
    built = scenario(con, "lapsed_high_spenders", min_audience=299)
    assert built.state == "refused"
    assert built.count_customers > 0
    assert str(built.count_customers) not in str(built.reason).replace("299", "")


def test_small_differences_between_two_versions_are_not_told(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_published_run(con)
        con.execute(
            "update content.scenarios set count_added = 1, count_removed = 19, count_customers = 143 "
            "where state = 'ready'"
        )
        con.execute("update content.scenarios set count_customers = 7 where state <> 'ready'")
    with warehouse.open() as con:
        summary = report_summary(con)
        written = summary_markdown(summary)
    for line in summary["scenarios"]:
        assert (line["count_added"], line["told_added"]) in ((None, "<20"), (0, "0"))
        assert line["told_customers"] == ("140+" if line["state"] == "ready" else "<20")
    rows = [row for row in written.splitlines() if r"140\+ |" in row]
    assert rows
    assert all(row.count(r"\<20") == 2 for row in rows)
