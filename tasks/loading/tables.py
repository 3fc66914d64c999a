"""The tables that ``load table`` fills: their columns, what counts as a name for each, and their keys."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.errors import InputError

__all__ = ["FACT_NAMES", "TABLES", "TableSpec", "resolve"]

_FACTS = (
    "material colour size capacity weight dimensions care origin finish pattern fit feature_1 feature_2 "
    "compatibility power flavour scent warranty"
)
FACT_NAMES = tuple(_FACTS.split())
"""Columns of a products file under these names become rows of shop.product_facts."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: ``columns`` maps each of ours to the other names it goes by; ``required`` must have a source.

    ``extra`` columns are read too but stand in no column of the table; ``key`` decides which rows are the same.
    """

    name: str
    columns: dict[str, tuple[str, ...]]
    required: tuple[str, ...]
    key: tuple[str, ...]
    extra: tuple[str, ...] = ()


def _spec(
    name: str, key: str, required: str, columns: dict[str, str], extra: tuple[str, ...] = ()
) -> TableSpec:
    aliases = {column: tuple(a for a in names.split("|") if a) for column, names in columns.items()}
    return TableSpec(name, aliases, tuple(required.split()), tuple(key.split()), extra)


_PRODUCT = "product|sku|item_id|stock_code|handle"
_CUSTOMER = "customer|user_id|client_id"
TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        _spec(
            "products",
            "product_id",
            "product_id name",
            {
                "product_id": f"id|{_PRODUCT}",
                "name": "title|product_name",
                "brand": "vendor|manufacturer",
                "category": "type|product_type|department",
                "price": "unit_price",
                "currency": "currency_code",
                "is_available": "available|in_stock|current_stock|stock|inventory",
                "description": "body|text|body_html",
                "source": "",
                "colour": "color",
                **{name: "" for name in FACT_NAMES if name != "colour"},
            },
            extra=FACT_NAMES,
        ),
        _spec(
            "product_facts",
            "product_id name",
            "product_id name value",
            {"product_id": f"{_PRODUCT}|id", "name": "fact|attribute", "value": ""},
        ),
        _spec(
            "customers",
            "customer_id",
            "customer_id",
            {
                "customer_id": f"id|{_CUSTOMER}",
                "name": "full_name|customer_name",
                "email": "e_mail|email_address|mail",
                "phone": "telephone|phone_number|mobile",
                "address": "street|address1|address_line_1",
                "city": "town",
                "country": "country_code",
                "locale": "language",
                "is_consenting": "consent|accepts_marketing|accepts_email_marketing|opt_in",
                "is_suppressed": "suppressed|unsubscribed|do_not_contact",
                "created_at": "created|signup_date|registered_at",
            },
        ),
        _spec(
            "orders",
            "order_id",
            "order_id ordered_at",
            {
                "order_id": "id|order|invoice|invoice_no|order_number",
                "customer_id": _CUSTOMER,
                "ordered_at": "created_at|order_date|invoice_date|date|timestamp",
                "state": "status|financial_status",
            },
        ),
        _spec(
            "order_lines",
            "order_id line_number",
            "order_id product_id quantity unit_price",
            {
                "order_id": "order|invoice|invoice_no",
                "line_number": "order_item_id|position",
                "product_id": _PRODUCT,
                "quantity": "qty|count",
                "unit_price": "price",
                "list_price": "compare_at_price|rrp",
            },
        ),
        _spec(
            "events",
            "event_id",
            "event_type occurred_at",
            {
                "event_id": "id",
                "customer_id": f"{_CUSTOMER}|visitor_id",
                "event_type": "event|type|action",
                "product_id": _PRODUCT,
                "occurred_at": "timestamp|time|event_time|created_at|date",
            },
        ),
        _spec(
            "reviews",
            "review_id",
            "product_id rating",
            {
                "review_id": "id",
                "product_id": _PRODUCT,
                "customer_id": f"{_CUSTOMER}|reviewer_id",
                "rating": "stars|score",
                "title": "summary|headline",
                "body": "review_text|review|text|content",
                "reviewed_at": "created_at|review_date|date|timestamp",
                "product_name": "product_title",
                "product_category": "",
            },
            extra=("product_name", "product_category"),
        ),
        _spec(
            "questions",
            "question_id",
            "body",
            {
                "question_id": "id",
                "product_id": _PRODUCT,
                "customer_id": _CUSTOMER,
                "body": "question|question_text|text|content",
                "asked_at": "created_at|date|timestamp",
                "answer": "answer_text|reply",
                "answered_at": "",
            },
        ),
        _spec(
            "policies",
            "name locale",
            "name value body",
            {"name": "policy", "locale": "language", "value": "fact", "body": "text|sentence"},
        ),
        _spec(
            "copy",
            "copy_id",
            "kind body",
            {
                "copy_id": "id",
                "product_id": _PRODUCT,
                "kind": "content_type|plugin",
                "locale": "language",
                "tone": "",
                "goal": "",
                "body": "text|copy|description",
                "facts": "",
                "approved_at": "created_at|date",
            },
        ),
    )
}


def resolve(
    spec: TableSpec, columns: list[str], mapping: Mapping[str, str], file: str
) -> dict[str, list[int]]:
    """Our column -> positions of its sources in the file (several for ``--map category="A|B"``: first not empty).

    A column that ``mapping`` does not name is taken from one of the same name, or of a name that it goes by.
    InputError names what is missing, what was found, and the --map that would mend it.
    """
    unknown = [column for column in mapping if column not in spec.columns]
    if unknown:
        near = difflib.get_close_matches(unknown[0], spec.columns, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise InputError(
            f"--map names {', '.join(unknown)}, which {spec.name} does not have; "
            f"its columns are {', '.join(spec.columns)}.{hint}"
        )
    by_name: dict[str, int] = {}
    for at, name in enumerate(columns):
        by_name.setdefault(_plain(name), at)
    found: dict[str, list[int]] = {}
    for ours, aliases in spec.columns.items():
        if ours in mapping:
            found[ours] = _sources(mapping[ours], columns, by_name, ours, file)
        else:
            position = next(
                (by_name[_plain(n)] for n in (ours, *aliases) if _plain(n) in by_name), None
            )
            found[ours] = [] if position is None else [position]
    missing = [column for column in spec.required if not found[column]]
    if missing:
        raise InputError(_missing(spec, missing, columns, file))
    return found


def _sources(
    source: str, columns: list[str], by_name: dict[str, int], ours: str, file: str
) -> list[int]:
    names = [source] if _plain(source) in by_name or source in columns else source.split("|")
    positions: list[int] = []
    for name in names:
        if name in columns:
            positions.append(columns.index(name))
        elif _plain(name) in by_name:
            positions.append(by_name[_plain(name)])
        else:
            near = _nearest(name, columns)
            hint = f'; did you mean --map {ours}="{near}"?' if near else "."
            raise InputError(
                f"{file} has no column {name!r} for {ours}; it has {_listed(columns)}{hint}"
            )
    return positions


def _missing(spec: TableSpec, missing: list[str], columns: list[str], file: str) -> str:
    cures = []
    for column in missing:
        names = (column, *spec.columns[column])
        near = next((n for name in names if (n := _nearest(name, columns))), None)
        cures.append(f'--map {column}="{near or "…"}"')
    return (
        f"{file} lacks {' and '.join(missing)} for table {spec.name}; it has {_listed(columns)}. "
        f"Say which column holds what, for example {' '.join(cures)}."
    )


def _nearest(name: str, columns: list[str]) -> str | None:
    plain = {_plain(column): column for column in reversed(columns)}
    close = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.7)
    if close:
        return plain[close[0]]
    last = _plain(name).rsplit("_", 1)[-1]
    return next((c for p, c in plain.items() if last in p.split("_")), None)


def _listed(columns: list[str], limit: int = 20) -> str:
    shown = ", ".join(columns[:limit])
    return shown + (f" and {len(columns) - limit} more" if len(columns) > limit else "")


def _plain(name: str) -> str:
    """Lower case with one underscore between words: 'Review Text' and 'reviewText' are review_text."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")
