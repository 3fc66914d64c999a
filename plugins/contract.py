"""What a plugin is: a folder that writes one content type. This file is the whole contract.

    plugin.toml     the Manifest below; unknown keys are refused
    briefs.sql      one SELECT: subject_id, facts (see BRIEF_COLUMNS); $scenario_version_id is bound
    prompt.j2       the prompt; sees `scenario`, `facts` (name -> value) and `slots`; sandboxed, StrictUndefined
    fallback.j2     safe copy from the same facts alone, checked like a draft
    checks.toml     Great Expectations rules as data
    examples.toml   given facts, an accepted text and a refused one: conformance tests and training pairs
    plugin.py       optional: prepare(brief) -> Brief, accept(draft_text, brief) -> str | None (a reason to refuse)

Built-in plugins enter by the same door as strangers'. A plugin imports this module and no other of Shelftalk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "BRIEF_COLUMNS",
    "CONTRACT_VERSION",
    "Brief",
    "Example",
    "Fact",
    "Generation",
    "Limits",
    "Manifest",
    "Plugin",
    "Scenario",
]

CONTRACT_VERSION = 1
BRIEF_COLUMNS = ("subject_id", "facts")
"""Columns of briefs.sql. facts is a list of fact(name, value, source_table, source_column, source_key)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a brief may state, with the warehouse cell that it comes from. ``value`` is text, unit included."""

    name: str
    value: str
    source_table: str
    source_column: str
    source_key: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A segment and why we speak to it now. ``locale`` is BCP 47 (``en``, ``de``); lower ``priority`` goes first."""

    name: str
    title: str
    goal: str
    season: str
    channel: str
    tone: str
    locale: str
    content_types: tuple[str, ...]
    priority: int


@dataclass(frozen=True, slots=True)
class Brief:
    """One request for one text: (scenario, plugin, subject) with its facts. Never holds data of a single customer."""

    brief_id: str
    brief_hash: str
    plugin: str
    scenario: Scenario
    subject_id: str
    facts: tuple[Fact, ...]

    def values(self) -> dict[str, str]:
        """Fact name -> value, in the order of briefs.sql."""
        return {fact.name: fact.value for fact in self.facts}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Strict):
    """What a text must fit, in characters and sentences; per channel where the manifest says so."""

    min_characters: int = Field(40, ge=1)
    max_characters: int = Field(600, ge=1)
    min_sentences: int = Field(1, ge=1)
    max_sentences: int = Field(8, ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Limits:
        if self.min_characters > self.max_characters or self.min_sentences > self.max_sentences:
            raise ValueError("a minimum is above its maximum")
        return self


class Generation(_Strict):
    """How drafts are sampled. ``max_new_tokens`` bounds one draft; ``candidates`` 0 takes the run's setting."""

    max_new_tokens: int = Field(96, ge=1, le=1024)
    temperature: float = Field(0.8, gt=0, le=2)
    top_k: int = Field(50, ge=1)
    candidates: int = Field(0, ge=0, le=16)


class Manifest(_Strict):
    """plugin.toml. ``required_facts`` must be in a brief and, where ``must_state`` names them, in the text."""

    contract_version: int = CONTRACT_VERSION
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    version: str = Field("1", min_length=1)
    summary: str = Field(min_length=10)
    subject: Literal["product", "segment", "question"]
    risk_tier: Literal["auto", "sample", "review"] = "auto"
    required_facts: tuple[str, ...] = ()
    must_state: tuple[str, ...] = ()
    limits: Limits = Limits()
    channel_limits: dict[str, Limits] = {}
    generation: Generation = Generation()


@dataclass(frozen=True, slots=True)
class Example:
    """Given these facts, ``accepted`` passes the checks and ``refused`` does not (by the check ``refused_by``)."""

    facts: dict[str, str]
    accepted: str
    refused: str
    refused_by: str
    goal: str = "inform"
    tone: str = "plain"
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A loaded plugin: the texts of its files and its hooks. ``fingerprint`` changes when any file does."""

    manifest: Manifest
    folder: Path
    briefs_sql: str
    prompt_source: str
    fallback_source: str
    checks: tuple[dict[str, Any], ...]
    examples: tuple[Example, ...]
    fingerprint: str
    prepare: Callable[[Brief], Brief] | None = None
    accept: Callable[[str, Brief], str | None] | None = None

    @property
    def name(self) -> str:
        """The content type that this plugin writes."""
        return self.manifest.name

    def limits_for(self, channel: str) -> Limits:
        """The limits of a channel, else the plugin's own."""
        return self.manifest.channel_limits.get(channel, self.manifest.limits)
