"""What a view is made of: plain text, one line each, not escaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from summarizer.brief import VerdictValue


def numbered(numbers: Iterable[int]) -> str:
    """Write the numbers of sentences as a reference, such as [1, 7]; empty where there are none."""
    joined = ", ".join(map(str, numbers))
    return f"[{joined}]" if joined else ""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of the article that is cited: its number and its words."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict, with its problems in one line each.

    `elsewhere` are the numbers of the sentences that carry the statement where those cited do not.
    """

    value: VerdictValue
    problems: tuple[str, ...] = ()
    elsewhere: tuple[int, ...] = ()

    def reasons(self) -> tuple[str, ...]:
        """Give the problems; a failing verdict without any says so."""
        return self.problems or (() if self.value == "supported" else ("no reason given",))

    def lines(self) -> Iterator[str]:
        """Give what is to be said below the statement, in a line each."""
        yield from self.reasons()
        if self.elsewhere:
            yield f"better carried by {numbered(self.elsewhere)}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value, such as "condition"."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Time:
    """When something is to happen: the article's words, the days they may mean, and those days in words.

    `days` is empty, and `earliest` and `latest` are None, where it is not resolved; one of the two is None where
    it is open. `is_either` is true where it is one of the two days and none between them.
    """

    phrase: str
    days: str = ""
    earliest: dt.date | None = None
    latest: dt.date | None = None
    is_either: bool = False


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
    time: Time | None = None

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
class Counts:
    """How many statements there are, and how many of them got which verdict."""

    statements: int
    found: tuple[tuple[VerdictValue, int], ...]

    @property
    def noun(self) -> str:
        """The number of statements, in words to read."""
        return "1 statement" if self.statements == 1 else f"{self.statements:,} statements"

    def __str__(self) -> str:
        return f"{self.noun}: " + ", ".join(f"{number:,} {word}" for word, number in self.found)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The article that the brief is about; a title that only repeats the headline is None."""

    title: str | None
    outlet: str | None
    published: str | None
    source: str | None
