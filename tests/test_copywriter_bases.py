"""A base model: LoRA learns little and merges into an ordinary model; GGUF files open; new slots start at the mean."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from tasks.copywriter.bases import add_facts, open_base
from tasks.copywriter.fitting import perplexities
from tasks.copywriter.measuring import measure_texts
from tasks.copywriter.training import train_model
from tasks.errors import CopywriterError, NotAModel
from tests.tiny_copywriter import TINY, tiny_corpus, train_tiny
from tests.tiny_gguf import write_gguf

LORA = dataclasses.replace(TINY, steps=30, lora_rank=4, lora_learning_rate=3e-3)


def test_new_slots_start_at_the_mean_and_stay_tied(tiny_copywriter: Path) -> None:
    model, tokenizer, _ = open_base(str(tiny_copywriter))
    known = len(tokenizer)
    before = model.get_input_embeddings().weight.detach().clone()
    new = add_facts(model, tokenizer, ["scent", "material", "power"])
    weight = model.get_input_embeddings().weight
    assert tokenizer.convert_ids_to_tokens(new) == ["<scent>", "<power>"]
    assert torch.equal(weight[:known], before[:known])
    assert torch.allclose(weight[new], before[:known].mean(dim=0).expand(2, -1), atol=1e-6)
    assert model.get_output_embeddings().weight.data_ptr() == weight.data_ptr()
    assert add_facts(model, tokenizer, ["scent"]) == []


def test_lora_learns_by_adapters_and_saves_an_ordinary_model(
    tiny_copywriter: Path, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    pytest.importorskip("peft")
    base = AutoModelForCausalLM.from_pretrained(tiny_copywriter)
    corpus = dataclasses.replace(tiny_corpus(), fact_names=(*tiny_corpus().fact_names, "scent"))
    tuned = train_model(corpus, tmp_path / "lora", base=str(tiny_copywriter), settings=LORA)
    model = AutoModelForCausalLM.from_pretrained(tuned.folder)
    tokenizer = AutoTokenizer.from_pretrained(tuned.folder)
    assert tuned.figures["count_learning_parameters"] < 0.2 * tuned.figures["count_parameters"]
    assert not [f.name for f in tuned.folder.iterdir() if "adapter" in f.name]
    assert (
        model.get_input_embeddings().weight.data_ptr()
        == model.get_output_embeddings().weight.data_ptr()
    )
    was, now = (m.get_input_embeddings().weight for m in (base, model))
    kept = [i for token, i in tokenizer.get_vocab().items() if token != "<scent>"]
    assert torch.equal(now[kept], was[kept]), "only new slots' embeddings learn"
    assert not torch.equal(
        model.transformer.h[0].attn.c_attn.weight, base.transformer.h[0].attn.c_attn.weight
    )
    before = perplexities(measure_texts(tiny_copywriter, corpus.held_out))["perplexity_a_character"]
    after = perplexities(measure_texts(tuned.folder, corpus.held_out))
    assert after["perplexity_a_character"] < 1.01 * before
    assert after["perplexity"] == pytest.approx(tuned.figures["perplexity"], rel=1e-3)


def test_lora_without_a_base_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CopywriterError, match="--base"):
        train_tiny(tmp_path / "x", settings=LORA)


def test_a_gguf_file_is_a_base_like_any_other(tmp_path: Path) -> None:
    pytest.importorskip("gguf")
    from transformers import AutoModelForCausalLM

    # GPT-2's own 1,024 positions: transformers reads no other number from a GGUF file of GPT-2.
    wide = dataclasses.replace(TINY, steps=3, context=1024)
    folder = train_tiny(tmp_path / "wide", settings=wide).folder
    path = write_gguf(folder, tmp_path / "tiny.gguf")
    model, tokenizer, _ = open_base(str(path))
    original = AutoModelForCausalLM.from_pretrained(folder)
    ids = torch.tensor([tokenizer("Meet the jug from us. Have a look.")["input_ids"]])
    with torch.inference_mode():
        assert torch.allclose(model(ids).logits, original(ids).logits, atol=1e-4)
    tuned = train_model(
        tiny_corpus(100), tmp_path / "tuned", base=str(path), settings=dataclasses.replace(TINY, steps=2)
    )  # fmt: skip
    assert (tuned.folder / "model.safetensors").is_file()


@pytest.mark.parametrize("content", [None, b"", b"GGUF\x03\x00\x00\x00 and then nothing"])
def test_a_broken_gguf_file_is_refused_in_one_sentence(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "x.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotAModel, match=r"x\.gguf"):
        open_base(str(path))


def test_a_base_whose_tokenizer_loses_text_is_refused(
    tiny_copywriter: Path, tmp_path: Path
) -> None:
    import shutil

    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    folder = tmp_path / "lossy"
    shutil.copytree(tiny_copywriter, folder)
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "A": 1, "mug": 2}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]").save_pretrained(folder)
    with pytest.raises(NotAModel, match="does not give back the text"):
        open_base(str(folder))
