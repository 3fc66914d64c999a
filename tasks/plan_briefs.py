"""Plans briefs: what a plugin would write for a scenario, and which of it is written already."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

import duckdb

from plugins.contract import BRIEF_COLUMNS, Brief, Fact, Plugin, Scenario
from tasks.build_scenarios import BuiltScenario
from tasks.errors import PluginError
from tasks.rendering import inert
from tasks.scrub_text import NameIndex, scrub
from tasks.select_only import why_not_select
from tasks.untrusted_sql import read_untrusted
from tasks.warehouse import Connection, fetch_dicts, run_named, safe_reason

__all__ = ["MAX_BRIEFS", "People", "PlannedBrief", "Previous", "plan_briefs", "read_people"]

MAX_BRIEFS = 100_000
"""Subjects that one scenario and plugin may have; more is taken for a mistake in the join."""
MAX_CHARACTERS = 400
"""Of a fact's value; a longer one is prose, not a fact that a sentence may state."""

Previous = Literal["unchanged", "new", "changed", "quarantined_before"]

_FACT_FIELDS = ("name", "value", "source_table", "source_column", "source_key")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_MARKUP = re.compile(r"[<>{}]")
# What drives a terminal or turns the direction of text; line ends, tabs and zero-width characters are only taken out.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_KINDS = re.compile(r"\[([a-z]+)\]")
# What stands here tells of one customer; a fact may be a count over such rows (a mart), never a row.
_PERSONAL = {
    "shop.customers",
    "shop.orders",
    "shop.order_lines",
    "shop.events",
    "staging.purchases",
    "content.audience",
    "content.audience_products",
    "mart.customer_rfm",
    "mart.customer_spend",
    "mart.sessions",
    "mart.product_views",
    "mart.viewed_not_bought",
    "mart.category_affinity",
    "mart.discount_share",
    "mart.gift_buyers",
}


@dataclass(frozen=True, slots=True)
class PlannedBrief:
    """A brief and what is known of it: whether it was written or quarantined from the same hash.

    ``problem`` is set where the brief cannot be written, and says why: it belongs into quarantine.
    """

    brief: Brief
    scenario_version_id: str
    previous: Previous
    problem: str | None


class People:
    """The shop's customers as facts must not name them; what was found in a value is kept, since the same product
    stands in many scenarios."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._kinds: dict[str, str | None] = {}

    def kind_in(self, value: str) -> str | None:
        """What personal data ``value`` holds (name, email, phone, …), or None."""
        if value not in self._kinds:
            self._kinds[value] = _personal_kind(value, self._index)
        return self._kinds[value]


def plan_briefs(
    con: Connection,
    built: BuiltScenario,
    plugin: Plugin,
    *,
    model_hash: str | None,
    settings_fingerprint: str,
    limit: int | None = None,
    min_audience: int = 20,
    people: People | None = None,
) -> list[PlannedBrief]:
    """The briefs of ``plugin`` for the scenario, those that reach most customers first.

    briefs.sql may use ``$min_audience``, under which no count over customers may be told. ``people`` are the shop's
    customers (None reads them): a fact with a name, an e-mail or the like of a person is left out of the brief, which
    then has a ``problem``.
    ``limit`` keeps the first so many. A refused scenario has none. PluginError names the plugin and
    what is wrong with its briefs.sql: columns, grain, nulls, too many rows, facts of one customer.
    ``brief.scenario.locale`` is what the plugin speaks: the scenario's, or its own default_locale.
    A brief whose own facts are wanting or contradict each other comes back with its ``problem``.
    """
    if built.state != "ready":
        return []
    built = replace(
        built, scenario=replace(built.scenario, locale=plugin.speaks(built.scenario.locale))
    )
    subjects = _subjects(con, built, plugin, min_audience)
    people = read_people(con) if people is None else people
    reach = _lookup(con, "subject_reach", {"scenario_version_id": built.scenario_version_id})
    subjects.sort(key=lambda row: (-int(reach.get(row[0], 0)), row[0]))
    where = {
        "scenario": built.scenario.name,
        "plugin": plugin.name,
        "locale": built.scenario.locale,
    }
    live = _lookup(con, "live_texts", where)
    quarantined = _lookup(con, "last_quarantined", where)
    planned = []
    for subject_id, rows in subjects[: len(subjects) if limit is None else limit]:
        facts, problem = _facts(plugin, rows, people)
        brief = Brief(
            brief_id=_brief_id(built.scenario, plugin, subject_id),
            brief_hash=_brief_hash(
                built.scenario, plugin, subject_id, facts, model_hash, settings_fingerprint
            ),
            plugin=plugin.name,
            scenario=built.scenario,
            subject_id=subject_id,
            facts=facts,
        )
        previous = _previous(brief, live.get(subject_id), quarantined.get(brief.brief_id))
        planned.append(PlannedBrief(brief, built.scenario_version_id, previous, problem))
    return planned


def read_people(con: Connection) -> People:
    """The names and addresses of the shop's customers, ready to be looked for in facts."""
    rows = run_named(con, "load/people").fetchall()
    return People(NameIndex((name for name, _ in rows), (address for _, address in rows)))


