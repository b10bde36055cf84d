"""Carries files: a large reply goes to the disk as it comes, instead of into memory."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from summarizer.engines.openai.transport import AiohttpTransport
from summarizer.errors import DiskError, IncompatibleError

if TYPE_CHECKING:
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
        self.sink.seek(0)
        self.sink.truncate()
        size = 0
        async for chunk in reply.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise IncompatibleError(f"the server's file of results is over {MAX_FILE_BYTES:,} bytes")
            _write(self.sink, chunk)
        return b""


def _write(sink: BinaryIO, chunk: bytes) -> None:
    try:
        sink.write(chunk)
    except OSError as error:
        raise DiskError(
            f"a batch's results cannot be kept in the folder for temporary files: {error.strerror}"
        ) from None
