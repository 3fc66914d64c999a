"""Finding the facts that answer one question, and only those.

The rule that keeps wrong answers away: every word of the question that carries meaning must be explained, by the name
or the value of a chosen fact, by the product itself, or by the concept that was asked for. One unexplained word
('lid', 'Norway', 'after 60 days') and a person answers. A qualifier in a fact's name (seat height, max load) must have
been asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.answering.concepts import Concept, Detected, by_id, detect
from tasks.answering.facts import KnownFact
from tasks.answering.measures import Measure, find_measures
from tasks.answering.text import content_stems, normalise, stem, stems, words
from tasks.answering.wordlists import COLOURS, MATERIALS, PARTS, PLACE_GROUPS, PLACES, SIZES

__all__ = ["Asked", "Found", "Refusal", "is_named_by", "read_question", "resolve"]

_JOINS = re.compile(r"\b(?:and|or|plus|also|as well|both)\b|[,/&+]")
_NUMBER_WORD = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|pair|single|dozen|both|set of)\b")
_NEGATION = re.compile(r"\b(?:not|never|no longer|without)\b")
_FREE = stem("free")
_YES_NO = re.compile(r"^(?:\W|and |so |but |also |or |then |please )*(?:is|are|does|do|can|could|will|would|has|have|should|was|may|must|am) ")
_NAME_CUT = re.compile(r"\b(?:with|for|in|by|w)\b|[,(/|–—-]\s")


@dataclass(frozen=True, slots=True)
class Refusal:
    """No answer: the reason that the person reads, and the concept that was asked for, where it is known."""

    reason: str
    concept: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One fact that answers; ``text`` is the part of its value to state (a sentence of a long one, else all)."""

    fact: KnownFact
    concept: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart. ``rest`` holds the stems that no concept explains; ``all_stems`` every stem of it."""

    normal: str
    detected: Detected
    rest: frozenset[str]
    all_stems: frozenset[str]
    measures: tuple[Measure, ...]
    is_yes_no: bool
    is_negated: bool


def product_stems(product: Sequence[KnownFact]) -> frozenset[str]:
    """Stems that only point at the product: its name up to 'with' or 'for', its category, brand and kind."""
    found: set[str] = set()
    for fact in product:
        name = "_".join(fact.name_words)
        if name in {"name", "title", "product_name", "product", "item", "model", "model_name"}:
            head = _NAME_CUT.split(normalise(fact.text))[0].strip()
            named = stems(head)
            if named:
                found.add(named[-1])
            found.update(s for s in named if s not in PARTS | MATERIALS | COLOURS)
        elif name in {"category", "brand", "type", "product_type", "department", "sub_category", "subcategory", "kind"}:
            found.update(s for s in stems(fact.normal) if name == "brand" or s not in MATERIALS | COLOURS)
    return frozenset(found)


def _join(text: str, known: frozenset[str]) -> str:
    """Two neighbours that the facts write as one word are joined: 'hand woven' -> 'handwoven'."""
    found = text.split()
    for left, right in zip(found, found[1:], strict=False):
        bare = right.rstrip("?.,!")
        if len(left) > 2 and len(bare) > 2 and f"{left}{bare}" in known:
            text = text.replace(f"{left} {bare}", f"{left}{bare}")
    return text


def read_question(normal: str, product: Sequence[KnownFact], skip: frozenset[str] = frozenset()) -> Asked:
    """Take one normal question apart against the product that it is about; concepts of ``skip`` are not looked for."""
    text = re.sub(r"\bavailable (?=in\b)", "come ", normal)
    text = re.sub(r"\b((?:what|which)\b[^.?!]*)\bavailable\b(?! in)", r"\1 ", text) if re.search(r"^\W*(?:what|which) \w+ (?:\w+ )?(?:is|are)", text) else text
    text = re.sub(r"\b(used?|kept|keep|leave|left|live|stay|stored?|worn?|wear)( it| them| this| these)? outside\b", r"\1\2 outdoors", text)
    about = product_stems(product)
    for fact in product:
        if fact.name_words and fact.name_words[-1] in {"name", "title"} and len(fact.normal) > 6:
            text = text.replace(fact.normal, " it ")
    text = _join(text, frozenset(w for fact in product for w in (*fact.name_words, *words(fact.normal))))
    known = {s for fact in product for s in fact.name_stems | fact.value_stems}

    def point(match: re.Match[str]) -> str:
        noun = match.group(2)
        if stem(noun) in PARTS and stem(noun) not in about:
            return match.group()
        if stem(noun) in known - about or detect(noun).ids or not content_stems(noun):
            return match.group()
        return f"{match.group(1)} "

    text = re.sub(r"\b(this|these|that|those) ([a-z]{3,})\b", point, text)
    detected = detect(text, skip)
    measures = tuple(find_measures(text))
    rest = detected.rest
    for measure in reversed(find_measures(rest)):
        rest = rest[: measure.start] + " " + rest[measure.end :]
    rest = re.sub(r"\b(?:under|below|less than|no more than|at most|up to|over|above|more than|at least|than|within|after|before)\b", " ", rest) if measures else rest
    left = frozenset(s for s in content_stems(rest) if s not in about)
    return Asked(
        normal=text,
        detected=detected,
        rest=left,
        all_stems=frozenset(stems(text)),
        measures=measures,
        is_yes_no=bool(_YES_NO.match(text)),
        is_negated=bool(_NEGATION.search(text)),
    )


def is_named_by(fact: KnownFact, concept: Concept) -> tuple[int, frozenset[str]] | None:
    """(words of the longest name of ``concept`` in the fact's name, the other words), or None where it has none."""
    all_stems = frozenset(stem(w) for w in fact.name_words)
    best: tuple[int, frozenset[str]] | None = None
    for phrase in concept.names:
        if phrase <= all_stems:
            residual = (fact.name_stems - phrase) - concept.loose
            if best is None or (len(residual), -len(phrase)) < (len(best[1]), -best[0]):
                best = (len(phrase), residual)
    if best is None and concept.kind == "power" and fact.unit == "W":
        return 1, fact.name_stems - concept.loose
    return best


def has_kind(kind: str | None, normal: str, fact: KnownFact) -> bool:
    """True where the text holds the kind of value that was asked for."""
    if kind is None:
        return True
    dimensions = {m.dimension for m in find_measures(normal)}
    if kind == "number":
        return bool(_NUMBER_WORD.search(normal))
    if kind == "money":
        return "money" in dimensions or fact.number is not None
    if kind == "money_or_free":
        return "money" in dimensions or bool(re.search(r"\bfree\b|\bno charge\b", normal))
    if kind == "duration":
        return "duration" in dimensions or bool(re.search(r"\b(?:next|same) (?:working )?day\b|\btomorrow\b|\blifetime\b", normal))
    if kind == "volume_or_number":
        return "volume" in dimensions or bool(re.search(r"\d+ (?:cups?|mugs?|people|slices?|bottles?|items?|books?|pairs?|servings?|kg|place)", normal))
    if kind == "length" and re.search(r"\b(?:three quarter|full length|long|short|midi|maxi|mini|knee|ankle|cropped|sleeveless)\b", normal):
        return True
    return kind in dimensions


def _flag_answers(fact: KnownFact, concept: Concept, asked: Asked) -> bool:
    if fact.flag is None:
        return True
    if concept.text_only or concept.not_flag or concept.kind not in {None, "money_or_free"}:
        return False
    if concept.bool_names is None:
        return True
    named = frozenset(stem(w) for w in fact.name_words)
    return any(name <= named for name in concept.bool_names) and (fact.name_stems <= asked.all_stems or concept.yes is not None or concept.id == "WATER_RESISTANT")


def _parts(fact: KnownFact, concept: Concept, pattern: re.Pattern[str] | None) -> list[str]:
    """The sentences of a value that answer: those with the evidence, of the right topic and kind."""
    found = []
    for sentence in fact.sentences:
        normal = normalise(sentence)
        if pattern is not None and not pattern.search(normal):
            continue
        if concept.not_evidence is not None and concept.not_evidence.search(normal):
            rest = [c for c in re.split(r",|\band\b|\(", normal) if not concept.not_evidence.search(c)]
            if pattern is None or not any(pattern.search(c) for c in rest):
                continue
        if has_kind(concept.kind, normal, fact):
            found.append(sentence)
    return found


def _named(concept: Concept, facts: Sequence[KnownFact], asked: Asked, about: frozenset[str]) -> list[tuple[int, int, Found]]:
    """Facts whose name is the concept's, with (words asked for, words of the name)."""
    found = []
    for fact in facts:
        named = is_named_by(fact, concept)
        if named is None:
            continue
        length, residual = named
        listed = concept.id in {"SUITABLE", "COMPATIBLE"} and asked.rest and asked.rest <= fact.value_stems and fact.flag is None
        if not (listed or residual - about <= asked.all_stems) or not _flag_answers(fact, concept, asked):
            continue
        text = fact.text
        if fact.is_usable and fact.flag is None:
            if len(fact.sentences) > 1 and not concept.generic and (concept.evidence or concept.kind):
                chosen = _parts(fact, concept, concept.evidence if length == 1 else None)
                if not chosen:
                    continue
                text = " ".join(chosen[:2]) if len(chosen) <= 2 else ""
                text = text or " ".join(_most_covering(chosen, asked))
            elif not has_kind(concept.kind, fact.normal, fact):
                continue
            if concept.text_evidence and not concept.text_evidence.search(normalise(text)):
                continue
            if length == 1 and concept.intent == "delivery_and_returns" and concept.evidence and not concept.generic:
                specific = {next(iter(n)) for n in concept.names if len(n) == 1}
                if fact.name_stems & specific and not concept.evidence.search(normalise(text)):
                    continue
            if concept.not_kind and has_kind(concept.not_kind, fact.normal, fact):
                continue
        found.append((len(residual & asked.all_stems), length, Found(fact, concept.id, text)))
    found.sort(key=lambda row: (-row[0], -row[1]))
    return found


def _most_covering(sentences: Sequence[str], asked: Asked) -> list[str]:
    scored = sorted(sentences, key=lambda s: -len(frozenset(stems(normalise(s))) & asked.all_stems))
    return [s for s in sentences if s in scored[:2]]


def _choose(rows: list[tuple[int, int, Found]], concept: Concept) -> Found | Refusal | None:
    """The best of the facts that bear the name; a Refusal where the best disagree or one is unknown."""
    if not rows:
        return None
    top = [row[2] for row in rows if row[:2] == rows[0][:2]]
    peers = [row[2] for row in rows if row[0] == rows[0][0] and row[2].fact.is_usable]
    best = top[0]
    if not best.fact.is_usable:
        return Refusal(f"the fact {best.fact.name} is unknown", concept.id)
    for other in peers:
        if other is not best and _disagree(best, other, concept):
            return Refusal(f"the facts {best.fact.name} and {other.fact.name} disagree", concept.id)
    if len(top) > 1 and concept.id in {"COLOUR", "SIZE", "COMPATIBLE", "SUITABLE", "INCLUDED", "MATERIAL"}:
        return max(top, key=lambda f: (len(f.fact.items), len(f.text)))
    return best


def _disagree(one: Found, other: Found, concept: Concept) -> bool:
    if one.fact.flag is not None and other.fact.flag is not None:
        same_sense = ("discontinued" in one.fact.name_words) == ("discontinued" in other.fact.name_words)
        return (one.fact.flag == other.fact.flag) != same_sense and one.fact.name_stems == other.fact.name_stems
    first = {m.dimension: [] for m in find_measures(normalise(one.text))}  # type: ignore[var-annotated]
    for m in find_measures(normalise(one.text)):
        first[m.dimension].append(m)
    clash = False
    for m in find_measures(normalise(other.text)):
        if m.dimension in first and m.dimension in {"mass", "volume", "duration", "money", "power", "length", "light"}:
            near = any(abs(n.low - m.low) <= 0.03 * max(n.low, m.low) or n.low <= m.low <= n.high or m.low <= n.low <= m.high for n in first[m.dimension])
            clash = clash or not near
            if near:
                return False
    if clash:
        return True
    if concept.id in {"MATERIAL", "ORIGIN", "BRAND", "FILLING"} and one.fact.flag is None and other.fact.flag is None:
        a, b = one.fact.value_stems, other.fact.value_stems
        return not a & b
    return False


def _by_evidence(concept: Concept, facts: Sequence[KnownFact], asked: Asked, about: frozenset[str]) -> Found | None:
    candidates: list[Found] = []
    for via in concept.via:
        if via == "DELIVERY_PLACE" and not asked.rest & PLACES:
            continue
        for _, _, found in _named(by_id(via), facts, asked, about):
            fact = found.fact
            if not fact.is_usable or fact.flag is not None:
                continue
            if via == "RETURN_WINDOW":
                return found
            chosen = _parts(fact, concept, concept.evidence)
            if not chosen:
                continue
            if len(fact.sentences) == 1 or not fact.is_prose:
                candidates.append(Found(fact, concept.id, fact.text))
            else:
                candidates.append(Found(fact, concept.id, " ".join(_most_covering(chosen, asked))))
    explaining = [one for one in candidates if _explains([one], [concept.id], asked)]
    return next(iter(explaining or candidates), None)


def covered(found: Found, concept_ids: Sequence[str]) -> set[str]:
    """The stems that a chosen fact and its concept explain."""
    value = frozenset(stems(normalise(found.text)))
    result = set(value) | set(found.fact.name_stems) | {stem(w) for w in found.fact.name_words}
    for concept_id in {found.concept, *concept_ids} - {None}:
        concept = by_id(str(concept_id))
        result |= concept.covers
        if any(m.dimension == "temperature" for m in find_measures(normalise(found.text))):
            result.add(stem("temperature"))
        if concept.id == "COLOUR":
            result |= COLOURS
        elif concept.id == "MATERIAL":
            result |= MATERIALS
        elif concept.id == "ORIGIN":
            result |= PLACES
        elif concept.id in {"SIZE"}:
            result |= SIZES | {str(n) for n in range(60)}
        elif concept.id == "SUITABLE" and "all" in value and {stem("skin"), stem("hair")} & found.fact.name_stems:
            result |= {stem(w) for w in "oily dry combination normal mature dull skin hair fine curly straight thick".split()}
        elif concept.id == "HOB" and "all" in value:
            result |= {stem(w) for w in "induction gas ceramic electric".split()}
        elif concept.id in {"DELIVERY_PLACE", "DELIVERY_COST", "DELIVERY_TIME", "DELIVERY", "EXPRESS"}:
            for places, signs in PLACE_GROUPS:
                if signs & value:
                    result |= places
    return result


def resolve(asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]) -> list[Found] | Refusal:
    """The facts that answer the whole question, or why none do."""
    ids = [i for i in asked.detected.ids if not by_id(i).typed]
    typed = [i for i in asked.detected.ids if by_id(i).typed]
    strong = [i for i in ids if not by_id(i).weak]
    direct = _direct(asked, facts, about, ids, typed)
    if isinstance(direct, Found):
        return [direct]
    if isinstance(direct, Refusal) and "disagree" in direct.reason:
        return direct
    says_contains = re.search(r"\b(?:contain|contains|any|have|has|with|without|free|include|includes)\b", asked.normal)
    free = _free_of(set(content_stems(asked.normal)) - about, facts) if not typed and says_contains else None
    if free:
        return free
    if "INCLUDED" in ids:
        return _resolve_included(asked, facts, about)
    wanted = strong or [i for i in ids if i != "BATTERY"]
    if len(wanted) > 1:
        alone = _by_one_fact(wanted, typed, asked, facts, about)
        if alone is not None:
            return [alone]
    if not wanted and asked.measures:
        wanted = _BY_DIMENSION.get(asked.measures[0].dimension, [])
    if not wanted and "HOWLONG" in typed:
        wanted = ["LENGTH"]
    if not wanted:
        return _resolve_open(asked, facts, about, typed) or direct or Refusal("no fact is about what was asked")
    result = _resolve_concepts(wanted, typed, asked, facts, about)
    if isinstance(result, Refusal) and isinstance(direct, Refusal):
        return direct
    return result


