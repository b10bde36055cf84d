"""The one object that every call to a server passes: it says when, and learns from what comes back."""

from __future__ import annotations

import copy
import math
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from summarizer.engines.openai.limits import tickets
from summarizer.engines.openai.limits.circuit import Circuit
from summarizer.engines.openai.limits.headers import rate_headers
from summarizer.engines.openai.limits.holds import Holds
from summarizer.engines.openai.limits.queue import Queue
from summarizer.engines.openai.limits.rates import Rates
from summarizer.engines.openai.limits.refusals import Answered
from summarizer.engines.openai.limits.shared import LocalPace, SharedPace
from summarizer.engines.openai.limits.state import LimiterState
from summarizer.engines.openai.limits.tickets import LONGEST_PATIENCE, Need, Patience, Ticket
from summarizer.engines.openai.limits.traffic import Minute
from summarizer.engines.openai.limits.turns import Turn
from summarizer.errors import ConnectError, PausedError, RateLimitError, SummarizerError, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from summarizer.brief import Tokens
    from summarizer.engines.openai.limits.pacer import Pace

_OK = 200

#: The one clock of all limiters that were given none.
clock: Callable[[], float] = time.monotonic


class Limiter:
    """Paces the calls to one server with one key for one model, from any number of threads and event loops.

    Both limits must let a call go, and no hold may be on. The method is GCRA for requests and a token bucket for
    tokens, at 98.5 % of what is allowed; limits come from the reply's headers (where it `hears` them), else from
    `configure`, else from refusals.
    """

    def __init__(
        self,
        store: LocalPace | SharedPace | None = None,
        clock: Callable[[], float] | None = None,
        *,
        hears: bool = True,
    ) -> None:
        self._hears = hears
        self._store = store or LocalPace()
        self._own_clock = clock
        self._minute = Minute()
        self._circuit = Circuit(self._minute)
        self._rates = Rates(self._minute)
        self._queue = Queue(self._circuit, self._delay, self._grant)
        self._pace: Pace = self._store.pace
        self._holds = Holds(self._pace)
        self._answers = Answered()
        self._in_flight = self._sends = self._refusals = 0

    def configure(self, rpm: float | None, tpm: float | None) -> None:
        """Take the limits that the user gave; what the server says goes before them."""
        with self._store:
            self._rates.configure(rpm, tpm)
            self._share()

    async def admit(self, need: Need, patience: Patience, after: RateLimitError | None = None) -> Turn:
        """Wait for the turn of a call.

        Raises TooLongError where it can never have one, and PausedError (patient) or RateLimitError (`after`, where
        that is what made it wait) where it would wait for longer than its patience.
        """
        ticket = Ticket(need, patience)
        if patience.refusals.are_its_own:
            await self._rest(ticket, after)
        with self._store:
            now = self._now()
            self._check(ticket, now, after)
            self._queue.enter(ticket)
            self._queue.turn(now, ticket)
        if ticket.turn is None:
            await self._wait(ticket, after)
        if ticket.turn is None:
            raise RuntimeError("a ticket was called without a turn")
        return ticket.turn

    def refuse(self, owner: object, error: SummarizerError) -> None:
        """Have all calls of an owner that wait for their turn fail with this error."""
        with self._store:
            for ticket in [t for t in self._queue if t.patience.owner is owner]:
                ticket.error = copy.copy(error)
                ticket.wake()

    def state(self) -> LimiterState:
        """Give what a progress display shows."""
        with self._store:
            now = self._now()
            self._minute.roll(now)
            requests, tokens = self._rates.requests, self._rates.tokens
            rpm, tpm = requests.allowed, tokens.allowed
            limit = self._rates.in_flight_limit
            return LimiterState(
                rpm=rpm or None,
                rpm_source=requests.source,
                rpm_used=self._minute.answered / rpm if rpm else None,
                tpm=tpm or None,
                tpm_source=tokens.source,
                tpm_used=self._minute.tokens / tpm if tpm else None,
                in_flight=self._in_flight,
                waiting=len(self._queue),
                concurrency=int(limit) if limit < math.inf else None,
                hold=max(0.0, self._holds.left(now)),
                is_open=self._circuit.opened is not None,
                refusals=self._refusals,
                sends=self._sends,
                shared=self._store.is_shared,
                note=self._store.note,
            )

    # -- waiting --

    async def _rest(self, ticket: Ticket, after: RateLimitError | None) -> None:
        """Have an article that the server refuses alone wait by itself, and give it up in the end."""
        now, patience = self._now(), ticket.patience
        patience.refusals.check(patience, now, after)
        with patience.deadline.standing_still() if patience.patient else nullcontext():
            await tickets.pause(ticket.loop.create_future(), max(0.0, patience.refusals.not_before - now))

    async def _wait(self, ticket: Ticket, after: RateLimitError | None) -> None:
        try:
            while ticket.turn is None:
                ticket.woken = ticket.loop.create_future()
                with self._store:
                    delay, is_held = self._look(ticket, after)
                if ticket.turn is None:
                    await self._pause(ticket, delay, is_counted=is_held and not ticket.patience.patient)
        except BaseException:
            self._leave(ticket)
            raise

    def _look(self, ticket: Ticket, after: RateLimitError | None) -> tuple[float, bool]:
        """Give turns that are due; give how long this ticket waits, and whether a hold is what it waits for."""
        now = self._now()
        if ticket.error is not None:
            raise ticket.error
        self._check(ticket, now, after)
        delay, hold = self._queue.turn(now, ticket), self._holds.left(now)
        return (min(delay, hold), True) if hold > 0 else (delay, False)

    async def _pause(self, ticket: Ticket, delay: float, *, is_counted: bool) -> None:
        woken, patience, started = ticket.woken, ticket.patience, self._now()
        if woken is None:
            return
        if is_counted:
            await tickets.pause(woken, delay)
            patience.held += self._now() - started
        else:
            with patience.deadline.standing_still():
                await tickets.pause(woken, delay)

    def _leave(self, ticket: Ticket) -> None:
        with self._store:
            if ticket.turn is not None:
                self._in_flight -= 1
            self._queue.leave(ticket)
            self._queue.turn(self._now())

    def _check(self, ticket: Ticket, now: float, after: RateLimitError | None) -> None:
        """Raise what a call that waits in vain fails with."""
        self._rates.adopt(self._pace, now)
        self._rates.check_size(ticket.need)
        if (
            ticket.patience.patient
            and self._circuit.opened is not None
            and now - self._circuit.opened > LONGEST_PATIENCE
        ):
            raise PausedError("the server has been down for an hour; resume later", seconds=LONGEST_PATIENCE)
        self._holds.check(ticket, now, after)

    def _delay(self, ticket: Ticket, now: float) -> float:
        hold = self._holds.left(now)
        if hold > 0 and not ticket.ignores_hold:
            return hold
        if self._in_flight >= self._rates.in_flight_limit:
            return math.inf
        return self._rates.delay(ticket.need, self._pace, now) if self._rates.are_known else 0.0

    def _grant(self, ticket: Ticket, now: float) -> None:
        self._in_flight += 1
        self._sends += 1
        self._circuit.sent(now, is_retry=ticket.need.is_retry)
        taken = self._rates.take(ticket.need, self._pace, now)
        ticket.turn = Turn(self, taken, ticket.need, ticket.patience, self._sends)
        ticket.wake()

    # -- what came of it --

    def replied(self, turn: Turn, headers: Mapping[str, str], usage: Tokens) -> None:
        """Take in that an answer came."""
        with self._store:
            now = self._now()
            self._in_flight -= 1
            told = rate_headers(headers if self._hears else {})
            self._rates.replied(turn.taken, usage, told, self._pace, now)
            self._answered(turn, now)
            self._share()
            self._queue.turn(now)

    def failed(self, turn: Turn, error: SummarizerError) -> None:
        """Take in that none came: a refusal, a failure of the server or the way there, or one of the request alone."""
        with self._store:
            now = self._now()
            self._in_flight -= 1
            if isinstance(error, TransportError) and self._hears:
                self._rates.hear(rate_headers(error.headers), self._pace, now)
            if isinstance(error, RateLimitError):
                self._refused(turn, error, now)
            elif isinstance(error, TransportError) and error.status != _OK:
                if isinstance(error, ConnectError):
                    self._rates.give_back(turn.taken, self._pace, now)
                self._circuit.failed(now)
            else:
                self._answered(turn, now)
            self._share()
            self._queue.turn(now)

    def left(self) -> None:
        """Take in that a call was left before its outcome."""
        with self._store:
            self._in_flight -= 1
            self._queue.turn(self._now())

    def _answered(self, turn: Turn, now: float) -> None:
        self._answers.count(turn)
        turn.patience.refusals.clear()
        self._holds.answered(turn.taken.time, now)
        if self._circuit.succeeded():
            self._rates.concurrency.restart()
            self._queue.unpark()

    def _refused(self, turn: Turn, error: RateLimitError, now: float) -> None:
        """Hold everything, once for all refusals of calls that were on their way together; or one request alone."""
        self._refusals += 1
        self._rates.give_back(turn.taken, self._pace, now)
        refusals = turn.patience.refusals
        if refusals.count(turn, self._answers):
            self._rates.doubt()
        if refusals.are_its_own:
            refusals.wait(error, now)
            return
        is_new = self._holds.is_new(turn.taken.time)
        if is_new:
            self._holds.count(now, self._rates.concurrency.latency)
        if is_new and not self._answers.is_smaller_than(turn):
            told, in_flight = rate_headers(error.headers if self._hears else {}), self._in_flight + 1
            self._rates.refused(turn.taken, told, self._pace, now, in_flight=in_flight, in_a_row=self._holds.in_a_row)
        if self._holds.hold(error, now):
            for ticket in self._queue:  # each looks whether that is too long for it
                ticket.wake()

    def _share(self) -> None:
        if self._rates.are_known:
            self._store.share()

    def _now(self) -> float:
        return self._own_clock() if self._own_clock is not None else clock()