def _subjects(
    con: Connection, built: BuiltScenario, plugin: Plugin, min_audience: int
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows of briefs.sql as (subject_id, facts), checked for columns, grain and nulls."""
    where = f"plugin {plugin.name}: briefs.sql"
    reason = why_not_select(con, plugin.briefs_sql)
    if reason is not None:
        raise PluginError(f"{where}: {reason}.")
    try:
        params = {
            "scenario_version_id": built.scenario_version_id,
            "locale": built.scenario.locale,
            "min_audience": min_audience,
        }
        seconds = plugin.manifest.sql_seconds
        columns, rows = read_untrusted(
            con, plugin.briefs_sql, params, seconds=seconds, most_rows=MAX_BRIEFS + 1
        )
    except TimeoutError as error:
        raise PluginError(
            f"{where}: {error} for scenario {built.scenario.name} (sql_seconds of plugin.toml); look for a join "
            "without a condition."
        ) from error
    except duckdb.Error as error:
        raise PluginError(f"{where}: {safe_reason(error)}.") from None
    if len(rows) > MAX_BRIEFS:
        raise PluginError(
            f"{where}: gives more than {MAX_BRIEFS} rows for scenario {built.scenario.name}; "
            "allowed is one row a subject of the scenario: look for a join that multiplies."
        )
    if sorted(columns) != sorted(BRIEF_COLUMNS):
        raise PluginError(
            f"{where}: gives the columns {', '.join(columns)}; allowed: {', '.join(BRIEF_COLUMNS)}."
        )
    at_subject, at_facts = columns.index("subject_id"), columns.index("facts")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        subject_id, facts = row[at_subject], row[at_facts]
        if subject_id is None or facts is None:
            raise PluginError(
                f"{where}: gives a null {'subject_id' if subject_id is None else 'facts'}; every "
                "row needs both: filter such subjects out or make the list empty."
            )
        subject = str(subject_id)
        if subject in found:
            raise PluginError(
                f"{where}: gives the subject {subject!r} twice; allowed is one row a subject."
            )
        found[subject] = _checked(where, subject, facts)
    return list(found.items())


def _checked(where: str, subject: str, facts: Any) -> list[dict[str, Any]]:
    """``facts`` if it is a list of fact(…), with sources that tell of no single customer."""
    if not isinstance(facts, list):
        raise PluginError(f"{where}: facts is no list; write facts([fact(…), …]).")
    for fact in facts:
        if not isinstance(fact, dict) or set(fact) != set(_FACT_FIELDS):
            raise PluginError(
                f"{where}: a fact of subject {subject!r} does not have the fields "
                f"{', '.join(_FACT_FIELDS)}; make it with fact(…)."
            )
        absent = [field for field in _FACT_FIELDS if fact[field] is None]
        if absent:
            raise PluginError(
                f"{where}: the fact {fact['name']!r} of subject {subject!r} has a null "
                f"{absent[0]}; wrap the list in facts(…), which drops facts without a value."
            )
        if not _FACT_NAME.fullmatch(str(fact["name"])):
            raise PluginError(
                f"{where}: the fact name {fact['name']!r} of subject {subject!r} is no name; "
                "allowed are lower-case letters, digits and underscores, a letter first."
            )
        if str(fact["source_table"]).lower() in _PERSONAL:
            raise PluginError(
                f"{where}: the fact {fact['name']!r} comes from {fact['source_table']}, which "
                "tells of single customers; allowed are facts of products and counts over many."
            )
    return facts


def _personal_kind(value: str, people: NameIndex) -> str | None:
    """What personal data ``value`` holds (name, email, phone, …), or None."""
    scrubbed, count = scrub(value, people)
    if not count:
        return None
    kinds = [kind for kind in _KINDS.findall(scrubbed) if f"[{kind}]" not in value]
    return kinds[0] if kinds else "personal data"


def _facts(
    plugin: Plugin, rows: list[dict[str, Any]], people: People
) -> tuple[tuple[Fact, ...], str | None]:
    """The facts that a text may state, and why the brief cannot be written, if it cannot.

    Personal data in a value is a problem: somebody has to mend the row. A value with control characters,
    markup or template brackets, or longer than a sentence, is left out: it cannot be stated as it stands, and
    altered it would not be what the warehouse says.
    """
    kept: dict[str, Fact] = {}
    problems: list[str] = []
    left_out: dict[str, str] = {}
    for row in rows:
        name, value = row["name"], inert(str(row["value"]), MAX_CHARACTERS + 1)
        if _CONTROL.search(str(row["value"])):
            left_out[name] = "holds control characters"
        elif _MARKUP.search(str(row["value"])) or len(value) > MAX_CHARACTERS:
            left_out[name] = "holds markup" if len(value) <= MAX_CHARACTERS else "is too long"
        elif kind := people.kind_in(value):
            # Its words stand nowhere but in schema shop: not in the brief, and not in the reason.
            left_out[name] = "holds personal data"
            problems.append(f"the fact {name} ({row['source_table']}) holds personal data: {kind}")
        elif name in kept and kept[name].value.casefold() != value.casefold():
            both = f"{kept[name].value!r} and {value!r}"
            problems.append(f"the fact {name} contradicts itself: {both}")
        elif value and name not in kept:
            kept[name] = Fact(
                name, value, row["source_table"], row["source_column"], row["source_key"]
            )
    for name in plugin.manifest.required_facts:
        if name not in kept:
            why = f" (its value {left_out[name]})" if name in left_out else ""
            problems.append(f"the required fact {name} is missing{why}")
    return tuple(kept.values()), "; ".join(problems) or None


def _brief_id(scenario: Scenario, plugin: Plugin, subject_id: str) -> str:
    key = json.dumps([scenario.name, plugin.name, subject_id, scenario.locale])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _brief_hash(
    scenario: Scenario,
    plugin: Plugin,
    subject_id: str,
    facts: tuple[Fact, ...],
    model_hash: str | None,
    settings_fingerprint: str,
) -> str:
    """SHA-256 over all that a text depends on: the same hash is never written twice."""
    if plugin.manifest.generation.written_by == "fallback":
        model_hash = None  # its texts depend on no model
    content: dict[str, Any] = {
        "facts": sorted((fact.name, fact.value) for fact in facts),
        "scenario": {
            "name": scenario.name,
            "goal": scenario.goal,
            "season": scenario.season,
            "channel": scenario.channel,
            "tone": scenario.tone,
            "locale": scenario.locale,
        },
        "plugin": plugin.fingerprint,
        "model": model_hash,
        "settings": settings_fingerprint,
    }
    if plugin.manifest.subject == "segment":
        content["subject"] = subject_id  # the parts of a segment's copy share their facts
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _previous(brief: Brief, live_hash: str | None, quarantined_hash: str | None) -> Previous:
    if live_hash == brief.brief_hash:
        return "unchanged"
    if quarantined_hash == brief.brief_hash:
        return "quarantined_before"
    return "new" if live_hash is None and quarantined_hash is None else "changed"


def _lookup(con: Connection, name: str, params: dict[str, Any]) -> dict[str, Any]:
    """The two columns of ``sql/plan/<name>.sql`` as key -> value."""
    rows = fetch_dicts(run_named(con, f"plan/{name}", params))
    return {str(key): value for key, value in (tuple(row.values()) for row in rows)}
