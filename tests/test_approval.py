"""Approval by people: tiers, the queue, and decisions that are bound to the text they were made on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.contract import Plugin
from tasks.approve_content import ReviewRules, approve, edit, reject, undo, undo_last
from tasks.check_edit import clean_text
from tasks.check_published import check_tables
from tasks.errors import ApprovalError, EditRefused, InputError, SettingsError
from tasks.publish_content import now, retire_vanished
from tasks.records import RiskTier
from tasks.set_aside import (
    apply_risk_tier,
    hash_of_body,
    is_drawn,
    require_known_tiers,
    risk_tier_of,
    scenario_tiers,
)
from tasks.warehouse import Warehouse, run_named
from tasks.write_by_hand import write_by_hand
from tests.waiting_texts import (
    GOODS,
    RUN_ID,
    SCENARIO,
    approval_of,
    brief_of,
    fill_desk,
    plugins,
    rows,
    settle,
    settled_of,
)

GOOD_EDIT = (
    "Come back to a calm table. The Alder Stoneware Jug is made of stoneware in olive green, "
    "and its size is 900 ml."
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "warehouse.duckdb"
    fill_desk(path)
    return path


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Warehouse:
    """A copy of the filled warehouse, so that a test may decide as it likes."""
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(filled.read_bytes())
    return Warehouse(path)


@pytest.fixture(scope="module")
def rules() -> ReviewRules:
    return ReviewRules(plugins=plugins())


def live(desk: Warehouse, number: int) -> list[dict[str, Any]]:
    return rows(
        desk,
        "select * from content.texts where brief_id = $brief and retired_at is null",
        brief=f"brief-{GOODS[number][0]}",
    )


def log(desk: Warehouse, approval_id: str) -> list[tuple[str, str]]:
    found = rows(
        desk,
        "select action, who from content.approval_log where approval_id = $id order by entry",
        id=approval_id,
    )
    return [(row["action"], row["who"]) for row in found]


def test_a_text_of_tier_review_waits_in_quarantine_and_is_not_live(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    assert (waiting["state"], waiting["tier"], waiting["text_id"]) == ("waiting", "review", None)
    assert waiting["body_hash"] == hash_of_body(waiting["body"])
    assert len(json.loads(waiting["claims"])) == 4
    assert live(desk, 0) == []
    held = rows(
        desk,
        "select step, reasons from content.quarantine where brief_id = $brief",
        brief=waiting["brief_id"],
    )
    assert [row["step"] for row in held] == ["approval"]
    assert "waits for approval by a person" in held[0]["reasons"]


def test_a_text_of_tier_sample_is_live_and_stands_in_the_audit(desk: Warehouse) -> None:
    sampled = approval_of(desk, 3)
    assert (sampled["state"], sampled["tier"]) == ("waiting", "sample")
    assert [row["text_id"] for row in live(desk, 3)] == [sampled["text_id"]]
    assert len(rows(desk, "select * from content.audit_samples")) == 2


def test_the_audit_draws_the_same_briefs_each_time_and_about_its_share() -> None:
    hashes = [f"{n:064x}" for n in range(4000)]
    drawn = [h for h in hashes if is_drawn(h, 0.1)]
    assert drawn == [h for h in hashes if is_drawn(h, 0.1)]
    assert 320 <= len(drawn) <= 480
    assert not any(is_drawn(h, 0.0) for h in hashes)
    assert all(is_drawn(h, 1.0) for h in hashes)


@pytest.mark.parametrize(
    ("own", "of_scenario", "overrides", "expected"),
    [
        ("auto", None, {}, "auto"),
        ("auto", "review", {}, "review"),
        ("review", "sample", {}, "review"),
        ("review", None, {"descriptions": "auto"}, "auto"),
        ("auto", "review", {"descriptions": "sample"}, "sample"),
        (
            "auto",
            None,
            {"descriptions": "sample", "lapsed_high_spenders/descriptions": "review"},
            "review",
        ),
    ],
)
def test_the_stricter_tier_wins_unless_the_shop_says_otherwise(
    own: RiskTier, of_scenario: RiskTier | None, overrides: dict[str, RiskTier], expected: RiskTier
) -> None:
    plugin = plugins()["descriptions"]
    tiered = replace(plugin, manifest=plugin.manifest.model_copy(update={"risk_tier": own}))
    assert expected == risk_tier_of(
        tiered, SCENARIO.name, scenario_tier=of_scenario, overrides=overrides
    )


def test_a_scenario_states_its_tier_in_its_header(desk: Warehouse) -> None:
    with desk.open() as con:
        con.execute(
            'update content.scenarios set definition = \'{"risk_tier": "review"}\' '
            "where scenario_version_id = 'lapsed_high_spenders-2'"
        )
        found = scenario_tiers(con, {SCENARIO.name: "lapsed_high_spenders-2", "other": "gone"})
    assert found == {SCENARIO.name: "review"}
    settled = apply_risk_tier(
        [settled_of(brief_of(0))], plugins()["descriptions"], tiers_of_scenarios=found
    )
    assert settled[0].state == "quarantined"


def test_a_tier_for_an_unknown_name_is_refused_with_the_known_ones() -> None:
    require_known_tiers({"descriptions": "review"}, ["descriptions"], [])
    require_known_tiers({"gift/descriptions": "auto"}, ["descriptions"], ["gift"])
    for wrong in ("descriptons", "gifts/descriptions", "gift/"):
        with pytest.raises(SettingsError, match=r"risk_tiers names .* plugins: descriptions"):
            require_known_tiers({wrong: "review"}, ["descriptions"], ["gift"])


def test_approving_publishes_the_text_with_every_claim(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    done = approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    text = live(desk, 0)[0]
    assert (text["text_id"], text["body"]) == (done.text_id, waiting["body"])
    assert (text["brief_hash"], text["written_by"]) == (waiting["brief_hash"], "model")
    claims = rows(
        desk,
        "select * from content.claims where text_id = $id order by sentence_index",
        id=done.text_id,
    )
    assert {claim["source_value"] for claim in claims} == {
        "Alder Stoneware Jug",
        "stoneware",
        "olive green",
        "900 ml",
    }
    after = approval_of(desk, 0)
    assert (after["state"], after["decided_by"]) == ("approved", "Ada")
    assert log(desk, waiting["approval_id"]) == [("queued", "the run"), ("approved", "Ada")]
    check_tables(desk, RUN_ID)


def test_an_approval_is_bound_to_the_text_that_was_read(
    desk: Warehouse, rules: ReviewRules
) -> None:
    waiting = approval_of(desk, 0)
    edit(desk, waiting["approval_id"], "Bo", waiting["body_hash"], GOOD_EDIT, rules=rules)
    with pytest.raises(ApprovalError, match="changed by Bo since you read it"):
        approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    assert live(desk, 0) == []


def test_a_text_is_decided_once(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    for again in (approve, lambda *a: reject(*a, "late")):
        with pytest.raises(ApprovalError, match="Ada has approved this text already"):
            again(desk, waiting["approval_id"], "Bo", waiting["body_hash"])
    assert len(live(desk, 0)) == 1


def test_of_ten_who_approve_at_once_one_does(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    outcomes: list[str] = []

    def decide(number: int) -> None:
        try:
            approve(desk, waiting["approval_id"], f"Person {number}", waiting["body_hash"])
            outcomes.append("approved")
        except Exception as error:  # noqa: BLE001 - the losers may meet the conflict or the decision
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=decide, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("approved") == 1, outcomes
    assert len(live(desk, 0)) == 1
    assert len(log(desk, waiting["approval_id"])) == 2


def test_undoing_an_approval_retires_the_text_and_it_waits_again(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    done = approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    undo_last(desk, "ada")
    assert live(desk, 0) == []
    after = approval_of(desk, 0)
    assert {k: v for k, v in after.items() if k not in ("claims",)} == {
        k: v for k, v in waiting.items() if k not in ("claims",)
    }
    assert json.loads(after["claims"]) == json.loads(waiting["claims"])
    retired = rows(desk, "select * from content.texts where text_id = $id", id=done.text_id)
    assert retired[0]["retired_reason"] == "withdrawn: the approval was undone"
    again = approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    assert again.text_id != done.text_id
    assert [row["text_id"] for row in live(desk, 0)] == [again.text_id]
    check_tables(desk, RUN_ID)


def test_decisions_after_the_clock_was_set_back_come_after_the_earlier_ones(
    desk: Warehouse,
) -> None:
    first, second = approval_of(desk, 0), approval_of(desk, 1)
    early = approve(desk, first["approval_id"], "Ada", first["body_hash"])
    ahead = now() + timedelta(hours=5)
    with desk.open() as con:
        for table, column in (("texts", "published_at"), ("approval_log", "done_at")):
            con.execute(f"update content.{table} set {column} = $ahead", {"ahead": ahead})
    late = approve(desk, second["approval_id"], "Ada", second["body_hash"])
    published = rows(desk, "select * from content.texts where text_id = $id", id=late.text_id)
    assert published[0]["published_at"] > ahead
    assert undo_last(desk, "Ada").approval_id == second["approval_id"], (
        "the last decision, not another"
    )
    assert [row["text_id"] for row in live(desk, 0)] == [early.text_id]


def test_an_edit_is_checked_again_and_names_the_sentence_that_falls(
    desk: Warehouse, rules: ReviewRules
) -> None:
    waiting = approval_of(desk, 0)
    wrong = f"{GOOD_EDIT} It is waterproof and holds 2 litres."
    with pytest.raises(EditRefused) as refused:
        edit(desk, waiting["approval_id"], "Ada", waiting["body_hash"], wrong, rules=rules)
    sentences = {sentence for sentence, _ in refused.value.refusals}
    assert sentences == {"It is waterproof and holds 2 litres."}
    assert any("waterproof" in reason for _, reason in refused.value.refusals)
    assert approval_of(desk, 0)["body_hash"] == waiting["body_hash"]
    assert log(desk, waiting["approval_id"]) == [("queued", "the run")]


def test_an_edit_that_passes_waits_as_a_persons_text_and_is_then_approved(
    desk: Warehouse, rules: ReviewRules
) -> None:
    waiting = approval_of(desk, 0)
    edit(
        desk,
        waiting["approval_id"],
        "Ada",
        waiting["body_hash"],
        GOOD_EDIT,
        rules=rules,
        reason="dull",
    )
    edited = approval_of(desk, 0)
    assert (edited["state"], edited["written_by"], edited["edited_by"]) == (
        "waiting",
        "person",
        "Ada",
    )
    assert edited["original_body"] == waiting["body"]
    assert live(desk, 0) == []
    done = approve(desk, edited["approval_id"], "Bo", edited["body_hash"])
    text = live(desk, 0)[0]
    assert (text["body"], text["written_by"], text["model_hash"]) == (GOOD_EDIT, "person", None)
    sources = rows(
        desk, "select source_value from content.claims where text_id = $id", id=done.text_id
    )
    assert {row["source_value"] for row in sources} >= {"stoneware", "olive green", "900 ml"}


@pytest.mark.parametrize(
    "markup",
    [
        "<b>The jug</b> is here.",
        "The jug <script>alert(1)</script>",
        "The jug &lt;b&gt;",
        "The {{ facts.name }} is here.",
        "See [the jug](https://example.org).",
        "The <material> jug.",
        "Done. <|endoftext|>",
        "Sizes > 40 cm.",
        "{name} is here.",
    ],
)
def test_an_edit_with_markup_is_refused(desk: Warehouse, rules: ReviewRules, markup: str) -> None:
    waiting = approval_of(desk, 0)
    with pytest.raises(EditRefused, match="holds markup"):
        edit(desk, waiting["approval_id"], "Ada", waiting["body_hash"], markup, rules=rules)


def test_invisible_characters_leave_an_edit_and_ordinary_signs_stay() -> None:
    assert clean_text("A\u200b jug\u202e,\r\n 5 × 3 & Co\x00.") == "A jug, 5 × 3 & Co."
    for nothing in ("", "  \n", "\u200b"):
        with pytest.raises(InputError, match="empty"):
            clean_text(nothing)
    with pytest.raises(InputError, match="at most 5,000"):
        clean_text("word " * 1200)


def test_an_edit_that_changes_nothing_is_no_edit(desk: Warehouse, rules: ReviewRules) -> None:
    waiting = approval_of(desk, 0)
    with pytest.raises(InputError, match="changes nothing"):
        edit(
            desk, waiting["approval_id"], "Ada", waiting["body_hash"], waiting["body"], rules=rules
        )


def test_an_edit_needs_its_plugin_and_passes_its_hook(desk: Warehouse, rules: ReviewRules) -> None:
    waiting = approval_of(desk, 0)

    def editing(found: dict[str, Plugin]) -> Callable[[], Any]:
        return lambda: edit(
            desk,
            waiting["approval_id"],
            "Ada",
            waiting["body_hash"],
            GOOD_EDIT,
            rules=ReviewRules(plugins=found),
        )

    with pytest.raises(ApprovalError, match="descriptions is not installed"):
        editing({})()
    plugin = rules.plugins["descriptions"]
    with pytest.raises(EditRefused) as refused:
        editing({"descriptions": replace(plugin, accept=lambda text, brief: "we never say calm")})()
    assert refused.value.refusals == (("", "we never say calm"),)


def test_with_two_person_review_an_author_cannot_approve(
    desk: Warehouse, rules: ReviewRules
) -> None:
    strict = replace(rules, two_person=True)
    waiting = approval_of(desk, 0)
    edit(desk, waiting["approval_id"], "Ada", waiting["body_hash"], GOOD_EDIT, rules=strict)
    body_hash = approval_of(desk, 0)["body_hash"]
    for name in ("Ada", " ADA "):
        with pytest.raises(ApprovalError, match="another person approves"):
            approve(desk, waiting["approval_id"], name, body_hash, rules=strict)
    assert live(desk, 0) == []
    approve(desk, waiting["approval_id"], "Bo", body_hash, rules=strict)
    assert len(live(desk, 0)) == 1


def test_edits_and_rejections_become_training_pairs_until_they_are_undone(
    desk: Warehouse, rules: ReviewRules
) -> None:
    first, second = approval_of(desk, 0), approval_of(desk, 1)
    edit(
        desk, first["approval_id"], "Ada", first["body_hash"], GOOD_EDIT, rules=rules, reason="dull"
    )
    reject(desk, second["approval_id"], "Ada", second["body_hash"], "says nothing about linen")
    pairs = desk.rows("approval/pairs")
    assert [(p["rejected_text"], p["accepted_text"], p["reason"]) for p in pairs] == [
        (first["body"], None, "dull"),
        (second["body"], None, "says nothing about linen"),
    ]
    assert json.loads(pairs[0]["facts"])["material"] == "stoneware"
    assert pairs[0]["prompt"] == first["prompt"]
    approve(desk, first["approval_id"], "Bo", approval_of(desk, 0)["body_hash"])
    assert desk.rows("approval/pairs")[0]["accepted_text"] == GOOD_EDIT
    undo(desk, second["approval_id"], "Bo")
    assert len(desk.rows("approval/pairs")) == 1
    undo(desk, first["approval_id"], "Bo")
    undo(desk, first["approval_id"], "Bo")
    assert desk.rows("approval/pairs") == []
    assert approval_of(desk, 0)["body"] == first["body"]


def test_rejecting_an_edit_withdraws_its_pair_and_undo_restores_it(
    desk: Warehouse, rules: ReviewRules
) -> None:
    waiting = approval_of(desk, 0)
    edit(desk, waiting["approval_id"], "Ada", waiting["body_hash"], GOOD_EDIT, rules=rules)
    reject(desk, waiting["approval_id"], "Bo", approval_of(desk, 0)["body_hash"], "too calm")
    pairs = desk.rows("approval/pairs")
    assert [(p["rejected_text"], p["accepted_text"]) for p in pairs] == [(GOOD_EDIT, None)]
    undo(desk, waiting["approval_id"], "Bo")
    assert [p["rejected_text"] for p in desk.rows("approval/pairs")] == [waiting["body"]]
    assert approval_of(desk, 0)["body"] == GOOD_EDIT


def test_a_rejection_needs_a_reason_and_a_name(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    with pytest.raises(InputError, match="needs a reason"):
        reject(desk, waiting["approval_id"], "Ada", waiting["body_hash"], " \u200b ")
    with pytest.raises(InputError, match="calls the run itself"):
        reject(desk, waiting["approval_id"], "The Run", waiting["body_hash"], "dull")
    with pytest.raises(InputError, match="at least two letters"):
        reject(desk, waiting["approval_id"], " ", waiting["body_hash"], "dull")


def test_an_audited_text_is_confirmed_or_withdrawn_and_undo_brings_it_back(
    desk: Warehouse,
) -> None:
    kept, withdrawn = approval_of(desk, 3), approval_of(desk, 4)
    approve(desk, kept["approval_id"], "Ada", kept["body_hash"])
    assert [row["text_id"] for row in live(desk, 3)] == [kept["text_id"]]
    reject(desk, withdrawn["approval_id"], "Ada", withdrawn["body_hash"], "too plain")
    assert live(desk, 4) == []
    with desk.open() as con:
        quarantined = dict(
            run_named(
                con,
                "plan/last_quarantined",
                {"scenario": SCENARIO.name, "plugin": "descriptions"},
            ).fetchall()
        )
    assert quarantined[withdrawn["brief_id"]] == withdrawn["brief_hash"], "it must not be redrafted"
    undo_last(desk, "Ada")
    assert [row["text_id"] for row in live(desk, 4)] == [withdrawn["text_id"]]
    assert not rows(desk, "select * from content.quarantine where brief_id = 'brief-EST-25'")


def test_an_edit_of_an_audited_text_replaces_it_once_approved(
    desk: Warehouse, rules: ReviewRules
) -> None:
    sampled = approval_of(desk, 3)
    body = "Meet the Delph Porcelain Bowl. It is made of porcelain in chalk white, and its size is 650 ml."
    edit(desk, sampled["approval_id"], "Ada", sampled["body_hash"], body, rules=rules)
    assert live(desk, 3)[0]["body"] == sampled["body"], "the old text stays until then"
    approve(desk, sampled["approval_id"], "Bo", approval_of(desk, 3)["body_hash"])
    assert [(t["body"], t["written_by"]) for t in live(desk, 3)] == [(body, "person")]
    undo_last(desk, "Bo")
    assert [t["text_id"] for t in live(desk, 3)] == [sampled["text_id"]]
    check_tables(desk, f"{RUN_ID}-s")


def test_the_next_run_neither_queues_twice_nor_loses_what_waits(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    still = replace(
        settled_of(brief_of(0)), state="quarantined", text=None, claims=(), drafts=(), verdicts={}
    )
    from tasks.publish_content import publish_batch

    publish_batch(
        desk, "r2", [still], {SCENARIO.name: "lapsed_high_spenders-2"}, {"descriptions": "product"}
    )
    assert rows(
        desk, "select approval_id, state from content.approvals where brief_id = 'brief-ALD-21'"
    ) == [{"approval_id": waiting["approval_id"], "state": "waiting"}]


def test_changed_facts_replace_the_waiting_text(desk: Warehouse) -> None:
    before = approval_of(desk, 0)
    settle(desk, [brief_of(0, colour="plum")], "review", run_id="r2")
    after = approval_of(desk, 0)
    assert (after["state"], "plum" in after["body"]) == ("waiting", True)
    with pytest.raises(ApprovalError, match="no longer waits: its facts changed"):
        approve(desk, before["approval_id"], "Ada", before["body_hash"])
    with pytest.raises(ApprovalError, match="no decision"):
        undo(desk, before["approval_id"], "Ada")
    assert log(desk, before["approval_id"])[-1] == ("replaced", "the run")


def test_a_vanished_subject_no_longer_waits(desk: Warehouse) -> None:
    retire_vanished(desk, [brief_of(1), brief_of(2)], [(SCENARIO.name, "descriptions")], "vanished")
    states = {n: approval_of(desk, n)["state"] for n in range(5)}
    assert states == {0: "replaced", 1: "waiting", 2: "waiting", 3: "replaced", 4: "replaced"}
    assert log(desk, approval_of(desk, 0)["approval_id"])[-1] == ("replaced", "the run")


def test_an_approved_brief_leaves_the_quarantine_for_planning(desk: Warehouse) -> None:
    def quarantined() -> set[str]:
        with desk.open() as con:
            where = {"scenario": SCENARIO.name, "plugin": "descriptions"}
            found = run_named(con, "plan/last_quarantined", where).fetchall()
        return {row[0] for row in found if row[0].startswith("brief-")}

    assert quarantined() == {"brief-ALD-21", "brief-BRA-22", "brief-CAR-23"}
    waiting, refused = approval_of(desk, 0), approval_of(desk, 1)
    approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    reject(desk, refused["approval_id"], "Ada", refused["body_hash"], "dull")
    assert quarantined() == {"brief-BRA-22", "brief-CAR-23"}


def test_what_was_approved_and_then_replaced_cannot_be_undone(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    settle(desk, [brief_of(0, colour="plum")], "auto", run_id="r2")
    with pytest.raises(ApprovalError, match="not live any more: replaced"):
        undo(desk, waiting["approval_id"], "Ada")
    assert len(live(desk, 0)) == 1


def test_an_undo_never_doubles_words_that_are_live_elsewhere(desk: Warehouse) -> None:
    withdrawn = approval_of(desk, 4)
    reject(desk, withdrawn["approval_id"], "Ada", withdrawn["body_hash"], "too plain")
    with desk.open() as con:
        con.execute(
            "update content.texts set body = $body where brief_id = 'brief-DEL-24'",
            {"body": withdrawn["body"]},
        )
    with pytest.raises(ApprovalError, match="the same words for another subject"):
        undo(desk, withdrawn["approval_id"], "Ada")
    assert live(desk, 4) == []
    assert approval_of(desk, 4)["state"] == "rejected"


def test_nothing_is_published_for_a_scenario_without_an_audience(desk: Warehouse) -> None:
    with desk.open() as con:
        con.execute(
            "insert into content.scenarios by name select * replace "
            "('refused' as state, now() at time zone 'UTC' as built_at) from content.scenarios "
            "where scenario_version_id = 'lapsed_high_spenders-2'"
        )
    waiting = approval_of(desk, 0)
    with pytest.raises(ApprovalError, match="has no audience"):
        approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    assert approval_of(desk, 0)["state"] == "waiting"


def test_two_briefs_never_have_the_same_words_live(desk: Warehouse) -> None:
    waiting = approval_of(desk, 0)
    with desk.open() as con:
        con.execute(
            "update content.texts set body = $body, locale = 'en' where brief_id = 'brief-DEL-24'",
            {"body": waiting["body"]},
        )
    with pytest.raises(ApprovalError, match="same words are live already for DEL-24"):
        approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])


def test_a_person_may_write_for_a_quarantined_brief(desk: Warehouse, rules: ReviewRules) -> None:
    found = rows(
        desk,
        "select run_id, brief_id, facts from content.briefs "
        "where state = 'quarantined' and plugin = 'descriptions' and subject_id = 'FEL-08'",
    )[0]
    body = "Evenings draw in. The Fell Wool Throw from Marlow House is lambswool in heather grey, at £110.00."
    made = write_by_hand(desk, found["run_id"], found["brief_id"], "Ada", body, rules=rules)
    row = rows(
        desk, "select * from content.approvals where approval_id = $id", id=made.approval_id
    )[0]
    assert (row["state"], row["written_by"], row["edited_by"]) == ("waiting", "person", "Ada")
    with pytest.raises(ApprovalError, match="somebody wrote"):
        write_by_hand(desk, found["run_id"], found["brief_id"], "Bo", body, rules=rules)
    done = approve(desk, made.approval_id, "Bo", row["body_hash"])
    text = rows(desk, "select * from content.texts where text_id = $id", id=done.text_id)[0]
    assert (text["body"], text["written_by"], text["retired_at"]) == (body, "person", None)
    check_tables(desk, found["run_id"])
    undo(desk, made.approval_id, "Bo")
    undo(desk, made.approval_id, "Bo")
    with pytest.raises(ApprovalError, match="its author took it back"):
        approve(desk, made.approval_id, "Bo", row["body_hash"])


def test_an_unknown_text_is_named(desk: Warehouse) -> None:
    with pytest.raises(InputError, match="no text 'nothing' in the queue"):
        approve(desk, "nothing", "Ada", "0" * 64)
    with pytest.raises(ApprovalError, match="no decision by Zoe"):
        undo_last(desk, "Zoe")


def test_a_run_with_tier_review_queues_what_passes_and_the_accounting_holds(
    desk: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.open_shop import warehouse_of
    from flows.planning import Batch, RunPlan
    from flows.run_steps import settle_batch
    from flows.settings import load_settings
    from tasks.build_scenarios import BuiltScenario
    from tasks.publish_content import check_accounting
    from tasks.warehouse import insert_rows
    from tasks.write_drafts import WrittenBrief

    monkeypatch.chdir(desk.path.parent)
    monkeypatch.setenv("SHELFTALK_HOME", str(desk.path.parent))
    monkeypatch.setenv("SHELFTALK_RISK_TIERS", '{"lapsed_high_spenders/descriptions": "review"}')
    settings = load_settings()
    assert settings.risk_tiers == {"lapsed_high_spenders/descriptions": "review"}
    briefs = tuple(brief_of(n, colour="plum") for n in range(3))
    built = BuiltScenario(SCENARIO, "lapsed_high_spenders-2", "ready", None, 100, 5, "d1", False)
    plan = RunPlan(built=[built], plugins=plugins(), model=None, lines=[])
    batch = Batch(1, SCENARIO.name, "descriptions", briefs)
    written = [WrittenBrief(brief, "a prompt", settled_of(brief).drafts) for brief in briefs]
    planned = {
        "run_id": "r3",
        "scenario": SCENARIO.name,
        "plugin": "descriptions",
        "count_briefs": 3,
    }
    with warehouse_of(settings).open() as con:
        insert_rows(con, "content.run_plan", [planned])
    assert settle_batch(settings, "r3", plan, batch, written) == {"quarantined": 3}
    assert [row["count_quarantined"] for row in check_accounting(desk, "r3")] == [3]
    check_tables(desk, "r3")
    waiting = approval_of(desk, 0)
    assert (waiting["run_id"], waiting["state"]) == ("r3", "waiting")
    assert "plum" in waiting["body"]
    assert "waterproof" not in waiting["body"]
    approve(desk, waiting["approval_id"], "Ada", waiting["body_hash"])
    check_tables(desk, "r3")
    assert [row["count_quarantined"] for row in check_accounting(desk, "r3")] == [3]


def test_an_approved_edit_joins_what_the_copywriter_learns_from(
    desk: Warehouse, rules: ReviewRules
) -> None:
    def learnt() -> list[tuple[str, str]]:
        found = desk.rows("corpus/copy_rows")
        return [(row["kind"], row["body"]) for row in found if row["copy_id"].startswith("edit-")]

    waiting = approval_of(desk, 0)
    edit(desk, waiting["approval_id"], "Ada", waiting["body_hash"], GOOD_EDIT, rules=rules)
    assert learnt() == []
    approve(desk, waiting["approval_id"], "Ada", approval_of(desk, 0)["body_hash"])
    assert learnt() == [("descriptions", GOOD_EDIT)]
    undo_last(desk, "Ada")
    assert learnt() == []


def test_why_names_who_approved_and_who_edited(
    desk: Warehouse, rules: ReviewRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from flows import cli_operate  # noqa: F401 - registers the command
    from flows.cli import app

    waiting = approval_of(desk, 0)
    with desk.open() as con:
        con.execute(
            "insert into content.runs (run_id, started_at, state, settings) "
            "values ($run, now() at time zone 'UTC', 'completed', '{}')",
            {"run": RUN_ID},
        )
        con.execute(
            "insert into content.runs by name select * replace ($run as run_id) from content.runs limit 1",
            {"run": f"{RUN_ID}-s"},
        )
    edit(desk, waiting["approval_id"], "Ada", waiting["body_hash"], GOOD_EDIT, rules=rules)
    done = approve(desk, waiting["approval_id"], "Bo", approval_of(desk, 0)["body_hash"])
    monkeypatch.chdir(desk.path.parent)
    monkeypatch.setenv("SHELFTALK_HOME", str(desk.path.parent))
    for told in (done.text_id or "", approval_of(desk, 3)["text_id"]):
        answer = CliRunner().invoke(app, ["why", told, "--json"], catch_exceptions=False)
        entries = [(e["action"], e["who"]) for e in json.loads(answer.stdout)["approval"]]
        if told == done.text_id:
            assert entries == [("queued", "the run"), ("edited", "Ada"), ("approved", "Bo")]
        else:
            assert entries == [("queued", "the run")]
