"""The preview of a plugin: briefs, prompts, drafts, verdicts and final texts, made in a scratch and written nowhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from flows.copywriters import model_in_use
from flows.open_shop import warehouse_of
from flows.settings import Settings
from plugins.conformance import joined_by
from plugins.contract import Plugin
from plugins.plugin_files import BrokenPluginError, load_plugin
from tasks.build_scenarios import BuiltScenario, build_scenarios, load_scenario_definitions
from tasks.check_context import build_check_context
from tasks.errors import InputError, PluginError
from tasks.plan_briefs import People, PlannedBrief, plan_briefs, read_people
from tasks.records import SettledBrief
from tasks.refresh_marts import refresh_marts, require_shop
from tasks.warehouse import Connection, Warehouse

__all__ = ["Preview", "PreviewRound", "signature", "watch"]

POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class PreviewRound:
    """What one look gave: settled briefs with their drafts and verdicts, notes for the author, seconds it took."""

    plugin: Plugin
    items: tuple[SettledBrief, ...]
    notes: tuple[str, ...]
    seconds: float


class Preview:
    """Holds what stays the same between looks: the scenarios, the marts, what the checks know, and the warm model.

    The warehouse itself is let go between looks, so that others may write it meanwhile. Use it in ``with``.
    """

    def __init__(
        self, settings: Settings, folder: Path, *, scenario: str | None = None, limit: int = 5
    ) -> None:
        self._settings, self.folder = settings, folder.resolve()
        self._scenario, self._limit = scenario, limit
        self._stack = ExitStack()
        self._con: Connection | None = None
        self._built: list[BuiltScenario] = []
        self._model: dict[str, Any] | None = None
        self._contexts: dict[str, Any] = {}
        self._people: People | None = None
        self._is_small_shop = False

    def __enter__(self) -> Preview:
        try:
            shop = self._shop()
            self._con = self._stack.enter_context(shop.scratch())
            refresh_marts(self._con)
            require_shop(self._con)
            definitions = load_scenario_definitions(self._settings.scenario_folders)
            names = [definition.name for definition in definitions]
            if self._scenario is not None and self._scenario not in names:
                raise InputError(
                    f"there is no scenario {self._scenario!r}; known: {', '.join(sorted(names))}."
                )
            if self._scenario is not None:
                definitions = [d for d in definitions if d.name == self._scenario]
            plugin = self._load()
            self._built = build_scenarios(
                self._con,
                joined_by(plugin, definitions),
                run_id="preview",
                min_audience=self._settings.min_audience,
                products_per_customer=self._settings.products_per_customer,
                max_products=self._settings.max_products,
            )
            self._model = model_in_use(self._con)
            self._people = read_people(self._con)
        except BaseException:  # __exit__ is not called for what __enter__ raises
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _shop(self) -> Warehouse:
        if self._settings.warehouse_path.is_file():
            return warehouse_of(self._settings, read_only=True)
        from tasks.small_shop import small_shop

        self._is_small_shop = True
        return self._stack.enter_context(small_shop())

    def _load(self) -> Plugin:
        try:
            return load_plugin(self.folder)
        except (BrokenPluginError, OSError) as error:
            raise PluginError(f"plugin {self.folder.name}: {error}") from error

    def look(self) -> PreviewRound:
        """Load the plugin anew and show what it would write now; PluginError where it does not load or plan."""
        began = time.perf_counter()
        assert self._con is not None, "a Preview is used in `with`"
        plugin = self._load()
        notes: list[str] = []
        planned = self._plan(plugin, notes)
        ready = [item.brief for item in planned if not item.problem]
        for item in planned:
            if item.problem:
                notes.append(f"{item.brief.subject_id} cannot be written: {item.problem}")
        items = self._settle(plugin, ready, notes) if ready else ()
        return PreviewRound(plugin, items, tuple(notes), round(time.perf_counter() - began, 2))

    def _plan(self, plugin: Plugin, notes: list[str]) -> list[PlannedBrief]:
        """The first ``limit`` briefs of the first scenario that has some."""
        assert self._con is not None
        if self._is_small_shop:
            notes.append(
                "there is no warehouse yet: this is the small shop that plugins are tried on"
            )
        for built in self._built:
            if built.state != "ready":
                notes.append(f"scenario {built.scenario.name}: {built.reason}")
                continue
            spoken = plugin.speaks(built.scenario.locale)
            if spoken != built.scenario.locale:
                notes.append(
                    f"there is no fallback.j2 for {built.scenario.locale}: it is written in {spoken}"
                )
            planned = plan_briefs(
                self._con,
                built,
                plugin,
                model_hash=self._model["model_hash"] if self._model else None,
                settings_fingerprint="preview",
                limit=self._limit,
                min_audience=self._settings.min_audience,
                people=self._people,
            )
            if planned:
                return planned
            notes.append(f"briefs.sql gives no row for scenario {built.scenario.name}")
        return []

    def _settle(
        self, plugin: Plugin, briefs: Sequence[Any], notes: list[str]
    ) -> tuple[SettledBrief, ...]:
        from tasks.check_drafts import settle_briefs
        from tasks.write_drafts import write_drafts

        written = write_drafts(
            plugin,
            briefs,
            self._writer(plugin, notes),
            seed=self._settings.seed,
            candidates=self._settings.candidates,
            model_hash=self._model["model_hash"] if self._model else "",
        )
        notes += [f"{w.brief.subject_id} failed: {w.reason}" for w in written if w.reason]
        drafted = [(w.brief, w.prompt or "", w.drafts) for w in written if w.reason is None]
        locale = briefs[0].scenario.locale
        return tuple(settle_briefs(plugin, drafted, self._context(locale), every_draft=True))

    def _writer(self, plugin: Plugin, notes: list[str]) -> Any:
        if plugin.manifest.generation.written_by == "fallback":
            return _silent
        if self._model is None:
            notes.append(
                "no copywriter is in use yet (`shelftalk train`): only the fallback speaks"
            )
            return _silent
        from tasks.copywriter.decoding import load_copywriter

        return load_copywriter(self._model["folder"]).write

    def _context(self, locale: str) -> Any:
        """What the checks know, without the texts that are live: a preview replaces none of them."""
        assert self._con is not None
        if locale not in self._contexts:
            self._contexts[locale] = build_check_context(
                self._con, locale=locale, rules_files=self._settings.rules_files
            )
        return self._contexts[locale].without_texts()

    def rest(self) -> None:
        """Let the warehouse go until ``wake``: others may write it while the author thinks."""
        if self._con is not None and not self._is_small_shop:
            self._con.execute("detach held")

    def wake(self) -> None:
        """Take the warehouse up again, to read it."""
        if self._con is not None and not self._is_small_shop:
            warehouse_of(self._settings, read_only=True).attach_held(self._con)


def _silent(requests: Sequence[Any]) -> list[list[Any]]:
    """A writer without a word."""
    return [[] for _ in requests]


def signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the files in ``folder``: another value after any edit."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_file():
            stat = path.stat()
            found.append((path.name, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def watch(
    preview: Preview,
    show: Callable[[PreviewRound | PluginError], None],
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Look now and whenever a file of the folder changes; a broken state is shown and waited out."""
    seen: object = None
    while not is_over():
        now = signature(preview.folder)
        if now == seen:
            time.sleep(POLL_SECONDS)
            continue
        if seen is not None:
            preview.wake()
        seen = now
        try:
            outcome: PreviewRound | PluginError = preview.look()
        except PluginError as error:
            outcome = error
        finally:
            preview.rest()
        show(outcome)
