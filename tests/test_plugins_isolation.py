"""A plugin that misbehaves is named and accounted for; what the others write is the same, byte for byte."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.settings import Settings
from plugins.contract import Brief
from plugins.discovery import discover_plugins
from plugins.plugin_files import load_plugin
from plugins.scaffolding import write_scaffold
from tasks.errors import PluginError
from tasks.plugin_hooks import run_accept, run_prepare
from tasks.rendering import render_prompt
from tasks.small_shop import small_shop
from tasks.time_bound import call_within
from tasks.untrusted_sql import read_untrusted
from tasks.warehouse import Connection, Warehouse
from tests.plugin_runs import Outcome, run_plugins

SCENARIO = "seasonal_gift_buyers"
OURS = ("campaign_messages", "descriptions", "recommendations", "review_summaries")
QUICK = 'version = "1"\nsql_seconds = 0.3\nhook_seconds = 0.2'
ENDLESS = (
    "-- Grain: one row.\nselect cast(sum(a.range * b.range) as varchar) as subject_id, facts([]) as facts "
    "from range(1000000) as a, range(1000000) as b"
)

ENDLESS_LOOP = (
    "{% for a in range(90000) %}{% for b in range(90000) %}{{ b }}{% endfor %}{% endfor %}"
)
BAD_HOOKS = {
    "hook_raises": "def prepare(brief):\n    return 1 / 0\n",
    "hook_exits": "def prepare(brief):\n    raise SystemExit(3)\n",
    "hook_hangs": "def prepare(brief):\n    while True:\n        pass\n",
    "hook_other_shape": "def prepare(brief):\n    return [1, 2]\n",
    "hook_makes_facts_up": (
        "from dataclasses import replace\nfrom plugins.contract import Fact\n"
        "def prepare(brief):\n"
        "    return replace(brief, facts=(*brief.facts, Fact('award', 'gold', 'shop.products', 'name', 'p01')))\n"
    ),
    "accept_raises": "def accept(draft_text, brief):\n    return brief.nothing\n",
    "accept_other_shape": "def accept(draft_text, brief):\n    return True\n",
    "hook_meddles": (
        "def prepare(brief):\n"
        "    object.__setattr__(brief.facts[0], 'value', 'Meddled')\n"
        "    object.__setattr__(brief.scenario, 'locale', 'xx')\n"
        "    return brief\n"
    ),
}
"""plugin.py of each; their briefs fail, and only theirs."""
BAD_FILES = {
    "import_raises": ("plugin.py", "1 / 0"),
    "own_connection": ("plugin.py", "import duckdb\nCON = duckdb.connect('x.duckdb')\n"),
    "sql_hangs": ("briefs.sql", ENDLESS),
    "sql_reads_files": ("briefs.sql", "select * from read_text('/etc/passwd')"),
    "sql_writes": (
        "briefs.sql",
        "with gone as (delete from shop.products returning product_id) "
        "select product_id as subject_id, facts([]) as facts from gone",
    ),
    "sql_other_columns": ("briefs.sql", "select 1 as id, $scenario_version_id as version"),
}
"""A file of each; they are named in the plan's problems and have no brief."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Warehouse]:
    with small_shop() as warehouse:
        yield warehouse


def outcome(shop: Warehouse, folders: tuple[Path, ...]) -> Outcome:
    settings = Settings(home=shop.path.parent, plugin_folders=folders)
    with shop.scratch() as con:
        return run_plugins(con, settings, [SCENARIO])


@pytest.fixture(scope="module")
def alone(shop: Warehouse) -> Outcome:
    """The run without any of them."""
    return outcome(shop, ())


