"""Keeps Prefect from walking through large arguments of tasks."""

from __future__ import annotations

from typing import TypeVar, cast

from prefect.utilities.annotations import quote

T = TypeVar("T")


def whole(value: T) -> T:
    """``value`` as a task's argument that Prefect does not walk through, item by item, in search of futures.

    The task receives the value itself.
    """
    return cast(T, quote(value))
