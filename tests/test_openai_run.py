"""A run with an endpoint: texts come from it, nothing personal goes to it, a spent budget is told and made good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.open_shop import warehouse_of
from flows.settings import load_settings
from tasks.openai_writer import INSTRUCTION
from tasks.scrub_text import scrub_texts
from tasks.warehouse import Warehouse, fetch_dicts
from tests.endpoint import Endpoint, serve
from tests.small_shop import fill_small_shop
from tests.test_canaries import leaks, plant

KEY = "sk-the-shops-own-key"


@pytest.fixture(scope="module")
def server(tiny_copywriter: Path) -> Iterator[Endpoint]:
    with serve(tiny_copywriter) as endpoint:
        yield endpoint


@pytest.fixture
def home(
    server: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_server: Any
) -> Path:
    monkeypatch.chdir(tmp_path)
    server.bodies.clear()
    server.headers.clear()
    values = {
        "HOME": str(tmp_path),
        "CANDIDATES": "1",
        "COPYWRITER_KIND": "openai",
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_MODEL": "tiny",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"SHELFTALK_{name}", value)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.create()
    with warehouse.transaction() as con:
        fill_small_shop(con)
    return tmp_path


def query(sql: str) -> list[dict[str, Any]]:
    with warehouse_of(load_settings()).open() as con:
        return fetch_dicts(con.execute(sql))


def test_what_leaves_the_machine_holds_nothing_personal(home: Path, server: Endpoint) -> None:
    from flows.produce_content import produce_content

    warehouse = Warehouse(home / "warehouse.duckdb")
    with warehouse.transaction() as con:
        con.execute("insert into shop.copy (copy_id, kind, body) values ('c', 'poems', 'x')")
    plant(warehouse)
    scrub_texts(warehouse)
    produce_content(scenarios=["category_loyalists"], limit=12)
    assert len(server.bodies) > 5
    prompts = {row["prompt"] for row in query("select prompt from content.briefs")}
    for body in server.bodies:
        system, user = body["messages"]
        assert system["content"] == INSTRUCTION
        assert user["content"] in prompts, "the brief's own prompt, and nothing beside it"
        assert set(body) == {"model", "max_tokens", "temperature", "seed", "messages"}
    assert leaks(json.dumps([server.bodies, server.headers])) == []
    drafts = query("select distinct model_hash from content.drafts where written_by = 'model'")
    models = query("select model_hash, state, folder, settings from content.models")
    assert drafts == [{"model_hash": models[0]["model_hash"]}]
    assert (models[0]["state"], models[0]["folder"]) == ("endpoint", server.base_url)
    written = b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())
    assert KEY.encode() not in written
    assert {h["authorization"] for h in server.headers} == {f"Bearer {KEY}"}


def test_a_spent_budget_fails_the_rest_with_its_reason_and_the_next_run_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.produce_content import produce_content

    monkeypatch.setenv("SHELFTALK_OPENAI_TOKEN_BUDGET", "500")
    options: dict[str, Any] = {"scenarios": ["category_loyalists"], "plugins": ["descriptions"]}
    (first,) = produce_content(**options)["plugins"]
    assert 0 < first["count_failed"] < first["count_briefs"]
    reasons = query("select distinct reason as told from content.briefs where state = 'failed'")
    assert all("openai_token_budget" in row["told"] for row in reasons)
    monkeypatch.delenv("SHELFTALK_OPENAI_TOKEN_BUDGET")
    (second,) = produce_content(**options)["plugins"]
    assert second["count_failed"] == 0
    assert second["count_reused"] == first["count_approved"] + first["count_fallback"]
