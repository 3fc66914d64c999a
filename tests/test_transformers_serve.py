"""The openai kind against ``transformers serve``: a server that we did not write, on loopback, over a tiny GPT-2."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx
import pytest

from tasks.errors import EndpointFailed
from tasks.openai_writer import OpenAIEndpoint, OpenAIWriter
from tasks.records import RawDraft
from tests.tiny_copywriter import TINY, request, train_tiny

pytest.importorskip("openai", reason="transformers serve needs the package openai")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TEMPLATE = "{% for message in messages %}{{ message.content }}\n{% endfor %}"
START = "from transformers.cli.transformers import main; main()"


@dataclass
class Server:
    """A server's process, its address and the model that it is pinned to."""

    process: subprocess.Popen[bytes]
    base_url: str
    model: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served") / "model"
    # Room for the instruction, which a house model never sees.
    train_tiny(folder, settings=replace(TINY, context=1024, steps=30))
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    config["chat_template"] = TEMPLATE
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", START, "serve", str(folder), "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--device", "cpu"],
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(480):
            assert process.poll() is None, "the server ended by itself"
            try:
                if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.5)
        else:
            raise AssertionError("the server did not come up")
        yield Server(process, f"{address}/v1", str(folder))
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("api", ["chat", "completion"])
def test_a_server_of_another_house_writes_drafts(server: Server, api: str) -> None:
    endpoint = OpenAIEndpoint(server.base_url, server.model, api=api, timeout_seconds=60)  # type: ignore[arg-type]
    writer = OpenAIWriter(endpoint)
    asked = [request(number) for number in range(3)]
    answers = writer.write(asked)
    assert not [a for a in answers if isinstance(a, Exception)]
    assert [len(drafts) for drafts in answers] == [r.candidates for r in asked]
    assert all(isinstance(draft, RawDraft) for drafts in answers for draft in drafts)
    assert any(draft.text for drafts in answers for draft in drafts)
    # Prompts and answers are counted by the server's own tokens, not by our estimate.
    assert writer.count_tokens > 0
    assert writer.count_requests == sum(r.candidates for r in asked)


def test_a_model_that_it_does_not_serve_is_refused_with_its_own_words(server: Server) -> None:
    writer = OpenAIWriter(OpenAIEndpoint(server.base_url, "another", timeout_seconds=60))
    answer = writer.write([request(1)])[0]
    assert isinstance(answer, EndpointFailed)
    assert "status 400" in str(answer)
    assert "pinned" in str(answer)


def test_a_server_that_is_killed_between_two_requests_fails_the_second_alone(
    server: Server,
) -> None:
    endpoint = OpenAIEndpoint(
        server.base_url, server.model, api="completion", timeout_seconds=60, attempts=2
    )
    writer = OpenAIWriter(endpoint)
    assert isinstance(writer.write([request(1)])[0], list)
    server.process.kill()
    server.process.wait(20)
    answer = writer.write([request(2)])[0]
    assert isinstance(answer, EndpointFailed)
    assert "failed 2 times" in str(answer)
