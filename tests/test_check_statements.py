"""Statements in plain words: who a clause speaks of, one of a kind against the others, facts turned round, numbers out of place."""

# ruff: noqa: E501 - example texts stay whole
from __future__ import annotations

import pytest

from plugins.contract import Limits
from tasks.check_file import facts_of
from tasks.checks.context import CheckContext
from tasks.checks.judging import judge

CONTEXT = CheckContext.empty()
ANY = Limits(min_characters=1, max_characters=2000, min_sentences=1, max_sentences=50)
LAMP = {
    "name": "Arlo Lamp",
    "category": "lamps",
    "material": "brass",
    "height_cm": 48,
    "dimmable": False,
    "bulb": "not included",
    "warranty": "5 years on the frame",
}
PAINT = {
    "product": "Quiet Wall Emulsion",
    "shade": "Gull Egg",
    "suitable_rooms": ["bedroom", "hallway"],
    "finish": "matt",
}
SEED = {
    "seed": "Amber tomato",
    "sow_indoors": "February to April",
    "plant_out": "after the last frost",
    "height_cm": 180,
}
FEEDER = {
    "name": "Robin's Rest feeder",
    "holds": "0.6 kg of seed",
    "squirrel_proof": False,
    "colour": "sage",
}
BRUSH = {
    "name": "Spark",
    "modes": ["clean", "sensitive", "whitening"],
    "battery_days": 21,
    "waterproof": True,
}
MATS = {
    "item": "Floor mats",
    "set_of": 4,
    "price": "£54",
    "material": "rubber",
    "shipping": "£3.50",
}
REVIEWS = {
    "product": "Duet",
    "count_reviews": 64,
    "rating_average": 4.5,
    "praised": ["sound", "battery life"],
    "faulted": ["short cable"],
}
RETURNS = {
    "garment": "Harbour Raincoat",
    "exchange": "free within 28 days in the UK",
    "delivery": "3 to 5 weeks",
}


def passes(text: str, values: dict[str, object], locale: str = "en") -> bool:
    judged = judge(text, facts_of(values, "p1"), context=CONTEXT, limits=ANY, locale=locale)
    return judged.is_publishable and all(verdict.is_passed for verdict in judged.verdicts)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It floats.", LAMP),
        ("It folds flat in seconds.", LAMP),
        ("The base glows in the dark.", LAMP),
        ("Arlo stands 48 cm tall, tilts towards the page and remembers the angle.", LAMP),
        ("A hanging loop is sewn into the collar.", LAMP),
        ("Brass, 48 cm tall, plus a clip for your keys.", LAMP),
        ("We plant a tree for every one sold.", LAMP),
        ("Clean, sensitive, whitening and gum care.", BRUSH),
    ],
)
def test_a_statement_about_the_subject_that_no_fact_bears_is_refused(
    text: str, values: dict[str, object]
) -> None:
    assert not passes(text, values)


@pytest.mark.parametrize(
    "text",
    [
        "It looks good on any desk.",
        "It will be your favourite, you know it.",
        "The kettle can wait; this can't.",
        "If it isn't love, it was at least a good look.",
        "It deserves a quiet corner and a long book.",
        "Somebody has to keep the evenings warm.",
        "Bring your own bulb; Arlo stands just under half a metre.",
    ],
)
def test_mood_about_the_subject_passes(text: str) -> None:
    assert passes(text, LAMP)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A matt emulsion for bathrooms and kitchens.", PAINT),
        ("Start them indoors between May and July.", SEED),
        ("Sow from February and plant out before the last frost.", SEED),
        ("Sage green, and squirrels don't stand a chance.", FEEDER),
        ("A five-year warranty on frame, cable and shade alike.", LAMP),
        ("You can swap it free of charge, wherever in the world you live.", RETURNS),
        ("It will be there tomorrow.", RETURNS),
        ("You can exchange it within a year.", RETURNS),
    ],
)
def test_a_fact_turned_round_is_refused(text: str, values: dict[str, object]) -> None:
    assert not passes(text, values)


def test_one_of_a_kind_that_the_facts_name_passes() -> None:
    assert passes("A matt emulsion for bedrooms and the hallway.", PAINT)
    assert passes("Sow indoors in March, and plant out after the last frost.", SEED)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Black rubber would be dull; these mats are £54 each.", MATS),
        ("The mats are £3.50, plus £54 shipping.", MATS),
        ("4.5 reviews say so.", REVIEWS),
        ("Arlo is not 48 cm tall.", LAMP),
    ],
)
def test_a_number_of_the_facts_in_anothers_place_is_refused(
    text: str, values: dict[str, object]
) -> None:
    assert not passes(text, values)


def test_what_follows_from_two_facts_passes() -> None:
    case = {"item": "Shelby case", "price": "€19.90", "offer": "20% off", "code": "CLEAR20"}
    assert passes("Use CLEAR20 and it drops to €15.92.", case)
    assert not passes("Use CLEAR20 and it drops to €14.92.", case)
    tin = {"item": "Emulsion", "tin_size_l": 2.5, "coverage_m2_per_l": 12}
    assert passes("One tin covers 30 m².", tin)
    assert not passes("One tin covers 36 m².", tin)


def test_an_item_beside_what_reviewers_praise_needs_a_fact() -> None:
    assert passes("The sound and the battery life are praised.", REVIEWS)
    assert not passes("The sound and the low price are praised.", REVIEWS)


def test_what_follows_from_a_property_in_plain_words_passes() -> None:
    assert passes("It keeps the rain out.", BRUSH)
    assert not passes("It keeps the rain out.", LAMP)
