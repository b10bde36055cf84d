"""What all signal finders look at: the cast, the weight of each line, and whose word it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from summarizer.brief import Span
from summarizer.extractive.clauses import without_dateline
from summarizer.extractive.lines import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from summarizer.article import Article
    from summarizer.extractive.actors import Actor
    from summarizer.extractive.cast import Cast
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.names import Mention


@dataclass(frozen=True, slots=True)
class Found:
    """A line in which a signal stands: where, and which."""

    line: int
    start: int
    end: int
    kind: str
    score: float


class Grounds(TypedDict):
    """What a statement rests on."""

    evidence: list[Span]
    attribution: str | None


@dataclass(frozen=True, slots=True)
class Scene:
    """An article with its cast; `scores` and `whose` have one entry for each line."""

    cast: Cast
    article: Article
    scores: list[float]
    whose: list[str | None]

    @property
    def lexicon(self) -> Lexicon:
        """The words of the article's language."""
        return self.cast.lexicon

    def grounds(self, index: int) -> Grounds:
        """Give what a statement made of a line rests on."""
        number = self.cast.lines[index].number
        return Grounds(evidence=[Span.of(self.article, number)], attribution=self.whose[index])


def told(line: Line) -> str:
    """Give a line as a statement's text."""
    return shortened(without_dateline(line.text))


def outermost(pairs: list[tuple[Mention, Actor]]) -> list[tuple[Mention, Actor]]:
    """Leave out mentions that lie inside a longer one."""
    kept: list[tuple[Mention, Actor]] = []
    for pair in pairs:
        if not kept or pair[0].start >= kept[-1][0].end:
            kept.append(pair)
    return kept


def unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
