"""Settling a batch: the best candidate, the fallback, quarantine, no two texts the same, one bad brief alone."""

# ruff: noqa: E501 - example texts and messages stay whole
from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from plugins.contract import Brief, Fact, Plugin, Scenario
from plugins.discovery import discover_plugins
from tasks.check_drafts import settle_briefs
from tasks.checks.consistency import Published
from tasks.checks.context import CheckContext
from tasks.errors import RulesError
from tasks.records import Draft

SCENARIO = Scenario(
    "lapsed", "Lapsed", "win_back", "any", "email", "warm", "en", ("descriptions",), 1
)
GOOD = "The {name} is stoneware in olive green and holds 350 ml. It is yours for £24.00."
BAD = "The {name} is solid oak and holds nine litres, the best in the world."


@pytest.fixture(scope="module")
def plugin() -> Plugin:
    found = {p.name: p for p in discover_plugins(entry_points=False).plugins}
    return found["descriptions"]


def brief_of(number: int, name: str | None = None) -> Brief:
    values = {
        "name": name or f"Harbour Mug {'ABCDEFGHIJ'[number]}", "brand": "Tidewell", "category": "mugs", "price": "£24.00",
        "material": "stoneware", "colour": "olive green", "capacity": "350 ml", "care": "dishwasher safe",
    }  # fmt: skip
    facts = tuple(Fact(n, v, "shop.product_facts", n, f"p{number}") for n, v in values.items())
    return Brief(f"b{number}", f"h{number}", "descriptions", SCENARIO, f"p{number}", facts)


def drafts_of(brief: Brief, *texts: str) -> list[Draft]:
    name = brief.values()["name"]
    return [
        Draft(
            f"{brief.brief_id}-{n}",
            brief.brief_id,
            n,
            t.format(name=name),
            "model",
            -1.0 - n,
            "m",
            n,
        )
        for n, t in enumerate(texts)
    ]


def test_the_publishable_candidate_is_chosen_and_its_claims_have_sources(plugin: Plugin) -> None:
    brief = brief_of(0)
    settled = settle_briefs(
        plugin, [(brief, "p", drafts_of(brief, BAD, GOOD))], CheckContext.empty()
    )
    assert [s.state for s in settled] == ["approved"]
    assert settled[0].chosen_draft_id == "b0-1"
    assert settled[0].claims
    assert all(claim.source in brief.facts for claim in settled[0].claims)
    assert any(not v.is_passed for v in settled[0].verdicts["b0-0"])


def test_a_brief_without_a_publishable_draft_falls_back_and_else_is_quarantined(
    plugin: Plugin,
) -> None:
    brief, other = brief_of(1), brief_of(2)
    written = [(brief, "p", drafts_of(brief, BAD)), (other, "p", [])]
    settled = settle_briefs(plugin, written, CheckContext.empty())
    assert [s.state for s in settled] == ["fallback", "fallback"]
    untrue = replace(
        plugin, fallback_source="A mug of solid oak that cures headaches for everyone."
    )
    settled = settle_briefs(untrue, written, CheckContext.empty())
    assert [s.state for s in settled] == ["quarantined", "quarantined"]
    assert {"oak"} <= {v.claim for v in settled[0].reasons}
    assert all(s.text is None and s.reasons for s in settled)


def test_no_two_texts_of_a_plugin_are_the_same(plugin: Plugin) -> None:
    context = CheckContext.empty()
    same = [brief_of(n, "Harbour Mug") for n in (3, 4)]
    settled = settle_briefs(plugin, [(b, "p", drafts_of(b, GOOD)) for b in same], context)
    texts = [s.text for s in settled if s.text]
    assert len(texts) == len(set(texts))
    assert settled[0].state == "approved"
    assert settled[1].text != settled[0].text


def test_a_text_may_replace_the_one_of_its_own_brief() -> None:
    published = Published([("lapsed\x1fp1", "A green mug for slow mornings.")])
    assert published.claim("lapsed\x1fp1", "A green mug for slow mornings.") is None
    assert published.claim("lapsed\x1fp2", "A  GREEN mug for slow mornings!") is not None


def test_a_brief_that_raises_fails_alone(plugin: Plugin) -> None:
    def accept(text: str, brief: Brief) -> str | None:
        if brief.brief_id == "b5":
            raise ValueError("hook broke")
        return None

    hooked = replace(plugin, accept=accept)
    briefs = [brief_of(5), brief_of(6)]
    settled = settle_briefs(
        hooked, [(b, "p", drafts_of(b, GOOD)) for b in briefs], CheckContext.empty()
    )
    assert settled[1].state == "approved"
    assert settled[0].state != "approved"
    assert any(
        "hook broke" in (v.reason or "")
        for v in (*settled[0].reasons, *sum(settled[0].verdicts.values(), ()))
    )


