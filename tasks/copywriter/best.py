"""The best allowed tokens of each row's logits: few passes over the vocabulary, a few rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tasks.copywriter.vocabulary import Vocabulary

__all__ = ["BestTokens"]

_CHUNK = 16
"""Rows at a time, so that their logits stay in the processor's cache from pass to pass."""
_GROUP = 64
"""Columns of a group: the best k tokens stand in the k groups with the highest maxima."""
_NEVER = float("-inf")


class BestTokens:
    """Takes the best tokens that a vocabulary allows; holds the buffers that this needs."""

    def __init__(self, vocabulary: Vocabulary, device: torch.device) -> None:
        self._vocabulary, self._device = vocabulary, device
        self.slot_ids = sorted(vocabulary.slots.values())
        self._slots = torch.tensor(self.slot_ids, dtype=torch.long, device=device)
        forbidden = np.flatnonzero(vocabulary.is_forbidden)
        self._forbidden = torch.from_numpy(forbidden).to(device)
        self._padded = -(-vocabulary.size // _GROUP) * _GROUP
        self._buffer: torch.Tensor | None = None

    def take(self, logits: torch.Tensor, slot_bias: Any, is_early: Any, kept: int) -> Any:
        """Values and ids (rows, kept), sorted downwards; each row's log of the sum over the whole vocabulary, and the
        share of probability that is allowed (rows,).

        ``slot_bias`` (rows, slots) is 0 for the slots that a row may use, else -inf; rows that are ``is_early`` may not
        end.
        """
        chunk = _CHUNK if self._device.type == "cpu" else len(logits)
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
        if self._buffer is None or len(self._buffer) < len(logits):
            self._buffer = torch.full((len(logits), self._padded), _NEVER, device=self._device)
        own = self._buffer[: len(logits)]
        own[:, :size] = logits
        totals = torch.logsumexp(own, dim=-1)
        # Slots are forbidden to all rows, and given back to those whose brief has the fact.
        slots = own[:, self._slots] + bias[:, : len(self.slot_ids)]
        barred = torch.exp(own[:, self._forbidden] - totals[:, None]).sum(dim=-1)
        allowed = 1 - barred + torch.exp(slots - totals[:, None]).sum(dim=-1)
        own.index_fill_(1, self._forbidden, _NEVER)
        own[:, self._slots] = slots
        own[:, self._vocabulary.end].masked_fill_(early, _NEVER)
        values, ids = _largest(own, kept)
        return values, ids, totals, allowed


def _largest(rows: torch.Tensor, kept: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The ``kept`` largest of each row (rows, columns) and their columns, in no set order."""
    if rows.shape[1] // _GROUP < 2 * kept:
        values, ids = torch.topk(rows, kept, dim=-1, sorted=False)
        return values, ids
    grouped = rows.view(len(rows), -1, _GROUP)
    groups = torch.topk(grouped.amax(dim=-1), kept, dim=-1, sorted=False).indices
    within = torch.gather(grouped, 1, groups[:, :, None].expand(-1, -1, _GROUP))
    values, places = torch.topk(within.flatten(1), kept, dim=-1, sorted=False)
    return values, torch.gather(groups, 1, places // _GROUP) * _GROUP + places % _GROUP
