"""Reads Parquet through DuckDB; columns are taken by position, so a file's own names never become SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tasks.errors import InputError
from tasks.loading.opened import OpenedFile, Record
from tasks.warehouse import Connection, in_memory

__all__ = ["PARQUET", "fill_from_parquet", "open_parquet", "parquet_records"]

PARQUET = b"PAR1"
_CHUNK = 1 << 20


def open_parquet(path: Path, head: bytes) -> OpenedFile:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if head != PARQUET:
        raise InputError(
            f"{path} is named Parquet but is none (it does not begin with PAR1); export it again."
        )
    if size < 12 or tail != PARQUET:
        raise InputError(
            f"{path} is cut off: Parquet without its end, after {size:,} bytes; nothing was loaded."
        )
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    try:
        with in_memory() as con:
            described = con.execute(
                "describe from read_parquet($path)", {"path": _no_glob(path)}
            ).fetchall()
    except duckdb.Error as error:
        raise InputError(f"{path} is damaged Parquet: {str(error).splitlines()[0]}") from error
    return OpenedFile(path, "parquet", digest.hexdigest(), [row[0] for row in described])


def parquet_records(opened: OpenedFile) -> Iterator[Record]:
    """The records of a Parquet file as text, for columns that need a cleaner."""
    try:
        with in_memory() as con:
            found = con.execute(
                "select cast(columns(*) as varchar) from read_parquet($path)",
                {"path": _no_glob(opened.path)},
            )
            line = 0
            while rows := found.fetchmany(5000):
                for row in rows:
                    line += 1
                    yield line, row
    except duckdb.Error as error:
        raise InputError(
            f"{opened.path} is damaged Parquet: {str(error).splitlines()[0]}"
        ) from error


def _no_glob(path: Path) -> str:
    """The path such that DuckDB reads ``orders[1].parquet`` as one file and not as a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def fill_from_parquet(con: Connection, opened: OpenedFile, wanted: dict[str, list[int]]) -> None:
    # Columns are taken by position, under names of ours: a file's own names never become SQL.
    aliases = [f"c{at}" for at in range(len(opened.columns))]
    chosen = ["file_row_number + 1"]
    for at in wanted.values():
        sources = ", ".join(f"nullif(cast(c{i} as varchar), '')" for i in at)
        chosen.append(f"coalesce({sources})" if at else "null")
    try:
        con.execute(
            f"insert into incoming select {', '.join(chosen)} "
            f"from read_parquet($path, file_row_number = true) as f({', '.join([*aliases, 'file_row_number'])})",
            {"path": _no_glob(opened.path)},
        )
    except duckdb.Error as error:
        raise InputError(
            f"{opened.path} is damaged Parquet: {str(error).splitlines()[0]}"
        ) from error
