"""Shows the steps' progress: a moving bar in a terminal, a line now and then on a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from tasks.progress import listening

LINE_EVERY_SECONDS = 10.0


@contextmanager
def showing_progress(console: Console) -> Iterator[None]:
    """Show what steps report until the block ends."""
    if not console.is_terminal:
        with listening(_Lines(console).listen):
            yield
        return
    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console) as progress, listening(_Bars(progress).listen):
        yield


class _Bars:
    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.bars: dict[str, TaskID] = {}

    def listen(self, step: str, done: float, total: float, note: str) -> None:
        if step not in self.bars:
            self.bars[step] = self.progress.add_task(step, total=total or None, note=note)
        self.progress.update(self.bars[step], completed=done, total=total or None, note=note)


class _Lines:
    """On a pipe: the first report of a step, one every ten seconds, and its end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.said: dict[str, float] = {}

    def listen(self, step: str, done: float, total: float, note: str) -> None:
        now = time.monotonic()
        is_end = bool(total) and done >= total
        if step in self.said and not is_end and now - self.said[step] < LINE_EVERY_SECONDS:
            return
        self.said[step] = now
        share = f" {done:,.0f}/{total:,.0f}" if total else ""
        self.console.print(
            f"{step}{share} {note}".rstrip(), highlight=False, markup=False, soft_wrap=True
        )
