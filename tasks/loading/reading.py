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
import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tasks.errors import InputError
from tasks.warehouse import Connection, in_memory

__all__ = ["OpenedFile", "Unparsed", "fill_incoming", "open_file"]

_CHUNK = 1 << 20
_LONGEST_FIELD = 16 << 20
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
csv.field_size_limit(_LONGEST_FIELD)


Cleaner = Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A record that could not be read, with its physical line."""

    line: int
    reason: str


@dataclass(slots=True)
class OpenedFile:
    """A file that was looked at: its columns by position, its SHA-256, and how to read its records."""

    path: Path
    kind: str
    file_hash: str
    columns: list[str]
    quirks: Counter[str] = field(default_factory=Counter)
    unparsed: list[Unparsed] = field(default_factory=list)
    records: Callable[[], Iterator[tuple[int, Sequence[str | None]]]] | None = None
    """Yields (line, values by position); None for Parquet, which DuckDB reads itself."""


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
    if head == _PARQUET or name.endswith((".parquet", ".pq")):
        yield _open_parquet(path, head)
        return
    with tempfile.TemporaryDirectory(prefix="shelftalk-load-") as folder:
        plain, file_hash, encoding = _plain_copy(path, Path(folder), is_gzip=head[:2] == _GZIP)
        if name.endswith((".yaml", ".yml", ".json", ".jsonl", ".ndjson")):
            opened = _open_records(path, plain, file_hash, encoding, name)
        else:
            opened = _open_csv(path, plain, file_hash, encoding)
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
        _fill_from_parquet(con, opened, wanted)
    else:
        with tempfile.TemporaryDirectory(prefix="shelftalk-load-") as folder:
            regular = Path(folder) / "regular.csv"
            with regular.open("w", encoding="utf-8", newline="") as out:
                records = opened.records() if opened.records else _parquet_records(opened)
                _write_regular(out, records, list(wanted.values()), at_work)
            struct = ", ".join(["'line': 'bigint'", *(f"'{name}': 'varchar'" for name in names)])
            con.execute(
                f"insert into incoming select * from read_csv($path, columns = {{{struct}}}, header = false, "
                "auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
                f"max_line_size = {4 * _LONGEST_FIELD})",
                {"path": str(regular)},
            )
    row = con.execute("select count(*) from incoming").fetchone()
    return int(row[0]) if row else 0


def _write_regular(
    out: IO[str],
    records: Iterator[tuple[int, Sequence[str | None]]],
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
    return plain, digest.hexdigest(), _encoding_of(plain)


def _encoding_of(plain: Path) -> str:
    """utf-8-sig (BOM or not), utf-16 by its BOM, else cp1252, else latin-1."""
    import codecs

    for encoding in ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with plain.open("rb") as file:
                if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                    return "utf-16"
                file.seek(0)
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _open_csv(path: Path, plain: Path, file_hash: str, encoding: str) -> OpenedFile:
    with plain.open("r", encoding=encoding, newline="") as file:
        sample = file.read(1 << 16)
    delimiter = _delimiter_of(sample)
    try:
        with plain.open("r", encoding=encoding, newline="") as file:
            header = next(
                (row for row in csv.reader(file, delimiter=delimiter, strict=True) if row), []
            )
    except csv.Error as error:
        raise InputError(f"{path} is no CSV: its first line cannot be read ({error}).") from error
    except UnicodeError as error:
        raise InputError(f"{path} is no text file ({error}); export it as UTF-8.") from error
    if not any(cell.strip() for cell in header):
        raise InputError(f"{path} has no header line; the first line must name the columns.")
    if "\0" in sample:
        raise InputError(f"{path} is no CSV but a binary file; export it as CSV or Parquet.")
    opened = OpenedFile(path, "csv", file_hash, _column_names(header))
    unnamed = sum(not cell.strip() for cell in header)
    if unnamed:
        opened.quirks["unnamed columns"] = unnamed
    with plain.open("rb") as raw:
        raw.seek(-1, 2)
        ends_in_newline = raw.read(1) in (b"\n", b"\r", b"\0")

    def records() -> Iterator[tuple[int, Sequence[str | None]]]:
        opened.unparsed.clear()
        opened.quirks.pop("multi-line records", None)
        with plain.open("r", encoding=encoding, newline="") as file:
            yield from _csv_records(opened, file, delimiter, len(header), ends_in_newline)

    opened.records = records
    return opened


def _csv_records(
    opened: OpenedFile, file: Iterable[str], delimiter: str, width: int, ends_in_newline: bool
) -> Iterator[tuple[int, Sequence[str | None]]]:
    """Records with the physical line on which each begins; the header is skipped."""
    endings: Counter[str] = Counter()

    def lines() -> Iterator[str]:
        for line in file:
            endings["crlf" if line.endswith("\r\n") else "lf"] += 1
            yield line.replace("\0", "") if "\0" in line else line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    is_header, short = True, None
    while True:
        began = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise _cut_off(
                    opened.path, began, "a quoted field that begins there is never closed"
                ) from error
            until = f", down to line {reader.line_num}" if reader.line_num > began else ""
            opened.unparsed.append(Unparsed(began, f"its quotes are wrong{until} ({error})"))
            continue
        if not row:
            continue
        if is_header:
            is_header = False
            continue
        if short:
            opened.unparsed.append(short)
            short = None
        if len(row) != width:
            short = Unparsed(began, f"{len(row)} fields where the header has {width}")
            continue
        if reader.line_num > began:
            opened.quirks["multi-line records"] += 1
            row = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row]
        yield began, row
    if short:
        # The last record of a file that stops in the middle of a line was cut, not mistyped.
        if not ends_in_newline:
            raise _cut_off(opened.path, short.line, f"its last record has {short.reason}")
        opened.unparsed.append(short)
    if len(endings) == 2 and endings["crlf"] > 1 and endings["lf"] > 1:
        opened.quirks["mixed line ends"] = 1


def _cut_off(path: Path, line: int, what: str) -> InputError:
    return InputError(
        f"{path} is cut off at line {line:,}: {what}; nothing of it was loaded, export it again."
    )


def _delimiter_of(sample: str) -> str:
    """The separator that stands most often outside quotes in the first line."""
    counts: Counter[str] = Counter()
    is_quoted = False
    for character in sample.lstrip("\r\n"):
        if character == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            if character in "\r\n":
                break
            if character in ",;\t|":
                counts[character] += 1
    return counts.most_common(1)[0][0] if counts else ","


def _column_names(header: Sequence[str]) -> list[str]:
    return [
        cell.replace("\0", "").strip() or f"column_{at}" for at, cell in enumerate(header, start=1)
    ]


def _open_parquet(path: Path, head: bytes) -> OpenedFile:
    import duckdb

    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if head != _PARQUET:
        raise InputError(
            f"{path} is named Parquet but is none (it does not begin with PAR1); export it again."
        )
    if size < 12 or tail != _PARQUET:
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


def _parquet_records(opened: OpenedFile) -> Iterator[tuple[int, Sequence[str | None]]]:
    """The records of a Parquet file as text, for columns that need a cleaner."""
    import duckdb

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


def _fill_from_parquet(con: Connection, opened: OpenedFile, wanted: dict[str, list[int]]) -> None:
    import duckdb

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


def _open_records(path: Path, plain: Path, file_hash: str, encoding: str, name: str) -> OpenedFile:
    """A YAML or JSON list of records, or JSON a line; ``line`` is the number of the record."""
    text = plain.read_text(encoding=encoding)
    try:
        if name.endswith((".jsonl", ".ndjson")):
            items: Any = [json.loads(line) for line in text.splitlines() if line.strip()]
        elif name.endswith(".json"):
            items = json.loads(text)
        else:
            import yaml

            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            items = yaml.load(text, Loader=loader)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path} is no JSON: {error.msg} at line {error.lineno}; nothing was loaded."
        ) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error or 'it is nested too deeply'}.") from error
    except Exception as error:
        import yaml

        if not isinstance(error, yaml.YAMLError):
            raise
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{path} is no YAML{where}: {getattr(error, 'problem', error)}; nothing was loaded."
        ) from error
    if not isinstance(items, list):
        raise InputError(
            f"{path} holds no list of records; each product must be one entry of a list."
        )
    columns: dict[str, int] = {}
    for item in items:
        for key in item if isinstance(item, dict) else ():
            columns.setdefault(str(key), len(columns))
    opened = OpenedFile(path, "records", file_hash, list(columns))

    def records() -> Iterator[tuple[int, Sequence[str | None]]]:
        opened.unparsed.clear()
        opened.quirks.pop("nested values dropped", None)
        for line, item in enumerate(items, start=1):
            if not isinstance(item, dict):
                opened.unparsed.append(
                    Unparsed(line, "this entry is no record of names and values")
                )
                continue
            row: list[str | None] = [None] * len(columns)
            for key, value in item.items():
                row[columns[str(key)]] = _plain_value(value, opened.quirks)
            yield line, row

    opened.records = records
    return opened


def _plain_value(value: Any, quirks: Counter[str]) -> str | None:
    """A scalar as text, a short list of scalars joined; anything deeper is dropped and counted."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
        return ", ".join(str(v) for v in value)
    if isinstance(value, dict | list | set | tuple | bytes):
        quirks["nested values dropped"] += 1
        return None
    return str(value).replace("\0", "")
