"""The copywriter: a causal language model that answers requests for drafts. ``load_copywriter`` is the way in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tasks.copywriter.attention import ROW_ATTENTION
from tasks.copywriter.folders import find_folder, hash_folder, loading, quiet
from tasks.copywriter.kernels import measure_kernels
from tasks.copywriter.loop import Job, Loop
from tasks.copywriter.memory import cache_tokens
from tasks.copywriter.packing import pack_model
from tasks.copywriter.vocabulary import read_vocabulary, written
from tasks.errors import CopywriterError
from tasks.records import DraftRequest, RawDraft

__all__ = ["COUNT_ROWS", "Copywriter", "forget_copywriters", "load_copywriter"]

Precision = Literal["auto", "float32", "bfloat16"]
COUNT_ROWS = 64
"""Rows in one forward. Part of the settings that a text depends on, so it does not follow the load."""
_LONG_TEXT = 512
"""Tokens of prompt and copy that all rows may have at once; longer ones take the place of several."""
_SMALL = 30_000_000
"""Below this many parameters float32 is at least as fast on a CPU, and exact."""

_loaded: dict[tuple[str, str, int], Copywriter] = {}
_lock = threading.Lock()


class Copywriter:
    """A loaded model. ``write`` may be called from any thread; one call runs at a time."""

    def __init__(
        self, folder: Path, precision: Precision = "auto", count_rows: int = COUNT_ROWS
    ) -> None:
        self.folder, self.count_rows = folder, count_rows
        self.model_hash = hash_folder(folder)
        quiet()
        with loading(folder, "a causal language model"):
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
            self.model: Any = _load_model(folder)
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = self.model.to(device, self._dtype(precision, device)).eval()
        config = self.model.config.get_text_config()
        self.context = _context(config)
        head = self.model.get_output_embeddings()
        size = head.weight.shape[0] if head is not None else config.vocab_size
        self.vocabulary = read_vocabulary(self.tokenizer, size)
        self.is_packed = pack_model(self.model)
        budget = cache_tokens(self.model, count_rows * min(self.context, _LONG_TEXT))
        kernels = measure_kernels(self.model, min(count_rows, budget))
        if not kernels.is_row_free:
            # All rows are in every forward, then, at the widest that a request may be.
            count_rows = min(count_rows, max(8, budget // self.context))
        self._loop = Loop(self.model, self.vocabulary, count_rows, kernels, budget)
        self._busy = threading.Lock()

    def write(self, requests: Sequence[DraftRequest]) -> list[list[RawDraft]]:
        """Each request's candidates, in the order of the requests. CopywriterError names a request
        that cannot be met.
        """
        answers: list[list[RawDraft]] = [[] for _ in requests]
        for index, outcome in self.stream(requests):
            if isinstance(outcome, Exception):
                raise outcome
            answers[index] = outcome
        return answers

    __call__ = write

    def stream(
        self,
        requests: Sequence[DraftRequest],
        more: Callable[[], Sequence[DraftRequest]] = tuple,
    ) -> Iterator[tuple[int, list[RawDraft] | Exception]]:
        """(index, candidates) of each request as soon as it is finished, or the error that it alone raised.

        ``more`` is asked for further requests whenever a row is free; they are counted on from ``requests``.
        """
        known: list[DraftRequest] = []
        found: dict[int, list[RawDraft]] = {}
        settled: list[tuple[int, list[RawDraft] | Exception]] = []

        def jobs_of(asked: Sequence[DraftRequest]) -> list[Job]:
            jobs = []
            for request in asked:
                index = len(known)
                known.append(request)
                try:
                    job = self._job(index, request)
                except CopywriterError as error:
                    settled.append((index, error))
                    continue
                if request.candidates > 0:
                    found[index] = []
                    jobs.append(job)
                else:
                    settled.append((index, []))
            return jobs

        with self._busy:
            jobs = jobs_of(requests)
            yield from settled
            settled.clear()
            capacity = max((len(job.ids) + job.max_new_tokens for job in jobs), default=1)
            for out in self._loop.run(jobs, capacity, lambda: jobs_of(more())):
                drafts, request = found[out.index], known[out.index]
                drafts.append(
                    RawDraft(
                        candidate=out.candidate,
                        text=written(self.tokenizer, out.ids),
                        log_likelihood=out.mean_nats,
                        seed=request.seed,
                        count_tokens=len(out.nats),
                    )
                )
                if len(drafts) == request.candidates:
                    yield out.index, sorted(found.pop(out.index), key=lambda d: d.candidate)
        yield from settled

    @property
    def fill(self) -> float:
        """Share of the rows computed so far that wrote a token that was asked for; 1.0 before the first."""
        return self._loop.count_filled / max(1, self._loop.count_row_steps) or 1.0

    def _job(self, index: int, request: DraftRequest) -> Job:
        """A request as ids; a prompt that does not fit loses its beginning, the slots stand at its
        end.
        """
        if request.temperature <= 0 or request.top_k < 1 or request.max_new_tokens < 1:
            raise CopywriterError(
                f"a request asks for temperature {request.temperature}, top_k "
                f"{request.top_k}, max_new_tokens "
                f"{request.max_new_tokens}; all must be above 0."
            )
        ids = self.tokenizer(request.prompt, add_special_tokens=True)["input_ids"]
        if self.vocabulary.copy is not None:
            ids = [*ids, self.vocabulary.copy]
        new = min(request.max_new_tokens, self.context // 2)
        ids = ids[-(self.context - new) :]
        if not ids:
            ids = [self.vocabulary.end]
        return Job(index, request, ids, new)

    def _dtype(self, precision: Precision, device: torch.device) -> torch.dtype:
        if precision != "auto":
            return getattr(torch, precision)
        if self.model.num_parameters() < _SMALL:
            return torch.float32
        if device.type == "cuda":
            return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
        return torch.bfloat16 if has_fast_bfloat16() else torch.float32


def load_copywriter(
    source: str | Path, *, precision: Precision = "auto", count_rows: int = COUNT_ROWS
) -> Copywriter:
    """The copywriter of a folder or hub id (``name`` or ``name@revision``), loaded once a process.

    NotAModel or HubUnreachable say in one sentence what is wrong.
    """
    folder, _ = find_folder(source)
    # The hash is part of the key: a folder that was trained anew is loaded anew.
    key = (hash_folder(folder), precision, count_rows)
    with _lock:
        if key not in _loaded:
            _loaded[key] = Copywriter(folder, precision, count_rows)
        return _loaded[key]


def forget_copywriters() -> None:
    """Drops all loaded models, for a process that trains or compares several."""
    with _lock:
        _loaded.clear()


def has_fast_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware (AVX-512 BF16 or AMX)."""
    capability = torch.backends.cpu.get_cpu_capability()
    if not capability.startswith("AVX512"):
        return False
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name)()) for name in checks if hasattr(torch.cpu, name))


def _load_model(folder: Path) -> Any:
    """The model with our attention, or its own where the architecture takes no other."""
    settings = {"trust_remote_code": False, "use_safetensors": True, "dtype": torch.float32}
    try:
        return AutoModelForCausalLM.from_pretrained(
            folder, attn_implementation=ROW_ATTENTION, **settings
        )
    except ValueError as error:
        if "attn" not in str(error) and "attention" not in str(error):
            raise
        return AutoModelForCausalLM.from_pretrained(folder, **settings)


def _context(config: Any) -> int:
    """Positions that the model knows; a sliding window bounds them, since our masks are one for all layers."""
    known = (
        getattr(config, "max_position_embeddings", None)
        or getattr(config, "n_positions", None)
        or 1024
    )
    window = getattr(config, "sliding_window", None)
    return int(min(known, window)) if window else int(known)
