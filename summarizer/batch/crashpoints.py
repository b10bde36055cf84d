"""Named places at which a test kills the program, to show that nothing is lost there."""

from __future__ import annotations

import os
import signal

#: `NAME` or `NAME:N`: die at the N-th time that the place is passed.
VARIABLE = "SUMMARIZER_CRASH_AT"

NAMES = (
    "after_plan",
    "before_claim",
    "after_claim",
    "after_reply",
    "after_recorded",
    "after_briefed",
    "before_replace",
    "after_replace",
    "before_done",
    "after_done",
    "before_index",
    "after_index",
)

#: Those of a run that has its requests answered as batches, in their order.
BATCH_API_NAMES = (
    "batch_claimed",
    "batch_sent",
    "batch_uploaded",
    "batch_made",
    "batch_created",
    "batch_fetched",
    "batch_merging",
    "batch_merged",
)

_name, _, _count = os.environ.get(VARIABLE, "").partition(":")
_left = int(_count) if _count.isdecimal() else 1


def crashpoint(name: str) -> None:
    """Die here as by `kill -9` where the environment says so; costs a comparison otherwise."""
    global _left  # noqa: PLW0603 - one count a process, set from outside
    if name != _name:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
