"""The quality table of any list of copywriters on one shop: perplexity, approval, variety, memory, speed.

    python -m bench.quality --home .shelftalk                        # every copywriter of the registry
    python -m bench.quality --home .shelftalk 3f2a… path/to/model    # these; folders and hub ids too
    python -m bench.quality --home .shelftalk --train scratch --train path/to/base.gguf --lora 8 --steps 60

All are tried on the same held-out products through the same checks, without what is live. ``--train`` trains anew, with
planted sentences, into a folder of its own; the shop's registry is only read. With ``--keep DIR`` a table that was
interrupted goes on: what is trained is taken as it is, and a training under way from its last checkpoint.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plugins.discovery import discover_plugins
from tasks.build_corpus import build_corpus, plant_canaries
from tasks.copywriter.decoding import forget_copywriters
from tasks.copywriter.folders import find_folder
from tasks.copywriter.pairs import Corpus
from tasks.copywriter.training import Trained
from tasks.copywriter_registry import find_model, list_models, require_unchanged
from tasks.errors import InputError, ShelftalkError
from tasks.evaluate_copywriter import compare, evaluate_folder
from tasks.train_copywriter import check_contexts, fit_model
from tasks.warehouse import Warehouse

MEASURES = (
    "perplexity", "perplexity_a_character", "approval_rate", "fact_coverage", "distinct_2", "self_bleu",
    "learnt_by_heart", "longest_run_median", "canaries_back", "privacy_refusals", "written_tokens_a_second",
    "count_parameters", "count_learning_parameters", "steps", "seconds",
)  # fmt: skip


def folder_of(warehouse: Warehouse, source: str) -> Path:
    """The folder of a registered copywriter's hash, a path or a hub id."""
    if Path(source).exists():
        return find_folder(source)[0]
    try:
        model = find_model(warehouse, source)
    except InputError:
        return find_folder(source)[0]
    require_unchanged(model)
    return Path(model["folder"])


def trained(corpus: Corpus, base: str, given: argparse.Namespace, work: Path) -> Trained:
    """A copywriter trained for this table alone, or before with the same corpus, base and settings."""
    is_scratch = base == "scratch"
    steps = given.scratch_steps if is_scratch else given.steps
    what = [corpus.fingerprint, base, steps, given.lora, given.seed]
    home = work / hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]
    finished = home / "trained.json"
    if finished.is_file():
        known = json.loads(finished.read_text(encoding="utf-8"))
        return Trained(**known | {"folder": Path(known["folder"])})
    made = fit_model(
        corpus,
        home,
        base=None if is_scratch else base,
        steps=steps,
        seed=given.seed,
        lora_rank=0 if is_scratch else given.lora,
        progress=lambda step, steps, loss, _: (
            print(f"  {base}: step {step} of {steps}, loss {loss:.2f}", flush=True) if step % 20 == 0 else None
        ),
    )  # fmt: skip
    finished.write_text(json.dumps(asdict(made), default=str), encoding="utf-8")
    return made


def main() -> None:
    """Print the table and, with --out, keep it as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", help="hashes of the registry, folders or hub ids")
    parser.add_argument("--home", type=Path, default=Path(".shelftalk"))
    parser.add_argument("--train", action="append", default=[], help="'scratch', or a base to tune")
    parser.add_argument("--steps", type=int, help="of a base; default: the training's own")
    parser.add_argument("--scratch-steps", type=int, help="from scratch; they are far cheaper")
    parser.add_argument("--lora", type=int, default=8, help="rank for bases; 0 tunes all weights")
    parser.add_argument("--canaries", type=int, default=5)
    parser.add_argument("--briefs", type=int, default=60)
    parser.add_argument("--minimum", type=int, help="texts that the archive must have")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--keep", type=Path, help="folder of what is trained; default: a passing one"
    )
    given = parser.parse_args()
    try:
        rows = table(given)
    except ShelftalkError as error:
        raise SystemExit(str(error)) from error
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def table(given: argparse.Namespace) -> list[dict[str, Any]]:
    """One row a copywriter; each is compared with the first."""
    warehouse = Warehouse(given.home / "warehouse.duckdb", read_only=True)
    plugins = discover_plugins(()).plugins
    plain = build_corpus(warehouse, plugins, minimum=given.minimum)
    planted = plant_canaries(plain, given.canaries)
    contexts = check_contexts(warehouse, plain)
    asked = list(given.models)
    if not asked and not given.train:
        asked = [model["model_hash"] for model in list_models(warehouse) if model["figures"]]
    rows: list[dict[str, Any]] = []
    first = None
    passing: Any = tempfile.TemporaryDirectory(prefix="quality-")
    with nullcontext(given.keep) if given.keep else passing as work:
        jobs = [(name, None) for name in asked] + [(base, base) for base in given.train]
        for name, base in jobs:
            made = trained(planted, base, given, Path(work)) if base else None
            folder = made.folder if made else folder_of(warehouse, name)
            corpus = planted if made else plain
            found = evaluate_folder(
                folder, corpus, plugins, contexts, most_briefs=given.briefs, seed=given.seed
            )
            forget_copywriters()
            rows.append({"model": name, **(made.figures if made else {}), **found.figures()})
            rows[-1].pop("curve", None)
            if first is not None:
                rows[-1]["against_first"] = {
                    r["measure"]: r["interval"] for r in compare(first, found) if r["interval"]
                }
            first = first or found
            show(rows[-1])
    print()
    for measure in MEASURES:
        values = [row.get(measure) for row in rows]
        if any(value is not None for value in values):
            cells = "".join(f"{'–' if v is None else f'{v:,.5g}':>18}" for v in values)
            print(f"{measure:26}{cells}")
    print(f"{'':26}" + "".join(f"{row['model'][-16:]:>18}" for row in rows))
    return rows


def show(row: dict[str, Any]) -> None:
    """One line as soon as a copywriter is measured."""
    foreseen = f"perplexity a character {row['perplexity_a_character']:.4f}"
    print(f"{row['model']}: {row['approval_rate']:.1%} approved, {foreseen}", flush=True)


if __name__ == "__main__":
    main()
