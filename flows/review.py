"""The command ``shelftalk review``: serves the page on which people approve, edit and reject texts."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from typing import Annotated, Any

import typer

from flows.cli import app, say
from flows.open_shop import discover, warehouse_of
from flows.settings import Settings, load_settings
from tasks.errors import InputError

MIN_TOKEN = 12
"""Characters of a token where the page can be reached from elsewhere."""


@app.command()
def review(
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    token: Annotated[
        str | None,
        typer.Option(
            help="What reviewers must enter; the setting review_token keeps it out of the process list."
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            help="A name under which the page is reached, for example behind a proxy (repeatable)."
        ),
    ] = None,
) -> None:
    """Open the review page: approve, edit or reject what waits for a person."""
    settings = load_settings()
    chosen = token if token is not None else _token_of(settings)
    _require_token(host, chosen)
    listener = _listen(host, port)
    with listener:
        application = build_review(settings, host=host, token=chosen, names=allow_host or [])
        place = f"[{host}]" if ":" in host else host
        say(f"The review page is http://{place}:{listener.getsockname()[1]} (stop it with Ctrl-C).")
        if chosen is not None:
            say("Reviewers enter the token and their name.")
        _serve(application, listener)
    say("The review page is closed; what was decided stays.")


def build_review(settings: Settings, *, host: str, token: str | None, names: list[str]) -> Any:
    """The application over the warehouse of these settings; creates what tables an older warehouse lacks."""
    from tasks.approve_content import ReviewRules
    from tasks.review_page.app import Door, create_app
    from tasks.review_page.desk import Desk

    writer = warehouse_of(settings)
    writer.require()
    writer.create()
    rules = ReviewRules(
        plugins={plugin.name: plugin for plugin in discover(settings).plugins},
        two_person=settings.two_person_review,
        rules_files=settings.rules_files,
    )
    hosts = ("localhost", "127.0.0.1", "::1", socket.gethostname(), host, *names)
    door = Door(token=token, hours=settings.review_hours, hosts=hosts)
    desk = Desk(warehouse_of(settings, read_only=True), writer)
    return create_app(desk, rules, door, shop_name=settings.shop_name)


def _token_of(settings: Settings) -> str | None:
    kept = settings.review_token
    return kept.get_secret_value() if kept is not None else None


def _require_token(host: str, token: str | None) -> None:
    from tasks.review_page.guard import is_loopback

    if token is not None and not token.strip():
        raise InputError("the review token is empty; set review_token to a long random text.")
    if is_loopback(host):
        return
    if token is None:
        raise InputError(
            f"{host} can be reached from other machines, so the page needs a token: set "
            "SHELFTALK_REVIEW_TOKEN to a long random text, or listen on 127.0.0.1."
        )
    if len(token) < MIN_TOKEN:
        raise InputError(
            f"the review token has {len(token)} characters; at least {MIN_TOKEN} are needed where others can try it."
        )


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, so that a port in use is known before anything starts."""
    try:
        socket.getaddrinfo(host, port)
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except socket.gaierror as error:
        raise InputError(
            f"{host} is no address of this machine ({error.strerror}); try 127.0.0.1."
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"port {port} on {host} is in use; stop what listens there or choose another with --port."
            ) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise InputError(f"{host} is no address of this machine; try 127.0.0.1.") from error
        if error.errno == errno.EACCES:
            raise InputError(
                f"port {port} needs administrator rights; choose one above 1023."
            ) from error
        raise InputError(f"cannot listen on {host}, port {port}: {error.strerror}.") from error


def _serve(application: Any, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
        uvicorn.Server(config).run(sockets=[listener])
