"""Articles made of given sentences, without the reading step."""

from __future__ import annotations

from summarizer.article import Article, Sentence


def article_of(*sentences: str, paragraphs: tuple[int, ...] | None = None, **metadata: object) -> Article:
    """Join sentences into an article; all in one paragraph, or in those given."""
    text, parts = "", []
    for number, sentence in enumerate(sentences, 1):
        text += " " if text else ""
        parts.append((number, len(text), len(text) + len(sentence), paragraphs[number - 1] if paragraphs else 0))
        text += sentence
    return Article(text=text, sentences=tuple(Sentence(*part, source=text) for part in parts), **metadata)
