"""Fixtures that several tests share; each is dear, so each is made once a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

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
