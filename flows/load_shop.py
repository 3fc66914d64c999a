"""The flow load-shop: a merchant's exports into schema shop. Wiring only; the work is in tasks.load_exports."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from flows.load_files import load
from flows.notices import Notices
from flows.server_gone import unless_gone
from flows.settings import Settings, load_settings
from tasks.errors import InputError
from tasks.load_exports import LoadReport

__all__ = ["load", "load_shop"]


@task(name="load file", task_run_name="load {file}", cache_policy=NO_CACHE)
def load_task(
    settings: Settings, kind: str, file: Path, currency: str | None, mapping: dict[str, str]
) -> list[LoadReport]:
    """One file, whole or not at all."""
    return load(settings, kind, [file], currency=currency, mapping=mapping)


@flow(name="load-shop", description="Loads a merchant's exports into the shop's tables.")
def load_shop(
    files: Annotated[
        list[Path], Field(description="Files on the machine that runs this flow; .gz too.")
    ] = [],  # noqa: B006
    kind: Annotated[
        str,
        Field(
            description="shopify, online-retail, or a table: products, customers, orders, reviews, …"
        ),
    ] = "shopify",
    mapping: Annotated[
        dict[str, str],
        Field(description="For tables: our column, and which of the file's holds it."),
    ] = {},  # noqa: B006
    currency: Annotated[
        str | None,
        Field(pattern=r"^[A-Z]{3}$", description="Currency of the prices; none takes the setting."),
    ] = None,
) -> list[dict[str, Any]]:
    """Load each file, whole or not at all; a file that fails does not keep the others out.

    Args:
        files: Files on the machine that runs this flow; .gz too.
        kind: shopify, online-retail, or a table: products, customers, orders, reviews, …
        mapping: For tables: our column, and which of the file's holds it.
        currency: Currency of the prices; none takes the setting.

    Returns:
        A report a file and table: counts read, kept, merged, refused, and the quirks that were met.
    """
    return unless_gone(lambda: _load(load_settings(), files, kind, mapping, currency))


def _load(
    settings: Settings,
    files: list[Path],
    kind: str,
    mapping: dict[str, str],
    currency: str | None,
) -> list[dict[str, Any]]:
    """The loads, one file after the other, and their table in the UI."""
    logger = get_run_logger()
    reports: list[LoadReport] = []
    failures: list[str] = []
    for file in files:
        try:
            reports += load_task(settings, kind, file, currency, mapping)
        except InputError as error:
            failures.append(str(error))
            logger.error(str(error))
    rows = [asdict(report) for report in reports]
    Notices().table("loads", rows or [{"files": "none"}], "Files loaded, a row a file and table.")
    if failures:
        raise InputError(
            f"{len(failures)} of {len(files)} files were not loaded: {' '.join(failures)}"
        )
    return rows
