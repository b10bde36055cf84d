"""Keeps retries few and a server that is down unasked, so that articles wait for it instead of failing.

Only articles that are patient are held back: somebody who waits for one brief gets the failure as soon as it is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.engines.openai.limits.tickets import Need
    from summarizer.engines.openai.limits.traffic import Minute

#: While a server is unwell, retries are at most this share of a minute's sends, but for so many in the first minute.
RETRY_SHARE = 0.1
FREE_RETRIES = 10
FIRST_MINUTE = 60.0
#: Failures in a row after which the server is taken to be down.
OPEN_AFTER = 10
#: One call finds out every so many seconds whether it is back; less often where the call is an article's last.
PROBE_EVERY = 5.0
LAST_PROBE_EVERY = 30.0
#: Answers after an outage before an article risks its last send.
PROVEN_AFTER = 20
#: A server is unwell while so many of a minute's calls, or so many in a row, failed.
_UNWELL_SHARE = 0.2
_UNWELL_CALLS = 10
_UNWELL_IN_A_ROW = 3


class Circuit:
    """Open while the server is down; closed again by the first call that succeeds."""

    def __init__(self, minute: Minute) -> None:
        self._minute = minute
        self._in_a_row = 0
        self._unproven = 0
        self._started: float | None = None
        self._last_send = 0.0
        self.opened: float | None = None

    def blocks(self, need: Need, now: float) -> bool:
        """Tell whether a patient call has to wait: for the server, for the budget of retries, or for better days."""
        if self.opened is not None:
            return True
        if not need.is_retry:
            return False
        if need.is_last and self._unproven:
            return True
        return self.is_unwell(now) and (need.is_last or not self._has_retries(now))

    def is_unwell(self, now: float) -> bool:
        """Tell whether so much fails that an article keeps its last send."""
        self._minute.roll(now)
        failed, all_calls = self._minute.failed, self._minute.failed + self._minute.answered
        many = all_calls >= _UNWELL_CALLS and failed > _UNWELL_SHARE * all_calls
        return many or self._in_a_row >= _UNWELL_IN_A_ROW

    def probe_delay(self, now: float, *, last: bool) -> float:
        """Seconds until one blocked call may find out how the server is."""
        return self._last_send + (LAST_PROBE_EVERY if last else PROBE_EVERY) - now

    def sent(self, now: float, *, is_retry: bool) -> None:
        """Count a call that leaves."""
        if self._started is None:
            self._started = now
        self._last_send = now
        self._minute.count(now, sent=1, retried=int(is_retry))

    def failed(self, now: float) -> bool:
        """Count a failure of the server or the way there; tell whether that opened the circuit."""
        self._minute.count(now, failed=1)
        self._in_a_row += 1
        if self._in_a_row < OPEN_AFTER or self.opened is not None:
            return False
        self.opened = now
        return True

    def succeeded(self) -> bool:
        """Note that the server answered; tell whether that closed the circuit."""
        was_open, self.opened = self.opened is not None, None
        self._in_a_row = 0
        self._unproven = max(0, self._unproven - 1)
        if was_open:  # what happened while it was down says nothing about how it is now
            self._minute.forget_failures()
            self._unproven = PROVEN_AFTER
        return was_open

    def _has_retries(self, now: float) -> bool:
        self._minute.roll(now)
        early = self._started is None or now - self._started < FIRST_MINUTE
        budget = RETRY_SHARE * (self._minute.sent + 1)
        return self._minute.retried + 1 <= max(budget, FREE_RETRIES if early else 0)
