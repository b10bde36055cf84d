"""What a progress display shows of a limiter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.engines.openai.limits.knowledge import Source


@dataclass(frozen=True, slots=True)
class LimiterState:
    """A limiter at one moment; limits are a minute, None where unknown, and shares are those of the last minute."""

    rpm: float | None
    rpm_source: Source
    rpm_used: float | None
    tpm: float | None
    tpm_source: Source
    tpm_used: float | None
    in_flight: int
    waiting: int
    #: Calls that may be on their way at once; None where nothing but the caller's own number bounds them.
    concurrency: int | None
    #: Seconds for which nothing is sent because the server refused.
    hold: float
    #: Whether the server is taken to be down, and asked by single calls alone.
    is_open: bool
    #: Refusals for the rate (429), and all calls, since the start.
    refusals: int
    sends: int
    #: Whether the pace is kept together with other processes of this user, and why not where it is not.
    shared: bool
    note: str | None
