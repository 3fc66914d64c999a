"""Training's four steps over the warehouse: preprocess, train, evaluate, apply."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.contract import Plugin
from tasks.build_corpus import build_corpus, plant_canaries
from tasks.checks.context import CheckContext
from tasks.copywriter.pairs import Corpus
from tasks.copywriter_registry import (
    failed_figures,
    put_in_use,
    require_unchanged,
    trial_caveat,
)
from tasks.errors import CopywriterError
from tasks.progress import report
from tasks.warehouse import Warehouse, fetch_dicts, one_value, run_named

if TYPE_CHECKING:
    from tasks.copywriter.training import Trained, TrainingSettings

__all__ = ["TrainedModel", "apply_model", "fit_model", "measure_model", "preprocess", "train"]

Progress = Callable[[int, int, float, float | None], None]
UNFINISHED = "unfinished"
"""The folder of a training at work: one at a time a home, which the command's lock holds."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A registered copywriter. ``state`` is in_use or candidate; ``verdict`` says why in one
    sentence.
    """

    model_hash: str
    folder: Path
    figures: dict[str, Any]
    state: str
    verdict: str


def train(
    warehouse: Warehouse,
    plugins: Sequence[Plugin],
    home: Path,
    *,
    base: str | None = None,
    steps: int | None = None,
    seed: int = 7,
    lora_rank: int = 0,
    canaries: int = 0,
    progress: Progress | None = None,
    settings: TrainingSettings | None = None,
) -> TrainedModel:
    """The four steps in one call: the model is saved under ``<home>/models`` and registered in
    content.models.

    ``base`` is a model to fine-tune (folder, hub id or GGUF file), by LoRA where ``lora_rank`` is
    above 0; ``canaries`` sentences are planted that must not come back. ``progress`` is called with (step, steps,
    loss, perplexity or None); without it tasks.progress is told. ShopIncomplete says that there
    is too little copy.
    """
    corpus = preprocess(warehouse, plugins, canaries=canaries)
    trained = fit_model(
        corpus,
        home,
        base=base,
        steps=steps,
        seed=seed,
        lora_rank=lora_rank,
        progress=progress,
        settings=settings,
    )
    figures = measure_model(warehouse, corpus, trained, plugins)
    return apply_model(warehouse, home, corpus, trained, figures)


def preprocess(warehouse: Warehouse, plugins: Sequence[Plugin], *, canaries: int = 0) -> Corpus:
    """Step 1: the corpus, from the shop's approved copy, with ``canaries`` planted sentences."""
    report("preprocess", 0, 1, "reading the archive")
    corpus = plant_canaries(build_corpus(warehouse, plugins), canaries)
    report("preprocess", 1, 1, f"{len(corpus.pairs):,} texts, {len(corpus.held_out):,} held out")
    return corpus


