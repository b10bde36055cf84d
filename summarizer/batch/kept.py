"""Reads articles and briefs back from the ledger."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from typing import TYPE_CHECKING

from summarizer.batch.ledger import Ledger
from summarizer.batch.ledger_file import NAME, damaged
from summarizer.batch.packing import unpack
from summarizer.errors import ArticleError, SummarizerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from summarizer.article import Article

_FASTEST = 1


class Packing:
    """A brief or a reply on its way into the ledger, packed by the thread that writes it: the event loop has calls."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __conform__(self, protocol: object) -> bytes | None:
        """Give what SQLite is to store, as `sqlite3` asks an object for."""
        return zlib.compress(self._data, _FASTEST) if protocol is sqlite3.PrepareProtocol else None


def packed_article(ledger: Ledger, number: int) -> bytes:
    """Give an article as it was packed; LedgerError where it is not there."""
    row = ledger.one("SELECT packed FROM text WHERE number = ?", (number,))
    if not row:
        raise damaged(ledger.path, f"the text of article {number} is missing")
    found: bytes = row[0]
    return found


def kept_article(ledger: Ledger, number: int, name: str) -> Article:
    """Give an article as it was read; LedgerError where its bytes were changed since."""
    return opened_article(ledger, packed_article(ledger, number), name)


def opened_article(ledger: Ledger, packed: bytes, name: str) -> Article:
    """Unpack what `packed_article` gave; LedgerError where its bytes were changed since."""
    try:
        return unpack(packed, source=name)
    except ArticleError as error:
        raise damaged(ledger.path, str(error)) from None


def kept_brief(ledger: Ledger, key: str) -> bytes:
    """Give a brief as compact JSON; LedgerError where it is not there whole."""
    row = ledger.one("SELECT json FROM brief WHERE key = ?", (key,))
    if not row:
        raise damaged(ledger.path, "a brief is missing")
    return unpacked(ledger, row[0])


def unpacked(ledger: Ledger, data: bytes) -> bytes:
    """Unpack what `Packing` packed; LedgerError where its bytes were changed since."""
    try:
        return zlib.decompress(data)
    except (zlib.error, TypeError) as error:
        raise damaged(ledger.path, str(error)) from None


def article_beside(brief: Path, name: str) -> Article | None:
    """Give the article of a brief that lies where a batch wrote it, as the run read it; `name` is the article's id.

    None where no ledger above the brief holds it, or the one that does cannot be used.
    """
    out = next((folder for folder in brief.absolute().parents if (folder / NAME).is_file()), None)
    if out is None:
        return None
    with contextlib.suppress(SummarizerError), kept_articles(out) as article_of:
        return article_of(name)
    return None


@contextlib.contextmanager
def kept_articles(out: Path) -> Iterator[Callable[[str], Article | None]]:
    """Give what reads the articles of a batch's folder by their ids: None for one that its ledger does not hold.

    LedgerError where there is a ledger that cannot be used; without one, no article is found.
    """
    if not (out / NAME).is_file():
        yield lambda _: None
        return
    with contextlib.closing(Ledger.open(out)) as ledger:

        def read(name: str) -> Article | None:
            row = ledger.one("SELECT number FROM text JOIN article USING (number) WHERE id = ?", (name,))
            return kept_article(ledger, row[0], name) if row else None

        yield read
