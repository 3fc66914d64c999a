"""The report page, and the counts of a run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_run import COUNT_BRIEFS, MODEL_HASH, RUN_ID, fill_published_run

from tasks.errors import InputError, WarehouseUnwritable
from tasks.report import build_report, report_summary, summary_markdown
from tasks.report_page.charts import audience_chart, curve_charts, outcomes_chart, refusals_chart
from tasks.report_page.texts import embed, visible
from tasks.warehouse import Connection, Warehouse

HOSTILE = (
    """</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&amp;{{ 7*7 }} | `x`"""
)


class Page(HTMLParser):
    """A parsed page: its elements, its words outside scripts, the data it carries."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._scripts: list[str] = []
        self.feed(self.source)
        self.words = " ".join("".join(self._words).split())
        self.script = self._scripts[-1]
        self.data = json.loads(self._scripts[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self._scripts.append("")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            self._scripts[-1] += data
        elif self._open[-1:] != ["style"]:
            self._words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "warehouse.duckdb"
    warehouse = Warehouse(path)
    warehouse.create()
    with warehouse.transaction() as con:
        fill_published_run(con)
    return path


@pytest.fixture(scope="module")
def page(published: Path) -> Page:
    return Page(build_report(Warehouse(published), published.parent, shop_name="Fennel & Oak"))


@pytest.fixture
def warehouse(published: Path, tmp_path: Path) -> Warehouse:
    return Warehouse(Path(shutil.copy(published, tmp_path / "warehouse.duckdb")))


@pytest.fixture
def con(warehouse: Warehouse) -> Iterator[Connection]:
    with warehouse.open() as con:
        yield con


@pytest.fixture
def empty(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path / "empty.duckdb")
    warehouse.create()
    return warehouse


def test_the_page_asks_for_nothing_else(page: Page) -> None:
    for _, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "action", "poster", "srcset"):
            value = attributes.get(name) or ""
            assert value == "" or value.startswith(("#", "data:,")), (name, value)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|WebSocket", page.source)


def test_the_policy_admits_the_page_s_own_script_alone(page: Page) -> None:
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv"))
    digest = base64.b64encode(hashlib.sha256(page.script.encode()).digest()).decode()
    assert policy is not None
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}';" in policy
    assert not [a for _, a in page.elements if any(name.startswith("on") for name in a)]


def test_every_brief_of_the_run_is_on_the_page_with_its_outcome(
    page: Page, published: Path
) -> None:
    texts = page.data["texts"]
    with Warehouse(published, read_only=True).open() as con:
        settled = con.execute(
            "select state, count(*) from content.briefs group by all order by all"
        ).fetchall()
    assert len(texts) == COUNT_BRIEFS
    counted = sorted({text["state"] for text in texts})
    assert [(state, sum(t["state"] == state for t in texts)) for state in counted] == settled
    assert all(
        "pieces" in t if t["state"] in ("approved", "fallback", "reused") else t["reasons"]
        for t in texts
    )


def test_a_text_stands_beside_its_facts_with_the_source_of_each_claim(
    page: Page, published: Path
) -> None:
    with Warehouse(published, read_only=True).open() as con:
        bodies = dict(con.execute("select text_id, body from content.texts").fetchall())
        count_claims = con.execute("select count(*) from content.claims").fetchall()[0][0]
    shown = [text for text in page.data["texts"] if "pieces" in text]
    assert {
        text["id"]: "".join(p if isinstance(p, str) else p[0] for p in text["pieces"])
        for text in shown
    } == bodies
    assert sum(len(text["claims"]) for text in shown) == count_claims
    for text in shown:
        facts = {f"{source} = {value}" for _, value, source in page.data["facts"][text["facts"]]}
        marked = [
            number for piece in text["pieces"] if not isinstance(piece, str) for number in piece[1]
        ]
        assert sorted(marked) == list(range(len(text["claims"])))
        assert {source for _, _, source in text["claims"]} <= facts


def test_equal_facts_are_carried_once(page: Page) -> None:
    assert len(page.data["facts"]) < len(page.data["texts"])


