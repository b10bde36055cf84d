"""Tells what stands between quotation marks: what people in a story say may order and ask whatever it likes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.article import Article, Sentence

# A double mark that is never closed runs to the end of the paragraph: speech goes on in the next one.
_QUOTED = re.compile(
    r'“[^“”]*+(?:”|\Z)|"[^"]*+(?:"|\Z)|«[^«»]*+(?:»|\Z)|„[^“”„]*+[“”]'
    r"|‘(?:[^‘’]|’(?=\w))*+’(?!\w)|(?<![\w’'])'(?=\w)(?:[^'\n]|'(?=\w)){1,300}+'(?!\w)"
)
#: Shorter stretches are titles, words and program text, not speech.
_SPEECH = 0.7
#: What stands before a quotation can be what orders it to be said.
_NOTHING_ELSE = 0.95


def outside(article: Article) -> Iterator[tuple[Sentence, str, bool]]:
    """Give each sentence, its text with quoted stretches blanked, and whether most of it is quoted.

    Blanks keep the length, so that offsets hold. Quotation marks are paired within a paragraph. Linear time.
    """
    for group in _paragraphs(article):
        start = group[0].start
        blanked = blank(article.text[start : group[-1].end])
        for sentence in group:
            text = blanked[sentence.start - start : sentence.end - start]
            yield sentence, text, _is_speech(sentence, text)


def blank(text: str) -> str:
    """Put as many blanks for every quoted stretch, its marks included."""
    return _QUOTED.sub(lambda found: "\0" * len(found[0]), text)


def _paragraphs(article: Article) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in article.sentences:
        if group and sentence.paragraph != group[-1].paragraph:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def _is_speech(sentence: Sentence, blanked: str) -> bool:
    share = blanked.count("\0") / max(1, sentence.end - sentence.start)
    return share >= (_SPEECH if blanked.startswith("\0") else _NOTHING_ELSE)
