"""A plausible run for tests: 2 scenarios (a third is refused), 3 plugins, 60 briefs in every state.

Everything is computed in published_run.sql, so two runs are equal.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

RUN_ID = "run-20261114-090000"
MODEL_HASH = "b41c7e90d2aa5513f0c1"
COUNT_BRIEFS = 60


def fill_published_run(con: duckdb.DuckDBPyConnection) -> None:
    """Insert products, customers and a finished run into an empty warehouse, in the caller's transaction."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in duckdb.extract_statements(source):
        con.execute(statement)
