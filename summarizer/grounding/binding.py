"""Tells how far a claim's words stand together as the article has them, so that true words joined anew are seen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.grounding.cases import Case
    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Word

#: Words of the article that may stand for one of the claim; more tell nothing.
_MOST_EQUIVALENTS = 6
_MOST = 4.0


def binding(case: Case, joints: Sequence[tuple[Word, Word]]) -> dict[str, float]:
    """Describe a claim's neighbouring words by whether the article, anywhere, has them as neighbours.

    `novel_pairs` is the share of all words side by side that never stand so in the article: the precision of ROUGE-2
    (Lin, 2004) turned round. `unbound` is the share of neighbouring words of substance that are never near each other
    there in any wording, and `loose` counts those of them that the article has, but apart. `joints` are the
    neighbouring words of substance that are not near each other there as they are.
    """
    stems = case.claim.all_stems
    novel = len(stems) - 1 - sum(map(case.article.neighbours.__contains__, map(" ".join, pairwise(stems))))
    strange = loose = 0
    for one, other in joints:
        left, right = equivalents(one, case.article), equivalents(other, case.article)
        strange += not left or not right
        loose += bool(left and right) and not _are_near(left, right, case.article)
    return {
        "novel_pairs": max(0, novel) / max(1, len(stems) - 1),
        "unbound": (loose + strange) / max(1, len(case.claim.content) - 1),
        "loose": min(_MOST, loose),
    }


def _are_near(left: Sequence[str], right: Sequence[str], article: ArticleFacts) -> bool:
    return any([article.are_near(a, b) or article.are_near(b, a) for a in left for b in right])  # noqa: C419


def equivalents(word: Word, article: ArticleFacts) -> Sequence[str]:
    """Give the article's words for a word of the claim: itself, or else its family and its synonyms."""
    if word.stem in article.stems:
        return (word.stem,)
    if word.value is not None:
        return ()
    found = article.of_root(word.root)
    for group in word.groups:
        found += article.of_group(group)
    return found[:_MOST_EQUIVALENTS]
