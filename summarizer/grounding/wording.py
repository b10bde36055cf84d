"""Finds words in the article's text, letter for letter but for typography: quotes, dashes, spaces, the first case."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.brief import Span

_QUOTES = "\"'`´“”„‟«»‹›‘’‚‛′″「」『』"
_DASHES = "-‐‑‒–—―−"
_TRIMMED = _QUOTES + " \t\n\r\u00a0"
_TOKEN = re.compile(
    rf"(?P<space>[\s{re.escape(_QUOTES)}]*\s[\s{re.escape(_QUOTES)}]*)|(?P<quote>[{re.escape(_QUOTES)}])"
    rf"|(?P<dash>[{re.escape(_DASHES)}]+)|(?P<dots>…|\.\.\.)|(?P<other>.)",
    re.DOTALL,
)
#: What may stand for each kind of token in a levelled text.
_PATTERNS = {
    "space": r"\"*\s+(?:\"|\s)*",
    "quote": '"',
    "dash": "-+",
    "dots": r"(?:…|\.\s?\.\s?\.)",
}


#: What stands for each mark of typography. Replacing one after the other is faster than a table for `translate`.
_FOLDED = tuple({**dict.fromkeys(_QUOTES, ""), **dict.fromkeys(_DASHES.replace("-", ""), "-"), "…": "..."}.items())
_FOLDED_ASCII = tuple(pair for pair in _FOLDED if pair[0].isascii())
#: One sign for each kind of mark, so that offsets stay and the patterns have no sets of signs, which are slow to make.
_LEVELLED = tuple((mark, instead or '"') for mark, instead in _FOLDED if mark not in '"…')
_LEVELLED_ASCII = tuple(pair for pair in _LEVELLED if pair[0].isascii())
_DASH_RUN = re.compile("-{2,}")


class Found(NamedTuple):
    """Where words stand: code points of the article's text, and the sentence they begin in."""

    sentence: int
    start: int
    end: int


def find_words(words: str, evidence: Sequence[Span]) -> Found | None:
    """Find words in one cited sentence, or running on from one to the next; None where they do not stand there."""
    if folded(words) not in folded(" ".join(span.quote for span in evidence)):
        return None  # most statements are not verbatim: told without a pattern
    pattern = _pattern(words)
    if pattern is None:
        return None
    for span in evidence:
        if match := pattern.search(_levelled(span.quote)):
            return Found(span.sentence, span.start + match.start(), span.start + match.end())
    return _find_across(pattern, evidence)


def folded(text: str) -> str:
    """Write a text so that whatever `find_words` takes for the same is the same."""
    text = _replaced(text, _FOLDED_ASCII if text.isascii() else _FOLDED)
    plain = " ".join(text.split()).lower()
    return _DASH_RUN.sub("-", plain) if "--" in plain else plain


def count_e(text: str) -> int:
    """Count the letter that is most frequent: a text that stands in another, both folded, has no more of them."""
    return text.count("e") + text.count("E")


def _levelled(text: str) -> str:
    """Write each mark of typography as the one of its kind; all offsets stay."""
    return _replaced(text, _LEVELLED_ASCII if text.isascii() else _LEVELLED)


def _replaced(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for mark, instead in pairs:
        if mark in text:
            text = text.replace(mark, instead)
    return text


def _find_across(pattern: re.Pattern[str], evidence: Sequence[Span]) -> Found | None:
    """Search runs of neighbouring sentences, joined by one space as far as the search is concerned."""
    for run in _runs(evidence):
        joined = " ".join(span.quote for span in run)
        match = pattern.search(_levelled(joined))
        if match:
            first, start = _place(run, match.start())
            _, end = _place(run, match.end() - 1)
            return Found(first, start, end + 1)
    return None


def _runs(evidence: Sequence[Span]) -> list[list[Span]]:
    runs: list[list[Span]] = []
    for span in evidence:
        if runs and runs[-1][-1].sentence + 1 == span.sentence:
            runs[-1].append(span)
        else:
            runs.append([span])
    return [run for run in runs if len(run) > 1]


def _place(run: list[Span], position: int) -> tuple[int, int]:
    """Turn a position in the joined words into a sentence number and an offset of the text."""
    for span in run:
        if position < len(span.quote):
            return span.sentence, span.start + position
        position -= len(span.quote) + 1
    last = run[-1]
    return last.sentence, last.end


@lru_cache(maxsize=1_024)
def _pattern(words: str) -> re.Pattern[str] | None:
    """Make the pattern, for a levelled text, of words as they may be typeset; the first letter's case is free."""
    trimmed = words.strip(_TRIMMED)
    if not trimmed:
        return None
    parts = [_PATTERNS.get(match.lastgroup or "") or re.escape(match.group()) for match in _TOKEN.finditer(trimmed)]
    first = trimmed[0]
    if first.isalpha():
        parts[0] = f"[{re.escape(first.lower())}{re.escape(first.upper())}]" if len(first.upper()) == 1 else parts[0]
    start = r"(?<!\w)" if trimmed[0].isalnum() else ""
    end = r"(?!\w)" if trimmed[-1].isalnum() else ""
    return re.compile(start + "".join(parts) + end)
