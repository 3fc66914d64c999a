"""Opens a merchant's file whatever its dress: CSV (gz too), Parquet, YAML or JSON lists of records.

CSV is read twice. Python's reader settles what DuckDB's leaves open (encodings, CRLF and LF mixed, physical lines,
where a quote was never closed) and writes the wanted columns as one regular file; DuckDB's reader takes that into a
temporary table ``incoming`` (line, then the wanted columns, all VARCHAR). Rows that cannot be parsed come back as
Unparsed; a file that ends in the middle is refused whole.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tasks.errors import InputError
from tasks.loading.csv_files import LONGEST_FIELD, encoding_of, open_csv
from tasks.loading.opened import Cleaner, OpenedFile, Record, Unparsed
from tasks.loading.parquet_files import PARQUET, fill_from_parquet, open_parquet, parquet_records
from tasks.loading.record_files import open_records
from tasks.warehouse import Connection

__all__ = ["Cleaner", "OpenedFile", "Unparsed", "fill_incoming", "open_file"]

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"


@contextmanager
def open_file(path: Path) -> Iterator[OpenedFile]:
    """Look at a file and give its columns; temporary copies live as long as the context.

    InputError says in one sentence what is wrong with a file that cannot be read at all.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it, for example {path}/*.csv.")
    if not path.exists():
        raise InputError(f"there is no file {path}; check the name.")
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}; check its permissions."
        ) from error
    if not head:
        raise InputError(f"{path} is empty; export it again.")
    name = path.name.lower().removesuffix(".gz")
    if head == PARQUET or name.endswith((".parquet", ".pq")):
        yield open_parquet(path, head)
        return
    with tempfile.TemporaryDirectory(prefix="shelftalk-load-") as folder:
        plain, file_hash, encoding = _plain_copy(path, Path(folder), is_gzip=head[:2] == _GZIP)
        if name.endswith((".yaml", ".yml", ".json", ".jsonl", ".ndjson")):
            opened = open_records(path, plain, file_hash, encoding, name)
        else:
            opened = open_csv(path, plain, file_hash, encoding)
        if encoding not in ("utf-8", "utf-8-sig"):
            opened.quirks[f"file read as {encoding}"] += 1
        yield opened


def fill_incoming(
    con: Connection,
    opened: OpenedFile,
    wanted: dict[str, list[int]],
    cleaners: Mapping[str, Cleaner] | None = None,
) -> int:
    """Fill the temporary table ``incoming`` (line, then the keys of ``wanted``); its count of rows.

    ``wanted`` maps our column (a name of ours, never of the file) to the positions of its sources:
    the first that is not empty counts; a column without positions is NULL throughout. ``cleaners``
    are applied to the values of the columns that they are named for.
    """
    names = list(wanted)
    types = ", ".join(["line bigint", *(f"{name} varchar" for name in names)])
    con.execute(f"create or replace temp table incoming ({types})")
    at_work = {
        at: cleaner for at, name in enumerate(names) if (cleaner := (cleaners or {}).get(name))
    }
    if opened.records is None and not at_work:
        fill_from_parquet(con, opened, wanted)
    else:
        with tempfile.TemporaryDirectory(prefix="shelftalk-load-") as folder:
            regular = Path(folder) / "regular.csv"
            with _told_clearly(opened.path), regular.open("w", encoding="utf-8", newline="") as out:
                records = opened.records() if opened.records else parquet_records(opened)
                _write_regular(out, records, list(wanted.values()), at_work)
            struct = ", ".join(["'line': 'bigint'", *(f"'{name}': 'varchar'" for name in names)])
            con.execute(
                f"insert into incoming select * from read_csv($path, columns = {{{struct}}}, header = false, "
                "auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
                f"max_line_size = {4 * LONGEST_FIELD})",
                {"path": str(regular)},
            )
    row = con.execute("select count(*) from incoming").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _told_clearly(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise InputError(
            f"{path} changes its encoding on the way ({error}); export it as UTF-8."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read to its end: {error.strerror or error}; free disk space in the temporary folder."
        ) from error


def _write_regular(
    out: IO[str],
    records: Iterator[Record],
    positions: list[list[int]],
    cleaners: Mapping[int, Cleaner],
) -> None:
    writer = csv.writer(out, lineterminator="\n")
    if not cleaners and all(len(at) == 1 for at in positions):
        single = [at[0] for at in positions]
        writer.writerows([line, *(values[i] for i in single)] for line, values in records)
        return
    for line, values in records:
        row = [next((values[i] for i in at if values[i]), None) for at in positions]
        for at, cleaner in cleaners.items():
            row[at] = cleaner(row[at])
        writer.writerow([line, *row])


def _plain_copy(path: Path, folder: Path, *, is_gzip: bool) -> tuple[Path, str, str]:
    """The file uncompressed, the SHA-256 of what lies on disk, and the encoding of its text."""
    plain = folder / "plain" if is_gzip else path
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    count = 0
    if is_gzip:
        try:
            with gzip.open(path, "rb") as source, plain.open("wb") as out:
                while chunk := source.read(_CHUNK):
                    out.write(chunk)
                    count += len(chunk)
        except EOFError as error:
            raise InputError(
                f"{path} is cut off: its gzip data end in the middle, after {path.stat().st_size:,} bytes "
                f"({count:,} uncompressed); nothing of it was loaded, fetch it again."
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise InputError(
                f"{path} is damaged gzip ({error}) after {count:,} bytes; nothing of it was loaded, fetch it again."
            ) from error
        except OSError as error:
            raise InputError(
                f"{path} cannot be unpacked: {error.strerror}; free some disk."
            ) from error
    return plain, digest.hexdigest(), encoding_of(plain)
