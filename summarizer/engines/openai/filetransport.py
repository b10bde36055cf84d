"""Carries files: a large reply goes to the disk as it comes, instead of into memory."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from summarizer.engines.openai.transport import AiohttpTransport
from summarizer.errors import DiskError, IncompatibleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aiohttp

    from summarizer.settings import Settings

#: Fifty thousand replies of the longest honest kind; more is an attack or a mistake.
MAX_FILE_BYTES = 4_000_000_000
_CHUNK = 1 << 18


class FileTransport(AiohttpTransport):
    """The transport of the chat client; while `sink` is set, the body of a good reply goes there."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet."""
        super().__init__(settings)
        self.sink: BinaryIO | None = None

    async def _content(self, reply: aiohttp.ClientResponse) -> bytes:
        if self.sink is None or reply.status != HTTPStatus.OK or "Content-Encoding" in reply.headers:
            return await super()._content(reply)
        size = 0
        async for chunk in reply.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise IncompatibleError(f"the server's file of results is over {MAX_FILE_BYTES:,} bytes")
            with told_of_disk():
                self.sink.write(chunk)
        return b""


@contextmanager
def told_of_disk() -> Iterator[None]:
    """Give a failure of the disk as DiskError: a connection's looks the same otherwise."""
    try:
        yield
    except OSError as error:
        where = "the folder for temporary files"
        raise DiskError(f"a batch's results cannot be kept in {where}: {error.strerror}") from None
