"""Forms of personal data in free text, as regular expressions; ``tasks.scrub_text`` uses them.

Quantifiers are bounded throughout: reviews are untrusted, and an unbounded one can be made to run
for minutes.
"""

from __future__ import annotations

import re

EMAIL = re.compile(r"[\w.+%'-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
SPELT_CUE = re.compile(r"[\[({]\s?at\s?[\])}]|\sdot\s", re.IGNORECASE)
SPELT_EMAIL = re.compile(
    r"[\w.+-]{1,64}\s{0,2}[\[({]\s?at\s?[\])}]\s{0,2}[\w-]{1,63}"
    r"(?:\s{0,2}(?:\.|[\[({]\s?dot\s?[\])}])\s{0,2}[\w-]{1,63}){1,4}"
    r"|[\w.+-]{1,64}\sat\s[\w-]{1,63}\sdot\s(?:com|net|org|co|uk|de|fr|eu)(?:\sdot\suk)?\b",
    re.IGNORECASE,
)

# A missing space after a full stop looks like a domain ('love it.me too'): rarer endings count
# with a path only.
LINK = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"]{1,2000}|\bwww\.[^\s<>\"]{1,2000}"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:(?:com|net|org|co\.uk|org\.uk|de|fr|io|biz|eu|ly)\b(?:/[^\s<>\"]*)?"
    r"|(?:info|shop|store|online|site|app|dev|me|co)/[^\s<>\"]{1,2000})",
    re.IGNORECASE,
)

HANDLE = re.compile(
    r"(?<![\w@./])@[a-z_][\w.]{1,29}"
    r"|\b(?:instagram|insta|snapchat|telegram|tiktok|twitter)\s?[:=]\s?[\w.]{3,30}",
    re.IGNORECASE,
)

IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ .-]?[A-Za-z0-9]{2})")
IBAN_CUE = re.compile(
    r"\bIBAN\b[\s:=]{0,3}([A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3}\b)?)",
    re.IGNORECASE,
)
BANK_ACCOUNT = re.compile(
    r"(?<![\d-])\d{2}-\d{2}-\d{2}[\s,/]{1,3}(?:and\s)?(?:account|acct?\.?|a/c|no\.?|number|:|\s){0,4}\s?\d{7,8}(?!\d)"
    r"|\bsort\scode[\s:]{0,3}\d{2}[ -]?\d{2}[ -]?\d{2}(?!\d)"
    r"|(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])",  # A US social security number.
    re.IGNORECASE,
)

CARD_RUN = re.compile(r"(?<!\d)\d(?:[ .-]{0,2}\d){12,40}(?!\d)")
DIGIT_GROUP = re.compile(r"\d+")

LONG_NUMBER = re.compile(r"(?<![\w.,£$€])[+(]{0,2}\d[\d\s().\-/]{6,400}\d(?!\w)")
TRUNK_PHONE = re.compile(r"(?<![\w.,/-])\(?0\d{2,5}\)?(?:[\s./-]{0,2}\d{2,8}){1,4}(?!\d)")
PHONE_FORMS = (
    # +44 (0)7700 900123
    re.compile(r"\+\d{1,3}[\s().\-/]{0,3}\d(?:[\s().\-/]{0,3}\d){6,12}"),
    # 0044 7700 900123
    re.compile(
        r"(?<![\w.,])00[\s-]?[1-9]\d{0,2}[\s().\-/]{0,3}\d(?:[\s().\-/]{0,3}\d){7,11}(?!\d)"
    ),
    # (555) 555-0123: numbers for films and examples are in no numbering plan; people copy them
    re.compile(r"(?<![\w.-])(?:1[\s.-])?\(?[2-9]\d{2}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}(?![\w-])"),
    # call me on 555-0123
    re.compile(
        r"\b(?:call|phone|tel|telephone|text|ring|mobile|cell|whatsapp|number)\b[^\d\n]{0,20}(\d{3}[\s.-]?\d{4,6})(?!\d)",
        re.IGNORECASE,
    ),
)

