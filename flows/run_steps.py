"""The steps of produce-content as plain functions: what the flow's tasks and the dry run call."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.copywriters import (
    copywriter_of,
    endpoint_of,
    is_endpoint,
    require_copywriter,
)
from flows.settings import Settings
from plugins.contract import Brief, Plugin
from plugins.discovery import Discovery, discover_plugins
from tasks.answer_questions import decide_questions
from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.check_published import check_tables, validation_rows
from tasks.draft_cache import DraftStore, forget_drafts
from tasks.errors import CopywriterError, InputError, PluginError, ShelftalkError
from tasks.plan_briefs import PlannedBrief, plan_briefs, read_people
from tasks.publish_content import (
    check_accounting,
    moment_in,
    publish_batch,
    retire_vanished,
)
from tasks.records import SettledBrief, Verdict
from tasks.refresh_marts import refresh_marts, require_shop
from tasks.scrub_text import scrub_texts
from tasks.set_aside import apply_risk_tier, require_known_tiers, scenario_tiers
from tasks.time_limit import Patience, PatientWriter
from tasks.warehouse import (
    Connection,
    Warehouse,
    insert_rows,
    run_named,
    safe_reason,
)

if TYPE_CHECKING:
    from tasks.checks.expectations import RuleOutcome
    from tasks.name_index import NameIndex
    from tasks.write_drafts import WrittenBrief


REPLIES = "auto_replies"
"""The content type whose briefs rest on decisions about open questions, which each plan makes anew."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Briefs of one scenario and plugin that are drafted together; ``str`` is its name in the Prefect UI."""

    number: int
    scenario: str
    plugin: str
    briefs: tuple[Brief, ...]

    def __str__(self) -> str:
        return f"{self.scenario} · {self.plugin} · {self.number}"


@dataclass(slots=True)
class PlanLine:
    """One scenario and plugin of a plan, as ``shelftalk plan`` shows it."""

    scenario: str
    plugin: str
    count_briefs: int = 0
    count_unchanged: int = 0
    count_quarantined: int = 0
    count_to_write: int = 0


@dataclass(slots=True)
class RunPlan:
    """What a run will do: every brief is in ``known`` (settled without a draft) or in one of ``batches``."""

    built: list[BuiltScenario]
    plugins: dict[str, Plugin]
    model: dict[str, Any] | None
    """The copywriter in use (a row of content.models) for every plugin that ``models`` does not name."""
    lines: list[PlanLine]
    known: list[SettledBrief] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    models: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    """Plugin name -> its copywriter's row, for each plugin."""
    covered: list[tuple[str, str]] = field(default_factory=list)
    """(scenario, plugin) pairs planned in full, whose vanished subjects may be retired."""

    @property
    def briefs(self) -> list[Brief]:
        """Every brief of the plan."""
        return [s.brief for s in self.known] + [b for batch in self.batches for b in batch.briefs]

    @property
    def version_ids(self) -> dict[str, str]:
        """Scenario name -> scenario_version_id."""
        return {b.scenario.name: b.scenario_version_id for b in self.built}

    @property
    def subjects(self) -> dict[str, str]:
        """Plugin name -> what it writes about."""
        return {name: plugin.manifest.subject for name, plugin in self.plugins.items()}


def warehouse_of(settings: Settings, *, read_only: bool = False) -> Warehouse:
    """The warehouse of these settings. One object a path and mode in a process: its threads share the connection."""
    path = settings.warehouse_path.resolve()
    return _warehouse(str(path), read_only, settings.lock_wait_seconds, settings.memory_limit)


@lru_cache(maxsize=8)
def _warehouse(path: str, read_only: bool, wait_seconds: float, memory_limit: str) -> Warehouse:
    return Warehouse(
        Path(path),
        read_only=read_only,
        wait_seconds=wait_seconds,
        settings={"memory_limit": memory_limit},
    )


def discover(settings: Settings) -> Discovery:
    """Built-in plugins, the shop's folders, entry points."""
    return discover_plugins(settings.plugin_folders)


def start_run(settings: Settings, options: dict[str, Any]) -> str:
    """Mark runs that were killed as abandoned and open a new one; gives its run_id (sortable by time)."""
    warehouse = warehouse_of(settings)
    warehouse.require()
    warehouse.create()
    run_id = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.urandom(3).hex()}"
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