def test_the_figures_of_the_run_are_read_out(page: Page) -> None:
    for words in (
        "Fennel & Oak",
        RUN_ID,
        MODEL_HASH[:12],
        "3 min 24 s",
        "50 of 60 briefs have a text that may be shown: 39 newly written by the copywriter, 3 unchanged from before "
        "and 8 from the fallback. 8 wait in quarantine. 2 failed.",
        "At least 340 customers stand in at least one of 2 scenarios",
        "+<20 −<20",
        "the audience has 12 customers; 20 are needed (min_audience)",
        "every brief has exactly one outcome, and it adds up",
        "no fact of this product says 'waterproof'",
        "no two live texts of a plugin are the same",
        "31 refused",
        "3,710,464",
    ):
        assert words in page.words, words


def test_numbers_that_do_not_add_up_are_told(
    warehouse: Warehouse, con: Connection, tmp_path: Path
) -> None:
    con.execute(
        "update content.run_plan set count_briefs = count_briefs + 1 where plugin = 'descriptions'"
    )
    assert "it does not add up" in Page(build_report(warehouse, tmp_path)).words
    summary = report_summary(con)
    assert not summary["is_balanced"]
    assert "**NO**" in summary_markdown(summary)


def test_text_from_the_shop_is_never_markup(
    warehouse: Warehouse, con: Connection, tmp_path: Path, page: Page
) -> None:
    named = {"hostile": HOSTILE}
    for statement in (
        "update content.texts set body = $hostile || body, subject_id = $hostile",
        "update content.briefs set subject_id = $hostile, reason = $hostile, scenario = $hostile",
        "update content.briefs set plugin = $hostile where plugin = 'descriptions'",
        "update content.run_plan set plugin = $hostile where plugin = 'descriptions'",
        "update content.briefs set facts = replace(facts::varchar, 'Rook & Rye', replace($hostile, '\"', '\\\"'))",
        "update content.claims set claim = $hostile, source_value = $hostile, kind = $hostile",
        "update content.verdicts set reason = $hostile, rule = $hostile, claim = $hostile where not is_passed",
        "update content.quarantine set reasons = to_json([{'check': 'harm', 'rule': $hostile, 'reason': $hostile}])",
        "update content.scenarios set scenario = $hostile, title = $hostile, reason = $hostile, goal = $hostile",
        "update content.validations set rule = $hostile, detail = $hostile, expectation = $hostile",
        "update content.runs set reason = $hostile",
        "update content.models set base = $hostile, figures = to_json({'note': $hostile, 'curve': ['x']})",
    ):
        con.execute(statement, named)
    hostile = Page(build_report(warehouse, tmp_path, shop_name=HOSTILE))
    assert len(hostile.all("script")) == 2
    assert hostile.script == page.script
    assert not hostile.all("img")
    assert not [a for _, a in hostile.elements if any(name.startswith("on") for name in a)]
    assert hostile.words.count(HOSTILE) > 10
    carried = json.dumps(hostile.data, ensure_ascii=False)
    assert carried.count(json.dumps(HOSTILE)[1:-1]) > 100


@given(
    st.recursive(
        st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )
)
def test_embedded_data_cannot_end_its_element_and_comes_back_as_it_was(data: Any) -> None:
    text = embed(data)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == data


def test_characters_that_reorder_or_hide_text_are_made_visible() -> None:
    assert visible("a\u202eb\u200bc\x00d\ne") == "a\ufffdb\ufffdc\ufffdd\ne"


def test_charts_take_their_colours_from_the_page(page: Page, con: Connection) -> None:
    summary = report_summary(con)
    model_curve = [{"step": n, "loss": 5 - n, "perplexity": 90 / (n + 1)} for n in range(4)]
    charts = [
        outcomes_chart(summary["plugins"]),
        audience_chart(summary["scenarios"]),
        refusals_chart(summary["refusals"]),
        *curve_charts(model_curve),
    ]
    assert len(charts) == 5
    for chart in charts:
        assert chart is not None
        for svg in (chart.desk, chart.phone):
            assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= {"none", "transparent"} | {
                f"var(--{name})" for name in re.findall(r"--(\w+):", page.source)
            }
    assert charts[1] is not None
    assert "lapsed high spenders 160, seasonal gift buyers 260" in charts[1].words


