"""The network: a BERT-family encoder over facts and text, one score a token of the text and one for the whole.

A cross-encoder in the sense of Nogueira and Cho (2019, arXiv:1901.04085): facts and text stand in one input, so that
each word of the text is read beside each fact. The scores of single words are learnt from edits, the words by which a
bad text differs from the good one beside it, as in detectors of unsupported spans (RAGTruth, arXiv:2401.00396). The
highest score of a token goes into the text's, so that one wrong word is enough.

The weights are those of a packaged encoder plus what training changed: of each matrix a product of two narrow ones
(LoRA's form, arXiv:2106.09685, taken from the difference by singular values), of all else the values themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

__all__ = ["WEIGHTS", "ReaderModel", "changes_of", "load_model"]

WEIGHTS = "reader.safetensors"
_DOWN, _UP = ".down", ".up"


class ReaderModel(nn.Module):
    """``encoder`` is a transformers model with token types; scores are log-odds that the text is not borne out."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        width = int(encoder.config.hidden_size)
        self.encoder = encoder
        self.token_head = nn.Linear(width, 1)
        self.text_head = nn.Linear(3 * width + 1, 1)
        # Few words are wrong: training starts from there.
        nn.init.zeros_(self.token_head.weight)
        nn.init.constant_(self.token_head.bias, -2.0)

    def forward(
        self, inputs: Mapping[str, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Scores of the texts (rows,), of the tokens (rows, length), and which tokens are the text's (rows, length)."""
        states = self.encoder(**inputs).last_hidden_state
        is_text = (inputs["token_type_ids"] * inputs["attention_mask"]).bool()
        weights = is_text.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        largest = states.masked_fill(~is_text.unsqueeze(-1), -1e4).max(1).values
        tokens = self.token_head(states).squeeze(-1)
        top = tokens.masked_fill(~is_text, -1e4).max(1).values.unsqueeze(-1)
        seen = torch.cat([mean, largest, states[:, 0], top.to(states.dtype)], dim=-1)
        return self.text_head(seen).squeeze(-1), tokens, is_text


def changes_of(
    model: ReaderModel, base: Mapping[str, torch.Tensor], rank: int
) -> dict[str, torch.Tensor]:
    """What of ``model`` differs from its encoder's weights ``base``, in float16; matrices at ``rank``."""
    kept: dict[str, torch.Tensor] = {}
    for name, value in model.state_dict().items():
        before = base.get(name.removeprefix("encoder."))
        if before is None or not name.startswith("encoder."):
            kept[name] = value.half()
        elif not torch.equal(value, before):
            change = (value - before).float()
            if change.dim() < 2:
                kept[name] = change.half()
                continue
            left, strengths, right = torch.linalg.svd(change, full_matrices=False)
            root = strengths[:rank].sqrt()
            kept[name + _UP] = (left[:, :rank] * root).half().contiguous()
            kept[name + _DOWN] = (root[:, None] * right[:rank]).half().contiguous()
    return kept


def load_model(encoder: Any, file: Path) -> ReaderModel:
    """``encoder`` with the changes that ``changes_of`` left in ``file``; ValueError where they are not of it."""
    from safetensors.torch import load_file

    model = ReaderModel(encoder)
    state, changes = model.state_dict(), load_file(file)
    for name, value in changes.items():
        plain = name.removesuffix(_UP)
        if name.endswith(_DOWN):
            continue
        if plain not in state:
            raise ValueError(f"{file.name} holds {plain}, which its encoder has not")
        change = value.float()
        if name != plain:
            change = change @ changes[plain + _DOWN].float()
        state[plain] = state[plain] + change if plain.startswith("encoder.") else change
    model.load_state_dict(state)
    return model.eval()
