# ruff: noqa: E501 - a case is a line
"""The conformance suite: whatever breaks the contract is found, with file, line and cure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli_plugins  # noqa: F401 - it registers its commands
from flows.cli import app
from plugins.conformance import check_folder, joined_by
from plugins.discovery import discover_plugins
from plugins.plugin_files import load_plugin
from plugins.scaffolding import write_scaffold
from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.conformance import Finding, check_plugin
from tasks.refresh_marts import refresh_marts
from tasks.small_shop import small_shop
from tasks.warehouse import Connection

pytest_plugins = ["plugins.testing"]

Shop = tuple[Connection, list[BuiltScenario]]
BUILT_IN = discover_plugins(entry_points=False).by_name()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """The small shop with marts, and two scenarios: enough to find anything."""
    with small_shop() as warehouse, warehouse.scratch() as con:
        refresh_marts(con)
        some = [d for d in load_scenario_definitions() if d.priority <= 20][:2]
        definitions = some
        for plugin in BUILT_IN.values():
            definitions = (
                joined_by(plugin, definitions)
                if plugin.manifest.subject != "question"
                else definitions
            )
        yield con, build_scenarios(con, definitions, run_id="r")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_scaffold("gift_notes", "product", tmp_path)


def findings(shop: Shop, folder: Path) -> tuple[Finding, ...]:
    con, built = shop
    return check_plugin(con, load_plugin(folder), built, sample=6).findings


Change = Callable[[Path], None]


def swap(file: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def put(file: str, text: str) -> Change:
    return lambda folder: (folder / file).write_text(text, encoding="utf-8") and None


def both(*changes: Change) -> Change:
    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


SLOW = "-- Grain: one row a day that passes.\nselect cast(sum(a.range * b.range) as varchar) as subject_id, facts([]) as facts from range(1000000) as a, range(1000000) as b"
ROW = "-- Grain: one row.\nselect {subject} as subject_id, {facts} as facts from content.scenarios where scenario_version_id = $scenario_version_id"
FACT = "facts([fact('name', 'Mug', 'shop.products', 'name', 'p01'), fact('category', 'Mugs', 'shop.products', 'category', 'p01')])"

BROKEN: dict[str, tuple[Change, str, list[str]]] = {
    "a column that is not there": (
        swap("briefs.sql", "offers.category,", "offers.kategory,"),
        "briefs.sql",
        ["kategory"],
    ),
    "chance": (swap("briefs.sql", "where name in", "where random() < 2 and name in"), "briefs.sql", ["random"]),
    "a table of nowhere": (swap("briefs.sql", "shop.product_facts\n", "elsewhere.product_facts\n"), "briefs.sql", ["product_facts"]),
    "a file": (put("briefs.sql", "select * from read_csv('/etc/passwd')"), "briefs.sql", ["read_csv"]),
    "a write within": (
        put("briefs.sql", "with gone as (delete from shop.products returning product_id) select product_id as subject_id, facts([]) as facts from gone"),
        "briefs.sql",
        ["writes"],
    ),
    "no rows": (put("briefs.sql", ROW.format(subject="'a'", facts=FACT) + " and false"), "briefs.sql", ["no row for any"]),
    "a subject twice": (
        put("briefs.sql", ROW.format(subject="'a'", facts=FACT) + " union all " + ROW.format(subject="'a'", facts=FACT).split("\n")[1]),
        "briefs.sql",
        ["'a' twice"],
    ),
    "null facts": (put("briefs.sql", ROW.format(subject="'a'", facts="null")), "briefs.sql", ["null facts"]),
    "other columns": (put("briefs.sql", "-- Grain: one.\nselect 1 as id, $scenario_version_id as v"), "briefs.sql", ["id, v", "subject_id"]),
    "a million rows": (
        put("briefs.sql", "-- Grain: one row a number.\nselect cast(range as varchar) as subject_id, facts([]) as facts from range(1000000)"),
        "briefs.sql",
        ["more than 100000 rows"],
    ),
    "SQL that hangs": (
        both(put("briefs.sql", SLOW), swap("plugin.toml", 'version = "1"', 'version = "1"\nsql_seconds = 0.3')),
        "briefs.sql",
        ["did not end within 0.3 s"],
    ),
    "a fact that is never there": (swap("plugin.toml", '["name", "category"]', '["name", "category", "moon_phase"]'), "briefs.sql", ["moon_phase is missing"]),
    "a cell that does not exist": (swap("briefs.sql", "'shop.products', 'category'", "'shop.products', 'kind'"), "briefs.sql", ["shop.products.kind, which does not exist"]),
    "a value that stands nowhere": (swap("briefs.sql", "fact('category', offers.category", "fact('category', 'things ' || offers.category"), "briefs.sql", ["stands nowhere in shop.products.category"]),
    "an optional fact unguarded": (swap("fallback.j2", "{% if facts.care is defined %}Care: {{ facts.care }}.{% endif %}", "Care: {{ facts.care }}."), "fallback.j2", ["care"]),
    "a fact that nothing gives": (put("prompt.j2", "gift_notes\n{{ facts.moon_phase }} {{ slots }}"), "prompt.j2", ["moon_phase"]),
    "a template that loops": (
        both(
            put("prompt.j2", "{% for a in range(90000) %}{% for b in range(90000) %}{{ b }}{% endfor %}{% endfor %}"),
            swap("plugin.toml", 'version = "1"', 'version = "1"\nhook_seconds = 0.3'),
        ),
        "prompt.j2",
        ["did not end within 0.3 s"],
    ),
    "a template that fills the memory": (put("prompt.j2", "{{ 'x' * 999999999 }}"), "prompt.j2", ["small numbers only"]),
    "a filter that fills the memory": (
        both(put("prompt.j2", "{{ 'x' | center(300000000) }}"), swap("plugin.toml", 'version = "1"', 'version = "1"\nhook_seconds = 0.2')),
        "prompt.j2",
        [""],
    ),
    "a template that reaches in": (put("prompt.j2", "{{ slots.__class__.__mro__ }}"), "prompt.j2", ["__class__"]),
    "a template by chance": (put("prompt.j2", "{{ range(1, 99999) | random }} {{ slots }}"), "prompt.j2", ["another text the second time"]),
    "a fallback that makes things up": (swap("fallback.j2", "It is made of {{ facts.material }}.", "It is waterproof."), "fallback.j2", ["a sentence is dropped", "waterproof"]),
    "a fallback that leaks a slot": (swap("fallback.j2", "It is made of {{ facts.material }}.", "It is made of <material>."), "fallback.j2", ["a sentence is dropped"]),
    "an unknown expectation": (swap("checks.toml", '"expect_copy_to_be_private"', '"expect_the_best"'), "checks.toml", ["expect_the_best"]),
    "an accepted text that falls": (swap("examples.toml", "It is made of stoneware. Care", "It is made of silk. Care"), "examples.toml", ["accepted text of example 1 is refused by grounding"]),
    "a refused text that passes": (swap("examples.toml", "It is made of bone china and holds 500 ml.", "It is made of stoneware."), "examples.toml", ["refused text of example 1 should fall by grounding"]),
    "a hook that raises": (put("plugin.py", "def prepare(brief):\n    return 1 / 0\n"), "plugin.py", ["ZeroDivisionError"]),
    "a hook that hangs": (
        both(put("plugin.py", "def accept(draft_text, brief):\n    while True:\n        pass\n"), swap("plugin.toml", 'version = "1"', 'version = "1"\nhook_seconds = 0.2')),
        "plugin.py",
        ["accept()", "did not end within 0.2 s"],
    ),
    "a hook of another shape": (put("plugin.py", "def prepare(brief):\n    return {}\n"), "plugin.py", ["returned dict"]),
    "a hook that answers with a number": (put("plugin.py", "def accept(draft_text, brief):\n    return 0\n"), "plugin.py", ["returned 0"]),
    "a hook that makes facts up": (
        put("plugin.py", "from dataclasses import replace\ndef prepare(brief):\n    return replace(brief, facts=(replace(brief.facts[0], value='Gold'),))\n"),
        "plugin.py",
        ["briefs.sql did not give"],
    ),
    "a hook that remembers": (
        put("plugin.py", "seen = []\ndef accept(draft_text, brief):\n    seen.append(1)\n    return 'again' if len(seen) % 2 else None\n"),
        "plugin.py",
        ["answers differently the second time"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_breaks_the_contract_is_found_with_its_place_and_cure(
    shop: Shop, folder: Path, case: str
) -> None:
    change, file, words = BROKEN[case]
    change(folder)
    told = findings(shop, folder)
    matching = [f for f in told if f.file == file and all(word in f.message for word in words)]
    assert matching, "\n".join(map(str, told))
    assert all(f.cure and f.message.endswith(".") for f in told)


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("a column that is not there", 27),
        ("a fact that nothing gives", 2),
        ("a hook that raises", 2),
        ("an optional fact unguarded", 15),
        ("an accepted text that falls", 8),
    ],
)
def test_the_line_is_the_culprits(shop: Shop, folder: Path, case: str, line: int) -> None:
    change, file, _ = BROKEN[case]
    change(folder)
    assert next(f.line for f in findings(shop, folder) if f.file == file) == line


LOAD: dict[str, tuple[Change, str, int | None, str]] = {
    "unknown key": (swap("plugin.toml", "[limits]", "[limits]\nmax_words = 3"), "plugin.toml", 20, "max_words"),
    "future contract": (swap("plugin.toml", "contract_version = 1", "contract_version = 99"), "plugin.toml", None, "update Shelftalk"),
    "template syntax": (put("prompt.j2", "a\n{% if %}"), "prompt.j2", 2, "prompt.j2"),
    "own connection": (put("plugin.py", "import re\nimport duckdb\n"), "plugin.py", 2, "briefs.sql"),
    "own connection, later": (put("plugin.py", "def accept(text, brief):\n    import sqlite3\n"), "plugin.py", 2, "briefs.sql"),
    "by another name": (put("plugin.py", "x = __import__('duckdb')\n"), "plugin.py", 1, "briefs.sql"),
    "another room": (put("plugin.py", "from tasks.warehouse import Warehouse\n"), "plugin.py", 1, "plugins.contract"),
    "no manifest": (lambda folder: (folder / "plugin.toml").unlink(), "plugin.toml", None, "folder holds"),
    "a locale that is none": (put("fallback.klingon.j2", "x"), "fallback.klingon.j2", None, "de-AT"),
    "SQL by locale": (put("briefs.de.sql", "select 1"), "briefs.sql", None, "$locale"),
}  # fmt: skip


@pytest.mark.parametrize("case", LOAD)
def test_a_folder_that_does_not_load_is_one_finding(folder: Path, case: str) -> None:
    change, file, line, words = LOAD[case]
    change(folder)
    done = check_folder(folder)
    [finding] = done.findings
    assert not done.is_sound
    assert (finding.level, finding.check) == ("error", "load")
    assert finding.file in (file, "plugin.toml")
    assert line is None or finding.line == line, finding
    assert words in f"{finding.message} {finding.cure}", finding


@pytest.mark.parametrize(
    "name", [n for n, p in BUILT_IN.items() if p.manifest.subject != "question"]
)
def test_the_built_in_plugins_pass(shop: Shop, name: str) -> None:
    assert findings(shop, BUILT_IN[name].folder) == ()


def test_the_fixture_and_the_command_say_the_same(
    conformance: Callable[[Path], object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent.parent)
    put("examples.toml", "")(folder)
    done = CliRunner().invoke(app, ["plugins", "check", str(folder), "--json"])
    told = json.loads(done.output)
    assert done.exit_code == 0
    assert [f["file"] for f in told["findings"]] == ["examples.toml"]
    assert told["findings"][0]["level"] == "warning"
    assert [f.file for f in conformance(folder).findings] == ["examples.toml"]  # type: ignore[attr-defined]
    put("prompt.j2", "{{ nobody }}")(folder)
    broken = CliRunner().invoke(app, ["plugins", "check", str(folder)])
    assert broken.exit_code == 1
    assert "prompt.j2" in broken.output
    assert "nobody" in broken.output
