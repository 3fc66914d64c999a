"""Keeps what the copywriter answered until it is published: after a kill, what was drafted is not drafted again.

The key is the whole request and the model, so that an answer is taken up again only where the copywriter would give
the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from tasks.records import DraftRequest, RawDraft
from tasks.warehouse import Warehouse, insert_rows, run_named

__all__ = ["DraftStore", "forget_drafts", "request_hash"]

Answer = list[RawDraft]
Outcomes = Callable[[Sequence[DraftRequest]], list[Answer | Exception]]


class DraftStore:
    """The answers of one copywriter that are not published yet, those of runs that did not end among them."""

    def __init__(self, warehouse: Warehouse, *, run_id: str, model_hash: str) -> None:
        self.model_hash = model_hash
        self._warehouse, self._run_id = warehouse, run_id
        self._kept: dict[str, Answer] = {
            row["request_hash"]: [RawDraft(**draft) for draft in json.loads(row["drafts"])]
            for row in warehouse.rows("publish/kept_drafts")
        }

    def __len__(self) -> int:
        """Answers that earlier runs left."""
        return len(self._kept)

    def remembering(self, write: Outcomes) -> Outcomes:
        """``write`` that is asked only for what is not in the store, and whose answers are kept at once."""
        return lambda requests: self._outcomes(write, requests)

    def _outcomes(
        self, write: Outcomes, requests: Sequence[DraftRequest]
    ) -> list[Answer | Exception]:
        keys = [request_hash(request, self.model_hash) for request in requests]
        known: dict[str, Answer | Exception] = {k: self._kept[k] for k in keys if k in self._kept}
        missing = {k: r for k, r in zip(keys, requests, strict=True) if k not in known}
        fresh = write(list(missing.values())) if missing else []
        new = dict(zip(missing, fresh, strict=True))
        rows = [
            {
                "request_hash": key,
                "run_id": self._run_id,
                "drafts": [asdict(draft) for draft in answer],
            }
            for key, answer in new.items()
            if not isinstance(answer, Exception)
        ]
        if rows:
            with self._warehouse.transaction() as con:
                insert_rows(con, "content.draft_cache", rows)
        known.update(new)
        return [known[key] for key in keys]


def forget_drafts(warehouse: Warehouse) -> None:
    """Forget every kept answer: a run that is complete has settled them."""
    with warehouse.transaction() as con:
        run_named(con, "publish/forget_drafts")


def request_hash(request: DraftRequest, model_hash: str) -> str:
    """SHA-256 over all that an answer depends on."""
    asked = json.dumps([model_hash, asdict(request)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(asked.encode()).hexdigest()
