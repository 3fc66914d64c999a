"""Words of praise and fault in a clause of a review summary, and which of them are denied."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re

__all__ = ["NEGATIVE", "POSITIVE", "find_cues"]


POSITIVE = re.compile(
    r"\b(?:prais\w*|lov(?:e|es|ed|ing)|(?<!would )(?<!'d )(?<!quite )(?<!nothing )(?<!something )(?<!anything )(?<!looks )(?<!feels )(?<!just )lik(?:e|es|ed)|enjoy\w*|appreciat\w*|favou?rit\w*|compliment\w*|rav(?:e|es|ed)|impress\w*|highlights?|stand[- ]?outs?|"
    r"admir\w*|pleased|happy with|delighted|thumbs up|win(?:s|ning)? (?:praise|fans|over)|plus(?:es)?|strengths?|strong points?|best about|a hit|warm words|single(?:s|d)? out|cheers?|applause|nods?|(?:good|high|top|full) marks|pleases?|stays? put|holds? up well|fans of|good things|well liked|positive\w*|"
    r"lob\w*|gelobt|schätz\w*|begeister\w*|gefällt|mögen|überzeug\w*)\b"
)


NEGATIVE = re.compile(
    r"\b(?:fault\w*|complain\w*|criticis\w*|criticiz\w*|dislik\w*|issues?|problems?|gripes?|drawbacks?|downsides?|disappoint\w*|niggles?|grumbl\w*|weak(?:ness|nesses| points?| spots?)?|"
    r"let[- ]?downs?|lets? (?:it|them) down|negatives?|minus(?:es)?|wish(?:ed|es)?|would (?:like|love|prefer)|less happy|unhappy|not (?:so )?(?:keen|fond|happy|impressed|convinced|sure)|trouble|sigh\w*|moan\w*|groan\w*|grumbl\w*|struggl\w*|(?:not so much|less so|not quite so|does not|do not|doesn't|don't|is not|isn't|are not|aren't)(?=\W*$)|annoy\w*|frustrat\w*|found fault|mixed|"
    r"bemängel\w*|kritisier\w*|beschwer\w*|stör\w*|enttäusch\w*|kritik|nachteil\w*|schwäch\w*|tadel\w*)\b"
)


def find_cues(folded: str) -> list[tuple[int, int, bool]]:
    """(start, end, is praise) of each word of praise or fault; a denied one turns over or is dropped."""
    cues: list[tuple[int, int, bool]] = []
    for match in NEGATIVE.finditer(folded):
        denied = re.search(
            r"\b(?:no|not|never|without|nobody|no one|none|few|hardly any|keine?)\b[^,;]{0,25}$",
            folded[: match.start()],
        )
        if not denied or match.group().startswith(("not", "un")):
            cues.append((match.start(), match.end(), False))
    for match in POSITIVE.finditer(folded):
        if any(a <= match.start() < b for a, b, _ in cues):
            continue
        denied = re.search(
            r"\b(?:not|never|nobody|no one|few|don't|didn't|doesn't|nicht|rarely|hardly|less)\b[^,;]{0,20}$",
            folded[: match.start()],
        )
        cues.append((match.start(), match.end(), not denied))
    return sorted(cues)
