"""Trains a copywriter: a small GPT-2 from scratch, or a base model further. The loss is on the copy alone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

from tasks.copywriter.decoding import has_fast_bfloat16
from tasks.copywriter.examples import Encoded, batches, collate, encode_pairs
from tasks.copywriter.folders import find_folder, hash_folder, quiet
from tasks.copywriter.pairs import Corpus
from tasks.copywriter.tokenizer import add_slots, build_tokenizer
from tasks.copywriter.vocabulary import Vocabulary, read_vocabulary
from tasks.errors import CopywriterError, NotAModel

__all__ = ["Progress", "Trained", "TrainingSettings", "evaluate", "train_model"]

Progress = Callable[[int, int, float, float | None], None]
"""Called with (step, steps, loss, perplexity on held-out products where it was just measured)."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a copywriter is trained. The size is that of a house model; a base brings its own."""

    steps: int = 800
    batch_size: int = 16
    learning_rate: float = 2e-3
    base_learning_rate: float = 2e-4
    warm_up: float = 0.06
    weight_decay: float = 0.05
    clip: float = 1.0
    dropout: float = 0.0
    has_muon: bool = True
    muon_steps: int = 5
    seed: int = 7
    layers: int = 4
    width: int = 256
    heads: int = 4
    vocabulary_size: int = 2048
    context: int = 256
    measurements: int = 8
    """Points of the curve at which held-out perplexity is measured, beside the end."""


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
    began, cpu_began = time.monotonic(), time.process_time()
    quiet()
    with _seeded(settings.seed):
        model, tokenizer, revision = (
            _house_model(corpus, settings) if base is None else _base_model(base, corpus)
        )
        context = (
            min(settings.context, _positions(model))
            if base is None
            else min(512, _positions(model))
        )
        vocabulary = read_vocabulary(tokenizer, model.get_output_embeddings().weight.shape[0])
        learnt = encode_pairs(corpus.learnt, tokenizer, vocabulary, context)
        held_out = encode_pairs(corpus.held_out, tokenizer, vocabulary, context)
        if not learnt:
            raise CopywriterError(
                f"none of the {len(corpus.learnt)} texts fits into the model's {context} tokens; "
                "take a base model with a longer context."
            )
        rate = settings.learning_rate if base is None else settings.base_learning_rate
        if base is not None:
            settings = replace(settings, has_muon=False)
        curve, count_tokens = _fit(model, learnt, held_out, vocabulary, settings, rate, progress)
        figures: dict[str, Any] = dict(evaluate(model, held_out or learnt[:64], vocabulary))
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    seconds = time.monotonic() - began
    figures |= {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(time.process_time() - cpu_began, 2),
        "steps": settings.steps,
        "count_parameters": model.num_parameters(),
        "count_training_texts": len(learnt),
        "count_held_out_texts": len(held_out),
        "tokens_a_second": round(count_tokens / max(seconds, 1e-9), 1),
        "curve": curve,
    }
    kept = asdict(settings) | {
        "learning_rate": rate,
        "context": context,
        "is_bfloat16": _is_mixed(),
    }
    return Trained(hash_folder(folder), folder, figures, kept, revision, base)


def evaluate(model: Any, examples: Sequence[Encoded], vocabulary: Vocabulary) -> dict[str, float]:
    """Perplexity of the copy a token and, so that tokenizers compare, a character; nats and counts
    beside.
    """
    was_training = model.training
    model.eval()
    nats, tokens = 0.0, 0
    with torch.inference_mode():
        ordered = sorted(examples, key=lambda e: len(e.ids))
        for start in range(0, len(ordered), 32):
            ids, follows, targets = collate(ordered[start : start + 32], vocabulary.end)
            logits = _copy_logits(model, ids, follows)
            nats += float(functional.cross_entropy(logits.float(), targets, reduction="sum"))
            tokens += len(targets)
    model.train(was_training)
    characters = sum(example.count_characters for example in examples)
    return {
        "perplexity": math.exp(min(50.0, nats / max(1, tokens))),
        "perplexity_a_character": math.exp(min(50.0, nats / max(1, characters))),
        "nats_a_token": nats / max(1, tokens),
        "count_held_out_tokens": tokens,
    }


