"""Who has the next turn: earlier articles first, and those that wait for the server apart from those that can go."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from summarizer.engines.openai.limits.circuit import Circuit
    from summarizer.engines.openai.limits.tickets import Ticket

#: A wait this much earlier than the one that is slept is worth waking up for, in seconds.
_WORTH_WAKING = 0.001
#: A shorter wait is none.
_NO_WAIT = 1e-6


class Queue:
    """Gives turns; one ticket, the keeper, looks at the clock for all.

    `delay` says what a ticket must wait for (endless: for somebody else's turn to end), `grant` gives it its turn.
    """

    def __init__(
        self, circuit: Circuit, delay: Callable[[Ticket, float], float], grant: Callable[[Ticket, float], None]
    ) -> None:
        self._circuit = circuit
        self._delay = delay
        self._grant = grant
        self._ready: list[Ticket] = []
        self._parked: list[Ticket] = []
        self._probe: Ticket | None = None
        self._keeper: Ticket | None = None
        self._alarm = -math.inf

    def __len__(self) -> int:
        return sum(not ticket.is_gone for ticket in self)

    def __iter__(self) -> Iterator[Ticket]:
        yield from self._ready
        yield from self._parked

    def enter(self, ticket: Ticket) -> None:
        """Take a ticket in."""
        heapq.heappush(self._ready, ticket)

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out that does not want its turn any more."""
        ticket.is_gone = True
        if ticket in self._parked:
            self._parked.remove(ticket)
        if self._probe is ticket:
            self._probe = None

    def unpark(self) -> None:
        """Let all wait for a turn again that waited for the server."""
        for ticket in self._parked:
            heapq.heappush(self._ready, ticket)
        self._parked.clear()

    def turn(self, now: float, ticket: Ticket | None = None) -> float:
        """Give all turns that are due; give the seconds after which `ticket` should look again."""
        delay = self._give(now)
        front = self._front()
        if front is None:
            return math.inf
        if front is ticket:
            self._keeper, self._alarm = front, now + delay
            return delay
        if front is not self._keeper or now + delay < self._alarm - _WORTH_WAKING or self._alarm < now:
            self._keeper, self._alarm = front, now + delay
            if delay < math.inf:
                front.wake()
        return math.inf

    def _front(self) -> Ticket | None:
        while self._ready and self._ready[0].is_gone:
            heapq.heappop(self._ready)
        return self._ready[0] if self._ready else self._parked[0] if self._parked else None

    def _give(self, now: float) -> float:
        """Give turns until the next in line has to wait; give the seconds until then."""
        if self._parked:
            self._look_at_parked(now)
        while self._ready:
            ticket = self._ready[0]
            if ticket.is_gone:
                heapq.heappop(self._ready)
            elif self._is_blocked(ticket, now):
                self._parked.append(heapq.heappop(self._ready))
            elif (delay := self._delay(ticket, now)) > _NO_WAIT:
                return min(delay, self._probe_delay(now))
            else:
                heapq.heappop(self._ready)
                self._probe = None if ticket is self._probe else self._probe
                self._grant(ticket, now)
        return self._probe_delay(now)

    def _is_blocked(self, ticket: Ticket, now: float) -> bool:
        return ticket.patience.patient and not ticket.is_probe and self._circuit.blocks(ticket.need, now)

    def _look_at_parked(self, now: float) -> None:
        """Let one go that the server's state blocks no longer, or one that finds out about it."""
        if self._circuit.opened is None:
            free = next((t for t in self._parked if not self._circuit.blocks(t.need, now)), None)
            if free is not None:
                self._parked.remove(free)
                heapq.heappush(self._ready, free)
                return
        if self._probe is None and self._probe_delay(now) <= _NO_WAIT:
            self._probe = min(self._parked, key=lambda t: (t.need.is_last, t.patience.number))
            self._probe.is_probe = True
            self._parked.remove(self._probe)
            # A probe goes before all that wait: they wait for what it finds out.
            heapq.heappush(self._ready, self._probe)

    def _probe_delay(self, now: float) -> float:
        if not self._parked or self._probe is not None:
            return math.inf
        return max(0.0, self._circuit.probe_delay(now, last=all(t.need.is_last for t in self._parked)))
