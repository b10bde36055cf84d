"""Coverage: which sentences of the article nothing in the brief rests on, so that a reader sees what it left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.brief import Coverage, Span, evidenced
from summarizer.extractive.lexicon import lexicon
from summarizer.extractive.ranking import ranks_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from summarizer.article import Article

#: Sentences whose words are told; the numbers of the others say enough.
TOLD = 3
_ANALYSED = 2_000
#: Three letters or more, but for scripts that write words in one or two.
_WORD = re.compile(r"[^\W_]{3,}|[\u3040-\u9fff\uac00-\ud7a3]{1,2}")


def cover(content: BaseModel, article: Article) -> Coverage:
    """Count the sentences that are cited, and list the others; see `uncited`."""
    numbers = uncited(content, article)
    aimed = {found.sentence for found in article.injections}
    told = [number for number in numbers if number not in aimed][:TOLD]
    return Coverage(
        sentences=len(article.sentences),
        cited=len(article.sentences) - len(numbers),
        uncited=numbers,
        left_out=[Span.of(article, number) for number in told],
    )


def uncited(content: BaseModel, article: Article) -> list[int]:
    """Give the numbers of the sentences that no statement cites, the salient ones first.

    Salience is that of the extractive engine: words shared with the rest and with the title, and place.
    Sentences that are aimed at a model come last: they are told elsewhere.
    """
    cited = {span.sentence for _, item in evidenced(content) for span in item.evidence}
    left = [sentence.number for sentence in article.sentences if sentence.number not in cited]
    if not left:
        return []
    aimed = {found.sentence for found in article.injections}
    scores = _salience(article)
    return sorted(left, key=lambda number: (number in aimed, -scores[number - 1], number))


def _salience(article: Article) -> list[float]:
    # The engine's own lines hold where each word stands, which costs more than all the rest of this.
    starters = lexicon().starters if article.language == "en" else frozenset[str]()
    bags = [_content_words(sentence.text, starters) for sentence in article.sentences]
    return ranks_of(bags, _content_words(article.title or "", starters))


def _content_words(text: str, starters: frozenset[str]) -> list[str]:
    words = _WORD.findall(text[:_ANALYSED].lower())
    return [word for word in words if word not in starters]
