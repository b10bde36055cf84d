"""Refuses what has too few words for a brief, such as a page that shows a cookie notice and no article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.article import count_words
from summarizer.errors import TooShortError
from summarizer.reading.furniture import is_wall
from summarizer.reading.source import shown

if TYPE_CHECKING:
    from summarizer.article import Article

#: Words in numbered sentences that a brief needs.
MIN_WORDS = 40

#: A notice that keeps an article back is short; a longer text that talks of cookies is an article.
_LONGEST_WALL = 400
_WALL_SHARE = 0.5
_LOOK_AT = 2_000


def require_enough(article: Article) -> Article:
    """Give the article back; TooShortError where it has too few words, or is no article but a notice."""
    words = article.words
    if words >= MIN_WORDS and not (words <= _LONGEST_WALL and _is_notice(article)):
        return article
    name = shown(article.source) if article.source else "the text"
    if words >= MIN_WORDS or _mentions_wall(article.text):
        raise TooShortError(
            f"{name} looks like a cookie, consent or subscription notice, not an article "
            f"({words} words, {MIN_WORDS} of an article needed); save the page once it shows the article",
            words=words,
        )
    unit = "word" if words == 1 else "words"
    message = f"{name} has {words} {unit} in sentences; a brief needs at least {MIN_WORDS}"
    raise TooShortError(message, words=words)


def _is_notice(article: Article) -> bool:
    notice = sum(count_words(sentence.text) for sentence in article.sentences if is_wall(sentence.text))
    return notice >= _WALL_SHARE * article.words


def _mentions_wall(text: str) -> bool:
    return is_wall(text[:_LOOK_AT])
