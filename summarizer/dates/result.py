"""What a time phrase is resolved to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

Precision = Literal[
    "day",
    "days",
    "either day",
    "weekend",
    "either weekend",
    "week",
    "month",
    "either month",
    "season",
    "quarter",
    "half-year",
    "year",
    "decade",
    "part of week",
    "part of month",
    "part of season",
    "part of quarter",
    "part of half-year",
    "part of year",
    "part of decade",
    "span",
]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The days that a phrase may mean, and how it was read; or the reason why it was left open.

    `earliest` and `latest` are included; one of them alone is None where the time is open at that end. Both are
    None only where nothing was resolved: then `reason` says why, and `precision` and `reading` are None.
    """

    earliest: dt.date | None = None
    latest: dt.date | None = None
    precision: Precision | None = None
    reading: str | None = None
    reason: str | None = None


class UnresolvedError(Exception):
    """The words are understood well enough to know that they give no days; the text is the reason."""
