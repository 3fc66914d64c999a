"""Finds plugins by folder; a broken one is named with its cure and the others load on.

Three doors, all alike: the built-in folders beside this file, the shop's own folders, and packages
of other distributions under the entry-point group ``shelftalk.plugins``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points as installed_entry_points
from pathlib import Path

from plugins.contract import Plugin
from plugins.plugin_files import REQUIRED_FILES, BrokenPluginError, load_plugin, one_line

__all__ = ["Discovery", "PluginProblem", "discover_plugins"]

GROUP = "shelftalk.plugins"


@dataclass(frozen=True, slots=True)
class PluginProblem:
    """A plugin that was skipped: its name (its folder's), where it stands, and why."""

    name: str
    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found: plugins in order of name, problems in order of finding."""

    plugins: tuple[Plugin, ...]
    problems: tuple[PluginProblem, ...]

    def by_name(self) -> dict[str, Plugin]:
        """Plugin name -> plugin."""
        return {plugin.name: plugin for plugin in self.plugins}


def discover_plugins(folders: Sequence[Path] = (), *, entry_points: bool = True) -> Discovery:
    """All plugins that load: built-in ones, those in ``folders``, those of installed packages.

    A member of ``folders`` is a plugin's folder or a folder of such. Of two plugins with one name
    the first found stays and the second is a problem. Never raises for what a plugin does.
    """
    found: dict[str, Plugin] = {}
    problems: list[PluginProblem] = []
    places = [*_folders_in(Path(__file__).parent, problems)]
    for folder in folders:
        places += _folders_in(Path(folder), problems)
    if entry_points:
        places += _folders_of_packages(problems)
    for place in dict.fromkeys(path.resolve() for path in places):
        try:
            plugin = load_plugin(place)
            if plugin.name in found:
                raise BrokenPluginError(
                    f"plugin.toml: the name {plugin.name!r} is taken by {found[plugin.name].folder}"
                    "; give this one another name or remove one of the two."
                )
            found[plugin.name] = plugin
        except BrokenPluginError as error:
            problems.append(PluginProblem(place.name, place, f"plugin {place.name}: {error}"))
        except OSError as error:
            reason = f"plugin {place.name}: {error.filename} cannot be read: {error.strerror}."
            problems.append(PluginProblem(place.name, place, reason))
    ordered = tuple(found[name] for name in sorted(found))
    return Discovery(ordered, tuple(problems))


def _folders_in(folder: Path, problems: list[PluginProblem]) -> list[Path]:
    """``folder`` itself if it is a plugin, else its subfolders that hold any file of a plugin."""
    if not folder.is_dir():
        reason = f"plugin folder {folder}: there is no such folder; create it or mend the setting."
        problems.append(PluginProblem(folder.name, folder, reason))
        return []
    candidates = [folder, *sorted(child for child in folder.iterdir() if child.is_dir())]
    is_plugin = [any((path / file).is_file() for file in REQUIRED_FILES) for path in candidates]
    if is_plugin[0]:
        return [folder]
    return [path for path, it_is in zip(candidates, is_plugin, strict=True) if it_is]


def _folders_of_packages(problems: list[PluginProblem]) -> Iterator[Path]:
    """The folders of packages that other distributions registered, in order of their names."""
    for entry in sorted(installed_entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            yield _folder_of(entry)
        except (Exception, SystemExit) as error:  # noqa: BLE001  a stranger's import may raise anything
            reason = (
                f"plugin {entry.name}: the entry point {entry.value} cannot be loaded: "
                f"{one_line(error)}; reinstall or remove its distribution."
            )
            problems.append(PluginProblem(entry.name, Path(entry.value), reason))


def _folder_of(entry: EntryPoint) -> Path:
    package = entry.load()
    path = getattr(package, "__file__", None) or next(iter(getattr(package, "__path__", ())), None)
    if path is None:
        raise BrokenPluginError("it is no package with a folder of its own")
    return Path(path).parent if Path(path).is_file() else Path(path)
