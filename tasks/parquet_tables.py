"""Shop tables that are no tables of the warehouse but Parquet files, read in place.

Such a table is a view with the columns that the table would have, so that all SQL stays the same; the files are the
merchant's and only read. A second view, ``staging.<table>_files``, also tells of each row which file it is from: by it
the marts know new files. SQL of strangers runs without access to files (``lock_down``), but for these folders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import duckdb

from tasks.errors import InputError, SettingsError

__all__ = ["absolute_path", "place_parquet_tables", "reach_parquet", "show_parquet_tables"]

_URL = re.compile(r"^[a-z][a-z0-9+.-]+://")
_GLOB = re.compile(r"[*?\[{]")


def absolute_path(path: str) -> str:
    """A local path from the root; an address (``s3://…``) as it is."""
    return path if _URL.match(path) else str(Path(path).expanduser().absolute())


def reach_parquet(con: duckdb.DuckDBPyConnection, parquet: Mapping[str, str]) -> None:
    """Leave the folders of these paths within reach when files are taken away; load what addresses need."""
    if not parquet:
        return
    folders = sorted(
        {_GLOB.split(path, maxsplit=1)[0].rpartition("/")[0] for path in parquet.values()}
    )
    listed = ", ".join("'" + folder.replace("'", "''") + "/'" for folder in folders)
    con.execute(f"set allowed_directories = [{listed}]")
    if any(_URL.match(path) for path in parquet.values()):
        try:
            con.execute("load httpfs")
        except duckdb.Error:
            raise SettingsError(
                "parquet_tables names an address, which needs DuckDB's extension httpfs; install it once with "
                "`python -c \"import duckdb; duckdb.sql('install httpfs')\"`."
            ) from None


def place_parquet_tables(con: duckdb.DuckDBPyConnection, parquet: Mapping[str, str]) -> None:
    """Make each table of ``parquet`` a view of its files, and each that no longer is one a table again.

    Only what differs from the settings is touched. InputError names files that cannot be read, columns that are
    missing, and a table that holds rows already.
    """
    found = con.execute(
        "select view_name, comment from duckdb_views() where schema_name = 'shop' "
        "and database_name = current_database()"
    ).fetchall()
    placed = dict(found)
    tables = {
        name
        for (name,) in con.execute(
            "select table_name from duckdb_tables() where schema_name = 'shop' "
            "and database_name = current_database()"
        ).fetchall()
    }
    for table in sorted(set(placed) - set(parquet)):
        con.execute(f"drop view shop.{table}")
        con.execute(f"drop view if exists staging.{table}_files")
        con.execute(_statement(table))
    for table, path in sorted(parquet.items()):
        if placed.get(table) != path:
            if table in tables:
                _refuse_rows(con, table, path)
            _place(con, table, path, is_view=table not in tables)


def show_parquet_tables(con: duckdb.DuckDBPyConnection, parquet: Mapping[str, str]) -> None:
    """In a scratch, whose shop tables are views of the warehouse's: read these tables from their files instead."""
    held = con.execute(
        "select table_name from duckdb_tables() where database_name = 'held' and schema_name = 'shop'"
    ).fetchall()
    tables = {name for (name,) in held}
    for table, path in sorted(parquet.items()):
        if table in tables:
            _refuse_rows(con, table, path)
        _place(con, table, path, is_view=True)


def _refuse_rows(con: duckdb.DuckDBPyConnection, table: str, path: str) -> None:
    if con.execute(f"select 1 from shop.{table} limit 1").fetchone() is not None:
        raise InputError(
            f"shop.{table} holds rows, so it cannot be read from {path} as parquet_tables says; take the setting out, "
            f"or empty the table (`delete from shop.{table}`)."
        )


def _place(con: duckdb.DuckDBPyConnection, table: str, path: str, *, is_view: bool) -> None:
    source = (
        "read_parquet('" + path.replace("'", "''") + "', union_by_name = true, filename = true)"
    )
    try:
        there = {str(row[0]) for row in con.execute(f"describe from {source}").fetchall()}
    except duckdb.Error as error:
        raise InputError(
            f"parquet_tables: shop.{table} cannot be read from {path}: {str(error).splitlines()[0]}"
        ) from None
    selected, missing = [], []
    for column, kind, default, is_required in _columns(table):
        if column in there:
            selected.append(f"cast({column} as {kind}) as {column}")
        elif is_required and default is None:
            missing.append(column)
        else:
            selected.append(f"cast({default or 'null'} as {kind}) as {column}")
    if missing:
        raise InputError(
            f"parquet_tables: the files at {path} lack {', '.join(missing)}, which shop.{table} needs; "
            "name the columns as the table's are."
        )
    columns = ", ".join(selected)
    if not is_view:
        con.execute(f"drop table if exists shop.{table}")
    con.execute(f"create or replace view shop.{table} as select {columns} from {source}")
    con.execute(
        f"create or replace view staging.{table}_files as select {columns}, filename from {source}"
    )
    con.execute(f"comment on view shop.{table} is '" + path.replace("'", "''") + "'")


@lru_cache(maxsize=16)
def _columns(table: str) -> tuple[tuple[str, str, str | None, bool], ...]:
    """(name, type, default, is required) of the table's columns, from its own statement."""
    from tasks.warehouse import in_memory  # it imports this module

    with in_memory() as empty:
        empty.execute("create schema shop")
        empty.execute(_statement(table))
        rows = empty.execute(
            "select column_name, data_type, column_default, not is_nullable from duckdb_columns() "
            "where schema_name = 'shop' order by column_index"
        ).fetchall()
    # A moment of now would make rows differ from reading to reading.
    return tuple(
        (name, kind, "null" if "current_" in str(default).lower() else default, required)
        for name, kind, default, required in rows
    )


def _statement(table: str) -> str:
    from tasks.warehouse import sql_text

    return sql_text(f"tables/shop/{table}")