_STREETS = "street|road|avenue|lane|crescent|terrace|mews|boulevard|gardens|grove|parkway|highway"
# '2 trips down the road' is no address.
_NO_STREET = (
    r"(?!(?:down|up|along|across|on|in|to|of|or|a|an|my|your|our|from|off|by|per|for|times|trips)"
    r"\s)"
)
_SHORT = (
    "st|rd|ave|av|ln|dr|blvd|ct|court|place|pl|way|square|sq|hill|park|row|walk|circle|cir"
    "|green|rise|view|hwy|close|drive"
)
_UNIT = r"(?:\b(?:flat|apt\.?|apartment|unit|suite|no\.?)\s?\d{1,4}[a-z]?,?\s)?"
_TOWN = r"(?:,?\s(?:in\s)?(?:D-)?\d{5}\s[A-ZÄÖÜ][\wäöüß-]{2,30})?"
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
    "PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
_CITIES = (
    "Berlin|Hamburg|München|Köln|Frankfurt|Stuttgart|Düsseldorf|Leipzig|Dortmund|Essen|Bremen|Dresden|Hannover|"
    "Nürnberg|Duisburg|Bochum|Bonn|Münster|Mannheim|Karlsruhe|Augsburg|Wiesbaden|Paris|Lyon|Marseille|Toulouse|Nice|"
    "Nantes|Lille|Bordeaux|Strasbourg|Wien|Salzburg"
)
ADDRESSES = (
    # 12 High Street, 4b mill lane
    re.compile(
        rf"{_UNIT}(?<![\w£$€.,-])\d{{1,5}}[a-z]?,?\s(?:{_NO_STREET}[^\W\d_][\w'’.-]{{0,20}}\s){{1,3}}(?:{_STREETS})\b",
        re.IGNORECASE,
    ),
    # 12 Mill Hill Way, Leeds; short or common words count only in capitals and at an end
    re.compile(
        rf"(?<![\w£$€.,-])\d{{1,5}}[A-Za-z]?,?\s(?:[A-Z][\w'’-]{{1,20}}\s){{1,3}}"
        rf"(?:{'|'.join(w.capitalize() for w in _SHORT.split('|'))})\b\.?"
        rf"(?=\s?,\s?[A-Z]|\s?\n|\s(?:{_STATES})\b|\.?\s?\Z)"
    ),
    # Hauptstraße 12a, 10115 Berlin
    re.compile(
        r"\b(?:[A-ZÄÖÜ][a-zäöüß-]{1,30}(?:straße|strasse|str\.|allee|gasse|platz|damm|ufer)"
        rf"|[A-ZÄÖÜ][a-zäöüß-]{{3,30}}weg|[A-ZÄÖÜ][a-zäöüß-]{{1,30}}[\s-](?:Straße|Strasse|Str\.|Allee|Platz|Weg))"
        rf"\s\d{{1,4}}\s?(?:[a-zA-Z]\b)?{_TOWN}"
    ),
    # 14 rue de Rivoli, 75001 Paris
    re.compile(
        rf"\b\d{{1,4}}(?:\s?bis|\s?ter)?,?\s(?:rue|boulevard|chemin|allée|impasse|quai)\s"
        rf"[\w'’ -]{{2,40}}{_TOWN}"
    ),
    re.compile(rf"\b(?:D|A|CH|F)-\d{{4,5}}\s[A-ZÄÖÜ][\wäöüß-]{{2,30}}|\b\d{{5}}\s(?:{_CITIES})\b"),
    # Springfield, IL 62704; 62704-1234
    re.compile(
        rf"\b(?:{_STATES})\s{{1,2}}\d{{5}}(?:-\d{{4}})?(?![\w-])|(?<![\w-])\d{{5}}-\d{{4}}(?![\w-])"
    ),
    # P.O. Box 123
    re.compile(r"\bP\.?\s?O\.?\s?Box\s\d{1,6}\b", re.IGNORECASE),
)

POSTCODE = re.compile(r"\b([A-Z]{1,2})\d[A-Z\d]?\s{0,2}\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT "
    "DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L "
    "LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S "
    "SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR "
    "WS WV YO ZE "
)
POSTCODE_AREAS = frozenset(_AREAS.split())
