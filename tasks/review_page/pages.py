"""Renders the templates of the review page, with everything escaped."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.report_page.texts import visible

__all__ = ["render_page"]


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
