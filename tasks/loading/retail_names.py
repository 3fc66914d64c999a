"""Readable names and categories for Online Retail, whose descriptions are a till's: capitals and abbreviations."""

from __future__ import annotations

import re

__all__ = ["category_of", "readable_name"]

_ABBREVIATIONS = {
    "hldr": "holder", "asstd": "assorted", "asst": "assorted", "assted": "assorted", "w": "with", "xmas": "christmas",
    "pk": "pack", "lge": "large", "sml": "small", "blk": "black", "wht": "white", "des": "design", "gdn": "garden",
    "necklac": "necklace", "earings": "earrings", "col": "colour", "cols": "colours", "birthdy": "birthday",
    "holdr": "holder", "t/light": "t-light", "tlight": "t-light",
}  # fmt: skip
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_CAPITALS = frozenset(
    ("uk", "usa", "led", "diy", "cd", "tv", "eu", "3d", "2d", "i", "ii", "iii", "iv", "abc")
)
_UNIT = re.compile(
    r"\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)*(?:x)?(?:cm|mm|m|g|kg|ml|l|oz|w)?(?:x\d+(?:cm|mm))?"
)
# The first line with a word of the name decides. A name without any stays without a category.
_CATEGORIES: tuple[tuple[str, str], ...] = (
    (
        "christmas",
        "christmas|advent|bauble|reindeer|santa|snowflake|noel|stocking filler|xmas",
    ),
    (
        "easter",
        "easter",
    ),
    (
        "jewellery",
        "necklace|earring|earrings|bracelet|ring|brooch|bangle|pendant|hair clip|hairclip|hair grip|"
        "charm",
    ),
    (
        "candles & lights",
        "candle|candles|t-light|tealight|lantern|light|lights|lamp|lampshade|incense|holder t",
    ),
    (
        "bags & purses",
        "bag|bags|purse|handbag|shopper|satchel|rucksack|backpack|tote|wallet|luggage tag",
    ),
    (
        "kitchen & dining",
        "mug|cup|cups|plate|plates|bowl|bowls|teapot|tea|coffee|cake|cakestand|cakecases|cases|jug|"
        "spoon|cutlery|tray|jar|jars|bottle|glass|apron|oven|baking|kitchen|lunch|egg|saucer|napkin|"
        "napkins|coaster|coasters|tablecloth|placemat|pantry|cutter|cutters|bread|cook|recipe|"
        "popcorn|ramekin|tumbler|straws|doilies|towel|towels",
    ),
    (
        "stationery & craft",
        "card|cards|notebook|journal|pencil|pencils|pen|paper|wrap|stickers|sticker|tape|ribbon|"
        "ribbons|stationery|envelope|sketchbook|crayons|sewing|knitting|chalk|chalkboard|blackboard|"
        "calendar|rubber|scissor|scissors|craft|tags|tissues|eraser|erasers|felt",
    ),
    (
        "toys & games",
        "toy|game|games|doll|dolls|puzzle|jigsaw|playhouse|skipping|spinning|soldier|dominoes|"
        "marbles|teddy|soft toy|gliders|children's|childrens|kids|party|balloon|balloons|bingo|snap|"
        "yoyo|robot|spaceboy",
    ),
    (
        "garden",
        "garden|gardeners|plant|planter|watering|herb|bird|flowerpot|trowel|picnic|parasol|windmill|"
        "thermometer",
    ),
    (
        "bath & beauty",
        "soap|bath|bathroom|toilet|balm|manicure|washbag|cosmetic|sponge|perfume|nail",
    ),
    (
        "home decoration",
        "clock|frame|mirror|sign|cushion|cushions|vase|hook|hooks|hanger|hangers|doormat|wreath|"
        "garland|bunting|ornament|heart|hearts|wall|door|drawer|cabinet|shelf|box|boxes|tin|tins|"
        "basket|chair|stool|table|throw|quilt|blanket|rug|bottle opener|decoration|decorations|"
        "cherub|angel|magnets|magnet|knob|knobs|bell|bells|umbrella|hot water|doorstop|flower|"
        "flowers|rose|roses|art|picture|photo|postcard|bank|money|bucket",
    ),
)
_PATTERNS = tuple((name, re.compile(rf"\b(?:{words})s?\b")) for name, words in _CATEGORIES)


def readable_name(description: str) -> str:
    """'WHITE HANGING HEART T-LIGHT HOLDER' as 'White Hanging Heart T-Light Holder', 'S/4' as 'Set of 4'."""
    text = re.sub(r"\s*,\s*", ", ", description.replace("`", "'").strip(" ,.;-*"))
    text = re.sub(r"\b(?:SET/|S/)\s?(\d+)\b", r"SET OF \1", text, flags=re.IGNORECASE)
    text = re.sub(r"\bW/\s?(?=\w)", "WITH ", text, flags=re.IGNORECASE)
    text = re.sub(r"\bBOX/(\d+)\b", r"BOX OF \1", text, flags=re.IGNORECASE)
    words = [_word(word, at) for at, word in enumerate(text.split())]
    return " ".join(words)


def category_of(name: str) -> str | None:
    """The category whose words stand in the name, by the table above; None where none do."""
    lower = name.lower()
    return next((category for category, pattern in _PATTERNS if pattern.search(lower)), None)


def _word(word: str, at: int) -> str:
    lower = word.lower()
    bare = lower.strip(",.()\"'")
    if bare in _ABBREVIATIONS and (len(bare) > 1 or word.lower() == bare):
        lower = lower.replace(bare, _ABBREVIATIONS[bare])
        bare = _ABBREVIATIONS[bare]
    if bare in _CAPITALS:
        return lower.upper()
    if _UNIT.fullmatch(bare) or (at > 0 and bare in _SMALL and not word.startswith('"')):
        return lower
    # Each part of 'T-LIGHT' and 'RED/WHITE' begins with a capital, but not the S of "CHILD'S".
    return re.sub(r"(?<![\w'’])([a-zà-ÿ])", lambda m: m.group(1).upper(), lower)
