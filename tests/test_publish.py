"""Publishing: a batch is committed whole, replaced texts retire, the accounting is held."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.contract import Brief, Fact, Scenario
from tasks.check_published import check_tables
from tasks.errors import AccountingError
from tasks.publish_content import check_accounting, publish_batch, retire_vanished
from tasks.records import Claim, Draft, SettledBrief, Verdict
from tasks.warehouse import Warehouse, fetch_dicts, insert_rows, one_value

SCENARIO = Scenario("gifts", "Gifts", "gift", "winter", "email", "warm", "en", ("descriptions",), 1)
FACT = Fact("material", "stoneware", "shop.product_facts", "value", "p1/material")
SUBJECTS = {"descriptions": "product"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def brief(number: int, brief_hash: str = "h1") -> Brief:
    return Brief(
        f"b{number}", f"{brief_hash}-{number}", "descriptions", SCENARIO, f"p{number}", (FACT,)
    )


def approved(one: Brief, body: str, model_hash: str = "m1") -> SettledBrief:
    draft = Draft(f"{one.brief_id}-0", one.brief_id, 0, body, "model", -1.0, model_hash, 5)
    return SettledBrief(
        one,
        "prompt",
        "approved",
        text=body,
        written_by="model",
        model_hash=model_hash,
        chosen_draft_id=draft.draft_id,
        claims=(Claim(0, "attribute", "stoneware", FACT),),
        drafts=(draft,),
        verdicts={draft.draft_id: (Verdict("structure", "length", True),)},
    )


def quarantined(one: Brief) -> SettledBrief:
    reason = Verdict("grounding", "attribute", False, 0, "oak", "'oak' is in no fact")
    return SettledBrief(one, "prompt", "quarantined", reasons=(reason, reason))


def plan(warehouse: Warehouse, run_id: str, count: int) -> None:
    with warehouse.open() as con:
        row = {
            "run_id": run_id,
            "scenario": "gifts",
            "plugin": "descriptions",
            "count_briefs": count,
        }
        insert_rows(con, "content.run_plan", [row])


def texts(warehouse: Warehouse) -> list[dict]:
    with warehouse.open() as con:
        return fetch_dicts(
            con.execute("select * from content.texts order by published_at, subject_id")
        )


def test_a_batch_holds_briefs_drafts_verdicts_texts_claims_and_quarantine(
    warehouse: Warehouse,
) -> None:
    plan(warehouse, "r1", 2)
    publish_batch(
        warehouse,
        "r1",
        [approved(brief(1), "A mug."), quarantined(brief(2))],
        {"gifts": "v1"},
        SUBJECTS,
    )
    with warehouse.open() as con:
        counts = {
            table: one_value(con, f"select count(*) from content.{table}")
            for table in ("briefs", "drafts", "verdicts", "texts", "claims", "quarantine")
        }
        reasons = one_value(con, "select reasons from content.quarantine")
    assert counts == {
        "briefs": 2,
        "drafts": 1,
        "verdicts": 1,
        "texts": 1,
        "claims": 1,
        "quarantine": 1,
    }
    assert "'oak' is in no fact" in reasons
    assert check_accounting(warehouse, "r1")[0]["is_balanced"]
    check_tables(warehouse, "r1")


def test_a_rewritten_brief_retires_the_text_it_replaces(warehouse: Warehouse) -> None:
    publish_batch(warehouse, "r1", [approved(brief(1), "A mug.")], {}, SUBJECTS)
    publish_batch(warehouse, "r2", [approved(brief(1, "h2"), "A new mug.")], {}, SUBJECTS)
    old, new = texts(warehouse)
    assert old["retired_at"] is not None
    assert "changed" in old["retired_reason"]
    assert (new["body"], new["retired_at"]) == ("A new mug.", None)


def test_a_text_with_old_facts_retires_even_when_no_new_one_passes(warehouse: Warehouse) -> None:
    publish_batch(warehouse, "r1", [approved(brief(1), "A mug.")], {}, SUBJECTS)
    publish_batch(warehouse, "r2", [quarantined(brief(1, "h2"))], {}, SUBJECTS)
    assert "stale" in texts(warehouse)[0]["retired_reason"]


def test_a_failed_rewrite_of_the_same_hash_keeps_the_live_text(warehouse: Warehouse) -> None:
    publish_batch(warehouse, "r1", [approved(brief(1), "A mug.")], {}, SUBJECTS)
    publish_batch(warehouse, "r2", [quarantined(brief(1))], {}, SUBJECTS)
    assert texts(warehouse)[0]["retired_at"] is None


def test_vanished_subjects_retire_only_where_the_plan_covers_them(warehouse: Warehouse) -> None:
    publish_batch(
        warehouse, "r1", [approved(brief(1), "One."), approved(brief(2), "Two.")], {}, SUBJECTS
    )
    assert retire_vanished(warehouse, [brief(1)], [("other", "descriptions")], "vanished") == 0
    assert retire_vanished(warehouse, [brief(1)], [("gifts", "descriptions")], "vanished") == 1
    assert [t["body"] for t in texts(warehouse) if t["retired_at"] is None] == ["One."]


def test_an_error_in_the_batch_commits_nothing_of_it(warehouse: Warehouse) -> None:
    unsourced = approved(brief(2), "An oak mug.")
    unsourced = SettledBrief(
        unsourced.brief,
        "p",
        "approved",
        text="An oak mug.",
        written_by="model",
        claims=(Claim(0, "a", "oak", None),),
    )
    with pytest.raises(AccountingError, match="'oak' has no source"):
        publish_batch(warehouse, "r1", [approved(brief(1), "A mug."), unsourced], {}, SUBJECTS)
    with warehouse.open() as con:
        assert one_value(con, "select count(*) from content.briefs") == 0
        assert one_value(con, "select count(*) from content.texts") == 0


def test_a_lost_brief_fails_the_accounting(warehouse: Warehouse) -> None:
    plan(warehouse, "r1", 3)
    publish_batch(
        warehouse, "r1", [approved(brief(1), "A mug."), quarantined(brief(2))], {}, SUBJECTS
    )
    with pytest.raises(AccountingError, match="set out to settle 3 briefs but has 1 approved"):
        check_accounting(warehouse, "r1")


def test_a_brief_settled_twice_fails_the_accounting(warehouse: Warehouse) -> None:
    plan(warehouse, "r1", 1)
    for _ in range(2):
        publish_batch(warehouse, "r1", [quarantined(brief(1))], {}, SUBJECTS)
    with pytest.raises(AccountingError):
        check_accounting(warehouse, "r1")


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (
            "insert into content.texts by name select * replace ('x' as text_id) from content.texts",
            "at most one live",
        ),
        ("update content.briefs set state = 'failed'", "published text has its brief"),
        ("update content.claims set text_id = 'gone'", "claim belongs to a text"),
        (
            "insert into content.texts by name select * replace ('x' as text_id, 'b9' as brief_id, "
            "'r0' as run_id) from content.texts",
            "two live texts of one plugin",
        ),
    ],
)
def test_broken_promises_of_the_tables_are_named(
    warehouse: Warehouse, change: str, promise: str
) -> None:
    publish_batch(warehouse, "r1", [approved(brief(1), "A mug.")], {}, SUBJECTS)
    check_tables(warehouse, "r1")
    with warehouse.open() as con:
        con.execute(change)
    with pytest.raises(AccountingError, match=promise):
        check_tables(warehouse, "r1")
