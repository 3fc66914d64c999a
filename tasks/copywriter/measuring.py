"""Perplexity of a model that stands in a folder, on pairs that it may never have seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tasks.copywriter.decoding import load_copywriter
from tasks.copywriter.examples import encode_pairs
from tasks.copywriter.fitting import TextNats, nats_of_texts
from tasks.copywriter.folders import require_model
from tasks.copywriter.pairs import TrainingPair
from tasks.errors import NotAModel

__all__ = ["measure_texts"]


def measure_texts(folder: Path, pairs: Sequence[TrainingPair]) -> list[TextNats]:
    """What each pair's copy costs that fits into the model's context; NotAModel where the folder is gone or broken."""
    if not folder.exists():
        raise NotAModel(f"the model folder {folder} is gone.")
    copywriter = load_copywriter(require_model(folder), precision="float32")
    examples = encode_pairs(pairs, copywriter.tokenizer, copywriter.vocabulary, copywriter.context)
    if not examples:
        raise NotAModel(f"none of the held-out texts fits into the context of {folder}.")
    return nats_of_texts(copywriter.model, examples, copywriter.vocabulary)
