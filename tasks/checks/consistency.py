"""Consistency: facts that contradict each other, texts that are the same, texts about one subject that differ in facts."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from plugins.contract import Fact
from tasks.checks.dates import parse_dates
from tasks.checks.fact_implied import FALSE, TRUE
from tasks.checks.fact_index import FactIndex, Held
from tasks.checks.proportions import total_reviews
from tasks.checks.units import is_metric
from tasks.checks.words import plain, words_of

__all__ = ["Published", "contradictions", "fingerprint", "shingles"]

_UNIT_TAIL = re.compile(
    r"_(?:mm|cm|m|g|kg|ml|l|cl|in|inch|inches|oz|lb|w|kw|v|mah|h|hours?|min|minutes|days|months|years|gbp|eur|usd|pct|percent|c)$"
)
_WRITTEN_UNIT = re.compile(r"\d\s*[a-z]")
_SAME = {"color": "colour", "aluminum": "aluminium", "warranty": "guarantee", "volume": "capacity"}


def contradictions(index: FactIndex) -> list[tuple[str, str]]:
    """(words, why) for each way in which the facts contradict themselves."""
    found: list[tuple[str, str]] = []
    found += _two_values(index)
    found += _booleans(index)
    found += _impossible(index)
    return found


def _base(name: str, value: str = "") -> str:
    """The name without the unit that it tells; "size_l: 58 cm" tells no litres, for its value has another unit."""
    whole = plain(name).replace("-", "_").replace(" ", "_")
    base = _UNIT_TAIL.sub("", whole)
    if base.endswith("size") and _WRITTEN_UNIT.search(plain(value)):
        base = whole
    return _SAME.get(base, base)


def _two_values(index: FactIndex) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    seen: dict[str, int] = {}
    measures = {i: [q for n, q in index.quantities if n == i] for i in range(len(index.facts))}
    for i, fact in enumerate(index.facts):
        base = _base(fact.name, fact.value)
        if base not in seen:
            seen[base] = i
            continue
        other = index.facts[seen[base]]
        mine, theirs = measures[i], measures[seen[base]]
        if len(mine) == 1 and len(theirs) == 1:
            a, b = mine[0], theirs[0]
            if a.dimension and b.dimension and a.dimension != b.dimension:
                found.append(
                    (
                        f"{other.name}, {fact.name}",
                        f"units that cannot be compared: {other.value} and {fact.value}",
                    )
                )
                continue
            slack = 0.001 if is_metric(a.unit) == is_metric(b.unit) or not a.unit else 0.03
            is_same_kind = a.dimension == b.dimension and (
                a.unit == b.unit or a.dimension not in ("", "price")
            )
            differs = abs(a.low - b.low) > slack * max(abs(a.low), abs(b.low), 1e-9)
            if is_same_kind and differs:
                found.append(
                    (
                        f"{other.name}, {fact.name}",
                        f"the facts contradict each other: {other.value} and {fact.value}",
                    )
                )
        elif (
            not mine
            and not theirs
            and plain(fact.value) != plain(other.value)
            and plain(other.name) == plain(fact.name)
        ) or (
            not mine
            and not theirs
            and {plain(fact.name), plain(other.name)} == {"color", "colour"}
            and plain(fact.value) != plain(other.value)
        ):
            found.append(
                (fact.name, f"the facts contradict each other: {other.value} and {fact.value}")
            )
    return found


def _booleans(index: FactIndex) -> list[tuple[str, str]]:
    """A word that one fact denies as a whole ("waterproof: false") and another fact states."""
    found: list[tuple[str, str]] = []
    for i, fact in enumerate(index.facts):
        value = plain(fact.value).strip(" .")
        if value not in FALSE and value not in TRUE:
            continue
        stems = [w.stem for w in words_of(plain(fact.name).replace("_", " "), index.locale)]
        if re.search(
            r"included?$|needed$|required$|possible$|enthalten$|inklusive$", plain(fact.name)
        ):
            continue
        stems = [s for s in stems if s not in ("is", "has", "can", "contain", "includ", "be")]
        for held in (
            _direct_holders(index, stems)
            if stems and not re.search(r"stock|available", plain(fact.name))
            else []
        ):
            if (
                held.fact != i
                and not index.identity[held.fact]
                and held.is_positive != (value in TRUE)
                and _tells_of_the_same(index.facts[held.fact], value, stems, index.locale)
            ):
                other = index.facts[held.fact]
                found.append(
                    (
                        f"{fact.name}, {other.name}",
                        f"the facts contradict each other: {fact.name}: {fact.value}, {other.name}: {other.value}",
                    )
                )
    stock = next(
        (f for f in index.facts if plain(f.name) in ("in_stock", "is_available", "available")), None
    )
    state = next(
        (f for f in index.facts if plain(f.name) in ("availability", "stock_status", "stock")), None
    )
    if stock and state:
        out = bool(re.search(r"sold out|out of stock|unavailable|\bnone\b|^0", plain(state.value)))
        if out == (plain(stock.value) in TRUE):
            found.append(
                (
                    f"{stock.name}, {state.name}",
                    f"the facts contradict each other: {stock.value} and {state.value}",
                )
            )
    return found


def _direct_holders(index: FactIndex, stems: list[str]) -> list[Held]:
    places = [index.direct.get(stem, []) for stem in stems]
    shared = set.intersection(*({held.fact for held in place} for place in places))
    return [
        Held(fact, all(h.is_positive for place in places for h in place if h.fact == fact), False)
        for fact in sorted(shared)
    ]


_OF_THE_WHOLE = re.compile(
    r"feature|attribut|propert|highlight|spec|benefit|finish|treatment|bullet|selling|claim|tag|certif|material|fabric|composition|keyword|usp|eigenschaft|merkmal|ausstattung"
)
"""Names of facts that say what the subject is. Others speak of it for a reason of their own (what it fits, what someone
asked, another product), and a word in them denies nothing."""
_OF_THE_BOX = re.compile(
    r"^includ|content|contains|^(?:what_?s_)?in_?(?:the_)?box|comes_with|supplied|^inside|^lieferumfang|^enthält"
)
"""Names of facts that list what comes along."""
_ALONG = frozenset({"included", "inkl", "not included", "excluded", "nicht enthalten"})


def _tells_of_the_same(fact: Fact, value: str, stems: list[str], locale: str) -> bool:
    """Whether ``fact`` can deny a word that another fact states as a whole with ``value``."""
    name = re.sub(r"\W+", "_", plain(fact.name))
    if value not in _ALONG:
        return bool(_OF_THE_WHOLE.search(name))
    return bool(_OF_THE_BOX.search(name)) and any(
        {w.stem for w in words_of(item, locale)} == set(stems)
        for item in re.split(r"[,;|]", plain(fact.value))
    )


_IS_RATING = re.compile(
    r"(?:(?:average|avg|mean|overall|reviews?|customer|star|user|buyer|product|shop|our)_)*(?:rating|stars)(?:_(?:average|avg|mean|overall|value|score))?"
)
_ONE_NUMBER = re.compile(r"^\W*(\d+(?:[.,]\d+)?)(?:\s*(?:stars?|sterne?))?$")


def _impossible(index: FactIndex) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    total = total_reviews(index)
    shares: dict[int, float] = {}
    for i, quantity in index.quantities:
        fact = index.facts[i]
        name = plain(fact.name)
        if (
            total
            and not quantity.dimension
            and re.search(r"count_(?:prais|fault)|(?:prais|fault)\w*_count", name)
            and quantity.low > total[0]
        ):
            found.append((fact.name, f"more than all: {fact.value} of {total[1].value} reviews"))
        if (
            _IS_RATING.fullmatch(re.sub(r"\W+", "_", name))
            and _ONE_NUMBER.match(plain(fact.value).strip())
            and quantity.low > 10
        ):
            # A number alone: "4.0 from 205 reviews" counts reviews too, and "92/100" has a scale of its own.
            found.append((fact.name, f"no rating: {fact.value}"))
        if (
            quantity.dimension == "percent"
            and quantity.unit != "list"
            and re.search(r"material|composition|fabric|ingredient", name)
        ):
            shares[i] = shares.get(i, 0.0) + quantity.low
    for i, share in shares.items():
        if share > 100.5 and not re.search(
            r"lining|trim|sole|upper|body|[;:|/]", plain(index.facts[i].value)
        ):
            found.append((index.facts[i].name, f"more than 100 %: {index.facts[i].value}"))
    start = _date(index.facts, r"valid_from|start|from$")
    end = _date(index.facts, r"valid_until|valid_to|ends?$|until|end_date")
    if start and end and end < start:
        found.append(("valid_until", "ends before it starts"))
    low = _named(index, "min")
    for base, value in _named(index, "max").items():
        if base in low and low[base] > value:
            found.append((base, f"the least is more than the most: {low[base]:g} and {value:g}"))
    return found


def _named(index: FactIndex, which: str) -> dict[str, float]:
    values: dict[str, float] = {}
    for i, quantity in index.quantities:
        parts = _base(index.facts[i].name).split("_")
        if which in parts:
            values["_".join(p for p in parts if p != which)] = quantity.low
    return values


def _date(facts: Sequence[Fact], pattern: str) -> tuple[int, int, int] | None:
    for fact in facts:
        if re.search(pattern, plain(fact.name)):
            for (year, month, day), _, _ in parse_dates(fact.value):
                if year and day:
                    return year, month, day
    return None


def fingerprint(text: str) -> str:
    """The text without case, spaces and marks: equal for texts that a reader takes for the same."""
    return " ".join(word.lower for word in words_of(text))


def shingles(text: str, size: int = 4) -> frozenset[bytes]:
    """Hashes of the runs of ``size`` words; texts that share most of them are near-duplicates."""
    words = [word.lower for word in words_of(text)]
    runs: Iterable[str] = (
        " ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))
    )
    return frozenset(blake2b(run.encode(), digest_size=6).digest() for run in runs)


_FEW_TEXTS = 20


def opening(body: str) -> str:
    """The first three words of a text, as they are compared."""
    return " ".join(body.lower().split()[:3])


class Published:
    """The texts of one plugin that are live or were chosen in this run: no two may be the same. Safe for threads.

    ``owner`` names whom a text is for (scenario and subject): a text never clashes with the one that it replaces.
    """

    def __init__(self, live: Iterable[tuple[str, str]] = (), *, near: float = 0.9) -> None:
        self.near = near
        self._lock = threading.Lock()
        self._owners: list[str] = []
        self._sets: list[frozenset[bytes]] = []
        self._prints: list[tuple[str, str]] = []
        """Fingerprint and opening of each text."""
        self._same: dict[str, list[int]] = {}
        self._by_shingle: dict[bytes, list[int]] = {}
        self._openings: dict[str, int] = {}
        for owner, body in live:
            self._add(owner, body, fingerprint(body), shingles(body))

    def mark(self) -> int:
        """Where it stands now, for ``take_back``."""
        return len(self._owners)

    def take_back(self, mark: int) -> None:
        """Forget the texts that were claimed since ``mark``."""
        with self._lock:
            while len(self._owners) > mark:
                self._owners.pop()
                print_of, began = self._prints.pop()
                self._same[print_of].pop()
                self._openings[began] -= 1
                for run in self._sets.pop():
                    self._by_shingle[run].pop()

    def claim(self, owner: str, body: str) -> str | None:
        """Hold ``body`` as published for ``owner``, or say why it may not be."""
        print_of, runs = fingerprint(body), shingles(body)
        with self._lock:
            if any(self._owners[i] != owner for i in self._same.get(print_of, ())):
                return "the same text is published already"
            if self._has_near(owner, runs):
                return "almost the same text is published already"
            self._add(owner, body, print_of, runs)
        return None

    def _has_near(self, owner: str, runs: frozenset[bytes]) -> bool:
        """Whether another owner's text shares ``near`` of all runs with these.

        Such a text has at least ``near`` of these runs, so it has one of any set of runs that is larger than the rest:
        the rarest are looked up, not those that every text has.
        """
        most_missing = int(len(runs) * (1 - self.near) + 1e-9)
        rarest = sorted(runs, key=lambda run: len(self._by_shingle.get(run, ())))
        seen: set[int] = set()
        for run in rarest[: most_missing + 1]:
            for other in self._by_shingle.get(run, ()):
                if other in seen or self._owners[other] == owner:
                    continue
                seen.add(other)
                count = len(runs & self._sets[other])
                if count >= self.near * (len(runs) + len(self._sets[other]) - count):
                    return True
        return False

    def opening_share(self, body: str) -> float:
        """The share of these texts that open with the same three words; 0 while there are too few to tell."""
        with self._lock:
            if len(self._owners) < _FEW_TEXTS:
                return 0.0
            return self._openings.get(opening(body), 0) / len(self._owners)

    def _add(self, owner: str, body: str, print_of: str, runs: frozenset[bytes]) -> None:
        number, began = len(self._owners), opening(body)
        self._owners.append(owner)
        self._sets.append(runs)
        self._prints.append((print_of, began))
        self._same.setdefault(print_of, []).append(number)
        self._openings[began] = self._openings.get(began, 0) + 1
        for run in runs:
            self._by_shingle.setdefault(run, []).append(number)
