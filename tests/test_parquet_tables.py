"""Shop tables that are Parquet files are read in place, by the same SQL, and are the only files within reach."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from small_shop import fill_small_shop

from flows.settings import Settings
from tasks.erase_customer import erase_customer
from tasks.errors import InputError
from tasks.load_exports import load_table
from tasks.refresh_marts import keep_marts, refresh_marts
from tasks.untrusted_sql import lock_down, read_untrusted
from tasks.warehouse import Connection, Warehouse, one_value, sql_names

IN_PLACE = ("products", "customers", "orders", "order_lines", "events", "reviews", "questions")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop in a warehouse with marts, and its tables as Parquet, a folder each."""
    folder = tmp_path_factory.mktemp("exported")
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create()
    with warehouse.open() as con:
        fill_small_shop(con)
        refresh_marts(con)
        for table in IN_PLACE:
            (folder / table).mkdir()
            con.execute(f"copy shop.{table} to '{folder / table / '1.parquet'}'")
    return folder


@pytest.fixture
def shop(exported: Path, tmp_path: Path) -> Warehouse:
    """A warehouse whose shop tables are copies of those files."""
    for table in IN_PLACE:
        shutil.copytree(exported / table, tmp_path / table)
    return of_files(tmp_path)


def of_files(folder: Path, **others: str) -> Warehouse:
    paths = {table: str(folder / table / "*.parquet") for table in IN_PLACE} | others
    warehouse = Warehouse(folder / "warehouse.duckdb", parquet_tables=paths)
    warehouse.create()
    return warehouse


def contents(con: Connection) -> dict[str, list[tuple[str]]]:
    return {
        name: con.execute(
            f"select t::varchar from mart.{name.rsplit('/', 1)[-1]} as t order by all"
        ).fetchall()
        for name in sql_names("marts")
    }


def test_marts_of_files_are_those_of_tables(exported: Path, shop: Warehouse) -> None:
    with Warehouse(exported / "warehouse.duckdb", read_only=True).open() as con:
        expected = contents(con)
    with shop.open() as con:
        refresh_marts(con)
        assert contents(con) == expected


def test_a_new_file_is_counted_on_and_a_changed_one_anew(shop: Warehouse, tmp_path: Path) -> None:
    with shop.open() as con:
        refresh_marts(con)
    new = tmp_path / "events" / "2.parquet"
    for step, moment in enumerate(["2030-01-01", "2030-01-02"]):
        with duckdb.connect() as con:
            con.execute(
                "copy (select 'n1' as event_id, 'c1' as customer_id, 'view' as event_type, 'p1' as product_id, "
                f"timestamp '{moment}' as occurred_at) to '{new}'"
            )
        planned = tmp_path / f"plan{step}.duckdb"
        reader = Warehouse(shop.path, read_only=True, parquet_tables=shop.parquet_tables)
        with reader.scratch(planned) as con:
            refresh_marts(con)
            is_anew = one_value(
                con,
                "select count(*) from duckdb_tables() where schema_name = 'mart' "
                "and table_name = 'sessions' and database_name = current_database()",
            )
        assert bool(is_anew) == (step == 1)
        keep_marts(shop, planned)
        with shop.open() as con:
            kept = contents(con)
            refresh_marts(con, anew=True)
            assert contents(con) == kept


def test_strangers_sql_reads_the_tables_and_no_other_file(shop: Warehouse, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select 1 as secret) to '{tmp_path / 'secret.parquet'}'")
    reader = Warehouse(shop.path, read_only=True, parquet_tables=shop.parquet_tables)
    for opened in (reader.open, reader.scratch, shop.open):
        with opened() as con:
            lock_down(con)
            sql = "select count(*) as number from shop.events"
            assert read_untrusted(con, sql, {}, seconds=10, most_rows=1)[1][0][0] > 0
            with pytest.raises(duckdb.PermissionException):
                con.execute(f"from '{tmp_path / 'secret.parquet'}'")
            with pytest.raises(duckdb.PermissionException):
                con.execute(f"from '{tmp_path / 'events' / '..' / 'secret.parquet'}'")


def test_a_table_of_files_takes_no_load_and_no_erasure(shop: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("user_id,event,product_id,timestamp\n1,view,p1,2024-01-01 10:00:00\n")
    with pytest.raises(InputError, match=r"shop\.events is read in place from Parquet"):
        load_table(shop, "events", [file])
    with shop.open() as con:
        customer = one_value(con, "select min(customer_id) from shop.orders")
        con.execute("insert into content.audience values ('s-v1', $id)", {"id": customer})
    with pytest.raises(InputError, match=r"Take them out of the files first"):
        erase_customer(shop, customer)


def test_a_table_with_rows_is_not_hidden_by_files(exported: Path, tmp_path: Path) -> None:
    shutil.copy(exported / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    asked = {"events": str(exported / "events" / "*.parquet")}
    held = Warehouse(tmp_path / "warehouse.duckdb", parquet_tables=asked)
    for opened in (held.open, held.scratch):
        with pytest.raises(InputError, match=r"shop\.events holds rows"), opened():
            pass


def test_without_the_setting_the_table_is_a_table_again(shop: Warehouse) -> None:
    plain = Warehouse(shop.path)
    with plain.open() as con:
        con.execute("insert into shop.events values ('e1', 'c1', 'view', 'p1', '2026-01-01')")
        assert one_value(con, "select count(*) from shop.events") == 1


@pytest.mark.parametrize("settled", [True, False])
def test_a_setting_made_later_holds_for_a_plan_at_once(
    exported: Path, tmp_path: Path, settled: bool
) -> None:
    Warehouse(tmp_path / "warehouse.duckdb").create()
    path = {"events": str(exported / "events" / "*.parquet")}
    if settled:
        with Warehouse(tmp_path / "warehouse.duckdb", parquet_tables=path).open():
            pass
    reader = Warehouse(tmp_path / "warehouse.duckdb", read_only=True, parquet_tables=path)
    with reader.scratch() as con:
        assert one_value(con, "select count(*) from shop.events") > 0


def test_files_without_a_needed_column_are_told(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select 'e' as event_id) to '{tmp_path / 'e.parquet'}'")
    for path, reason in (("e.parquet", "lack event_type, occurred_at"), ("no.parquet", "No files")):
        asked = {"events": str(tmp_path / path)}
        with pytest.raises(InputError, match=reason):
            Warehouse(tmp_path / "warehouse.duckdb", parquet_tables=asked).create()


def test_only_shop_tables_may_be_files() -> None:
    assert Settings(parquet_tables={"events": "x"}).parquet_tables == {"events": "x"}
    with pytest.raises(ValueError, match="parquet_tables"):
        Settings(parquet_tables={"loads": "x"})  # type: ignore[dict-item]
