"""Post-conditions: Great Expectations on frames of the published tables; a failing one fails the run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from tasks.errors import AccountingError
from tasks.publish_content import now
from tasks.warehouse import Warehouse, insert_rows, run_named

if TYPE_CHECKING:
    from tasks.checks.expectations import RuleOutcome

__all__ = ["FRAMES", "check_tables", "validation_rows"]

FRAMES = ("texts", "claims", "accounting")
"""Frame -> sql/publish/published_<frame>.sql and its [[<frame>]] rules in tasks/checks/rules/published.toml."""
_KEY = {"texts": "text_id", "claims": "text_id", "accounting": "plugin"}


def check_tables(warehouse: Warehouse, run_id: str) -> None:
    """Validate the published tables and keep the results in content.validations (stage ``published``).

    AccountingError names the promise that does not hold, how many rows break it, and the first of them.
    """
    from tasks.checks.expectations import validate

    outcomes: list[RuleOutcome] = []
    broken: list[str] = []
    with warehouse.open() as con:
        frames = {
            name: run_named(con, f"publish/published_{name}", {"run_id": run_id}).df()
            for name in FRAMES
        }
    for name, frame in frames.items():
        rules = _rules()[name]
        # An empty frame breaks no promise, and Great Expectations passes it; each rule has its row all the same.
        found = validate(f"published-{name}", "rules/published.toml", rules, frame)
        for rule, outcome in zip(rules, found, strict=True):
            outcomes.append(outcome)
            if not outcome.is_successful:
                first = frame.loc[frame["row_id"].isin(outcome.failing), _KEY[name]].head(3)
                broken.append(
                    f"{len(outcome.failing)} rows break the promise that {rule['why']} "
                    f"(first: {', '.join(map(str, first))})"
                )
    with warehouse.transaction() as con:
        insert_rows(
            con, "content.validations", validation_rows(run_id, None, "published", outcomes)
        )
    if broken:
        raise AccountingError(f"run {run_id}: {'; '.join(broken)}.")


def validation_rows(
    run_id: str, plugin: str | None, stage: str, outcomes: Sequence[RuleOutcome]
) -> list[dict[str, Any]]:
    """Rows of content.validations."""
    moment = now()
    return [
        {
            "run_id": run_id,
            "plugin": plugin,
            "stage": stage,
            "rule": outcome.rule,
            "expectation": outcome.expectation,
            "severity": outcome.severity,
            "is_successful": outcome.is_successful,
            "count_evaluated": outcome.count_evaluated,
            "count_unexpected": len(outcome.failing),
            "detail": outcome.detail,
            "validated_at": moment,
        }
        for outcome in outcomes
    ]


@lru_cache(maxsize=1)
def _rules() -> Mapping[str, list[dict[str, Any]]]:
    path = resources.files("tasks.checks").joinpath("rules/published.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: table[name] for name in FRAMES}
