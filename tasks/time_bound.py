"""Calls a stranger's code with a time limit: what hangs is given up, and its thread is stopped where Python can."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["call_within"]

T = TypeVar("T")


def call_within(seconds: float, function: Callable[..., T], *args: Any) -> T:
    """``function(*args)``, its exceptions included; TimeoutError where it takes longer than ``seconds``.

    It runs on a thread of its own, which dies with the process. After the time SystemExit is raised in that thread,
    which ends an endless loop of Python code; a blocking call of C code goes on, but nobody waits for it.
    """
    outcome: list[T] = []
    raised: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(function(*args))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it was called
            raised.append(error)

    thread = threading.Thread(target=work, name="stranger", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
        )
        raise TimeoutError(f"it did not end within {seconds:g} s")
    if raised:
        raise raised[0]
    return outcome[0]
