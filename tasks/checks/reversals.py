"""A fact turned round or blown up in plain words: worn for unworn, free for £3.50, solid for veneered, the wrong author."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import itertools
import re

from tasks.checks.claims import Found
from tasks.checks.facts import FALSE, TRUE, FactIndex
from tasks.checks.lexicon import lexicon_for
from tasks.checks.negation import is_negated
from tasks.checks.words import Word, plain, words_of

__all__ = ["judge_reversals"]

_FREE = re.compile(
    r"\b(?:free(?! (?:from|of (?!charge|cost)|to|time))|for nothing|no (?:extra )?(?:charge|cost|fee)|at no (?:extra )?cost|on us|on the house)\b"
)
_COST_NAME = re.compile(
    r"price|cost|fee|charge|deliver|shipping|postage|wrap|return|engrav|entry|ticket|admission|assembly|install|pickup|collection"
)
_COST_NOUN = frozenset(
    "deliveri ship postag wrap return engrav entri ticket admiss assembl instal pickup collect order".split()
)
_UN = re.compile(
    r"\bun(worn|used|opened|washed|damaged|touched|altered|assembled|treated|bleached|dyed|sweetened|salted|scented|tinted|lined|padded|finished|glazed|coated|limited|heated|insulated)\b"
)
_DEGREE = re.compile(
    r"\b(natural|solid|pure|real|genuine|100 ?%|all|entirely|hundred percent) (?:\w+ )?$"
)
_LESSER = re.compile(
    r"veneer|plated|effect|look|faux|imitation|blend|mix|colou?red|coated|laminate|printed|style|ply|composite|vegan|recycled"
)
_ROLES = {
    "written by": r"author|writer|by$", "illustrated by": r"illustrat", "narrated by": r"narrat|reader|read_by", "read by": r"narrat|reader|read_by",
    "translated by": r"translat", "composed by": r"compos", "sung by": r"sing|vocal|perform|artist|choir", "designed by": r"design",
    "photographed by": r"photo", "published by": r"publish", "edited by": r"edit", "directed by": r"direct", "brewed by": r"brew",
}  # fmt: skip
_ROLE = re.compile(rf"\b(?P<role>{'|'.join(_ROLES)}) (?P<name>[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*)*)")
_APART = re.compile(
    r"\b(?:separately|not included|isn't included|aren't included|sold on its own|at extra cost|buy an?|need to buy|bring your own)\b"
)
_GIVEN = re.compile(
    r"\b(?:is|are|comes?|come) (?:also |all |both )?(?:included|supplied|provided|in the box)\b|\bin the box\b|\bcomes? with\b|\bincludes?\b|\bincluding\b"
)
_PART_OFF = re.compile(
    r"\b(a quarter|a third|half|a fifth|a tenth|one third|one quarter|two thirds)(?= (?:off|price|the price|less))",
    re.IGNORECASE,
)
_SHARES = {"a quarter": 25.0, "one quarter": 25.0, "a third": 100 / 3, "one third": 100 / 3, "half": 50.0, "a fifth": 20.0, "a tenth": 10.0, "two thirds": 200 / 3}  # fmt: skip
_OFFER = re.compile(
    r"\b(?:buy|take|get) (?P<n>\w+)\b[^.;]{0,25}?,? (?:and )?(?:pay (?:only )?for|get) (?P<m>\w+)",
    re.IGNORECASE,
)
_NUMBER = {
    w: i for i, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_HUNDREDS = re.compile(r"\b(hundreds|thousands|dozens|countless|(?:tens|hundreds) of thousands|millions|scores) of (?:\w+ )?(?:\w*(?:review|rider|customer|buyer|owner|people|fan|user|reader|parent|cook|gardener|shopper|runner|player|wearer|home|famil|driver|listener))", re.IGNORECASE)  # fmt: skip
_LEAST = {"hundreds": 200, "thousands": 2000, "dozens": 24, "scores": 40, "millions": 2e6}
_PERFECT = re.compile(
    r"\b(?:perfect|full|straight|unanimous|flawless|all|only) (?:five|5)(?:[- ]star|\s+stars?)|\bnot a single (?:complaint|bad word|negative|grumble|fault)|\bno complaints?\b|\bnothing to (?:complain|criticise|fault)\b",
    re.IGNORECASE,
)


def judge_reversals(sentence: str, words: tuple[Word, ...], index: FactIndex, found: Found) -> None:
    """Refuses what turns a fact of ``index`` round. English."""
    folded = plain(sentence)
    if len(folded) != len(sentence):
        return
    for check in (
        _costs,
        _unmade,
        _degrees,
        _roles,
        _parts_off,
        _offers,
        _opinions,
        _given,
        _moved,
        _ordinals,
        _cared,
        _widened,
    ):
        hit = check(sentence, folded, words, index)
        if hit:
            found.refuse("grounding", hit[0], hit[1], hit[2])
            return


Hit = tuple[str, str, str]


def _costs(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _FREE.search(folded)
    if not match:
        return None
    near = {w.stem for w in words if abs(w.start - match.start()) < 45}
    for i, fact in enumerate(index.facts):
        name = plain(fact.name)
        if not _COST_NAME.search(name) or re.search(r"over|from|above|threshold|min", name):
            continue
        value = plain(fact.value)
        priced = [q for n, q in index.quantities if n == i and q.dimension == "price" and q.low > 0]
        if not priced or re.search(r"free|over|above|from|kostenlos|0\.00", value):
            continue
        shared = (index.names[i] - {"price", "cost", "fee"}) & near
        if shared & _COST_NOUN or any(len(s) > 3 for s in shared):
            free = [
                {w.stem for w in words_of(plain(f.name).replace("_", " "), index.locale)}
                for f in index.facts
                if f is not fact and "free" in plain(f.name + " " + f.value)
            ]
            if not any(shared <= names for names in free):
                return (
                    "polarity",
                    match.group(),
                    f"the facts give a price ({fact.name}: {fact.value})",
                )
    return None


def _unmade(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for fact in index.facts:
        for match in _UN.finditer(
            plain(fact.value) + " " + (plain(fact.name) if plain(fact.value) in TRUE else "")
        ):
            bare = match.group(1)
            for n, word in enumerate(words):
                if word.lower == bare and not is_negated(sentence, words, n, n + 1):
                    return (
                        "polarity",
                        word.text,
                        f"the facts say the opposite ({fact.name}: {fact.value})",
                    )
    return None


def _degrees(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for hit in lexicon_for(index.locale).find(words):
        if hit.group != "material":
            continue
        match = _DEGREE.search(folded[max(0, words[hit.start].start - 22) : words[hit.start].start])
        if not match:
            continue
        degree = match.group(1)
        stems = [w.stem for w in words[hit.start : hit.end]]
        holders = [h for h in index.holders(stems) if h.is_positive]
        values = [plain(index.facts[h.fact].value) for h in holders]
        if not values or any(degree in value for value in values):
            continue
        shares = [
            q.low
            for h in holders
            for n, q in index.quantities
            if n == h.fact and q.dimension == "percent"
        ]
        if degree == "natural" and not all(
            re.search(r"lab|synthetic|artificial|faux|imitation", value) for value in values
        ):
            continue
        lesser = degree == "natural" or all(_LESSER.search(value) for value in values)
        if (shares and max(shares) < 99.5) or (
            lesser
            and degree in ("natural", "solid", "pure", "real", "genuine")
            and not (degree == "pure" and "recycled" in values[0])
        ):
            return (
                "material",
                f"{degree} {words[hit.start].text}",
                f"the facts say less ({index.facts[holders[0].fact].value})",
            )
    return None


def _roles(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for match in _ROLE.finditer(sentence):
        name = plain(match.group("name"))
        pattern = _ROLES[plain(match.group("role"))]
        holders = [
            f
            for f in index.facts
            if plain(f.value) and (plain(f.value) in name or name in plain(f.value))
        ]
        known = [f for f in index.facts if re.search(pattern, plain(f.name))]
        if known and holders and not any(f in known for f in holders):
            return (
                "name",
                match.group(),
                f"the facts name another ({known[0].name}: {known[0].value})",
            )
    return None


def _parts_off(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    for match in _PART_OFF.finditer(folded):
        share = _SHARES[match.group(1)]
        percents = [q.low for _, q in index.quantities if q.dimension == "percent"]
        prices = sorted({q.low for _, q in index.quantities if q.dimension == "price"})
        derived = [100 * (b - a) / b for a, b in itertools.combinations(prices, 2) if b]
        if (percents or derived) and not any(abs(p - share) < 1.0 for p in (*percents, *derived)):
            return "percentage", match.group(), "a reduction that the facts do not bear"
    return None


def _offers(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _OFFER.search(folded)
    told = [
        m.groups()
        for f in index.facts
        for m in re.finditer(r"(\d+) (?:for|f[uü]r) (\d+)", plain(f.value))
    ]
    if match and told:
        n, m = (
            _NUMBER.get(match.group(g), int(match.group(g)) if match.group(g).isdigit() else 0)
            for g in "nm"
        )
        if n and m and (str(n), str(m)) not in told:
            return "count", match.group(), f"the offer is {told[0][0]} for {told[0][1]}"
    return None


def _opinions(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _HUNDREDS.search(folded)
    if match:
        counts = [
            q.low
            for i, q in index.quantities
            if not q.dimension and q.unit not in ("items", "list")
        ]
        least = _LEAST.get(match.group(1).split()[0], 200)
        if not any(c >= least for c in counts):
            return "count", match.group(), "more people than any fact counts"
    match = _PERFECT.search(folded)
    if match:
        rated = [
            q.low
            for i, q in index.quantities
            if re.search(r"rating|average|avg|score|stars$", plain(index.facts[i].name))
            and not q.dimension
        ]
        faulted = any(
            re.search(r"fault|complain|dislik|critic|negative|cons$", plain(f.name))
            and f.value.strip(" 0")
            for f in index.facts
        )
        if (
            re.search(r"\b(?:give|gave|gives|went|awarded|in ten|percent|%)\b|%", folded)
            and "star" in match.group()
        ):
            return None
        if ("star" in match.group() and rated and max(rated) < 4.995) or (
            "star" not in match.group() and faulted
        ):
            return "rating", match.group(), "the facts say less"
    return None


def _given(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    stems = [w.stem for w in words]
    for fact in index.facts:
        value = plain(fact.value).strip(" .")
        name = [
            w
            for w in words_of(plain(fact.name).replace("_", " "), index.locale)
            if w.lower not in ("included", "is", "has", "in", "the", "incl")
        ]
        if not name or name[-1].stem not in stems:
            continue
        at = stems.index(name[-1].stem)
        near = folded[max(0, words[at].start - 30) : words[at].end + 30]
        if (
            re.search(r"separately|not included|excluded|at extra cost", value)
            and _GIVEN.search(near)
            and not re.search(r"\b(?:not|no|without|separately)\b|n't", near)
        ):
            return (
                "included",
                words[at].text,
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
        if (
            plain(fact.name).endswith(("included", "supplied"))
            and value in TRUE
            and _APART.search(near)
        ):
            return (
                "included",
                words[at].text,
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
    return None


_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:book|part|volume|case|edition|novel|instalment|story|title|series|season|album|record)\b"
)
_ORDINALS = {
    w: i
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}


def _ordinals(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _ORDINAL.search(folded)
    numbers = [
        (q.low, i)
        for i, q in index.quantities
        if re.search(r"series|volume|part|edition|season|band", plain(index.facts[i].name))
        and not q.dimension
    ]
    if match and numbers and not any(n == _ORDINALS[match.group(1)] for n, _ in numbers):
        fact = index.facts[numbers[0][1]]
        return "count", match.group(), f"the facts say another ({fact.name}: {fact.value})"
    return None


_MACHINE = re.compile(
    r"\b(?:in(?:to)? the (?:washing machine|wash|dishwasher|dryer|machine)|machine[- ]wash\w*|a spin|dishwasher[- ](?:safe|proof))\b"
)
_BY_HAND = re.compile(
    r"\b(?:surface wash|surface clean|spot clean|sponge clean|hand[- ]?wash|wipe clean|dry clean)(?:ed|ing)? only\b"
)


def _cared(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    match = _MACHINE.search(folded)
    if not match or re.search(
        r"\b(?:not|never|no|out of|isn't|don't|keep|without|doesn't|cannot|can't|avoid|skip)\b",
        folded,
    ):
        return None
    for fact in index.facts:
        if _BY_HAND.search(plain(fact.value)):
            return (
                "polarity",
                match.group(),
                f"the facts say the opposite ({fact.name}: {fact.value})",
            )
    return None


_WIDER = (
    (
        re.compile(
            r"\b(?:no minimum|without (?:a )?minimum|whatever you spend|on any order|on every order|all orders)\b"
        ),
        re.compile(r"min(?:imum)?_?(?:order|spend)|min_|minimum"),
    ),
    (
        re.compile(
            r"\b(?:no membership|members or not|open to (?:all|everyone)|everyone's invited|for everybody)\b"
        ),
        re.compile(r"member"),
    ),
    (
        re.compile(r"\ball (?:weekend|week|month|season|summer|year)\b"),
        re.compile(r"valid_on|one_day|only_on|^hours$"),
    ),
    (
        re.compile(
            r"\b(?:everything in the (?:shop|store)|the whole (?:shop|store|range)|storewide|sitewide|across the (?:shop|store|range))\b"
        ),
        re.compile(r"^category$|departments?|applies_to"),
    ),
)


def _widened(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """An offer without the bound that the facts give it: "no minimum" where there is a least spend."""
    if not re.search(r"%|\boff\b|offer|sale|deal|discount|free|invited|save", folded):
        return None
    for said, named in _WIDER:
        match = said.search(folded)
        fact = next(
            (f for f in index.facts if named.search(plain(f.name)) and plain(f.value) not in FALSE),
            None,
        )
        if match and fact and match.group() not in plain(fact.value):
            return "offer", match.group(), f"the facts bound it ({fact.name}: {fact.value})"
    return None


def _moved(sentence: str, folded: str, words: tuple[Word, ...], index: FactIndex) -> Hit | None:
    """ "A motorised castle" where motor is false."""
    for fact in index.facts:
        if plain(fact.value).strip(" .") not in FALSE:
            continue
        named = words_of(plain(fact.name).replace("_", " "), index.locale)
        if not named:
            continue
        last = named[-1].lower
        if last.endswith(("able", "ible")) and len(last) > 6:
            base = last[:-4]
            bases = {base, base + "e", base[:-1] if base[-1:] == base[-2:-1] else base} - {"wash"}
            for n, word in enumerate(words):
                said = word.lower.removesuffix("s").removesuffix("ing").removesuffix("ed")
                if (
                    n
                    and said in bases
                    and word.lower != last
                    and not is_negated(sentence, words, n, n + 1)
                ):
                    return (
                        "polarity",
                        word.text,
                        f"the facts say the opposite ({fact.name}: {fact.value})",
                    )
        if len(named) != 1 or len(named[0].stem) < 5:
            continue
        for n, word in enumerate(words):
            if (
                word.lower.startswith(named[0].stem)
                and word.stem != named[0].stem
                and not is_negated(sentence, words, n, n + 1)
            ):
                return (
                    "polarity",
                    word.text,
                    f"the facts say the opposite ({fact.name}: {fact.value})",
                )
    return None
