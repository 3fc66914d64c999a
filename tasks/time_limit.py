"""Bounds what a batch may take: a plugin that hangs, or a copywriter that answers nobody, fails its batch only."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tasks.errors import StepTimeout
from tasks.records import DraftRequest, RawDraft

__all__ = ["Patience", "PatientWriter"]

T = TypeVar("T")
STEP_SECONDS = 0.05


class _Abandoned(BaseException):
    """Raised inside a thread that nobody waits for any more; no ``except Exception`` of a plugin holds it up."""


class PatientWriter:
    """A Writer that tells when it waits for the copywriter, whose queue is no fault of the plugin's."""

    def __init__(
        self, write: Callable[[Sequence[DraftRequest]], list[list[RawDraft] | Exception]]
    ) -> None:
        self._write = write
        self.changed_at = time.monotonic()
        self.is_waiting = False

    def outcomes(self, requests: Sequence[DraftRequest]) -> list[list[RawDraft] | Exception]:
        """The candidates of each request, or the error that this request alone raised."""
        self.changed_at, self.is_waiting = time.monotonic(), True
        try:
            return self._write(requests)
        finally:
            self.changed_at, self.is_waiting = time.monotonic(), False

    def __call__(self, requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
        """The candidates of each request; raises the error of the first request that failed."""
        outcomes = self.outcomes(requests)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


class Patience:
    """How long the batches of one run may take, and who has used it up: whoever hangs once is not asked again.

    ``seconds`` bounds a plugin's own work on a batch (prepare, prompts, checks, accept), and how long the copywriter
    may answer nobody. Shared by all threads of a run.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._hung: dict[str, str] = {}
        self._answered_at = time.monotonic()

    def run(
        self, plugin: str, step: str, work: Callable[[], T], writer: PatientWriter | None = None
    ) -> T:
        """The result of ``work``, done in a thread of its own; raises what it raises.

        StepTimeout when it takes too long: the thread is told to stop and not waited for (Python cannot end one that
        sits in a call of the operating system; it ends with the process).
        """
        for name in (plugin, "the copywriter") if writer is not None else (plugin,):
            if name in self._hung:
                raise StepTimeout(f"not tried: {self._hung[name]}")
        results: list[T] = []
        errors: list[BaseException] = []

        def body() -> None:
            try:
                results.append(work())
            except BaseException as error:  # noqa: BLE001 - it is raised again in the caller's thread
                errors.append(error)

        thread = threading.Thread(target=body, name=f"{step} {plugin}", daemon=True)
        started_at = time.monotonic()
        thread.start()
        while thread.is_alive():
            thread.join(STEP_SECONDS)
            self._refuse_to_wait(plugin, step, thread, writer, started_at)
        if writer is not None:
            self._answered_at = time.monotonic()
        if errors:
            raise errors[0]
        return results[0]

    def _refuse_to_wait(
        self,
        plugin: str,
        step: str,
        thread: threading.Thread,
        writer: PatientWriter | None,
        started_at: float,
    ) -> None:
        since = started_at if writer is None else max(started_at, writer.changed_at)
        is_waiting = writer is not None and writer.is_waiting
        if is_waiting:
            since = max(since, self._answered_at)
        if not thread.is_alive() or time.monotonic() - since <= self.seconds:
            return
        who = "the copywriter" if is_waiting else f"the plugin {plugin}"
        did = "answered no batch" if is_waiting else f"did not end its work in {step}"
        reason = f"{who} {did} within {self.seconds:g} s (setting batch_seconds)"
        self._hung["the copywriter" if is_waiting else plugin] = reason
        _stop(thread)
        raise StepTimeout(f"{reason}; its other batches of this run are not tried.")


def _stop(thread: threading.Thread) -> None:
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(_Abandoned)
        )
