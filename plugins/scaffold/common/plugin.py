"""Hooks of __NAME__, both optional: delete what you do not need, or the whole file.

Hooks get copies and plain data and have a time limit (hook_seconds of plugin.toml). They open no connection and no
file: what they need is selected in briefs.sql. Of Shelftalk they import plugins.contract and nothing else.
"""

from __future__ import annotations

from plugins.contract import Brief


def prepare(brief: Brief) -> Brief:
    """The brief that is written: it may leave facts out or put them in another order, but not make any up."""
    return brief


def accept(draft_text: str, brief: Brief) -> str | None:
    """None, or the reason to refuse a text that passed every check."""
    if draft_text.count("!") > 2:
        return "more than two exclamation marks"
    return None
