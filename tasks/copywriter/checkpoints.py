"""Checkpoints of a training: written whole or not at all, taken up again only by the same training.

The state holds tensors and plain values alone and is read without unpickling code. A file's name carries its own
checksum, so that a damaged one is known.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import torch

from tasks.copywriter.folders import hash_file

__all__ = ["Checkpoints", "training_key"]

_DIGITS = 32


class Checkpoints:
    """The last checkpoint of the training ``key``. A damaged one is put aside and named in ``problem``."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        self.problem: str | None = None

    def save(self, state: dict[str, Any]) -> None:
        """Writes the state beside the last one, syncs it, and puts it in its place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / "checkpoint.new"
        with new.open("wb") as stream:
            torch.save({"key": self.key, **state}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        place = self.folder / f"checkpoint-{hash_file(new)[:_DIGITS]}.pt"
        os.replace(new, place)
        for other in self._files():
            if other != place:
                other.unlink()

    def load(self) -> dict[str, Any] | None:
        """The state of the last checkpoint, or None where there is none of this very training."""
        for path in self._files():
            try:
                if hash_file(path)[:_DIGITS] != path.stem.partition("-")[2]:
                    raise ValueError("its checksum does not fit")
                state = torch.load(path, weights_only=True, map_location="cpu")
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, training goes on without and says so
                os.replace(path, path.with_suffix(".damaged"))
                reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
                self.problem = f"the checkpoint {path.name} is damaged ({reason}) and is not used"
                continue
            if isinstance(state, dict) and state.get("key") == self.key:
                return state
        return None

    def remove(self) -> None:
        """Removes what was written: the training is at its end."""
        for path in self.folder.glob("checkpoint*"):
            path.unlink()

    def _files(self) -> list[Path]:
        """The newest first."""
        return sorted(
            self.folder.glob("checkpoint-*.pt"), key=lambda p: p.stat().st_mtime_ns, reverse=True
        )


def training_key(*parts: str) -> str:
    """One name for all that a training's outcome depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
