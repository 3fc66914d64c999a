"""What the checks cost: `python -m bench.checks_cost` judges the drafts of a finished run again and prints their share.

It reads the home's warehouse (SHELFTALK_HOME) and writes nothing. The drafts of the run, as the copywriter wrote them,
go through the same batches and the same code as in the run; Great Expectations' validations and the fallbacks are in
the figure, publishing is not. `--briefs 10000` repeats the run's briefs until there are so many. `--model FOLDER`
writes the drafts anew, so that drafting and checking are measured side by side in one process, whatever else the
machine does. What a process loads once is loaded before the clock starts. A run records the same figure of itself in
content.run_costs, loading included.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from flows.open_shop import discover, warehouse_of
from flows.settings import load_settings
from plugins.contract import Brief, Fact, Plugin, Scenario
from tasks.check_context import build_check_context
from tasks.check_drafts import Written, settle_briefs
from tasks.checks.context import CheckContext
from tasks.errors import InputError
from tasks.records import Draft
from tasks.warehouse import fetch_dicts

_WARM_UP = 20


def main() -> None:
    """Print seconds of checking, of the run, and the share."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--briefs", type=int, default=0, help="so many briefs; 0: as many as the run wrote"
    )
    parser.add_argument(
        "--model", type=Path, help="a copywriter's folder: draft anew and compare in one process"
    )
    parser.add_argument("--profile", action="store_true", help="also print where the time goes")
    asked = parser.parse_args()
    settings = load_settings()
    warehouse = warehouse_of(settings, read_only=True)
    with warehouse.open() as con:
        run = _last_run(con)
        briefs, drafts = _written(con, run["run_id"])
        context = build_check_context(con, locale=settings.locale, rules_files=settings.rules_files)
    plugins = discover(settings).by_name()
    count = asked.briefs or len(briefs)
    by_plugin: dict[str, list[Written]] = defaultdict(list)
    for brief in islice(cycle(briefs), count):
        by_plugin[brief.plugin].append((brief, "", drafts[brief.brief_id]))
    import tasks.checks.expectations  # noqa: F401 - Great Expectations' import is told apart from the checking

    # What is loaded once a process (language model, units, suites, names) is no cost of a brief.
    for plugin, written in by_plugin.items():
        settle_briefs(plugins[plugin], written[:_WARM_UP], context)
    if asked.model is not None:
        _side_by_side(
            asked.model, plugins, by_plugin, settings.batch_size, settings.candidates, context
        )
        return
    profile: Any = None
    if asked.profile:
        import cProfile

        profile = cProfile.Profile(time.process_time)
        profile.enable()
    wall, processor = time.perf_counter(), time.process_time()
    for plugin, written in by_plugin.items():
        for start in range(0, len(written), settings.batch_size):
            settle_briefs(plugins[plugin], written[start : start + settings.batch_size], context)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if profile is not None:
        import pstats

        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(35)
    of_run = run["seconds"] / len(briefs) * count
    count_drafts = sum(len(written[2]) for rows in by_plugin.values() for written in rows)
    print(
        f"{count:,} briefs, {count_drafts:,} drafts: checking {wall:.1f} s ({processor:.1f} s of processor, "
        f"{wall / count * 1000:.2f} ms a brief); the run {of_run:.1f} s at "
        f"{run['seconds'] / len(briefs) * 1000:.1f} ms a brief: {wall / of_run:.1%}"
    )


def _side_by_side(
    folder: Path,
    plugins: dict[str, Plugin],
    by_plugin: dict[str, list[Written]],
    batch_size: int,
    candidates: int,
    context: CheckContext,
) -> None:
    """Draft and check batch by batch; print wall and processor seconds of either."""
    from tasks.copywriter.decoding import load_copywriter
    from tasks.write_drafts import write_drafts

    writer = load_copywriter(folder)
    spent: dict[str, list[float]] = {"drafting": [0.0, 0.0], "checking": [0.0, 0.0]}
    count = 0

    def timed(what: str, begun: tuple[float, float]) -> None:
        spent[what][0] += time.perf_counter() - begun[0]
        spent[what][1] += time.process_time() - begun[1]

    for plugin, rows in by_plugin.items():
        for start in range(0, len(rows), batch_size):
            briefs = [brief for brief, _, _ in rows[start : start + batch_size]]
            begun = time.perf_counter(), time.process_time()
            written = write_drafts(
                plugins[plugin],
                briefs,
                writer.write,
                seed=7,
                candidates=candidates,
                model_hash="bench",
            )
            timed("drafting", begun)
            begun = time.perf_counter(), time.process_time()
            settle_briefs(
                plugins[plugin], [(w.brief, w.prompt or "", w.drafts) for w in written], context
            )
            timed("checking", begun)
            count += len(briefs)
    for what, (wall, processor) in spent.items():
        print(
            f"{count:,} briefs: {what} {wall:.1f} s, {processor:.1f} s of processor, "
            f"{wall / count * 1000:.1f} ms a brief"
        )
    both = [sum(parts[i] for parts in spent.values()) for i in (0, 1)]
    print(
        f"checking is {spent['checking'][0] / both[0]:.1%} of the wall time of both, "
        f"{spent['checking'][1] / both[1]:.1%} of their processor time"
    )


def _last_run(con: Any) -> dict[str, Any]:
    """The last completed run that wrote drafts, with its wall seconds."""
    runs = fetch_dicts(
        con.execute(
            "select run_id, epoch(ended_at - started_at) as seconds from content.runs "
            "where state = 'completed' and run_id in (select run_id from content.drafts where written_by = 'model') "
            "order by started_at desc limit 1"
        )
    )
    if not runs:
        raise InputError("no completed run with drafts in this home; run `shelftalk demo` first.")
    return runs[0]


def _written(con: Any, run_id: str) -> tuple[list[Brief], dict[str, list[Draft]]]:
    """The briefs of the run that had drafts by the copywriter, and those."""
    drafts: dict[str, list[Draft]] = defaultdict(list)
    for row in fetch_dicts(
        con.execute(
            "select draft_id, brief_id, candidate, text, written_by, log_likelihood, model_hash, seed "
            "from content.drafts where run_id = $run_id and written_by = 'model' order by brief_id, candidate",
            {"run_id": run_id},
        )
    ):
        drafts[row["brief_id"]].append(Draft(**row))
    rows = fetch_dicts(
        con.execute(
            "select briefs.*, s.goal, s.tone, s.channel, s.season, s.priority from content.briefs "
            "join content.scenarios as s using (scenario_version_id) where briefs.run_id = $run_id order by brief_id",
            {"run_id": run_id},
        )
    )
    briefs = [
        Brief(
            brief_id=row["brief_id"],
            brief_hash=row["brief_hash"],
            plugin=row["plugin"],
            scenario=Scenario(
                name=row["scenario"],
                title=row["scenario"],
                goal=row["goal"],
                season=row["season"],
                channel=row["channel"],
                tone=row["tone"],
                locale=row["locale"],
                content_types=(row["plugin"],),
                priority=row["priority"],
            ),
            subject_id=row["subject_id"],
            facts=tuple(Fact(**fact) for fact in json.loads(row["facts"])),
        )
        for row in rows
        if row["brief_id"] in drafts
    ]
    return briefs, drafts


if __name__ == "__main__":
    main()
