"""What is known of one limit, and how it is learnt where a server does not tell it."""

from __future__ import annotations

from typing import Literal

from summarizer.engines.openai.limits.pacer import SHARE

Source = Literal["unknown", "configured", "headers", "learnt"]

#: Refusals this close together count against a limit that was configured or told. A minute that the server counts by
#: the clock refuses once a minute.
CLOSE = 90.0
#: Fewer answers than this in the last minute say nothing about the limit.
ENOUGH_ANSWERS = 5
#: Before there was a whole minute it takes more: of a run's first few calls a refusal would make a crawl.
_ENOUGH_FOR_A_GUESS = 30
#: After this long, or this many refusals with no answer between, a minute's answers are what a minute holds.
WHOLE_MINUTE = 60.0
_REFUSED_FOR_LONG = 3
#: What a refusal leaves of the rate: the fewer answers came since the last, the less.
LEAST_CUT = 0.97
_CUTS = ((5, 0.7), (20, 0.85), (float("inf"), LEAST_CUT))
#: How much of the rate comes back in a second, and at most with an answer: far below what was refused, and near it.
_CLIMBS = ((0.95, 0.01, 0.002), (0.985, 0.0005, 0.0005))
#: About it, where a step may cost a refusal, it begins at so much a second and doubles with each so many seconds.
_SLOWEST, _BOLDER_AFTER, _BOLDEST, _LARGEST_STEP = 0.00005, 60.0, 0.01, 0.02
#: Back to a limit that was told or configured, which is known to be there.
_BACK_TO_TOLD = 0.005, 0.01
#: A limit that was guessed from the first moments climbs so much with an answer or a second.
_GUESS_CLIMB = 0.1


class Knowledge:
    """One limit, a minute. Headers go before configuration, configuration before what refusals teach.

    `factor` is what refusals left of the rate; it climbs back with answers, and where the limit is learnt, beyond.
    """

    def __init__(self) -> None:
        self.limit = 0.0
        self.source: Source = "unknown"
        self.factor = 1.0
        self._given = 0.0
        self._is_guess = False
        self._started: float | None = None
        self._answered = 0.0
        self._answers = 0
        self._refused = -CLOSE

    def configure(self, limit: float) -> None:
        """Take a limit that the user gave, unless the server told one."""
        self._given = limit
        if self.source != "headers":
            self._take(limit, "configured")

    def adopt(self, limit: float) -> None:
        """Take a limit that another process found out."""
        self._take(limit, "learnt")

    def told(self, limit: float) -> bool:
        """Take a limit from a header; tell whether it is news."""
        if self.source == "headers" and self.limit == limit:
            return False
        self._take(limit, "headers")
        return True

    def forget(self) -> None:
        """Go back to what the user gave: what the server told was not a limit of a minute."""
        self._take(self._given, "configured" if self._given else "unknown")

    def acquit(self) -> None:
        """Take back what refusals took of a limit that was told or configured: they had another reason."""
        if self.source != "learnt":
            self.factor = 1.0

    def doubt(self) -> None:
        """Take what refusals taught for a guess: they had another reason."""
        self.acquit()
        self._is_guess = self.source == "learnt"

    @property
    def allowed(self) -> float:
        """What may be sent a minute, our share of it not yet taken; 0 where nothing is known."""
        return self.limit * self.factor

    @property
    def rate(self) -> float:
        """What to pace at, a second, or 0 where nothing is known."""
        return SHARE * self.limit * self.factor / 60

    def answered(self, now: float) -> None:
        """Climb a little: what was sent at this rate was not refused."""
        self._started = now if self._started is None else self._started
        self._answers += 1
        seconds, self._answered = now - self._answered, now
        if self.source != "learnt" and self.factor >= 1:
            return
        by_second, by_answer = self._climb(now)
        climbed = self.factor * (1 + min(by_answer, by_second * max(0.0, seconds)))
        self.factor = climbed if self.source == "learnt" else min(1.0, climbed)

    def _climb(self, now: float) -> tuple[float, float]:
        """Give how much of the rate comes back in a second, and at most with one answer."""
        if self._is_guess:
            return _GUESS_CLIMB, _GUESS_CLIMB
        if self.source != "learnt":
            return _BACK_TO_TOLD
        for below, by_second, by_answer in _CLIMBS:
            if self.factor < below:
                return by_second, by_answer
        doublings = min((now - self._refused) / _BOLDER_AFTER, 10.0)
        return min(_SLOWEST * 2**doublings, _BOLDEST), _LARGEST_STEP

    def refused(self, now: float, answered: int, in_a_row: int) -> bool:
        """Learn from a refusal, with the answers of the last minute; tell whether the limit itself changed."""
        is_close, self._refused = now - self._refused < CLOSE, now
        answers, self._answers = self._answers, 0
        cut = next(cut for below, cut in _CUTS if answers < below)
        if self.source == "headers" or (self.source == "configured" and not is_close):
            self.factor *= LEAST_CUT if is_close else 1.0
            return False
        is_whole = self._has_minute(now) or in_a_row >= _REFUSED_FOR_LONG
        if self.source == "unknown":
            return self._guess(answered, is_whole=is_whole)
        ceiling = self.limit * self.factor
        if is_whole and answered >= ENOUGH_ANSWERS:
            ceiling = min(ceiling, answered)
        self._take(max(ceiling, 1.0), "learnt")
        self.factor = cut
        return True

    def _guess(self, answered: int, *, is_whole: bool) -> bool:
        if answered < (ENOUGH_ANSWERS if is_whole else _ENOUGH_FOR_A_GUESS):
            return False
        self._take(answered, "learnt")
        self.factor, self._is_guess = SHARE, not is_whole
        return True

    def _has_minute(self, now: float) -> bool:
        return self._started is not None and now - self._started >= WHOLE_MINUTE

    def _take(self, limit: float, source: Source) -> None:
        self.limit, self.source, self.factor, self._is_guess = limit, source, 1.0, False
