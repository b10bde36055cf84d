"""The SDK's client as used here: it addresses, signs and names errors; retries and limits are ours.

The request's bytes go out as they are and the reply's come back as they are. The path of an article takes the SDK's
address and headers, and names failures as the SDK does; its typed layer and its building of each request anew, which
cost more than sending it, are not in it.
"""

from __future__ import annotations

import asyncio
from types import NoneType
from typing import TYPE_CHECKING, AnyStr, NamedTuple

import httpx2
import openai

from summarizer.engines.openai.retries import retry_after_of
from summarizer.engines.openai.transport import CONNECT_TIMEOUT, MAX_REPLY_BYTES, AiohttpTransport, Carried
from summarizer.errors import (
    AccountError,
    ConnectError,
    DeadlineError,
    IncompatibleError,
    LostReplyError,
    RateLimitError,
    RequestError,
    RunError,
    ServerError,
    SummarizerError,
)
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from openai import RequestOptions

    from summarizer.settings import Settings

_ACCOUNT_STATUSES = frozenset({401, 402, 403, 404})
_SERVER_STATUSES = frozenset({408, 409})
_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_OK, _REDIRECTED = 200, 300
_TOO_MANY = 429
_FAILED = 500
_CLIENT_ERROR = 400

#: Stands in where a server on this machine needs no key; the SDK insists on one.
_NO_KEY = "none"
#: A shorter key is a placeholder such as "ollama", and a word that a text may hold.
_SHORTEST_SECRET = 12
_REDACTED = "REDACTED"
_WORDS_SHOWN = 240
_HEADERS_KEPT = 12
_HEADER_LENGTH = 64
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
    "Content-Type": "application/json",
}
_TIMEOUT = httpx2.Timeout(None, connect=CONNECT_TIMEOUT)
_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


class _Sdk(openai.AsyncOpenAI):
    """The SDK's client without the headers that it takes from the environment and the machine by itself.

    `OPENAI_CUSTOM_HEADERS` may hold secrets meant for another server, and may replace the key.
    """

    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        """Give the headers of every request, but for the key."""
        headers: dict[str, str | openai.Omit] = {"User-Agent": self.user_agent, **_HEADERS}
        if self.base_url.host.endswith(".openai.com"):
            payers = {"OpenAI-Organization": self.organization, "OpenAI-Project": self.project}
            headers.update({name: value for name, value in payers.items() if value})
        return headers


class Posted(NamedTuple):
    """The reply to one call, unread: its body, and those headers that are kept."""

    body: bytes
    headers: Mapping[str, str]


