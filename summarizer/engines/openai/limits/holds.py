"""After a refusal, everything waits: how long, and for whom that is too long."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from summarizer.engines.openai.limits.headers import rate_headers
from summarizer.engines.openai.limits.tickets import LONGEST_PATIENCE
from summarizer.errors import PausedError, RateLimitError

if TYPE_CHECKING:
    from summarizer.engines.openai.limits.pacer import Pace
    from summarizer.engines.openai.limits.tickets import Patience, Ticket

#: The wait after a refusal that names none; it doubles with each further one, from the third in a row.
DEFAULT_HOLD = 1.0
LONGEST_DEFAULT_HOLD = 30.0
_PATIENT_WITH = 2
#: A hold is up to this share longer than asked (of half a second at least), and up to so many seconds.
JITTER = 0.1
_SHORTEST_JITTERED = 0.5
LONGEST_JITTER = 1.0
#: While a hold lasts longer than calls may wait, one call so often finds out whether it was meant.
ASK_AGAIN = 60.0


class Holds:
    """One hold for all calls: refusals of calls that were on their way together are one."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.in_a_row = 0
        self._refused_at = self._counted_at = self._asked_again = -math.inf
        self._since = math.inf

    def left(self, now: float) -> float:
        """Give the seconds for which nothing is sent; less than 0 where there is no hold."""
        return self._pace.hold - now

    def check(self, ticket: Ticket, now: float, after: RateLimitError | None) -> None:
        """Raise for a ticket that will not wait so long: PausedError where it is patient, else `after` or its like."""
        hold, patience = self.left(now), ticket.patience
        if patience.patient and now - self._since > max(LONGEST_PATIENCE, patience.max_wait):
            raise PausedError("the server has refused every call for an hour for its rate; resume later", seconds=hold)
        if hold <= 0 or ticket.ignores_hold or not _is_too_long(hold, patience):
            return
        if after is None and now - self._asked_again >= ASK_AGAIN:
            self._asked_again, ticket.ignores_hold = now, True
            return
        asked = f"the server's rate limit is reached: it asks to wait {hold:,.0f} seconds (--max-wait)"
        if patience.patient:
            raise PausedError(f"{asked}; resume then", seconds=hold)
        raise after or RateLimitError(asked, status=429, retry_after=hold)

    def is_new(self, sent: float) -> bool:
        """Tell whether the refusal of a call that left then is not part of the last one."""
        return sent >= self._refused_at

    def answered(self, sent: float, now: float) -> None:
        """Note the answer to a call that left then."""
        if not self.is_new(sent):
            return
        self.in_a_row, self._since = 0, math.inf
        if self.left(now) > 0:  # a call that found out whether a long hold was meant
            self._pace.hold = 0.0

    def count(self, now: float, latency: float) -> None:
        """Count a new refusal; those with no answer between once in the time that an answer takes."""
        self._refused_at = self._asked_again = now
        self._since = min(self._since, now)
        if self.in_a_row and now - self._counted_at < max(DEFAULT_HOLD * 0.9, 2 * latency):
            return
        self.in_a_row += 1
        self._counted_at = now

    def hold(self, error: RateLimitError, now: float) -> bool:
        """Hold everything for as long as a refusal asks; tell whether that is longer than before."""
        seconds = _asked(error)
        if self.in_a_row > _PATIENT_WITH:  # what it asks for does not help: wait longer each time
            seconds = max(seconds, min(DEFAULT_HOLD * 2 ** (self.in_a_row - 3), LONGEST_DEFAULT_HOLD))
        spread = min(JITTER * max(seconds, _SHORTEST_JITTERED), LONGEST_JITTER)
        until = now + seconds + random.uniform(0, spread)  # noqa: S311 - spreads load, guards nothing
        is_longer = until > self._pace.hold
        self._pace.hold = max(self._pace.hold, until)
        return is_longer


def _is_too_long(hold: float, patience: Patience) -> bool:
    if patience.patient:
        return hold > patience.max_wait + LONGEST_JITTER
    return patience.held + hold > patience.max_wait + LONGEST_JITTER or hold >= patience.deadline.left()


def _asked(error: RateLimitError) -> float:
    """Give the seconds that a refusal asks to wait: in so many words, else until what is used up is back."""
    if error.retry_after is not None:
        return error.retry_after
    told = rate_headers(error.headers)
    resets = [quota.reset for quota in (told.requests, told.tokens) if quota.remaining == 0 and quota.reset]
    return max(resets, default=DEFAULT_HOLD)
