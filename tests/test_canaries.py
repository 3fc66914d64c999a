"""Canaries: personal data planted in every table of the shop comes out nowhere but in schema shop.

The whole way runs: scrubbing, corpus, training, a run with real Prefect, report, export, show, and errors provoked on
purpose. Then every byte that came out is searched.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.open_shop import discover, warehouse_of
from flows.settings import load_settings
from tasks.errors import WarehouseError
from tasks.warehouse import Warehouse, fetch_dicts, run_sql
from tests.fallback_run import everything
from tests.small_archive import fill_small_archive
from tests.small_shop import fill_small_shop

NAMES = (
    "Quillon Zephyrwick",
    "Ottoline Brackenshaw-Vey",
    "Jürgen Mückenfett",
    "Fleurette d'Aubrétoile",
)
EMAILS = ("quillon.zephyrwick@canarymail.example", "o_brackenshaw+shop@nestbox.example.co.uk")
PHONES = ("07700 900987", "+44 7700 900654", "(212) 555-0187", "+49 151 23456789", "06 12 34 56 78")
CARDS = ("4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005")
IBANS = (
    "GB82 WEST 1234 5698 7654 32",
    "DE89370400440532013000",
    "FR14 2004 1010 0505 0001 3M02 606",
)
ADDRESSES = ("48 Zanthorpe Crescent", "Mückenallee 17", "14 rue de Canaritte")
CANARIES = (*NAMES, *EMAILS, *PHONES, *CARDS, *IBANS, *ADDRESSES)
HIDDEN = (
    "Zephyrwick",
    "Brackenshaw",
    "Mückenfett",
    "Aubrétoile",
    "canarymail",
    "nestbox",
    "Zanthorpe",
    "Canaritte",
)
"""Parts of canaries that may come out alone."""


def _needles() -> list[tuple[str, re.Pattern[str]]]:
    """A pattern for each canary, whatever stands between its groups, and as JSON would escape it."""
    found = []
    for canary in (*CANARIES, *HIDDEN):
        digits = re.sub(r"\D", "", canary)
        if len(digits) >= 9 and not re.search("[a-z]", canary):
            body = r"[\s().\-/]{0,3}".join(re.findall(r"\w", canary))
        else:
            body = re.escape(canary)
        escaped = re.escape(json.dumps(canary)[1:-1])
        found.append((canary, re.compile(f"{body}|{escaped}", re.IGNORECASE)))
    return found


NEEDLES = _needles()


def leaks(text: str) -> list[str]:
    """The canaries that ``text`` holds."""
    return [canary for canary, pattern in NEEDLES if pattern.search(text)]


def plant(warehouse: Warehouse) -> None:
    """Put canaries into every table of schema shop that holds text."""
    said = "Lovely colour. " + " ; ".join(CANARIES)
    with warehouse.transaction() as con:
        for number, name in enumerate(NAMES):
            values = {
                "who": f"c{number * 10 + 3:04d}",
                "name": name,
                "email": EMAILS[number % len(EMAILS)],
                "phone": PHONES[number],
                "address": ADDRESSES[number % len(ADDRESSES)] + ", Leeds",
            }
            con.execute(
                "update shop.customers set name = $name, email = $email, phone = $phone, address = $address "
                "where customer_id = $who",
                values,
            )
        con.execute(
            "update shop.reviews set body = body || ' ' || $said, title = $said where review_id < 'r05'",
            {"said": said},
        )
        con.execute(
            "update shop.questions set body = body || ' ' || $said, answer = answer || $said",
            {"said": said},
        )
        con.execute(
            "update shop.products set description = description || $said where product_id < 'p20'",
            {"said": said},
        )
        con.execute(
            "update shop.order_lines set order_id = order_id || $mail where product_id = 'p05'",
            {"mail": EMAILS[0]},
        )
        con.execute(
            "update shop.orders set order_id = order_id || $mail "
            "where order_id || $mail in (select order_id from shop.order_lines)",
            {"mail": EMAILS[0]},
        )
        con.execute(
            "update shop.events set event_id = event_id || $mail where product_id = 'p05'",
            {"mail": EMAILS[0]},
        )
        # One fact each: what the catalogue says about a product must not be told of a person.
        for number, canary in enumerate(CANARIES):
            con.execute(
                "update shop.product_facts set value = $told where product_id = $product and name = 'origin'",
                {"told": f"made for {canary}", "product": f"p{number + 1:02d}"},
            )
        con.execute(
            "update shop.products set name = $name where product_id = 'p36'",
            {"name": f"Mug of {NAMES[0]}"},
        )
        con.execute(
            "update shop.products set brand = $name where product_id = 'p37'", {"name": NAMES[1]}
        )
        con.execute(
            "update shop.products set category = $name where product_id = 'p38'",
            {"name": EMAILS[0]},
        )
        con.execute(
            "insert into shop.policies values ('helpdesk', 'en', $phone, $told)",
            {"phone": PHONES[0], "told": f"Ask {NAMES[0]} on {PHONES[0]}."},
        )
        con.execute(
            "insert into shop.load_rejects values ('l1', 'customers.csv', 3, 'customers', $told)",
            {"told": said},
        )
        archive = {
            "told": " ".join(f"{c} says so." for c in CANARIES),
            "facts": json.dumps({"maker": NAMES[0], "name": EMAILS[1]}),
        }
        run_sql(
            con,
            "insert into shop.copy (copy_id, product_id, kind, body, facts) "
            "select 'canary-' || copy_id, product_id, kind, body || ' ' || $told, null from shop.copy "
            "where copy_id like '%-0-0'",
            archive,
        )
        run_sql(
            con,
            "insert into shop.copy (copy_id, product_id, kind, body, facts) "
            "select 'maker-' || copy_id, product_id, kind, body, $facts from shop.copy where copy_id like '%-1-1'",
            archive,
        )


def provoke(home: Path) -> None:
    """A scenario and a plugin of the shop's own whose SQL fails on a customer's name, and one that hands a name out."""
    scenarios, plugins = home / "own-scenarios", home / "own-plugins"
    scenarios.mkdir()
    header = (Path(__file__).parent.parent / "sql/scenarios/viewed_not_bought.sql").read_text(
        encoding="utf-8"
    )
    lines = [line for line in header.splitlines() if line.startswith("--")]
    for name, expression in {
        "casts": "cast(customers.name as double)",
        "raises": "cast(error('this is ' || customers.name) as double)",
        "parses": "epoch(strptime(customers.email, '%Y'))",
    }.items():
        sql = (
            f"select customer_id, 'p01' as product_id, {expression} as score from shop.customers "
            "where name like 'Quillon%'"
        )
        (scenarios / f"{name}.sql").write_text("\n".join([*lines, sql]) + "\n", encoding="utf-8")
    own = (Path(__file__).parent.parent / "sql/scenarios/category_loyalists.sql").read_text(
        encoding="utf-8"
    )
    own = re.sub(r"(?m)^(-- content_types: ).*", r"\g<1>failing, telling", own)
    (scenarios / "own.sql").write_text(own, encoding="utf-8")
    # A file of reviews whose rows are refused: their reasons stay in schema shop too.
    (home / "own-reviews.csv").write_text(
        "review_id,product_id,rating,body\n"
        f'r-1,p01,{NAMES[0]},fine\nr-2,p01,9,{EMAILS[0]}\n{EMAILS[0]},,5,x\nr-3,p01,5,"{PHONES[0]}\n',
        encoding="utf-8",
    )
    for name, value in {
        "failing": "cast(description as integer)",
        "telling": "left(description, 300)",
    }.items():
        folder = plugins / name
        shutil.copytree(Path(__file__).parent.parent / "plugins/descriptions", folder)
        manifest = (folder / "plugin.toml").read_text(encoding="utf-8")
        (folder / "plugin.toml").write_text(
            manifest.replace('"descriptions"', f'"{name}"', 1), encoding="utf-8"
        )
        cells = {
            "name": "name",
            "category": "category",
            "price": "money(price, currency)",
            "material": value,
        }
        facts = ", ".join(
            f"fact('{fact}', {cell}, 'shop.products', 'name', product_id)"
            for fact, cell in cells.items()
        )
        sql = (
            "-- Grain: one row a product.\n"
            f"select product_id as subject_id, facts([{facts}]) as facts from shop.products "
            "where product_id < 'p20' and $scenario_version_id <> ''\n"
        )
        (folder / "briefs.sql").write_text(sql, encoding="utf-8")


@dataclass(frozen=True)
class Outputs:
    """What came out of the whole way."""

    home: Path
    told: dict[str, str]
    """Where -> everything that was put out there."""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, prefect_server: Any) -> Outputs:
    from typer.testing import CliRunner

    from flows import cli_look, cli_operate  # noqa: F401 - they register their commands
    from flows.cli import app
    from flows.produce_content import produce_content
    from tasks.build_corpus import build_corpus
    from tasks.export_feed import export_feed
    from tasks.scrub_text import scrub_texts
    from tasks.train_copywriter import train

    home = tmp_path_factory.mktemp("canaries") / "home"
    warehouse = Warehouse(home / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
        fill_small_archive(con)
    plant(warehouse)
    provoke(home)
    scrub_texts(warehouse)
    told: dict[str, str] = {}
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home.parent)
        for key, value in {
            "HOME": str(home),
            "CANDIDATES": "1",
            "SCENARIO_FOLDERS": json.dumps([str(home / "own-scenarios")]),
            "PLUGIN_FOLDERS": json.dumps([str(home / "own-plugins")]),
        }.items():
            patch.setenv(f"SHELFTALK_{key}", value)
        settings = load_settings()
        plugins = discover(settings).plugins
        corpus = build_corpus(warehouse, plugins)
        told["corpus"] = repr(corpus)
        train(warehouse, plugins, home, steps=3, seed=7)
        summary = produce_content(
            scenarios=["category_loyalists", "casts", "raises", "parses", "own"], limit=40
        )
        told["summary"] = json.dumps(summary, default=str, ensure_ascii=False)
        export_feed(warehouse_of(settings), home / "feed.csv")
        told["feed"] = (home / "feed.csv").read_text(encoding="utf-8")
        runner = CliRunner()
        with warehouse.open() as con:
            text_id = fetch_dicts(con.execute("select text_id from content.texts limit 1"))[0][
                "text_id"
            ]
        for command in (
            ["show", text_id],
            ["show", "--limit", "50"],
            ["why", text_id],
            ["plan"],
            ["runs"],
            ["doctor"],
            ["load", "table", "reviews", str(home / "own-reviews.csv")],
            ["settings"],
        ):
            told[f"shelftalk {' '.join(command)}"] = runner.invoke(app, command).output
    logging.getLogger().removeHandler(handler)
    told["logs"] = "\n".join(records)
    return Outputs(home, told)


def test_the_canaries_can_be_found_where_they_were_planted(outputs: Outputs) -> None:
    planted = everything(Warehouse(outputs.home / "warehouse.duckdb"), "shop")
    assert set(leaks(planted)) == {*CANARIES, *HIDDEN}


@pytest.mark.parametrize("schema", ["content", "staging", "mart"])
def test_no_canary_leaves_schema_shop(outputs: Outputs, schema: str) -> None:
    # Not searched: what is keyed by customer, and the mart that shows the catalogue's own names and categories, from
    # which they go no further (a brief with such a fact is quarantined).
    told = everything(
        Warehouse(outputs.home / "warehouse.duckdb"),
        schema,
        leave_out=("staging.purchases", "mart.category_affinity", "mart.product_offers"),
    )
    assert leaks(told) == []


def test_no_canary_is_printed_logged_exported_or_learnt(outputs: Outputs) -> None:
    assert {where: leaks(text) for where, text in outputs.told.items() if leaks(text)} == {}
    assert all(outputs.told[where] for where in ("corpus", "summary", "feed", "shelftalk plan"))


def test_no_canary_is_in_the_report_or_a_file_of_the_model(outputs: Outputs) -> None:
    files = [path for path in outputs.home.rglob("*") if path.is_file() and "own-" not in str(path)]
    others = [path for path in files if not path.name.startswith("warehouse.duckdb")]
    assert {"index.html", "tokenizer.json", "README.md"} <= {path.name for path in others}
    found = {
        path.name: leaks(path.read_bytes().decode("utf-8", errors="replace")) for path in others
    }
    assert {name: canaries for name, canaries in found.items() if canaries} == {}


def test_no_canary_is_in_prefects_database(outputs: Outputs) -> None:
    from prefect.settings import get_current_settings

    url = get_current_settings().server.database.connection_url.get_secret_value()
    path = Path(url.split("///", 1)[1])
    held = b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*")).decode(
        "utf-8", errors="replace"
    )
    assert "category_loyalists" in held  # the run's own rows are there to be searched
    assert leaks(held) == []


def test_briefs_with_personal_facts_are_quarantined_with_the_reason_that_repeats_nothing(
    outputs: Outputs,
) -> None:
    with Warehouse(outputs.home / "warehouse.duckdb").open() as con:
        rows = fetch_dicts(
            con.execute(
                "select subject_id, state, reason, facts from content.briefs where plugin = 'descriptions'"
            )
        )
        live = con.execute("select plugin, subject_id from content.texts").fetchall()
    published = {subject for plugin, subject in live if plugin == "descriptions"}
    poisoned = [row for row in rows if "personal data" in (row["reason"] or "")]
    assert len(poisoned) >= 3
    assert {row["state"] for row in poisoned} == {"quarantined"}
    assert not {row["subject_id"] for row in poisoned} & published
    assert published
    # A name that is a person's reaches no content type.
    assert "p36" not in {subject for _, subject in live}


def test_a_plugin_that_hands_out_descriptions_or_fails_on_one_publishes_nothing_of_them(
    outputs: Outputs,
) -> None:
    with Warehouse(outputs.home / "warehouse.duckdb").open() as con:
        reasons = con.execute(
            "select distinct state, reason from content.briefs where plugin = 'telling'"
        ).fetchall()
    assert {state for state, _ in reasons} == {"quarantined"}
    assert any("holds personal data" in reason for _, reason in reasons)
    assert "plugin failing: briefs.sql: Conversion Error" in outputs.told["shelftalk plan"].replace(
        "\n", " "
    )


def test_an_error_that_quotes_a_row_leaves_the_warehouse_as_one_that_does_not(
    outputs: Outputs,
) -> None:
    for sql in (
        "select cast(name as integer) from shop.customers",
        "select error(email) from shop.customers",
    ):
        with (
            pytest.raises(WarehouseError) as raised,
            Warehouse(outputs.home / "warehouse.duckdb").open() as con,
        ):
            con.execute(f"{sql} where name = $name", {"name": NAMES[0]}).fetchall()
        told = "".join(traceback.format_exception(raised.value))
        assert "not shown" in told
        assert leaks(told) == []


def test_a_failing_statement_says_what_failed_without_the_value(outputs: Outputs) -> None:
    with Warehouse(outputs.home / "warehouse.duckdb").open() as con:
        reasons = dict(
            con.execute(
                "select scenario, reason from content.scenarios where state = 'refused'"
            ).fetchall()
        )
    assert "DOUBLE" in reasons["casts"]
    assert {"casts", "raises", "parses"} <= set(reasons)
    assert all("not shown" in reasons[name] for name in ("casts", "raises", "parses"))
