"""What the tokens of a tokenizer mean to the copywriter: slots, the end, and what may never be
written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.copywriter.slots import SLOT

__all__ = ["COPY", "Vocabulary", "read_vocabulary", "written"]

COPY = "<|copy|>"
"""The token between a prompt and its copy."""

_FORBIDDEN = re.compile(r"[\d<>{}|\\\x00-\x1f\x7f-\x9f]")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*\s*$")
_OPENING = "(\\[/“‘–—-"
_GAP = re.compile(rf"(?<![\s{_OPENING}])(?<!\s[\"'])(?<!^[\"'])(?=<[a-z][a-z0-9_]*>)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Token ids by meaning. ``is_forbidden`` (size,) marks tokens that hold digits or
    markup, all slots among them; ``is_sentence_end`` (size,) those that close a sentence."""

    size: int
    end: int
    pad: int
    copy: int | None
    slots: dict[str, int]
    is_forbidden: npt.NDArray[np.bool_]
    is_sentence_end: npt.NDArray[np.bool_]


def read_vocabulary(tokenizer: Any, size: int) -> Vocabulary:
    """The meanings of a tokenizer's tokens; ``size`` is the width of the model's logits, which may
    be larger.
    """
    added = tokenizer.get_added_vocab()
    slots = {m[1]: index for text, index in added.items() if (m := SLOT.fullmatch(text))}
    end = tokenizer.eos_token_id if tokenizer.eos_token_id is not None else tokenizer.pad_token_id
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else end
    known = min(size, len(tokenizer))
    texts = tokenizer.batch_decode(
        [[index] for index in range(known)],
        skip_special_tokens=False,
        clean_up_tokenization_spaces=False,
    )
    forbidden = np.ones(size, dtype=bool)
    # isnumeric() knows '½' and '²', which are numbers to a reader too.
    forbidden[:known] = [
        bool(_FORBIDDEN.search(text)) or any(c.isnumeric() for c in text) for text in texts
    ]
    for index in (*tokenizer.all_special_ids, *added.values()):
        forbidden[index] = True
    if end is not None:
        forbidden[end] = False
    ends = np.zeros(size, dtype=bool)
    ends[:known] = [bool(_SENTENCE_END.search(text)) for text in texts]
    copy = added.get(COPY)
    return Vocabulary(size, int(end or 0), int(pad or 0), copy, slots, forbidden, ends)


def written(tokenizer: Any, ids: list[int]) -> str:
    """The text of ``ids``; slot tokens swallow the space before them, here it is put back.

    Bytes that make no character, or a numeral of another script out of several tokens, fall away.
    """
    text = tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    kept = (c for c in text if c.isascii() or not (c.isnumeric() or c == "\ufffd"))
    return " ".join(_GAP.sub(" ", "".join(kept)).split())
