"""The card beside the weights is one that a hub can read, and says what the model is worth."""

from __future__ import annotations

from pathlib import Path

import yaml

from tasks.copywriter.card import write_card

FIGURES = {
    "count_parameters": 1_234_567,
    "perplexity": 2.0606,
    "perplexity_a_character": 1.1622,
    "approval_rate": 0.9667,
    "count_training_texts": 900,
    "count_held_out_texts": 50,
    "steps": 800,
    "seconds": 91.2,
}


def test_the_front_matter_is_the_hubs_and_the_figures_are_told(tmp_path: Path) -> None:
    path = write_card(tmp_path, "abc" * 20, "someone/base: odd@v1", FIGURES, {"seed": 7}, {"kept": 950})  # fmt: skip
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    known = yaml.safe_load(front)
    assert known["library_name"] == "transformers"
    assert known["base_model"] == "someone/base: odd"
    (result,) = known["model-index"][0]["results"]
    assert {m["type"]: m["value"] for m in result["metrics"]} == {
        "perplexity": 2.0606,
        "approval_rate": 0.9667,
    }
    assert "| share of trial briefs with an approved draft | 0.9667 |" in body
    assert "1,234,567 parameters" in body
    assert "abc" * 20 in body


def test_the_hubs_own_reader_takes_it(tmp_path: Path) -> None:
    from huggingface_hub import ModelCard

    card = ModelCard.load(write_card(tmp_path, "f" * 64, None, FIGURES, {}, {}))
    assert card.data.pipeline_tag == "text-generation"
    assert {r.metric_type: r.metric_value for r in card.data.eval_results}["perplexity"] == 2.0606
