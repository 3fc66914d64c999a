"""Loading is idempotent, whole or not at all, and counts what it met."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.load_exports import TABLES, load_table
from tasks.scrub_text import scrub_texts
from tasks.warehouse import Warehouse, fetch_dicts, one_value

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
REVIEWS = SHARED / "womens_clothing_reviews" / "reviews.csv.gz"
RETAIL = SHARED / "retail_demo" / "products.yaml.gz"

FILES = {
    "products": (
        "id,title,price,material,description\n"
        "p1,Mug,£24.00,stoneware,<p>A mug &amp; more</p>\n"
        "p2,Bowl,x,,\n"
        "p1,Big mug,25,,\n"
    ),
    "product_facts": ("product_id,name,value\np1,Material,stoneware\np1,color,blue\np1,,x\n"),
    "customers": (
        "id,name,email,consent\n"
        "1.0,Jane Smith,j@example.com,yes\n"
        "2,Tom Fox,t@example.com,no\n"
        ",Nobody,,\n"
    ),
    "orders": (
        "order_id,customer_id,ordered_at,status\n1,1,2024-01-01,paid\n2,1,2024-01-01,unheard of\n"
    ),
    "order_lines": (
        "order_id,product_id,quantity,price\n1,p1,2,24.00\n1,p2,1.5,3\n1,p3,1,free\n1,p4,1,3.50\n"
    ),
    "events": (
        "user_id,event,product_id,timestamp\n"
        "1,view,p1,2024-01-01 10:00:00\n"
        "1,view,p1,2024-01-01 10:00:00\n"
        "1,hover,p1,2024-01-01\n"
    ),
    "reviews": ("product_id,rating,title,text\np1,5,Good,Lovely mug\np1,5.0,,\np1,6,,\np1,,,\n"),
    "questions": (
        "product_id,question,asked_at\np1,Is it dishwasher safe?,2024-01-01\np1,,2024-01-01\n"
    ),
    "policies": (
        "policy,value,text\nreturns,30 days,You may return it within 30 days.\nreturns,,x\n"
    ),
    "copy": (
        "kind,body,facts\n"
        'descriptions,A mug of stoneware.,"{""material"": ""stoneware""}"\n'
        "descriptions,Another.,[1]\n"
    ),
}
KEPT_AND_REFUSED = {
    "products": (1, 1), "product_facts": (2, 1), "customers": (2, 1), "orders": (1, 1), "order_lines": (2, 2),
    "events": (1, 1), "reviews": (2, 2), "questions": (1, 1), "policies": (1, 1), "copy": (1, 1),
}  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def rows(warehouse: Warehouse, sql: str) -> list[dict]:
    with warehouse.open() as con:
        return fetch_dicts(con.execute(sql))


def everything(warehouse: Warehouse) -> dict[str, list[dict]]:
    """All rows of all loaded tables, times of writing included."""
    tables = [*TABLES, "loads", "load_rejects"]
    return {table: rows(warehouse, f"from shop.{table} order by all") for table in tables}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("table", TABLES)
def test_every_table_keeps_good_rows_and_refuses_bad_ones(
    warehouse: Warehouse, tmp_path: Path, table: str
) -> None:
    reports = load_table(warehouse, table, [write(tmp_path / "file.csv", FILES[table])])
    for report in reports:
        assert report.count_read == report.count_kept + report.count_merged + report.count_refused
        assert report.count_kept == one_value_of(
            warehouse, f"select count(*) from shop.{report.table}"
        )
    assert (reports[0].count_kept, reports[0].count_refused) == KEPT_AND_REFUSED[table]
    assert reports[0].count_read == FILES[table].count("\n") - 1
    loads = rows(warehouse, "from shop.loads")
    assert {load["table_name"] for load in loads} == {report.table for report in reports}
    rejects = rows(warehouse, "from shop.load_rejects")
    assert len(rejects) == sum(report.count_refused for report in reports)
    assert all(reject["reason"] and reject["line"] > 1 for reject in rejects)


def one_value_of(warehouse: Warehouse, sql: str) -> int:
    with warehouse.open() as con:
        return int(one_value(con, sql))


@pytest.mark.parametrize("table", TABLES)
def test_loading_twice_changes_nothing(warehouse: Warehouse, tmp_path: Path, table: str) -> None:
    path = write(tmp_path / "file.csv", FILES[table])
    load_table(warehouse, table, [path])
    before = everything(warehouse)
    again = load_table(warehouse, table, [path])
    assert everything(warehouse) == before
    assert {report.count_written for report in again} == {0}


def test_a_newer_file_updates_rows_by_key_and_leaves_the_others(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    load_table(
        warehouse, "customers", [write(tmp_path / "a.csv", "id,name\n1,Ann Lee\n2,Bo Ray\n")]
    )
    report = load_table(
        warehouse, "customers", [write(tmp_path / "b.csv", "id,name\n2,Bo Rae\n3,Cy Fox\n")]
    )[0]
    assert report.count_written == 2
    found = rows(warehouse, "select customer_id, name from shop.customers order by 1")
    assert [tuple(r.values()) for r in found] == [
        ("1", "Ann Lee"),
        ("2", "Bo Rae"),
        ("3", "Cy Fox"),
    ]
    assert len(rows(warehouse, "from shop.loads")) == 2


def test_of_rows_with_one_key_the_last_counts(warehouse: Warehouse, tmp_path: Path) -> None:
    report = load_table(warehouse, "products", [write(tmp_path / "p.csv", FILES["products"])])[0]
    assert report.count_merged == 1
    assert [r["name"] for r in rows(warehouse, "from shop.products")] == ["Big mug"]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("price", "1e9999", "price 1e9999 is no number"),
        ("price", "-1", "price is below zero"),
        ("currency", "pounds", "currency pounds is no ISO 4217 code"),
        ("is_available", "maybe", "is_available maybe is neither yes, no nor a number"),
    ],
)
def test_a_products_value_of_the_wrong_type_refuses_its_row_alone(
    warehouse: Warehouse, tmp_path: Path, column: str, value: str, reason: str
) -> None:
    text = f"product_id,name,{column}\np1,Mug,\np2,Bowl,{value}\n"
    load_table(warehouse, "products", [write(tmp_path / "p.csv", text)])
    assert [r["name"] for r in rows(warehouse, "from shop.products")] == ["Mug"]
    assert [(r["line"], r["reason"]) for r in rows(warehouse, "from shop.load_rejects")] == [
        (3, reason)
    ]


def test_products_give_clean_text_facts_and_copy(warehouse: Warehouse, tmp_path: Path) -> None:
    long = "<p>This mug holds a generous morning.</p><script>x()</script><p>Wash it by hand.</p>"
    filler = "<p>Lorem ipsum dolor sit amet consectetur adipiscing elit</p>"
    text = f'id,title,color,description\np1,"Blue <b>Mug</b>",sky blue,"{long}"\np2,Lorem,,"{filler}"\n'
    reports = load_table(warehouse, "products", [write(tmp_path / "p.csv", text)])
    assert reports[0].quirks["placeholder text dropped"] == 1
    product = rows(warehouse, "from shop.products order by product_id")[0]
    assert product["description"] == "This mug holds a generous morning.\nWash it by hand."
    assert product["name"] == "Blue Mug"
    assert rows(warehouse, "from shop.product_facts") == [
        {"product_id": "p1", "name": "colour", "value": "sky blue"}
    ]
    copy = rows(warehouse, "select copy_id, kind, body from shop.copy")
    assert copy == [
        {"copy_id": "description:p1", "kind": "descriptions", "body": product["description"]}
    ]


def test_reviews_count_their_quirks_and_make_unknown_products(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    cut = "so lovely " * 50
    text = (
        ",Clothing ID,Title,Review Text,Rating,Class Name,Division Name\n"
        f'0,7,,"one\ntwo",5,Dresses,General\n1,7,Nice,,4,Dresses,General\n2,7,Nice,,4,Dresses,General\n'
        f"3,8,,{cut.strip()[:499]},3,,Initmates\n4,9,,fine,3,,\n5,7,,same,3,Dresses,General\n6,7,,same,3,Dresses,General\n"
    )
    mapping = {
        "product_id": "Clothing ID",
        "body": "Review Text",
        "product_category": "Class Name|Division Name",
    }
    reports = load_table(warehouse, "reviews", [write(tmp_path / "r.csv", text)], mapping)
    quirks = reports[0].quirks
    # Two silent ratings are two reviews; the same words twice are one.
    assert (reports[0].count_kept, reports[0].count_merged) == (6, 1)
    assert quirks["empty text"] == 2
    assert quirks["empty title"] == 5
    assert quirks["multi-line text"] == 1
    assert quirks["text cut near 500 characters"] == 1
    assert quirks["unknown product"] == 1
    assert quirks["misspelt category mended"] == 1
    assert quirks["product with one review only"] == 2
    assert quirks["unnamed columns"] == 1
    products = rows(
        warehouse, "select product_id, name, category, source from shop.products order by 1"
    )
    assert [tuple(r.values()) for r in products] == [
        ("7", "Dresses 7", "dresses", "reviews"),
        ("8", "Intimates 8", "intimates", "reviews"),
    ]


def test_personal_data_in_reviews_is_scrubbed_as_they_are_loaded(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    reviews = "review_id,product_id,rating,body\n1,p,5,Ask Jane Smith or j@example.com\n2,p,5,A fine mug\n3,p,4,\n"
    report = load_table(warehouse, "reviews", [write(tmp_path / "r.csv", reviews)])[0]
    assert report.quirks["text with personal data"] == 1
    load_table(warehouse, "customers", [write(tmp_path / "c.csv", "id,name\n1,Jane Smith\n")])
    load_table(
        warehouse,
        "questions",
        [write(tmp_path / "q.csv", "question_id,question\n1,Call 07700 900123?\n")],
    )
    found = rows(
        warehouse,
        "select source_table, source_key, body, count_removed from staging.scrubbed_texts order by all",
    )
    assert [tuple(r.values()) for r in found] == [
        ("shop.questions", "1", "Call [phone]?", 1),
        ("shop.reviews", "1", "Ask [name] or [email]", 2),
        ("shop.reviews", "2", "A fine mug", 0),
    ]
    assert scrub_texts(warehouse).count_texts == 0
    changed = reviews.replace("A fine mug", "A mug of @jane_doe").replace(
        "1,p,5,Ask Jane Smith or j@example.com\n", ""
    )
    with warehouse.transaction() as con:
        con.execute("delete from shop.reviews where review_id = '1'")
    load_table(warehouse, "reviews", [write(tmp_path / "r2.csv", changed)])
    found = rows(
        warehouse,
        "select source_key, body from staging.scrubbed_texts where source_table = 'shop.reviews'",
    )
    assert found == [{"source_key": "2", "body": "A mug of [handle]"}]


def test_two_texts_under_one_id_are_scrubbed_once_and_done(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        for body in (
            "A mug from a@example.com",
            "A cup from b@example.com",
            "A cup from b@example.com",
        ):
            con.execute(
                "insert into shop.reviews (review_id, product_id, rating, body) values ('1', 'p', 5, $b)",
                {"b": body},
            )
            con.execute(
                "insert into shop.questions (question_id, body) values ('1', $b)", {"b": body}
            )
    assert scrub_texts(warehouse).count_texts == 2
    assert scrub_texts(warehouse).count_texts == 0


KILLED = """
import os, sys, threading
from pathlib import Path
from tasks.load_exports import load_table
from tasks.warehouse import Warehouse

