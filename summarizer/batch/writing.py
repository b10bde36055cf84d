"""Turns a planned article into a brief's JSON: through the engine, or for the extractive one in other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from summarizer.batch.extracting import Extracted, Packed
from summarizer.batch.journal import CallJournal, Gate
from summarizer.batch.kept import kept_article, packed_article
from summarizer.briefing import brief_article
from summarizer.engines.journal import Journaled
from summarizer.errors import ArticleError
from summarizer.render.json import compact_json

if TYPE_CHECKING:
    from summarizer.batch.budget import Budget
    from summarizer.batch.ledger import Ledger
    from summarizer.batch.readers import Readers
    from summarizer.engines import Engine
    from summarizer.kinds import Kind


class Writer(Protocol):
    """Writes the brief of an article that the ledger holds."""

    async def write(self, number: int, name: str, key: str) -> bytes:
        """Give the brief as compact JSON; RunError where there is none."""
        ...


class EngineWriter:
    """Asks an engine in this process; every call is noted in the ledger."""

    def __init__(
        self, ledger: Ledger, budget: Budget, gate: Gate, engine: Engine, kind: Kind[Any], *, run: int, max_mends: int
    ) -> None:
        self._ledger = ledger
        self._budget = budget
        self._gate = gate
        self._engine = engine
        self._kind = kind
        self._run = run
        self._max_mends = max_mends

    async def write(self, number: int, name: str, key: str) -> bytes:
        """Brief one article; replies that an earlier run got are used before anything is sent."""
        article = kept_article(self._ledger, number, name)
        brief = await brief_article(article, self._kind, self._journaled(number, key), max_mends=self._max_mends)
        return compact_json(brief)

    def _journaled(self, number: int, key: str) -> Engine:
        if not isinstance(self._engine, Journaled):
            return self._engine
        replies = self._ledger.all(
            "SELECT body, reply FROM call WHERE key = ? AND is_replayable ORDER BY number", (key,)
        )
        journal = CallJournal(
            self._ledger, self._budget, self._gate, run=self._run, article=number, key=key, replies=replies
        )
        return self._engine.journaled(journal)


class ProcessWriter:
    """Has the extractive engine write in other processes: it is work for a processor, not waiting."""

    def __init__(self, ledger: Ledger, readers: Readers) -> None:
        self._ledger = ledger
        self._readers = readers

    async def write(self, number: int, name: str, key: str) -> bytes:
        """Give the brief as compact JSON; ArticleError where its process died of it, or it does not serve."""
        del key
        found = await self._readers.extract(Packed(name, packed_article(self._ledger, number)))
        if isinstance(found, Extracted):
            return found.json
        raise ArticleError(found.message)
