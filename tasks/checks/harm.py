"""Harm: profanity and slurs, forbidden marketing claims, pressure and discrimination. Rules are a table in TOML."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import regex

from tasks.checks.fact_index import FactIndex
from tasks.checks.negation import is_negated
from tasks.checks.words import bare_words, plain, words_of
from tasks.errors import RulesError

__all__ = ["HarmRule", "built_in_rules", "find_harm", "load_rules"]

RULES = Path(__file__).parent / "rules"
PATTERN_SECONDS = 0.05
"""How long one pattern may look at one text; a catastrophic one counts as a hit, so that it can't let harm through."""
_KEYS = {"name", "locale", "category", "pattern", "reason", "source", "unless_fact"}
_CATEGORIES = ("medical", "financial", "absolute", "environmental", "children", "pressure", "discrimination", "sexual",
               "violence", "profanity", "legal", "shop", "inference")  # fmt: skip
_FOLD = str.maketrans({
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s", "к": "k", "м": "m",
    "т": "t", "н": "h", "в": "b", "ј": "j", "ԁ": "d", "ɡ": "g", "ո": "n", "α": "a", "ε": "e", "ο": "o", "ρ": "p",
    "υ": "u", "ν": "v", "ι": "i", "κ": "k", "τ": "t", "ш": "w",
})  # fmt: skip
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s",
                       "!": "i", "+": "t", "€": "e", "|": "i"})  # fmt: skip
_LEETED = re.compile(r"[^\W_]*[@$!|+\d*#][\w@$!|+*#]*", re.UNICODE)
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][\s.\-_*·]+){2,}[^\W\d_](?!\w)", re.UNICODE)
_CENSORED = re.compile(
    r"(?<![\w*])[a-z]+[*#]+[a-z]+(?![\w*])|(?<!\w)(?:f[*#@!\-_]{1,3}(?:k|ck|ing|ed|n)\w*|s[*#@!]{1,2}t\w*|b[*#@!]{2,4}(?:h|ch)\w*|c[*#@!]{1,2}t|a[*#@!]{1,2}(?:hole)?)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HarmRule:
    """One forbidden claim: ``pattern`` (sought in lower-case text) in texts of ``locale`` ('' for all).

    ``unless_fact`` lets it pass where the subject's facts state the matched words ("biodegradable: true").
    """

    name: str
    locale: str
    category: str
    pattern: Any
    reason: str
    source: str
    unless_fact: bool = False

    def search(self, folded: str) -> Any:
        """The match in lower-case text, or None; TimeoutError where a shop's pattern takes too long."""
        if isinstance(self.pattern, re.Pattern):
            return self.pattern.search(folded)
        return self.pattern.search(folded, timeout=PATTERN_SECONDS)


def load_rules(path: Path, *, is_trusted: bool = False) -> tuple[HarmRule, ...]:
    """The ``[[rule]]`` tables of a TOML file; RulesError names file, rule, what was allowed.

    Patterns of a shop run under ``regex`` with a time bound; our own (``is_trusted``) under ``re``, which is faster.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RulesError(f"the rules file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(f"the rules file {path} is not TOML: {error}.") from error
    rules: list[HarmRule] = []
    listed = table.get("rule", [])
    if set(table) - {"rule"} or not isinstance(listed, list):
        raise RulesError(
            f"{path}: only [[rule]] tables are allowed, found {', '.join(sorted(set(table) - {'rule'})) or 'rule'}."
        )
    for number, row in enumerate(listed, 1):
        name = str(row.get("name", f"number {number}"))
        unknown = set(row) - _KEYS
        if unknown:
            raise RulesError(
                f"{path}: rule {name}: unknown key {', '.join(sorted(unknown))}; allowed: {', '.join(sorted(_KEYS))}."
            )
        missing = {"name", "category", "pattern", "reason"} - set(row)
        if missing:
            raise RulesError(f"{path}: rule {name} lacks {', '.join(sorted(missing))}.")
        if row["category"] not in _CATEGORIES:
            raise RulesError(
                f"{path}: rule {name}: category {row['category']!r} is not one of {', '.join(_CATEGORIES)}."
            )
        try:
            compiled = (
                re.compile(str(row["pattern"]))
                if is_trusted
                else regex.compile(str(row["pattern"]), regex.IGNORECASE)
            )
        except (re.error, regex.error) as error:
            raise RulesError(
                f"{path}: rule {name}: its pattern is not a regular expression ({error}); mend it or put it in plain words."
            ) from error
        rules.append(HarmRule(name, str(row.get("locale", "")), row["category"], compiled, str(row["reason"]),
                              str(row.get("source", path.name)), bool(row.get("unless_fact", False))))  # fmt: skip
    return tuple(rules)


@lru_cache(maxsize=1)
def built_in_rules() -> tuple[HarmRule, ...]:
    """The rules that Shelftalk ships, all locales."""
    return tuple(
        rule
        for path in sorted(RULES.glob("harm_*.toml"))
        for rule in load_rules(path, is_trusted=True)
    )


@lru_cache(maxsize=1)
def _profanity() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """(single words, stems that no innocent word begins with, allowed phrases)."""
    table = tomllib.loads((RULES / "profanity.toml").read_text(encoding="utf-8"))
    listed = (
        resources.files("better_profanity")
        .joinpath("profanity_wordlist.txt")
        .read_text(encoding="utf-8")
    )
    innocent = frozenset(table["innocent"]["words"].split())
    words = {w.strip().casefold() for w in listed.splitlines()} | set(
        table["added"]["words"].split()
    )
    single = frozenset(
        w for w in words if w and " " not in w and w.isalpha() and w not in innocent and len(w) > 2
    )
    return (
        single,
        tuple(table["added"]["roots"].split()),
        tuple(
            p.strip()
            for p in table["innocent"]["phrases"].replace("\n", " ").split(",")
            if p.strip()
        ),
    )


def _unmask(text: str) -> str:
    """Accents, homoglyphs and full-width letters as plain Latin, lower case."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", plain(text))
    return "".join(c for c in folded if not unicodedata.combining(c)).translate(_FOLD)


