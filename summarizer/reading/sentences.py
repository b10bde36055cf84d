"""Cuts a stretch of text into sentences, and mends what the splitter gets wrong in news."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]  # it ships no types

from summarizer.reading.languages import stop_words, word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Range = tuple[int, int]

#: Code points given to the splitter at once: its time grows with the square of unpaired quotation marks.
_WINDOW = 4_000
_END = re.compile(r"[.!?…。．！？｡।॥؟۔։።၊။៕]")
_CLOSING = re.compile(r"[”’»›)\]}」』）】]+(?=\s|$)|[\"']+(?=\s|$)")
_OPENING = re.compile(r"[.!?…。”\"’)]\s+([“«„‘‹(\[¿¡\"']+)\s*\Z")
_LAST_WORD = re.compile(r"(?:^|[\s(\[“\"'‘])([^\s(\[“\"'‘]{1,12})\.$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_INITIAL = re.compile(r"[A-Z](\.[A-Z])*")
_LAST_INITIAL, _FIRST_INITIAL = re.compile(r"(?<![^\W_])[A-Z]\.\Z"), re.compile(r"[A-Z]\.")
_LONGEST_LOOK = 40
#: Code points of the longest sentence. Nobody writes one; a transcript without a full stop is cut here, so that what is
#: cited can be read, and no work on a sentence grows with the whole text.
_LONGEST = 5_000
#: Where a longer one may be cut: behind white space, or a sign of a writing that has none.
_GAP = r"[\s\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff0c]"
_LAST_GAP, _NEXT_GAP = re.compile(f".*{_GAP}", re.DOTALL), re.compile(_GAP)


def split(text: str, start: int, end: int, language: str) -> Iterator[Range]:
    """Give the sentences of `text[start:end]` as ranges of code points, trimmed and in order.

    A range always holds a letter or a digit, and is longer than 5,000 code points only where one word is. Time is
    linear in the length.
    """
    for sentence in _mended(text, _raw(text, start, end, language), language):
        for first, last in _bounded(text, *sentence):
            trimmed = trim(text, first, last)
            if trimmed and has_word(text, *trimmed):
                yield trimmed


def _bounded(text: str, start: int, end: int) -> Iterator[Range]:
    """Cut what is too long for a sentence between its words."""
    while end - start > _LONGEST:
        gap = _LAST_GAP.match(text, start, start + _LONGEST) or _NEXT_GAP.search(text, start + _LONGEST, end)
        if gap is None:
            break
        yield start, gap.end()
        start = gap.end()
    yield start, end


def trim(text: str, start: int, end: int) -> Range | None:
    """Take white space off both ends; None where nothing else is there."""
    stretch = text[start:end]
    stripped = stretch.lstrip()
    start += len(stretch) - len(stripped)
    end = start + len(stripped.rstrip())
    return (start, end) if start < end else None


def has_word(text: str, start: int, end: int) -> bool:
    """Tell whether a letter or digit stands in the stretch."""
    return any(map(str.isalnum, text[start:end]))


def _raw(text: str, start: int, end: int, language: str) -> Iterator[Range]:
    if not _END.search(text, start, end - 1):
        yield start, end
        return
    open_from = start
    while start < end:
        stop = min(end, start + _WINDOW)
        ranges = [
            (start + found["start_index"], start + found["end_index"])
            for found in get_sentence_boundaries(language, text[start:stop])
        ]
        if stop == end:
            yield from _joined_first(ranges, open_from)
            return
        if len(ranges) > 1:  # the last may be cut short: it is looked at again in the next window
            yield from _joined_first(ranges[:-1], open_from)
            open_from = start = ranges[-1][0]
        else:
            start = stop


def _joined_first(ranges: list[Range], open_from: int) -> list[Range]:
    return [(open_from, ranges[0][1]), *ranges[1:]] if ranges else []


def _mended(text: str, ranges: Iterable[Range], language: str) -> Iterator[Range]:
    held: Range | None = None
    for start, end in ranges:
        if held is None:
            held = start, end
            continue
        start = _opening_marks(text, held)  # noqa: PLW2901 - the boundary moves back before them
        held = held[0], start
        taken = _closing_marks(text, start, end)
        if taken == end or _go_together(text, held, (taken, end), language):
            held = held[0], end
        else:
            yield held[0], taken
            held = taken, end
    if held:
        yield held


def _closing_marks(text: str, start: int, end: int) -> int:
    """Give where the sentence really begins, after closing marks that belong to the one before."""
    at = start
    while at < end and text[at].isspace():
        at += 1
    # A straight mark with white space after it closes too: an opening one stands before its words.
    found = _CLOSING.match(text, at, end)
    return found.end() if found else start


def _opening_marks(text: str, before: Range) -> int:
    """Give where the next sentence begins, with the opening marks that were left at the end of this one."""
    found = _OPENING.search(text, max(before[0], before[1] - _LONGEST_LOOK), before[1])
    return found.start(1) if found else before[1]


def _go_together(text: str, before: Range, after: Range, language: str) -> bool:
    left, right = text[max(before[0], before[1] - _LONGEST_LOOK) : before[1]], text[after[0] : after[0] + _LONGEST_LOOK]
    if _LAST_INITIAL.search(left) and _FIRST_INITIAL.match(right):  # no space between: one word, such as "D-N.M."
        return True
    left, right = left.rstrip(), right.lstrip()
    if not right or not any(map(str.isalnum, text[after[0] : after[1]])):
        return True
    if not any(map(str.isalnum, left)):
        return before[1] - before[0] < _LONGEST_LOOK  # dots or a mark at the beginning of a quotation
    return right[0].islower() or _breaks_at_abbreviation(left, right, language)


def _breaks_at_abbreviation(left: str, right: str, language: str) -> bool:
    found = _LAST_WORD.search(left)
    if not found:
        return False
    word, lists = found[1], _abbreviations()
    if right[0].isdigit():
        return word in lists["before_digits"]
    if word in lists["titles"] or word in lists["inside"]:
        return word in lists["titles"] or not _starts_anew(right, language)
    return bool(_INITIAL.fullmatch(word)) and right[0].isupper() and not _starts_anew(right, language)


def _starts_anew(right: str, language: str) -> bool:
    first = _FIRST_WORD.match(right)
    return first is None or first[0].lower() in stop_words(language)


@cache
def _abbreviations() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in word_lists()["abbreviations"].items()}
