"""When a call is sent again: one policy, run by tenacity, for what failed on the way."""

from __future__ import annotations

import asyncio
import email.utils
import math
import random
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, RetryCallState

from summarizer.errors import ConnectError, ServerError, TransportError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from summarizer.engines.openai.limits.tickets import Deadline
    from summarizer.settings import Settings

FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0
#: Jitter only adds: nothing is sent earlier than the server asked.
JITTER = 0.25

#: The one switch that makes tests instant.
sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Retries:
    """What may be sent again for one article, how often and for how long.

    Refusals for the rate are the limiter's business. For a patient article no wait counts, and a call that never
    left is no send: the limiter sees to it that a server that is down is hardly asked.

    A call whose reply got lost may have been paid: one such call an article is sent once more, and none where
    `resend_unknown` is off.
    """

    def __init__(self, settings: Settings, deadline: Deadline) -> None:
        self._max_sends = settings.max_sends
        self._max_wait = settings.max_wait
        self._is_patient = settings.patient
        self._deadline = deadline
        self._unsent = 0
        self._resends_left = 1 if settings.resend_unknown else 0

    def loop(self) -> AsyncRetrying:
        """Give the loop for one request; it ends with the last failure as it is."""
        self._unsent = 0
        return AsyncRetrying(retry=self._is_worth_it, wait=_wait, stop=self._stop, sleep=self._sleep, reraise=True)

    def sends(self, attempt: int) -> int:
        """Give which send of its request an attempt of the current loop is, counted from 1."""
        return attempt - self._unsent

    async def _sleep(self, seconds: float) -> None:
        with self._deadline.standing_still() if self._is_patient else nullcontext():
            await sleep(seconds)

    def _is_worth_it(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransportError) and error.possibly_paid:
            self._resends_left -= 1
            return self._resends_left >= 0
        if isinstance(error, ConnectError) and self._is_patient:
            self._unsent += 1
        return isinstance(error, (ConnectError, ServerError))

    def _stop(self, state: RetryCallState) -> bool:
        if self.sends(state.attempt_number) >= self._max_sends or (_asked_wait(state) or 0) > self._max_wait:
            return True
        return not self._is_patient and state.upcoming_sleep >= self._deadline.left()


def _asked_wait(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, TransportError) else None


def _wait(state: RetryCallState) -> float:
    """Wait as long as the server asks, else twice as long each time; with jitter on top."""
    asked = _asked_wait(state)
    base = asked if asked is not None else min(FIRST_WAIT * 2 ** (state.attempt_number - 1), LONGEST_WAIT)
    return base + random.uniform(0, JITTER) * max(base, FIRST_WAIT)  # noqa: S311 - spreads load, guards nothing


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds a reply asks to wait, from `retry-after-ms` or `retry-after` (seconds or a date).

    None where it asks nothing, or nonsense: a negative or endless time is nonsense, 0 is not.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None else _until(value)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _until(value: str | None) -> float | None:
    try:
        date = email.utils.parsedate_to_datetime(value or "")
        return max(0.0, date.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, OSError):
        return None
