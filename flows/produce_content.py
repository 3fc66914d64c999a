"""The flow `produce-content`: scenarios -> briefs -> drafts -> verdicts -> content. Wiring only.

Drafting fans out (one Prefect task a scenario, plugin and batch of briefs; all share one copywriter). Settling (checks
and the transaction) follows in the order of the plan, one batch after the other, so that what is published does not
depend on which batch was drafted first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import Field

from flows.choices import plugin_choices, scenario_choices
from flows.copywriters import is_endpoint
from flows.drafting import Drafting
from flows.notices import Notices
from flows.open_shop import warehouse_of
from flows.planning import Batch, RunPlan, plan_run
from flows.quoting import whole
from flows.run_steps import (
    draft_batch,
    finish_run,
    load_writers,
    settle_batch,
    settle_known,
    start_run,
)
from flows.scaling import Writers, open_writers
from flows.server_gone import unless_gone
from flows.settings import Settings, load_settings
from plugins.contract import Plugin
from tasks.draft_cache import DraftStore
from tasks.errors import ShelftalkError
from tasks.gpt2_task_runner import GPT2TaskRunner, use_copywriter
from tasks.progress import report
from tasks.report import report_summary
from tasks.run_lock import run_lock
from tasks.scale_out import RemoteWriter
from tasks.time_limit import Patience
from tasks.warehouse import run_named

DRAFTING_THREADS = 64
"""Batches that may be with the copywriter, or with a cluster's workers, at once; the threads do nothing but wait."""


Scenarios = Annotated[
    list[str],
    Field(
        description="Scenarios to write for; none means all of them.",
        json_schema_extra=scenario_choices(),
    ),
]
Plugins = Annotated[
    list[str],
    Field(
        description="Content types to write; none means all of them.",
        json_schema_extra=plugin_choices(),
    ),
]


def _run_name() -> str:
    scenarios = flow_run.parameters.get("scenarios") or ["all-scenarios"]
    start = flow_run.scheduled_start_time
    return f"{'+'.join(scenarios)}-{start:%Y-%m-%d-%H%M}"


@task(name="plan briefs", task_run_name="build scenarios and plan briefs", cache_policy=NO_CACHE)
def plan_task(settings: Settings, run_id: str, options: dict[str, Any]) -> RunPlan:
    """Refresh the marts, build the scenarios, plan every plugin's briefs."""
    return plan_run(settings, run_id, **options)


@task(name="settle what is known", task_run_name="reuse unchanged briefs", cache_policy=NO_CACHE)
def known_task(settings: Settings, run_id: str, plan: RunPlan) -> int:
    """Commit the briefs that need no draft: unchanged, quarantined before, or without the facts they need."""
    return settle_known(settings, run_id, plan)


@task(name="load the copywriter", cache_policy=NO_CACHE)
def load_task(
    settings: Settings,
    run_id: str,
    models: dict[str, dict[str, Any]],
    remote: dict[str, RemoteWriter],
) -> dict[str, DraftStore]:
    """Load the copywriters; a run whose copywriter cannot be loaded fails here and not brief by brief."""
    return load_writers(settings, run_id, models, remote)


@task(name="write drafts", task_run_name="write {name}", cache_policy=NO_CACHE)
def draft_task(
    name: str,
    settings: Settings,
    plugin: Plugin,
    batch: Batch,
    store: DraftStore,
    patience: Patience,
    remote: RemoteWriter | None,
) -> Any:
    """Draft one batch of briefs with the run's shared copywriter, or on the cluster's workers."""
    return draft_batch(settings, plugin, batch, store, patience, remote)


@task(name="check and publish", task_run_name="check {name}", cache_policy=NO_CACHE)
def settle_task(
    name: str,
    settings: Settings,
    run_id: str,
    plan: RunPlan,
    batch: Batch,
    written: Any,
    patience: Patience,
) -> dict[str, int]:
    """Check one batch and commit what stands."""
    return settle_batch(settings, run_id, plan, batch, written, patience)


