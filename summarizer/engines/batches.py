"""What an engine tells a run whose server takes many requests as one file and answers them later, at a lower price."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from summarizer.brief import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from summarizer.article import Article
    from summarizer.kinds import Kind

#: What became of a request: answered; refused for what it says; not run, and so free; or run, with its answer lost.
Fate = Literal["answered", "refused", "not_run", "lost"]

_ENDED = frozenset({"completed", "expired", "cancelled", "failed"})


@dataclass(frozen=True, slots=True)
class FirstRequest:
    """The first request about an article, as bytes, and the most tokens that it may take."""

    body: bytes
    reserve: Tokens


@dataclass(frozen=True, slots=True)
class ServerBatch:
    """A batch as its server describes it; `ran` counts the requests that it says were run, None where it does not.

    `problem` says why it was refused, in the server's words, made safe to print.
    """

    id: str
    status: str
    output_file: str | None = None
    error_file: str | None = None
    ran: int | None = None
    problem: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in _ENDED


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one line of a result file says about the request of this id."""

    custom_id: str
    fate: Fate
    reply: bytes = b""
    usage: Tokens = field(default_factory=Tokens)
    error: str = ""


class BatchEndpoint(Protocol):
    """Takes files of requests and gives files of results; every failure is one of our errors."""

    def line(self, custom_id: str, body: bytes) -> bytes:
        """Give a request's line in the file."""
        ...

    async def upload(self, name: str, lines: list[bytes]) -> str:
        """Send a file of requests, which costs nothing, and give its id."""
        ...

    async def create(self, file: str, token: str) -> ServerBatch:
        """Have the requests of a file run; `token` is noted with the batch."""
        ...

    async def find(self, token: str, since: float) -> ServerBatch | None:
        """Give the batch with this token that was made since then (seconds of the epoch), or None."""
        ...

    async def look(self, batch: str) -> ServerBatch:
        """Tell how a batch stands."""
        ...

    def results(self, file: str) -> AbstractAsyncContextManager[Iterator[BatchResult | None]]:
        """Fetch a file of results and give its lines in turn; None for one that cannot be read."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


@runtime_checkable
class Batches(Protocol):
    """An engine whose server takes batches."""

    def first_request(self, article: Article, kind: Kind[Any]) -> FirstRequest | None:
        """Give the first request about an article; None for one that is too long to be asked about."""
        ...

    def batch_endpoint(self) -> BatchEndpoint:
        """Give the server's batch endpoint, to be closed by the caller."""
        ...
