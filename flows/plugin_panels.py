"""One brief of a preview as a panel: facts and prompt on the left, drafts, verdicts and the final text on the right."""

from __future__ import annotations

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tasks.records import SettledBrief

__all__ = ["panel_of"]

_COLOURS = {"approved": "green", "fallback": "yellow", "quarantined": "red", "failed": "red"}


def panel_of(item: SettledBrief) -> Panel:
    """The panel; what a plugin or a product says is plain text in it, never markup."""
    facts = Table.grid(padding=(0, 1))
    for name, value in item.brief.values().items():
        facts.add_row(Text(name, style="dim"), Text(value))
    left = Group(facts, Text(), Text("prompt", style="bold"), Text(item.prompt or "none"))
    right: list[Text] = []
    for draft in item.drafts:
        refusals = [v for v in item.verdicts.get(draft.draft_id, ()) if not v.is_passed]
        is_chosen = draft.draft_id == item.chosen_draft_id
        mark = "●" if is_chosen else ("✗" if refusals else "✓")
        right.append(
            Text(f"{mark} {draft.written_by}: {draft.text}", style="bold" if is_chosen else "")
        )
        for verdict in refusals:
            claim = f" ({verdict.claim})" if verdict.claim else ""
            right.append(
                Text(f"    {verdict.check}: {verdict.reason or verdict.rule}{claim}", style="red")
            )
    if not item.drafts:
        right.append(Text("no draft", style="dim"))
    colour = _COLOURS.get(item.state, "")
    right += [Text(), Text(item.state, style=f"bold {colour}"), Text(item.text or "no text stands")]
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=2)
    grid.add_column(ratio=3)
    grid.add_row(left, Group(*right))
    scenario = item.brief.scenario
    title = Text(f"{item.brief.subject_id} · {scenario.name} · {scenario.goal} · {scenario.locale}")
    return Panel(grid, title=title, title_align="left")
