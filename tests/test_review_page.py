"""The review page: who is let in, what a form may do, and that untrusted text stays text."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tasks.approve_content import ReviewRules
from tasks.review_page.app import Door, create_app
from tasks.review_page.desk import Desk
from tasks.review_page.guard import is_loopback
from tasks.warehouse import Warehouse
from tests.waiting_texts import approval_of, fill_desk, plugins, rows

TOKEN = "a-long-random-token"
GOOD_EDIT = (
    "Come back to a calm table. The Alder Stoneware Jug is made of stoneware in olive green, "
    "and its size is 900 ml."
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("desk") / "warehouse.duckdb"
    fill_desk(path)
    return path.read_bytes()


@pytest.fixture
def warehouse(filled: bytes, tmp_path: Path) -> Warehouse:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(filled)
    return Warehouse(path)


def app_over(
    warehouse: Warehouse, door: Door | None = None, *, two_person: bool = False
) -> FastAPI:
    reader = Warehouse(warehouse.path, read_only=True, wait_seconds=0.3)
    rules = ReviewRules(plugins=plugins(), two_person=two_person)
    return create_app(Desk(reader, warehouse), rules, door, shop_name="Oak & Ash")


def client_of(app: FastAPI, *, base_url: str = "http://127.0.0.1:8765") -> TestClient:
    return TestClient(app, base_url=base_url, raise_server_exceptions=False)


def sign_in(client: TestClient, name: str = "Ada", **more: str) -> Response:
    answer: Response = client.post("/door", data={"name": name, **more})
    return answer


@pytest.fixture
def page(warehouse: Warehouse) -> Iterator[TestClient]:
    with client_of(app_over(warehouse)) as client:
        sign_in(client)
        yield client


def fields(answer: Response, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts to ``action``."""
    form = re.search(
        rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', answer.text, re.S
    )
    assert form, f"no form for {action}"
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
    return dict(found)


def decide(client: TestClient, approval_id: str, action: str, **more: str) -> Response:
    """Open the text and send one of its forms."""
    seen = client.get(f"/waiting/{approval_id}")
    where = f"/texts/{approval_id}/{action}"
    answer: Response = client.post(where, data=fields(seen, where) | more)
    return answer


def test_on_this_machine_a_name_is_asked_once(warehouse: Warehouse) -> None:
    with client_of(app_over(warehouse)) as client:
        first = client.get("/waiting")
        assert first.status_code == 200
        assert "Your name" in first.text
        assert "Alder" not in first.text
        assert sign_in(client, " ").status_code == 422
        assert "Alder Stoneware Jug" in sign_in(client).text
        again = client.get("/waiting")
        assert "Ada" in again.text
        assert "Your name" not in again.text


def test_a_wrong_token_is_one_clear_page(warehouse: Warehouse) -> None:
    with client_of(app_over(warehouse, Door(token=TOKEN, slow_answer=0))) as client:
        for answer in (
            client.get("/waiting"),
            client.get("/decided/anything"),
            sign_in(client, token="guess"),
            sign_in(client, token=""),
        ):
            assert answer.status_code == 403
            assert "Review token" in answer.text
            assert "Alder" not in answer.text
        assert "Alder" in sign_in(client, token=TOKEN).text


def test_an_ended_session_says_so_and_takes_no_decision(warehouse: Warehouse) -> None:
    door = Door(token=TOKEN, hours=1.5 / 3600)
    waiting = approval_of(warehouse, 0)
    with client_of(app_over(warehouse, door)) as client:
        seen = sign_in(client, token=TOKEN)
        form = fields(seen, f"/texts/{waiting['approval_id']}/approve")
        time.sleep(1.55)
        answer = client.post(f"/texts/{waiting['approval_id']}/approve", data=form)
        assert answer.status_code == 403
        assert "Your session has ended" in answer.text
    assert approval_of(warehouse, 0)["state"] == "waiting"