def test_a_chart_without_anything_to_draw_is_left_out() -> None:
    assert outcomes_chart([]) is None
    assert audience_chart([{"scenario": "x", "count_customers": 3, "state": "refused"}]) is None
    assert refusals_chart([]) is None
    assert (
        curve_charts([{"step": 1, "loss": float("nan")}, {"step": "x"}, {"loss": 1, "step": 2}])
        == []
    )


@pytest.mark.parametrize(
    "figures", ["[]", "null", '"x"', "{}", '{"curve": {"a": 1}, "perplexity": "low"}']
)
def test_a_model_with_unusual_figures_still_has_its_page(
    warehouse: Warehouse, con: Connection, tmp_path: Path, figures: str
) -> None:
    con.execute("update content.models set figures = $figures", {"figures": figures})
    assert "No training curve is kept" in Page(build_report(warehouse, tmp_path)).words


def test_before_the_first_run_the_page_says_how_to_start(empty: Warehouse, tmp_path: Path) -> None:
    page = Page(build_report(empty, tmp_path))
    assert "No run yet: shelftalk run" in page.words
    assert "No copywriter yet: shelftalk train" in page.words
    assert page.data == {"facts": [], "texts": []}
    with empty.open() as con:
        assert "No run yet" in summary_markdown(report_summary(con))


def test_a_run_that_is_still_going_or_died_early_has_a_page(
    empty: Warehouse, tmp_path: Path
) -> None:
    with empty.open() as con:
        con.execute(
            "insert into content.runs by name "
            "select 'r1' as run_id, now()::timestamp as started_at, 'running' as state, '{}' as settings"
        )
    assert "The run planned no briefs" in Page(build_report(empty, tmp_path)).words


def test_the_shop_s_name_comes_from_the_settings_of_the_run(
    warehouse: Warehouse, con: Connection, tmp_path: Path
) -> None:
    assert "<h1>Our shop</h1>" in Page(build_report(warehouse, tmp_path)).source
    con.execute('update content.runs set settings = \'{"shop_name": "Nook & Co", "seed": 4321}\'')
    page = Page(build_report(warehouse, tmp_path))
    assert "<h1>Nook &amp; Co</h1>" in page.source
    assert "4321" in page.words


def test_a_report_needs_no_right_to_write_the_warehouse(published: Path, tmp_path: Path) -> None:
    assert build_report(Warehouse(published, read_only=True), tmp_path).stat().st_size > 50_000


def test_an_unknown_run_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run 'r-99'"):
        build_report(warehouse, tmp_path, "r-99")
    assert not (tmp_path / "report").exists()


def test_an_earlier_run_can_be_looked_at(warehouse: Warehouse, tmp_path: Path) -> None:
    page = Page(build_report(warehouse, tmp_path, "run-20261107-090000"))
    assert "run-20261107-090000" in page.words
    assert "171 customers" not in page.words
    assert ">160+<" in page.source
    assert "seasonal gift buyers" not in page.words


def test_a_page_that_cannot_be_written_leaves_the_earlier_one(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "report").write_text("a file where the folder should be")
    with pytest.raises(WarehouseUnwritable, match="the report cannot be written") as refused:
        build_report(warehouse, tmp_path)
    assert "\n" not in str(refused.value)
    assert (tmp_path / "report").read_text() == "a file where the folder should be"


