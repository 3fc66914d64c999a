"""Fixtures that several tests share; each is dear, so each is made once a session."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
# Tiny models are faster on one thread, and threads that wait for each other starve the other tests.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """Prefect's test server (6 to 7 s to start); flows have no heartbeat, whose thread takes 1 s to join."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture(scope="session")
def tiny_copywriter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a GPT-2 of two layers, trained for a few steps on a made-up archive."""
    from tests.tiny_copywriter import train_tiny

    return train_tiny(tmp_path_factory.mktemp("tiny") / "model").folder


_exit_status = 0


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the status for pytest_unconfigure."""
    global _exit_status
    _exit_status = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End without tearing modules down, as the command does: duckdb's binding would print a page of "leaked" types
    below the line that says how many tests passed."""
    if hasattr(config, "workerinput"):
        return  # a worker must live until it has reported
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_exit_status)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop with its marts, built once and copied for each test."""
    from small_shop import fill_small_shop

    from tasks.refresh_marts import refresh_marts
    from tasks.warehouse import Warehouse

    path = tmp_path_factory.mktemp("shop") / "warehouse.duckdb"
    warehouse = Warehouse(path)
    warehouse.create()
    with warehouse.open() as connection:
        fill_small_shop(connection)
        refresh_marts(connection)
    return path


@pytest.fixture
def con(shop_file: Path, tmp_path: Path) -> Iterator[Any]:
    """A connection to a copy of the small shop with its marts."""
    from tasks.warehouse import Warehouse

    copy = tmp_path / "warehouse.duckdb"
    shutil.copy(shop_file, copy)
    with Warehouse(copy).open() as connection:
        yield connection
