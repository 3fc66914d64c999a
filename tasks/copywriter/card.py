"""The model card beside the weights, by the hub's convention: what it is, what it learnt from, how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["write_card"]


def write_card(
    folder: Path,
    model_hash: str,
    base: str | None,
    figures: dict[str, Any],
    settings: dict[str, Any],
    counts: dict[str, int],
) -> Path:
    """Writes README.md into the model's folder."""
    front = [
        "---",
        "library_name: transformers",
        "pipeline_tag: text-generation",
        "tags: [shelftalk, copywriting]",
    ]
    if base:
        front.append(f"base_model: {base.partition('@')[0]}")
    origin = f"fine-tuned from `{base}`" if base else "trained from scratch"
    lines = [
        *front,
        "---",
        f"# Copywriter {model_hash[:12]}",
        "",
        f"A causal language model ({figures['count_parameters']:,} parameters), {origin} on "
        "the shop's own approved "
        "copy. Facts are slots (`<material>`); the warehouse fills them after decoding.",
        "",
        "Use it with Shelftalk only for the shop whose copy it learnt: it writes in that "
        "shop's voice, and its texts "
        "must pass Shelftalk's checks before anyone reads them.",
        "",
        "## Figures on held-out products",
        "",
        "| figure | value |",
        "|---|---|",
        f"| perplexity a token | {figures['perplexity']:.3f} |",
        f"| perplexity a character | {figures['perplexity_a_character']:.4f} |",
        f"| texts held out | {figures['count_held_out_texts']:,} |",
        f"| texts learnt from | {figures['count_training_texts']:,} |",
        f"| steps, seconds | {figures['steps']:,}, {figures['seconds']:.0f} |",
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
