"""A run without Prefect for tests of plugins: plan, drafts by a deterministic Writer, checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.planning import RunPlan, make_plan
from flows.settings import Settings
from tasks.check_context import build_check_context
from tasks.check_drafts import settle_briefs
from tasks.records import DraftRequest, RawDraft, SettledBrief
from tasks.warehouse import Connection
from tasks.write_drafts import WrittenBrief, write_drafts

OPENINGS = ("Have a look at the <name>.", "Here is the <name>.", "The <name> is in the shop.")
STATED = {
    "material": "It is made of <material>.",
    "colour": "The colour is <colour>.",
    "price": "It costs <price>.",
}


def write(requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
    """A Writer by its contract: the same request gives the same candidates, with slots that the request allows."""
    return [
        [_draft(request, number) for number in range(request.candidates)] for request in requests
    ]


def _draft(request: DraftRequest, number: int) -> RawDraft:
    turn = request.seed + number
    said = [text for name, text in STATED.items() if name in request.slots]
    chosen = said[turn % len(said) :] if said else []
    text = " ".join([OPENINGS[turn % len(OPENINGS)], *chosen])
    return RawDraft(number, text, -1.0 - number, request.seed, len(text.split()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: its plan, what was written, what was settled, by (scenario, plugin, subject)."""

    plan: RunPlan
    written: dict[tuple[str, str, str], WrittenBrief]
    settled: dict[tuple[str, str, str], SettledBrief]

    def texts(self, *plugins: str) -> dict[tuple[str, str, str], tuple[str, str | None]]:
        """Key -> (state, text), of ``plugins`` alone where given."""
        return {
            key: (item.state, item.text)
            for key, item in self.settled.items()
            if not plugins or key[1] in plugins
        }


def run_plugins(
    con: Connection, settings: Settings, scenarios: Sequence[str], *, limit: int = 6
) -> Outcome:
    """Plan on ``con`` (a scratch) and settle every brief, batch by batch as a run does."""
    plan = make_plan(con, settings, "r1", scenarios=scenarios, limit=limit)
    contexts = {}
    written: dict[tuple[str, str, str], WrittenBrief] = {}
    settled: dict[tuple[str, str, str], SettledBrief] = {}
    for batch in plan.batches:
        plugin = plan.plugins[batch.plugin]
        done = write_drafts(plugin, batch.briefs, write, seed=7, candidates=2, model_hash="m")
        for item in done:
            written[batch.scenario, batch.plugin, item.brief.subject_id] = item
        locale = batch.briefs[0].scenario.locale
        if locale not in contexts:
            contexts[locale] = build_check_context(con, locale=locale)
        ready = [(w.brief, w.prompt or "", w.drafts) for w in done if w.reason is None]
        for outcome in settle_briefs(plugin, ready, contexts[locale]):
            settled[batch.scenario, batch.plugin, outcome.brief.subject_id] = outcome
    return Outcome(plan, written, settled)