@pytest.fixture(scope="module")
def crowded(shop: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The run with all of them at once."""
    parent = tmp_path_factory.mktemp("bad")
    for name, code in BAD_HOOKS.items():
        (write_scaffold(name, "product", parent) / "plugin.py").write_text(code)
    for name, (file, text) in BAD_FILES.items():
        (write_scaffold(name, "product", parent) / file).write_text(text)
    for name, file, text in (
        ("prompt_of_nothing", "prompt.j2", "{{ facts.moon_phase }}"),
        ("prompt_hangs", "prompt.j2", ENDLESS_LOOP),
        ("leaks_slots", "fallback.j2", "The <name> and the {{ '<' }}material{{ '>' }} of it, without an end"),
        ("asks_for_nothing", "plugin.toml", ""),
    ):  # fmt: skip
        folder = write_scaffold(name, "product", parent)
        if text:
            (folder / file).write_text(text)
        else:
            manifest = (
                (folder / file)
                .read_text()
                .replace('["name", "category"]', '["name", "moon_phase"]')
            )
            (folder / file).write_text(manifest)
    for manifest_path in parent.glob("*/plugin.toml"):
        manifest_path.write_text(manifest_path.read_text().replace('version = "1"', QUICK, 1))
    return outcome(shop, (parent,))


def test_the_others_write_the_same_byte_for_byte(alone: Outcome, crowded: Outcome) -> None:
    assert len(alone.texts(*OURS)) >= 18
    assert {state for state, _ in alone.texts(*OURS).values()} >= {"approved", "fallback"}
    assert crowded.texts(*OURS) == alone.texts(*OURS)
    for key, item in alone.settled.items():
        assert crowded.settled[key] == item


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_does_not_load_or_plan_is_named_and_skipped(crowded: Outcome, name: str) -> None:
    told = [problem for problem in crowded.plan.problems if name in problem]
    assert told, crowded.plan.problems
    assert not [key for key in crowded.written if key[1] == name]
    if BAD_FILES[name][0] == "briefs.sql":
        [line] = [line for line in crowded.plan.lines if line.plugin == name]
        assert line.count_briefs == 0


@pytest.mark.parametrize(
    "name", [n for n in BAD_HOOKS if n.startswith("hook") and n != "hook_meddles"]
)
def test_a_prepare_that_misbehaves_fails_its_own_briefs_with_the_reason(
    crowded: Outcome, name: str
) -> None:
    mine = [item for key, item in crowded.written.items() if key[1] == name]
    assert len(mine) == 6
    assert all(item.reason and name in item.reason and "prepare()" in item.reason for item in mine)


@pytest.mark.parametrize("name", ["accept_raises", "accept_other_shape"])
def test_an_accept_that_misbehaves_fails_its_own_briefs_with_the_reason(
    crowded: Outcome, name: str
) -> None:
    mine = [item for key, item in crowded.settled.items() if key[1] == name]
    assert [item.state for item in mine] == ["failed"] * 6
    assert all("accept()" in str(item.reasons[0].reason) for item in mine)


def test_a_hook_that_meddles_with_its_brief_meddles_with_a_copy(crowded: Outcome) -> None:
    mine = [item for key, item in crowded.written.items() if key[1] == "hook_meddles"]
    assert len(mine) == 6
    for item in mine:
        assert item.reason is not None
        assert "Meddled" not in item.brief.values().values()
        assert item.brief.scenario.locale == "en"


@pytest.mark.parametrize("name", ["prompt_of_nothing", "prompt_hangs"])
def test_a_prompt_that_cannot_be_rendered_fails_its_own_briefs(crowded: Outcome, name: str) -> None:
    mine = [item for key, item in crowded.written.items() if key[1] == name]
    assert len(mine) == 6
    assert [r for r in (item.reason for item in mine) if not r or "prompt.j2" not in r] == []


def test_slots_that_leak_and_facts_that_are_never_there_are_quarantined(crowded: Outcome) -> None:
    for key, (state, text) in crowded.texts("leaks_slots").items():
        assert state == "approved" or text is None, key
        assert text is None or "<" not in text
    held = [item for item in crowded.plan.known if item.brief.plugin == "asks_for_nothing"]
    assert len(held) == 6
    assert {item.state for item in held} == {"quarantined"}
    assert all("moon_phase is missing" in str(item.reasons[0].reason) for item in held)


def test_every_brief_of_a_bad_plugin_has_one_outcome(crowded: Outcome) -> None:
    for line in crowded.plan.lines:
        failed = [k for k, w in crowded.written.items() if k[1] == line.plugin and w.reason]
        settled = [k for k in crowded.settled if k[1] == line.plugin]
        known = [s for s in crowded.plan.known if s.brief.plugin == line.plugin]
        assert len(failed) + len(settled) + len(known) == line.count_briefs


def a_brief(shop: Outcome) -> Brief:
    return next(item.brief for key, item in shop.settled.items() if key[1] == "descriptions")


def test_after_three_hangs_a_plugin_is_not_called_again(alone: Outcome, tmp_path: Path) -> None:
    folder = write_scaffold("sleepy", "product", tmp_path)
    (folder / "plugin.py").write_text("import time\ndef prepare(brief):\n    time.sleep(60)\n")
    manifest = (folder / "plugin.toml").read_text().replace('version = "1"', QUICK, 1)
    (folder / "plugin.toml").write_text(manifest)
    plugin, brief = load_plugin(folder), a_brief(alone)
    for _ in range(3):
        with pytest.raises(PluginError, match=r"did not end within 0.2 s"):
            run_prepare(plugin, brief)
    began = time.perf_counter()
    for _ in range(20):
        with pytest.raises(PluginError, match="hung, 3 times in all"):
            run_prepare(plugin, brief)
    assert time.perf_counter() - began < 0.2


def test_an_endless_loop_is_stopped_and_not_only_left(tmp_path: Path) -> None:
    counted = [0]

    def spin() -> None:
        while True:
            counted[0] += 1

    with pytest.raises(TimeoutError):
        call_within(0.1, spin)
    time.sleep(0.3)
    before = counted[0]
    time.sleep(0.2)
    assert counted[0] == before


def test_sound_hooks_are_heard(alone: Outcome, tmp_path: Path) -> None:
    folder = write_scaffold("brisk", "product", tmp_path)
    (folder / "plugin.py").write_text(
        "from dataclasses import replace\n"
        "def prepare(brief):\n    return replace(brief, facts=brief.facts[:2])\n"
        "def accept(draft_text, brief):\n    return 'too loud' if '!' in draft_text else None\n"
    )
    plugin, brief = load_plugin(folder), a_brief(alone)
    assert run_prepare(plugin, brief).facts == brief.facts[:2]
    assert run_accept(plugin, "Hey!", brief) == "too loud"
    assert run_accept(plugin, "Hey.", brief) is None


@pytest.fixture
def con(shop: Warehouse) -> Iterator[Connection]:
    with shop.open() as connection:
        yield connection


def test_untrusted_sql_has_no_files_no_writes_and_an_end(con: Connection) -> None:
    read = {"params": {}, "seconds": 0.3, "most_rows": 5}
    with pytest.raises(duckdb.PermissionException):
        read_untrusted(con, "select * from read_text('/etc/hostname')", **read)
    with pytest.raises(duckdb.TransactionException, match="read-only"):
        read_untrusted(con, "delete from shop.products returning product_id", **read)
    began = time.perf_counter()
    with pytest.raises(TimeoutError):
        read_untrusted(con, ENDLESS, **read)
    assert time.perf_counter() - began < 5
    # What comes after is not interrupted, and writes work again.
    columns, rows = read_untrusted(con, "select count(*) as n from shop.products", **read)
    assert (columns, rows) == (["n"], [(40,)])
    time.sleep(0.4)
    con.execute("create temp table still_ours as select 1")


def test_a_parameter_that_only_a_comment_names_is_not_bound(con: Connection) -> None:
    sql = "-- $locale may be used\nselect $scenario_version_id as v"
    params = {"scenario_version_id": "s-v1", "locale": "en"}
    assert read_untrusted(con, sql, params, seconds=5, most_rows=1)[1] == [("s-v1",)]


def test_templates_see_no_more_than_the_contract_names(alone: Outcome, tmp_path: Path) -> None:
    folder = write_scaffold("nosy", "product", tmp_path)
    for source in (
        "{{ scenario.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ facts.__init__.__globals__ }}",
    ):
        (folder / "prompt.j2").write_text(source)
        with pytest.raises(PluginError, match=r"prompt\.j2"):
            render_prompt(load_plugin(folder), a_brief(alone))


def test_two_distributions_with_one_name_leave_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write_scaffold("twins", "product", tmp_path / "a")
    write_scaffold("twins", "product", tmp_path / "b")
    found = discover_plugins([tmp_path / "a", tmp_path / "b"], entry_points=False)
    assert found.by_name()["twins"].folder == first.resolve()
    [problem] = found.problems
    assert "taken by" in problem.reason
    assert str(first.resolve()) in problem.reason
