"""Goes through a file line by line, knows where each begins, and never holds more of one than an article may have."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, BinaryIO

from summarizer.reading.source import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 17


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its end: its number from 1, its offset and length in bytes, and its bytes if not too many."""

    number: int
    offset: int
    length: int
    data: bytes

    @property
    def is_too_long(self) -> bool:
        """Tell whether only the beginning of the line was kept."""
        return self.length > MAX_BYTES


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Give the lines of a stream from where it stands, which counts as offset 0."""
    offset = 0
    for number in count(1):
        data = stream.readline(MAX_BYTES + 1)
        if not data:
            return
        length = len(data) + (_passed_over(stream) if len(data) > MAX_BYTES and data[-1:] != b"\n" else 0)
        yield Line(number, offset, length, data)
        offset += length


def _passed_over(stream: BinaryIO) -> int:
    length = 0
    while piece := stream.read(_PIECE):
        end = piece.find(b"\n") + 1
        if end:
            stream.seek(end - len(piece), os.SEEK_CUR)
            return length + end
        length += len(piece)
    return length
