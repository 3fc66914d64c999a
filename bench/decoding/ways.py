"""Ways to write in this process: the seed's loop, ``generate`` in batches, the decoder; and the products alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from tasks.copywriter.decoding import Copywriter
from tasks.records import DraftRequest

__all__ = ["Load", "Written", "by_decoder", "by_generate", "plain_model", "products_alone"]


Written = tuple[int, float, float]
"""Tokens, seconds, and seconds of processor time of all threads."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be written: the same for every way."""

    prompts: list[str]
    ids: list[list[int]]
    candidates: int
    new_tokens: int
    top_k: int
    temperature: float

    def part(self, count: int) -> Load:
        """The first ``count`` prompts."""
        return Load(
            self.prompts[:count], self.ids[:count], self.candidates, self.new_tokens, self.top_k, self.temperature
        )  # fmt: skip

    def order(self, batch: int) -> dict[str, Any]:
        """As the engines' workers are asked."""
        return {
            "prompts": self.ids,
            "candidates": self.candidates,
            "new_tokens": self.new_tokens,
            "top_k": self.top_k,
            "temperature": self.temperature,
            "batch": batch,
        }


def by_decoder(copywriter: Copywriter, load: Load, slots: tuple[str, ...]) -> Written:
    """Tokens and time of the copywriter's decoder, prompts' tokenizing included."""
    requests = [
        DraftRequest(prompt, slots, number, load.candidates, load.new_tokens, load.temperature, load.top_k)
        for number, prompt in enumerate(load.prompts)
    ]  # fmt: skip
    # What the decoder keeps of earlier prompts would answer the next repetition.
    copywriter._loop._prompts._kept.clear()
    began, cpu = time.perf_counter(), time.process_time()
    found = copywriter.write(requests)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return sum(draft.count_tokens for drafts in found for draft in drafts), seconds, cpu


def by_generate(model: Any, load: Load, batch: int) -> Written:
    """Tokens and time of ``generate`` in batches of ``batch`` rows."""
    rows = [ids for ids in load.ids for _ in range(load.candidates)]
    count, began, cpu = 0, time.perf_counter(), time.process_time()
    for start in range(0, len(rows), batch):
        ids = torch.tensor(rows[start : start + batch])
        with torch.inference_mode():
            out = model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                do_sample=True,
                top_k=load.top_k,
                temperature=load.temperature,
                max_new_tokens=load.new_tokens,
            )
        count += out[:, ids.shape[1] :].numel()
    return count, time.perf_counter() - began, time.process_time() - cpu


def plain_model(folder: Path, dtype: torch.dtype) -> Any:
    """The model as transformers loads it."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()


def products_alone(copywriter: Copywriter, rows: int, steps: int) -> Written:
    """Tokens and time of the model's matrix products alone: every linear layer once a step, nothing between."""
    from tasks.copywriter.packing import linear_layers

    layers = linear_layers(copywriter.model)
    inputs = {
        size: torch.randn(rows, size).to(copywriter.model.dtype) for size in {n for n, _ in layers}
    }
    with torch.inference_mode():
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            for size, layer in layers:
                layer(inputs[size])
        return rows * steps, time.perf_counter() - began, time.process_time() - cpu
