"""The second kind of copywriter: an OpenAI-compatible endpoint (chat or completion). No torch here.

What leaves the machine is a constant instruction and the brief's prompt, in which facts are placeholders; nothing about
customers is in either. What comes back is untrusted text that meets the same checks as any draft.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from tasks.errors import BudgetSpent, CopywriterError, EndpointFailed, SettingsError
from tasks.openai_answers import (
    LONGEST_WAIT,
    TryAgainError,
    read_answer,
    reason_of,
    retry_after,
    to_slots,
)
from tasks.records import DraftRequest, RawDraft

__all__ = ["INSTRUCTION", "OpenAIEndpoint", "OpenAIWriter"]

INSTRUCTION = (
    "You write short marketing copy for a shop. The request names a content type, a goal, a tone, "
    "sometimes a category, and placeholders such as <name> or <material>. Write one paragraph of two to "
    "four plain sentences. Where a fact of the product belongs, write its placeholder exactly as given, "
    "in angle brackets; the shop fills it in. State nothing else about the product: no number, price, "
    "material, colour, size, feature, guarantee or name of your own. No links, no lists, no markup, no "
    "emoji. Answer with the paragraph alone."
)
_MOST_BYTES = 1_000_000
_GIVE_UP_AFTER = 3
"""Requests in a row that failed with all their tries: after them the endpoint is not asked again in this run."""


@dataclass(frozen=True, slots=True)
class OpenAIEndpoint:
    """Where to ask and how much; the key itself is never part of it."""

    base_url: str
    model: str
    api: Literal["chat", "completion"] = "chat"
    timeout_seconds: float = 60.0
    max_requests: int = 4
    """Requests under way at once."""
    token_budget: int | None = None
    """Tokens a run may use, prompts included; None sets no bound."""
    key_variable: str = "OPENAI_API_KEY"
    attempts: int = 4

    @property
    def model_hash(self) -> str:
        """SHA-256 over what its texts depend on: address, model, instruction. An endpoint shows no weights."""
        known = json.dumps([self.base_url.rstrip("/"), self.model, self.api, INSTRUCTION])
        return hashlib.sha256(known.encode()).hexdigest()

    def check(self) -> None:
        """SettingsError where the address cannot be asked, or would carry a key in the open."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(
                f"setting openai_base_url is {self.base_url!r}; it must be an address such as "
                "http://127.0.0.1:8000/v1."
            )
        if not self.model.strip():
            raise SettingsError("setting openai_model is empty; name the endpoint's model.")
        if parts.username or parts.password:
            raise SettingsError(
                "setting openai_base_url holds a user or password; put the key into the environment "
                f"variable {self.key_variable} instead."
            )
        if parts.scheme == "http" and self.key() and not _is_near(parts.hostname):
            raise SettingsError(
                f"{self.key_variable} is set and openai_base_url is not encrypted; use https, or a "
                "server on this machine."
            )

    def key(self) -> str | None:
        """The key of the environment, or None: many local servers want none."""
        return os.environ.get(self.key_variable, "").strip() or None


