"""What people keep taking out of drafts is not learnt once more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plugins.discovery import discover_plugins
from tasks.build_corpus import build_corpus
from tasks.warehouse import Warehouse

PLUGINS = discover_plugins(entry_points=False).plugins
STRUCK = "The {name} is simply to die for."
GOOD = "The {name} is a fine piece of work."
REASON = "sentences left out: people took them out of drafts"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Sixty texts, each with a sentence that nobody has struck yet."""
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    words = "jug bowl cup plate pot tray vase lamp clock chair".split()
    with made.transaction() as con:
        for n in range(60):
            name = f"{'Amber Birch Cedar Dune Ember Fern'.split()[n // 10]} {words[n % 10].title()}"
            bodies = (GOOD, STRUCK) if n % 2 else (GOOD, f"Take this {words[n % 10]} along.")
            con.execute(
                "insert into shop.copy (copy_id, kind, body, facts) values ($id, 'descriptions', $body, $facts)",
                {
                    "id": f"c{n}",
                    "body": " ".join(bodies).format(name=name),
                    "facts": json.dumps({"name": name, "category": words[n % 10] + "s"}),
                },
            )
    return made


def strike(warehouse: Warehouse, subject: str, accepted: str | None, **changed: Any) -> None:
    """An edit (or, without ``accepted``, a rejection) of a text that has the sentence."""
    name = f"{subject.title()} Mug"
    row = {
        "approval_id": f"a-{subject}", "entry": 1, "plugin": "descriptions", "scenario": "s", "goal": "inform",
        "tone": "plain", "locale": "en", "subject_id": subject, "facts": json.dumps({"name": name}),
        "rejected_text": f"{GOOD} {STRUCK}".format(name=name),
        "accepted_text": accepted.format(name=name) if accepted else None,
        "created_at": "2026-01-01", "withdrawn_at": None, **changed,
    }  # fmt: skip
    names = ", ".join(row)
    with warehouse.transaction() as con:
        con.execute(
            f"insert into content.training_pairs ({names}) values ({', '.join(f'${n}' for n in row)})", row
        )  # fmt: skip


def left_out(warehouse: Warehouse) -> int:
    corpus = build_corpus(warehouse, PLUGINS, minimum=0)
    learnt = sum("to die for" in pair.copy for pair in corpus.pairs)
    assert all("fine piece" in p.copy for p in corpus.pairs if not p.subject_id.startswith("example "))  # fmt: skip
    count = corpus.counts.get(REASON, 0)
    assert learnt == (0 if count else 20), "one sentence pattern is learnt at most twenty times"
    return count


def test_what_two_edits_took_out_is_learnt_no_more(warehouse: Warehouse) -> None:
    strike(warehouse, "otter", GOOD)
    assert left_out(warehouse) == 0, "one edit may be about its product alone"
    strike(warehouse, "heron", GOOD)
    assert left_out(warehouse) == 30


def test_a_rejection_counts_half_and_keeps_what_was_also_refused_little(
    warehouse: Warehouse,
) -> None:
    strike(warehouse, "otter", GOOD)
    strike(warehouse, "heron", None)
    assert left_out(warehouse) == 0
    strike(warehouse, "finch", None)
    assert left_out(warehouse) == 30


def test_an_edit_that_was_undone_or_kept_the_sentence_counts_nothing(warehouse: Warehouse) -> None:
    strike(warehouse, "otter", GOOD, withdrawn_at="2026-01-02")
    strike(warehouse, "heron", f"{STRUCK} It is yours.")
    strike(warehouse, "finch", GOOD)
    assert left_out(warehouse) == 0
