"""Great Expectations holds the suites: our five checks as expectations, and one validation a batch of drafts.

Importing this module imports Great Expectations (2.5 s): only ``tasks.check_drafts`` does, and only when it judges.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import great_expectations as gx
import pandas as pd
from great_expectations.core import ExpectationSuite, ValidationDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)

from tasks.errors import RulesError

__all__ = ["OWN_RULES", "RuleOutcome", "failing_rows", "validate"]

for _name in ("great_expectations", "great_expectations.data_context.types.base"):
    # The second sets a level of its own and would tell of a temporary folder at every validation.
    logging.getLogger(_name).setLevel(logging.WARNING)

_batch: ContextVar[Mapping[int, Mapping[str, bool]]] = ContextVar("judged_batch")
"""row_id -> check -> whether what remains of the draft passes. Set for the time of one validation."""
_lock = threading.Lock()
"""A shared validation on several threads gives wrong results silently, so one runs at a time."""
_DOMAIN = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")


def _passes(frame: pd.DataFrame, check: str) -> pd.Series[bool]:
    judged = _batch.get()
    return frame["row_id"].map(lambda row: judged[int(row)][check]).astype(bool)


class _Structure(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.copy_well_formed"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        return _passes(column_list, "structure")


class _Grounding(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.copy_grounded"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        return _passes(column_list, "grounding")


class _Harm(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.copy_harmless"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        return _passes(column_list, "harm")


class _Privacy(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.copy_private"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        return _passes(column_list, "privacy")


class _Consistency(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.copy_consistent"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series[bool]:  # noqa: N805
        return _passes(column_list, "consistency")


class ExpectCopyToBeWellFormed(MulticolumnMapExpectation):
    """What remains of the draft has the shape of a shop text."""

    map_metric: ClassVar[str] = "multicolumn_values.copy_well_formed"


class ExpectCopyToBeGrounded(MulticolumnMapExpectation):
    """Every claim of what remains has a source among the facts."""

    map_metric: ClassVar[str] = "multicolumn_values.copy_grounded"


class ExpectCopyToBeHarmless(MulticolumnMapExpectation):
    """Nothing profane, forbidden, discriminating or pressing remains."""

    map_metric: ClassVar[str] = "multicolumn_values.copy_harmless"


class ExpectCopyToBePrivate(MulticolumnMapExpectation):
    """No personal data remains."""

    map_metric: ClassVar[str] = "multicolumn_values.copy_private"


class ExpectCopyToBeConsistent(MulticolumnMapExpectation):
    """The facts do not contradict each other, and no claim contradicts a live text of the subject."""

    map_metric: ClassVar[str] = "multicolumn_values.copy_consistent"


OWN_RULES = {
    "expect_copy_to_be_well_formed": "structure",
    "expect_copy_to_be_grounded": "grounding",
    "expect_copy_to_be_harmless": "harm",
    "expect_copy_to_be_private": "privacy",
    "expect_copy_to_be_consistent": "consistency",
}


def _suite(name: str, where: str, rules: Sequence[Mapping[str, Any]]) -> ExpectationSuite:
    """A suite from tables of rules; Great Expectations wants a context to be active while it is made."""
    suite = ExpectationSuite(name=name)
    for rule in rules:
        unknown = set(rule) - {"rule", "type", "kwargs", "severity", "why"}
        if unknown or not {"rule", "type"} <= set(rule):
            raise RulesError(
                f"{where}: an [[expectation]] needs rule and type and may have kwargs, severity, why; "
                f"found {', '.join(sorted(rule))}."
            )
        kwargs = dict(rule.get("kwargs", {}))
        if rule["type"] in OWN_RULES:
            kwargs.setdefault("column_list", ["row_id", "body"])
        try:
            built = ExpectationConfiguration(
                type=rule["type"],
                kwargs=kwargs,
                meta={"rule": rule["rule"]},
                severity=rule.get("severity", "critical"),
            ).to_domain_obj()
        except Exception as error:  # what a rule of a file gets wrong, GX and pydantic tell in errors of many kinds
            text = " ".join(str(error).split())[:300]
            raise RulesError(f"{where}: rule {rule['rule']}: {text}") from error
        suite.add_expectation(built)
    return suite


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule of a suite gave over one frame; ``failing`` are row ids, ``detail`` names an exception's kind."""

    rule: str
    expectation: str
    severity: str
    is_successful: bool
    count_evaluated: int
    failing: frozenset[int]
    detail: str | None = None


def failing_rows(
    plugin: str,
    rules: Sequence[Mapping[str, Any]],
    frame: pd.DataFrame,
    judged: Mapping[int, Mapping[str, bool]],
) -> tuple[dict[str, set[int]], list[RuleOutcome]]:
    """(rule -> row ids that fail it, the outcome of each rule) of one validation over ``frame``.

    A rule that crashes fails every row. RulesError where checks.toml holds a rule that Great Expectations refuses.
    """
    token = _batch.set(judged)
    try:
        outcomes = validate(f"{plugin}-drafts", f"plugin {plugin}: checks.toml", rules, frame)
    finally:
        _batch.reset(token)
    return {outcome.rule: set(outcome.failing) for outcome in outcomes}, outcomes


@lru_cache(maxsize=64)
def _definition(name: str, where: str, rules: str) -> ValidationDefinition:
    """The validation of a suite, made once: a third of what a validation of 64 drafts costs. Held by ``_lock``."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return context.validation_definitions.add(
        ValidationDefinition(
            name=name,
            data=asset.add_batch_definition_whole_dataframe("batch"),
            suite=context.suites.add(_suite(name, where, json.loads(rules))),
        )
    )


def validate(
    name: str, where: str, rules: Sequence[Mapping[str, Any]], frame: pd.DataFrame
) -> list[RuleOutcome]:
    """One validation of ``frame`` (with a column ``row_id``); an outcome a rule, in their order.

    RulesError says ``where`` a rule stands that Great Expectations refuses.
    """
    everything = frozenset(int(row) for row in frame["row_id"])
    with _lock:
        definition = _definition(
            name, where, json.dumps([dict(rule) for rule in rules], sort_keys=True)
        )
        result = definition.run(
            batch_parameters={"dataframe": frame},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": ["row_id"],
                "return_unexpected_index_query": False,
            },
        )
    by_rule = {one.expectation_config.meta["rule"]: one for one in result.results}
    return [_outcome(rule, by_rule.get(rule["rule"]), everything) for rule in rules]


def _outcome(rule: Mapping[str, Any], result: Any, everything: frozenset[int]) -> RuleOutcome:
    """The outcome of ``rule``; one that crashed or that the result lacks fails every row."""
    told = (rule["rule"], rule["type"], str(rule.get("severity", "critical")))
    if result is not None and result.success:
        return RuleOutcome(*told, True, len(everything), frozenset())
    raised = (
        _has_raised(result.exception_info)
        if result is not None and result.exception_info
        else False
    )
    listed = (
        (result.result or {}).get("unexpected_index_list")
        if result is not None and not raised
        else None
    )
    failing = frozenset(int(entry["row_id"]) for entry in listed) if listed else everything
    # An exception's text may quote a draft or a row, so only that there was one is told.
    detail = (
        "the rule itself crashed, so every row counts as failing"
        if raised or result is None
        else None
    )
    return RuleOutcome(*told, False, len(everything), failing, detail)


def _has_raised(info: Mapping[str, Any]) -> bool:
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(
        bool(part.get("raised_exception")) for part in info.values() if isinstance(part, Mapping)
    )
