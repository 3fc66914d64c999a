"""The flow train-copywriter: preprocess, train, evaluate, apply. Wiring only; the steps are tasks/train_copywriter."""

from __future__ import annotations

from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.notices import Notices
from flows.open_shop import discover, warehouse_of
from flows.quoting import whole
from flows.server_gone import unless_gone
from flows.settings import Settings, load_settings
from plugins.contract import Plugin
from tasks.copywriter.pairs import Corpus
from tasks.run_lock import run_lock
from tasks.train_copywriter import (
    TrainedModel,
    apply_model,
    fit_model,
    measure_model,
    preprocess,
)


@task(name="preprocess", cache_policy=NO_CACHE)
def preprocess_task(settings: Settings, plugins: tuple[Plugin, ...]) -> Corpus:
    """Clean the archive and put slots where facts stand."""
    return preprocess(warehouse_of(settings), plugins)


@task(name="train", cache_policy=NO_CACHE)
def train_task(
    settings: Settings,
    corpus: Corpus,
    base: str | None,
    steps: int | None,
    seed: int,
    lora_rank: int,
) -> Any:
    """Train on the corpus; a training that was killed goes on from its last checkpoint."""
    return fit_model(corpus, settings.home, base=base, steps=steps, seed=seed, lora_rank=lora_rank)


@task(name="evaluate", cache_policy=NO_CACHE)
def evaluate_task(
    settings: Settings, corpus: Corpus, trained: Any, plugins: tuple[Plugin, ...]
) -> dict[str, Any]:
    """Perplexity and approval on held-out products, beside those of the copywriter in use."""
    return measure_model(warehouse_of(settings), corpus, trained, plugins)


@task(name="apply", cache_policy=NO_CACHE)
def apply_task(
    settings: Settings, corpus: Corpus, trained: Any, figures: dict[str, Any]
) -> TrainedModel:
    """Register the model; put it in use where it is better."""
    return apply_model(warehouse_of(settings), settings.home, corpus, trained, figures)


@flow(name="train-copywriter", validate_parameters=True)
def train_copywriter(
    base: str | None = None,
    steps: int | None = None,
    seed: int | None = None,
    lora_rank: int | None = None,
) -> dict[str, Any]:
    """Train a copywriter on the shop's own approved copy, and use it where it is better.

    Args:
        base: A model to fine-tune: hub id, local folder or GGUF file. None trains a small GPT-2 from scratch.
        steps: Training steps. None takes the default, about 100 seconds on two cores.
        seed: Seed of weights and batches. None takes the shop's setting.
        lora_rank: Above 0 a base learns by LoRA adapters of this rank. None takes the shop's setting.

    Returns:
        The model's hash, folder, state, verdict and figures.
    """
    return unless_gone(lambda: _train(load_settings(), base, steps, seed, lora_rank))


def _train(
    settings: Settings,
    base: str | None,
    steps: int | None,
    seed: int | None,
    lora_rank: int | None,
) -> dict[str, Any]:
    """The four steps, and what they gave in the UI."""
    logger = get_run_logger()
    warehouse = warehouse_of(settings)
    warehouse.require()
    with run_lock(
        settings.home,
        "train-copywriter",
        wait_seconds=settings.run_wait_seconds,
        say=logger.warning,
    ):
        warehouse.create()
        found = discover(settings)
        for problem in found.problems:
            logger.warning("skipped: %s", problem.reason)
        corpus = preprocess_task(settings, whole(found.plugins))
        trained = train_task(
            settings,
            whole(corpus),
            base or settings.base,
            steps or settings.train_steps,
            settings.seed if seed is None else seed,
            settings.lora_rank if lora_rank is None else lora_rank,
        )
        figures = evaluate_task(settings, whole(corpus), whole(trained), whole(found.plugins))
        model = apply_task(settings, whole(corpus), whole(trained), whole(figures))
    notices = Notices()
    notices.table(
        "training-curve",
        [point for point in figures["curve"] if point["perplexity"] is not None],
        "Loss, and perplexity on held-out products, by step",
    )
    notices.markdown("training", _summary(model), "What the training gave")
    logger.info("copywriter %s: %s", model.model_hash[:12], model.verdict)
    if model.state == "in_use":
        notices.promoted(model.model_hash, figures)
    return {
        "model_hash": model.model_hash,
        "folder": str(model.folder),
        "state": model.state,
        "verdict": model.verdict,
        "figures": model.figures,
    }


def _summary(model: TrainedModel) -> str:
    """The figures as a small Markdown table."""
    figures = model.figures
    return "\n".join(
        [
            f"Copywriter `{model.model_hash[:12]}` is **{model.state}**: {model.verdict}.",
            "",
            "| figure | value |",
            "|---|---|",
            f"| perplexity a token | {figures['perplexity']:.3f} |",
            f"| perplexity a character | {figures['perplexity_a_character']:.4f} |",
            f"| texts learnt from, held out | {figures['count_training_texts']:,}, "
            f"{figures['count_held_out_texts']:,} |",
            f"| seconds | {figures['seconds']:.0f} |",
        ]
    )
