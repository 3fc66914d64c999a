"""What a run tells the Prefect server: tags, a progress artifact, tables, links and events.

The warehouse holds the truth; this is for people who watch. So nothing here fails a run: with the server gone, the
run goes on and says so in its log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from tasks.report import summary_markdown

__all__ = ["Notices", "emit", "grouped_refusals"]

T = TypeVar("T")
MOVE_EVERY_SECONDS = 5.0
SILENT_SECONDS = 60.0
"""How long the server is left alone once it did not answer: each call would wait for it again."""


class Notices:
    """The notices of one flow run."""

    def __init__(self) -> None:
        self._progress: UUID | None = None
        self._moved_at = 0.0
        self._silent_until = 0.0

    def tag(self, tags: Sequence[str]) -> None:
        """Add tags to the flow run, so that the UI can filter by scenario and plugin."""
        self._quietly("tags", lambda: _add_tags(tags))

    def progress(self, share: float, note: str) -> None:
        """Move the progress artifact to ``share`` (0 to 1); at most every five seconds, but always to its end."""
        now = time.monotonic()
        if share < 1 and now - self._moved_at < MOVE_EVERY_SECONDS:
            return
        self._moved_at = now
        percent = round(100 * share, 1)
        if self._progress is None:
            made = self._quietly(
                "progress",
                lambda: create_progress_artifact(percent, key="content-written", description=note),
            )
            self._progress = made if isinstance(made, UUID) else None
            return
        artifact = self._progress
        self._quietly(
            "progress", lambda: update_progress_artifact(artifact, percent, description=note)
        )

    def summary(self, summary: Mapping[str, Any], report: Path) -> None:
        """The run's counts, its refusals by reason, and the way to the report."""
        run_id = summary["run_id"]
        self.markdown("run-summary", summary_markdown(summary), f"What run {run_id} did")
        refusals = grouped_refusals(summary)
        if refusals:
            self.table("refusals", refusals, "Why drafts fell, most frequent first")
        link = report.resolve().as_uri()
        self._quietly(
            "report",
            lambda: create_link_artifact(
                link,
                link_text="the report page",
                key="report",
                description=f"Funnel, refusals and every text beside its facts: {report.resolve()}",
            ),
        )

    def table(self, key: str, rows: list[dict[str, Any]], description: str) -> None:
        """A table artifact."""
        self._quietly(key, lambda: create_table_artifact(rows, key=key, description=description))

    def markdown(self, key: str, text: str, description: str) -> None:
        """A markdown artifact."""
        self._quietly(key, lambda: create_markdown_artifact(text, key=key, description=description))

    def outcome(self, summary: Mapping[str, Any]) -> None:
        """The events ``shelftalk.content.published`` and ``.quarantined``, each if it happened, with counts."""
        totals = summary["totals"]
        published = totals["count_approved"] + totals["count_fallback"]
        counts = {name: totals[f"count_{name}"] for name in _OUTCOMES} | {
            "run_id": summary["run_id"],
            "plugins": {
                line["plugin"]: {name: line[f"count_{name}"] for name in _OUTCOMES}
                for line in summary["plugins"]
            },
        }
        run = f"shelftalk.run.{summary['run_id']}"
        if published:
            self._quietly(
                "event",
                lambda: emit("content.published", run, {"count_published": published, **counts}),
            )
        if totals["count_quarantined"]:
            self._quietly("event", lambda: emit("content.quarantined", run, counts))

    def promoted(self, model_hash: str, figures: Mapping[str, Any]) -> None:
        """The event ``shelftalk.model.promoted``: a copywriter was put in use."""
        payload = {
            "model_hash": model_hash,
            "count_training_texts": figures.get("count_training_texts"),
            "perplexity": figures.get("perplexity"),
        }
        self._quietly(
            "event", lambda: emit("model.promoted", f"shelftalk.model.{model_hash[:12]}", payload)
        )

    def _quietly(self, what: str, tell: Callable[[], T]) -> T | None:
        if time.monotonic() < self._silent_until:
            return None
        try:
            # Prefect's client would ask a server that is gone five times more, over a minute.
            with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
                return tell()
        except Exception as error:  # noqa: BLE001 - what people watch with must not stop what they watch
            self._silent_until = time.monotonic() + SILENT_SECONDS
            get_run_logger().warning(
                "the Prefect server did not take the %s (%s); the run goes on without",
                what,
                type(error).__name__,
            )
            return None


_OUTCOMES = ("briefs", "approved", "fallback", "quarantined", "reused", "failed")


def emit(name: str, resource: str, payload: Mapping[str, Any]) -> None:
    """Emit the event ``shelftalk.<name>`` about ``resource``; payloads hold counts and hashes, nothing of a person."""
    emit_event(
        event=f"shelftalk.{name}",
        resource={"prefect.resource.id": resource, "prefect.resource.name": resource},
        payload=dict(payload),
    )


def grouped_refusals(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The refusals of a run's summary as rows of a table artifact."""
    return [
        {key: "; ".join(map(str, v)) if isinstance(v, list) else v for key, v in row.items()}
        for row in summary["refusals"]
    ]


def _add_tags(tags: Sequence[str]) -> None:
    from prefect.client.orchestration import get_client
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    wanted = {*context.flow_run.tags, *tags}
    with get_client(sync_client=True) as client:
        client.update_flow_run(context.flow_run.id, tags=sorted(wanted))
