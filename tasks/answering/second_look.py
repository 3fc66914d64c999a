"""A second look at a question that the lexicon did not resolve: which fact's own name and value hold its words.

The rule stays that every word which could qualify the question is explained by the fact that is stated. What differs
from the first look: synonyms count, words that ask nothing are known by a longer list, and a qualifier in a fact's name
need not have been asked for, because the reply then says the whole name ('Weight single UK 8: 590 g.'). Of facts that
look alike, those whose names hold more of the question's words are stated, and up to three that cannot be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.answering.concepts import by_id
from tasks.answering.facts import KnownFact
from tasks.answering.kinds import is_asked_for, is_of_kind, kinds_of
from tasks.answering.naming import is_named_by, most_covering
from tasks.answering.questions import Asked, Found
from tasks.answering.synonyms import NEGATIVE, alike, classes, focus_of, one_word
from tasks.answering.text import NEUTRAL, content_stems, normalise, stem, stems, words
from tasks.answering.wordlists import COLOURS, MATERIALS, PARTS, PLACES

__all__ = ["look_again"]

MAX_STATED = 3
"""Facts that look alike are all stated up to this number; beyond it a person chooses."""

_IS_IT = re.compile(r"^\W*(?:is|are|do you have|have you)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LIMITS = re.compile(r"\b(?:only|not|no|except|excluding|mainland|worldwide|anywhere)\b")
_CHANGES = re.compile(
    r"\b(?:can|could|may|should) (?:i|you|we|one) (?:put|fit|add|use|attach|change|replace|mount) "
    r"(?!it\b|them\b|this\b|these\b|that\b|one\b|the\b|my\b)"
)
"""'Can I fit wider tyres?' is not answered by the tyres that are on it."""
_ASKS_WHICH = re.compile(r"\b(?:what|which|how (?!is|are|do))\b")
_STOCK_NAMES = frozenset(
    stem(w) for w in "stock availability available status back restock due quantity qty".split()
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
_TITLES = frozenset("name title model product item article artikel produktname naam".split())
_ENDS_NEGATION = frozenset(
    "what how which when where can is are do does it them they will would and but".split()
)
_WHOLE = frozenset("total overall gross complete".split())
_INCLUDING = re.compile(r"\bincluding (?:the |its )?(\w+)")
_TOPICS = frozenset(
    stem(w)
    for w in "return returns refund delivery shipping exchange payment gift warranty guarantee assembly".split()
)
"""What a name is about whatever else it holds: a returns window is no window."""
_SAYS_LITTLE = frozenset(
    stem(w)
    for w in """guide line lines method methods option options policy service details detail date time hours window
range version type set kit number after before up on now from to level available fitted supplied stock size sizes
countries country each per min max minimum maximum the a of in for with no and or by is new our""".split()
)
_REFUSED = re.compile(
    r"^\W*(?:and |so |but )?(?:why|who)\b|\bhow (?:come|to|do|does|can|should) |\bhow (?:is|are) (?:it|they) \w"
)
_DELIVERS = re.compile(r"\b(?:deliver|ship|send|sent|post|dispatch)\w*\b")
_DOES_TO_IT = re.compile(
    r"\b(?:can|could|may|do|should) (?:i|you|we|one) (\w+) (?:it|them|this|these)\b"
)


def _negated(normal: str) -> set[str]:
    """The words that a question takes away: 'without the lid', 'if I do not register', 'with the lid off'."""
    found: set[str] = set()
    listed = words(normal)
    for place, word in enumerate(listed):
        if word in NEGATIVE - {"off"}:
            for later in listed[place + 1 : place + 8]:
                if later in _ENDS_NEGATION:
                    break
                found.add(one_word(stem(later)))
        elif word == "off" and {"take", "taking", "with", "leave"} & set(
            listed[max(0, place - 4) : place]
        ):
            found.add(one_word(stem(listed[place - 1])))
    return found


def _taken_away(fact: KnownFact) -> set[str]:
    """The words that a fact's name takes away: weight_no_lid, unregistered."""
    found: set[str] = set()
    for place, word in enumerate(fact.name_words):
        if word in NEGATIVE:
            found.update(one_word(stem(w)) for w in fact.name_words[place + 1 : place + 2])
        elif word.startswith("un") and len(word) > 6:
            found.add(one_word(stem(word[2:])))
    return found


