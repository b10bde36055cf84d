"""Refusals of one article's calls: whether the server refuses everybody, or this request alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from summarizer.errors import RateLimitError

if TYPE_CHECKING:
    from summarizer.engines.openai.limits.tickets import Patience
    from summarizer.engines.openai.limits.turns import Turn

#: From so many refusals in a row on a request goes behind others: of one that is refused alone, only they can tell.
_BEHIND_FROM = 2
#: So many refusals of one request while others were answered are its own doing: it holds up nobody any more.
_ALONE_FROM = 2
#: After so many it is given up.
_GIVEN_UP_FROM = 6
#: What the first wait of its own takes, in seconds, where the server asks for none; it doubles with each refusal.
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 30.0


class Answered:
    """What was answered so far, which tells whether a refusal is for the rate or for the request's size."""

    def __init__(self) -> None:
        #: The latest send that was answered, by its number, and the largest request, in bytes.
        self.latest = 0
        self.largest = 0

    def count(self, turn: Turn) -> None:
        """Note the answer to a call."""
        self.latest = max(self.latest, turn.number)
        self.largest = max(self.largest, turn.need.size)

    def is_smaller_than(self, turn: Turn) -> bool:
        """Tell whether all requests that were answered are smaller than this one."""
        return 0 < self.largest < turn.need.size


class Refusals:
    """What the calls of one article were refused since its last answer.

    A refusal counts as the request's own where a call that left later was answered meanwhile, or where all that were
    answered are smaller. An article that was found to be refused alone stays so: nobody may be left to be answered.
    """

    __slots__ = ("_sent", "alone", "in_a_row", "not_before")

    def __init__(self) -> None:
        self.alone = 0
        self.in_a_row = 0
        #: Until when the article waits by itself.
        self.not_before = -math.inf
        self._sent = 0

    def clear(self) -> None:
        """Begin anew: an answer came."""
        self.alone = self.in_a_row = 0

    @property
    def go_behind(self) -> bool:
        """Whether others go first."""
        return self.in_a_row >= _BEHIND_FROM

    @property
    def are_its_own(self) -> bool:
        """Whether others need not wait for what this article is refused."""
        return self.alone >= _ALONE_FROM

    def count(self, turn: Turn, answered: Answered) -> bool:
        """Count a refusal; tell whether with it they are found to be the request's own."""
        were_its_own = self.are_its_own
        is_alone = answered.latest > self._sent or answered.is_smaller_than(turn)
        if self.in_a_row and (were_its_own or is_alone):
            self.alone += 1
        self.in_a_row += 1
        self._sent = turn.number
        return self.are_its_own and not were_its_own

    def wait(self, error: RateLimitError, now: float) -> None:
        """Have the article wait as long as the server asks, else longer each time."""
        longer = min(_FIRST_WAIT * 2 ** (self.alone - _ALONE_FROM), _LONGEST_WAIT)
        self.not_before = now + (longer if error.retry_after is None else error.retry_after)

    def check(self, patience: Patience, now: float, after: RateLimitError | None) -> None:
        """Raise RateLimitError for a request that is refused again and again, or would wait for too long."""
        left = self.not_before - now
        if not self.are_its_own or (self.alone < _GIVEN_UP_FROM and left <= patience.max_wait):
            return
        said = f": {after}" if after is not None else ""
        raise RateLimitError(
            f"the server refuses this request for its rate again and again, and answers others; "
            f"it may take more tokens than a minute holds (--tpm){said}",
            status=429,
            retry_after=max(0.0, left),
        )
