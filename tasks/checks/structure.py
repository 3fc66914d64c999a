"""Structure: what no shop text looks like. Markup, leftovers of a model or a template, loops, another language."""

# ruff: noqa: E501 - a pattern or a table of words reads better on its own line, however long
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any

from plugins.contract import Limits
from tasks.checks.fact_index import FactIndex
from tasks.checks.words import plain, split_sentences, words_of

__all__ = ["is_stray_name", "judge_sentence_form", "judge_text_form"]

_MARKUP = (
    ("slot", re.compile(r"<\s*/?\s*[a-z][a-z0-9_]*(?:\s[^>]*)?/?>|</|&(?:[a-z]{2,8}|#\d+);|<!--"), "markup or a slot that was not filled"),
    ("template", re.compile(r"\{\{|\}\}|\{%|%\}|\$\{|\{[a-z_]+\}|\[(?:[A-Z_ ]{3,}|name|product|brand|price|insert[^\]]*|your [^\]]*|placeholder)\]|%\([a-z_]+\)s|%[sd]\b|(?-i:\bundefined\b|\bNaN\b|\bnull\b|(?<=[\w,] )None\b|\bTODO\b|\bTBD\b|\bXXX\b)|lorem ipsum|\b_{3,}", re.IGNORECASE), "leftover of a template"),
    ("token", re.compile(r"<\|[^|]*\|>|\[/?(?:INST|SYS|CLS|SEP|PAD|MASK|UNK|BOS|EOS)\]|<</?SYS>>|<(?:s|/s|pad|unk|eos|bos)>|<\|?(?:im_start|im_end|endoftext|copy)|#{2,}\s*(?:instruction|response|system|user|assistant|human|input)|^\s*(?:system|assistant|user|human|ai|bot|prompt|instruction|response|output|input|question|answer|antwort|frage)\s*:|\b(?:BEGIN|END) (?:PROMPT|SYSTEM)|endoftext", re.IGNORECASE), "special token or chat marker"),
    ("link", re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:com|net|org|io|co\.uk|de|shop|ru|cn|info|biz|xyz|example|test|top|app|me|ly|store)\b(?!\w)|\b(?:bit\.ly|t\.me|javascript:|data:text)|mailto:|ftp:", re.IGNORECASE), "link"),
    ("code", re.compile(r"\b(?:select\s+(?:\*|\w+(?:,\s*\w+)*)\s+from|drop\s+table|insert\s+into|delete\s+from|union\s+(?:all\s+)?select|update\s+\w+\s+set|alter\s+table|or\s+1\s*=\s*1|exec\s*\(|xp_cmdshell|attach\s+database|copy\s+\w+\s+to)\b|--\s*$|;\s*--|\bon(?:error|click|load|mouseover)\s*=|<\s*script|alert\s*\(|document\.|window\.location|eval\s*\(|__\w+__|import os|os\.system|rm -rf|\bcurl\s+-|```|\bdef \w+\(|function\s*\(|console\.log|=>\s*\{|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\n", re.IGNORECASE), "program text"),
    ("markdown", re.compile(r"\*\*|^#{1,6}\s|^\s*[*-]\s|\]\(|^\s*>\s|~~|^\|.*\||`", re.MULTILINE), "markdown"),
    ("refusal", re.compile(r"\bas an? (?:ai|artificial intelligence|language model|large language|assistant|chat ?bot|virtual assistant)|\b(?:i'm|i am|im) (?:just |only )?(?:an? )?(?:ai\b|language model|sorry,? (?:but|i)|unable to|not able to|chatgpt|a bot)|\bi (?:cannot|can't|can not|won't) (?:write|assist|help|provide|generate|comply|fulfil|create|answer|do that|continue|produce)|\bmy (?:training data|knowledge cut-?off|programming|instructions|system prompt|guidelines)|\bals ki(?:-|\s)|als sprachmodell|sprachmodell|\bopenai\b|\bchatgpt\b|\bgpt-?\d|\bit(?:'s| is) against my|language model|as requested,|\b(?:sure|certainly|of course|absolutely)[,!] (?:here|i)\b|here(?:'s| is| are) (?:a|an|the|your|some|another|three|two|my) (?:\w+ ){0,4}(?:description|text|copy|version|draft|summary|recommendation|rewrite|paragraph|response|options?|review|example|sample|blurb|answer|revised)|hier ist (?:ein|eine|der|die|das) (?:\w+ )?(?:text|beschreibung|version|entwurf|produktbeschreibung)|let me know if|hope this helps|feel free to (?:ask|adjust|edit|modify|let)|\bword count\b|\bi hope you (?:like|enjoy) this (?:text|copy|description)|is there anything else|would you like me to|\bthis (?:description|text|copy|draft|response|summary) (?:is|was|has|should|contains|highlights|emphasi[sz]es)\b", re.IGNORECASE), "speaks as a model"),
    ("injection", re.compile(r"\b(?:ignore|disregard|forget|override|bypass) (?:all |any |everything |the |your |these |those |my |our |every )*(?:previous|prior|above|earlier|preceding|instructions?|rules|prompts?|guidelines|system|facts|context|checks)|ignorier\w* (?:alle |die |sämtliche )?(?:vorherigen|bisherigen|obigen|anweisungen)|vergiss (?:alle|die)|\battention,? (?:model|ai|assistant|system|reviewer|moderator)|\bmark (?:this|the) (?:text|copy|draft|sentence)|\b(?:skip|pass|bypass|disable|turn off) (?:all |the |every |any )*checks|\bapprove this|\b(?:text|copy|draft) (?:is|as) (?:already )?approved|\bnote to (?:the )?(?:model|ai|reviewer|moderator|editor)|\b(?:system|developer) (?:prompt|message|mode|instruction)|\bnew instructions?\b|\byou are (?:now|chatgpt|an? (?:ai|assistant|helpful|language|pirate|expert|copywriter|marketing))|\bact as (?:a|an|if)|\bpretend (?:to be|you|that)|\bjailbreak|\bdan mode|\bdo anything now|\breveal (?:your|the) (?:prompt|system|instructions|secret)|\bprint (?:the|your) (?:prompt|facts|system|instructions)|\brepeat (?:the|after|everything|this|your) (?:prompt|above|me|words|instructions)|\bfollow(?:ing)? (?:these|the following|my) instructions|\bwrite (?:a |an )?(?:\w+ )?(?:5[- ]?star|five[- ]?star|positive|glowing) review|\brate this (?:product )?(?:5|five)|\bin your (?:next )?(?:answer|response|output|reply)\b|\boutput (?:only|the|nothing)|\brespond (?:only|with)|\banswer only|\bsay (?:that )?(?:the|this) (?:product|item) is|\bend of (?:prompt|instructions?|text|description)\b|\b(?:prompt|instructions?)\s*:|\bdescriptions \| goal|\| tone\b|\bgoal (?:inform|win_back|finish_choice|second_purchase|reward_loyalty|offer_value|gift)\b", re.IGNORECASE), "instruction to a model"),
)  # fmt: skip
_LOWER = {
    name: re.compile(p.pattern)
    for name, p, _ in _MARKUP
    if name in ("refusal", "injection", "code", "link")
}
_ENDED = re.compile(
    r"[.!?…。！？][\"'”’»)\]]*\s*(?:[\U0001F300-\U0001FAFF\u2600-\u27bf\ufe0f]\s*)*$"
)
_DANGLING = frozenset(
    "and or but with for the a an of to in on is are was its by from that which as at than then because so if when while "
    "your our this these it has have und oder aber mit für der die das ein eine von zu im in auf ist sind".split()
)
_PICTURED = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27bf]\ufe0f?\s*$")
_ASKED_OR_SIGNED = re.compile(
    r"(?:^|_)(?:ask|asks|asked|question|q|customer|query|message|wrote|request|issue|topic|sign\w*|agent|sender|closing|reply|complaint|from|by|rep|staff|team|who|frage|anfrage|absender|gruß)(?:_|$)"
)
_SMALL = frozenset("at from of the and for by your x".split())
_SIGNING = _SMALL | frozenset(
    "love yours best kind warm regards wishes thanks cheers sincerely team desk crew care support service studio shop all everyone".split()
)
"""What stands beside the names in a signature."""
_DOUBLED = frozenset(
    "so very really long that had bye die sie das ha ho pom yum can hula hip tring cous aye couscous knock yo tick ding".split()
)
"""Words that may stand twice without a mark: for stress, by grammar, calls and names."""
_AGAIN = frozenset("and by after to on".split())
_WORD_LETTERS = re.compile(r"[^\W\d_]+", re.UNICODE)
_STOP = {
    "en": "the and with for of to is are it this that your you its in on from by a an or as at be has have not all every into one without so just when more than our we they was made keep keeps".split(),
    "de": "der die das und mit für von zu ist sind es dies dieser diese dieses ihr ihre sie im in auf aus bei ein eine einen einem einer oder als wie den dem des nicht auch sich für wird werden hat haben nach ihren ihrem jeder jeden jede man noch nur sehr so wenn ohne über zum zur vom".split(),
    "fr": "le la les et avec pour de des du est sont ce cette ces votre vos vous dans sur par un une ou au aux que qui pas plus ne se sa son ses il elle en sans chaque notre nous très".split(),
    "es": "el la los las y con para de del es son este esta estos su sus en por un una o al que no se lo más como muy cada sin tu tus nuestro".split(),
    "it": "il lo la gli le e con per di del della dei è sono questo questa in su da un una o al che non si più come ogni senza tuo tua nostro molto".split(),
    "nl": "de het een en met voor van is zijn dit deze uw je jouw in op door of als aan bij dat die niet ook er te om naar zonder elke onze zeer".split(),
    "pt": "o a os as e com para de do da dos das é são este esta seu sua em por um uma ou ao que não se mais como cada sem muito nosso".split(),
    "sv": "och med för av är det den detta din ditt i på från ett en eller som att inte till varje utan vår mycket".split(),
    "pl": "i z dla do jest są to ten ta twój w na od lub jak że nie się każdy bez nasz bardzo".split(),
    "da": "og med til af er det den dette din dit i på fra et en eller som at ikke hver uden vores meget".split(),
}  # fmt: skip
_STOPWORDS = {language: frozenset(words) for language, words in _STOP.items()}
_BROKEN = {
    "en": frozenset("and or the a an".split()),
    "de": frozenset("und oder der das ein eine".split()),
}
_SCRIPTS = {
    "ru": "CYRILLIC",
    "uk": "CYRILLIC",
    "bg": "CYRILLIC",
    "el": "GREEK",
    "ja": "",
    "zh": "",
    "ko": "",
    "ar": "ARABIC",
    "he": "HEBREW",
    "th": "THAI",
    "hi": "DEVANAGARI",
}


