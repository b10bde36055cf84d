"""Telling a name from the office before it: "US Treasury Secretary" from who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line, Word


def after_title(line: Line, first: int, last: int, lexicon: Lexicon) -> int:
    """Give the index of the first word of the name proper, behind "US Treasury Secretary" or "Mr"."""
    if line.words[last].lower in lexicon.kinds["government"] | lexicon.kinds["company"] | lexicon.kinds["organisation"]:
        return first
    for index in range(last - 1, first - 1, -1):
        lower = line.words[index].lower
        if lower in lexicon.words("names", "styles"):
            return index
        parts = (lower, *lower.split("-"))
        if any(p in lexicon.titles or p in lexicon.honorifics for p in parts):
            behind = line.words[index + 1]
            linked = behind.text in lexicon.joiners
            return first if linked else index + 1
    is_sided = line.words[first].lower in lexicon.words("names", "sides") or line.words[first].text in lexicon.demonyms
    follows = line.words[first + 1].lower if first < last else ""
    return first + 1 if is_sided and follows in lexicon.kinds["person"] else first


def role_start_of(line: Line, first: int, start: int, lexicon: Lexicon) -> int:
    """Extend a role backwards over "Democratic presidential candidate" before the name."""
    index = first - 1
    if index < 0 or line.gap(index) != " " or not _is_role_word(line.words[index], lexicon):
        return start
    while index >= 0 and first - index <= 6 and line.gap(index) in (" ", " - "):  # noqa: PLR2004
        word = line.words[index]
        if word.lower in lexicon.breakers or word.lower in lexicon.acting or word.lower.endswith(("ing", "ed")):
            break
        start = word.start
        if index and line.words[index - 1].possessive:
            break
        index -= 1
    return start


def _is_role_word(word: Word, lexicon: Lexicon) -> bool:
    return word.text[0].islower() and any(p in lexicon.titles for p in (word.lower, *word.lower.split("-")))
