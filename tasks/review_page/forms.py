"""What the routes of the review page take: a signed-in reviewer, a form of their own session, what to list."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import Depends, Form, Request
from starlette.exceptions import HTTPException

from tasks.review_page.desk import VIEWS, Narrowing, View
from tasks.review_page.guard import Visit

__all__ = [
    "Asked",
    "Kept",
    "KeptView",
    "NotSignedInError",
    "OwnForm",
    "Reviewer",
    "Text",
    "known_view",
    "visit_of",
]


class NotSignedInError(Exception):
    """Raised where a reviewer is needed and none is there."""


def visit_of(request: Request) -> Visit:
    return Visit(request.session)


def _reviewer(request: Request) -> Visit:
    visit = Visit(request.session)
    if visit.who is None:
        raise NotSignedInError
    return visit


def _own_form(request: Request, csrf: Annotated[str, Form()] = "") -> Visit:
    visit = _reviewer(request)
    if not visit.is_own_form(csrf):
        raise HTTPException(403, "This form does not belong to your session; open the page again.")
    return visit


def _narrowing(q: str = "", scenario: str = "", plugin: str = "", page: int = 1) -> Narrowing:
    return Narrowing(q.strip()[:200], scenario[:100], plugin[:100], min(max(page, 1), 10_000))


def _form_narrowing(
    q: Annotated[str, Form()] = "",
    scenario: Annotated[str, Form()] = "",
    plugin: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 1,
) -> Narrowing:
    return _narrowing(q, scenario, plugin, page)


def _form_view(view: Annotated[str, Form()] = "waiting") -> View:
    return view if view in VIEWS else "waiting"


Reviewer = Annotated[Visit, Depends(_reviewer)]
OwnForm = Annotated[Visit, Depends(_own_form)]
Asked = Annotated[Narrowing, Depends(_narrowing)]
Kept = Annotated[Narrowing, Depends(_form_narrowing)]
KeptView = Annotated[View, Depends(_form_view)]
Text = Annotated[str, Form()]


def known_view(view: str) -> View:
    for known in get_args(View):
        if view == known:
            return known
    raise HTTPException(404)
