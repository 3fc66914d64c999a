"""The keys and values of the rows being written: allocated seldom, each row at its own position.

transformers' own caches grow by concatenation and hold all rows at one length. Here a row that is finished gives its
place to the next one while its neighbours go on. The columns in use lie without gaps, since products over a part of a
longer cache are copied first and cost four times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

__all__ = ["COLUMNS", "STEP", "RowCache", "width_of"]

COLUMNS = 32
"""Tokens in a block of a prompt."""
STEP = 16
"""Widths are rounded up to this many columns: sums over masked columns then add exact zeros in
whole vector lanes.
"""
_WIDEST = torch.complex128


class _Layer(CacheLayerMixin):
    """One layer: keys and values of shape (rows, heads, width, head size)."""

    is_sliding = False

    def __init__(self, cache: RowCache) -> None:
        super().__init__()
        self.cache = cache

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        def empty(like: torch.Tensor) -> torch.Tensor:
            # Zeros, not empty memory: a masked column must not hold a NaN.
            shape = (self.cache.count_rows, like.shape[1], self.cache.width, like.shape[3])
            return torch.zeros(shape, dtype=like.dtype, device=like.device)

        self.keys, self.values = empty(key_states), empty(value_states)
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Writes one new column a row at that row's position; returns all columns."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        places = self.cache.places(key_states.shape[1])
        _put(self.keys, key_states, places)
        _put(self.values, value_states, places)
        return self.keys, self.values

    def resize(self, rows: Sequence[int], count_rows: int, width: int) -> None:
        """Keeps ``rows`` as the first ones, in an array of ``count_rows`` by ``width``."""
        if not self.is_initialized:
            return
        for name in ("keys", "values"):
            old = getattr(self, name)
            new = torch.zeros(
                (count_rows, old.shape[1], width, old.shape[3]), dtype=old.dtype, device=old.device
            )
            shared = min(width, old.shape[2])
            new[: len(rows), :, :shared] = old[list(rows), :, :shared]
            setattr(self, name, new)

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.cache.width, 0

    def get_seq_length(self) -> int:
        return self.cache.width

    def get_max_length(self) -> int:
        return self.cache.width


class RowCache(Cache):
    """A cache of ``count_rows`` rows by ``width`` columns for a model of ``count_layers`` layers.

    Before each forward the caller resizes where a row needs more columns, and says by ``move_to`` where the rows stand.
    """

    def __init__(
        self, count_layers: int, count_rows: int, width: int, device: torch.device
    ) -> None:
        self.count_rows, self.width = count_rows, width
        self._positions = torch.zeros(count_rows, dtype=torch.long, device=device)
        self._places: dict[int, torch.Tensor] = {}
        super().__init__(layers=[_Layer(self) for _ in range(count_layers)])

    def move_to(self, positions: torch.Tensor) -> None:
        """The column (rows,) that each row's next token takes."""
        self._positions = positions
        self._places.clear()

    def places(self, heads: int) -> torch.Tensor:
        """Where the new columns lie among (rows * heads * width) vectors, the same for all layers of a forward."""
        if heads not in self._places:
            numbers = torch.arange(self.count_rows * heads, device=self._positions.device)
            columns = self._positions[:, None].expand(-1, heads).flatten()
            self._places[heads] = numbers * self.width + columns
        return self._places[heads]

    def resize(self, rows: Sequence[int], count_rows: int, width: int) -> None:
        """Keeps ``rows`` alone, moved to the front, in ``count_rows`` rows of ``width`` columns."""
        self.count_rows, self.width = count_rows, width
        for layer in self.layers:
            layer.resize(rows, count_rows, width)

    def admit(
        self, rows: list[int], blocks: Sequence[Sequence[tuple[torch.Tensor, torch.Tensor]]]
    ) -> None:
        """Copies a prompt into ``rows`` (all candidates of one brief): its blocks, each with (keys, values) a layer
        of shape (heads, COLUMNS, head size).
        """
        for number, layer in enumerate(self.layers):
            for place, block in enumerate(blocks):
                keys, values = block[number]
                if not layer.is_initialized:
                    layer.lazy_initialization(keys[None], values[None])
                start = place * COLUMNS
                used = min(COLUMNS, self.width - start)
                layer.keys[rows, :, start : start + used] = keys[:, :used]
                layer.values[rows, :, start : start + used] = values[:, :used]


def _put(held: torch.Tensor, new: torch.Tensor, places: torch.Tensor) -> None:
    """Writes ``new`` (rows, heads, 1, size) into ``held`` (rows, heads, width, size), one vector a place.

    As numbers of sixteen bytes where they can be had: an eighth of the steps that bfloat16 takes.
    """
    size = held.shape[-1]
    held, new = held.view(-1, size), new.reshape(-1, size)
    if all(n * held.itemsize % _WIDEST.itemsize == 0 for n in (size, new.storage_offset())):
        held, new = held.view(_WIDEST), new.view(_WIDEST)
    held.index_copy_(0, places, new)


def width_of(length: int) -> int:
    """Columns for ``length`` tokens."""
    return max(STEP, -(-length // STEP) * STEP)
