"""Reads a template before it is rendered: its syntax, filters and names."""

from __future__ import annotations

from typing import Any

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plugins.contract import TEMPLATE_FILTERS, TEMPLATE_NAMES

__all__ = ["why_not_template"]


class _Reader(meta.TrackingCodeGenerator):
    """Finds the names that a template uses, and unknown filters, without working out its constants.

    Jinja2 would do so at compilation: `'x' * 10 ** 9` takes a gigabyte there, before any bound of time or size.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        raise nodes.Impossible


def why_not_template(source: str) -> str | None:
    """None where ``source`` is a template on its own with known names and filters, else what to mend."""
    environment = ImmutableSandboxedEnvironment(optimized=False)
    environment.filters |= dict.fromkeys(TEMPLATE_FILTERS, str)
    try:
        tree = environment.parse(source)
        reader = _Reader(environment)
        reader.visit(tree)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}."
    if any(True for _ in meta.find_referenced_templates(tree)):
        return "it includes or extends another template; one file is all that it may use."
    # A name set within an `if` counts as undeclared to Jinja2, so what is set anywhere is known.
    is_set = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    known = TEMPLATE_NAMES | set(environment.globals) | is_set
    unknown = reader.undeclared_identifiers - known
    if unknown:
        return (
            f"unknown name {', '.join(sorted(unknown))}; "
            f"allowed: {', '.join(sorted(TEMPLATE_NAMES))} (a fact is facts.<name>)."
        )
    return None
