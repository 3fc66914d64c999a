"""Erases a customer: their rows, what names them elsewhere, the texts that counted them; and the bytes on disk.

All tables change in one transaction. Then the warehouse is written anew into another file, which takes the old one's
place: DuckDB keeps deleted rows in freed blocks of the file, where anybody with the file could read them.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.errors import InputError, WarehouseError
from tasks.name_index import NameIndex
from tasks.publish_content import now
from tasks.refresh_marts import refresh_marts
from tasks.warehouse import Connection, Warehouse, fetch_dicts, insert_rows, one_value, run_named

__all__ = ["Erasure", "erase_customer"]

_PEOPLES_WORDS = {
    "shop.reviews",
    "shop.questions",
    "shop.copy",
    "shop.load_rejects",
    "staging.scrubbed_texts",
    "staging.question_replies",
}
"""Where a name is taken out. Elsewhere (a product called 'Rosa Green') e-mails and phones are, and a name is told."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What one erasure did. ``key`` proves later whose it was (SHA-256 over key and customer_id); it is kept nowhere.

    ``mentions`` are places (table.column: rows) where the catalogue holds the person's name or address still, since it
    may be a product's: a person has to look.
    """

    erasure_id: str
    key: str
    counts: Mapping[str, int]
    text_ids: tuple[str, ...]
    models: tuple[Mapping[str, Any], ...]
    mentions: Mapping[str, int]


def erase_customer(warehouse: Warehouse, customer_id: str) -> Erasure:
    """Remove the customer from every table in one transaction, then from the bytes of the file.

    The caller holds the run lock. InputError when nobody of that id is in the warehouse; the sentence does not repeat
    the id, which may be an e-mail address.
    """
    with warehouse.transaction() as con:
        erasure = _erase(con, customer_id)
    with warehouse.open() as con:
        kept = one_value(
            con,
            "select count(*) from content.erasures where erasure_id = $id",
            {"id": erasure.erasure_id},
        )
        if not kept:
            raise WarehouseError(
                "the erasure was not kept and nothing was erased; the disk may be full."
            )
        _rewrite(con, warehouse.path)
    return erasure


def _erase(con: Connection, customer_id: str) -> Erasure:
    who = {"customer_id": customer_id}
    tables = [_quoted(row) for row in fetch_dicts(run_named(con, "erase/personal_tables"))]
    if not any(
        one_value(con, f"select 1 from {table} where customer_id = $customer_id limit 1", who)
        for table in tables
    ):
        raise InputError(
            "nobody with this customer_id is in the warehouse; nothing was erased. "
            "Look the id up in shop.customers, as the shop writes it."
        )
    _refuse_files(con, customer_id)
    moment = now()
    people = fetch_dicts(run_named(con, "erase/person", who))
    for name in ("own_orders", "own_texts", "own_pairs", "touched_briefs"):
        run_named(con, f"erase/{name}", who)
    text_ids = run_named(con, "erase/retire_touched", {"moment": moment}).fetchall()
    run_named(con, "erase/log_withdrawn", {"moment": moment})
    run_named(con, "erase/withdraw_waiting", {"moment": moment})
    counts: Counter[str] = Counter()
    counts["content.texts retired"] = len(text_ids)
    _forget_subjects(con, counts)
    touched = _touched_models(con, people)
    own_tables = {
        f"{schema}.{table}"
        for schema, table in con.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
    }
    for table, name in (
        ("shop.order_lines", "delete_order_lines"),
        ("staging.scrubbed_texts", "delete_scrubbed"),
        ("staging.question_replies", "delete_replies"),
    ):
        if table in own_tables:
            counts[table] += _changed(run_named(con, f"erase/{name}"))
    for table in tables:
        gone = con.execute(f"delete from {table} where customer_id = $customer_id", who)
        counts[table.replace('"', "")] += _changed(gone)
    mentions = _take_out(con, people, customer_id, counts)
    # The marts tell of single customers too, and their counts must not know the person any more.
    refresh_marts(con, anew=True)
    for (name,) in run_named(con, "erase/drop_own").fetchall():
        con.execute(f"drop table temp.{name}")
    key = secrets.token_hex(16)
    erasure = Erasure(
        erasure_id=secrets.token_hex(8),
        key=key,
        counts={table: count for table, count in sorted(counts.items()) if count},
        text_ids=tuple(text_id for (text_id,) in text_ids),
        models=tuple(touched),
        mentions=mentions,
    )
    row = {
        "erasure_id": erasure.erasure_id,
        "customer_hash": hashlib.sha256(f"{key}\x1f{customer_id}".encode()).hexdigest(),
        "erased_at": moment,
        "counts": dict(erasure.counts),
        "text_ids": list(erasure.text_ids),
        "model_hashes": [model["model_hash"] for model in touched],
    }
    insert_rows(con, "content.erasures", [row])
    return erasure


def _refuse_files(con: Connection, customer_id: str) -> None:
    """What is read in place from Parquet cannot be erased here."""
    for row in fetch_dicts(run_named(con, "erase/personal_views")):
        view = _quoted(row)
        if one_value(
            con,
            f"select 1 from {view} where customer_id = $customer_id limit 1",
            {"customer_id": customer_id},
        ):
            raise InputError(
                f"{view.replace(chr(34), '')} is read in place from Parquet and holds rows of this customer; "
                "nothing was erased. Take them out of the files first, then erase again."
            )


def _forget_subjects(con: Connection, counts: Counter[str]) -> None:
    """A reply's subject is the customer's question: its id goes, the accounting of the run stays."""
    for row in fetch_dicts(run_named(con, "erase/subject_tables")):
        table = _quoted(row)
        counts[table.replace('"', "")] += _changed(
            con.execute(
                f"update {table} set subject_id = 'erased' where subject_id in "
                "(select source_key from own_texts where source_table = 'shop.questions') "
                "and subject_id not in (select product_id from shop.products)"
            )
        )


def _touched_models(con: Connection, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    words = _Words(people)
    archive = con.execute("select body, cast(facts as varchar) from shop.copy").fetchall()
    has_mentions = any(words.found(text) for row in archive for text in row if text)
    return fetch_dicts(run_named(con, "erase/touched_models", {"has_mentions": has_mentions}))


def _take_out(
    con: Connection, people: list[dict[str, Any]], customer_id: str, counts: Counter[str]
) -> dict[str, int]:
    """Take what names the person out of free text everywhere; gives where a name is left for a person to judge."""
    words = _Words(people, customer_id)
    mentions: dict[str, int] = {}
    for row in fetch_dicts(run_named(con, "erase/text_columns")) if words else ():
        table, column = _quoted(row), f'"{row["column_name"]}"'
        plain = f"{row['schema_name']}.{row['table_name']}"
        found = con.execute(
            f"select rowid, cast({column} as varchar) as told from {table} "
            f"where regexp_matches(cast({column} as varchar), $clue, 'i')",
            {"clue": words.clue},
        ).fetchall()
        changed = []
        for number, told in found:
            without = words.without(told, with_names=plain in _PEOPLES_WORDS)
            if without != told:
                changed.append({"number": number, "told": without})
            elif words.found(told):
                mentions[f"{plain}.{row['column_name']}"] = (
                    mentions.get(f"{plain}.{row['column_name']}", 0) + 1
                )
        for one in changed:
            cast = "cast($told as json)" if row["data_type"] == "JSON" else "$told"
            con.execute(f"update {table} set {column} = {cast} where rowid = $number", one)
        counts[f"{plain} cleaned"] += len(changed)
    return mentions


class _Words:
    """The words that name a person: found, and taken out of a text. False when nothing of them is known."""

    def __init__(self, people: list[dict[str, Any]], customer_id: str = "") -> None:
        names = [p["name"].strip() for p in people if p["name"] and p["name"].strip()]
        addresses = [p["address"].strip() for p in people if p["address"] and p["address"].strip()]
        self._index = NameIndex(names, addresses)
        emails = {p["email"].strip() for p in people if p["email"] and "@" in p["email"]}
        if "@" in customer_id:
            emails.add(customer_id)
        self._exact: list[tuple[re.Pattern[str], str]] = [
            (re.compile(re.escape(email), re.IGNORECASE), "[email]") for email in sorted(emails)
        ]
        clues = {re.escape(email) for email in emails}
        for person in people:
            digits = re.sub(r"\D", "", person["phone"] or "")
            if len(digits) >= 7:
                # The end of a number is the same in its national and its international form.
                body = r"[\s().\-/]{0,3}".join(digits[-9:])
                lead = r"(?:\+?\(?\d[\d\s().\-/]{0,7})?"
                self._exact.append((re.compile(rf"(?<![\d]){lead}{body}(?!\d)"), "[phone]"))
                clues.add(body)
        # The longest word of each name and of each address's first line finds the rows to look at closely.
        first_lines = [re.split(r"[,\n]", address, maxsplit=1)[0] for address in addresses]
        for phrase in [*names, *first_lines]:
            parts = re.findall(r"[^\W\d_]{3,}", phrase)
            if parts:
                clues.add(re.escape(max(parts, key=len)))
        self.clue = "|".join(sorted(clues))

    def __bool__(self) -> bool:
        return bool(self.clue)

    def found(self, text: str) -> bool:
        """Whether ``text`` names the person."""
        return any(p.search(text) for p, _ in self._exact) or bool(self._index.find(text))

    def without(self, text: str, *, with_names: bool) -> str:
        """``text`` without the person's e-mails and phones and, where asked, without names and addresses."""
        for pattern, kind in self._exact:
            text = pattern.sub(kind, text)
        if with_names:
            for start, end, kind in sorted(self._index.find(text), reverse=True):
                text = f"{text[:start]}[{kind}]{text[end:]}"
        return text


def _changed(result: Connection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0


def _quoted(row: Mapping[str, Any]) -> str:
    """A table's name from the database's own catalogue, for a statement."""
    return f'{row["schema_name"]}."{row["table_name"]}"'


def _rewrite(con: Connection, path: Path) -> None:
    """Write what the warehouse holds into a new file, which takes its place; the old one's freed blocks go with it.

    The old file stays open, hence locked, until the new one has its name: no other process writes in between.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    own = one_value(con, "select current_database()")
    try:
        con.execute("force checkpoint")
        target = str(fresh).replace("'", "''")  # ATTACH takes no bound parameter
        con.execute(f"attach '{target}' as rewritten")
        try:
            con.execute(f'copy from database "{own}" to rewritten')
            con.execute("checkpoint rewritten")
        finally:
            con.execute("detach rewritten")
        fresh.replace(path)
    finally:
        for left in (fresh, fresh.with_name(fresh.name + ".wal")):
            left.unlink(missing_ok=True)
