"""The engine that needs no key and no network: it puts the brief together from the article's own sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from summarizer.engines import Draft

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.kinds import Kind
    from summarizer.settings import Settings


class ExtractiveEngine:
    """Writes the built-in kind of brief, every statement verbatim."""

    name = "extractive"
    built_in_kind_only = True

    async def write(self, article: Article, kind: Kind[Any]) -> Draft:  # noqa: ARG002 - the protocol's
        """Sort the article's sentences into a brief; never fails on an article that could be read."""
        from summarizer.extractive import extract  # noqa: PLC0415 - its word lists are read with the first article

        return Draft(extract(article), cost=Decimal(0))

    async def aclose(self) -> None:
        """Close nothing: nothing was opened."""


def create(settings: Settings) -> ExtractiveEngine:  # noqa: ARG001 - the entry point's signature
    """Create the engine."""
    return ExtractiveEngine()
