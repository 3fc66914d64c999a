"""Lets a copywriter word a reply that is already decided: it gets slots, never the question, and the checks decide."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from tasks.answering.questions import Found
from tasks.records import DraftRequest, Writer

__all__ = ["drafted_reply"]

_SLOT = re.compile(r"<(\w+)>")


def drafted_reply(write: Writer, chosen: Sequence[Found], candidates: int = 3) -> str | None:
    """The first draft that states every chosen fact and passes the checks, or None: the composed reply stands then.

    A reply with a true or false fact is never drafted: 'yes' and 'no' have no slot.
    """
    if any(one.fact.flag is not None for one in chosen):
        return None
    values = {re.sub(r"\W+", "_", one.fact.name).lower(): one.text for one in chosen}
    slots = tuple(values)
    tokens = " ".join(f"<{name}>" for name in slots)
    request = DraftRequest(
        prompt=f"auto_replies | goal inform | tone plain | reply | {tokens}",
        slots=slots,
        seed=int(hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:8], 16),
        candidates=candidates,
        max_new_tokens=64,
        temperature=0.6,
        top_k=30,
    )
    for draft in write([request])[0]:
        text = _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), draft.text).strip()
        if all(value in text for value in values.values()) and _passes(text, chosen):
            return text
    return None


def _passes(text: str, chosen: Sequence[Found]) -> bool:
    # Imported here: without a copywriter the checks and their word lists are not needed.
    from plugins.contract import Fact, Limits
    from tasks.checks.context import CheckContext
    from tasks.checks.judging import judge

    facts = [
        Fact(
            re.sub(r"\W+", "_", one.fact.name).lower(),
            one.text,
            one.fact.origin,
            "value",
            one.fact.name,
        )
        for one in chosen
    ]
    limits = Limits(min_characters=8, max_characters=700, min_sentences=1, max_sentences=6)
    judgement = judge(text, facts, context=CheckContext.empty(), limits=limits)
    return judgement.is_publishable and judgement.text == text
