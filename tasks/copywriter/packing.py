"""Products with weights laid out once for this processor, for any causal language model.

torch multiplies by weights as they lie; oneDNN, which torch brings, lays them out once in the blocks that its kernels
read. That is faster at the few dozen rows of decoding (three times in float32 on AMD's processors), and a row's sums do
not depend on how many rows there are. Where it is not to be had, or gives other answers, the model stays as it is.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers.activations import FastGELUActivation, NewGELUActivation
from transformers.pytorch_utils import Conv1D

__all__ = ["linear_layers", "pack_model"]

_TOLERANCE = {torch.float32: 0.01, torch.bfloat16: 0.5}
"""Share of the logits' spread by which packed products may differ: rounding, nothing else."""


class _Packed(nn.Module):
    """A linear layer with its weight in oneDNN's own layout (an opaque tensor)."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        super().__init__()
        self.packed = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), None)
        self.bias, self.count_in = bias, weight.shape[1]

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.ops.mkldnn._linear_pointwise(rows, self.packed, self.bias, "none", [], "")


def pack_model(model: Any) -> bool:
    """Lays the weights of ``model`` out anew, in place; whether that was done.

    The packed model is tried on a few tokens: where it fails, or its logits are others than rounding explains,
    everything is put back.
    """
    if model.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return False
    if not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return False
    before = _trial(model)
    replaced: list[tuple[Any, str, nn.Module]] = []
    try:
        with torch.no_grad():
            _replace(model, replaced)
        after = _trial(model)
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        _put_back(replaced)
        return False
    spread = float(before.std()) or 1.0
    if not float((after - before).abs().max()) <= _TOLERANCE[model.dtype] * spread:
        _put_back(replaced)
        return False
    return bool(replaced)


def _replace(model: Any, replaced: list[tuple[Any, str, nn.Module]]) -> None:
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is Conv1D:
                weight = child.weight.detach().t()
            elif type(child) is nn.Linear:
                weight = child.weight.detach()
            elif type(child) in (NewGELUActivation, FastGELUActivation):
                # The same formula in one pass instead of six.
                replaced.append((parent, name, child))
                setattr(parent, name, nn.GELU(approximate="tanh"))
                continue
            else:
                continue
            bias = None if child.bias is None else child.bias.detach()
            replaced.append((parent, name, child))
            setattr(parent, name, _Packed(weight, bias))


def _put_back(replaced: list[tuple[Any, str, nn.Module]]) -> None:
    for parent, name, child in replaced:
        setattr(parent, name, child)


def _trial(model: Any) -> torch.Tensor:
    """Logits (1, tokens, vocabulary) of a few tokens."""
    ids = trial_ids(model, 16, 7)[None]
    with torch.inference_mode():
        return model(input_ids=ids, use_cache=False).logits.float()


def trial_ids(model: Any, count: int, stride: int) -> torch.Tensor:
    """``count`` token ids over the vocabulary, none of them padding: transformers would warn of a missing mask."""
    size = model.get_input_embeddings().weight.shape[0]
    ids = torch.arange(count) * stride % size
    return torch.where(ids == (model.config.pad_token_id or 0), (ids + 1) % size, ids)


def linear_layers(model: Any) -> list[tuple[int, nn.Module]]:
    """Each linear layer of a model, packed or not, with the width of its input; for benchmarks."""
    found: list[tuple[int, nn.Module]] = []
    for module in model.modules():
        if isinstance(module, _Packed):
            found.append((module.count_in, module))
        elif type(module) is Conv1D:
            found.append((module.weight.shape[0], module))
        elif type(module) is nn.Linear:
            found.append((module.weight.shape[1], module))
    return found
