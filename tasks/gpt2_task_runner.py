"""GPT2TaskRunner: a Prefect task runner that owns one copywriter and batches the requests of all
its tasks.

@flow(task_runner=GPT2TaskRunner("models/3f2a…", max_workers=16))
def produce(): ...

@task
def write(batch): return current_writer()(requests)
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from prefect.context import FlowRunContext
from prefect.task_runners import ThreadPoolTaskRunner

from tasks.errors import CopywriterError
from tasks.micro_batcher import MicroBatcher, wait_for
from tasks.records import DraftRequest, RawDraft

if TYPE_CHECKING:
    from tasks.copywriter.decoding import Copywriter
    from tasks.openai_writer import OpenAIEndpoint

__all__ = ["BatchedWriter", "GPT2TaskRunner", "current_writer", "use_copywriter"]

R = TypeVar("R")
_BUDGET_TOKENS = 200_000
"""Tokens in one batch, about a thousand candidates: enough to keep every row busy but for the last ones."""


def request_tokens(request: DraftRequest) -> int:
    """Tokens that a request may take, its prompt counted at four characters a token."""
    return max(1, request.candidates) * (len(request.prompt) // 4 + request.max_new_tokens)


class BatchedWriter:
    """A Writer over a batcher: call it with requests from any thread."""

    def __init__(self, batcher: MicroBatcher[DraftRequest, list[RawDraft]]) -> None:
        self._batcher = batcher

    def __call__(self, requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
        """The candidates of each request; raises the error of the first request that failed."""
        outcomes = self.outcomes(requests)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]

    def outcomes(self, requests: Sequence[DraftRequest]) -> list[list[RawDraft] | Exception]:
        """The candidates of each request, or the error that this request alone raised."""
        return wait_for(self._batcher.submit(requests))


class GPT2TaskRunner(ThreadPoolTaskRunner[R]):
    """Runs tasks in threads; ``current_writer()`` gives each of them the same copywriter.

    ``copywriter`` is a model folder or hub id. It is loaded at the first request, once a process;
    declaring, copying and pickling a runner costs nothing. ``max_workers`` bounds the tasks that
    can be batched together.
    """

    def __init__(
        self,
        copywriter: str | Path | None = None,
        *,
        max_workers: int = 16,
        precision: Literal["auto", "float32", "bfloat16"] = "auto",
        budget_tokens: int = _BUDGET_TOKENS,
        linger_seconds: float = 0.02,
    ) -> None:
        super().__init__(max_workers=max_workers)
        self.copywriter = str(copywriter) if copywriter is not None else None
        self.precision, self.budget_tokens, self.linger_seconds = (
            precision,
            budget_tokens,
            linger_seconds,
        )
        self._batcher: MicroBatcher[DraftRequest, list[RawDraft]] | None = None
        self._is_loaded = False
        self._copywriter: Copywriter | None = None
        self._endpoints: dict[OpenAIEndpoint, MicroBatcher[DraftRequest, list[RawDraft]]] = {}
        self._lock: threading.Lock | None = None

    @property
    def writer(self) -> BatchedWriter:
        """The writer of a started runner."""
        if self._batcher is None:
            raise CopywriterError(
                "the GPT2TaskRunner is not started; use its writer within a flow run."
            )
        return BatchedWriter(self._batcher)

    def endpoint_writer(self, endpoint: OpenAIEndpoint) -> BatchedWriter:
        """The writer of an endpoint, one for all tasks of the run: its budget and its limits are the run's."""
        if self._lock is None:
            raise CopywriterError(
                "the GPT2TaskRunner is not started; use its writer within a flow run."
            )
        with self._lock:
            if endpoint not in self._endpoints:
                batcher: MicroBatcher[DraftRequest, list[RawDraft]] = MicroBatcher(
                    lambda: _open_endpoint(endpoint), budget=8 * endpoint.max_requests
                )
                batcher.start()
                self._endpoints[endpoint] = batcher
            return BatchedWriter(self._endpoints[endpoint])

    @property
    def batch_sizes(self) -> list[int]:
        """Requests in each batch so far."""
        return list(self._batcher.counts.sizes) if self._batcher else []

    @property
    def fill(self) -> float:
        """Share of the copywriter's rows that were busy, since it was loaded; 1.0 before its first step."""
        return self._copywriter.fill if self._copywriter else 1.0

    def use(self, copywriter: str | Path) -> None:
        """Sets the copywriter, unless another is at work already (CopywriterError)."""
        if self._is_loaded and str(copywriter) != self.copywriter:
            raise CopywriterError(
                f"this run already writes with {self.copywriter}; a run has one copywriter."
            )
        self.copywriter = str(copywriter)

    def duplicate(self) -> GPT2TaskRunner[R]:
        """A runner with the same settings; Prefect enters one for every flow run."""
        return type(self)(**self._settings())

    def __enter__(self) -> GPT2TaskRunner[R]:
        super().__enter__()
        self._is_loaded = False
        self._lock, self._endpoints = threading.Lock(), {}
        self._batcher = MicroBatcher(
            self._open,
            budget=self.budget_tokens,
            cost=request_tokens,
            linger_seconds=self.linger_seconds,
        )
        self._batcher.start()
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        # The batcher first: tasks that wait for it would keep the thread pool from ending.
        if self._batcher is not None:
            self._batcher.stop()
            self._batcher = self._copywriter = None
        for batcher in self._endpoints.values():
            batcher.stop()
        self._endpoints, self._lock = {}, None
        super().__exit__(exc_type, exc_value, traceback)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GPT2TaskRunner) and self._settings() == other._settings()

    def __hash__(self) -> int:
        return hash(tuple(self._settings().items()))

    def __getstate__(self) -> dict[str, Any]:
        dropped: dict[str, Any] = {
            "_batcher": None,
            "_copywriter": None,
            "_executor": None,
            "_endpoints": {},
            "_lock": None,
        }
        return {**super().__getstate__(), **dropped}

    def _settings(self) -> dict[str, Any]:
        return {
            "copywriter": self.copywriter,
            "max_workers": self._max_workers,
            "precision": self.precision,
            "budget_tokens": self.budget_tokens,
            "linger_seconds": self.linger_seconds,
        }

    def _open(self) -> Any:
        """Loads the copywriter (torch and transformers with it) on the batcher's thread."""
        if self.copywriter is None:
            raise CopywriterError(
                "no copywriter is set; train one with `shelftalk train` or name a model folder."
            )
        self._is_loaded = True
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tasks.copywriter.decoding import load_copywriter

        self._copywriter = load_copywriter(self.copywriter, precision=self.precision)
        return self._copywriter


def _open_endpoint(endpoint: OpenAIEndpoint) -> Any:
    from tasks.openai_writer import OpenAIWriter

    return OpenAIWriter(endpoint).write


def current_writer(endpoint: OpenAIEndpoint | None = None) -> BatchedWriter:
    """The writer of the flow run that this task belongs to: its copywriter, or ``endpoint``'s.

    CopywriterError if its runner has none.
    """
    runner = _current_runner()
    return runner.writer if endpoint is None else runner.endpoint_writer(endpoint)


def use_copywriter(copywriter: str | Path) -> None:
    """Sets the copywriter of the current flow run, before its first request: a model folder or hub
    id.
    """
    _current_runner().use(copywriter)


def _current_runner() -> GPT2TaskRunner[Any]:
    context = FlowRunContext.get()
    runner = context.task_runner if context is not None else None
    if not isinstance(runner, GPT2TaskRunner):
        raise CopywriterError(
            "this runs in no flow with a GPT2TaskRunner; declare the flow with "
            "@flow(task_runner=GPT2TaskRunner(…))."
        )
    return runner
