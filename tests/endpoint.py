"""A real server on loopback that speaks OpenAI's protocol over a tiny GPT-2, and misbehaves when told to."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from uvicorn.config import LOGGING_CONFIG

from tasks.records import DraftRequest


@dataclass
class Endpoint:
    """What the server was asked, and how it behaves: ``script`` is used up first, then ``always``."""

    base_url: str
    script: list[str] = field(default_factory=list)
    always: str = "ok"
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def _answer(api: str, text: str, tokens: int) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "finish_reason": "stop"}
    choice |= (
        {"message": {"role": "assistant", "content": text}} if api == "chat" else {"text": text}
    )
    usage = {"prompt_tokens": tokens, "completion_tokens": tokens, "total_tokens": 2 * tokens}
    return {"id": "x", "object": f"{api}.completion", "choices": [choice], "usage": usage}


def _misbehave(how: str, api: str) -> Response:
    whole = json.dumps(_answer(api, "Meet the <name>.", 20)).encode()
    if how in ("429", "500", "503"):
        headers = {"Retry-After": "0.01"} if how == "429" else {}
        return JSONResponse({"error": {"message": "no"}}, int(how), headers)
    if how in ("401", "404"):
        return JSONResponse({"error": {"message": "wrong key sk-very-secret"}}, int(how))
    contents = {
        "empty": b"",
        "truncated": whole[:40],
        "not-json": b"<html>Bad gateway</html>",
        "no-choices": b'{"choices": []}',
        "null": json.dumps(_answer(api, None, 5)).encode(),  # type: ignore[arg-type]
        "wrong-type": json.dumps(_answer(api, 7, 5)).encode(),  # type: ignore[arg-type]
        "huge": b'{"choices": "' + b"x" * 1_200_000 + b'"}',
        "braces": json.dumps(_answer(api, "“Meet the {name}. It is [Material].”", 9)).encode(),
    }
    return Response(contents[how], media_type="application/json")


@contextmanager
def serve(folder: Path) -> Iterator[Endpoint]:
    """The server over the copywriter in ``folder``, on a free port."""
    from tasks.copywriter.decoding import load_copywriter

    copywriter = load_copywriter(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    state = Endpoint(f"http://127.0.0.1:{port}/v1")
    web = FastAPI()

    async def complete(request: Request, api: str) -> Response:
        import asyncio

        body = await request.json()
        with state.lock:
            state.bodies.append(body)
            state.headers.append(dict(request.headers))
            how = state.script.pop(0) if state.script else state.always
        if how == "hang":
            # Whoever asked is gone by then: it must not count among the requests of the next test.
            await asyncio.sleep(5)
            return Response(status_code=504)
        with state.lock:
            state.at_once += 1
            state.most_at_once = max(state.most_at_once, state.at_once)
        try:
            if how != "ok":
                return _misbehave(how, api)
            prompt = body["messages"][-1]["content"] if api == "chat" else body["prompt"]
            line = [part for part in prompt.split("\n\n") if part][-1]
            slots = tuple(name for name in copywriter.vocabulary.slots if f"<{name}>" in line)
            asked = DraftRequest(line, slots, body["seed"], 1, body["max_tokens"], body["temperature"], 40)  # fmt: skip
            (drafts,) = await asyncio.to_thread(copywriter.write, [asked])
            return JSONResponse(_answer(api, drafts[0].text, drafts[0].count_tokens))
        finally:
            with state.lock:
                state.at_once -= 1

    @web.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        return await complete(request, "chat")

    @web.post("/v1/completions")
    async def completions(request: Request) -> Response:
        return await complete(request, "completion")

    config = uvicorn.Config(
        web,
        port=port,
        log_level="warning",
        log_config=LOGGING_CONFIG,
        ws="none",
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        yield state
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
