"""A second look at a question that the lexicon did not resolve: which fact's own name and value hold its words.

The rule stays that every word which could qualify the question is explained by the fact that is stated. What differs
from the first look: synonyms count, words that ask nothing are known by a longer list, and a qualifier in a fact's name
need not have been asked for, because the reply then says the whole name ('Weight single UK 8: 590 g.'). Of facts that
look alike, those whose names hold more of the question's words are stated, and up to three that cannot be told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tasks.answering.concepts import by_id
from tasks.answering.facts import KnownFact
from tasks.answering.measures import find_measures
from tasks.answering.naming import NUMBER_WORD, is_named_by
from tasks.answering.questions import Asked, Found
from tasks.answering.tables import table
from tasks.answering.text import NEUTRAL, content_stems, normalise, stem, stems, words
from tasks.answering.wordlists import COLOURS, MATERIALS, PLACES

__all__ = ["answers_kinds", "focus_of", "look_again"]

MAX_STATED = 3
"""Facts that look alike are all stated up to this number; beyond it a person chooses."""

_NEGATIVE = frozenset(word for word in "no not without never off non excluding except dont".split())
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("included", re.compile(r"\b(?:in the (?:box|pack|packet|set)|come with|comes with|includ(?:ed|es|e)|supplied|sold separately|as an extra|(?:is|are) (?:\w+ ){1,4}extra|on top|thrown in|get with)\b")),
    ("stock", re.compile(r"\b(?:in stock|left|available|availability|have it in|have them in|right now|sold out|back in|getting more|restock\w*)\b")),
    ("money", re.compile(r"\bhow much(?= (?:is|are|do|does|would|will|for|to|it|the)\b)(?! (?:\w+ ){1,4}(?:hold|weigh|take|carry|lift|contain)\w*)|\bhow much\W*$|\b(?:price(?! match)|cost|costs|fee|charged|pay|set me back|dear|expensive)\b")),
    ("capacity", re.compile(r"\bhow much (?:\w+ ){1,5}(?:hold|take|carry|contain)\w*")),
    ("mass", re.compile(r"\bhow heavy\b|\bweigh\w*\b|\bheavy\b")),
    ("count", re.compile(r"\bhow many\b")),
    ("long", re.compile(r"\bhow long (?:is|are)\b(?! (?:it|this|they) (?:good|valid|open|kept|covered|guaranteed))")),
    ("duration", re.compile(r"\bhow long (?!is|are)\w|\bhow long (?:is|are) (?:\w+ ){1,3}(?:good|valid|open|kept|covered|guaranteed)\b|\bhow (?:soon|quickly)\b|\bhow many (?:hours|minutes|days|weeks|months|years)\b")),
    ("when", re.compile(r"^\W*(?:and |so )?(?:when|what (?:date|day|time))\b")),
    ("distance", re.compile(r"\bhow (?:far|tall|wide|deep|high|thick|big|large|small)\b|\b(?:fit|fits) (?:folded|flat)\b")),
    ("material", re.compile(r"\bmade (?:of|from|out of)\b|\bwhat (?:material|fabric)\b")),
    ("temperature", re.compile(r"\bhow hot\b|\b\d+ (?:degrees|c|celsius)\b")),
)  # fmt: skip
_SAYS_INCLUDED = re.compile(
    r"\b(?:includ\w*|supplied|provided|separately|extra|in the box|comes? with|optional)\b"
)
_SAYS_STOCK = re.compile(
    r"\b(?:stock|sold out|available|unavailable|left|pre ?order|back ?order|until|from)\b"
)
_IS_IT = re.compile(r"^\W*(?:is|are|do you have|have you)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LIMITS = re.compile(r"\b(?:only|not|no|except|excluding|mainland|worldwide|anywhere)\b")
_CHANGES = re.compile(
    r"\b(?:can|could|may|should) (?:i|you|we|one) (?:put|fit|add|use|attach|change|replace|mount)\b"
)
_ASKS_WHICH = re.compile(r"\b(?:what|which|how (?!is|are|do))\b")
_STOCK_NAMES = frozenset(
    stem(w) for w in "stock availability available status back restock due quantity qty".split()
)
_MONTHS = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_CHOICE = re.compile(
    r"\b(?:come|comes|available) in\b|\bdo you (?:make|do|sell|stock|have|carry) (?:it|them|this|these|an?|the) "
)
_RANGE = re.compile(
    r"\d\s?(?:-|–|to)\s?\d|,| and | or |/|[a-z] ?(?:-|–|to) ?[a-z]\b|\bonly\b|\bno\b|\bnot\b"
)
_OPPOSITES = tuple(
    frozenset(stem(w) for w in pair.split())
    for pair in (
        "full empty", "inner outer", "min max", "open closed", "unfolded folded", "gross net", "single pair",
        "front rear", "front back", "top bottom", "left right", "child adult", "small large", "wet dry", "old new",
        "first second", "standard express", "summer winter", "hot cold", "packed assembled", "men women", "day night",
        "indoor outdoor", "short long", "upper lower", "start end", "before after", "registered unregistered",
    )
)  # fmt: skip
_MEASURED = frozenset(
    stem(w)
    for w in """weight heavy width wide height tall depth deep length long diameter size dimension measurement thick
