"""What is known of a file once it was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Cleaner", "OpenedFile", "Record", "Unparsed"]

Record = tuple[int, Sequence[str | None]]
"""Line, and values by position."""

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
    records: Callable[[], Iterator[Record]] | None = None
    """Yields (line, values by position); None for Parquet, which DuckDB reads itself."""
