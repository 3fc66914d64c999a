"""DuckDB's errors as one sentence with a cure, and without any value of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.errors import NotAWarehouse, WarehouseError, WarehouseLocked, WarehouseUnwritable

__all__ = ["is_disk_full", "is_locked", "readable", "readably", "safe_reason"]

_QUOTES_DATA = (
    duckdb.ConversionException,
    duckdb.ConstraintException,
    duckdb.InvalidInputException,
    duckdb.OutOfRangeException,
)
"""Errors whose message repeats a value of a row."""
_LOCKED = re.compile(r"Could not set lock on file")
_FULL = re.compile(r"No space left|File too large|Could not write file|quota exceeded")
_HOLDER = re.compile(r"\(PID (\d+)\)")


def is_locked(error: BaseException) -> bool:
    """Whether another process holds the file."""
    return bool(_LOCKED.search(str(error)))


def is_disk_full(error: BaseException) -> bool:
    """Whether a statement or a commit failed because nothing more can be written."""
    return bool(_FULL.search(str(error)))


@contextmanager
def readably(path: Path) -> Iterator[None]:
    """DuckDB's errors of the files and of the data as a WarehouseError; others (SQL of a plugin) go through."""
    try:
        yield
    except duckdb.IOException as error:
        raise readable(error, path) from error
    except duckdb.TransactionException as error:  # a commit that found the disk full comes as one
        if is_disk_full(error):
            raise readable(error, path) from error
        raise
    except _QUOTES_DATA as error:
        raise WarehouseError(
            f"a statement on the warehouse {path} failed: {safe_reason(error)}."
        ) from None


def readable(error: Exception, path: Path) -> WarehouseError:
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
