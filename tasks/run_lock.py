"""One run at a time on a home: an operating-system lock that dies with its process, so that none can be stale."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tasks.errors import WarehouseLocked, WarehouseUnwritable

SAY_EVERY_SECONDS = 10.0


@contextmanager
def run_lock(
    home: Path, purpose: str, *, wait_seconds: float, say: Callable[[str], None]
) -> Iterator[None]:
    """Hold ``<home>/run.lock``; waits up to ``wait_seconds`` and says who holds it, then raises WarehouseLocked."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "run.lock")
        _acquire(lock, home, wait_seconds, say)
    except OSError as error:
        raise WarehouseUnwritable(
            f"the home {home} cannot be written ({error.strerror}); free space, fix permissions or set SHELFTALK_HOME."
        ) from error
    try:
        holder = {
            "pid": os.getpid(),
            "purpose": purpose,
            "since": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        _holder_file(home).write_text(json.dumps(holder), encoding="utf-8")
        yield
    finally:
        lock.release()


def who_works(home: Path) -> str | None:
    """Who holds the home's lock now, None if nobody does; holds it for an instant itself to find out."""
    if not (home / "run.lock").exists():
        return None
    lock = FileLock(home / "run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _holder(home)
    except OSError:
        return None
    lock.release()
    return None


def _acquire(lock: FileLock, home: Path, wait_seconds: float, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        patience = max(0.0, min(SAY_EVERY_SECONDS, deadline - time.monotonic()))
        try:
            lock.acquire(timeout=patience, poll_interval=0.2)
            return
        except Timeout:
            if time.monotonic() >= deadline:
                raise WarehouseLocked(
                    f"{_holder(home)} works on {home}; nothing was changed. "
                    "Wait for it to end, or raise SHELFTALK_RUN_WAIT_SECONDS."
                ) from None
            say(f"waiting: {_holder(home)} works on {home}")


def _holder_file(home: Path) -> Path:
    return home / "run.holder.json"


def _holder(home: Path) -> str:
    try:
        holder = json.loads(_holder_file(home).read_text(encoding="utf-8"))
        return f"{holder['purpose']} (process {holder['pid']}, since {holder['since']})"
    except (OSError, ValueError, KeyError):
        return "another run"