class ChatClient:
    """Posts chat completions to one server; every failure comes out as one of our errors.

    An `http_client` that is given is used as it is, and left open.
    """

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        self._timeout = settings.timeout
        self._key = settings.api_key
        self._transport = None if http_client else _transport(settings)
        self._http = http_client or httpx2.AsyncClient(
            transport=self._transport, follow_redirects=False, trust_env=False
        )
        self._sdk = _Sdk(
            api_key=settings.api_key.reveal() if settings.api_key else _NO_KEY,
            base_url=settings.base_url,
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=self._http,
        )
        self._address = self._sdk.base_url.join("chat/completions")
        self._headers = _sent(self._sdk)

    async def post(self, body: bytes) -> Posted:
        """Send one request and give the reply, without the key if it holds it; one call, no retry.

        Raises TransportError, RequestError, AccountError or IncompatibleError.
        """
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._reply_to(body)
        except TimeoutError:
            raise DeadlineError(f"no whole reply within {self._timeout:g} seconds") from None
        except openai.OpenAIError as error:
            raise ours(error, self.without_key) from None
        if len(found.content) > MAX_REPLY_BYTES:  # a client that was given may not bound it
            raise IncompatibleError(f"the server's reply is over {MAX_REPLY_BYTES:,} bytes")
        return Posted(self.without_key(found.content), _words(found.headers))

    async def _reply_to(self, body: bytes) -> Carried:
        """Send a request and read its reply; a failure is one of the SDK's, with what it came of as its cause."""
        try:
            found = await self._carried(body)
        except Exception as error:
            raise openai.APIConnectionError(request=self._request(body)) from error
        if not _OK <= found.status < _REDIRECTED:
            request, headers = self._request(body), found.headers
            reply = httpx2.Response(found.status, headers=headers, content=found.content, request=request)
            raise openai.APIStatusError("", response=reply, body=_error_in(reply))
        return found

    async def _carried(self, body: bytes) -> Carried:
        """Have a request carried: by our own transport directly, for httpx2's part costs as much as the rest of it."""
        if isinstance(self._transport, AiohttpTransport):
            return await self._transport.carry("POST", str(self._address), self._headers.multi_items(), body)
        reply = await self._http.send(self._request(body))
        return Carried(reply.status_code, reply.headers.raw, reply.content)

    def _request(self, body: bytes) -> httpx2.Request:
        return self._http.build_request("POST", self._address, headers=self._headers, content=body, timeout=_TIMEOUT)

    async def call(
        self,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Post `content` to another address of the server, or get what is there; failures are those of `post`."""
        options: RequestOptions = {"params": params or {}}
        if content is None:
            return await self._whole(self._sdk.get(path, cast_to=httpx2.Response, options=options), seconds)
        posting = self._sdk.post(path, content=content, cast_to=httpx2.Response, options=options)
        return await self._whole(posting, seconds)

    async def send_file(
        self, path: str, name: str, content: bytes, *, form: Mapping[str, str], seconds: float
    ) -> bytes:
        """Post a file of JSON lines and the fields of a form beside it; failures are those of `post`."""
        posting = self._sdk.post(
            path,
            body=dict(form),
            files=[("file", (name, content, "application/jsonl"))],
            options={"headers": {"Content-Type": "multipart/form-data"}},
            cast_to=httpx2.Response,
        )
        return await self._whole(posting, seconds)

    async def _whole(self, calling: Awaitable[httpx2.Response], seconds: float | None) -> bytes:
        seconds = seconds or self._timeout
        try:
            async with asyncio.timeout(seconds):
                return (await calling).content
        except TimeoutError:
            raise DeadlineError(f"no whole reply within {seconds:g} seconds") from None
        except openai.OpenAIError as error:
            raise ours(error, self.without_key) from None

    async def models(self) -> list[str]:
        """List the server's models: a cheap way to see whether it answers."""
        try:
            async with asyncio.timeout(min(self._timeout, 20)):
                page = await self._sdk.get("/models", cast_to=httpx2.Response)
                found = page.json().get("data", [])
        except TimeoutError:
            failure: SummarizerError = DeadlineError("no reply within 20 seconds")
        except openai.OpenAIError as error:
            failure = ours(error, self.without_key)
        except (ValueError, AttributeError, RecursionError):
            return []
        else:
            return _names(found)
        raise bare(failure)

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._transport is not None:
            await self._transport.aclose()

    def without_key(self, said: AnyStr) -> AnyStr:
        """Take the key out of what a server says, which may repeat what it was sent."""
        key = self._key.reveal() if self._key else ""
        if len(key) < _SHORTEST_SECRET:
            return said
        if isinstance(said, bytes):
            return said.replace(key.encode(), _REDACTED.encode())
        return said.replace(key, _REDACTED)


def _sent(sdk: _Sdk) -> httpx2.Headers:
    """Give the headers of every request, the key among them, which these do not show."""
    headers = {**sdk.auth_headers, **sdk.default_headers}
    return httpx2.Headers({name: value for name, value in headers.items() if isinstance(value, str)})


def _words(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _error_in(reply: httpx2.Response) -> object:
    """Give what a failure's body says, as the SDK does: the `error` of a JSON object, other JSON, or the text."""
    try:
        said = reply.json()
    except (ValueError, RecursionError):
        return reply.text.strip()
    return said.get("error", said) if isinstance(said, dict) else said


def _transport(settings: Settings) -> httpx2.AsyncBaseTransport:
    from summarizer.cassettes import transport_for  # noqa: PLC0415 - YAML only where a cassette is used

    return transport_for(settings) if settings.record or settings.replay else AiohttpTransport(settings)


def bare(error: SummarizerError) -> SummarizerError:
    """Cut an error off from what led to it: that holds the request with its key, and the reply."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _names(models: object) -> list[str]:
    return [str(m.get("id")) for m in models if isinstance(m, dict)] if isinstance(models, list) else []


def ours(error: openai.OpenAIError, without_key: Callable[[str], str] = str) -> SummarizerError:
    """Give our error for one of the SDK's; of its text, only what the server says is kept."""
    if isinstance(error, openai.APIStatusError):
        return _status_error(error, without_key)
    cause = error.__cause__
    if isinstance(cause, SummarizerError):
        return cause
    if isinstance(cause, _UNSENT):
        return ConnectError("the server cannot be reached: is the base URL right, and does it run?")
    if isinstance(error, openai.APITimeoutError):
        return DeadlineError("the server did not reply in time")
    broke = isinstance(cause, (httpx2.TransportError, OSError, NoneType))
    if isinstance(error, openai.APIConnectionError) and broke:
        return LostReplyError("the connection broke before the reply came whole")
    return RunError(f"the request failed ({type(cause or error).__name__})")


def _status_error(error: openai.APIStatusError, without_key: Callable[[str], str]) -> SummarizerError:
    status, text = error.status_code, without_key(_server_words(error.body))[:_WORDS_SHOWN]
    text = f": {visible(text)}" if text else ""
    if status == _TOO_MANY and _code(error) in _QUOTA_CODES:
        return AccountError(f"the account's quota is used up{text}", status=status)
    if status in _ACCOUNT_STATUSES:
        message = f"the server refuses this key, model or address (HTTP {status}){text}"
        return AccountError(message, status=status)
    if status < _CLIENT_ERROR:
        message = f"the server redirects elsewhere (HTTP {status}), which is not followed; check the base URL"
        return AccountError(message, status=status)
    after, said = retry_after_of(error.response.headers), _rate_headers(error.response.headers)
    if status == _TOO_MANY:
        message = f"the server's rate limit is reached{text}"
        return RateLimitError(message, status=status, retry_after=after, headers=said)
    if status in _SERVER_STATUSES or status >= _FAILED:
        message = f"the server failed (HTTP {status}){text}"
        return ServerError(message, status=status, retry_after=after, headers=said)
    return RequestError(f"the server refuses the request (HTTP {status}){text}", status=status)


def _rate_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep what a failure says of rate limits, and no more of it than a word each."""
    found = {name.lower(): value for name, value in headers.items() if name.lower().startswith("x-ratelimit-")}
    return {name: value for name, value in list(found.items())[:_HEADERS_KEPT] if len(value) <= _HEADER_LENGTH}


def _code(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return str(error.code or body.get("code") or body.get("type") or "")


def _server_words(body: object) -> str:
    """Give the message of an error's body, in OpenAI's shape or FastAPI's, and none of an HTML page."""
    if isinstance(body, str):
        return "" if "<" in body else body
    if isinstance(body, list):  # what FastAPI finds wrong, with the input, which is the article, beside it
        items = [item for item in body[:3] if isinstance(item, dict)]
        return "; ".join(f"{_place(item.get('loc'))}{item.get('msg')}" for item in items)
    if isinstance(body, dict):
        return _server_words(body.get("message") or body.get("detail"))
    return ""


def _place(where: object) -> str:
    return ".".join(map(str, where)) + ": " if isinstance(where, list) else ""
