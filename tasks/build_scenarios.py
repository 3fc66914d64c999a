"""Builds scenarios: who belongs to each segment now, which products to speak about, in versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import duckdb

from plugins.contract import Scenario
from tasks.errors import ScenarioError
from tasks.scenario_definitions import ScenarioDefinition, load_scenario_definitions
from tasks.select_only import why_not_select
from tasks.statements import in_transaction
from tasks.warehouse import Connection, fetch_dicts, one_value, run_named, safe_reason

__all__ = ["BuiltScenario", "ScenarioDefinition", "build_scenarios", "load_scenario_definitions"]

COLUMNS = ("customer_id", "product_id", "score")
_KEPT = (
    "title",
    "goal",
    "season",
    "channel",
    "tone",
    "locale",
    "content_types",
    "priority",
)


@dataclass(frozen=True, slots=True)
class BuiltScenario:
    """The version of a scenario that holds now. ``reason`` says why a refused one is refused."""

    scenario: Scenario
    scenario_version_id: str
    state: Literal["ready", "refused"]
    reason: str | None
    count_customers: int
    count_products: int
    definition_hash: str
    is_new_version: bool


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a scenario's SELECT amounts to once consent and reach were applied."""

    count_customers: int
    count_products: int
    audience_hash: str
    refusal: str | None


def build_scenarios(
    con: Connection,
    definitions: Sequence[ScenarioDefinition],
    *,
    run_id: str,
    min_audience: int = 20,
    products_per_customer: int = 5,
    max_products: int = 80,
    min_reach: int = 3,
) -> list[BuiltScenario]:
    """Build each scenario on the marts of now; a version is added only where something changed.

    ``con`` must not be in a transaction: each scenario commits on its own, since in DuckDB one
    wrong SELECT would abort all of them. Only customers who consent and are not suppressed belong
    to an audience. Each of at most ``products_per_customer`` products a customer is kept for at least
    ``min_reach`` customers, so that no text is read by one person alone. A scenario with a smaller
    audience than ``min_audience``, or whose SQL fails, gets a refused row and no audience.
    """
    limits = {
        "products_per_customer": products_per_customer,
        "max_products": max_products,
        "min_reach": min_reach,
        "min_audience": min_audience,
    }
    season_now = one_value(con, "select season from mart.shop_clock") or "all_year"
    built = []
    try:
        for definition in definitions:
            season = season_now if definition.season == "by_clock" else definition.season
            reach = _reach(con, definition, min_audience, limits)
            built.append(_settle(con, definition, season, reach, run_id, limits))
    finally:
        for table in ("scenario_candidates", "offered_candidates", "ranked_products"):
            con.execute(f"drop table if exists temp.{table}")
    return built


def _reach(
    con: Connection, definition: ScenarioDefinition, min_audience: int, limits: dict[str, int]
) -> _Reach:
    """Run the scenario's SELECT into temporary tables, outside any transaction."""
    refusal = why_not_select(con, definition.sql)
    if refusal is None:
        try:
            figures = _fill_temporary_tables(con, definition, limits)
        except ScenarioError as error:
            refusal = str(error)
        except duckdb.Error as error:
            refusal = safe_reason(error)
    if refusal is not None:
        # The reason stands for the audience: the same failure again is no new version.
        digest = hashlib.md5(refusal.encode(), usedforsecurity=False).hexdigest()
        return _Reach(0, 0, digest, f"{definition.path}: {refusal}")
    count = int(figures["count_customers"])
    if count < min_audience:
        refusal = (
            # Not how many: a number that changes by one tells of one customer.
            f"the audience is under min_audience {min_audience}; widen the segment or "
            "lower the setting."
        )
    return _Reach(count, int(figures["count_products"]), str(figures["audience_hash"]), refusal)


def _fill_temporary_tables(
    con: Connection, definition: ScenarioDefinition, limits: dict[str, int]
) -> dict[str, Any]:
    select = definition.sql.rstrip().rstrip(";")
    con.execute(f"create or replace temp table scenario_candidates as\n{select}")
    columns = [row[0] for row in con.execute("describe temp.scenario_candidates").fetchall()]
    if sorted(columns) != sorted(COLUMNS):
        raise ScenarioError(
            f"the SELECT gives {', '.join(columns)}; it has to give {', '.join(COLUMNS)}."
        )
    consent = {"allow_sensitive": definition.allow_sensitive}
    run_named(con, "plan/offered_candidates", consent)
    run_named(con, "plan/ranked_products", limits)
    return fetch_dicts(run_named(con, "plan/audience_figures"))[0]


def _settle(
    con: Connection,
    definition: ScenarioDefinition,
    season: str,
    reach: _Reach,
    run_id: str,
    limits: dict[str, int],
) -> BuiltScenario:
    """Keep the latest version where nothing changed, else add one and replace the audience."""
    state: Literal["ready", "refused"] = "ready" if reach.refusal is None else "refused"
    definition_hash = definition.hash(season)
    rows = fetch_dicts(run_named(con, "plan/latest_version", {"scenario": definition.name}))
    latest = rows[0] if rows else None
    is_same = latest is not None and (
        latest["definition_hash"],
        latest["audience_hash"],
        latest["state"],
        latest["reason"],
    ) == (definition_hash, reach.audience_hash, state, reach.refusal)
    version_id = latest["scenario_version_id"] if latest is not None and is_same else ""
    if not is_same:
        version = 1 if latest is None else latest["version"] + 1
        version_id = f"{definition.name}-v{version}"
        previous_id = None if latest is None else latest["scenario_version_id"]
        row = {
            "scenario_version_id": version_id,
            "scenario": definition.name,
            "version": version,
            "run_id": run_id,
            **{key: value for key, value in definition.header(season).items() if key in _KEPT},
            "definition_hash": definition_hash,
            "audience_hash": reach.audience_hash,
            "count_customers": reach.count_customers,
            "count_products": reach.count_products if state == "ready" else 0,
            "state": state,
            "reason": reach.refusal,
            "built_at": datetime.now(UTC).replace(tzinfo=None),
            "definition": json.dumps(definition.header(season), sort_keys=True),
        }
        _write_version(con, row, previous_id, limits)
    return BuiltScenario(
        scenario=Scenario(
            name=definition.name,
            title=definition.title,
            goal=definition.goal,
            season=season,
            channel=definition.channel,
            tone=definition.tone,
            locale=definition.locale,
            content_types=definition.content_types,
            priority=definition.priority,
        ),
        scenario_version_id=version_id,
        state=state,
        reason=reach.refusal,
        count_customers=reach.count_customers,
        count_products=reach.count_products if state == "ready" else 0,
        definition_hash=definition_hash,
        is_new_version=not is_same,
    )


def _write_version(
    con: Connection, row: dict[str, Any], previous_id: str | None, limits: dict[str, int]
) -> None:
    """One transaction: the version's row, its audience in place of the one before."""
    with in_transaction(con):
        difference = {"count_added": 0, "count_removed": 0}
        if row["state"] == "ready":
            before = {"previous_version_id": previous_id or ""}
            difference = fetch_dicts(run_named(con, "plan/audience_difference", before))[0]
        for name in ("drop_audience", "drop_audience_products", "drop_segment_categories"):
            run_named(con, f"plan/{name}", row)
        run_named(con, "plan/add_scenario", {**row, **difference})
        if row["state"] == "ready":
            for name in ("add_audience", "add_audience_products", "add_segment_categories"):
                run_named(con, f"plan/{name}", {**row, **limits})
