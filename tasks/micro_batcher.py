"""A queue and a thread: gathers the requests of many callers into batches for one function that
likes them large.

It knows neither torch nor Prefect. A request that makes its batch fail is found by halving and
fails alone. A function that streams is handed requests that come while it works, so that it never runs empty while
callers wait.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["BatcherStoppedError", "MicroBatcher"]

Q = TypeVar("Q")
A = TypeVar("A")
Answer = Callable[[Sequence[Q]], Sequence[A]]
Stream = Callable[[Sequence[Q], Callable[[], Sequence[Q]]], Iterable[tuple[int, A | Exception]]]


class BatcherStoppedError(RuntimeError):
    """The batcher takes no more requests."""


@dataclass
class _Order(Generic[Q, A]):
    """One caller's requests, which may be answered in several batches."""

    future: Future[list[A | Exception]]
    outcomes: list[A | Exception | None]
    count_open: int


@dataclass
class _Item(Generic[Q, A]):
    order: _Order[Q, A]
    index: int
    request: Q
    cost: int


@dataclass
class BatchCounts:
    """What the batcher did: requests a batch, in order, those among them that joined it while it was at work, and
    how often a batch was halved."""

    sizes: list[int] = field(default_factory=list)
    count_joined: int = 0
    count_halved: int = 0


