"""Products with weights laid out once for this processor, for any causal language model.

torch multiplies by weights as they lie; oneDNN, which torch brings, lays them out once in the blocks that its kernels
read. That is faster at the few dozen rows of decoding (three times in float32 on AMD's processors), and a row's sums do
not depend on how many rows there are. Where it is not to be had, or gives other answers, the model stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from transformers.activations import (
    FastGELUActivation,
    GELUActivation,
    GELUTanh,
    NewGELUActivation,
    SiLUActivation,
)
from transformers.pytorch_utils import Conv1D

__all__ = ["linear_layers", "pack_model"]

_TOLERANCE = {torch.float32: 0.01, torch.bfloat16: 0.5}
"""Share of the logits' spread by which packed products may differ: rounding, nothing else."""
_ACTIVATIONS: dict[type, tuple[str, str]] = {
    GELUActivation: ("gelu", "none"),
    GELUTanh: ("gelu", "tanh"),
    SiLUActivation: ("swish", ""),
    nn.SiLU: ("swish", ""),
    nn.ReLU: ("relu", ""),
}
_Replaced = list[tuple[Any, str, nn.Module]]


class _Packed(nn.Module):
    """A linear layer with its weight in oneDNN's own layout (an opaque tensor), and what is done to its result."""

    def __init__(
        self,
        packed: torch.Tensor,
        bias: torch.Tensor | None,
        count_in: int,
        after: tuple[str, str] = ("none", ""),
    ) -> None:
        super().__init__()
        self.packed, self.bias, self.count_in = packed, bias, count_in
        self.kind, self.formula = after

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.ops.mkldnn._linear_pointwise(
            rows, self.packed, self.bias, self.kind, [], self.formula
        )


def pack_model(model: Any) -> bool:
    """Lays the weights of ``model`` out anew, in place; whether that was done.

    The packed model is tried on a few tokens: where it fails, or its logits are others than rounding explains,
    everything is put back. Then activations are drawn into the products before them, tried in the same way.
    """
    if model.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return False
    if not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return False
    before = _trial(model)
    if not _try(model, before, _replace):
        return False
    _try(model, before, _fuse)
    return True


def _try(model: Any, before: torch.Tensor, change: Callable[[Any, _Replaced], None]) -> bool:
    """Changes modules of ``model``; whether that changed anything, and nothing but the rounding of its logits."""
    replaced: _Replaced = []
    try:
        with torch.no_grad():
            change(model, replaced)
        apart = float((_trial(model) - before).abs().max())
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        apart = float("nan")
    if not apart <= _TOLERANCE[model.dtype] * (float(before.std()) or 1.0):
        for parent, name, child in replaced:
            setattr(parent, name, child)
        return False
    return bool(replaced)


def _replace(model: Any, replaced: _Replaced) -> None:
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
            packed = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), None)
            setattr(parent, name, _Packed(packed, bias, weight.shape[1]))


def _fuse(model: Any, replaced: _Replaced) -> None:
    """Has packed layers apply the activation that takes up their result, as one forward shows it."""
    last: list[Any] = [None, None]
    before: dict[nn.Module, set[Any]] = {}

    def leave(layer: nn.Module, given: Any, result: torch.Tensor) -> None:
        last[:] = layer, result

    def take(activation: nn.Module, given: tuple[Any, ...]) -> None:
        layer = last[0] if given[0] is last[1] else None
        before.setdefault(activation, set()).add(layer)

    hooks = []
    for module in model.modules():
        if isinstance(module, _Packed):
            hooks.append(module.register_forward_hook(leave))
        elif _after(module) is not None:
            hooks.append(module.register_forward_pre_hook(take))
    try:
        _trial(model)
    finally:
        for hook in hooks:
            hook.remove()
    instead: dict[nn.Module, nn.Module] = {}
    for activation, layers in before.items():
        after = _after(activation)
        if None in layers or after is None:
            continue
        instead[activation] = nn.Identity()
        for layer in layers:
            instead[layer] = _Packed(layer.packed, layer.bias, layer.count_in, after)
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if child in instead:
                replaced.append((parent, name, child))
                setattr(parent, name, instead[child])


def _after(module: nn.Module) -> tuple[str, str] | None:
    """oneDNN's name for an activation, or None."""
    if type(module) is nn.GELU:
        return "gelu", module.approximate
    return _ACTIVATIONS.get(type(module))


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
            # The product alone, without the activation that it may apply.
            found.append((module.count_in, _Packed(module.packed, module.bias, module.count_in)))
        elif type(module) is Conv1D:
            found.append((module.weight.shape[0], module))
        elif type(module) is nn.Linear:
            found.append((module.weight.shape[1], module))
    return found
