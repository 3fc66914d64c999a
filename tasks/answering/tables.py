"""The package's tables of words, read once from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

__all__ = ["table", "word_list"]


@lru_cache(maxsize=8)
def table(name: str) -> dict[str, Any]:
    """The contents of ``<name>.toml``."""
    return tomllib.loads(
        resources.files("tasks.answering").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    )


def word_list(text: str) -> list[str]:
    """The words of a block of text: how short word lists are written in the modules."""
    return text.split()