def _by_one_fact(ids: Sequence[str], typed: Sequence[str], asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]) -> Found | None:
    """Where several concepts were read into the words, but the name of one fact says them all: fabric care."""
    for concept_id in ids:
        again = read_question(asked.normal, [], frozenset(ids) - {concept_id})
        again = replace(again, rest=again.rest - about, detected=asked.detected)
        for _, _, found in _named(by_id(concept_id), facts, again, about)[:1]:
            own = found.fact.name_stems | by_id(concept_id).covers
            if again.rest and again.rest <= own and again.rest & found.fact.name_stems and found.fact.is_usable and _measures_fit([found], again) and _typed_fit(typed, [found], [concept_id]):
                return found
    return None


def _resolve_concepts(ids: Sequence[str], typed: Sequence[str], asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]) -> list[Found] | Refusal:
    if "DELIVERY" in ids and asked.rest & PLACES and "DELIVERY_PLACE" not in ids and not ({"DELIVERY_COST", "DELIVERY_TIME"} & set(ids)):
        ids = ["DELIVERY_PLACE" if i == "DELIVERY" else i for i in ids]
    chosen: list[Found] = []
    for concept_id in ids:
        concept = by_id(concept_id)
        rows = _named(concept, facts, asked, about)
        found = _choose(rows, concept)
        if isinstance(found, Refusal):
            return found
        if found is None or (concept.via and not _explains([found], ids, asked)):
            by_evidence = _by_evidence(concept, facts, asked, about)
            if by_evidence is not None and (found is None or _explains([by_evidence], ids, asked)):
                found = by_evidence
        more: list[Found] = []
        if found is None:
            more = _fall_back(concept, facts, asked, about)
        if found is None and not more:
            return Refusal(f"no fact about {concept.id.lower().replace('_', ' ')}", concept_id)
        chosen += [found] if found is not None else more
    if len({one.fact.name for one in chosen}) > 1 and len(ids) > 1:
        families = {by_id(i).intent == "delivery_and_returns" for i in ids}
        if not _JOINS.search(asked.normal) or (len(families) > 1 and re.search(r"\b(?:if|once|after|when|unless|even)\b", asked.normal)):
            return Refusal("it is not clear which of several things is asked", ids[0])
    unexplained = _unexplained(chosen, ids, asked)
    if unexplained:
        return Refusal(f"nothing is known about: {', '.join(sorted(unexplained))}", ids[0])
    if not _measures_fit(chosen, asked):
        return Refusal("the quantity asked for cannot be compared with the facts", ids[0])
    if typed and not _typed_fit(typed, chosen, ids):
        return Refusal("the facts do not say that", ids[0])
    unique: list[Found] = []
    for found in chosen:
        if not any(found.fact is other.fact and found.text == other.text for other in unique):
            unique.append(found)
    return unique


