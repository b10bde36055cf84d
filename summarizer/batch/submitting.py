"""Gives the first requests of a run to the server as files: each noted before it goes, so that none is paid twice."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from summarizer.batch.crashpoints import crashpoint
from summarizer.batch.journal import CLAIM, body_hash, dollars_text
from summarizer.batch.kept import kept_article
from summarizer.batch.submissions import (
    ADD,
    ADD_CALL,
    CREATED,
    SETTLED,
    UPLOADED,
    Submission,
    ended,
    to_submit,
)
from summarizer.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from summarizer.batch.budget import Budget, Reservation
    from summarizer.batch.ledger import Ledger, Parameters
    from summarizer.batch.submissions import Waiting
    from summarizer.engines.batches import BatchEndpoint, Batches, FirstRequest
    from summarizer.kinds import Kind

#: What servers take in one file.
MAX_REQUESTS = 50_000
#: They take 100 MB too; a smaller file is held in memory with ease, and more of them cost nothing.
MAX_BYTES = 32_000_000
#: 128 bits: no server, and no file of another run, hits an id by chance.
_ID_BYTES = 16


@dataclass(slots=True)
class _File:
    """Requests that go up together as the submission of this number, and the statements that claim their calls."""

    number: int
    lines: list[bytes] = field(default_factory=list)
    claims: list[tuple[str, Parameters]] = field(default_factory=list)
    size: int = 0

    def has_room(self, line: bytes) -> bool:
        return not self.lines or (len(self.lines) < MAX_REQUESTS and self.size + len(line) <= MAX_BYTES)


class Submitter:
    """Fills files with the articles that are to be done, and has the server run them."""

    def __init__(
        self,
        ledger: Ledger,
        engine: Batches,
        endpoint: BatchEndpoint,
        kind: Kind[Any],
        *,
        base_url: str,
        run: int,
        tries: int,
        pause: Callable[[TransportError], Awaitable[None]],
    ) -> None:
        """Take the server's `endpoint`; `pause` waits between two of the `tries` of a call."""
        self._ledger = ledger
        self._engine = engine
        self._endpoint = endpoint
        self._kind = kind
        self._base_url = base_url
        self._run = run
        self._tries = tries
        self._pause = pause

    async def submit(self, budget: Budget, drawn: frozenset[str] | None) -> int:
        """Give the server all that is to be asked first and that the budget has room for; tell how many requests."""
        count, file = 0, _File(self._next_number())
        for waiting in self._waiting(drawn):
            request = self._engine.first_request(kept_article(self._ledger, waiting.number, waiting.id), self._kind)
            if request is None:  # too long: the run that follows says so
                continue
            reserved = budget.reserve_now(request.reserve)
            if reserved is None:
                break
            claim, line = self._claim(waiting, request, reserved)
            if not file.has_room(line):
                await self._send(file)
                file = _File(self._next_number())
            self._put(file, claim, line)
            count += 1
            await asyncio.sleep(0)  # whoever wants to stop the run gets a word in
        if file.lines:
            await self._send(file)
        return count

    async def make(self, submission: Submission) -> None:
        """Have an uploaded file run, where no batch of it is known to the server yet."""
        found = await self._endpoint.find(submission.token, submission.created)
        if found is None:
            await self._create(submission)
        else:
            await self._ledger.write((CREATED, (found.id, submission.number)))

    async def drop(self, submission: Submission) -> None:
        """Take back a file that never got its batch: nothing of it was run."""
        calls = self._ledger.all("SELECT call FROM batched WHERE submission = ?", (submission.number,))
        statements = [statement for (call,) in calls for statement in ended(call, "unsent", "never sent")]
        settled = (SETTLED, ("failed", "never sent", 0, 0, 0, submission.number))
        await self._ledger.write(*statements, settled)

    def _waiting(self, drawn: frozenset[str] | None) -> Iterator[Waiting]:
        """Give the articles of the sample, one of those that are the same request."""
        last, keys = 0, set[str]()
        while rows := to_submit(self._ledger, last):
            last = rows[-1].number
            for row in rows:
                if (drawn is None or row.id in drawn) and row.key not in keys:
                    keys.add(row.key)
                    yield row

    def _claim(
        self, waiting: Waiting, request: FirstRequest, reserved: Reservation
    ) -> tuple[tuple[Parameters, Parameters], bytes]:
        call = self._ledger.next_call()
        custom_id = f"{call}-{secrets.token_hex(_ID_BYTES)}"
        row = (call, waiting.number, waiting.key, body_hash(request.body), self._run, time.time())
        claimed = (*row, reserved.tokens, dollars_text(reserved.cost))
        return (claimed, (call, waiting.key, custom_id)), self._endpoint.line(custom_id, request.body)

    def _put(self, file: _File, claim: tuple[Parameters, Parameters], line: bytes) -> None:
        file.lines.append(line)
        file.size += len(line)
        call, (number, key, custom_id) = claim
        file.claims += [(CLAIM, call), (ADD_CALL, (number, file.number, key, custom_id))]

    async def _send(self, file: _File) -> None:
        submission = Submission(file.number, secrets.token_hex(_ID_BYTES), self._base_url, time.time(), "claimed")
        await self._ledger.write((ADD, submission[:4]), *file.claims)
        crashpoint("batch_claimed")
        name = f"summarizer-{submission.number}.jsonl"
        uploaded = await self._tried(lambda: self._endpoint.upload(name, file.lines))
        crashpoint("batch_sent")
        await self._ledger.write((UPLOADED, (uploaded, submission.number)))
        crashpoint("batch_uploaded")
        await self._create(submission._replace(file=uploaded))

    async def _create(self, submission: Submission) -> None:
        """Make the batch; where a failed call may have made it all the same, look before the next try."""
        assert submission.file is not None  # noqa: S101 - it is uploaded
        file, token = submission.file, submission.token
        failed = False

        async def once() -> str:
            nonlocal failed
            found = await self._endpoint.find(token, submission.created) if failed else None
            failed = True
            return (found or await self._endpoint.create(file, token)).id

        batch = await self._tried(once)
        crashpoint("batch_made")
        await self._ledger.write((CREATED, (batch, submission.number)))
        crashpoint("batch_created")

    async def _tried(self, call: Callable[[], Awaitable[str]]) -> str:
        for left in range(self._tries - 1, -1, -1):
            try:
                return await call()
            except TransportError as error:
                if not left:
                    raise
                await self._pause(error)
        raise AssertionError("there is one try at least")

    def _next_number(self) -> int:
        return 1 + (self._ledger.one("SELECT max(number) FROM submission")[0] or 0)
