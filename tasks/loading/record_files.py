"""Reads YAML and JSON lists of records, and JSON a line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.errors import InputError
from tasks.loading.opened import OpenedFile, Record, Unparsed

__all__ = ["open_records"]


def open_records(path: Path, plain: Path, file_hash: str, encoding: str, name: str) -> OpenedFile:
    """A YAML or JSON list of records, or JSON a line; ``line`` is the number of the record."""
    text = plain.read_text(encoding=encoding)
    try:
        if name.endswith((".jsonl", ".ndjson")):
            items: Any = _json_lines(path, text)
        elif name.endswith(".json"):
            items = json.loads(text)
        else:
            items = _yaml(path, text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path} is no JSON: {error.msg} at line {error.lineno}; nothing was loaded."
        ) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error or 'it is nested too deeply'}.") from error
    if not isinstance(items, list):
        raise InputError(
            f"{path} holds no list of records; each product must be one entry of a list."
        )
    columns: dict[str, int] = {}
    for item in items:
        for key in item if isinstance(item, dict) else ():
            columns.setdefault(str(key), len(columns))
    opened = OpenedFile(path, "records", file_hash, list(columns))

    def records() -> Iterator[Record]:
        opened.unparsed.clear()
        opened.quirks.pop("nested values dropped", None)
        for line, item in enumerate(items, start=1):
            if not isinstance(item, dict):
                opened.unparsed.append(
                    Unparsed(line, "this entry is no record of names and values")
                )
                continue
            row: list[str | None] = [None] * len(columns)
            for key, value in item.items():
                row[columns[str(key)]] = _plain_value(value, opened.quirks)
            yield line, row

    opened.records = records
    return opened


def _json_lines(path: Path, text: str) -> list[Any]:
    items = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                items.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise InputError(
                    f"{path} is no JSON at line {number}: {error.msg}; nothing was loaded."
                ) from error
    return items


def _plain_value(value: Any, quirks: Counter[str]) -> str | None:
    """A scalar as text, a short list of scalars joined; anything deeper is dropped and counted."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
        return ", ".join(str(v) for v in value)
    if isinstance(value, dict | list | set | tuple | bytes):
        quirks["nested values dropped"] += 1
        return None
    return str(value).replace("\0", "")


def _yaml(path: Path, text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{path} is no YAML{where}: {getattr(error, 'problem', error)}; nothing was loaded."
        ) from error
