"""Writes judged rows into a shop table: refused ones to load_rejects, the rest by key, and the row in shop.loads."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.errors import InputError
from tasks.loading.reading import OpenedFile
from tasks.loading.reports import LoadReport
from tasks.warehouse import Connection, one_value, run_named, sql_names

__all__ = ["Load", "add_copy", "count_quirks", "stage"]

# What a table is written with: its columns that a load fills, and the key by which rows are the same.
_KEYS: dict[str, tuple[str, ...]] = {
    "products": ("product_id",),
    "product_facts": ("product_id", "name"),
    "customers": ("customer_id",),
    "orders": ("order_id",),
    "order_lines": ("order_id", "line_number"),
    "events": ("event_id",),
    "reviews": ("review_id",),
    "questions": ("question_id",),
    "policies": ("name", "locale"),
    "copy": ("copy_id",),
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "products": (
        "product_id", "name", "brand", "category", "price", "currency", "is_available", "description", "source",
    ),
    "product_facts": ("product_id", "name", "value"),
    "customers": (
        "customer_id", "name", "email", "phone", "address", "city", "country", "locale", "is_consenting",
        "is_suppressed", "created_at",
    ),
    "orders": ("order_id", "customer_id", "ordered_at", "state"),
    "order_lines": ("order_id", "line_number", "product_id", "quantity", "unit_price", "list_price"),
    "events": ("event_id", "customer_id", "event_type", "product_id", "occurred_at"),
    "reviews": ("review_id", "product_id", "customer_id", "rating", "title", "body", "reviewed_at"),
    "questions": ("question_id", "product_id", "customer_id", "body", "asked_at", "answer", "answered_at"),
    "policies": ("name", "locale", "value", "body"),
    "copy": ("copy_id", "product_id", "kind", "locale", "tone", "goal", "body", "facts", "approved_at"),
}  # fmt: skip


@dataclass(slots=True)
class Load:
    """One file on its way into the warehouse, within one transaction; each table that it fills gets a report."""

    con: Connection
    opened: OpenedFile
    source_kind: str
    mapping: Mapping[str, object] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def settle(
        self,
        table: str,
        judged: str,
        *,
        quirks: Mapping[str, int] | None = None,
        count_read: int | None = None,
        with_unparsed: bool = False,
    ) -> LoadReport:
        """Write the temporary table ``judged`` (line, our columns, reason) into ``shop.<table>`` by key.

        Of rows with one key the last in the file counts and the others are merged into it. ``count_read`` is the
        number of records that the rows came from, where that is not their own number.
        """
        if not one_value(
            self.con,
            "select count(*) from duckdb_tables() where schema_name = 'shop' and table_name = $table "
            "and database_name = current_database()",
            {"table": table},
        ):
            raise InputError(
                f"shop.{table} is read in place from Parquet (setting parquet_tables), so nothing is loaded into it; "
                "add files there, or take the setting out."
            )
        key, columns = _KEYS[table], ", ".join(_COLUMNS[table])
        is_same = " and ".join(f"{table}.{column} = changed.{column}" for column in key)
        load_id = self._load_id(table)
        count_refused = self._refuse(load_id, table, judged, with_unparsed)
        count_rows = int(one_value(self.con, f"select count(*) from {judged}") or 0)
        read = (
            count_rows + (len(self.opened.unparsed) if with_unparsed else 0)
            if count_read is None
            else count_read
        )
        self.con.execute(
            f"create or replace temp table fresh as select {columns} from {judged} where reason is null "
            f"qualify row_number() over (partition by {', '.join(key)} order by line desc) = 1"
        )
        count_kept = int(one_value(self.con, "select count(*) from fresh") or 0)
        # Only what differs is written, so that loading a file again changes nothing.
        self.con.execute(
            f"create or replace temp table changed as select {columns} from fresh "
            f"except select {columns} from shop.{table}"
        )
        self.con.execute(f"delete from shop.{table} using changed where {is_same}")
        self.con.execute(f"insert into shop.{table} ({columns}) select {columns} from changed")
        report = LoadReport(
            load_id=load_id,
            file=str(self.opened.path),
            table=table,
            count_read=read,
            count_kept=count_kept,
            count_merged=read - count_kept - count_refused,
            count_refused=count_refused,
            count_written=int(one_value(self.con, "select count(*) from changed") or 0),
            seconds=time.monotonic() - self.began,
            quirks={name: count for name, count in sorted((quirks or {}).items()) if count},
        )
        run_named(self.con, "load/replace_load", self._load_row(report))
        run_named(self.con, "load/add_load", self._load_row(report))
        return report

    def _refuse(self, load_id: str, table: str, judged: str, with_unparsed: bool) -> int:
        run_named(self.con, "load/forget_rejects", {"load_id": load_id})
        given = {"load_id": load_id, "file": str(self.opened.path), "table_name": table}
        self.con.execute(
            "insert into shop.load_rejects (load_id, file, line, table_name, reason) "
            f"select $load_id, $file, line, $table_name, reason from {judged} where reason is not null order by line",
            given,
        )
        if with_unparsed and self.opened.unparsed:
            lines = [row.line for row in self.opened.unparsed]
            reasons = [row.reason for row in self.opened.unparsed]
            run_named(self.con, "load/add_unparsed", {**given, "lines": lines, "reasons": reasons})
        found = one_value(
            self.con,
            "select count(*) from shop.load_rejects where load_id = $load_id",
            {"load_id": load_id},
        )
        return int(found or 0)

    def _load_id(self, table: str) -> str:
        """The same file with the same mapping is the same load, whenever it happens."""
        parts = [
            self.source_kind,
            table,
            self.opened.path.name,
            self.opened.file_hash,
            json.dumps(dict(self.mapping), sort_keys=True),
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def _load_row(self, report: LoadReport) -> dict[str, object]:
        return {
            "load_id": report.load_id,
            "source_kind": self.source_kind,
            "file": report.file,
            "file_hash": self.opened.file_hash,
            "table_name": report.table,
            "count_read": report.count_read,
            "count_kept": report.count_kept,
            "count_merged": report.count_merged,
            "count_refused": report.count_refused,
            "count_written": report.count_written,
        }


def stage(
    con: Connection, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]
) -> None:
    """A temporary table of our name from rows of Python; ``columns`` maps each name to its type."""
    names = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"create or replace temp table {table} ({names})")
    lists = [list(column) for column in zip(*rows, strict=True)]
    if lists:
        params = {f"p{at}": values for at, values in enumerate(lists)}
        unnested = ", ".join(
            f"unnest($p{at}::{kind}[])" for at, kind in enumerate(columns.values())
        )
        con.execute(f"insert into {table} select {unnested}", params)


def count_quirks(con: Connection, table: str) -> Counter[str]:
    """The oddities of the rows just judged, by ``sql/load/quirks/<table>.sql`` where there is one."""
    name = f"load/quirks/{table}"
    if name not in sql_names("load/quirks"):
        return Counter()
    return Counter({quirk: count for quirk, count in run_named(con, name).fetchall() if count})


def add_copy(load: Load) -> LoadReport | None:
    """The merchant's own descriptions of the products in ``judged`` as shop.copy, which the copywriter learns from."""
    run_named(load.con, "load/product_copy")
    if not one_value(load.con, "select count(*) from product_copy"):
        return None
    return load.settle("copy", "product_copy")
