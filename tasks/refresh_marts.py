"""Answers questions about the shop: staging views, then the marts, in order of use; only what is new is counted.

A mart is built anew from ``sql/marts``, or, where its sources only grew since the last refresh, changed: the same
statement over the new rows (or over the rows of the customers whom they touch) gives rows that replace others. Beside
the warehouse (in a scratch) a changed mart is a view of the old one and its changes, until ``keep_marts`` writes both.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tasks.errors import WarehouseError, WarehouseUnwritable
from tasks.mart_sources import Change, Sources, keep_sources, look_at_sources
from tasks.require_shop import require_shop
from tasks.statements import in_transaction
from tasks.warehouse import (
    Connection,
    Warehouse,
    in_order_of_use,
    is_disk_full,
    one_value,
    run_named,
    run_sql,
    safe_reason,
    sql_names,
    sql_text,
)

__all__ = ["keep_marts", "refresh_marts", "require_shop"]

_HEAD = re.compile(r"^create or replace (table|view) (mart\.\w+) as$", re.MULTILINE)
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "category_affinity": ("orders", "order_lines", "events", "categories"),
    "co_purchase": ("orders", "order_lines"),
    "customer_spend": ("orders", "order_lines"),
    "discount_share": ("orders", "order_lines"),
    "gift_buyers": ("orders", "order_lines", "events"),
    "product_offers": ("products", "orders", "order_lines"),
    "product_sales": ("orders", "order_lines"),
    "product_views": ("events",),
    "review_aspects": ("reviews", "scrubbed"),
    "review_scores": ("reviews", "scrubbed"),
    "sessions": ("events",),
}
"""Mart -> the sources whose rows it holds. One that is not here is cheap and always built anew."""
_OF_BUYERS = ("customer_spend", "discount_share", "gift_buyers")
"""Counted again for the customers who bought something new."""
_COUNTED_ON = {*_OF_BUYERS, "category_affinity", "product_views", "sessions"}
"""These take new rows in; the others are of the size of the catalogue and built anew."""


def refresh_marts(
    con: Connection, *, progress: Callable[[str], None] | None = None, anew: bool = False
) -> dict[str, float]:
    """Bring every view of staging and every mart up to date; mart -> seconds.

    Works on any shop, an empty one too: a mart that lacks its input is an empty table. ``anew`` builds all from the
    shop's rows, whatever stands there. ``progress`` hears each name before it is built. WarehouseError names the mart
    that failed.
    """
    with _lightly_compressed(con):
        return _Refresh(con, progress, anew).run()


@dataclass(slots=True)
class _Refresh:
    """One refresh: of the warehouse itself, or of a scratch beside it that reads it as ``held``."""

    con: Connection
    progress: Callable[[str], None] | None
    anew: bool
    held: str = ""
    changed: str = "temp.changed_"
    made: dict[str, str] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)

    def run(self) -> dict[str, float]:
        """Look at the sources, then take the marts in order of use."""
        con = self.con
        _make_staging(con)
        if one_value(con, "select count(*) from duckdb_databases() where database_name = 'held'"):
            self.held, self.changed = "held.", "changed."
            con.execute("create schema if not exists changed")
        marts = {name: sql_text(name) for name in sql_names("marts")}
        is_kept = _has_table(con, "staging", "mart_sources")
        with _named("the sources of the marts"):
            forget = self.anew or not is_kept or not self._are_standing(marts)
            sources = look_at_sources(
                con, self.held, statements_hash=_statements_hash(), forget=forget
            )
            changes = {mart: self._change(mart, sources) for mart in _NEEDS}
        if sources.change("orders", "order_lines") == "same":
            self.empty.add("new_purchases")
        if is_kept and not self.held:
            con.execute("delete from staging.mart_sources")  # nothing is known until all stands
        seconds: dict[str, float] = {}
        # The clock first: what is counted on depends on how far it moved.
        order = sorted(in_order_of_use(marts), key=lambda name: name != "marts/shop_clock")
        for name in order:
            mart = name.rsplit("/", 1)[-1]
            if self.progress is not None:
                self.progress(mart)
            started = time.perf_counter()
            with _named(f"sql/{name}.sql"):
                self._build(mart, marts[name], changes.get(mart, "anew"))
            seconds[mart] = time.perf_counter() - started
        if is_kept:
            keep_sources(con, sources.rows)
        for name, kind in reversed(self.made.items()):
            con.execute(f"drop {kind} temp.{name}")
        return seconds

    def _are_standing(self, marts: Mapping[str, str]) -> bool:
        """Whether every mart stands as the kind that it is now; the marts of before are then at hand as before_…"""
        kinds = {name.rsplit("/", 1)[-1]: _kind(sql) for name, sql in marts.items()}
        database = "held" if self.held else one_value(self.con, "select current_database()")
        standing = self.con.execute(
            "select table_name, lower(table_type) from information_schema.tables "
            "where table_catalog = $database and table_schema = 'mart'",
            {"database": database},
        ).fetchall()
        found = {name: "view" if kind == "view" else "table" for name, kind in standing}
        if any(found.get(mart) != kind for mart, kind in kinds.items()):
            return False
        self._make("before_shop_clock", f"from {self.held}mart.shop_clock")
        for mart in _NEEDS:
            self._make(f"before_{mart}", f"from {self.held}mart.{mart}", "view")
        return True

    def _change(self, mart: str, sources: Sources) -> Change:
        change = sources.change(*_NEEDS[mart])
        if change == "grown" and mart not in _COUNTED_ON:
            return "anew"
        if (
            mart == "category_affinity"
            and change == "grown"
            and sources.changes["categories"] == "grown"
            and run_named(self.con, "refresh/is_new_product_known").fetchall()[0][0]
        ):
            return "anew"
        return change

    def _build(self, mart: str, statement: str, change: Change) -> None:
        if change == "anew":
            _drop_other_kind(self.con, mart, statement)
            self.con.execute(statement)
        elif change == "grown":
            self._count_on(mart)
            if self.held:
                keys = ", ".join(_columns(self.con, f"changed.{mart}_gone"))
                self.con.execute(
                    f"create or replace view mart.{mart} as "
                    f"select * from held.mart.{mart} anti join changed.{mart}_gone using ({keys}) "
                    f"union all by name select * from changed.{mart}"
                )
            else:
                _apply(self.con, mart, self.changed)
        elif self.held:
            self.con.execute(
                f"create or replace view mart.{mart} as select * from held.mart.{mart}"
            )

    def _count_on(self, mart: str) -> None:
        """Fill changed_<mart>, the rows to add, and changed_<mart>_gone, the keys of rows that they replace."""
        if mart in _OF_BUYERS:
            self._given("new_purchases", "buyers")
            if not one_value(self.con, "select count(*) from buyers"):
                self.empty.add("buyers_purchases")
            self._given("buyers_purchases")
            rows = _over(mart, "staging.purchases", "buyers_purchases")
            gone = "select customer_id from buyers"
        elif mart == "sessions":
            self._given("new_events", "old_sessions", "session_starts")
            since = one_value(self.con, "select min(started_at) from session_starts")
            self._make("restarted_events", sql_text("refresh/restarted_events"), since=since)
            self._make("part_sessions", _over(mart, "shop.events", "restarted_events"))
            rows, gone = sql_text("refresh/sessions"), sql_text("refresh/sessions_gone")
        else:
            self._given("new_events")
            part = _over("product_views", "shop.events", "new_events")
            self._make("part_product_views", part)
            if mart == "category_affinity":
                self._given("new_purchases", "touched_customers")
                gone = "select customer_id from touched_customers"
            else:
                gone = "select distinct pair_hash from part_product_views"
            rows = sql_text(f"refresh/{mart}")
        for name, select in ((mart, rows), (f"{mart}_gone", gone)):
            kind = "table" if self.held else "temp table"
            self.con.execute(f"create or replace {kind} {self.changed}{name} as {select}")
            if not self.held:
                self.made[f"changed_{name}"] = "table"

    def _given(self, *names: str) -> None:
        for name in names:
            select = sql_text(f"refresh/{name}")
            # Known to have no rows: its columns alone.
            self._make(name, f"from ({select}) limit 0" if name in self.empty else select)

    def _make(self, name: str, select: str, kind: str = "table", **params: object) -> None:
        """A temporary table or view that several marts use; made once."""
        if name not in self.made:
            run_sql(self.con, f"create or replace temp {kind} {name} as {select}", params)
            self.made[name] = kind


def keep_marts(warehouse: Warehouse, file: Path) -> None:
    """Write the marts of a scratch ``file`` into the warehouse: those built anew whole, of others what changed.

    Each mart is a transaction of its own, and the file is released after each that is written whole, so that readers
    wait for none long; changes are small and written in one go. What the marts were built from is taken away first and
    written last: killed in between, the next refresh builds all anew.
    """
    statements = {name: sql_text(name) for name in sql_names("marts")}
    whole: list[str] = []
    changed: list[str] = []
    with warehouse.scratch_attached(file) as con:
        run_named(con, "tables/staging/mart_sources")
        con.execute("delete from staging.mart_sources")
        _make_staging(con)
        planned = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'planned'"
        ).fetchall()
        for name in in_order_of_use(statements):
            mart = name.rsplit("/", 1)[-1]
            if (f"mart.{mart}",) in planned:
                whole.append(mart)
            elif (f"changed.{mart}",) in planned:
                changed.append(mart)
    for mart in whole:
        with warehouse.scratch_attached(file) as con, _lightly_compressed(con), in_transaction(con):
            _drop_other_kind(con, mart, statements[f"marts/{mart}"])
            con.execute(f"create or replace table mart.{mart} as from planned.mart.{mart}")
    with warehouse.scratch_attached(file) as con, _lightly_compressed(con):
        for mart in changed:
            with in_transaction(con):
                _apply(con, mart, "planned.changed.")
        for name in in_order_of_use(statements):
            mart = name.rsplit("/", 1)[-1]
            if _kind(statements[name]) == "view" and not _is_same_view(con, mart):
                with in_transaction(con):
                    _drop_other_kind(con, mart, statements[name])
                    con.execute(statements[name])
        if _has_table(con, "staging", "mart_sources", "planned"):
            con.execute("insert into staging.mart_sources from planned.staging.mart_sources")


@contextmanager
def _lightly_compressed(con: Connection) -> Iterator[None]:
    """Marts are written often: without DuckDB's dearest compression in two thirds of the time, in twice the room."""
    con.execute("set disabled_compression_methods = 'dict_fsst'")
    yield
    # Not after an error: an aborted transaction takes no statement, and the setting ends with the connection.
    con.execute("reset disabled_compression_methods")


