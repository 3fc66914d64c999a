"""Homes for benchmarks: a sample shop with a trained house model, made once; copies of it; shops of several sizes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb

from flows.open_shop import discover
from flows.settings import load_settings
from tasks.sample_shop import make_sample_shop
from tasks.scrub_text import scrub_texts
from tasks.train_copywriter import train
from tasks.warehouse import Warehouse

TONES = ("plain", "refined", "warm", "lively", "plain", "refined", "warm")


def finished_home(home: Path) -> Path:
    """``home``, with a sample shop and a house model; both are made where they are missing (some three minutes)."""
    warehouse = Warehouse(home / "warehouse.duckdb")
    if not warehouse.path.exists():
        warehouse.create()
        with warehouse.transaction() as con:
            make_sample_shop(con)
        scrub_texts(warehouse)
    with warehouse.open() as con:
        found = con.execute("select count(*) from content.models where state = 'in_use'").fetchone()
    if not found or not found[0]:
        settings = load_settings()
        train(warehouse, discover(settings).plugins, home, seed=settings.seed)
    return home


def copy_of(home: Path, target: Path) -> Path:
    """A copy of a finished home without its runs, writing with the original's model."""
    target.mkdir(parents=True)
    shutil.copy(home / "warehouse.duckdb", target / "warehouse.duckdb")
    warehouse = Warehouse(target / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        folders = con.execute("select model_hash, folder from content.models").fetchall()
        for model_hash, folder in folders:
            kept = Path(folder) if Path(folder).is_dir() else home / "models" / Path(folder).name
            con.execute(
                "update content.models set folder = $folder where model_hash = $model_hash",
                {"folder": str(kept.resolve()), "model_hash": model_hash},
            )
        forget_runs(con)
    return target


def forget_runs(con: duckdb.DuckDBPyConnection) -> None:
    """Empty every content table but the models, as before the first run."""
    tables = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'content' and table_name not like 'model%'"
    ).fetchall()
    for (table,) in tables:
        con.execute(f'delete from content."{table}"')


def more_scenarios(folder: Path, copies: int) -> Path:
    """A folder with ``copies`` of each built-in scenario of products, in other tones: so many more briefs a product."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = Path(__file__).parent.parent / "sql" / "scenarios"
    for source in sorted(sources.glob("*.sql")):
        if source.stem == "open_questions":
            continue
        for number in range(1, copies + 1):
            text = source.read_text(encoding="utf-8")
            tone = TONES[number % len(TONES)]
            lines = [
                f"-- tone: {tone}" if x.startswith("-- tone:") else x for x in text.split("\n")
            ]
            (folder / f"{source.stem}_{number}.sql").write_text("\n".join(lines), encoding="utf-8")
    return folder


def limit_for(lines: list[dict[str, Any]], wanted: int) -> int:
    """The limit a scenario and plugin at which a plan has about ``wanted`` briefs (all of it where it has fewer)."""
    counts = [int(line["count_briefs"]) for line in lines]
    limit = 1
    while sum(min(count, limit) for count in counts) < wanted and limit < max(counts, default=1):
        limit += 1
    return limit
