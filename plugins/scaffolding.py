"""Writes the folder of a new plugin: one that passes the conformance suite at once, with comments that teach."""

from __future__ import annotations

import keyword
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from plugins.plugin_files import RESERVED, BrokenPluginError

__all__ = ["SUBJECTS", "write_scaffold"]

SUBJECTS = ("product", "segment", "question")
_TEMPLATES = Path(__file__).parent / "scaffold"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


def write_scaffold(name: str, subject: str, parent: Path, taken: Collection[str] = ()) -> Path:
    """Write ``parent``/``name`` for a plugin about ``subject`` and give the folder; whole or not at all.

    BrokenPluginError where the name cannot be a plugin's, is ``taken``, or the folder is there already.
    """
    if not _NAME.fullmatch(name):
        raise BrokenPluginError(
            f"{name!r} is no name for a plugin; allowed are lower-case letters, digits and underscores, a letter "
            "first, 2 to 41 in all."
        )
    if keyword.iskeyword(name) or name in RESERVED:
        what = (
            "a Python keyword" if keyword.iskeyword(name) else "a name that Shelftalk uses itself"
        )
        raise BrokenPluginError(f"{name!r} is {what}; choose another name for the plugin.")
    if name in taken:
        raise BrokenPluginError(
            f"there is a plugin {name!r} already; choose another name (`shelftalk plugins` lists them)."
        )
    if subject not in SUBJECTS:
        raise BrokenPluginError(f"subject {subject!r} is unknown; allowed: {', '.join(SUBJECTS)}.")
    folder = parent / name
    if folder.exists():
        raise BrokenPluginError(f"{folder} is there already; remove it, or choose another name.")
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=parent, prefix=f".{name}-") as scratch:
        draft = Path(scratch) / name
        draft.mkdir()
        for source in sorted(
            [*(_TEMPLATES / "common").iterdir(), *(_TEMPLATES / subject).iterdir()]
        ):
            if source.is_file():
                text = source.read_text(encoding="utf-8").replace("__NAME__", name)
                (draft / source.name).write_text(text, encoding="utf-8")
        shutil.move(draft, folder)
    return folder
