"""How many tokens' keys and values the memory of this machine may hold."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

__all__ = ["bytes_a_token", "cache_tokens"]

_SHARE = 0.25
"""Of the memory that is free when the model is loaded: the rest is for activations, the warehouse, the checks."""
_FEWEST = 2048


def bytes_a_token(model: Any) -> int:
    """Bytes of one token's keys and values in all layers."""
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return 2 * config.num_hidden_layers * heads * size * model.dtype.itemsize


def cache_tokens(model: Any, wanted: int) -> int:
    """``wanted`` tokens, or as many as a quarter of the free memory holds."""
    if model.device.type == "cuda":
        free = torch.cuda.mem_get_info(model.device)[0]
    else:
        free = _available_memory()
    return max(_FEWEST, min(wanted, int(free * _SHARE) // bytes_a_token(model)))


def _available_memory() -> int:
    """Bytes that processes may take, as Linux tells it; elsewhere half of what is built in."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pages = os.sysconf("SC_PHYS_PAGES")
        return pages * os.sysconf("SC_PAGE_SIZE") // 2
    return 1 << 30
