"""Drafts of briefs: filled, seeded, and each with its own reason when there is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from plugins.contract import Brief, Fact, Generation, Manifest, Plugin, Scenario
from tasks.copywriter.decoding import load_copywriter
from tasks.records import DraftRequest, RawDraft
from tasks.write_drafts import brief_seed, write_drafts

SCENARIO = Scenario("lapsed", "Lapsed", "win_back", "", "email", "warm", "en", ("descriptions",), 1)
PLUGIN = Plugin(
    Manifest(name="descriptions", summary="describes a product", subject="product"),
    Path(), "", "descriptions | goal inform | tone {{ scenario.tone }} | {{ facts.colour }} {{ slots }}",
    "", (), (), "x",
)  # fmt: skip


def brief(number: int, **facts: str) -> Brief:
    values = {
        "name": f"Ash Mug {number}",
        "material": "stoneware",
        "colour": "olive",
        "price": "£24.00",
    } | facts
    return Brief(
        f"b{number}", f"hash{number}", "descriptions", SCENARIO, f"p{number}",
        tuple(Fact(name, value, "shop.product_facts", "value", "k") for name, value in values.items() if value),
    )  # fmt: skip


class Recorder:
    """A Writer that answers each request with its slots, and refuses a prompt that holds ``poison``."""

    def __init__(self) -> None:
        self.requests: list[DraftRequest] = []

    def __call__(self, requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
        self.requests += requests
        if any("poison" in request.prompt for request in requests):
            raise ValueError("cannot be written")
        return [
            [
                RawDraft(
                    c,
                    " " if "silence" in r.prompt else f"a <colour> <material> thing {c}",
                    -1.0,
                    r.seed,
                    9,
                )
                for c in range(r.candidates)
            ]
            for r in requests
        ]


def test_drafts_are_filled_and_numbered() -> None:
    write = Recorder()
    (found,) = write_drafts(PLUGIN, [brief(1)], write, seed=7, candidates=2, model_hash="m")
    assert [draft.draft_id for draft in found.drafts] == ["b1-0", "b1-1"]
    assert found.drafts[0].text == "an olive stoneware thing 0"
    assert (
        found.prompt
        == "descriptions | goal inform | tone warm | olive <name> <material> <colour> <price>"
    )
    assert found.drafts[0].seed == write.requests[0].seed == brief_seed(7, "hash1")
    assert (found.reason, found.drafts[0].model_hash, found.drafts[0].written_by) == (
        None,
        "m",
        "model",
    )
    assert write.requests[0].slots == ("name", "material", "colour", "price")


def test_a_brief_that_cannot_be_written_never_fails_its_neighbours() -> None:
    briefs = [
        brief(1),
        brief(2, colour=""),
        brief(3, colour="poison"),
        brief(4, colour="silence"),
        brief(5),
    ]
    found = write_drafts(PLUGIN, briefs, Recorder(), seed=7, candidates=1, model_hash="m")
    assert [item.brief.brief_id for item in found] == ["b1", "b2", "b3", "b4", "b5"]
    assert [len(item.drafts) for item in found] == [1, 0, 0, 0, 1]
    assert "prompt.j2" in str(found[1].reason)
    assert "cannot be written" in str(found[2].reason)
    assert found[3].reason is None, "the fallback speaks"


def test_the_plugins_own_settings_go_first() -> None:
    manifest = PLUGIN.manifest.model_copy(
        update={"generation": Generation(candidates=4, max_new_tokens=9)}
    )
    write = Recorder()
    write_drafts(
        dataclasses.replace(PLUGIN, manifest=manifest),
        [brief(1)],
        write,
        seed=1,
        candidates=2,
        model_hash="m",
    )
    assert (write.requests[0].candidates, write.requests[0].max_new_tokens) == (4, 9)


def test_prepare_may_change_a_brief_and_its_errors_are_the_briefs_own() -> None:
    def prepare(given: Brief) -> Brief:
        if given.brief_id == "b2":
            raise KeyError("missing")
        return dataclasses.replace(given, facts=given.facts[:3])

    write = Recorder()
    plugin = dataclasses.replace(PLUGIN, prepare=prepare)
    found = write_drafts(plugin, [brief(1), brief(2)], write, seed=1, candidates=1, model_hash="m")
    assert write.requests[0].slots == ("name", "material", "colour")
    assert len(found[0].brief.facts) == 3
    assert "prepare() failed" in str(found[1].reason)


def test_seeds_differ_by_brief_and_run() -> None:
    seeds = {brief_seed(run, f"hash{n}") for run in range(20) for n in range(50)}
    assert len(seeds) == 1000
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize("size", [1, 4])
def test_the_same_brief_gives_the_same_drafts_in_any_batch(
    tiny_copywriter: Path, size: int
) -> None:
    write = load_copywriter(tiny_copywriter, count_rows=16).write
    briefs = [brief(number) for number in range(8)]
    together = write_drafts(PLUGIN, briefs, write, seed=7, candidates=2, model_hash="m")
    parts = [
        item
        for at in range(0, 8, size)
        for item in write_drafts(
            PLUGIN, briefs[at : at + size], write, seed=7, candidates=2, model_hash="m"
        )
    ]
    assert parts == together
