"""What is said in passing is no claim; what is said of the subject is, whatever its words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.check_file import check_line
from tasks.checks.context import CheckContext

CONTEXT = CheckContext.empty()
JACKET = {"name": "Moss Day Jacket", "waterproof": False, "lining": "cotton"}
DRYER = {"name": "Juno Hair Dryer", "power_w": 1800, "heat_settings": 3, "cordLengthM": 2.5}
SHOP = {"opening_hours": "Mon-Sat 10:00-18:00", "pickup": "free in store"}
REVIEWS = {"reviews": 40, "mention_quiet": 12, "rating": 4.1}
MIXED = {"count_reviews": 318, "rating_average": 4.2, "praised": ["night footage"]}
SLEEVE = {"product": "Kite 15", "weight_g": 210, "compared_with": "Kite 17", "compared_weight_g": 260}  # fmt: skip
CHAIR = {"name": "Curlew Folding Chair", "care": "wipe clean", "size": "60 × 45 cm"}


def _answer(text: str, facts: dict[str, Any]) -> dict[str, Any]:
    row = {"id": "1", "plugin": "descriptions", "locale": "en", "facts": facts, "text": text}
    return check_line(json.dumps(row), 1, CONTEXT)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("It is not waterproof, so leave it at home when the sky turns grey.", JACKET),
        ("Throw open the windows. A cotton lining waits inside.", JACKET),
        ("1.8 kW, three heat settings and a 2.5 m cord.", DRYER),
        ("Pick it up in store, Monday to Saturday from 10 am to 6 pm.", SHOP),
        ("12 of 40 reviews mention how quiet it is, an average of 4.1.", REVIEWS),
        ("The Kite 15 weighs 210 g, 50 g less than the Kite 17.", SLEEVE),
        ("A Juno Hair Dryer isn't for one long evening, but for three short ones.", DRYER),
    ],
)
def test_what_is_true_or_said_in_passing_is_let_through(text: str, facts: dict[str, Any]) -> None:
    assert _answer(text, facts)["reasons"] == []


@pytest.mark.parametrize(
    ("text", "facts", "words"),
    [
        ("The Moss Day Jacket comes in grey.", JACKET, "grey"),
        ("1,800 watts, three heat settings, an ionic mode.", DRYER, "ionic mode"),
        ("Pick it up in store, Monday to Saturday from 10 am to 8 pm.", SHOP, "8 pm"),
        ("They like the night footage and the crystal-clear audio.", MIXED, "audio"),
        ("The Kite 15 weighs 210 g, 50 g more than the Kite 17.", SLEEVE, "50 g"),
        ("You can return worn items.", {"returns": "14 days", "condition": "unworn"}, "worn"),
        ("We wrap your order for free.", {"gift_wrapping_price": "3.50 EUR"}, "free"),
        ("A case of solid walnut.", {"case": "walnut veneer"}, "solid"),
    ],
)
def test_what_no_fact_bears_is_refused(text: str, facts: dict[str, Any], words: str) -> None:
    answer = _answer(text, facts)
    assert answer["verdict"] == "refuse"
    assert any(words in reason["claim"] for reason in answer["reasons"])


@pytest.mark.parametrize(
    "text",
    [
        "It is made in this size: wipe clean.",
        "The Curlew Folding Chair is often bought together with the Curlew Folding Chair.",
        "Its proportions is left alone.",
        "Before you choose, a 12 reviews read it.",
        "Orders with find the chair.",
    ],
)
def test_a_sentence_that_a_slot_broke_is_refused(text: str) -> None:
    answer = _answer(text, CHAIR)
    assert "structure" in {reason["check"] for reason in answer["reasons"]}


def test_a_refused_text_has_no_second_reason_about_what_is_left() -> None:
    answer = _answer("Entirely in grey leather.", JACKET)
    assert answer["verdict"] == "refuse"
    assert not any("characters" in reason["why"] for reason in answer["reasons"])
    assert len(answer["reasons"]) == len({tuple(reason.items()) for reason in answer["reasons"]})
