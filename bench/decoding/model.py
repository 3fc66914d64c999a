"""A GPT-2 of the real size with random weights, as slow as a trained one, and prompts for it; no hub is needed."""

from __future__ import annotations

import itertools
import json
import random
import string
from pathlib import Path

__all__ = ["SLOTS", "make_model", "make_prompts"]

SIZE = 50_257
SLOTS = ("name", "material", "colour", "price", "capacity", "brand", "origin", "category")
_LAYERS, _WIDTH, _HEADS = 12, 768, 12


def make_model(folder: Path) -> None:
    """Saves model, tokenizer and ``ids.json`` (token -> id) in ``folder``, unless they stand there."""
    if (folder / "ids.json").exists():
        return
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = _tokenizer()
    end = tokenizer.eos_token_id
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=SIZE,
        n_layer=_LAYERS,
        n_embd=_WIDTH,
        n_head=_HEADS,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "ids.json").write_text(json.dumps(tokenizer.get_vocab()), encoding="utf-8")


def make_prompts(count: int, length: int, seed: int = 0) -> list[str]:
    """``count`` different prompts of ``length`` tokens each, of random words."""
    draw = random.Random(seed)

    def word() -> str:
        # Letters in order: those merge into one token.
        return "".join(sorted(draw.sample(string.ascii_lowercase, 3)))

    return [" ".join(word() for _ in range(length)) for _ in range(count)]


def _tokenizer():  # type: ignore[no-untyped-def]
    """Byte-level BPE of GPT-2's size out of all short words, with a space before or without."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    end = "<|endoftext|>"
    tokens = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges: list[tuple[str, str]] = []
    pairs = ["".join(p) for p in itertools.product(string.ascii_lowercase, repeat=2)]
    triples = ["".join(p) for p in itertools.product(string.ascii_lowercase, repeat=3)]
    merges += [(p[0], p[1]) for p in pairs] + [(t[:2], t[2]) for t in triples]
    # "Ġ" is how byte-level BPE writes a space.
    merges += [("Ġ", word) for word in (*pairs, *triples)]
    room = SIZE - len(tokens) - len(merges) - len(SLOTS) - 1
    fours = itertools.product(triples, string.ascii_lowercase)
    merges += list(itertools.islice(fours, room))
    tokens += [a + b for a, b in merges]
    model = models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges)
    inner = Tokenizer(model)
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens([end])
    inner.add_tokens([AddedToken(f"<{name}>", normalized=False) for name in SLOTS])
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token=end, bos_token=end, pad_token=end, unk_token=end
    )
