"""The flow `produce-content`: scenarios -> briefs -> drafts -> verdicts -> content. Wiring only.

Drafting fans out (one Prefect task a scenario, plugin and batch of briefs; all share one copywriter). Settling (checks
and the transaction) follows in the order of the plan, one batch after the other, so that what is published does not
depend on which batch was drafted first.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any, cast

from prefect import flow, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import Field

from flows.choices import plugin_choices, scenario_choices
from flows.quoting import whole
from flows.run_steps import (
    Batch,
    RunPlan,
    draft_batch,
    finish_run,
    plan_run,
    settle_batch,
    settle_known,
    start_run,
)
from flows.settings import Settings, load_settings
from plugins.contract import Plugin
from tasks.errors import ShelftalkError
from tasks.gpt2_task_runner import GPT2TaskRunner, use_copywriter
from tasks.progress import report
from tasks.report import report_summary, summary_markdown
from tasks.run_lock import run_lock

DRAFTING_THREADS = 16
"""Batches that may be with the copywriter at once: it decodes better the more rows it holds."""


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


@task(name="write drafts", task_run_name="write {name}", cache_policy=NO_CACHE)
def draft_task(name: str, settings: Settings, plugin: Plugin, batch: Batch, model_hash: str) -> Any:
    """Draft one batch of briefs with the run's shared copywriter."""
    return draft_batch(settings, plugin, batch, model_hash)


@task(name="check and publish", task_run_name="check {name}", cache_policy=NO_CACHE)
def settle_task(
    name: str, settings: Settings, run_id: str, plan: RunPlan, batch: Batch, written: Any
) -> dict[str, int]:
    """Check one batch and commit what stands."""
    return settle_batch(settings, run_id, plan, batch, written)


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
    logger = get_run_logger()
    if dry_run:
        return _plan_only(settings, scenarios, plugins, limit, rewrite)
    options = {"scenarios": scenarios, "plugins": plugins, "limit": limit, "rewrite": rewrite}
    with run_lock(
        settings.home, "produce-content", wait_seconds=settings.run_wait_seconds, say=logger.warning
    ):
        run_id = start_run(settings, options)
        try:
            plan = plan_task(settings, run_id, options)
            for problem in plan.problems:
                logger.warning(problem)
            known_task(settings, run_id, whole(plan))
            _write_all(settings, run_id, plan)
            finish_run(settings, run_id, plan, state="completed")
        except BaseException as error:
            reason = (
                str(error)
                if isinstance(error, ShelftalkError)
                else f"{type(error).__name__}: {error}"
            )
            finish_run(settings, run_id, None, state="failed", reason=reason)
            raise
        return _tell(settings, run_id)


def _write_all(settings: Settings, run_id: str, plan: RunPlan) -> None:
    """Fan the batches out to the copywriter; settle each in the order of the plan while later ones are drafted."""
    if not plan.batches or plan.model is None:
        return
    use_copywriter(plan.model["folder"])
    model_hash = plan.model["model_hash"]
    total = sum(len(batch.briefs) for batch in plan.batches)
    done = 0
    report("write", 0, total, "loading the copywriter")
    futures = [
        (
            batch,
            draft_task.submit(
                str(batch), settings, whole(plan.plugins[batch.plugin]), whole(batch), model_hash
            ),
        )
        for batch in plan.batches
    ]
    counts: dict[str, int] = defaultdict(int)
    for batch, future in futures:
        written = future.result(raise_on_failure=False)
        settled = settle_task(
            str(batch), settings, run_id, whole(plan), whole(batch), whole(written)
        )
        for state, count in settled.items():
            counts[state] += count
        done += len(batch.briefs)
        note = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()) if count)
        report("write", done, total, note)


def _plan_only(
    settings: Settings, scenarios: list[str], plugins: list[str], limit: int | None, rewrite: bool
) -> dict[str, Any]:
    """The dry run, with its table as an artifact."""
    from flows.dry_run import dry_run

    planned = dry_run(settings, scenarios=scenarios, plugins=plugins, limit=limit, rewrite=rewrite)
    create_table_artifact(
        key="run-plan", table=planned["lines"], description="What a run would do now"
    )
    return planned


def _tell(settings: Settings, run_id: str) -> dict[str, Any]:
    """Leave the run's artifacts in Prefect and give the summary."""
    from flows.run_steps import warehouse_of

    with warehouse_of(settings).open() as con:
        summary = report_summary(con, run_id)
    create_markdown_artifact(
        key="run-summary", markdown=summary_markdown(summary), description=f"What run {run_id} did"
    )
    create_link_artifact(
        key="report",
        link=Path(settings.report_path).resolve().as_uri(),
        link_text="the report page",
        description="Funnel, refusals and every text beside its facts",
    )
    return summary
