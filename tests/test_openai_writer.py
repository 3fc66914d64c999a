"""The openai kind against a real server on loopback: tries again, gives up, keeps to its budget, sends nothing else."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import BudgetSpent, CopywriterError, EndpointFailed, SettingsError
from tasks.openai_answers import to_slots
from tasks.openai_writer import INSTRUCTION, OpenAIEndpoint, OpenAIWriter
from tasks.records import RawDraft
from tests.endpoint import Endpoint, serve
from tests.tiny_copywriter import request

BAD = "429 500 503 empty truncated not-json no-choices wrong-type huge".split()
SECRET = "sk-very-secret"


@pytest.fixture(scope="module")
def server(tiny_copywriter: Path) -> Iterator[Endpoint]:
    with serve(tiny_copywriter) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    server.script, server.always, server.most_at_once = [], "ok", 0
    server.bodies.clear()
    server.headers.clear()
    return server


def writer(endpoint: Endpoint, **changes: Any) -> OpenAIWriter:
    known = OpenAIEndpoint(endpoint.base_url, "tiny", timeout_seconds=5.0)
    return OpenAIWriter(replace(known, **changes))


@pytest.mark.parametrize("api", ["chat", "completion"])
def test_drafts_come_back_with_slots_in_the_order_of_the_requests(
    endpoint: Endpoint, api: str
) -> None:
    asked = [request(n) for n in range(5)]
    drafts = writer(endpoint, api=api).write(asked)
    assert [[d.candidate for d in of_one] for of_one in drafts] == [
        list(range(r.candidates)) for r in asked
    ]
    assert all(isinstance(d, RawDraft) and d.text for of_one in drafts for d in of_one)
    assert any("<name>" in d.text for of_one in drafts for d in of_one)
    assert writer(endpoint, api=api).write(asked[:1]) == drafts[:1], (
        "the same seeds, the same texts"
    )


@pytest.mark.parametrize("how", BAD)
def test_a_bad_answer_is_tried_again(endpoint: Endpoint, how: str) -> None:
    endpoint.script = [how]
    ((draft,),) = writer(endpoint).write([request(0)])
    assert draft.text
    assert len(endpoint.bodies) == 2


def test_a_server_that_hangs_is_left_and_tried_again(endpoint: Endpoint) -> None:
    endpoint.script = ["hang"]
    began = time.monotonic()
    ((draft,),) = writer(endpoint, timeout_seconds=0.4).write([request(0)])
    assert draft.text
    assert time.monotonic() - began < 6


def test_a_server_that_stays_broken_fails_its_requests_and_is_soon_not_asked(
    endpoint: Endpoint,
) -> None:
    endpoint.always = "429"
    outcomes = writer(endpoint, attempts=2, max_requests=1).write([request(n) for n in range(40)])
    assert all(isinstance(outcome, EndpointFailed) for outcome in outcomes)
    assert "failed 2 times: status 429" in str(outcomes[0])
    assert "not asked any more in this run" in str(outcomes[-1])
    assert len(endpoint.bodies) == 6, "three requests with two tries each, then nothing"


def test_one_bad_request_does_not_fail_its_neighbours(endpoint: Endpoint) -> None:
    endpoint.script = ["500", "500"]
    outcomes = writer(endpoint, attempts=2, max_requests=1).write([request(0) for _ in range(4)])
    assert [isinstance(o, EndpointFailed) for o in outcomes] == [True, False, False, False]


@pytest.mark.parametrize("how", ["401", "404"])
def test_a_refusal_is_told_once_without_the_key(
    endpoint: Endpoint, how: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    endpoint.always = how
    with caplog.at_level(logging.DEBUG):
        asked = writer(endpoint, max_requests=1)
        outcomes = asked.write([request(n) for n in range(9)])
    assert len(endpoint.bodies) == 1, "what is refused is not asked again"
    assert endpoint.headers[0]["authorization"] == f"Bearer {SECRET}"
    told = "\n".join([*map(str, outcomes), caplog.text, repr(asked.endpoint), repr(asked)])
    assert f"status {how}" in told
    assert SECRET not in told


def test_a_filtered_answer_is_no_draft(endpoint: Endpoint) -> None:
    endpoint.always = "null"
    ((draft,),) = writer(endpoint).write([request(0)])
    assert draft.text == ""


def test_the_token_budget_ends_the_asking(endpoint: Endpoint) -> None:
    asked = writer(endpoint, token_budget=700, max_requests=1)
    outcomes = asked.write([request(0) for _ in range(30)])
    spent = [isinstance(outcome, BudgetSpent) for outcome in outcomes]
    assert spent == sorted(spent), "from some request on, all"
    assert 0 < spent.count(False) < 30
    assert asked.count_tokens <= 700
    assert "openai_token_budget" in str(outcomes[-1])


def test_no_more_requests_at_once_than_allowed(endpoint: Endpoint) -> None:
    writer(endpoint, max_requests=2).write([request(n) for n in range(12)])
    assert endpoint.most_at_once <= 2


def test_what_is_sent_is_the_prompt_and_a_constant(endpoint: Endpoint) -> None:
    asked = request(3)
    writer(endpoint).write([asked])
    for number, body in enumerate(endpoint.bodies):
        assert body == {
            "model": "tiny",
            "max_tokens": asked.max_new_tokens,
            "temperature": asked.temperature,
            "seed": (asked.seed + number) % 2**31,
            "messages": [
                {"role": "system", "content": INSTRUCTION},
                {"role": "user", "content": asked.prompt},
            ],
        }


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("Meet the {name}.", "Meet the <name>."),
        ("Meet the {{ Name }}, of [Material].", "Meet the <name>, of <material>."),
        ('"Meet the <name>."', "Meet the <name>."),
        ("```text\nMeet\nthe <NAME>.\n```", "Meet the <name>."),
        ("It has {horsepower} and <b>more</b>.", "It has {horsepower} and <b>more</b>."),
        (
            '"Warm" is the word for <name>, "soft" too.',
            '"Warm" is the word for <name>, "soft" too.',
        ),
        ("x" * 10_000, "x" * 4_000),
    ],
)
def test_placeholders_of_any_kind_become_slots(text: str, draft: str) -> None:
    assert to_slots(text, ("name", "material")) == draft


def test_braces_from_a_server_become_slots(endpoint: Endpoint) -> None:
    endpoint.always = "braces"
    asked = request(0, slots=("name", "material"), candidates=1)
    assert writer(endpoint).write([asked])[0][0].text == "Meet the <name>. It is <material>."


@pytest.mark.parametrize("address", ["", "ftp://x/v1", "127.0.0.1:8000", "http://me:pw@host/v1"])
def test_addresses_that_cannot_be_asked_are_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="openai_base_url"):
        OpenAIWriter(OpenAIEndpoint(address, "m"))


def test_an_endpoint_without_a_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="openai_model is empty"):
        OpenAIWriter(OpenAIEndpoint("http://127.0.0.1:8000/v1", " "))


def test_a_key_does_not_travel_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", SECRET)
    open_one = OpenAIEndpoint("http://example.com/v1", "m", key_variable="SHOP_KEY")
    with pytest.raises(SettingsError, match="use https"):
        OpenAIWriter(open_one)
    OpenAIWriter(replace(open_one, base_url="https://example.com/v1")).close()
    assert SECRET not in json.dumps(repr(open_one))


def test_nobody_listening_is_one_sentence() -> None:
    nobody = OpenAIEndpoint("http://127.0.0.1:9/v1", "m", attempts=2, timeout_seconds=1.0)
    (outcome,) = OpenAIWriter(nobody).write([request(0)])
    assert isinstance(outcome, CopywriterError)
    assert "127.0.0.1:9" in str(outcome)
