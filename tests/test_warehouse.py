"""The warehouse: locks, transactions, scratch, what is refused."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tasks.errors import (
    InputError,
    NotAWarehouse,
    WarehouseError,
    WarehouseLocked,
    WarehouseUnwritable,
)
from tasks.warehouse import Warehouse, in_order_of_use, insert_rows, one_value, run_sql

HOLD = """
import duckdb, sys, time
con = duckdb.connect(sys.argv[1]); print("held", flush=True); time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb", wait_seconds=0.3)
    made.create()
    return made


def test_creating_twice_keeps_what_is_there(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        insert_rows(
            con,
            "shop.copy",
            [{"copy_id": "1", "kind": "descriptions", "body": "A mug.", "locale": "en"}],
        )
    warehouse.create()
    with warehouse.open() as con:
        assert one_value(con, "select count(*) from shop.copy") == 1


def test_the_file_is_free_while_nobody_uses_it(warehouse: Warehouse) -> None:
    with warehouse.open(), pytest.raises(WarehouseLocked, match=r"held by process \d+"):
        subprocess_opens(warehouse.path)
    subprocess_opens(warehouse.path)


def subprocess_opens(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tasks.warehouse import Warehouse\n"
        "w = Warehouse(Path(sys.argv[1]), wait_seconds=0)\n"
        "try:\n  w.require()\nexcept Exception as e: sys.exit(str(e))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise WarehouseLocked(done.stderr)


def test_opener_waits_for_a_short_lock_and_names_the_holder_of_a_long_one(
    warehouse: Warehouse,
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse.path), "30"], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(WarehouseLocked, match=f"process {holder.pid}"):
        warehouse.require()
    threading.Timer(0.3, holder.kill).start()
    patient = Warehouse(warehouse.path, wait_seconds=20)
    started = time.monotonic()
    patient.require()
    assert time.monotonic() - started > 0.1
    holder.wait()
    holder.stdout.close()


def test_threads_share_the_file_and_see_their_own_results(warehouse: Warehouse) -> None:
    wrong: list[int] = []

    def ask(number: int) -> None:
        for _ in range(25):
            with warehouse.open() as con:
                if one_value(con, "select $n::integer", {"n": number}) != number:
                    wrong.append(number)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_error_in_a_transaction_leaves_nothing(warehouse: Warehouse) -> None:
    with pytest.raises(duckdb.Error), warehouse.transaction() as con:
        insert_rows(con, "shop.copy", [{"copy_id": "1", "kind": "k", "body": "b", "locale": "en"}])
        con.execute("select no_such_column from shop.copy")
    with warehouse.open() as con:
        assert one_value(con, "select count(*) from shop.copy") == 0


def test_scratch_reads_the_warehouse_and_writes_beside_it(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        insert_rows(con, "shop.copy", [{"copy_id": "1", "kind": "k", "body": "b", "locale": "en"}])
    before = warehouse.path.read_bytes()
    with warehouse.scratch() as con:
        assert one_value(con, "select count(*) from shop.copy") == 1
        con.execute("insert into content.audience values ('v', 'c')")
        con.execute("create table mart.x as select 1 as a")
        assert one_value(con, "select count(*) from content.audience") == 1
    assert warehouse.path.read_bytes() == before


@pytest.mark.parametrize("content", [b"hello" * 500, b"", b"SQLite format 3\0" + b"x" * 4096])
def test_a_file_that_is_no_warehouse_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb"):
        Warehouse(path).require()
    assert path.read_bytes()[: len(content)] == content


def test_a_folder_or_a_missing_file_is_no_warehouse(tmp_path: Path) -> None:
    with pytest.raises(NotAWarehouse, match="shelftalk init"):
        Warehouse(tmp_path / "none.duckdb").require()
    (tmp_path / "folder.duckdb").mkdir()
    with pytest.raises(NotAWarehouse, match="is a folder"):
        Warehouse(tmp_path / "folder.duckdb").require()


def test_a_home_that_is_a_file_cannot_be_created_in(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(WarehouseUnwritable, match="SHELFTALK_HOME"):
        Warehouse(tmp_path / "home" / "warehouse.duckdb").create()


def test_unknown_columns_and_arrays_of_inserted_rows(warehouse: Warehouse) -> None:
    with warehouse.open() as con:
        with pytest.raises(KeyError, match="no column nonsense"):
            insert_rows(con, "shop.copy", [{"nonsense": 1}])
        con.execute("create temp table t (names varchar[], made_at timestamp)")
        insert_rows(con, "t", [{"names": ["a'b", "<é>"], "made_at": "2026-01-02 03:04:05"}])
        assert run_sql(con, "select names from t").fetchone() == (["a'b", "<é>"],)


def test_statements_come_after_what_they_mention() -> None:
    sql = {"m/b": "select * from mart.a", "m/a": "select 1", "m/c": "from mart.b join mart.a"}
    assert in_order_of_use(sql) == ["m/a", "m/b", "m/c"]
    with pytest.raises(WarehouseError, match="circle"):
        in_order_of_use({"m/a": "from mart.b", "m/b": "from mart.a"})


@pytest.mark.parametrize("name", ["shop.duckdb", "Content.duckdb", "mart.2026.duckdb", "temp.db"])
def test_a_file_named_like_a_schema_is_refused_with_a_cure(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"rename the file, for example to warehouse\.duckdb"):
        Warehouse(tmp_path / name).create()
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["warehouse.duckdb", "my shop.duckdb", "shop_2026.duckdb"])
def test_other_names_are_as_good_as_any(tmp_path: Path, name: str) -> None:
    Warehouse(tmp_path / name).create()
    Warehouse(tmp_path / name).require()
