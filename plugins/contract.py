"""What a plugin is: a folder that writes one content type. This file is the whole contract.

    plugin.toml     the Manifest below; unknown keys are refused
    briefs.sql      one SELECT: subject_id, facts (see BRIEF_COLUMNS); $scenario_version_id and $locale are bound
    prompt.j2       the prompt; sees TEMPLATE_NAMES and the filters money, number, date; sandboxed, StrictUndefined
    fallback.j2     safe copy from the same facts alone, checked like a draft
    checks.toml     Great Expectations rules as data
    examples.toml   given facts, an accepted text and a refused one: conformance tests and training pairs
    plugin.py       optional: prepare(brief) -> Brief, accept(draft_text, brief) -> str | None (a reason to refuse);
                    plain data in, plain data out: no connection, no file, and a time limit

prompt, fallback, checks and examples may stand once more per locale (`prompt.de.j2`, `checks.de-AT.toml`); what a
locale lacks is taken from its language, then from the plain files. A plugin without any fallback of a scenario's
language writes in its manifest's default_locale, and the plan says so.

Built-in plugins enter by the same door as strangers'. A plugin imports this module and no other of Shelftalk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "BRIEF_COLUMNS",
    "CONTRACT_VERSION",
    "LOCALE_PATTERN",
    "TEMPLATE_FILTERS",
    "TEMPLATE_NAMES",
    "Brief",
    "Example",
    "Fact",
    "Generation",
    "Limits",
    "Localised",
    "Manifest",
    "Plugin",
    "Scenario",
]

CONTRACT_VERSION = 1
LOCALE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""BCP 47 in its common form: ``de``, ``de-AT``."""
BRIEF_COLUMNS = ("subject_id", "facts")
"""Columns of briefs.sql. facts is a list of fact(name, value, source_table, source_column, source_key)."""
TEMPLATE_NAMES = frozenset({"scenario", "facts", "slots", "locale", "subject_id"})
"""What a template sees: facts maps name to value, slots lists their tokens (`<name> <material> …`)."""
TEMPLATE_FILTERS = ("money", "number", "date")
"""Jinja2's own filters, and these: a price, a number, an ISO date as the brief's locale writes them."""


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
    """How drafts are sampled. ``max_new_tokens`` bounds one draft; ``candidates`` 0 takes the run's setting.

    ``written_by = "fallback"`` asks no copywriter: every text is fallback.j2's, for kinds whose wording is fixed.
    """

    written_by: Literal["model", "fallback"] = "model"
    max_new_tokens: int = Field(96, ge=1, le=1024)
    temperature: float = Field(0.8, gt=0, le=2)
    top_k: int = Field(50, ge=1)
    candidates: int = Field(0, ge=0, le=16)


class Manifest(_Strict):
    """plugin.toml. ``required_facts`` must be in a brief and, where ``must_state`` names them, in the text.

    ``scenarios`` are those that get this content type without naming it in their own header; "*" is all of them.
    ``channel_limits`` has a table a channel (``push``) or a part of a segment's copy (``"email.subject"``).
    ``sql_seconds`` bounds briefs.sql for one scenario, ``hook_seconds`` one call of a hook.
    """

    contract_version: int = CONTRACT_VERSION
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    version: str = Field("1", min_length=1)
    summary: str = Field(min_length=10)
    subject: Literal["product", "segment", "question"]
    risk_tier: Literal["auto", "sample", "review"] = "auto"
    default_locale: str = Field("en", pattern=LOCALE_PATTERN)
    scenarios: tuple[str, ...] = ()
    sql_seconds: float = Field(30, gt=0, le=600)
    hook_seconds: float = Field(2, gt=0, le=60)
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
class Localised:
    """The files that a plugin has for one locale; None stands for a file that it takes from elsewhere."""

    prompt_source: str | None = None
    fallback_source: str | None = None
    checks: tuple[dict[str, Any], ...] | None = None
    examples: tuple[Example, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plugin:
    """A loaded plugin: the texts of its files and its hooks. ``fingerprint`` changes when any file does.

    The hooks are guarded: they get copies, have a time limit, and what they return is checked.
    """

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
    locales: Mapping[str, Localised] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """The content type that this plugin writes."""
        return self.manifest.name

    def limits_for(self, channel: str, subject_id: str = "") -> Limits:
        """The limits of a segment's part (subject ``email.subject.A``), else of a channel, else the plugin's own."""
        own = self.manifest.channel_limits
        part = subject_id.rpartition(".")[0] if self.manifest.subject == "segment" else ""
        return own.get(part) or own.get(channel) or self.manifest.limits

    def speaks(self, locale: str) -> str:
        """The locale that this plugin writes in for a scenario of ``locale``: that one, or its default_locale."""
        if _language(locale) == _language(self.manifest.default_locale):
            return locale
        known = any(
            localised.fallback_source is not None
            for name, localised in self.locales.items()
            if name in (locale, _language(locale))
        )
        return locale if known else self.manifest.default_locale

    def in_locale(self, locale: str) -> Plugin:
        """This plugin with the files of ``locale``: the exact ones, then its language's, then the plain ones."""
        plugin = self
        for name in dict.fromkeys((_language(locale), locale)):
            part = self.locales.get(name)
            if part is None:
                continue
            plugin = replace(
                plugin,
                prompt_source=part.prompt_source or plugin.prompt_source,
                fallback_source=part.fallback_source or plugin.fallback_source,
                checks=plugin.checks if part.checks is None else part.checks,
                examples=plugin.examples if part.examples is None else part.examples,
            )
        return plugin

    def all_examples(self) -> tuple[Example, ...]:
        """The examples of every locale."""
        others = (part.examples or () for _, part in sorted(self.locales.items()))
        return (*self.examples, *(example for examples in others for example in examples))


def _language(locale: str) -> str:
    return locale.split("-")[0]
