"""What the conformance suite says: findings, and where in a plugin's folder each of them stands."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from plugins.contract import Plugin

__all__ = ["Conformance", "Finding", "Findings", "finding_of_problem"]

Level = Literal["error", "warning"]
_FILE = re.compile(
    r"\b((?:plugin|checks|examples)(?:\.[\w-]+)?\.toml|briefs\.sql"
    r"|(?:prompt|fallback)(?:\.[\w-]+)?\.j2|plugin\.py)\b"
)
_LINE = re.compile(r"\bline (\d+)", re.IGNORECASE)
_KEY = re.compile(r"unknown key ([\w.]+)|^([\w.]+) is\b|the name '?(\w+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: with which file and line (None: the file as a whole), and how to mend it."""

    level: Level
    check: str
    file: str
    line: int | None
    message: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{self.level} {place} [{self.check}] {self.message} → {self.cure}"


@dataclass(frozen=True, slots=True)
class Conformance:
    """The outcome: ``is_sound`` without an error; ``figures`` are counts and seconds that were measured."""

    plugin: str
    folder: Path
    findings: tuple[Finding, ...]
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the plugin may be used: warnings do not stand in the way."""
        return not any(finding.level == "error" for finding in self.findings)


class Findings:
    """Collects what is found about one plugin; the same words are kept once."""

    def __init__(self, plugin: Plugin) -> None:
        self.plugin = plugin
        self.all: list[Finding] = []

    def add(
        self,
        level: Level,
        check: str,
        file: str,
        message: str,
        cure: str,
        *,
        line: int | None = None,
        near: str | None = None,
    ) -> None:
        """Add a finding; without a ``line`` it is the first one of ``file`` that holds ``near``."""
        if line is None and near:
            line = _line_of(self.plugin.folder / file, near)
        message = message.removeprefix(f"plugin {self.plugin.name}: ").rstrip(".")
        finding = Finding(level, check, file, line, message + ".", cure)
        if finding not in self.all:
            self.all.append(finding)

    def add_error(self, check: str, file: str, error: BaseException, cure: str) -> None:
        """An error that the plugin's own file caused, at the line that its traceback names."""
        self.add("error", check, file, str(error), cure, line=_line_in(error, file))

    def file_for(self, kind: str, locale: str) -> str:
        """The file that speaks for ``locale``: ``fallback.de.j2`` where the plugin has it."""
        stem, _, suffix = kind.partition(".")
        for name in (locale, locale.split("-")[0]):
            if (self.plugin.folder / f"{stem}.{name}.{suffix}").is_file():
                return f"{stem}.{name}.{suffix}"
        return kind


def finding_of_problem(name: str, folder: Path, reason: str) -> Finding:
    """A plugin that does not load, as a finding: the reason names file and cure already."""
    text = reason.removeprefix(f"plugin {name}: ")
    named = _FILE.search(text)
    file = named.group(1) if named else "plugin.toml"
    line = _LINE.search(text)
    number = int(line.group(1)) if line else None
    if number is None and (key := _KEY.search(text.removeprefix(f"{file}: "))):
        word = next(group for group in key.groups() if group)
        number = _line_of(folder / file, word.rpartition(".")[2])
    message, _, cure = text.partition("; ")
    return Finding("error", "load", file, number, message, cure or "mend that file.")


def _line_of(path: Path, words: str) -> int | None:
    """The number of the first line that holds ``words``."""
    if not path.is_file():
        return None
    for number, line in enumerate(
        path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
    ):
        if words in line:
            return number
    return None


def _line_in(error: BaseException, file: str) -> int | None:
    """The line of the plugin's own code in the traceback of ``error`` or of what caused it."""
    cause: BaseException | None = error
    while cause is not None:
        frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(cause.__traceback__)
        for frame in reversed(frames):
            is_template = frame.filename == "<template>" and file.endswith(".j2")
            if is_template or (file == "plugin.py" and Path(frame.filename).name == "plugin.py"):
                return frame.lineno
        cause = cause.__cause__
    return None
