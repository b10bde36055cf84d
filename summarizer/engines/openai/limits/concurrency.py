"""How many calls may be on their way at once: what the rate needs, or what the server bears where none is known."""

from __future__ import annotations

import math
from collections import deque

#: Room above rate x latency, so that a slow reply does not hold up the pace.
HEADROOM = 1.2
_LATENCIES = 100
_QUANTILE = 0.95
_RECOUNT = 20
_DECREASE = 0.5


class Concurrency:
    """The number of calls in flight, by Little's law under a known rate and by AIMD otherwise."""

    def __init__(self) -> None:
        self._latencies: deque[float] = deque(maxlen=_LATENCIES)
        self._p95 = 0.0
        self._uncounted = 0
        self._window = math.inf
        self._threshold = math.inf

    @property
    def latency(self) -> float:
        """The seconds that 95 % of the last replies took at most; 0 before the first."""
        return self._p95

    def limit(self, rate: float) -> float:
        """Give the calls that may be in flight at `rate` a second (0: unknown); endless where nothing is known."""
        needed = math.ceil(rate * self._p95 * HEADROOM) + 1 if rate and self._p95 else math.inf
        return min(needed, self._window)

    def answered(self, latency: float) -> None:
        """Learn from a reply: how long it took, and that there is room for more."""
        self._latencies.append(latency)
        self._uncounted += 1
        if self._uncounted >= _RECOUNT or len(self._latencies) < _RECOUNT:
            self._p95 = sorted(self._latencies)[int(_QUANTILE * (len(self._latencies) - 1))]
            self._uncounted = 0
        if self._window < math.inf:
            self._window += 1 if self._window < self._threshold else 1 / self._window

    def refused(self, in_flight: int) -> None:
        """Halve what is in flight after a refusal."""
        self._window = self._threshold = max(1.0, min(self._window, in_flight) * _DECREASE)

    def doubt(self) -> None:
        """Grow with every answer: what was refused had another reason."""
        self._threshold = math.inf

    def restart(self) -> None:
        """Begin with a few calls after an outage, and double them with each round of replies."""
        self._threshold = max(self._threshold if self._window == math.inf else self._window, 2.0)
        self._window = 1.0
