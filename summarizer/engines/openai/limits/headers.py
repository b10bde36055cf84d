"""What a reply's headers say of rate limits, in the names that OpenAI gave them and many servers took over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A limit whose full restoration takes longer than this is not one of a minute (some servers count days).
LONGEST_MINUTE = 61.0
_LONGEST_TEXT = 40
_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?)"
_DURATION = re.compile(rf"(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}m)?(?:{_NUMBER}s)?(?:{_NUMBER}ms)?")
_PLAIN = re.compile(_NUMBER)
_COUNT = re.compile(r"\d{1,12}")
_SECONDS = (86_400.0, 3_600.0, 60.0, 1.0, 0.001)


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit as a reply states it: so many a minute, so many left, seconds until all are back."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None

    @property
    def per_minute(self) -> int | None:
        """The limit, unless its reset shows that it is one of hours or days."""
        return None if (self.reset or 0.0) > LONGEST_MINUTE else self.limit


@dataclass(frozen=True, slots=True)
class RateHeaders:
    """What one reply says of both limits; a header that is missing says nothing."""

    requests: Quota
    tokens: Quota


_NOTHING = RateHeaders(Quota(), Quota())


def rate_headers(headers: Mapping[str, str]) -> RateHeaders:
    """Read `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`; nonsense is as good as missing."""
    if "x-ratelimit-limit-requests" not in headers and "x-ratelimit-limit-tokens" not in headers:
        return _NOTHING
    return RateHeaders(_quota(headers, "requests"), _quota(headers, "tokens"))


def _quota(headers: Mapping[str, str], kind: str) -> Quota:
    return Quota(
        limit=_count(headers.get(f"x-ratelimit-limit-{kind}")) or None,
        remaining=_count(headers.get(f"x-ratelimit-remaining-{kind}")),
        reset=seconds_of(headers.get(f"x-ratelimit-reset-{kind}")),
    )


def _count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if _COUNT.fullmatch(text) and text.isascii() else None


def seconds_of(text: str | None) -> float | None:
    """Read a duration such as `6m0s`, `1s`, `120ms` or `0.5`, in seconds; None for anything else."""
    text = (text or "").strip()
    if not text or len(text) > _LONGEST_TEXT or not text.isascii():
        return None
    if _PLAIN.fullmatch(text):
        return float(text)
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    return sum(float(part) * unit for part, unit in zip(found.groups(), _SECONDS, strict=True) if part)