class MicroBatcher(Generic[Q, A]):
    """Batches of at most ``budget`` cost (a larger single request goes alone).

    ``open_answer`` is called once, on the batcher's thread, before the first batch, and gives the function that
    answers a batch; if it raises, every request gets that error. Where that function has a method
    ``stream(requests, more)`` it is used instead: it yields (index, outcome) as they are finished, and calls
    ``more()`` for requests that came meanwhile, within the budget. A batch waits ``linger_seconds`` for company.
    ``submit`` blocks while more than ``most_waiting`` cost is
    queued, so that memory stays bounded.
    """

    def __init__(
        self,
        open_answer: Callable[[], Answer[Q, A]],
        *,
        budget: int,
        cost: Callable[[Q], int] = lambda _: 1,
        linger_seconds: float = 0.01,
        most_waiting: int | None = None,
    ) -> None:
        if budget < 1:
            raise ValueError("budget must be at least 1")
        self.counts = BatchCounts()
        self._open_answer, self._cost = open_answer, cost
        self._budget, self._linger = budget, linger_seconds
        self._most_waiting = most_waiting or 8 * budget
        self._waiting: deque[_Item[Q, A]] = deque()
        self._waiting_cost = 0
        self._changed = threading.Condition()
        self._is_stopped = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread; a second call does nothing."""
        with self._changed:
            if self._thread is None and not self._is_stopped:
                self._thread = threading.Thread(target=self._run, name="micro-batcher", daemon=True)
                self._thread.start()

    def stop(self, timeout: float | None = 60.0) -> None:
        """Takes no more requests, cancels those that wait, and lets the running batch end."""
        with self._changed:
            self._is_stopped = True
            left, self._waiting, self._waiting_cost = list(self._waiting), deque(), 0
            self._changed.notify_all()
            thread = self._thread
        for item in left:
            self._settle(
                item, BatcherStoppedError("the batcher was stopped before this request's turn")
            )
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def submit(self, requests: Sequence[Q]) -> Future[list[A | Exception]]:
        """The outcomes of ``requests`` in their order: an answer, or the error that this request
        alone raised.

        Cancelling the future takes those out of the queue that were not begun.
        """
        future: Future[list[A | Exception]] = Future()
        if not requests:
            future.set_result([])
            return future
        order: _Order[Q, A] = _Order(future, [None] * len(requests), len(requests))
        for index, request in enumerate(requests):
            item = _Item(order, index, request, max(1, self._cost(request)))
            with self._changed:
                self._changed.wait_for(
                    lambda: (
                        self._is_stopped
                        or future.cancelled()
                        or self._waiting_cost < self._most_waiting
                    )
                )
                if self._is_stopped:
                    raise BatcherStoppedError("the batcher takes no more requests: it was stopped")
                self._waiting.append(item)
                self._waiting_cost += item.cost
                self._changed.notify_all()
        return future

    def _run(self) -> None:
        answer: Answer[Q, A] | None = None
        while batch := self._gather():
            if answer is None:
                try:
                    answer = self._open_answer()
                except Exception as error:  # noqa: BLE001 - it belongs to the callers
                    for item in batch:
                        self._settle(item, error)
                    continue
            self.counts.sizes.append(len(batch))
            stream = getattr(answer, "stream", None)
            left = batch if stream is None else self._stream(stream, batch)
            if left:
                self._answer(answer, left)

    def _gather(self) -> list[_Item[Q, A]]:
        """The next batch; empty when the batcher is stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopped or bool(self._waiting))
            deadline = time.monotonic() + self._linger
            while not self._is_stopped and self._waiting_cost < self._budget:
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            batch = self._take(0)
            if not batch and not self._is_stopped:
                return self._gather()
            return batch

    def _take(self, cost: int) -> list[_Item[Q, A]]:
        """What waits and fits beside ``cost`` that is at work; the condition is held."""
        batch: list[_Item[Q, A]] = []
        while self._waiting and not self._is_stopped:
            if (batch or cost) and cost + self._waiting[0].cost > self._budget:
                break
            item = self._waiting.popleft()
            self._waiting_cost -= item.cost
            if not item.order.future.cancelled():
                batch.append(item)
                cost += item.cost
        self._changed.notify_all()
        return batch

    def _stream(self, stream: Stream[Q, A], batch: list[_Item[Q, A]]) -> list[_Item[Q, A]]:
        """Answers ``batch`` and what joins it; the items that are left when the stream breaks off."""
        items, is_open = list(batch), [True] * len(batch)
        cost = sum(item.cost for item in batch)

        def more() -> list[Q]:
            nonlocal cost
            with self._changed:
                joined = self._take(cost) if self._waiting else []
            cost += sum(item.cost for item in joined)
            items.extend(joined)
            is_open.extend([True] * len(joined))
            self.counts.sizes[-1] += len(joined)
            self.counts.count_joined += len(joined)
            return [item.request for item in joined]

        try:
            for index, outcome in stream([item.request for item in batch], more):
                is_open[index] = False
                cost -= items[index].cost
                self._settle(items[index], outcome)
        except Exception:  # noqa: BLE001 - whose it is, the halving of what is left will show
            self.counts.count_halved += 1
        return [item for item, still in zip(items, is_open, strict=True) if still]

    def _answer(self, answer: Answer[Q, A], batch: list[_Item[Q, A]]) -> None:
        try:
            answers = answer([item.request for item in batch])
            if len(answers) != len(batch):
                raise RuntimeError(f"{len(answers)} answers to {len(batch)} requests")
        except Exception as error:  # noqa: BLE001 - it belongs to one of the callers
            if len(batch) == 1:
                self._settle(batch[0], error)
                return
            self.counts.count_halved += 1
            middle = len(batch) // 2
            self._answer(answer, batch[:middle])
            self._answer(answer, batch[middle:])
            return
        for item, outcome in zip(batch, answers, strict=True):
            self._settle(item, outcome)

    def _settle(self, item: _Item[Q, A], outcome: A | Exception) -> None:
        order = item.order
        order.outcomes[item.index] = outcome
        order.count_open -= 1
        if order.count_open > 0 or order.future.cancelled():
            return
        if order.future.set_running_or_notify_cancel():
            order.future.set_result([o for o in order.outcomes if o is not None])


def wait_for(future: Future[A], stop: Callable[[], bool] = lambda: False) -> A:
    """The result of ``future``, waited for in short steps so that a thread can be interrupted
    between them.
    """
    try:
        while True:
            try:
                return future.result(timeout=0.2)
            except TimeoutError:
                if future.done():
                    raise
                if stop():
                    raise CancelledError from None
    finally:
        # Whoever gives up, by a time limit too, takes out of the queue what was not begun.
        future.cancel()
