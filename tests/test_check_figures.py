"""Figures as shops write them and as copy says them again; each with a neighbour that is wrong and still falls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.check_file import check_line
from tasks.checks.context import CheckContext

CONTEXT = CheckContext.empty()

STOOL = {
    "name": "Ash Stool",
    "seat_in": 16,
    "made_in": 2021,
    "legs": "9 in plus 2 in risers",
    "foot": "3/4 in pad",
}
BULB = {"name": "Dusk Bulb", "colour_temp": "2200–6500 K", "delivery": "3–5 working days"}
SOCKS = {"name": "Fell Sock", "sizes": "UK 4–12", "wash": "40 °C"}
BOX = {"name": "Toy Box", "size": "60 x 40 x 35 in"}
TENT = {"question": "We are 9 and arrive after 14 months away. OK?", "sleeps": "6 guests"}
DOOR = {"question": "My door is 70 cm wide. Does it fit?", "minimum_door": "76 cm"}
SHOE = {"name": "Ridge 5", "last_purchase": "Ridge 4", "age_note": "not under 6"}
PAN = {"price": "£30", "was_price": "£45", "name": "Iron Pan"}
CARDS = {"offer": "50 prints for £20 (usually £28)", "name": "Prints"}
HIRE = {"hire": "£60 a day", "offer": "10% off hire in March"}
INTRO = {"intro_price": "$50 until 9 May", "regular_price": "$65"}
MEET = {"deal": "£5 off when you spend £30", "name": "Tea"}
CASE = {"name": "Cola", "pack": "case of 12", "case_price": "£18"}
GYM = {"price": "£40 a month", "first_month": "half price", "name": "Gym"}
FAIR = {"name": "Fair", "dates": "2–16 June", "hours": "Thursdays 2–5 p.m."}
SALE = {"name": "Kit", "price": "$12.99", "starts": "April 3", "ends": "April 9"}
TALK = {"name": "Talk", "starts": "7.30 pm"}
LAMP = {"name": "Lamp", "plug": "UK"}
LOFT = {"rating": 4.2, "from": 512, "darker": "58 reviews", "praised": "covers well"}
GIFTS = {"rating": 4.5, "reviews": 94, "gift_share": "about a third bought it as a gift"}
ROOMS = {"rating": 4.6, "reviews": 132, "rooms": "most use them in small rooms"}
PIPS = {"rating": 4.6, "reviews": 900, "mentions_pips": 100}
AGES = {"rating": 3.8, "reviews": 264, "pct_praise_colour": 44, "pct_complain_handle": 29}
COFFEE = {"name": "Roast", "blend": "70% arabica, 30% robusta"}


PARTS = {
    "name": "Hub",
    "usb_ports": "2 USB-A, 1 USB-C",
    "pack": "6 x 200 ml glass bottles",
    "two_way_zip": True,
}
PRINTERS = {"cartridge": "K9 black", "compatible_with": ["Orvia 400", "Orvia 420"]}
STOVES = {"promo": "winter stoves −25%", "until": "30 November"}
MUG = {"name": "Mug", "capacity": "15 fl oz", "diameter_in": 4}
SHEDS = {"score": 4.5, "reviews": 1011, "sheds": 164, "scratches": 90}
OVEN = {"name": "Hob", "temperature_range": "60–240 °C"}
BAG = {"name": "Satchel", "weight_lb": 5.2, "price_from_1_march": "£54"}
HEADS = {"name": "Sweeper", "heads": "floor head, 2-in-1 brush", "brush": "10 cm"}
CABLE = {"name": "Cable", "power": "up to 22 kW"}


SPARES = {"name": "Festoon Lights", "spares": "pack of 5, £8"}
CUPS = {"name": "Cups", "price": "£24 for two"}
MINCE = {"name": "Mince", "ingredients": ["chicken 80%", "carrot 12%", "offal 8%"]}
SPLIT = {"rating": 3.2, "reviews": 1506, "5_star": "35%", "1_star": "29%"}
ZIPS = {"rating": "4.7 of 5", "reviews": 540, "zip_mentions": 66, "feather_mentions": 29}
WINDOW = {"name": "Delivery", "window": "10 am to 2 pm", "reschedule_by": "6 pm on 13 January"}


def _refused(text: str, facts: dict[str, Any]) -> list[str]:
    row = {"id": "1", "plugin": "descriptions", "locale": "en", "facts": facts, "text": text}
    reasons = check_line(json.dumps(row), 1, CONTEXT)["reasons"]
    return [reason["claim"] for reason in reasons if reason["check"] == "grounding"]


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (STOOL, "The Ash Stool has a seat of 16 inches.", "The Ash Stool has a seat of 18 inches."),
        (STOOL, "Legs of 9 inches, and 2 inches more.", "Legs of 11.5 inches, and that is all."),
        (STOOL, "It stands on three quarters of an inch.", "It stands on half an inch of pad."),
        (BULB, "It goes from 2200 K to 6500 K.", "It goes from 2200 K to 7000 K."),
        (BULB, "A glow that dims to 2200 K.", "A glow that dims to 1800 K."),
        (BULB, "It comes in 3 to 5 working days.", "It comes in 3 working days."),
        (SOCKS, "Sizes 4 through 12.", "Sizes 4 through 14."),
        (SOCKS, "Wash it at 40 without worry.", "Wash it at 60 without worry."),
        (BOX, "The box is 60 inches long, 40 wide and 35 high.", "The box is 60 inches long, 45 wide."),
    ],
)  # fmt: skip
def test_units_and_ends_of_ranges_are_read_as_facts_write_them(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (TENT, "After 14 months away you have earned it.", "After 16 months away you have earned it."),
        (TENT, "Nine is too many for one tent, sorry.", "The tent takes nine guests."),
        (DOOR, "At 70 cm your door is too narrow, sorry.", "It slides through a 70 cm door easily."),
        (SHOE, "Your Ridge 4s have earned a rest.", "Your Ridge 7s have earned a rest."),
        (SHOE, "Not for under-6s.", "Not for under-9s."),
    ],
)  # fmt: skip
def test_a_customers_own_figure_and_a_models_number_may_be_said_again(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (PAN, "Down from £45 to £30.", "Down from £55 to £30."),
        (PAN, "Now £30 from £45.", "Now £45 from £30."),
        (PAN, "Fifteen pounds off the Iron Pan.", "Twenty pounds off the Iron Pan."),
        (CARDS, "Fifty prints, £20 instead of £28.", "Fifty prints, only £28."),
        (HIRE, "£54 a day rather than £60.", "£60 a day rather than £66."),
        (INTRO, "It is $50 until 9 May and $65 afterwards.", "It is $65 until 9 May and $50 afterwards."),
        (INTRO, "Save $15 until 9 May.", "Save $20 until 9 May."),
        (MEET, "Take £5 off when you spend £30.", "Take £8 off when you spend £30."),
        (CASE, "£18 a case, which is £1.50 a can.", "£18 a case, which is £1.20 a can."),
        (GYM, "Your first month is half price: £20.", "Your first month is half price: £15."),
    ],
)  # fmt: skip
def test_old_prices_savings_and_plain_arithmetic_follow_from_the_facts(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (FAIR, "Come by, 2–16 June.", "Come by, 4–16 June."),
        (FAIR, "Walk in between 2 and 5 p.m.", "Walk in between 2 and 6 p.m."),
        (SALE, "The Kit is $12.99 April 3 through 9.", "The Kit is $12.99 April 3 through 12."),
        (TALK, "The talk starts at half past seven.", "The talk starts at 8 pm."),
        (LAMP, "A lamp for feeds at 3 a.m.", "A lamp with 3 switches."),
    ],
)  # fmt: skip
def test_spans_of_days_and_hours_are_read_at_both_ends(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (LOFT, "It dries darker, say 58 of 512.", "It dries darker, say 98 of 512."),
        (GIFTS, "One buyer in three bought it as a gift.", "One buyer in two bought it as a gift."),
        (ROOMS, "Most reviewers use them in small rooms.", "Most reviewers complain of the bass."),
        (ROOMS, "The most helpful review speaks of the bass.", "Most customers find fault with the bass."),
        (PIPS, "One reviewer in nine finds pips.", "One reviewer in three finds pips."),
        (AGES, "The handle annoys 29% of reviewers.", "The handle annoys 44% of reviewers."),
        (COFFEE, "Seventy per cent arabica.", "Pure arabica."),
    ],
)  # fmt: skip
def test_shares_of_reviewers_are_held_against_counts_and_against_words(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (PARTS, "Three USB ports in one small hub.", "Five USB ports in one small hub."),
        (PARTS, "It comes in six small glass bottles.", "It comes in eight small glass bottles."),
        (PARTS, "A two-way zip.", "A three-way zip."),
        (PRINTERS, "The K9 is made for the 400 and 420.", "The K9 is made for the 400 and 430."),
        (STOVES, "Winter stoves are 25% off.", "Winter stoves are 35% off."),
        (MUG, "Fifteen ounces of coffee.", "Sixteen ounces of coffee."),
        (MUG, "It is 4 inches wide.", "It is 5 inches wide."),
        (SHEDS, "Some shedding: 164 of 1,011 mention it.", "Some shedding: 90 of 1,011 mention it."),
        (SHEDS, "1,011 bakers, 4.5 stars.", "1,110 bakers, 4.5 stars."),
        (OVEN, "From a 60-degree simmer to a 240-degree sizzle.", "From a 60-degree simmer to a 280-degree sizzle."),
        (HEADS, "It has a two-in-one brush.", "It has a four-in-one brush."),
        (BAG, "Five pounds and change on your back.", "Seven pounds and change on your back."),
        (BAG, "At home on the 17.42 to anywhere.", "It has 17.42 litres of room."),
        (BAG, "It goes up on 1 March.", "It goes up on 3 March."),
        (CABLE, "The cable won't stand in the way up to 22 kW.", "The cable won't stand in the way up to 32 kW."),
    ],
)  # fmt: skip
def test_counts_and_measures_that_a_fact_holds_in_another_form(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)


@pytest.mark.parametrize(
    ("facts", "right", "wrong"),
    [
        (SPARES, "Spare bulbs are £8 a pack.", "Spare bulbs are £8 each."),
        (CUPS, "Cups, £24 for two, or £12 each.", "Cups, £24 each."),
        (MINCE, "80% chicken and 12% carrot.", "80% carrot and 12% chicken."),
        (SPLIT, "35% give five stars.", "29% give five stars."),
        (ZIPS, "66 mention the zip.", "29 mention the zip."),
        (WINDOW, "It comes between 10 and 2.", "It comes between 2 and 6."),
    ],
)  # fmt: skip
def test_a_figure_of_the_facts_in_anothers_place_still_falls(
    facts: dict[str, Any], right: str, wrong: str
) -> None:
    assert not _refused(right, facts)
    assert _refused(wrong, facts)
