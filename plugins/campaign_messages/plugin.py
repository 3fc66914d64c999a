"""Hooks: a price stands with its own product, a part names what it is about, and no part says twice what it costs."""

from __future__ import annotations

import re

from plugins.contract import Brief

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def accept(draft_text: str, brief: Brief) -> str | None:
    """Each price in the sentence of its product, or after it; the cheapest price only as a start."""
    values = brief.values()
    names = {number: values.get(f"product_{number}", "") for number in ("1", "2")}
    prices = {number: values.get(f"price_{number}", "") for number in ("1", "2")}
    spoken_of = ""
    for sentence in _SENTENCE.split(draft_text):
        named = [number for number in names if names[number] and names[number] in sentence]
        told = [number for number in prices if prices[number] and prices[number] in sentence]
        start = values.get("price_from", "")
        if (
            start
            and start in sentence
            and not re.search(r"\b(?:from|start|begin)\w*\b", sentence, re.IGNORECASE)
        ) and start not in prices.values():
            return "the lowest price is told as a price of its own"
        for number in told:
            others = [other for other in prices if prices[other] == prices[number]]
            if not set(others) & set(named or [spoken_of]):
                return f"price_{number} does not stand with its product"
        if len(named) > 1 and len(told) < len(named):
            return "two products and one price"
        spoken_of = named[-1] if named else spoken_of
    if not any(names[number] and names[number] in draft_text for number in names) and (
        values["category"] not in draft_text
    ):
        return "it names neither a product nor the category"
    for delivery in ("delivery_time", "delivery_price", "returns"):
        value = values.get(delivery, "")
        if value and value in draft_text and not _SAYS[delivery].search(_around(draft_text, value)):
            return f"{delivery} is told as something else"
    return None


_SAYS = {
    "delivery_time": re.compile(r"deliver|reach|arriv|take", re.IGNORECASE),
    "delivery_price": re.compile(r"deliver", re.IGNORECASE),
    "returns": re.compile(r"return|send|back", re.IGNORECASE),
}


def _around(text: str, value: str) -> str:
    return next(sentence for sentence in [*_SENTENCE.split(text), text] if value in sentence)
