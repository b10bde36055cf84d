"""Tells how far a claim's words stand together as the article has them, so that true words joined anew are seen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from summarizer.grounding.lexicon import english

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from summarizer.grounding.cases import Case
    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Word

#: Words of the article that may stand for one of the claim; more tell nothing.
_MOST_EQUIVALENTS = 6
_MOST = 4.0


def binding(case: Case) -> dict[str, float]:
    """Describe a claim's neighbouring words by whether the article, anywhere, has them as neighbours.

    `novel_pairs` is the share of all words side by side that never stand so in the article: the precision of ROUGE-2
    (Lin, 2004) turned round. `unbound` is the share of neighbouring words of substance that are never near each other
    there in any wording, and `loose` counts those of them that the article has, but apart.
    """
    pairs = list(pairwise(word.stem for word in case.claim.words))
    content = [equivalents(word, case.article) for word in case.claim.words if word.is_content]
    joints = list(pairwise(content))
    strange = sum(not left or not right for left, right in joints)
    loose = sum(bool(left and right) and not _are_near(left, right, case.article) for left, right in joints)
    return {
        "novel_pairs": sum(pair not in case.article.neighbours for pair in pairs) / max(1, len(pairs)),
        "unbound": (loose + strange) / max(1, len(joints)),
        "loose": min(_MOST, loose),
    }


def _are_near(left: Iterable[str], right: Sequence[str], article: ArticleFacts) -> bool:
    pairs = article.pairs
    return any((a, b) in pairs or (b, a) in pairs for a in left for b in right)


def equivalents(word: Word, article: ArticleFacts) -> Sequence[str]:
    """Give the article's words for a word of the claim: itself, or else its family and its synonyms."""
    if article.holds(word.stem):
        return (word.stem,)
    if word.value is not None:
        return ()
    lexicon = english()
    found = list(article.by_root.get(lexicon.stemmer.root(word.stem), ()))
    for group in lexicon.synonyms.get(word.stem, ()):
        found += article.of_group(group)
    return found[:_MOST_EQUIVALENTS]
