"""Shows what a copywriter would learn from: counts by reason, how often copy states each fact, examples."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from plugins.contract import Plugin
from tasks.build_corpus import MINIMUM_TEXTS, build_corpus
from tasks.copywriter.slots import slot_names
from tasks.warehouse import Warehouse

__all__ = ["describe_corpus"]

_FEW_SLOTS = 0.5


def describe_corpus(
    warehouse: Warehouse, plugins: Sequence[Plugin], *, count_examples: int = 20, seed: int = 7
) -> dict[str, Any]:
    """Counts, coverage (one row a fact: texts whose prompt offers it, texts that state it), examples and notes."""
    corpus = build_corpus(warehouse, plugins, minimum=0)
    stated: Counter[str] = Counter()
    offered: Counter[str] = Counter()
    for pair in corpus.pairs:
        stated.update(set(slot_names(pair.copy)))
        offered.update(set(slot_names(pair.prompt)) | set(slot_names(pair.copy)))
    texts = [pair for pair in corpus.pairs if not pair.subject_id.startswith("example ")]
    with_slot = sum(bool(slot_names(pair.copy)) for pair in texts)
    archived = corpus.counts.get("archived", 0)
    shown = random.Random(seed).sample(texts, min(count_examples, len(texts)))
    notes = []
    if len(texts) < MINIMUM_TEXTS:
        notes.append(
            f"a copywriter needs at least {MINIMUM_TEXTS} texts and here are {len(texts)}; load more copy."
        )
    plain = {"name", "brand", "category", "price"}
    if not set(offered) - plain:
        notes.append(
            "the shop has no attributes (material, colour, size …), so the copywriter can state names and "
            "prices only; load product_facts to let it say more."
        )
    if archived and with_slot / archived < _FEW_SLOTS:
        notes.append(
            f"only {with_slot / archived:.0%} of the archive states a fact of its row; the rest teaches nothing."
        )
    return {
        "counts": corpus.counts,
        "count_texts": len(corpus.pairs),
        "count_subjects": len({(p.kind, p.subject_id) for p in corpus.pairs}),
        "count_held_out": len(corpus.held_out),
        "share_with_slot": with_slot / max(1, archived),
        "slots_a_text": sum(len(slot_names(p.copy)) for p in texts) / max(1, len(texts)),
        "coverage": [
            {
                "fact": name,
                "count_offered": count,
                "count_stated": stated[name],
                "share": stated[name] / count,
            }
            for name, count in offered.most_common()
        ],
        "notes": notes,
        "examples": [{"kind": p.kind, "prompt": p.prompt, "copy": p.copy} for p in shown],
    }
