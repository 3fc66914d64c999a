"""Facts leave a text as slots and come back as they were."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.copywriter.slots import delexicalise, fill_slots, find_slots, slot_names

FACTS = {
    "name": "Ash Mug",
    "brand": "The Hob",
    "category": "mug",
    "material": "stoneware",
    "colour": "olive green",
    "capacity": "350 ml",
    "price": "£24.00",
    "size": "M",
    "feature_1": "dishwasher safe",
}
PLAIN = st.lists(
    st.sampled_from(
        [
            "for",
            "slow",
            "mornings",
            "we",
            "think",
            "kind",
            "words",
            "belong",
            "here",
            "beside",
            "you",
            "each",
            "day",
        ]
    ),
    min_size=1,
    max_size=5,
).map(lambda words: " ".join(dict.fromkeys(words)))


@given(st.lists(st.tuples(PLAIN, st.sampled_from(sorted(FACTS))), min_size=1, max_size=6))
def test_filling_gives_back_what_was_taken_out(parts: list[tuple[str, str]]) -> None:
    text = " ".join(f"Now {plain} {FACTS[name]} it is." for plain, name in parts)
    slotted = delexicalise(text, FACTS)
    assert slot_names(slotted) == [name for _, name in parts]
    assert fill_slots(slotted, FACTS) == text


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(max_size=12)))
def test_no_text_and_no_facts_break_it(text: str, facts: dict[str, str]) -> None:
    fill_slots(delexicalise(text, facts), facts)


@pytest.mark.parametrize(
    ("text", "slotted"),
    [
        ("The Ash Mug is olive-green.", "The <name> is <colour>."),
        ("Stoneware, and it holds 350ml.", "<material>, and it holds <capacity>."),
        ("Mugs we love.", "<category>s we love."),
        ("A medium one in M, not in m.", "A medium one in <size>, not in m."),
        ("It costs £24.00. Not £24.005 or 1350 ml.", "It costs <price>. Not £24.005 or 1350 ml."),
        ("Smugly stonewared.", "Smugly stonewared."),
    ],
)
def test_variants_of_a_value_become_its_slot(text: str, slotted: str) -> None:
    assert delexicalise(text, FACTS) == slotted


def test_the_longest_value_goes_first() -> None:
    facts = {"material": "oak", "name": "Oak Board", "colour": "oak brown"}
    assert delexicalise("Oak Board in oak brown oak", facts) == "<name> in <colour> <material>"


def test_a_shared_value_takes_the_first_name() -> None:
    assert delexicalise("in oak", {"colour": "oak", "material": "oak"}) == "in <colour>"
    assert find_slots("in oak", {"colour": "oak", "material": "oak"})[1] == 1


def test_a_shared_count_goes_to_what_it_counts() -> None:
    facts = {
        "praised_1": "grip",
        "count_praised_1": "4",
        "faulted_1": "lid",
        "count_faulted_1": "4",
    }
    text = "In 4 the grip is praised, in 4 the lid is faulted."
    assert find_slots(text, facts) == (
        "In <count_praised_1> the <praised_1> is praised, in <count_faulted_1> the "
        "<faulted_1> is faulted.",
        0,
    )
    assert find_slots("Praised in 4.", facts)[1] == 1


@pytest.mark.parametrize(
    ("slotted", "text"),
    [
        (
            "<material> again. <colour> too! Is it <material>?",
            "Stoneware again. Olive green too! Is it stoneware?",
        ),
        ("A <colour> thing, an <capacity> cup", "An olive green thing, a 350 ml cup"),
        ("the <brand> <name> mug", "The Hob Ash Mug"),
        ("<name> <category>.", "Ash Mug."),
        ("Two <category>s , please .", "Two mugs, please."),
        ("<unknown> stays", "<unknown> stays"),
        ("“<material>” it says.", "“Stoneware” it says."),
    ],
)
def test_filled_text_reads_well(slotted: str, text: str) -> None:
    assert fill_slots(slotted, FACTS) == text


@pytest.mark.parametrize(
    ("value", "article"),
    [("oak", "an"), ("unique", "a"), ("uniform", "a"), ("unlined linen", "an"), ("hour-long", "an"),
     ("8 cm", "an"), ("18 cm", "an"), ("80 cm", "an"), ("1.8 m", "a"), ("180 cm", "a"), ("11 cm", "an"),
     ("European oak", "a"), ("£8.00", "an"), ("one-piece", "a"), ("used", "a"), ("umber", "an")],
)  # fmt: skip
def test_articles_agree_with_the_value(value: str, article: str) -> None:
    assert fill_slots("It is a <x> thing", {"x": value}) == f"It is {article} {value} thing"


def test_values_stay_verbatim_whatever_they_hold() -> None:
    facts = {"name": r"A\1 (new) <b> $&.*", "material": "oak"}
    assert facts["name"] in fill_slots("Look at the <name> in <material>.", facts)
    assert not re.search(r"<(name|material)>", fill_slots("<name> <material>", facts))
