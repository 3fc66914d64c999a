"""The warehouse: opens DuckDB and runs named .sql files. No other module opens a database.

DuckDB lets one process write a file, and while it holds the file no other process may even read it. So nothing
here holds it for long: a connection is opened for a statement or a transaction and closed again, and an opener that
meets a lock waits with jitter. Within a process the connections of all threads share one instance (a cursor each).
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from tasks.errors import InputError, NotAWarehouse, WarehouseUnwritable
from tasks.parquet_tables import (
    absolute_path,
    place_parquet_tables,
    reach_parquet,
    show_parquet_tables,
)
from tasks.statements import (
    SCHEMAS,
    Connection,
    bind,
    fetch_dicts,
    in_order_of_use,
    in_transaction,
    insert_rows,
    one_value,
    run_named,
    run_sql,
    sql_names,
    sql_text,
)
from tasks.warehouse_errors import is_disk_full, is_locked, readable, readably, safe_reason

__all__ = [
    "MACROS",
    "SCHEMAS",
    "SCRATCH_COPIES",
    "Connection",
    "Warehouse",
    "bind",
    "fetch_dicts",
    "in_memory",
    "in_order_of_use",
    "insert_rows",
    "is_disk_full",
    "one_value",
    "run_named",
    "run_sql",
    "safe_reason",
    "sql_names",
    "sql_text",
]

_HAS_SHOP = "select count(*) from information_schema.schemata where schema_name = 'staging'"
SCRATCH_COPIES = {
    "content.scenarios",
    "content.audience",
    "content.audience_products",
    "content.segment_categories",
    "staging.question_replies",
    "staging.mart_sources",
}
"""What a dry run writes, into its own copies."""
MACROS = (
    "macros/fact",
    "macros/facts",
    "macros/money",
    "macros/spread",
    "macros/spread_number",
)


class Warehouse:
    """A DuckDB file with the schemas shop, staging, mart and content.

    ``wait_seconds`` bounds the wait for a lock that another process holds. ``settings`` are DuckDB's own
    (``memory_limit``, ``threads``). ``parquet_tables`` are shop tables that are read in place from files (table -> path
    or glob). A ``read_only`` warehouse never blocks another reader.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        wait_seconds: float = 30.0,
        settings: Mapping[str, str] | None = None,
        parquet_tables: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.read_only = read_only
        self.wait_seconds = wait_seconds
        self.settings = dict(settings or {})
        self.parquet_tables = {
            table: absolute_path(path) for table, path in (parquet_tables or {}).items()
        }
        self._lock = threading.RLock()
        self._instance: Connection | None = None
        self._users = 0

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """A cursor of its own for the caller's thread; the file is released when the last one closes."""
        with self._lock:
            if self._instance is None:
                self._instance = self._connect()
            cursor = self._instance.cursor()
            self._users += 1
        try:
            with readably(self.path):
                for macro in MACROS:
                    run_named(cursor, macro)
                yield cursor
        finally:
            cursor.close()
            with self._lock:
                self._users -= 1
                if self._users == 0 and self._instance is not None:
                    self._instance.close()
                    self._instance = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection within ``in_transaction``."""
        with self.open() as con, in_transaction(con):
            yield con

    @contextmanager
    def scratch(self, file: Path | None = None) -> Iterator[Connection]:
        """A database in memory, or in ``file``, that shows this warehouse's tables and takes writes of its own.

        shop, staging and content are read in place; marts and the tables in SCRATCH_COPIES are the scratch's own.
        The warehouse is only read meanwhile, so that other readers are not kept out; ``keep_scratch`` then brings
        what a run planned into the warehouse.
        """
        with readably(file or self.path):
            con = duckdb.connect(str(file or ":memory:"), config=self._config())
            try:
                yield self._scratch_of(con)
            finally:
                con.close()

    def _scratch_of(self, con: Connection) -> Connection:
        """``con``, with this warehouse's tables to read and a schema of its own for each of ours."""
        reach_parquet(con, self.parquet_tables)
        self.attach_held(con)
        for schema in SCHEMAS:
            con.execute(f"create schema {schema}")
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'held' "
            "and schema_name in ('shop', 'staging', 'content') "
            "union all select schema_name, view_name from duckdb_views() where database_name = 'held' "
            "and schema_name = 'shop'"
        ).fetchall()
        for schema, table in tables:
            kind = "table" if f"{schema}.{table}" in SCRATCH_COPIES else "view"
            con.execute(
                f'create {kind} {schema}."{table}" as select * from held.{schema}."{table}"'
            )
        show_parquet_tables(con, self.parquet_tables)
        for macro in MACROS:
            run_named(con, macro)
        return con

    def attach_held(self, con: Connection) -> None:
        """Attach this warehouse to a scratch as ``held``, to be read."""
        if not self.path.is_file():
            raise NotAWarehouse(
                f"there is no warehouse at {self.path}; create one with `shelftalk init --sample`."
            )
        target = str(self.path).replace("'", "''")  # ATTACH takes no bound parameter
        self._patiently(lambda: con.execute(f"attach '{target}' as held (read_only)"))

    def keep_scratch(self, file: Path, run_plan: Sequence[Mapping[str, Any]]) -> None:
        """Bring the scenarios and audiences of a scratch ``file`` into the warehouse, with rows of run_plan, in one go.

        Its marts are kept by ``tasks.refresh_marts.keep_marts``.
        """
        with self.scratch_attached(file) as con, in_transaction(con):
            views = {name: sql_text(name) for name in sql_names("staging")}
            for name in in_order_of_use(views):
                con.execute(views[name])
            for name in sorted(sql_names("plan/keep")):
                run_named(con, name)
            insert_rows(con, "content.run_plan", run_plan)

    @contextmanager
    def scratch_attached(self, file: Path) -> Iterator[Connection]:
        """A connection with a scratch ``file`` attached as ``planned``, to be read."""
        with self.open() as con:
            target = str(file).replace("'", "''")  # ATTACH takes no bound parameter
            con.execute(f"attach '{target}' as planned (read_only)")
            try:
                yield con
            finally:
                con.execute("detach planned")

    def create(self) -> None:
        """Create whatever table or view is missing. Idempotent."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseUnwritable(
                f"cannot create the folder {self.path.parent}: {error.strerror}; choose another with SHELFTALK_HOME."
            ) from error
        with self.transaction() as con:
            for schema in SCHEMAS:
                con.execute(f"create schema if not exists {schema}")
            place_parquet_tables(con, self.parquet_tables)
            names = (
                sql_names("tables/shop") + sql_names("tables/content") + sql_names("tables/staging")
            )
            statements = {name: sql_text(name) for name in names}
            for name in in_order_of_use(statements):
                if not name.startswith("tables/shop/") or name[12:] not in self.parquet_tables:
                    con.execute(statements[name])

    def require(self) -> None:
        """Raise NotAWarehouse unless the file exists and has our schemas."""
        if not self.path.exists():
            raise NotAWarehouse(
                f"there is no warehouse at {self.path}; create one with `shelftalk init --sample`."
            )
        with self.open() as con:
            found = con.execute(
                "select count(*) from information_schema.schemata where schema_name in ('shop', 'content')"
            ).fetchone()
        if not found or found[0] < 2:
            raise NotAWarehouse(
                f"{self.path} is a DuckDB file but no Shelftalk warehouse; run `shelftalk init`."
            )

    def rows(self, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of ``sql/<name>.sql`` as dictionaries."""
        with self.open() as con:
            return fetch_dicts(run_named(con, name, params))

    def _connect(self) -> Connection:
        if self.path.is_dir():
            raise NotAWarehouse(
                f"{self.path} is a folder, not a warehouse file; point SHELFTALK_HOME elsewhere."
            )
        if self.path.name.split(".")[0].casefold() in (
            *SCHEMAS,
            "held",
            "planned",
            "temp",
            "system",
        ):
            raise InputError(
                f"a warehouse cannot be called {self.path.name}: its name would stand for a part of it in every "
                "statement; rename the file, for example to warehouse.duckdb."
            )
        if self.read_only and not self.path.exists():
            raise NotAWarehouse(
                f"there is no warehouse at {self.path}; create one with `shelftalk init --sample`."
            )
        con = self._patiently(
            lambda: duckdb.connect(str(self.path), read_only=self.read_only, config=self._config())
        )
        try:
            reach_parquet(con, self.parquet_tables)
            if not self.read_only and one_value(con, _HAS_SHOP):
                place_parquet_tables(con, self.parquet_tables)
        except BaseException:  # a Ctrl-C too: an open connection would hold the file's lock
            con.close()
            raise
        return con

    def _patiently(self, connect: Callable[[], Connection]) -> Connection:
        deadline = time.monotonic() + self.wait_seconds
        while True:
            try:
                return connect()
            except duckdb.IOException as error:
                if not is_locked(error) or time.monotonic() > deadline:
                    raise readable(error, self.path) from error
                time.sleep(random.uniform(0.01, 0.06))
            except duckdb.Error as error:
                raise readable(error, self.path) from error

    def _config(self) -> dict[str, str | bool | int | float | list[str]]:
        # Plugins' and scenarios' SQL must not reach files or the network through the warehouse's connection.
        # Loading goes through `scratch`, which may read files.
        return {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            **self.settings,
        }


@contextmanager
def in_memory() -> Iterator[Connection]:
    """An empty database in memory that may read files: for looking at what a person handed in."""
    con = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )
    try:
        yield con
    finally:
        con.close()
