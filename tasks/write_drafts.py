"""Writes the drafts of briefs: prompt, request, slots filled. A brief that cannot be written
carries its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from plugins.contract import Brief, Plugin
from tasks.copywriter.slots import fill_slots
from tasks.errors import ShelftalkError
from tasks.plugin_hooks import run_prepare
from tasks.records import Draft, DraftRequest, RawDraft, Writer
from tasks.rendering import inert, render_prompt, surface_values

__all__ = ["WrittenBrief", "brief_seed", "draft_request", "write_drafts"]


@dataclass(frozen=True, slots=True)
class WrittenBrief:
    """A brief (after the plugin's ``prepare``) with its drafts; ``reason`` says what failed, so
    that it is tried again.

    Without drafts and without a reason the copywriter had nothing to say, and the fallback speaks.
    """

    brief: Brief
    prompt: str | None
    drafts: tuple[Draft, ...]
    reason: str | None = None


def write_drafts(
    plugin: Plugin,
    briefs: Sequence[Brief],
    write: Writer,
    *,
    seed: int,
    candidates: int,
    model_hash: str,
) -> list[WrittenBrief]:
    """The drafts of each brief, in the order of ``briefs``.

    ``candidates`` is the run's number; the plugin's own goes first. The same seed, brief hash and
    model give the same drafts. No brief fails another: what one raises becomes its ``reason``.
    """
    results: dict[int, WrittenBrief] = {}
    asked: list[tuple[int, Brief, DraftRequest]] = []
    for index, brief in enumerate(briefs):
        try:
            prepared = run_prepare(plugin, brief)
            if plugin.manifest.generation.written_by == "fallback":
                results[index] = WrittenBrief(prepared, None, ())
                continue
            request = draft_request(plugin, prepared, seed, candidates)
        except ShelftalkError as error:
            results[index] = WrittenBrief(brief, None, (), str(error))
            continue
        asked.append((index, prepared, request))
    outcomes = _outcomes(write, [request for _, _, request in asked])
    for (index, brief, request), outcome in zip(asked, outcomes, strict=True):
        if isinstance(outcome, Exception):
            reason = f"the copywriter failed: {outcome}"
            results[index] = WrittenBrief(brief, request.prompt, (), reason)
            continue
        drafts = tuple(_draft(brief, raw, model_hash) for raw in outcome if raw.text.strip())
        results[index] = WrittenBrief(brief, request.prompt, drafts)
    return [results[index] for index in range(len(briefs))]


def draft_request(plugin: Plugin, brief: Brief, seed: int, candidates: int) -> DraftRequest:
    """What the copywriter is asked for a brief; PluginError where the prompt cannot be rendered."""
    generation = plugin.manifest.generation
    return DraftRequest(
        prompt=render_prompt(plugin, brief),
        slots=tuple(name for name, value in brief.values().items() if inert(value)),
        seed=brief_seed(seed, brief.brief_hash),
        candidates=generation.candidates or candidates,
        max_new_tokens=generation.max_new_tokens,
        temperature=generation.temperature,
        top_k=generation.top_k,
    )


def brief_seed(seed: int, brief_hash: str) -> int:
    """The brief's own seed, 63 bits, from the run's seed and what the brief asks for."""
    digest = hashlib.sha256(f"{seed}:{brief_hash}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _outcomes(write: Writer, requests: list[DraftRequest]) -> Sequence[list[RawDraft] | Exception]:
    """Candidates or an error for each request, whichever kind of writer it is."""
    if not requests:
        return []
    batched = getattr(write, "outcomes", None)
    if batched is not None:
        return list(batched(requests))
    try:
        return list(write(requests))
    except Exception as error:  # noqa: BLE001 - the request that raised it is found below
        if len(requests) == 1:
            return [error]
        middle = len(requests) // 2
        return [*_outcomes(write, requests[:middle]), *_outcomes(write, requests[middle:])]


def _draft(brief: Brief, raw: RawDraft, model_hash: str) -> Draft:
    return Draft(
        draft_id=f"{brief.brief_id}-{raw.candidate}",
        brief_id=brief.brief_id,
        candidate=raw.candidate,
        text=fill_slots(raw.text, surface_values(brief)),
        written_by="model",
        log_likelihood=raw.log_likelihood,
        model_hash=model_hash,
        seed=raw.seed,
    )