def judge_sentence_form(
    sentence: str, locale: str, allowed: frozenset[str]
) -> list[tuple[str, str, str]]:
    """(rule, words, reason) of everything malformed in one sentence. ``allowed``: words of the facts, lower case."""
    found: list[tuple[str, str, str]] = []
    lower = plain(sentence)
    for name, pattern, why in _MARKUP:
        # The two long lists of words are read in lower case: four times as fast as ignoring case.
        match = _LOWER[name].search(lower) if name in _LOWER else pattern.search(sentence)
        if match and plain(match.group()) not in allowed:
            found.append((name, match.group()[:60], why))
    strange = _strange_characters(sentence, locale)
    if strange:
        found.append(
            ("characters", strange, "control, invisible, mixed-script or foreign-script characters")
        )
    if not _ENDED.search(sentence):
        if not (_is_signature(sentence, allowed) or _ends_in_picture(sentence)):
            found.append(("unfinished", sentence[-30:], "the sentence does not end"))
    else:
        words = words_of(sentence, locale)
        if (
            words
            and words[-1].lower in _DANGLING
            and not sentence.rstrip().endswith(("?", "!"))
            and words[-1].text in _BROKEN.get(locale[:2], _BROKEN["en"])
        ):
            found.append(("unfinished", words[-1].text, "the sentence breaks off"))
    if sign := re.search(r"[<{}|]|>(?! [A-Z])|(?<! )>", sentence):
        found.append(("broken", sign.group(), "a sign of markup or of a template"))
    letters = _WORD_LETTERS.findall(sentence)
    shouting = [w for w in letters if len(w) > 3 and w.isupper() and plain(w) not in allowed]
    if len(shouting) >= 3 or (
        len(shouting) >= 2 and len(shouting) * 2 > len([w for w in letters if len(w) > 3])
    ):
        found.append(("shouting", " ".join(shouting[:4]), "words in capitals"))
    if re.search(r"[!?]{2,}|\.{4,}|,,|([^\w\s.])\1{2,}", sentence):
        found.append(("punctuation", sentence[-20:], "repeated punctuation"))
    loop = _loop(sentence)
    if loop:
        found.append(("loop", loop, "the same words again and again"))
    other = _other_language(sentence, locale, allowed)
    if other:
        found.append(("language", sentence[:40], f"reads as {other}, not {locale}"))
    if "\ufffd" in sentence or re.search(r"Ã.|â€|Â[£ ©]", sentence):
        found.append(("encoding", sentence[:40], "broken encoding"))
    return found


