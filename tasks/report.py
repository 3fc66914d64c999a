"""The report: one page that shows a run, and its counts for the terminal and for Prefect."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.errors import WarehouseUnwritable
from tasks.report_page.charts import audience_chart, curve_charts, outcomes_chart, refusals_chart
from tasks.report_page.figures import OUTCOMES, read_figures, read_model, read_run, settings_of
from tasks.report_page.texts import embed, pack_texts, visible
from tasks.warehouse import Connection, Warehouse, fetch_dicts, run_named

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["build_report", "report_summary", "summary_markdown"]

MAX_TEXTS = 20_000
"""More texts than this (about 20 MB) would make the page slow to open; it says how many it leaves out."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def build_report(
    warehouse: Warehouse,
    home: Path,
    run_id: str | None = None,
    *,
    shop_name: str | None = None,
    max_texts: int = MAX_TEXTS,
) -> Path:
    """Write ``home``/report/index.html for a run (None: the latest) and return its path.

    One page that asks for nothing else, written whole or not at all; ``shop_name`` None takes the one in the run's
    settings. Without a run it says how to start one. InputError when ``run_id`` is unknown, WarehouseUnwritable when
    the folder is.
    """
    with warehouse.transaction() as con:  # one snapshot for all that is read
        run = read_run(con, run_id)
        figures = read_figures(con, run)
        model = read_model(con, run["model_hash"] if run else None)
        rows = (
            fetch_dicts(
                run_named(
                    con, "reports/run_texts", {"run_id": run["run_id"], "max_rows": max_texts}
                )
            )
            if run
            else []
        )
    count_left_out = max(0, _count_settled(figures) - len(rows))
    name = shop_name or str(settings_of(run).get("shop_name") or "our shop")
    page = _page(figures, model, pack_texts(rows), count_left_out, name[:1].upper() + name[1:])
    return _write(home / "report" / "index.html", page)


def report_summary(con: Connection, run_id: str | None = None) -> dict[str, Any]:
    """The counts of a run (None: the latest), as figures.read_figures describes them."""
    return read_figures(con, read_run(con, run_id))


def summary_markdown(summary: Mapping[str, Any]) -> str:
    """The counts as Markdown for a Prefect artifact; text from the warehouse is escaped."""
    if summary["run_id"] is None:
        return "# Shelftalk\n\nNo run yet: `shelftalk run`.\n"
    totals = summary["totals"]
    outcomes = ", ".join(f"{totals[f'count_{o}']:,} {o}" for o in OUTCOMES)
    lines = [
        f"# Run {_escaped(summary['run_id'])}: {_escaped(summary['state'])}",
        "",
        f"{summary['count_customers']:,}+ customers in scenarios → {totals['count_briefs']:,} briefs "
        f"→ {summary['count_drafts']:,} drafts → {outcomes}.",
        "",
        _row("plugin", "briefs", *OUTCOMES, "written by the model", "balanced"),
        _row(*["---"] + ["--:"] * (len(OUTCOMES) + 2) + ["---"]),
    ]
    for line in summary["plugins"]:
        share = line["share_written"]
        lines.append(
            _row(
                _escaped(line["plugin"]),
                f"{line['count_briefs']:,}",
                *(f"{line[f'count_{outcome}']:,}" for outcome in OUTCOMES),
                "–" if share is None else f"{share:.1%}",
                "yes" if line["is_balanced"] else "**NO**",
            )
        )
    lines += ["", _row("scenario", "customers", "added", "removed", "state")]
    lines.append(_row("---", "--:", "--:", "--:", "---"))
    for line in summary["scenarios"]:
        state = line["state"] if line["state"] == "ready" else f"{line['state']}: {line['reason']}"
        counts = [_escaped(line[f"told_{what}"]) for what in ("customers", "added", "removed")]
        lines.append(_row(_escaped(line["scenario"]), *counts, _escaped(state)))
    if summary["refusals"]:
        lines += ["", _row("refused by", "drafts", "most often because"), _row("---", "--:", "---")]
    for line in summary["refusals"][:10]:
        by = _escaped(f"{line['check_name']} · {line['rule']}")
        lines.append(_row(by, f"{line['count_drafts']:,}", _escaped(line["examples"][0]["reason"])))
    return "\n".join(lines) + "\n"


def _page(
    figures: Mapping[str, Any],
    model: Mapping[str, Any] | None,
    texts: Mapping[str, Any],
    count_left_out: int,
    shop_name: str,
) -> str:
    script = _file("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            shop_name=shop_name,
            run=figures,
            lead=_lead(figures["totals"]),
            outcomes=OUTCOMES,
            model=model,
            charts={
                "outcomes": outcomes_chart(figures["plugins"]),
                "audience": audience_chart(figures["scenarios"]),
                "refusals": refusals_chart(figures["refusals"]),
                "curve": curve_charts(model["figures"]["curve"]) if model else [],
            },
            texts=embed(texts),
            count_texts=len(texts["texts"]),
            count_left_out=count_left_out,
            style=_file("page.css"),
            script=script,
            script_digest=digest,
        )
    )


def _lead(totals: Mapping[str, Any]) -> str:
    """The run in two sentences; outcomes that did not occur are left out."""
    standing = {
        "newly written by the copywriter": totals["count_approved"],
        "unchanged from before": totals["count_reused"],
        "from the fallback": totals["count_fallback"],
    }
    told = [f"{count:,} {words}" for words, count in standing.items() if count]
    sentence = (
        f"{sum(standing.values()):,} of {totals['count_briefs']:,} briefs have a text that may be shown"
        f"{': ' if told else ''}{' and '.join(filter(None, (', '.join(told[:-1]), *told[-1:])))}."
    )
    quarantined, failed = totals["count_quarantined"], totals["count_failed"]
    if quarantined:
        sentence += f" {quarantined:,} {'waits' if quarantined == 1 else 'wait'} in quarantine."
    return sentence + (f" {failed:,} failed." if failed else "")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = lambda name: visible(name).replace("_", " ")
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["share"] = lambda part: "–" if part is None else f"{part:.1%}"
    environment.filters["minute"] = lambda moment: f"{moment:%-d %B %Y, %H:%M}" if moment else "–"
    environment.filters["figure"] = _figure
    environment.filters["duration"] = _duration
    environment.filters["visible"] = visible
    return environment


@lru_cache(maxsize=8)
def _file(name: str) -> str:
    return resources.files("tasks.report_page").joinpath(name).read_text(encoding="utf-8")


def _write(path: Path, page: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(page, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise WarehouseUnwritable(
            f"the report cannot be written to {path} ({error.strerror}); "
            "free space or fix the folder's permissions."
        ) from error
    finally:
        if part.exists():
            part.unlink()
    return path


def _count_settled(figures: Mapping[str, Any]) -> int:
    return sum(figures["totals"][f"count_{outcome}"] for outcome in OUTCOMES)


def _figure(value: object) -> str:
    """A figure of a model for reading: 3710464 → 3,710,464; 4.2098 → 4.21, 0.00123 → 0.00123."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return visible(value)
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def _escaped(text: object) -> str:
    """Untrusted text for a Markdown table cell: one line, no markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
