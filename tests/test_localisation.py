# ruff: noqa: E501 - a table of words is wide
"""Other languages: files per locale, German end to end, a stated fallback, and prices as a locale writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.settings import Settings
from plugins.contract import Plugin
from plugins.discovery import discover_plugins
from plugins.plugin_files import BrokenPluginError, load_plugin
from plugins.scaffolding import write_scaffold
from tasks.build_corpus import build_corpus
from tasks.local_formats import as_date, as_money, as_number
from tasks.publish_content import publish_batch
from tasks.records import SettledBrief
from tasks.rendering import render_fallback, render_prompt, surface_values
from tasks.small_shop import small_shop
from tasks.warehouse import Warehouse, fetch_dicts
from tests.plugin_runs import Outcome, run_plugins

SCENARIOS = Path(__file__).parent.parent / "sql" / "scenarios"
GERMAN_NAMES = {
    "Mug": "Becher", "Teapot": "Teekanne", "Saucepan": "Stielkasserolle", "Casserole": "Schmortopf",
    "Duvet Cover": "Bettbezug", "Pillowcase": "Kissenbezug", "Table Lamp": "Tischleuchte",
    "Candle Holder": "Kerzenhalter", "Tote Bag": "Tragetasche", "Wash Bag": "Kulturbeutel",
}  # fmt: skip
GERMAN_CATEGORIES = {
    "Mugs & Teaware": "Becher und Teegeschirr", "Cookware": "Kochgeschirr", "Bedding": "Bettwäsche",
    "Lighting": "Beleuchtung", "Bags": "Taschen",
}  # fmt: skip
GERMAN_VALUES = {
    "stoneware": "Steinzeug", "stainless steel": "Edelstahl", "cast iron": "Gusseisen", "washed linen": "gewaschenes Leinen",
    "cotton percale": "Baumwollperkal", "oak": "Eiche", "brass": "Messing", "waxed canvas": "gewachstes Canvas",
    "olive green": "olivgrün", "slate blue": "schieferblau", "oatmeal": "haferfarben", "rust red": "rostrot",
    "350 ml": "350 ml", "1.1 litres": "1,1 Liter", "2 litres": "2 Liter", "4 litres": "4 Liter", "18 litres": "18 Liter",
    "3 litres": "3 Liter", "42 cm": "42 cm", "12 cm": "12 cm", "dishwasher safe": "spülmaschinenfest",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Iterator[Warehouse]:
    """The small shop with German names, categories and values for all but the bags' materials."""
    with small_shop() as warehouse:
        with warehouse.open() as con:
            for english, german in GERMAN_NAMES.items():
                con.execute(
                    "insert into shop.product_facts select product_id, 'name@de', replace(name, $old, $new) "
                    "from shop.products where ends_with(name, ' ' || $old)",
                    {"old": english, "new": german},
                )
            for english, german in GERMAN_CATEGORIES.items():
                con.execute(
                    "insert into shop.product_facts select product_id, 'category@de', $new from shop.products "
                    "where category = $old",
                    {"old": english, "new": german},
                )
            for english, german in GERMAN_VALUES.items():
                con.execute(
                    "insert into shop.product_facts select product_id, name || '@de', $new from shop.product_facts "
                    "where value = $old and not contains(name, '@')",
                    {"old": english, "new": german},
                )
        yield warehouse


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with lapsed high spenders in German, and in Austrian German."""
    folder = tmp_path_factory.mktemp("scenarios")
    source = (SCENARIOS / "lapsed_high_spenders.sql").read_text(encoding="utf-8")
    (folder / "lapsed_german.sql").write_text(source.replace("-- locale: en", "-- locale: de"))
    (folder / "lapsed_austrian.sql").write_text(source.replace("-- locale: en", "-- locale: de-AT"))
    return folder


@pytest.fixture(scope="module")
def german(shop: Warehouse, scenarios: Path) -> Outcome:
    settings = Settings(home=shop.path.parent, scenario_folders=(scenarios,))
    with shop.scratch() as con:
        return run_plugins(con, settings, ["lapsed_german"], limit=12)


def of_plugin(outcome: Outcome, name: str) -> list[SettledBrief]:
    return [item for key, item in outcome.settled.items() if key[1] == name]


def test_german_descriptions_stand_and_speak_german(german: Outcome) -> None:
    items = of_plugin(german, "descriptions")
    assert len(items) == 12
    assert {item.state for item in items} == {"fallback"}
    for item in items:
        assert item.text is not None
        values = item.brief.values()
        assert item.brief.scenario.locale == "de"
        assert values["name"].split(" ", 1)[1] in GERMAN_NAMES.values()
        assert values["category"] in GERMAN_CATEGORIES.values()
        assert values["name"] in item.text
        assert "£" in item.text
        assert "£" + values["price"].removeprefix("£") not in item.text
        assert as_money(values["price"], "de") in item.text
        assert not {"the", "is", "and", "made"} & set(item.text.lower().split())


def test_english_drafts_are_refused_in_a_german_scenario(german: Outcome) -> None:
    for item in of_plugin(german, "descriptions"):
        drafts = [draft for draft in item.drafts if draft.written_by == "model"]
        assert drafts
        for draft in drafts:
            assert any(not verdict.is_passed for verdict in item.verdicts[draft.draft_id])


def test_slots_are_filled_with_prices_as_the_locale_writes_them(german: Outcome) -> None:
    brief = of_plugin(german, "descriptions")[0].brief
    assert surface_values(brief)["price"] == as_money(brief.values()["price"], "de")
    english = replace(brief, scenario=replace(brief.scenario, locale="en"))
    assert surface_values(english)["price"] == brief.values()["price"]


def test_a_claim_keeps_the_cells_own_words(german: Outcome) -> None:
    claims = [claim for item in of_plugin(german, "descriptions") for claim in item.claims]
    prices = [claim for claim in claims if claim.source and claim.source.name == "price"]
    assert prices
    assert all(claim.source and claim.source.value.startswith("£") for claim in prices)
    localised = [claim for claim in claims if claim.source and "@de" in claim.source.source_key]
    assert localised


def test_a_product_with_german_words_tells_no_english_ones(german: Outcome) -> None:
    for item in of_plugin(german, "descriptions"):
        for fact in item.brief.facts:
            if fact.source_table == "shop.product_facts":
                assert fact.source_key.endswith("@de")


def test_a_plugin_without_the_language_writes_in_its_own_and_says_so(german: Outcome) -> None:
    items = of_plugin(german, "recommendations")
    assert items
    assert {item.brief.scenario.locale for item in items} == {"en"}
    assert {item.state for item in items} <= {"approved", "fallback"}
    told = [p for p in german.plan.problems if "recommendations" in p]
    assert any("no fallback.j2 for de" in p and "writes in en" in p for p in told), (
        german.plan.problems
    )
    assert not any("plugin descriptions" in p for p in german.plan.problems)


def test_the_feed_shows_german_and_what_stands_in_for_it(shop: Warehouse, scenarios: Path) -> None:
    settings = Settings(home=shop.path.parent, scenario_folders=(scenarios,))
    from tasks.build_scenarios import build_scenarios, load_scenario_definitions
    from tasks.refresh_marts import refresh_marts

    with shop.open() as con:
        refresh_marts(con)
        wanted = [d for d in load_scenario_definitions([scenarios]) if d.name == "lapsed_german"]
        [built] = build_scenarios(con, wanted, run_id="r1")
    with shop.scratch() as con:
        outcome = run_plugins(con, settings, ["lapsed_german"], limit=5)
    publish_batch(
        shop,
        "r1",
        list(outcome.settled.values()),
        {"lapsed_german": built.scenario_version_id},
        outcome.plan.subjects,
    )
    with shop.open() as con:
        rows = fetch_dicts(con.execute("select distinct plugin, body from content.feed"))
        locales = dict(
            con.execute(
                "select plugin, any_value(locale) from content.texts group by all"
            ).fetchall()
        )
    assert {row["plugin"] for row in rows} == set(locales)
    assert locales["descriptions"] == "de"
    assert locales["recommendations"] == "en"
    assert any("Willkommen" in row["body"] or "Sie" in row["body"] for row in rows)


def test_a_region_takes_its_languages_files_before_the_plain_ones(tmp_path: Path) -> None:
    folder = write_scaffold("gruesse", "product", tmp_path)
    (folder / "fallback.de.j2").write_text("Hier ist {{ facts.name }}.")
    (folder / "fallback.de-AT.j2").write_text("Servus, hier ist {{ facts.name }}.")
    (folder / "prompt.de.j2").write_text("de {{ slots }}")
    plugin = load_plugin(folder)
    assert plugin.in_locale("de-AT").fallback_source.startswith("Servus")
    assert plugin.in_locale("de-AT").prompt_source.startswith("de ")
    assert plugin.in_locale("de-CH").fallback_source.startswith("Hier")
    assert plugin.in_locale("fr") == plugin.in_locale("en") == plugin
    assert [plugin.speaks(tag) for tag in ("de", "de-CH", "fr", "en-GB", "en")] == [
        "de",
        "de-CH",
        "en",
        "en-GB",
        "en",
    ]


def test_the_default_locale_may_be_another_than_english(tmp_path: Path) -> None:
    folder = write_scaffold("gruesse", "product", tmp_path)
    manifest = folder / "plugin.toml"
    manifest.write_text(
        manifest.read_text().replace('version = "1"', 'version = "1"\ndefault_locale = "de"', 1)
    )
    plugin = load_plugin(folder)
    assert [plugin.speaks(tag) for tag in ("de", "de-AT", "en", "fr")] == [
        "de",
        "de-AT",
        "de",
        "de",
    ]
    assert {example.locale for example in plugin.examples} == {"de"}


def test_files_of_a_locale_count_in_the_fingerprint_and_a_wrong_name_is_refused(
    tmp_path: Path,
) -> None:
    folder = write_scaffold("gruesse", "product", tmp_path)
    before = load_plugin(folder).fingerprint
    (folder / "fallback.de.j2").write_text("Hier ist {{ facts.name }}.")
    assert load_plugin(folder).fingerprint != before
    (folder / "fallback.deutsch_land.j2").write_text("x")
    with pytest.raises(BrokenPluginError, match=r"'deutsch_land' is no locale"):
        load_plugin(folder)


def test_the_filters_write_as_the_locale_does(german: Outcome, tmp_path: Path) -> None:
    folder = write_scaffold("gruesse", "product", tmp_path)
    source = "{{ facts.price | money }} · {{ '1240.5' | number }} · {{ '2026-11-14' | date }}"
    for file in ("fallback.j2", "fallback.de.j2"):
        (folder / file).write_text(source)
    plugin = load_plugin(folder)
    brief = of_plugin(german, "descriptions")[0].brief
    price = brief.values()["price"].removeprefix("£")
    assert (
        render_fallback(plugin, brief)
        == f"{price.replace('.', ',')} £ · 1.240,5 · 14. November 2026"
    )
    english = replace(brief, scenario=replace(brief.scenario, locale="en-GB"))
    assert render_fallback(plugin, english) == f"£{price} · 1,240.5 · 14 November 2026"


@pytest.mark.parametrize(
    ("value", "locale", "written"),
    [
        ("£24.00", "de", "24,00 £"),
        ("€1240.50", "de", "1.240,50 €"),
        ("24.00 SEK", "sv", "24,00 kr"),
        ("$5.00", "en", "$5.00"),
        ("stoneware", "de", "stoneware"),
        ("from £24.00", "de", "from £24.00"),
        ("£24.00", "xx-YY", "£24.00"),
    ],
)
def test_prices(value: str, locale: str, written: str) -> None:
    assert as_money(value, locale) == written


def test_what_is_no_number_or_date_comes_back_as_it_is() -> None:
    assert as_number("many", "de") == "many"
    assert as_number("-3.5", "de") == "-3,5"
    assert as_date("2026-13-45", "de") == "2026-13-45"
    assert as_date("soon", "de") == "soon"
    assert as_date("2026-03-01 10:00:00", "de") == "1. März 2026"


def test_german_examples_are_training_pairs_with_german_prompts(shop: Warehouse) -> None:
    plugins: tuple[Plugin, ...] = discover_plugins(entry_points=False).plugins
    corpus = build_corpus(shop, plugins, minimum=1)
    german = [pair for pair in corpus.pairs if pair.prompt.startswith("descriptions | de |")]
    assert len(german) == 4
    assert not [pair for pair in corpus.pairs if pair.kind == "campaign_messages"]


def test_a_german_prompt_is_another_one(german: Outcome) -> None:
    plugin = german.plan.plugins["descriptions"]
    brief = of_plugin(german, "descriptions")[0].brief
    assert render_prompt(plugin, brief).startswith("descriptions | de | goal win_back")
