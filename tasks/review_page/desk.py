"""What stands on the reviewer's desk: the queue and one text with all that speaks for and against it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import urlencode

from tasks.approval_rows import one_approval
from tasks.checks.words import split_sentences
from tasks.report_page.spans import find_spans
from tasks.report_page.texts import visible
from tasks.warehouse import Connection, Warehouse, fetch_dicts, run_named
from tasks.write_by_hand import refused_brief

__all__ = ["PAGE_SIZE", "VIEWS", "Desk", "Narrowing", "View"]

View = Literal["waiting", "audits", "quarantined", "decided"]
VIEWS: tuple[View, ...] = get_args(View)
PAGE_SIZE = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which texts of a view are listed: with these ``words``, of a scenario, of a plugin; empty does not narrow."""

    words: str = ""
    scenario: str = ""
    plugin: str = ""
    page: int = 1

    def query(self, *, page: int | None = None) -> str:
        """As the query of an address, with its question mark; empty when nothing is narrowed."""
        pairs = {"q": self.words, "scenario": self.scenario, "plugin": self.plugin}
        chosen = self.page if page is None else page
        kept = {k: v for k, v in pairs.items() if v} | ({"page": str(chosen)} if chosen > 1 else {})
        return f"?{urlencode(kept)}" if kept else ""


class Desk:
    """Reads by a read-only warehouse and decides by a writing one, one at a time and never for long.

    DuckDB refuses two ways of opening one file within a process, so a lock keeps them apart; between two requests the
    file is closed, and runs and other readers get at it.
    """

    def __init__(self, reader: Warehouse, writer: Warehouse) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for a few statements."""
        with self._lock, self._reader.open() as con:
            yield con

    def decide(self, decision: Callable[[Warehouse], T]) -> T:
        """Call ``decision`` with the warehouse that takes writes."""
        with self._lock:
            return decision(self._writer)

    def queue(self, con: Connection, view: View, narrowing: Narrowing) -> dict[str, Any]:
        """A page of a view: ``items``, ``count_all`` that fit, ``count_pages``, and ``counts`` of every view."""
        parameters = {
            "view": view,
            "words": narrowing.words or None,
            "scenario": narrowing.scenario or None,
            "plugin": narrowing.plugin or None,
            "count_rows": PAGE_SIZE,
            "count_skipped": (narrowing.page - 1) * PAGE_SIZE,
        }
        items = fetch_dicts(run_named(con, "approval/queue", parameters))
        choices = fetch_dicts(run_named(con, "approval/choices"))
        count_all = items[0]["count_all"] if items else 0
        return {
            "items": items,
            "count_all": count_all,
            "count_pages": max(1, -(-count_all // PAGE_SIZE)),
            "counts": fetch_dicts(run_named(con, "approval/counts"))[0],
            "scenarios": sorted({row["scenario"] for row in choices}),
            "plugins": sorted({row["plugin"] for row in choices}),
        }

    def item(self, con: Connection, view: View, item_id: str) -> dict[str, Any]:
        """One text with its facts, claims, drafts, verdicts and history; ShelftalkError when there is none."""
        if view == "quarantined":
            return _refused_item(con, item_id)
        row = one_approval(con, item_id)
        claims = _in_order(row["body"], row["claims"])
        numbers = _numbers(claims)
        drafts = _drafts(con, row["run_id"], row["brief_id"])
        return {
            **row,
            "item_id": row["approval_id"],
            "title": _title(row),
            "pieces": _pieces(row["body"], claims, numbers),
            "originals": [row["original_body"]]
            if row["original_body"] not in ("", row["body"])
            else [],
            "facts": _facts(row["facts"], numbers),
            "claims": _claims(claims, numbers),
            "own_draft": next((d for d in drafts if d["is_chosen"]), None),
            "drafts": [d for d in drafts if not d["is_chosen"]],
            "reasons": [],
            "history": fetch_dicts(
                run_named(con, "approval/history", {"approval_id": row["approval_id"]})
            ),
        }


def neighbours(items: Sequence[Mapping[str, Any]], item_id: str) -> str | None:
    """The item to turn to when ``item_id`` leaves the list: the one after it, else the one before."""
    ids = [str(item["item_id"]) for item in items]
    if item_id not in ids:
        return ids[0] if ids else None
    place = ids.index(item_id)
    rest = [*ids[place + 1 :], *reversed(ids[:place])]
    return rest[0] if rest else None


def _refused_item(con: Connection, item_id: str) -> dict[str, Any]:
    run_id, _, brief_id = item_id.partition("~")
    row = refused_brief(con, run_id, brief_id)
    why = fetch_dicts(
        run_named(
            con,
            "approval/quarantine_reasons",
            {"brief_id": brief_id, "brief_hash": row["brief_hash"]},
        )
    )
    reasons = [_reason(reason) for reason in json.loads(why[0]["reasons"])] if why else []
    return {
        **row,
        "item_id": item_id,
        "title": _title(row),
        "pieces": [],
        "originals": [],
        "body": "",
        "facts": _facts(row["facts"], {}),
        "claims": [],
        "own_draft": None,
        "drafts": _drafts(con, why[0]["run_id"] if why else run_id, brief_id),
        "reasons": reasons,
        "step": why[0]["step"] if why else "",
        "history": [],
        "tier": "none",
        "written_by": None,
        "edited_by": None,
    }


def _reason(reason: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "check_name": reason.get("check"),
        "rule": reason.get("rule"),
        "claim": reason.get("claim"),
        "reason": reason.get("reason"),
    }


def _title(row: Mapping[str, Any]) -> str:
    names = [fact["value"] for fact in row["facts"] if fact["name"] == "name"]
    return names[0] if names else str(row["subject_id"])


def _cell(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["source_table"], row["source_column"], row["source_key"]


def _numbers(claims: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str], int]:
    """A number for each source cell, in the order in which the text leans on them."""
    numbers: dict[tuple[str, str, str], int] = {}
    for claim in claims:
        numbers.setdefault(_cell(claim), len(numbers) + 1)
    return numbers


def _pieces(
    body: str,
    claims: Sequence[Mapping[str, Any]],
    numbers: Mapping[tuple[str, str, str], int],
) -> list[dict[str, Any]]:
    """The body cut into words with the numbers of the cells that support them."""
    return [
        {
            "words": words,
            "numbers": sorted({numbers[_cell(claims[i])] for i in indices}),
            "cells": [_source(claims[i]) for i in indices],
        }
        for words, indices in _spans(body, claims)
    ]


def _by_sentence(body: str) -> list[str]:
    """The body cut before each sentence but the first; joined, the pieces are the body."""
    starts, end = [], 0
    for sentence in split_sentences(body):
        found = body.find(sentence, end)
        if found < 0:
            return [body]
        starts.append(found)
        end = found + len(sentence)
    cuts = [0, *starts[1:], len(body)]
    return [body[a:b] for a, b in pairwise(cuts)]


def _spans(body: str, claims: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[int]]]:
    """Pieces of the body with the claims that each states: a claim is looked for in its own sentence."""
    sentences = _by_sentence(visible(body))
    last = len(sentences) - 1
    pieces: list[tuple[str, list[int]]] = []
    for number, sentence in enumerate(sentences):
        own = [i for i, c in enumerate(claims) if min(c["sentence_index"], last) == number]
        found = find_spans(sentence, [claims[i] for i in own])
        pieces += [(words, [own[i] for i in indices]) for words, indices in found]
    return pieces


def _in_order(body: str, claims: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Claims as a reader meets them; those whose words are not found come last."""
    met = [i for _, indices in _spans(body, claims) for i in indices]
    return [claims[i] for i in met] + [c for i, c in enumerate(claims) if i not in met]


