"""Archives in another language, or of few products: what is learnt, what is left out, what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.discovery import discover_plugins
from tasks.build_corpus import build_corpus
from tasks.copy_language import WRONG_LANGUAGE, language_of
from tasks.errors import ShopIncomplete
from tasks.warehouse import Warehouse

GERMAN = (
    "Die Jacke {n} hält Sie an kalten Tagen warm und lässt sich leicht waschen. Sie ist aus Wolle."
)
ENGLISH = "The Jacket {n} keeps you warm on cold days and is easily washed. It is made of wool."
FIRST = "quiet busy sunny rainy windy early late slow".split()
SECOND = "walk ride market garden office station harbour evening".split()
PLUGINS = discover_plugins(entry_points=False).plugins


def archive(
    folder: Path, body: str, *, count: int = 60, copy_id: str = "c{n}", locale: str = "en"
) -> Warehouse:
    """A shop of jackets with one text each."""
    made = Warehouse(folder / "warehouse.duckdb")
    made.create()
    with made.transaction() as con:
        for n in range(1, count + 1):
            name = f"{'Jacke' if 'Jacke' in body else 'Jacket'} {n}"
            con.execute(
                "insert into shop.products (product_id, name, category, price) values ($id, $name, 'jackets', 9)",
                {"id": f"p{n}", "name": name},
            )
            own = body.format(n=n, w=f"{FIRST[n % 8]} {SECOND[n // 8]}")
            wool = "Wolle" if "Wolle" in body else "wool"
            con.execute(
                "insert into shop.product_facts values ($id, 'material', $wool)",
                {"id": f"p{n}", "wool": wool},
            )
            con.execute(
                "insert into shop.copy (copy_id, product_id, kind, body, locale) "
                "values ($copy, $id, 'descriptions', $body, $locale)",
                {"copy": copy_id.format(n=n), "id": f"p{n}", "body": own, "locale": locale},
            )  # fmt: skip
    return made


def test_copy_in_another_language_than_its_locale_is_left_out_and_named(tmp_path: Path) -> None:
    warehouse = archive(tmp_path, GERMAN)
    with pytest.raises(ShopIncomplete, match=r"60 of them .*most in de.*column locale"):
        build_corpus(warehouse, PLUGINS)
    counts = build_corpus(warehouse, PLUGINS, minimum=0).counts
    assert counts[f"{WRONG_LANGUAGE}(de)"] == 60


def test_too_little_copy_in_the_right_language_speaks_of_no_language(tmp_path: Path) -> None:
    with pytest.raises(ShopIncomplete) as caught:
        build_corpus(archive(tmp_path, ENGLISH), PLUGINS)
    assert "language" not in str(caught.value)


@pytest.mark.parametrize(("copy_id", "locale"), [("c{n}", "de"), ("description:p{n}", "en")])
def test_german_copy_is_learnt_as_german(tmp_path: Path, copy_id: str, locale: str) -> None:
    """Where the archive says so, and where a catalogue's export, which cannot say, is German throughout."""
    warehouse = archive(tmp_path, GERMAN, copy_id=copy_id, locale=locale)
    corpus = build_corpus(warehouse, PLUGINS, minimum=0)
    german = [pair for pair in corpus.pairs if "<name> hält Sie" in pair.copy]
    assert len(german) == 20, "one sentence pattern is learnt at most twenty times"
    assert {b.scenario.locale for b in corpus.held_out_briefs if b.subject_id.startswith("p")} == {"de"}  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Amber Jug", "Tasse", "", "42 × 30 cm", "Sauvignon Blanc, Château Montrose, Médoc"]
)
def test_a_few_words_are_in_no_language(text: str) -> None:
    assert language_of(text) is None or len(text) >= 40


def test_other_scripts_are_told_at_any_length() -> None:
    assert language_of("ウールの暖かいジャケットです。") == "ja"
    assert language_of("سترة دافئة من الصوف") == "ar"


def test_a_small_archive_holds_more_products_out(tmp_path: Path) -> None:
    body = "The Jacket {n} keeps you warm on cold days. It suits a {w}. It is made of wool."
    corpus = build_corpus(archive(tmp_path, body), PLUGINS, minimum=0)
    own = [pair for pair in corpus.pairs if pair.subject_id.startswith("p")]
    assert len(own) == 60
    assert 6 <= sum(pair.is_held_out for pair in own) <= 20, "a fifth of them, not a twentieth"
