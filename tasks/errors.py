"""Every exception that Shelftalk raises on purpose.

    ShelftalkError                 one clear sentence: what, where, what was allowed, how to mend
    ├── SettingsError              an unknown key, a value out of range
    ├── WarehouseError             the DuckDB file
    │   ├── NotAWarehouse          the file or folder is something else
    │   ├── WarehouseLocked        another process writes
    │   └── WarehouseUnwritable    full disk, no permission
    ├── InputError                 what a person handed in: a missing or truncated file, wrong columns
    ├── ShopIncomplete             no products, no orders, no reviews, too little copy
    ├── ScenarioError              a scenario file: header or SQL
    ├── PluginError                a plugin folder: unknown key, broken template or SQL, duplicate name
    ├── CopywriterError            the language model
    │   ├── NotAModel              the folder is no model, or its weights are pickled
    │   ├── HubUnreachable         a hub id that cannot be fetched
    │   ├── EndpointFailed         an OpenAI-compatible endpoint that refuses, hangs or answers nonsense
    │   └── BudgetSpent            the run's tokens for such an endpoint are used up
    ├── RulesError                 a rules or checks file
    ├── StepTimeout                a batch took longer than the setting batch_seconds
    ├── ApprovalError              a decision that cannot be taken: changed meanwhile, own edit, nothing to undo
    │   └── EditRefused            an edited text falls in the checks; says which sentence and why
    └── AccountingError            briefs are not equal to the sum of their outcomes

Only ``flows.cli`` turns these into exit text (exit code 2); nothing else prints them.
"""

from __future__ import annotations

__all__ = [
    "AccountingError",
    "ApprovalError",
    "BudgetSpent",
    "CopywriterError",
    "EditRefused",
    "EndpointFailed",
    "HubUnreachable",
    "InputError",
    "NotAModel",
    "NotAWarehouse",
    "PluginError",
    "RulesError",
    "ScenarioError",
    "SettingsError",
    "ShelftalkError",
    "ShopIncomplete",
    "StepTimeout",
    "WarehouseError",
    "WarehouseLocked",
    "WarehouseUnwritable",
]


class ShelftalkError(Exception):
    """Base of all: its text is one sentence that a person can act on."""


class SettingsError(ShelftalkError):
    """A setting is unknown or out of range."""


class WarehouseError(ShelftalkError):
    """The warehouse cannot be used."""


class NotAWarehouse(WarehouseError):
    """The path holds something that is not a Shelftalk warehouse."""


class WarehouseLocked(WarehouseError):
    """Another process holds the warehouse."""


class WarehouseUnwritable(WarehouseError):
    """The warehouse or its folder cannot be written: full disk or no permission."""


class InputError(ShelftalkError):
    """A file or an argument that a person handed in is not usable."""


class ShopIncomplete(ShelftalkError):
    """The shop's tables lack what the step needs."""


class ScenarioError(ShelftalkError):
    """A scenario file has a wrong header or SQL."""


class PluginError(ShelftalkError):
    """A plugin folder breaks the contract; the message names the plugin and the file."""


class CopywriterError(ShelftalkError):
    """The language model cannot do what was asked."""


class NotAModel(CopywriterError):
    """A folder holds no model, or only pickled weights."""


class HubUnreachable(CopywriterError):
    """A hub id was given and the hub cannot be reached."""


class EndpointFailed(CopywriterError):
    """An endpoint could not be made to answer."""


class BudgetSpent(CopywriterError):
    """The run has used the tokens that it was given for an endpoint."""


class RulesError(ShelftalkError):
    """A file of rules is not usable."""


class StepTimeout(ShelftalkError):
    """A plugin or the copywriter took too long over a batch; the batch is failed and the run goes on."""


class ApprovalError(ShelftalkError):
    """A decision on a text cannot be taken as things stand."""


class EditRefused(ApprovalError):
    """An edited text cannot be published; ``refusals`` holds (sentence, reason) pairs, sentence "" for the whole."""

    def __init__(self, message: str, refusals: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.refusals = refusals


class AccountingError(ShelftalkError):
    """Briefs are not the sum of approved, fallback, quarantined, reused and failed."""
