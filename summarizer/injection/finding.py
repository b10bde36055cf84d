"""Goes through an article, its furniture, its head and its hidden places, and lists what is aimed at a model."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from summarizer.encoded import plain, unseen
from summarizer.injection.lexicon import lexicon
from summarizer.injection.linking import Links, words_of
from summarizer.injection.quoting import outside
from summarizer.injection.scoring import Text, is_question, score
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from summarizer.article import Article, HiddenText, Sentence

Kind = Literal["text", "furniture", "title", "outlet", "byline", "unseen characters", "hidden"]

#: Most that are listed of one article; a page that is one long attack need not be told in full.
MOST = 100
_EXCERPT = 200
_UNSEEN: Final = "unseen characters"
_NOT_SHOWN = "a message in characters that are not shown"
#: An article with more questions than this, outside quotation marks, is one of questions and answers.
_MANY_QUESTIONS = 4
_QUESTIONS_SHARE = 0.04
_PART = re.compile(r"[^.!?\n]+[.!?]*(?=\s|\Z)|[^\n]+")
_LOOKED_AT = 4_000


@dataclass(frozen=True, slots=True)
class Injection:
    """Something in an article that is aimed at a model.

    `sentence` is a number, None outside the numbered sentences; `start` and `end` are code points of the
    article's text, None where it stands in no part of it. `excerpt` is safe to show.
    """

    kind: Kind
    sentence: int | None
    start: int | None
    end: int | None
    excerpt: str
    reason: str


def find_injections(article: Article) -> tuple[Injection, ...]:
    """Find sentences, unseen characters and hidden places that speak to a model, in the order of the text.

    Deterministic, offline, linear in the text's length; at most 100.
    """
    sentences = list(outside(article))
    links = Links([words_of(article.text[s.start : s.end]) for s, _, _ in sentences])
    messages = list(_unseen(article))
    found = [
        *messages,
        *_head(article, links),
        *_sentences(sentences, links),
        *_furniture(article, links),
        *_hidden(article.hidden, links, {each.excerpt for each in messages}),
    ]
    found.sort(key=lambda each: (each.start is None, each.start or 0))
    return tuple(found[:MOST])


def _sentences(sentences: list[tuple[Sentence, str, bool]], links: Links) -> Iterator[Injection]:
    least = lexicon().limits["flagged"]
    questions = sum(not is_speech and is_question(text) for _, text, is_speech in sentences)
    is_interview = questions > max(_MANY_QUESTIONS, _QUESTIONS_SHARE * len(sentences))
    for sentence, blanked, is_speech in sentences:
        in_interview = is_interview and is_question(blanked)
        found = score(Text(plain(sentence.text), plain(blanked), is_speech, in_interview), links)
        if found.points >= least:
            place = sentence.number, sentence.start, sentence.end
            yield Injection("text", *place, _excerpt(sentence.text), found.reason())


def _furniture(article: Article, links: Links) -> Iterator[Injection]:
    """Look at lines that no model is shown, too: a reader wants to know who laid out the page."""
    for line in article.furniture:
        text = article.text[line.start : line.end]
        reason = _aside(text, links)
        if reason:
            yield Injection("furniture", None, line.start, line.end, _excerpt(text), reason)


def _head(article: Article, links: Links) -> Iterator[Injection]:
    head: tuple[tuple[Kind, str | None], ...] = (
        ("title", article.title),
        ("outlet", article.outlet),
        ("byline", article.byline),
    )
    for kind, value in head:
        reason = _aside(value, links) if value else None
        if value and reason:
            yield Injection(kind, None, None, None, _excerpt(value), reason)


def _unseen(article: Article) -> Iterator[Injection]:
    numbers = _Numbers(article.sentences)
    for start, end, text in unseen(article.text):
        yield Injection(_UNSEEN, numbers.at(start), start, end, _excerpt(text), _NOT_SHOWN)


def _hidden(places: Iterable[HiddenText], links: Links, known: Container[str]) -> Iterator[Injection]:
    for place in places:
        if place.place == _UNSEEN:  # not those that have come into the text as well
            if _excerpt(place.text) in known:
                continue
            yield Injection(_UNSEEN, None, None, None, _excerpt(place.text), _NOT_SHOWN)
            continue
        text = " ".join(each.text for each in unseen(place.text)) or place.text
        reason = _aside(text, None if place.may_be_honest else links)
        if reason:
            yield Injection("hidden", None, None, None, _excerpt(text), f"{place.place}: {reason}")


def _aside(text: str, links: Links | None) -> str | None:
    """Give the reason why a text outside the sentences reads like an instruction; None where it does not."""
    least = lexicon().limits["flagged_aside"]
    parts = (score(Text.alone(part), links) for part in _parts(plain(text)))
    return next((part.reason() for part in parts if part.points >= least), None)


def _parts(text: str) -> list[str]:
    return [part for part in _PART.findall(text[:_LOOKED_AT]) if not part.isspace()]


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return visible(line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…")


class _Numbers:
    """Finds the sentence that holds an offset."""

    def __init__(self, sentences: tuple[Sentence, ...]) -> None:
        self._sentences = sentences
        self._starts = [sentence.start for sentence in sentences]

    def at(self, offset: int) -> int | None:
        index = bisect_right(self._starts, offset) - 1
        return self._sentences[index].number if index >= 0 and offset < self._sentences[index].end else None
