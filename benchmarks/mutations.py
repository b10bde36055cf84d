"""Sentences of real articles with one change each, of which it is known whether the change alters what is said.

What must be found is told in `CLASSES`; `benchmarks/mutators.py` makes the changes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import mutators
from benchmarks.mutators import Mutator, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.article import Article


@dataclass(frozen=True)
class Class:
    """A kind of change: how it is made, which verdicts are right for it, and the least share of right ones."""

    name: str
    mutate: Mutator
    right: frozenset[str]
    floor: float
    #: Whether the changed sentence cites its source and the source's partner.
    cites_both: bool = False


_SUPPORTED, _UNSUPPORTED, _NOT = (
    frozenset({"supported"}),
    frozenset({"unsupported"}),
    frozenset({"weak", "unsupported"}),
)

CLASSES: tuple[Class, ...] = (
    Class("verbatim", mutators.verbatim, _SUPPORTED, 0.99),
    Class("typography", mutators.typography, _SUPPORTED, 0.99),
    Class("case", mutators.case, _SUPPORTED, 0.99),
    Class("word order that keeps the meaning", mutators.order, _SUPPORTED, 0.99),
    Class("number words for digits", mutators.number_words, _SUPPORTED, 0.99),
    Class("surname for full name", mutators.surname, _SUPPORTED, 0.99),
    Class("in the other voice", mutators.in_other_voice, _SUPPORTED, 0.95),
    Class("two cited sentences joined", mutators.joined_partner, _SUPPORTED, 0.97, cites_both=True),
    Class("number changed", mutators.number, _UNSUPPORTED, 0.99),
    Class("unit or scale changed", mutators.unit, _UNSUPPORTED, 0.99),
    Class("date changed", mutators.date, _UNSUPPORTED, 0.99),
    Class("name of the article swapped in", mutators.name_of_article, _UNSUPPORTED, 0.97),
    Class("name from nowhere", mutators.name_from_nowhere, _UNSUPPORTED, 0.97),
    Class("roles swapped", mutators.swapped, _UNSUPPORTED, 0.97),
    Class("roles swapped, in the other voice", mutators.swapped_in_other_voice, _UNSUPPORTED, 0.90),
    Class("negation added", mutators.negation_added, _UNSUPPORTED, 0.97),
    Class("negation removed", mutators.negation_removed, _UNSUPPORTED, 0.97),
    Class("antonym of the main verb", mutators.antonym, _UNSUPPORTED, 0.97),
    Class("reservation dropped", mutators.hedge_dropped, _NOT, 0.90),
    Class("attribution moved", mutators.speaker_moved, _NOT, 0.90),
    Class("two halves spliced", mutators.spliced, _NOT, 0.98),
    Class("two halves spliced, both sentences cited", mutators.spliced_partner, _NOT, 0.75, cites_both=True),
    Class("fabricated tail", mutators.tail, _NOT, 0.98),
    Class("sentence of another article", mutators.of_another_article, _NOT, 0.98),
)


@dataclass(frozen=True)
class Changed:
    """A changed sentence and where it comes from."""

    source: Source
    text: str
    #: Places (from 0) of the sentences that it cites.
    cited: tuple[int, ...]


def changed(articles: list[Article], kind: Class, limit: int, seed: int = 7) -> Iterator[Changed]:
    """Give up to `limit` changed sentences, each another one, in an order that the seed settles."""
    chance = random.Random(f"{seed} {kind.name}")
    places = [
        (at, s.number)
        for at, article in enumerate(articles)
        for s in article.sentences
        if 5 <= len(s.text.split()) <= 80
    ]
    chance.shuffle(places)
    seen: set[str] = set()
    for _ in range(8):  # a sentence may be changed in several places
        for at, number_ in places:
            other = articles[(at + 1 + chance.randrange(len(articles) - 1)) % len(articles)]
            partner = _partner(articles[at], number_, chance) if kind.cites_both else None
            source = Source(articles[at], number_, _sentences(other), partner)
            text = kind.mutate(source, chance)
            if text and text not in seen and (text != source.text or kind.mutate is mutators.verbatim):
                seen.add(text)
                yield Changed(source, text, tuple(sorted(n - 1 for n in (number_, partner) if n is not None)))
            if len(seen) >= limit:
                return


def _partner(article: Article, number: int, chance: random.Random) -> int | None:
    others = [s.number for s in article.sentences if s.number != number and len(s.text.split()) >= 10]
    return chance.choice(others) if others else None


def _sentences(article: Article) -> tuple[str, ...]:
    return tuple(s.text for s in article.sentences if len(s.text.split()) >= 8)
