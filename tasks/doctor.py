"""Looks at everything a run depends on and says, for what is wrong, how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import duckdb

from tasks.errors import ShelftalkError
from tasks.warehouse import Warehouse, one_value, sql_text

MIN_FREE_BYTES = 2 * 1024**3
BREAKING: Mapping[str, tuple[str, str]] = {
    "fastapi": ("0.151", "prefect's server fails at import with newer ones"),
    "SQLAlchemy": ("2.1", "prefect's scheduler creates no runs with newer ones"),
    "duckdb": ("2.1", "the file format may differ"),
    "prefect": ("3.9", "it is not tested with newer ones"),
}
"""Package -> first version that is known or likely to break, and why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``cure`` says what to do where ``state`` is not ok."""

    what: str
    state: Literal["ok", "warning", "broken"]
    detail: str
    cure: str = ""


def examine(
    warehouse: Warehouse, home: Path, *, hub: str = "https://huggingface.co"
) -> list[Finding]:
    """Versions, disk, warehouse, model, run lock, clock, Prefect, port, hub; never raises for what it finds."""
    looks: tuple[Callable[[], Finding], ...] = (
        _python,
        *(lambda name=name: _version(name) for name in BREAKING),
        lambda: _disk(home),
        lambda: _home(home),
        lambda: _warehouse(warehouse),
        lambda: _model(warehouse),
        lambda: _lock(home),
        lambda: _clock(warehouse),
        _prefect,
        _port,
        lambda: _hub(hub),
    )
    return [look() for look in looks]


def _python() -> Finding:
    return Finding(
        "python",
        "ok",
        f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores",
    )


def _version(name: str) -> Finding:
    from packaging.version import Version

    limit, why = BREAKING[name]
    found = metadata.version(name)
    if Version(found) >= Version(limit):
        return Finding(name, "broken", f"{found}: {why}", f"pip install '{name}<{limit}'")
    return Finding(name, "ok", found)


def _disk(home: Path) -> Finding:
    place = next((p for p in (home, *home.resolve().parents) if p.exists()), Path())
    free = shutil.disk_usage(place).free
    detail = f"{free / 1024**3:.1f} GiB free at {place.resolve()}"
    if free < MIN_FREE_BYTES:
        return Finding(
            "disk", "warning", detail, "free at least 2 GiB, or move the home with SHELFTALK_HOME"
        )
    return Finding("disk", "ok", detail)


def _home(home: Path) -> Finding:
    if not home.exists():
        return Finding("home", "warning", f"{home} is not there yet", "shelftalk init --sample")
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding(
            "home",
            "broken",
            f"{home} cannot be written",
            "fix its permissions or set SHELFTALK_HOME",
        )
    return Finding("home", "ok", str(home.resolve()))


def _warehouse(warehouse: Warehouse) -> Finding:
    try:
        warehouse.require()
        with warehouse.open() as con:
            count = one_value(con, "select count(*) from shop.products")
    except ShelftalkError as error:
        return Finding(
            "warehouse",
            "broken",
            str(error),
            "shelftalk init, or wait for the process that holds it",
        )
    state: Literal["ok", "warning"] = "ok" if count else "warning"
    return Finding(
        "warehouse",
        state,
        f"{warehouse.path}: {count:,} products",
        "" if count else "shelftalk load …",
    )


def _model(warehouse: Warehouse) -> Finding:
    try:
        with warehouse.open() as con:
            row = con.execute(
                "select model_hash, folder from content.models where state = 'in_use'"
            ).fetchone()
    except (ShelftalkError, OSError) as error:
        return Finding("copywriter", "broken", str(error), "mend the warehouse first")
    if row is None:
        return Finding("copywriter", "warning", "none in use", "shelftalk train")
    if not Path(row[1]).is_dir():
        return Finding("copywriter", "broken", f"its folder {row[1]} is gone", "shelftalk train")
    return Finding("copywriter", "ok", f"{row[0][:12]} in {row[1]}")


def _lock(home: Path) -> Finding:
    from tasks.run_lock import who_works

    holder = who_works(home) if home.exists() else None
    if holder is None:
        return Finding("lock", "ok", "no run works on this home")
    return Finding("lock", "ok", f"{holder} works on it; another run would wait for it")


def _clock(warehouse: Warehouse) -> Finding:
    from tasks.publish_content import now

    try:
        with warehouse.open() as con:
            latest = one_value(con, sql_text("publish/latest_moment"))
    except (ShelftalkError, OSError, duckdb.Error) as error:
        return Finding(
            "clock",
            "warning",
            str(error).splitlines()[0],
            "mend the warehouse first",
        )
    behind = (latest - now()).total_seconds() if latest is not None else 0.0
    if behind > 60:
        return Finding(
            "clock", "warning", f"{behind / 60:.0f} minutes behind the last run ({latest:%Y-%m-%d %H:%M} UTC)",
            "set the clock (timedatectl set-ntp true); until then new texts are dated just after the last ones",
        )  # fmt: skip
    return Finding("clock", "ok", f"{now():%Y-%m-%d %H:%M} UTC")


def _port() -> Finding:
    """Whether `shelftalk serve` could start a server here."""
    if os.environ.get("PREFECT_API_URL"):
        return Finding("port", "ok", "not needed: PREFECT_API_URL names a server")
    number = int(os.environ.get("PREFECT_SERVER_API_PORT", "4200"))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return Finding(
                "port", "warning", f"{number} is in use",
                f"set PREFECT_API_URL=http://127.0.0.1:{number}/api if it is a Prefect server, or choose `--port`",
            )  # fmt: skip
    return Finding("port", "ok", f"{number} is free for `shelftalk serve`")


def _prefect() -> Finding:
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return Finding(
            "prefect",
            "ok",
            "no PREFECT_API_URL: runs use a server of their own that ends with them",
        )
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=3) as answer:
            return Finding("prefect", "ok", f"{url} answers {answer.status}")
    except (urllib.error.URLError, TimeoutError, ValueError, ConnectionError) as error:
        return Finding(
            "prefect",
            "broken",
            f"{url}: {error}",
            "start it with `shelftalk serve`, or unset PREFECT_API_URL",
        )


def _hub(hub: str) -> Finding:
    host = hub.split("//", 1)[-1]
    try:
        socket.create_connection((host, 443), timeout=2).close()
    except OSError as error:
        return Finding(
            "hub",
            "warning",
            f"{host}: {error}",
            "only --base with a hub id needs it; use a local folder",
        )
    return Finding("hub", "ok", host)
