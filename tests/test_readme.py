"""The README is true: its commands exist, and the way from exports to published copy runs as it is written."""

from __future__ import annotations

import csv
import gzip
import random
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    \$? ?((?:shelftalk|make) .*?)(?:\s+#.*)?$", README, flags=re.M)
OWN_SHOP = README.split("## Bring your own shop")[1].split("##")[0]
OWN_SHOP_COMMANDS = re.findall(r"^    (shelftalk .*)$", OWN_SHOP, flags=re.M)


def invoke(line: str, *more: str) -> Any:
    from flows import cli, cli_load, cli_look, cli_operate, review  # noqa: F401 - they register commands

    return CliRunner().invoke(cli.app, [*shlex.split(line)[1:], *more], catch_exceptions=False)


@pytest.mark.parametrize("line", sorted({c for c in COMMANDS if c.startswith("make")}))
def test_make_targets_exist(line: str) -> None:
    done = subprocess.run(
        [*shlex.split(line), "-n"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", sorted({c for c in COMMANDS if c.startswith("shelftalk")}))
def test_commands_exist(line: str) -> None:
    words = [w for w in shlex.split(line) if not w.startswith("-")]
    asked = invoke("shelftalk " + " ".join(words[1:2]), "--help")
    assert asked.exit_code == 0, asked.output


def test_each_dependency_has_its_reason_in_the_readme() -> None:
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    for dependency in dependencies:
        name = re.split(r"[<>=\[~!]", dependency)[0]
        assert re.search(rf"\| `{re.escape(name)}` \|", README), f"README does not say why {name}"


def write_exports(folder: Path) -> None:
    """A shop's exports under the names that the README uses."""
    draw = random.Random(3)
    colours = ("oatmeal", "olive green", "teal")
    with (folder / "products.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant Price,Published".split(
                ","
            )
        )
        for n in range(330):
            colour = draw.choice(colours)
            name = f"Harrow {chr(65 + n % 26)}{chr(97 + n // 26)}lden {draw.choice(('Mug', 'Tray', 'Runner'))}"
            shelf = f"{chr(97 + n % 26)}{chr(97 + n // 26)}"
            greeting = draw.choice(("Have a look", "Say hello"))
            body = f"<p>The {name} comes in {colour}.</p><p>{greeting} today, it waits on shelf {shelf}.</p>"
            rows.writerow(
                [
                    f"p{n}",
                    name,
                    body,
                    "Harrow",
                    "kitchenware",
                    "Color",
                    colour,
                    f"{5 + n % 20}.50",
                    "true",
                ]
            )
    with (folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "email"])
        rows.writerows([f"c{n}", f"Person Number{n}", f"c{n}@example.com"] for n in range(120))
    duckdb.sql(
        "copy (select 'o' || n as order_id, 'c' || (n % 120) as customer_id, "
        "timestamp '2026-01-01' + interval (n) hour as ordered_at from range(480) t(n)) "
        f"to '{folder / 'orders.parquet'}'"
    )
    with gzip.open(folder / "lines.csv.gz", "wt", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["order_id", "line_number", "product_id", "quantity", "unit_price", "list_price"]
        )
        rows.writerows([f"o{n}", 1, f"p{n % 12}", 1, "6.50", "9.00"] for n in range(480))
    with (folder / "reviews.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["review_id", "product_id", "rating", "Review Text"])
        rows.writerows(
            [f"r{n}", f"p{n % 12}", 4, "I love the colour. The quality is good."]
            for n in range(120)
        )


def test_the_way_from_exports_to_published_copy_runs_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: None
) -> None:
    write_exports(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHELFTALK_TRAIN_STEPS", "10")
    monkeypatch.setenv("SHELFTALK_MAX_PRODUCTS", "4")
    monkeypatch.setenv("SHELFTALK_CANDIDATES", "1")
    assert len(OWN_SHOP_COMMANDS) >= 8
    for line in OWN_SHOP_COMMANDS:
        done = invoke(line)
        assert done.exit_code == 0, (line, done.output)
    assert (tmp_path / "home" / "report" / "index.html").is_file()
    done = invoke("shelftalk show --limit 3")
    assert "Harrow" in done.output
