"""A batch as a caller sees it: something to iterate over, from sync or async code, that can be stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from summarizer.batch.state import RunState
from summarizer.errors import SummarizerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from summarizer.batch.run import Forecast, Run
    from summarizer.batch.state import Outcome
    from summarizer.loop import LoopThread

#: Groups of outcomes that wait for a slow caller; then the run waits too.
_WAITING = 16


class MakeRun(Protocol):
    """Makes a run that counts in this state; one that `sends` nothing is good for a forecast alone."""

    def __call__(self, state: RunState, *, sends: bool) -> Run:
        """Make one; SettingsError where the settings do not do."""


class Batch:
    """A run over a folder. Iterate over it, with `for` or `async for`, once: it gives an `Outcome` for each article.

    What stopped the run before its end is raised after the last outcome: BudgetError, AccountError, DiskError and
    other RunErrors; a UsageError where the folder or OUT is none. What was paid for is kept: the same call goes on.
    """

    def __init__(self, loop: LoopThread, make: MakeRun) -> None:
        self._loop = loop
        self._make = make
        self._state = RunState()
        self._run: Run | None = None
        self._found: asyncio.Queue[list[Outcome]] | None = None
        self._task: asyncio.Task[None] | None = None

    def forecast(self) -> Forecast:
        """Tell what the run would do and about what it would cost; nothing is sent and nothing of OUT changes.

        A model's key is not needed. While the folder is read, `state` counts its articles.
        """
        try:
            return self._loop.run(self._make(self._state, sends=False).forecast())
        finally:
            self._state = RunState()  # what comes next counts from the start

    @property
    def state(self) -> RunState:
        """What the run has done so far."""
        return self._state if self._run is None else self._run.state

    def stop(self) -> None:
        """Send nothing more; calls in flight have five seconds, then the iteration ends. From any thread."""

        async def stop() -> None:  # the run is made on its loop alone, so that there are never two
            self._made().stop()

        self._loop.submit(stop())

    def __iter__(self) -> Iterator[Outcome]:
        """Run, and give what becomes of each article."""
        try:
            while found := self._loop.run(self._next()):
                yield from found
        finally:
            self._loop.run(self._end())

    async def __aiter__(self) -> AsyncIterator[Outcome]:
        """Run without blocking the caller's event loop, and give what becomes of each article."""
        try:
            while found := await self._loop.wait(self._next()):
                for outcome in found:
                    yield outcome
        finally:
            await self._loop.wait(self._end())

    def _made(self) -> Run:
        if self._run is None:
            self._run, self._state = self._make(self._state, sends=True), RunState()
        return self._run

    async def _next(self) -> list[Outcome]:
        """Give the outcomes that are there; an empty list at the end, where what stopped the run is raised."""
        if self._task is None:
            self._found = asyncio.Queue(_WAITING)
            self._task = asyncio.create_task(self._made().execute(self._found.put))
        assert self._found is not None  # noqa: S101 - made with the task
        getting = asyncio.ensure_future(self._found.get())
        await asyncio.wait({getting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done() and not self._found.empty():  # pragma: no cover - put and ended at once
            await getting
        if getting.done():
            return getting.result() or await self._next()
        getting.cancel()
        self._task.result()
        return []

    async def _end(self) -> None:
        """Stop a run that is not waited for any more."""
        if self._task is None or self._task.done():
            return
        self._made().stop()
        while not self._task.done():
            assert self._found is not None  # noqa: S101 - made with the task
            while not self._found.empty():
                self._found.get_nowait()
            await asyncio.wait({self._task}, timeout=0.05)
        if not isinstance(self._task.exception(), (SummarizerError, type(None))):
            self._task.result()
