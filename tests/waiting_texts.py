"""Texts that wait for a person, for tests: made by the steps of a run, on a published run."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugins.contract import Brief, Fact, Plugin, Scenario
from plugins.discovery import discover_plugins
from tasks.publish_content import publish_batch
from tasks.records import Claim, Draft, RiskTier, SettledBrief, Verdict
from tasks.set_aside import apply_risk_tier
from tasks.warehouse import Warehouse
from tests.published_run import fill_published_run

RUN_ID = "20261121-090000-a1b2c3"
SCENARIO = Scenario(
    name="lapsed_high_spenders",
    title="Lapsed high spenders",
    goal="win_back",
    season="all_year",
    channel="email",
    tone="warm",
    locale="en",
    content_types=("descriptions",),
    priority=10,
)
GOODS = (
    ("ALD-21", "Alder Stoneware Jug", "stoneware", "olive green", "900 ml"),
    ("BRA-22", "Bramble Linen Apron", "washed linen", "oat", "one size"),
    ("CAR-23", "Cairn Oak Board", "oiled oak", "honey", "40 cm"),
    ("DEL-24", "Delph Porcelain Bowl", "porcelain", "chalk white", "650 ml"),
    ("EST-25", "Esk Wool Cushion", "lambswool", "heather grey", "45 cm"),
)
"""product_id, name, material, colour, size."""


def plugins() -> dict[str, Plugin]:
    """The built-in plugins by name."""
    return {p.name: p for p in discover_plugins(entry_points=False).plugins}


def brief_of(number: int, *, colour: str | None = None) -> Brief:
    """The brief of a product of GOODS; another ``colour`` changes its hash."""
    product, name, material, own_colour, size = GOODS[number]
    values = {
        "name": (name, "shop.products", "name", product),
        "material": (material, "shop.product_facts", "value", f"{product}/material"),
        "colour": (colour or own_colour, "shop.product_facts", "value", f"{product}/colour"),
        "size": (size, "shop.product_facts", "value", f"{product}/size"),
    }
    facts = tuple(Fact(fact, *cell) for fact, cell in values.items())
    told = "|".join(f"{fact.name}={fact.value}" for fact in facts)
    return Brief(
        brief_id=f"brief-{product}",
        brief_hash=hashlib.sha256(told.encode()).hexdigest(),
        plugin="descriptions",
        scenario=SCENARIO,
        subject_id=product,
        facts=facts,
    )


def body_of(brief: Brief) -> str:
    """A text that states four facts of the brief."""
    f = brief.values()
    return (
        f"Slow mornings ask for little. The {f['name']} is made of {f['material']} in {f['colour']}. "
        f"It comes in {f['size']}."
    )


def settled_of(brief: Brief) -> SettledBrief:
    """The brief as the checks settle it: the second of two drafts is approved."""
    body = body_of(brief)
    drafts = tuple(
        Draft(f"{brief.brief_id}-{n}", brief.brief_id, n, text, "model", -1.2, "m0d31", 7 + n)
        for n, text in enumerate((f"{body} It is waterproof too.", body))
    )
    sentence_of = {"name": 1, "material": 1, "colour": 1, "size": 2}
    return SettledBrief(
        brief,
        "descriptions | goal win_back | <name> <material> <colour> <size>",
        "approved",
        text=body,
        written_by="model",
        model_hash="m0d31",
        chosen_draft_id=drafts[1].draft_id,
        claims=tuple(
            Claim(sentence_of[f.name], "name" if f.name == "name" else "attribute", f.value, f)
            for f in brief.facts
        ),
        drafts=drafts,
        verdicts={
            drafts[0].draft_id: (
                Verdict("structure", "length", True),
                Verdict(
                    "grounding",
                    "attribute",
                    False,
                    3,
                    "waterproof",
                    "no fact of this product says 'waterproof'",
                ),
            ),
            drafts[1].draft_id: (
                Verdict("structure", "length", True),
                Verdict("grounding", "attribute", True),
            ),
        },
    )


def settle(
    warehouse: Warehouse,
    briefs: list[Brief],
    tier: RiskTier,
    *,
    run_id: str = RUN_ID,
    audit_share: float = 1.0,
) -> list[SettledBrief]:
    """Settle and commit briefs under a tier, as a run does."""
    plugin = plugins()["descriptions"]
    settled = apply_risk_tier(
        [settled_of(brief) for brief in briefs],
        plugin,
        overrides={"descriptions": tier},
        audit_share=audit_share,
    )
    publish_batch(
        warehouse,
        run_id,
        settled,
        {SCENARIO.name: "lapsed_high_spenders-2"},
        {"descriptions": "product"},
    )
    return settled


def fill_desk(path: Path) -> Warehouse:
    """A warehouse with a published run, three texts that wait (GOODS 0 to 2) and two that are audited."""
    warehouse = Warehouse(path)
    warehouse.create()
    with warehouse.transaction() as con:
        fill_published_run(con)
    settle(warehouse, [brief_of(n) for n in range(3)], "review")
    settle(warehouse, [brief_of(n) for n in (3, 4)], "sample", run_id=f"{RUN_ID}-s")
    return warehouse


def rows(warehouse: Warehouse, sql: str, **params: Any) -> list[dict[str, Any]]:
    """Rows of a statement as dictionaries."""
    from tasks.warehouse import fetch_dicts, run_sql

    with warehouse.open() as con:
        return fetch_dicts(run_sql(con, sql, params))


def approval_of(warehouse: Warehouse, number: int) -> dict[str, Any]:
    """The newest approval of a product of GOODS."""
    found = rows(
        warehouse,
        "select * from content.approvals where brief_id = $brief order by queued_at desc limit 1",
        brief=f"brief-{GOODS[number][0]}",
    )
    return found[0]


def other_tone(brief: Brief) -> Brief:
    """The same brief for a scenario of another name."""
    return replace(brief, scenario=replace(brief.scenario, name="seasonal_gift_buyers"))
