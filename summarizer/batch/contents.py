"""Reads the bytes of a source, tells whether they have changed, and makes an article of them."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from summarizer.batch.records import record_of
from summarizer.errors import SourceError
from summarizer.reading import read_bytes, read_text
from summarizer.reading.source import load, open_regular, shown

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.batch.listing import Source


def source_bytes(source: Source) -> bytes:
    """Read the bytes of a source; SourceError or TooLongError where that cannot be done any more."""
    if source.offset is None or source.length is None:
        return load(source.path)
    with open_regular(source.path) as file:
        file.seek(source.offset)
        data = file.read(source.length)
    if len(data) != source.length:
        raise SourceError(f"{shown(source.id)} is gone: its file has become shorter since it was listed")
    return data


def fingerprint(source: Source, data: bytes | None = None) -> str:
    """Give what changes with the content of a source: SHA-256 of its bytes and of how its record is read.

    `data` saves reading them again. Raises what `source_bytes` raises.
    """
    digest = hashlib.sha256(source_bytes(source) if data is None else data)
    if source.layout is not None:
        digest.update(repr(source.layout).encode())
    return digest.hexdigest()


def read_source(source: Source, data: bytes | None = None) -> Article:
    """Read the article of a source; `Article.source` is its id.

    `data` saves reading its bytes again. Raises what `summarizer.reading.read` raises.
    """
    data = source_bytes(source) if data is None else data
    if source.layout is None:
        return read_bytes(data, source=source.id, name=os.fsencode(source.path.name).decode(errors="replace"))
    record = record_of(data, source.layout)
    if isinstance(record, str):
        raise SourceError(f"{shown(source.id)} cannot be read: {record}")
    return read_text(record.text, record.known, source=source.id)
