"""What a run's steps cost in processor time, measured in the run itself: content.run_costs and the report show it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

__all__ = ["RunCosts"]


@dataclass(slots=True)
class _Cost:
    processor: float = 0.0
    wall: float = 0.0
    count: int = 0


@dataclass(slots=True)
class RunCosts:
    """Seconds by step. Safe for threads; a step is measured on the thread that does it."""

    _steps: dict[str, _Cost] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _began: tuple[float, float] = field(
        default_factory=lambda: (time.process_time(), time.perf_counter())
    )

    @contextmanager
    def measure(self, step: str, count_briefs: int) -> Iterator[None]:
        """Add what the block takes: processor seconds of this thread alone, and seconds by the clock."""
        processor, wall = time.thread_time(), time.perf_counter()
        try:
            yield
        finally:
            spent = time.thread_time() - processor, time.perf_counter() - wall
            with self._lock:
                cost = self._steps.setdefault(step, _Cost())
                cost.processor += spent[0]
                cost.wall += spent[1]
                cost.count += count_briefs

    def rows(self, run_id: str) -> list[dict[str, Any]]:
        """Rows of content.run_costs; ``run`` is the whole process since this was made, all its threads."""
        with self._lock:
            steps = dict(self._steps)
        whole = _Cost(
            time.process_time() - self._began[0],
            time.perf_counter() - self._began[1],
            max((cost.count for cost in steps.values()), default=0),
        )
        return [
            {
                "run_id": run_id,
                "step": step,
                "processor_seconds": round(cost.processor, 3),
                "wall_seconds": round(cost.wall, 3),
                "count_briefs": cost.count,
            }
            for step, cost in (*sorted(steps.items()), ("run", whole))
        ]