big capacity volume price cost power range time""".split()
)
"""Words that only say which quantity is asked for: by themselves they do not pick one part of the product."""
_HEADS: dict[str, str] = {
    stem(word): kind
    for kind, block in {
        "mass": "weight mass load",
        "distance": "width height depth length diameter thickness size sizes dimensions measurements range clearance",
        "money": "price cost fee charge surcharge rate",
        "free": "free threshold",
        "duration": "time duration life window turnaround lifetime",
        "temperature": "temperature",
        "included": "included supplied",
        "stock": "stock availability available",
        "material": "material fabric composition",
        "": "area colour colours type content capacity volume power speed finish pattern number count brand origin "
        "warranty guarantee method options care code style shape level rating format design",
    }.items()
    for word in block.split()
}
"""What a compound name is about: 'slot width' is a width, not slots. The question must ask for that."""
_TITLES = frozenset("name title model product item article artikel produktname naam".split())
_ASKING = re.compile(r"\bhow (?:long|far|heavy|big|large|small|many|much|soon|quickly|hot|often)\b")
_ENDS_NEGATION = frozenset(
    "what how which when where can is are do does it them they will would and but".split()
)
_WHOLE = frozenset("total overall gross complete".split())
_INCLUDING = re.compile(r"\b(?:including|with) (?:the |its )?(\w+)")
_REFUSED = re.compile(r"^\W*(?:and |so |but )?(?:why|who)\b|\bhow come\b")


@lru_cache(maxsize=1)
def _groups() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Stem -> the stem that stands for its group, and the phrases of several words."""
    single: dict[str, str] = {}
    phrases = []
    for line in table("second_look")["groups"]:
        members = line.split()
        head = stem(members[0]) if "-" not in members[0] else members[0].replace("-", "")
        for member in members:
            if "-" in member:
                phrases.append((re.compile(rf"\b{member.replace('-', ' ')}\b"), members[0]))
            else:
                single.setdefault(stem(member), head)
    return single, tuple(phrases)


@lru_cache(maxsize=1)
def _tolerated() -> frozenset[str]:
    return frozenset(stem(w) for w in words(normalise(table("second_look")["tolerated"])))


@lru_cache(maxsize=1)
def _classes() -> tuple[frozenset[str], ...]:
    own = [
        frozenset(_one(stem(w)) for w in line.split())
        for line in table("second_look")["classes"].values()
    ]
    return (*own, frozenset(map(_one, COLOURS)), frozenset(map(_one, MATERIALS)))


def _one(found: str) -> str:
    return _groups()[0].get(found, found)


def _canon(normal: str) -> list[str]:
    for pattern, head in _groups()[1]:
        normal = pattern.sub(head, normal)
    return [_one(s) for s in stems(normal)]


def answers_kinds(facts: Sequence[KnownFact], normal: str) -> bool:
    """True where a question asks for a kind alone ('and how long does that take') and one of the facts says it."""
    kinds = [kind for kind in _kinds(normal) if kind != "included"]
    return bool(kinds) and any(_is_of_kind(fact, kinds) for fact in facts)


def focus_of(normal: str, about: frozenset[str], *, without_asking: bool = False) -> set[str]:
    """The words of a question that name or qualify what is asked, each as the one that stands for its group."""
    if without_asking:
        normal = _ASKING.sub(" ", normal)
    for measure in reversed(find_measures(normal)):
        normal = f"{normal[: measure.start]} {normal[measure.end :]}"
    for pattern, head in _groups()[1]:
        normal = pattern.sub(head, normal)
    asks_nothing = _tolerated() | about | {stem(word) for word in _NEGATIVE}
    found = {
        _one(s)
        for s in content_stems(normal)
        if s not in asks_nothing and (len(s) > 1 or s.isdigit())
    }
    return found - {_one(s) for s in about}


def _kinds(normal: str) -> list[str]:
    return [name for name, pattern in _KINDS if pattern.search(normal)]


