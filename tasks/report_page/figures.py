"""What the report says about a run, read from the warehouse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tasks.errors import InputError
from tasks.warehouse import Connection, fetch_dicts, run_named

__all__ = ["OUTCOMES", "read_figures", "read_model", "read_run", "settings_of"]

OUTCOMES = ("approved", "reused", "fallback", "quarantined", "failed")


def read_run(con: Connection, run_id: str | None) -> dict[str, Any] | None:
    """The run ``run_id``, or the latest; None when there is none yet. An unknown id raises InputError."""
    found = fetch_dicts(run_named(con, "reports/run", {"run_id": run_id}))
    if not found and run_id is not None:
        raise InputError(f"there is no run {run_id!r}; leave the id out for the latest run.")
    return found[0] if found else None


def read_figures(con: Connection, run: Mapping[str, Any] | None) -> dict[str, Any]:
    """The counts of a run (``run`` from read_run).

    Keys: run_id, state, reason, started_at, ended_at, seconds, seed, model_hash (None without a run);
    count_customers (in at least one ready scenario; people are counted in steps of min_audience),
    scenarios (list; told_customers, told_added and told_removed are for showing, small counts None), plugins
    (the accounting, with share_written and share_fallback between 0 and 1, None without briefs), totals
    (count_briefs and each count_<outcome>), is_balanced, count_drafts, count_judged, count_refused,
    count_claims, refusals, validations, problems (what the run went on without), costs (step ->
    processor_seconds, wall_seconds, count_briefs and share_processor; empty for runs of older versions).
    """
    run_id = run["run_id"] if run else None
    named = {"run_id": run_id}
    scenarios = fetch_dicts(run_named(con, "reports/audience", named))
    plugins = fetch_dicts(run_named(con, "reports/accounting", named))
    for line in plugins:
        line.update(_shares(line))
    min_audience = int(settings_of(run).get("min_audience") or 20)
    for line in scenarios:
        _coarsen(line, min_audience)
    totals = {
        name: sum(line[name] for line in plugins)
        for name in ("count_briefs", *(f"count_{outcome}" for outcome in OUTCOMES))
    }
    versions = [f"{s['scenario']}/{s['version']}" for s in scenarios if s["state"] == "ready"]
    reached = run_named(con, "reports/count_reached", {"versions": versions}).fetchone() or (0,)
    return {
        **{key: run[key] if run else None for key in _RUN_KEYS},
        "seconds": _seconds(run),
        "seed": settings_of(run).get("seed"),
        "count_customers": _step(reached[0], min_audience),
        "scenarios": scenarios,
        "plugins": plugins,
        "totals": {**totals, **_shares(totals)},
        "is_balanced": all(line["is_balanced"] for line in plugins),
        **fetch_dicts(run_named(con, "reports/draft_counts", named))[0],
        "refusals": fetch_dicts(run_named(con, "reports/refusals", named)),
        "validations": fetch_dicts(run_named(con, "reports/validations", named)),
        "problems": [row["problem"] for row in _newer(con, "run_problems", named)],
        "costs": {row["step"]: row for row in _newer(con, "run_costs", named)},
    }


def _newer(con: Connection, table: str, named: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a report about a table that a warehouse of an older version may lack."""
    if not fetch_dicts(run_named(con, "reports/known_table", {"name": table})):
        return []
    return fetch_dicts(run_named(con, f"reports/{table}", named))


_RUN_KEYS = ("run_id", "state", "reason", "started_at", "ended_at", "model_hash")


def read_model(con: Connection, model_hash: str | None) -> dict[str, Any] | None:
    """The copywriter ``model_hash`` (None: the one in use), its JSON columns as dictionaries.

    ``figures`` has ``curve``, a list of dictionaries, whatever was stored. None when unknown.
    """
    found = fetch_dicts(run_named(con, "reports/model", {"model_hash": model_hash}))
    if not found:
        return None
    model = found[0]
    for column in ("corpus", "settings", "figures"):
        model[column] = _object(model[column])
    curve = model["figures"].get("curve")
    points = curve if isinstance(curve, list) else []
    model["figures"]["curve"] = [point for point in points if isinstance(point, dict)]
    return model


def settings_of(run: Mapping[str, Any] | None) -> dict[str, Any]:
    """The settings that a run was started with; empty without a run."""
    return _object(run["settings"]) if run else {}


def _coarsen(line: dict[str, Any], min_audience: int) -> None:
    """Counts of people are told in steps of min_audience: one who joined or left must not be seen from run to run.

    ``told_<what>`` is the text to show ("<20", "140+"); the count itself becomes the step, None below the first.
    """
    for what in ("customers", "added", "removed"):
        count = line[f"count_{what}"]
        step = _step(count, min_audience)
        line[f"told_{what}"] = f"{step:,}+" if step else f"<{min_audience}" if count else "0"
        line[f"count_{what}"] = step if step or not count else None


def _step(count: int, min_audience: int) -> int:
    return count // min_audience * min_audience


def _shares(line: Mapping[str, Any]) -> dict[str, float | None]:
    # Of the briefs that this run had to write: reused ones were settled before.
    count = line["count_briefs"] - line["count_reused"]
    return {
        "share_written": line["count_approved"] / count if count else None,
        "share_fallback": line["count_fallback"] / count if count else None,
    }


def _seconds(run: Mapping[str, Any] | None) -> float | None:
    if run is None or run["ended_at"] is None:
        return None
    seconds: float = (run["ended_at"] - run["started_at"]).total_seconds()
    return seconds


def _object(text: str | None) -> dict[str, Any]:
    """A JSON column as a dictionary; anything else is an empty one, for figures are for reading only."""
    try:
        value = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
