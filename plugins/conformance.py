"""Checks a plugin's folder, as `shelftalk plugins check` and the pytest fixture do."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.contract import Plugin
from plugins.plugin_files import BrokenPluginError, load_plugin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.conformance import Conformance
    from tasks.scenario_definitions import ScenarioDefinition
    from tasks.warehouse import Warehouse

__all__ = ["check_folder", "joined_by"]


def check_folder(
    folder: Path,
    warehouse: Warehouse | None = None,
    *,
    scenario_folders: Sequence[Path] = (),
    sample: int = 60,
) -> Conformance:
    """All that is wrong with the plugin in ``folder``; a folder that does not load has one finding that says why.

    Without a ``warehouse`` it is tried on the small shop, in 2 to 4 seconds. Nothing is written to either.
    """
    from tasks.build_scenarios import build_scenarios, load_scenario_definitions
    from tasks.conformance import Conformance, check_plugin, finding_of_problem
    from tasks.refresh_marts import refresh_marts
    from tasks.small_shop import small_shop

    folder = folder.resolve()
    try:
        plugin = load_plugin(folder)
    except (BrokenPluginError, OSError) as error:
        problem = finding_of_problem(folder.name, folder, str(error))
        return Conformance(folder.name, folder, (problem,))
    definitions = joined_by(plugin, load_scenario_definitions(scenario_folders))
    with ExitStack() as stack:
        shop = warehouse or stack.enter_context(small_shop())
        con = stack.enter_context(shop.scratch())
        refresh_marts(con)
        built = build_scenarios(con, definitions, run_id="conformance")
        return check_plugin(con, plugin, built, sample=sample)


def joined_by(
    plugin: Plugin, definitions: Sequence[ScenarioDefinition]
) -> list[ScenarioDefinition]:
    """The scenarios as if each asked for the plugin's texts; of questions one, so that none is answered twice."""
    name = plugin.name
    joined = [
        definition
        if name in definition.content_types
        else replace(definition, content_types=(*definition.content_types, name))
        for definition in definitions
    ]
    if plugin.manifest.subject != "question":
        return joined
    # The broadest one: a small shop may have too few open questions for a scenario of their own.
    return [max(joined, key=lambda definition: len(definition.content_types))]
