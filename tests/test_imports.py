"""Imports run one way, and the command line starts without the heavy libraries."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"flows", "tasks", "plugins", "sql"}
MODULES = sorted(p for room in ("flows", "tasks", "plugins") for p in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module of ours that ``path`` imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def ours(path: Path) -> set[str]:
    return {name for name in imported(path) if name.split(".")[0] in ROOMS}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    relative = path.relative_to(ROOT)
    room = relative.parts[0]
    names = ours(path)
    if room == "tasks":
        wrong = {
            n
            for n in names
            if n.startswith("flows") or (n.startswith("plugins") and n != "plugins.contract")
        }
        if relative.parts[1] == "copywriter":
            wrong |= {
                n
                for n in names
                if n.startswith("tasks.")
                and not n.startswith(
                    ("tasks.copywriter", "tasks.records", "tasks.errors", "tasks.progress")
                )
            }
    elif room == "plugins":
        is_plugin = len(relative.parts) > 2
        wrong = {n for n in names if n.startswith("flows")}
        wrong |= {n for n in names if is_plugin and n != "plugins.contract"}
    else:
        wrong = set()
    assert not wrong, f"{relative} imports {sorted(wrong)}"


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("tasks/copywriter", {"prefect", "duckdb"}),
        ("tasks/checks", {"prefect", "duckdb", "torch", "transformers"}),
    ],
)
def test_inner_rooms_know_no_framework(room: str, forbidden: set[str]) -> None:
    for path in (ROOT / room).rglob("*.py"):
        assert not {n.split(".")[0] for n in imported(path)} & forbidden, path


def test_the_micro_batcher_knows_neither_torch_nor_prefect() -> None:
    names = {n.split(".")[0] for n in imported(ROOT / "tasks" / "micro_batcher.py")}
    assert not names & {"torch", "prefect", "transformers"}


def test_only_the_warehouse_opens_a_database() -> None:
    for path in MODULES:
        if path.name != "warehouse.py":
            assert "duckdb.connect" not in path.read_text(encoding="utf-8"), path


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from flows import cli, cli_look;"
        "heavy = {'torch', 'transformers', 'prefect', 'great_expectations', 'pandas', 'altair'} & set(sys.modules);"
        "sys.exit(f'loaded {sorted(heavy)}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr


def test_each_sql_file_states_its_grain_and_holds_one_statement() -> None:
    import duckdb

    for path in sorted((ROOT / "sql").rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        if "scenarios" not in path.parts:
            assert text.startswith("-- Grain:"), path
        assert len(duckdb.extract_statements(text)) == 1, path
