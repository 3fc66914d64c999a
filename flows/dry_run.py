"""The dry run: the same plan as a run's, made in a scratch database that only reads the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flows.copywriters import copywriter_of
from flows.open_shop import warehouse_of
from flows.planning import make_plan
from flows.settings import Settings
from tasks.warehouse import one_value, sql_text


def dry_run(
    settings: Settings,
    *,
    scenarios: Sequence[str] = (),
    plugins: Sequence[str] = (),
    limit: int | None = None,
    rewrite: bool = False,
) -> dict[str, Any]:
    """What a run would do now, writing nothing.

    ``lines`` has a row a scenario and plugin; ``estimated_seconds`` goes by the pace of the last completed runs
    and is None before the first.
    """
    with warehouse_of(settings, read_only=True).scratch() as con:
        plan = make_plan(
            con,
            settings,
            "dry-run",
            scenarios=scenarios,
            plugins=plugins,
            limit=limit,
            rewrite=rewrite,
        )
        model = copywriter_of(settings, con)
        pace = one_value(con, sql_text("publish/pace"))
    customers = {b.scenario.name: b.count_customers for b in plan.built}
    to_write = sum(line.count_to_write for line in plan.lines)
    lines = []
    for line in plan.lines:
        row = asdict(line)
        lines.append(
            {"scenario": row.pop("scenario"), "count_customers": customers[line.scenario], **row}
        )
    problems = list(plan.problems)
    if model is None:
        problems.append(
            "no copywriter is in use yet: `shelftalk train` makes one, and every brief is new until then"
        )
    return {
        "lines": lines,
        "problems": problems,
        "count_briefs": sum(line.count_briefs for line in plan.lines),
        "count_unchanged": sum(line.count_unchanged for line in plan.lines),
        "count_quarantined": sum(line.count_quarantined for line in plan.lines),
        "count_to_write": to_write,
        "estimated_seconds": None if pace is None else round(pace * to_write, 1),
    }
