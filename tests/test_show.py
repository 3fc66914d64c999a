"""One text with everything that stands behind it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_run import MODEL_HASH, RUN_ID, fill_published_run
from rich.console import Console

from tasks.errors import InputError
from tasks.report_page.spans import find_spans, in_reading_order
from tasks.show_text import list_texts, render_text, show_text
from tasks.warehouse import Warehouse


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("show") / "warehouse.duckdb"
    warehouse = Warehouse(path)
    warehouse.create()
    with warehouse.transaction() as con:
        fill_published_run(con)
    return path


@pytest.fixture
def warehouse(published: Path, tmp_path: Path) -> Warehouse:
    return Warehouse(Path(shutil.copy(published, tmp_path / "warehouse.duckdb")))


@pytest.fixture
def text_id(warehouse: Warehouse) -> str:
    """A description that the model wrote in the run."""
    rows = list_texts(
        warehouse, plugin="descriptions", scenario="lapsed_high_spenders", state="model"
    )
    return str(rows[0]["text_id"])


def printed(text: dict[str, object]) -> str:
    console = Console(file=io.StringIO(), width=140, force_terminal=True, color_system=None)
    console.print(render_text(text))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_text_shows_its_facts_claims_verdicts_scenario_and_model(
    warehouse: Warehouse, text_id: str
) -> None:
    text = show_text(warehouse, text_id)
    assert (text["run_id"], text["model_hash"], text["scenario_version"]) == (RUN_ID, MODEL_HASH, 2)
    assert (text["goal"], text["tone"]) == ("win_back", "warm")
    facts = {fact["name"]: fact["value"] for fact in text["facts"]}
    assert {"name", "brand", "material", "colour"} <= set(facts)
    assert all(claim["claim"] in text["body"] for claim in text["claims"])
    assert {verdict["check_name"] for verdict in text["verdicts"]} == {
        "structure", "grounding", "harm", "privacy", "consistency",
    }  # fmt: skip


def test_each_claim_names_the_cell_that_supports_it(warehouse: Warehouse, text_id: str) -> None:
    text = show_text(warehouse, text_id)
    material = next(fact for fact in text["facts"] if fact["name"] == "material")
    sources = [claim["source"] for claim in text["claims"]]
    assert f"shop.product_facts.value[{material['source_key']}] = {material['value']}" in sources
    out = printed(text)
    assert all(source in out for source in sources)


def test_claims_come_as_a_reader_meets_them(warehouse: Warehouse, text_id: str) -> None:
    text = show_text(warehouse, text_id)
    places = [text["body"].index(claim["claim"]) for claim in text["claims"]]
    assert places == sorted(places)
    assert len(places) > 4


def test_the_beginning_of_an_id_is_enough_where_it_is_the_only_one(
    warehouse: Warehouse, text_id: str
) -> None:
    assert show_text(warehouse, text_id[:9])["text_id"] == text_id
    with pytest.raises(InputError, match="more than one text starts with 't'"):
        show_text(warehouse, "t")


def test_a_whole_id_wins_over_longer_ones(warehouse: Warehouse, text_id: str) -> None:
    with warehouse.open() as con:
        con.execute(
            "insert into content.texts by name "
            "select * replace (text_id || '0' as text_id) from content.texts where text_id = $t",
            {"t": text_id},
        )
    assert show_text(warehouse, text_id)["text_id"] == text_id


@pytest.mark.parametrize("unknown", ["nothing", "", "%", "t'; drop table content.texts; --"])
def test_an_unknown_id_gets_one_sentence(warehouse: Warehouse, unknown: str) -> None:
    with pytest.raises(InputError, match="there is no published text"):
        show_text(warehouse, unknown)


def test_a_text_whose_brief_and_draft_are_not_kept_is_shown_all_the_same(
    warehouse: Warehouse, text_id: str
) -> None:
    with warehouse.open() as con:
        for table in ("briefs", "drafts", "verdicts", "claims", "models", "scenarios"):
            con.execute(f"delete from content.{table}")
    text = show_text(warehouse, text_id)
    assert (text["facts"], text["claims"], text["verdicts"]) == ([], [], [])
    out = printed(text)
    assert "makes no claim" in out
    assert text_id in out


def test_text_cannot_steer_the_terminal(warehouse: Warehouse, text_id: str) -> None:
    with warehouse.open() as con:
        con.execute(
            "update content.texts set body = $body where text_id = $t",
            {
                "body": "[red]Red[/red] \x1b[2J\x1b]0;title\x07 [link=http://x]here[/link] \u202eback",
                "t": text_id,
            },
        )
    out = printed(show_text(warehouse, text_id))
    assert "[red]Red[/red]" in out
    assert not any(steering in out for steering in ("\x1b]0;", "\x1b[2J", "\x07", "\u202e"))


def test_a_list_is_narrowed_by_scenario_plugin_state_and_limit(warehouse: Warehouse) -> None:
    with warehouse.open() as con:
        con.execute(
            "update content.texts set retired_at = now()::timestamp where plugin = 'review_summaries'"
        )
    everything = list_texts(warehouse, limit=1000)
    assert [row["published_at"] for row in everything] == sorted(
        (r["published_at"] for r in everything), reverse=True
    )
    for row in list_texts(
        warehouse, scenario="seasonal_gift_buyers", plugin="descriptions", limit=1000
    ):
        assert (row["scenario"], row["plugin"]) == ("seasonal_gift_buyers", "descriptions")
    for state, key in (
        ("live", "state"),
        ("retired", "state"),
        ("fallback", "written_by"),
        ("model", "written_by"),
    ):
        rows = list_texts(warehouse, state=state, limit=1000)  # type: ignore[arg-type]
        assert rows == [row for row in everything if row[key] == state]
        assert 0 < len(rows) < len(everything)
    assert len(list_texts(warehouse, limit=3)) == 3


def test_an_unknown_state_or_limit_says_what_is_allowed(warehouse: Warehouse) -> None:
    with pytest.raises(InputError, match="live, retired, model, fallback, person"):
        list_texts(warehouse, state="approved")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="1 or more"):
        list_texts(warehouse, limit=0)


@pytest.mark.parametrize(
    ("body", "claims", "expected"),
    [
        ("A red mug.", ["red"], [("A ", []), ("red", [0]), (" mug.", [])]),
        ("Red, red.", ["red", "red"], [("Red", [0]), (", ", []), ("red", [1]), (".", [])]),
        ("Incredible red.", ["red"], [("Incredible ", []), ("red", [0]), (".", [])]),
        ("Olive green.", ["green", "olive green"], [("Olive green", [0, 1]), (".", [])]),
        ("£24.00 or £4.00", ["£4.00"], [("£24.00 or ", []), ("£4.00", [0])]),
        ("Plain.", ["blue"], [("Plain.", [])]),
        ("", ["blue", ""], [("", [])]),
    ],
)
def test_claims_are_found_where_they_stand(
    body: str, claims: Sequence[str], expected: list[tuple[str, list[int]]]
) -> None:
    assert find_spans(body, [{"claim": claim} for claim in claims]) == expected


@given(
    st.text("ab £4.\U0001f56f", max_size=40),
    st.lists(st.text("ab £4.\U0001f56f", max_size=5), max_size=6),
)
def test_the_pieces_are_the_text_and_no_claim_is_lost(body: str, words: list[str]) -> None:
    claims = [{"claim": word, "number": number} for number, word in enumerate(words)]
    pieces = find_spans(body, claims)
    assert "".join(piece for piece, _ in pieces) == body
    placed = [index for _, indices in pieces for index in indices]
    assert len(placed) == len(set(placed))
    ordered = in_reading_order(body, claims)
    assert sorted(claim["number"] for claim in ordered) == list(range(len(words)))