def plan_run(
    settings: Settings,
    run_id: str,
    *,
    scenarios: Sequence[str] = (),
    plugins: Sequence[str] = (),
    limit: int | None = None,
    rewrite: bool = False,
) -> RunPlan:
    """Refresh marts, build scenarios and plan briefs beside the warehouse, then commit them with the plan.

    The warehouse is only read while the plan is made, so that readers wait for the commits alone; killed in
    between, nothing of the plan is there.
    """
    # Rows may have come in by another way than a load; until they are scrubbed staging.reviews shows the original.
    scrub_texts(warehouse_of(settings))
    with _plan_file(settings.home) as file:
        with warehouse_of(settings, read_only=True).scratch(file) as con:
            plan = make_plan(
                con,
                settings,
                run_id,
                scenarios=scenarios,
                plugins=plugins,
                limit=limit,
                rewrite=rewrite,
            )
        rows = [
            {
                "run_id": run_id,
                "scenario": line.scenario,
                "plugin": line.plugin,
                "count_briefs": line.count_briefs,
            }
            for line in plan.lines
        ]
        warehouse_of(settings).keep_scratch(file, rows)
    if plan.problems:
        problems = [
            {"run_id": run_id, "number": number, "problem": problem}
            for number, problem in enumerate(plan.problems, start=1)
        ]
        with warehouse_of(settings).transaction() as con:
            insert_rows(con, "content.run_problems", problems)
    return plan


@contextmanager
def _plan_file(home: Path) -> Iterator[Path]:
    """A place for the plan's own database; it holds audiences, so nothing of it stays, not even after a kill."""
    file = home.resolve() / "plan.duckdb"

    def remove() -> None:
        file.unlink(missing_ok=True)
        file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
        shutil.rmtree(file.with_name(f"{file.name}.tmp"), ignore_errors=True)

    remove()  # the run lock is ours: what stands here is a killed run's
    try:
        yield file
    finally:
        remove()


def make_plan(
    con: Connection,
    settings: Settings,
    run_id: str,
    *,
    scenarios: Sequence[str] = (),
    plugins: Sequence[str] = (),
    limit: int | None = None,
    rewrite: bool = False,
) -> RunPlan:
    """The plan of a run on ``con``: the warehouse itself, or its scratch for a dry run."""
    definitions = load_scenario_definitions(settings.scenario_folders)
    discovery = discover(settings)
    _require_known("scenario", scenarios, [d.name for d in definitions])
    _require_known("plugin", plugins, [p.name for p in discovery.plugins])
    require_known_tiers(
        settings.risk_tiers,
        [p.name for p in discovery.plugins] + [p.name for p in discovery.problems],
        [d.name for d in definitions],
    )
    wanted = [d for d in definitions if not scenarios or d.name in scenarios]
    refresh_marts(con)
    require_shop(con)
    if any(REPLIES in definition.content_types for definition in wanted):
        decide_questions(con, locale=settings.locale)
    built = build_scenarios(
        con,
        wanted,
        run_id=run_id,
        min_audience=settings.min_audience,
        products_per_customer=settings.products_per_customer,
        max_products=settings.max_products,
    )
    by_name = {p.name: p for p in discovery.plugins}
    people = read_people(con)
    models = {name: copywriter_of(settings, con, name) for name in by_name}
    model = copywriter_of(settings, con)
    plan = RunPlan(built=built, plugins=by_name, model=model, lines=[], models=models)
    plan.problems += [f"plugin {p.name}: {p.reason}" for p in discovery.problems]
    plan.problems += [
        f"scenario {b.scenario.name}: {b.reason}" for b in built if b.state != "ready"
    ]
    for scenario in sorted(
        (b for b in built if b.state == "ready"),
        key=lambda b: (b.scenario.priority, b.scenario.name),
    ):
        for content_type in _content_types(scenario, by_name):
            plugin = by_name.get(content_type)
            if plugins and content_type not in plugins:
                continue
            if plugin is None:
                plan.problems.append(_no_such_plugin(scenario, content_type, discovery))
                continue
            model = models[content_type]
            model_hash = model["model_hash"] if model else None
            _plan_pair(con, settings, plan, scenario, plugin, people, model_hash, limit, rewrite)
    return plan


def _content_types(built: BuiltScenario, plugins: dict[str, Plugin]) -> list[str]:
    """What the scenario asks for, then what its plugins bring along (``scenarios`` of their manifests)."""
    asked = list(built.scenario.content_types)
    names = {"*", built.scenario.name}
    joined = [name for name, p in plugins.items() if names & set(p.manifest.scenarios)]
    return asked + [name for name in joined if name not in asked]


def _no_such_plugin(built: BuiltScenario, name: str, discovery: Discovery) -> str:
    is_broken = any(problem.name == name for problem in discovery.problems)
    why = "does not load (see above)" if is_broken else "is not installed"
    return f"scenario {built.scenario.name}: the plugin {name}, which it asks for, {why}; its texts are skipped."


