"""Finds the lines and paragraphs of a text, and puts together again what was wrapped at a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from summarizer.reading.furniture import kind_of
from summarizer.reading.sentences import has_word, trim

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"[^\n]+")
_ENDED = re.compile(r"[.!?…。．！？｡।॥؟۔։።၊။៕][\"'”’»›)\]}」』）】*_\s]*(\[\d{1,3}\])*$")
_BULLET = re.compile(r"(?:[*+•▪‣·–—-]|>+)[ \t]+(?=\S)")
_NEW_ITEM = re.compile(r"[*+•▪‣·>#|-] ?|\d{1,3}[.)] |[a-z]\) ")
_GOES_ON = tuple(",;-–—(&/")
_FIRST_WIDE = "\u2e80"
_TAIL = 80
#: Columns between which text is wrapped by hand or by mail programs.
_NARROWEST, _WIDEST = 40, 130
#: Lines broken for width end in mid-sentence more often than this.
_BROKEN_SHARE = 0.3
_SLACK = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch that is classified as a whole: a paragraph, or a line that stands on its own.

    `block` counts the stretches between blank lines (or between line ends, where there are no blank lines).
    """

    start: int
    end: int
    block: int
    lines: int
    ended: bool


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    after_blank: bool


def ends_like_sentence(line: str) -> bool:
    """Tell whether a line ends with a full stop or its like, closing marks after it apart."""
    return bool(_ENDED.search(line[-_TAIL:]))


def find_units(text: str, start: int) -> Iterator[Unit]:
    """Give the units of the text from `start` on; lines without a letter or digit belong to none."""
    lines = list(_lines(text, start))
    has_blank_lines = any(line.after_blank for line in lines[1:])
    width = _wrap_width(text, lines)
    group: list[_Line] = []
    block = -1
    for line in lines:
        if group and not line.after_blank and _joins(text, group[-1], line, width):
            group.append(line)
            continue
        if group:
            yield _unit(text, group, block)
        if line.after_blank or not has_blank_lines:
            block += 1
        group = [line]
    if group:
        yield _unit(text, group, block)


def _lines(text: str, start: int) -> Iterator[_Line]:
    after_blank, expected = True, start
    for found in _LINE.finditer(text, start):
        after_blank = after_blank or found.start() > expected + 1
        trimmed = trim(text, *found.span())
        if trimmed is None or not has_word(text, *trimmed):
            after_blank = True
        else:
            yield _Line(*trimmed, after_blank)
            after_blank = False
        expected = found.end()


def _unit(text: str, group: list[_Line], block: int) -> Unit:
    start, end = group[0].start, group[-1].end
    bullet = _BULLET.match(text, start, end)
    is_item = bullet is not None and text[start] not in "–—"
    ended = is_item or ends_like_sentence(text[max(start, end - _TAIL) : end])
    return Unit(bullet.end() if bullet and is_item else start, end, block, len(group), ended)


def _wrap_width(text: str, lines: list[_Line]) -> int | None:
    """Give the width at which the text is wrapped, in columns; None where it is not."""
    followed = [text[a.start : a.end] for a, b in pairwise(lines) if not b.after_blank]
    if not followed:
        return None
    widths = sorted(map(_columns, followed))
    width = widths[int(0.95 * (len(widths) - 1))]
    broken = sum(not ends_like_sentence(line) for line in followed)
    is_wrapped = _NARROWEST <= width <= _WIDEST and broken > _BROKEN_SHARE * len(followed)
    return width if is_wrapped else None


def _joins(text: str, line: _Line, after: _Line, width: int | None) -> bool:
    this, following = text[line.start : line.end], text[after.start : after.end]
    if _NEW_ITEM.match(following) or this.startswith("#"):
        return False
    return _goes_on(this, following, width) and not kind_of(this) and not kind_of(following)


def _goes_on(this: str, following: str, width: int | None) -> bool:
    if width is not None and _columns(this) + 1 + _columns(_first_word(following)) > width - _SLACK:
        return True
    if ends_like_sentence(this):
        return False
    return following[0].islower() or this.endswith(_GOES_ON)


def _first_word(line: str) -> str:
    return line[0] if line[0] >= _FIRST_WIDE else line.split(maxsplit=1)[0]


def _columns(line: str) -> int:
    return len(line) if line.isascii() else len(line) + sum(char >= _FIRST_WIDE for char in line)
