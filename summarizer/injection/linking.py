"""Tells how far a sentence belongs to its article: by words of it that stand elsewhere in the article too."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: Letters by which words are told apart; what follows is taken for an ending.
_STEM = 6
#: Code points of a sentence that are looked at.
_LONGEST = 3_000


def words_of(text: str) -> list[str]:
    """Give the words of a sentence's first 3,000 code points, with typographic apostrophes straight."""
    found = _WORD.findall(text[:_LONGEST])
    return [word.replace("’", "'") for word in found] if "’" in text else found


class Links:
    """Counts in how many sentences of an article each word stands."""

    def __init__(self, sentences: Iterable[Sequence[str]]) -> None:
        """Count the stems of sentences that are given as words."""
        self._counts: Counter[str] = Counter()
        self.words = 0
        for words in sentences:
            self.words += len(words)
            self._counts.update(set(map(stem, words)))

    def foreign(self, words: Iterable[str]) -> float:
        """Give the share of words that stand in no other sentence, 0 to 1; 1 where there are no words."""
        stems = set(map(stem, words))
        return sum(self._counts[each] <= 1 for each in stems) / len(stems) if stems else 1.0

    def shares(self, word: str) -> bool:
        """Tell whether a word of one sentence stands in another too."""
        return self._counts[stem(word)] > 1


def stem(word: str) -> str:
    """Cut a word to the letters that it shares with its other forms."""
    return word.lower().removesuffix("'s")[:_STEM]