def _fall_back(concept: Concept, facts: Sequence[KnownFact], asked: Asked, about: frozenset[str]) -> list[Found]:
    """Other facts that say the same: sides for dimensions, dimensions for a size, labelled dimensions for a side."""
    if concept.id in {"DIMENSIONS", "SIZE"}:
        if concept.id == "SIZE":
            whole = _choose(_named(by_id("DIMENSIONS"), facts, asked, about), by_id("DIMENSIONS"))
            if isinstance(whole, Found):
                return [whole]
        sides = []
        for side in ("LENGTH", "WIDTH", "DEPTH", "HEIGHT", "DIAMETER"):
            found = _choose(_named(by_id(side), facts, asked, about), by_id(side))
            if isinstance(found, Found):
                sides.append(found)
        if concept.id == "SIZE" and not sides:
            volume = _choose(_named(by_id("CAPACITY"), facts, asked, about), by_id("CAPACITY"))
            return [volume] if isinstance(volume, Found) else []
        return sides if len(sides) > 1 or (sides and sides[0].concept == "DIAMETER") else []
    if concept.id in {"HEIGHT", "WIDTH", "DEPTH", "LENGTH", "DIAMETER"}:
        whole = _choose(_named(by_id("DIMENSIONS"), facts, asked, about), by_id("DIMENSIONS"))
        letter = concept.id.lower()
        if concept.id == "WIDTH":
            round_one = _choose(_named(by_id("DIAMETER"), facts, asked, about), by_id("DIAMETER"))
            if isinstance(round_one, Found):
                return [round_one]
        words_for = {"height": "height|high|tall", "width": "width|wide", "depth": "depth|deep", "length": "length|long", "diameter": "diameter|dia|across"}[letter]
        if isinstance(whole, Found) and re.search(rf"(?<![a-z])(?:{letter[0]}|{words_for})(?![a-z])", whole.fact.normal):
            return [whole]
        return []
    if concept.id == "RESTOCK":
        stock = _choose(_named(by_id("AVAILABILITY"), facts, asked, about), by_id("AVAILABILITY"))
        if isinstance(stock, Found) and is_in_stock(stock.fact):
            return [stock]
    if concept.id == "FREE_DELIVERY":
        cost = _choose(_named(by_id("DELIVERY_COST"), facts, asked, about), by_id("DELIVERY_COST"))
        return [cost] if isinstance(cost, Found) and not asked.measures else []
    if concept.id == "RETURN_WINDOW" or concept.id == "RETURNS":
        for name in ("RETURNS", "RETURN_WINDOW"):
            found = _choose(_named(by_id(name), facts, asked, about), by_id(name))
            if isinstance(found, Found) and (concept.id == "RETURNS" or has_kind("duration", normalise(found.text), found.fact)):
                return [found]
    return []


