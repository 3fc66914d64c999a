"""Checks a person's text the way a draft is checked, but as a whole: one fallen sentence refuses it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plugins.contract import Brief, Fact, Plugin, Scenario
from tasks.errors import ApprovalError, EditRefused, InputError, PluginError
from tasks.plugin_hooks import run_accept
from tasks.records import Claim, Judgement, Verdict
from tasks.warehouse import Connection, run_named

__all__ = ["MAX_CHARACTERS", "check_edit", "clean_text", "without_invisible"]

MAX_CHARACTERS = 5000
_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"</?[a-zA-Z!][^>]*>?|<[^>]*>|&#?\w{2,10};|\{\{|\}\}|\{%|%\}|\]\(|```|[<>{}]")
"""Tags, entities, templates, links. A lone angle bracket or brace too: slots are written with them."""


def clean_text(body: str) -> str:
    """``body`` as one paragraph without control, direction and zero-width characters.

    InputError when it is empty, too long or holds markup: copy is plain text, and taking tags out silently could
    leave other words than the person meant.
    """
    text = _SPACE.sub(" ", without_invisible(body)).strip()
    if not text:
        raise InputError("the text is empty; to refuse a draft, reject it with a reason.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read."
        )
    found = _MARKUP.search(text)
    if found:
        raise EditRefused(
            f"the text holds markup ({found.group(0)[:30]!r}); copy is plain text, so write it without.",
            ((text, f"holds markup: {found.group(0)[:30]}"),),
        )
    return text


def without_invisible(text: str) -> str:
    """``text`` without control, direction, zero-width and private characters; line breaks and tabs stay."""
    return "".join(
        c
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c)[0] != "C" or c in "\n\t\r"
    )


def check_edit(
    con: Connection,
    row: Mapping[str, Any],
    body: str,
    plugins: Mapping[str, Plugin],
    rules_files: Sequence[Path] = (),
) -> tuple[str, tuple[Claim, ...]]:
    """The cleaned text and its claims, each with a source; EditRefused names the sentences that fall and why.

    ``row`` is a row of content.approvals with its facts as a list.
    """
    from tasks.checks.judging import judge

    text = clean_text(body)
    plugin = plugins.get(row["plugin"])
    if plugin is None:
        raise ApprovalError(
            f"the plugin {row['plugin']} is not installed here, so an edit cannot be checked; add it to plugin_folders."
        )
    facts = tuple(Fact(**fact) for fact in row["facts"])
    judgement = judge(
        text,
        facts,
        context=_context(con, row["locale"], tuple(rules_files)),
        limits=plugin.limits_for(row["channel"], row["subject_id"]),
        locale=row["locale"],
        must_state=plugin.manifest.must_state,
    )
    refusals = _refusals(judgement, text)
    if not refusals and plugin.accept is not None:
        refused = _accepted(plugin, text, row, facts)
        refusals = [("", refused)] if refused else []
    if refusals:
        raise EditRefused("the text cannot be published as it stands", tuple(refusals))
    return text, judgement.claims


_contexts: dict[tuple[Any, ...], Any] = {}


def _context(con: Connection, locale: str, rules_files: tuple[Path, ...]) -> Any:
    """The shop's check context, kept while the shop stays as it is: its index of names takes a second to build."""
    from tasks.check_context import build_check_context

    shop = run_named(con, "approval/context_key").fetchone()
    rules = tuple((path, path.stat().st_mtime_ns) for path in rules_files if path.is_file())
    key = (locale, rules_files, rules, shop)
    if key not in _contexts:
        _contexts.clear()
        _contexts[key] = build_check_context(con, locale=locale, rules_files=rules_files)
    return _contexts[key]


def _refusals(judgement: Judgement, text: str) -> list[tuple[str, str]]:
    from tasks.checks.words import split_sentences

    sentences = split_sentences(text)
    failed = [verdict for verdict in judgement.verdicts if not verdict.is_passed]
    # While a sentence falls, what the checks say of the whole is said of what remains without it.
    failed = [v for v in failed if v.sentence_index is not None] or failed
    found = [(_sentence(verdict, sentences), _why(verdict)) for verdict in failed]
    if not found and not judgement.is_publishable:
        found = [("", "the checks refuse the text without a reason")]
    # Claims without a source are refused by grounding; were one to slip through, it must not be published.
    found += [
        ("", f"no fact supports {claim.words!r}") for claim in judgement.claims if not claim.source
    ]
    return list(dict.fromkeys(found))


def _sentence(verdict: Verdict, sentences: Sequence[str]) -> str:
    index = verdict.sentence_index
    return sentences[index] if index is not None and 0 <= index < len(sentences) else ""


def _why(verdict: Verdict) -> str:
    reason = verdict.reason or f"falls at {verdict.rule.replace('_', ' ')}"
    named = verdict.claim and verdict.claim.casefold() not in reason.casefold()
    return f"{verdict.check}: {reason}" + (f" ({verdict.claim})" if named else "")


def _accepted(
    plugin: Plugin, text: str, row: Mapping[str, Any], facts: tuple[Fact, ...]
) -> str | None:
    """The reason of the plugin's own hook to refuse the text, or None."""
    scenario = Scenario(
        name=row["scenario"],
        title=row["scenario"],
        goal=row["goal"],
        season="all_year",
        channel=row["channel"],
        tone=row["tone"],
        locale=row["locale"],
        content_types=(row["plugin"],),
        priority=0,
    )
    brief = Brief(
        brief_id=row["brief_id"],
        brief_hash=row["brief_hash"],
        plugin=row["plugin"],
        scenario=scenario,
        subject_id=row["subject_id"],
        facts=facts,
    )
    try:
        return run_accept(plugin, text, brief)
    except PluginError as error:
        return str(error)
