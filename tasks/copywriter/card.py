"""The model card beside the weights, by the hub's convention: what it is, what it learnt from, how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

__all__ = ["write_card"]

_FIGURES = (
    ("perplexity", "perplexity a token"),
    ("perplexity_a_character", "perplexity a character"),
    ("approval_rate", "share of trial briefs with an approved draft"),
    ("fact_coverage", "share of a brief's facts that a draft states"),
    ("distinct_2", "distinct pairs of words (distinct-2)"),
    ("self_bleu", "likeness of the drafts to each other (self-BLEU)"),
    ("learnt_by_heart", "share of drafts with a run learnt by heart"),
    ("canaries_back", "planted sentences that came back"),
    ("privacy_refusals", "drafts that the privacy check refused something of"),
    ("count_trial_briefs", "trial briefs"),
    ("count_held_out_texts", "texts held out"),
    ("count_training_texts", "texts learnt from"),
    ("count_learning_parameters", "parameters that learnt"),
    ("steps", "steps"),
    ("seconds", "seconds of training"),
    ("written_tokens_a_second", "tokens written a second"),
)
_METRICS = {"perplexity": "Perplexity", "approval_rate": "Approval rate"}


def write_card(
    folder: Path,
    model_hash: str,
    base: str | None,
    figures: dict[str, Any],
    settings: dict[str, Any],
    counts: dict[str, int],
) -> Path:
    """Writes README.md into the model's folder: YAML front matter (model index included), then Markdown."""
    front: dict[str, Any] = {
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "tags": ["shelftalk", "copywriting"],
    }
    if base:
        front["base_model"] = base.partition("@")[0]
    metrics = [
        {"type": name, "name": told, "value": round(float(figures[name]), 4)}
        for name, told in _METRICS.items()
        if figures.get(name) is not None
    ]
    front["model-index"] = [
        {
            "name": f"copywriter-{model_hash[:12]}",
            "results": [
                {
                    "task": {"type": "text-generation", "name": "Marketing copy"},
                    "dataset": {
                        "type": "shop-archive",
                        "name": "held-out products of the shop's archive",
                    },
                    "metrics": metrics,
                }
            ],
        }
    ]
    is_added = bool(figures.get("is_added"))
    made = "taken from" if is_added else "fine-tuned from"
    origin = f"{made} `{base}`" if base else "trained from scratch"
    learnt = "" if is_added else " on the shop's own approved copy"
    lines = [
        "---",
        yaml.safe_dump(front, sort_keys=False, allow_unicode=True).strip(),
        "---",
        f"# Copywriter {model_hash[:12]}",
        "",
        f"A causal language model ({figures['count_parameters']:,} parameters), {origin}{learnt}. "
        "Facts are slots (`<material>`); the warehouse fills them after decoding.",
        "",
        "## Use and limits",
        "",
        "Use it with Shelftalk only for the shop whose copy it learnt: it writes in that shop's voice, and its texts "
        "must pass Shelftalk's checks before anyone reads them. Without slots and checks it invents facts, as any "
        "language model does. Personal data was taken out of what it learnt from.",
        "",
        "## Figures on held-out products",
        "",
        "| figure | value |",
        "|---|---|",
        *(
            f"| {told} | {_number(figures[name])} |"
            for name, told in _FIGURES
            if figures.get(name) is not None
        ),
        "",
        "## Corpus",
        "",
        *(f"- {reason}: {count:,}" for reason, count in counts.items()),
        "",
        "## Settings",
        "",
        *(f"- {name}: {value}" for name, value in sorted(settings.items())),
        "",
        f"SHA-256 over weights, tokenizer and config: `{model_hash}`",
        "",
    ]
    path = folder / "README.md"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