def is_in_stock(fact: KnownFact) -> bool | None:
    """True or False where a fact about availability says so plainly, else None."""
    if fact.flag is not None:
        return fact.flag != bool({"discontinued", "out"} & set(fact.name_words))
    if fact.number is not None:
        return fact.number > 0
    if re.search(r"\b(?:out of stock|sold out|unavailable|not available|discontinued|no stock|not in stock)\b", fact.normal):
        return False
    if re.search(r"\b(?:in stock|available|left)\b", fact.normal):
        return True
    return None


def _explains(chosen: Sequence[Found], ids: Sequence[str], asked: Asked) -> bool:
    return not _unexplained(chosen, ids, asked)


def _unexplained(chosen: Sequence[Found], ids: Sequence[str], asked: Asked) -> set[str]:
    known: set[str] = set()
    for found in chosen:
        known |= covered(found, ids if len(chosen) == 1 else [])
    for concept_id in ids:
        known |= by_id(concept_id).covers
    return set(asked.rest) - known


def _measures_fit(chosen: Sequence[Found], asked: Asked) -> bool:
    have = {m.dimension for found in chosen for m in find_measures(normalise(found.text))}
    allowed = {"AGE", "SIZE", "SUITABLE"}
    return all(m.dimension in have or any(f.concept in allowed for f in chosen) for m in asked.measures)


