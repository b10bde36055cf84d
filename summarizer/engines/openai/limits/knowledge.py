"""What is known of one limit, and how it is learnt where a server does not tell it."""

from __future__ import annotations

from typing import Literal

from summarizer.engines.openai.limits.pacer import SHARE

Source = Literal["unknown", "configured", "headers", "learnt"]

#: What a refusal leaves of the rate, and what one leaves that follows another with nothing answered between.
AFTER_REFUSAL = 0.97
AFTER_REFUSALS_IN_A_ROW = 0.85
#: Refusals this close together count against a limit that was configured or told.
CLOSE = 60.0
#: Fewer answers than this in the last minute say nothing about the limit.
ENOUGH_ANSWERS = 5
#: How fast the rate comes back, a second: far below what was refused, near it, and about it, where each step may cost
#: a refusal.
_CLIMBS = ((0.95, 0.01), (0.985, 0.0005), (float("inf"), 0.0001))


class Knowledge:
    """One limit, a minute. Headers go before configuration, configuration before what refusals teach.

    `factor` is what refusals left of the rate; it climbs back, and where the limit is learnt, beyond.
    """

    def __init__(self) -> None:
        self.limit = 0.0
        self.source: Source = "unknown"
        self.factor = 1.0
        self._given = 0.0
        self._climbed = 0.0
        self._refused = -CLOSE

    def configure(self, limit: float) -> None:
        """Take a limit that the user gave, unless the server told one."""
        self._given = limit
        if self.source != "headers":
            self.limit, self.source, self.factor = limit, "configured", 1.0

    def adopt(self, limit: float) -> None:
        """Take a limit that another process found out."""
        self.limit, self.source, self.factor = limit, "learnt", 1.0

    def told(self, limit: float) -> bool:
        """Take a limit from a header; tell whether it is news."""
        if self.source == "headers" and self.limit == limit:
            return False
        self.limit, self.source, self.factor = limit, "headers", 1.0
        return True

    def forget(self) -> None:
        """Go back to what the user gave: what the server told was not a limit of a minute."""
        self.limit, self.source, self.factor = self._given, "configured" if self._given else "unknown", 1.0

    def allowed(self, now: float) -> float:
        """Give what may be sent a minute, our share of it not yet taken; 0 where nothing is known."""
        if self.factor != 1.0 or self.source == "learnt":
            self._climb(now)
        return self.limit * self.factor

    def rate(self, now: float) -> float:
        """Give the requests a second to pace at, or 0 where nothing is known."""
        return SHARE * self.allowed(now) / 60

    def refused(self, now: float, answered: int, in_a_row: int) -> bool:
        """Learn from a refusal, with the answers of the last minute; tell whether the limit itself changed."""
        close, self._refused = now - self._refused < CLOSE, now
        if self.source == "unknown":
            if answered >= ENOUGH_ANSWERS:
                self._learn(now, answered, SHARE)
                return True
            return False
        if self.source == "headers" or not (close or self.source == "learnt"):
            self.factor *= AFTER_REFUSAL if close else 1.0
            return False
        ceiling = self.limit * self.factor
        if self.source == "configured" and answered >= ENOUGH_ANSWERS:
            ceiling = min(ceiling, answered)
        self._learn(now, ceiling, AFTER_REFUSALS_IN_A_ROW if in_a_row > 1 else AFTER_REFUSAL)
        return True

    def _learn(self, now: float, limit: float, factor: float) -> None:
        self.limit, self.factor, self.source, self._climbed = max(limit, 1.0), factor, "learnt", now

    def _climb(self, now: float) -> None:
        seconds, self._climbed = max(0.0, now - self._climbed), now
        speed = next(speed for below, speed in _CLIMBS if self.factor < below)
        top = float("inf") if self.source == "learnt" else 1.0
        # Two seconds at a time: a long silence proves nothing about the limit.
        self.factor = min(self.factor * (1 + speed * min(seconds, 2.0)), max(top, self.factor))
