"""Briefs: what a plugin would write for a scenario, and which of it is written already."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

import tasks.plan_briefs
from plugins.contract import Plugin
from plugins.discovery import discover_plugins
from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.errors import PluginError
from tasks.plan_briefs import PlannedBrief, plan_briefs
from tasks.refresh_marts import refresh_marts
from tasks.rendering import render_fallback, render_prompt
from tasks.warehouse import Connection

PLUGINS = discover_plugins(entry_points=False).by_name()
FACT = "fact('name', name, 'shop.products', 'name', product_id)"
OF_PRODUCTS = f"select product_id as subject_id, facts([{FACT}]) as facts from shop.products"


@pytest.fixture
def built(con: Connection) -> BuiltScenario:
    """The scenario viewed_not_bought."""
    return rebuilt(con)


def rebuilt(con: Connection) -> BuiltScenario:
    definitions = [d for d in load_scenario_definitions() if d.name == "viewed_not_bought"]
    [scenario] = build_scenarios(con, definitions, run_id="r1")
    return scenario


def plan(
    con: Connection, built: BuiltScenario, plugin: Plugin | None = None, **changes: object
) -> list[PlannedBrief]:
    settings: dict[str, object] = {"model_hash": "m1", "settings_fingerprint": "s1", **changes}
    return plan_briefs(con, built, plugin or PLUGINS["descriptions"], **settings)  # type: ignore[arg-type]


def with_sql(sql: str, required: tuple[str, ...] = ("name",)) -> Plugin:
    plugin = PLUGINS["descriptions"]
    manifest = plugin.manifest.model_copy(update={"required_facts": required, "must_state": ()})
    return replace(plugin, briefs_sql=sql, manifest=manifest)


def publish(con: Connection, item: PlannedBrief) -> None:
    con.execute(
        "insert into content.texts (text_id, run_id, brief_id, scenario, plugin, subject_id, locale,"
        " body, written_by, brief_hash, published_at) values ($id, 'r1', $id, $scenario, $plugin,"
        " $subject, 'en', 'words', 'model', $hash, timestamp '2026-11-20')",
        {
            "id": item.brief.brief_id,
            "scenario": item.brief.scenario.name,
            "plugin": item.brief.plugin,
            "subject": item.brief.subject_id,
            "hash": item.brief.brief_hash,
        },
    )


def quarantine(con: Connection, item: PlannedBrief, brief_hash: str, day: int) -> None:
    con.execute(
        "insert into content.quarantine values ('r1', $id, $hash, $scenario, $plugin, $subject,"
        " 'check_drafts', '[]', timestamp '2026-11-01' + to_days($day))",
        {
            "id": item.brief.brief_id,
            "hash": brief_hash,
            "scenario": item.brief.scenario.name,
            "plugin": item.brief.plugin,
            "subject": item.brief.subject_id,
            "day": day,
        },
    )


def hashes(planned: list[PlannedBrief]) -> dict[str, str]:
    return {item.brief.subject_id: item.brief.brief_hash for item in planned}


def previous(planned: list[PlannedBrief]) -> dict[str, str]:
    return {item.brief.subject_id: item.previous for item in planned}


def test_planning_twice_gives_the_same_briefs(con: Connection, built: BuiltScenario) -> None:
    first = plan(con, built)
    assert len(first) == built.count_products
    assert first == plan(con, built)
    assert set(previous(first).values()) == {"new"}
    assert len({item.brief.brief_id for item in first}) == len(first)


def test_a_changed_fact_changes_the_hash_of_its_product_alone(
    con: Connection, built: BuiltScenario
) -> None:
    before = plan(con, built)
    for item in before:
        publish(con, item)
    changed = before[3].brief.subject_id
    con.execute(
        "update shop.product_facts set value = 'jet black' where name = 'colour' and product_id = $id",
        {"id": changed},
    )
    refresh_marts(con)
    after = previous(plan(con, rebuilt(con)))
    assert [subject for subject, state in after.items() if state != "unchanged"] == [changed]
    assert after[changed] == "changed"


@pytest.mark.parametrize("change", ["model", "settings", "plugin", "tone"])
def test_whatever_a_text_depends_on_is_in_its_hash(
    con: Connection, built: BuiltScenario, change: str
) -> None:
    before = hashes(plan(con, built))
    descriptions = PLUGINS["descriptions"]
    after = {
        "model": lambda: plan(con, built, model_hash="m2"),
        "settings": lambda: plan(con, built, settings_fingerprint="s2"),
        "plugin": lambda: plan(con, built, replace(descriptions, fingerprint="other")),
        "tone": lambda: plan(con, replace(built, scenario=replace(built.scenario, tone="lively"))),
    }[change]()
    assert set(hashes(after).values()).isdisjoint(before.values())
    assert hashes(after).keys() == before.keys()


def test_neither_audience_nor_version_is_in_the_hash(con: Connection, built: BuiltScenario) -> None:
    before = hashes(plan(con, built))
    con.execute("update shop.customers set is_suppressed = true where customer_id = 'c0001'")
    again = rebuilt(con)
    assert again.scenario_version_id != built.scenario_version_id
    after = hashes(plan(con, again))
    both = before.keys() & after.keys()
    assert len(both) > 10
    assert all(before[subject] == after[subject] for subject in both)


def test_a_retired_text_is_written_again(con: Connection, built: BuiltScenario) -> None:
    for item in plan(con, built):
        publish(con, item)
    assert set(previous(plan(con, built)).values()) == {"unchanged"}
    con.execute("update content.texts set retired_at = timestamp '2026-11-21'")
    assert set(previous(plan(con, built)).values()) == {"new"}


def test_what_was_quarantined_stays_so_until_something_changes(
    con: Connection, built: BuiltScenario
) -> None:
    one, other, *_ = plan(con, built)
    quarantine(con, one, "older", day=1)
    quarantine(con, one, one.brief.brief_hash, day=2)
    quarantine(con, other, other.brief.brief_hash, day=1)
    quarantine(con, other, "newer", day=2)
    after = previous(plan(con, built))
    assert after[one.brief.subject_id] == "quarantined_before"
    assert after[other.brief.subject_id] == "changed"
    assert previous(plan(con, built, model_hash="m2"))[one.brief.subject_id] == "changed"


def test_a_limit_keeps_the_products_that_reach_most(con: Connection, built: BuiltScenario) -> None:
    everything = plan(con, built)
    assert plan(con, built, limit=5) == everything[:5]
    assert plan(con, built, limit=0) == []
    counts = dict(
        con.execute(
            "select product_id, count(*) from content.audience_products group by all"
        ).fetchall()
    )
    reach = [counts[item.brief.subject_id] for item in everything]
    assert reach == sorted(reach, reverse=True)


def test_a_refused_scenario_has_no_briefs(con: Connection, built: BuiltScenario) -> None:
    assert plan(con, replace(built, state="refused")) == []


def test_a_brief_without_a_required_fact_comes_back_with_the_reason(
    con: Connection, built: BuiltScenario
) -> None:
    planned = plan(con, built, with_sql(PLUGINS["descriptions"].briefs_sql, ("name", "care")))
    wanting = [item for item in planned if item.problem]
    assert 0 < len(wanting) < len(planned)
    assert {item.problem for item in wanting} == {"the required fact care is missing"}
    assert all("care" not in item.brief.values() for item in wanting)


def test_facts_that_contradict_each_other_are_a_problem_of_that_brief(
    con: Connection, built: BuiltScenario
) -> None:
    subject = plan(con, built)[0].brief.subject_id
    con.execute("insert into shop.product_facts values ($id, 'material', 'jade')", {"id": subject})
    con.execute(
        "insert into shop.product_facts select product_id, name, upper(value) from shop.product_facts"
        " where name = 'colour'"
    )
    problems = {item.brief.subject_id: item.problem for item in plan(con, built)}
    assert "material contradicts itself: 'jade' and" in str(problems.pop(subject))
    assert set(problems.values()) == {None}


def test_a_value_that_cannot_be_stated_is_left_out(con: Connection, built: BuiltScenario) -> None:
    one, two, three, four, *_ = [item.brief.subject_id for item in plan(con, built)]
    change = (
        "update shop.product_facts set value = $value where name = 'material' and product_id = $id"
    )
    con.execute(change, {"value": "oak <script>alert(1)</script>", "id": one})
    con.execute(change, {"value": "{{ scenario }}", "id": two})
    con.execute(change, {"value": "o\u202eak\x1b[31m", "id": three})
    con.execute(change, {"value": "o\ufeffa\u200bk " * 3, "id": four})
    facts = {item.brief.subject_id: item.brief.values() for item in plan(con, built)}
    assert "material" not in facts[one]
    assert "material" not in facts[two]
    assert "material" not in facts[three]
    assert facts[four]["material"] == "oak oak oak"
    con.execute("update shop.products set name = '<b>' || name || '</b>'")
    refresh_marts(con)
    problems = {item.problem for item in plan(con, rebuilt(con))}
    assert problems == {"the required fact name is missing (its value holds markup)"}


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select 1 as subject_id", "allowed: subject_id, facts"),
        (OF_PRODUCTS + " union all " + OF_PRODUCTS, "twice; allowed is one row a subject"),
        (OF_PRODUCTS.replace("product_id as", "null as"), "null subject_id"),
        ("select product_id as subject_id, null as facts from shop.products", "null facts"),
        ("select product_id as subject_id, 'x' as facts from shop.products", "facts is no list"),
        ("select product_id as subject_id, ['x'] as facts from shop.products", "with fact(…)"),
        (OF_PRODUCTS.replace("fact('name'", "fact('The Name'"), "is no name"),
        (
            "select product_id as subject_id, [fact('n', null, 'a', 'b', 'c')] as facts"
            " from shop.products",
            "null value; wrap the list in facts(…)",
        ),
        (
            "select customer_id as subject_id, [fact('name', name, 'shop.customers', 'name', '1')]"
            " as facts from shop.customers",
            "shop.customers, which tells of single customers",
        ),
        ("select * from nowhere.products", "no table of the schemas"),
        ("select wrong from shop.products", "wrong"),
        ("delete from shop.products", "SELECT"),
        ("with x as (delete from shop.products returning *) from x", "it writes (delete)"),
        ("select random() as subject_id, [] as facts", "whose answer changes"),
        ("select * from read_text('/etc/passwd')", "read_text"),
    ],
)
def test_a_wrong_briefs_sql_names_plugin_file_and_reason(
    con: Connection, built: BuiltScenario, sql: str, reason: str
) -> None:
    with pytest.raises(PluginError) as caught:
        plan(con, built, with_sql(sql))
    message = str(caught.value)
    assert message.startswith("plugin descriptions: briefs.sql: ")
    assert reason in message
    assert con.execute("select count(*) from shop.products").fetchone() == (40,)
    assert plan(con, built)


def test_a_join_that_multiplies_is_stopped(
    con: Connection, built: BuiltScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.plan_briefs, "MAX_BRIEFS", 39)
    with pytest.raises(PluginError, match="more than 39 rows"):
        plan(con, built, with_sql(OF_PRODUCTS))
    assert plan(con, built)


def test_a_folder_dropped_in_gives_briefs_with_no_other_edit(
    con: Connection, tmp_path: Path
) -> None:
    folder = tmp_path / "plugins" / "slogans"
    folder.mkdir(parents=True)
    shutil.copy(PLUGINS["descriptions"].folder / "checks.toml", folder)
    files = {
        "plugin.toml": 'name = "slogans"\nsummary = "One line for a shelf edge."\n'
        'subject = "product"\nrequired_facts = ["name"]\n',
        "briefs.sql": OF_PRODUCTS + " semi join content.audience_products using (product_id)",
        "prompt.j2": "slogans | {{ scenario.goal }} | {{ slots }}",
        "fallback.j2": "Meet the {{ facts.name }}.",
        "examples.toml": "",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "all_views.sql").write_text(
        "-- title: All views\n-- goal: inform\n-- season: all_year\n-- channel: web\n-- tone: plain\n"
        "-- locale: en\n-- content_types: slogans\n-- priority: 1\n"
        "select customer_id, product_id, count_views as score from mart.product_views"
    )
    slogans = discover_plugins([tmp_path / "plugins"], entry_points=False).by_name()["slogans"]
    definitions = [d for d in load_scenario_definitions([scenarios]) if d.name == "all_views"]
    [built] = build_scenarios(con, definitions, run_id="r1")
    planned = plan(con, built, slogans)
    assert len(planned) == built.count_products > 10
    first = planned[0].brief
    assert render_prompt(slogans, first) == "slogans | inform | <name>"
    assert render_fallback(slogans, first) == f"Meet the {first.values()['name']}."


def test_planning_two_thousand_briefs_is_quick(con: Connection, built: BuiltScenario) -> None:
    facts = ", ".join(f"fact('f{n}', 'value {n}', 'shop.products', 'name', 'k')" for n in range(12))
    sql = f"select n as subject_id, facts([{facts}]) as facts from range(2000) as t(n)"
    started = time.process_time()
    assert len(plan(con, built, with_sql(sql, ("f1",)))) == 2000
    # a bound against quadratic work, ten times what it takes, not a measurement
    assert time.process_time() - started < 5
