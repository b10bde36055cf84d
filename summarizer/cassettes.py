"""Records HTTP exchanges in vcrpy's cassette format, and replays them with the network refused.

A request is found again by its method, its path and its whole body: a changed prompt never replays an old answer.
Only headers that say something about the exchange are kept; a key never is.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import TYPE_CHECKING, Any

import httpx2
import yaml

from summarizer.errors import CassetteError
from summarizer.files import write_whole
from summarizer.render.safe import visible
from summarizer.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.settings import Settings

MAX_CASSETTE_BYTES = 50_000_000
KEPT_HEADERS = frozenset({"content-type", "retry-after", "retry-after-ms", "x-request-id"})
_KEPT_PREFIXES = ("x-ratelimit-",)
REDACTED = "REDACTED"
#: Servers without accounts are given "none" or "x" for a key: taking such words out would change what was said.
SHORTEST_SECRET = 12
_CODE_POINT = 0x10FFFF


def transport_for(settings: Settings) -> httpx2.AsyncBaseTransport:
    """Give the transport that records or replays, as the settings ask."""
    if settings.replay is not None:
        return ReplayTransport(settings.replay)
    if settings.record is None:
        raise CassetteError("these settings name no cassette")
    from summarizer.engines.openai.transport import AiohttpTransport  # noqa: PLC0415 - not for a replay

    secrets = (settings.api_key.reveal(),) if settings.api_key else ()
    return RecordTransport(settings.record, AiohttpTransport(settings), secrets=secrets, about=about(settings))


def about(settings: Settings) -> dict[str, Any]:
    """Say how a cassette was recorded and what a replay must ask for."""
    from summarizer.engines.openai.modes import ModeChoice  # noqa: PLC0415 - not for a replay

    return {
        "recorded_by": f"summarizer {VERSION}",
        "recorded_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
        "answered_by": f"the server at {settings.base_url}",
        "model": settings.model,
        "base_url": settings.base_url,
        "mode": ModeChoice(settings).known or "auto",
        "max_output_tokens": settings.max_output_tokens,
        "temperature": settings.temperature,
    }


def metadata(path: Path) -> dict[str, Any]:
    """Give what a cassette says of itself."""
    found = _load(path).get("metadata")
    return found if isinstance(found, dict) else {}


class RecordTransport(httpx2.AsyncBaseTransport):
    """Passes requests on and writes each exchange to the cassette as soon as it is whole."""

    def __init__(
        self,
        path: Path,
        inner: httpx2.AsyncBaseTransport,
        *,
        secrets: tuple[str, ...] = (),
        about: dict[str, Any],
    ) -> None:
        self._path = path
        self._inner = inner
        self._secrets = tuple(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
        self._cassette: dict[str, Any] = {"version": 1, "metadata": about, "interactions": []}
        _write(path, self._cassette)  # a folder that cannot be written is found out before anything is paid for

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass the request on and note the exchange."""
        reply = await self._inner.handle_async_request(request)
        body = await reply.aread()
        self._cassette["interactions"].append(self._redacted(_interaction(request, reply, body)))
        _write(self._path, self._cassette)
        return reply

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _redacted(self, value: Any) -> Any:  # noqa: ANN401 - any YAML
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, REDACTED)
            return value
        if isinstance(value, list):
            return [self._redacted(item) for item in value]
        if isinstance(value, dict):
            return {key: self._redacted(item) for key, item in value.items()}
        return value


class ReplayTransport(httpx2.AsyncBaseTransport):
    """Answers from a cassette and from nowhere else; each exchange is used once, in the order recorded."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = [_matched(item) for item in _interactions(path)]
        self._lock = threading.Lock()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Give the recorded reply; CassetteError where the request was not recorded."""
        wanted = _key(request.method, request.url.path, await request.aread())
        with self._lock:
            for index, (key, response) in enumerate(self._left):
                if key == wanted:
                    del self._left[index]
                    return _response(response)
        raise CassetteError(
            f"{visible(str(self._path))} holds no answer to this request: another article, prompt, schema, model or "
            "mode, or a tool of another version; record it again"
        )

    @property
    def unused(self) -> int:
        """How many recorded exchanges were not asked for."""
        return len(self._left)


def _interaction(request: httpx2.Request, reply: httpx2.Response, body: bytes) -> dict[str, Any]:
    return {
        "request": {
            "method": request.method,
            "uri": str(request.url),
            "body": _readable(request.content),
            "headers": _headers(request.headers),
        },
        "response": {
            "status": {"code": reply.status_code, "message": reply.reason_phrase},
            "headers": _headers(reply.headers),
            "body": {"string": _readable(body)},
        },
    }


def _headers(headers: httpx2.Headers) -> dict[str, list[str]]:
    return {
        name: headers.get_list(name)
        for name in sorted({n.lower() for n in headers})
        if name in KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
    }


def _readable(body: bytes) -> str | bytes:
    """Write JSON with line breaks, so that a difference can be read; matching looks at the parsed JSON."""
    try:
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body


def _key(method: str, path: str, body: str | bytes) -> tuple[str, str, str]:
    try:
        canonical = json.dumps(json.loads(body), sort_keys=True)
    except (ValueError, RecursionError):
        canonical = body.decode("latin-1") if isinstance(body, bytes) else body
    return method, path, canonical


def _matched(item: dict[str, Any]) -> tuple[tuple[str, str, str], dict[str, Any]]:
    request = item["request"]
    return _key(request["method"], httpx2.URL(request["uri"]).path, request.get("body") or b""), item["response"]


def _response(recorded: dict[str, Any]) -> httpx2.Response:
    body = recorded["body"]["string"]
    headers = [(name, value) for name, values in recorded.get("headers", {}).items() for value in values]
    content = body.encode() if isinstance(body, str) else body
    return httpx2.Response(recorded["status"]["code"], headers=headers, content=content)


def _interactions(path: Path) -> list[dict[str, Any]]:
    items = _load(path).get("interactions")
    try:
        for item in items or ():
            _ = item["request"]["method"], item["request"]["uri"], item["response"]["status"]["code"]
            _ = item["response"]["body"]["string"]
    except (KeyError, TypeError):
        items = None
    if not isinstance(items, list):
        raise CassetteError(f"{visible(str(path))} is not a cassette in vcrpy's format")
    return items


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_CASSETTE_BYTES:
            raise CassetteError(f"the cassette {visible(str(path))} is over {MAX_CASSETTE_BYTES:,} bytes")
        loaded = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - the safe loader, in C where there is one
    except OSError as error:
        raise CassetteError(f"the cassette {visible(str(path))} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise CassetteError(f"the cassette {visible(str(path))} is not YAML") from None
    if not isinstance(loaded, dict):
        raise CassetteError(f"{visible(str(path))} is not a cassette in vcrpy's format")
    return loaded


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _write(path: Path, cassette: dict[str, Any]) -> None:
    text = yaml.dump(cassette, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_CODE_POINT)
    try:
        write_whole(path, text)
    except OSError as error:
        raise CassetteError(f"the cassette {visible(str(path))} cannot be written: {error.strerror}") from None
