"""Runs in an environment of its own, which has CTranslate2: answers lines of orders on stdin by lines on stdout.

    python ctranslate2_worker.py FOLDER      # the model as transformers saved it; converted beside it once

An order: {"prompts": [[ids]], "candidates": n, "new_tokens": n, "top_k": n, "temperature": t, "batch": n}.
An answer: {"tokens": written, "seconds": s, "cpu": s of all threads}.
"""

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Converts the model to int8 where that was not done, then answers until stdin ends."""
    import ctranslate2

    folder = Path(sys.argv[1])
    converted = folder.with_name(folder.name + "-ct2-int8")
    if not (converted / "model.bin").exists():
        converter = ctranslate2.converters.TransformersConverter(str(folder))
        converter.convert(str(converted), quantization="int8", force=True)
    generator = ctranslate2.Generator(
        str(converted), device="cpu", compute_type="int8", intra_threads=os.cpu_count() or 1
    )
    names = {i: t for t, i in json.loads((folder / "ids.json").read_text()).items()}
    print(json.dumps({"ready": f"CTranslate2 {ctranslate2.__version__} int8"}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        prompts = [[names[i] for i in ids] for ids in order["prompts"]]
        began, cpu = time.perf_counter(), time.process_time()
        count = 0
        # The prompts of a brief's candidates stand side by side; this engine has no other way to share them.
        rows = [prompt for prompt in prompts for _ in range(order["candidates"])]
        found = generator.generate_batch(
            rows,
            max_batch_size=order["batch"],
            max_length=order["new_tokens"],
            sampling_topk=order["top_k"],
            sampling_temperature=order["temperature"],
            include_prompt_in_result=False,
        )
        count = sum(len(result.sequences_ids[0]) for result in found)
        print(
            json.dumps(
                {
                    "tokens": count,
                    "seconds": time.perf_counter() - began,
                    "cpu": time.process_time() - cpu,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