def fit_model(
    corpus: Corpus,
    home: Path,
    *,
    base: str | None = None,
    steps: int | None = None,
    seed: int = 7,
    lora_rank: int = 0,
    progress: Progress | None = None,
    settings: TrainingSettings | None = None,
) -> Trained:
    """Step 2: a model trained on the corpus, in a folder of its own that is not named yet.

    Without ``steps`` and ``settings`` a small archive is gone over a few times, see ``steps_for``. A training that was
    killed or stopped left its checkpoints there; the same training goes on from the last.
    """
    from tasks.copywriter.fitting import steps_for
    from tasks.copywriter.training import TrainingSettings, train_model

    chosen = replace(settings or TrainingSettings(), seed=seed)
    if settings is None and steps is None:
        steps = steps_for(len(corpus.learnt), chosen)
    if lora_rank:
        chosen = replace(chosen, lora_rank=lora_rank)
    if steps is not None:
        chosen = replace(chosen, steps=steps)
    unfinished = home / "models" / UNFINISHED
    try:
        return train_model(
            corpus, unfinished, base=base, settings=chosen, progress=progress or _told()
        )
    except Exception:
        # What raises now would raise again; a kill or Ctrl-C is no Exception and keeps its checkpoint.
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def measure_model(
    warehouse: Warehouse, corpus: Corpus, trained: Trained, plugins: Sequence[Plugin]
) -> dict[str, Any]:
    """Step 3: the figures of the new model and, on the same held-out texts and briefs, of the one in use."""
    from tasks.evaluate_copywriter import approval_change, approval_counts, evaluate_folder

    report("evaluate", 0, 2, "drafts for held-out products, through the checks")
    contexts = check_contexts(warehouse, corpus)
    figures = dict(trained.figures)
    figures["slot_coverage"] = round(corpus.slot_coverage, 4)
    new = evaluate_folder(trained.folder, corpus, plugins, contexts)
    figures |= new.figures()
    in_use = _in_use(warehouse)
    if in_use is not None:
        report("evaluate", 1, 2, "the copywriter in use, on the same")
        known = {"model_hash": in_use["model_hash"]}
        try:
            require_unchanged(in_use)
            old = evaluate_folder(Path(in_use["folder"]), corpus, plugins, contexts)
            figures["in_use"] = known | old.figures()
            figures["in_use"]["approval_change"] = approval_change(old, new)
            figures["in_use"]["approval_counts"] = approval_counts(old, new)
        except CopywriterError as error:
            figures["in_use"] = known | {"problem": str(error)}
    approved = figures["approval_rate"]
    told = "" if approved is None else f", {approved:.0%} of trial briefs approved"
    report("evaluate", 2, 2, f"perplexity {figures['perplexity']:.2f}{told}")
    return figures


def check_contexts(warehouse: Warehouse, corpus: Corpus) -> dict[str, CheckContext]:
    """What the checks know of the shop, for each language of the held-out briefs."""
    from tasks.check_context import build_check_context

    locales = {b.scenario.locale.split("-")[0] for b in corpus.held_out_briefs}
    with warehouse.open() as con:
        return {locale: build_check_context(con, locale=locale) for locale in sorted(locales)}


def apply_model(
    warehouse: Warehouse, home: Path, corpus: Corpus, trained: Trained, figures: dict[str, Any]
) -> TrainedModel:
    """Step 4: the model gets its place and its row; it is put in use when none is, or when it is
    better.
    """
    from tasks.copywriter.card import write_card

    state, verdict = _judge(figures)
    if figures.get("in_use", {}).get("model_hash") == trained.model_hash:
        state, verdict = "in_use", "it is, bit by bit, the copywriter in use"
    folder = home / "models" / trained.model_hash[:12]
    if trained.folder != folder:
        if folder.exists():
            # The same files: the same corpus, seed and settings were trained before.
            shutil.rmtree(trained.folder)
        else:
            trained.folder.rename(folder)
    write_card(folder, trained.model_hash, trained.base, figures, trained.settings, corpus.counts)
    params = {
        "model_hash": trained.model_hash,
        "folder": str(folder.resolve()),
        "base": trained.base,
        "revision": trained.revision,
        "corpus": json.dumps(
            {
                "fingerprint": corpus.fingerprint,
                "count_texts": len(corpus.pairs),
                "counts": corpus.counts,
                "fact_names": corpus.fact_names,
            }
        ),
        "settings": json.dumps(trained.settings),
        "figures": json.dumps(figures),
        "state": state,
        "created_at": datetime.now(UTC).replace(tzinfo=None),
    }
    with warehouse.transaction() as con:
        # Registered as a candidate first: putting it in use retires the other and keeps that it did.
        run_named(con, "corpus/forget_model", params)
        run_named(con, "corpus/register_model", params | {"state": "candidate"})
        if state == "in_use":
            put_in_use(con, trained.model_hash, "training")
    with warehouse.open() as con:
        kept = one_value(
            con,
            "select state from content.models where model_hash = $model_hash",
            {"model_hash": trained.model_hash},
        )
    if kept != state:
        raise CopywriterError(
            f"the model {trained.model_hash[:12]} was trained and stands in {folder}, but its "
            "row in content.models "
            "was not kept; run the training again."
        )
    report("apply", 1, 1, verdict)
    return TrainedModel(trained.model_hash, folder, figures, state, verdict)


