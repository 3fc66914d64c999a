"""What the forms of the Prefect UI offer: the scenarios and plugins that are there when a deployment is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flows.settings import load_settings


def scenario_choices() -> dict[str, Any]:
    """What a list of scenarios may hold, as a piece of JSON schema."""
    from tasks.build_scenarios import load_scenario_definitions

    return _offer(d.name for d in load_scenario_definitions(load_settings().scenario_folders))


def plugin_choices() -> dict[str, Any]:
    """What a list of plugins may hold, as a piece of JSON schema."""
    from flows.open_shop import discover

    return _offer(p.name for p in discover(load_settings()).plugins)


def _offer(names: Iterable[str]) -> dict[str, Any]:
    return {"items": {"type": "string", "enum": sorted(names)}, "uniqueItems": True}
