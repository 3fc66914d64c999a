"""Reads scenario files: a header of ``-- key: value`` lines, then one SELECT."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import get_args

from tasks.errors import ScenarioError
from tasks.records import RiskTier

__all__ = [
    "CHANNELS",
    "GOALS",
    "SEASONS",
    "TONES",
    "ScenarioDefinition",
    "load_scenario_definitions",
]

GOALS = (
    "inform",
    "win_back",
    "finish_choice",
    "second_purchase",
    "reward_loyalty",
    "offer_value",
    "gift",
)
TONES = ("plain", "warm", "lively", "refined")
SEASONS = ("all_year", "by_clock", "spring", "summer", "autumn", "winter", "christmas")
"""``by_clock`` becomes the season of mart.shop_clock when the scenario is built."""
CHANNELS = ("email", "push", "sms", "web", "social", "print")

_HEADER = re.compile(r"^--\s*([a-z_]+):\s*(.*?)\s*$")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REQUIRED = (
    "title",
    "goal",
    "season",
    "channel",
    "tone",
    "locale",
    "content_types",
    "priority",
)
_OPTIONAL = {"allow_sensitive": "false", "risk_tier": "auto"}
_KEYS = (*_REQUIRED, *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class ScenarioDefinition:
    """A scenario file: header and SQL. ``name`` is the file's, lower ``priority`` goes first."""

    name: str
    path: str
    title: str
    goal: str
    season: str
    channel: str
    tone: str
    locale: str
    content_types: tuple[str, ...]
    priority: int
    allow_sensitive: bool
    risk_tier: str
    sql: str

    def header(self, season: str | None = None) -> dict[str, object]:
        """The header as a JSON object, the season resolved where given."""
        fields = asdict(self)
        for key in ("path", "sql"):
            del fields[key]
        fields["content_types"] = list(self.content_types)
        fields["season"] = season or self.season
        return fields

    def hash(self, season: str) -> str:
        """SHA-256 over the header, with the season that it stands for now, and the SQL."""
        text = json.dumps([self.header(season), self.sql], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def load_scenario_definitions(folders: Sequence[Path] = ()) -> list[ScenarioDefinition]:
    """The built-in scenarios and those in ``folders``, by priority.

    A shop's file replaces the built-in one of the same name. ScenarioError names file, key and the
    allowed values.
    """
    found: dict[str, ScenarioDefinition] = {}
    root = resources.files("sql").joinpath("scenarios")
    files = [
        (f"sql/scenarios/{file.name}", file.name, file.read_bytes())
        for file in sorted(root.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    ]
    for folder in folders:
        if not folder.is_dir():
            raise ScenarioError(
                f"there is no folder {folder} for scenarios; create it or mend the setting."
            )
        files += [
            (str(path), path.name, path.read_bytes()) for path in sorted(folder.glob("*.sql"))
        ]
    for path_name, file_name, content in files:
        definition = _definition(path_name, file_name.removesuffix(".sql"), content)
        found[definition.name] = definition
    return sorted(found.values(), key=lambda definition: (definition.priority, definition.name))


def _definition(path: str, name: str, content: bytes) -> ScenarioDefinition:
    if not _NAME.fullmatch(name):
        raise ScenarioError(
            f"{path}: a scenario is named by its file; allowed are lower-case letters, digits and "
            "underscores, at most 41, a letter first."
        )
    try:
        sql = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{path}: byte {error.start} is not UTF-8; save it as UTF-8."
        ) from error
    header = _header(path, sql)
    return ScenarioDefinition(
        name=name,
        path=path,
        title=header["title"],
        goal=_one_of(path, header, "goal", GOALS),
        season=_one_of(path, header, "season", SEASONS),
        channel=_one_of(path, header, "channel", CHANNELS),
        tone=_one_of(path, header, "tone", TONES),
        locale=_locale(path, header),
        content_types=_content_types(path, header),
        priority=_priority(path, header),
        allow_sensitive=_one_of(path, header, "allow_sensitive", ("false", "true")) == "true",
        risk_tier=_one_of(path, header, "risk_tier", get_args(RiskTier)),
        sql=sql,
    )


def _header(path: str, sql: str) -> dict[str, str]:
    """The keys above the first line that is no comment; ``Grain`` is prose and no key."""
    header: dict[str, str] = {}
    for line in sql.splitlines():
        if line.strip() and not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match is None:
            continue
        key, value = match.groups()
        if key not in _KEYS:
            raise ScenarioError(f"{path}: unknown key {key!r}; allowed: {', '.join(_KEYS)}.")
        if key in header:
            raise ScenarioError(f"{path}: the key {key!r} stands twice; keep one.")
        header[key] = value
    for key in _REQUIRED:
        if not header.get(key):
            raise ScenarioError(
                f"{path}: the header lacks {key!r}; add a line `-- {key}: …` above the SELECT."
            )
    return _OPTIONAL | header


def _one_of(path: str, header: dict[str, str], key: str, allowed: Sequence[str]) -> str:
    if header[key] not in allowed:
        raise ScenarioError(f"{path}: {key} is {header[key]!r}; allowed: {', '.join(allowed)}.")
    return header[key]


def _locale(path: str, header: dict[str, str]) -> str:
    if not _LOCALE.fullmatch(header["locale"]):
        raise ScenarioError(
            f"{path}: locale is {header['locale']!r}; allowed is a BCP 47 tag such as en or en-GB."
        )
    return header["locale"]


def _content_types(path: str, header: dict[str, str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in header["content_types"].split(",")))
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong:
        raise ScenarioError(
            f"{path}: content_types holds {wrong[0]!r}; allowed are names of plugins with commas "
            "between, such as descriptions, recommendations."
        )
    return names


def _priority(path: str, header: dict[str, str]) -> int:
    if not re.fullmatch(r"\d{1,4}", header["priority"]):
        raise ScenarioError(
            f"{path}: priority is {header['priority']!r}; allowed: a whole number from 0 to 9999 "
            "(lower goes first)."
        )
    return int(header["priority"])
