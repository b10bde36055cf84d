"""Turns a file, standard input or a string into an article with numbered sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.article import Article, HiddenText
from summarizer.errors import TooLongError
from summarizer.reading import webpage
from summarizer.reading.cleaning import Notes, clean
from summarizer.reading.encoding import decode
from summarizer.reading.enough import MIN_WORDS, require_enough
from summarizer.reading.languages import DEFAULT, detect
from summarizer.reading.metadata import Overrides, front_matter, merged
from summarizer.reading.source import MAX_BYTES, STDIN, load, refuse_binary
from summarizer.reading.structure import take_apart

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["MAX_BYTES", "MIN_WORDS", "Overrides", "read", "read_bytes", "read_text"]

_NOTHING = Overrides()


def read(source: Path, overrides: Overrides = _NOTHING) -> Article:
    """Read an article from a text, Markdown or HTML file, or from standard input for the path `-`.

    SourceError: not a file that can hold an article. TooLongError: over `MAX_BYTES`. UndecodableError: bytes
    that no encoding explains. TooShortError: under `MIN_WORDS` words, or a cookie notice.
    """
    # A name that is not UTF-8 would reach Python with lone surrogates, which nothing can write.
    name = str(source).encode(errors="backslashreplace").decode()
    return _read(load(source), overrides, source=name, name="" if name == STDIN else name)


def read_bytes(data: bytes, overrides: Overrides = _NOTHING, *, source: str | None = None, name: str = "") -> Article:
    """Read an article from bytes; a `name` that ends in .html, .htm or .xhtml says that they are HTML.

    Raises what `read` raises.
    """
    if len(data) > MAX_BYTES:
        raise _too_long(len(data))
    refuse_binary(data, source or "the data")
    return _read(data, overrides, source=source, name=name)


def read_text(text: str, overrides: Overrides = _NOTHING, *, source: str | None = None) -> Article:
    """Read an article from a string: plain text, Markdown, or a whole HTML page.

    TooLongError above `MAX_BYTES` characters; TooShortError as `read`.
    """
    if len(text) > MAX_BYTES:
        raise _too_long(len(text))
    return _from_text(text, overrides, source, name="")


def _read(data: bytes, overrides: Overrides, *, source: str | None, name: str) -> Article:
    # A page says in ASCII that it is one, and which encoding it has.
    html = webpage.is_html(data[:8_000].decode("latin-1").replace("\0", ""), name)
    text = decode(data, name=source or "the data", html=html)
    return _from_text(text, overrides, source, name)


def _from_text(text: str, overrides: Overrides, source: str | None, name: str) -> Article:
    if webpage.is_html(text, name):
        page = webpage.take_out(text)
        raw = _Raw(page.text, 0, merged(overrides, page.found), page.headings, page.cleaning, page.hidden)
    else:
        text, notes = clean(text)
        front, start = front_matter(text)
        raw = _Raw(text, start, merged(overrides, front), (), notes)
    return require_enough(_article(raw, source))


@dataclass(frozen=True, slots=True)
class _Raw:
    """A text before it is taken apart: where it begins, and what is known about it from elsewhere."""

    text: str
    start: int
    known: Overrides
    headings: Collection[int]
    cleaning: Notes
    hidden: tuple[HiddenText, ...] = ()


def _article(raw: _Raw, source: str | None) -> Article:
    known = raw.known
    language = known.language or detect(raw.text[raw.start :]) or DEFAULT
    structure = take_apart(raw.text, raw.start, language, title=known.title, headings=raw.headings)
    found = merged(known, structure.found)
    return Article(
        text=raw.text,
        sentences=tuple(structure.sentences),
        title=found.title,
        outlet=found.outlet,
        byline=found.byline,
        published=found.published,
        language=language,
        url=found.url,
        source=source,
        furniture=tuple(structure.furniture),
        cleaning=raw.cleaning,
        hidden=raw.hidden,
    )


def _too_long(size: int) -> TooLongError:
    message = f"the text is larger than {MAX_BYTES:,} bytes, the most that one article may have; cut it down"
    return TooLongError(message, size=size, limit=MAX_BYTES)
