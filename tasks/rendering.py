"""Renders prompts and fallbacks: Jinja2 in a sandbox, undefined names refused, facts passed as inert text.

Facts come from products and reviews, so they are data: they reach a template as values only, never as source, and
control, bidirectional and zero-width characters are taken out before. A template may come from a stranger: it has a
time limit and cannot multiply text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.compiler import CodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from plugins.contract import Brief, Plugin
from tasks.errors import PluginError
from tasks.local_formats import as_date, as_money, as_number
from tasks.plugin_hooks import bounded_call

_SPACE = re.compile(r"\s+")
_SLOT_LIKE = re.compile(r"[<>{}|]")
_LONGEST = 20_000
"""Characters that an operator of a template may make, and that a rendered text may have."""


class _CodeGenerator(CodeGenerator):
    """Leaves constant expressions to the rendering, which has a time limit; compilation has none."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        raise nodes.Impossible


class _Environment(ImmutableSandboxedEnvironment):
    """Refuses products that would fill the memory: ``'x' * 10 ** 9``."""

    code_generator_class = _CodeGenerator
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The product or power of two small numbers; anything else is refused."""
        is_small = all(
            isinstance(value, int | float) and abs(value) <= _LONGEST for value in (left, right)
        )
        if not is_small or (operator == "**" and abs(right) > 8):
            raise SecurityError(f"{operator} is for small numbers only")
        return super().call_binop(context, operator, left, right)


@lru_cache(maxsize=32)
def _environment(locale: str) -> ImmutableSandboxedEnvironment:
    # autoescape is off because the result is plain text; the report and the review page escape when they show it.
    environment = _Environment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
    )
    environment.filters["money"] = lambda value: as_money(str(value), locale)
    environment.filters["number"] = lambda value: as_number(str(value), locale)
    environment.filters["date"] = lambda value: as_date(str(value), locale)
    return environment


@lru_cache(maxsize=256)
def _template(source: str, locale: str) -> Template:
    return _environment(locale).from_string(source)


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


def surface_values(brief: Brief) -> dict[str, str]:
    """Fact name -> value as it stands in copy of the brief's locale: inert, and prices as that locale writes them."""
    locale = brief.scenario.locale
    values = {name: inert(value) for name, value in brief.values().items()}
    if locale.split("-")[0] == "en":
        return values  # the warehouse writes prices as English copy does
    return {name: inert(as_money(value, locale)) for name, value in values.items()}


def render(plugin: Plugin, file: str, source: str, brief: Brief) -> str:
    """``source`` of the plugin's ``file`` with the brief's scenario, facts and slots; PluginError names the file."""
    facts = {name: inert(value) for name, value in brief.values().items()}
    locale = brief.scenario.locale
    names = {
        "scenario": brief.scenario,
        "facts": facts,
        "slots": " ".join(slot_token(name) for name in facts),
        "locale": locale,
        "subject_id": inert(brief.subject_id),
    }
    try:
        text = bounded_call(plugin, file, _template(source, locale).render, names)
    except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise PluginError(
            f"plugin {plugin.name}: {file} cannot be rendered for subject {brief.subject_id!r}: {error}; "
            f"facts at hand: {', '.join(facts) or 'none'}."
        ) from error
    if len(text) > _LONGEST:
        raise PluginError(
            f"plugin {plugin.name}: {file} gives {len(text):,} characters for subject {brief.subject_id!r}; at most "
            f"{_LONGEST:,} are allowed: look at its loops."
        )
    return _SPACE.sub(" ", text).strip()


def render_prompt(plugin: Plugin, brief: Brief) -> str:
    """The prompt of a brief, one line, from the file of the brief's locale."""
    localised = plugin.in_locale(brief.scenario.locale)
    return render(plugin, "prompt.j2", localised.prompt_source, brief)


def render_fallback(plugin: Plugin, brief: Brief) -> str:
    """The fallback copy of a brief, one paragraph, from the file of the brief's locale."""
    localised = plugin.in_locale(brief.scenario.locale)
    return render(plugin, "fallback.j2", localised.fallback_source, brief)
