"""What a load hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["LoadReport", "Progress", "silent"]

Progress = Callable[[str], None]
"""Told in a few words what is being done."""


def silent(_step: str) -> None:
    """The Progress of callers that show none."""


@dataclass(frozen=True)
class LoadReport:
    """One file loaded into one table: count_read = count_kept + count_merged + count_refused.

    ``count_written`` are the kept rows that were new or different: 0 when a file is loaded again.
    ``quirks`` are the oddities that were met and dealt with, by name.
    """

    load_id: str
    file: str
    table: str
    count_read: int
    count_kept: int
    count_merged: int
    count_refused: int
    count_written: int
    seconds: float
    quirks: dict[str, int] = field(default_factory=dict)
