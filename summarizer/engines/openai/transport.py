"""Carries one HTTP request: aiohttp under httpx2's interface, with every size and wait bounded.

httpx2's own pool costs more CPU a request than the rest of a brief. The SDK's aiohttp transport is as fast as
this one, but reports a connection that broke after the request was sent as one that never opened, so a call
that may be billed would look unsent; and it bounds nothing.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import aiohttp
import httpx2

from summarizer.errors import IncompatibleError

if TYPE_CHECKING:
    from summarizer.settings import Settings

CONNECT_TIMEOUT = 5.0
#: Briefs are some kB; an answer over this is an attack or a mistake.
MAX_REPLY_BYTES = 4_000_000
MAX_HEADER_BYTES = 16_384
MAX_HEADERS = 200
_CHUNK = 65_536


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """One pool of connections for one event loop; opened with the first request."""

    def __init__(self, settings: Settings) -> None:
        self._connections = settings.concurrency + 2
        self._proxy = settings.proxy
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send and read whole; httpx2.ConnectError where it never left, ReadError where the reply got lost."""
        body = await request.aread()
        try:
            async with self._opened().request(
                request.method,
                str(request.url),
                headers=list(request.headers.multi_items()),
                data=body or None,
                allow_redirects=False,
                proxy=self._proxy,
            ) as reply:
                _refuse_compressed(reply)
                return httpx2.Response(reply.status, headers=reply.raw_headers, content=await _read(reply))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise httpx2.ConnectError(_what(error), request=request) from None
        except (aiohttp.ClientResponseError, ValueError) as error:
            raise IncompatibleError(f"the server's reply is not HTTP that can be read ({_what(error)})") from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise httpx2.ReadError(_what(error), request=request) from None

    async def aclose(self) -> None:
        """Close all connections, and wait until they are closed."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=ssl.create_default_context()),
                # The deadline of a whole call is the caller's, by the wall clock.
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                max_line_size=MAX_HEADER_BYTES,
                max_field_size=MAX_HEADER_BYTES,
                max_headers=MAX_HEADERS,
            )
        return self._session


def _refuse_compressed(reply: aiohttp.ClientResponse) -> None:
    """Refuse what was asked not to be sent: a kB of it may unpack to a GB."""
    encoding = reply.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", ""}:
        raise IncompatibleError("the server sent a compressed reply although none was asked for")


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """Read the body up to the cap, whatever length was announced."""
    if (reply.content_length or 0) > MAX_REPLY_BYTES:
        raise IncompatibleError(f"the server announced a reply of more than {MAX_REPLY_BYTES:,} bytes")
    chunks: list[bytes] = []
    size = 0
    async for chunk in reply.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            raise IncompatibleError(f"the server's reply is over {MAX_REPLY_BYTES:,} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _what(error: BaseException) -> str:
    """Name an error without its text, which may hold a URL or a piece of a reply."""
    return type(error).__name__