def _typed_fit(typed: Sequence[str], chosen: Sequence[Found], ids: Sequence[str]) -> bool:
    texts = [normalise(found.text) for found in chosen]
    for kind in typed:
        if kind == "HOWLONG" and not all({"duration", "length"} & {m.dimension for m in find_measures(t)} or re.search(r"\bday\b|\blifetime\b", t) for t in texts):
            return False
        if kind == "HOWMANY" and not all(_NUMBER_WORD.search(t) for t in texts):
            return False
        if kind == "WHEN" and not all(re.search(r"\d|\b(?:spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december|monday|friday|week|day)\b", t) for t in texts):
            return False
        if kind == "WHERE" and not ({"ORIGIN", "DELIVERY_PLACE", "COLLECT", "SUITABLE", "SUN", "CONTACT"} & set(ids)):
            return False
        if kind == "WHY" or (kind == "WHO" and not {"BRAND", "RETURN_COST", "SUITABLE"} & set(ids)):
            return False
        if kind == "HOWTO" and not ({"CARE", "WASHABLE", "RETURN_METHOD", "PAYMENT", "CONTACT", "CHARGING", "POWER_SOURCE", "COLLECT", "DELIVERY", "FIT", "FEATURES", "TRACKING", "IRON", "MACHINE_WASH", "SUN", "COMPATIBLE", "DELIVERY_TIME"} & set(ids)):
            return False
    return True


