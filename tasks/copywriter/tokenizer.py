"""A tokenizer of the shop's own: byte-level BPE learnt from its copy, with a token for each fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from tasks.copywriter.slots import SLOT
from tasks.copywriter.vocabulary import COPY

__all__ = ["add_slots", "build_tokenizer"]

PAD, END = "<|pad|>", "<|end|>"


def build_tokenizer(
    texts: Iterable[str], fact_names: Sequence[str], *, vocabulary_size: int, context: int
) -> Any:
    """A PreTrainedTokenizerFast that round-trips any text (bytes are its alphabet)."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=2,
        special_tokens=[PAD, END, COPY],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # Slots are tokens of their own, so their letters must not use up merges.
    bpe.train_from_iterator(
        (part for text in texts for part in SLOT.sub("\n", text).split("\n")), trainer
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        bos_token=END,
        extra_special_tokens=[COPY],
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )
    add_slots(tokenizer, fact_names)
    return tokenizer


def add_slots(tokenizer: Any, fact_names: Sequence[str]) -> int:
    """Adds the slot tokens that are not there yet, and the copy separator; how many were added.

    A slot swallows the space before it, so that it costs one token.
    """
    known = tokenizer.get_added_vocab()
    tokens = [
        AddedToken(f"<{name}>", lstrip=True, normalized=False)
        for name in fact_names
        if f"<{name}>" not in known
    ]
    count = int(tokenizer.add_tokens(tokens))
    if COPY not in known:
        count += int(tokenizer.add_tokens([AddedToken(COPY, normalized=False)]))
    if tokenizer.eos_token is None:
        count += int(tokenizer.add_special_tokens({"eos_token": END}))
    return count