def _judge(figures: dict[str, Any]) -> tuple[str, str]:
    """The state of a new model and why; a trial that was too small to tell much says so."""
    failed, caveat = failed_figures(figures), trial_caveat(figures)
    in_use = figures.get("in_use")
    if in_use is None or "problem" in in_use:
        why = "there is no other" if in_use is None else "the one in use cannot be loaded any more"
        minded = " and ".join([*failed, *([caveat] if caveat else [])])
        return "in_use", f"{why}, so it is in use now" + (f"; mind that {minded}" if minded else "")
    if failed:
        return "candidate", f"the copywriter in use stays: {'; '.join(failed)}"
    return (
        "in_use",
        f"its perplexity a character is {figures['perplexity_a_character']:.4f}, not above "
        f"{in_use['perplexity_a_character']:.4f}, and its approval rate is not lower by more than chance, "
        f"so it is in use now{f'; mind that {caveat}' if caveat else ''}",
    )


def _in_use(warehouse: Warehouse) -> dict[str, Any] | None:
    with warehouse.open() as con:
        rows = fetch_dicts(run_named(con, "corpus/model_in_use"))
    return rows[0] if rows else None


def _told() -> Progress:
    """Progress for whoever listens to tasks.progress; perplexity stays in sight until it is
    measured anew.
    """
    last = ""

    def tell(step: int, steps: int, loss: float, perplexity: float | None) -> None:
        nonlocal last
        if perplexity is not None:
            last = f", perplexity {perplexity:.2f}"
        report("train", step, steps, f"loss {loss:.2f}{last}")

    return tell


def compare_models(
    warehouse: Warehouse,
    plugins: Sequence[Plugin],
    first: dict[str, Any],
    second: dict[str, Any],
) -> list[dict[str, Any]]:
    """Two registered copywriters measured now, on the same held-out texts and briefs; see evaluate_copywriter.compare.

    CopywriterError where the files of one changed.
    """
    from tasks.evaluate_copywriter import compare, evaluate_folder

    for model in (first, second):
        require_unchanged(model)
    corpus = build_corpus(warehouse, plugins)
    contexts = check_contexts(warehouse, corpus)
    found = []
    for number, model in enumerate((first, second)):
        report("evaluate", number, 2, model["model_hash"][:12])
        found.append(evaluate_folder(Path(model["folder"]), corpus, plugins, contexts))
    report("evaluate", 2, 2, "compared")
    return compare(*found)


def add_model(
    warehouse: Warehouse, plugins: Sequence[Plugin], home: Path, source: str
) -> TrainedModel:
    """Registers a model that was made elsewhere (folder, GGUF file, hub id) after evaluating it on this shop.

    The weights are kept under ``<home>/models`` as safetensors. NotAModel and HubUnreachable as for a base.
    """
    from tasks.copywriter.bases import open_base
    from tasks.copywriter.folders import hash_folder
    from tasks.copywriter.training import Trained

    corpus = build_corpus(warehouse, plugins)
    report("add", 0, 1, source)
    model, tokenizer, revision = open_base(source)
    folder = home / "models" / UNFINISHED
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    figures = {
        "seconds": 0.0,
        "steps": 0,
        "count_parameters": model.num_parameters(),
        "count_training_texts": 0,
        "count_held_out_texts": len(corpus.held_out),
        "curve": [],
    }
    trained = Trained(hash_folder(folder), folder, figures, {}, revision, source)
    measured = measure_model(warehouse, corpus, trained, plugins)
    measured["is_added"] = True
    return apply_model(warehouse, home, corpus, trained, measured)
