"""Turns a planned article into a brief's JSON: through the engine, or for the extractive one in other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from summarizer.batch.extracting import Extracted, Packed
from summarizer.batch.finishing import Drafted, Finished, Unfinished, crosses
from summarizer.batch.journal import CallJournal, Gate
from summarizer.batch.kept import opened_article, packed_article
from summarizer.batch.work import Failed
from summarizer.briefing import begin
from summarizer.engines.journal import Journaled
from summarizer.errors import ArticleError
from summarizer.grounding import ground
from summarizer.render.json import compact_json

if TYPE_CHECKING:
    from summarizer.batch.budget import Budget
    from summarizer.batch.ledger import Ledger
    from summarizer.batch.work import Result
    from summarizer.batch.workers import Workers
    from summarizer.briefing import Writing
    from summarizer.engines import Engine
    from summarizer.kinds import Kind


class Writer(Protocol):
    """Writes the brief of an article that the ledger holds."""

    async def prepare(self) -> None:
        """Do what makes the first briefs faster, beside them."""

    async def write(self, number: int, name: str, key: str) -> bytes:
        """Give the brief as compact JSON; RunError where there is none."""
        ...


class EngineWriter:
    """Asks an engine in this process; every call is noted in the ledger.

    What it wrote is grounded in `workers`, if there are any and they know the kind: that is work for a processor, and
    the calls in flight would wait for it.
    """

    def __init__(
        self,
        ledger: Ledger,
        budget: Budget,
        gate: Gate,
        engine: Engine,
        kind: Kind[Any],
        *,
        run: int,
        max_mends: int,
        workers: Workers | None = None,
    ) -> None:
        self._ledger = ledger
        self._budget = budget
        self._gate = gate
        self._engine = engine
        self._telling = engine if isinstance(engine, Journaled) else None
        self._kind = kind
        self._run = run
        self._max_mends = max_mends
        self._workers = workers if crosses(kind) else None

    async def prepare(self) -> None:
        """Get ready for the first replies while they are waited for."""
        if self._workers is not None:
            await self._workers.prepare()

    async def write(self, number: int, name: str, key: str) -> bytes:
        """Brief one article; replies that an earlier run got are used before anything is sent."""
        packed = packed_article(self._ledger, number)
        article = opened_article(self._ledger, packed, name)
        writing = await begin(article, self._kind, self._journaled(number, key))
        finished = await self._grounded(writing, packed)
        return finished or compact_json(await writing.finish(self._max_mends))

    async def _grounded(self, writing: Writing[Any], packed: bytes) -> bytes | None:
        """Ground a draft; give the brief where the workers finished it, too."""
        may_mend = writing.mender(self._max_mends) is not None
        drafted = Drafted.of(writing, packed, may_mend=may_mend) if self._workers else None
        if self._workers is None or drafted is None:
            ground(writing.draft.content, writing.article)
            return None
        found = await self._workers.do(drafted)
        if isinstance(found, Finished):
            return found.json
        if not isinstance(found, Unfinished):
            raise ArticleError(_why(found))
        writing.replace(self._kind.content.model_validate_json(found.json))
        return None

    def _journaled(self, number: int, key: str) -> Engine:
        if self._telling is None:
            return self._engine
        replies = self._ledger.all(
            "SELECT body, reply FROM call WHERE key = ? AND is_replayable ORDER BY number", (key,)
        )
        journal = CallJournal(
            self._ledger, self._budget, self._gate, run=self._run, article=number, key=key, replies=replies
        )
        return self._telling.journaled(journal)


class ProcessWriter:
    """Has the extractive engine write in other processes: it is work for a processor, not waiting."""

    def __init__(self, ledger: Ledger, workers: Workers) -> None:
        self._ledger = ledger
        self._workers = workers

    async def prepare(self) -> None:
        """Nothing: the first article is there already."""

    async def write(self, number: int, name: str, key: str) -> bytes:
        """Give the brief as compact JSON; ArticleError where its process died of it, or it does not serve."""
        del key
        found = await self._workers.do(Packed(name, packed_article(self._ledger, number)))
        if isinstance(found, Extracted):
            return found.json
        raise ArticleError(_why(found))


def _why(found: Result) -> str:
    return found.message if isinstance(found, Failed) else "its process did something else"
