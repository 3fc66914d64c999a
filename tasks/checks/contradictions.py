"""Two texts about one subject that state different facts: another value of one cell, or two cells that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.checks.dates import parse_dates
from tasks.checks.numerals import find_quantities
from tasks.checks.words import plain, words_of
from tasks.records import Claim

__all__ = ["Stated", "contradicted", "disagree"]

_SINGLE = frozenset(
    "material colour color brand origin made_in country finish fit pattern guarantee warranty".split()
)
"""Facts in words of which a subject has one; of others (features, praise) two texts may tell two."""
_IDLE = frozenset("the a an of in and with for to from by only not no".split())
Reading = tuple[list[tuple[float, int]], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Stated:
    """A cell that a live text about the subject states; ``owner`` is whom that text is for."""

    owner: str
    source_table: str
    source_column: str
    source_key: str
    source_value: str


def disagree(source_table: str, one: str, other: str) -> bool:
    """Whether two values of one cell cannot both be told: another number, another date, or other words altogether.

    The same value in another form (4.62 and "4.6 out of 5", oak and "solid oak") agrees. Words that a mart ranks (what
    reviews praise most) change their places without making an earlier text false, so there only numbers count.
    """
    if plain(one).strip(" .") == plain(other).strip(" ."):
        return False
    dates = [{date for date, _, _ in parse_dates(value)} for value in (one, other)]
    if all(dates):
        return dates[0].isdisjoint(dates[1])
    (numbers, words), (other_numbers, other_words) = _read(one), _read(other)
    if numbers or other_numbers:
        return bool(numbers and other_numbers) and not _same_numbers(numbers, other_numbers)
    if source_table.startswith("mart."):
        return False
    return bool(words and other_words) and words.isdisjoint(other_words)


def contradicted(claims: Iterable[Claim], stated: Sequence[Stated], owner: str) -> str | None:
    """Why a text with ``claims`` cannot stand beside what live texts of the subject state, or None.

    Only what both state counts, of one thing (the same product or review score) under one name, from two cells: the
    shop contradicts itself, and no one knows which is right. Where it is the same cell the live text is the older one
    and is retired when this one is published.
    """
    if not stated:
        return None
    for claim in claims:
        source = claim.source
        if source is None:
            continue
        name, thing = _named(source.source_column, source.source_key)
        cell = (source.source_table, source.source_column, source.source_key)
        for other in stated:
            if other.owner == owner or cell == (
                other.source_table,
                other.source_column,
                other.source_key,
            ):
                continue
            if (name, thing) != _named(other.source_column, other.source_key):
                continue
            has_numbers = bool(_read(source.value)[0] and _read(other.source_value)[0])
            if (has_numbers or name in _SINGLE) and disagree("", source.value, other.source_value):
                return (
                    f"a live text of this subject states {name} {other.source_value} "
                    f"({other.source_table}[{other.source_key}]), this one {source.value}"
                )
    return None


def _named(column: str, key: str) -> tuple[str, str]:
    """(what a cell is called, of which thing): a row of names and values is called by the end of its key."""
    thing, _, tail = key.partition("/")
    return (tail, thing) if tail and column == "value" else (column, key)


def _read(value: str) -> Reading:
    """The numbers of a value with their decimals, and the stems of its words."""
    numbers = sorted(
        (number, quantity.decimals)
        for quantity in find_quantities(value)
        for number in {quantity.low, quantity.high}
    )
    words = frozenset(
        w.stem for w in words_of(plain(value)) if not w.is_number and w.lower not in _IDLE
    )
    return numbers, words


def _same_numbers(one: list[tuple[float, int]], other: list[tuple[float, int]]) -> bool:
    """Whether the shorter list's numbers all stand in the longer one, as far as their decimals tell."""
    few, many = sorted((one, other), key=len)
    left = list(many)
    for number, decimals in few:
        for candidate in left:
            slack = 0.5 * 10.0 ** -min(decimals, candidate[1]) if decimals != candidate[1] else 1e-9
            if abs(number - candidate[0]) <= slack:
                left.remove(candidate)
                break
        else:
            return False
    return True
