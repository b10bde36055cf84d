"""Reads CSV row by row, knowing at which byte each begins, so that one can be read again alone."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from summarizer.batch.lines import lines
from summarizer.batch.listing import TOO_LONG
from summarizer.reading.source import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BOM = b"\xef\xbb\xbf"
_LONGEST_HEADER = 100_000
_NEVER_CLOSED = "a quotation mark is never closed; what follows it in this file is left out"


class _TooLongError(Exception):
    """A row goes on past what one article may have."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its place in bytes: its cells, or in words why it cannot be read. `number` 0 is the header."""

    number: int
    offset: int
    length: int
    cells: list[str] | str


def delimiter_of(stream: BinaryIO, *, is_tsv: bool) -> str:
    """Find what separates the cells, by the first line: a tab in .tsv, else what stands there most often."""
    if is_tsv:
        return "\t"
    first = stream.readline(_LONGEST_HEADER).decode(errors="replace")
    stream.seek(0)
    return max(",;\t", key=first.count)


def rows(stream: BinaryIO, delimiter: str) -> Iterator[Row]:
    """Give the rows of a table, the header first; rows without any cell are passed over."""
    feed, number = _Feed(stream), 0
    reader = _reader(feed, delimiter)
    while True:
        feed.begin()
        try:
            cells: list[str] | str = _decoded(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            cells = _why_not(error)
        except _TooLongError:
            cells = TOO_LONG
        if cells:
            yield Row(number, feed.start, feed.end - feed.start, cells)
            number += 1
        if isinstance(cells, str) and feed.taken > 1:  # inside of quotation marks: where the next begins, nobody knows
            return


def cells_of(data: bytes, delimiter: str) -> list[str] | str:
    """Read one row again from its bytes; the reason in words where that cannot be done."""
    text = data.removeprefix(_BOM).decode(errors="surrogateescape")
    try:
        return _decoded(next(_reader(io.StringIO(text, newline="\n"), delimiter), []))
    except csv.Error as error:
        return _why_not(error)


class _Feed:
    """Hands lines to the reader and keeps account of where it is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = lines(stream)
        self.start = self.end = self.taken = 0

    def begin(self) -> None:
        self.start, self.taken = self.end, 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.end += line.length
        self.taken += 1
        if self.end - self.start > MAX_BYTES:
            raise _TooLongError
        data = line.data if line.offset else line.data.removeprefix(_BOM)
        return data.decode(errors="surrogateescape")


def _reader(source: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_BYTES)  # a setting of the module; its default is shorter than a long article
    return csv.reader(source, delimiter=delimiter, strict=True)


def _decoded(cells: Sequence[str]) -> list[str] | str:
    is_utf_8 = all(cell.isascii() or not any("\udc80" <= char <= "\udcff" for char in cell) for cell in cells)
    return list(cells) if is_utf_8 else "not UTF-8"


def _why_not(error: csv.Error) -> str:
    return _NEVER_CLOSED if "unexpected end" in str(error) else f"not valid CSV: {error}"
