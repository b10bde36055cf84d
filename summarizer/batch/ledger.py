"""The ledger: what a run has planned, sent, received and written, in one SQLite file that survives a kill."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import sqlite3
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from summarizer.batch.ledger_file import NAME, SUM, connect, is_refusal, open_ledger, readable, write_sum
from summarizer.errors import DiskError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: What one commit may hold: beyond it the first of a group would wait long for the last.
LARGEST_GROUP = 512

Parameters = tuple[Any, ...]


@dataclass(slots=True)
class _Batch:
    """Statements that become durable together, and who waits for it."""

    statements: Sequence[tuple[str, Parameters]]
    done: asyncio.Future[None] | threading.Event | None
    error: BaseException | None = field(default=None)


class Ledger:
    """One run's record. Statements of many callers are committed in groups, by a thread of its own.

    A statement that is awaited is on the disk (WAL, synchronous=FULL). After a failure of the disk nothing more
    is written and every caller gets the same DiskError. Reads see what was committed.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self._reader = connect(folder / NAME)
        self._reads = threading.Lock()
        self._queue: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._failure: DiskError | None = None
        self._is_clean = True
        self._thread = threading.Thread(target=self._serve, name="ledger", daemon=True)
        self._thread.start()
        self._call_numbers = itertools.count(1 + (self.one("SELECT max(number) FROM call")[0] or 0))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a folder's ledger, or make one; the caller holds the run's lock. Raises what `open_ledger` raises."""
        return cls(folder, open_ledger(folder))

    # -- writing --

    async def write(self, *statements: tuple[str, Parameters]) -> None:
        """Commit statements together with those of others; without any, wait for those before.

        DiskError where the disk refuses.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(_Batch(statements, done))
        await done

    def write_now(self, *statements: tuple[str, Parameters]) -> None:
        """Commit statements and wait for it, outside of an event loop."""
        batch = _Batch(statements, threading.Event())
        self._put(batch)
        assert isinstance(batch.done, threading.Event)  # noqa: S101 - tells mypy what stands two lines above
        batch.done.wait()
        if batch.error is not None:
            raise batch.error

    def put(self, *statements: tuple[str, Parameters]) -> None:
        """Queue statements behind those before them; whoever waits for a later one knows that these are kept."""
        self._put(_Batch(statements, None))

    def next_call(self) -> int:
        """Give the number of a call that is about to be recorded."""
        return next(self._call_numbers)

    # -- reading --

    def one(self, sql: str, parameters: Parameters = ()) -> Parameters:
        """Give one row; of none, an empty one."""
        with self._reads, readable(self.path):
            row: Parameters | None = self._reader.execute(sql, parameters).fetchone()
        return row or ()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Parameters]:
        """Give all rows of a result that is small."""
        with self._reads, readable(self.path):
            return self._reader.execute(sql, parameters).fetchall()

    def rows(self, sql: str, parameters: Parameters = (), *, at_once: int = 256) -> Iterator[Parameters]:
        """Give the rows of a result of any size, on a connection of their own."""
        with readable(self.path), contextlib.closing(connect(self._folder / NAME)) as connection:
            cursor = connection.execute(sql, parameters)
            while found := cursor.fetchmany(at_once):
                yield from found

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return self._folder / NAME

    def close(self) -> None:
        """Write what is queued, fold the write-ahead log into the file, and note its hash."""
        self._queue.put(None)
        self._thread.join()
        self._reader.close()
        if self._failure is None and not self._is_clean:
            with contextlib.suppress(sqlite3.Error, OSError):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.close()
                write_sum(self.path, self._folder / SUM)
        self._connection.close()

    # -- the thread --

    def _put(self, batch: _Batch) -> None:
        if self._failure is not None:
            raise self._failure
        if not self._thread.is_alive():
            raise DiskError("the ledger is closed")
        self._queue.put(batch)

    def _serve(self) -> None:
        while True:
            group, is_last = self._next_group()
            if group:
                self._commit(group)
                _tell(group, self._failure)
            if is_last:
                return

    def _next_group(self) -> tuple[list[_Batch], bool]:
        group: list[_Batch] = []
        batch = self._queue.get()
        while batch is not None:
            group.append(batch)
            if len(group) >= LARGEST_GROUP or self._queue.empty():
                return group, False
            batch = self._queue.get()
        return group, True

    def _commit(self, group: list[_Batch]) -> None:
        if self._failure is not None or not any(batch.statements for batch in group):
            return
        try:
            self._note_change()
            self._connection.execute("BEGIN IMMEDIATE")
            for batch in group:
                for sql, parameters in batch.statements:
                    self._connection.execute(sql, parameters)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            with contextlib.suppress(sqlite3.Error):
                self._connection.rollback()
            self._failure = DiskError(f"the ledger cannot be written: {visible(str(error))}; {_way_out(error)}")

    def _note_change(self) -> None:
        if self._is_clean:
            (self._folder / SUM).unlink(missing_ok=True)
            self._is_clean = False


def _way_out(error: Exception) -> str:
    return "check its permissions and start again" if is_refusal(error) else "free some space and resume"


def _tell(group: list[_Batch], failure: DiskError | None) -> None:
    """Wake whoever waits, each event loop once."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for batch in group:
        batch.error = failure
        if isinstance(batch.done, threading.Event):
            batch.done.set()
        elif batch.done is not None:
            loops.setdefault(batch.done.get_loop(), []).append(batch.done)
    for loop, futures in loops.items():
        with contextlib.suppress(RuntimeError):  # a loop that is closed waits for nothing
            loop.call_soon_threadsafe(_resolve, futures, failure)


def _resolve(futures: list[asyncio.Future[None]], failure: DiskError | None) -> None:
    for future in futures:
        if future.done():
            continue
        if failure is None:
            future.set_result(None)
        else:
            future.set_exception(failure)