def judge_text_form(text: str, limits: Limits, locale: str) -> list[tuple[str, str, str]]:
    """(rule, words, reason) against the whole text: length, count of sentences, repetition."""
    found: list[tuple[str, str, str]] = []
    sentences = split_sentences(text)
    length = len(text.strip())
    if length < limits.min_characters:
        found.append(
            (
                "length",
                str(length),
                f"{length} characters, at least {limits.min_characters} are wanted",
            )
        )
    if length > limits.max_characters:
        found.append(
            ("length", str(length), f"{length} characters, at most {limits.max_characters} fit")
        )
    if not limits.min_sentences <= len(sentences) <= limits.max_sentences:
        found.append(
            (
                "sentences",
                str(len(sentences)),
                f"{len(sentences)} sentences, {limits.min_sentences} to {limits.max_sentences} are allowed",
            )
        )
    if len(sentences) == 1 and not (_ENDED.search(text) or _ends_in_picture(text)):
        found.append(("unfinished", text.strip()[-30:], "a signature without a text"))
    seen = Counter(re.sub(r"\W+", " ", plain(s)).strip() for s in sentences)
    for sentence, count in seen.items():
        if count > 1 and " " in sentence:
            found.append(("loop", sentence[:40], "a sentence stands twice"))
            break
    grams = [w.lower for w in words_of(text, locale)]
    if len(grams) >= 12:
        runs = Counter(tuple(grams[i : i + 5]) for i in range(len(grams) - 4))
        gram, count = runs.most_common(1)[0]
        if count >= 3:
            found.append(("loop", " ".join(gram), "the same five words three times"))
    return found


