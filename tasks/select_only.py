"""Says why a statement is not a plain SELECT over the warehouse's own tables.

The SQL of scenarios and plugins may come from strangers and runs on the warehouse's connection, and
DuckDB 2 writes from within a SELECT (``with x as (delete …)``) and reads files from one. So its
syntax tree is walked and whatever is not known to be harmless is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tasks.warehouse import SCHEMAS, Connection, one_value

__all__ = ["why_not_select"]

_QUERY_NODES = {
    "SELECT_NODE",
    "SET_OPERATION_NODE",
    "RECURSIVE_CTE_NODE",
    "CTE_NODE",
    "ORDER_MODIFIER",
}
_TABLE_FUNCTIONS = {"unnest", "range", "generate_series", "generate_subscripts"}
_FILE_OR_STATE = (
    "read_",
    "parquet_",
    "sniff_",
    "duckdb_",
    "pragma_",
    "query",
    "glob",
    "getenv",
    "nextval",
    "currval",
    "current_setting",
    "set_config",
    "add_",
    "write_",
)
_CHANGING = {
    "random",
    "uuid",
    "uuidv4",
    "uuidv7",
    "gen_random_uuid",
    "now",
    "today",
    "get_current_timestamp",
    "get_current_time",
    "current_localtimestamp",
    "transaction_timestamp",
}
_CHANGING_WORDS = {"current_timestamp", "current_date", "current_time", "localtimestamp"}


def why_not_select(con: Connection, sql: str) -> str | None:
    """None where ``sql`` is one SELECT over tables of the warehouse's schemas, else the reason.

    Refused are: more or fewer than one statement, anything that writes, files, functions that read
    files or settings, and functions whose answer changes from run to run.
    """
    tree = json.loads(one_value(con, "select json_serialize_sql($sql)", {"sql": sql}))
    if tree["error"]:
        return str(tree["error_message"]).splitlines()[0]
    if len(tree["statements"]) != 1:
        return f"it holds {len(tree['statements'])} statements; allowed is one SELECT"
    nodes = list(_nodes(tree["statements"][0]["node"]))
    own_names = {
        entry["key"].lower() for node in nodes for entry in node.get("cte_map", {}).get("map", [])
    }
    for node in nodes:
        reason = _why_refused(node, own_names)
        if reason:
            return reason
    return None


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the syntax tree."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack += node.values()
        elif isinstance(node, list):
            stack += node


def _why_refused(node: dict[str, Any], own_names: set[str]) -> str | None:
    kind = str(node.get("type", ""))
    if kind.endswith("_NODE") and kind not in _QUERY_NODES:
        return f"it writes ({kind.split('_')[0].lower()}); allowed is a SELECT that only reads"
    if kind == "SHOW_REF":
        return "it describes tables instead of reading them; allowed is a SELECT"
    if kind == "BASE_TABLE":
        schema, table = str(node["schema_name"]).lower(), str(node["table_name"])
        if schema not in SCHEMAS and not (schema == "" and table.lower() in own_names):
            allowed = ", ".join(SCHEMAS)
            return f"it reads {table!r}, which is no table of the schemas {allowed}"
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            return f"it calls the table function {name}; allowed: {', '.join(_TABLE_FUNCTIONS)}"
    if kind == "FUNCTION":
        name = str(node.get("function_name", "")).lower()
        if name.startswith(_FILE_OR_STATE):
            return f"it calls {name}, which reads more than the warehouse's tables"
        if name in _CHANGING:
            return f"it calls {name}, whose answer changes; the shop's present is mart.shop_clock"
    if kind == "COLUMN_REF":
        names = node.get("column_names") or []
        if len(names) == 1 and str(names[0]).lower() in _CHANGING_WORDS:
            return f"it uses {names[0]}, which changes; the shop's present is mart.shop_clock"
    return None
