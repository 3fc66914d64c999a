"""The batcher gathers, bounds, isolates, cancels and stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.micro_batcher import BatcherStoppedError, MicroBatcher, wait_for


class Doubler:
    """Answers with doubles; refuses a batch that holds a negative number; waits while ``gate`` is
    shut.
    """

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.gate.wait(10)
        self.batches.append(list(numbers))
        if any(number < 0 for number in numbers):
            raise ValueError(f"negative: {min(numbers)}")
        return [2 * number for number in numbers]


@pytest.fixture
def doubler() -> Doubler:
    return Doubler()


@pytest.fixture
def batcher(doubler: Doubler) -> Iterator[MicroBatcher[int, int]]:
    made: MicroBatcher[int, int] = MicroBatcher(lambda: doubler, budget=8, linger_seconds=0.02)
    made.start()
    yield made
    made.stop()


def test_requests_of_concurrent_callers_share_a_batch(
    batcher: MicroBatcher[int, int], doubler: Doubler
) -> None:
    doubler.gate.clear()
    first = batcher.submit([0])
    time.sleep(0.1)
    with ThreadPoolExecutor(8) as pool:
        futures = list(pool.map(lambda n: batcher.submit([n]), range(1, 9)))
    doubler.gate.set()
    assert wait_for(first) == [0]
    assert [wait_for(f) for f in futures] == [[2 * n] for n in range(1, 9)]
    assert [len(b) for b in doubler.batches] == [1, 8]


def test_a_batch_keeps_to_its_budget_and_a_large_request_goes_alone(doubler: Doubler) -> None:
    batcher: MicroBatcher[int, int] = MicroBatcher(
        lambda: doubler, budget=10, cost=lambda n: n, linger_seconds=0.05, most_waiting=1000
    )
    future = batcher.submit([4, 4, 4, 50, 1, 1])
    batcher.start()
    assert wait_for(future) == [8, 8, 8, 100, 2, 2]
    assert doubler.batches == [[4, 4], [4], [50], [1, 1]]
    batcher.stop()


def test_a_poisoned_request_fails_alone(batcher: MicroBatcher[int, int]) -> None:
    outcomes = [batcher.submit([1, 2, -3, 4]), batcher.submit([5])]
    answers = wait_for(outcomes[0])
    assert isinstance(answers[2], ValueError)
    assert [answers[0], answers[1], answers[3]] == [2, 4, 8]
    assert wait_for(outcomes[1]) == [10]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(-3, 50), max_size=12), max_size=8))
def test_every_request_gets_its_own_outcome(orders: list[list[int]]) -> None:
    doubler = Doubler()
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda: doubler, budget=5, linger_seconds=0)
    batcher.start()
    futures = [batcher.submit(order) for order in orders]
    for order, future in zip(orders, futures, strict=True):
        for number, outcome in zip(order, wait_for(future), strict=True):
            assert isinstance(outcome, ValueError) if number < 0 else outcome == 2 * number
    batcher.stop()


def test_a_cancelled_order_is_not_begun(batcher: MicroBatcher[int, int], doubler: Doubler) -> None:
    doubler.gate.clear()
    running = batcher.submit([1])
    time.sleep(0.1)
    waiting = batcher.submit([2, 3])
    assert waiting.cancel()
    after = batcher.submit([4])
    doubler.gate.set()
    assert wait_for(running) == [2]
    assert wait_for(after) == [8]
    assert 2 not in [n for batch in doubler.batches for n in batch]


def test_submit_waits_while_too_much_is_queued(doubler: Doubler) -> None:
    batcher: MicroBatcher[int, int] = MicroBatcher(
        lambda: doubler, budget=2, linger_seconds=0, most_waiting=4
    )
    done: list[Future[list[int | Exception]]] = []
    thread = threading.Thread(target=lambda: done.append(batcher.submit(list(range(40)))))
    thread.start()
    thread.join(0.2)
    assert thread.is_alive(), "nothing takes requests out of the queue yet"
    batcher.start()
    thread.join(5)
    assert wait_for(done[0]) == [2 * n for n in range(40)]
    batcher.stop()


def test_stopping_ends_what_waits_and_takes_no_more(doubler: Doubler) -> None:
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda: doubler, budget=1, linger_seconds=0)
    batcher.start()
    doubler.gate.clear()
    running, waiting = batcher.submit([1]), batcher.submit([2])
    time.sleep(0.1)
    threading.Timer(0.1, doubler.gate.set).start()
    batcher.stop()
    assert wait_for(running) == [2]
    assert isinstance(wait_for(waiting)[0], BatcherStoppedError)
    with pytest.raises(BatcherStoppedError):
        batcher.submit([3])
    assert not any(t.name == "micro-batcher" and t.is_alive() for t in threading.enumerate())


def test_what_cannot_be_opened_fails_each_request_with_the_reason() -> None:
    def broken() -> Doubler:
        raise OSError("no such model")

    batcher: MicroBatcher[int, int] = MicroBatcher(broken, budget=4)
    batcher.start()
    assert [str(outcome) for outcome in wait_for(batcher.submit([1, 2]))] == ["no such model"] * 2
    batcher.stop()


def test_a_wrong_number_of_answers_is_an_error() -> None:
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda: lambda _: [], budget=4)
    batcher.start()
    assert "0 answers to 1" in str(wait_for(batcher.submit([1]))[0])
    batcher.stop()


def test_waiting_can_be_given_up(batcher: MicroBatcher[int, int], doubler: Doubler) -> None:
    doubler.gate.clear()
    first, second = batcher.submit([1]), batcher.submit([2])
    with pytest.raises(CancelledError):
        wait_for(second, stop=lambda: True)
    doubler.gate.set()
    assert wait_for(first) == [2]


class StreamingDoubler(Doubler):
    """Answers one at a time and asks for more after each; a negative number breaks the stream off."""

    def stream(
        self, numbers: Sequence[int], more: Callable[[], Sequence[int]]
    ) -> Iterator[tuple[int, int | Exception]]:
        known = list(numbers)
        at = 0
        while at < len(known):
            self.gate.wait(10)
            if known[at] < 0:
                raise ValueError("negative")
            yield at, 2 * known[at]
            at += 1
            known += more()


def test_requests_join_a_stream_that_is_at_work() -> None:
    doubler = StreamingDoubler()
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda: doubler, budget=4, linger_seconds=0)
    doubler.gate.clear()
    batcher.start()
    first = batcher.submit([1, 2])
    while not batcher.counts.sizes:
        time.sleep(0.01)
    later = [batcher.submit([number]) for number in range(10, 16)]
    doubler.gate.set()
    assert wait_for(first) == [2, 4]
    assert [wait_for(future) for future in later] == [[2 * n] for n in range(10, 16)]
    assert batcher.counts.sizes == [8]
    assert batcher.counts.count_joined == 6
    batcher.stop()


def test_a_stream_that_breaks_off_fails_the_poisoned_request_alone() -> None:
    doubler = StreamingDoubler()
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda: doubler, budget=9, linger_seconds=0)
    batcher.start()
    answers = wait_for(batcher.submit([1, 2, -3, 4, 5]))
    assert isinstance(answers[2], ValueError)
    assert [answers[i] for i in (0, 1, 3, 4)] == [2, 4, 8, 10]
    assert wait_for(batcher.submit([6])) == [12], "the batcher goes on"
    batcher.stop()


def test_a_caller_whose_time_is_up_leaves_nothing_in_the_queue(
    batcher: MicroBatcher[int, int], doubler: Doubler
) -> None:
    doubler.gate.clear()
    first = batcher.submit([1])
    while not batcher.counts.sizes:
        time.sleep(0.01)
    second = batcher.submit([2, 3])

    def time_is_up() -> bool:
        raise TimeoutError("the task's time limit")

    with pytest.raises(TimeoutError, match="time limit"):
        wait_for(second, stop=time_is_up)
    assert second.cancelled()
    doubler.gate.set()
    assert wait_for(first) == [2]
    assert wait_for(batcher.submit([4])) == [8]
    assert not {2, 3} & {n for batch in doubler.batches for n in batch}
