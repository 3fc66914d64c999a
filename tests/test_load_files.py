"""Files in whatever dress are read whole or refused whole, with one clear sentence."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from tasks.errors import InputError
from tasks.load_exports import LoadReport, load_online_retail, load_shopify, load_table
from tasks.warehouse import Warehouse, fetch_dicts


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def rows(warehouse: Warehouse, sql: str) -> list[dict]:
    with warehouse.open() as con:
        return fetch_dicts(con.execute(sql))


def load(
    warehouse: Warehouse, path: Path, content: bytes, table: str = "orders", **mapping: str
) -> LoadReport:
    path.write_bytes(content)
    report = load_table(warehouse, table, [path], mapping)[0]
    assert report.count_read == report.count_kept + report.count_merged + report.count_refused
    return report


ORDERS = b"order_id,customer_id,ordered_at,state\n1,c1,2024-01-01,paid\n2,,2024-01-02 10:00:00,cancelled\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", ORDERS),
        ("crlf.csv", ORDERS.replace(b"\n", b"\r\n")),
        ("mixed.csv", ORDERS.replace(b"\n", b"\r\n", 1)),
        ("bom.csv", b"\xef\xbb\xbf" + ORDERS),
        ("utf16.csv", ORDERS.decode().encode("utf-16")),
        ("semicolons.csv", ORDERS.replace(b",", b";")),
        ("tabs.tsv", ORDERS.replace(b",", b"\t")),
        ("blank_lines.csv", ORDERS.replace(b"\n", b"\n\n") + b"\n"),
        ("without_last_newline.csv", ORDERS.rstrip()),
        ("packed.csv.gz", gzip.compress(ORDERS, mtime=0)),
        ("packed_under_another_name.csv", gzip.compress(ORDERS, mtime=0)),
        ("index.csv", b",order_id,customer_id,ordered_at,state\n0,1,c1,2024-01-01,paid\n"
            b"1,2,,2024-01-02 10:00:00,cancelled\n"),
        ("float_ids.csv", ORDERS.replace(b"\n1,", b"\n1.0,")),
        ("other_names.csv", ORDERS.replace(b"order_id,customer_id,ordered_at", b"Order Number,Customer,createdAt")),
        ("a[1]b.csv", ORDERS),
        (
            "records.json",
            json.dumps(
                [
                    {"order_id": 1, "customer_id": "c1", "ordered_at": "2024-01-01", "state": "paid"},
                    {"order_id": 2, "ordered_at": "2024-01-02 10:00:00", "state": "cancelled", "tags": [{"deep": 1}]},
                ]
            ).encode(),
        ),
        (
            "records.yaml",
            b"- {order_id: 1, customer_id: c1, ordered_at: 2024-01-01, state: paid}\n"
            b"- {order_id: 2, ordered_at: '2024-01-02 10:00:00', state: cancelled}\n",
        ),
    ],
)  # fmt: skip
def test_the_same_orders_are_read_from_any_dress(
    warehouse: Warehouse, tmp_path: Path, name: str, content: bytes
) -> None:
    report = load(warehouse, tmp_path / name, content)
    assert (report.count_read, report.count_kept) == (2, 2)
    found = rows(
        warehouse,
        "select order_id, customer_id, cast(ordered_at as varchar) as at, state from shop.orders order by 1",
    )
    assert [tuple(row.values()) for row in found] == [
        ("1", "c1", "2024-01-01 00:00:00", "paid"),
        ("2", None, "2024-01-02 10:00:00", "cancelled"),
    ]  # fmt: skip


def test_parquet_is_read_by_position_and_its_column_names_are_never_sql(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "orders[1].parquet"
    evil = 'id"); drop table shop.orders; --'
    with duckdb.connect() as con:
        quoted = evil.replace('"', '""')
        con.execute(
            f"copy (select range as \"{quoted}\", timestamp '2024-01-01' as ordered_at, true as extra from range(3)) "
            f"to '{path}' (format parquet)"
        )
    report = load_table(warehouse, "orders", [path], {"order_id": evil})[0]
    assert report.count_kept == 3
    assert [r["order_id"] for r in rows(warehouse, "from shop.orders order by 1")] == [
        "0",
        "1",
        "2",
    ]


def test_texts_of_several_lines_keep_them_and_the_reject_names_the_physical_line(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    report = load(
        warehouse,
        tmp_path / "reviews.csv",
        b'product_id,rating,body\r\np1,5,"One\r\ntwo ""quoted"""\np2,seven,x\np3,4,"a\nb"\np4,9,y\n',
        table="reviews",
    )
    assert (report.count_kept, report.count_refused) == (2, 2)
    assert report.quirks["multi-line records"] == 2
    assert rows(warehouse, "select body from shop.reviews order by product_id") == [
        {"body": 'One\ntwo "quoted"'},
        {"body": "a\nb"},
    ]
    found = rows(
        warehouse, "select file, line, table_name, reason from shop.load_rejects order by line"
    )
    assert [(r["line"], r["reason"]) for r in found] == [
        (4, "rating seven is no number"),
        (7, "rating 9 is not a whole number from 1 to 5"),
    ]
    assert found[0]["file"].endswith("reviews.csv")