def _source(row: Mapping[str, Any]) -> str:
    return f"{row['source_table']}.{row['source_column']}[{row['source_key']}]"


def _facts(
    facts: Sequence[Mapping[str, Any]], numbers: Mapping[tuple[str, str, str], int]
) -> list[dict[str, Any]]:
    return [
        {
            "name": fact["name"],
            "value": fact["value"],
            "cell": _source(fact),
            "number": numbers.get(_cell(fact)),
        }
        for fact in facts
    ]


def _claims(
    claims: Sequence[Mapping[str, Any]], numbers: Mapping[tuple[str, str, str], int]
) -> list[dict[str, Any]]:
    return [{**claim, "cell": _source(claim), "number": numbers[_cell(claim)]} for claim in claims]


def _drafts(con: Connection, run_id: str, brief_id: str) -> list[dict[str, Any]]:
    """The run's drafts of a brief, each with its ``verdicts``, failed ones first, and ``passed`` check names."""
    where = {"run_id": run_id, "brief_id": brief_id}
    drafts = fetch_dicts(run_named(con, "approval/drafts", where))
    verdicts = fetch_dicts(run_named(con, "approval/draft_verdicts", where))
    for draft in drafts:
        own = [v for v in verdicts if v["draft_id"] == draft["draft_id"]]
        draft["failed"] = [v for v in own if not v["is_passed"]]
        failed_checks = {v["check_name"] for v in draft["failed"]}
        draft["passed"] = sorted({v["check_name"] for v in own} - failed_checks)
    return drafts
