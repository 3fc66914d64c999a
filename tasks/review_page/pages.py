"""Renders the templates of the review page, with everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.approve_content import Decision
from tasks.check_edit import without_invisible
from tasks.report_page.texts import visible

__all__ = ["by_sentence", "render_page", "told"]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": visible,
        "clean": without_invisible,
        "words": _words,
        "minute": _minute,
        "plural": _plural,
    }
    return environment


def render_page(template: str, status: int, **values: Any) -> HTMLResponse:
    """A whole page."""
    return HTMLResponse(_environment().get_template(template).render(values), status)


def _words(name: object) -> str:
    """``review_summaries`` as a person reads it: review summaries."""
    return str(name).replace("_", " ")


def _minute(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def told(done: Decision) -> str:
    """The notice after a decision."""
    words = {
        "approved": "Approved: the text is live.",
        "rejected": "Rejected: the text is not published.",
        "edited": "The edit passed every check and waits for approval.",
        "undone": "Undone.",
    }
    return words[done.action]


def by_sentence(refusals: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Each sentence once, with all that speaks against it."""
    found: dict[str, list[str]] = {}
    for sentence, reason in refusals:
        found.setdefault(sentence, []).append(reason)
    return list(found.items())
