"""Online Retail becomes products, customers, orders and order lines; every quirk is handled and counted."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tasks.load_exports import LoadReport, load_online_retail
from tasks.loading.retail_names import category_of, readable_name
from tasks.warehouse import Warehouse, fetch_dicts

SHARED = (
    Path(__file__).parent.parent.parent
    / "shared"
    / "data"
    / "online_retail"
    / "online_retail.csv.gz"
)
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LIGHT = "WHITE HANGING HEART T-LIGHT HOLDER"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def rows(warehouse: Warehouse, sql: str) -> list[dict]:
    with warehouse.open() as con:
        return fetch_dicts(con.execute(sql))


def line(
    invoice: str = "536365",
    code: str = "85123A",
    description: str = LIGHT,
    quantity: int = 6,
    price: str = "2.55",
    customer: str = "17850.0",
    country: str = "United Kingdom",
    at: str = "2010-12-01 08:26:00",
) -> str:
    return f"{invoice},{code},{description},{quantity},{at},{price},{customer},{country}\n"


def load(warehouse: Warehouse, folder: Path, *lines: str) -> dict[str, LoadReport]:
    path = folder / "retail.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    reports = {report.table: report for report in load_online_retail(warehouse, [path])}
    for report in reports.values():
        assert report.count_read == report.count_kept + report.count_merged + report.count_refused
    return reports


def reasons(warehouse: Warehouse) -> dict[int, str]:
    return {row["line"]: row["reason"] for row in rows(warehouse, "from shop.load_rejects")}


def test_a_line_becomes_a_product_a_customer_an_order_and_its_line(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    load(
        warehouse,
        tmp_path,
        line(),
        line(code="71053", description="WHITE METAL LANTERN", price="3.39"),
    )
    assert [(r["customer_id"], r["country"]) for r in rows(warehouse, "from shop.customers")] == [
        ("17850", "United Kingdom")
    ]
    assert [
        (r["order_id"], r["customer_id"], r["state"]) for r in rows(warehouse, "from shop.orders")
    ] == [("536365", "17850", "paid")]
    found = rows(
        warehouse,
        "select * exclude (unit_price, list_price) from shop.order_lines order by line_number",
    )
    assert [tuple(r.values()) for r in found] == [
        ("536365", 1, "85123A", 6),
        ("536365", 2, "71053", 6),
    ]
    products = rows(
        warehouse,
        "select product_id, name, category, cast(price as varchar) as price from shop.products",
    )
    assert sorted(tuple(r.values()) for r in products) == [
        ("71053", "White Metal Lantern", "candles & lights", "3.39"),
        ("85123A", "White Hanging Heart T-Light Holder", "candles & lights", "2.55"),
    ]
    facts = rows(warehouse, "from shop.product_facts order by all")
    assert [tuple(r.values()) for r in facts] == [
        ("71053", "colour", "white"),
        ("71053", "material", "metal"),
        ("85123A", "colour", "white"),
    ]


def test_lines_without_customer_keep_their_order(warehouse: Warehouse, tmp_path: Path) -> None:
    reports = load(warehouse, tmp_path, line(), line(invoice="2", customer=""))
    assert reports["order_lines"].quirks["without customer"] == 1
    assert reports["customers"].count_read == 1
    orders = rows(warehouse, "select order_id, customer_id from shop.orders order by 1")
    assert orders[0] == {"order_id": "2", "customer_id": None}


def test_cancellations_are_cancelled_orders(warehouse: Warehouse, tmp_path: Path) -> None:
    reports = load(warehouse, tmp_path, line(), line(invoice="C2", quantity=-3))
    assert reports["order_lines"].quirks["cancellation line"] == 1
    assert rows(warehouse, "select order_id, state from shop.orders order by 1") == [
        {"order_id": "536365", "state": "paid"},
        {"order_id": "C2", "state": "cancelled"},
    ]
    assert rows(warehouse, "select quantity from shop.order_lines where order_id = 'C2'") == [
        {"quantity": 3}
    ]


def test_exact_copies_are_merged(warehouse: Warehouse, tmp_path: Path) -> None:
    report = load(warehouse, tmp_path, line(), line(), line(quantity=7), line())["order_lines"]
    assert (report.count_kept, report.count_merged, report.count_refused) == (2, 2, 0)
    assert report.quirks["exact copy merged"] == 2


def test_prices_quantities_and_codes_that_are_no_sale_are_refused(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    reports = load(
        warehouse,
        tmp_path,
        line(),
        line(price="0.0"),
        line(price="-11062.06"),
        line(price="0.001"),
        line(quantity=80995),
        line(invoice="C9", quantity=-80995),
        line(quantity=-5),
        line(code="POST", description="POSTAGE"),
        line(code="m", description="Manual"),
        line(code="gift_0001_20", description="Dotcomgiftshop Gift Voucher £20.00"),
        line(code="BANK CHARGES", description="Bank Charges"),
        line(quantity=1, price="free"),
        line(at="yesterday"),
    )
    assert reports["order_lines"].count_refused == 12
    assert reasons(warehouse) == {
        3: "UnitPrice is not above zero",
        4: "UnitPrice is not above zero",
        5: "UnitPrice rounds to zero",
        6: "quantity 80995 is beyond 10000",
        7: "quantity -80995 is beyond 10000",
        8: "quantity is below zero outside a cancellation",
        9: "code POST is no product but postage",
        10: "code M is no product but a manual entry",
        11: "code GIFT_0001_20 is no product but a gift voucher",
        12: "code BANK CHARGES is no product but a fee",
        13: "UnitPrice is no number",
        14: "InvoiceDate is no time",
    }
    quirks = reports["order_lines"].quirks
    assert quirks["price not above zero"] == 2
    assert quirks["absurd quantity"] == 2
    assert quirks["not a product"] == 4
    assert [r["product_id"] for r in rows(warehouse, "from shop.products")] == ["85123A"]


def test_the_most_frequent_description_names_a_code_and_staff_notes_never_do(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    many = [line(invoice=str(at), description="damaged") for at in range(5)]
    notes = [
        line(code="1000", description="?"),
        line(code="1000", description="check", invoice="7"),
    ]
    names = [
        line(invoice="20", description=" CREAM  HEART. "),
        line(invoice="21", description="CREAM HEART"),
    ]
    report = load(warehouse, tmp_path, *many, *names, line(invoice="30"), *notes)["order_lines"]
    assert rows(warehouse, "select product_id, name from shop.products") == [
        {"product_id": "85123A", "name": "Cream Heart"}
    ]
    assert report.quirks["code with several descriptions"] == 2
    assert report.quirks["staff note"] == 7
    assert set(reasons(warehouse).values()) == {"no line of the code 1000 describes a product"}


def test_codes_that_differ_only_in_case_are_one_product(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    report = load(warehouse, tmp_path, line(), line(invoice="2", code="85123a"))["order_lines"]
    assert report.quirks["code in two cases merged"] == 1
    assert [r["product_id"] for r in rows(warehouse, "from shop.products")] == ["85123A"]


def test_what_is_not_sold_any_more_is_unavailable(warehouse: Warehouse, tmp_path: Path) -> None:
    load(
        warehouse,
        tmp_path,
        line(),
        line(invoice="2", code="1", description="RED MUG", at="2011-06-01 10:00:00"),
    )
    assert rows(warehouse, "select product_id, is_available from shop.products order by 1") == [
        {"product_id": "1", "is_available": True},
        {"product_id": "85123A", "is_available": False},
    ]


def test_loading_again_changes_nothing_and_a_corrected_order_loses_its_old_lines(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    tables = (
        "products",
        "product_facts",
        "customers",
        "orders",
        "order_lines",
        "loads",
        "load_rejects",
    )
    lines = [line(), line(quantity=2), line(price="0"), line(invoice="2", customer="")]
    load(warehouse, tmp_path, *lines)
    before = [rows(warehouse, f"from shop.{table} order by all") for table in tables]
    again = load(warehouse, tmp_path, *lines)
    assert [rows(warehouse, f"from shop.{table} order by all") for table in tables] == before
    assert {report.count_written for report in again.values()} == {0}
    load(warehouse, tmp_path, line(quantity=9))
    found = rows(warehouse, "select order_id, quantity from shop.order_lines order by all")
    assert [tuple(r.values()) for r in found] == [("2", 6), ("536365", 9)]


@pytest.mark.parametrize(
    ("description", "name"),
    [
        (LIGHT, "White Hanging Heart T-Light Holder"),
        ("SET/5 RED RETROSPOT LID GLASS BOWLS", "Set of 5 Red Retrospot Lid Glass Bowls"),
        ("SILVER ANGEL T-LIGHT HLDR", "Silver Angel T-Light Holder"),
        ("PAPER CRAFT , LITTLE BIRDIE", "Paper Craft, Little Birdie"),
        ("CHILD'S GARDEN TROWEL PINK ", "Child's Garden Trowel Pink"),
        ("POLYESTER FILLER PAD 40x40cm", "Polyester Filler Pad 40x40cm"),
        ("JAM MAKING SET WITH JARS", "Jam Making Set with Jars"),
    ],
)
def test_names_are_readable(description: str, name: str) -> None:
    assert readable_name(description) == name


def test_a_name_without_a_word_of_the_table_has_no_category() -> None:
    assert category_of("Regency Cakestand 3 Tier") == "kitchen & dining"
    assert category_of("Wicker Star") is None


@pytest.mark.skipif(
    not SHARED.exists(), reason="the real Online Retail (../shared/data) is not here"
)
def test_the_real_file_loads_with_the_quirks_that_it_is_known_for(warehouse: Warehouse) -> None:
    began = time.monotonic()
    reports = {report.table: report for report in load_online_retail(warehouse, [SHARED])}
    assert time.monotonic() - began < 90
    lines = reports["order_lines"]
    assert (
        lines.count_read == 541_909 == lines.count_kept + lines.count_merged + lines.count_refused
    )
    known = {
        "without customer": 135_080,
        "cancellation line": 9_288,
        "exact copy merged": 5_268,
        "price not above zero": 2_517,
        "code with several descriptions": 650,
        "customer number mended": 406_829,
    }
    assert {quirk: lines.quirks[quirk] for quirk in known} == known
    assert reports["customers"].count_kept == 4_372
    kept = rows(
        warehouse,
        "select min(unit_price) > 0 as is_priced, max(quantity) <= 10000 as is_sane from shop.order_lines",
    )
    assert kept == [{"is_priced": True, "is_sane": True}]
    odd = rows(
        warehouse, "select name from shop.products where name = upper(name) or contains(name, '?')"
    )
    assert odd == []
