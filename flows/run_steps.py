"""The steps of produce-content as plain functions: what the flow's tasks call once a run is planned."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from flows.copywriters import (
    asks_endpoint,
    endpoint_of,
    is_endpoint,
    require_copywriter,
)
from flows.settings import Settings
from plugins.contract import Brief, Plugin
from tasks.check_context import stated_cells
from tasks.check_published import check_tables, validation_rows
from tasks.draft_cache import DraftStore, forget_drafts
from tasks.errors import CopywriterError, ShelftalkError
from tasks.outdated import forsaken_pairs, retire_outdated
from tasks.publish_content import (
    check_accounting,
    moment_in,
    publish_batch,
    retire_vanished,
)
from tasks.records import SettledBrief, Verdict
from tasks.run_costs import RunCosts
from tasks.scenario_definitions import load_scenario_definitions
from tasks.set_aside import apply_risk_tier, scenario_tiers
from tasks.time_limit import Patience, PatientWriter
from tasks.warehouse import (
    Warehouse,
    insert_rows,
    run_named,
    safe_reason,
)

if TYPE_CHECKING:
    from tasks.checks.expectations import RuleOutcome
    from tasks.gpt2_task_runner import BatchedWriter
    from tasks.scale_out import RemoteWriter
    from tasks.write_drafts import WrittenBrief

from flows.open_shop import encoder_of, reader_of, warehouse_of
from flows.planning import Batch, RunPlan

Source = Union["BatchedWriter", "RemoteWriter"]
"""Who answers requests for drafts: the copywriter of this process, an endpoint, or the workers of a cluster."""


def start_run(settings: Settings, options: dict[str, Any]) -> str:
    """Mark runs that were killed as abandoned and open a new one; gives its run_id (sortable by time)."""
    warehouse = warehouse_of(settings)
    warehouse.require()
    warehouse.create()
    encoder_of(settings)  # one that cannot be loaded refuses the run, not each of its batches
    run_id = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.urandom(3).hex()}"
    costs_of(run_id)
    kept = settings.model_dump(mode="json") | {"options": options}
    with warehouse.transaction() as con:
        model = require_copywriter(settings, con)
        moment = moment_in(con)
        run_named(con, "publish/abandon_runs", {"moment": moment})
        run_named(
            con,
            "publish/start_run",
            {
                "run_id": run_id,
                "moment": moment,
                "settings": json.dumps(kept),
                "model_hash": model["model_hash"],
            },
        )
    return run_id


def settle_known(settings: Settings, run_id: str, plan: RunPlan) -> int:
    """Commit what needs no draft, and retire the texts of subjects that vanished; how many were retired."""
    warehouse = warehouse_of(settings)
    publish_batch(warehouse, run_id, plan.known, plan.version_ids, plan.subjects)
    defined = load_scenario_definitions(settings.scenario_folders)
    forsaken = forsaken_pairs(
        warehouse, [(d.name, plugin) for d in defined for plugin in d.content_types]
    )
    return retire_vanished(
        warehouse,
        plan.briefs,
        [*plan.covered, *forsaken],
        "vanished: the scenario no longer speaks about this subject",
    )


def load_writers(
    settings: Settings,
    run_id: str,
    models: dict[str, dict[str, Any]],
    remote: Mapping[str, RemoteWriter] | None = None,
) -> dict[str, DraftStore]:
    """Load the copywriters before anything depends on them, and read what a run that did not end had them write.

    ``models`` has each plugin's copywriter; those of ``remote`` (by plugin) are loaded by a worker of its cluster.
    CopywriterError where one cannot be loaded, or is not the one that the warehouse has registered.
    """
    remote = remote or {}
    stores: dict[str, DraftStore] = {}
    for plugin, model in models.items():
        if model["model_hash"] not in stores:
            if plugin in remote:
                remote[plugin].check()
            elif not is_endpoint(settings, plugin):
                _load_registered(model)
            stores[model["model_hash"]] = DraftStore(
                warehouse_of(settings), run_id=run_id, model_hash=model["model_hash"]
            )
    return {plugin: stores[model["model_hash"]] for plugin, model in models.items()}


def _load_registered(model: dict[str, Any]) -> None:
    from tasks.copywriter.decoding import load_copywriter

    copywriter = load_copywriter(model["folder"])
    if copywriter.model_hash != model["model_hash"]:
        raise CopywriterError(
            f"the folder {model['folder']} holds another copywriter ({copywriter.model_hash[:12]}) than the warehouse "
            f"has in use ({model['model_hash'][:12]}); put its files back, or train one with `shelftalk train`."
        )


def draft_batch(
    settings: Settings,
    plugin: Plugin,
    batch: Batch,
    store: DraftStore,
    patience: Patience,
    source: Source | None = None,
) -> Any:
    """Drafts of one batch, by ``source`` or by the copywriter that the active task runner holds.

    StepTimeout if the plugin hangs.
    """
    from tasks.gpt2_task_runner import current_writer
    from tasks.write_drafts import write_drafts

    if source is None:
        source = current_writer(
            endpoint_of(settings) if is_endpoint(settings, plugin.name) else None
        )
    writer = PatientWriter(store.remembering(source.outcomes))
    return patience.run(
        plugin.name,
        "write_drafts",
        lambda: write_drafts(
            plugin,
            batch.briefs,
            writer,
            seed=settings.seed,
            candidates=settings.candidates,
            model_hash=store.model_hash,
        ),
        writer,
    )


def settle_batch(
    settings: Settings,
    run_id: str,
    plan: RunPlan,
    batch: Batch,
    written: Any,
    patience: Patience | None = None,
) -> dict[str, int]:
    """Check one batch and commit it; an exception instead of drafts makes its briefs failed. Counts by state."""
    warehouse = warehouse_of(settings)
    validations: list[RuleOutcome] = []
    if isinstance(written, BaseException):
        settled = failed_briefs(batch.briefs, "write_drafts", _told(written))
    else:
        plugin, patience = plan.plugins[batch.plugin], patience or Patience(settings.batch_seconds)
        settled = _check(settings, run_id, plugin, written, validations, patience)
    with warehouse.open() as con:
        tiers = scenario_tiers(con, plan.version_ids)
    settled = apply_risk_tier(
        settled,
        plan.plugins[batch.plugin],
        tiers_of_scenarios=tiers,
        overrides=settings.risk_tiers,
        audit_share=settings.audit_share,
    )
    with costs_of(run_id).measure("publish", len(settled)):
        publish_batch(
            warehouse,
            run_id,
            settled,
            plan.version_ids,
            plan.subjects,
            validation_rows(run_id, batch.plugin, "drafts", validations),
        )
    counts: dict[str, int] = {}
    for item in settled:
        counts[item.state] = counts.get(item.state, 0) + 1
    return counts


def _check(
    settings: Settings,
    run_id: str,
    plugin: Plugin,
    written: Sequence[WrittenBrief],
    validations: list[RuleOutcome],
    patience: Patience,
) -> list[SettledBrief]:
    """Settle what was written; a brief whose writing raised is failed, so that the next run tries it again."""
    from tasks.check_drafts import settle_briefs

    failed = [
        settled
        for item in written
        if item.reason is not None
        for settled in failed_briefs([item.brief], "write_drafts", item.reason)
    ]
    standing = [item for item in written if item.reason is None]
    drafts = [(item.brief, item.prompt or "", item.drafts) for item in standing]
    try:
        locale = drafts[0][0].scenario.locale if drafts else settings.locale
        with costs_of(run_id).measure("check", 0):
            context = check_context(settings, run_id, locale)
            with warehouse_of(settings).open() as con:
                stated = stated_cells(con, plugin, [item.brief for item in standing])

        def settle() -> list[SettledBrief]:
            with costs_of(run_id).measure("check", len(drafts)):
                return settle_briefs(plugin, drafts, context, validations, stated=stated)

        return failed + patience.run(plugin.name, "check_drafts", settle)
    except Exception as error:  # noqa: BLE001 - one broken plugin must not take the run down; it is recorded
        # The context may count texts as published that now are not: the next batch reads it anew.
        forget_contexts(run_id)
        return failed + failed_briefs(
            [item.brief for item in standing], "check_drafts", _told(error)
        )


def failed_briefs(briefs: Sequence[Brief], step: str, reason: str) -> list[SettledBrief]:
    """Each of ``briefs`` as failed at ``step``."""
    verdict = Verdict(step, "raised", False, reason=reason[:500])
    return [SettledBrief(brief, None, "failed", step=step, reasons=(verdict,)) for brief in briefs]


def _told(error: BaseException) -> str:
    if isinstance(error, ShelftalkError):
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    if type(error).__module__.split(".")[0] in ("duckdb", "_duckdb"):
        return f"{type(error).__name__}: {safe_reason(error)}"
    text = str(error)
    return f"{type(error).__name__}: {text.splitlines()[0] if text else 'no message'}"


_contexts: dict[tuple[str, str], Any] = {}
_costs: dict[str, RunCosts] = {}


def costs_of(run_id: str) -> RunCosts:
    """What the steps of a run cost so far; the run's own clock starts when it is first asked for."""
    return _costs.setdefault(run_id, RunCosts())


