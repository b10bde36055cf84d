"""When the next request may leave: GCRA for requests and for tokens, as two times that move forward.

The generic cell rate algorithm (ITU-T I.371) keeps one time a limit, the "theoretical arrival time" of the next
request. Two times and a hold are all that processes have to share to keep one limit together.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Of what a server allows, this share is used: its clock, and the way there, are not exact.
SHARE = 0.985
#: The tokens that may leave at once after a pause, in seconds of the rate. More than this and the share above would
#: not keep a minute that slides within the limit.
BURST_SECONDS = 0.8
#: A timer that fires late by up to this much does not slow the pace; where a request is rare, far less.
LATENESS = 0.025
_RARE = 0.25
_RARE_LATENESS = 0.01
MINUTE = 60.0


@dataclass(slots=True)
class Pace:
    """What is shared by all calls under one limit; times are those of a clock that only moves forward."""

    requests: float = 0.0
    tokens: float = 0.0
    #: Nothing is sent before this.
    hold: float = 0.0
    #: What is known of the limits, a minute; 0 is unknown.
    rpm: float = 0.0
    tpm: float = 0.0
    #: When that was found out.
    known_at: float = 0.0

    def request_delay(self, now: float) -> float:
        """Seconds until the next request may leave."""
        return self.requests - now

    def take_request(self, now: float, rate: float) -> None:
        """Count a request that leaves now, at `rate` a second."""
        interval = 1 / rate
        lateness = LATENESS if interval <= _RARE else interval * _RARE_LATENESS
        self.requests = max(self.requests, now - lateness) + interval

    def token_delay(self, now: float, rate: float, capacity: float, amount: float) -> float:
        """Seconds until `amount` tokens may leave, where at most `capacity` may leave at once."""
        return max(self.tokens, now) + (min(amount, capacity) - capacity) / rate - now

    def take_tokens(self, now: float, rate: float, amount: float) -> None:
        """Count tokens that leave now; a negative amount gives back what a reply did not use."""
        self.tokens = max(self.tokens, now) + amount / rate


def token_rate(limit: float, largest: float) -> float:
    """Give the tokens a second to pace at, under a limit a minute, where the largest request takes `largest`.

    A minute that slides holds the pace and one burst; where the burst is large, the pace leaves room for it.
    """
    return min(SHARE * limit, limit * 0.998 - largest) / MINUTE if largest < limit / 2 else limit / 2 / MINUTE


def token_capacity(limit: float, largest: float) -> float:
    """Give the tokens that may leave at once."""
    return max(largest, BURST_SECONDS * SHARE * limit / MINUTE)