def _direct(asked: Asked, facts: Sequence[KnownFact], about: frozenset[str], ids: Sequence[str], typed: Sequence[str]) -> Found | Refusal | None:
    """A fact whose whole name stands in the question, where nothing else is asked."""
    asked_content = set(content_stems(_without_question_words(asked.normal))) - about
    hits: list[tuple[int, Found]] = []
    blocked: Refusal | None = None
    for fact in facts:
        name = fact.name_stems - about
        soft = _SOFT if ids else _SOFT | _MAX
        content = {s for s in name if content_stems(s) or s == _FREE}
        if re.search(r"\b(?:needs?|requires?|have to)\b", asked.normal):
            soft |= _NEEDED
        soft = soft if content - soft else frozenset()
        content -= soft
        if not content or not name - soft - (_DATE if "WHEN" in typed else set()) <= asked.all_stems:
            continue
        left = asked_content - {stem(w) for w in fact.name_words}
        value_covers = set(fact.value_stems) if fact.flag is None else set()
        for concept_id in ids:
            value_covers |= by_id(concept_id).covers if is_named_by(fact, by_id(concept_id)) else set()
        if left - value_covers:
            continue
        if not fact.is_usable:
            blocked = Refusal(f"the fact {fact.name} is unknown")
            continue
        if asked.measures and not {m.dimension for m in asked.measures} <= {m.dimension for m in fact.measures}:
            continue
        found = Found(fact, _concept_of(fact, ids), fact.text)
        if not _fits_question(asked, found, ids, typed):
            continue
        hits.append((len(content), found))
    if not hits:
        return blocked
    hits.sort(key=lambda hit: -hit[0])
    best = [hit[1] for hit in hits if hit[0] == hits[0][0]]
    if len(best) > 1 and len({f.fact.text for f in best}) > 1:
        return None if ids else Refusal("several facts could be meant")
    for concept_id in ids:
        concept = by_id(concept_id)
        named = is_named_by(best[0].fact, concept)
        if named is not None and not named[1]:
            chosen = _choose(_named(concept, facts, asked, about), concept)
            if isinstance(chosen, Refusal):
                return chosen
    return None if len(best[0].fact.sentences) > 1 and ids else best[0]


