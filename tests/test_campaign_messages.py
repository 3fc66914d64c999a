"""campaign_messages: parts fit their channels and speak from one set of facts; a customer is in one variant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from plugins.contract import Brief, Fact, Plugin, Scenario
from plugins.discovery import discover_plugins
from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.check_context import build_check_context
from tasks.check_drafts import settle_briefs
from tasks.plan_briefs import plan_briefs
from tasks.plugin_hooks import run_accept
from tasks.publish_content import publish_batch
from tasks.records import SettledBrief
from tasks.refresh_marts import refresh_marts
from tasks.rendering import render_fallback
from tasks.scenario_definitions import GOALS, TONES
from tasks.small_shop import small_shop
from tasks.warehouse import Connection, Warehouse, fetch_dicts

PARTS = ("email.subject", "email.preheader", "email.body", "push.text")
SUBJECTS = {f"{part}.{variant}" for part in PARTS for variant in "AB"}


@pytest.fixture(scope="module")
def shop() -> Iterator[Warehouse]:
    with small_shop() as warehouse:
        yield warehouse


@pytest.fixture(scope="module")
def con(shop: Warehouse) -> Iterator[Connection]:
    with shop.open() as connection:
        refresh_marts(connection)
        yield connection


@pytest.fixture(scope="module")
def plugin() -> Plugin:
    return discover_plugins(entry_points=False).by_name()["campaign_messages"]


@pytest.fixture(scope="module")
def built(con: Connection) -> list[BuiltScenario]:
    return build_scenarios(con, load_scenario_definitions(), run_id="r1")


@pytest.fixture(scope="module")
def campaigns(
    con: Connection, plugin: Plugin, built: list[BuiltScenario]
) -> dict[str, list[SettledBrief]]:
    """Scenario -> its settled campaign."""
    context = build_check_context(con, locale="en")
    settled = {
        scenario.scenario.name: settle_briefs(
            plugin,
            [
                (item.brief, "", ())
                for item in plan_briefs(
                    con, scenario, plugin, model_hash="m", settings_fingerprint="s"
                )
            ],
            context,
        )
        for scenario in built
    }
    return {name: items for name, items in settled.items() if items}  # not of open questions


def test_each_scenario_has_every_part_in_two_variants_and_all_stand(
    campaigns: dict[str, list[SettledBrief]],
) -> None:
    assert len(campaigns) == 6
    for settled in campaigns.values():
        assert {item.brief.subject_id for item in settled} == SUBJECTS
        assert {item.state for item in settled} == {"fallback"}


def test_each_part_fits_its_channel(
    campaigns: dict[str, list[SettledBrief]], plugin: Plugin
) -> None:
    lengths: dict[str, int] = defaultdict(int)
    for item in (item for settled in campaigns.values() for item in settled):
        part = item.brief.subject_id.rpartition(".")[0]
        limits = plugin.limits_for(item.brief.scenario.channel, item.brief.subject_id)
        assert limits == plugin.manifest.channel_limits[part]
        assert item.text is not None
        assert limits.min_characters <= len(item.text) <= limits.max_characters
        lengths[part] = max(lengths[part], len(item.text))
    assert lengths["email.subject"] <= 60
    assert lengths["email.preheader"] <= 100
    assert lengths["push.text"] <= 120
    assert lengths["email.body"] > 150


def test_no_two_parts_contradict_each_other(campaigns: dict[str, list[SettledBrief]]) -> None:
    for settled in campaigns.values():
        assert len({item.brief.facts for item in settled}) == 1
        given = settled[0].brief.values()
        said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for item in settled:
            for claim in item.claims:
                assert claim.source is not None
                cell = (
                    claim.source.source_table,
                    claim.source.source_column,
                    claim.source.source_key,
                )
                said[cell].add(claim.source.value)
                assert claim.source.value in given.values()
        assert said
        assert all(len(values) == 1 for values in said.values())


def test_variants_differ_and_no_text_comes_twice(campaigns: dict[str, list[SettledBrief]]) -> None:
    texts = [item.text for settled in campaigns.values() for item in settled]
    assert len(set(texts)) == len(texts) == 48


def test_a_change_of_one_fact_changes_the_hash_of_every_part(
    con: Connection, plugin: Plugin, built: list[BuiltScenario]
) -> None:
    some = next(b for b in built if b.scenario.name == "seasonal_gift_buyers")

    def hashes() -> dict[str, str]:
        planned = plan_briefs(con, some, plugin, model_hash="m", settings_fingerprint="s")
        return {item.brief.subject_id: item.brief.brief_hash for item in planned}

    before = hashes()
    assert len(set(before.values())) == 8
    other_model = plan_briefs(con, some, plugin, model_hash="n", settings_fingerprint="s")
    assert {i.brief.subject_id: i.brief.brief_hash for i in other_model} == before
    con.execute("update shop.policies set value = '3 working days' where name = 'delivery_time'")
    after = hashes()
    con.execute(
        "update shop.policies set value = '2 to 4 working days' where name = 'delivery_time'"
    )
    assert not set(before.values()) & set(after.values())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The Calder Mug costs £12.00. Beside it stands the Ashdown Jug at £30.00.", None),
        ("The Calder Mug, now in the shop. It costs £12.00.", None),
        ("Prices in mugs start from £9.00.", None),
        ("Delivery takes 2 to 4 working days. Delivery costs £3.95.", None),
        ("The Calder Mug costs £30.00.", "price_2 does not stand with its product"),
        (
            "The Ashdown Jug stands here. It costs £12.00.",
            "price_1 does not stand with its product",
        ),
        ("The Calder Mug costs £9.00.", "the lowest price is told as the price of a product"),
        ("The Calder Mug and the Ashdown Jug cost £12.00.", "two products share one price"),
        ("The Calder Mug is ready within 30 days.", "returns is told as something else"),
        ("The Calder Mug costs £3.95.", "delivery_price is told as something else"),
    ],
)
def test_a_price_stands_with_its_own_product(text: str, why: str | None, plugin: Plugin) -> None:
    values = {
        "category": "mugs",
        "product_1": "Calder Mug",
        "price_1": "£12.00",
        "product_2": "Ashdown Jug",
        "price_2": "£30.00",
        "price_from": "£9.00",
        "delivery_time": "2 to 4 working days",
        "delivery_price": "£3.95",
        "returns": "30 days",
    }
    facts = tuple(Fact(n, v, "shop.products", "name", "p1") for n, v in values.items())
    scenario = Scenario("s", "S", "inform", "", "email", "plain", "en", ("campaign_messages",), 0)
    brief = Brief("b", "h", "campaign_messages", scenario, "email.body.A", facts)
    assert run_accept(plugin, text, brief) == why


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("goal", GOALS)
def test_long_names_and_missing_facts_still_fit(
    campaigns: dict[str, list[SettledBrief]], plugin: Plugin, goal: str, tone: str
) -> None:
    long = "The Extraordinarily Long-winded Hand-thrown Stoneware Breakfast Mug of Ashdown"
    for item in campaigns["seasonal_gift_buyers"]:
        scenario = replace(item.brief.scenario, goal=goal, tone=tone)
        whole = replace(item.brief, scenario=scenario)
        lengthened = tuple(
            replace(
                fact,
                value=long
                if fact.name.startswith("product")
                else f"{fact.value} and everything beside it",
            )
            if fact.name in ("product_1", "product_2", "category")
            else fact
            for fact in whole.facts
        )
        bare = tuple(fact for fact in whole.facts if fact.name in plugin.manifest.required_facts)
        limits = plugin.limits_for(scenario.channel, whole.subject_id)
        for brief in (whole, replace(whole, facts=lengthened), replace(whole, facts=bare)):
            text = render_fallback(plugin, brief)
            assert len(text) <= limits.max_characters, text
            assert text[0].isupper() or text[0].isdigit()
            assert text[-1] in ".!?"
            assert "the the " not in text.lower()


def test_a_category_that_few_are_offered_is_not_spoken_of(
    con: Connection, plugin: Plugin, built: list[BuiltScenario]
) -> None:
    assert (
        plan_briefs(
            con, built[-1], plugin, model_hash=None, settings_fingerprint="s", min_audience=100_000
        )
        == []
    )


def test_the_feed_puts_each_customer_into_one_variant_for_all_parts(
    shop: Warehouse,
    con: Connection,
    campaigns: dict[str, list[SettledBrief]],
    built: list[BuiltScenario],
) -> None:
    name = "seasonal_gift_buyers"
    versions = {scenario.scenario.name: scenario.scenario_version_id for scenario in built}
    subjects = {"campaign_messages": "segment"}
    publish_batch(shop, "r1", campaigns[name], versions, subjects)
    rows = fetch_dicts(con.execute("select * from content.feed where plugin = 'campaign_messages'"))
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        told[row["customer_id"]].append(row["subject_id"])
    variants = defaultdict(int)
    for seen in told.values():
        assert sorted(subject.rpartition(".")[0] for subject in seen) == sorted(PARTS)
        [variant] = {subject[-1] for subject in seen}
        variants[variant] += 1
    assert set(variants) == {"A", "B"}
    assert min(variants.values()) > 0.25 * len(told)


def test_claims_of_a_campaign_name_their_cells(
    con: Connection, campaigns: dict[str, list[SettledBrief]]
) -> None:
    briefs: list[Brief] = [settled[0].brief for settled in campaigns.values()]
    for fact in (fact for brief in briefs for fact in brief.facts):
        if fact.source_table != "shop.products":
            assert fact.source_table == "shop.policies"
            continue
        held = con.execute(
            f"select cast({fact.source_column} as varchar) from shop.products where product_id = $id",
            {"id": fact.source_key},
        ).fetchone()
        assert held is not None
        assert held[0].strip() == fact.value.removeprefix("£")
