"""Past one machine: the copywriter's work goes to the worker processes of a Dask or Ray cluster.

Only what the copywriter is asked travels, and only its answers come back. Plugins' code, checks and the warehouse stay
with the driver: it alone writes. Each worker process holds one copywriter, read from the folder that the warehouse has
registered, so that folder must be within the workers' reach under the same path.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tasks.errors import CopywriterError, SettingsError, ShelftalkError
from tasks.records import DraftRequest, RawDraft

__all__ = ["Cluster", "Place", "RemoteWriter", "answer_requests", "open_cluster"]

Outcome = list[RawDraft] | Exception
COUNT_TRIES = 4
"""How often a batch is sent whose worker was lost; the engines send it again themselves before that."""
STEP_SECONDS = 1.0
CONNECT_SECONDS = 15

_writers: dict[Place, Callable[[Sequence[DraftRequest]], list[list[RawDraft]]]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the workers find a copywriter, and which one it must be."""

    folder: str
    model_hash: str


def answer_requests(place: Place, requests: Sequence[DraftRequest]) -> list[Outcome]:
    """In a worker process: the candidates of each request, or the error that this request alone raised.

    CopywriterError where the copywriter cannot be loaded here, or is another one. Without requests it is loaded and
    nothing is written.
    """
    return _answers(_writer_of(place), requests)


def _writer_of(place: Place) -> Callable[[Sequence[DraftRequest]], list[list[RawDraft]]]:
    with _lock:
        if place not in _writers:
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            from tasks.copywriter.decoding import load_copywriter

            if not Path(place.folder).is_dir():
                raise CopywriterError(
                    f"a worker finds no folder {place.folder}; put the home's models where every worker reads them "
                    "under the same path."
                )
            copywriter = load_copywriter(place.folder)
            if copywriter.model_hash != place.model_hash:
                raise CopywriterError(
                    f"the folder {place.folder} holds another copywriter on a worker ({copywriter.model_hash[:12]}) "
                    f"than the warehouse has in use ({place.model_hash[:12]}); copy the home's models there again."
                )
            _writers[place] = copywriter.write
        return _writers[place]


def _answers(
    write: Callable[[Sequence[DraftRequest]], list[list[RawDraft]]],
    requests: Sequence[DraftRequest],
) -> list[Outcome]:
    if not requests:
        return []
    try:
        return list(write(requests))
    except Exception as error:  # noqa: BLE001 - the request that raised it is found by halving
        if len(requests) == 1:
            known = isinstance(error, ShelftalkError)
            return [error if known else CopywriterError(f"{type(error).__name__}: {error}")]
        middle = len(requests) // 2
        return [*_answers(write, requests[:middle]), *_answers(write, requests[middle:])]


class RemoteWriter:
    """Asks the cluster for drafts; may be called from any thread.

    ``submit`` hands a place and requests to a worker and gives a Prefect future. It is called in the context of the
    thread that made the writer (that of the flow run), wherever the call comes from.
    """

    def __init__(
        self, place: Place, submit: Callable[[Place, Sequence[DraftRequest]], Any]
    ) -> None:
        self._place, self._submit, self._context = place, submit, copy_context()

    def check(self) -> None:
        """Have one worker load the copywriter; CopywriterError where it cannot."""
        self.outcomes([])

    def outcomes(self, requests: Sequence[DraftRequest]) -> list[Outcome]:
        """The candidates of each request, or its error. A batch whose worker is lost is sent again."""
        lost: Exception | None = None
        for _ in range(COUNT_TRIES):
            try:
                future = self._context.copy().run(self._submit, self._place, requests)
                return _result(future)
            except ShelftalkError:
                raise
            except Exception as error:  # noqa: BLE001 - a lost worker has many names; the last one is told
                lost = error
        raise CopywriterError(
            f"no worker answered a batch of {len(requests)} briefs in {COUNT_TRIES} tries; the last one ended with "
            f"{type(lost).__name__}: {str(lost)[:200]}"
        ) from lost


def _result(future: Any) -> list[Outcome]:
    """Waited for in short steps, so that the waiting thread can be told to stop."""
    while True:
        try:
            answers: list[Outcome] = future.result(timeout=STEP_SECONDS)
            return answers
        except TimeoutError:
            continue


@dataclass(frozen=True, slots=True)
class Cluster:
    """A started task runner of Prefect's, and how many batches its workers can draft at once."""

    runner: Any
    count_slots: int


@contextmanager
def open_cluster(
    kind: Literal["dask", "ray"], *, address: str | None = None, count_workers: int | None = None
) -> Iterator[Cluster]:
    """Connect to the cluster at ``address``, or start one of ``count_workers`` processes on this machine.

    Workers of a local cluster compute with one thread each, one worker a core if not said otherwise. SettingsError
    where the extra is not installed or no cluster answers.
    """
    count = count_workers or os.cpu_count() or 1
    open_runner = _dask if kind == "dask" else _ray
    try:
        runner = open_runner(address, count)
    except ImportError as error:
        raise SettingsError(
            f"the setting runner is {kind!r}, but {error.name or kind} is not installed; "
            f"pip install 'shelftalk[{kind}]', here and on every worker."
        ) from error
    with ExitStack() as stack:
        try:
            stack.enter_context(runner)
            slots = _count_dask(runner) if kind == "dask" else _count_ray()
        except (OSError, RuntimeError) as error:
            where = f"at {address} (setting runner_address)" if address else "on this machine"
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise SettingsError(
                f"there is no {kind} cluster {where} to draft with: {reason}; start it, or write here with "
                "SHELFTALK_RUNNER=thread."
            ) from error
        yield Cluster(runner, max(1, count_workers or slots) if address else count)


def _dask(address: str | None, count: int) -> Any:
    from prefect_dask import DaskTaskRunner

    if address:
        return DaskTaskRunner(address=address, client_kwargs={"timeout": CONNECT_SECONDS})
    return DaskTaskRunner(
        cluster_kwargs={
            "n_workers": count,
            "threads_per_worker": 1,
            "dashboard_address": None,
            "memory_limit": 0,  # the copywriter's token budget bounds memory; Dask would pause or kill its worker
        }
    )


def _ray(address: str | None, count: int) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    import ray  # noqa: F401 - prefect-ray imports it lazily and would say so too late
    from prefect_ray import RayTaskRunner

    if address:
        return RayTaskRunner(address=address)
    return RayTaskRunner(
        init_kwargs={
            "num_cpus": count,
            "include_dashboard": False,
            "log_to_driver": False,
            "object_store_memory": 100
            * 2**20,  # requests and drafts are small; a third of memory is the default
        }
    )


def _count_dask(runner: Any) -> int:
    return sum(runner.client.nthreads().values())


def _count_ray() -> int:
    import ray

    return int(ray.cluster_resources().get("CPU", 1))
