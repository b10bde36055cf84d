"""The article: one text, its metadata, and the numbered sentences that every statement points to."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from summarizer.errors import UsageError

if TYPE_CHECKING:
    from summarizer.injection import Injection

FurnitureKind = Literal["advertisement", "promotion", "caption", "headline", "byline"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A numbered stretch of an article's text.

    `start` and `end` are code points of `Article.text`; `number` counts from 1, `paragraph` from 0.
    """

    number: int
    start: int
    end: int
    paragraph: int
    source: str = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """The words themselves: a slice, made when asked for, so that an article is held once."""
        return self.source[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Furniture:
    """A stretch of the text that belongs to the page and not to the story; it has no number."""

    kind: FurnitureKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text of a page that a reader does not see; it is no part of the article's text.

    `place` says where it was, such as "comment" or "alt text", or how it was hidden, such as "white on white".
    `may_be_honest` is true of places that pages use for good reasons.
    """

    place: str
    text: str
    may_be_honest: bool


@dataclass(frozen=True)
class Article:
    """One source text with its metadata and its numbered sentences.

    `text` is exactly what all offsets refer to. For plain text it is the file's text (after the cleaning
    that `cleaning` lists); for HTML it is the extracted main text.
    """

    text: str = field(repr=False)
    sentences: tuple[Sentence, ...] = field(repr=False)
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    published: dt.date | None = None
    language: str = "en"
    url: str | None = None
    source: str | None = None
    furniture: tuple[Furniture, ...] = field(default=(), repr=False)
    #: What was taken out of the text, by name and count, such as {"NUL": 2}.
    cleaning: tuple[tuple[str, int], ...] = ()
    #: What a page hides from its readers; the beginnings of the first of many.
    hidden: tuple[HiddenText, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def sha256(self) -> str:
        """The hash of `text` in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def words(self) -> int:
        """Words in the numbered sentences; see `count_words` for scripts without spaces."""
        return sum(count_words(s.text) for s in self.sentences)

    @cached_property
    def injections(self) -> tuple[Injection, ...]:
        """What speaks to a model in the text or hidden beside it, found once; see `find_injections`."""
        from summarizer.injection import find_injections  # noqa: PLC0415 - it builds on this module

        return find_injections(self)

    def sentence(self, number: int) -> Sentence:
        """Give the sentence of that number; IndexError where there is none."""
        if not 1 <= number <= len(self.sentences):
            raise IndexError(number)
        return self.sentences[number - 1]

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        title: str | None = None,
        outlet: str | None = None,
        byline: str | None = None,
        published: dt.date | None = None,
        language: str | None = None,
        url: str | None = None,
    ) -> Article:
        """Read an article from a string; what is not given is looked for in the text.

        Lone surrogates, NUL and control characters are taken out and noted in `cleaning`; offsets refer
        to the cleaned text.
        """
        from summarizer.reading import Overrides, read_text  # noqa: PLC0415 - reading builds on this module
        from summarizer.reading.metadata import date_of  # noqa: PLC0415

        words = {"title": title, "outlet": outlet, "byline": byline, "language": language, "url": url}
        for name, value in words.items():
            if value is not None and not isinstance(value, str):
                raise UsageError(f"{name} is a string, not {value!r:.60}")
        if published is not None and not isinstance(published, dt.date):
            raise UsageError(f"published is a date, such as datetime.date(2026, 3, 12), not {published!r:.60}")
        return read_text(text, Overrides(published=date_of(published), **words))


def count_words(text: str) -> int:
    """Count words: runs between spaces, or half the characters where a script writes none."""
    runs = text.split()
    if text.isascii():
        return len(runs)
    unspaced = sum(1 for c in text if "\u3040" <= c <= "\u9fff" or "\u0e00" <= c <= "\u0eff")
    return max(len(runs), len(runs) // 2 + unspaced // 2)