def test_another_encoding_is_read_and_said(warehouse: Warehouse, tmp_path: Path) -> None:
    report = load(
        warehouse,
        tmp_path / "r.csv",
        "product_id,rating,body\np,5,café £5\n".encode("cp1252"),
        table="reviews",
    )
    assert report.quirks["file read as cp1252"] == 1
    assert rows(warehouse, "select body from shop.reviews") == [{"body": "café £5"}]


def test_a_record_with_wrong_quotes_or_fields_is_refused_and_the_rest_is_kept(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    report = load(
        warehouse,
        tmp_path / "o.csv",
        b'order_id,ordered_at\n1,2024-01-01\n2\n3,"2024-01-01"x\n4,2024-01-01,more\n5,2024-01-01\n,2024-01-01\n6,today\n',
    )
    assert (report.count_read, report.count_kept, report.count_refused) == (7, 2, 5)
    found = rows(warehouse, "select line, reason from shop.load_rejects order by line")
    assert [r["line"] for r in found] == [3, 4, 5, 7, 8]
    assert found[0]["reason"] == "1 fields where the header has 2"
    assert found[3]["reason"] == "order_id is empty"
    assert found[4]["reason"] == "ordered_at today is no time"


TRUNCATED = gzip.compress(
    b"order_id,ordered_at\n" + b"".join(b"%d,2024-01-01\n" % (i * 7919) for i in range(4000)),
    mtime=0,
)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", ["is empty"]),
        ("empty.csv.gz", gzip.compress(b"", mtime=0), ["no header line"]),
        ("no_header.csv", b",,\n1,2,3\n", ["no header line"]),
        ("cut.csv.gz", TRUNCATED[:-3000], ["is cut off", "bytes", "nothing of it was loaded"]),
        ("damaged.csv.gz", TRUNCATED[:400] + b"\x00" * 50 + TRUNCATED[450:], ["damaged gzip"]),
        ("cut_in_quotes.csv", b'order_id,ordered_at\n1,2024-01-01\n2,"2024', ["is cut off at line 3", "never closed"]),
        ("cut_in_record.csv", ORDERS + b"3,c", ["is cut off at line 4", "2 fields where the header has 4"]),
        ("book.csv", b"PK\x03\x04" + b"\x00" * 60, ["binary file"]),
        ("no.parquet", b"order_id,ordered_at\n", ["is none"]),
        ("cut.parquet", b"PAR1" + b"\x00" * 60, ["is cut off"]),
        ("no.json", b'[{"order_id": 1,]', ["is no JSON", "line 1"]),
        ("no.jsonl", b'{"order_id": 1}\n{bad\n', ["is no JSON at line 2"]),
        ("no.yaml", b"- order_id: 1\n  - x: [\n", ["is no YAML", "line 2"]),
        ("code.yaml", b"- !!python/object/apply:os.system ['true']\n", ["is no YAML"]),
        ("single.yaml", b"order_id: 1\n", ["no list of records"]),
        ("wrong.csv", b"Order,When\n1,2\n", ["lacks ordered_at", "it has Order, When", "--map ordered_at="]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole_in_one_sentence(
    warehouse: Warehouse, tmp_path: Path, name: str, content: bytes, words: list[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_table(warehouse, "orders", [path])
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    for word in words:
        assert word in message
    for table in ("orders", "loads", "load_rejects"):
        assert rows(warehouse, f"from shop.{table}") == []


def test_a_missing_file_a_folder_and_an_unknown_table_are_told_apart(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    for call in (
        lambda p: load_table(warehouse, "orders", [p]),
        lambda p: load_shopify(warehouse, [p]),
        lambda p: load_online_retail(warehouse, [p]),
    ):
        with pytest.raises(InputError, match="there is no file"):
            call(tmp_path / "nowhere.csv")
        with pytest.raises(InputError, match="is a folder"):
            call(tmp_path)
    with pytest.raises(
        InputError, match=r"no table 'order' to load; choose one of products, .*orders"
    ):
        load_table(warehouse, "order", [tmp_path])


def test_a_wrong_map_suggests_the_nearest_name(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"Clothing ID,Rating,Review Text\n1,5,x\n")
    with pytest.raises(
        InputError, match=r'lacks product_id .* for example --map product_id="Clothing ID"'
    ):
        load_table(warehouse, "reviews", [path])
    with pytest.raises(
        InputError,
        match=r"no column 'Reviw Text' for body; .*did you mean --map body=\"Review Text\"",
    ):
        load_table(
            warehouse, "reviews", [path], {"product_id": "Clothing ID", "body": "Reviw Text"}
        )
    with pytest.raises(InputError, match=r"--map names bodi, .* Did you mean body\?"):
        load_table(warehouse, "reviews", [path], {"bodi": "Review Text"})
    with pytest.raises(InputError, match="lacks handle and title and variant_price"):
        load_shopify(warehouse, [path])
    with pytest.raises(InputError, match="lacks invoice"):
        load_online_retail(warehouse, [path])
