"""What happened in the last minute, second by second."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MINUTE = 60


@dataclass(slots=True)
class Second:
    """The counts of one second."""

    start: int
    sent: int = 0
    retried: int = 0
    answered: int = 0
    failed: int = 0
    tokens: float = 0.0


class Minute:
    """Running sums over the last 60 seconds; an addition costs the same whatever came before."""

    def __init__(self) -> None:
        self._seconds: deque[Second] = deque()
        self.sent = self.retried = self.answered = self.failed = 0
        self.tokens = 0.0

    def count(
        self, now: float, *, sent: int = 0, retried: int = 0, answered: int = 0, failed: int = 0, tokens: float = 0.0
    ) -> None:
        """Add what happened now."""
        second = self._second(now)
        second.sent += sent
        second.retried += retried
        second.answered += answered
        second.failed += failed
        second.tokens += tokens
        self.sent += sent
        self.retried += retried
        self.answered += answered
        self.failed += failed
        self.tokens += tokens

    def roll(self, now: float) -> None:
        """Forget what is over a minute old."""
        while self._seconds and self._seconds[0].start < int(now) - MINUTE:
            old = self._seconds.popleft()
            self.sent -= old.sent
            self.retried -= old.retried
            self.answered -= old.answered
            self.failed -= old.failed
            self.tokens -= old.tokens

    def forget_failures(self) -> None:
        """Begin the counts of failures and retries anew."""
        self.failed = self.retried = 0
        for second in self._seconds:
            second.failed = second.retried = 0

    def oldest_leaves(self, now: float) -> float:
        """Give the seconds until the oldest count is forgotten."""
        return self._seconds[0].start + MINUTE + 1 - now if self._seconds else 0.0

    def _second(self, now: float) -> Second:
        self.roll(now)
        if not self._seconds or self._seconds[-1].start < int(now):
            self._seconds.append(Second(int(now)))
        return self._seconds[-1]
