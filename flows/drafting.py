"""The window of batches that are with the copywriter: filled in the order of the plan, taken in the same order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from flows.planning import Batch

__all__ = ["Drafting"]

WAIT_SECONDS = 1.0


class Drafting:
    """Hands out ``batches`` so that about ``most_briefs`` are being drafted at once (at least one batch always is)."""

    def __init__(self, batches: Sequence[Batch], *, most_briefs: int) -> None:
        self._waiting = deque(batches)
        self._most_briefs = most_briefs
        self._futures: dict[str, Any] = {}
        self._drafted: set[str] = set()
        self._changed = threading.Condition()
        self._count_submitted = 0
        self.count_drafted = 0

    def wait_for(self, batch: Batch, submit: Callable[[Batch], Any]) -> bool:
        """Submit what the window has room for, and wait up to a second: whether ``batch`` is drafted."""
        with self._changed:
            while self._waiting and self._has_room():
                following = self._waiting.popleft()
                self._count_submitted += len(following.briefs)
                future = submit(following)
                self._futures[str(following)] = future
                future.add_done_callback(lambda _, drafted=following: self._note(drafted))
            return self._changed.wait_for(lambda: str(batch) in self._drafted, WAIT_SECONDS)

    def take(self, batch: Batch) -> Any:
        """The drafts of a batch that is drafted, or the exception that its task raised."""
        return self._futures.pop(str(batch)).result(raise_on_failure=False)

    def _has_room(self) -> bool:
        under_way = self._count_submitted - self.count_drafted
        following = len(self._waiting[0].briefs)
        return under_way == 0 or under_way + following <= self._most_briefs

    def _note(self, batch: Batch) -> None:
        with self._changed:
            self._drafted.add(str(batch))
            self.count_drafted += len(batch.briefs)
            self._changed.notify_all()
