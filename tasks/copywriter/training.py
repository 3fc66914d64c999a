"""Trains a copywriter: a small GPT-2 from scratch, or a base model further. The loss is on the copy alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from tasks.copywriter.bases import add_facts, base_hash, open_base, with_lora
from tasks.copywriter.checkpoints import Checkpoints, training_key
from tasks.copywriter.examples import encode_pairs
from tasks.copywriter.fitting import Fit, Progress, TrainingSettings, evaluate, is_mixed
from tasks.copywriter.folders import hash_folder, quiet
from tasks.copywriter.pairs import Corpus
from tasks.copywriter.tokenizer import build_tokenizer
from tasks.copywriter.vocabulary import read_vocabulary
from tasks.errors import CopywriterError

__all__ = ["Progress", "Trained", "TrainingSettings", "evaluate", "train_model"]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model's folder and figures (perplexity a token and a character, seconds, curve …)."""

    model_hash: str
    folder: Path
    figures: dict[str, Any]
    settings: dict[str, Any]
    revision: str | None = None
    base: str | None = field(default=None)


def train_model(
    corpus: Corpus,
    folder: Path,
    *,
    base: str | None = None,
    settings: TrainingSettings | None = None,
    progress: Progress = lambda *_: None,
) -> Trained:
    """Trains on the corpus and saves an ordinary transformers folder at ``folder``.

    ``base`` is a model folder or hub id to train further. CopywriterError where the corpus does
    not fit the model.
    """
    settings = settings or TrainingSettings()
    if base is None and settings.lora_rank:
        raise CopywriterError("LoRA tunes a base model; name one with --base.")
    began, cpu_began = time.monotonic(), time.process_time()
    quiet()
    with _seeded(settings.seed):
        model, tokenizer, revision, context, adapted = _open(corpus, base, settings)
        vocabulary = read_vocabulary(tokenizer, model.config.get_text_config().vocab_size)
        learnt = encode_pairs(corpus.learnt, tokenizer, vocabulary, context)
        held_out = encode_pairs(corpus.held_out, tokenizer, vocabulary, context)
        if not learnt:
            raise CopywriterError(
                f"none of the {len(corpus.learnt)} texts fits into the model's {context} tokens; "
                "take a base model with a longer context."
            )
        rate = settings.learning_rate
        if base is not None:
            rate = settings.lora_learning_rate if adapted else settings.base_learning_rate
            settings = replace(settings, has_muon=False)
        kept = asdict(settings) | {"learning_rate": rate, "context": context}
        key = training_key(
            corpus.fingerprint,
            json.dumps([corpus.fact_names, kept]),
            base_hash(base) if base else "",
        )
        checkpoints = Checkpoints(folder, key)
        fit = Fit(model, learnt, held_out, vocabulary, settings, rate, checkpoints)
        fit.run(progress)
        if adapted is not None:
            model = adapted.merge_and_unload()
        figures: dict[str, Any] = dict(evaluate(model, held_out or learnt[:64], vocabulary))
    _clear(folder)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    checkpoints.remove()
    seconds = time.monotonic() - began
    figures |= {
        "seconds": round(fit.seconds_before + seconds, 2),
        "cpu_seconds": round(time.process_time() - cpu_began, 2),
        "steps": settings.steps,
        "resumed_from": fit.resumed_from,
        "count_parameters": model.num_parameters(),
        "count_learning_parameters": fit.count_learning,
        "count_training_texts": len(learnt),
        "count_held_out_texts": len(held_out),
        "tokens_a_second": round(fit.tokens_here / max(seconds, 1e-9), 1),
        "padding_share": round(1 - fit.count_filled / max(1, fit.tokens_here), 4),
        "curve": fit.curve,
    }
    if checkpoints.problem:
        figures["problem"] = checkpoints.problem
    kept["is_bfloat16"] = is_mixed()
    return Trained(hash_folder(folder), folder, figures, kept, revision, base)


def _clear(folder: Path) -> None:
    """The folder without the files of a training that was killed while it saved; checkpoints stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith("checkpoint"):
            path.unlink()


def _open(
    corpus: Corpus, base: str | None, settings: TrainingSettings
) -> tuple[Any, Any, str | None, int, Any]:
    """Model, tokenizer, revision, context, and the wrapper with adapters (None without LoRA)."""
    if base is None:
        model, tokenizer = _house_model(corpus, settings)
        return model, tokenizer, None, min(settings.context, _positions(model)), None
    model, tokenizer, revision = open_base(base)
    new = add_facts(model, tokenizer, corpus.fact_names)
    adapted = with_lora(model, new, settings.lora_rank) if settings.lora_rank else None
    inner = model if adapted is None else adapted.get_base_model()
    return inner, tokenizer, revision, min(512, _positions(model)), adapted


def _house_model(corpus: Corpus, settings: TrainingSettings) -> tuple[Any, Any]:
    """An untrained GPT-2 of the settings' size with a tokenizer of the corpus."""
    texts = [text for pair in corpus.learnt for text in (pair.prompt, pair.copy)]
    tokenizer = build_tokenizer(
        texts,
        corpus.fact_names,
        vocabulary_size=settings.vocabulary_size,
        context=settings.context,
    )
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=settings.context,
        n_embd=settings.width,
        n_layer=settings.layers,
        n_head=settings.heads,
        # GPT-2's own activation, by the kernel that is one pass instead of six.
        activation_function="gelu_pytorch_tanh",
        resid_pdrop=settings.dropout,
        embd_pdrop=settings.dropout,
        attn_pdrop=settings.dropout,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return GPT2LMHeadModel(config), tokenizer


def _positions(model: Any) -> int:
    config = model.config.get_text_config()
    return int(getattr(config, "max_position_embeddings", None) or 1024)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """torch's generator at ``seed`` within the block, as it was after."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
