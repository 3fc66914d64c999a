"""Delexicalisation of any catalogue: the vocabulary is the shop's own, and copy that invents teaches nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugins.discovery import discover_plugins
from tasks.attribute_vocabulary import mine_vocabulary, with_full_name
from tasks.build_corpus import build_corpus, plant_canaries
from tasks.copywriter.slots import SLOT
from tasks.describe_corpus import describe_corpus
from tasks.errors import ShopIncomplete
from tasks.warehouse import Warehouse

DATA = Path(os.environ.get("SHELFTALK_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
ROWS = [
    {"name": "Leather Satchel", "colour": "navy, moss and burnt orange", "material": "leather"},
    {"name": "Mug", "material": "stone-ware / bone china", "capacity": "350 ml", "brand": "Vale"},
]


def test_the_vocabulary_is_mined_from_columns_lists_and_names() -> None:
    found = mine_vocabulary(ROWS)
    assert {"navy", "moss", "burnt orange", "leather", "stone-ware", "bone china"} <= set(
        found.phrases
    )
    assert not {"vale", "350 ml", "mug", "satchel"} & set(found.phrases)
    assert found.counts == {"colour": 3, "material": 3}


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("It comes in Burnt  Orange.", "Burnt  Orange"),
        ("Two mosses, one jug.", None),
        ("Made of <material>, in <colour>.", None),
        ("A leather strap holds the <name>.", "leather"),
        ("Leatherette is another thing.", None),
        ("Navys and greens.", "Navys"),
    ],
)
def test_a_word_of_the_vocabulary_outside_a_slot_is_found(sentence: str, word: str | None) -> None:
    assert mine_vocabulary(ROWS).unsupported(sentence) == word


@pytest.mark.parametrize(
    ("body", "name", "brand", "full"),
    [
        ("The Ludo Vest is warm.", "Ludo Vest in Marine", "", "The Ludo Vest in Marine is warm."),
        ("This Polygon Tunic.", "Schai Polygon Tunic", "Schai", "This Schai Polygon Tunic."),
        ("A vest to keep.", "Vest in Marine", "", "A vest to keep."),
        ("The Ludo Vest in Marine.", "Ludo Vest in Marine", "", "The Ludo Vest in Marine."),
        ("A Big Jug.", r"Big Jug (\1 l)", "", r"A Big Jug (\1 l)."),
    ],
)
def test_a_shortened_name_is_the_name(body: str, name: str, brand: str, full: str) -> None:
    assert with_full_name(body, {"name": name, "brand": brand}) == full


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path / "warehouse.duckdb")
    made.create()
    return made


def test_copy_that_states_what_no_fact_gives_is_left_out_of_the_sentence_on(
    warehouse: Warehouse,
) -> None:
    with warehouse.transaction() as con:
        con.execute(
            "insert into shop.products (product_id, name, category) "
            "values ('a', 'Ash Board', 'boards'), ('b', 'Tall Jug', 'jugs')"
        )
        con.execute("insert into shop.product_facts values ('a', 'material', 'oiled oak')")
        con.execute(
            "insert into shop.copy (copy_id, product_id, kind, body) values "
            "('1', 'a', 'descriptions', 'The Ash Board is of Oiled Oak. It is a quiet piece of work.'),"
            "('2', 'b', 'descriptions', 'The Tall Jug pours well. Its lid is of oiled oak. Have a good look at it.')"
        )
    corpus = build_corpus(warehouse, discover_plugins(()).plugins, minimum=1)
    own = {p.subject_id: p.copy for p in corpus.pairs if not p.subject_id.startswith("example")}
    assert own == {
        "a": "The <name> is of <material>. It is a quiet piece of work.",
        "b": "The <name> pours well. Have a good look at it.",
    }


def test_a_shop_without_attributes_is_told_so(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        con.execute("insert into shop.products (product_id, name) values ('a', 'Tall Jug')")
        con.execute(
            "insert into shop.copy (copy_id, product_id, kind, body) values "
            "('1', 'a', 'poems', 'The Tall Jug pours well and looks good.')"
        )
    found = describe_corpus(warehouse, [])
    assert any("at least 300 texts" in note for note in found["notes"])
    assert any("no attributes" in note for note in found["notes"])
    with pytest.raises(ShopIncomplete, match="at least 300 approved texts"):
        build_corpus(warehouse, discover_plugins(()).plugins)


def test_canaries_are_planted_in_texts_to_learn_from_alone() -> None:
    from tests.tiny_copywriter import tiny_corpus

    plain = tiny_corpus(200)
    planted = plant_canaries(plain, 5)
    assert len(set(planted.canaries)) == 5
    holders = [p for p in planted.pairs if any(c in p.copy for c in planted.canaries)]
    assert len(holders) == 5
    assert not any(p.is_held_out or SLOT.search(c) for p in holders for c in planted.canaries)
    assert planted.fingerprint != plain.fingerprint
    assert plant_canaries(plain, 0) is plain


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")
@pytest.mark.parametrize(
    ("files", "least", "facts"),
    [
        (("shopify_fashion/fashion.csv.gz",), 0.85, {"name": 0.25, "colour": 0.8, "brand": 0.75}),
        (("retail_demo/products.yaml.gz",), 0.6, {"name": 0.95}),
    ],
)
def test_real_catalogues_become_texts_with_slots(
    warehouse: Warehouse, files: tuple[str, ...], least: float, facts: dict[str, float]
) -> None:
    from tasks.load_exports import load_shopify, load_table

    for file in files:
        if "shopify" in file:
            load_shopify(warehouse, [DATA / file])
        else:
            load_table(warehouse, "products", [DATA / file], currency="USD")
    found = describe_corpus(warehouse, discover_plugins(()).plugins)
    assert found["share_with_slot"] >= least
    shares = {row["fact"]: row["share"] for row in found["coverage"]}
    assert all(shares[name] >= share for name, share in facts.items()), shares
    for pair in build_corpus(warehouse, discover_plugins(()).plugins).pairs:
        assert "demonstration store" not in pair.copy
