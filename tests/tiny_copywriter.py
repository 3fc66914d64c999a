"""A copywriter that trains in two seconds, and the archive that it learns from."""

from __future__ import annotations

import random
from pathlib import Path

from tasks.copywriter.pairs import Corpus, TrainingPair
from tasks.copywriter.training import Trained, TrainingSettings, train_model
from tasks.records import DraftRequest

NAMES = ("brand", "capacity", "category", "colour", "material", "name", "price")
OPENINGS = (
    "Meet the <name>.",
    "The <name> is here.",
    "Slow mornings suit the <name> from <brand>.",
)
MIDDLES = ("It is made of <material>.", "In <colour> it looks at home.", "It holds <capacity>.")
CLOSINGS = ("It is yours for <price>.", "Have a look.", "Put the kettle on.")
TINY = TrainingSettings(
    steps=60,
    batch_size=16,
    layers=2,
    width=64,
    heads=2,
    vocabulary_size=400,
    context=96,
    measurements=2,
)


def tiny_corpus(count: int = 400) -> Corpus:
    """``count`` pairs with slots, a tenth of them held out."""
    draw = random.Random(1)
    pairs = []
    for number in range(count):
        copy = " ".join(draw.choice(part) for part in (OPENINGS, MIDDLES, CLOSINGS))
        tone = draw.choice(("plain", "warm"))
        prompt = f"descriptions | goal inform | tone {tone} | {prompt_slots()}"
        pairs.append(TrainingPair(prompt, copy, "descriptions", f"p{number}", number % 10 == 0))
    return Corpus(tuple(pairs), NAMES, {"kept": count})


def train_tiny(folder: Path, base: str | None = None, settings: TrainingSettings = TINY) -> Trained:
    """Trains on the tiny corpus into ``folder``."""
    return train_model(tiny_corpus(), folder, base=base, settings=settings)


def prompt_slots(names: tuple[str, ...] = NAMES) -> str:
    """The slots as a prompt lists them."""
    return " ".join(f"<{name}>" for name in names)


def request(number: int, **changes: object) -> DraftRequest:
    """A request that differs from others in seed, prompt length, slots and length."""
    names = NAMES[: 3 + number % 5]
    values: dict[str, object] = {
        "prompt": f"descriptions | goal inform | tone plain | "
        f"{'home and ' * (number % 9)}{prompt_slots(names)}",
        "slots": names,
        "seed": number * 7919,
        "candidates": 1 + number % 3,
        "max_new_tokens": 12 + number % 20,
        "temperature": 0.9,
        "top_k": 40,
    }
    return DraftRequest(**(values | changes))  # type: ignore[arg-type]
