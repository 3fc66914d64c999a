"""``python -m bench.replies``: how many questions are answered, rightly and wrongly, for each part of the labelled set.

A question is answered wrongly when a hand-over was due, or when other facts are stated than those that answer it, or
when a stated fact's value does not stand in the reply. ``--show dev`` lists the errors of the part that may be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.replies.strangers import STRANGERS, judge
from tasks.answering import answer_question
from tasks.answering.facts import read_facts

HERE = Path(__file__).parent
HELD_OUT_SHARE = 40


def is_held_out(key: str) -> bool:
    """True for the 40% of the ids that are judged by their totals only."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100 < HELD_OUT_SHARE


def outcome(row: dict[str, Any], shops: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """One of right, wrong, handed_over, missed (an answer was due) and what was replied."""
    product = shops["products"][row["product"]] if row["product"] else None
    facts = product["facts"] if product else None
    policies = shops["policies"][
        row.get("policies") or (product["policies"] if product else "none")
    ]
    answer = answer_question(row["question"], facts, policies)
    said = {
        "intent": answer.intent,
        "reply": answer.reply,
        "sources": answer.sources,
        "summary": answer.summary,
    }
    if answer.decision == "handover":
        return (
            "handed_over" if row["decision"] == "handover" or row.get("or_handover") else "missed"
        ), said
    expected = row.get("or_sources", []) if row["decision"] == "handover" else row["sources"]
    if not expected:
        return "wrong", said
    texts = {
        fact.name: fact for fact in read_facts(facts, "product") + read_facts(policies, "policy")
    }
    is_stated = all(
        texts[s].flag is not None or _states(answer.reply, texts[s]) for s in answer.sources
    )
    is_expected = any(sorted(answer.sources) == sorted(one) for one in expected)
    if not (is_stated and is_expected):
        return "wrong", said
    return ("right" if row["decision"] == "answer" else "answered_all_the_same"), said


def _states(reply: str, fact: Any) -> bool:
    return (
        fact.name == "currency"
        or fact.text in reply
        or fact.number is not None
        or any(s in reply for s in fact.sentences)
    )


def _print_strangers(path: Path, *, show: bool) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        answer = answer_question(row["question"], row["product"], row["policies"])
        result, why = judge(row, answer)
        counts[(row["label"], result)] += 1
        if show and result != "right":
            print(f"{result:11} {row['id']}: {row['question']}\n            {why} {answer.reply}")
    seconds = time.perf_counter() - began
    due = sum(row["label"] == "answer" for row in rows)
    wrong = counts[("answer", "wrong")] + counts[("handover", "wrong")]
    right = counts[("answer", "right")]
    print(
        f"\n{path.stem}: {len(rows)} questions, {due} with an answer among the facts; {len(rows) / seconds:.0f}/s"
    )
    print(
        f"  right {right} ({right / due:.1%} of those due); wrongly answered {wrong} ({wrong / len(rows):.1%})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--show",
        choices=[
            "dev",
            "fresh_1",
            "fresh_2",
            "fresh_3",
            "fresh_4",
            *(path.stem for path in STRANGERS),
        ],
        help="list the errors of this part",
    )
    chosen = parser.parse_args().show
    shops = json.loads((HERE / "shops.json").read_text(encoding="utf-8"))
    parts: dict[str, list[dict[str, Any]]] = {"dev": [], "held-out": []}
    for line in (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        parts["held-out" if is_held_out(row["id"]) else "dev"].append(row)
    for path in sorted(HERE.glob("fresh_*.jsonl")):
        parts[path.stem] = [
            json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()
        ]
    for part, rows in parts.items():
        began = time.perf_counter()
        counts: Counter[str] = Counter()
        intents: Counter[tuple[str, str]] = Counter()
        for row in rows:
            result, said = outcome(row, shops)
            counts[result] += 1
            intents[(row["intent"], said["intent"])] += 1
            if part == chosen and result in {"wrong", "missed"}:
                print(
                    f"{result:6} {row['product']}: {row['question']}\n       expected {row.get('sources', 'handover')}"
                )
                print(f"       got {said['sources']} {said['reply'] or said['summary'][:110]}")
        seconds = time.perf_counter() - began
        due = sum(row["decision"] == "answer" for row in rows)
        answered = counts["right"] + counts["wrong"] + counts["answered_all_the_same"]
        print(
            f"\n{part}: {len(rows)} questions, {due} with an answer among the facts; {len(rows) / seconds:.0f}/s"
        )
        share = counts["right"] / max(due, 1)
        print(
            f"  answered {answered} ({answered / len(rows):.1%}), right {counts['right']} ({share:.1%} of those due)"
        )
        wrong = counts["wrong"]
        print(f"  wrongly answered {wrong} ({wrong / len(rows):.1%}); missed {counts['missed']}")
        print(f"  handed over {len(rows) - answered}")
        off = {f"{a}->{b}": n for (a, b), n in sorted(intents.items()) if a != b}
        same = sum(n for (a, b), n in intents.items() if a == b)
        print(f"  intent right {same / len(rows):.1%}; confused: {off}")
    for path in STRANGERS:
        _print_strangers(path, show=chosen == path.stem)


if __name__ == "__main__":
    main()
