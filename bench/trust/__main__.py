"""How good the checks are: `python -m bench.trust` judges the labelled corpus and prints recall, precision, kinds.

As `shelftalk check` judges: by the rules and, where it is installed, the second reader (`--rules`: the rules alone). The
reader has learnt from every part but `pairs`, which is one subject of eight of the pairs (and, in the first turn of the
weights that are shipped, from `held_out` too); on the others only the rules' figures say anything. `--failures` also prints what was judged wrongly, except in those two.
"""

# ruff: noqa: E501 - example texts and messages stay whole
from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.trust.reader_data import is_held_out, pair_rows
from tasks.check_file import check_line
from tasks.checks.context import CheckContext
from tasks.reader.reading import is_installed, load_reader

HERE = Path(__file__).parent
PARTS = (
    *("open", "held_out", "fresh_1", "fresh_2", "fresh_3", "fresh_4", "fresh_5", "fresh_6"),
    *("examiner_1", "writer_a", "writer_b", "writer_c", "writer_d", "fresh_7", "pairs"),
)
KEPT_APART = ("held_out", "pairs")


def rows_of(part: str) -> list[dict[str, Any]]:
    """The labelled rows of a part."""
    if part == "pairs":
        return [row for row in pair_rows() if is_held_out(row["subject"])]
    lines = (HERE / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def judge_part(part: str, context: CheckContext, *, is_showing: bool) -> tuple[int, float]:
    """Judge one part, print its figures, and return (texts, seconds)."""
    rows = rows_of(part)
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    counts = {("good", "pass"): 0, ("good", "refuse"): 0, ("bad", "pass"): 0, ("bad", "refuse"): 0}
    begun = time.process_time()
    for number, row in enumerate(rows, 1):
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
        f"\n{part}: {bad} bad, {good} good, {len(rows) / seconds:,.0f} texts a second of one processor"
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
    return len(rows), seconds


def main() -> None:
    """Judge every part that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="this part only")
    parser.add_argument(
        "--failures", action="store_true", help="print the open part's wrong judgements"
    )
    parser.add_argument("--rules", action="store_true", help="without the second reader")
    given = parser.parse_args()
    context = CheckContext.empty()
    if not given.rules and is_installed():
        context = replace(context, reader=load_reader(), may_overrule=True)
    print("rules and second reader" if context.reader else "rules alone")
    for part in [given.part] if given.part else PARTS:
        judge_part(part, context, is_showing=given.failures and part not in KEPT_APART)


if __name__ == "__main__":
    main()
