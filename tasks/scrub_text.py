"""Takes personal data out of customers' words: reviews and questions, before others read them.

What is found is replaced by its kind in brackets ([email], [phone], [name] …); all else stays as
it was. E-mails, links, account and card numbers, phones and addresses are found by their form;
names and addresses of the shop's own customers by an index of their words. The originals stay in
schema shop; steps downstream read staging.scrubbed_texts (source_table is ``shop.reviews`` or
``shop.questions``).
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.name_index import NameIndex
from tasks.personal_patterns import (
    ADDRESSES,
    BANK_ACCOUNT,
    CARD_RUN,
    DIGIT_GROUP,
    EMAIL,
    HANDLE,
    IBAN_CUE,
    IBAN_START,
    LINK,
    LONG_NUMBER,
    PHONE_FORMS,
    POSTCODE,
    POSTCODE_AREAS,
    SPELT_CUE,
    SPELT_EMAIL,
    TRUNK_PHONE,
)

if TYPE_CHECKING:  # The privacy check imports this module and must not pull DuckDB in.
    from tasks.warehouse import Connection, Warehouse

__all__ = ["REGIONS", "NameIndex", "ScrubReport", "scrub", "scrub_texts", "scrub_within"]

_MOST_TRIES = 400
"""Numbers looked up in numbering plans a text."""
_BATCH = 20_000
"""Texts held in memory at a time."""

REGIONS = ("GB", "US", "DE", "FR")
"""Regions whose local phone numbers are known; an international form (+…) is found anyway."""

Span = tuple[int, int]
_DIGIT = re.compile(r"\d")
_NEED_DIGITS = frozenset(("account", "card", "phone", "address", "postcode"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def scrub(
    text: str, names: NameIndex | Iterable[str] = (), *, regions: tuple[str, ...] = REGIONS
) -> tuple[str, int]:
    """``text`` without personal data, and how many pieces were taken out (0: text is unchanged).

    ``names`` are people's full names; hand in a NameIndex when many texts are scrubbed against the
    same ones.
    """
    index = names if isinstance(names, NameIndex) else NameIndex(names)
    clean = (
        text
        if text.isascii()
        else _INVISIBLE.sub("", unicodedata.normalize("NFC", text).translate(_FULL_WIDTH))
    )
    count = 0
    has_digit = bool(_DIGIT.search(clean))
    for kind, finder in _FINDERS:
        if kind in _NEED_DIGITS and not has_digit:
            continue
        clean, found = _replace(
            clean, ((start, end, kind) for start, end in finder(clean, regions))
        )
        count += found
    clean, found = _replace(clean, index.find(clean))
    count += found
    return (clean, count) if count else (text, 0)


@dataclass(frozen=True, slots=True)
class ScrubReport:
    """What one pass of ``scrub_texts`` did."""

    count_texts: int
    count_with_personal_data: int
    count_removed: int
    seconds: float


def scrub_texts(warehouse: Warehouse, *, afresh: bool = False) -> ScrubReport:
    """Fill staging.scrubbed_texts for new or changed reviews and questions; drop those gone.

    With ``afresh`` every text is read again: needed when the shop's customers, hence the names,
    have changed. One transaction: a text is never without its scrubbed form in between.
    """
    with warehouse.transaction() as con:
        return scrub_within(con, afresh=afresh)


def scrub_within(con: Connection, *, afresh: bool = False) -> ScrubReport:
    """``scrub_texts`` as part of a transaction that has begun, such as that of a load."""
    from tasks.warehouse import run_named

    began = time.monotonic()
    if afresh:
        run_named(con, "load/forget_all_scrubbed")
    index: NameIndex | None = None
    counts: list[int] = []
    while texts := run_named(con, "load/texts_to_scrub", {"most": _BATCH}).fetchall():
        if index is None:
            people = run_named(con, "load/people").fetchall()
            index = NameIndex((name for name, _ in people), (address for _, address in people))
        scrubbed = [(*key, *scrub(body, index)) for *key, body in texts]
        columns = (list(column) for column in zip(*scrubbed, strict=True))
        names = ("tables", "keys", "digests", "bodies", "counts")
        params = dict(zip(names, columns, strict=True))
        run_named(con, "load/forget_scrubbed", params)
        run_named(con, "load/add_scrubbed", params)
        counts += [row[-1] for row in scrubbed]
    run_named(con, "load/forget_orphans")
    return ScrubReport(
        count_texts=len(counts),
        count_with_personal_data=sum(count > 0 for count in counts),
        count_removed=sum(counts),
        seconds=time.monotonic() - began,
    )


def _replace(text: str, spans: Iterable[tuple[int, int, str]]) -> tuple[str, int]:
    """``text`` with each span replaced by its kind; a span within the one before is passed."""
    pieces: list[str] = []
    at = count = 0
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            pieces += [text[at:start], f"[{kind}]"]
            at = end
            count += 1
    return ("".join([*pieces, text[at:]]), count) if count else (text, 0)


def _by_pattern(
    pattern: re.Pattern[str], needs: str = ""
) -> Callable[[str, tuple[str, ...]], Iterator[Span]]:
    """A finder for one pattern; ``needs`` are characters of which the text must hold one."""

    def find(text: str, _regions: tuple[str, ...]) -> Iterator[Span]:
        if not needs or any(c in text for c in needs):
            for match in pattern.finditer(text):
                yield match.start(), match.start() + len(match.group().rstrip(".,;:!?)]'\" "))

    return find


def _spelt_emails(text: str, _regions: tuple[str, ...]) -> Iterator[Span]:
    """E-mails as people write them to fool machines: 'jane (at) example (dot) com'."""
    if SPELT_CUE.search(text):
        for match in SPELT_EMAIL.finditer(text):
            yield match.span()


def _cards(text: str, _regions: tuple[str, ...]) -> Iterator[Span]:
    """Card numbers: 13 to 19 digits whose Luhn sum holds and that begin as card numbers do."""
    for run in CARD_RUN.finditer(text):
        groups = [
            (run.start() + m.start(), run.start() + m.end())
            for m in DIGIT_GROUP.finditer(run.group())
        ]
        for first, (start, _) in enumerate(groups):
            for _, end in reversed(groups[first:]):
                groups_of = re.findall(r"\d+", text[start:end])
                digits = "".join(groups_of)
                # A list of sizes is no card: its groups have four digits, or 4, 6 and 5.
                if min(map(len, groups_of)) < 3:
                    continue
                if 13 <= len(digits) <= 19 and _is_card(digits):
                    yield start, end
                    break


def _is_card(digits: str) -> bool:
    if digits[0] not in "23456" or (len(digits) == 13 and digits[0] != "4"):
        return False  # Barcodes have 13 digits too.
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (doubled + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def _ibans(text: str, _regions: tuple[str, ...]) -> Iterator[Span]:
    """IBANs with a right check sum, spaced or not; after the word IBAN also mistyped ones."""
    for cue in IBAN_CUE.finditer(text):
        yield cue.span(1)
    starts = list(IBAN_START.finditer(text))
    if not starts:
        return
    from schwifty import IBAN

    for match in starts:
        compact, end = "", match.start()
        for at in range(match.start(), min(len(text), match.start() + 60)):
            if text[at].isalnum():
                compact, end = compact + text[at].upper(), at + 1
            elif text[at] not in " -.":
                break
            if 15 <= len(compact) <= 34 and IBAN(compact, allow_invalid=True).is_valid:
                yield match.start(), end
                break


def _phones(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Phone numbers by the forms that people use, and by the numbering plans of ``regions``."""
    for form in PHONE_FORMS:
        for match in form.finditer(text):
            yield match.span(match.lastindex or 0)
    for match in TRUNK_PHONE.finditer(text):
        if 10 <= sum(c.isdigit() for c in match.group()) <= 12:
            yield match.span()
    tries = _MOST_TRIES
    for run in LONG_NUMBER.finditer(text):
        if sum(c.isdigit() for c in run.group()) < 8:
            continue
        if tries <= 0:
            # Nobody writes so many numbers: the rest is taken out unread rather than let through.
            yield run.span()
            continue
        for part, is_phone in _planned_phones(text, run.span(), regions):
            tries -= 1
            if is_phone:
                yield part
            if tries <= 0:
                yield part[0], run.end()
                break


