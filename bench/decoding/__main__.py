"""Tokens a second of the decoder beside the seed's loop, batched ``generate``, CTranslate2, vLLM, and a roofline.

    python -m bench.decoding                         # all, about ten minutes on two quiet cores
    python -m bench.decoding --engines               # without CTranslate2 and vLLM

A GPT-2 of 124M parameters with random weights, 64-token prompts, 40 new tokens, top-k 50. Every way gets the
same prompts, and each repetition runs all ways in turn, so that a noisy machine is noisy to all; the table shows
medians and the ratio to the decoder. The roofline is the matrix products of decoding alone. ``generate`` and
CTranslate2 are first tried at each batch size (and data type), and run at their best. Tokens a second of
processor time, of all threads, stand beside: other processes disturb those less. Two loads: one text a
prompt, and three candidates a brief, as a run asks for.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Before torch is imported: threads that wait give their core away.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from bench.decoding.model import SLOTS, make_model, make_prompts
from bench.decoding.others import Engine, EngineError, make_environment
from bench.decoding.ways import Load, Written, by_decoder, by_generate, plain_model, products_alone
from bench.machine import print_table, write_json
from tasks.copywriter.decoding import Copywriter

Way = Callable[[Load], Written]
_TARGETS = {
    "seed": ("generate, one prompt, float32", 25.0),
    "generate": ("generate, batched", 4.0),
    "ctranslate2": ("CTranslate2", 2.5),
    "vllm": ("vLLM", 2.0),
}


def main() -> None:
    """Prints the tables and writes the JSON."""
    arguments = _arguments()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    home = Path(arguments.home).resolve()
    folder = home / "gpt2-124m-random"
    make_model(folder)
    figures: dict[str, Any] = {}
    engines = _open_engines(arguments, home, folder)
    try:
        copywriters = {
            rows: Copywriter(folder, count_rows=rows, precision=arguments.precision)
            for rows in arguments.rows
        }
        for candidates in arguments.candidates:
            title = f"{candidates} candidate{'s' if candidates > 1 else ''} a prompt"
            load = _load(copywriters[arguments.rows[0]], arguments, candidates)
            figures[title] = _measure(arguments, load, folder, copywriters, engines)
            print_table(figures[title]["table"], f"Tokens a second, {title}")
            print(
                f"  slots cost {figures[title]['slots_cost']:.1%} of the decoder's processor time"
            )
    finally:
        for engine in engines.values():
            engine.close()
    write_json(Path(arguments.json), "decoding", figures)
    print(f"\n{arguments.json}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", default=".bench/engines")
    parser.add_argument("--json", default=".bench/decoding.json")
    parser.add_argument("--texts", type=int, default=256, help="texts in one repetition")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rows", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 64, 128])
    parser.add_argument("--candidates", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--engines", nargs="*", default=["ctranslate2", "vllm"])
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--prompt-tokens", type=int, default=64)
    parser.add_argument("--new-tokens", type=int, default=40)
    return parser.parse_args()


def _open_engines(arguments: argparse.Namespace, home: Path, folder: Path) -> dict[str, Engine]:
    opened: dict[str, Engine] = {}
    for name in arguments.engines:
        extra = [str(max(arguments.batches))] if name == "vllm" else []
        try:
            python = make_environment(name, home)
            opened[name] = Engine(name, python, [str(folder), *extra], home / f"{name}.log")
        except EngineError as error:
            print(f"left out: {error}")
    return opened


def _load(copywriter: Copywriter, arguments: argparse.Namespace, candidates: int) -> Load:
    prompts = make_prompts(arguments.texts // candidates, arguments.prompt_tokens)
    ids = [copywriter.tokenizer(prompt)["input_ids"] for prompt in prompts]
    assert {len(i) for i in ids} == {arguments.prompt_tokens}
    return Load(prompts, ids, candidates, arguments.new_tokens, 50, 0.9)


def _measure(
    arguments: argparse.Namespace,
    load: Load,
    folder: Path,
    copywriters: dict[int, Copywriter],
    engines: dict[str, Engine],
) -> dict[str, Any]:
    """Chooses each way's best settings, then repeats all of them in turn."""
    tried: dict[str, float] = {}

    def best(name: str, ways: dict[Any, Way], count: int) -> Any:
        rates = {}
        for key, way in ways.items():
            tokens, seconds, _ = way(load.part(max(1, count // load.candidates)))
            rates[key] = tried[f"{name} {key}"] = round(tokens / seconds, 1)
        return max(rates, key=lambda key: rates[key])

    dtypes = [torch.float32] + ([torch.bfloat16] if arguments.precision != "float32" else [])
    plain = {dtype: plain_model(folder, dtype) for dtype in dtypes}
    most = max(arguments.batches)
    options: dict[Any, Way] = {
        (batch, dtype): (lambda own, b=batch, d=dtype: by_generate(plain[d], own, b))  # type: ignore[misc]
        for batch in arguments.batches
        for dtype in dtypes
    }
    batch, dtype = best("generate", options, most)
    rows = best(
        "decoder",
        {r: (lambda own, c=c: by_decoder(c, own, ())) for r, c in copywriters.items()},  # type: ignore[misc]
        2 * max(copywriters),
    )
    copywriter = copywriters[rows]
    label = str(copywriter.model.dtype).removeprefix("torch.")
    ways: dict[str, tuple[str, Way, int]] = {
        "decoder": (f"this decoder, {rows} rows, {label}", lambda o: by_decoder(copywriter, o, ()), 0),
        "slots": ("this decoder, slots constrained", lambda o: by_decoder(copywriter, o, SLOTS), 0),
        "seed": ("generate, one prompt, float32", lambda o: by_generate(plain[torch.float32], o, 1), 2),
        "generate": (
            f"generate, batch {batch}, {str(dtype).removeprefix('torch.')}",
            lambda o: by_generate(plain[dtype], o, batch),
            most,
        ),
        "products": ("its matrix products alone", lambda o: products_alone(copywriter, rows, 20), 0),
    }  # fmt: skip
    for name, engine in engines.items():
        size = max(arguments.batches)
        if name == "ctranslate2":
            asked = {
                b: (lambda o, e=engine, b=b: e.written(o.order(b)))  # type: ignore[misc]
                for b in arguments.batches
            }
            size = best(name, asked, most)
        ways[name] = (
            f"{engine.label}, batch {size}",
            lambda o, e=engine, b=size: e.written(o.order(b)),  # type: ignore[misc]
            most if name == "ctranslate2" else 0,
        )
    rates: dict[str, list[float]] = {name: [] for name in ways}
    by_cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.repeat):
        for name, (_, way, count) in ways.items():
            own = load.part(max(1, count // load.candidates)) if count else load
            tokens, seconds, cpu = way(own)
            rates[name].append(tokens / seconds)
            by_cpu[name].append(tokens / cpu)
    cpu_medians = {name: statistics.median(found) for name, found in by_cpu.items()}
    medians = {name: statistics.median(found) for name, found in rates.items()}
    table = [
        {
            "way": ways[name][0],
            "tokens a second": round(rate, 1),
            "least": round(min(rates[name]), 1),
            "most": round(max(rates[name]), 1),
            "decoder is": f"{medians['decoder'] / rate:.2f} times",
            "a processor second": round(cpu_medians[name], 1),
            "decoder then is": f"{cpu_medians['decoder'] / cpu_medians[name]:.2f} times",
            "target": f"≥ {_TARGETS[name][1]:g}" if name in _TARGETS else "≥ 0.35" if name == "products" else "",
        }
        for name, rate in medians.items()
    ]  # fmt: skip
    return {
        "table": table,
        "tried": tried,
        "rates": rates,
        "rates_a_processor_second": by_cpu,
        "slots_cost": cpu_medians["decoder"] / cpu_medians["slots"] - 1,
        "kernels": _found_out(copywriter),
    }


def _found_out(copywriter: Copywriter) -> dict[str, Any]:
    """What the decoder found out about this machine."""
    kernels = copywriter._loop.kernels
    return {
        "is_row_free": kernels.is_row_free,
        "is_width_free": kernels.is_width_free,
        "is_packed": copywriter.is_packed,
        "dtype": str(copywriter.model.dtype),
    }


if __name__ == "__main__":
    main()
