"""The web application of the review page. It answers with whole pages; htmx takes the part that changes out of them,
so every link and form works without a script as well.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware

from tasks.approve_content import (
    Decision,
    ReviewRules,
    approve,
    edit,
    person_name,
    reject,
    undo,
    undo_last,
)
from tasks.errors import ApprovalError, EditRefused, InputError, ShelftalkError, WarehouseError
from tasks.review_page.desk import Desk, Narrowing, View, neighbours
from tasks.review_page.forms import (
    Asked,
    Kept,
    KeptView,
    NotSignedInError,
    OwnForm,
    Reviewer,
    Text,
    known_view,
    visit_of,
)
from tasks.review_page.guard import Guard, Visit, is_right_token
from tasks.review_page.pages import by_sentence, render_page, told
from tasks.warehouse import Warehouse
from tasks.write_by_hand import write_by_hand

__all__ = ["Door", "create_app"]


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in: ``token`` is asked for unless None, a session lasts ``hours``, ``hosts`` are the page's names.

    ``slow_answer`` is what a wrong token costs whoever tries, in seconds.
    """

    token: str | None = field(default=None, repr=False)
    hours: float = 8
    slow_answer: float = 0.5
    hosts: Sequence[str] = ("localhost", "127.0.0.1", "::1")


def create_app(
    desk: Desk, rules: ReviewRules, door: Door | None = None, *, shop_name: str = "our shop"
) -> FastAPI:
    """The application. Sessions are signed with a key of this process: a restart signs everybody out."""
    door = door or Door()
    app = FastAPI(title="Shelftalk review", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32),
        session_cookie="shelftalk_review",
        max_age=int(door.hours * 3600)
        + 24 * 3600,  # the session's own end is earlier and told apart
        same_site="strict",
    )
    app.add_middleware(Guard, hosts=door.hosts)
    static = Path(__file__).parent / "static"
    app.mount("/static", StaticFiles(directory=static), name="static")
    pages = _Pages(desk, rules, door, shop_name)
    pages.add_to(app)
    return app


