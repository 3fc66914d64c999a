"""Plugins: a folder is all it takes, and a broken one is named while the others load on."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import plugins.discovery
import plugins.plugin_files
from plugins.discovery import Discovery, PluginProblem, discover_plugins

SOURCE = Path(plugins.discovery.__file__).parent / "descriptions"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound plugin named `slogans`, a copy of a built-in one under its own name."""
    target = tmp_path / "shop_plugins" / "slogans"
    shutil.copytree(SOURCE, target, ignore=shutil.ignore_patterns("__pycache__"))
    edit(target / "plugin.toml", 'name = "descriptions"', 'name = "slogans"')
    return target


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(folder: Path) -> Discovery:
    return discover_plugins([folder.parent], entry_points=False)


def names(discovery: Discovery) -> set[str]:
    return {plugin.name for plugin in discovery.plugins}


BUILT_IN = names(discover_plugins(entry_points=False))


def only_problem(folder: Path) -> PluginProblem:
    """The one problem that the folder causes; the built-in plugins have loaded."""
    discovery = found(folder)
    assert names(discovery) == BUILT_IN
    [problem] = discovery.problems
    assert (problem.name, problem.folder) == (folder.name, folder.resolve())
    return problem


def test_the_built_in_plugins_load_without_a_problem() -> None:
    discovery = discover_plugins(entry_points=False)
    assert {"descriptions", "recommendations", "review_summaries"} <= names(discovery)
    assert discovery.problems == ()


def test_a_folder_dropped_in_is_a_plugin(folder: Path) -> None:
    discovery = found(folder)
    assert names(discovery) == BUILT_IN | {"slogans"}
    assert discovery.problems == ()
    assert discovery.by_name()["slogans"].folder == folder.resolve()


def test_a_plugins_own_folder_may_be_named_as_well(folder: Path) -> None:
    discovery = discover_plugins([folder, folder.parent], entry_points=False)
    assert names(discovery) == BUILT_IN | {"slogans"}
    assert discovery.problems == ()


def test_folders_that_hold_no_plugin_are_passed_over(folder: Path) -> None:
    (folder.parent / "notes").mkdir()
    (folder.parent / "notes" / "readme.md").write_text("nothing here")
    assert found(folder).problems == ()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    [problem] = discover_plugins([tmp_path / "absent"], entry_points=False).problems
    assert "no such folder" in problem.reason


Change = Callable[[Path], None]


def swap(file: str, old: str, new: str) -> Change:
    return lambda folder: edit(folder / file, old, new)


def put(file: str, text: str) -> Change:
    return lambda folder: (folder / file).write_text(text, encoding="utf-8") and None


def remove(file: str) -> Change:
    return lambda folder: (folder / file).unlink()


