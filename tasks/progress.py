"""Progress for whoever watches: steps report, the command line listens. Silent when nobody does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, float, float, str], None]
"""Called with (step, done, total, note); total 0 means unknown."""

_listeners: list[Listener] = []
_lock = threading.Lock()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call ``listener`` at each report until the block ends. Listeners are shared by all threads of the process."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def report(step: str, done: float, total: float, note: str = "") -> None:
    """Tell every listener how far ``step`` is."""
    with _lock:
        watching = list(_listeners)
    for listener in watching:
        listener(step, done, total, note)