@lru_cache(maxsize=65536)
def _is_profane(word: str) -> bool:
    """Whether a lower-case word, or what is left of it without repeated letters, is profane or a slur."""
    single, roots, _ = _profanity()
    lower = word.removesuffix("'s")
    if lower in single or lower.startswith(roots):
        return True
    squeezed = re.sub(r"(.)\1{2,}", r"\1", lower) if len(lower) > 4 else lower
    return squeezed != lower and (squeezed in single or squeezed.startswith(roots))


def find_profanity(text: str, names: frozenset[str] = frozenset()) -> str | None:
    """The first profane or slurring word of ``text``, also in leet, spaced or homoglyph spelling; None where clean.

    ``names`` are words of the subject's own name: "Moby Dick" may be said of Moby Dick.
    """
    single, roots, allowed = _profanity()
    folded = _unmask(text)
    for phrase in allowed:
        if phrase in folded:
            folded = re.sub(rf"\b{re.escape(phrase)}(?:s|es)?\b", " ", folded)
    for word in bare_words(folded):
        if _is_profane(word) and word.removesuffix("'s") not in names & single:
            return word
    for match in _LEETED.finditer(folded):
        token = match.group().rstrip("!+|")
        if len(token) < 3 or token.isdigit() or not any(c.isalpha() for c in token):
            continue
        plainer = token.translate(_LEET)
        if plainer != token and (plainer in single or plainer.startswith(roots)):
            return match.group()
    for match in _SPACED.finditer(folded):
        together = re.sub(r"[\W\d_]", "", match.group())
        if together in single or any(root in together for root in roots):
            return match.group()
    found = _CENSORED.search(folded)
    return found.group() if found else None


