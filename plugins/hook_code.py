"""Reads a plugin.py before it is run: hooks get plain data, so code that connects, starts or reaches in is refused.

This holds mistakes and bad habits, not malice: whoever installs a distribution trusts its code.
"""

from __future__ import annotations

import ast

__all__ = ["why_not_hook_code"]

_ROOMS = {"flows", "tasks", "sql", "tests", "bench", "plugins"}
_CONNECTING = {
    *("duckdb", "sqlite3", "sqlalchemy", "psycopg", "psycopg2", "pymysql", "dbm", "shelve", "adbc_driver_manager"),
    *("socket", "ssl", "http", "urllib", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib"),
    *("subprocess", "multiprocessing", "os", "pty", "ctypes", "signal", "asyncio", "importlib", "pickle"),
}  # fmt: skip
_CALLS = {"__import__", "eval", "exec", "compile", "open", "globals", "breakpoint", "input"}


def why_not_hook_code(source: str) -> str | None:
    """None where ``source`` only works on data, else the line, what is wrong, and how to mend it.

    A syntax error is left to the import, which names it.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        for module in _modules(node):
            room = module.split(".")[0]
            if room in _ROOMS and module != "plugins.contract":
                return (
                    f"line {_line(node)}: imports {module}; of Shelftalk a plugin imports plugins.contract "
                    "and nothing else."
                )
            if room in _CONNECTING:
                return (
                    f"line {_line(node)}: imports {module}; hooks get plain data and open no connection, "
                    "process or file: select what they need in briefs.sql."
                )
        if isinstance(node, ast.Name) and node.id in _CALLS:
            return (
                f"line {_line(node)}: uses {node.id}; hooks work on the brief and the text that they are given: "
                "select what they need in briefs.sql."
            )
    return None


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        # `from plugins import contract` names the module in two parts.
        if node.module == "plugins":
            return [f"plugins.{alias.name}" for alias in node.names]
        return [node.module]
    return []


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
