"""Stops an engine whose server refuses everything, so that a whole run does not find it out call by call."""

from __future__ import annotations

import copy
import time

from summarizer.errors import IncompatibleError, InputTruncatedError, SummarizerError

#: After this long, one call may find out whether things have changed.
OPEN_FOR = 60.0
INCOMPATIBLE_AT_START = 5
TRUNCATED_IN_A_ROW = 3


class Breaker:
    """Remembers what makes further calls pointless; used by all calls of an engine, on one event loop."""

    def __init__(self) -> None:
        self._open: SummarizerError | None = None
        self._since = 0.0
        self._is_probing = False
        self._replies_read = 0
        self._incompatible = 0
        self._truncated = 0

    def check(self) -> None:
        """Raise the error that stopped the engine; after a while, let one call through to find out."""
        if self._open is None:
            return
        if time.monotonic() - self._since > OPEN_FOR:
            self._since, self._is_probing = time.monotonic(), True
            return
        # One object raised in many calls would gather all their traces and have one count of tries.
        raise copy.copy(self._open)

    def failed(self, error: SummarizerError) -> None:
        """Note a failure: one that stops every run, or the same unreadable reply from the first call on."""
        if isinstance(error, IncompatibleError) and not self._replies_read:
            self._incompatible += 1
            error.stops_run = self._incompatible >= INCOMPATIBLE_AT_START
        if error.stops_run:
            self._open, self._since, self._is_probing = copy.copy(error), time.monotonic(), False

    def read_reply(self) -> None:
        """Note a reply that could be read; one that was on its way when the engine stopped proves nothing."""
        self._replies_read += 1
        if self._is_probing:
            self._open, self._is_probing = None, False

    def prompt_was_cut(self, *, cut: bool) -> None:
        """Note whether the server took the whole prompt; InputTruncatedError on the third time in a row."""
        self._truncated = self._truncated + 1 if cut else 0
        if self._truncated >= TRUNCATED_IN_A_ROW:
            self._truncated = 0
            error = InputTruncatedError(
                "the server counts far fewer tokens than were sent, three articles in a row: it cuts them; "
                "raise its context length or lower --max-input-tokens"
            )
            self.failed(error)
            raise error
