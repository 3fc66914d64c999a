"""Show one published text with everything that stands behind it: facts, claims and their sources, verdicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, get_args

from tasks.errors import InputError
from tasks.report_page.spans import find_spans, in_reading_order, source_of
from tasks.report_page.texts import visible
from tasks.warehouse import Warehouse, fetch_dicts, run_named

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["TextState", "list_texts", "render_text", "show_text"]

TextState = Literal["live", "retired", "model", "fallback", "person"]
"""``live`` and ``retired`` ask whether a text is published now, the others who wrote it."""


def show_text(warehouse: Warehouse, text_id: str) -> dict[str, Any]:
    """The text that ``text_id`` (or an unambiguous beginning of it) names.

    Keys: those of content.texts; ``facts``, ``claims`` (each with ``source``, written as
    ``table.column[key] = value``) and ``verdicts`` as lists of dictionaries; ``scenario_version``,
    ``goal``, ``season``, ``channel``, ``tone``, ``count_customers``; ``prompt``, ``draft_id``,
    ``candidate``, ``seed``, ``log_likelihood``, ``model_base`` (None where not kept). InputError when
    no text, or more than one, fits.
    """
    with warehouse.transaction() as con:  # one snapshot for all that is read
        found = _resolve(
            [
                row[0]
                for row in run_named(con, "reports/matching_texts", {"prefix": text_id}).fetchall()
            ],
            text_id,
        )
        text = fetch_dicts(run_named(con, "reports/one_text", {"text_id": found}))[0]
        claims = fetch_dicts(run_named(con, "reports/text_claims", {"text_id": found}))
        verdicts = (
            fetch_dicts(
                run_named(
                    con,
                    "reports/draft_verdicts",
                    {"run_id": text["run_id"], "draft_id": text["draft_id"]},
                )
            )
            if text["draft_id"]
            else []
        )
    text["facts"] = json.loads(text["facts"]) if text["facts"] else []
    text["claims"] = [
        {**claim, "source": source_of(claim)} for claim in in_reading_order(text["body"], claims)
    ]
    text["verdicts"] = verdicts
    return text


def list_texts(
    warehouse: Warehouse,
    *,
    scenario: str | None = None,
    plugin: str | None = None,
    state: TextState | None = None,
    limit: int = 20,
) -> list[dict[str, Any]]:
    """Published texts, newest first: text_id, scenario, plugin, subject_id, state, written_by, published_at, body."""
    if state is not None and state not in get_args(TextState):
        raise InputError(
            f"no text can have the state {state!r}; choose one of {', '.join(get_args(TextState))}."
        )
    if limit < 1:
        raise InputError(f"the limit is {limit}; it must be 1 or more.")
    return warehouse.rows(
        "reports/list_texts",
        {"scenario": scenario, "plugin": plugin, "state": state, "max_rows": limit},
    )


def render_text(text: dict[str, Any]) -> RenderableType:
    """What ``show_text`` returned, for a rich console: the text with each claim numbered, its source below."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    parts: list[RenderableType] = [
        Panel(
            _numbered_body(text),
            title=Text(f"{text['plugin']} · {text['scenario']}"),
            subtitle=Text(visible(text["text_id"])),
            padding=(1, 2),
        ),
        _about(text),
    ]
    if text["claims"]:
        parts += [Text("\nClaims and their sources", style="bold"), _claims_table(text)]
    else:
        parts.append(Text("\nThe text makes no claim.", style="dim"))
    if text["facts"]:
        parts += [Text("\nFacts of the brief", style="bold"), _facts_table(text)]
    parts.append(_verdicts(text))
    return Group(*parts)


def _resolve(found: list[str], asked: str) -> str:
    if not asked or not found:
        raise InputError(
            f"there is no published text {asked!r}; `shelftalk show` without an id lists them."
        )
    if found[0] == asked or len(found) == 1:
        return found[0]
    more = ", …" if len(found) > 5 else ""
    raise InputError(
        f"more than one text starts with {asked!r}: {', '.join(found[:5])}{more}; give more of the id."
    )


def _numbered_body(text: dict[str, Any]) -> Any:
    from rich.text import Text

    body = Text()
    for words, claims in find_spans(visible(text["body"]), text["claims"]):
        body.append(words, style="bold" if claims else "")
        if claims:
            body.append(f"[{','.join(str(number + 1) for number in claims)}]", style="cyan")
    return body


def _about(text: dict[str, Any]) -> Any:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    version = f", version {text['scenario_version']}" if text["scenario_version"] else ""
    reach = (
        f", {text['count_customers']:,} customers" if text["count_customers"] is not None else ""
    )
    rows = {
        "scenario": f"{text['scenario']}{version}{reach}",
        "goal, tone": ", ".join(filter(None, (text["goal"], text["tone"]))),
        "subject": text["subject_id"],
        "written by": text["written_by"],
        "model": text["model_hash"],
        "draft": text["draft_id"],
        "seed": text["seed"],
        "published": f"{text['published_at']:%Y-%m-%d %H:%M} in run {text['run_id']}",
        "retired": f"{text['retired_at']:%Y-%m-%d %H:%M} {text['retired_reason'] or ''}"
        if text["retired_at"]
        else None,
    }
    for label, value in rows.items():
        if value not in (None, ""):
            grid.add_row(label, _text(value))
    return grid


def _claims_table(text: dict[str, Any]) -> Any:
    table = _table("", "claim", "kind", "source")
    for number, claim in enumerate(text["claims"], start=1):
        table.add_row(
            _text(number), _text(claim["claim"]), _text(claim["kind"]), _text(claim["source"])
        )
    return table


def _facts_table(text: dict[str, Any]) -> Any:
    table = _table("fact", "value", "from")
    for fact in text["facts"]:
        cell = f"{fact['source_table']}.{fact['source_column']}[{fact['source_key']}]"
        table.add_row(_text(fact["name"]), _text(fact["value"]), _text(cell))
    return table


def _verdicts(text: dict[str, Any]) -> Any:
    from rich.text import Text

    verdicts = text["verdicts"]
    if not verdicts:
        return Text("\nNo verdicts are kept for it.", style="dim")
    failed = [verdict for verdict in verdicts if not verdict["is_passed"]]
    lines = Text(
        f"\nChecks: {len(verdicts) - len(failed)} of {len(verdicts)} passed"
        + ("." if not failed else "; the sentences that fell were dropped:"),
        style="bold",
    )
    for verdict in failed:
        why = f"\n  {verdict['check_name']} · {verdict['rule']}: {verdict['reason'] or 'no reason kept'}"
        lines.append(visible(why), style="not bold")
    return lines


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _text(value: object) -> Any:
    from rich.text import Text

    return Text(visible(value))