def _is_of_kind(fact: KnownFact, kinds: Sequence[str]) -> bool:
    """The value is of every kind that the question asks for: a price for 'how much', a duration for 'how long'."""
    dimensions = {m.dimension for m in fact.measures}
    name = " ".join(fact.name_words)
    tests = {
        "included": lambda: bool(_SAYS_INCLUDED.search(fact.normal) or _SAYS_INCLUDED.search(name)),
        "stock": lambda: bool(
            any(is_named_by(fact, by_id(i)) for i in ("AVAILABILITY", "RESTOCK"))
            or _SAYS_STOCK.search(fact.normal)
            or _SAYS_STOCK.search(name)
        ),
        "money": lambda: (
            "money" in dimensions or bool(re.search(r"\b(?:free|none|no charge)\b", fact.normal))
        ),
        "mass": lambda: "mass" in dimensions,
        "distance": lambda: "length" in dimensions,
        "long": lambda: bool({"duration", "length"} & dimensions),
        "duration": lambda: "duration" in dimensions,
        "material": lambda: is_named_by(fact, by_id("MATERIAL")) is not None,
        "capacity": lambda: bool(
            {"volume", "mass"} & dimensions or NUMBER_WORD.search(fact.normal)
        ),
        "temperature": lambda: "temperature" in dimensions,
        "count": lambda: bool(NUMBER_WORD.search(fact.normal)),
        "when": lambda: bool(_MONTHS.search(fact.normal)),
    }
    return all(tests[kind]() for kind in kinds)


def _negated(normal: str) -> set[str]:
    """The words that a question takes away: 'without the lid', 'if I do not register', 'with the lid off'."""
    found: set[str] = set()
    listed = words(normal)
    for place, word in enumerate(listed):
        if word in _NEGATIVE - {"off"}:
            for later in listed[place + 1 : place + 8]:
                if later in _ENDS_NEGATION:
                    break
                found.add(_one(stem(later)))
        elif word == "off" and {"take", "taking", "with", "leave"} & set(
            listed[max(0, place - 4) : place]
        ):
            found.add(_one(stem(listed[place - 1])))
    return found


def _taken_away(fact: KnownFact) -> set[str]:
    """The words that a fact's name takes away: weight_no_lid, unregistered."""
    found: set[str] = set()
    for place, word in enumerate(fact.name_words):
        if word in _NEGATIVE:
            found.update(_one(stem(w)) for w in fact.name_words[place + 1 : place + 2])
        elif word.startswith("un") and len(word) > 6:
            found.add(_one(stem(word[2:])))
    return found


def _in_class(word: str, fact: KnownFact, normal: str) -> bool:
    """True where the fact lists others of the word's kind; materials and colours only of 'is it', not of 'can I'."""
    if _YEAR.fullmatch(word):
        return bool(_YEAR.search(fact.normal))
    if word[0].isdigit():
        return bool(re.search(r"\d-\d", fact.normal))
    if word in PLACES:
        told = fact.value_stems | fact.name_stems
        is_delivery = any(
            is_named_by(fact, by_id(i)) for i in ("DELIVERY", "DELIVERY_PLACE", "DELIVERY_COST")
        )
        return bool(is_delivery and told & PLACES and _LIMITS.search(fact.normal))
    value = {_one(s) for s in fact.value_stems}
    plain = fact.origin == "product" and bool(_IS_IT.search(normal))
    return any(
        word in members and value & members and (place < len(_classes()) - 2 or plain)
        for place, members in enumerate(_classes())
    )


def _beside_or(normal: str) -> set[str]:
    """The words that stand for a choice: of 'nylon or steel' one need be known."""
    found: set[str] = set()
    for match in re.finditer(r"(\S+ )?(\S+) or (?:is it |just |a |an |the )*(\S+)( \S+)?", normal):
        found.update(_one(stem(w)) for group in match.groups() if group for w in words(group))
    return found


def title_stems(facts: Sequence[KnownFact]) -> frozenset[str]:
    """The words of the product's title: what a fact with such a name says, else what the first fact says."""
    own = [f for f in facts if f.origin == "product"]
    titles = [f for f in own if f.name_words and f.name_words[-1] in _TITLES]
    first = [f for f in own[:1] if f.flag is None and f.text[:1].isupper() and not f.measures]
    found: set[str] = set()
    for fact in titles or first:
        found |= set(stems(fact.normal)) | (fact.name_stems if fact in first else frozenset())
    return frozenset(found - MATERIALS - COLOURS)


def _says_opposite(name: set[str], said: set[str]) -> bool:
    for pair in _OPPOSITES:
        asked, named = said & pair, name & pair
        if asked and named and not asked & named:
            return True
    return False


