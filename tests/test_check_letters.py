"""What a text's form and its facts' form allow: who signs, calls, what contradicts itself, whose superlative it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.check_file import check_line
from tasks.checks.context import CheckContext

CONTEXT = CheckContext.empty()
REPLY = {
    "question": "Is the Brook kettle in stock?",
    "in_stock": True,
    "product": "Brook Kettle",
    "signed_by": "Ines at Brook & Bell",
}
KETTLE = {"name": "Brook Kettle", "capacity": "1.2 l", "colour": "sage"}


def _rules(text: str, facts: dict[str, Any]) -> set[str]:
    row = {"id": "1", "plugin": "auto_replies", "locale": "en", "facts": facts, "text": text}
    return {reason["check"] for reason in check_line(json.dumps(row), 1, CONTEXT)["reasons"]}


@pytest.mark.parametrize(
    "text",
    [
        "Yes, it is in stock. Ines at Brook & Bell",
        "Yes, it is in stock. Ines",
        "Yes, it is in stock! Love, Brook & Bell",
        "Yes, it is in stock. The Brook & Bell team",
        "Yes, it is in stock. 🫖",
    ],
)
def test_a_signature_or_a_picture_after_a_complete_text_is_no_unfinished_sentence(
    text: str,
) -> None:
    assert _rules(text, REPLY) == set()


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Yes, it is in stock. Ines will", REPLY),
        ("Yes, it is in stock. The Brook", REPLY),
        ("Yes, it is in stock. Marguerite", REPLY),
        ("Ines at Brook & Bell", REPLY),
        ("Brook & Bell\nYes, it is in stock.", REPLY),
        ("It holds 1.2 l and is sage. Brook Kettle", KETTLE),
        ("It holds 1.2 l and the 🫖", KETTLE),
    ],
)
def test_a_text_that_is_cut_off_falls(text: str, facts: dict[str, Any]) -> None:
    assert "structure" in _rules(text, facts)


@pytest.mark.parametrize(
    "text",
    [
        "Hey, hey, hey, the kettle is on.",
        "Ding-ding, the kettle is ready.",
        "Sage, and proud of it: it holds 1.2 l.",
        "If you want tea for you, you know what to do.",
        "You don't pick the kettle, the kettle picks you.",
        "Pour, wait, pour, wait.",
    ],
)
def test_calls_and_words_taken_up_again_are_no_loop(text: str) -> None:
    assert "structure" not in _rules(text, KETTLE)


@pytest.mark.parametrize(
    "text",
    [
        "The kettle kettle holds 1.2 l.",
        "A kettle in in sage.",
        "Sage, sage, sage, sage and more.",
        "It holds tea and it holds tea and it holds tea.",
        "The sage kettle is the sage kettle is the kettle.",
    ],
)
def test_words_that_stand_again_without_a_mark_are_a_loop(text: str) -> None:
    assert "structure" in _rules(text, KETTLE)


@pytest.mark.parametrize(
    "extra",
    [
        {"tray": "not included", "fits": "any tray of 30 cm"},
        {"whistle": False, "alternative": "Brook Piper, with a whistle"},
        {"cordless": False, "asks": "Is it cordless?"},
        {"size_m": "18–20 cm", "size_l": "21–24 cm"},
        {"rating": "4.2 from 180 reviews"},
        {"surge_rating": "2,400 joules"},
        {"boils_before_loss_of_rating": 40},
    ],
)
def test_a_fact_that_speaks_of_another_thing_contradicts_nothing(extra: dict[str, Any]) -> None:
    assert _rules("It holds 1.2 l and is sage.", KETTLE | extra) == set()


@pytest.mark.parametrize(
    "extra",
    [
        {"tray": "not included", "included": "tray, cable"},
        {"cordless": False, "feature_2": "cordless"},
        {"capacity_ml": 900},
        {"rating": 42},
    ],
)
def test_facts_that_deny_each_other_still_refuse_every_text(extra: dict[str, Any]) -> None:
    assert "consistency" in _rules("It is sage.", KETTLE | extra)


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("What we can tell you is that it holds 1.2 l.", {}),
        ("You've been looking at teapots, so here is a kettle.", {"viewed": "teapots"}),
        ("On its gentlest setting it hums.", {}),
        ("Bring your biggest mug.", {}),
        ("It happens to the best of us.", {}),
        ("There's no hurry, and it holds 1.2 l.", {}),
        ("Nobody wants to fill a kettle twice.", {}),
    ],
)
def test_idiom_and_the_readers_own_things_do_no_harm(text: str, extra: dict[str, Any]) -> None:
    assert "harm" not in _rules(text, KETTLE | extra)


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("We can tell you are tired of tea.", {}),
        ("You've been looking at teapots, so here is a kettle.", {}),
        ("You looked at teapots four times last night.", {"viewed": "teapots"}),
        ("The gentlest kettle there is.", {}),
        ("It is simply the best kettle.", {}),
        ("Hurry, it holds 1.2 l.", {}),
        ("Nobody wants to be left without a kettle.", {}),
        ("Once they're gone they're gone.", {}),
    ],
)
def test_the_neighbours_of_those_still_fall(text: str, extra: dict[str, Any]) -> None:
    assert "harm" in _rules(text, KETTLE | extra)