def _require_known(kind: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            raise InputError(f"there is no {kind} {name!r}; known: {', '.join(sorted(known))}.")


def _plan_pair(
    con: Connection,
    settings: Settings,
    plan: RunPlan,
    built: BuiltScenario,
    plugin: Plugin,
    people: NameIndex,
    model_hash: str | None,
    limit: int | None,
    rewrite: bool,
) -> None:
    try:
        planned = plan_briefs(
            con,
            built,
            plugin,
            model_hash=model_hash,
            settings_fingerprint=settings_fingerprint(settings),
            limit=limit,
            min_audience=settings.min_audience,
            people=people,
        )
    except PluginError as error:
        plan.problems.append(str(error))
        # A line without briefs: the accounting shows the plugin, and its live texts stay.
        plan.lines.append(PlanLine(built.scenario.name, plugin.name))
        return
    spoken = plugin.speaks(built.scenario.locale)
    if spoken != built.scenario.locale:
        plan.problems.append(
            f"scenario {built.scenario.name}: the plugin {plugin.name} has no fallback.j2 for {built.scenario.locale} "
            f"and writes in {spoken}, its default_locale."
        )
    line = PlanLine(built.scenario.name, plugin.name, count_briefs=len(planned))
    to_write: list[Brief] = []
    for item in planned:
        known = _settled_without_draft(item, rewrite)
        if known is None:
            to_write.append(item.brief)
        else:
            plan.known.append(known)
            line.count_unchanged += known.state == "reused"
            line.count_quarantined += known.state == "quarantined"
    line.count_to_write = len(to_write)
    plan.lines.append(line)
    if limit is None:
        plan.covered.append((built.scenario.name, plugin.name))
    for start in range(0, len(to_write), settings.batch_size):
        part = tuple(to_write[start : start + settings.batch_size])
        plan.batches.append(
            Batch(start // settings.batch_size + 1, built.scenario.name, plugin.name, part)
        )


def _settled_without_draft(item: PlannedBrief, rewrite: bool) -> SettledBrief | None:
    if item.problem:
        verdict = Verdict("plan_briefs", "required_facts", False, reason=item.problem)
        return SettledBrief(item.brief, None, "quarantined", step="plan_briefs", reasons=(verdict,))
    if rewrite:
        return None
    if item.previous == "unchanged":
        return SettledBrief(item.brief, None, "reused")
    if item.previous == "quarantined_before":
        verdict = Verdict(
            "plan_briefs", "same_hash", False, reason="quarantined before and nothing changed since"
        )
        return SettledBrief(item.brief, None, "quarantined", step="plan_briefs", reasons=(verdict,))
    return None


def settings_fingerprint(settings: Settings) -> str:
    """The settings that a text depends on, as part of each brief's hash."""
    rules = [
        path.read_text(encoding="utf-8") if path.is_file() else "" for path in settings.rules_files
    ]
    return json.dumps([settings.seed, settings.candidates, rules])


def settle_known(settings: Settings, run_id: str, plan: RunPlan) -> int:
    """Commit what needs no draft, and retire the texts of subjects that vanished; how many were retired."""
    warehouse = warehouse_of(settings)
    publish_batch(warehouse, run_id, plan.known, plan.version_ids, plan.subjects)
    return retire_vanished(
        warehouse,
        plan.briefs,
        plan.covered,
        "vanished: the scenario no longer speaks about this subject",
    )


def load_writers(
    settings: Settings, run_id: str, models: dict[str, dict[str, Any]]
) -> dict[str, DraftStore]:
    """Load the copywriters before anything depends on them, and read what a run that did not end had them write.

    ``models`` has each plugin's copywriter. CopywriterError where one cannot be loaded, or is not the one that the
    warehouse has registered.
    """
    stores: dict[str, DraftStore] = {}
    for plugin, model in models.items():
        if model["model_hash"] not in stores:
            if not is_endpoint(settings, plugin):
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
    settings: Settings, plugin: Plugin, batch: Batch, store: DraftStore, patience: Patience
) -> Any:
    """Drafts of one batch, by the copywriter that the active task runner holds. StepTimeout if the plugin hangs."""
    from tasks.gpt2_task_runner import current_writer
    from tasks.write_drafts import write_drafts

    endpoint = endpoint_of(settings) if is_endpoint(settings, plugin.name) else None
    writer = PatientWriter(store.remembering(current_writer(endpoint).outcomes))
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
        context = check_context(settings, run_id, locale)
        return failed + patience.run(
            plugin.name, "check_drafts", lambda: settle_briefs(plugin, drafts, context)
        )
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


def check_context(settings: Settings, run_id: str, locale: str) -> Any:
    """The check context of a run and language, built once: vocabulary, names, rules, policies, live texts."""
    from tasks.check_context import build_check_context

    key = (run_id, locale.split("-")[0])
    if key not in _contexts:
        with warehouse_of(settings).open() as con:
            _contexts[key] = build_check_context(
                con, locale=locale, rules_files=settings.rules_files
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
            check_accounting(warehouse, run_id)
            check_tables(warehouse, run_id)
    except Exception as error:
        _end_run(warehouse, run_id, "failed", str(error))
        raise
    _end_run(warehouse, run_id, state, reason)
    if state == "completed":
        forget_drafts(warehouse)
        build_report(warehouse_of(settings, read_only=True), settings.home, run_id)


def _end_run(warehouse: Warehouse, run_id: str, state: str, reason: str | None) -> None:
    with warehouse.transaction() as con:
        run_named(
            con,
            "publish/end_run",
            {"run_id": run_id, "state": state, "moment": moment_in(con), "reason": reason},
        )
