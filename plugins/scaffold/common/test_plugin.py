"""The conformance suite as a test: python -m pytest test_plugin.py"""

from __future__ import annotations

from pathlib import Path
from typing import Any

pytest_plugins = ["plugins.testing"]


def test_the_plugin_keeps_the_contract(conformance: Any) -> None:
    """No finding at all; print them with `shelftalk plugins check`."""
    findings = conformance(Path(__file__).parent).findings
    assert not findings, "\n".join(map(str, findings))
