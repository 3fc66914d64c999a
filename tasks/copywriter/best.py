"""The best allowed tokens of each row's logits: few passes over the vocabulary, a few rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tasks.copywriter.vocabulary import Vocabulary

__all__ = ["BestTokens"]

_CHUNK = 1 << 20
"""Logits at a time, in whole rows, so that they stay in the processor's cache from pass to pass."""
_GROUP, _FINER = 64, 8
"""Columns of a group: the best k tokens stand in the k groups with the highest maxima. Among those they are sought in
groups of an eighth of that.
"""
_NEVER = float("-inf")


class BestTokens:
    """Takes the best tokens that a vocabulary allows; holds the buffers that this needs."""

    def __init__(self, vocabulary: Vocabulary, device: torch.device) -> None:
        self._vocabulary, self._device = vocabulary, device
        self.slot_ids = sorted(vocabulary.slots.values())
        self._slots = torch.tensor(self.slot_ids, dtype=torch.long, device=device)
        self._padded = -(-vocabulary.size // _GROUP) * _GROUP
        is_forbidden = torch.zeros(self._padded, dtype=torch.bool)
        is_forbidden[: vocabulary.size] = torch.from_numpy(vocabulary.is_forbidden)
        self._is_forbidden = is_forbidden.to(device, torch.float32)
        self._forbidding = torch.zeros(self._padded, device=device)
        self._forbidding[is_forbidden.to(device)] = _NEVER
        self._buffer: torch.Tensor | None = None

    def take(self, logits: torch.Tensor, slot_bias: Any, is_early: Any, kept: int) -> Any:
        """Values and ids (rows, kept), sorted downwards; each row's log of the sum over the whole vocabulary, and the
        share of probability that is allowed (rows,).

        ``slot_bias`` (rows, slots) is 0 for the slots that a row may use, else -inf; rows that are ``is_early`` may not
        end.
        """
        is_cpu = self._device.type == "cpu"
        chunk = max(8, _CHUNK // self._padded // 8 * 8) if is_cpu else len(logits)
        bias = torch.from_numpy(slot_bias).to(self._device)
        early = torch.from_numpy(is_early).to(self._device)
        parts = [
            self._chunk(
                logits[at : at + chunk], bias[at : at + chunk], early[at : at + chunk], kept
            )
            for at in range(0, len(logits), chunk)
        ]
        values, ids, totals, allowed = (
            torch.cat(part).cpu().numpy() for part in zip(*parts, strict=True)
        )
        values = values.astype(np.float64)
        # Ties (frequent in bfloat16) go to the smaller id, or the order would be the kernel's.
        order = np.lexsort((ids, -values), axis=-1)
        return (
            np.take_along_axis(values, order, 1),
            np.take_along_axis(ids, order, 1),
            totals.astype(np.float64),
            allowed,
        )

    def _chunk(
        self, logits: torch.Tensor, bias: torch.Tensor, early: torch.Tensor, kept: int
    ) -> tuple[torch.Tensor, ...]:
        size = self._vocabulary.size
        if self._buffer is None or self._buffer.shape[1] < len(logits):
            self._buffer = torch.full((2, len(logits), self._padded), _NEVER, device=self._device)
        own, shares = self._buffer[:, : len(logits)]
        own[:, :size] = logits
        torch.softmax(own, dim=-1, out=shares)
        # A softmax is at its peak one by the sum of all exponentials.
        totals = own.amax(dim=-1) - shares.amax(dim=-1).log()
        # Slots are forbidden to all rows, and given back to those whose brief has the fact.
        bias = bias[:, : len(self.slot_ids)]
        slots = own[:, self._slots] + bias
        allowed = (shares[:, self._slots] * bias.exp()).sum(dim=-1)
        allowed += 1 - shares.mul_(self._is_forbidden).sum(dim=-1)
        own += self._forbidding
        own[:, self._slots] = slots
        own[:, self._vocabulary.end].masked_fill_(early, _NEVER)
        values, ids = _largest(own, kept)
        return values, ids, totals, allowed


def _largest(
    rows: torch.Tensor, kept: int, group: int = _GROUP
) -> tuple[torch.Tensor, torch.Tensor]:
    """The ``kept`` largest of each row (rows, columns) and their columns, in no set order."""
    while group > 1 and rows.shape[1] // group < 2 * kept:
        group //= _FINER
    if group == 1:
        values, ids = torch.topk(rows, kept, dim=-1, sorted=False)
        return values, ids
    count = rows.shape[1] // group
    grouped = rows.view(-1, group)
    best = torch.topk(grouped.amax(dim=-1).view(-1, count), kept, dim=-1, sorted=False).indices
    starts = torch.arange(0, len(grouped), count, device=rows.device)[:, None]
    within = grouped.index_select(0, (best + starts).flatten()).view(-1, kept * group)
    values, places = _largest(within, kept, group // _FINER)
    return values, torch.gather(best, 1, places // group) * group + places % group
