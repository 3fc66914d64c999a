"""Opens what every command and flow starts from: the warehouse of the settings, and the plugins."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.settings import Settings
from plugins.discovery import Discovery, discover_plugins
from tasks.warehouse import (
    Warehouse,
)

if TYPE_CHECKING:
    pass


def warehouse_of(settings: Settings, *, read_only: bool = False) -> Warehouse:
    """The warehouse of these settings. One object a path and mode in a process: its threads share the connection."""
    path = settings.warehouse_path.resolve()
    return _warehouse(
        str(path),
        read_only,
        settings.lock_wait_seconds,
        settings.memory_limit,
        tuple(sorted(settings.parquet_tables.items())),
    )


@lru_cache(maxsize=8)
def _warehouse(
    path: str,
    read_only: bool,
    wait_seconds: float,
    memory_limit: str,
    parquet_tables: tuple[tuple[str, str], ...],
) -> Warehouse:
    return Warehouse(
        Path(path),
        read_only=read_only,
        wait_seconds=wait_seconds,
        settings={"memory_limit": memory_limit},
        parquet_tables=dict(parquet_tables),
    )


def encoder_of(settings: Settings) -> Any:
    """The sentence encoder of the settings, loaded once a process, or None. NotAModel, HubUnreachable."""
    if settings.sentence_encoder is None:
        return None
    from tasks.copywriter.sentence_encoder import load_encoder

    return load_encoder(settings.sentence_encoder, settings.home.resolve() / "embeddings")


def reader_of(settings: Settings, *, is_own: bool) -> Any:
    """The second reader for texts of the house model (``is_own``) or from elsewhere; None where it shall not or cannot
    read. NotAModel where its encoder is installed in another version than its weights were made for.
    """
    if settings.second_reader == "never" or (is_own and settings.second_reader != "always"):
        return None
    from tasks.reader.reading import is_installed, load_reader

    return load_reader() if is_installed() else None


def discover(settings: Settings) -> Discovery:
    """Built-in plugins, the shop's folders, entry points."""
    return discover_plugins(settings.plugin_folders)
