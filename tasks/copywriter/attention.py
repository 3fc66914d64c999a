"""Attention by plain matrix products, whose sums for a row do not depend on where the row stands.

torch's fused kernel on a CPU gives other last bits for other rows of a batch (its buffers are a
thread's, and float32 products round by their alignment); a text would then depend on its
neighbours. Products a head are faster for one new token a row, and exact repeats of each other.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import AttentionInterface

__all__ = ["ROW_ATTENTION", "row_attention"]

ROW_ATTENTION = "shelftalk_rows"
_LONG = 256
"""Beyond this many queries a row, scores are held for one row at a time."""


def row_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    softcap: float | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Query (rows, heads, length, size) against grouped keys and values; the result is (rows,
    length, heads, size).
    """
    count_rows, heads, length, size = query.shape
    shared = heads // key.shape[1]
    scale = size**-0.5 if scaling is None else scaling
    if attention_mask is None and length > 1:
        later = torch.ones(length, key.shape[2], dtype=torch.bool, device=query.device).triu(1)
        attention_mask = torch.zeros(later.shape, dtype=query.dtype, device=query.device)
        attention_mask = attention_mask.masked_fill(later, torch.finfo(query.dtype).min)[None, None]

    def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, m: torch.Tensor | None) -> Any:
        # Heads that share keys are laid side by side as queries; rows and key heads are one dimension, for products
        # over more of them are copied first: (rows * key heads, shared * length, size).
        many, width = q.shape[0] * k.shape[1], k.shape[2]
        grouped = (q * scale).reshape(many, shared * length, size)
        scores = torch.bmm(grouped, k.reshape(many, width, size).transpose(1, 2))
        if softcap:
            scores = torch.tanh(scores / softcap) * softcap
        if m is not None:
            by_row = scores.view(q.shape[0], k.shape[1], shared * length, width)
            scores = by_row + (m if length == 1 or shared == 1 else m.repeat(1, 1, shared, 1))
        weights = torch.softmax(scores, dim=-1).view(many, shared * length, width)
        out = torch.bmm(weights.to(v.dtype), v.reshape(many, width, v.shape[-1]))
        return out.view(q.shape[0], heads, length, v.shape[-1])

    if length <= _LONG:
        out = attend(query, key, value, attention_mask)
    else:
        own = attention_mask is not None and attention_mask.shape[0] == count_rows > 1
        out = torch.cat(
            [
                attend(
                    query[i : i + 1],
                    key[i : i + 1],
                    value[i : i + 1],
                    attention_mask[i : i + 1]
                    if own and attention_mask is not None
                    else attention_mask,
                )
                for i in range(count_rows)
            ]
        )
    return out.transpose(1, 2).contiguous(), None


AttentionInterface.register(ROW_ATTENTION, row_attention)