def _without_question_words(normal: str) -> str:
    return re.sub(r"\bhow (?:long|much|many|often|big|soon|quickly|quick)\b|\bnumber of\b", " ", normal)


def _concept_of(fact: KnownFact, ids: Sequence[str]) -> str | None:
    named = [(i, is_named_by(fact, by_id(i))) for i in ids]
    exact = [i for i, n in named if n is not None and not n[1]]
    return exact[0] if exact else None


def _fits_question(asked: Asked, found: Found, ids: Sequence[str], typed: Sequence[str]) -> bool:
    """The kind of value fits the question word: how much costs money, how long lasts, how many has a number."""
    normal = normalise(found.text)
    dimensions = {m.dimension for m in find_measures(normal)}
    fact = found.fact
    if {"PRICE", "DELIVERY_COST", "RETURN_COST"} & set(ids) and not ("money" in dimensions or "free" in normal):
        return False
    if {"FREE_DELIVERY", "DELIVERY_TIME", "RETURN_WINDOW", "DISPATCH", "REFUND_TIME", "INCLUDED", "EXPRESS"} & set(ids) and found.concept is None and fact.flag is None:
        return "INCLUDED" in ids and "HOWMANY" in typed and bool(_NUMBER_WORD.search(normal))
    if "HOWLONG" in typed and not {"duration", "length"} & dimensions:
        return False
    if "HOWMANY" in typed and (fact.flag is not None or not _NUMBER_WORD.search(normal)):
        return False
    if "WHEN" in typed and not re.search(r"\d|\b(?:spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december)\b", normal):
        return False
    if {"WHERE", "WHO", "WHY"} & set(typed):
        return False
    for concept_id in ids:
        concept = by_id(concept_id)
        if len(fact.name_stems) > 1 and fact.name_stems <= asked.all_stems and is_named_by(fact, concept) is None:
            continue
        if len(fact.name_stems) > 1 and fact.name_stems <= asked.all_stems and (is_named_by(fact, concept) or (0, frozenset()))[1]:
            continue
        if concept.kind in {"mass", "length", "volume", "duration", "power"} and fact.flag is None and not has_kind(concept.kind, normal, fact):
            return False
        if concept.kind in {"mass", "length", "volume", "duration", "power"} and fact.flag is not None and not asked.is_yes_no:
            return False
    if fact.flag is not None and not asked.is_yes_no and ids and not asked.normal.strip().endswith("?"):
        return True
    if fact.flag is not None and re.match(r"^\W*(?:what|which|how)\b", asked.normal):
        return False
    return "HOWTO" not in typed or found.concept is not None


def _resolve_included(asked: Asked, facts: Sequence[KnownFact], about: frozenset[str]) -> list[Found] | Refusal:
    """What comes with the product; the thing asked for must stand in the list, or in a fact that says 'included'."""
    asked_things = {s for s in content_stems(re.sub(r"\b(?:includ\w+|supplied|provided|contents?|accessories|box|package|packaging|pack|kit|packet)\b", " ", _without_question_words(asked.normal)))} - about
    concept = by_id("INCLUDED")
    rows = [row for row in _named(concept, facts, asked, about)]
    for _, _, found in rows:
        if found.fact.is_usable and (not asked_things or any(asked_things <= items for items in [found.fact.value_stems])):
            return [Found(found.fact, "INCLUDED", found.fact.text)]
        if not found.fact.is_usable and not asked_things:
            return Refusal("what is included is unknown", "INCLUDED")
    for fact in facts:
        says = re.search(r"\b(?:includ|supplied|provided|comes? with|sold separately|extra)", fact.normal) or {stem("included"), stem("supplied"), stem("provided")} & fact.name_stems
        name = fact.name_stems - {stem("included"), stem("supplied"), stem("provided")} - about
        if asked_things and says and fact.is_usable and name <= asked_things and asked_things <= name | set(fact.value_stems):
            return [Found(fact, None, fact.text)]
    for fact in facts:
        if asked_things and fact.number is not None and fact.number > 0 and fact.unit is None and fact.name_stems - about == asked_things:
            return [Found(fact, None, fact.text)]
        if asked_things and fact.is_usable and is_named_by(fact, by_id("FEATURES")) and any(asked_things <= items | fact.name_stems for items in fact.item_stems):
            return [Found(fact, None, fact.text)]
    return Refusal("it is not known what is included", "INCLUDED")


