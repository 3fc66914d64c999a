"""Live texts that state what the shop no longer says: found by the cells of their claims, and retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tasks.checks.contradictions import disagree
from tasks.records import SettledBrief
from tasks.warehouse import Connection, fetch_dicts, insert_rows, run_named

__all__ = ["retire_outdated"]


def retire_outdated(con: Connection, settled: Sequence[SettledBrief], moment: datetime) -> int:
    """Retire every live text, of any scenario and plugin, of which a claim's cell has another value now; how many.

    The facts of the ``settled`` briefs were read in this run, so where a cell differs the live text is the older one.
    Texts of subjects that no brief speaks of any more are another's work (publish/retire_vanished).
    """
    cells = {
        (f.source_table, f.source_column, f.source_key, f.value, s.brief.scenario.locale[:2])
        for s in settled
        for f in s.brief.facts
    }
    if not cells:
        return 0
    names = ("source_table", "source_column", "source_key", "value", "language")
    con.execute(
        "create or replace temp table settled_cells "
        "(source_table varchar, source_column varchar, source_key varchar, value varchar, language varchar)"
    )
    insert_rows(
        con, "settled_cells", [dict(zip(names, cell, strict=True)) for cell in sorted(cells)]
    )
    reasons: dict[str, str] = {}
    for row in fetch_dicts(run_named(con, "publish/outdated_claims")):
        said, now = row["stated_value"], row["settled_value"]
        if disagree(row["source_table"], said, now):
            cell = f"{row['source_table']}.{row['source_column']}[{row['source_key']}]"
            reasons.setdefault(
                row["text_id"], f"stale: it states {said} where {cell} is {now} now"[:500]
            )
    con.execute("create or replace temp table outdated_texts (text_id varchar, reason varchar)")
    if reasons:
        insert_rows(
            con, "outdated_texts", [{"text_id": t, "reason": r} for t, r in reasons.items()]
        )
        run_named(con, "publish/retire_outdated", {"moment": moment})
    return len(reasons)
