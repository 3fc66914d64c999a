"""Opens a base model to train further (folder, hub id, GGUF file), gives it the shop's slots, wraps it for LoRA."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tasks.copywriter.folders import find_folder, hash_file, hash_folder, loading
from tasks.copywriter.tokenizer import add_slots
from tasks.errors import CopywriterError, NotAModel

__all__ = ["add_facts", "base_hash", "is_gguf", "open_base", "with_lora"]

PROBE = "A mug, £24.00: 350 ml of “café” – it’s yours."


def is_gguf(source: str | Path) -> bool:
    """Whether ``source`` names a GGUF file."""
    return str(source).lower().endswith(".gguf")


def base_hash(source: str) -> str:
    """SHA-256 of what the base is now: a training goes on from a checkpoint only with the same base."""
    return hash_file(Path(source)) if is_gguf(source) else hash_folder(find_folder(source)[0])


def open_base(source: str) -> tuple[Any, Any, str | None]:
    """Model (float32), tokenizer and revision of a base; NotAModel says in one sentence what is wrong.

    A GGUF file is unpacked to ordinary weights: packed ones are slow on a CPU and cannot be trained.
    """
    if is_gguf(source):
        path = Path(source).expanduser()
        if not path.is_file():
            raise NotAModel(f"there is no GGUF file at {path}.")
        folder, revision, where = path.parent, None, str(path)
        how: dict[str, Any] = {"gguf_file": path.name}
    else:
        folder, revision = find_folder(source)
        where, how = str(folder), {}
    with loading(where, "a causal language model"):
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, **how)
        if how:
            from transformers import GgufConfig

            how["quantization_config"] = GgufConfig(dequantize=True, **how)
        else:
            how["use_safetensors"] = True
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder, trust_remote_code=False, dtype=torch.float32, **how
        )
    if is_gguf(source):
        model = _plain(model)
    ids = tokenizer(PROBE, add_special_tokens=False)["input_ids"]
    if tokenizer.decode(ids, clean_up_tokenization_spaces=False).strip() != PROBE:
        raise NotAModel(
            f"the tokenizer of {source} does not give back the text that it is given ({PROBE!r}); "
            "take a base with a byte-level tokenizer, as GPT-2's."
        )
    return model, tokenizer, revision


def add_facts(model: Any, tokenizer: Any, fact_names: Sequence[str]) -> list[int]:
    """Adds the slots to a base; the ids that are new. Their embeddings start at the mean of the known
    ones, and tied weights stay tied.
    """
    known = len(tokenizer)
    add_slots(tokenizer, fact_names)
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    new = list(range(known, len(tokenizer)))
    if new:
        with torch.no_grad():
            # Some bases carry spare rows that were never trained: new tokens that fall on them are
            # set to the mean as well.
            for layer in {
                id(e): e for e in (model.get_input_embeddings(), model.get_output_embeddings())
            }.values():
                layer.weight[new] = layer.weight[:known].mean(dim=0, keepdim=True)
    model.config.eos_token_id = tokenizer.eos_token_id
    if getattr(model, "generation_config", None) is not None:
        model.generation_config.eos_token_id = tokenizer.eos_token_id
    return new


def with_lora(model: Any, new_ids: Sequence[int], rank: int) -> Any:
    """The model with low-rank adapters in every linear layer of its blocks; only those and the embeddings of
    ``new_ids`` learn. ``merge_and_unload()`` of the answer gives an ordinary model again.
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise CopywriterError(
            "LoRA needs the library peft; install it with: pip install 'shelftalk[lora]'."
        ) from error
    embedding = model.get_input_embeddings()
    name = next(name for name, module in model.named_modules() if module is embedding)
    config = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.0,
        target_modules="all-linear",
        fan_in_fan_out=type(model).__name__.startswith("GPT2"),
        task_type="CAUSAL_LM",
        trainable_token_indices={name.rpartition(".")[2]: list(new_ids)} if new_ids else None,
    )
    return get_peft_model(model, config)


def _plain(model: Any) -> Any:
    """The same weights without a trace of their packed form, as save_pretrained refuses dequantised ones."""
    config = model.config
    for name in ("quantization_config", "_pre_quantization_dtype"):
        if hasattr(config, name):
            delattr(config, name)
    plain = type(model)(config).to(torch.float32)
    plain.load_state_dict(model.state_dict())
    plain.tie_weights()
    return plain.eval()