def _fit(
    model: Any,
    learnt: Sequence[Encoded],
    held_out: Sequence[Encoded],
    vocabulary: Vocabulary,
    settings: TrainingSettings,
    rate: float,
    progress: Progress,
) -> tuple[list[dict[str, Any]], int]:
    """The training loop; the curve and the tokens seen."""
    model.train()
    optimisers = _optimisers(model, settings, rate)
    every = max(1, settings.steps // max(1, settings.measurements))
    sample = held_out[:: max(1, len(held_out) // 96)]
    curve: list[dict[str, Any]] = []
    smooth, count_tokens = 0.0, 0
    feed = batches(learnt, min(settings.batch_size, len(learnt)), settings.seed)
    for step in range(1, settings.steps + 1):
        for group in (g for optimiser in optimisers for g in optimiser.param_groups):
            group["lr"] = rate * _schedule(step, settings)
        ids, follows, targets = collate(next(feed), vocabulary.end)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_is_mixed()):
            logits = _copy_logits(model, ids, follows)
        loss = functional.cross_entropy(logits.float(), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        count_tokens += ids.numel()
        value = float(loss.detach())
        smooth = value if step == 1 else 0.95 * smooth + 0.05 * value
        measured = None
        if sample and (step % every == 0 or step == settings.steps):
            measured = evaluate(model, sample, vocabulary)["perplexity"]
        if measured is not None or step == 1 or step % 10 == 0:
            curve.append({"step": step, "loss": round(smooth, 4), "perplexity": measured})
        progress(step, settings.steps, smooth, measured)
    if not math.isfinite(smooth):
        raise CopywriterError(
            f"training diverged (the loss is {smooth}); take a lower learning rate than {rate}."
        )
    return curve, count_tokens


def _optimisers(model: Any, settings: TrainingSettings, rate: float) -> list[torch.optim.Optimizer]:
    """AdamW; from scratch, the matrices of the blocks go to Muon, which needs about half the steps."""
    matrices = (
        [p for p in model.transformer.h.parameters() if p.dim() == 2] if settings.has_muon else []
    )
    own = {id(p) for p in matrices}
    others = [p for p in model.parameters() if p.requires_grad and id(p) not in own]
    groups = [
        {"params": [p for p in others if p.dim() > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in others if p.dim() <= 1], "weight_decay": 0.0},
    ]
    made: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)
    ]
    if matrices:
        made.append(
            torch.optim.Muon(
                matrices,
                lr=rate,
                weight_decay=settings.weight_decay,
                adjust_lr_fn="match_rms_adamw",
                ns_steps=settings.muon_steps,
            )
        )
    return made


def _schedule(step: int, settings: TrainingSettings) -> float:
    """Linear warm-up, then a cosine down to a twentieth."""
    warm = max(1, round(settings.steps * settings.warm_up))
    if step <= warm:
        return step / warm
    done = (step - warm) / max(1, settings.steps - warm)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done))


def _copy_logits(model: Any, ids: torch.Tensor, follows: torch.Tensor) -> torch.Tensor:
    """Logits (count, vocabulary) where a copy token follows.

    The vocabulary's product is the dearest of a small model, so it is taken for those positions
    alone, unless the architecture does more to its logits than that product.
    """
    config = model.config.get_text_config()
    names = ("final_logit_softcapping", "logits_scaling", "logit_scale", "lm_head_multiplier")
    body = model.base_model
    if body is model or any(getattr(config, name, None) is not None for name in names):
        return model(input_ids=ids, use_cache=False).logits[follows]
    hidden = body(input_ids=ids, use_cache=False).last_hidden_state
    return model.get_output_embeddings()(hidden[follows])


def _house_model(corpus: Corpus, settings: TrainingSettings) -> tuple[Any, Any, None]:
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
    return GPT2LMHeadModel(config), tokenizer, None


def _base_model(base: str, corpus: Corpus) -> tuple[Any, Any, str | None]:
    """The base with the corpus' slots added; their embeddings start at the mean, tied weights stay
    tied.
    """
    folder, revision = find_folder(base)
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
        )
    except Exception as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise NotAModel(
            f"{folder} cannot be loaded as a causal language model: {reason}"
        ) from error
    probe = "A mug, £24.00: 350 ml of “café” – it’s yours."
    ids = tokenizer(probe, add_special_tokens=False)["input_ids"]
    if tokenizer.decode(ids, clean_up_tokenization_spaces=False).strip() != probe:
        raise NotAModel(
            f"the tokenizer of {base} does not give back the text that it is given ({probe!r}); "
            "take a base with a byte-level tokenizer, as GPT-2's."
        )
    add_slots(tokenizer, corpus.fact_names)
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
        with torch.no_grad():
            for layer in {
                id(e): e for e in (model.get_input_embeddings(), model.get_output_embeddings())
            }.values():
                layer.weight[rows:] = layer.weight[:rows].mean(dim=0, keepdim=True)
    model.config.eos_token_id = tokenizer.eos_token_id
    return model, tokenizer, revision


def _positions(model: Any) -> int:
    config = model.config.get_text_config()
    return int(getattr(config, "max_position_embeddings", None) or 1024)


def _is_mixed() -> bool:
    """Whether bfloat16 products are in hardware here; elsewhere they are slower than float32."""
    return has_fast_bfloat16()


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """torch's generator at ``seed`` within the block, as it was after."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
