"""Decides about every open question of the warehouse: an answer from facts, or a hand-over to a person.

The outcome stands in ``staging.question_replies``, from which the plugin auto_replies makes its briefs. It runs before
``plan_briefs`` and after ``scrub_texts``: a question that was not scrubbed is not read.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.warehouse import Connection, Warehouse, fetch_dicts, run_named

__all__ = ["QuestionReport", "answer_questions", "decide_questions"]


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What one pass decided; ``count_answered + count_handed_over == count_questions``."""

    count_questions: int
    count_answered: int
    count_handed_over: int
    by_intent: dict[str, int]
    seconds: float


def answer_questions(warehouse: Warehouse, *, locale: str = "en") -> QuestionReport:
    """Decide about all open questions and replace ``staging.question_replies`` in one transaction. Idempotent."""
    with warehouse.transaction() as con:
        return decide_questions(con, locale=locale)


def decide_questions(con: Connection, *, locale: str = "en") -> QuestionReport:
    """The same on ``con``, in the caller's transaction or in a plan's scratch database."""
    from tasks.answering import answer_question
    from tasks.answering.summaries import nearest

    began = time.monotonic()
    questions = fetch_dicts(run_named(con, "answering/open_questions"))
    facts = fetch_dicts(run_named(con, "answering/product_facts"))
    policies = {
        row["name"]: row["body"]
        for row in fetch_dicts(run_named(con, "answering/policies", {"locale": locale}))
    }
    earlier = fetch_dicts(run_named(con, "answering/earlier_answers"))
    products = _grouped(facts)
    rows: list[dict[str, Any]] = []
    for question in questions:
        answer = answer_question(question["body"], products.get(question["product_id"]), policies)
        decision, reply, sources, summary = (
            answer.decision,
            answer.reply,
            answer.sources,
            answer.summary,
        )
        if question["count_removed"] and decision == "answer":
            decision, reply, sources = "handover", "", []
            summary = f"The message held personal data. Question: {question['body'][:200]}"
        if decision == "handover":
            near = nearest(question["body"], [row["question"] for row in earlier], 1)
            summary += (
                f" An earlier answer to a similar question: {earlier[near[0]]['answer'][:160]}"
                if near
                else ""
            )
        rows.append(
            {
                "question_ids": question["question_id"],
                "product_ids": question["product_id"],
                "digests": question["question_hash"],
                "decisions": decision,
                "intents": answer.intent,
                "replies": reply,
                "fact_names": "\n".join(sources),
                "summaries": summary,
            }
        )
    _replace(con, rows)
    decided = Counter(row["decisions"] for row in rows)
    return QuestionReport(
        count_questions=len(rows),
        count_answered=decided["answer"],
        count_handed_over=decided["handover"],
        by_intent=dict(sorted(Counter(row["intents"] for row in rows).items())),
        seconds=time.monotonic() - began,
    )


def _grouped(facts: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """product_id -> name -> value; a name with two different values is unknown, so it answers nothing."""
    products: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in facts:
        known = products[row["product_id"]]
        known[row["name"]] = (
            row["value"] if known.get(row["name"], row["value"]) == row["value"] else None
        )
    return products


def _replace(con: Connection, rows: Sequence[dict[str, Any]]) -> None:
    names = (
        "question_ids",
        "product_ids",
        "digests",
        "decisions",
        "intents",
        "replies",
        "fact_names",
        "summaries",
    )
    run_named(con, "answering/forget_replies")
    if rows:
        run_named(
            con, "answering/add_replies", {name: [row[name] for row in rows] for name in names}
        )
