"""What a run has done so far, for whoever shows its progress."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from summarizer.batch.journal import Gate
from summarizer.errors import RunError

if TYPE_CHECKING:
    from pathlib import Path


Phase = Literal["reading", "waiting", "briefing", "stopping", "finishing", "ended"]
#: What became of an article.
State = Literal["done", "same", "failed", "skipped"]

#: Seconds over which the present rate is told.
_LATELY = 30.0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an article has no brief: the error's name, such as `RefusedError`, and its one line."""

    kind: str
    reason: str
    #: Whether the next run tries again by itself.
    is_transient: bool = False


class Limits(Protocol):
    """What an engine knows of its server's limits."""

    @property
    def rpm(self) -> float | None:
        """Give the requests a minute, None where unknown."""

    @property
    def rpm_source(self) -> str:
        """Say where that is known from."""

    @property
    def hold(self) -> float:
        """Give the seconds for which nothing is sent because the server refused."""

    @property
    def is_open(self) -> bool:
        """Tell whether the server is taken to be down."""


@runtime_checkable
class Limited(Protocol):
    """An engine that keeps to its server's limits."""

    def limits(self) -> Limits:
        """Give what is known of them now."""


@dataclass(slots=True)
class RunState:
    """The counts of a run; `total` grows while the folder is read.

    `done` counts briefs that are on the disk, earlier runs' included (`kept`); `same` the articles that tell a
    story which is briefed once; `skipped` what is no article.
    """

    phase: Phase = "reading"
    total: int = 0
    done: int = 0
    kept: int = 0
    same: int = 0
    failed: int = 0
    skipped: int = 0
    waiting: int = 0
    at_work: int = 0
    calls_unknown: int = 0
    started: float = field(default_factory=time.monotonic)
    gate: Gate = field(default_factory=Gate)
    #: Gives what is known of the server's limits, where the engine keeps to any.
    limits: Callable[[], Limits] | None = None
    _ends: deque[float] = field(default_factory=lambda: deque(maxlen=4096), repr=False)

    def ended(self, now: float | None = None) -> None:
        """Note that an article came to its end."""
        self._ends.append(time.monotonic() if now is None else now)

    def rate(self, now: float | None = None) -> float:
        """Give the articles a second, lately."""
        now = time.monotonic() if now is None else now
        while self._ends and now - self._ends[0] > _LATELY:
            self._ends.popleft()
        span = min(_LATELY, now - self.started)
        return len(self._ends) / span if span > 0 else 0.0

    def seconds_left(self, now: float | None = None) -> float | None:
        """Give the seconds that the articles left will take at the present rate; None where nothing tells."""
        rate = self.rate(now)
        return (self.waiting + self.at_work) / rate if rate else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article of a run.

    `output` is the brief's file; of a story that is briefed once under another article, `same_as` is that
    article's id. `kept` is true where an earlier run had done it all.
    """

    id: str
    state: State
    output: Path | None = None
    same_as: str | None = None
    failure: Failure | None = None
    kept: bool = False

    def brief(self) -> dict[str, Any]:
        """Read the brief from its file, as JSON gives it; RunError where it has none, or the file went away."""
        if self.output is None:
            raise RunError(f"{self.id} has no brief: {self.failure.reason if self.failure else self.state}")
        try:
            found: dict[str, Any] = json.loads(self.output.read_bytes())
        except (OSError, ValueError):
            raise RunError(f"the brief of {self.id} cannot be read any more") from None
        return found


#: Is awaited with what became of some articles.
Tell = Callable[[list[Outcome]], Awaitable[object]]
