"""Live texts whose time is over: they state what the shop no longer says, or no scenario asks for them any more."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.checks.contradictions import disagree
from tasks.publish_content import moment_in
from tasks.warehouse import Warehouse, fetch_dicts, insert_rows, run_named

__all__ = ["forsaken_pairs", "retire_outdated"]


def retire_outdated(warehouse: Warehouse, run_id: str) -> int:
    """Retire every live text, of any scenario and plugin, of which a claim's cell has another value now; how many.

    The facts of the run's briefs, reused ones too, were read in this run: where a cell differs the live text is the
    older one. At the end of a run, when most such texts have been replaced by their own briefs' new ones; what is left
    belongs to scenarios or plugins that did not run, or whose brief got no text.
    """
    with warehouse.transaction() as con:
        run_named(con, "publish/settled_cells", {"run_id": run_id})
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
            run_named(con, "publish/retire_outdated", {"moment": moment_in(con)})
        return len(reasons)


def forsaken_pairs(
    warehouse: Warehouse, asked_for: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """(scenario, plugin) pairs with live or waiting texts that no scenario's definition asks for any more.

    ``asked_for`` are the pairs of all definitions, whether they run now or not: the scenario's file is gone, or its
    header no longer lists the content type.
    """
    wanted = set(asked_for)
    pairs = [(row["scenario"], row["plugin"]) for row in warehouse.rows("publish/live_pairs")]
    return [pair for pair in pairs if pair not in wanted]