def _make_staging(con: Connection) -> None:
    views = {name: sql_text(name) for name in sql_names("staging")}
    for name in in_order_of_use(views):
        with _named(f"sql/{name}.sql"):
            con.execute(views[name])


def _apply(con: Connection, mart: str, changed: str) -> None:
    """Replace rows of a mart: out go those with a key in <changed><mart>_gone, in come those of <changed><mart>."""
    keys = _columns(con, f"{changed}{mart}_gone")
    is_same = " and ".join(f"{mart}.{key} = gone.{key}" for key in keys)
    con.execute(f"delete from mart.{mart} using {changed}{mart}_gone as gone where {is_same}")
    con.execute(f"insert into mart.{mart} by name from {changed}{mart}")


def _over(mart: str, source: str, part: str) -> str:
    """The SELECT of a mart over a part of a source's rows."""
    select = _HEAD.sub("", sql_text(f"marts/{mart}"), count=1)
    return re.sub(rf"\b{re.escape(source)}\b", part, select)


def _kind(statement: str) -> str:
    found = _HEAD.search(statement)
    return found.group(1) if found else "table"


def _drop_other_kind(con: Connection, mart: str, statement: str) -> None:
    """A table is not replaced by a view, nor a view by a table."""
    is_table = _has_table(con, "mart", mart)
    if _kind(statement) == "view" and is_table:
        con.execute(f"drop table mart.{mart}")
    elif _kind(statement) == "table" and not is_table:
        con.execute(f"drop view if exists mart.{mart}")


