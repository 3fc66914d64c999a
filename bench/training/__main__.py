"""Tokens a second of the training loop beside transformers' Trainer, in turns, in one run.

    python -m bench.training                    # a house model; needs accelerate, which .[dev] brings
    python -m bench.training --size gpt2        # 124M parameters, random weights

Both train the same architecture from the same start on the same pairs, batch size and number of examples; Trainer as
its documentation shows it: a dataset of ids and labels, dynamic padding, AdamW, bfloat16 where this processor
multiplies it in hardware and where that is the faster (``--trainer-dtype`` auto tries both). Tokens are those of the
pairs, padding not counted. The loop's optimiser is its own (Muon and AdamW), which does more a step and needs fewer.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Before torch is imported: threads that wait give their core away.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from bench.machine import print_table, write_json
from tasks.copywriter.checkpoints import Checkpoints
from tasks.copywriter.examples import Encoded, encode_pairs
from tasks.copywriter.fitting import Fit, TrainingSettings, is_mixed
from tasks.copywriter.pairs import TrainingPair
from tasks.copywriter.vocabulary import Vocabulary, read_vocabulary

NAMES = ("brand", "capacity", "category", "colour", "material", "name", "price")
OPENINGS = ("Meet the <name>.", "Slow mornings suit the <name> from <brand>.", "This is <name>.")
MIDDLES = (
    "It is made of <material>, and it shows in the hand.",
    "In <colour> it looks at home on any table.",
    "It holds <capacity>, which is what most of us drink before noon.",
    "A quiet thing that does one job well.",
)
CLOSINGS = ("It is yours for <price>.", "Have a look.", "Put the kettle on and see.")


def main() -> None:
    """Prints the table and writes the JSON."""
    arguments = _arguments()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    settings = TrainingSettings(steps=10_000, batch_size=arguments.batch, measurements=1)
    make, learnt, vocabulary = _model_and_data(settings, arguments.size)
    dtypes = ["float32"] + (["bfloat16"] if is_mixed() else [])
    if arguments.trainer_dtype != "auto":
        dtypes = [arguments.trainer_dtype]
    ways: dict[str, Callable[[], tuple[int, float, float]]] = {
        "this loop": lambda: _by_loop(make(), learnt, vocabulary, settings, arguments.steps)
    }
    for dtype in dtypes:
        ways[f"Trainer, {dtype}"] = lambda dtype=dtype: _by_trainer(  # type: ignore[misc]
            make(), learnt, vocabulary, arguments, dtype == "bfloat16"
        )
    rates: dict[str, list[float]] = {name: [] for name in ways}
    by_cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.repeat):
        for name, way in ways.items():
            tokens, seconds, cpu = way()
            rates[name].append(tokens / seconds)
            by_cpu[name].append(tokens / cpu)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    cpu_medians = {name: statistics.median(found) for name, found in by_cpu.items()}
    table = [
        {
            "way": name,
            "tokens a second": round(rate, 1),
            "loop is": f"{medians['this loop'] / rate:.2f} times",
            "a processor second": round(cpu_medians[name], 1),
            "loop then is": f"{cpu_medians['this loop'] / cpu_medians[name]:.2f} times",
            "target": "" if name == "this loop" else "≥ 1.5",
        }
        for name, rate in medians.items()
    ]
    parameters = make().num_parameters()
    print_table(
        table, f"Training, {parameters / 1e6:.1f}M parameters, batches of {arguments.batch}"
    )
    figures = {"table": table, "rates": rates, "parameters": parameters, "is_bfloat16": is_mixed()}
    write_json(Path(arguments.json), "training", figures)
    print(f"\n{arguments.json}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", default=".bench/training.json")
    parser.add_argument("--size", choices=["house", "gpt2"], default="house")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--trainer-dtype", choices=["auto", "float32", "bfloat16"], default="auto")
    return parser.parse_args()


def _model_and_data(
    settings: TrainingSettings, size: str
) -> tuple[Callable[[], Any], list[Encoded], Vocabulary]:
    """A maker of equal models, the pairs as ids, and the vocabulary."""
    from transformers import GPT2Config, GPT2LMHeadModel

    from tasks.copywriter.tokenizer import build_tokenizer

    draw = random.Random(1)
    pairs = []
    for number in range(2000):
        copy = " ".join(
            [
                draw.choice(OPENINGS),
                *draw.sample(MIDDLES, draw.randint(1, 4)),
                draw.choice(CLOSINGS),
            ]
        )
        listed = " ".join(f"<{name}>" for name in NAMES)
        prompt = f"descriptions | goal inform | tone {draw.choice(('plain', 'warm'))} | {listed}"
        pairs.append(TrainingPair(prompt, copy, "descriptions", f"p{number}", False))
    texts = [text for pair in pairs for text in (pair.prompt, pair.copy)]
    tokenizer = build_tokenizer(
        texts, NAMES, vocabulary_size=settings.vocabulary_size, context=settings.context
    )
    is_house = size == "house"
    config = GPT2Config(
        vocab_size=settings.vocabulary_size if is_house else 50_257,
        n_positions=settings.context if is_house else 1024,
        n_embd=settings.width if is_house else 768,
        n_layer=settings.layers if is_house else 12,
        n_head=settings.heads if is_house else 12,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )

    def make() -> Any:
        torch.manual_seed(0)
        return GPT2LMHeadModel(config)

    vocabulary = read_vocabulary(tokenizer, config.vocab_size)
    return make, encode_pairs(pairs, tokenizer, vocabulary, settings.context), vocabulary


def _by_loop(
    model: Any,
    learnt: list[Encoded],
    vocabulary: Vocabulary,
    settings: TrainingSettings,
    steps: int,
) -> tuple[int, float, float]:
    """Tokens, seconds and processor seconds of the project's own loop."""
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Checkpoints(Path(folder), "bench")
        fit = Fit(model, learnt, [], vocabulary, settings, settings.learning_rate, checkpoints)
        model.train()
        fit.step = 1
        fit._learn()
        fit.count_filled = 0
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            fit.step += 1
            fit._learn()
        return fit.count_filled, time.perf_counter() - began, time.process_time() - cpu


