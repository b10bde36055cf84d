"""Briefs what the ledger says is to be done, many articles at once, and stops so that nothing paid for is lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, NamedTuple

from summarizer.batch.crashpoints import crashpoint
from summarizer.batch.intake import load_source, stamp_of
from summarizer.batch.kept import Packing, unpacked
from summarizer.batch.publishing import Written, renamed
from summarizer.batch.sampling import sample, to_brief
from summarizer.batch.sources import fingerprint
from summarizer.batch.state import Failure, Outcome, RunState
from summarizer.errors import DiskError, LostReplyError, RunError, StoppedError, SummarizerError, TransportError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from summarizer.batch.journal import Gate
    from summarizer.batch.ledger import Ledger
    from summarizer.batch.options import RunOptions
    from summarizer.batch.publishing import Publisher
    from summarizer.batch.state import Tell
    from summarizer.batch.writing import Writer

#: Seconds for the calls in flight to come home once a run is stopped.
GRACE = 5.0
_PREFETCHED = 256
_GROUP = 64
#: Briefs in the ledger that wait for their files: some MB, so that a burst of replies need not wait for the disk.
_UNPUBLISHED = 8 * _GROUP
_REASON = 400
_STEP = 0.02
#: By how many seconds the first calls are made before the articles that come after them are looked at.
_HEAD_START = 0.1
#: What a brief takes from its reply to the publisher, in seconds, at most about.
_FINISHING = 0.5

_KEPT = "INSERT INTO brief (key, json) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET json = excluded.json"
_BRIEFED = "UPDATE article SET state = 'briefed', kind = NULL, reason = NULL WHERE number = ?"
_FAILED = "UPDATE article SET state = 'failed', kind = ?, reason = ?, is_transient = ? WHERE number = ?"


class _Row(NamedTuple):
    number: int
    id: str
    output: str
    key: str
    source: str
    fingerprint: str
    stamp: str | None
    state: str


class Runner:
    """Takes the articles that are to be done, so many at once and so many `ahead`, and gives what became of each.

    `error` holds what stopped the run before its end, or None.
    """

    def __init__(
        self,
        ledger: Ledger,
        writer: Writer,
        publisher: Publisher,
        *,
        gate: Gate,
        state: RunState,
        options: RunOptions,
        out: Path,
        concurrency: int,
        ahead: int = 0,
        resends_unknown: bool = True,
    ) -> None:
        self._ledger = ledger
        self._writer = writer
        self._publisher = publisher
        self._gate = gate
        self._state = state
        self._options = options
        self._out = out
        self._concurrency = concurrency + ahead
        self._at_once = concurrency
        self._resends_unknown = resends_unknown
        self._to_publish: asyncio.Queue[Written | None] = asyncio.Queue(maxsize=_UNPUBLISHED)
        self._stopping = asyncio.Event()
        self._rows: Iterator[_Row] = iter(())
        self._tell: Tell = _unheard
        self.error: SummarizerError | None = None
        #: Whether anything was published.
        self.has_written = False

    def stop(self) -> None:
        """Send nothing more; what is in flight has `GRACE` seconds. Called on the run's event loop."""
        self._gate.is_closed = True
        self._state.phase = "stopping"
        self._stopping.set()

    async def run(self, tell: Tell) -> None:
        """Brief everything that is to be done; `tell` is awaited with what became of the articles."""
        self._tell = tell
        try:
            await self._tell_kept()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._publish_all())
                await self._publish_again()
                self._rows = self._todo()
                await self._work_all()
                await self._to_publish.put(None)
        except* SummarizerError as errors:
            self.error = self.error or _first(errors)

    # -- writing --

    async def _work_all(self) -> None:
        workers: list[asyncio.Task[None]] = []
        for number in range(self._concurrency):
            workers.append(asyncio.create_task(self._work(number >= self._at_once)))
            await asyncio.sleep(0)  # so that one's call goes out before the next one's article is opened
        beside = [asyncio.create_task(self._stopped(workers)), asyncio.create_task(self._prepare())]
        try:
            await asyncio.gather(*workers, return_exceptions=False)
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
        finally:
            for task in (*workers, *beside):
                task.cancel()
            await asyncio.gather(*workers, *beside, return_exceptions=True)

    async def _prepare(self) -> None:
        await asyncio.sleep(_HEAD_START)
        await self._writer.prepare()

    async def _stopped(self, workers: list[asyncio.Task[None]]) -> None:
        """Once the run is being stopped, wait for what is in flight, then for what is being finished."""
        await self._stopping.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self._gate.in_flight:  # noqa: ASYNC110 - counted by many, and looked at once in a run
                    await asyncio.sleep(_STEP)
        await asyncio.wait(workers, timeout=_FINISHING)
        for worker in workers:
            worker.cancel()

    async def _work(self, is_ahead: bool) -> None:  # noqa: FBT001 - of a task
        if is_ahead:
            await asyncio.sleep(_HEAD_START)
        while not self._gate.is_closed and (row := next(self._rows, None)) is not None:
            self._state.waiting -= 1
            self._state.at_work += 1
            try:
                await self._one(row)
            finally:
                self._state.at_work -= 1

    async def _one(self, row: _Row) -> None:
        try:
            self._require_unchanged(row)
            written = await self._writer.write(row.number, row.id, row.key)
        except StoppedError:
            return
        except SummarizerError as error:
            if error.stops_run:
                self.error = self.error or error
                self.stop()
                return
            await self._fail(row, error)
            return
        await self._ledger.write((_KEPT, (row.key, Packing(written))), (_BRIEFED, (row.number,)))
        crashpoint("after_briefed")
        await self._to_publish.put(Written(row.number, row.id, row.output, written))

    def _require_unchanged(self, row: _Row) -> None:
        """See that the file is still what was planned: it was read a while ago."""
        source = load_source(row.source)
        if stamp_of(source.path) == row.stamp:
            return
        if row.fingerprint.partition(":")[2] != fingerprint(source):
            raise _ChangedError("the article changed after it was read; run again to brief it as it is now")

    async def _fail(self, row: _Row, error: SummarizerError) -> None:
        failure = Failure(
            type(error).__name__.lstrip("_"), str(error)[:_REASON], is_transient=self._is_transient(error)
        )
        await self._ledger.write((_FAILED, (failure.kind, failure.reason, int(failure.is_transient), row.number)))
        self._state.failed += 1
        self._state.ended()
        await self._tell([Outcome(row.id, "failed", failure=failure)])

    def _is_transient(self, error: SummarizerError) -> bool:
        """Tell whether a later run tries again by itself: not where that may pay twice against the user's will."""
        if isinstance(error, LostReplyError) and not self._resends_unknown:
            return False
        return isinstance(error, (TransportError, _ChangedError))

    # -- publishing --

    async def _publish_all(self) -> None:
        is_last = False
        while not is_last:
            group, is_last = await self._next_group()
            if not group or isinstance(self.error, DiskError):
                continue  # what stands in the ledger is published by the next run
            try:
                await self._publisher.publish(group)
            except SummarizerError as error:
                self.error = self.error or error
                self.stop()  # calls in flight may come home: the ledger takes their replies
                continue
            self.has_written = True
            for _ in group:
                self._state.done += 1
                self._state.ended()
            await self._tell([Outcome(written.id, "done", self._out / written.output) for written in group])

    async def _next_group(self) -> tuple[list[Written], bool]:
        group: list[Written] = []
        item = await self._to_publish.get()
        while item is not None:
            group.append(item)
            if len(group) >= _GROUP or self._to_publish.empty():
                return group, False
            item = self._to_publish.get_nowait()
        return group, True

    # -- what earlier runs left --

    async def _tell_kept(self) -> None:
        """Give the outcomes of what is settled already."""
        rows = self._ledger.rows(
            "SELECT id, state, output, kind, reason, is_transient FROM article "
            "WHERE state IN ('done', 'failed', 'skipped') ORDER BY number"
        )
        for name, state, output, kind, reason, is_transient in rows:
            done = state == "done"
            failure = None if done else Failure(kind, reason, is_transient=bool(is_transient))
            setattr(self._state, state, getattr(self._state, state) + 1)
            self._state.kept += done
            await self._tell([Outcome(name, state, self._out / output if done else None, failure=failure, kept=done)])

    async def _publish_again(self) -> None:
        """Publish briefs that stand in the ledger and not in their files: their calls were made by an earlier run."""
        rows = self._ledger.rows(
            "SELECT a.number, a.id, a.output, brief.json FROM article a JOIN brief ON brief.key = a.key "
            "WHERE a.state = 'briefed' ORDER BY a.number"
        )
        for number, name, output, data in rows:
            await self._to_publish.put(Written(number, name, output, renamed(unpacked(self._ledger, data), name)))

    # -- what is to be done --

    def _todo(self) -> Iterator[_Row]:
        drawn = sample(self._ledger, self._options)
        self._state.waiting = sum(1 for _ in to_brief(self._ledger, drawn))
        last = 0
        while rows := self._ledger.all(
            "SELECT number, id, output, key, source, fingerprint, stamp, state FROM article "
            "WHERE state = 'todo' AND number > ? ORDER BY number LIMIT ?",
            (last, _PREFETCHED),
        ):
            last = rows[-1][0]
            for row in map(_Row._make, rows):
                if drawn is None or row.id in drawn:
                    yield row


class _ChangedError(RunError):
    """The article is no longer the one that was planned."""


async def _unheard(outcomes: list[Outcome]) -> None:
    del outcomes


def _first(errors: BaseExceptionGroup[SummarizerError]) -> SummarizerError:
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, SummarizerError)  # noqa: S101 - of such the group was made
    return found
