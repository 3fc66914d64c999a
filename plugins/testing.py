"""The conformance suite for pytest. In a test module: ``pytest_plugins = ["plugins.testing"]``, then

def test_the_plugin_keeps_the_contract(conformance):
    assert not conformance(Path(__file__).parent).findings
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plugins.conformance import check_folder

if TYPE_CHECKING:
    from tasks.conformance import Conformance

__all__ = ["conformance"]


@pytest.fixture
def conformance() -> Callable[[Path], Conformance]:
    """A function: folder of a plugin -> what is wrong with it, on the small shop. Needs neither model nor network."""
    return check_folder