def _has_table(con: Connection, schema: str, name: str, database: str | None = None) -> bool:
    found = one_value(
        con,
        "select count(*) from duckdb_tables() where schema_name = $schema and table_name = $name "
        "and database_name = coalesce($database, current_database())",
        {"schema": schema, "name": name, "database": database},
    )
    return bool(found)


def _is_same_view(con: Connection, mart: str) -> bool:
    """Whether the mart stands already as the view that the scratch made of it."""
    found = one_value(
        con,
        "select count(*) from duckdb_views() as own "
        "inner join duckdb_views() as fresh using (schema_name, view_name, sql) where view_name = $mart "
        "and own.database_name = current_database() and fresh.database_name = 'planned'",
        {"mart": mart},
    )
    return bool(found)


def _columns(con: Connection, table: str) -> list[str]:
    return [str(row[0]) for row in con.execute(f"describe {table}").fetchall()]


def _statements_hash() -> int:
    """64 bits over the SQL that the marts rest on and DuckDB's version, whose hash() may change with it."""
    names = [*sql_names("staging"), *sql_names("marts"), *sql_names("refresh")]
    text = "\x1f".join([duckdb.__version__, *(sql_text(name) for name in names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@contextmanager
def _named(name: str) -> Iterator[None]:
    """An error of DuckDB's as one of ours that names what failed."""
    try:
        yield
    except duckdb.Error as error:
        if is_disk_full(error):
            raise WarehouseUnwritable(
                f"the disk is full: {name.rsplit('/', 1)[-1].removesuffix('.sql')} cannot be written; "
                "free space, then run again."
            ) from None
        # from None: a traceback in a log would quote the row.
        raise WarehouseError(f"{name} failed: {safe_reason(error)}") from None
