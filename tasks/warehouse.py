"""The warehouse: opens DuckDB and runs named .sql files. No other module opens a database.

DuckDB lets one process write a file, and while it holds the file no other process may even read it. So nothing
here holds it for long: a connection is opened for a statement or a transaction and closed again, and an opener that
meets a lock waits with jitter. Within a process the connections of all threads share one instance (a cursor each).
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from tasks.errors import NotAWarehouse, WarehouseError, WarehouseLocked, WarehouseUnwritable
from tasks.parquet_tables import (
    absolute_path,
    place_parquet_tables,
    reach_parquet,
    show_parquet_tables,
)

Connection = duckdb.DuckDBPyConnection
SCHEMAS = ("shop", "staging", "mart", "content")
"""shop is the merchant's, staging cleans it, mart answers questions, content is ours."""
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
MACROS = ("macros/fact", "macros/facts", "macros/money")
_QUOTES_DATA = (
    duckdb.ConversionException,
    duckdb.ConstraintException,
    duckdb.InvalidInputException,
    duckdb.OutOfRangeException,
)
"""Errors whose message repeats a value of a row."""
_LOCKED = re.compile(r"Could not set lock on file")
_TABLE = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.(\w+)")
_FULL = re.compile(r"No space left|File too large|Could not write file|quota exceeded")
_HOLDER = re.compile(r"\(PID (\d+)\)")


@lru_cache(maxsize=512)
def sql_text(name: str) -> str:
    """The statement of ``sql/<name>.sql``; a KeyError names a file that is not there."""
    path = resources.files("sql").joinpath(*f"{name}.sql".split("/"))
    if not path.is_file():
        raise KeyError(f"no statement sql/{name}.sql")
    return path.read_text(encoding="utf-8")


def sql_names(folder: str) -> list[str]:
    """Names of the statements in ``sql/<folder>``, in alphabetical order."""
    root = resources.files("sql").joinpath(*folder.split("/"))
    return sorted(f"{folder}/{f.name[:-4]}" for f in root.iterdir() if f.name.endswith(".sql"))


def in_order_of_use(statements: Mapping[str, str]) -> list[str]:
    """Names sorted so that a statement comes after those whose tables it mentions (``schema.table``).

    ``statements`` maps ``folder/table`` to SQL; the table is the last part of the name. A circle raises WarehouseError.
    """
    tables = {name.rsplit("/", 1)[-1]: name for name in statements}
    needs = {
        name: {
            tables[found]
            for found in re.findall(_TABLE, sql)
            if found in tables and tables[found] != name
        }
        for name, sql in statements.items()
    }
    ordered: list[str] = []
    while needs:
        ready = sorted(name for name, wanted in needs.items() if wanted <= set(ordered))
        if not ready:
            raise WarehouseError(
                f"these statements need each other in a circle: {', '.join(sorted(needs))}"
            )
        ordered += ready
        for name in ready:
            del needs[name]
    return ordered


