"""Keys and values of prompts, block by block of COLUMNS tokens; what prompts share at their beginning is computed once.

A block depends on the tokens up to its end alone. It is computed in the same shapes whichever prompts stand beside it,
so that a text does not depend on whether its prompt's beginning was known already.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import torch
from transformers.cache_utils import DynamicCache

from tasks.copywriter.rows import COLUMNS

__all__ = ["PREFILL_ROWS", "Block", "PromptBlocks"]

PREFILL_ROWS = 16
"""Prompts in one forward."""
_KEPT_BLOCKS = 128
"""Whole blocks that are kept for prompts to come, 4,096 tokens."""

Block = list[tuple[torch.Tensor, torch.Tensor]]
"""(keys, values) a layer, each (heads, COLUMNS, head size)."""


class _Complete(Exception):
    """The last layer's keys and values are known: what the forward would still compute, nobody reads."""


class _PromptCache(DynamicCache):
    """Ends the forward that fills the last of its ``count_layers`` layers, once that is set."""

    count_layers: int | None = None

    def update(
        self, key_states: Any, value_states: Any, layer_idx: int, *args: Any, **kwargs: Any
    ) -> Any:
        """As any cache does; _Complete after the last layer."""
        found = super().update(key_states, value_states, layer_idx, *args, **kwargs)
        if self.count_layers is not None and layer_idx == self.count_layers - 1:
            raise _Complete
        return found


class PromptBlocks:
    """The blocks of prompts for one model; ``end`` fills up what is shorter, ``is_row_free`` says that fewer rows
    give the same bits.
    """

    def __init__(self, model: Any, end: int, is_row_free: bool) -> None:
        body = model.base_model
        # The vocabulary's product is not needed for a prompt.
        self._body = model if body is model else body
        self._count_layers = model.config.get_text_config().num_hidden_layers
        self._device, self._dtype = model.device, model.dtype
        self._end, self._is_row_free = end, is_row_free
        self._kept: OrderedDict[tuple[int, ...], Block] = OrderedDict()
        self.count_computed = 0

    def blocks(self, prompts: Sequence[Sequence[int]]) -> list[list[Block]]:
        """Each prompt's blocks, in its order; none for an empty one."""
        found: dict[tuple[int, ...], Block] = {}
        longest = max((len(prompt) for prompt in prompts), default=0)
        for level in range(-(-longest // COLUMNS)):
            start = level * COLUMNS
            missing: dict[tuple[int, ...], None] = {}
            for prompt in prompts:
                key = tuple(prompt[: start + COLUMNS])
                if len(key) <= start or key in found:
                    continue
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key]
                else:
                    missing[key] = None
            wanted = list(missing)
            for at in range(0, len(wanted), PREFILL_ROWS):
                part = wanted[at : at + PREFILL_ROWS]
                for key, block in zip(part, self._compute(part, level, found), strict=True):
                    found[key] = block
                    if len(key) == start + COLUMNS:
                        self._kept[key] = block
        while len(self._kept) > _KEPT_BLOCKS:
            self._kept.popitem(last=False)
        return [
            [found[tuple(prompt[: at + COLUMNS])] for at in range(0, len(prompt), COLUMNS)]
            for prompt in prompts
        ]

    def _compute(
        self, keys: list[tuple[int, ...]], level: int, found: dict[tuple[int, ...], Block]
    ) -> list[Block]:
        """The last blocks of ``keys``, all at ``level``, whose earlier blocks are in ``found``."""
        start = level * COLUMNS
        rows = len(keys) if self._is_row_free else PREFILL_ROWS
        ids = torch.full((rows, COLUMNS), self._end, dtype=torch.long)
        for row, key in enumerate(keys):
            ids[row, : len(key) - start] = torch.tensor(key[start:])
        cache = _PromptCache()
        for layer in range(len(found[keys[0][:COLUMNS]]) if level else 0):
            past = []
            for part in (0, 1):
                own = [
                    torch.cat(
                        [found[key[: (b + 1) * COLUMNS]][layer][part] for b in range(level)], 1
                    )
                    for key in keys
                ]
                past.append(torch.stack(own + own[:1] * (rows - len(keys))))
            cache.update(past[0], past[1], layer)
        positions = torch.arange(start, start + COLUMNS, device=self._device)
        later = torch.arange(start + COLUMNS, device=self._device) > positions[:, None]
        mask = torch.zeros(later.shape, dtype=self._dtype, device=self._device)
        mask = mask.masked_fill_(later, torch.finfo(self._dtype).min)
        cache.count_layers = self._count_layers
        with suppress(_Complete):
            self._body(
                input_ids=ids.to(self._device),
                position_ids=positions[None].expand(rows, -1),
                attention_mask=mask[None, None].expand(rows, -1, -1, -1),
                past_key_values=cache,
                use_cache=True,
            )
        self.count_computed += len(keys)
        return [
            [
                (layer.keys[row, :, start:].clone(), layer.values[row, :, start:].clone())
                for layer in cache.layers
            ]
            for row in range(len(keys))
        ]
