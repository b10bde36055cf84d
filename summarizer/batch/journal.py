"""Writes the calls about an article into the ledger: before they are sent, and when their replies are there."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from summarizer.batch.crashpoints import crashpoint
from summarizer.batch.kept import Packing, unpacked
from summarizer.brief import Tokens
from summarizer.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from summarizer.batch.budget import Budget, Reservation
    from summarizer.batch.ledger import Ledger

#: Notes a call before it is sent.
CLAIM = (
    "INSERT INTO call (number, article, key, body, run, started, state, reserved_tokens, reserved_cost) "
    "VALUES (?, ?, ?, ?, ?, ?, 'sent', ?, ?)"
)
#: Notes its reply as it came.
ANSWERED = (
    "UPDATE call SET ended = ?, state = 'answered', is_replayable = 1, input = ?, cached = ?, output = ?, "
    "unknown = ?, cost = ?, reply = ? WHERE number = ?"
)
#: Notes that no reply came.
FAILED = "UPDATE call SET ended = ?, state = ?, unknown = ?, error = ? WHERE number = ?"
_REASON = 200
#: Replies that wait for the calls before them.
_MOST_HELD = 32


@dataclass(slots=True)
class Gate:
    """What all calls of a run pass: closed, it lets nothing more out; it counts what is on its way."""

    is_closed: bool = False
    in_flight: int = 0
    tokens: Tokens = field(default_factory=Tokens)
    cost: Decimal = Decimal(0)
    _leaving: int = 0
    _held: deque[asyncio.Future[None]] = field(default_factory=deque)

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Stand for a call that is about to go out."""
        self._leaving += 1
        try:
            yield
        finally:
            self._leaving -= 1
            self._let_on()

    async def lull(self) -> None:
        """Let calls that are about to go out do so first: one that is late is time lost at the server.

        Who waits goes on one at a time, so that no more than one's work stands before the next call. Of very many,
        some go on although calls are about to leave: the processor would have nothing to do while those are committed.
        """
        if not (self._leaving or self._held):
            return
        mine = asyncio.get_running_loop().create_future()
        self._held.append(mine)
        if len(self._held) > _MOST_HELD:
            self._let_one_on()
        try:
            await mine
        finally:
            if not mine.cancelled():  # else it was not its turn, and the one whose turn it is lets the next on
                asyncio.get_running_loop().call_soon(self._let_on)
            elif mine in self._held:
                self._held.remove(mine)

    def _let_on(self) -> None:
        if not self._leaving:
            self._let_one_on()

    def _let_one_on(self) -> None:
        while self._held:
            first = self._held.popleft()
            if not first.done():  # else it was cancelled just now
                first.set_result(None)
                return


class CallJournal:
    """Keeps the calls about one article, under the key of all that decides its brief.

    A reply that an earlier run got is handed out again, once, for the very bytes that it answered.
    """

    def __init__(
        self,
        ledger: Ledger,
        budget: Budget,
        gate: Gate,
        *,
        run: int,
        article: int,
        key: str,
        replies: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        """Take the `replies` that earlier runs got for this key: the hash of the body, and the packed reply."""
        self._ledger = ledger
        self._budget = budget
        self._gate = gate
        self._run = run
        self._article = article
        self._key = key
        self._replies = list(replies)
        self._reserved: dict[int, Reservation] = {}

    def recorded(self, body: bytes) -> bytes | None:
        """Give the first reply kept for these bytes, and never the same twice."""
        if not self._replies:
            return None
        wanted = body_hash(body)
        for place, (sent, reply) in enumerate(self._replies):
            if sent == wanted:
                del self._replies[place]
                return unpacked(self._ledger, reply)
        return None

    async def sending(self, body: bytes, reserve: Tokens) -> int:
        """Reserve what the call may take and commit that it is made."""
        self._require_open()
        reserved = await self._budget.reserve(reserve)
        call = self._ledger.next_call()
        try:
            await self._claim(call, body, reserved)
        except BaseException:
            self._budget.settle(reserved, Tokens())
            raise
        self._reserved[call] = reserved
        crashpoint("after_claim")
        return call

    async def answered(self, call: int, reply: bytes, usage: Tokens) -> None:
        """Commit the reply as it came."""
        crashpoint("after_reply")
        cost = self._settled(call, usage)
        counts = (usage.input, usage.cached, usage.output, usage.unknown)
        await self._ledger.write((ANSWERED, (time.time(), *counts, dollars_text(cost), Packing(reply), call)))
        crashpoint("after_recorded")
        await self._gate.lull()

    def failed(self, call: int, reason: str, *, possibly_paid: bool) -> None:
        """Note that no reply came; it is on the disk before the next call of this article is."""
        self._settled(call, Tokens(unknown=1) if possibly_paid else Tokens())
        state = "unknown" if possibly_paid else "unpaid"
        self._ledger.put((FAILED, (time.time(), state, int(possibly_paid), reason[:_REASON], call)))

    async def _claim(self, call: int, body: bytes, reserved: Reservation) -> None:
        self._require_open()
        crashpoint("before_claim")
        row = (call, self._article, self._key, body_hash(body), self._run, time.time())
        self._gate.in_flight += 1
        try:
            with self._gate.leaving():
                await self._ledger.write((CLAIM, (*row, reserved.tokens, dollars_text(reserved.cost))))
        except BaseException as error:
            self._gate.in_flight -= 1
            if isinstance(error, asyncio.CancelledError):  # the claim gets to the disk, the request nowhere
                self._ledger.put((FAILED, (time.time(), "unpaid", 0, "never sent", call)))
            raise

    def _settled(self, call: int, usage: Tokens) -> Decimal | None:
        self._gate.in_flight -= 1
        self._gate.tokens += usage
        cost = self._budget.settle(self._reserved.pop(call), usage)
        self._gate.cost += cost or 0
        return cost

    def _require_open(self) -> None:
        if self._gate.is_closed:
            raise StoppedError("the run is being stopped")


def dollars_text(cost: Decimal | None) -> str | None:
    """Write an amount for the ledger, exactly."""
    return None if cost is None else str(cost)


def body_hash(body: bytes) -> bytes:
    """Give what a reply is found by: the hash of the body that it answers."""
    return hashlib.sha256(body).digest()
