"""What this machine's matrix kernels keep bit for bit when the shape of a forward changes, measured, not assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from tasks.copywriter.attention import row_attention
from tasks.copywriter.packing import trial_ids
from tasks.copywriter.rows import COLUMNS, STEP

__all__ = ["Kernels", "measure_kernels"]

_STEPS = (8, 16, 24, 40)
"""Row counts that are compared with the most."""


@dataclass(frozen=True, slots=True)
class Kernels:
    """``is_width_free``: masked columns may be added; ``is_row_free``: rows may be added, by eights.

    Where one is not so, every forward has the full width or the same number of rows: slower, but a text still does not
    depend on its neighbours.
    """

    is_width_free: bool
    is_row_free: bool


def measure_kernels(model: Any, count_rows: int) -> Kernels:
    """Both, for the shapes of ``model`` (packed already, if it is to be)."""
    config = model.config.get_text_config()
    heads = config.num_attention_heads
    shared = heads // (getattr(config, "num_key_value_heads", None) or heads)
    size = getattr(config, "head_dim", None) or config.hidden_size // heads
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator).to(model.device, model.dtype)

    with torch.inference_mode():
        query = random(count_rows, heads, 1, size)
        keys = random(count_rows, heads // shared, 8 * STEP, size)
        values = random(count_rows, heads // shared, 8 * STEP, size)
        lengths = torch.arange(count_rows, device=model.device) % STEP + 1

        def attend(rows: int, width: int) -> torch.Tensor:
            seen = torch.arange(width, device=model.device) < lengths[:rows, None]
            mask = torch.zeros(seen.shape, dtype=model.dtype, device=model.device)
            mask = mask.masked_fill(~seen, torch.finfo(model.dtype).min)[:, None, None, :]
            own_keys, own_values = (t[:rows, :, :width].contiguous() for t in (keys, values))
            return row_attention(model, query[:rows], own_keys, own_values, mask)[0]

        full = attend(count_rows, STEP)
        is_width_free = all(torch.equal(full, attend(count_rows, n * STEP)) for n in (2, 3, 5, 8))
        counts = [rows for rows in _STEPS if rows < count_rows]
        is_row_free = all(
            torch.equal(full[:rows], attend(rows, STEP)) for rows in counts
        ) and _are_products_row_free(model, counts, count_rows, random)
    return Kernels(is_width_free, is_row_free)


def _are_products_row_free(model: Any, counts: list[int], count_rows: int, random: Any) -> bool:
    """Whether whole forwards give a row the same bits at every number of rows."""
    ids = trial_ids(model, count_rows, 31).to(model.device)[:, None]

    def run(rows: int, tokens: int) -> torch.Tensor:
        own = ids[:rows].expand(-1, tokens)
        return model(input_ids=own, use_cache=False, logits_to_keep=1).logits[:, -1]

    for tokens in (1, COLUMNS):
        most = count_rows if tokens == 1 else min(16, count_rows)
        full = run(most, tokens)
        wanted = counts if tokens == 1 else [1, 3, 8]
        if not all(torch.equal(full[:rows], run(rows, tokens)) for rows in wanted if rows < most):
            return False
    return True
