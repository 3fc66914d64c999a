"""Reads the files of one plugin's folder and says what is wrong with them, and how to mend it."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import keyword
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
from pydantic import BaseModel, TypeAdapter, ValidationError

from plugins.contract import (
    CONTRACT_VERSION,
    LOCALE_PATTERN,
    Example,
    Generation,
    Limits,
    Localised,
    Manifest,
    Plugin,
)
from plugins.hook_code import why_not_hook_code
from plugins.template_code import why_not_template
from tasks.time_bound import call_within

__all__ = ["REQUIRED_FILES", "BrokenPluginError", "load_plugin", "one_line"]

IMPORT_SECONDS = 10.0
REQUIRED_FILES = (
    "plugin.toml",
    "briefs.sql",
    "prompt.j2",
    "fallback.j2",
    "checks.toml",
    "examples.toml",
)
ROOMS = ("flows", "tasks", "plugins", "sql", "tests", "bench", "docs")
RESERVED = frozenset(
    {
        *ROOMS,
        "contract",
        "discovery",
        "plugin_files",
        "hook_code",
        "scaffold",
        "scaffolding",
        "conformance",
        "testing",
    }
)
LOCALISED_FILES = ("prompt.j2", "fallback.j2", "checks.toml", "examples.toml")
EXPECTATION_KEYS = {"rule", "type", "kwargs", "severity", "why"}


class BrokenPluginError(Exception):
    """Why a folder is no plugin, in words for its author."""


def load_plugin(folder: Path) -> Plugin:
    """The plugin in ``folder``; BrokenPluginError says what is wrong with which file."""
    missing = [file for file in REQUIRED_FILES if not (folder / file).is_file()]
    if missing:
        raise BrokenPluginError(
            f"{', '.join(missing)}: missing; a plugin's folder holds {', '.join(REQUIRED_FILES)}."
        )
    texts = {file: _text(folder, file) for file in REQUIRED_FILES}
    manifest = _manifest(_toml("plugin.toml", texts["plugin.toml"]))
    _require_select(texts["briefs.sql"])
    for file in ("prompt.j2", "fallback.j2"):
        _require_template(file, texts[file])
    checks = _checks("checks.toml", texts["checks.toml"])
    default = manifest.default_locale
    examples = _examples("examples.toml", texts["examples.toml"], default)
    locales = _locales(folder)
    fingerprint = _fingerprint(folder)
    prepare, accept = _hooks(folder, manifest.name, fingerprint)
    return Plugin(
        manifest=manifest,
        folder=folder,
        briefs_sql=texts["briefs.sql"],
        prompt_source=texts["prompt.j2"],
        fallback_source=texts["fallback.j2"],
        checks=checks,
        examples=examples,
        fingerprint=fingerprint,
        prepare=prepare,
        accept=accept,
        locales=MappingProxyType(locales),
    )


def _locales(folder: Path) -> dict[str, Localised]:
    """Locale -> its files (``prompt.de.j2``, ``checks.de-AT.toml``)."""
    found: dict[str, Localised] = {}
    for path in _locale_files(folder):
        kind, locale = path.name.split(".")[:2]
        file, text = path.name, _text(folder, path.name)
        if f"{kind}{path.suffix}" not in LOCALISED_FILES:
            raise BrokenPluginError(
                f"{file}: {kind}{path.suffix} has no locales; allowed per locale: {', '.join(LOCALISED_FILES)} "
                "(briefs.sql is given $locale)."
            )
        if not re.fullmatch(LOCALE_PATTERN, locale):
            raise BrokenPluginError(
                f"{file}: {locale!r} is no locale; allowed is a BCP 47 tag such as de or de-AT."
            )
        part = found.get(locale, Localised())
        if path.suffix == ".j2":
            _require_template(file, text)
            is_prompt = kind == "prompt"
            part = replace(
                part,
                prompt_source=text if is_prompt else part.prompt_source,
                fallback_source=part.fallback_source if is_prompt else text,
            )
        elif kind == "checks":
            part = replace(part, checks=_checks(file, text))
        else:
            part = replace(part, examples=_examples(file, text, locale))
        found[locale] = part
    return found


def _locale_files(folder: Path) -> list[Path]:
    stems = {file.partition(".")[0] for file in REQUIRED_FILES}
    return [
        path
        for path in sorted(folder.glob("*.*.*"))
        if path.suffix in (".j2", ".toml", ".sql")
        and path.name.count(".") == 2
        and path.name.partition(".")[0] in stems
    ]


def _text(folder: Path, file: str) -> str:
    try:
        return (folder / file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BrokenPluginError(
            f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8 text."
        ) from error


def _toml(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenPluginError(f"{file}: no valid TOML: {error}; mend that line.") from error


def _manifest(data: dict[str, Any]) -> Manifest:
    version = data.get("contract_version", CONTRACT_VERSION)
    if isinstance(version, int) and version > CONTRACT_VERSION:
        # Before all else, since a later contract may have keys that this one does not know.
        raise BrokenPluginError(
            f"plugin.toml: contract_version {version} is newer than {CONTRACT_VERSION}, the newest "
            "known here; update Shelftalk or use an earlier release of the plugin."
        )
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        raise BrokenPluginError(f"plugin.toml: {_in_words(error)}") from error
    if keyword.iskeyword(manifest.name) or manifest.name in RESERVED:
        raise BrokenPluginError(
            f"plugin.toml: the name {manifest.name!r} is reserved; allowed is any other name of "
            "lower-case letters, digits and underscores that is no Python keyword and no room."
        )
    unstated = set(manifest.must_state) - set(manifest.required_facts)
    if unstated:
        raise BrokenPluginError(
            f"plugin.toml: must_state names {', '.join(sorted(unstated))}, which required_facts "
            "lacks; what a text must state has to be in every brief: add it there."
        )
    return manifest


_LEVELS: dict[str, type[BaseModel]] = {
    "limits": Limits,
    "channel_limits": Limits,
    "generation": Generation,
}


def _in_words(error: ValidationError) -> str:
    """Each complaint as: the key, what is wrong with it, what was allowed."""
    complaints = []
    for detail in error.errors():
        path = ".".join(str(part) for part in detail["loc"]) or "the file"
        if detail["type"] == "extra_forbidden":
            model = _LEVELS.get(str(detail["loc"][0]), Manifest)
            model = model if len(detail["loc"]) > 1 else Manifest
            allowed = ", ".join(sorted(model.model_fields))
            complaints.append(f"unknown key {path}; allowed: {allowed}")
        elif detail["type"] == "missing":
            complaints.append(f"{path} is missing; add it")
        else:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            complaints.append(f"{path} is {str(detail['input'])[:60]!r}: {message}")
    return "; ".join(complaints) + "."


def _require_select(sql: str) -> None:
    """Refuse what is not exactly one SELECT; what it may read is judged where it runs."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise BrokenPluginError(f"briefs.sql: {one_line(error)}; mend the SQL.") from error
    kinds = [statement.type.name for statement in statements]
    if kinds != ["SELECT"]:
        raise BrokenPluginError(
            f"briefs.sql: holds {', '.join(kinds) or 'no statement'}; allowed is one SELECT "
            "that gives subject_id and facts."
        )