BROKEN: dict[str, tuple[Change, list[str]]] = {
    "unknown key": (
        swap("plugin.toml", "name =", 'colour = "red"\nname ='),
        ["plugin.toml", "unknown key colour", "risk_tier"],
    ),
    "unknown key of a level": (
        swap("plugin.toml", "[limits]", "[limits]\nmax_words = 9"),
        ["unknown key limits.max_words", "max_characters"],
    ),
    "wrong type": (
        swap("plugin.toml", "max_characters = 600", 'max_characters = "many"'),
        ["plugin.toml", "limits.max_characters", "'many'", "integer"],
    ),
    "out of range": (
        swap("plugin.toml", "temperature = 0.8", "temperature = 9"),
        ["generation.temperature", "less than or equal to 2"],
    ),
    "unknown subject": (
        swap("plugin.toml", 'subject = "product"', 'subject = "person"'),
        ["subject", "'product', 'segment' or 'question'"],
    ),
    "no summary": (swap("plugin.toml", "summary", "# summary"), ["summary is missing"]),
    "states what a brief may lack": (
        swap("plugin.toml", 'must_state = ["name"]', 'must_state = ["name", "price"]'),
        ["must_state", "price", "required_facts"],
    ),
    "keyword": (swap("plugin.toml", '"slogans"', '"lambda"'), ["'lambda' is reserved"]),
    "room": (swap("plugin.toml", '"slogans"', '"tasks"'), ["'tasks' is reserved"]),
    "upper case": (swap("plugin.toml", '"slogans"', '"Slogans"'), ["name", "pattern"]),
    "taken": (
        swap("plugin.toml", '"slogans"', '"recommendations"'),
        ["'recommendations' is taken by", "another name"],
    ),
    "future": (
        put("plugin.toml", "contract_version = 2\nholograms = true"),
        ["contract_version 2 is newer than 1", "update Shelftalk"],
    ),
    "no TOML": (put("plugin.toml", "name = "), ["plugin.toml", "TOML"]),
    "missing file": (remove("fallback.j2"), ["fallback.j2: missing", "briefs.sql"]),
    "no manifest": (remove("plugin.toml"), ["plugin.toml: missing"]),
    "template syntax": (
        put("prompt.j2", "ok\n{% if facts.name %}"),
        ["prompt.j2: line 2", "endif"],
    ),
    "template name": (
        put("fallback.j2", "{{ customer.email }}"),
        ["fallback.j2", "customer", "facts, locale, scenario, slots"],
    ),
    "template filter": (put("fallback.j2", "{{ facts.name | shout }}"), ["fallback.j2", "shout"]),
    "template include": (put("fallback.j2", "{% include '/etc/passwd' %}"), ["includes"]),
    "broken SQL": (put("briefs.sql", "selec 1"), ["briefs.sql", "syntax error"]),
    "no SQL": (put("briefs.sql", "-- nothing"), ["briefs.sql", "one SELECT"]),
    "two statements": (put("briefs.sql", "select 1; select 2"), ["SELECT, SELECT", "one SELECT"]),
    "a statement that writes": (
        put("briefs.sql", "delete from shop.products"),
        ["DELETE", "one SELECT"],
    ),
    "checks with an unknown key": (
        put("checks.toml", '[[expectation]]\nrule = "a"\ntype = "b"\nwhen = "c"'),
        ["checks.toml", "unknown key when", "severity"],
    ),
    "checks with a rule twice": (
        put("checks.toml", '[[expectation]]\nrule = "a"\ntype = "b"\n' * 2),
        ["'a' stands twice"],
    ),
    "checks without a rule": (
        put("checks.toml", '[[expectation]]\ntype = "b"'),
        ["expectation 1 needs rule and type"],
    ),
    "checks of another kind": (put("checks.toml", "limit = 3"), ["limit", "[[expectation]]"]),
    "example without a text": (
        put("examples.toml", '[[example]]\nrefused = "x"\nrefused_by = "y"\n[example.facts]'),
        ["example 1", "accepted"],
    ),
    "example with a number": (
        put(
            "examples.toml",
            '[[example]]\naccepted="a"\nrefused="x"\nrefused_by="y"\nfacts={count=3}',
        ),
        ["examples.toml", "facts.count", "string"],
    ),
    "example with an unknown key": (
        put("examples.toml", '[[example]]\nmood = "x"'),
        ["unknown key mood", "accepted"],
    ),
    "code that raises": (put("plugin.py", "1 / 0"), ["plugin.py", "ZeroDivisionError"]),
    "code that exits": (put("plugin.py", "raise SystemExit(3)"), ["plugin.py", "SystemExit"]),
    "hook that is no function": (put("plugin.py", "accept = 3"), ["accept(draft_text, brief)"]),
    "hook of another shape": (
        put("plugin.py", "def prepare(): ..."),
        ["prepare is not callable as prepare(brief)"],
    ),
    "not UTF-8": (
        lambda folder: (folder / "prompt.j2").write_bytes(b"caf\xe9") and None,
        ["prompt.j2", "byte 3", "UTF-8"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_is_named_with_file_and_cure(folder: Path, case: str) -> None:
    change, words = BROKEN[case]
    change(folder)
    reason = only_problem(folder).reason
    assert reason.startswith("plugin slogans: ")
    assert reason.endswith(".")
    assert [word for word in words if word not in reason] == [], reason


def test_a_broken_plugin_does_not_keep_its_neighbour_from_loading(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "jingles")
    edit(folder.parent / "jingles" / "plugin.toml", '"slogans"', '"jingles"')
    (folder / "plugin.py").write_text("raise ValueError('no')")
    discovery = found(folder)
    assert names(discovery) == BUILT_IN | {"jingles"}
    assert [problem.name for problem in discovery.problems] == ["slogans"]


def test_hooks_are_optional_and_found(folder: Path) -> None:
    assert found(folder).by_name()["slogans"].accept is None
    (folder / "plugin.py").write_text(
        "from dataclasses import dataclass\n"
        "@dataclass\nclass Rule:\n    word: str\n"
        "RULE = Rule('no')\n"
        "def accept(draft_text, brief):\n"
        "    return 'it says no' if RULE.word in draft_text else None\n"
    )
    plugin = found(folder).by_name()["slogans"]
    assert plugin.accept is not None
    assert plugin.prepare is None
    assert plugin.accept("oh no", None) == "it says no"  # type: ignore[arg-type]
    assert "plugin" not in sys.modules
    assert "slogans" not in sys.modules


@pytest.mark.parametrize("file", ["plugin.toml", "prompt.j2", "checks.toml", "plugin.py"])
def test_the_fingerprint_changes_with_any_file(folder: Path, file: str) -> None:
    before = found(folder).by_name()["slogans"].fingerprint
    assert before == found(folder).by_name()["slogans"].fingerprint
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert found(folder).by_name()["slogans"].fingerprint != before


def test_other_distributions_register_a_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(folder.parent.parent))
    registered = [
        EntryPoint("slogans", "shop_plugins.slogans", "shelftalk.plugins"),
        EntryPoint("ghosts", "shop_plugins.ghosts", "shelftalk.plugins"),
    ]
    monkeypatch.setattr(plugins.discovery, "installed_entry_points", lambda group: registered)
    discovery = discover_plugins()
    assert names(discovery) == BUILT_IN | {"slogans"}
    [problem] = discovery.problems
    assert problem.name == "ghosts"
    assert "reinstall or remove" in problem.reason
    assert names(discover_plugins(entry_points=False)) == BUILT_IN


def test_a_plugin_that_hangs_at_import_is_named_and_the_others_stand(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugins.plugin_files, "IMPORT_SECONDS", 0.3)
    (folder / "plugin.py").write_text("while True:\n    pass\n", encoding="utf-8")
    discovery = found(folder)
    assert names(discovery) == BUILT_IN
    [problem] = discovery.problems
    assert "plugin slogans: plugin.py: its import did not end within 0.3 s" in problem.reason
