"""Reads what the checks need to know from the warehouse: the shop's words, names, people, policies, live texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plugins.contract import Brief, Fact, Plugin
from tasks.checks.context import CheckContext, owner_of
from tasks.checks.contradictions import Stated
from tasks.checks.harm import built_in_rules, load_rules
from tasks.checks.second_opinion import SecondReader
from tasks.checks.words import words_of
from tasks.ranking.shelf import Encoder
from tasks.ranking.terms import Ranking
from tasks.ranking.voices import ArchivedText, Voices
from tasks.warehouse import Connection, fetch_dicts, run_named

__all__ = ["build_check_context", "stated_cells"]

_GROUPS = {
    "material": "material",
    "fabric": "material",
    "colour": "colour",
    "color": "colour",
    "finish": "finish",
    "pattern": "pattern",
    "origin": "origin",
    "flavour": "flavour",
    "scent": "flavour",
    "care": "feature",
    "fit": "feature",
    "compatibility": "feature",
    "power": "feature",
    "certification": "certification",
    "warranty": "service",
    "feature": "feature",
}
_COMMON = 4
"""A value of more words than this is a sentence, not a word of the vocabulary."""


def build_check_context(
    con: Connection,
    *,
    locale: str,
    rules_files: Sequence[Path] = (),
    encoder: Encoder | None = None,
    reader: SecondReader | None = None,
) -> CheckContext:
    """The context of the shop in ``con``. ``rules_files`` are the shop's own rules, after the built-in ones.

    ``encoder`` measures how near texts are to each other by meaning; without it words do. ``reader`` may refuse what
    the rules let pass.

    Personal names and addresses stay in memory as a set to look up; they enter no draft, reason or log.
    """
    vocabulary: dict[str, str] = {}
    for row in fetch_dicts(run_named(con, "checks/fact_values")):
        name, _, spoken = row["name"].partition("@")
        if spoken and spoken.split("-")[0] != locale.split("-")[0]:
            continue  # a value for another language's copy
        group = _GROUPS.get(name.rstrip("_0123456789"))
        words = words_of(row["value"], locale)
        if group and 0 < len(words) <= _COMMON and not any(word.is_number for word in words):
            vocabulary.setdefault(row["value"].casefold(), group)
    names = fetch_dicts(run_named(con, "checks/product_names"))
    people = {row["word"] for row in fetch_dicts(run_named(con, "checks/people"))}
    policies = tuple(
        Fact(row["name"], f"{row['value']}. {row['body']}", "shop.policies", "value", row["name"])
        for row in fetch_dicts(run_named(con, "checks/policies", {"locale": locale}))
    )
    live: dict[str, list[tuple[str, str]]] = {}
    for row in fetch_dicts(run_named(con, "checks/live_texts", {"locale": locale})):
        live.setdefault(row["plugin"], []).append(
            (owner_of(row["scenario"], row["subject_id"]), row["body"])
        )
    voices = Voices(
        ArchivedText(row["kind"], row["goal"], row["tone"], row["body"])
        for row in fetch_dicts(run_named(con, "checks/archived_voices", {"locale": locale}))
    )
    rules = built_in_rules() + tuple(rule for path in rules_files for rule in load_rules(path))
    return CheckContext(
        vocabulary=vocabulary,
        product_names=frozenset(row["name"] for row in names if row["name"]),
        brands=frozenset(row["brand"] for row in names if row["brand"]),
        people=frozenset(people),
        rules=rules,
        policies=policies,
        live_texts={plugin: tuple(texts) for plugin, texts in live.items()},
        locale=locale,
        reader=reader,
        ranking=Ranking(voices, encoder),
    )


def stated_cells(
    con: Connection, plugin: Plugin, briefs: Sequence[Brief]
) -> dict[str, list[Stated]]:
    """subject_id -> the cells that live texts about it state, in the briefs' language, of any scenario and plugin."""
    if not briefs:
        return {}
    bound = {
        "subject": plugin.manifest.subject,
        "subject_ids": sorted({brief.subject_id for brief in briefs}),
        "locale": briefs[0].scenario.locale,
    }
    found: dict[str, list[Stated]] = {}
    for row in fetch_dicts(run_named(con, "checks/stated_cells", bound)):
        place = owner_of(f"{row['plugin']} {row['scenario']}", row["subject_id"])
        found.setdefault(row["subject_id"], []).append(
            Stated(
                place,
                row["source_table"],
                row["source_column"],
                row["source_key"],
                row["source_value"],
            )
        )
    return found
