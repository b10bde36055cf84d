"""What a run has its processors do: articles are read, briefed and finished off the event loop, on all cores."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from summarizer.batch.finishing import Nothing
from summarizer.batch.work import Failed, plan
from summarizer.batch.worker import PATIENCE, Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from types import TracebackType

    from summarizer.batch.listing import Source
    from summarizer.batch.planning import Planned
    from summarizer.batch.work import Item, Result

#: Fewer sources than this are read before a process has started.
FEW = 50
#: Sources that are sent to a process at once: enough that the sending does not count, few enough to hold.
CHUNK = 16
_AHEAD = 2
#: Things that a process gets at once where many wait.
_GROUP = 4


class Workers:
    """Processes that read articles, brief them where no model is asked, and check what a model wrote.

    An async context manager, or `close` it.

    With `workers` of 0, or for fewer than 50 sources, they are read in a thread of this process, where a page that
    hangs is waited for. `patience` is the seconds that one page may take elsewhere.
    """

    def __init__(self, workers: int | None = None, *, patience: float = PATIENCE) -> None:
        """Start nothing yet; None takes as many workers as there are cores for this process."""
        count = _cores() if workers is None else workers
        self._workers = [Worker(patience) for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._waiting: deque[_Waiting] = deque()
        self._serving = 0
        self._threads = ThreadPoolExecutor(max(1, count), thread_name_prefix="summarizer-worker")

    async def plan(self, sources: Iterable[Source]) -> AsyncIterator[Planned | Failed]:
        """Read sources as they come and give what each holds, in their order.

        At most two chunks a worker are read or wait to be taken, so memory does not grow with their number. What
        the iteration over the sources raises comes out here, after what was read before it.
        """
        waiting = iter(sources)
        first = await asyncio.to_thread(_taken, waiting, FEW)
        here = not self._workers or len(first) < FEW
        found = self._plan_here(chain(first, waiting)) if here else self._plan_there(chain(first, waiting))
        async for planned in found:
            yield planned

    async def do(self, item: Item) -> Result:
        """Have one thing done in one of the processes, together with others that wait."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(item, loop.create_future())
        self._waiting.append(waiting)
        self._serve_one_more(loop)
        return await waiting.found

    def _serve_one_more(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting and self._serving < len(self._workers):
            self._serving += 1
            loop.run_in_executor(self._threads, self._serve, loop)

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """Keep one process at work while anything waits; each few results wake the loop once."""
        worker = self._idle.get()
        try:
            while group := _next_of(self._waiting):
                try:
                    found: list[Result] | Exception = list(worker.run([waiting.item for waiting in group]))
                except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
                    found = error
                loop.call_soon_threadsafe(_tell, group, found)
        finally:
            self._idle.put(worker)
            with contextlib.suppress(RuntimeError):  # a loop that is closed waits for nothing
                loop.call_soon_threadsafe(self._served, loop)

    def _served(self, loop: asyncio.AbstractEventLoop) -> None:
        self._serving -= 1
        self._serve_one_more(loop)  # something may have come since the thread saw that nothing waits

    async def prepare(self) -> None:
        """Have every process load what finishing takes."""
        await asyncio.gather(*[self.do(Nothing()) for _ in self._workers])

    def rest(self) -> None:
        """End the processes while nothing is asked of them; they start again with the next thing."""
        for worker in self._workers:
            worker.close()

    def close(self) -> None:
        """End all processes; what they were reading has failed."""
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await asyncio.to_thread(self.close)

    async def _plan_here(self, sources: Iterator[Source]) -> AsyncIterator[Planned | Failed]:
        while chunk := await asyncio.to_thread(_taken, sources, CHUNK):
            for source in chunk:
                yield await asyncio.to_thread(plan, source)

    async def _plan_there(self, sources: Iterator[Source]) -> AsyncIterator[Planned | Failed]:
        loop = asyncio.get_running_loop()
        under_way: deque[asyncio.Future[list[Planned | Failed]]] = deque()
        try:
            while True:
                while len(under_way) < _AHEAD * len(self._workers):
                    chunk = await asyncio.to_thread(_taken, sources, CHUNK)
                    if not chunk:
                        break
                    under_way.append(loop.run_in_executor(self._threads, self._read, chunk))
                if not under_way:
                    return
                for planned in await under_way.popleft():
                    yield planned
        finally:
            for future in under_way:
                future.cancel()

    def _read(self, chunk: Sequence[Item]) -> list[Any]:
        worker = self._idle.get()
        try:
            return list(worker.run(chunk))
        finally:
            self._idle.put(worker)


class _Waiting(NamedTuple):
    """Something to be done, and who waits for it."""

    item: Item
    found: asyncio.Future[Result]


def _next_of(waiting: deque[_Waiting]) -> list[_Waiting]:
    group: list[_Waiting] = []
    with contextlib.suppress(IndexError):
        while len(group) < _GROUP:
            group.append(waiting.popleft())
    return group


def _tell(group: list[_Waiting], found: list[Result] | Exception) -> None:
    for at, waiting in enumerate(group):
        if waiting.found.done():
            continue
        if isinstance(found, Exception):
            waiting.found.set_exception(found)
        else:
            waiting.found.set_result(found[at])


def _taken(sources: Iterator[Source], most: int) -> list[Source]:
    return list(islice(sources, most))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
