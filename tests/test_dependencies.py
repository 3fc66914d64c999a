"""Every library that the code imports is declared, so that a fresh installation has it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {"flows", "tasks", "plugins", "sql", "tests", "bench"}
BROUGHT = {"packaging", "starlette", "numpy", "markupsafe", "huggingface_hub", "click", "certifi"}
"""Libraries that a declared one stands on and hands out in its own interface."""


def declared() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    lines = project["dependencies"] + [
        line
        for name, extra in project["optional-dependencies"].items()
        if name != "dev"
        for line in extra
    ]
    return {re.split(r"[<>=\[~!; ]", line)[0].lower().replace("_", "-") for line in lines}


def test_what_is_imported_is_declared() -> None:
    known, distributions = declared(), packages_distributions()
    missing: dict[str, str] = {}
    for room in ("flows", "tasks", "plugins"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    names = [node.module]
                for name in (
                    {n.split(".")[0] for n in names} - OURS - BROUGHT - set(sys.stdlib_module_names)
                ):
                    carried = {d.lower().replace("_", "-") for d in distributions.get(name, [name])}
                    if not carried & known:
                        missing[name] = str(path.relative_to(ROOT))
    missing.pop("pytest", None)  # plugins/testing.py: whoever loads it has pytest
    assert not missing, f"imported but not declared: {missing}"
