"""Reads CSV as merchants have it: any encoding and separator, CRLF and LF mixed, texts over several lines."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tasks.errors import InputError
from tasks.loading.opened import OpenedFile, Record, Unparsed

__all__ = ["LONGEST_FIELD", "encoding_of", "open_csv"]

LONGEST_FIELD = 16 << 20
_CHUNK = 1 << 20
csv.field_size_limit(LONGEST_FIELD)


def encoding_of(plain: Path) -> str:
    """utf-8-sig (BOM or not), utf-16 by its BOM, else cp1252, else latin-1."""
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


def open_csv(path: Path, plain: Path, file_hash: str, encoding: str) -> OpenedFile:
    try:
        with plain.open("r", encoding=encoding, newline="") as file:
            sample = file.read(1 << 16)
    except UnicodeError as error:
        raise InputError(f"{path} is no text file ({error}); export it as UTF-8.") from error
    if sample.startswith("PK\x03\x04") or sample.count("\0") > len(sample) // 100:
        raise InputError(f"{path} is no CSV but a binary file; export it as CSV or Parquet.")
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
    opened = OpenedFile(path, "csv", file_hash, _column_names(header))
    unnamed = sum(not cell.strip() for cell in header)
    if unnamed:
        opened.quirks["unnamed columns"] = unnamed
    with plain.open("rb") as raw:
        raw.seek(-1, 2)
        ends_in_newline = raw.read(1) in (b"\n", b"\r", b"\0")

    def records() -> Iterator[Record]:
        opened.unparsed.clear()
        opened.quirks.pop("multi-line records", None)
        with plain.open("r", encoding=encoding, newline="") as file:
            yield from _csv_records(opened, file, delimiter, len(header), ends_in_newline)

    opened.records = records
    return opened


def _csv_records(
    opened: OpenedFile, file: Iterable[str], delimiter: str, width: int, ends_in_newline: bool
) -> Iterator[Record]:
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
            what = (
                "a field is longer than 16 MB" if "larger" in str(error) else "its quotes are wrong"
            )
            opened.unparsed.append(Unparsed(began, f"{what}{until} ({error})"))
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
