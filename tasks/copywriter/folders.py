"""Where a copywriter's files are: a local folder, or a snapshot of a hub repository. Nothing here loads weights."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.errors import HubUnreachable, NotAModel

__all__ = ["find_folder", "hash_file", "hash_folder", "loading", "quiet", "require_model"]

HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?(?:@[\w./-]+)?$")
"""``gpt2``, ``openai-community/gpt2`` or, pinned to a revision, ``openai-community/gpt2@607a30d``."""

_WEIGHTS = ("*.safetensors",)
_TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
)
_CONFIG = ("config.json",)
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
_PATTERNS = [
    *_WEIGHTS,
    *_TOKENIZER,
    *_CONFIG,
    "generation_config.json",
    "*.safetensors.index.json",
    "1_Pooling/config.json",  # how a sentence encoder makes one vector of many
]
_BLOCK = 1 << 20


def find_folder(source: str | Path) -> tuple[Path, str | None]:
    """The local folder of ``source`` and, for a hub id, its revision.

    NotAModel says that a path is no model folder; HubUnreachable that a hub id could not be
    fetched.
    """
    path = Path(source).expanduser()
    if path.exists():
        return require_model(path), None
    text = str(source)
    if not HUB_ID.match(text) or text.startswith("."):
        raise NotAModel(
            f"there is no model folder at {text}; give a folder that holds config.json and "
            "*.safetensors, "
            "or a hub id such as openai-community/gpt2."
        )
    name, _, revision = text.partition("@")
    return require_model(_snapshot(name, revision or None)), revision or None


@contextmanager
def loading(where: str | Path, what: str) -> Iterator[None]:
    """Around the loading of files that anybody may have written; NotAModel says that ``where`` is no ``what``."""
    try:
        yield
    except Exception as error:  # a torn file raises whatever its reader ran into
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise NotAModel(f"{where} cannot be loaded as {what}: {reason}") from error


def require_model(folder: Path) -> Path:
    """``folder``, if transformers could load it without running anyone's code; else NotAModel."""
    if not folder.is_dir():
        raise NotAModel(f"{folder} is a file, not a model folder; give the folder that holds it.")
    if not (folder / "config.json").is_file():
        raise NotAModel(f"{folder} holds no config.json, so it is no model folder.")
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(f.name for pattern in _PICKLED for f in folder.glob(pattern))
        if pickled:
            raise NotAModel(
                f"{folder} holds only pickled weights ({', '.join(pickled[:3])}), which can "
                "run code when loaded; "
                "convert them to safetensors (save_pretrained does) and try again."
            )
        raise NotAModel(f"{folder} holds no *.safetensors weights.")
    if not any(
        (folder / name).is_file() for name in ("tokenizer.json", "vocab.json", "tokenizer.model")
    ):
        raise NotAModel(
            f"{folder} holds no tokenizer (tokenizer.json); save it beside the weights."
        )
    return folder


def quiet() -> None:
    """No bars of transformers' own: the caller shows progress."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def hash_folder(folder: Path) -> str:
    """SHA-256 over names and bytes of weights, tokenizer and config; the same files give the same
    hash anywhere.
    """
    digest = hashlib.sha256()
    found = {
        f.name: f for pattern in (*_WEIGHTS, *_TOKENIZER, *_CONFIG) for f in folder.glob(pattern)
    }
    for name in sorted(found):
        digest.update(f"{name}\0{found[name].stat().st_size}\0".encode())
        with found[name].open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 over one file's bytes; NotAModel where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.expanduser().open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise NotAModel(f"{path} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()


def _snapshot(name: str, revision: str | None) -> Path:
    """The hub repository's model files, from the local cache where they are there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    cure = "give a local folder that holds config.json, tokenizer.json and *.safetensors instead"
    cached = _cached(name, revision)
    if cached is not None:
        return cached
    if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in {"1", "ON", "YES", "TRUE"}:
        raise HubUnreachable(f"{name} is not in the local cache and HF_HUB_OFFLINE is set; {cure}.")
    try:
        _knock()
        return Path(
            snapshot_download(name, revision=revision, allow_patterns=_PATTERNS, etag_timeout=5)
        )
    except RepositoryNotFoundError as error:
        raise HubUnreachable(
            f"the hub knows no repository {name} that this machine may read; check its "
            f"spelling, or {cure}."
        ) from error
    except (HfHubHTTPError, OSError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
        raise HubUnreachable(f"the hub cannot be reached for {name} ({reason}); {cure}.") from error


def _cached(name: str, revision: str | None) -> Path | None:
    """The repository's snapshot in the local cache, or None."""
    from huggingface_hub import snapshot_download

    try:
        found = snapshot_download(
            name, revision=revision, allow_patterns=_PATTERNS, local_files_only=True
        )
    except (OSError, ValueError):
        return None
    return Path(found) if (Path(found) / "config.json").is_file() else None


def _knock(seconds: float = 4.0) -> None:
    """Open and close a connection to the hub (or its proxy), so that no hub means seconds and not
    minutes of retries.
    """
    import socket
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    hub = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
    proxy = getproxies().get(hub.scheme)
    if proxy and hub.hostname and not proxy_bypass(hub.hostname):
        hub = urlsplit(proxy)
    port = hub.port or (443 if hub.scheme == "https" else 80)
    with socket.create_connection((hub.hostname or "", port), timeout=seconds):
        return
