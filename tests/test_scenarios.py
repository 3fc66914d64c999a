"""Scenarios: headers, audiences, versions, refusals, and SQL that may come from strangers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.errors import ScenarioError
from tasks.refresh_marts import refresh_marts
from tasks.scenario_definitions import ScenarioDefinition
from tasks.select_only import why_not_select
from tasks.warehouse import Connection, fetch_dicts, one_value, run_named, sql_names

BUILT_IN = {
    "lapsed_high_spenders": ("win_back", "warm"),
    "viewed_not_bought": ("finish_choice", "plain"),
    "first_to_second_purchase": ("second_purchase", "warm"),
    "category_loyalists": ("reward_loyalty", "refined"),
    "bargain_hunters": ("offer_value", "lively"),
    "seasonal_gift_buyers": ("gift", "lively"),
    "open_questions": ("inform", "plain"),
}
HEADER = {
    "title": "Everyone",
    "goal": "inform",
    "season": "all_year",
    "channel": "email",
    "tone": "plain",
    "locale": "en",
    "content_types": "descriptions",
    "priority": "5",
}
EVERYONE = """
select customers.customer_id, offers.product_id, 1 as score
from shop.customers cross join mart.product_offers as offers
"""


def write(folder: Path, name: str, sql: str, **changes: str | None) -> None:
    header = {**HEADER, **changes}
    lines = [f"-- {key}: {value}" for key, value in header.items() if value is not None]
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.sql").write_text("\n".join([*lines, sql]), encoding="utf-8")


def own(folder: Path, name: str = "everyone") -> list[ScenarioDefinition]:
    return [d for d in load_scenario_definitions([folder]) if d.name == name]


def build(con: Connection, folder: Path, name: str = "everyone", **settings: int) -> BuiltScenario:
    [built] = build_scenarios(con, own(folder, name), run_id="r1", **settings)
    return built


def versions(con: Connection, name: str) -> list[dict[str, object]]:
    return fetch_dicts(
        con.execute("from content.scenarios where scenario = $s order by version", {"s": name})
    )


# The small shop has too few open questions for a scenario of their own.
@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - {"open_questions"}))
def test_a_built_in_scenario_reaches_people_with_products(con: Connection, name: str) -> None:
    definitions = [d for d in load_scenario_definitions() if d.name == name]
    [built] = build_scenarios(con, definitions, run_id="r1")
    assert (built.scenario.goal, built.scenario.tone) == BUILT_IN[name]
    assert (built.state, built.reason) == ("ready", None)
    assert built.count_customers >= 20
    assert built.count_products >= 5


def test_built_in_scenarios_are_seven_and_in_order_of_priority() -> None:
    found = load_scenario_definitions()
    assert {d.name for d in found} == set(BUILT_IN)
    assert [d.priority for d in found] == sorted(d.priority for d in found)
    assert len({d.priority for d in found}) == len(found)


def test_any_change_of_an_audience_changes_its_hash(con: Connection) -> None:
    def digest(customers: str, ranked: str) -> tuple[object, ...]:
        con.execute(
            f"create or replace temp table offered_candidates as select unnest({customers}) as customer_id"
        )
        con.execute(
            "create or replace temp table ranked_products as "
            f"from (values {ranked}) as ranked (customer_id, product_id, rank)"
        )
        [figures] = fetch_dicts(run_named(con, "plan/audience_figures"))
        return tuple(figures.values())

    first = digest("['a', 'b', 'b']", "('a', 'p', 1), ('b', 'q', 1)")
    assert first[:2] == (2, 2)
    assert digest("['b', 'a']", "('b', 'q', 1), ('a', 'p', 1)") == first
    others = {
        digest("['a', 'c']", "('a', 'p', 1), ('b', 'q', 1)")[2],
        digest("['a', 'b', 'c']", "('a', 'p', 1), ('b', 'q', 1)")[2],
        digest("['a', 'b']", "('a', 'q', 1), ('b', 'p', 1)")[2],
        digest("['a', 'b']", "('a', 'p', 1), ('b', 'q', 2)")[2],
        digest("['a', 'b']", "('a', 'p', 1)")[2],
    }
    assert len(others - {first[2]}) == 5
    empty = digest("[]::varchar[]", "(null, null, 1)")
    assert empty[:2] == (0, 0)


def test_a_second_build_adds_no_version(con: Connection) -> None:
    first = build_scenarios(con, load_scenario_definitions(), run_id="r1")
    again = build_scenarios(con, load_scenario_definitions(), run_id="r2")
    assert all(built.is_new_version for built in first)
    assert not any(built.is_new_version for built in again)
    assert [b.scenario_version_id for b in first] == [b.scenario_version_id for b in again]
    assert one_value(con, "select count(*) from content.scenarios") == len(BUILT_IN)


def test_the_season_by_clock_is_the_shops_own(con: Connection, tmp_path: Path) -> None:
    write(tmp_path / "s", "everyone", EVERYONE, season="by_clock")
    assert build(con, tmp_path / "s").scenario.season == "christmas"
    con.execute("update mart.shop_clock set season = 'spring'")
    built = build(con, tmp_path / "s")
    assert (built.scenario.season, built.is_new_version) == ("spring", True)


def test_only_consenting_and_unsuppressed_customers_are_in_an_audience(
    con: Connection, tmp_path: Path
) -> None:
    write(tmp_path / "s", "everyone", EVERYONE)
    built = build(con, tmp_path / "s")
    wanted = "select count(*) from shop.customers where is_consenting and not is_suppressed"
    assert built.count_customers == one_value(con, wanted) < 300
    reached = con.execute(
        "select count(*) from content.audience inner join shop.customers using (customer_id)"
        " where not is_consenting or is_suppressed"
    ).fetchone()
    assert reached == (0,)


def test_a_customer_without_a_row_of_their_own_is_not_reached(
    con: Connection, tmp_path: Path
) -> None:
    sql = (
        "select 'ghost' || n as customer_id, 'p01' as product_id, 1 as score from range(99) as t(n)"
    )
    write(tmp_path / "s", "everyone", sql)
    assert build(con, tmp_path / "s").state == "refused"


def test_a_small_audience_is_refused_with_a_row_and_no_audience(
    con: Connection, tmp_path: Path
) -> None:
    write(tmp_path / "s", "everyone", EVERYONE + "where customers.customer_id < 'c0010'")
    built = build(con, tmp_path / "s")
    assert built.state == "refused"
    assert "under min_audience 20" in str(built.reason)
    [row] = versions(con, "everyone")
    assert (row["state"], row["reason"], row["count_products"]) == ("refused", built.reason, 0)
    assert one_value(con, "select count(*) from content.audience") == 0
    assert one_value(con, "select count(*) from content.audience_products") == 0


def test_a_scenario_that_shrinks_below_the_minimum_loses_its_old_audience(
    con: Connection, tmp_path: Path
) -> None:
    write(tmp_path / "s", "everyone", EVERYONE)
    assert build(con, tmp_path / "s").state == "ready"
    write(tmp_path / "s", "everyone", EVERYONE + "where customers.customer_id < 'c0010'")
    assert build(con, tmp_path / "s").state == "refused"
    assert one_value(con, "select count(*) from content.audience") == 0
    assert [row["state"] for row in versions(con, "everyone")] == ["ready", "refused"]


def test_a_new_version_says_who_came_and_went_and_replaces_the_audience(
    con: Connection, tmp_path: Path
) -> None:
    write(tmp_path / "s", "everyone", EVERYONE + "where customers.customer_id <= 'c0100'")
    before = build(con, tmp_path / "s").count_customers
    con.execute("update shop.customers set is_suppressed = true where customer_id = 'c0001'")
    con.execute("update shop.customers set is_consenting = true where customer_id = 'c0017'")
    con.execute("update shop.customers set is_consenting = true where customer_id = 'c0034'")
    after = build(con, tmp_path / "s")
    first, second = versions(con, "everyone")
    assert (first["count_added"], first["count_removed"]) == (before, 0)
    assert (second["count_added"], second["count_removed"]) == (2, 1)
    assert second["count_customers"] == after.count_customers == before + 1
    held = con.execute("select distinct scenario_version_id from content.audience").fetchall()
    assert held == [(after.scenario_version_id,)]


def test_each_customer_has_few_products_and_each_product_several_customers(
    con: Connection, tmp_path: Path
) -> None:
    sql = EVERYONE.replace(
        "1 as score", "md5_number_lower(customer_id || product_id) % 97 as score"
    )
    write(tmp_path / "s", "everyone", sql)
    built = build(con, tmp_path / "s", products_per_customer=3, max_products=12, min_reach=9)
    assert built.count_products <= 12
    ranks = con.execute(
        "select customer_id, list(rank order by rank) from content.audience_products group by all"
    ).fetchall()
    assert all(found == list(range(1, len(found) + 1)) and len(found) <= 3 for _, found in ranks)
    reach = "select min(n) from (select count(*) as n from content.audience_products group by product_id)"
    assert one_value(con, reach) >= 9


def test_a_product_that_reaches_too_few_is_not_spoken_about(
    con: Connection, tmp_path: Path
) -> None:
    sql = """
    select customer_id, 'p01' as product_id, 1 as score from shop.customers
    union all
    select customer_id, 'p02', 9 from shop.customers where customer_id in ('c0001', 'c0002')
    """
    write(tmp_path / "s", "everyone", sql)
    build(con, tmp_path / "s")
    spoken = con.execute("select distinct product_id from content.audience_products").fetchall()
    assert spoken == [("p01",)]


def test_sensitive_categories_need_an_explicit_allow(con: Connection, tmp_path: Path) -> None:
    con.execute("update shop.products set category = 'Maternity' where product_id <= 'p30'")
    refresh_marts(con)
    write(tmp_path / "s", "everyone", EVERYONE)
    build(con, tmp_path / "s", products_per_customer=40)
    sensitive = (
        "select count(*) from content.audience_products"
        " inner join mart.product_offers using (product_id) where is_sensitive"
    )
    assert one_value(con, sensitive) == 0
    write(tmp_path / "s", "everyone", EVERYONE, allow_sensitive="true")
    build(con, tmp_path / "s", products_per_customer=40)
    assert one_value(con, sensitive) > 0


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("selec 1", "syntax error"),
        ("select nothing from shop.customers", "nothing"),
        ("select 1 as customer_id", "has to give customer_id, product_id, score"),
        (
            "select customer_id, 'p01' as product_id, 'much' as score from shop.customers",
            "read as DOUBLE",
        ),
        ("select 1; select 2", "2 statements"),
        ("delete from shop.customers", "SELECT"),
        ("with gone as (delete from shop.customers returning *) from gone", "it writes (delete)"),
        ("select * from read_csv('/etc/passwd')", "read_csv"),
    ],
)
def test_a_scenario_with_wrong_sql_is_refused_and_the_others_stand(
    con: Connection, tmp_path: Path, sql: str, reason: str
) -> None:
    write(tmp_path / "s", "everyone", EVERYONE, priority="9")
    write(tmp_path / "s", "broken", sql, priority="1")
    definitions = own(tmp_path / "s", "broken") + own(tmp_path / "s")
    broken, fine = build_scenarios(con, definitions, run_id="r1")
    assert (broken.state, fine.state) == ("refused", "ready")
    assert reason in str(broken.reason)
    assert "broken.sql" in str(broken.reason)
    assert [row["reason"] for row in versions(con, "broken")] == [broken.reason]
    assert one_value(con, "select count(*) from shop.customers") == 300
    build_scenarios(con, definitions, run_id="r2")
    assert len(versions(con, "broken")) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"goal": "sell"}, ["goal", "'sell'", "win_back"]),
        ({"tone": "loud"}, ["tone", "'loud'", "refined"]),
        ({"season": "monsoon"}, ["season", "by_clock"]),
        ({"channel": "pigeon"}, ["channel", "email"]),
        ({"locale": "english please"}, ["locale", "BCP 47"]),
        ({"priority": "first"}, ["priority", "whole number"]),
        ({"content_types": "descriptions; drop"}, ["content_types", "commas"]),
        ({"allow_sensitive": "perhaps"}, ["allow_sensitive", "true"]),
        ({"colour": "red"}, ["unknown key 'colour'", "content_types"]),
        ({"title": None}, ["lacks 'title'"]),
    ],
)
def test_a_bad_header_names_file_key_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, str | None], words: list[str]
) -> None:
    write(tmp_path, "mine", EVERYONE, **changes)
    with pytest.raises(ScenarioError) as caught:
        load_scenario_definitions([tmp_path])
    assert all(word in str(caught.value) for word in ["mine.sql", *words])


def test_a_bad_file_name_or_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path, "My Scenario", EVERYONE)
    with pytest.raises(ScenarioError, match="named by its file"):
        load_scenario_definitions([tmp_path])
    with pytest.raises(ScenarioError, match="no folder"):
        load_scenario_definitions([tmp_path / "absent"])


def test_a_shops_file_replaces_the_built_in_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, "bargain_hunters", EVERYONE, title="Ours")
    found = {d.name: d for d in load_scenario_definitions([tmp_path])}
    assert found["bargain_hunters"].title == "Ours"
    assert len(found) == len(BUILT_IN)


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (select 1 as n) select n from a union all select 2",
        "select list_filter([1, 2], lambda n: n > $scenario_version_id) from shop.products",
        "from mart.product_offers semi join content.audience_products using (product_id)",
    ],
)
def test_plain_selects_are_allowed(con: Connection, sql: str) -> None:
    assert why_not_select(con, sql) is None


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (insert into shop.copy values (1) returning *) from a",
        "select (select count(*) from (from 'secrets.csv'))",
        "select read_text('/etc/passwd')",
        "select getenv('HOME')",
        "from query('delete from shop.products')",
        "from duckdb_settings()",
        "from information_schema.tables",
        "select random()",
        "select current_timestamp",
        "describe shop.products",
        "pragma version",
        "copy shop.products to 'x.csv'",
        "",
    ],
)
def test_what_is_more_than_a_select_is_refused(con: Connection, sql: str) -> None:
    assert why_not_select(con, sql)


@pytest.mark.parametrize("name", sql_names("scenarios"))
def test_built_in_scenarios_pass_the_guard(con: Connection, name: str) -> None:
    sql = next(d.sql for d in load_scenario_definitions() if name.endswith(d.name))
    assert why_not_select(con, sql) is None
