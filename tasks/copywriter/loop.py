"""The decoding loop: every row at its own position, finished rows replaced from the queue, top-k
before softmax.

A row's text depends on its prompt, settings, seed and candidate number alone. The draw is counter-based, prompts are
computed in blocks of a fixed shape, and of the forward's shape only that changes which was measured to change no bit of
a row (``kernels``); the rest is filled up, and idle rows compute and are ignored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from tasks.copywriter.best import BestTokens
from tasks.copywriter.jobs import OPENING_TOKENS, Job, Row, Written
from tasks.copywriter.kernels import Kernels
from tasks.copywriter.prompts import PREFILL_ROWS, PromptBlocks
from tasks.copywriter.rows import RowCache, width_of
from tasks.copywriter.sampling import draw, uniforms
from tasks.copywriter.vocabulary import Vocabulary

__all__ = ["Job", "Loop", "Written"]

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
_OPENING_HEAT, _LEAST_SHARE_OPENING = 1.7, 0.02
"""The first tokens are drawn hotter: many openings are right, and a catalogue that opens alike reads like a form."""
_MOST_BARRED = 16
"""Tokens that a row's own text may rule out; so many are taken from the logits beyond top_k."""
_STEP_ROWS = 8
"""Rows come and go by so many: matrix kernels do other sums for single ones."""
_NEVER = float("-inf")


