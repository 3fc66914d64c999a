"""What the forms of the Prefect UI offer: the scenarios and plugins that are there when a deployment is made."""

from __future__ import annotations

from typing import Any

from flows.settings import load_settings


def scenario_choices(schema: dict[str, Any]) -> None:
    """Adds the scenarios' names to the JSON schema of a list parameter."""
    from tasks.build_scenarios import load_scenario_definitions

    _offer(schema, [d.name for d in load_scenario_definitions(load_settings().scenario_folders)])


def plugin_choices(schema: dict[str, Any]) -> None:
    """Adds the plugins' names to the JSON schema of a list parameter."""
    from flows.run_steps import discover

    _offer(schema, [p.name for p in discover(load_settings()).plugins])


def _offer(schema: dict[str, Any], names: list[str]) -> None:
    schema["items"] = {"type": "string", "enum": sorted(names)}
    schema["uniqueItems"] = True
