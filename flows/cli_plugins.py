"""Commands for authors of plugins: list, new, check, preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import AsJson, _escape, app, console, print_json, say, table_of
from flows.open_shop import discover, warehouse_of
from flows.settings import Settings, load_settings
from tasks.errors import InputError, PluginError

if TYPE_CHECKING:
    from flows.plugin_preview import PreviewRound
    from tasks.conformance import Conformance

OWN_FOLDER = Path("shelftalk_plugins")
"""Where `new` writes, and where `check` and `preview` look before the settings name a folder."""

plugins_app = typer.Typer(
    invoke_without_command=True, help="The content types: list, new, check, preview."
)
app.add_typer(plugins_app, name="plugins")

Name = Annotated[str, typer.Argument(help="A plugin's name, or its folder.")]


@plugins_app.callback()
def plugins(context: typer.Context, as_json: AsJson = False) -> None:
    """The content types; without a subcommand they are listed."""
    if context.invoked_subcommand is None:
        list_plugins(as_json)


@plugins_app.command("list")
def list_plugins(as_json: AsJson = False) -> None:
    """The content types: built in, from plugin_folders, from installed packages; and those that do not load."""
    found = discover(load_settings())
    if as_json:
        print_json(
            {
                "plugins": [
                    {
                        **p.manifest.model_dump(),
                        "folder": str(p.folder),
                        "fingerprint": p.fingerprint,
                        "locales": [p.manifest.default_locale, *sorted(p.locales)],
                    }
                    for p in found.plugins
                ],
                "problems": [
                    {"name": p.name, "folder": str(p.folder), "reason": p.reason}
                    for p in found.problems
                ],
            }
        )
        return
    table = table_of("plugin", "version", "subject", "risk tier", "locales", "summary")
    for p in found.plugins:
        m = p.manifest
        locales = ", ".join([m.default_locale, *sorted(p.locales)])
        table.add_row(m.name, m.version, m.subject, m.risk_tier, locales, _escape(m.summary))
    console.print(table)
    for problem in found.problems:
        say(f"[yellow]skipped[/]: {_escape(problem.reason)}")


@plugins_app.command("new")
def new_plugin(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores.")],
    subject: Annotated[
        str, typer.Option(help="What it writes about: product, segment or question.")
    ] = "product",
    folder: Annotated[Path, typer.Option(help="The folder to write it into.")] = OWN_FOLDER,
) -> None:
    """Write the folder of a plugin that passes `check` at once, with comments that teach."""
    from plugins.plugin_files import BrokenPluginError
    from plugins.scaffolding import write_scaffold

    settings = load_settings()
    found = discover(settings)
    taken = {p.name for p in found.plugins} | {p.name for p in found.problems}
    try:
        written = write_scaffold(name, subject, folder, taken)
    except BrokenPluginError as error:
        raise InputError(str(error)) from error
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}; name another with --folder."
        ) from error
    say(f"The plugin is {_escape(str(written))}. Each of its files says what it is for.")
    say(f"Next: shelftalk plugins check {name}, then shelftalk plugins preview {name}")
    if folder.resolve() not in {path.resolve() for path in settings.plugin_folders}:
        say(f'To run it: plugin_folders = \\["{_escape(str(folder))}"] in shelftalk.toml')


@plugins_app.command("check")
def check_command(
    name: Name,
    with_shop: Annotated[
        bool, typer.Option("--shop", help="Try it on your own shop, not on the small one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Whether a plugin keeps the contract: each finding with file, line and cure. Exit code 1 where it does not."""
    from plugins.conformance import check_folder

    settings = load_settings()
    folder = find_folder(settings, name)
    warehouse = None
    if with_shop:
        warehouse = warehouse_of(settings, read_only=True)
        warehouse.require()
    done = check_folder(folder, warehouse, scenario_folders=settings.scenario_folders)
    if as_json:
        print_json(
            {
                "plugin": done.plugin,
                "folder": str(done.folder),
                "is_sound": done.is_sound,
                "findings": [
                    {
                        k: getattr(f, k)
                        for k in ("level", "check", "file", "line", "message", "cure")
                    }
                    for f in done.findings
                ],
                "figures": done.figures,
            }
        )
    else:
        _tell_conformance(done)
    if not done.is_sound:
        raise typer.Exit(1)


