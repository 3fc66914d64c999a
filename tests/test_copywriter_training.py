"""A copywriter learns, is saved as an ordinary transformers folder, and is the same for the same seed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tasks.copywriter.examples import batches, collate, encode_pairs
from tasks.copywriter.fitting import TrainingSettings, perplexities, steps_for
from tasks.copywriter.folders import hash_folder
from tasks.copywriter.measuring import measure_texts
from tasks.copywriter.training import Trained, train_model
from tasks.copywriter.vocabulary import read_vocabulary, written
from tasks.errors import CopywriterError, NotAModel
from tests.tiny_copywriter import NAMES, TINY, tiny_corpus, train_tiny


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train_tiny(tmp_path_factory.mktemp("trained") / "model")


def test_training_lowers_loss_and_reports_its_curve(trained: Trained) -> None:
    figures = trained.figures
    curve = figures["curve"]
    assert curve[-1]["step"] == TINY.steps
    assert curve[-1]["loss"] < 0.7 * curve[0]["loss"]
    assert curve[-1]["perplexity"] == pytest.approx(figures["perplexity"], rel=0.2)
    assert 1 < figures["perplexity_a_character"] < figures["perplexity"] < 60
    assert (figures["count_training_texts"], figures["count_held_out_texts"]) == (360, 40)


@pytest.mark.parametrize(("count", "steps"), [(300, 120), (888, 278), (6_600, 660), (50_000, 660)])
def test_a_small_archive_is_not_gone_over_until_it_is_known_by_heart(
    count: int, steps: int
) -> None:
    assert steps_for(count, TrainingSettings(steps=660, batch_size=16)) == steps


def test_the_same_seed_gives_the_same_model(trained: Trained, tmp_path: Path) -> None:
    again = train_tiny(tmp_path / "again")
    assert again.model_hash == trained.model_hash == hash_folder(again.folder)
    other = train_tiny(tmp_path / "other", settings=dataclasses.replace(TINY, seed=8, steps=2))
    assert other.model_hash != again.model_hash


def test_the_folder_is_an_ordinary_transformers_one(trained: Trained) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = trained.folder
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert type(model).__name__ == "GPT2LMHeadModel"
    assert list(folder.glob("*.safetensors"))
    assert not list(folder.glob("*.bin"))
    assert model.config.vocab_size == len(tokenizer)
    assert all(
        len(tokenizer(f"so <{name}>")["input_ids"]) == len(tokenizer("so")["input_ids"]) + 1
        for name in NAMES
    )


@pytest.mark.parametrize(
    "text",
    ["It is made of <material>.", "<name>: in <colour>, at <price>!", "(<name>) and “<brand>”",
     "Café – naïve 😀 <name>s", 'A "<name>" from <brand>.', "well-<material>"],
)  # fmt: skip
def test_the_tokenizer_round_trips_text_with_slots(trained: Trained, text: str) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(trained.folder)
    assert written(tokenizer, tokenizer(text)["input_ids"]) == text


def test_the_loss_is_on_the_copy_alone(trained: Trained) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(trained.folder)
    vocabulary = read_vocabulary(tokenizer, len(tokenizer))
    examples = encode_pairs(tiny_corpus(8).pairs, tokenizer, vocabulary, 96)
    ids, follows, targets = collate(examples[:3], vocabulary.end)
    at = 0
    for row, (example, pair) in enumerate(zip(examples, tiny_corpus(8).pairs[:3], strict=False)):
        count = int(follows[row].sum())
        copy = targets[at : at + count].tolist()
        assert copy[-1] == vocabulary.end
        assert written(tokenizer, copy[:-1]) == pair.copy
        assert ids[row, example.start - 1] == vocabulary.copy
        at += count


def test_each_epoch_sees_every_text_once_in_another_order(trained: Trained) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(trained.folder)
    examples = encode_pairs(
        tiny_corpus(50).pairs, tokenizer, read_vocabulary(tokenizer, len(tokenizer)), 96
    )
    feed = batches(examples, 8, seed=1)
    epochs = [[e for _ in range(7) for e in next(feed)] for _ in range(2)]
    assert all(sorted(map(repr, epoch)) == sorted(map(repr, examples)) for epoch in epochs)
    assert epochs[0] != epochs[1]


def test_a_base_is_tuned_further_with_its_tokens_kept(trained: Trained, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = trained.folder
    corpus = tiny_corpus()
    more = dataclasses.replace(corpus, fact_names=(*corpus.fact_names, "scent"))
    tuned = train_model(
        more, tmp_path / "tuned", base=str(base), settings=dataclasses.replace(TINY, steps=8)
    )
    model = AutoModelForCausalLM.from_pretrained(tuned.folder)
    tokenizer = AutoTokenizer.from_pretrained(tuned.folder)
    old = AutoTokenizer.from_pretrained(base)
    assert set(old.get_vocab().items()) < set(tokenizer.get_vocab().items())
    assert "<scent>" in tokenizer.get_vocab()
    assert (
        model.get_input_embeddings().weight.data_ptr()
        == model.get_output_embeddings().weight.data_ptr()
    )
    assert tuned.base == str(base)
    held_out = perplexities(measure_texts(base, corpus.held_out))
    assert tuned.figures["perplexity_a_character"] <= 1.02 * held_out["perplexity_a_character"]


def test_texts_longer_than_the_context_are_refused_by_count(tmp_path: Path) -> None:
    with pytest.raises(CopywriterError, match="none of the 360 texts"):
        train_tiny(tmp_path / "short", settings=dataclasses.replace(TINY, context=4, steps=1))


def test_a_base_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAModel):
        train_tiny(tmp_path / "x", base=str(tmp_path))
