"""Export the feed as a file that any mail or push system reads.

The file holds no personal data but customer_id: the system that sends joins addresses itself.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import duckdb

from tasks.errors import InputError
from tasks.warehouse import Warehouse, run_named

__all__ = ["ExportReport", "FeedFormat", "export_feed"]

FeedFormat = Literal["csv", "parquet"]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written where."""

    path: Path
    count_rows: int
    count_customers: int


def export_feed(
    warehouse: Warehouse, path: Path, *, format: FeedFormat | None = None
) -> ExportReport:
    """Write content.feed with published_at and model_hash to ``path``, whole or not at all.

    ``format`` None goes by the file's ending. In a CSV every cell is quoted, and one that a spreadsheet would take
    for a formula gets a leading apostrophe, also a customer_id: join ids that start with ``=``, ``+``, ``-`` or
    ``@`` through Parquet, which keeps values as they are. A path that cannot be written raises InputError.
    """
    chosen = format or path.suffix.lstrip(".").lower()
    if chosen not in get_args(FeedFormat):
        raise InputError(
            f"the feed cannot be written as {chosen or 'a file without an ending'!r}; "
            "choose csv or parquet."
        )
    _require_room_for(path)
    # Beside the target, so that the rename stays on one file system and is a single step.
    part = path.with_name(f".feed-{secrets.token_hex(6)}.part")
    try:
        with warehouse.transaction() as con:  # one snapshot for all that is read
            run_named(con, "reports/feed_rows")
            counts = run_named(con, "reports/feed_counts").fetchone() or (0, 0)
            try:
                run_named(con, f"reports/feed_to_{chosen}", {"path": str(part)})
            except duckdb.IOException as error:
                raise _unwritable(path, str(error).splitlines()[0]) from error
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return ExportReport(path, count_rows=counts[0], count_customers=counts[1])


def _require_room_for(path: Path) -> None:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; name a file such as {path / 'feed.csv'}.")
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> InputError:
    return InputError(
        f"the feed cannot be written to {path} ({why}); "
        "choose a folder with room that you may write to."
    )