class Loop:
    """One pass over a queue of jobs with a model that stays loaded. Not thread-safe: one at a time.

    ``kernels`` says what may change from forward to forward without changing a bit of a row; ``budget_tokens`` bounds
    the tokens whose keys and values are held.
    """

    def __init__(
        self,
        model: Any,
        vocabulary: Vocabulary,
        count_rows: int,
        kernels: Kernels,
        budget_tokens: int,
    ) -> None:
        self.model, self.vocabulary = model, vocabulary
        self.kernels, self.budget_tokens = kernels, budget_tokens
        self.count_rows = max(_STEP_ROWS, count_rows // _STEP_ROWS * _STEP_ROWS)
        self.device = model.device
        self.count_steps, self.count_row_steps, self.count_filled = 0, 0, 0
        self._best = BestTokens(vocabulary, self.device)
        self._slot_column = {token: n for n, token in enumerate(self._best.slot_ids)}
        self._often = {t for name, t in vocabulary.slots.items() if name in _OFTEN}
        self._prompts = PromptBlocks(model, vocabulary.end, kernels.is_row_free)

    def run(
        self, jobs: Iterable[Job], capacity: int, more: Callable[[], Sequence[Job]] = tuple
    ) -> Iterator[Written]:
        """Yields each candidate as it is finished, in no set order. ``capacity`` bounds prompt
        plus new tokens. ``more`` is asked for further jobs whenever none waits for a row.
        """
        queue = deque(_sorted(jobs))
        if not queue:
            return
        self._kept = 0
        self._keep_for(queue)
        self._begin(queue, width_of(capacity))
        ready: deque[Job] = deque()
        with torch.inference_mode():
            while queue or ready or self._count_active():
                self._admit(queue, ready)
                if not (queue or ready):
                    if joined := self._joined(more):
                        self._grow(joined)
                        queue.extend(joined)
                        continue
                    self._shrink()
                yield from self._step()

    def _joined(self, more: Callable[[], Sequence[Job]]) -> list[Job]:
        """Jobs that came meanwhile; none where the first ones have set the shape of every forward."""
        if not (self.kernels.is_row_free and self.kernels.is_width_free):
            return []
        joined = _sorted(more())
        self._keep_for(joined)
        return joined

    def _keep_for(self, jobs: Iterable[Job]) -> None:
        """Takes as many tokens from the logits as the largest top_k needs."""
        wanted = max((job.request.top_k for job in jobs), default=0) + _MOST_BARRED
        self._kept = min(self.vocabulary.size, max(self._kept, wanted))

    def _grow(self, jobs: list[Job]) -> None:
        """Rows for ``jobs`` beside those that are busy."""
        wanted = self._count_active() + sum(job.request.candidates for job in jobs)
        count = min(self.count_rows, -(-wanted // _STEP_ROWS) * _STEP_ROWS)
        if count > len(self._rows):
            self._resize(list(range(len(self._rows))), count, self._cache.width)

    def _begin(self, queue: deque[Job], capacity: int) -> None:
        count, width = self.count_rows, capacity
        if self.kernels.is_row_free:
            wanted = sum(job.request.candidates for job in queue)
            count = min(count, -(-wanted // _STEP_ROWS) * _STEP_ROWS)
        if self.kernels.is_width_free:
            width = min(capacity, width_of(len(queue[0].ids)))
        layers = self.model.config.get_text_config().num_hidden_layers
        slots = max(1, len(self._slot_column))
        self._cache = RowCache(layers, count, width, self.device)
        self._rows: list[Row | None] = [None] * count
        self._state: dict[str, Any] = {
            "tokens": np.full(count, self.vocabulary.end, dtype=np.int64),
            "positions": np.zeros(count, dtype=np.int64),
            "seeds": np.zeros(count, dtype=np.int64),
            "candidates": np.zeros(count, dtype=np.int64),
            "drawn": np.zeros(count, dtype=np.int64),
            "lengths": np.zeros(count, dtype=np.int64),
            "temperatures": np.ones(count, dtype=np.float64),
            "top_ks": np.ones(count, dtype=np.int64),
            "slots": np.full((count, slots), _NEVER, dtype=np.float32),
        }

    def _count_active(self) -> int:
        return len(self._rows) - self._rows.count(None)

    def _resize(self, rows: list[int], count: int, width: int) -> None:
        """Goes on with ``rows`` alone, in ``count`` rows of ``width`` columns."""
        self._cache.resize(rows, count, width)
        spare = count - len(rows)
        # What idle rows hold does not matter: any row's state will do, at position 0.
        taken = [*rows, *[0] * spare]
        self._state = {name: values[taken].copy() for name, values in self._state.items()}
        self._state["positions"][len(rows) :] = 0
        self._rows = [self._rows[number] for number in rows] + [None] * spare

    def _shrink(self) -> None:
        """Nothing waits any more: once half of the rows are idle the others go on alone."""
        if not self.kernels.is_row_free:
            return
        active = [number for number, row in enumerate(self._rows) if row is not None]
        count = -(-len(active) // _STEP_ROWS) * _STEP_ROWS
        if 0 < count <= len(self._rows) // 2:
            self._resize(active, count, self._cache.width)

    def _admit(self, queue: deque[Job], ready: deque[Job]) -> None:
        """Fills free rows with the next candidates, as far as the budget goes, prefilling a group of prompts when
        none is ready.
        """
        while queue or ready:
            if not ready:
                self._prefill(queue, ready)
            job, room = ready[0], self._room(ready[0])
            if len(self._rows) > room:
                active = [number for number, row in enumerate(self._rows) if row is not None]
                if len(active) >= room:
                    return
                self._resize(active, room, self._cache.width)
            free = [number for number, row in enumerate(self._rows) if row is None]
            rows = free[: job.request.candidates - job.next_candidate]
            if not rows:
                return
            self._widen(width_of(len(job.ids)))
            self._cache.admit(rows, job.blocks)
            for number in rows:
                self._seat(number, job)
            if job.next_candidate >= job.request.candidates:
                ready.popleft()
                job.blocks = []

    def _room(self, job: Job) -> int:
        """Rows that the budget has a place for when one of them is ``job``'s."""
        if not self.kernels.is_row_free:
            return self.count_rows
        width = max(self._cache.width, width_of(len(job.ids) + job.max_new_tokens))
        return max(_STEP_ROWS, self.budget_tokens // width // _STEP_ROWS * _STEP_ROWS)

    def _widen(self, width: int) -> None:
        """At least ``width`` columns."""
        if width > self._cache.width:
            self._cache.resize(range(len(self._rows)), len(self._rows), width)

    def _seat(self, number: int, job: Job) -> None:
        request, state = job.request, self._state
        self._rows[number] = Row(job, Written(job.index, job.next_candidate))
        state["tokens"][number] = job.ids[-1]
        state["positions"][number] = len(job.ids) - 1
        state["seeds"][number] = request.seed & 0x7FFFFFFFFFFFFFFF
        state["candidates"][number] = job.next_candidate
        state["drawn"][number] = state["lengths"][number] = 0
        state["temperatures"][number] = request.temperature
        state["top_ks"][number] = request.top_k
        self._allow_slots(number, job)
        job.next_candidate += 1

    def _allow_slots(self, number: int, job: Job) -> None:
        self._state["slots"][number] = _NEVER
        for name in job.request.slots:
            token = self.vocabulary.slots.get(name)
            if token is not None:
                self._state["slots"][number, self._slot_column[token]] = 0.0

    def _prefill(self, queue: deque[Job], ready: deque[Job]) -> None:
        """Computes the prompts of up to PREFILL_ROWS jobs of one length bucket."""
        width = width_of(len(queue[0].ids))
        group: list[Job] = []
        while queue and len(group) < PREFILL_ROWS and width_of(len(queue[0].ids)) == width:
            group.append(queue.popleft())
        found = self._prompts.blocks([job.ids[:-1] for job in group])
        for job, blocks in zip(group, found, strict=True):
            job.blocks = blocks
            ready.append(job)

    def _step(self) -> Iterator[Written]:
        """One token for every row; yields the rows that end with it."""
        state, count = self._state, len(self._rows)
        self.count_steps += 1
        self.count_row_steps += count
        self.count_filled += self._count_active()
        is_early = state["lengths"] < _MIN_NEW_TOKENS
        values, ids, totals, allowed = self._best.take(
            self._forward(), state["slots"], is_early, self._kept
        )
        self._forbid_repeats(values, ids)
        opening = state["lengths"] < OPENING_TOKENS
        chosen = draw(
            values,
            np.where(opening, _OPENING_HEAT, 1.0) * state["temperatures"],
            state["top_ks"],
            np.where(opening, _LEAST_SHARE_OPENING, _LEAST_SHARE),
            uniforms(state["seeds"], state["candidates"], state["drawn"]),
        )
        numbers = np.arange(count)
        state["tokens"] = ids[numbers, chosen]
        nats = (values[numbers, chosen] - totals).tolist()
        state["drawn"] += 1
        state["positions"] += 1
        tokens = state["tokens"].tolist()
        strays = (allowed < _LEAST_ALLOWED).tolist()
        for number, row in enumerate(self._rows):
            if row is None:
                state["positions"][number] = 0
            elif strays[number] and row.count_rollbacks < _ROLLBACKS:
                self._roll_back(row, number)
            elif self._take(row, number, tokens[number], nats[number]):
                self._rows[number] = None
                state["positions"][number] = 0
                yield row.out

    def _forward(self) -> torch.Tensor:
        """Logits (rows, vocabulary) of the next token of each row."""
        self._widen(width_of(int(self._state["positions"].max()) + 1))
        positions = torch.from_numpy(self._state["positions"]).to(self.device)
        self._cache.move_to(positions)
        dtype = self.model.dtype
        seen = torch.arange(self._cache.width, device=self.device) <= positions[:, None]
        mask = torch.zeros(seen.shape, dtype=dtype, device=self.device)
        mask.masked_fill_(~seen, torch.finfo(dtype).min)
        out = self.model(
            input_ids=torch.from_numpy(self._state["tokens"]).to(self.device)[:, None],
            position_ids=positions[:, None],
            attention_mask=mask[:, None, None, :],
            past_key_values=self._cache,
            use_cache=True,
        )
        return out.logits[:, -1]

    def _forbid_repeats(self, values: Any, ids: Any) -> None:
        """Takes out tokens that would double the last one or repeat a run of four."""
        for number, row in enumerate(self._rows):
            if row is None or not row.out.ids:
                continue
            after = row.followers.get(tuple(row.out.ids[1 - _NGRAM :]), [])
            barred = [row.out.ids[-1], *after[1 - _MOST_BARRED :]]
            for token in barred:
                values[number, ids[number] == token] = _NEVER

    def _take(self, row: Row, number: int, token: int, nats: float) -> bool:
        """Records a drawn token; whether the row is finished."""
        row.out.nats.append(nats)
        if token == self.vocabulary.end:
            return True
        row.out.ids.append(token)
        self._state["lengths"][number] += 1
        self._remember(row, number)
        return len(row.out.ids) >= row.job.max_new_tokens

    def _remember(self, row: Row, number: int) -> None:
        """Notes what the last token rules out from now on."""
        ids = row.out.ids
        if len(ids) >= _NGRAM:
            row.followers.setdefault(tuple(ids[-_NGRAM:-1]), []).append(ids[-1])
        column = self._slot_column.get(ids[-1])
        if column is not None:
            row.slot_counts[ids[-1]] = row.slot_counts.get(ids[-1], 0) + 1
            if row.slot_counts[ids[-1]] >= (_MOST_OF_A_SLOT if ids[-1] in self._often else 1):
                self._state["slots"][number, column] = _NEVER

    def _roll_back(self, row: Row, number: int) -> None:
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
        self._state["tokens"][number] = out.ids[-1] if out.ids else row.job.ids[-1]
        self._state["positions"][number] = len(row.job.ids) - 1 + kept
        self._state["lengths"][number] = kept


def _sorted(jobs: Iterable[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: (width_of(len(job.ids)), job.index))
