"""What asks for a turn, and how it waits for one, in whatever event loop it runs."""

from __future__ import annotations

import asyncio
import itertools
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.engines.openai.limits.refusals import Refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.engines.openai.limits.turns import Turn
    from summarizer.errors import SummarizerError

#: Where a server gave nothing but refusals, or was down, for so many seconds, even the patient pause, to be resumed.
LONGEST_PATIENCE = 3_600.0
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Need:
    """What one call asks for: a body of `size` bytes, with room for an answer of `room` tokens."""

    size: int
    room: int
    is_retry: bool = False
    #: Whether the request may not be sent again after this.
    is_last: bool = False


class Deadline:
    """The time for one article, which stands still while the article waits for its turn."""

    def __init__(self, scope: asyncio.Timeout) -> None:
        self._scope = scope

    def left(self) -> float:
        """Give the seconds left."""
        when = self._scope.when()
        return math.inf if when is None else when - asyncio.get_running_loop().time()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Move the deadline by the time spent inside."""
        loop, when = asyncio.get_running_loop(), self._scope.when()
        started = loop.time()
        self._scope.reschedule(None)
        try:
            yield
        finally:
            if when is not None:
                self._scope.reschedule(when + loop.time() - started)


class Patience:
    """How long one article waits, and since when: earlier articles go first.

    `owner` is what its calls can be refused by, all at once.
    """

    def __init__(self, deadline: Deadline, owner: object, *, patient: bool, max_wait: float) -> None:
        self.deadline = deadline
        self.owner = owner
        self.patient = patient
        self.max_wait = max_wait
        #: Seconds waited for holds; only the impatient count them.
        self.held = 0.0
        self.number = next(_numbers)
        self.refusals = Refusals()


class Ticket:
    """One call that waits, or has its turn."""

    __slots__ = ("_rank", "error", "ignores_hold", "is_gone", "is_probe", "loop", "need", "patience", "turn", "woken")

    def __init__(self, need: Need, patience: Patience) -> None:
        self._rank = patience.refusals.go_behind, patience.number
        self.need = need
        self.patience = patience
        self.loop = asyncio.get_running_loop()
        self.turn: Turn | None = None
        self.error: SummarizerError | None = None
        self.woken: asyncio.Future[None] | None = None
        self.is_gone = self.is_probe = self.ignores_hold = False

    def __lt__(self, other: Ticket) -> bool:
        """Say who comes first: what is refused again and again comes last, else the earlier article."""
        return self._rank < other._rank

    def wake(self) -> None:
        """Have it look again, from whatever thread."""
        woken = self.woken
        if woken is None or self.loop.is_closed():
            return
        if asyncio._get_running_loop() is self.loop:  # noqa: SLF001 - a documented way to ask without an exception
            _set(woken)
        else:
            self.loop.call_soon_threadsafe(_set, woken)


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def pause(woken: asyncio.Future[None], seconds: float) -> None:
    """Wait until woken, and at most so many seconds."""
    timer = asyncio.get_running_loop().call_later(seconds, _set, woken) if seconds < math.inf else None
    try:
        await woken
    finally:
        if timer is not None:
            timer.cancel()