def _is_signature(piece: str, allowed: frozenset[str]) -> bool:
    """Whether what stands after the last sentence is who signs: names that the facts tell, in capitals, and nothing else.

    A piece that a line break ends is a heading or a line that was cut off, so ``split_sentences`` leaves its break.
    """
    words = words_of(piece)
    if not 0 < len(words) <= 7 or piece.endswith("\n") or re.search(r"[^\w\s&,.'’–—-]", piece):
        return False
    named = [w for w in words if w.lower not in _SIGNING]
    return (
        bool(named)
        and all(w.is_capital and w.lower in allowed for w in named)
        and words[0].is_capital
        and (words[0].lower != "the" or words[-1].lower in _SIGNING)
        and words[-1].lower not in _SMALL
    )


def is_stray_name(piece: str, index: FactIndex) -> bool:
    """Whether names stand alone in a text that is no reply and that nobody signs: a text cut off after "Plain Tote"."""
    return (
        not (_ENDED.search(piece) or _ends_in_picture(piece))
        and _is_signature(piece, frozenset(w.lower for w in words_of(piece)))
        and not any(
            _ASKED_OR_SIGNED.search(re.sub(r"\W+", "_", plain(f.name))) for f in index.facts
        )
    )


def _ends_in_picture(sentence: str) -> bool:
    """Whether an emoji stands for the full stop of a line that says something and does not break off."""
    match = _PICTURED.search(sentence)
    words = words_of(sentence)
    return bool(match) and len(words) > 2 and words[-1].lower not in _DANGLING


