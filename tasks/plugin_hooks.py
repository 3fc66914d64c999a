"""Runs the hooks of a plugin.py: copies in, plain data out, a time limit, and no way to invent a fact."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from plugins.contract import Brief, Fact, Plugin
from tasks.errors import PluginError
from tasks.time_bound import call_within

__all__ = ["bounded_call", "run_accept", "run_prepare"]

MOST_HANGS = 3
"""After so many the plugin's code is not called again: a thousand briefs must not wait a thousand times."""

_hangs: defaultdict[str, list[str]] = defaultdict(list)
"""Fingerprint -> what hung, once a call; a mended plugin has another fingerprint."""
_lock = threading.Lock()


def run_prepare(plugin: Plugin, brief: Brief) -> Brief:
    """The brief as the plugin's ``prepare`` leaves it: the same one, with all or some of its facts in any order.

    PluginError where the hook raises, hangs, returns something else, or a fact that briefs.sql did not give.
    """
    if plugin.prepare is None:
        return brief
    prepared = _call(plugin, "prepare", plugin.prepare, brief.subject_id, _copy(brief))
    where = f"plugin {plugin.name}: prepare() for subject {brief.subject_id!r}"
    if not isinstance(prepared, Brief):
        raise PluginError(
            f"{where} returned {type(prepared).__name__}; it must return the same brief, with all or some of its facts."
        )
    given = set(brief.facts)
    facts = tuple(prepared.facts)
    for fact in facts:
        if not isinstance(fact, Fact) or fact not in given:
            name = getattr(fact, "name", fact)
            raise PluginError(
                f"{where} returned the fact {name!r}, which briefs.sql did not give; a fact needs its source cell: "
                "select it there."
            )
    return replace(brief, facts=facts)


def run_accept(plugin: Plugin, text: str, brief: Brief) -> str | None:
    """Why the plugin's ``accept`` refuses ``text``, or None; PluginError where the hook misbehaves."""
    if plugin.accept is None:
        return None
    reason = _call(plugin, "accept", plugin.accept, brief.subject_id, text, _copy(brief))
    if reason is None or (isinstance(reason, str) and reason.strip()):
        return reason
    raise PluginError(
        f"plugin {plugin.name}: accept() returned {reason!r} for subject {brief.subject_id!r}; allowed is None, or the "
        "reason to refuse as text."
    )


def bounded_call(plugin: Plugin, what: str, function: Callable[..., Any], *args: Any) -> Any:
    """``function(*args)`` within the manifest's hook_seconds; PluginError names ``what`` where it hangs."""
    seconds = plugin.manifest.hook_seconds
    hung = _hangs[plugin.fingerprint]
    if len(hung) >= MOST_HANGS:
        raise PluginError(
            f"plugin {plugin.name}: {hung[-1]} hung, {MOST_HANGS} times in all, and the plugin's code is not called "
            "again; mend it."
        )
    try:
        return call_within(seconds, function, *args)
    except TimeoutError as error:
        with _lock:
            hung.append(what)
        raise PluginError(
            f"plugin {plugin.name}: {what} did not end within {seconds:g} s (hook_seconds of plugin.toml)."
        ) from error


def _call(
    plugin: Plugin, name: str, hook: Callable[..., Any], subject_id: str, *args: Any
) -> object:
    try:
        return bounded_call(plugin, f"{name}() of plugin.py", hook, *args)
    except PluginError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"plugin {plugin.name}: {name}() failed for subject {subject_id!r}: {type(error).__name__}: {error}."
        ) from error


def _copy(brief: Brief) -> Brief:
    """Another brief with equal values, so that nothing that a hook does to it is seen elsewhere."""
    facts = tuple(replace(fact) for fact in brief.facts)
    return replace(brief, scenario=replace(brief.scenario), facts=facts)
