"""Four ways in which servers limit a rate, with the headers that they send, for the fault server and in virtual time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from tests.faultserver import Plan, Reply, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.faultserver import Call

MINUTE = 60.0
Charge = Literal["used", "room"]


class Model(Protocol):
    """One limit a minute; amounts are requests or tokens."""

    limit: float

    def room(self, now: float) -> float:
        """Give what may still be taken."""
        ...

    def take(self, now: float, amount: float) -> None:
        """Take it, whether or not there is room."""
        ...

    def reset(self, now: float) -> float:
        """Give the seconds until all is there again."""
        ...

    def wait(self, now: float, amount: float) -> float:
        """Give the seconds until so much may be taken."""
        ...


@dataclass
class Bucket:
    """A bucket that refills evenly and holds `burst` seconds of the limit."""

    limit: float
    burst: float = MINUTE
    level: float = field(default=-1.0)
    at: float = 0.0

    @property
    def _full(self) -> float:
        return max(1.0, self.limit * self.burst / MINUTE)

    def _refill(self, now: float) -> None:
        full = self._full
        self.level = full if self.level == -1.0 else min(full, self.level + (now - self.at) * self.limit / MINUTE)
        self.at = now

    def room(self, now: float) -> float:
        self._refill(now)
        return self.level + 1e-9

    def take(self, now: float, amount: float) -> None:
        self._refill(now)
        self.level -= amount

    def reset(self, now: float) -> float:
        self._refill(now)
        return (self._full - self.level) / self.limit * MINUTE

    def wait(self, now: float, amount: float) -> float:
        return max(0.0, (amount - self.room(now)) / self.limit * MINUTE)


@dataclass
class Sliding:
    """At most the limit in any 60 seconds."""

    limit: float
    taken: deque[tuple[float, float]] = field(default_factory=deque)
    total: float = 0.0

    def room(self, now: float) -> float:
        while self.taken and self.taken[0][0] <= now - MINUTE:
            self.total -= self.taken.popleft()[1]
        return self.limit - self.total + 1e-9

    def take(self, now: float, amount: float) -> None:
        self.taken.append((now, amount))
        self.total += amount

    def reset(self, now: float) -> float:
        return self.taken[-1][0] + MINUTE - now if self.taken else 0.0

    def wait(self, now: float, amount: float) -> float:
        missing = amount - self.room(now)
        for time, taken in self.taken:
            if missing <= 0:
                break
            missing -= taken
            last = time
        else:
            return 0.0 if missing <= 0 and not self.taken else MINUTE
        return 0.0 if amount <= self.room(now) else last + MINUTE - now


@dataclass
class Fixed:
    """At most the limit in each minute of the clock."""

    limit: float
    minute: int = -1
    total: float = 0.0

    def _turn(self, now: float) -> None:
        if int(now // MINUTE) != self.minute:
            self.minute, self.total = int(now // MINUTE), 0.0

    def room(self, now: float) -> float:
        self._turn(now)
        return self.limit - self.total + 1e-9

    def take(self, now: float, amount: float) -> None:
        self._turn(now)
        self.total += amount

    def reset(self, now: float) -> float:
        return (now // MINUTE + 1) * MINUTE - now

    def wait(self, now: float, amount: float) -> float:
        return 0.0 if amount <= self.room(now) else self.reset(now)


MODELS: dict[str, Callable[[float], Model]] = {
    "bucket of 60 s": Bucket,
    "bucket of 1 s": lambda limit: Bucket(limit, 1.0),
    "sliding window": Sliding,
    "fixed minute": Fixed,
}


@dataclass
class Verdict:
    """What the server does with one request, and the headers that it sends."""

    accepted: bool
    headers: dict[str, str]


@dataclass
class ServerLimits:
    """The limits of one server: both must have room. `charge` says what of a request counts as tokens.

    With `used` the prompt counts as it comes and the answer when it is done; with `room` the prompt and `max_tokens` as
    they come. `tells` sends the limits in headers, `asks` the wait in `Retry-After`.
    """

    requests: Model | None = None
    tokens: Model | None = None
    charge: Charge = "used"
    tells: bool = True
    asks: bool = True
    accepted: int = 0
    refused: int = 0
    taken: float = 0.0
    times: list[tuple[float, bool]] = field(default_factory=list)

    def ask(self, now: float, prompt: float, room: float) -> Verdict:
        """Let a request in or refuse it."""
        amount = prompt + (room if self.charge == "room" else 0)
        parts = [(self.requests, 1.0, "requests"), (self.tokens, amount, "tokens")]
        there_are = [(model, much, name) for model, much, name in parts if model is not None]
        accepted = all(model.room(now) >= much for model, much, _ in there_are)
        if accepted:
            for model, much, _ in there_are:
                model.take(now, much)
            self.taken += amount
        self.accepted += accepted
        self.refused += not accepted
        self.times.append((now, accepted))
        headers = self._headers(now, there_are) if self.tells else {}
        if self.asks and not accepted:
            wait = max(model.wait(now, much) for model, much, _ in there_are)
            headers["retry-after-ms"] = str(int(wait * 1000) + 1)
        return Verdict(accepted, headers)

    def answered(self, now: float, output: float) -> None:
        """Count the tokens of an answer."""
        if self.tokens is not None and self.charge == "used":
            self.tokens.take(now, output)
            self.taken += output

    @staticmethod
    def _headers(now: float, parts: list[tuple[Model, float, str]]) -> dict[str, str]:
        headers = {}
        for model, _, name in parts:
            headers[f"x-ratelimit-limit-{name}"] = str(int(model.limit))
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, int(model.room(now))))
            headers[f"x-ratelimit-reset-{name}"] = f"{model.reset(now):.3f}s"
        return headers


def limited(limits: ServerLimits, *, completion: int = 40) -> Callable[[Call], Plan]:
    """Give a script for the fault server: good replies within the limits, 429 beyond."""

    def plan(call: Call) -> Plan:
        prompt = len(call.body) // 4
        verdict = limits.ask(call.time, prompt, call.json.get("max_tokens", 0))
        if not verdict.accepted:
            return Status(429, headers=verdict.headers, error_type="rate_limit", error_code="rate_limit_exceeded")
        limits.answered(call.time, completion)
        return Reply(headers=verdict.headers, prompt_tokens=prompt, completion_tokens=completion)

    return plan


def headers_of(verdict: Verdict) -> Mapping[str, str]:
    """Give the headers of a verdict."""
    return verdict.headers