def _in_class(word: str, fact: KnownFact, normal: str) -> bool:
    """True where the fact lists others of the word's kind; materials and colours only of 'is it', not of 'can I'."""
    if word[0].isdigit():
        is_named = bool({stem(w) for w in words(normal)} & fact.name_stems)
        if _YEAR.fullmatch(word):
            return is_named and bool(_YEAR.search(fact.normal))
        return is_named and not fact.measures and bool(re.search(r"\d-\d", fact.normal))
    if word in PLACES:
        if not _DELIVERS.search(normal):
            return False
        told = fact.value_stems | fact.name_stems
        is_delivery = any(
            is_named_by(fact, by_id(i)) for i in ("DELIVERY", "DELIVERY_PLACE", "DELIVERY_COST")
        )
        return bool(is_delivery and told & PLACES and _LIMITS.search(fact.normal))
    value = {one_word(s) for s in fact.value_stems}
    plain = fact.origin == "product" and bool(_IS_IT.search(normal))
    return any(
        word in members and value & members and (place < len(classes()) - 2 or plain)
        for place, members in enumerate(classes())
    )


def _fills(hits: set[str], item: str) -> bool:
    """True where the words are at least half of what an item of a list says."""
    said = alike(normalise(item)) - {one_word(stem(word)) for word in NEUTRAL} - {"includ"}
    return bool(said & hits) and 2 * len(said & hits) >= len(said)


def _beside_or(normal: str) -> set[str]:
    """The words that stand for a choice: of 'nylon or steel' one need be known."""
    found: set[str] = set()
    for match in re.finditer(r"(\S+ )?(\S+) or (?:is it |just |a |an |the )*(\S+)( \S+)?", normal):
        found.update(one_word(stem(w)) for group in match.groups() if group for w in words(group))
    return found


def _title_stems(facts: Sequence[KnownFact]) -> frozenset[str]:
    """The words of the product's title: what a fact with such a name says, else what the first fact says."""
    own = [f for f in facts if f.origin == "product"]
    titles = [f for f in own if f.name_words and f.name_words[-1] in _TITLES]
    first = [f for f in own[:1] if f.flag is None and f.text[:1].isupper() and not f.measures]
    found: set[str] = set()
    for fact in titles or first:
        found |= set(stems(fact.normal)) | (fact.name_stems if fact in first else frozenset())
    heads = {stems(fact.normal)[-1] for fact in titles or first if stems(fact.normal)}
    return frozenset(found - MATERIALS - COLOURS - (PARTS - heads))


def _says_opposite(name: set[str], said: set[str]) -> bool:
    for pair in _OPPOSITES:
        asked, named = said & pair, name & pair
        if asked and named and not asked & named:
            return True
    return False


