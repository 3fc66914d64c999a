"""A run without a copywriter, for tests: every brief gets its fallback, through the steps of a real run."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from flows.planning import RunPlan, plan_run
from flows.run_steps import finish_run, settle_batch, settle_known, start_run
from flows.settings import Settings
from tasks.warehouse import Warehouse, insert_rows
from tasks.write_drafts import WrittenBrief
from tests.small_shop import fill_small_shop

MODEL_HASH = "f" * 64


def make_home(home: Path) -> Warehouse:
    """A home with the small shop and a row for a copywriter that is never loaded."""
    warehouse = Warehouse(home / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        model = {
            "model_hash": MODEL_HASH,
            "folder": str(home / "models" / "none"),
            "corpus": {},
            "settings": {},
            "figures": {},
            "state": "in_use",
            "created_at": datetime(2026, 11, 20),
        }
        insert_rows(con, "content.models", [model])
    return warehouse


def write_fallbacks(
    settings: Settings,
    *,
    limit: int | None = None,
    plugins: tuple[str, ...] = (),
    scenarios: tuple[str, ...] = (),
) -> tuple[str, RunPlan]:
    """Run every step but drafting; gives the run's id and its plan."""
    run_id = start_run(settings, {})
    plan = plan_run(settings, run_id, limit=limit, plugins=plugins, scenarios=scenarios)
    settle_known(settings, run_id, plan)
    for batch in plan.batches:
        written = [WrittenBrief(brief, "a prompt", ()) for brief in batch.briefs]
        settle_batch(settings, run_id, plan, batch, written)
    finish_run(settings, run_id, plan, state="completed")
    return run_id, plan


def everything(warehouse: Warehouse, *schemas: str, leave_out: tuple[str, ...] = ()) -> str:
    """All rows of all tables and views of ``schemas``, but those to ``leave_out``, as one text."""
    told: list[str] = []
    with warehouse.open() as con:
        names = con.execute(
            "select table_schema, table_name from information_schema.tables "
            "where list_contains($schemas, table_schema)",
            {"schemas": list(schemas)},
        ).fetchall()
        for schema, name in names:
            if f"{schema}.{name}" in leave_out:
                continue
            told += [
                json.dumps(row, default=str, ensure_ascii=False)
                for row in con.execute(f'from {schema}."{name}"').fetchall()
            ]
    return "\n".join(sorted(told))
