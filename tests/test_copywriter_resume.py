"""A training that is killed goes on from its last checkpoint and ends with the same weights."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.copywriter.checkpoints import Checkpoints
from tests.tiny_copywriter import TINY, train_tiny

ROOT = Path(__file__).parent.parent
OFTEN = dataclasses.replace(TINY, checkpoint_seconds=0.0, dropout=0.1)
SLOWLY = """
import sys, time, dataclasses
from pathlib import Path
from tests.tiny_copywriter import TINY, tiny_corpus
from tasks.copywriter.training import train_model
settings = dataclasses.replace(TINY, checkpoint_seconds=0.0, dropout=0.1)
def progress(step, *_):
    print(step, flush=True)
    if step >= 25:
        time.sleep(60)
train_model(tiny_corpus(), Path(sys.argv[1]), settings=settings, progress=progress)
"""


def test_a_killed_training_ends_with_the_same_weights(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    child = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    while (line := child.stdout.readline()).strip() != "25":
        assert line, "the training ended by itself"
    child.send_signal(signal.SIGKILL)
    assert child.wait(timeout=20) == -signal.SIGKILL
    child.stdout.close()
    assert list(folder.glob("checkpoint-*.pt"))
    began = time.monotonic()
    resumed = train_tiny(folder, settings=OFTEN)
    assert time.monotonic() - began < 60
    whole = train_tiny(tmp_path / "whole", settings=OFTEN)
    assert resumed.figures["resumed_from"] == 25
    assert resumed.model_hash == whole.model_hash
    assert [p["step"] for p in resumed.figures["curve"]] == [
        p["step"] for p in whole.figures["curve"]
    ]
    assert not list(folder.glob("checkpoint*"))


def test_a_checkpoint_of_another_training_is_not_taken_up(tmp_path: Path) -> None:
    Checkpoints(tmp_path / "model", "another training").save({"step": 3})
    trained = train_tiny(tmp_path / "model", settings=dataclasses.replace(TINY, steps=2))
    assert trained.figures["resumed_from"] == 0


@pytest.mark.parametrize("harm", ["cut", "flipped"])
def test_a_damaged_checkpoint_is_put_aside_and_named(tmp_path: Path, harm: str) -> None:
    checkpoints = Checkpoints(tmp_path, "a")
    checkpoints.save({"step": 3})
    (path,) = tmp_path.glob("checkpoint-*.pt")
    content = path.read_bytes()
    path.write_bytes(content[:100] if harm == "cut" else content[:200] + b"\x00!" + content[202:])
    assert checkpoints.load() is None
    assert path.name in (checkpoints.problem or "")
    assert not list(tmp_path.glob("checkpoint-*.pt"))