def bind(sql: str, params: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The parameters that ``sql`` names with ``$name``; DuckDB refuses ones that a statement does not use."""
    used = {k: v for k, v in (params or {}).items() if re.search(rf"\${k}\b", sql)}
    return used or None


def run_sql(con: Connection, sql: str, params: Mapping[str, Any] | None = None) -> Connection:
    """Execute one statement with bound ``$name`` parameters."""
    bound = bind(sql, params)
    return con.execute(sql, bound) if bound else con.execute(sql)


def run_named(con: Connection, name: str, params: Mapping[str, Any] | None = None) -> Connection:
    """Execute ``sql/<name>.sql``."""
    return run_sql(con, sql_text(name), params)


def fetch_dicts(result: Connection) -> list[dict[str, Any]]:
    """All rows as dictionaries, column name -> value."""
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def insert_rows(con: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert dictionaries into ``table`` in one statement; missing keys become null, unknown ones raise KeyError.

    The rows travel as one bound JSON parameter: executemany does 1,700 rows a second, this some 30,000, and no frame
    library is loaded. ``table`` is a name from our own code.
    """
    if not rows:
        return
    columns = {c[0]: c[1] for c in con.execute(f"describe {table}").fetchall()}
    unknown = {key for row in rows for key in row} - set(columns)
    if unknown:
        raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
    shape = json.dumps(
        [{name: [kind[:-2]] if kind.endswith("[]") else kind for name, kind in columns.items()}]
    )
    con.execute(
        f"insert into {table} by name select unnest(from_json($rows, $shape), recursive := false, max_depth := 2)",
        {
            "rows": json.dumps(
                [{key: row.get(key) for key in columns} for row in rows], default=str
            ),
            "shape": shape,
        },
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
            with _readably(self.path):
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
        """A connection within BEGIN and COMMIT; any error rolls back and is raised again.

        DuckDB 2 aborts a transaction at its first error and then answers COMMIT with OK while it rolls back, so an
        error must never be swallowed inside.
        """
        with self.open() as con:
            con.execute("begin")
            try:
                yield con
            except BaseException:
                con.execute("rollback")
                raise
            con.execute("commit")

    @contextmanager
    def scratch(self, file: Path | None = None) -> Iterator[Connection]:
        """A database in memory, or in ``file``, that shows this warehouse's tables and takes writes of its own.

        shop, staging and content are read in place; marts and the tables in SCRATCH_COPIES are the scratch's own.
        The warehouse is only read meanwhile, so that other readers are not kept out; ``keep_scratch`` then brings
        what a run planned into the warehouse.
        """
        with _readably(file or self.path):
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
        with self.scratch_attached(file) as con:
            con.execute("begin")
            try:
                views = {name: sql_text(name) for name in sql_names("staging")}
                for name in in_order_of_use(views):
                    con.execute(views[name])
                for name in sorted(sql_names("plan/keep")):
                    run_named(con, name)
                insert_rows(con, "content.run_plan", run_plan)
            except BaseException:
                con.execute("rollback")
                raise
            con.execute("commit")

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
        except BaseException:
            con.close()
            raise
        return con

    def _patiently(self, connect: Callable[[], Connection]) -> Connection:
        deadline = time.monotonic() + self.wait_seconds
        while True:
            try:
                return connect()
            except duckdb.IOException as error:
                if not _LOCKED.search(str(error)) or time.monotonic() > deadline:
                    raise _readable(error, self.path) from error
                time.sleep(random.uniform(0.01, 0.06))
            except duckdb.Error as error:
                raise _readable(error, self.path) from error

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


def is_disk_full(error: BaseException) -> bool:
    """Whether a statement or a commit failed because nothing more can be written."""
    return bool(_FULL.search(str(error)))


@contextmanager
def _readably(path: Path) -> Iterator[None]:
    """DuckDB's errors of the files and of the data as a WarehouseError; others (SQL of a plugin) go through."""
    try:
        yield
    except duckdb.IOException as error:
        raise _readable(error, path) from error
    except duckdb.TransactionException as error:  # a commit that found the disk full comes as one
        if is_disk_full(error):
            raise _readable(error, path) from error
        raise
    except _QUOTES_DATA as error:
        raise WarehouseError(
            f"a statement on the warehouse {path} failed: {safe_reason(error)}."
        ) from None


def _readable(error: Exception, path: Path) -> WarehouseError:
    """DuckDB's message as one sentence with a cure."""
    text = str(error).splitlines()[0]
    if _LOCKED.search(text):
        holder = _HOLDER.search(str(error))
        who = f"process {holder.group(1)}" if holder else "another process"
        return WarehouseLocked(
            f"the warehouse {path} is held by {who}; wait for it to end or stop it, then try again."
        )
    if (
        "not a valid DuckDB database file" in text
        or "Serialization" in text
        or "deserialize" in text
    ):
        return NotAWarehouse(
            f"{path} is not a DuckDB warehouse; move it away and run `shelftalk init`."
        )
    if "does not match the database file" in text or "WAL was created for" in text:
        return WarehouseError(
            f"{path}.wal belongs to another state of the warehouse {path}, as after a restored backup; move that file "
            "away to open the warehouse as it was backed up, or put back the warehouse that it belongs to."
        )
    if any(
        word in text for word in ("Permission denied", "Cannot open file", "Read-only")
    ) or is_disk_full(error):
        return WarehouseUnwritable(
            f"the warehouse {path} cannot be written ({text}); free space or fix permissions."
        )
    return WarehouseError(f"the warehouse {path} failed: {text}")


def safe_reason(error: BaseException) -> str:
    """DuckDB's message as one line without any value of a row: it goes to logs, tables and people.

    What is wrong with a statement (names, types) stays; an error that data caused quotes the data, which may be a
    customer's, so that only its kind is told. Raise what you make of it ``from None``, else a traceback quotes it.
    """
    first = str(error).splitlines()[0] if str(error) else "no message"
    if not isinstance(error, duckdb.Error):
        return f"{type(error).__name__} (its message is not kept: it may quote a row)"
    if isinstance(error, _ABOUT_STATEMENTS) or "prepared statement param" in first:
        return first
    kind, _, rest = first.partition(": ")
    types, column = _CAST_TO.search(rest), _CAST_FROM.search(rest)
    where = f" of column {column.group(1)}" if column else ""
    told = f"cannot be read as {types.group(1)}" if types else "does not fit"
    return f"{kind}: a value{where} {told} (the value itself is not shown: it may be personal)"


_ABOUT_STATEMENTS = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.TransactionException,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.InterruptException,
    duckdb.PermissionException,
    duckdb.NotImplementedException,
)
_CAST_FROM = re.compile(r"when casting from source column (\w+)\Z")
_CAST_TO = re.compile(
    r"\bto (?:destination type )?([A-Z][A-Z0-9_]+(?:\(\d+,\s?\d+\))?) when casting"
)


def one_value(
    con: Connection, sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None
) -> Any:
    """The first column of the first row, or None."""
    row = (con.execute(sql, params) if params else con.execute(sql)).fetchone()
    return row[0] if row else None