def find_harm(
    sentence: str, index: FactIndex, rules: Sequence[HarmRule], locale: str
) -> list[tuple[str, str, str]]:
    """(rule, words, reason) of everything harmful in ``sentence``."""
    found: list[tuple[str, str, str]] = []
    profane = find_profanity(sentence, _own_names(index))
    if profane:
        found.append(("profanity", profane, "profane, slurring or sexual word"))
    folded = _unmask_light(sentence)
    for rule in rules:
        if rule.locale and not locale.startswith(rule.locale):
            continue
        try:
            match = rule.search(folded)
        except TimeoutError:
            found.append(
                (
                    rule.name,
                    "",
                    f"the pattern of rule {rule.name} took too long; the text is refused to be safe",
                )
            )
            continue
        if (
            match
            and rule.category == "children"
            and re.search(r"\b(?:not|isn't|never|nicht)\W*$", folded[: match.start()])
        ):
            continue
        if match and rule.category == "inference" and _is_given_reason(match, folded, index):
            continue
        if match and rule.category in ("violence", "sexual") and _is_in_name(match, folded, index):
            continue
        if (
            match
            and match.group().startswith("offer end")
            and any(re.search(r"until|end|valid|expir", fact.name) for fact in index.facts)
        ):
            continue
        if (
            match
            and match.group().endswith(" gone")
            and any(_LAST_ONES.search(plain(fact.value)) for fact in index.facts)
        ):
            continue
        if match and not (rule.unless_fact and _is_stated(match.group(), index)):
            found.append(
                (rule.name, match.group().strip(), f"{rule.category} claim: {rule.reason}")
            )
    return found


_LAST_ONES = re.compile(
    r"while (?:stocks?|supplies)|discontinued|clearance|last (?:few|ones)|limited|few left"
)
_SOUGHT = re.compile(
    r"you(?:'ve| have)? (?:been looking|looked at|were looking|searched|viewed|browsed)$"
)
_WHY_SHOWN = re.compile(r"view|search|brows|looked|looking")


def _is_given_reason(match: Any, folded: str, index: FactIndex) -> bool:
    """Whether "you've been looking at rakes" tells what the facts give as the reason, and no more than that.

    How often, when or where a person looked is nobody's to tell, so only the thing itself may follow.
    """
    if not _SOUGHT.search(match.group()):
        return False
    reasons = [
        f"{fact.name} {fact.value}"
        for fact in index.facts
        if _WHY_SHOWN.search(plain(f"{fact.name} {fact.value}"))
    ]
    told = re.split(r"[.,:;!?]", folded[match.end() :])[0]
    if re.search(
        r"\b(?:times|twice|again|night|yesterday|today|monday|week|month)\b|\d (?:am|pm)", told
    ):
        return False
    named = {word.stem for word in words_of(told, index.locale) if len(word.lower) > 3}
    before = folded[: match.start()].rsplit(".", 1)[-1]
    named |= {word.stem for word in words_of(before, index.locale)[-3:] if len(word.lower) > 3}
    return any(
        named & {word.stem for word in words_of(plain(reason), index.locale)} for reason in reasons
    )


def _is_in_name(match: Any, folded: str, index: FactIndex) -> bool:
    """Whether the match stands in the subject's own name: a novel may be called murder."""
    for value, i in index.values:
        at = folded.find(value) if index.identity[i] or "pick" in index.facts[i].name else -1
        if at >= 0 and at <= match.start() and match.end() <= at + len(value) + 1:
            return True
    return False


def _own_names(index: FactIndex) -> frozenset[str]:
    return frozenset(
        word.lower
        for fact, is_name in zip(index.facts, index.identity, strict=True)
        if is_name or "author" in fact.name
        for word in words_of(fact.value)
    )


def _unmask_light(text: str) -> str:
    return text.lower() if text.isascii() else plain(text).translate(_FOLD)


def _is_stated(words: str, index: FactIndex) -> bool:
    found = words_of(words, index.locale)
    named = [
        i
        for i, word in enumerate(found)
        if word.lower not in ("free", "frei", "the", "a", "for", "is", "of")
    ]
    if not named:
        return False
    if re.search(r"lifetime|for life", words) and any(
        h.is_positive for h in index.holders([words_of("lifetime", index.locale)[0].stem])
    ):
        return True  # a lifetime guarantee among the facts
    denied = is_negated(words, found, named[0], named[0] + 1)
    return any(held.is_positive != denied for held in index.holders([found[i].stem for i in named]))
