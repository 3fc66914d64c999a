"""Hooks: a price stands with its own product, and delivery and returns are told as what they are."""

from __future__ import annotations

import re

from plugins.contract import Brief

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_START = re.compile(r"\b(?:from|start|begin)\w*\b", re.IGNORECASE)
_SAID_AS = {
    "delivery_time": re.compile(r"deliver|reach|arriv", re.IGNORECASE),
    "delivery_price": re.compile(r"deliver", re.IGNORECASE),
    "returns": re.compile(r"return|send|back", re.IGNORECASE),
}


def accept(draft_text: str, brief: Brief) -> str | None:
    """Each price with its product, in one sentence or in the next; the lowest price as a start alone."""
    values = brief.values()
    names = {number: values.get(f"product_{number}", "") for number in "12"}
    prices = {number: values.get(f"price_{number}", "") for number in "12"}
    start = values.get("price_from", "")
    spoken_of = ""
    for sentence in _SENTENCE.split(draft_text):
        named = [number for number, name in names.items() if name and name in sentence]
        told = [number for number, price in prices.items() if price and price in sentence]
        if start and start in sentence:
            if _START.search(sentence):
                continue  # the lowest price may be a product's too
            if start not in prices.values():
                return "the lowest price is told as the price of a product"
        for number in told:
            alike = {other for other in prices if prices[other] == prices[number]}
            if not alike & set(named or [spoken_of]):
                return f"price_{number} does not stand with its product"
        if len(named) > len(told) > 0:
            return "two products share one price"
        spoken_of = named[-1] if named else spoken_of
        for name, said_as in _SAID_AS.items():
            if values.get(name) and values[name] in sentence and not said_as.search(sentence):
                return f"{name} is told as something else"
    return None
