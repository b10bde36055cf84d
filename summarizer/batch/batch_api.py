"""The stage of a run in which a server answers the first requests as batches: given, waited for, taken."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from summarizer.batch.collecting import Collector
from summarizer.batch.sampling import sample
from summarizer.batch.submissions import open_calls, open_submissions
from summarizer.batch.submitting import Submitter
from summarizer.engines.tokens import cost
from summarizer.errors import (
    AccountError,
    IncompatibleError,
    PausedError,
    RequestError,
    RunError,
    TransportError,
    UsageError,
)
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from summarizer.batch.budget import Budget
    from summarizer.batch.ledger import Ledger
    from summarizer.batch.options import RunOptions
    from summarizer.batch.state import RunState
    from summarizer.batch.submissions import Submission
    from summarizer.engines.batches import Batches, ServerBatch
    from summarizer.kinds import Kind
    from summarizer.settings import Settings

#: Seconds between two looks at a batch: half as many more each time.
FIRST_WAIT = 2.0
LONGEST_WAIT = 60.0
_GROWTH = 1.5
#: How long a run waits for its batches where nothing else is said: the day that they may take, and an hour.
WINDOW = 90_000.0
#: Looks that may fail in a row before the run is ended, to be gone on with later.
MOST_FAILURES = 20

#: The one switch that makes tests instant.
sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def require_none_open(ledger: Ledger) -> None:
    """UsageError where batches are under way that an ordinary run would pay for a second time."""
    found = open_submissions(ledger)
    if found:
        raise UsageError(
            f"{open_calls(ledger):,} requests of this run are at the server, in {len(found):,} batches: "
            "add --batch-api to wait for their answers (or cancel the batches there first)"
        )


class BatchStage:
    """Has the first request of every article answered by batches, as far as server and budget go.

    The replies stand in the ledger, where the run that follows finds them.
    """

    def __init__(
        self,
        ledger: Ledger,
        engine: Batches,
        kind: Kind[Any],
        *,
        settings: Settings,
        options: RunOptions,
        state: RunState,
        budget: Callable[[], Budget],
        run: int,
    ) -> None:
        """Take the run's parts; `budget` counts anew from the ledger what is left to spend."""
        self._ledger = ledger
        self._settings = settings
        self._options = options
        self._state = state
        self._budget = budget
        self._endpoint = engine.batch_endpoint()
        self._waited = 0.0
        self._failures = 0
        tries = settings.max_sends
        parts = (ledger, engine, self._endpoint, kind)
        self._submitter = Submitter(*parts, base_url=settings.base_url, run=run, tries=tries, pause=self._pause_after)
        price = partial(cost, settings=settings)
        resends = settings.resend_unknown
        self._collector = Collector(ledger, self._endpoint, state.gate, price, resends_unknown=resends)

    async def run(self) -> None:
        """Go on with what an earlier run left at the server, then have the rest answered, round by round.

        PausedError where `max_wait` is over before the batches are: the same call goes on. May be cancelled at any
        time: what was sent is known.
        """
        self._state.phase = "waiting"
        try:
            await self._recover()
            await self._collect()
            while await self._submitter.submit(self._budget(), sample(self._ledger, self._options)):
                await self._collect()
        finally:
            await self._endpoint.aclose()

    async def _recover(self) -> None:
        for submission in open_submissions(self._ledger):
            if submission.base_url != self._settings.base_url:
                elsewhere = visible(submission.base_url)
                raise UsageError(f"batches of this run are under way at {elsewhere}: run it with that --base-url")
            if submission.state == "claimed":
                await self._submitter.drop(submission)
            elif submission.state == "uploaded":
                await self._make(submission)

    async def _make(self, submission: Submission) -> None:
        try:
            await self._submitter.make(submission)
        except (AccountError, RequestError) as error:
            if not _is_forgotten(submission, error.status):
                raise
            await self._collector.lose(submission)

    async def _collect(self) -> None:
        """Wait until all batches have ended, and take each as it ends; then raise what was wrong with one of them."""
        problems: list[RunError] = []
        wait = FIRST_WAIT
        while left := open_submissions(self._ledger):
            self._state.waiting = open_calls(self._ledger)
            asked = 0.0
            for submission in left:
                asked = max(asked, await self._take(submission, problems))
            if open_submissions(self._ledger):
                await self._pause(max(wait, asked))
                wait = min(wait * _GROWTH, LONGEST_WAIT)
        if problems:
            raise problems[0]

    async def _take(self, submission: Submission, problems: list[RunError]) -> float:
        """Take a batch if it has ended; give the seconds that the server asks to wait."""
        try:
            batch = await self._look(submission)
            if batch is None:
                await self._collector.lose(submission)
            elif batch.has_ended:
                problem = await self._collector.merge(submission, batch)
                problems += [] if problem is None else [problem]
        except (TransportError, IncompatibleError) as error:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                raise
            return getattr(error, "retry_after", None) or 0.0
        self._failures = 0
        return 0.0

    async def _look(self, submission: Submission) -> ServerBatch | None:
        """Give how a batch stands; None where the server forgot it, after a time in which it has ended for sure."""
        assert submission.batch is not None  # noqa: S101 - it is created
        try:
            return await self._endpoint.look(submission.batch)
        except AccountError as error:
            if not _is_forgotten(submission, error.status):
                raise
            return None

    async def _pause_after(self, error: TransportError) -> None:
        await self._pause(error.retry_after or FIRST_WAIT)

    async def _pause(self, seconds: float) -> None:
        """Wait, but never longer in all than the run may."""
        is_given = self._settings.origin_of("max_wait") != "default"
        limit = self._settings.max_wait if is_given else WINDOW
        left = limit - self._waited
        if left <= 0:
            count = open_calls(self._ledger)
            raise PausedError(
                f"{count:,} requests wait for their batch at the server; the same command goes on with them",
                seconds=seconds,
            )
        seconds = min(seconds, left)
        self._waited += seconds
        await sleep(seconds)


def _is_forgotten(submission: Submission, status: int) -> bool:
    """Tell whether a server that knows nothing of a batch, or lists none, may be taken at its word."""
    knows_nothing = status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    return knows_nothing and time.time() - submission.created > WINDOW
