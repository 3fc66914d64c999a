"""Named .sql files and their rows: reads a statement, orders statements by what they need, binds, runs, inserts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from typing import Any

import duckdb

from tasks.errors import WarehouseError

Connection = duckdb.DuckDBPyConnection
SCHEMAS = ("shop", "staging", "mart", "content")
"""shop is the merchant's, staging cleans it, mart answers questions, content is ours."""
_TABLE = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.(\w+)")


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


@contextmanager
def in_transaction(con: Connection) -> Iterator[None]:
    """BEGIN and COMMIT on ``con``; any error rolls back and is raised again.

    DuckDB 2 aborts a transaction at its first error and then answers COMMIT with OK while it rolls back, so an
    error must never be swallowed inside.
    """
    con.execute("begin")
    try:
        yield
    except BaseException:  # a Ctrl-C too must leave nothing half-written
        con.execute("rollback")
        raise
    con.execute("commit")


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


def one_value(
    con: Connection, sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None
) -> Any:
    """The first column of the first row, or None."""
    row = (con.execute(sql, params) if params else con.execute(sql)).fetchone()
    return row[0] if row else None
