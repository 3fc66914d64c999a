"""Runs SQL that a stranger wrote: read only, bounded in time and rows, without access to files or the network."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from tasks.warehouse import Connection

__all__ = ["lock_down", "read_untrusted"]


def lock_down(con: Connection) -> None:
    """Take files and the network from the whole instance behind ``con``, for as long as it is open.

    DuckDB never gives them back; the next opening of the warehouse starts afresh. The warehouse itself, what is
    attached already and the spill folder stay within reach.
    """
    con.execute("set enable_external_access = false")


def read_untrusted(
    con: Connection, sql: str, params: Mapping[str, Any], *, seconds: float, most_rows: int
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """(columns, at most ``most_rows`` rows) of one SELECT, in a transaction that refuses to write.

    ``con`` must not be in a transaction. Raises duckdb.Error as it comes, TimeoutError after ``seconds``.
    """
    lock_down(con)
    con.execute("begin transaction read only")
    try:
        with _interrupted_after(con, seconds):
            # By the statement, not by its text: a comment may speak of a parameter, too.
            named = duckdb.extract_statements(sql)[0].named_parameters
            bound = {name: value for name, value in params.items() if name in named}
            result = con.execute(sql, bound) if bound else con.execute(sql)
            columns = [column[0] for column in result.description or []]
            return columns, result.fetchmany(most_rows)
    except duckdb.InterruptException as error:
        raise TimeoutError(f"it did not end within {seconds:g} s") from error
    finally:
        con.execute("rollback")


@contextmanager
def _interrupted_after(con: Connection, seconds: float) -> Iterator[None]:
    """Interrupt whatever ``con`` does once ``seconds`` are over, and nothing that it does afterwards."""
    lock, is_over = threading.Lock(), False

    def interrupt() -> None:
        with lock:
            if not is_over:
                con.interrupt()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            is_over = True
        timer.cancel()
