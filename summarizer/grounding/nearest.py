"""Finds the sentences of an article that come nearest to a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.checks import Wording

if TYPE_CHECKING:
    from summarizer.article import Article


def nearest(claim: str, article: Article, count: int) -> list[int]:
    """Give the numbers of the sentences that share most words with a claim, best first; fewer where none does."""
    wanted = Wording(claim).stems
    shared = [(len(wanted & Wording(sentence.text).stems), -sentence.number) for sentence in article.sentences]
    return [-number for common, number in sorted(shared, reverse=True)[:count] if common]
