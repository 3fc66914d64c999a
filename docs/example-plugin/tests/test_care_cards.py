"""The plugin keeps the contract. Run with: python -m pytest tests"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shelftalk_care_cards

pytest_plugins = ["plugins.testing"]


def test_the_plugin_keeps_the_contract(conformance: Any) -> None:
    findings = conformance(Path(shelftalk_care_cards.__file__).parent).findings
    assert not findings, "\n".join(map(str, findings))
