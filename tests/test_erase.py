"""Erasing a customer: nothing of them is left in the tables or in the file, and what counted them is written again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.open_shop import warehouse_of
from flows.settings import Settings, load_settings
from tasks.erase_customer import Erasure, erase_customer
from tasks.errors import InputError
from tasks.warehouse import Warehouse, fetch_dicts, one_value
from tests.fallback_run import everything, make_home, write_fallbacks

WHO = "c0283"
NAME, EMAIL, PHONE = "Quillon Zephyrwick", "quillon.z@canary-mail.example", "+44 7700 900987"
ADDRESS = "48 Zanthorpe Crescent"
SOME: dict[str, Any] = {
    "limit": 12,
    "plugins": ("review_summaries",),
    "scenarios": ("category_loyalists", "viewed_not_bought"),
}
WORDS = (NAME, "Zephyrwick", EMAIL, "7700 900987", "Zanthorpe")


def _give_a_life(warehouse: Warehouse) -> None:
    """Reviews, questions and orders of one customer, who is also named in others' words."""
    with warehouse.transaction() as con:
        con.execute(
            "update shop.customers set name = $name, email = $email, phone = $phone, address = $address "
            "where customer_id = $who",
            {"name": NAME, "email": EMAIL, "phone": PHONE, "address": ADDRESS, "who": WHO},
        )
        con.execute(
            "insert into shop.reviews (review_id, product_id, customer_id, rating, body, reviewed_at) "
            "select 'r-own-' || product_id, product_id, $who, 5, $body, timestamp '2026-10-01' from shop.products",
            {"who": WHO, "body": f"Lovely colour. {NAME}, {EMAIL}, {PHONE}"},
        )
        con.execute(
            "insert into shop.questions (question_id, product_id, customer_id, body) "
            "values ('q-own', 'p03', $who, $body)",
            {"who": WHO, "body": f"Is it dishwasher safe? Ring me: {PHONE}"},
        )
        con.execute(
            "update shop.reviews set title = 'Like ' || $name where review_id = 'r0101'",
            {"name": NAME},
        )
        con.execute(
            "update shop.questions set answer = $answer where question_id = 'qp02'",
            {"answer": f"Dear {NAME} of {ADDRESS}, see the care line."},
        )
        con.execute(
            "insert into shop.copy (copy_id, product_id, kind, body, facts, approved_at) values "
            "('k1', 'p03', 'review_summaries', $body, $facts, timestamp '2026-11-01')",
            {"body": f"{NAME} loves it.", "facts": json.dumps({"contact": EMAIL})},
        )
        con.execute(
            "insert into shop.load_rejects values ('l1', 'customers.csv', 3, 'customers', $reason)",
            {"reason": f"the row of {EMAIL} has no country"},
        )
        con.execute(
            "update shop.products set description = $told where product_id = 'p09'",
            {"told": f"Ask {EMAIL}"},
        )
        con.execute(
            "update shop.policies set body = body || ' Ask 07700 900 987.' where name = 'returns'"
        )
    from tasks.scrub_text import scrub_texts

    scrub_texts(warehouse, afresh=True)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose shop has been written about; copied for each test."""
    home = tmp_path_factory.mktemp("erase") / "home"
    warehouse = make_home(home)
    _give_a_life(warehouse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHELFTALK_HOME", str(home))
        write_fallbacks(load_settings(), **SOME)
    return home


@pytest.fixture
def settings(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(published, home)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(home))
    return load_settings()


@pytest.fixture
def erased(settings: Settings) -> Erasure:
    return erase_customer(warehouse_of(settings), WHO)


def test_nothing_of_the_customer_is_left_in_any_table(settings: Settings, erased: Erasure) -> None:
    left = everything(warehouse_of(settings), "shop", "staging", "mart", "content")
    assert [
        word for word in (*WORDS, WHO, "r-own", "q-own") if word.casefold() in left.casefold()
    ] == []
    assert {
        "shop.customers",
        "shop.reviews",
        "shop.questions",
        "shop.events",
        "content.audience",
    } <= set(erased.counts)
    assert "c0284" in left


def test_the_bytes_of_the_file_hold_nothing_of_them_either(settings: Settings) -> None:
    def bytes_of_home() -> bytes:
        return b"".join(path.read_bytes() for path in settings.home.iterdir() if path.is_file())

    assert EMAIL.encode() in bytes_of_home()  # so that the search below can find something
    erase_customer(warehouse_of(settings), WHO)
    held = bytes_of_home()
    assert [word for word in WORDS if word.encode() in held] == []
    assert [
        path.name
        for path in settings.home.iterdir()
        if ".part" in path.name or path.name.endswith(".wal")
    ] == []
    with warehouse_of(settings).open() as con:
        assert one_value(con, "select count(*) from shop.customers") == 299


def test_other_peoples_rows_stay_but_for_the_name_in_them(
    settings: Settings, erased: Erasure
) -> None:
    with warehouse_of(settings).open() as con:
        assert (
            one_value(con, "select title from shop.reviews where review_id = 'r0101'")
            == "Like [name]"
        )
        assert one_value(
            con, "select answer from shop.questions where question_id = 'qp02'"
        ).startswith("Dear [name] of [address]")
        assert (
            one_value(con, "select description from shop.products where product_id = 'p09'")
            == "Ask [email]"
        )
        assert one_value(con, "select count(*) from shop.product_facts") > 200


def test_a_name_that_may_be_a_products_is_told_and_not_changed(settings: Settings) -> None:
    with warehouse_of(settings).transaction() as con:
        con.execute(
            "update shop.products set name = $name where product_id = 'p10'", {"name": NAME}
        )
    done = erase_customer(warehouse_of(settings), WHO)
    assert done.mentions["shop.products.name"] == 1
    with warehouse_of(settings).open() as con:
        assert one_value(con, "select name from shop.products where product_id = 'p10'") == NAME


def test_texts_that_counted_them_are_retired_and_the_next_run_writes_them_again(
    settings: Settings, erased: Erasure
) -> None:
    warehouse = warehouse_of(settings)
    with warehouse.open() as con:
        retired = fetch_dicts(
            con.execute(
                "select * from content.texts where list_contains($ids, text_id)",
                {"ids": list(erased.text_ids)},
            )
        )
    summaries = [row for row in retired if row["plugin"] == "review_summaries"]
    assert summaries
    assert all(
        row["retired_at"] is not None and "erased" in row["retired_reason"] for row in retired
    )
    write_fallbacks(settings, **SOME)
    with warehouse.open() as con:
        again = one_value(
            con,
            "select count(*) from content.texts where retired_at is null and plugin = 'review_summaries' "
            "and list_contains($subjects, brief_id)",
            {"subjects": [row["brief_id"] for row in summaries]},
        )
    assert again == len(summaries)


def test_a_model_that_learnt_from_their_reviews_is_named(erased: Erasure) -> None:
    assert [model["state"] for model in erased.models] == ["in_use"]


def test_the_receipt_holds_no_personal_data_and_its_key_proves_whose_it_is(
    settings: Settings, erased: Erasure
) -> None:
    with warehouse_of(settings).open() as con:
        (row,) = fetch_dicts(con.execute("select * from content.erasures"))
    told = json.dumps(row, default=str)
    assert [word for word in (*WORDS, WHO, erased.key) if word in told] == []
    assert row["customer_hash"] == hashlib.sha256(f"{erased.key}\x1f{WHO}".encode()).hexdigest()
    assert json.loads(row["counts"])["shop.customers"] == 1


def test_an_error_on_the_way_leaves_everything_as_it_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(warehouse_of(settings), "shop", "content")

    def fail(con: object, *, anew: bool) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("tasks.erase_customer.refresh_marts", fail)
    with pytest.raises(OSError, match="no space"):
        erase_customer(warehouse_of(settings), WHO)
    assert everything(warehouse_of(settings), "shop", "content") == before


def test_an_unknown_id_is_one_sentence_that_does_not_repeat_it(settings: Settings) -> None:
    with pytest.raises(InputError, match="nothing was erased") as told:
        erase_customer(warehouse_of(settings), "nobody@canary-mail.example")
    assert "canary" not in str(told.value)


def test_the_command_tells_what_it_did(settings: Settings) -> None:
    from flows import cli_trust  # noqa: F401 - registers the command
    from flows.cli import app

    done = CliRunner().invoke(app, ["erase", "--customer", WHO, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["counts"]["shop.customers"] == 1
    assert told["text_ids"]


def test_a_namesake_with_the_same_telephone_keeps_their_own_row(settings: Settings) -> None:
    own = {"name": NAME, "phone": PHONE, "who": "c0284"}
    with warehouse_of(settings).transaction() as con:
        con.execute(
            "update shop.customers set name = $name, phone = $phone where customer_id = $who", own
        )
    done = erase_customer(warehouse_of(settings), WHO)
    with warehouse_of(settings).open() as con:
        kept = con.execute(
            "select name, phone from shop.customers where customer_id = 'c0284'"
        ).fetchone()
    assert kept == (NAME, PHONE)
    assert not [place for place in done.mentions if place.startswith("shop.customers")]
