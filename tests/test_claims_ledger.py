"""No path publishes a claim without a source: the model's drafts, the fallback, a person's edit or own text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plugins.contract import Fact, Limits
from tasks.approve_content import ReviewRules, edit
from tasks.check_drafts import settle_briefs
from tasks.check_published import check_tables
from tasks.checks.context import CheckContext
from tasks.checks.harm import built_in_rules, load_rules
from tasks.checks.judging import judge
from tasks.errors import AccountingError, EditRefused
from tasks.publish_content import publish_batch
from tasks.records import Claim, Draft, SettledBrief
from tasks.warehouse import Warehouse, fetch_dicts, one_value
from tasks.write_by_hand import write_by_hand
from tests.waiting_texts import approval_of, body_of, brief_of, fill_desk, plugins, rows, settled_of

UNSOURCED = (
    "It is waterproof.",
    "It comes with a guarantee of five years.",
    "It holds 3 litres.",
    "It was made in Portugal.",
    "It costs £5.00.",
    "Customers rate it 4.9.",
)
PLUGIN = plugins()["descriptions"]


@pytest.fixture
def desk(tmp_path: Path) -> Warehouse:
    path = tmp_path / "warehouse.duckdb"
    fill_desk(path)
    return Warehouse(path)


def settled(text: str, *, fallback: str | None = None) -> SettledBrief:
    """The outcome of a brief whose one draft is ``text`` (none where empty)."""
    brief = brief_of(0)
    plugin = PLUGIN if fallback is None else replace(PLUGIN, fallback_source=fallback)
    drafts = [Draft("d0", brief.brief_id, 0, text, "model", -1.0, "m1", 1)] if text else []
    return settle_briefs(plugin, [(brief, "a prompt", drafts)], CheckContext.empty())[0]


@pytest.mark.parametrize("claim", UNSOURCED)
def test_a_models_unsourced_sentence_is_dropped_and_what_stays_has_sources(claim: str) -> None:
    done = settled(f"{body_of(brief_of(0))} {claim}")
    assert done.state == "approved"
    assert done.text == body_of(brief_of(0))
    assert done.claims
    assert all(
        c.source is not None and c.source.source_table and c.source.source_key for c in done.claims
    )


@pytest.mark.parametrize("claim", UNSOURCED)
def test_a_fallback_with_an_unsourced_claim_is_not_published_with_it(claim: str) -> None:
    done = settled("", fallback="The {{ facts.name }} is made of {{ facts.material }}. " + claim)
    assert done.text is None or claim not in done.text
    assert settled("", fallback=claim).state == "quarantined"


@pytest.mark.parametrize("claim", UNSOURCED)
def test_a_persons_edit_with_an_unsourced_claim_is_refused_whole(
    desk: Warehouse, claim: str
) -> None:
    waiting = approval_of(desk, 0)
    rules = ReviewRules(plugins=plugins())
    with pytest.raises(EditRefused) as refused:
        edit(
            desk,
            waiting["approval_id"],
            "Ada",
            waiting["body_hash"],
            f"{waiting['body']} {claim}",
            rules=rules,
        )
    assert claim in {sentence for sentence, _ in refused.value.refusals}
    assert approval_of(desk, 0)["body_hash"] == waiting["body_hash"]


def test_a_persons_own_text_with_an_unsourced_claim_is_refused(desk: Warehouse) -> None:
    found = rows(
        desk,
        "select run_id, brief_id from content.briefs where state = 'quarantined' and plugin = 'descriptions' "
        "and subject_id = 'FEL-08'",
    )[0]
    body = "Evenings draw in. The Fell Wool Throw from Marlow House is lambswool in heather grey. It is waterproof."
    with pytest.raises(EditRefused, match="cannot be published"):
        write_by_hand(
            desk,
            found["run_id"],
            found["brief_id"],
            "Ada",
            body,
            rules=ReviewRules(plugins=plugins()),
        )
    assert rows(desk, "select * from content.approvals where original_body = ''") == []


def test_publishing_refuses_a_claim_without_a_source_and_writes_nothing(desk: Warehouse) -> None:
    done = settled_of(brief_of(4))
    forged = replace(done, claims=(*done.claims, Claim(0, "attribute", "waterproof", None)))
    before = rows(desk, "select count(*) as n from content.texts")
    with pytest.raises(AccountingError, match="'waterproof' has no source"):
        publish_batch(desk, "r9", [forged], {}, {"descriptions": "product"})
    assert rows(desk, "select count(*) as n from content.texts") == before
    assert rows(desk, "select * from content.briefs where run_id = 'r9'") == []


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ("source_value = ''", "each claim of a published text has the cell that supports it"),
        (
            "source_key = 'another-product/material'",
            "each claim rests on a fact of its brief or on a policy",
        ),
        ("text_id = 'nowhere'", "each claim belongs to a text"),
    ],
)
def test_a_ledger_that_was_tampered_with_fails_the_run_and_is_told_in_the_validations(
    desk: Warehouse, change: str, promise: str
) -> None:
    publish_batch(desk, "r9", [settled_of(brief_of(4))], {}, {"descriptions": "product"})
    check_tables(desk, "r9")
    with desk.open() as con:
        con.execute(
            f"update content.claims set {change} "
            "where text_id in (select text_id from content.texts where run_id = 'r9')"
        )
    with pytest.raises(AccountingError, match=promise):
        check_tables(desk, "r9")
    with desk.open() as con:
        told = fetch_dicts(
            con.execute(
                "select * from content.validations where run_id = 'r9' and stage = 'published'"
            )
        )
    assert {row["rule"] for row in told if not row["is_successful"]}
    assert {row["is_successful"] for row in told} == {True, False}
    assert all(row["expectation"].startswith("expect_") for row in told)


def test_a_shop_adds_a_rule_by_toml_alone(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text(
        '[[rule]]\nname = "no_mornings"\ncategory = "shop"\npattern = "slow mornings?"\n'
        'reason = "our house style does not speak of mornings"\n',
        encoding="utf-8",
    )
    body = body_of(brief_of(0))
    context = CheckContext(rules=built_in_rules() + load_rules(path))
    plain = judge(body, brief_of(0).facts, context=CheckContext.empty(), limits=Limits())
    ruled = judge(body, brief_of(0).facts, context=context, limits=Limits())
    assert plain.text == body
    assert "mornings" not in ruled.text
    assert any(
        "our house style does not speak of mornings" in (v.reason or "") for v in ruled.verdicts
    )


def test_every_rule_of_a_batch_has_a_row_in_the_validations() -> None:
    outcomes: list = []
    brief = brief_of(0)
    drafts = [
        Draft(f"d{n}", brief.brief_id, n, text, "model", -1.0, "m1", n)
        for n, text in enumerate((body_of(brief), "Free!"))
    ]
    settle_briefs(PLUGIN, [(brief, "a prompt", drafts)], CheckContext.empty(), outcomes, every_draft=True)  # fmt: skip
    assert [outcome.rule for outcome in outcomes] == [rule["rule"] for rule in PLUGIN.checks]
    refused = {
        outcome.rule: len(outcome.failing) for outcome in outcomes if not outcome.is_successful
    }
    assert refused
    assert set(refused.values()) == {1}


def test_a_claims_source_is_a_cell_and_its_value(desk: Warehouse) -> None:
    publish_batch(desk, "r9", [settled_of(brief_of(4))], {}, {"descriptions": "product"})
    with desk.open() as con:
        claims = fetch_dicts(
            con.execute(
                "select claims.* from content.claims join content.texts using (text_id) where run_id = 'r9'"
            )
        )
        assert one_value(con, "select count(*) from content.texts where run_id = 'r9'") == 1
    facts: set[Fact] = set(brief_of(4).facts)
    assert {
        (c["source_table"], c["source_column"], c["source_key"], c["source_value"]) for c in claims
    } == {(f.source_table, f.source_column, f.source_key, f.value) for f in facts}