def _require_template(file: str, source: str) -> None:
    reason = why_not_template(source)
    if reason is not None:
        raise BrokenPluginError(f"{file}: {reason}")


def _tables(file: str, data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The array of tables ``[[key]]``, the only key that the file may have."""
    unknown = sorted(set(data) - {key})
    if unknown:
        raise BrokenPluginError(f"{file}: unknown key {', '.join(unknown)}; allowed: [[{key}]].")
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BrokenPluginError(f"{file}: {key} is no array of tables; write [[{key}]] above each.")
    return rows


def _checks(file: str, text: str) -> tuple[dict[str, Any], ...]:
    rows = _tables(file, _toml(file, text), "expectation")
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        unknown = sorted(set(row) - EXPECTATION_KEYS)
        if unknown:
            raise BrokenPluginError(
                f"{file}: expectation {number} has the unknown key {', '.join(unknown)}; "
                f"allowed: {', '.join(sorted(EXPECTATION_KEYS))}."
            )
        rule = row.get("rule")
        if not isinstance(rule, str) or not isinstance(row.get("type"), str):
            raise BrokenPluginError(
                f"{file}: expectation {number} needs rule and type, both as text."
            )
        if not isinstance(row.get("kwargs", {}), dict):
            raise BrokenPluginError(f"{file}: the kwargs of rule {rule!r} are no table.")
        if rule in seen:
            raise BrokenPluginError(f"{file}: the rule {rule!r} stands twice; rename one.")
        seen.add(rule)
    return tuple(rows)


def _examples(file: str, text: str, locale: str) -> tuple[Example, ...]:
    """The examples of a file, those without a locale in ``locale``."""
    rows = _tables(file, _toml(file, text), "example")
    allowed = {field.name for field in fields(Example)}
    adapter = TypeAdapter(Example)
    examples = []
    for number, row in enumerate(rows, start=1):
        unknown = sorted(set(row) - allowed)
        if unknown:
            raise BrokenPluginError(
                f"{file}: example {number} has the unknown key {', '.join(unknown)}; "
                f"allowed: {', '.join(sorted(allowed))}."
            )
        try:
            examples.append(adapter.validate_python({"locale": locale} | row))
        except ValidationError as error:
            raise BrokenPluginError(f"{file}: example {number}: {_in_words(error)}") from error
    return tuple(examples)


def _fingerprint(folder: Path) -> str:
    """SHA-256 over names and bytes of the plugin's files, so that a change to any is seen."""
    digest = hashlib.sha256()
    for file in (*REQUIRED_FILES, "plugin.py", *(path.name for path in _locale_files(folder))):
        if (folder / file).is_file():
            content = (folder / file).read_bytes()
            digest.update(f"{file}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _hooks(
    folder: Path, name: str, fingerprint: str
) -> tuple[Callable[..., Any] | None, Callable[..., Any] | None]:
    """prepare and accept of plugin.py, each None where absent."""
    path = folder / "plugin.py"
    if not path.is_file():
        return None, None
    reason = why_not_hook_code(_text(folder, "plugin.py"))
    if reason is not None:
        raise BrokenPluginError(f"plugin.py: {reason}")
    # A private name: a plugin can neither shadow a module nor meet another plugin's.
    module_name = f"_shelftalk_plugin_{name}_{fingerprint[:12]}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise BrokenPluginError("plugin.py: cannot be imported; save it as a Python module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # dataclasses look their module up here
    try:
        call_within(IMPORT_SECONDS, spec.loader.exec_module, module)
    except TimeoutError as error:
        del sys.modules[module_name]
        raise BrokenPluginError(
            f"plugin.py: its import did not end within {IMPORT_SECONDS:g} s; work belongs into prepare and accept."
        ) from error
    except (Exception, SystemExit) as error:
        del sys.modules[module_name]
        raise BrokenPluginError(
            f"plugin.py: raises at import: {type(error).__name__}: {one_line(error)}."
        ) from error
    return _hook(module, "prepare", 1), _hook(module, "accept", 2)


def _hook(module: Any, name: str, count: int) -> Callable[..., Any] | None:
    hook = getattr(module, name, None)
    if hook is None:
        return None
    wanted = "prepare(brief)" if name == "prepare" else "accept(draft_text, brief)"
    try:
        inspect.signature(hook).bind(*range(count))
    except (TypeError, ValueError) as error:
        raise BrokenPluginError(f"plugin.py: {name} is not callable as {wanted}.") from error
    hook_as_declared: Callable[..., Any] = hook
    return hook_as_declared


def one_line(error: BaseException) -> str:
    """The first line of an error's text, else its type."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
