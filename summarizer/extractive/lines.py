"""Sentences as the extractive engine looks at them: white space folded, words found, no offsets to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from summarizer.article import Article

#: Nobody writes longer sentences: what is longer is a list or an attack, and its rest is not analysed.
ANALYSED = 2_000
#: The longest text of a statement, in code points; `Statement.text` allows 1,200.
LONGEST = 600

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}"  # U.S.
    r"|(?:Mr|Mrs|Ms|Dr|St|Gov|Sen|Rep|Gen|Lt|Col|Sgt|Jr|Sr|Prof|Rev|Capt|Inc|Corp|Ltd|Co)\.(?=\s)"
    r"|[A-Z]\.(?=\s[A-Z])"  # the J. of a middle name
    r"|[$£€]?\d[\d.,]*\d%?|[$£€]?\d%?"
    r"|\w+(?:[-&.'’]\w+)*"
)
_POSSESSIVE = ("'s", "’s", "'S", "’S")


class Word(NamedTuple):
    """A word of a line; `text` is without a possessive 's, `end` is where that text ends."""

    text: str
    lower: str
    start: int
    end: int
    possessive: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: `text` has its white space folded, all positions refer to it."""

    number: int
    paragraph: int
    text: str
    words: tuple[Word, ...]

    def gap(self, index: int) -> str:
        """Give what stands between word `index` and the next one."""
        after = self.words[index + 1].start if index + 1 < len(self.words) else len(self.text)
        return self.text[self.words[index].end : after]


def lines_of(article: Article) -> list[Line]:
    """Fold and split every sentence of an article, in order."""
    return [line_of(s.text, s.number, s.paragraph) for s in article.sentences]


def line_of(text: str, number: int = 0, paragraph: int = 0) -> Line:
    """Make a line of any text."""
    folded = " ".join(text[: 4 * ANALYSED].split())[:ANALYSED]
    return Line(number, paragraph, folded, tuple(words_of(folded)))


def words_of(text: str) -> Iterable[Word]:
    """Find the words of a folded text."""
    has_possessive = "'" in text or "’" in text
    for found in _WORD.finditer(text):
        start, end = found.span()
        possessive = has_possessive and text.endswith(_POSSESSIVE, start, end)
        end -= 2 * possessive
        if word := text[start:end]:
            yield Word(word, word.lower(), start, end, possessive)


def shortened(text: str, limit: int = LONGEST) -> str:
    """Cut a text at a border of clauses or words, so that it fits; a contiguous part from its beginning."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    cut = max(head.rfind(mark) for mark in (";", ". ", "。", "、", ","))
    cut = cut if cut > limit // 2 else head.rfind(" ")
    return head[: cut if cut > 0 else limit].rstrip(" ,;")


def is_shouting(lines: list[Line]) -> bool:
    """Tell whether capitals say nothing about names: a text all in capitals, or a script without case."""
    letters = "".join(line.text for line in lines[:40])
    upper = sum(map(str.isupper, letters))
    lower = sum(map(str.islower, letters))
    return upper >= lower
