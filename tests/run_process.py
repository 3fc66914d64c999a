"""Runs of the small shop as processes of their own, for tests that kill them or start two: homes, starts, contents."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from tasks.warehouse import Warehouse
from tests.small_shop import fill_small_shop

START = """
import os, sys
from flows.settings import load_settings, prepare_prefect
settings = load_settings()
prepare_prefect(settings)
limit = int(os.environ["LIMIT_FILE_BYTES"]) if "LIMIT_FILE_BYTES" in os.environ else None
from flows.produce_content import produce_content
if limit:
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print("ready", flush=True)
import json
options = json.loads(os.environ.get("RUN_OPTIONS", "{}"))
print(produce_content(**options)["run_id"], flush=True)
"""


def make_home(home: Path, *, steps: int = 30) -> Path:
    """A home with the small shop and a copywriter of a few steps."""
    from flows.open_shop import discover
    from flows.settings import load_settings
    from tasks.train_copywriter import train
    from tests.small_archive import fill_small_archive

    warehouse = Warehouse(home / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        fill_small_archive(con)
    train(warehouse, discover(load_settings()).plugins, home, steps=steps, seed=7)
    return home


def copy_home(home: Path, target: Path) -> Path:
    """A copy of a home that nothing runs on; its copywriter's folder is the original's."""
    shutil.copytree(home, target, ignore=shutil.ignore_patterns("prefect", "run.lock"))
    return target


def environment_of(home: Path, **more: str) -> dict[str, str]:
    """The environment of a run on ``home``: small batches, so that a run has many moments to be killed in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHELFTALK", "PREFECT"))}
    return {
        **kept,
        "SHELFTALK_HOME": str(home),
        "SHELFTALK_CANDIDATES": "2",
        "SHELFTALK_BATCH_SIZE": "8",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).parent.parent),
        **more,
    }


def start_run(home: Path, cwd: Path, **more: str) -> subprocess.Popen[str]:
    """A run of produce-content as a process."""
    return subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=cwd,
        env=environment_of(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], timeout: float = 240) -> str:
    """The output of a run that must succeed; its last line is the run_id."""
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err[-3000:]
    return out


def contents(home: Path) -> dict[str, Any]:
    """What stands in a warehouse after a run: the live texts by brief, and what must not be."""
    con = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    try:

        def value(sql: str) -> Any:
            row = con.execute(sql).fetchone()
            return row[0] if row else None

        texts = con.execute(
            "select brief_id, brief_hash, body, written_by from content.texts where retired_at is null order by all"
        ).fetchall()
        return {
            "texts": texts,
            "quarantined": con.execute(
                "select distinct brief_id, brief_hash from content.quarantine order by all"
            ).fetchall(),
            "audience": con.execute(
                "select * from content.audience_products order by all"
            ).fetchall(),
            "count_all_texts": value("select count(*) from content.texts"),
            "count_unbalanced": value(
                "select count(*) from content.run_accounting join content.runs using (run_id) "
                "where state = 'completed' and not is_balanced"
            ),
            "count_running": value("select count(*) from content.runs where state = 'running'"),
            "count_orphans": sum(value(sql) for sql in ORPHANS),
            "count_kept_drafts": value("select count(*) from content.draft_cache"),
        }
    finally:
        con.close()


_MISSING = (
    ("claims", "text_id", "texts"),
    ("texts", "(run_id, brief_id)", "briefs"),
    ("drafts", "(run_id, brief_id)", "briefs"),
    ("verdicts", "draft_id", "drafts"),
    ("quarantine", "(run_id, brief_id)", "briefs"),
    ("briefs", "run_id", "run_plan"),
    ("run_plan", "run_id", "runs"),
    ("audience", "scenario_version_id", "scenarios"),
    ("audience_products", "scenario_version_id", "scenarios"),
)
"""(table, key, the table that must hold the key)"""
ORPHANS = (
    *(
        f"select count(*) from content.{table} where {key} not in (select {key} from content.{owner})"
        for table, key, owner in _MISSING
    ),
    "select count(*) from "
    "(select brief_id from content.texts where retired_at is null group by all having count(*) > 1)",
    "select count(*) from (select run_id, brief_id from content.briefs group by all having count(*) > 1)",
)
"""Statement -> how many rows have lost what they belong to, or stand twice."""
