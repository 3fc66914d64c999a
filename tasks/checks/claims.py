"""What the claim finders hand to the judge: supported claims and unsupported ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from plugins.contract import Fact
from tasks.records import Claim, Verdict

__all__ = ["Found"]


@dataclass(slots=True)
class Found:
    """The claims of one sentence, and the verdicts against it."""

    sentence_index: int
    claims: list[Claim] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def support(self, kind: str, words: str, source: Fact) -> None:
        """A claim that ``source`` supports."""
        self.claims.append(Claim(self.sentence_index, kind, words, source))

    def refuse(self, check: str, rule: str, words: str, why: str) -> None:
        """A reason against the sentence."""
        self.verdicts.append(Verdict(check, rule, False, self.sentence_index, words or None, why))
