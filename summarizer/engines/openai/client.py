"""The SDK's client as this package uses it: the SDK addresses, signs and names errors; retries and limits are ours.

The request's bytes go out as they are and the reply's come back as they are: the SDK's typed layer, which walks
through both, is not in the path of an article.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import openai

from summarizer.engines.openai.retries import retry_after_of
from summarizer.engines.openai.transport import CONNECT_TIMEOUT, AiohttpTransport
from summarizer.errors import (
    AccountError,
    ConnectError,
    DeadlineError,
    LostReplyError,
    RateLimitError,
    RequestError,
    RunError,
    ServerError,
    SummarizerError,
)
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from summarizer.settings import Settings

_ACCOUNT_STATUSES = frozenset({401, 402, 403, 404})
_SERVER_STATUSES = frozenset({408, 409})
_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_TOO_MANY = 429
_FAILED = 500
_CLIENT_ERROR = 400

#: Stands in where a server on this machine needs no key; the SDK insists on one.
_NO_KEY = "none"


class ChatClient:
    """Posts chat completions to one server; every failure comes out as one of our errors."""

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        self._timeout = settings.timeout
        self._sdk = openai.AsyncOpenAI(
            api_key=settings.api_key.reveal() if settings.api_key else _NO_KEY,
            base_url=settings.base_url,
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT),
            http_client=http_client or _http_client(settings),
            default_headers={"Accept-Encoding": "identity"},
        )

    async def post(self, body: bytes) -> bytes:
        """Send one request and give the reply's body; one call, no retry.

        Raises TransportError, RequestError, AccountError or IncompatibleError.
        """
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._sdk.post("/chat/completions", content=body, cast_to=httpx2.Response, options=_OPTIONS)
        except TimeoutError:
            raise DeadlineError(f"no whole reply within {self._timeout:g} seconds") from None
        except openai.OpenAIError as error:
            raise ours(error) from None
        return bytes(reply.content)

    async def models(self) -> list[str]:
        """List the server's models: a cheap way to see whether it answers."""
        try:
            async with asyncio.timeout(min(self._timeout, 20)):
                page = await self._sdk.get("/models", cast_to=httpx2.Response)
                found = page.json().get("data", [])
        except TimeoutError:
            raise DeadlineError("no reply within 20 seconds") from None
        except openai.OpenAIError as error:
            raise ours(error) from None
        except (ValueError, AttributeError):
            return []
        return [str(m.get("id")) for m in found if isinstance(m, dict)] if isinstance(found, list) else []

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sdk.close()


_OPTIONS: Any = {"headers": {"Content-Type": "application/json"}}


def _http_client(settings: Settings) -> httpx2.AsyncClient:
    from summarizer.cassettes import transport_for  # noqa: PLC0415 - YAML only where a cassette is used

    transport = transport_for(settings) if settings.record or settings.replay else AiohttpTransport(settings)
    return httpx2.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)


def ours(error: openai.OpenAIError) -> SummarizerError:
    """Give our error for one of the SDK's; its text, which may hold a reply, stays behind."""
    if isinstance(error, openai.APIStatusError):
        return _status_error(error)
    cause = error.__cause__
    if isinstance(cause, SummarizerError):
        return cause
    if isinstance(cause, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)):
        return ConnectError("the server cannot be reached: is the base URL right, and does it run?")
    if isinstance(error, openai.APITimeoutError):
        return DeadlineError("the server did not reply in time")
    if isinstance(error, openai.APIConnectionError):
        return LostReplyError("the connection broke before the reply came whole")
    return RunError(f"the request failed ({type(error).__name__})")


def _status_error(error: openai.APIStatusError) -> SummarizerError:
    status, text = error.status_code, _server_words(error)
    if status == _TOO_MANY and _code(error) in _QUOTA_CODES:
        return AccountError(f"the account's quota is used up{text}", status=status)
    if status in _ACCOUNT_STATUSES:
        return AccountError(f"the server refuses this key, model or address (HTTP {status}){text}", status=status)
    if status < _CLIENT_ERROR:
        return AccountError(f"the server redirects elsewhere (HTTP {status}), which is not followed; check the base URL", status=status)
    after = retry_after_of(error.response.headers)
    if status == _TOO_MANY:
        return RateLimitError(f"the server's rate limit is reached{text}", status=status, retry_after=after)
    if status in _SERVER_STATUSES or status >= _FAILED:
        return ServerError(f"the server failed (HTTP {status}){text}", status=status, retry_after=after)
    return RequestError(f"the server refuses the request (HTTP {status}){text}", status=status)


def _code(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return str(error.code or body.get("code") or body.get("type") or "")


def _server_words(error: openai.APIStatusError) -> str:
    """Give the message of an OpenAI-shaped error body, short and safe; a proxy's HTML page is left out."""
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return f": {visible(message[:200])}" if isinstance(message, str) and message else ""
