"""What a check gets and gives: a claim beside its evidence, and a finding about some of its words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.alignment import Alignment, align
from summarizer.grounding.once import once

if TYPE_CHECKING:
    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Passage


class Finding(NamedTuple):
    """One thing that a check found; a grave one makes the statement unsupported, any other makes it weak."""

    check: str
    message: str
    #: Words of the claim, both included.
    first: int
    last: int
    grave: bool


@dataclass(frozen=True)
class Case:
    """A claim, the evidence it is held against, and the facts of the whole article."""

    claim: Passage
    evidence: Passage
    article: ArticleFacts
    #: Places (from 0) of the evidence in the article.
    cited: Sequence[int] = ()
    #: Whom the statement names beside its text as having said it.
    attribution: str | None = None
    #: Whether it names beside its text on what condition that comes.
    is_conditional: bool = False
    #: Whether the evidence is what the statement cites, and was not just chosen as what comes nearest.
    is_cited: bool = True

    @once
    def alignment(self) -> Alignment:
        """The claim laid beside its evidence."""
        return align(self.claim, self.evidence)

    @once
    def before(self) -> list[int]:
        """Sentences just before the evidence, in which what a pronoun stands for may be named."""
        return self.article.before(self.cited)

    @once
    def named_before(self) -> frozenset[str]:
        """Stems of the sentences just before the evidence."""
        return frozenset(stem for number in self.before for stem in self.article.sentences[number].stems)

    @once
    def _starts(self) -> list[int]:
        lengths = [len(self.article.sentences[number].words) for number in self.cited[:-1]]
        return [0, *accumulate(lengths)]

    def sentence_at(self, place: int) -> int:
        """Tell which sentence of the evidence, counted from 0, holds a word of it."""
        return bisect_right(self._starts, place) - 1

    def start_of_sentence(self, number: int) -> int:
        """Give the place of the first word of a sentence of the evidence, counted from 0."""
        return self._starts[number]

    def start_of(self, place: int) -> int:
        """Give the place of the first word of the sentence that holds a word of the evidence."""
        return self._starts[self.sentence_at(place)]

    def end_of(self, place: int) -> int:
        """Give the place after the last word of the sentence that holds a word of the evidence."""
        after = self.sentence_at(place) + 1
        return self._starts[after] if after < len(self._starts) else len(self.evidence.words)

    def sentence_of(self, place: int) -> range:
        """Give the places of the sentence that holds a word of the evidence."""
        return range(self.start_of(place), self.end_of(place))

    def is_elsewhere(self, stem: str) -> bool:
        """Tell whether the article holds a stem, in its evidence or not."""
        return self.article.holds(stem)


Check = Callable[[Case], Iterable[Finding]]
