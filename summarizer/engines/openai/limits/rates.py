"""Both limits of a server together: what a call must wait for, what it takes, and what its reply teaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.engines.openai.limits.concurrency import Concurrency
from summarizer.engines.openai.limits.estimates import Estimates, Reserve
from summarizer.engines.openai.limits.knowledge import Knowledge
from summarizer.engines.openai.limits.pacer import Pace, token_capacity, token_rate
from summarizer.errors import TooLongError

if TYPE_CHECKING:
    from summarizer.brief import Tokens
    from summarizer.engines.openai.limits.estimates import Rule
    from summarizer.engines.openai.limits.headers import Quota, RateHeaders
    from summarizer.engines.openai.limits.tickets import Need
    from summarizer.engines.openai.limits.traffic import Minute

#: What another process found out is taken for so many seconds; after that it may have changed.
FRESH = 600.0
#: The largest request is forgotten slowly, so that one giant does not slow a run for ever.
_FORGET = 0.999


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call took when it left: tokens set aside, and when."""

    reserve: Reserve
    tokens: float
    time: float


class Rates:
    """Requests and tokens a minute, and how many calls at once they need."""

    def __init__(self, minute: Minute) -> None:
        self.requests = Knowledge()
        self.tokens = Knowledge()
        self.concurrency = Concurrency()
        self._estimates = Estimates()
        self._minute = minute
        self._largest = 0.0
        self._known_at = 0.0

    def configure(self, rpm: float | None, tpm: float | None) -> None:
        """Take the limits that the user gave."""
        for knowledge, limit in ((self.requests, rpm), (self.tokens, tpm)):
            if limit is not None:
                knowledge.configure(limit)

    @property
    def are_known(self) -> bool:
        """Whether there is a limit to keep."""
        return bool(self.requests.limit or self.tokens.limit)

    def adopt(self, pace: Pace, now: float) -> None:
        """Take what another process found out since we last looked, unless that is long ago."""
        if pace.known_at <= self._known_at or now - pace.known_at > FRESH:
            return
        self._known_at = pace.known_at
        for knowledge, limit in ((self.requests, pace.rpm), (self.tokens, pace.tpm)):
            if limit and abs(limit - knowledge.limit) >= 1:
                knowledge.adopt(limit)

    def check_size(self, need: Need) -> None:
        """Raise TooLongError for a request that no waiting makes fit."""
        limit, least = self.tokens.limit, self._estimates.least(need.size, need.room)
        if limit and least > limit:
            size = f"the request takes about {least:,.0f} tokens"
            raise TooLongError(
                f"{size}; the server allows {limit:,.0f} a minute (--tpm)", size=round(least), limit=round(limit)
            )

    def delay(self, need: Need, pace: Pace, now: float) -> float:
        """Give the seconds until the limits let this call go."""
        delay = 0.0
        if self.requests.limit:
            delay = max(pace.request_delay(now), self._window_delay(now))
        if self.tokens.limit:
            limit = self.tokens.allowed
            largest = max(self._largest, self._amount(need, limit))
            rate, capacity = token_rate(limit, largest), token_capacity(limit, largest)
            delay = max(delay, pace.token_delay(now, rate, capacity, self._amount(need, limit)))
        return delay

    @property
    def in_flight_limit(self) -> float:
        """The calls that may be on their way at once."""
        rate = self.requests.rate
        if self.tokens.limit and self._largest:
            mean = max(1.0, self._minute.tokens / self._minute.answered) if self._minute.answered else self._largest
            by_tokens = self.tokens.rate / mean
            rate = min(rate, by_tokens) if rate else by_tokens
        return self.concurrency.limit(rate)

    def take(self, need: Need, pace: Pace, now: float) -> Taken:
        """Count a call that leaves now."""
        if self.requests.limit:
            pace.take_request(now, self.requests.rate)
        reserve = self._estimates.reserve(need.size, need.room, now)
        tokens = 0.0
        if self.tokens.limit:
            limit = self.tokens.allowed
            tokens = self._amount(need, limit)
            self._largest = max(tokens, self._largest * _FORGET)
            pace.take_tokens(now, token_rate(limit, self._largest), tokens)
        return Taken(reserve, tokens, now)

    def replied(self, taken: Taken, usage: Tokens, told: RateHeaders, pace: Pace, now: float) -> None:
        """Learn from a reply, and settle what it took against what was set aside."""
        self.hear(told, pace, now)
        before = self._estimates.rule, self._estimates.output is None
        if told.tokens.remaining is not None and told.tokens.per_minute:
            self._estimates.told(taken.reserve, told.tokens.remaining, told.tokens.per_minute)
        else:
            self._estimates.nothing_told()
        used = taken.tokens
        if not usage.unknown:
            used = self._estimates.used(taken.reserve, usage.input, usage.output)
            self._give_back(taken.tokens - used, taken, pace, now)
        self._note_rule(before)
        self.requests.answered(now)
        self.tokens.answered(now)
        self._minute.count(now, answered=1, tokens=used)
        self.concurrency.answered(now - taken.time)

    def _note_rule(self, before: tuple[Rule | None, bool]) -> None:
        """Begin anew where what was thought of the size of requests was wrong."""
        if before != (self._estimates.rule, self._estimates.output is None):
            self._largest = 0.0
            self.tokens.acquit()

    def hear(self, told: RateHeaders, pace: Pace, now: float) -> None:
        """Take the limits that a reply states."""
        news = [_heard(self.requests, told.requests), _heard(self.tokens, told.tokens)]
        if any(news):
            self._publish(pace, now)

    def refused(
        self, taken: Taken, told: RateHeaders, pace: Pace, now: float, *, in_flight: int, in_a_row: int
    ) -> None:
        """Learn from a refusal."""
        if self.requests.source == self.tokens.source == "unknown":
            self.concurrency.refused(in_flight)
        changed = False
        if self.tokens.limit:
            before = self._estimates.rule, self._estimates.output is None
            if taken.tokens:
                self._estimates.refused(taken.reserve, told.tokens.remaining)
            changed = self.tokens.refused(now, 0, in_a_row)
            self._note_rule(before)
        if self.requests.limit or not self.tokens.limit:
            changed = self.requests.refused(now, self._minute.answered, in_a_row) or changed
        if changed:
            self._publish(pace, now)

    def doubt(self) -> None:
        """Take lightly what the last refusals taught: they were those of one request alone."""
        self.requests.doubt()
        self.tokens.doubt()
        self.concurrency.doubt()

    def give_back(self, taken: Taken, pace: Pace, now: float) -> None:
        """Return what a call had set aside that never left, or was refused."""
        self._give_back(taken.tokens, taken, pace, now)

    def _give_back(self, tokens: float, taken: Taken, pace: Pace, now: float) -> None:
        if taken.tokens and self.tokens.limit and tokens:
            pace.take_tokens(now, token_rate(self.tokens.allowed, self._largest), -tokens)

    def _amount(self, need: Need, limit: float) -> float:
        return min(self._estimates.amount(need.size, need.room), limit / 2)

    def _window_delay(self, now: float) -> float:
        """Wait where a learnt limit is used up for this minute: the server may count minutes, not a pace."""
        if self.requests.source != "learnt":
            return 0.0
        self._minute.roll(now)
        full = self._minute.answered > self.requests.limit * max(1.0, self.requests.factor) + 1
        return max(0.0, self._minute.oldest_leaves(now)) if full else 0.0

    def _publish(self, pace: Pace, now: float) -> None:
        self._known_at = pace.known_at = now
        pace.rpm, pace.tpm = self.requests.allowed, self.tokens.allowed


def _heard(knowledge: Knowledge, quota: Quota) -> bool:
    if quota.limit and quota.per_minute is None and knowledge.source == "headers":
        knowledge.forget()
        return True
    return bool(quota.per_minute) and knowledge.told(float(quota.per_minute or 0))
