"""What the facts deny may be named as left out, and what a denial does not reach is not denied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.check_file import check_line
from tasks.checks.context import CheckContext

CONTEXT = CheckContext.empty()
LAMP = {
    "name": "Quill Lamp",
    "bulb": "not included",
    "plug": "3-pin",
    "shade": "linen",
    "waterproof": False,
}
POLISH = {
    "name": "Amber Polish",
    "tin": "100 ml",
    "not_for": "suede or cork",
    "use_on": "oak, leather",
}
BOX = {
    "name": "Tarn Box",
    "contents": "six cups",
    "saucers": False,
    "lid": "cork lid, no latex",
    "strap": "canvas",
}
DELIVERY = {
    "order_status": "not yet dispatched",
    "returns": "exchange not possible, refund in 14 days",
}


def _is_refused(text: str, facts: dict[str, Any]) -> bool:
    row = {"id": "1", "plugin": "descriptions", "locale": "en", "facts": facts, "text": text}
    return bool(check_line(json.dumps(row), 1, CONTEXT)["verdict"] == "refuse")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("The bulb is yours to supply.", LAMP),
        ("A linen shade; the bulb is up to you.", LAMP),
        ("You'll need a bulb.", LAMP),
        ("Everything but the bulb.", LAMP),
        ("Bulb: separate.", LAMP),
        ("The linen shade isn't waterproof.", LAMP),
        ("Good on oak and leather; keep it well away from suede.", POLISH),
        ("Keep it off suede and cork.", POLISH),
        ("No saucers, a cork lid, and a canvas strap.", BOX),
        ("Saucers are the one thing you'll have to bring yourself.", BOX),
        ("Canvas where you carry it, cork where you don't.", BOX),
        ("Not a cork person?", BOX),
        ("It hasn't been dispatched yet.", DELIVERY),
        ("We can't exchange it, but we refund it in 14 days.", DELIVERY),
    ],
)
def test_what_is_left_out_is_not_claimed(text: str, facts: dict[str, Any]) -> None:
    assert not _is_refused(text, facts)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("The bulb is in the box.", LAMP),
        ("It comes with a bulb.", LAMP),
        ("A waterproof linen shade.", LAMP),
        ("The waterproof shade means rain won't matter.", LAMP),
        ("It has no linen shade.", LAMP),
        ("Good on oak and suede.", POLISH),
        ("It brings the shine off the suede.", POLISH),
        ("It comes with saucers.", BOX),
        ("No saucers, lid or strap.", BOX),
        ("The strap isn't included.", BOX),
        ("It has been dispatched.", DELIVERY),
    ],
)
def test_what_is_claimed_against_the_facts_still_falls(text: str, facts: dict[str, Any]) -> None:
    assert _is_refused(text, facts)
