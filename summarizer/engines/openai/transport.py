"""Carries one HTTP request: aiohttp under httpx2's interface, with every size and wait bounded.

httpx2's own pool costs more CPU a request than the rest of a brief. The SDK's aiohttp transport is as fast as
this one, but reports a connection that broke after the request was sent as one that never opened, so a call
that may be billed would look unsent; and it bounds nothing.
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
import httpx2

from summarizer.errors import IncompatibleError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from summarizer.settings import Settings

CONNECT_TIMEOUT = 5.0
#: Briefs are some kB; an answer over this is an attack or a mistake.
MAX_REPLY_BYTES = 4_000_000
#: Of a failure only its first words are shown.
MAX_ERROR_BYTES = 65_536
MAX_HEADER_BYTES = 16_384
MAX_HEADERS = 200
_CHUNK = 65_536
#: A larger body goes out piece by piece, so that the event loop has its turns between them.
_LARGE = 1 << 19
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
#: The headers that are passed on. Others could have the body unpacked, or stand in a log with what they repeat.
_KEPT = re.compile(rb"retry-after(-ms)?|x-request-id|x-ratelimit-.*", re.IGNORECASE)


class Carried(NamedTuple):
    """What came back: the status, the headers that are passed on, and the whole body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """One pool of connections, opened with the first request, closed with `aclose` or with its event loop."""

    def __init__(self, settings: Settings) -> None:
        self._connections = settings.concurrency + 2
        self._proxy = settings.proxy
        self._session: aiohttp.ClientSession | None = None
        self._keeper: AsyncGenerator[aiohttp.ClientSession, None] | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send and read whole, for who speaks httpx2; raises what `carry` raises."""
        body = await request.aread()
        found = await self.carry(request.method, str(request.url), request.headers.multi_items(), body)
        return httpx2.Response(found.status, headers=found.headers, content=found.content)

    async def carry(self, method: str, url: str, headers: list[tuple[str, str]], body: bytes) -> Carried:
        """Send and read whole; httpx2.ConnectError where it never left, ReadError where the reply is lost."""
        session = await self._opened()
        try:
            async with session.request(
                method,
                url,
                headers=headers,
                data=BytesIO(body) if len(body) > _LARGE else body or None,
                allow_redirects=False,
                proxy=self._proxy,
            ) as reply:
                return Carried(reply.status, _headers(reply), await self._content(reply))
        except _UNSENT as error:
            raise httpx2.ConnectError(_what(error)) from None
        except (aiohttp.ClientResponseError, ValueError) as error:
            message = f"the server's reply is not HTTP that can be read ({_what(error)})"
            raise IncompatibleError(message) from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise httpx2.ReadError(_what(error)) from None

    async def aclose(self) -> None:
        """Close all connections, and wait until they are closed."""
        keeper, self._keeper, self._session = self._keeper, None, None
        if keeper is not None:
            await keeper.aclose()

    async def _content(self, reply: aiohttp.ClientResponse) -> bytes:
        """Give the body, or what is to be known of it; the transport of files has it go elsewhere."""
        return await _bounded(reply)

    async def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._keeper = _kept_open(self._connections)
            self._session = await anext(self._keeper)
        return self._session


async def _kept_open(connections: int) -> AsyncGenerator[aiohttp.ClientSession, None]:
    """Hold a session open; an event loop that ends closes its generators, so this one at the latest."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        # The deadline of a whole call is the caller's, by the wall clock.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        max_headers=MAX_HEADERS,
    ) as session:
        yield session


def _headers(reply: aiohttp.ClientResponse) -> list[tuple[bytes, bytes]]:
    """Give the headers that matter, and of the type no more than the type: a charset may name any codec."""
    kept = [(name, value) for name, value in reply.raw_headers if _KEPT.fullmatch(name)]
    return [(b"content-type", reply.content_type.encode("ascii", "replace")), *kept]


async def _bounded(reply: aiohttp.ClientResponse) -> bytes:
    """Read the body; of a failure, whose status says the most, no more than the beginning."""
    encodings = reply.headers.getall("Content-Encoding", ())
    compressed = any(encoding.strip().lower() not in {"identity", ""} for encoding in encodings)
    if reply.status >= HTTPStatus.BAD_REQUEST:
        return b"" if compressed else (await _first(reply, MAX_ERROR_BYTES))[:MAX_ERROR_BYTES]
    if compressed:  # a kB of it may unpack to a GB
        raise IncompatibleError("the server sent a compressed reply although none was asked for")
    if (reply.content_length or 0) > MAX_REPLY_BYTES:
        raise IncompatibleError(f"the server announced a reply of more than {MAX_REPLY_BYTES:,} bytes")
    body = await _first(reply, MAX_REPLY_BYTES)
    if len(body) > MAX_REPLY_BYTES:
        raise IncompatibleError(f"the server's reply is over {MAX_REPLY_BYTES:,} bytes")
    return body


async def _first(reply: aiohttp.ClientResponse, size: int) -> bytes:
    """Read the whole body, or a little more than `size` bytes of it, whatever length was announced."""
    body = bytearray()
    async for chunk in reply.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > size:
            break
    return bytes(body)


def _what(error: BaseException) -> str:
    """Name an error without its text, which may hold a URL or a piece of a reply."""
    return type(error).__name__
