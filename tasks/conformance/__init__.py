"""Whether a plugin keeps the contract: each finding with file, line and cure. What `shelftalk plugins check` runs.

Flows and tests hand a loaded plugin and a connection on which briefs may be planned; nothing is written to either.
"""

from tasks.conformance.findings import Conformance, Finding, finding_of_problem
from tasks.conformance.suite import check_plugin

__all__ = ["Conformance", "Finding", "check_plugin", "finding_of_problem"]
