"""Where a run's drafts are written, by the setting ``runner``: in this process, or on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.copywriters import is_endpoint
from flows.settings import Settings
from tasks.errors import SettingsError
from tasks.records import DraftRequest
from tasks.scale_out import Place, RemoteWriter, answer_requests, open_cluster

__all__ = ["Writers", "open_writers"]


@dataclass(frozen=True, slots=True)
class Writers:
    """``remote``: plugin -> its copywriter on the cluster; a plugin that is not named there is written from here.

    ``count_slots`` batches are drafted at once.
    """

    remote: dict[str, RemoteWriter] = field(default_factory=dict)
    count_slots: int = 1


@task(name="ask the copywriter", cache_policy=NO_CACHE)
def answer_task(place: Place, requests: Sequence[DraftRequest]) -> Any:
    """On a worker: the candidates of each request, or its error."""
    return answer_requests(place, requests)


@contextmanager
def open_writers(settings: Settings, models: Mapping[str, Mapping[str, Any]]) -> Iterator[Writers]:
    """The writers of a run; a cluster is connected to, or started, for as long as the block lasts.

    ``models`` maps plugin to its row of content.models. Endpoints are asked from this process whatever the runner.
    """
    kind = settings.runner
    places = {
        name: Place(str(model["folder"]), str(model["model_hash"]))
        for name, model in models.items()
        if not is_endpoint(settings, name)
    }
    if kind == "thread" or not places:
        yield Writers()
        return
    with (
        temporary_settings({PREFECT_API_URL: _server_of_workers(settings)}),
        open_cluster(
            kind, address=settings.runner_address, count_workers=settings.runner_workers
        ) as cluster,
    ):

        def submit(place: Place, requests: Sequence[DraftRequest]) -> Any:
            # Not as a whole: Dask would take Prefect's quotation, a tuple, apart.
            parameters = {"place": place, "requests": list(requests)}
            return cluster.runner.submit(answer_task, parameters=parameters)

        writers = {place: RemoteWriter(place, submit) for place in set(places.values())}
        remote = {name: writers[place] for name, place in places.items()}
        yield Writers(remote, cluster.count_slots)


def _server_of_workers(settings: Settings) -> str:
    """The address of the Prefect server that the workers report to: the run's own, if there is no other."""
    if url := PREFECT_API_URL.value():
        return url
    if settings.runner_address is not None:
        raise SettingsError(
            f"the workers at {settings.runner_address} (setting runner_address) need a Prefect server that they can "
            "reach; start one with `shelftalk serve` or `prefect server start`, and name it in PREFECT_API_URL."
        )
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()  # the one that this flow run uses already
    server.start()
    return server.api_url