def _by_trainer(
    model: Any,
    learnt: list[Encoded],
    vocabulary: Vocabulary,
    arguments: argparse.Namespace,
    is_bfloat16: bool,
) -> tuple[int, float, float]:
    """Tokens, seconds and processor seconds of transformers' Trainer, after its first step."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    began = cpu = 0.0
    count, counted = 0, 0

    def collate(batch: list[Encoded]) -> dict[str, torch.Tensor]:
        nonlocal count
        length = max(len(example.ids) for example in batch)
        ids = torch.full((len(batch), length), vocabulary.end)
        labels = torch.full((len(batch), length), -100)
        mask = torch.zeros((len(batch), length), dtype=torch.long)
        for row, example in enumerate(batch):
            ids[row, : len(example.ids)] = torch.tensor(example.ids)
            labels[row, example.start : len(example.ids)] = torch.tensor(
                example.ids[example.start :]
            )
            mask[row, : len(example.ids)] = 1
        count += int(mask.sum())
        return {"input_ids": ids, "attention_mask": mask, "labels": labels}

    class Clock(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            nonlocal began, cpu, counted
            if state.global_step == 1:
                began, cpu, counted = time.perf_counter(), time.process_time(), count

    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder,
                per_device_train_batch_size=arguments.batch,
                max_steps=arguments.steps + 1,
                learning_rate=2e-3,
                bf16=is_bfloat16,
                use_cpu=True,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
                logging_strategy="no",
                remove_unused_columns=False,
            ),
            train_dataset=learnt,
            data_collator=collate,
            callbacks=[Clock()],
        )
        trainer.train()
        return count - counted, time.perf_counter() - began, time.process_time() - cpu


if __name__ == "__main__":
    main()
