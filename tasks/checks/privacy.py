"""Privacy: e-mails, phones, cards, accounts, addresses, and names of people, the shop's customers above all."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from tasks.checks.context import CheckContext
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain, words_of

__all__ = ["find_personal", "first_names"]

_EMAIL = re.compile(
    r"[\w.+%-]+\s?(?:@|\(at\)|\[at\]|\sat\s(?=\w+\s?(?:\(dot\)|\[dot\]|\sdot\s)))\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\sdot\s)\s?[a-z]{2,})+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z_][\w.]{2,}")
_DIGIT_RUN = re.compile(r"(?<![\w£$€.,])\+?\(?\d[\d\s().\-/]{5,}\d(?![\w%])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?\b")
_POSTCODE = re.compile(r"\b(?:GIR 0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b")
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][\w'-]+ ){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|Drive|Dr|Way|Court|Crescent|Terrace|Gardens|Place|Square|Boulevard|Blvd|Hill|Grove|Row|Mews|Park)\b"
    r"|\b(?:[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer)|(?:[A-Z][\w-]+er |Am |An der |Im )[A-Z][\wäöüß-]*(?:straße|weg|platz)) \d{1,4}[a-z]?\b"
    r"|\b\d{1,4},? (?:rue|avenue|boulevard|place|via|calle|plaza) [A-Zdl][\w' -]+",
)
_SECRET = re.compile(
    r"\b(?:(?:order|customer|account|invoice|member|membership|loyalty card|reference|tracking|booking|passport|policy|ticket|kunden|bestell|auftrags)(?:nummer| ?(?:number|no\.?|id|#))\s*(?:is|:|#)?\s*#?[A-Z]*-?\d{3,}|(?:order|customer|account) #\d{3,}|national insurance|social security|\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b|\d{3}-\d{2}-\d{4}|(?:born|birthday|date of birth|geboren)\s*(?:on|:|am)?\s*\d|password|passwort|(?:card|pin|cvv|cvc|sort code)\s*(?:number|code|is|:)?\s*:?\s*\d{3,}|(?:\d{1,3}\.){3}\d{1,3})\b",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:Mrs?|Ms|Miss|Mx|Sir|Madam|Herrn?|Frau|Mme|Mlle|Señora?|Signora?)\.?\s+(?:[A-Z]\.?\s+)?[A-ZÄÖÜ][\w'’-]+|\bDr\.?\s+(?!Martens)(?:[A-Z]\.?\s+)?[A-ZÄÖÜ][\w'’-]+"
)
_SAYS = re.compile(
    r"\b([A-Z][a-zäöüß]+)(?:\s+[A-Z](?:\.|[a-zäöüß'-]+))?,?\s+(?:\(?(?:aged? )?\d{2}\)?,?\s+)?(?:from|of|in|aus) [A-Z][a-z]+,?\s+(?:said|says|wrote|writes|told|loves?|loved|swears|bought|tells|adds?|reports?|calls|raves|schreibt|sagt|schrieb|gave|thinks|found|praised|complained|uses|recommends)\b"
)
_VERB = r"(?:said|says|wrote|writes|told us|loves?|loved|swears|bought|tells|adds?|added|reports?|reported|calls|called|raves|schreibt|sagt|schrieb|gave|thinks|recommends|complained|ordered|returned|mentioned|reviewed|praised)"  # fmt: skip


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    path = Path(__file__).parent / "rules" / "first_names.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


def find_personal(
    sentence: str, index: FactIndex, context: CheckContext, locale: str
) -> list[tuple[str, str, str]]:
    """(rule, words, reason) of personal data in ``sentence``; the words are masked, so that no log repeats them."""
    found: list[tuple[str, str, str]] = []
    for rule, pattern, why in (
        ("email", _EMAIL, "e-mail address"),
        ("handle", _HANDLE, "account name"),
        ("postcode", _POSTCODE, "postcode"),
        ("address", _STREET, "street address"),
        ("identifier", _SECRET, "number or secret of a person or an order"),
        ("person", _TITLED, "name of a person"),
    ):
        match = pattern.search(sentence)
        if match and not (
            rule in ("person", "postcode", "handle") and _is_value(match.group(), index)
        ):
            found.append((rule, _mask(match.group()), why))
    found += _digits(sentence, index, context)
    found += _people(sentence, index, context, locale)
    return found


def _mask(words: str) -> str:
    return words[:2] + "…" if len(words) > 3 else "…"


def _is_value(words: str, index: FactIndex) -> bool:
    folded = plain(words)
    return any(folded in value for value, _ in index.values)


def _digits(sentence: str, index: FactIndex, context: CheckContext) -> list[tuple[str, str, str]]:
    found = []
    match = _IBAN.search(sentence)
    if match and not _is_value(match.group(), index) and _is_iban(match.group()):
        found.append(("iban", _mask(match.group()), "bank account"))
    for run in _DIGIT_RUN.finditer(sentence):
        digits = re.sub(r"\D", "", run.group())
        if len(digits) < 7 or any(digits in re.sub(r"\D", "", fact.value) for fact in index.facts):
            continue
        if 13 <= len(digits) <= 19 and _luhn(digits):
            found.append(("card", _mask(run.group()), "card number"))
        elif len(digits) <= 15 and _is_phone(run.group(), context.phone_region):
            found.append(("phone", _mask(run.group()), "phone number"))
        elif len(digits) >= 9:
            found.append(("digits", _mask(run.group()), "long number that may identify a person"))
    return found


def _luhn(digits: str) -> bool:
    total = 0
    for i, c in enumerate(reversed(digits)):
        value = int(c) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_iban(text: str) -> bool:
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    compact = text.replace(" ", "")
    for end in range(len(compact), 14, -1):
        try:
            IBAN(compact[:end])
        except (SchwiftyException, ValueError):
            continue
        return True
    return len(compact) >= 15


def _is_phone(text: str, region: str) -> bool:
    import phonenumbers

    for tried in (region, "US", "DE", "FR", "IN"):
        try:
            number = phonenumbers.parse(text, tried)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return bool(re.match(r"\s*(?:\+|00|\(?0)\d", text))


def _people(
    sentence: str, index: FactIndex, context: CheckContext, locale: str
) -> list[tuple[str, str, str]]:
    found = []
    words = words_of(sentence, locale)
    lowers = tuple(word.lower for word in words)
    for i, word in enumerate(words):
        for key in context.people_words.get(word.lower, ()):
            if lowers[i : i + len(key)] == key and (len(key) > 1 or word.is_capital):
                if len(key) == 1 and word.stem in index.held:
                    continue
                found.append(("customer", _mask(word.text), "name or address of a customer"))
                break
    match = _SAYS.search(sentence)
    if match and not _is_value(match.group(1), index):
        found.append(("person", _mask(match.group()), "name of a person"))
    names = first_names()
    for i, word in enumerate(words):
        if (
            not word.is_capital
            or word.lower.removesuffix("'s") not in names
            or word.stem in index.held
            or word.lower in index.held
        ):
            continue
        following = sentence[word.end : word.end + 40]
        surname = re.match(r"\s+(?:[A-Z]\.|[A-Z][a-zäöüß'’-]+)", following)
        speaks = re.match(
            rf"(?:\s+[A-Z]\.?\w*)?,?\s+(?:{_VERB}|\(|from|aus|of)\b|\s*,\s*\d{{2}}|\s*\(\d{{2}}\)",
            following,
        )
        before = sentence[max(0, word.start - 22) : word.start]
        addressed = re.search(
            r"(?:\b(?:Hi|Hey|Dear|Hello|Hallo|Liebe|Lieber|Thanks|Thank you|Sorry|Congratulations|reviewer|customer|Kundin|Kunde|by|like|says|from|for you|to)\s*,?\s*)$",
            before,
        )
        if (
            (surname and not (i + 1 < len(words) and words[i + 1].stem in index.held))
            or speaks
            or addressed
        ):
            found.append(("person", _mask(word.text), "name of a person"))
            break
    return found
