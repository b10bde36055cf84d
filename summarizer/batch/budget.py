"""Keeps a run inside its limits of tokens and money, with what the calls in flight may still take."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from summarizer.brief import Tokens
from summarizer.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable

#: A prompt's tokens are estimated, within about a sixth for the tokenizers there are; the limit must hold all the same.
MARGIN = 1.25
_LEARNT_MARGIN = 1.05


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a call in flight may take at most; `cost` is in US dollars, None where no price is known."""

    estimated: int
    tokens: int
    cost: Decimal | None


class Budget:
    """Counts what was spent and what is reserved; used from one event loop.

    A call of unknown outcome keeps its reservation for good: it may have been paid.
    """

    def __init__(
        self,
        cost: Callable[[Tokens], Decimal | None],
        *,
        max_tokens: int | None = None,
        max_cost: Decimal | None = None,
        tokens: int = 0,
        spent: Decimal = Decimal(0),
    ) -> None:
        """Start from what earlier runs on the same ledger took: `tokens` and `spent`."""
        self._cost = cost
        self._max_tokens = max_tokens
        self._max_cost = max_cost
        self._tokens = tokens
        self._spent = spent
        self._in_flight = 0
        self._worst = MARGIN / _LEARNT_MARGIN
        self._freed: asyncio.Event | None = None

    def reserve_now(self, at_most: Tokens) -> Reservation | None:
        """Reserve room for a call of which nothing will be known for hours; None where there is none now."""
        wanted = self._reservation(at_most)
        return self._taken(wanted) if self._has_room(wanted) else None

    async def reserve(self, at_most: Tokens) -> Reservation:
        """Reserve room for a call; wait while calls in flight may free some. BudgetError where there is none."""
        wanted = self._reservation(at_most)
        while not self._has_room(wanted):
            if not self._in_flight:
                raise BudgetError(self._refusal())
            self._freed = self._freed or asyncio.Event()
            await self._freed.wait()
            wanted = self._reservation(at_most)
        return self._taken(wanted)

    def _taken(self, wanted: Reservation) -> Reservation:
        self._in_flight += 1
        self._tokens += wanted.tokens
        self._spent += wanted.cost or 0
        return wanted

    def settle(self, reserved: Reservation, usage: Tokens) -> Decimal | None:
        """Put what a call took in place of its reservation, and give its cost; an unknown usage leaves it as it is."""
        cost = None
        if not usage.unknown:
            taken = usage.input + usage.output
            cost = self._cost(usage) if taken else Decimal(0)
            self._worst = max(self._worst, usage.input / max(reserved.estimated, 1))
            self._tokens += taken - reserved.tokens
            self._spent += (cost or 0) - (reserved.cost or 0)
        self._in_flight -= 1
        if self._freed is not None:
            self._freed.set()
            self._freed = None
        return cost

    def _reservation(self, at_most: Tokens) -> Reservation:
        taken = Tokens(input=round(at_most.input * self._worst * _LEARNT_MARGIN), output=at_most.output)
        cost = self._cost(taken) if self._max_cost is not None else None
        return Reservation(at_most.input, taken.input + taken.output, cost)

    def _has_room(self, wanted: Reservation) -> bool:
        return (self._max_tokens is None or self._tokens + wanted.tokens <= self._max_tokens) and (
            self._max_cost is None or self._spent + (wanted.cost or 0) <= self._max_cost
        )

    def _refusal(self) -> str:
        limits = []
        if self._max_tokens is not None:
            limits.append(f"{self._tokens:,} of {self._max_tokens:,} tokens (--max-tokens)")
        if self._max_cost is not None:
            limits.append(f"${self._spent:.4f} of ${self._max_cost} (--max-cost)")
        return f"the limit leaves no room for one more call: {' and '.join(limits)} are taken"
