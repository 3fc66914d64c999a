"""What may be shown to whom, and how it leaves the house."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from published_run import fill_published_run

from tasks.errors import InputError
from tasks.export_feed import export_feed
from tasks.warehouse import Connection, Warehouse, fetch_dicts

COLUMNS = [
    "customer_id",
    "scenario",
    "plugin",
    "subject_id",
    "text_id",
    "body",
    "published_at",
    "model_hash",
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "warehouse.duckdb"
    warehouse = Warehouse(path)
    warehouse.create()
    with warehouse.transaction() as con:
        fill_published_run(con)
    return path


@pytest.fixture
def warehouse(published: Path, tmp_path: Path) -> Warehouse:
    return Warehouse(Path(shutil.copy(published, tmp_path / "warehouse.duckdb")))


@pytest.fixture
def con(warehouse: Warehouse) -> Iterator[Connection]:
    with warehouse.open() as con:
        yield con


def feed(con: Connection) -> list[dict[str, Any]]:
    return fetch_dicts(con.execute("select * from content.feed order by all"))


def test_the_feed_has_the_promised_columns_and_rows(con: Connection) -> None:
    rows = feed(con)
    assert list(rows[0]) == COLUMNS[:6]
    assert len(rows) > 1000


def test_who_withdraws_consent_or_is_suppressed_vanishes_at_once(con: Connection) -> None:
    before = {row["customer_id"] for row in feed(con)}
    assert {"C0001", "C0002", "C0004"} <= before
    con.execute("update shop.customers set is_consenting = false where customer_id = 'C0001'")
    con.execute("update shop.customers set is_suppressed = true where customer_id = 'C0002'")
    con.execute("delete from shop.customers where customer_id = 'C0004'")
    assert {row["customer_id"] for row in feed(con)} == before - {"C0001", "C0002", "C0004"}


def test_of_a_customer_held_twice_the_careful_row_counts(con: Connection) -> None:
    con.execute("insert into shop.customers (customer_id, is_consenting) values ('C0001', false)")
    assert "C0001" not in {row["customer_id"] for row in feed(con)}


def test_a_product_that_is_no_longer_available_is_not_spoken_of(con: Connection) -> None:
    assert "HAR-01" in {row["subject_id"] for row in feed(con)}
    con.execute("update shop.products set is_available = false where product_id = 'HAR-01'")
    assert "HAR-01" not in {row["subject_id"] for row in feed(con)}


def test_a_text_with_a_price_of_yesterday_is_not_shown_and_the_others_of_the_product_are(
    con: Connection,
) -> None:
    def told() -> set[str]:
        return {row["body"] for row in feed(con) if row["subject_id"] == "EMB-05"}

    before = told()
    priced = {body for body in before if "£28.00" in body}
    assert priced
    assert priced < before
    con.execute("update shop.products set price = 31 where product_id = 'EMB-05'")
    assert told() == before - priced
    con.execute("update shop.products set price = 28 where product_id = 'EMB-05'")
    assert told() == before


def test_a_retired_text_is_not_shown(con: Connection) -> None:
    shown = feed(con)[0]["text_id"]
    con.execute(
        "update content.texts set retired_at = now()::timestamp where text_id = $t", {"t": shown}
    )
    assert shown not in {row["text_id"] for row in feed(con)}


def test_customers_hear_only_of_products_that_they_were_matched_with(con: Connection) -> None:
    matched = set(
        con.execute(
            """
            select customer_id, product_id, scenario
            from content.audience_products inner join content.scenarios using (scenario_version_id)
            """
        ).fetchall()
    )
    assert {(r["customer_id"], r["subject_id"], r["scenario"]) for r in feed(con)} <= matched


def test_of_several_scenarios_the_best_speaks_and_the_next_where_it_is_silent(
    con: Connection,
) -> None:
    con.execute(
        """
        insert into content.audience_products
        select scenario_version_id, 'C0150', 'EMB-05', 9
        from (values ('lapsed_high_spenders-2'), ('seasonal_gift_buyers-1')) as v (scenario_version_id)
        """
    )

    def speaks() -> dict[str, str]:
        return {
            row["plugin"]: row["scenario"]
            for row in feed(con)
            if (row["customer_id"], row["subject_id"]) == ("C0150", "EMB-05")
        }

    assert speaks()["descriptions"] == "lapsed_high_spenders"
    con.execute(
        """
        update content.texts set retired_at = now()::timestamp
        where scenario = 'lapsed_high_spenders' and plugin = 'descriptions' and subject_id = 'EMB-05'
        """
    )
    assert speaks()["descriptions"] == "seasonal_gift_buyers"
    rows = [(r["customer_id"], r["plugin"], r["subject_id"]) for r in feed(con)]
    assert len(rows) == len(set(rows))


def test_nobody_is_told_the_same_words_twice(con: Connection) -> None:
    con.execute(
        """
        update content.texts
        set body = case when subject_id < 'H' then 'One and the same.' else '  one and the SAME. ' end
        where plugin = 'descriptions'
        """
    )
    told = [r["customer_id"] for r in feed(con) if r["plugin"] == "descriptions"]
    assert told
    assert len(told) == len(set(told))


def test_a_text_for_the_segment_reaches_each_of_its_customers_once(con: Connection) -> None:
    con.execute(
        """
        insert into content.texts by name
        select
            's-' || scenario as text_id, 'r' as run_id, 'b' as brief_id, scenario,
            'campaign_messages' as plugin, 'segment' as subject_id, 'en' as locale,
            'For all of ' || scenario as body, 'model' as written_by, 'h' as brief_hash,
            timestamp '2026-11-14' as published_at, 'segment' as subject
        from (values ('lapsed_high_spenders'), ('seasonal_gift_buyers')) as v (scenario)
        """
    )
    rows = [row for row in feed(con) if row["plugin"] == "campaign_messages"]
    count = con.execute("select count(distinct customer_id) from content.audience").fetchall()
    assert len(rows) == len({row["customer_id"] for row in rows}) == count[0][0]
    both = next(row for row in rows if row["customer_id"] == "C0150")
    assert both["scenario"] == "lapsed_high_spenders"


def test_a_reply_to_a_question_is_not_in_the_feed_though_its_id_is_a_product_s(
    con: Connection,
) -> None:
    con.execute(
        """
        insert into content.texts by name
        select * replace ('question' as subject, 'auto_replies' as plugin, 'q' || text_id as text_id)
        from content.texts where plugin = 'descriptions'
        """
    )
    assert "auto_replies" not in {row["plugin"] for row in feed(con)}


def test_a_scenario_whose_latest_version_was_refused_is_silent(con: Connection) -> None:
    con.execute(
        """
        insert into content.scenarios by name
        select * replace ('refused' as state, 3 as version, 'lapsed_high_spenders-3' as scenario_version_id)
        from content.scenarios where scenario_version_id = 'lapsed_high_spenders-2'
        """
    )
    assert {row["scenario"] for row in feed(con)} == {"seasonal_gift_buyers"}


def test_an_earlier_version_s_audience_no_longer_counts(con: Connection) -> None:
    con.execute("insert into content.audience values ('lapsed_high_spenders-1', 'C0300')")
    con.execute(
        "insert into content.audience_products values ('lapsed_high_spenders-1', 'C0300', 'EMB-05', 1)"
    )
    told = {row["scenario"] for row in feed(con) if row["customer_id"] == "C0300"}
    assert told == {"seasonal_gift_buyers"}


def test_the_feed_of_twenty_thousand_customers_is_read_in_seconds(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "large.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        for statement in LARGE_SHOP:
            con.execute(statement)
    with warehouse.open() as con:
        start = time.perf_counter()
        count = con.execute("select count(*), sum(length(body)) from content.feed").fetchall()[0][0]
        seconds = time.perf_counter() - start
    assert count > 200_000
    assert seconds < 6, f"{count} rows took {seconds:.1f} s; about 0.3 s on two quiet cores"


LARGE_SHOP = (
    "insert into shop.customers (customer_id) select 'c' || i from range(20000) as t (i)",
    "insert into shop.products (product_id, name) select 'p' || i, 'n' from range(90) as t (i)",
    """
    insert into content.scenarios by name
    select
        'v' || i as scenario_version_id, 's' || i as scenario, 1 as version, 'r' as run_id, 'inform' as goal,
        '' as season, 'mail' as channel, 'plain' as tone, 'en' as locale, i as priority,
        ['descriptions'] as content_types, 'd' as definition_hash, 'a' as audience_hash,
        6000 as count_customers, 0 as count_added, 0 as count_removed, 80 as count_products,
        'ready' as state, timestamp '2026-11-14' as built_at
    from range(6) as t (i)
    """,
    """
    insert into content.audience
    select 'v' || s, 'c' || i from range(6) as t (s), range(20000) as u (i) where hash(s, i) % 3 = 0
    """,
    """
    insert into content.audience_products
    select scenario_version_id, customer_id, 'p' || (hash(customer_id, k, scenario_version_id) % 80 + k), k
    from content.audience, range(5) as t (k)
    """,
    """
    insert into content.texts by name
    select
        't' || s || '-' || q || '-' || p as text_id, 'r' as run_id, 'b' as brief_id, 's' || s as scenario,
        'plugin' || q as plugin, 'p' || p as subject_id, 'en' as locale, 'model' as written_by,
        repeat('words ' || s || q || p || ' ', 20) as body, 'h' as brief_hash,
        timestamp '2026-11-14' as published_at
    from range(6) as t (s), range(3) as u (q), range(85) as v (p)
    """,
)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_export_holds_the_feed_and_no_other_personal_data(
    warehouse: Warehouse, con: Connection, tmp_path: Path
) -> None:
    report = export_feed(warehouse, tmp_path / "out" / "feed.csv")
    rows = read_csv(report.path)
    assert list(rows[0]) == COLUMNS
    assert [{k: r[k] for k in COLUMNS[:6]} for r in rows] == feed(con)
    assert report.count_rows == len(rows)
    assert report.count_customers == len({row["customer_id"] for row in rows})
    assert "@example.org" not in report.path.read_text(encoding="utf-8")


def test_two_exports_are_equal_byte_for_byte(warehouse: Warehouse, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.csv", "b.csv", "a.parquet", "b.parquet")]
    for file in files:
        export_feed(warehouse, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[2].read_bytes() == files[3].read_bytes()


@pytest.mark.parametrize(
    "body", ["=1+1", "+44", "-2", "@sum(a1)", "\tx", "\rx", "\nx", "＝1", '=cmd|"/c calc"!a1']
)
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised_in_csv_alone(
    warehouse: Warehouse, con: Connection, tmp_path: Path, body: str
) -> None:
    text_id = feed(con)[0]["text_id"]
    con.execute("update content.texts set body = $b where text_id = $t", {"b": body, "t": text_id})
    rows = read_csv(export_feed(warehouse, tmp_path / "feed.csv").path)
    assert {row["body"] for row in rows if row["text_id"] == text_id} == {"'" + body}
    assert not any(
        cell[:1] in "=+-@\t\r\n＝＋－＠" for row in rows for cell in row.values() if cell
    )
    parquet = export_feed(warehouse, tmp_path / "feed.parquet").path
    kept = duckdb.sql(f"select distinct body from '{parquet}' where text_id = '{text_id}'")
    assert kept.fetchall() == [(body,)]


def test_quotes_commas_and_lines_in_a_body_stay_in_their_cell(
    warehouse: Warehouse, con: Connection, tmp_path: Path
) -> None:
    body = 'He said "yes, please",\nand left; =2'
    text_id = feed(con)[0]["text_id"]
    con.execute("update content.texts set body = $b where text_id = $t", {"b": body, "t": text_id})
    rows = read_csv(export_feed(warehouse, tmp_path / "feed.csv").path)
    assert {row["body"] for row in rows if row["text_id"] == text_id} == {body}


def test_an_empty_feed_is_a_file_with_its_header(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    report = export_feed(warehouse, tmp_path / "feed.csv")
    assert (report.count_rows, report.count_customers) == (0, 0)
    assert read_csv(report.path) == []
    assert "customer_id" in report.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["taken/feed.csv", "folder.csv", "feed.xlsx", "feed", "x" * 300 + ".csv"]
)
def test_a_path_that_cannot_be_written_gets_one_sentence(
    warehouse: Warehouse, tmp_path: Path, name: str
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError) as refused:
        export_feed(warehouse, tmp_path / name)
    assert "\n" not in str(refused.value)


def test_a_disk_that_fills_leaves_the_earlier_export_as_it_was(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    target = tmp_path / "out" / "feed.csv"
    target.parent.mkdir()
    target.write_text("the earlier export")
    # A limit on the size of files fails a write as a full disk does, in a process of its own.
    program = f"""
import resource, signal, sys
from pathlib import Path
from tasks.errors import InputError
from tasks.export_feed import export_feed
from tasks.warehouse import Warehouse
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    export_feed(Warehouse(Path({str(warehouse.path)!r}), read_only=True), Path({str(target)!r}))
except InputError as error:
    sys.exit(f"refused: {{error}}")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert "refused: the feed cannot be written" in done.stderr, done.stderr
    assert target.read_text() == "the earlier export"
    assert [file.name for file in target.parent.iterdir()] == ["feed.csv"]