def look_again(
    asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]
) -> list[Found] | None:
    """The facts to state as 'name: value', or None where a word stays unexplained or too many facts look alike."""
    normal = asked.normal
    if _REFUSED.search(normal) or _CHANGES.search(normal) or "MAX_LOAD" in asked.detected.ids:
        return None
    kinds = kinds_of(normal)
    about = about | _title_stems(facts)
    focus = focus_of(normal, about, without_asking=True)
    if "included" in kinds:
        focus -= {"includ", "extra", "suppli", "box", "pack", "separ"}
    if {"money", "mass"} & set(kinds):
        focus -= {one_word(stem(w)) for w in ("price", "cost", "weight")}
    if "stock" in kinds:
        focus -= {one_word(s) for s in _STOCK_NAMES}
    said = {one_word(s) for s in stems(normal)}
    meant = {one_word(stem(w)) for w in words(normal) if w not in NEUTRAL} | {
        one_word(s) for s in content_stems(normal)
    }
    all_names = {one_word(stem(w)) for fact in facts for w in fact.name_words}
    gone = _negated(normal) & all_names.union(*(_taken_away(fact) for fact in facts))
    verb = _DOES_TO_IT.search(normal)
    done = {one_word(stem(verb[1]))} if verb else set()
    choice = _beside_or(normal)
    others: set[str] = set()  # the names that a 'not' or 'without' of the question sets aside
    rows: list[tuple[tuple[int, ...], KnownFact, bool]] = []
    for fact in facts:
        if not fact.is_usable or not is_of_kind(fact, kinds):
            continue
        told = {m.dimension for m in fact.measures}
        named_measures = set(words(normalise(" ".join(fact.name_words))))
        if any(
            m.dimension not in told
            and not set(words(normal[m.start : m.end])[:1]) <= named_measures
            for m in asked.measures
        ):
            continue
        away = _taken_away(fact)
        name = (
            {one_word(stem(w)) for w in fact.name_words} | alike(" ".join(fact.name_words)) | away
        )
        name = {s for s in name if len(s) > 1 or s.isdigit()}
        value = alike(fact.normal) if fact.flag is None else frozenset()
        if (gone & name) - away or (away & focus) - gone:
            others |= name - gone
            continue
        if _says_opposite(name, said | set(stems(normal))) or (
            _CHOICE.search(normal) and "stock" not in kinds and not _RANGE.search(fact.text.lower())
        ):
            continue
        if _WHOLE & set(fact.name_words):  # a total weight includes the mount
            part = _INCLUDING.search(normal)
            away = away | ({one_word(stem(part[1]))} if part else set())
            name |= away
        classed = {w for w in focus - name - value - gone if _in_class(w, fact, normal)}
        if fact.flag is not None and not asked.is_yes_no and _ASKS_WHICH.search(normal):
            continue
        if kinds and len(fact.sentences) > 1:
            continue  # of several sentences the lexicon picks the one that holds the answer
        unasked = {
            w
            for w in fact.name_words
            if one_word(stem(w)) not in said | about
            and not (w.startswith("un") and away & gone)
            and not w[0].isdigit()
            and len(w) > 1
            and stem(w) not in _SAYS_LITTLE
            and not (kinds and stem(w) in _MEASURED)
        }
        if _TOPICS & {stem(w) for w in unasked} and focus & name:
            continue
        head = fact.name_words[-1] if fact.name_words else ""
        if head in unasked and focus & name and not focus & value and len(fact.name_words) > 1:
            continue  # what is asked for only qualifies the name: noise cancelling, colour safe
        is_qualified = (
            not asked.is_yes_no
            and bool(unasked)
            and (meant & name) - _MEASURED <= {one_word(stem(head))}
            and not gone
        )
        by_value = (focus & value) - name
        if (
            not focus & name
            and by_value
            and (
                fact.origin == "policy"
                or by_value & done
                or (by_value <= MATERIALS and not _IS_IT.search(normal))
                or not any(_fills(by_value, item) for item in fact.items)
                or (fact.name_stems & PARTS and not is_of_kind(fact, ["included"]))
            )
        ):
            continue  # what a value mentions in passing: returns, in a policy on tinted paint
        is_listed = (
            (asked.is_yes_no or bool(choice))
            and not set(kinds) - {"stock", "included"}
            and bool(focus)
            and focus - choice - classed <= value | ({"uk", "eu", "us"} & name)
        )
        if not is_asked_for(
            fact, said | set(stems(normal)), kinds, asked.detected.ids, is_listed=is_listed
        ):
            continue
        left = focus - name - value - gone - classed
        if left - (choice if focus & (name | value) else set()):
            continue
        if classed and not asked.is_yes_no:
            continue
        if not (meant & name) - _MEASURED and not asked.is_yes_no and _ASKS_WHICH.search(normal):
            continue
        if not focus and "stock" in kinds and fact.name_stems - _STOCK_NAMES:
            continue
        hits = len(focus & name), len((focus & value) - name), len(classed)
        meant -= {"includ"} if "included" in kinds else set()
        named = len(meant & name)
        picks = (meant & name | focus & value | classed) - _MEASURED or (
            name & others if gone else set()
        )
        if not picks or not (any(hits) or kinds):
            continue
        rows.append(((*hits, named), fact, is_qualified))
    if not rows:
        return None
    best = max(row[0] for row in rows)
    if sum(row[0] == best for row in rows) == 1 and any(row[0] == best and row[2] for row in rows):
        return None  # the one guarantee that is known is the treatment's, and another was asked for
    top = [fact for rank, fact, _ in rows if rank == best]
    plainest = min(len(fact.name_words) for fact in top)
    top = [fact for fact in top if len(fact.name_words) == plainest]
    if len(top) > (MAX_STATED if kinds else 2):
        return None
    return [Found(fact, None, _text(fact, asked), is_plain=True) for fact in top]


def _text(fact: KnownFact, asked: Asked) -> str:
    if len(fact.text) <= 200 or len(fact.sentences) < 2:
        return fact.text
    return " ".join(most_covering(list(fact.sentences), asked))
