"""What stands between the network and the desk: allowed hosts, same origin, sessions, headers."""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "Visit", "is_loopback", "is_right_token"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # same-origin, not no-referrer: under the latter browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
MAX_BODY = 256 * 1024
"""Bytes of a request; a text has at most 5,000 characters."""


def is_loopback(host: str) -> bool:
    """Whether a page served on this host can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_right_token(given: str, token: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(given.strip().encode(), token.encode())


class Visit:
    """A reviewer's session, as the signed cookie holds it: name, csrf token, and until when it is good."""

    def __init__(self, session: dict[str, Any]) -> None:
        self.session = session

    @property
    def who(self) -> str | None:
        """The reviewer's name while the session is good."""
        good = self.session.get("until", 0) > time.time()
        return self.session.get("who") if good else None

    @property
    def is_over(self) -> bool:
        """Whether there was a session that ended."""
        return "who" in self.session and self.who is None

    def begin(self, who: str, hours: float) -> None:
        """Sign a reviewer in; a new token against forged requests with every session."""
        self.session.clear()
        self.session.update(
            who=who, csrf=secrets.token_urlsafe(24), until=time.time() + hours * 3600
        )

    def end(self) -> None:
        """Sign out."""
        self.session.clear()

    @property
    def csrf(self) -> str:
        """What each form of this session carries."""
        return str(self.session.get("csrf", ""))

    def is_own_form(self, given: str) -> bool:
        """Whether a form came from a page of this session."""
        return bool(self.csrf) and secrets.compare_digest(given.encode(), self.csrf.encode())

    def tell(self, kind: str, words: str) -> None:
        """Keep a notice for the next page."""
        self.session["notice"] = {"kind": kind, "words": words}

    def told(self) -> dict[str, str] | None:
        """The notice, once."""
        return self.session.pop("notice", None) if "notice" in self.session else None


class Guard:
    """ASGI middleware. Refuses hosts that are not ours (DNS rebinding: a stranger's name that points here), forms from
    other origins and large bodies; adds security headers to every answer.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = {host.casefold().strip("[]") for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer refusals in plain text; hand everything else on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            status, words = refusal
            await _plain(send, status, words)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
                kept = [pair for pair in message["headers"] if pair[0].decode() not in HEADERS]
                if not scope["path"].startswith("/static/"):
                    own.append((b"cache-control", b"no-store"))
                message["headers"] = [*kept, *own]
            await send(message)

        await self.app(scope, receive, with_headers)

    def _refusal(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        name = (urlsplit(f"//{host}").hostname or "").casefold()
        if name not in self.hosts and not (self._is_any and _is_address(name)):
            return 400, f"This page is not served under the name {name or 'of nobody'!r}."
        if method in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.casefold() != host.casefold():
            return 403, "This form came from another page; open the review page itself."
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "This form came from another site; open the review page itself."
        length = headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            return 413, f"A form must state its length and hold at most {MAX_BODY:,} bytes."
        return None

    @property
    def _is_any(self) -> bool:
        """Whether the page listens on every address: then any address names it, but still no strange name."""
        return bool(self.hosts & {"0.0.0.0", "::"})


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _plain(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *((k.encode(), v.encode()) for k, v in HEADERS.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
