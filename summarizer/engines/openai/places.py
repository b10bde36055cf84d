"""So many articles at the server at once: who waits for a reply, or to send a request again, has a place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(slots=True)
class _Room:
    """The places of one event loop, and how many wait for one."""

    count: int
    free: asyncio.Semaphore
    waiting: int = 0


class Places:
    """The places of an engine, in each event loop: a semaphore belongs to the loop in which somebody waited."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._of: tuple[asyncio.AbstractEventLoop, _Room] | None = None

    def place(self) -> Place:
        """Give a place of the loop that runs, to be taken in a `with` block that leaves it at the latest."""
        loop = asyncio.get_running_loop()
        if self._of is None or self._of[0] is not loop:
            self._of = loop, _Room(self._count, asyncio.Semaphore(self._count))
        return Place(self._of[1])


class Place:
    """One article's place: left as soon as a reply is there, so that the next is asked while this one is read."""

    def __init__(self, room: _Room) -> None:
        self._room = room
        self.is_taken = False

    @property
    def is_near(self) -> bool:
        """Whether it will be this one's turn soon: no more wait than there are places."""
        return self._room.waiting < self._room.count

    async def take(self) -> None:
        """Wait for a free one."""
        self._room.waiting += 1
        try:
            await self._room.free.acquire()
        finally:
            self._room.waiting -= 1
        self.is_taken = True

    def leave(self) -> None:
        """Let another have it; nothing where it was left before."""
        if self.is_taken:
            self.is_taken = False
            self._room.free.release()

    def __enter__(self) -> Self:
        """Give itself, not taken yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave it."""
        self.leave()