def _tell_conformance(done: Conformance) -> None:
    for finding in done.findings:
        colour = "red" if finding.level == "error" else "yellow"
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        say(f"[{colour}]{finding.level}[/] [bold]{place}[/] {_escape(finding.message)}")
        say(f"      {_escape(finding.cure)}")
    figures = done.figures
    if "count_briefs" in figures:
        say(
            f"{figures['count_briefs']:.0f} briefs planned, {figures.get('share_fallbacks_passed', 0):.0%} of the "
            f"fallbacks tried pass, {figures['count_examples']:.0f} examples, {figures['seconds']:.1f} s."
        )
    errors = sum(f.level == "error" for f in done.findings)
    if errors:
        say(f"[red]{done.plugin} does not keep the contract: {errors} to mend.[/]")
    else:
        say(f"[green]{done.plugin} keeps the contract.[/]")


@plugins_app.command("preview")
def preview_command(
    name: Name,
    scenario: Annotated[
        str | None, typer.Option("--scenario", "-s", help="None takes the first with briefs.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many briefs.")] = 5,
    is_watching: Annotated[
        bool, typer.Option("--watch", help="Show it again whenever a file of the folder changes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Brief, prompt, drafts, verdicts and final text side by side. Writes nothing."""
    from flows.plugin_preview import Preview, watch

    settings = load_settings()
    with Preview(settings, find_folder(settings, name), scenario=scenario, limit=limit) as preview:
        if not is_watching:
            looked = preview.look()
            if as_json:
                print_json(_as_json(looked))
            else:
                show_round(looked)
            return
        say("Watching the folder; Ctrl-C ends it.")
        watch(preview, show_round)


def find_folder(settings: Settings, name: str) -> Path:
    """The folder of a plugin by its name (found, broken, or in ./shelftalk_plugins) or by its path."""
    found = discover(settings)
    places = [(p.name, p.folder) for p in found.plugins] + [
        (p.name, p.folder) for p in found.problems
    ]
    for known_name, folder in places:
        if known_name == name:
            return folder
    for path in (OWN_FOLDER / name, Path(name)):
        if path.is_dir():
            return path.resolve()
    known = ", ".join(plugin.name for plugin in found.plugins)
    raise InputError(
        f"there is no plugin {name!r}: it is none of {known}, and no folder here or in {OWN_FOLDER}; "
        f"`shelftalk plugins new {name}` writes one."
    )


def show_round(looked: PreviewRound | PluginError) -> None:
    """One look in the terminal; of a plugin that does not load, why."""
    if isinstance(looked, PluginError):
        console.rule("[red]not yet[/]")
        say(f"[red]error[/]: {_escape(str(looked))}")
        return
    from flows.plugin_panels import panel_of

    console.rule(f"{looked.plugin.name} · {len(looked.items)} briefs · {looked.seconds:.2f} s")
    for item in looked.items:
        console.print(panel_of(item))
    for note in looked.notes:
        say(f"[yellow]note[/]: {_escape(note)}")
    say("Nothing was written.")


def _as_json(looked: PreviewRound) -> dict[str, Any]:
    return {
        "plugin": looked.plugin.name,
        "seconds": looked.seconds,
        "notes": list(looked.notes),
        "items": [
            {
                "scenario": item.brief.scenario.name,
                "subject_id": item.brief.subject_id,
                "locale": item.brief.scenario.locale,
                "facts": item.brief.values(),
                "prompt": item.prompt,
                "drafts": [
                    {
                        "text": draft.text,
                        "written_by": draft.written_by,
                        "refusals": [
                            {"check": v.check, "claim": v.claim, "why": v.reason or v.rule}
                            for v in item.verdicts.get(draft.draft_id, ())
                            if not v.is_passed
                        ],
                    }
                    for draft in item.drafts
                ],
                "state": item.state,
                "text": item.text,
            }
            for item in looked.items
        ],
    }
