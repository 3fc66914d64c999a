"""Renders prompts and fallbacks: Jinja2 in a sandbox, undefined names refused, facts passed as inert text.

Facts come from products and reviews, so they are data: they reach a template as values only, never as source, and
control, bidirectional and zero-width characters are taken out before.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plugins.contract import Brief, Plugin
from tasks.errors import PluginError

_SPACE = re.compile(r"\s+")
_SLOT_LIKE = re.compile(r"[<>{}|]")


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    # autoescape is off because the result is plain text; the report and the review page escape when they show it.
    # A stranger's template cannot spin far: range() is bounded by the sandbox.
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


@lru_cache(maxsize=256)
def _template(source: str) -> Template:
    return _environment().from_string(source)


def inert(value: str, limit: int = 400) -> str:
    """``value`` as one line of plain text: no control, format or private characters, no markup or slot brackets."""
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", value)
        if unicodedata.category(c)[0] != "C" or c in "\n\t"
    )
    return _SPACE.sub(" ", _SLOT_LIKE.sub(" ", kept)).strip()[:limit]


def slot_token(name: str) -> str:
    """The token that stands for the fact ``name`` in prompts and drafts."""
    return f"<{name}>"


def render(plugin: Plugin, file: str, source: str, brief: Brief) -> str:
    """``source`` of the plugin's ``file`` with the brief's scenario, facts and slots; PluginError names the file."""
    facts = {name: inert(value) for name, value in brief.values().items()}
    try:
        text = _template(source).render(
            scenario=brief.scenario,
            facts=facts,
            slots=" ".join(slot_token(name) for name in facts),
            locale=brief.scenario.locale,
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError, OverflowError) as error:
        raise PluginError(
            f"plugin {plugin.name}: {file} cannot be rendered for subject {brief.subject_id!r}: {error}; "
            f"facts at hand: {', '.join(facts) or 'none'}."
        ) from error
    return _SPACE.sub(" ", text).strip()


def render_prompt(plugin: Plugin, brief: Brief) -> str:
    """The prompt of a brief, one line."""
    return render(plugin, "prompt.j2", plugin.prompt_source, brief)


def render_fallback(plugin: Plugin, brief: Brief) -> str:
    """The fallback copy of a brief, one paragraph."""
    return render(plugin, "fallback.j2", plugin.fallback_source, brief)
