"""The run of produce-content without Prefect: the same steps, the same threads, the same copywriter."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flows.drafting import Drafting
from flows.planning import Batch, plan_run
from flows.run_steps import (
    draft_batch,
    finish_run,
    load_writers,
    settle_batch,
    settle_known,
    start_run,
)
from flows.settings import Settings
from tasks.gpt2_task_runner import BatchedWriter, GPT2TaskRunner
from tasks.run_lock import run_lock
from tasks.time_limit import Patience


class _Drafted:
    """A future as Drafting takes it from Prefect."""

    def __init__(self, future: Future[Any]) -> None:
        self._future = future

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        self._future.add_done_callback(call)

    def result(self, raise_on_failure: bool = True) -> Any:
        error = self._future.exception()
        if error is not None and raise_on_failure:
            raise error
        return self._future.result() if error is None else error


def run_directly(settings: Settings, options: dict[str, Any]) -> str:
    """A whole run on the settings' home, wired as flows.produce_content wires it; its run_id."""
    with run_lock(settings.home, "bench", wait_seconds=0, say=print):
        run_id = start_run(settings, options)
        plan = plan_run(settings, run_id, **options)
        settle_known(settings, run_id, plan)
        models = {b.plugin: m for b in plan.batches if (m := plan.models[b.plugin]) is not None}
        stores = load_writers(settings, run_id, models)
        patience = Patience(settings.batch_seconds)
        drafting = Drafting(plan.batches, most_briefs=2 * settings.batch_size)
        folder = next(iter(models.values()))["folder"]
        with GPT2TaskRunner(folder) as runner, ThreadPoolExecutor(16) as pool:
            writer: BatchedWriter = runner.writer

            def submit(batch: Batch) -> _Drafted:
                plugin, store = plan.plugins[batch.plugin], stores[batch.plugin]
                return _Drafted(
                    pool.submit(draft_batch, settings, plugin, batch, store, patience, writer)
                )

            for batch in plan.batches:
                while not drafting.wait_for(batch, submit):
                    pass
                written = drafting.take(batch)
                settle_batch(settings, run_id, plan, batch, written, patience)
        finish_run(settings, run_id, plan, state="completed")
    return run_id
