"""Which sentences matter: by the words they share with the whole, by their place, and by the title."""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line

#: Sentences that may be the lead; news says first what matters.
LEAD = 6
_OPENERS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "this",
        "that",
        "these",
        "those",
        "but",
        "and",
        "so",
        "or",
        "his",
        "her",
        "its",
        "their",
        "however",
        "meanwhile",
    ]
)


def content_words(line: Line, stop: Iterable[str] = ()) -> list[str]:
    """Give the words of a line that carry meaning, in lower case."""
    return [w.lower for w in line.words if len(w.lower) > 2 and w.lower not in stop]  # noqa: PLR2004


def ranks(lines: list[Line], title: Line | None, lexicon: Lexicon) -> list[float]:
    """Score every line; about 0 to 3, more is better."""
    bags = [content_words(line, lexicon.starters) for line in lines]
    return ranks_of(bags, content_words(title, lexicon.starters) if title else [])


def ranks_of(bags: Sequence[Sequence[str]], title: Iterable[str]) -> list[float]:
    """Score every sentence, given as its words that carry meaning, in lower case."""
    kinds = [set(bag) for bag in bags]
    counts = Counter(chain.from_iterable(kinds))
    logarithms = {n: math.log(1 + n) for n in set(counts.values())}
    weights = {word: logarithms[n] for word, n in counts.items()}
    wanted = set(title)
    return [_score(i, words, weights, wanted) for i, words in enumerate(kinds)]


def _score(index: int, words: set[str], weights: dict[str, float], wanted: set[str]) -> float:
    if not words:
        return 0.0
    common = sum(map(weights.__getitem__, words)) / (len(words) + 8)
    titled = len(words & wanted) / len(wanted) if wanted else 0.0
    return common + titled + 1.0 / (1 + index / 2)


def lead(lines: list[Line], scores: list[float], lexicon: Lexicon) -> int:
    """Give the index of the sentence that tells the story best, near the beginning."""
    # Without word lists nothing tells a late lead from background: trust the first sentences.
    window = LEAD if lexicon.saying else 2
    return max(range(min(window, len(lines))), key=lambda i: scores[i] + _fitness(lines[i], lexicon))


def _fitness(line: Line, lexicon: Lexicon) -> float:
    """Judge whether a sentence can stand alone: no question, quotation or pronoun; neither stub nor list."""
    penalty = 0.0
    size = len(line.words)
    penalty += 1.0 if size < 8 else 0.0  # noqa: PLR2004
    penalty += 0.6 if size > 60 else 0.0  # noqa: PLR2004
    penalty += 0.8 if line.text.endswith(("?", "？")) or line.text[:1] in "\"“'‘«„「([#" else 0.0
    if line.words and line.words[0].lower in _OPENERS:
        penalty += 0.5
    penalty += 0.7 if lexicon.search(line.text, "furniture", "phrases") else 0.0
    return -penalty
