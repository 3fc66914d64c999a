"""Writes the weights of a GPT-2 folder as a GGUF file, as llama.cpp's converter lays them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NAMES = {
    "ln_1": "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}


def write_gguf(folder: Path, path: Path) -> Path:
    """The model in ``folder`` (GPT-2, byte-level BPE) as one file at ``path``."""
    import json

    import gguf
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    config = model.config
    writer = gguf.GGUFWriter(str(path), "gpt2")
    writer.add_context_length(config.n_positions)
    writer.add_embedding_length(config.n_embd)
    writer.add_feed_forward_length(4 * config.n_embd)
    writer.add_block_count(config.n_layer)
    writer.add_head_count(config.n_head)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    bpe = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    known = dict(bpe["model"]["vocab"])
    known.update({token["content"]: token["id"] for token in bpe["added_tokens"]})
    tokens = sorted(known, key=known.__getitem__)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * len(tokens))
    merges = [m if isinstance(m, str) else " ".join(m) for m in bpe["model"]["merges"]]
    writer.add_token_merges(merges)
    writer.add_bos_token_id(config.bos_token_id)
    writer.add_eos_token_id(config.eos_token_id)
    for name, value in model.state_dict().items():
        tensor = value.detach().float().numpy()
        part = name.removeprefix("transformer.")
        kind = part.rpartition(".")[2]
        if part == "wte.weight":
            writer.add_tensor("token_embd.weight", tensor)
        elif part == "wpe.weight":
            writer.add_tensor("position_embd.weight", tensor)
        elif part.startswith("ln_f."):
            writer.add_tensor(f"output_norm.{kind}", tensor)
        elif part.startswith("h."):
            _, block, *inner, _ = part.split(".")
            # GPT-2's own layers are (in, out); the file holds (out, in).
            turned = tensor.T.copy() if tensor.ndim == 2 else tensor
            writer.add_tensor(f"blk.{block}.{NAMES['.'.join(inner)]}.{kind}", turned)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
