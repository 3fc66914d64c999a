"""Reads facts (colour, material, pattern …) out of options, tags and names by closed lists of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

__all__ = ["attribute_of", "facts_of_name", "joined", "option_fact", "tag_facts"]

_COLOURS = """
    amber apricot aqua aubergine beige berry black blue blush bone bronze brown burgundy camel caramel charcoal
    chocolate cobalt copper coral cream crimson ecru emerald fuchsia gold graphite green grey indigo ivory jade khaki
    lavender lemon lilac lime magenta maroon mauve mint mustard navy nude ochre olive orange peach petrol pink plum
    purple red rose rust salmon sand scarlet silver slate tan taupe teal terracotta turquoise violet white yellow
"""
_MATERIALS = """
    acrylic alpaca aluminium angora bamboo brass canvas cashmere ceramic chiffon corduroy cork cotton crystal denim
    enamel felt flannel fleece glass iron jersey jute lace leather linen marble merino metal modal mohair nylon
    organza oak pearl pewter polyester porcelain rattan rayon rubber satin silk slate spandex steel stoneware suede
    tin tulle tweed velvet viscose walnut wicker wood wool zinc
"""
_PATTERNS = "checked floral gingham paisley plaid polkadot striped tartan houndstooth herringbone camouflage"
_SPELLINGS = {
    "gray": "grey", "aluminum": "aluminium", "stripe": "striped", "stripes": "striped", "check": "checked",
    "polka dot": "polkadot", "wooden": "wood", "woolen": "wool", "woollen": "wool",
}  # fmt: skip
_KINDS: dict[str, str] = {
    **dict.fromkeys(_MATERIALS.split(), "material"),
    **dict.fromkeys(_COLOURS.split(), "colour"),
    **dict.fromkeys(_PATTERNS.split(), "pattern"),
}
_SHADES = (
    "light",
    "dark",
    "pale",
    "deep",
    "off",
    "navy",
    "olive",
    "sky",
    "royal",
    "duck egg",
    "rose",
)
_OPTION_FACTS = {
    "color": "colour", "colour": "colour", "colors": "colour", "size": "size", "sizes": "size", "shoe size": "size",
    "material": "material", "fabric": "material", "scent": "scent", "fragrance": "scent", "flavor": "flavour",
    "flavour": "flavour", "finish": "finish", "pattern": "pattern", "fit": "fit", "capacity": "capacity",
    "volume": "capacity", "weight": "weight",
}  # fmt: skip
_MOST_VALUES = {"size": 8}
_INTERNAL = re.compile(
    r"^(?:sale\w*|week\s?\d+|visible|publish\w*|hidden|copy|reshoot|new|arrivals?|signature|last|one\w*|cyber|"
    r"shot\b.*|\d{1,2}/\d{1,2}.*|(?:aw|ss|fw|s|f|w)\d{2}|spring\d+|fall\d+|summer\d+|winter\d+|.*_\d+|\d[\d-]*)$",
    re.IGNORECASE,
)


def joined(values: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    # 'blue and white' is one value: two such are parted by 'or'.
    word = "or" if any(" and " in value for value in values) else "and"
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} {word} {values[-1]}"


def attribute_of(word: str) -> tuple[str, str] | None:
    """(fact name, value) of a word or two that are exactly a colour, a material or a pattern."""
    plain = " ".join(word.lower().replace("-", " ").split())
    plain = _SPELLINGS.get(plain, plain)
    if plain in _KINDS:
        return _KINDS[plain], plain
    shade, _, base = plain.rpartition(" ")
    if shade in _SHADES and _KINDS.get(_SPELLINGS.get(base, base)) == "colour":
        return "colour", f"{shade} {_SPELLINGS.get(base, base)}"
    return None


def option_fact(name: str, values: Iterable[str]) -> tuple[str, str] | str:
    """(fact name, value) of a product's option, or why it is no fact."""
    fact = _OPTION_FACTS.get(name)
    if fact is None:
        return "option that is no fact"
    cleaned = list(dict.fromkeys(v for value in values if (v := _option_value(fact, value))))
    if not cleaned:
        return "option without usable values"
    if len(cleaned) > _MOST_VALUES.get(fact, 4):
        return "option with too many values to state"
    return fact, joined(cleaned)


def tag_facts(tags: str | None) -> tuple[dict[str, str], Counter[str]]:
    """Facts of a product's tags, and how many tags were dropped for which reason."""
    found: dict[str, list[str]] = {}
    dropped: Counter[str] = Counter()
    for tag in dict.fromkeys(t.strip() for t in (tags or "").split(",")):
        if not tag:
            continue
        attribute = attribute_of(tag)
        if attribute:
            values = found.setdefault(attribute[0], [])
            if attribute[1] not in values:
                values.append(attribute[1])
        else:
            dropped["internal tag dropped" if _INTERNAL.match(tag) else "tag that is no fact"] += 1
    # Tags of several colours are filters of the shop's menu as often as they describe one thing.
    dropped["contradicting tags dropped"] += sum(len(v) for v in found.values() if len(v) > 2)
    return {name: joined(values) for name, values in found.items() if len(values) <= 2}, +dropped


def facts_of_name(name: str) -> dict[str, str]:
    """Colour, material and pattern that a product's name states, where it states exactly one of a kind."""
    words = re.findall(r"[a-z]+", name.lower())
    found: dict[str, set[str]] = {}
    for word in words:
        attribute = attribute_of(word)
        if attribute:
            found.setdefault(attribute[0], set()).add(attribute[1])
    return {kind: next(iter(values)) for kind, values in found.items() if len(values) == 1}


def _option_value(fact: str, value: str) -> str | None:
    text = " ".join(value.replace("/", " and " if fact in ("colour", "material") else "/").split())
    if not text or len(text) > 40:
        return None
    if fact == "size":
        # S, XL and 'UK 10' are written so; Small is a word.
        return (
            text.lower()
            if re.fullmatch(r"[A-Z][a-z]{2,}(?: [A-Za-z]+)?|ONE SIZE|SMALL|MEDIUM|LARGE", text)
            else text
        )
    text = text.lower()
    if fact == "colour":
        return (
            None
            if any(c.isdigit() for c in text)
            else " ".join(_SPELLINGS.get(w, w) for w in text.split())
        )
    return text