_SOFT = frozenset(stem(w) for w in "number count rating level content".split())
_NEEDED = frozenset({stem("required"), stem("needed")})
_MAX = frozenset({stem("maximum")})
_DATE = frozenset({stem("date")})
_BY_DIMENSION = {"mass": ["WEIGHT"], "money": ["PRICE"], "volume": ["CAPACITY"]}
"""What 'is it under 2 kg?' asks about, where the question names nothing else."""
_DESCRIPTIVE = frozenset(
    stem(w)
    for w in """movement drive operation roast formula brakes weave knit cut rise finish style pattern shape closure fastening neckline sleeve texture theme format roast occasion season
    gender scent flavour strength consistency print design language mount connection connectivity type""".split()
)


def _resolve_open(asked: Asked, facts: Sequence[KnownFact], about: frozenset[str], typed: Sequence[str]) -> list[Found] | None:
    """Questions without a concept: colours and materials by their words, features by the lists that hold them."""
    rest = set(asked.rest)
    if rest and typed == ["HOWMANY"] and not asked.measures:
        for fact in facts:
            if fact.is_usable and any(is_named_by(fact, by_id(i)) for i in ("INCLUDED", "FEATURES", "INGREDIENTS")):
                for item, found_stems in zip(fact.items, fact.item_stems, strict=True):
                    if rest <= found_stems and _NUMBER_WORD.search(normalise(item)):
                        return [Found(fact, None, fact.text)]
    if not rest or not asked.is_yes_no and typed and typed != ["HOWMANY"]:
        return None
    for fact in facts:
        if not fact.is_usable or fact.flag is not None:
            continue
        feature_like = is_named_by(fact, by_id("FEATURES"))
        own = fact.name_stems & rest
        if feature_like is not None and not feature_like[1] - asked.all_stems:
            hits = [i for i, items in enumerate(fact.item_stems) if rest <= items | (own if own else set())]
            if hits and asked.measures == () and ("HOWMANY" not in typed or _NUMBER_WORD.search(normalise(fact.items[hits[0]]))):
                return [Found(fact, None, fact.text)]
        elif fact.name_stems <= _DESCRIPTIVE and asked.is_yes_no and not typed and any(rest <= i for i in fact.item_stems):
            return [Found(fact, None, fact.text)]
    if typed:
        return None
    for fact in facts:
        for concept_id in ("SUITABLE", "PAYMENT") if asked.is_yes_no else ():
            if fact.is_usable and fact.flag is None and is_named_by(fact, by_id(concept_id)) and rest <= fact.value_stems | {stem("use")}:
                return [Found(fact, concept_id, fact.text)]
    if re.search(r"\b(?:come|get|have|do|sell|available|order|buy)(?: it| this| these| them| one)? in\b", asked.normal):
        for fact in facts:
            for concept_id in ("COLOUR", "SIZE", "FLAVOUR", "SCENT", "MATERIAL"):
                named = is_named_by(fact, by_id(concept_id))
                if fact.is_usable and fact.flag is None and named is not None and not named[1] and any(rest <= i for i in fact.item_stems):
                    return [Found(fact, concept_id, fact.text)]
    for words_of, concept_id in ((COLOURS, "COLOUR"), (MATERIALS, "MATERIAL")):
        if rest & words_of and asked.is_yes_no:
            found = _resolve_concepts([concept_id], [], asked, facts, about)
            if not isinstance(found, Refusal):
                return found
    if rest <= SIZES | {str(n) for n in range(60)} and asked.is_yes_no and rest:
        found = _resolve_concepts(["SIZE"], [], asked, facts, about)
        if not isinstance(found, Refusal):
            return found
    return _free_of(rest, facts)


def _free_of(rest: set[str], facts: Sequence[KnownFact]) -> list[Found] | None:
    """'Does it contain parabens?' where a fact says that it is, or is not, free of them."""
    things = rest - {stem("contain"), _FREE, stem("without")}
    for fact in facts:
        if fact.flag is True and _FREE in fact.name_stems and things and fact.name_stems - {_FREE} == things:
            return [Found(fact, None, fact.text)]
    return None


def split_words(text: str) -> list[str]:
    """The words of a text in the normal form."""
    return words(normalise(text))
