"""Checks briefs.sql: columns, grain, rows, determinism, time, and that each fact names a cell that holds it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import duckdb

from plugins.contract import Brief
from tasks.build_scenarios import BuiltScenario
from tasks.conformance.findings import Findings
from tasks.errors import PluginError
from tasks.plan_briefs import PlannedBrief, plan_briefs
from tasks.select_only import why_not_select
from tasks.untrusted_sql import read_untrusted
from tasks.warehouse import Connection, one_value

__all__ = ["check_cells", "check_queries"]

_LINE = re.compile(r"LINE (\d+):")
_DIGITS = re.compile(r"[^0-9]")


def check_queries(
    con: Connection,
    findings: Findings,
    built: Sequence[BuiltScenario],
    figures: dict[str, float],
) -> dict[str, list[Brief]]:
    """Scenario name -> the briefs that can be written for it; each scenario is planned twice and compared."""
    plugin = findings.plugin
    if not plugin.briefs_sql.lstrip().startswith("-- Grain:"):
        findings.add(
            "warning",
            "sql",
            "briefs.sql",
            "the first line does not state the grain",
            "begin with a comment such as `-- Grain: one row a product that …`.",
            line=1,
        )
    if "$scenario_version_id" not in plugin.briefs_sql:
        findings.add(
            "warning",
            "sql",
            "briefs.sql",
            "$scenario_version_id is not used, so every scenario gets the same subjects",
            "join content.audience_products where scenario_version_id = $scenario_version_id.",
            line=1,
        )
    found: dict[str, list[Brief]] = {}
    problems: list[PlannedBrief] = []
    slowest = 0.0
    for scenario in built:
        began = time.perf_counter()
        try:
            planned = _plan(con, findings, scenario)
            slowest = max(slowest, time.perf_counter() - began)
            again = _plan(con, findings, scenario)
        except PluginError as error:
            findings.add(
                "error",
                "sql",
                "briefs.sql",
                str(error).replace("briefs.sql: ", ""),
                "see the rows and the columns that the contract asks for in plugins/contract.py.",
                line=_error_line(con, plugin.briefs_sql, scenario.scenario_version_id),
            )
            return {}
        if again != planned:
            findings.add(
                "error",
                "sql",
                "briefs.sql",
                f"it gives other rows the second time, for scenario {scenario.scenario.name}",
                "give every limit, list() and row_number() an order that leaves no ties.",
                line=1,
            )
        problems += [item for item in planned if item.problem]
        found[scenario.scenario.name] = [item.brief for item in planned if not item.problem]
    figures["slowest_sql_seconds"] = round(slowest, 3)
    figures["count_briefs"] = sum(len(briefs) for briefs in found.values())
    _check_outcome(findings, found, problems, slowest)
    return found


def _plan(con: Connection, findings: Findings, scenario: BuiltScenario) -> list[PlannedBrief]:
    return plan_briefs(
        con, scenario, findings.plugin, model_hash=None, settings_fingerprint="conformance"
    )


def _check_outcome(
    findings: Findings,
    found: dict[str, list[Brief]],
    problems: Sequence[PlannedBrief],
    slowest: float,
) -> None:
    count = sum(len(briefs) for briefs in found.values())
    if problems:
        first = problems[0]
        findings.add(
            "warning" if count else "error",
            "sql",
            "briefs.sql",
            f"{len(problems)} of {len(problems) + count} briefs cannot be written, the first "
            f"({first.brief.subject_id!r}) because {first.problem}",
            "select only subjects that have what required_facts of plugin.toml names, or require less.",
            line=1,
        )
    elif not count:
        findings.add(
            "error",
            "sql",
            "briefs.sql",
            f"it gives no row for any of {len(found)} scenarios",
            "look at its joins and its where; `shelftalk plugins check NAME --shop` tries your own shop.",
            line=1,
        )
    limit = findings.plugin.manifest.sql_seconds
    if slowest > limit / 3:
        findings.add(
            "warning",
            "speed",
            "briefs.sql",
            f"it took {slowest:.1f} s for a scenario of this shop; a run stops it after {limit:g} s",
            "join on keys, and aggregate before joining.",
            line=1,
        )


def _error_line(con: Connection, sql: str, scenario_version_id: str) -> int | None:
    """The line that DuckDB complains of, where it is the statement's own."""
    if why_not_select(con, sql) is not None:
        return None
    params = {"scenario_version_id": scenario_version_id, "locale": "en", "min_audience": 20}
    try:
        read_untrusted(con, f"explain {sql}", params, seconds=5, most_rows=1)
    except duckdb.Error as error:
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else None
    except TimeoutError:
        return None
    return None


def check_cells(con: Connection, findings: Findings, briefs: Sequence[Brief]) -> None:
    """Each fact's table and column exist, and its value stands there, as it is or as a formatted number."""
    facts = {fact for brief in briefs for fact in brief.facts}
    for table, column in sorted({(fact.source_table, fact.source_column) for fact in facts}):
        schema, _, name = table.partition(".")
        known = one_value(
            con,
            "select count(*) from information_schema.columns where table_schema = $schema "
            "and table_name = $name and column_name = $column",
            {"schema": schema, "name": name, "column": column},
        )
        mine = [f for f in facts if (f.source_table, f.source_column) == (table, column)]
        if not known:
            findings.add(
                "error",
                "sql",
                "briefs.sql",
                f"the fact {mine[0].name!r} names the cell {table}.{column}, which does not exist",
                "name the table and column that the value is read from: the claim ledger shows it to people.",
                near=table,
            )
            continue
        # Both names were found in the catalogue of the warehouse, so they are no longer data.
        rows = con.execute(
            f'select distinct cast("{column}" as varchar) from "{schema}"."{name}" limit 200000'
        ).fetchall()
        held = {" ".join(str(value).split()) for (value,) in rows if value is not None}
        digits = {_DIGITS.sub("", value) for value in held}
        for fact in sorted(mine, key=lambda one: one.value):
            number = _DIGITS.sub("", fact.value)
            if fact.value in held or any(fact.value in one for one in held):
                continue
            if number and (number in digits or number.removesuffix("00") in digits):
                continue
            findings.add(
                "warning",
                "sql",
                "briefs.sql",
                f"the fact {fact.name!r} says {fact.value[:60]!r}, which stands nowhere in {table}.{column}",
                "state what the cell holds, or name the cell that holds it.",
                near=column,
            )
            break