class _Pages:
    """The routes and what they share."""

    def __init__(self, desk: Desk, rules: ReviewRules, door: Door, shop_name: str) -> None:
        self.desk = desk
        self.rules = rules
        self.door = door
        self.shop_name = shop_name

    def add_to(self, app: FastAPI) -> None:
        """Register every route. The handlers are plain functions, so they run in threads and may wait for a lock."""
        app.get("/")(self.start)
        app.post("/door")(self.enter)
        app.post("/leave")(self.leave)
        app.post("/undo")(self.undo_own)
        app.get("/{view}")(self.look)
        app.get("/{view}/{item_id}")(self.look_at)
        app.post("/texts/{item_id}/approve")(self.approve)
        app.post("/texts/{item_id}/edit")(self.edit)
        app.post("/texts/{item_id}/reject")(self.reject)
        app.post("/texts/{item_id}/undo")(self.undo)
        app.post("/briefs/{item_id}/write")(self.write)
        app.add_exception_handler(NotSignedInError, self._door_page)
        app.add_exception_handler(HTTPException, self._problem_page)
        app.add_exception_handler(ShelftalkError, self._error_page)

    def start(self, visit: Reviewer) -> Response:
        """The queue of waiting texts."""
        return RedirectResponse("/waiting", 303)

    def enter(self, request: Request, name: Text = "", token: Text = "") -> Response:
        """Sign in by name and, where one is needed, the token."""
        visit = visit_of(request)
        if self.door.token is not None and not is_right_token(token, self.door.token):
            time.sleep(self.door.slow_answer)
            return self._door(visit, 403, "That is not the review token of this page.")
        try:
            who = person_name(name)
        except InputError as error:
            return self._door(visit, 422, str(error))
        visit.begin(who, self.door.hours)
        return RedirectResponse("/waiting", 303)

    def leave(self, visit: OwnForm) -> Response:
        """Sign out."""
        visit.end()
        return RedirectResponse("/", 303)

    def look(self, visit: Reviewer, view: str, asked: Asked) -> Response:
        """A view with its first text beside the list (a phone shows the list alone)."""
        return self._desk_page(visit, known_view(view), asked, None)

    def look_at(self, visit: Reviewer, view: str, item_id: str, asked: Asked) -> Response:
        """A view with one text."""
        return self._desk_page(visit, known_view(view), asked, item_id)

    def approve(
        self, visit: OwnForm, item_id: str, kept: Kept, view: KeptView, body_hash: Text = ""
    ) -> Response:
        """Publish the text, or confirm an audited one."""
        return self._decide(
            visit,
            item_id,
            view,
            kept,
            lambda warehouse, who: approve(warehouse, item_id, who, body_hash, rules=self.rules),
        )

    def edit(
        self,
        visit: OwnForm,
        item_id: str,
        kept: Kept,
        view: KeptView,
        body_hash: Text = "",
        body: Text = "",
        reason: Text = "",
    ) -> Response:
        """Check a person's text and put it in the draft's place; it then waits for approval."""
        return self._edit(
            visit,
            item_id,
            view,
            kept,
            body,
            lambda warehouse, who: edit(
                warehouse, item_id, who, body_hash, body, rules=self.rules, reason=reason
            ),
        )

    def _edit(
        self,
        visit: Visit,
        item_id: str,
        view: View,
        kept: Narrowing,
        body: str,
        decision: Callable[[Warehouse, str], Decision],
    ) -> Response:
        """As _decide; a text that the checks refuse comes back with the reasons, still open."""
        try:
            return self._decide(visit, item_id, view, kept, decision)
        except EditRefused as error:
            refused = {
                "words": str(error).rstrip("."),
                "refusals": by_sentence(error.refusals),
                "body": body,
            }
            return self._desk_page(visit, view, kept, item_id, status=422, refused=refused)

    def reject(
        self,
        visit: OwnForm,
        item_id: str,
        kept: Kept,
        view: KeptView,
        body_hash: Text = "",
        reason: Text = "",
    ) -> Response:
        """Refuse the text for a reason."""
        return self._decide(
            visit,
            item_id,
            view,
            kept,
            lambda warehouse, who: reject(warehouse, item_id, who, body_hash, reason),
        )

    def write(
        self, visit: OwnForm, item_id: str, kept: Kept, view: KeptView, body: Text = ""
    ) -> Response:
        """Queue a person's own text for a quarantined brief."""
        run_id, _, brief_id = item_id.partition("~")
        return self._edit(
            visit,
            item_id,
            "quarantined",
            kept,
            body,
            lambda warehouse, who: write_by_hand(
                warehouse, run_id, brief_id, who, body, rules=self.rules
            ),
        )

    def undo(self, visit: OwnForm, item_id: str, kept: Kept, view: KeptView) -> Response:
        """Take the last decision on this text back."""
        return self._decide(
            visit, item_id, view, kept, lambda warehouse, who: undo(warehouse, item_id, who)
        )

    def undo_own(self, visit: OwnForm, kept: Kept, view: KeptView) -> Response:
        """Take the reviewer's own last decision back."""
        return self._decide(visit, None, view, kept, undo_last)

    def _decide(
        self,
        visit: Visit,
        item_id: str | None,
        view: View,
        kept: Narrowing,
        decision: Callable[[Warehouse, str], Decision],
    ) -> Response:
        who = visit.who or ""
        with self.desk.reading() as con:
            items = self.desk.queue(con, view, kept)["items"]
        following = neighbours(items, item_id) if item_id else None
        try:
            done = self.desk.decide(lambda warehouse: decision(warehouse, who))
        except EditRefused:
            raise
        except (ApprovalError, InputError) as error:
            visit.tell("alarm", str(error))
            return RedirectResponse(_address(view, item_id, kept), 303)
        visit.tell(done.action, told(done))
        if done.action in ("edited", "undone"):
            back = self._view_of(done.approval_id)
            same = back == view
            return RedirectResponse(
                _address(back, done.approval_id, kept if same else Narrowing()), 303
            )
        return RedirectResponse(_address(view, following, kept), 303)

    def _view_of(self, approval_id: str) -> View:
        with self.desk.reading() as con:
            row = self.desk.item(con, "waiting", approval_id)
        if row["state"] != "waiting":
            return "decided"
        return "audits" if row["tier"] == "sample" else "waiting"

    def _desk_page(
        self,
        visit: Visit,
        view: View,
        narrowing: Narrowing,
        item_id: str | None,
        *,
        status: int = 200,
        refused: dict[str, Any] | None = None,
    ) -> Response:
        notice = visit.told()
        with self.desk.reading() as con:
            queue = self.desk.queue(con, view, narrowing)
            shown = item_id or (queue["items"][0]["item_id"] if queue["items"] else None)
            item = None
            if shown is not None:
                try:
                    item = self.desk.item(con, view, shown)
                except (ApprovalError, InputError) as error:
                    status, notice = 404, {"kind": "alarm", "words": str(error)}
        return render_page(
            "desk.html.j2",
            status,
            shop_name=self.shop_name,
            visit=visit,
            view=view,
            narrowing=narrowing,
            queue=queue,
            item=item,
            is_reading=item_id is not None,
            notice=notice,
            refused=refused,
            is_two_person=self.rules.two_person,
        )

    def _door(self, visit: Visit, status: int, words: str = "") -> Response:
        return render_page(
            "door.html.j2",
            status,
            shop_name=self.shop_name,
            needs_token=self.door.token is not None,
            was_signed_in=visit.is_over,
            words=words,
        )

    def _door_page(self, request: Request, error: Exception) -> Response:
        visit = visit_of(request)
        status = 403 if self.door.token is not None or request.method == "POST" else 200
        return self._door(visit, status)

    def _problem_page(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = str(error.detail) if isinstance(error, HTTPException) else str(error)
        if status == 404:
            words = "There is no such page; the queue is where you left it."
        return self._problem(status, words)

    def _error_page(self, request: Request, error: Exception) -> Response:
        status = 503 if isinstance(error, WarehouseError) else 409
        return self._problem(status, str(error))

    def _problem(self, status: int, words: str) -> Response:
        return render_page(
            "problem.html.j2",
            status,
            shop_name=self.shop_name,
            words=words[:1].upper() + words[1:],
            is_temporary=status == 503,
        )


def _address(view: View, item_id: str | None, narrowing: Narrowing) -> str:
    return f"/{view}" + (f"/{item_id}" if item_id else "") + narrowing.query()
