"""The decoding loop: every row at its own position, finished rows replaced from the queue, top-k
before softmax.

A row's text depends on its prompt, settings, seed and candidate number alone. For that every
forward has the same shape (a fixed number of rows; idle ones compute and are ignored), prompts
are prefilled in groups of fixed shape by their own length, and the draw is counter-based. Matrix
kernels then do the same sums for a row, whoever its neighbours are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from transformers.cache_utils import DynamicCache

from tasks.copywriter.rows import COLUMNS, RowCache
from tasks.copywriter.sampling import draw, uniforms
from tasks.copywriter.vocabulary import Vocabulary
from tasks.records import DraftRequest

__all__ = ["PREFILL_ROWS", "Job", "Loop", "Written"]

PREFILL_ROWS = 16
"""Prompts in one prefill; fewer are filled up, so that the shape stays."""
_MIN_NEW_TOKENS = 6
_NGRAM = 4
_OFTEN = frozenset({"name", "companion_name"})
_MOST_OF_A_SLOT = 2
"""A name may come twice, any other fact once: said again it reads like a stutter."""
_LEAST_ALLOWED = 0.5
_ROLLBACKS = 4
"""Where most of the model's probability is on what the brief cannot state, the sentence went
wrong earlier: it is taken back to its start, so often a text."""
_LEAST_SHARE = 0.06
"""Tokens with less than this share of the best one's probability are not drawn: a small model's tail is noise."""
_OPENING_TOKENS, _OPENING_HEAT, _LEAST_SHARE_OPENING = 5, 1.7, 0.02
"""The first tokens are drawn hotter: many openings are right, and a catalogue that opens alike reads like a form."""
_KEPT = 128
"""Candidates taken from the logits before softmax; requests with a larger top_k get as many as they ask for."""
_NEVER = float("-inf")


@dataclass(slots=True)
class Job:
    """A request with its prompt's ids (all but the last are prefilled; the last is each candidate's first input)."""

    index: int
    request: DraftRequest
    ids: list[int]
    max_new_tokens: int
    next_candidate: int = 0
    prefilled: DynamicCache | None = None
    place: int = 0


@dataclass(slots=True)
class Written:
    """One candidate as ids, without the end token; ``nats`` of each, and of the end where it was
    drawn.
    """

    index: int
    candidate: int
    ids: list[int] = field(default_factory=list)
    nats: list[float] = field(default_factory=list)

    @property
    def mean_nats(self) -> float:
        """Mean log-likelihood a token after the opening; of the opening too where there is nothing else.

        Ranking by it must not prefer the commonest opening, or all texts of a shop begin alike.
        """
        counted = self.nats[_OPENING_TOKENS:] or self.nats
        return sum(counted) / max(1, len(counted))


@dataclass(slots=True)
class _Row:
    job: Job
    out: Written
    followers: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    slot_counts: dict[int, int] = field(default_factory=dict)
    count_rollbacks: int = 0


class Loop:
    """One pass over a queue of jobs with a model that stays loaded. Not thread-safe: one at a time."""

    def __init__(
        self, model: Any, vocabulary: Vocabulary, count_rows: int, is_width_free: bool
    ) -> None:
        self.model, self.vocabulary, self.count_rows = model, vocabulary, count_rows
        self.is_width_free = is_width_free
        self.device = model.device
        self.slot_ids = sorted(vocabulary.slots.values())
        self._slot_column = {token: column for column, token in enumerate(self.slot_ids)}
        self._often = {t for name, t in vocabulary.slots.items() if name in _OFTEN}
        self._slot_index = torch.tensor(self.slot_ids, dtype=torch.long, device=self.device)
        bias = np.where(vocabulary.is_forbidden, _NEVER, 0.0).astype(np.float32)
        self._bias = torch.from_numpy(bias).to(self.device)

    def run(self, jobs: Iterable[Job], capacity: int) -> Iterator[Written]:
        """Yields each candidate as it is finished, in no set order. ``capacity`` bounds prompt
        plus new tokens.
        """
        queue = deque(sorted(jobs, key=lambda job: (_bucket(len(job.ids)), job.index)))
        if not queue:
            return
        kept = max(job.request.top_k for job in queue)
        self._kept = min(self.vocabulary.size, _KEPT if kept <= _KEPT - 16 else kept + 64)
        self._begin(-(-capacity // COLUMNS) * COLUMNS)
        ready: deque[Job] = deque()
        with torch.inference_mode():
            while queue or ready or self._rows.count(None) < self.count_rows:
                self._admit(queue, ready)
                yield from self._step()

    def _begin(self, capacity: int) -> None:
        count, slots = self.count_rows, max(1, len(self.slot_ids))
        layers = self.model.config.get_text_config().num_hidden_layers
        self._cache = RowCache(layers, count, capacity, self.device)
        self._rows: list[_Row | None] = [None] * count
        self._tokens = np.full(count, self.vocabulary.end, dtype=np.int64)
        self._positions = np.zeros(count, dtype=np.int64)
        self._seeds = np.zeros(count, dtype=np.int64)
        self._candidates = np.zeros(count, dtype=np.int64)
        self._drawn = np.zeros(count, dtype=np.int64)
        self._temperatures = np.ones(count, dtype=np.float64)
        self._top_ks = np.ones(count, dtype=np.int64)
        self._slot_bias = np.full((count, slots), _NEVER, dtype=np.float32)
        self._columns = torch.arange(capacity, device=self.device)

    def _admit(self, queue: deque[Job], ready: deque[Job]) -> None:
        """Fills free rows with the next candidates, prefilling a group of prompts when none is
        ready.
        """
        free = [number for number, row in enumerate(self._rows) if row is None]
        while free and (queue or ready):
            if not ready:
                self._prefill(queue, ready)
            job = ready[0]
            rows = free[: job.request.candidates - job.next_candidate]
            free = free[len(rows) :]
            if job.prefilled is not None:
                self._cache.admit(rows, job.prefilled, job.place, len(job.ids) - 1)
            for number in rows:
                self._seat(number, job)
            if job.next_candidate >= job.request.candidates:
                ready.popleft()
                job.prefilled = None

    def _seat(self, number: int, job: Job) -> None:
        request = job.request
        self._rows[number] = _Row(job, Written(job.index, job.next_candidate))
        self._tokens[number] = job.ids[-1]
        self._positions[number] = len(job.ids) - 1
        self._seeds[number] = request.seed & 0x7FFFFFFFFFFFFFFF
        self._candidates[number] = job.next_candidate
        self._drawn[number] = 0
        self._temperatures[number] = request.temperature
        self._top_ks[number] = request.top_k
        self._allow_slots(number, job)
        job.next_candidate += 1

    def _allow_slots(self, number: int, job: Job) -> None:
        self._slot_bias[number] = _NEVER
        for name in job.request.slots:
            token = self.vocabulary.slots.get(name)
            if token is not None:
                self._slot_bias[number, self._slot_column[token]] = 0.0

    def _prefill(self, queue: deque[Job], ready: deque[Job]) -> None:
        """Runs the prompts of up to PREFILL_ROWS jobs of one length bucket; right padding is never
        looked at.
        """
        width = _bucket(len(queue[0].ids))
        group: list[Job] = []
        while queue and len(group) < PREFILL_ROWS and _bucket(len(queue[0].ids)) == width:
            group.append(queue.popleft())
        ids = np.full((PREFILL_ROWS, width), self.vocabulary.end, dtype=np.int64)
        for place, job in enumerate(group):
            ids[place, : len(job.ids) - 1] = job.ids[:-1]
        cache = DynamicCache()
        self.model(
            input_ids=torch.from_numpy(ids).to(self.device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        for place, job in enumerate(group):
            job.prefilled, job.place = cache, place
            ready.append(job)

    def _step(self) -> Iterator[Written]:
        """One token for every row; yields the rows that end with it."""
        logits = self._forward()
        values, ids, totals, allowed = self._best(logits)
        self._forbid_repeats(values, ids)
        randoms = uniforms(self._seeds, self._candidates, self._drawn)
        opening = self._lengths() < _OPENING_TOKENS
        chosen = draw(
            values,
            np.where(opening, _OPENING_HEAT, 1.0) * self._temperatures,
            self._top_ks,
            np.where(opening, _LEAST_SHARE_OPENING, _LEAST_SHARE),
            randoms,
        )
        numbers = np.arange(self.count_rows)
        tokens, nats = ids[numbers, chosen], values[numbers, chosen] - totals
        self._drawn += 1
        self._positions += 1
        self._tokens = tokens
        for number, row in enumerate(self._rows):
            if row is None:
                self._positions[number] = 0
                continue
            if allowed[number] < _LEAST_ALLOWED and row.count_rollbacks < _ROLLBACKS:
                self._roll_back(row, number)
            elif self._take(row, number, int(tokens[number]), float(nats[number])):
                self._rows[number] = None
                self._positions[number] = 0
                yield row.out

    def _forward(self) -> torch.Tensor:
        """Logits (rows, vocabulary) in float32 of the next token of each row."""
        needed = int(self._positions.max()) + 1
        capacity = self._cache.capacity
        width = min(capacity, _bucket(needed)) if self.is_width_free else capacity
        positions = torch.from_numpy(self._positions).to(self.device)
        self._cache.positions, self._cache.width = positions, width
        dtype = self.model.dtype
        seen = self._columns[:width] <= positions[:, None]
        mask = torch.zeros(seen.shape, dtype=dtype, device=self.device)
        mask.masked_fill_(~seen, torch.finfo(dtype).min)
        out = self.model(
            input_ids=torch.from_numpy(self._tokens).to(self.device)[:, None],
            position_ids=positions[:, None],
            attention_mask=mask[:, None, None, :],
            past_key_values=self._cache,
            use_cache=True,
        )
        return out.logits[:, -1].float()

    def _best(self, logits: torch.Tensor) -> tuple[Any, Any, Any, Any]:
        """The best allowed tokens: values and ids (rows, kept), sorted; each row's log of the sum
        over the whole vocabulary, and the share of probability that is allowed (rows,).
        """
        totals = torch.logsumexp(logits, dim=-1)
        if self.slot_ids:
            slots = logits[:, self._slot_index] + torch.from_numpy(self._slot_bias).to(self.device)
            logits = logits + self._bias
            logits[:, self._slot_index] = slots
        else:
            logits = logits + self._bias
        allowed = torch.exp(torch.logsumexp(logits, dim=-1) - totals)
        early = torch.from_numpy(self._lengths() < _MIN_NEW_TOKENS).to(self.device)
        logits[:, self.vocabulary.end].masked_fill_(early, _NEVER)
        values, ids = torch.topk(logits, self._kept, dim=-1, sorted=False)
        v, i = values.double().cpu().numpy(), ids.cpu().numpy()
        # Ties (frequent in bfloat16) go to the smaller id, or the order would be the kernel's.
        order = np.lexsort((i, -v), axis=-1)
        return (
            np.take_along_axis(v, order, 1),
            np.take_along_axis(i, order, 1),
            totals.double().cpu().numpy(),
            allowed.cpu().numpy(),
        )

    def _lengths(self) -> Any:
        """Tokens that each row's text has so far (rows,)."""
        return np.array([len(row.out.ids) if row is not None else 0 for row in self._rows])

    def _forbid_repeats(self, values: Any, ids: Any) -> None:
        """Takes out tokens that would double the last one or repeat a run of four."""
        for number, row in enumerate(self._rows):
            if row is None or not row.out.ids:
                continue
            barred = [row.out.ids[-1], *row.followers.get(tuple(row.out.ids[1 - _NGRAM :]), ())]
            for token in barred:
                values[number, ids[number] == token] = _NEVER

    def _take(self, row: _Row, number: int, token: int, nats: float) -> bool:
        """Records a drawn token; whether the row is finished."""
        row.out.nats.append(nats)
        if token == self.vocabulary.end:
            return True
        row.out.ids.append(token)
        self._remember(row, number)
        return len(row.out.ids) >= row.job.max_new_tokens

    def _remember(self, row: _Row, number: int) -> None:
        """Notes what the last token rules out from now on."""
        ids = row.out.ids
        if len(ids) >= _NGRAM:
            row.followers.setdefault(tuple(ids[-_NGRAM:-1]), []).append(ids[-1])
        column = self._slot_column.get(ids[-1])
        if column is not None:
            row.slot_counts[ids[-1]] = row.slot_counts.get(ids[-1], 0) + 1
            if row.slot_counts[ids[-1]] >= (_MOST_OF_A_SLOT if ids[-1] in self._often else 1):
                self._slot_bias[number, column] = _NEVER

    def _roll_back(self, row: _Row, number: int) -> None:
        """Takes the row back to the end of its last whole sentence; the draws go on from new
        random numbers.
        """
        row.count_rollbacks += 1
        ids, out = row.out.ids, row.out
        kept = len(ids)
        while kept and not self.vocabulary.is_sentence_end[ids[kept - 1]]:
            kept -= 1
        # Nothing was written since: then that sentence itself led astray.
        if kept == len(ids):
            kept -= 1
            while kept > 0 and not self.vocabulary.is_sentence_end[ids[kept - 1]]:
                kept -= 1
        kept = max(0, kept)
        out.ids, out.nats = [], out.nats[:kept]
        row.followers.clear()
        row.slot_counts.clear()
        self._allow_slots(number, row.job)
        for token in ids[:kept]:
            out.ids.append(token)
            self._remember(row, number)
        self._tokens[number] = out.ids[-1] if out.ids else row.job.ids[-1]
        self._positions[number] = len(row.job.ids) - 1 + kept


def _bucket(length: int) -> int:
    """``length`` rounded up to whole columns."""
    return max(COLUMNS, -(-length // COLUMNS) * COLUMNS)