class OpenAIWriter:
    """A Writer over an endpoint. ``write`` may be called from any thread; it never raises for one bad request."""

    def __init__(self, endpoint: OpenAIEndpoint) -> None:
        endpoint.check()
        self.endpoint = endpoint
        self.count_tokens = 0
        self.count_requests = 0
        self._reserved = 0
        self._failed_in_a_row = 0
        self._stopped: CopywriterError | None = None
        self._lock = threading.Condition()
        key = endpoint.key()
        self._client = httpx.Client(
            base_url=endpoint.base_url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(
                endpoint.timeout_seconds, connect=min(10.0, endpoint.timeout_seconds)
            ),
            limits=httpx.Limits(max_connections=endpoint.max_requests),
            follow_redirects=False,  # a redirect would take the key elsewhere
            trust_env=not _is_near(urlsplit(endpoint.base_url).hostname or ""),
        )

    def write(self, requests: Sequence[DraftRequest]) -> list[Any]:
        """Each request's drafts, or the CopywriterError that this request met, in the order of the requests."""
        with ThreadPoolExecutor(
            self.endpoint.max_requests, thread_name_prefix="openai-writer"
        ) as pool:
            return list(pool.map(self._outcome, requests))

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _outcome(self, request: DraftRequest) -> list[RawDraft] | CopywriterError:
        try:
            return [self._draft(request, candidate) for candidate in range(request.candidates)]
        except CopywriterError as error:
            return error

    def _draft(self, request: DraftRequest, candidate: int) -> RawDraft:
        text, count = self._ask(request, candidate)
        return RawDraft(
            candidate=candidate,
            text=to_slots(text, request.slots),
            log_likelihood=0.0,  # endpoints rarely tell; all drafts of a brief are equal in this
            seed=request.seed,
            count_tokens=count,
        )

    def _ask(self, request: DraftRequest, candidate: int) -> tuple[str, int]:
        """The text of one completion and its tokens, after as many tries as it takes."""
        retrying = Retrying(
            stop=stop_after_attempt(self.endpoint.attempts),
            retry=retry_if_exception_type(TryAgainError),
            wait=_wait,
            reraise=True,
        )
        try:
            answer = retrying(self._try, request, candidate)
        except TryAgainError as error:
            failure = EndpointFailed(
                f"{self._where()} failed {self.endpoint.attempts} times: {self._clean(str(error))}."
            )
            with self._lock:
                self._failed_in_a_row += 1
                if self._failed_in_a_row >= _GIVE_UP_AFTER and self._stopped is None:
                    self._stopped = EndpointFailed(
                        f"not asked any more in this run after {_GIVE_UP_AFTER} failures in a row: {failure}"
                    )
            raise failure from None
        with self._lock:
            self._failed_in_a_row = 0
        return answer

    def _try(self, request: DraftRequest, candidate: int) -> tuple[str, int]:
        body = self.body(request, candidate)
        estimate = _estimate(body) + request.max_new_tokens
        self._reserve(estimate)
        used = 0
        try:
            status, headers, content = self._post(body)
            if status == 429 or status >= 500:
                # What a refused call costs is unknown; it is counted as nothing.
                raise TryAgainError(f"status {status}", retry_after(headers))
            if status != 200:
                raise self._stop(
                    EndpointFailed(
                        f"{self._where()} answered with status {status} ({self._clean(reason_of(content))}); "
                        "check openai_base_url, openai_model and the key."
                    )
                )
            text, used = read_answer(content, self.endpoint.api)
            used = used or estimate
            return text, max(1, used - _estimate(body))
        finally:
            with self._lock:
                self._reserved -= estimate
                self.count_tokens += used
                self._lock.notify_all()

    def body(self, request: DraftRequest, candidate: int) -> dict[str, Any]:
        """What is sent for one draft: the constant instruction, the brief's prompt, how to draw. Nothing else."""
        common = {
            "model": self.endpoint.model,
            "max_tokens": request.max_new_tokens,
            "temperature": request.temperature,
            "seed": (request.seed + candidate) % 2**31,
        }
        if self.endpoint.api == "completion":
            return common | {"prompt": f"{INSTRUCTION}\n\n{request.prompt}\n\n"}
        return common | {
            "messages": [
                {"role": "system", "content": INSTRUCTION},
                {"role": "user", "content": request.prompt},
            ]
        }

    def _reserve(self, tokens: int) -> None:
        """Room in the budget for a call; BudgetSpent where there is none, which ends the asking of this run."""
        with self._lock:
            if self._stopped is not None:
                raise self._stopped
            budget = self.endpoint.token_budget
            # What is reserved is mostly not used up: wait for it before the budget is called spent.
            while budget is not None and 0 < self._reserved > budget - self.count_tokens - tokens:
                self._lock.wait()
            if self._stopped is not None:
                raise self._stopped
            if budget is not None and self.count_tokens + self._reserved + tokens > budget:
                raise BudgetSpent(
                    f"the token budget of this run is spent ({self.count_tokens:,} of {budget:,}, setting "
                    "openai_token_budget); the next run goes on, or raise it."
                )
            self._reserved += tokens
            self.count_requests += 1

    def _post(self, body: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and at most a megabyte of the answer, within the time limit as a whole."""
        path = "chat/completions" if self.endpoint.api == "chat" else "completions"
        deadline = time.monotonic() + self.endpoint.timeout_seconds
        content = b""
        try:
            with self._client.stream("POST", path, json=body) as response:
                for part in response.iter_bytes():
                    content += part
                    if len(content) > _MOST_BYTES:
                        raise TryAgainError("an answer of more than a megabyte")
                    if time.monotonic() > deadline:
                        raise TryAgainError(
                            f"no whole answer in {self.endpoint.timeout_seconds:g} s"
                        )
                return response.status_code, response.headers, content
        except httpx.TimeoutException:
            raise TryAgainError(f"no answer in {self.endpoint.timeout_seconds:g} s") from None
        except httpx.HTTPError as error:
            raise TryAgainError(f"{type(error).__name__}: {error}") from None

    def _stop(self, error: CopywriterError) -> CopywriterError:
        with self._lock:
            self._stopped = self._stopped or error
        return error

    def _where(self) -> str:
        return f"the endpoint {urlsplit(self.endpoint.base_url).netloc} ({self.endpoint.model})"

    def _clean(self, reason: str) -> str:
        """A reason on one line, without the key should a server repeat it."""
        key = self.endpoint.key()
        text = " ".join(reason.split())[:200]
        return text.replace(key, "…") if key else text


def _estimate(body: dict[str, Any]) -> int:
    """Tokens of what is sent, at four characters a token."""
    sent = body.get("prompt") or "".join(m["content"] for m in body["messages"])
    return len(sent) // 4 + 1


def _wait(state: RetryCallState) -> float:
    """What the server asked for, else exponential with jitter."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.wait if isinstance(error, TryAgainError) else 0.0
    return max(asked, wait_exponential_jitter(initial=0.5, max=LONGEST_WAIT, jitter=1.0)(state))


def _is_near(host: str) -> bool:
    """Whether the host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def described(endpoint: OpenAIEndpoint) -> dict[str, Any]:
    """The endpoint as a row of content.models tells it."""
    return {name: value for name, value in asdict(endpoint).items() if name != "key_variable"}
