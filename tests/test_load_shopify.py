"""Shopify's product export becomes products, facts and copy; every quirk is handled and counted."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tasks.load_exports import LoadReport, load_shopify
from tasks.loading.html_text import html_to_text
from tasks.warehouse import Warehouse, fetch_dicts

SHARED = Path(__file__).parent.parent.parent / "shared" / "data" / "shopify_fashion"
COLUMNS = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Image Src",
]  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def rows(warehouse: Warehouse, sql: str) -> list[dict]:
    with warehouse.open() as con:
        return fetch_dicts(con.execute(sql))


def export(path: Path, *records: dict[str, str]) -> Path:
    """A Shopify export; what a record does not give is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def product(handle: str, title: str, **more: str) -> dict[str, str]:
    """The first record of a product, published, in stock, £10."""
    given = {name.replace("_", " "): value for name, value in more.items()}
    stock = {
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": "1",
        "Variant Inventory Policy": "deny",
    }
    return {
        "Handle": handle,
        "Title": title,
        "Published": "true",
        "Variant Price": "10.00",
        **stock,
        **given,
    }


def variant(handle: str, **more: str) -> dict[str, str]:
    given = {name.replace("_", " "): value for name, value in more.items()}
    return {
        "Handle": handle,
        "Variant Price": "10.00",
        "Variant Inventory Tracker": "shopify",
        **given,
    }


def facts(warehouse: Warehouse, handle: str) -> dict[str, str]:
    found = rows(warehouse, "from shop.product_facts")
    return {row["name"]: row["value"] for row in found if row["product_id"] == handle}


def holds(reports: list[LoadReport]) -> None:
    for report in reports:
        assert report.count_read == report.count_kept + report.count_merged + report.count_refused