def test_a_rule_of_checks_toml_refuses_drafts_and_a_wrong_one_is_named(plugin: Plugin) -> None:
    brief = brief_of(7)
    rule = {
        "rule": "no_mug",
        "type": "expect_column_values_to_not_match_regex",
        "kwargs": {"column": "body", "regex": "Mug"},
    }
    strict = replace(plugin, checks=(*plugin.checks, rule))
    settled = settle_briefs(strict, [(brief, "p", drafts_of(brief, GOOD))], CheckContext.empty())
    assert Counter(s.state for s in settled) == {"quarantined": 1}
    assert "no_mug" in {v.rule for v in settled[0].reasons}
    wrong = replace(plugin, checks=({"rule": "odd", "type": "expect_nothing_known"},))
    with pytest.raises(RulesError, match="odd"):
        settle_briefs(wrong, [(brief, "p", drafts_of(brief, GOOD))], CheckContext.empty())


def test_a_rule_that_crashes_refuses_every_draft(plugin: Plugin) -> None:
    brief = brief_of(8)
    rule = {
        "rule": "crash",
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "no_such_column"},
    }
    broken = replace(plugin, checks=(*plugin.checks, rule))
    settled = settle_briefs(broken, [(brief, "p", drafts_of(brief, GOOD))], CheckContext.empty())
    assert settled[0].state == "quarantined"
    assert "crash" in {v.rule for v in settled[0].reasons}


OTHERS = (
    "In olive green, the {name} is stoneware.",
    "The {name} holds 350 ml and is stoneware.",
)


def outcomes_of(plugin: Plugin, written: list, *, size: int, every_draft: bool = False) -> list:
    context = CheckContext.empty()
    settled = [
        item
        for start in range(0, len(written), size)
        for item in settle_briefs(
            plugin, written[start : start + size], context, every_draft=every_draft
        )
    ]
    return [(s.brief.brief_id, s.state, s.text, s.chosen_draft_id, s.claims) for s in settled]


def test_a_draft_behind_one_that_stands_is_not_judged_and_the_choice_is_the_same(
    plugin: Plugin,
) -> None:
    written = [
        (b, "p", drafts_of(b, GOOD, BAD, *OTHERS)) for b in (brief_of(0), brief_of(1), brief_of(2))
    ]
    settled = settle_briefs(plugin, written, CheckContext.empty())
    assert all(len(s.verdicts) < len(s.drafts) for s in settled)
    assert all(s.chosen_draft_id in s.verdicts for s in settled)
    assert outcomes_of(plugin, written, size=3) == outcomes_of(
        plugin, written, size=3, every_draft=True
    )


def test_a_quarantined_brief_has_had_every_draft_judged(plugin: Plugin) -> None:
    brief = brief_of(0)
    untrue = replace(plugin, fallback_source="A mug of solid oak that cures headaches.")
    drafts = drafts_of(brief, BAD, BAD + " It is waterproof.", BAD + " It is made in Peru.")
    settled = settle_briefs(untrue, [(brief, "p", drafts)], CheckContext.empty())[0]
    assert settled.state == "quarantined"
    assert {draft.draft_id for draft in drafts} < set(settled.verdicts)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_rule_that_refuses_the_chosen_draft_gives_its_place_to_the_next_brief(
    plugin: Plugin, size: int
) -> None:
    """Two briefs want the same text; the rule refuses it for the first, so the second may have it."""
    rule = {
        "rule": "not_for_b0",
        "type": "expect_column_pair_values_to_be_in_set",
        "kwargs": {
            "column_A": "brief_id",
            "column_B": "written_by",
            "value_pairs_set": [("b0", "fallback"), *((f"b{n}", "model") for n in (1, 2, 3))],
        },
    }
    strict = replace(plugin, checks=(*plugin.checks, rule))
    briefs = [brief_of(0, "Harbour Mug"), brief_of(1, "Harbour Mug"), brief_of(2), brief_of(3)]
    found = outcomes_of(strict, [(b, "p", drafts_of(b, GOOD)) for b in briefs], size=size)
    wanted = GOOD.format(name="Harbour Mug")
    assert [(text == wanted, state) for _, state, text, _, _ in found[:2]] == [
        (False, "fallback"),
        (True, "approved"),
    ]


def test_what_a_rehearsal_published_is_forgotten_when_it_is_taken_back() -> None:
    published = Published([("lapsed\x1fp0", "A blue mug for slow mornings.")])
    mark = published.mark()
    assert published.claim("lapsed\x1fp1", "A green mug for slow mornings.") is None
    assert published.claim("lapsed\x1fp2", "A green mug for slow mornings.") is not None
    published.take_back(mark)
    assert published.claim("lapsed\x1fp2", "A green mug for slow mornings.") is None
    assert published.claim("lapsed\x1fp3", "A blue mug for slow mornings.") is not None


def test_near_duplicates_are_found_however_common_their_runs() -> None:
    words = [f"word{n}" for n in range(60)]
    published = Published([("s\x1fp1", " ".join(words))])
    nearly = [*words[:59], "other"]
    assert published.claim("s\x1fp2", " ".join(nearly)) is not None
    assert (
        published.claim("s\x1fp3", " ".join([*words[:40], *(f"new{n}" for n in range(20))])) is None
    )
