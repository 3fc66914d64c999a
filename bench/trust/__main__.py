"""How good the checks are: `python -m bench.trust` judges the labelled corpus and prints recall, precision, kinds.

`--failures` also prints what was judged wrongly in the open part; the held-out part shows its totals alone.
"""

# ruff: noqa: E501 - example texts and messages stay whole
from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from tasks.check_file import check_line
from tasks.checks.context import CheckContext

HERE = Path(__file__).parent
PARTS = (
    *("open", "held_out", "fresh_1", "fresh_2", "fresh_3", "fresh_4", "fresh_5", "fresh_6"),
    *("examiner_1", "writer_a", "writer_b", "writer_c", "writer_d", "fresh_7"),
)


def judge_part(part: str, *, is_showing: bool) -> tuple[int, float]:
    """Judge one part, print its figures, and return (texts, seconds)."""
    context = CheckContext.empty()
    lines = (HERE / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    counts = {("good", "pass"): 0, ("good", "refuse"): 0, ("bad", "pass"): 0, ("bad", "refuse"): 0}
    begun = time.process_time()
    for number, line in enumerate(lines, 1):
        row = json.loads(line)
        asked = {key: row[key] for key in ("id", "plugin", "locale", "facts", "text")}
        answer = check_line(json.dumps(asked), number, context)
        counts[row["label"], answer["verdict"]] += 1
        kind = by_kind[row["kind"]]
        is_right = (answer["verdict"] == "refuse") == (row["label"] == "bad")
        kind[0 if is_right else 1] += 1
        if is_showing and not is_right:
            why = "; ".join(f"{r['check']}: {r['claim']}: {r['why']}" for r in answer["reasons"])
            print(f"  {row['label']:4} {row['kind']:14} {row['id']}: {row['text']}\n       {why}")
    seconds = time.process_time() - begun
    bad = counts["bad", "refuse"] + counts["bad", "pass"]
    good = counts["good", "refuse"] + counts["good", "pass"]
    refused = counts["bad", "refuse"] + counts["good", "refuse"]
    print(
        f"\n{part}: {bad} bad, {good} good, {len(lines) / seconds:,.0f} texts a second of one processor"
    )
    print(
        f"  bad refused   {counts['bad', 'refuse']:4} of {bad:4}  recall    {counts['bad', 'refuse'] / max(bad, 1):7.2%}"
    )
    print(
        f"  good refused  {counts['good', 'refuse']:4} of {good:4}  rate      {counts['good', 'refuse'] / max(good, 1):7.2%}"
    )
    print(f"  precision of a refusal {counts['bad', 'refuse'] / max(refused, 1):7.2%}")
    wrong = sorted((kind, right, missed) for kind, (right, missed) in by_kind.items() if missed)
    print(
        "  kinds judged wrongly: "
        + (", ".join(f"{k} {m} of {r + m}" for k, r, m in wrong) or "none")
    )
    return len(lines), seconds


def main() -> None:
    """Judge every part that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="this part only")
    parser.add_argument(
        "--failures", action="store_true", help="print the open part's wrong judgements"
    )
    given = parser.parse_args()
    for part in [given.part] if given.part else PARTS:
        if (HERE / f"{part}.jsonl").exists():
            judge_part(part, is_showing=given.failures and part != "held_out")


if __name__ == "__main__":
    main()