def test_two_pages_of_one_run_are_equal_and_leave_nothing_behind(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    first = build_report(warehouse, tmp_path).read_bytes()
    assert build_report(warehouse, tmp_path).read_bytes() == first
    assert [file.name for file in (tmp_path / "report").iterdir()] == ["index.html"]


def test_thousands_of_texts_make_a_page_in_seconds_and_the_rest_is_counted(
    warehouse: Warehouse, con: Connection, tmp_path: Path
) -> None:
    copies = "cross join range(100) as copies (n)"
    for table, columns in {
        "briefs": "brief_id || '-' || n as brief_id",
        "texts": "brief_id || '-' || n as brief_id, text_id || '-' || n as text_id",
        "claims": "text_id || '-' || n as text_id",
    }.items():
        con.execute(
            f"insert into content.{table} by name "
            f"select original.* replace ({columns}) from content.{table} as original {copies}"
        )
    con.execute("update content.run_plan set count_briefs = count_briefs * 101")
    start = time.perf_counter()
    page = Page(build_report(warehouse, tmp_path, max_texts=5000))
    seconds = time.perf_counter() - start
    assert len(page.data["texts"]) == 5000
    assert "1,060 more stand in content.briefs" in page.words
    assert seconds < 12, f"{seconds:.1f} s; about 2 s on two quiet cores"


def test_the_summary_counts_what_the_tables_hold(con: Connection) -> None:
    summary = report_summary(con, RUN_ID)
    assert summary["totals"]["count_briefs"] == COUNT_BRIEFS
    assert (
        sum(
            summary["totals"][f"count_{o}"]
            for o in ("approved", "reused", "fallback", "quarantined", "failed")
        )
        == 60
    )
    assert summary["is_balanced"]
    assert summary["seconds"] == 204
    people = len(con.execute("select distinct customer_id from content.audience").fetchall())
    assert summary["count_customers"] == people // 20 * 20  # in steps of min_audience
    by_rule = {line["rule"]: line["count_drafts"] for line in summary["refusals"]}
    counted = con.execute(
        "select rule, count(distinct draft_id) from content.verdicts where not is_passed group by all"
    ).fetchall()
    assert by_rule == dict(counted)
    descriptions = summary["plugins"][0]
    written = descriptions["count_briefs"] - descriptions["count_reused"]
    assert descriptions["share_written"] == descriptions["count_approved"] / written


def test_markdown_from_the_warehouse_stays_in_its_cell(con: Connection) -> None:
    con.execute(
        "update content.verdicts set reason = $r where not is_passed",
        {"r": "[x](http://e)|<b>\nnext `line`"},
    )
    markdown = summary_markdown(report_summary(con))
    assert "\\[x\\]\\(http://e\\)\\|\\<b\\> next \\`line\\`" in markdown
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len(tables) > 10
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in tables}
    assert widths == {10, 6, 4}


def test_importing_the_report_loads_no_charts_and_no_templates() -> None:
    heavy = ["altair", "vl_convert", "jinja2", "rich", "pandas"]
    program = (
        "import sys, tasks.report, tasks.show_text, tasks.export_feed; "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_browser_shows_the_texts_and_runs_nothing_of_them(
    warehouse: Warehouse, con: Connection, tmp_path: Path
) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs chromium or google-chrome")
    attack = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    con.execute("update content.texts set body = $attack || body", {"attack": attack})
    path = build_report(warehouse, tmp_path, shop_name="Fennel & Oak")
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'browser'}", "--virtual-time-budget=3000", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    assert "<title>Fennel &amp; Oak · Shelftalk report</title>" in done.stdout
    assert done.stdout.count("<article") == 12
    assert done.stdout.count("&lt;img src=x onerror") >= 12
    assert '<mark tabindex="0" role="button"' in done.stdout
    assert "60 of 60 briefs" in done.stdout


def test_what_the_run_went_on_without_and_what_the_checks_cost_is_told(
    warehouse: Warehouse,
) -> None:
    with warehouse.transaction() as con:
        run_id = report_summary(con)["run_id"]
        con.execute(
            "insert into content.run_problems values ($run_id, 1, 'plugin <b>dull</b>: no briefs.sql')",
            {"run_id": run_id},
        )
        con.execute(
            "insert into content.run_costs values ($run_id, 'check', 2.0, 2.5, 9), ($run_id, 'run', 80.0, 60.0, 9)",
            {"run_id": run_id},
        )
    page = Page(build_report(warehouse, warehouse.path.parent))
    assert "The run went on without:" in page.words
    assert "plugin <b>dull</b>: no briefs.sql" in page.words
    assert "2.5%" in page.words
    with warehouse.transaction() as con:
        con.execute("drop table content.run_costs")
        con.execute("drop table content.run_problems")
    assert "went on without" not in Page(build_report(warehouse, warehouse.path.parent)).words