@flow(
    name="produce-content",
    task_runner=cast(Any, GPT2TaskRunner(max_workers=DRAFTING_THREADS)),
    flow_run_name=_run_name,
    description="Writes the copy that each scenario needs, checks every sentence and publishes what stands.",
)
def produce_content(
    scenarios: Scenarios = [],  # noqa: B006 - Prefect shows the default in its form; it is never changed
    plugins: Plugins = [],  # noqa: B006
    limit: Annotated[
        int | None, Field(ge=1, description="At most this many briefs a scenario and plugin.")
    ] = None,
    seed: Annotated[
        int | None, Field(ge=0, description="Seed of the drafts; none takes the setting.")
    ] = None,
    rewrite: Annotated[bool, Field(description="Write again what is unchanged, too.")] = False,
    dry_run: Annotated[
        bool, Field(description="Only plan: say what a run would do, and write nothing.")
    ] = False,
) -> dict[str, Any]:
    """Write, check and publish the copy of each scenario.

    Args:
        scenarios: Scenarios to write for; none means all of them.
        plugins: Content types to write; none means all of them.
        limit: At most this many briefs a scenario and plugin.
        seed: Seed of the drafts; none takes the setting.
        rewrite: Write again what is unchanged, too.
        dry_run: Only plan: say what a run would do, and write nothing.

    Returns:
        The run's summary: counts a plugin and state, seconds, where the report is.
    """
    settings = load_settings()
    if seed is not None:
        settings = settings.model_copy(update={"seed": seed})
    notices = Notices()
    kind = ["dry-run"] if dry_run else ["rewrite"] if rewrite else []
    notices.tag(["shelftalk", *kind, *scenarios, *plugins])
    options = {"scenarios": scenarios, "plugins": plugins, "limit": limit, "rewrite": rewrite}
    work = _plan_only if dry_run else _produce
    return unless_gone(lambda: work(settings, notices, options))


def _produce(settings: Settings, notices: Notices, options: dict[str, Any]) -> dict[str, Any]:
    """The run itself; one at a time on a home."""
    logger = get_run_logger()
    with run_lock(
        settings.home, "produce-content", wait_seconds=settings.run_wait_seconds, say=logger.warning
    ):
        run_id = start_run(settings, options)
        logger.info("run %s on %s began", run_id, settings.home.resolve())
        try:
            plan = plan_task(settings, run_id, options)
            _tell_plan(plan)
            count_retired = known_task(settings, run_id, whole(plan))
            logger.info("retired %d texts whose subject vanished", count_retired)
            _write_all(settings, run_id, plan, notices)
            finish_run(settings, run_id, plan, state="completed")
        except BaseException as error:
            # A cancelled run is an exception of Prefect's, and is closed like a failed one.
            _fail_run(settings, run_id, error)
            raise
        return _tell(settings, run_id, notices)


def _fail_run(settings: Settings, run_id: str, error: BaseException) -> None:
    """Close the run as failed; where even that cannot be written, the next run marks it as abandoned."""
    reason = (
        str(error)
        if isinstance(error, ShelftalkError)
        else f"{type(error).__name__} (the log has its traceback)"
    )
    try:
        finish_run(settings, run_id, None, state="failed", reason=reason)
    except Exception as second:  # noqa: BLE001 - the first error is the one to tell
        get_run_logger().error("run %s could not be closed: %s", run_id, second)


def _tell_plan(plan: RunPlan) -> None:
    """The plan in the log: a line a scenario and plugin, then what could not be planned."""
    logger = get_run_logger()
    for line in plan.lines:
        logger.info(
            "planned %s · %s: %d briefs, %d unchanged, %d quarantined before, %d to write",
            *(line.scenario, line.plugin, line.count_briefs),
            *(line.count_unchanged, line.count_quarantined, line.count_to_write),
        )
    for problem in plan.problems:
        logger.warning(problem)