def test_variants_and_images_become_one_product_with_its_lowest_price(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = export(
        tmp_path / "p.csv",
        product("shirt", "Linen Shirt", Vendor="Acme", Type="Men's Shirts", Option1_Name="Color", Option1_Value="Navy",
                Option2_Name="Size", Option2_Value="S", Variant_Price="30.00", Variant_Inventory_Qty="0"),
        variant("shirt", Option1_Value="Navy", Option2_Value="M", Variant_Price="28.50", Variant_Inventory_Qty="2"),
        variant("shirt", Option1_Value="White", Option2_Value="XL", Variant_Price="31.00", Variant_Inventory_Qty="0"),
        {"Handle": "shirt", "Image Src": "https://example.com/1.jpg"},
    )  # fmt: skip
    reports = load_shopify(warehouse, [path], currency="EUR")
    holds(reports)
    assert (reports[0].count_read, reports[0].count_kept, reports[0].count_merged) == (4, 1, 3)
    assert reports[0].quirks["image-only record"] == 1
    assert reports[0].quirks["variant record"] == 2
    found = rows(
        warehouse,
        "select * exclude (updated_at, price), cast(price as varchar) as price from shop.products",
    )
    assert found == [
        {"product_id": "shirt", "name": "Linen Shirt", "brand": "Acme", "category": "men's shirts", "currency": "EUR",
         "is_available": True, "description": None, "source": "shopify", "price": "28.50"}
    ]  # fmt: skip
    assert facts(warehouse, "shirt") == {"colour": "navy and white", "size": "S, M and XL"}


@pytest.mark.parametrize(
    ("more", "is_available"),
    [
        ({"Variant_Inventory_Qty": "0"}, False),
        ({"Variant_Inventory_Qty": "-1"}, False),
        ({"Variant_Inventory_Qty": "0", "Variant_Inventory_Policy": "continue"}, True),
        ({"Variant_Inventory_Qty": "-1", "Variant_Inventory_Tracker": ""}, True),
        ({"Published": "false"}, False),
    ],
)
def test_what_cannot_be_bought_is_unavailable(
    warehouse: Warehouse, tmp_path: Path, more: dict[str, str], is_available: bool
) -> None:
    load_shopify(warehouse, [export(tmp_path / "p.csv", product("a", "A", **more))])
    assert rows(warehouse, "select is_available from shop.products") == [
        {"is_available": is_available}
    ]


def test_markup_is_taken_out_of_bodies(warehouse: Warehouse, tmp_path: Path) -> None:
    body = (
        '<meta charset="utf-8"><style type="text/css">td {border: 1px solid}</style>'
        '<p><span data-sheets-value="{&quot;1&quot;:2}">Soft&nbsp;wool &amp; silk.</span></p><ul><li>Warm</li>'
        "<li>Light\u200b</li></ul><script>alert(1)</script><iframe src='//x'>no</iframe>"
        "<table><tr><td>S</td><td>M</td></tr></table><!-- note --><img src=x onerror=alert(1)>"
    )
    report = load_shopify(
        warehouse, [export(tmp_path / "p.csv", product("a", "A", **{"Body (HTML)": body}))]
    )[0]
    assert rows(warehouse, "select description from shop.products")[0]["description"] == (
        "Soft wool & silk.\nWarm\nLight\nS\nM"
    )
    assert report.quirks["styles, scripts and frames taken out"] == 1


def test_text_that_spells_a_tag_stays_text() -> None:
    assert html_to_text("<p>a &lt;b&gt; c &amp;lt;</p>") == "a <b> c &lt;"


def test_boilerplate_is_stripped_and_counted(warehouse: Warehouse, tmp_path: Path) -> None:
    demonstration = "<p><em>This is a demonstration store. You can purchase products like this from <a>{}</a></em></p>"
    records = [
        product(
            f"p{at}",
            f"Mug {at}",
            **{
                "Body (HTML)": demonstration.format(f"Brand {at}")
                + f"<p>Mug number {['one', 'two', 'three'][at % 3]} of its own kind {at}.</p>"
                + ("<p>Ships in a gift box.</p>" if at % 3 == 0 else "")
                + '<p><a href="/x">Shop our collection of mugs.</a></p>'
            },
        )
        for at in range(30)
    ]
    reports = load_shopify(warehouse, [export(tmp_path / "p.csv", *records)])
    assert reports[0].quirks["demonstration lines stripped"] == 30
    assert reports[0].quirks["navigation lines stripped"] == 30
    assert reports[0].quirks["recurring lines stripped"] == 10
    found = rows(
        warehouse, "select description from shop.products order by length(product_id), product_id"
    )
    assert found[0]["description"] == "Mug number one of its own kind 0."
    copy = rows(warehouse, "select body from shop.copy")
    assert not any("demonstration" in row["body"] or "gift box" in row["body"] for row in copy)


def test_equal_titles_stay_different_products(warehouse: Warehouse, tmp_path: Path) -> None:
    path = export(tmp_path / "p.csv", product("mug-1", "Mug"), product("mug-2", "Mug"))
    report = load_shopify(warehouse, [path])[0]
    assert report.count_kept == 2
    assert report.quirks["duplicate title kept apart"] == 1


def test_tags_that_are_facts_are_kept_and_the_shops_own_are_dropped(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    tags = "SALE30_4, visible, WEEK10, Shot 3/30, AW15, Wool, grey, cosy, Woman"
    colours = "red, blue, green"
    path = export(tmp_path / "p.csv", product("a", "A", Tags=tags), product("b", "B", Tags=colours))
    report = load_shopify(warehouse, [path])[1]
    assert facts(warehouse, "a") == {"material": "wool", "colour": "grey"}
    assert facts(warehouse, "b") == {}
    assert report.quirks == {
        "internal tag dropped": 5,
        "tag that is no fact": 2,
        "contradicting tags dropped": 3,
    }


def test_options_that_say_nothing_or_too_much_are_no_facts(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    records = [product("a", "A", Option1_Name="Title", Option1_Value="Default Title")]
    records += [product("b", "B", Option1_Name="Color", Option1_Value="red", Variant_Grams="454")]
    records += [
        variant("b", Option1_Value=colour, Variant_Grams="454")
        for colour in ("blue", "pink", "lime", "grey")
    ]
    reports = load_shopify(warehouse, [export(tmp_path / "p.csv", *records)])
    assert facts(warehouse, "a") == {}
    assert facts(warehouse, "b") == {"weight": "454 g"}
    assert reports[1].quirks["option with too many values to state"] == 1


def test_bad_records_are_refused_and_the_others_kept(warehouse: Warehouse, tmp_path: Path) -> None:
    path = export(
        tmp_path / "p.csv",
        product("a", "A"),
        variant("a", Variant_Price="free"),
        product("", "Nameless"),
        variant("orphan"),
    )
    reports = load_shopify(warehouse, [path])
    holds(reports)
    assert (reports[0].count_kept, reports[0].count_refused) == (1, 3)
    found = rows(warehouse, "select line, reason from shop.load_rejects order by line")
    assert [(r["line"], r["reason"]) for r in found] == [
        (3, "Variant Price free is no number"),
        (4, "Handle is empty"),
        (5, "no record of the Handle orphan has a Title"),
    ]


def test_loading_again_changes_nothing_and_a_newer_export_replaces_facts(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = export(
        tmp_path / "p.csv", product("a", "A", Tags="wool, grey"), product("b", "B", Tags="silk")
    )
    load_shopify(warehouse, [path])
    tables = ("products", "product_facts", "copy", "loads", "load_rejects")
    before = [rows(warehouse, f"from shop.{table} order by all") for table in tables]
    again = load_shopify(warehouse, [path])
    assert [rows(warehouse, f"from shop.{table} order by all") for table in tables] == before
    assert {report.count_written for report in again} == {0}
    load_shopify(warehouse, [export(tmp_path / "newer.csv", product("a", "A2", Tags="grey"))])
    assert facts(warehouse, "a") == {"colour": "grey"}
    assert facts(warehouse, "b") == {"material": "silk"}
    assert [r["name"] for r in rows(warehouse, "from shop.products order by name")] == ["A2", "B"]


@pytest.mark.skipif(not SHARED.exists(), reason="the real exports (../shared/data) are not here")
def test_the_real_exports_load_with_the_quirks_that_they_are_known_for(
    warehouse: Warehouse,
) -> None:
    reports = load_shopify(warehouse, sorted(SHARED.glob("*.csv.gz")), currency="USD")
    holds(reports)
    fashion = next(
        r for r in reports if r.table == "products" and Path(r.file).name == "fashion.csv.gz"
    )
    assert (fashion.count_read, fashion.count_kept, fashion.count_refused) == (5_024, 997, 0)
    known = {
        "image-only record": 1_340,
        "demonstration lines stripped": 639,
        "duplicate title kept apart": 133,
    }
    assert {quirk: fashion.quirks[quirk] for quirk in known} == known
    left = rows(
        warehouse,
        "select count(*) as n from shop.products where regexp_matches(description, "
        "'demonstration store|data-sheets|</|&nbsp|&amp;|Lorem|Praesent')",
    )
    assert left == [{"n": 0}]
    facts_found = rows(
        warehouse,
        "select count(distinct product_id) as n from shop.product_facts where name = 'colour'",
    )
    assert facts_found[0]["n"] > 900
