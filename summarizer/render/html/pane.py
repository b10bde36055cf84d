"""Lays the article out beside its brief: paragraphs of pieces, each a sentence, furniture, or what lies between."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from summarizer.render.items import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from summarizer.article import Article
    from summarizer.brief import AimedAtModel, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the article as it is shown.

    `number` is that of a sentence, None for what has none. `furniture` says what of the page it is, such as
    "advertisement". `warning` says why it is thought to speak to a model, None where it is not.
    """

    text: str
    number: int | None = None
    furniture: str | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Pane:
    """The article, or what of it the brief holds; `is_whole` tells which.

    `title` is None where the article has none, or shows it among its own paragraphs.
    """

    title: str | None
    paragraphs: tuple[tuple[Piece, ...], ...]
    is_whole: bool

    def numbers(self) -> frozenset[int]:
        """Give the numbers of the sentences that are shown: a link to any other would lead nowhere."""
        found = (piece.number for paragraph in self.paragraphs for piece in paragraph)
        return frozenset(number for number in found if number is not None)


class _Stretch(NamedTuple):
    """Code points of the text that belong together; stretches of one paragraph stand side by side."""

    start: int
    end: int
    paragraph: object
    number: int | None = None
    furniture: str | None = None


def whole(article: Article, injections: Sequence[AimedAtModel]) -> Pane:
    """Show all of an article, furniture and what stands between the sentences included."""
    why = _Warnings.of(injections)
    paragraphs = groupby(_covered(article), key=lambda stretch: stretch.paragraph)
    pieces = (tuple(_pieces(article.text, stretches, why)) for _, stretches in paragraphs)
    shown = tuple(paragraph for paragraph in pieces if paragraph)
    title = one_line(article.title or "")
    heads = {piece.text.lstrip("# ") for paragraph in shown for piece in paragraph if piece.furniture == "headline"}
    return Pane(None if title in heads else title or None, shown, is_whole=True)


def cited(title: str | None, spans: Iterable[tuple[int, str]], injections: Sequence[AimedAtModel]) -> Pane:
    """Show single sentences, given by number and words, each in a paragraph of its own."""
    why = _Warnings.of(injections)
    pieces = (Piece(one_line(words), number, warning=why.sentences.get(number)) for number, words in spans)
    return Pane(one_line(title or "") or None, tuple((piece,) for piece in pieces), is_whole=False)


def left_out(spans: Iterable[Span], shown: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join sentences that nothing cites to those that are cited, by number, each once."""
    found = {span.sentence: span.quote for span in spans}
    return sorted({**found, **dict(shown)}.items())


@dataclass(frozen=True, slots=True)
class _Warnings:
    """The reasons of warnings, by the number of a sentence and by where furniture begins."""

    sentences: Mapping[int, str]
    furniture: Mapping[int, str]

    @classmethod
    def of(cls, injections: Sequence[AimedAtModel]) -> _Warnings:
        numbered = {each.sentence: each.reason for each in injections if each.sentence is not None}
        others = {each.start: each.reason for each in injections if each.sentence is None and each.start is not None}
        return cls(numbered, others)


def _covered(article: Article) -> Iterator[_Stretch]:
    """Give stretches that cover the whole text in order: sentences, furniture, and the gaps between them."""
    sentences = (_Stretch(s.start, s.end, s.paragraph, number=s.number) for s in article.sentences)
    furniture = (_Stretch(f.start, f.end, ("page", f.start), furniture=f.kind) for f in article.furniture)
    at = 0
    for stretch in sorted((*sentences, *furniture), key=lambda each: each.start):
        if stretch.start < at:  # no text is shown twice, whoever made the article
            continue
        yield from _gap(article.text, at, stretch.start)
        yield stretch
        at = stretch.end
    yield from _gap(article.text, at, len(article.text))


def _gap(text: str, start: int, end: int) -> Iterator[_Stretch]:
    """Give what lies between two stretches, unless it is only space."""
    if text[start:end].strip():
        yield _Stretch(start, end, ("gap", start))


def _pieces(text: str, stretches: Iterable[_Stretch], why: _Warnings) -> Iterator[Piece]:
    for stretch in stretches:
        words = one_line(text[stretch.start : stretch.end])
        warning = why.furniture.get(stretch.start)
        if stretch.number is not None:
            warning = why.sentences.get(stretch.number)
        if words:
            yield Piece(words, stretch.number, stretch.furniture, warning)