def _write_all(settings: Settings, run_id: str, plan: RunPlan, notices: Notices) -> None:
    models = {b.plugin: m for b in plan.batches if (m := plan.models[b.plugin]) is not None}
    if models:
        with open_writers(settings, models) as writers:
            _write_with(writers, models, settings, run_id, plan, notices)


def _write_with(
    writers: Writers,
    models: dict[str, dict[str, Any]],
    settings: Settings,
    run_id: str,
    plan: RunPlan,
    notices: Notices,
) -> None:
    """Fan the batches out to the copywriter; settle each in the order of the plan while later ones are drafted.

    At most about one batch more than can be drafted is with the copywriter at once: what a killed process had not kept
    is no more than the batches that were being decoded.
    """
    logger = get_run_logger()
    total = sum(len(batch.briefs) for batch in plan.batches)
    report("write", 0, total, "loading the copywriter")
    notices.progress(0.0, f"{total} briefs to write; loading the copywriter")
    stores = load_task(settings, run_id, whole(models), whole(writers.remote))
    for name, model in models.items():
        if not is_endpoint(settings, name) and name not in writers.remote:
            use_copywriter(model["folder"])
    if kept := max(len(store) for store in stores.values()):
        logger.info("%d briefs were drafted by a run that did not end and need checks only", kept)
    patience = Patience(settings.batch_seconds)
    drafting = Drafting(plan.batches, most_briefs=(writers.count_slots + 1) * settings.batch_size)

    def submit(batch: Batch) -> Any:
        return draft_task.submit(
            str(batch),
            settings,
            whole(plan.plugins[batch.plugin]),
            whole(batch),
            whole(stores[batch.plugin]),
            whole(patience),
            whole(writers.remote.get(batch.plugin)),
        )

    counts: dict[str, int] = defaultdict(int)
    done = 0
    for batch in plan.batches:
        while not drafting.wait_for(batch, submit):
            share = (drafting.count_drafted + done) / (2 * total)
            notices.progress(share, f"{drafting.count_drafted} of {total} briefs drafted")
        written = drafting.take(batch)
        settled = settle_task(
            *(str(batch), settings, run_id, whole(plan), whole(batch)),
            *(whole(written), whole(patience)),
        )
        for state, count in settled.items():
            counts[state] += count
        done += len(batch.briefs)
        note = _told(counts)
        report("write", done, total, note)
        logger.info("%s: %s (%d of %d briefs)", batch, _told(settled), done, total)
        if isinstance(written, BaseException):
            logger.warning("%s was not drafted: %s", batch, type(written).__name__)
        share = (drafting.count_drafted + done) / (2 * total)
        notices.progress(share, f"{done} of {total} briefs settled: {note}")


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items()) if count)


def _plan_only(settings: Settings, notices: Notices, options: dict[str, Any]) -> dict[str, Any]:
    """The dry run, with its table as an artifact."""
    from flows.dry_run import dry_run

    planned = dry_run(settings, **options)
    notices.table("run-plan", planned["lines"], "What a run would do now")
    return planned


def _tell(settings: Settings, run_id: str, notices: Notices) -> dict[str, Any]:
    """Leave the run's artifacts and events in Prefect and give the summary."""
    with warehouse_of(settings, read_only=True).open() as con:
        summary = report_summary(con, run_id)
        problems = run_named(con, "reports/run_problems", {"run_id": run_id}).fetchall()
    summary["problems"] = [problem for (problem,) in problems]
    totals = {
        key.removeprefix("count_"): value
        for key, value in summary["totals"].items()
        if key.startswith("count_")
    }
    get_run_logger().info(
        "run %s completed in %.0f s: %s", run_id, summary["seconds"] or 0, _told(totals)
    )
    notices.progress(1.0, _told(totals))
    notices.summary(summary, settings.report_path)
    notices.outcome(summary)
    return summary
