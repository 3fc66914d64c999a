"""Tokens a second of the copywriter's loop beside ``generate``, one prompt and batched, in one run.

    python -m bench.decoding .shelftalk/models/3f2a… --briefs 60 --candidates 3

Medians of interleaved repetitions; the same model, prompts, top-k, temperature and data type. ``generate`` has no slot
constraint and no per-brief seeds; the loop has both. Written tokens alone are counted, not padding.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from tasks.copywriter.decoding import Copywriter, load_copywriter
from tasks.records import DraftRequest


def requests_for(
    copywriter: Copywriter, count: int, candidates: int, new_tokens: int
) -> list[DraftRequest]:
    """Prompts as the built-in plugins write them, with the model's own slots."""
    slots = tuple(sorted(copywriter.vocabulary.slots)) or ("name",)
    listed = " ".join(f"<{name}>" for name in slots)
    tones = ("plain", "warm", "lively", "refined")
    return [
        DraftRequest(
            f"descriptions | goal inform | tone {tones[n % 4]} | lighting | {listed}",
            slots,
            n,
            candidates,
            new_tokens,
            0.8,
            50,
        )
        for n in range(count)
    ]


def by_loop(copywriter: Copywriter, requests: list[DraftRequest]) -> int:
    """Written tokens of the copywriter's own loop."""
    return sum(draft.count_tokens for drafts in copywriter.write(requests) for draft in drafts)


def by_generate(copywriter: Copywriter, requests: list[DraftRequest], batch: int) -> int:
    """Written tokens of ``generate`` in batches of ``batch`` rows, left-padded."""
    import torch

    tokenizer, model = copywriter.tokenizer, copywriter.model
    tokenizer.padding_side = "left"
    separator = "" if copywriter.vocabulary.copy is None else "<|copy|>"
    prompts = [r.prompt + separator for r in requests for _ in range(r.candidates)]
    count = 0
    for start in range(0, len(prompts), batch):
        inputs = tokenizer(prompts[start : start + batch], return_tensors="pt", padding=True)
        with torch.inference_mode():
            out = model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                do_sample=True,
                top_k=requests[0].top_k,
                temperature=requests[0].temperature,
                max_new_tokens=requests[0].max_new_tokens,
                pad_token_id=copywriter.vocabulary.pad,
                eos_token_id=copywriter.vocabulary.end,
            )
        new = out[:, inputs["input_ids"].shape[1] :]
        count += int((new != copywriter.vocabulary.pad).sum())
    return count


def main() -> None:
    """Prints one line a way of decoding, and all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--briefs", type=int, default=60)
    parser.add_argument("--candidates", type=int, default=3)
    parser.add_argument("--new-tokens", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    copywriter = load_copywriter(args.model)
    requests = requests_for(copywriter, args.briefs, args.candidates, args.new_tokens)
    ways: dict[str, Callable[[], int]] = {
        "loop": lambda: by_loop(copywriter, requests),
        **{
            f"generate, batch {b}": (lambda b=b: by_generate(copywriter, requests, b))
            for b in (32, 64, 128)
        },  # type: ignore[misc]
        "generate, one prompt": lambda: by_generate(copywriter, requests[:2], 1),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    by_loop(copywriter, requests[:4])
    for _ in range(args.repeat):
        for name, way in ways.items():
            began = time.perf_counter()
            rates[name].append(way() / (time.perf_counter() - began))
    medians: dict[str, Any] = {
        name: round(statistics.median(found), 1) for name, found in rates.items()
    }
    for name, rate in medians.items():
        print(
            f"{name:24} {rate:9.1f} tokens a second   loop is {medians['loop'] / rate:5.1f} times"
        )
    print(
        json.dumps(
            {"model": args.model, "dtype": str(copywriter.model.dtype), "tokens_a_second": medians}
        )
    )


if __name__ == "__main__":
    main()
