"""The keys and values of the rows being written: allocated once, each row at its own position.

transformers' own caches grow by concatenation and hold all rows at one length. Here a row that is
finished gives its place to the next one while its neighbours go on.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicCache

__all__ = ["COLUMNS", "RowCache"]

COLUMNS = 32
"""Widths are rounded up to this many columns: sums over masked columns then add exact zeros in
whole vector lanes.
"""


class _Layer(CacheLayerMixin):
    """One layer: keys and values of shape (rows, heads, capacity, head size)."""

    is_sliding = False

    def __init__(self, cache: RowCache) -> None:
        super().__init__()
        self.cache = cache

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        def empty(like: torch.Tensor) -> torch.Tensor:
            # Zeros, not empty memory: a masked column must not hold a NaN.
            shape = (self.cache.count_rows, like.shape[1], self.cache.capacity, like.shape[3])
            return torch.zeros(shape, dtype=like.dtype, device=like.device)

        self.keys, self.values = empty(key_states), empty(value_states)
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Writes one new column a row at that row's position; returns the columns in use."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        rows, positions, width = self.cache.row_numbers, self.cache.positions, self.cache.width
        self.keys[rows, :, positions] = key_states[:, :, 0]
        self.values[rows, :, positions] = value_states[:, :, 0]
        return self.keys[:, :, :width], self.values[:, :, :width]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.cache.width, 0

    def get_seq_length(self) -> int:
        return self.cache.width

    def get_max_length(self) -> int:
        return self.cache.capacity


class RowCache(Cache):
    """A cache of ``count_rows`` rows by ``capacity`` columns for a model of ``count_layers``
    layers.

    Before each forward the caller sets ``positions`` (rows,) and ``width``, the columns that any
    row needs.
    """

    def __init__(
        self, count_layers: int, count_rows: int, capacity: int, device: torch.device
    ) -> None:
        self.count_rows, self.capacity, self.width = count_rows, capacity, COLUMNS
        self.row_numbers = torch.arange(count_rows, device=device)
        self.positions = torch.zeros(count_rows, dtype=torch.long, device=device)
        super().__init__(layers=[_Layer(self) for _ in range(count_layers)])

    def admit(self, rows: list[int], prefilled: DynamicCache, index: int, length: int) -> None:
        """Copies the first ``length`` columns of a prefilled prompt into ``rows`` (all candidates
        of one brief).
        """
        for layer, source in zip(self.layers, prefilled.layers, strict=True):
            if not layer.is_initialized:
                layer.lazy_initialization(source.keys, source.values)
            layer.keys[rows, :, :length] = source.keys[index, :, :length]
            layer.values[rows, :, :length] = source.values[index, :, :length]
