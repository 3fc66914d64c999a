"""Plans a run: scenarios, briefs, what is known and what is to be written. The dry run plans by the same functions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.copywriters import copywriter_of
from flows.open_shop import discover, warehouse_of
from flows.settings import Settings
from plugins.contract import Brief, Plugin
from plugins.discovery import Discovery
from tasks.answer_questions import decide_questions
from tasks.build_scenarios import (
    BuiltScenario,
    ScenarioDefinition,
    build_scenarios,
    load_scenario_definitions,
)
from tasks.errors import InputError, PluginError
from tasks.plan_briefs import People, PlannedBrief, plan_briefs, read_people
from tasks.records import SettledBrief, Verdict
from tasks.refresh_marts import keep_marts, refresh_marts, require_shop
from tasks.scrub_text import scrub_texts
from tasks.set_aside import require_known_tiers
from tasks.warehouse import MACROS, Connection, insert_rows, run_named

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
        keep_marts(warehouse_of(settings), file)
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
    built, people = _build(con, settings, wanted, run_id)
    by_name = {p.name: p for p in discovery.plugins}
    models = {name: copywriter_of(settings, con, name) for name in by_name}
    model = copywriter_of(settings, con)
    plan = RunPlan(built=built, plugins=by_name, model=model, lines=[], models=models)
    plan.problems += [p.reason for p in discovery.problems]
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


def _build(
    con: Connection, settings: Settings, wanted: Sequence[ScenarioDefinition], run_id: str
) -> tuple[list[BuiltScenario], People]:
    """The scenarios and the shop's people: what Python works out (people, open questions) and what DuckDB works out
    (audiences) go side by side, each on a cursor of its own.

    Scenarios that read the decisions about questions are built after them.
    """

    def build(definitions: Sequence[ScenarioDefinition]) -> list[BuiltScenario]:
        return build_scenarios(
            con,
            definitions,
            run_id=run_id,
            min_audience=settings.min_audience,
            products_per_customer=settings.products_per_customer,
            max_products=settings.max_products,
        )

    def read() -> People:
        with con.cursor() as cursor:
            for macro in MACROS:  # temporary ones, hence the cursor's own
                run_named(cursor, macro)
            if any(REPLIES in definition.content_types for definition in wanted):
                decide_questions(cursor, locale=settings.locale)
            return read_people(cursor)

    with ThreadPoolExecutor(1, thread_name_prefix="plan") as beside:
        reading = beside.submit(read)
        built = build([d for d in wanted if not _reads_replies(d)])
        people = reading.result()
    built += build([d for d in wanted if _reads_replies(d)])
    places = {definition.name: place for place, definition in enumerate(wanted)}
    return sorted(built, key=lambda b: places[b.scenario.name]), people


def _reads_replies(definition: ScenarioDefinition) -> bool:
    return REPLIES in definition.content_types or "question_replies" in definition.sql


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
    people: People,
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