def check_context(settings: Settings, run_id: str, locale: str) -> Any:
    """The check context of a run and language, built once: vocabulary, names, rules, policies, live texts."""
    from tasks.check_context import build_check_context

    key = (run_id, locale.split("-")[0])
    if key not in _contexts:
        with warehouse_of(settings).open() as con:
            _contexts[key] = build_check_context(
                con,
                locale=locale,
                rules_files=settings.rules_files,
                encoder=encoder_of(settings),
                reader=reader_of(settings, is_own=not asks_endpoint(settings)),
            )
    return _contexts[key]


def forget_contexts(run_id: str) -> None:
    """Drop the check contexts of a run."""
    for key in [key for key in _contexts if key[0] == run_id]:
        del _contexts[key]


def finish_run(
    settings: Settings, run_id: str, plan: RunPlan | None, *, state: str, reason: str | None = None
) -> None:
    """Hold the accounting and the post-conditions, close the run and write the report. A breach fails the run."""
    from tasks.report import build_report

    warehouse = warehouse_of(settings)
    forget_contexts(run_id)
    try:
        if state == "completed":
            retire_outdated(warehouse, run_id)
            check_accounting(warehouse, run_id)
            check_tables(warehouse, run_id)
    except Exception as error:  # whatever the checks of the tables met, the run is closed as failed
        _end_run(warehouse, run_id, "failed", str(error))
        raise
    _end_run(warehouse, run_id, state, reason)
    if state == "completed":
        forget_drafts(warehouse)
        build_report(warehouse_of(settings, read_only=True), settings.home, run_id)


def _end_run(warehouse: Warehouse, run_id: str, state: str, reason: str | None) -> None:
    costs = _costs.pop(run_id, RunCosts()).rows(run_id)
    with warehouse.transaction() as con:
        insert_rows(con, "content.run_costs", costs)
        run_named(
            con,
            "publish/end_run",
            {"run_id": run_id, "state": state, "moment": moment_in(con), "reason": reason},
        )
