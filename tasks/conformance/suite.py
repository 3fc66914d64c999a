"""The suite: manifest, SQL, cells, templates, fallback, examples, hooks, speed."""

from __future__ import annotations

import time
from collections.abc import Sequence

from plugins.contract import Brief, Plugin
from tasks.build_scenarios import BuiltScenario
from tasks.conformance.copy import check_examples, check_fallbacks, check_templates
from tasks.conformance.findings import Conformance, Findings
from tasks.conformance.queries import check_cells, check_queries
from tasks.errors import PluginError
from tasks.plugin_hooks import run_accept, run_prepare
from tasks.rendering import render_fallback, render_prompt
from tasks.warehouse import Connection

__all__ = ["check_plugin"]

SAMPLE = 60
"""Briefs that are rendered and judged, spread over the scenarios."""
SLOW_MILLISECONDS = 20.0
"""For a brief's hooks and templates together; ten thousand briefs take minutes above it."""


def check_plugin(
    con: Connection, plugin: Plugin, built: Sequence[BuiltScenario], *, sample: int = SAMPLE
) -> Conformance:
    """All that is wrong with ``plugin`` on the shop behind ``con``, whose marts and scenarios are fresh.

    Every ready scenario is planned twice; up to ``sample`` of the briefs are rendered, with hostile facts too, and
    their fallbacks and the examples are judged by the checks of a run. Writes nothing.
    """
    findings = Findings(plugin)
    figures: dict[str, float] = {}
    began = time.perf_counter()
    _check_manifest(findings)
    ready = [scenario for scenario in built if scenario.state == "ready"]
    briefs = check_queries(con, findings, ready, figures)
    chosen = _spread(briefs, sample)
    if chosen:
        check_cells(con, findings, chosen)
        chosen = _check_hooks(findings, chosen)
    check_templates(findings, chosen)
    if chosen and not any(f.level == "error" and f.check == "templates" for f in findings.all):
        check_fallbacks(con, findings, chosen, figures)
        _check_speed(findings, chosen, figures)
    check_examples(findings, figures)
    figures["seconds"] = round(time.perf_counter() - began, 2)
    order = {"error": 0, "warning": 1}
    ordered = tuple(sorted(findings.all, key=lambda f: (order[f.level], f.file, f.line or 0)))
    return Conformance(plugin.name, plugin.folder, ordered, figures)


def _check_manifest(findings: Findings) -> None:
    plugin = findings.plugin
    if plugin.name not in plugin.folder.name:
        findings.add(
            "warning",
            "manifest",
            "plugin.toml",
            f"the plugin is named {plugin.name!r} and its folder {plugin.folder.name!r}",
            "give both one name, so that people find it.",
            near="name",
        )
    part_limits = plugin.manifest.channel_limits
    if plugin.manifest.subject != "segment" and any("." in part for part in part_limits):
        findings.add(
            "warning",
            "manifest",
            "plugin.toml",
            "limits of a part (a name with a dot) only count where the subject is segment",
            "name a channel, or make the subject segment.",
            near="channel_limits",
        )


def _spread(briefs: dict[str, list[Brief]], count: int) -> list[Brief]:
    """Up to ``count`` briefs, taken from the scenarios in turn."""
    queues = [list(found) for found in briefs.values() if found]
    chosen: list[Brief] = []
    while queues and len(chosen) < count:
        for queue in queues:
            chosen.append(queue.pop(0))
        queues = [queue for queue in queues if queue]
    return chosen[:count]


def _check_hooks(findings: Findings, briefs: Sequence[Brief]) -> list[Brief]:
    """The briefs as prepare() leaves them; hooks must answer alike twice, and prepare() change nothing more."""
    plugin = findings.plugin
    prepared: list[Brief] = []
    for brief in briefs:
        try:
            once = run_prepare(plugin, brief)
            if run_prepare(plugin, brief) != once or run_prepare(plugin, once) != once:
                findings.add(
                    "error",
                    "hooks",
                    "plugin.py",
                    f"prepare() gives another brief the second time, for subject {brief.subject_id!r}",
                    "let it depend on the brief alone: no chance, no clock, no memory of other briefs.",
                    near="def prepare",
                )
                return list(briefs)
            text = "The sample text of the conformance suite."
            if run_accept(plugin, text, once) != run_accept(plugin, text, once):
                findings.add(
                    "error",
                    "hooks",
                    "plugin.py",
                    "accept() answers differently the second time",
                    "let it depend on the text and the brief alone.",
                    near="def accept",
                )
                return list(briefs)
        except PluginError as error:
            findings.add_error("hooks", "plugin.py", error, "mend the hook, or leave it out.")
            return list(briefs)
        prepared.append(once)
    return prepared


def _check_speed(findings: Findings, briefs: Sequence[Brief], figures: dict[str, float]) -> None:
    began = time.perf_counter()
    for brief in briefs:
        try:
            prepared = run_prepare(findings.plugin, brief)
            render_prompt(findings.plugin, prepared)
            run_accept(findings.plugin, render_fallback(findings.plugin, prepared), prepared)
        except PluginError:
            return  # found before, with its place
    figures["milliseconds_a_brief"] = round((time.perf_counter() - began) * 1000 / len(briefs), 2)
    if figures["milliseconds_a_brief"] > SLOW_MILLISECONDS:
        findings.add(
            "warning",
            "speed",
            "prompt.j2",
            f"a brief takes {figures['milliseconds_a_brief']:.0f} ms in templates and hooks",
            f"stay under {SLOW_MILLISECONDS:.0f} ms: move work into briefs.sql.",
        )