def _planned_phones(text: str, run: Span, regions: tuple[str, ...]) -> Iterator[tuple[Span, bool]]:
    """Parts of a run of digit groups, and whether each is a number of the regions' plans."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    start, end = run
    groups = [(start + m.start(), start + m.end()) for m in DIGIT_GROUP.finditer(text[start:end])]
    for at, (first, _) in enumerate(groups):
        while first > start and text[first - 1] in "+(":
            first -= 1
        for _, last in reversed(groups[at : at + 6]):
            part = text[first:last]
            count = sum(c.isdigit() for c in part)
            if not 8 <= count <= 15:
                continue
            # Elsewhere than in North America a local number without a leading 0 is any number.
            plans = (
                regions
                if part[0] in "+0("
                else ("US",)
                if "US" in regions and count in (10, 11)
                else ()
            )
            for region in plans:
                matches = PhoneNumberMatcher(part, region, leniency=Leniency.STRICT_GROUPING)
                yield (
                    (first, last),
                    any(found.start == 0 and found.end == len(part) for found in matches),
                )


def _postcodes(text: str, _regions: tuple[str, ...]) -> Iterator[Span]:
    """British postcodes of areas that exist."""
    for match in POSTCODE.finditer(text):
        if match.group(1).upper() in POSTCODE_AREAS:
            yield match.span()


def _addresses(text: str, _regions: tuple[str, ...]) -> Iterator[Span]:
    for pattern in ADDRESSES:
        for match in pattern.finditer(text):
            yield match.span(match.lastindex or 0)


_FINDERS: tuple[tuple[str, Callable[[str, tuple[str, ...]], Iterator[Span]]], ...] = (
    ("email", _by_pattern(EMAIL, needs="@")),
    ("email", _spelt_emails),
    ("link", _by_pattern(LINK, needs=".")),
    ("account", _ibans),
    ("card", _cards),
    ("account", _by_pattern(BANK_ACCOUNT)),
    ("phone", _phones),
    ("address", _addresses),
    ("postcode", _postcodes),
    ("handle", _by_pattern(HANDLE)),
)
"""In this order: what an earlier one took out cannot mislead a later one."""
