"""Where the claims of a text stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["find_spans", "in_reading_order", "source_of"]


def source_of(claim: Mapping[str, Any]) -> str:
    """The cell that supports a claim, as ``table.column[key] = value``."""
    cell = f"{claim['source_table']}.{claim['source_column']}[{claim['source_key']}]"
    return f"{cell} = {claim['source_value']}"


def find_spans(body: str, claims: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[int]]]:
    """``body`` cut into pieces, each with the indices of the claims that it states (none for plain words).

    The pieces joined are the body. Longer claims are placed first and equal ones one after the other; a claim
    within another's words joins it, and one whose words are not found has no piece.
    """
    places: dict[tuple[int, int], list[int]] = {}
    for index in sorted(range(len(claims)), key=lambda i: (-len(claims[i]["claim"]), i)):
        place = _place(body, str(claims[index]["claim"]), places)
        if place:
            places.setdefault(place, []).append(index)
    pieces: list[tuple[str, list[int]]] = []
    end = 0
    for start, stop in sorted(places):
        if body[end:start]:
            pieces.append((body[end:start], []))
        pieces.append((body[start:stop], sorted(places[start, stop])))
        end = stop
    if body[end:] or not pieces:
        pieces.append((body[end:], []))
    return pieces


def in_reading_order(body: str, claims: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """``claims`` as a reader meets them in ``body``; those whose words are not found come last."""
    met = [index for _, indices in find_spans(body, claims) for index in indices]
    return [claims[i] for i in met] + [c for i, c in enumerate(claims) if i not in met]


def _place(
    body: str, words: str, taken: Mapping[tuple[int, int], list[int]]
) -> tuple[int, int] | None:
    """The first free place of ``words``; else the taken place that holds them; else None."""
    wanted = words.strip()
    if not wanted:
        return None
    within = None
    pattern = rf"(?<!\w){re.escape(wanted)}(?!\w)"
    for match in re.finditer(pattern, body, re.IGNORECASE):
        start, stop = match.span()
        over = [place for place in taken if place[0] < stop and start < place[1]]
        if not over:
            return start, stop
        if within is None and over[0][0] <= start and stop <= over[0][1]:
            within = over[0]
    return within
