"""Reads one source to the end: its article packed, and what a run wants to know before it sends anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.batch.contents import fingerprint, read_source, source_bytes
from summarizer.batch.packing import pack
from summarizer.batch.shingles import signature, story_text
from summarizer.engines.tokens import estimate

if TYPE_CHECKING:
    import datetime as dt

    from summarizer.batch.listing import Source

#: What the number before a sentence takes, in tokens, about.
_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Planned:
    """A source that holds an article.

    `fingerprint` is that of the source's bytes, `sha256` that of the article's text, `length` is in code points;
    `prompt_tokens` are those that its text takes in a prompt, about; `signature` is of its `story_text`; `packed` is
    for `packing.unpack`, and `content` the hash that goes with it.
    """

    source: Source
    fingerprint: str
    sha256: str
    title: str | None
    outlet: str | None
    published: dt.date | None
    words: int
    sentences: int
    length: int
    prompt_tokens: int
    signature: bytes
    packed: bytes
    content: str


def planned(source: Source) -> Planned:
    """Read a source; raises what `read_source` raises."""
    data = source_bytes(source)
    article = read_source(source, data)
    packed, content = pack(article)
    return Planned(
        source=source,
        fingerprint=fingerprint(source, data),
        sha256=article.sha256,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        words=article.words,
        sentences=len(article.sentences),
        length=len(article.text),
        prompt_tokens=estimate(article.text) + _NUMBER * len(article.sentences),
        signature=signature(story_text(article)),
        packed=packed,
        content=content,
    )
