"""Runs on a disk of their own that fills up: `python -m tests.full_disk BASE FOLDER OPTIONS MOMENT…`, under unshare.

OPTIONS is JSON: environment variables of the runs. Prints a JSON line for each moment (seconds after a run's start when
not a byte is left any more): how the run ended, what it said, what stands in the warehouse; then one for a last run
with room again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.run_process import contents, start_run


def main() -> None:
    """Mount, copy, and run once a moment; the mount goes with the namespace."""
    base, folder, options, *moments = sys.argv[1:]
    more = json.loads(options)
    disk = Path(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], check=True)
    home = disk / "home"
    shutil.copytree(base, home, ignore=shutil.ignore_patterns("prefect", "run.lock"))
    for moment in moments:
        run = start_run(home, disk, **more)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(float(moment))
        fill(disk / "filler")
        _, said = run.communicate(timeout=200)
        (disk / "filler").unlink()
        tell(home, run.returncode, said)
    last = start_run(home, disk, **more)
    _, said = last.communicate(timeout=200)
    tell(home, last.returncode, said)


def fill(file: Path) -> None:
    """Write until the disk is full to the last byte."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT)
    for size in (2**20, 4096, 1):
        try:
            while True:
                os.write(handle, bytes(size))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    os.close(handle)


def tell(home: Path, code: int, said: str) -> None:
    """One line of JSON."""
    found = contents(home)
    counts = {key: value for key, value in found.items() if key.startswith("count_")}
    told = {
        "code": code,
        "said": said[-3000:],
        "texts": [list(row) for row in found["texts"]],
        **counts,
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