def _loop(sentence: str) -> str | None:
    """The words that stand twice in a row, as a model's loops do.

    What a mark parts is no loop: a call ("row, row, row your boat"), a list ("dip, wait, dip, wait"), or a clause that
    takes the word up again ("and proud of it: it isn't", "you pick the colours, the colours pick you"). Four times in a
    row is a loop whatever stands between.
    """
    found = words_of(sentence)
    words = [w.lower for w in found]
    for i in range(len(words) - 1):
        times = 1
        while i + times < len(words) and words[i + times] == words[i]:
            times += 1
        if times == 1 or words[i].isdigit() or (times == 2 and len(words[i]) == 1):
            continue
        is_parted = all(
            sentence[found[n].end : found[n + 1].start].strip() for n in range(i, i + times - 1)
        )
        if times > 3 or not (is_parted or (times == 2 and words[i] in _DOUBLED)):
            return " ".join(words[i : i + min(times, 2)])
    for size in (2, 3, 4):
        for i in range(len(words) - 2 * size + 1):
            again = i + size
            if words[i:again] != words[again : again + size] or all(
                w.isdigit() for w in words[i:again]
            ):
                continue
            is_twice = words[again + size : again + 2 * size] != words[i:again]
            mark = sentence[found[again - 1].end : found[again].start].strip()
            if len(set(words[i:again])) == 1:
                continue  # one word, told above
            if size == 3 and words[i + 1] == "and" and mark == "," and is_twice:
                continue  # "back and forth, back and forth"
            if size == 2 and is_twice and (mark or words[i + 1] in _AGAIN):
                continue  # "again and again, and …"; "the colours, the colours pick you"
            if i and words[i - 1] in ("once", "when", "if") and is_twice:
                continue  # "once they're gone they're gone"
            return " ".join(words[i:again])
    return None


def _strange_characters(text: str, locale: str) -> str | None:
    expected = _SCRIPTS.get(locale[:2], "LATIN")
    scripts: dict[str, str] = {}
    for c in text:
        if c.isascii():
            if ord(c) < 32 and c not in "\n\t":
                return repr(c)
            continue
        category = unicodedata.category(c)
        if category in ("Cc", "Cf", "Co", "Cs", "Cn") and c not in "\u200d\ufe0f":
            return f"U+{ord(c):04X}"
        if c == "\u200d" and not any(
            ord(x) > 0x2600 for x in text if x != c and unicodedata.category(x) == "So"
        ):
            return "U+200D"
        if category.startswith("L") and expected:
            script = _script(c)
            if (
                script not in (expected, "LATIN")
                or (script == "LATIN" and "FULLWIDTH" in unicodedata.name(c, ""))
                or 0x1D400 <= ord(c) <= 0x1D7FF
            ):
                if c in "µºªμΩ":
                    continue
                scripts[script] = c
    return next(iter(scripts.values())) if scripts else None


@lru_cache(maxsize=4096)
def _script(c: str) -> str:
    return unicodedata.name(c, "UNKNOWN").split(" ")[0]


def _other_language(sentence: str, locale: str, allowed: frozenset[str]) -> str | None:
    """The language that a sentence is plainly in when it is not that of ``locale``."""
    words = [
        w.lower for w in words_of(sentence, locale) if not w.is_number and w.lower not in allowed
    ]
    language = locale[:2]
    if len(words) < 4:
        return _short_in_other_language(words, language)
    if language in _STOPWORDS:
        own = sum(w in _STOPWORDS[language] for w in words)
        best, count = max(
            (
                (other, len(stops.intersection(words)))
                for other, stops in _STOPWORDS.items()
                if other != language
            ),
            key=lambda p: p[1],
        )
        if count >= 2 and count > own + 1 and count / len(words) > 0.2:
            return best
        if own:
            return None
    if len(words) < 5:
        return None
    # No function word of either side: the classifier decides, and only when it is sure.
    predicted, score = _classifier().rank(" ".join(words))[0]
    if predicted != language and score > 0.9:
        return str(predicted)
    return None


def _short_in_other_language(words: list[str], language: str) -> str | None:
    """The same of two or three words beside facts ("The colour is …"): nearly all are another language's."""
    if len(words) < 2 or language not in _STOPWORDS or set(words) & set(_STOPWORDS[language]):
        return None
    for other, stops in _STOPWORDS.items():
        if other != language and len(set(words) & set(stops)) >= 2:
            return other
    return None


@lru_cache(maxsize=1)
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl", "da"])
    return identifier
