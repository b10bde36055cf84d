"""Reads one source to the end: its article packed, and what a run wants to know before it sends anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.batch.contents import fingerprint, read_source, source_bytes
from summarizer.batch.packing import pack
from summarizer.batch.shingles import signature, story_text
from summarizer.errors import SummarizerError

if TYPE_CHECKING:
    import datetime as dt

    from summarizer.batch.listing import Source


@dataclass(frozen=True, slots=True)
class Planned:
    """A source that holds an article.

    `fingerprint` is that of the source's bytes, `sha256` that of the article's text, `length` is in code points;
    `signature` is of its `story_text`, and `packed` is for `packing.unpack`.
    """

    source: Source
    fingerprint: str
    sha256: str
    title: str | None
    outlet: str | None
    published: dt.date | None
    words: int
    sentences: int
    length: int
    signature: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """A source that could not be read: the name of the error, and its message in one line."""

    source: Source
    kind: str
    message: str


def plan(source: Source) -> Planned | Failed:
    """Read a source; whatever goes wrong with it is a result like any other."""
    try:
        return _planned(source)
    except SummarizerError as error:
        return Failed(source, type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - a page that brings out a fault of ours costs that page only
        return Failed(
            source, type(error).__name__, "the article cannot be read: a fault of this program; please report it"
        )


def _planned(source: Source) -> Planned:
    data = source_bytes(source)
    article = read_source(source, data)
    return Planned(
        source=source,
        fingerprint=fingerprint(source, data),
        sha256=article.sha256,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        words=article.words,
        sentences=len(article.sentences),
        length=len(article.text),
        signature=signature(story_text(article)),
        packed=pack(article),
    )
