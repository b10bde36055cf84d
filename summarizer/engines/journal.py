"""What a run keeps of every call: engines that make calls tell it before each is sent and when its reply is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from summarizer.brief import Tokens


class Journal(Protocol):
    """Keeps the calls about one article."""

    def recorded(self, body: bytes) -> bytes | None:
        """Give the reply that an earlier run got for these very bytes and did not use up yet."""
        ...

    async def sending(self, body: bytes, reserve: Tokens) -> int:
        """Note that a call is about to be made and may take as much as `reserve`; give its number.

        BudgetError, StoppedError or DiskError: it must not be made.
        """
        ...

    async def answered(self, call: int, reply: bytes, usage: Tokens) -> None:
        """Note a call's reply, whatever it says, before anything is made of it."""
        ...

    def failed(self, call: int, reason: str, *, possibly_paid: bool) -> None:
        """Note that no reply came."""
        ...


@runtime_checkable
class Journaled(Protocol):
    """An engine that tells a journal of its calls."""

    def journaled(self, journal: Journal) -> Self:
        """Give the same engine, with its connections and its limits, that tells this journal."""
        ...


class _Nothing:
    """Keeps nothing, for a brief that belongs to no run."""

    def recorded(self, body: bytes) -> None:
        del body

    async def sending(self, body: bytes, reserve: Tokens) -> int:
        del body, reserve
        return 0

    async def answered(self, call: int, reply: bytes, usage: Tokens) -> None:
        del call, reply, usage

    def failed(self, call: int, reason: str, *, possibly_paid: bool) -> None:
        del call, reason, possibly_paid


UNRECORDED: Journal = _Nothing()