def test_a_forged_cookie_is_no_session(warehouse: Warehouse) -> None:
    with client_of(app_over(warehouse, Door(token=TOKEN))) as one:
        sign_in(one, token=TOKEN)
        cookie = one.cookies["shelftalk_review"]
    with client_of(app_over(warehouse, Door(token=TOKEN))) as other:  # another key
        for forged in (cookie, cookie[:-2] + "xx", "eyJ3aG8iOiAiQWRhIn0="):
            other.cookies.set("shelftalk_review", forged)
            assert other.get("/waiting").status_code == 403


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    warehouse: Warehouse,
) -> None:
    with client_of(app_over(warehouse)) as client:
        answer = client.post("/door", data={"name": "Ada"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=" in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_page_changes_nothing(
    page: TestClient, warehouse: Warehouse, headers: dict[str, str]
) -> None:
    waiting = approval_of(warehouse, 0)
    where = f"/texts/{waiting['approval_id']}/approve"
    form = fields(page.get("/waiting"), where)
    assert page.post(where, data=form, headers=headers).status_code == 403
    assert approval_of(warehouse, 0)["state"] == "waiting"


def test_a_form_needs_the_token_of_its_session(page: TestClient, warehouse: Warehouse) -> None:
    waiting = approval_of(warehouse, 0)
    where = f"/texts/{waiting['approval_id']}/approve"
    form = fields(page.get("/waiting"), where)
    for csrf in ("", "wrong", form["csrf"][:-1]):
        assert page.post(where, data=form | {"csrf": csrf}).status_code == 403
    for other in ("/undo", "/leave", where.replace("approve", "reject")):
        assert page.post(other, data={"reason": "x"}).status_code == 403
    assert approval_of(warehouse, 0)["state"] == "waiting"
    own = {"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"}
    assert page.post(where, data=form, headers=own).status_code == 200
    assert approval_of(warehouse, 0)["state"] == "approved"


def test_a_strangers_name_for_our_address_is_refused(warehouse: Warehouse) -> None:
    app = app_over(warehouse)
    for name in ("evil.example", "127.0.0.1.evil.example", "192.168.1.5"):
        with client_of(app, base_url=f"http://{name}") as client:
            answer = client.get("/")
            assert (answer.status_code, "Alder" in answer.text) == (400, False)
    for name in ("localhost", "127.0.0.1", "[::1]"):
        with client_of(app, base_url=f"http://{name}:8765") as client:
            assert client.get("/").status_code == 200
    everywhere = app_over(warehouse, Door(token=TOKEN, hosts=("0.0.0.0",)))
    for name, status in (("192.168.1.5", 403), ("evil.example", 400)):
        with client_of(everywhere, base_url=f"http://{name}:8765") as client:
            assert client.get("/").status_code == status


def test_every_answer_carries_the_security_headers(page: TestClient) -> None:
    for path in ("/waiting", "/nothing", "/static/review.js", "/waiting/unknown"):
        headers = page.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert page.get("/waiting").headers["cache-control"] == "no-store"
    text = page.get("/waiting").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?://", text)


def test_a_body_beyond_measure_is_refused(page: TestClient) -> None:
    assert page.post("/undo", data={"csrf": "x" * 300_000}).status_code == 413


def test_the_page_shows_text_facts_claims_and_reasons_side_by_side(
    page: TestClient, warehouse: Warehouse
) -> None:
    text = page.get(f"/waiting/{approval_of(warehouse, 0)['approval_id']}").text
    assert re.search(r"<mark[^>]*>olive green<sup>3</sup></mark>", text)
    assert "shop.product_facts.value[ALD-21/colour]" in text
    assert "4 claims, each with its source" in text
    assert "no fact of this product says &#39;waterproof&#39;" in text


def test_untrusted_text_stays_text(page: TestClient, warehouse: Warehouse) -> None:
    nasty = '<script>alert("x")</script>\u202e\' onload=1 {{ 7919*7907 }}'
    facts = [
        {
            "name": "name",
            "value": nasty,
            "source_table": "shop.products",
            "source_column": "name",
            "source_key": nasty,
        }
    ]
    with warehouse.open() as con:
        con.execute(
            "update content.approvals set body = $t, original_body = $t, facts = $facts, subject_id = $t, "
            "prompt = $t, claims = '[]' where tier = 'review'",
            {"t": nasty, "facts": facts},
        )
        con.execute("update content.verdicts set reason = $t, claim = $t", {"t": nasty})
        con.execute("update content.drafts set text = $t", {"t": nasty})
    for path in ("/waiting", "/quarantined"):
        text = page.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
        assert "\u202e" not in text
        assert "62615533" not in re.sub(r"[0-9a-f]{12,}", "", text)


def test_approving_turns_to_the_next_text_and_can_be_undone(
    page: TestClient, warehouse: Warehouse
) -> None:
    first, second = approval_of(warehouse, 0), approval_of(warehouse, 1)
    answer = decide(page, first["approval_id"], "approve")
    assert answer.url.path == f"/waiting/{second['approval_id']}"
    assert "Approved: the text is live." in answer.text
    assert approval_of(warehouse, 0)["state"] == "approved"
    assert approval_of(warehouse, 0)["decided_by"] == "Ada"
    back = page.post("/undo", data=fields(answer, "/undo"))
    assert back.url.path == f"/waiting/{first['approval_id']}"
    assert approval_of(warehouse, 0)["state"] == "waiting"


def test_a_refused_edit_comes_back_with_the_words_and_the_reasons(
    page: TestClient, warehouse: Warehouse
) -> None:
    waiting = approval_of(warehouse, 0)
    wrong = f"{GOOD_EDIT} It is waterproof."
    answer = decide(page, waiting["approval_id"], "edit", body=wrong)
    assert answer.status_code == 422
    assert "<q>It is waterproof.</q>" in answer.text
    assert f">{wrong}</textarea>" in answer.text
    answer = decide(page, waiting["approval_id"], "edit", body=f"{GOOD_EDIT} <b>New!</b>")
    assert answer.status_code == 422
    assert "holds markup" in answer.text
    assert approval_of(warehouse, 0)["body"] == waiting["body"]


def test_an_edit_then_an_approval_by_another_person(warehouse: Warehouse) -> None:
    waiting = approval_of(warehouse, 0)
    app = app_over(warehouse, two_person=True)
    with client_of(app) as ada, client_of(app) as bo:
        sign_in(ada)
        sign_in(bo, "Bo")
        stale = fields(bo.get("/waiting"), f"/texts/{waiting['approval_id']}/approve")
        assert (
            "passed every check" in decide(ada, waiting["approval_id"], "edit", body=GOOD_EDIT).text
        )
        assert "another person approves" in decide(ada, waiting["approval_id"], "approve").text
        assert approval_of(warehouse, 0)["state"] == "waiting"
        late = bo.post(f"/texts/{waiting['approval_id']}/approve", data=stale)
        assert "the text was changed by Ada since you read it" in late.text
        assert approval_of(warehouse, 0)["state"] == "waiting"
        decide(bo, waiting["approval_id"], "approve")
    after = approval_of(warehouse, 0)
    assert (after["state"], after["decided_by"], after["edited_by"]) == ("approved", "Bo", "Ada")


def test_rejecting_asks_for_a_reason_and_stands_among_the_decided(
    page: TestClient, warehouse: Warehouse
) -> None:
    waiting = approval_of(warehouse, 0)
    assert "needs a reason" in decide(page, waiting["approval_id"], "reject", reason=" ").text
    decide(page, waiting["approval_id"], "reject", reason="too <plain>")
    decided = page.get("/decided").text
    assert "Alder Stoneware Jug" in decided
    assert "too plain" in decided


def test_a_person_writes_for_a_quarantined_brief(page: TestClient, warehouse: Warehouse) -> None:
    seen = page.get("/quarantined")
    where = re.search(r'action="(/briefs/[^"]+/write)"', seen.text)
    assert where
    assert "Fell Wool Throw" in seen.text
    body = "Evenings draw in. The Fell Wool Throw from Marlow House is lambswool in heather grey, at £110.00."
    answer = page.post(where[1], data=fields(seen, where[1]) | {"body": body})
    assert answer.url.path.startswith("/waiting/")
    assert "Edited by Ada" in answer.text
    assert (
        "Fell Wool Throw"
        not in re.findall(r"<strong>(.*?)</strong>", page.get("/quarantined").text)[:1]
    )


def test_the_queue_is_narrowed_by_words_scenario_and_type(page: TestClient) -> None:
    def titles(path: str) -> list[str]:
        return re.findall(r"<strong>(.*?)</strong>", page.get(path).text)

    assert titles("/waiting") == ["Alder Stoneware Jug", "Bramble Linen Apron", "Cairn Oak Board"]
    assert titles("/waiting?q=LINEN") == ["Bramble Linen Apron"]
    assert titles("/waiting?q=%25") == []
    assert len(titles("/quarantined?plugin=review_summaries")) == 2
    assert titles("/quarantined?scenario=nowhere") == []
    assert titles("/waiting?page=99999999999") == []
    assert page.get("/waiting?page=x").status_code == 422


def test_an_unknown_page_or_text_leads_back(page: TestClient) -> None:
    assert page.get("/nowhere").status_code == 404
    gone = page.get("/waiting/0123456789abcdef")
    assert gone.status_code == 404
    assert "there is no text" in gone.text
    assert page.get("/quarantined/run~brief").status_code == 404
    assert page.get("/static/../app.py").status_code == 404


def test_while_a_run_holds_the_warehouse_the_page_says_so_and_comes_back(
    page: TestClient, warehouse: Warehouse
) -> None:
    import subprocess
    import sys

    code = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    answer = page.get("/waiting")
    assert answer.status_code == 503
    assert 'http-equiv="refresh"' in answer.text
    assert "is held by process" in answer.text
    holder.communicate("")
    assert page.get("/waiting").status_code == 200


def test_ten_thousand_waiting_texts_open_quickly(page: TestClient, warehouse: Warehouse) -> None:
    with warehouse.open() as con:
        con.execute(
            "insert into content.approvals by name select * exclude (n) replace ('copy' || n as approval_id, "
            "'brief' || n as brief_id) from content.approvals, range(10000) as many (n) "
            "where subject_id = 'ALD-21'"
        )
    page.get("/waiting")
    start = time.perf_counter()
    text = page.get("/waiting").text
    assert time.perf_counter() - start < 1.5
    assert "10,003" in text
    assert "1 of 201" in text
    assert len(rows(warehouse, "select 1 from content.approvals limit 1")) == 1


@pytest.fixture
def home(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(warehouse.path.parent)
    monkeypatch.setenv("SHELFTALK_HOME", str(warehouse.path.parent))
    return warehouse.path.parent


def refusal(arguments: list[str]) -> str:
    from flows import review  # noqa: F401 - registers the command
    from flows.cli import app

    done = CliRunner().invoke(app, ["review", *arguments])
    assert done.exit_code != 0
    return str(done.exception)


def test_the_console_script_knows_the_command(home: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-c", "from flows.cli import main; main()", "review", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Open the review page" in done.stdout


def test_another_address_needs_a_token_that_is_long_enough(home: Path) -> None:
    assert "needs a token" in refusal(["--host", "0.0.0.0"])
    assert "at least 12" in refusal(["--host", "0.0.0.0", "--token", "short"])
    assert "is empty" in refusal(["--token", " "])


def test_a_port_in_use_is_one_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 is in use" in refusal(["--port", str(port)])
    assert "no address of this machine" in refusal(
        ["--host", "no.such.host.invalid", "--token", TOKEN]
    )


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.4", False),
        ("shop.example", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_token_never_shows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.settings import load_settings, settings_rows

    monkeypatch.setenv("SHELFTALK_REVIEW_TOKEN", TOKEN)
    settings = load_settings()
    shown: list[Any] = [
        settings_rows(settings),
        settings.model_dump(mode="json"),
        Door(token=TOKEN),
    ]
    assert TOKEN not in str(shown)
    assert settings.review_token is not None


def test_a_claim_is_marked_in_its_own_sentence(page: TestClient, warehouse: Warehouse) -> None:
    def claim(sentence: int, words: str, key: str) -> dict[str, Any]:
        source = {"source_table": "shop.product_facts", "source_column": "value", "source_key": key}
        return {
            "sentence_index": sentence,
            "claim": words,
            "kind": "fact",
            "source_value": words,
            **source,
        }

    body = "The Brass Opener is here. Made of brass, it shines. It is brass."
    claims = [claim(2, "brass", "b"), claim(0, "Brass Opener", "a"), claim(1, "brass", "b")]
    with warehouse.open() as con:
        con.execute(
            "update content.approvals set body = $body, claims = $claims where subject_id = 'ALD-21'",
            {"body": body, "claims": claims},
        )
    text = page.get(f"/waiting/{approval_of(warehouse, 0)['approval_id']}").text
    marked = re.findall(r"<mark[^>]*>(.*?)<sup>(\d)</sup></mark>", text)
    assert marked == [("Brass Opener", "1"), ("brass", "2"), ("brass", "2")]
    assert body in re.sub(r"<sup>\d</sup>|<[^>]+>", "", text)
