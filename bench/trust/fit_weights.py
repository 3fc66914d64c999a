"""Fits what the second reader's score and the rules' objections weigh, and writes it into the reader's card.

    python -m bench.trust.fit_weights [--write]

A logistic model over three numbers, by Newton's method, on the pairs whose subjects neither the reader nor a rule was
made with. Good texts weigh as much as bad ones. The table says what the rules, the reader and both do, at other bounds
too.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from bench.trust.reader_data import is_held_out, pair_rows
from tasks.check_file import ANY_LENGTH, facts_of
from tasks.checks.context import CheckContext
from tasks.checks.judging import judge
from tasks.checks.second_opinion import Reading, Weights, is_evidence, log_odds
from tasks.reader.reading import FOLDER, load_reader
from tasks.records import Verdict

_RIDGE = 1.0
_NAMES = ("base", "score", "guessed")
Judged = tuple[bool, Reading, list[Verdict]]


def main() -> None:
    """Fit, print, and write if told so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into tasks/reader/weights/card.json")
    given = parser.parse_args()
    judged = judge_rows([row for row in pair_rows() if is_held_out(row["subject"])])
    weights = fit(judged)
    print({name: round(getattr(weights, name), 2) for name in _NAMES})
    table(judged, weights)
    if given.write:
        card = json.loads((FOLDER / "card.json").read_text("utf-8"))
        card["weights"] = {name: round(getattr(weights, name), 3) for name in _NAMES}
        (FOLDER / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def judge_rows(rows: list[dict[str, Any]]) -> list[Judged]:
    """Of each English row: whether it is bad, its reading, and what the rules object to."""
    context = CheckContext.empty()
    kept = [row for row in rows if row["locale"].startswith("en")]
    facts = [tuple(facts_of(row["facts"], row["id"])) for row in kept]
    readings = load_reader().read([(f, row["text"]) for f, row in zip(facts, kept, strict=True)])
    return [
        (
            row["label"] == "bad",
            reading,
            [
                verdict
                for verdict in judge(
                    row["text"], own, context=context, limits=ANY_LENGTH, locale=row["locale"]
                ).verdicts
                if not verdict.is_passed and verdict.rule not in ("length", "sentences")
            ],
        )
        for row, own, reading in zip(kept, facts, readings, strict=True)
    ]


def fit(judged: list[Judged]) -> Weights:
    """The weights under which the judged texts are likeliest; those that only evidence speaks against or for."""
    weighed = [(bad, r, v) for bad, r, v in judged if all(is_evidence(one) for one in v)]
    units = [
        Weights(*(float(n == place) for n in range(len(_NAMES)))) for place in range(len(_NAMES))
    ]
    seen = np.array([[log_odds(unit, r, v) for unit in units] for _, r, v in weighed])
    is_bad = np.array([float(bad) for bad, _, _ in weighed])
    share = np.where(is_bad > 0, 0.5 / is_bad.mean(), 0.5 / (1 - is_bad.mean()))
    found = np.zeros(len(_NAMES))
    penalty = np.diag([0.0, *[_RIDGE] * (len(_NAMES) - 1)])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-seen @ found))
        slope = seen.T @ (share * (likely - is_bad)) + penalty @ found
        curve = (seen * (share * likely * (1 - likely))[:, None]).T @ seen + penalty
        found -= np.linalg.solve(curve + 1e-6 * np.eye(len(_NAMES)), slope)
    return Weights(*(float(value) for value in found))


def table(judged: list[Judged], weights: Weights) -> None:
    """Shares of bad and good texts refused: by rules, by the reader, by both at several bounds."""

    def told(name: str, refuses: list[bool]) -> None:
        bad = [r for r, (is_bad, _, _) in zip(refuses, judged, strict=True) if is_bad]
        good = [r for r, (is_bad, _, _) in zip(refuses, judged, strict=True) if not is_bad]
        print(f"{name:24} bad refused {np.mean(bad):6.1%}  good refused {np.mean(good):6.1%}")

    told("rules", [bool(v) for _, _, v in judged])
    told("reader", [log_odds(weights, r, []) > 0 for _, r, _ in judged])
    for low, high in ((-1.0, 0.0), (-0.5, 0.0), (-0.5, 0.75), (-0.5, 1.0), (0.0, 0.75)):
        told(
            f"both, {low:+.2f} and {high:+.2f}",
            [
                any(not is_evidence(one) for one in v)
                or log_odds(weights, r, v) > (low if v else high)
                for _, r, v in judged
            ],
        )


if __name__ == "__main__":
    main()
