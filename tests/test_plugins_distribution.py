"""The example distribution: built, installed into a fresh environment, listed, checked and planned there."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tasks.small_shop import fill_small_shop
from tasks.warehouse import Warehouse

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "example-plugin"
SHELFTALK = "import sys; from flows.cli import main; sys.argv[0] = 'shelftalk'; main()"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment of its own, into which the built wheel was installed; Shelftalk is lent to it."""
    pytest.importorskip("hatchling", reason="hatchling builds the example; pip install hatchling")
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(EXAMPLE)])
    [wheel] = folder.glob("*.whl")
    run([*pip, "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)])
    [site] = (folder / "venv").glob("lib/python*/site-packages")
    lent = f"{sysconfig.get_path('purelib')}\n{ROOT}\n"
    (site / "lent.pth").write_text(lent)
    return python


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def shelftalk(python: Path, *arguments: str, cwd: Path) -> str:
    return run([str(python), "-c", SHELFTALK, *arguments], cwd=cwd).stdout


def test_it_is_listed_and_planned_once_installed(fresh: Path, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / ".shelftalk" / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
    listed = json.loads(shelftalk(fresh, "plugins", "--json", cwd=tmp_path))
    [care] = [plugin for plugin in listed["plugins"] if plugin["name"] == "care_cards"]
    assert "site-packages" in care["folder"]
    assert listed["problems"] == []
    planned = json.loads(shelftalk(fresh, "plan", "--plugin", "care_cards", "--json", cwd=tmp_path))
    [line] = planned["lines"]
    assert (line["scenario"], line["plugin"]) == ("first_to_second_purchase", "care_cards")
    assert line["count_to_write"] > 0


@pytest.mark.slow
def test_its_own_test_the_conformance_suite_passes_there(fresh: Path, tmp_path: Path) -> None:
    done = run(
        [str(fresh), "-m", "pytest", "-p", "no:cacheprovider", str(EXAMPLE / "tests")],
        cwd=tmp_path,
    )
    assert "1 passed" in done.stdout


def test_it_is_not_there_without_being_installed(tmp_path: Path) -> None:
    listed = json.loads(shelftalk(Path(sys.executable), "plugins", "--json", cwd=tmp_path))
    assert "care_cards" not in {plugin["name"] for plugin in listed["plugins"]}