def progress(step):
    if step.startswith("writing"):
        threading.Timer(float(sys.argv[3]), os._exit, [9]).start()

load_table(Warehouse(Path(sys.argv[1])), "events", [Path(sys.argv[2])], progress=progress)
os._exit(0)
"""


@pytest.mark.parametrize("delay", ["0.01", "0.15"])
def test_a_killed_load_leaves_all_or_nothing_and_can_be_done_again(
    warehouse: Warehouse, tmp_path: Path, delay: str
) -> None:
    count = 60_000
    lines = "".join(f"{i},view,p{i % 50},2024-01-01 10:00:00\n" for i in range(count))
    path = write(tmp_path / "e.csv", "event_id,event_type,product_id,occurred_at\n" + lines)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(warehouse.path), str(path), delay], cwd=ROOT, check=False
    )
    assert done.returncode in (0, 9)
    found = one_value_of(warehouse, "select count(*) from shop.events")
    assert found in (0, count)
    assert one_value_of(warehouse, "select count(*) from shop.loads") == (found == count)
    load_table(warehouse, "events", [path])
    assert one_value_of(warehouse, "select count(*) from shop.events") == count
    assert one_value_of(warehouse, "select count(*) from shop.loads") == 1


@pytest.mark.skipif(not REVIEWS.exists(), reason="the real reviews (../shared/data) are not here")
def test_the_real_reviews_load_with_the_quirks_that_they_are_known_for(
    warehouse: Warehouse,
) -> None:
    mapping = {
        "product_id": "Clothing ID",
        "body": "Review Text",
        "product_category": "Class Name|Department Name",
    }
    began = time.monotonic()
    report = load_table(warehouse, "reviews", [REVIEWS], mapping)[0]
    assert time.monotonic() - began < 60
    assert report.count_read == 23_486
    assert (report.count_kept, report.count_merged, report.count_refused) == (23_485, 1, 0)
    known = {
        "empty text": 845,
        "empty title": 3_810,
        "multi-line records": 2_024,
        "product with one review only": 491,
        "mixed line ends": 1,
        "unnamed columns": 1,
    }
    assert {quirk: report.quirks[quirk] for quirk in known} == known
    assert one_value_of(warehouse, "select count(distinct product_id) from shop.reviews") == 1_206
    assert one_value_of(warehouse, "select count(*) from staging.scrubbed_texts") == 23_485 - 845


@pytest.mark.skipif(not RETAIL.exists(), reason="the real catalogue (../shared/data) is not here")
def test_the_real_catalogue_loads_from_yaml(warehouse: Warehouse) -> None:
    reports = load_table(warehouse, "products", [RETAIL], currency="USD")
    assert [(r.table, r.count_kept) for r in reports] == [("products", 2_465), ("copy", 2_465)]
    assert (
        one_value_of(
            warehouse, "select count(*) from shop.products where price > 0 and currency = 'USD'"
        )
        == 2_465
    )
