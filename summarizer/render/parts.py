"""What a view is made of: plain text, one line each, not escaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.brief import VerdictValue


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of the article that is cited: its number and its words."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict, with its problems in one line each."""

    value: VerdictValue
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value, such as "condition"."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to read: a statement, a party, a quotation, a value; `parts` belong to it."""

    text: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    mark: Mark | None = None
    sources: tuple[Source, ...] = ()
    parts: tuple[Item, ...] = ()
    quoted: bool = False

    def cited(self) -> Iterator[Source]:
        """Give the sentences that it and its parts cite, in order, repeated where they are."""
        yield from self.sources
        for part in self.parts:
            yield from part.cited()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; `note` says what the items are, or why there are none.

    Where `parties` is true every item is a party: a name, a kind as its tag, a role as its text, and what it
    wants as its part.
    """

    title: str
    items: tuple[Item, ...]
    note: str | None = None
    parties: bool = False


@dataclass(frozen=True, slots=True)
class Dateline:
    """The article that the brief is about; a title that only repeats the headline is None."""

    title: str | None
    outlet: str | None
    published: str | None
    source: str | None