def _is_asked_for(
    fact: KnownFact,
    asked_words: set[str],
    kinds: Sequence[str],
    ids: Sequence[str],
    *,
    is_listed: bool,
) -> bool:
    """False where the name is about something that the question does not ask for: the width of a slot, for slots."""
    for word in fact.name_stems:
        if word not in _HEADS or word in asked_words or _one(word) in asked_words:
            continue
        if _HEADS[word] in kinds or (_HEADS[word] == "distance" and "long" in kinds):
            continue
        if is_listed and (not _HEADS[word] or word == stem("size")):
            continue
        if not any(frozenset({word}) in by_id(i).names for i in ids):
            return False
    return True


def look_again(
    asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]
) -> list[Found] | None:
    """The facts to state as 'name: value', or None where a word stays unexplained or too many facts look alike."""
    normal = asked.normal.replace(" - ", ", ")
    if _REFUSED.search(normal):
        return None
    kinds = _kinds(normal)
    about = about | title_stems(facts)
    focus = focus_of(normal, about, without_asking=True)
    if "included" in kinds:
        focus -= {"includ", "extra", "suppli", "box", "pack", "separ"}
    if {"money", "mass"} & set(kinds):
        focus -= {_one(stem(w)) for w in ("price", "cost", "weight")}
    if "stock" in kinds:
        focus -= {_one(s) for s in _STOCK_NAMES}
    said = {_one(s) for s in stems(normal)}
    meant = {_one(stem(w)) for w in words(normal) if w not in NEUTRAL} | {
        _one(s) for s in content_stems(normal)
    }
    gone = _negated(normal)
    choice = _beside_or(normal)
    others: set[str] = set()  # the names that a 'not' or 'without' of the question sets aside
    rows: list[tuple[tuple[int, ...], KnownFact]] = []
    for fact in facts:
        if not fact.is_usable or not _is_of_kind(fact, kinds):
            continue
        if not {m.dimension for m in asked.measures} <= {m.dimension for m in fact.measures}:
            continue
        away = _taken_away(fact)
        name = (
            {s for w in fact.name_words for s in _canon(w)}
            | set(_canon(" ".join(fact.name_words)))
            | away
        )
        name = {s for s in name if len(s) > 1 or s.isdigit()}
        value = set(_canon(fact.normal)) if fact.flag is None else set()
        if (gone & name) - away or (away & focus) - gone:
            others |= name - gone
            continue
        if _says_opposite(name, said | set(stems(normal))) or (
            _CHOICE.search(normal) and not _RANGE.search(fact.text.lower())
        ):
            continue
        if _WHOLE & set(fact.name_words):  # a total weight includes the mount
            part = _INCLUDING.search(normal)
            away = away | ({_one(stem(part[1]))} if part else set())
            name |= away
        is_listed = (
            (asked.is_yes_no or bool(choice))
            and not set(kinds) - {"stock", "included"}
            and bool(focus)
            and focus - choice <= value
        )
        if not _is_asked_for(
            fact, said | set(stems(normal)), kinds, asked.detected.ids, is_listed=is_listed
        ):
            continue
        left = {w for w in focus - name - value - gone if not _in_class(w, fact, normal)}
        if left - (choice if focus & (name | value) else set()):
            continue
        classed = {w for w in focus - name - value - gone if _in_class(w, fact, normal)}
        if classed and (not asked.is_yes_no or _CHANGES.search(normal)):
            continue
        if not (meant & name) - _MEASURED and not asked.is_yes_no and _ASKS_WHICH.search(normal):
            continue
        if not focus and "stock" in kinds and fact.name_stems - _STOCK_NAMES:
            continue
        hits = len(focus & name), len((focus & value) - name), len(classed)
        meant -= {"includ"} if "included" in kinds else set()
        named = len(meant & name)
        picks = (meant & name | focus & value | classed) - _MEASURED or (name & others if gone else set())
        if not picks or not (any(hits) or kinds):
            continue
        rows.append(((*hits, named), fact))
    if not rows:
        return None
    best = max(row[0] for row in rows)
    top = [fact for rank, fact in rows if rank == best]
    plainest = min(len(fact.name_words) for fact in top)
    top = [fact for fact in top if len(fact.name_words) == plainest]
    if len(top) > (MAX_STATED if kinds else 2):
        return None
    return [Found(fact, None, _text(fact, asked), is_plain=True) for fact in top]


def _text(fact: KnownFact, asked: Asked) -> str:
    from tasks.answering.naming import most_covering

    if len(fact.text) <= 200 or len(fact.sentences) < 2:
        return fact.text
    return " ".join(most_covering(list(fact.sentences), asked))
