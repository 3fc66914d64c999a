"""Runs in an environment of its own, which has vLLM's CPU build: answers lines of orders on stdin by lines on stdout.

    python vllm_worker.py FOLDER ROWS       # the model's folder; rows is the engine's max_num_seqs

Orders and answers as in ctranslate2_worker.py; the batch is the engine's own.
"""

import json
import os
import sys
import time


def main() -> None:
    """Opens the engine, then answers until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    # What the engine prints goes to stderr: stdout is for answers.
    os.dup2(2, 1)
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "2")
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", "nobind")
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    import vllm
    from vllm import LLM, SamplingParams

    llm = LLM(
        model=sys.argv[1],
        skip_tokenizer_init=True,
        dtype="bfloat16",
        max_num_seqs=int(sys.argv[2]),
        max_model_len=256,
        enforce_eager=os.environ.get("BENCH_VLLM_EAGER", "") == "1",
        disable_log_stats=True,
    )
    answers.write(json.dumps({"ready": f"vLLM {vllm.__version__} CPU bfloat16"}) + "\n")
    answers.flush()
    for line in sys.stdin:
        order = json.loads(line)
        sampling = SamplingParams(
            n=order["candidates"],
            max_tokens=order["new_tokens"],
            top_k=order["top_k"],
            temperature=order["temperature"],
            detokenize=False,
        )
        prompts = [{"prompt_token_ids": ids} for ids in order["prompts"]]
        began, cpu = time.perf_counter(), time.process_time()
        found = llm.generate(prompts, sampling, use_tqdm=False)
        count = sum(len(out.token_ids) for result in found for out in result.outputs)
        answers.write(
            json.dumps(
                {
                    "tokens": count,
                    "seconds": time.perf_counter() - began,
                    "cpu": time.process_time() - cpu,
                }
            )
            + "\n"
        )
        answers.flush()
        # Its cache of prompts would answer the next repetition.
        llm.reset_prefix_cache()


if __name__ == "__main__":
    main()
