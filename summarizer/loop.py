"""One event loop in a thread of its own, so that sync code, notebooks, threads and any loop share one client."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import TYPE_CHECKING, TypeVar

from summarizer.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

_CLOSED = "the summarizer was closed before this brief was done"


class LoopThread:
    """Starts with the first call and ends with `close`, after which it may start again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def submit(self, coroutine: Coroutine[object, object, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the loop; the future can be waited for, awaited or cancelled."""
        with self._lock:
            loop = self._loop or self._start()
            return asyncio.run_coroutine_threadsafe(coroutine, loop)

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run a coroutine and wait for it; an interrupt cancels it. RunError where `close` comes first."""
        future = self.submit(coroutine)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise RunError(_CLOSED) from None
        except BaseException:
            future.cancel()
            raise

    async def wait(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run a coroutine and wait for it in another loop; as `run`, but that loop goes on meanwhile."""
        try:
            return await asyncio.wrap_future(self.submit(coroutine))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise RunError(_CLOSED) from None

    @property
    def is_running(self) -> bool:
        """Whether there is a thread to close."""
        return self._thread is not None

    def close(self) -> None:
        """Cancel what runs, stop the loop and join its thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        if thread is not threading.current_thread():
            thread.join()

    def _start(self) -> asyncio.AbstractEventLoop:
        self._loop = loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_serve, args=(loop,), name="summarizer", daemon=True)
        self._thread.start()
        return loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
