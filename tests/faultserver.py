"""A chat completions server that fails as it is told, and keeps the true count of what it did."""

from __future__ import annotations

import asyncio
import atexit
import functools
import hashlib
import itertools
import json
import re
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from http import HTTPStatus
from typing import Any, Self, TypeAlias, TypeVar, cast

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
BACKLOG = 4096
MEBIBYTE = 1 << 20
RST_ON_CLOSE = struct.pack("ii", 1, 0)


# --- what is asked, and what goes onto the wire ------------------------------------------------------


class Usage(Enum):
    """Stands in for the usage of a reply: counted from the texts, or left out."""

    COUNTED = "counted"
    ABSENT = "absent"


COUNTED = Usage.COUNTED
ABSENT = Usage.ABSENT


class Ending(Enum):
    """How a connection is left after the last piece."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    SILENT = "silent"


@dataclass(frozen=True)
class Call:
    """One request as the server saw it; `complete` is false when the client or a reset cut it short."""

    number: int
    key: str
    attempt: int
    time: float
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int = 0
    complete: bool = True

    @functools.cached_property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)

    @functools.cached_property
    def digest(self) -> str:
        """The sha256 of the body in hex."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Tokens:
    """The tokens that a reply bills."""

    prompt: int = 0
    completion: int = 0


@dataclass(frozen=True)
class Wire:
    """The bytes of one answer: written `interval` seconds apart, billed only when the last one is out."""

    pieces: Iterable[bytes]
    ending: Ending = Ending.KEEP
    interval: float = 0.0
    bill: Tokens | None = None
    lands_after: int | None = None  # pieces; None is the end


Answer: TypeAlias = "str | Callable[[Call], str]"


class Plan:
    """What one request gets."""

    @property
    def name(self) -> str:
        """The name under which the server counts it."""
        return _snake(type(self).__name__)

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the bytes for this call; `answer` is the good content of the server."""
        raise NotImplementedError


class Fault(Plan):
    """A plan that is counted when it lands."""


Script: TypeAlias = "Plan | Callable[[Call], Plan] | Sequence[Plan] | Mapping[str, Plan | Sequence[Plan]]"


@functools.cache
def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {_phrase(status)}\r\n{lines}\r\n".encode("latin-1")


@functools.cache
def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unnamed"


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    # Later headers win, so that a test can lie about the type or the length.
    base = {"content-type": "application/json", "content-length": str(len(body))}
    return _head(status, {**base, **headers}) + body


# --- good replies ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply(Plan):
    """A well-formed completion; every field can be bent."""

    answer: Answer | None = None
    finish_reason: str | None = "stop"
    refusal: str | None = None
    usage: object = COUNTED
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the completion in one piece."""
        content = self._content(call, answer)
        usage = self._usage(call, content or self.refusal or "")
        message = _message(call, content, self.refusal)
        body = json.dumps(_completion(call, message, self.finish_reason, usage)).encode()
        return Wire((_response(200, body, self.headers),), bill=_billed(usage))

    def _content(self, call: Call, answer: Answer) -> str | None:
        if self.refusal is not None:
            return None
        chosen = answer if self.answer is None else self.answer
        return chosen if isinstance(chosen, str) else chosen(call)

    def _usage(self, call: Call, text: str) -> object:
        if self.usage is not COUNTED:
            return self.usage
        prompt = len(call.body) // 4 if self.prompt_tokens is None else self.prompt_tokens
        completion = len(text) // 4 if self.completion_tokens is None else self.completion_tokens
        usage: dict[str, object] = {"prompt_tokens": prompt, "completion_tokens": completion}
        usage["total_tokens"] = prompt + completion
        if self.cached_tokens is not None:
            usage["prompt_tokens_details"] = {"cached_tokens": self.cached_tokens}
        return usage


def _completion(call: Call, message: object, finish_reason: str | None, usage: object) -> dict[str, object]:
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
    completion: dict[str, object] = {
        "id": f"chatcmpl-{call.number}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": _model(call.body),
        "choices": [choice],
    }
    return completion if usage is ABSENT else completion | {"usage": usage}


def _model(body: bytes) -> str:
    # Inside a JSON string the quotes are escaped, so an article that talks about "model" does not match.
    found = re.search(rb'"model"\s*:\s*"([^"\\]*)"', body)
    return found[1].decode("utf-8", "replace") if found else "test-model"


def _message(call: Call, content: str | None, refusal: str | None) -> dict[str, object]:
    message: dict[str, object] = {"role": "assistant", "content": content, "refusal": refusal}
    tool = _tool(call) if content else None
    if tool is None:
        return message
    function = {"name": tool, "arguments": content}
    calls = [{"id": f"call_{call.number}", "type": "function", "function": function}]
    return message | {"content": None, "tool_calls": calls}


def _tool(call: Call) -> str | None:
    # The cheap test spares the parsing of every body when no tool is in play.
    if b'"tools"' not in call.body or not call.json.get("tools"):
        return None
    choice = call.json.get("tool_choice")
    if choice == "none":
        return None
    named = choice if isinstance(choice, dict) else call.json["tools"][0]
    return cast("str", named["function"]["name"])


def _billed(usage: object) -> Tokens:
    if not isinstance(usage, dict):
        return Tokens()
    return Tokens(_whole(usage.get("prompt_tokens")), _whole(usage.get("completion_tokens")))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _good(call: Call, answer: Answer) -> bytes:
    return next(iter(Reply().wire(call, answer).pieces))


def _good_body(call: Call, answer: Answer) -> bytes:
    return _good(call, answer).partition(b"\r\n\r\n")[2]


# --- faults ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status(Fault):
    """An error status; the body is error-shaped unless given (bytes as they are, else as JSON)."""

    code: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    error_type: str = "server_error"
    error_code: str | None = None

    @property
    def name(self) -> str:
        """The name with the code, such as status_503."""
        return f"status_{self.code}"

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the whole error."""
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body or self._error()).encode()
        return Wire((_response(self.code, body, self.headers),))

    def _error(self) -> dict[str, object]:
        message = f"scripted {self.code}"
        return {"error": {"message": message, "type": self.error_type, "param": None, "code": self.error_code}}


def retry_after(value: object, *, code: int = 429, header: str = "retry-after") -> Status:
    """Return an error whose header asks to wait; any text goes, also nonsense."""
    return Status(code, headers={header: str(value)}, error_type="rate_limit", error_code="rate_limit_exceeded")


def insufficient_quota() -> Status:
    """Return the 429 that no waiting heals."""
    return Status(429, error_type="insufficient_quota", error_code="insufficient_quota")


@dataclass(frozen=True)
class Redirect(Fault):
    """A redirect to another place."""

    code: int
    location: str

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the redirect with an empty body."""
        return Wire((_response(self.code, b"", {"location": self.location}),))


@dataclass(frozen=True)
class Hang(Fault):
    """The request is read and never answered."""

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return nothing, for ever."""
        return Wire((), ending=Ending.SILENT)


@dataclass(frozen=True)
class Trickle(Fault):
    """A body byte by byte; the default body is the good reply."""

    seconds_per_byte: float
    body: bytes | None = None

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the head, then single bytes."""
        body = _good_body(call, answer) if self.body is None else self.body
        head = _response(200, body, {})[: -len(body) or None]
        pieces = itertools.chain((head,), (body[i : i + 1] for i in range(len(body))))
        return Wire(pieces, interval=self.seconds_per_byte, bill=_stated(body), lands_after=2)


@dataclass(frozen=True)
class EndlessWhitespace(Fault):
    """A chunked body of blanks that never ends."""

    interval: float = 0.1
    chunk: int = 1

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the head, then the same chunk again and again."""
        head = _head(200, {"content-type": "application/json", "transfer-encoding": "chunked"})
        blanks = b"%x\r\n%b\r\n" % (self.chunk, b" " * self.chunk)
        pieces = itertools.chain((head,), itertools.repeat(blanks))
        return Wire(pieces, interval=self.interval, lands_after=2)


@dataclass(frozen=True)
class ResetBefore(Fault):
    """RST before the body was read.

    In a list or a mapping it strikes as soon as the document key is seen, which cuts a body of more than
    one read; a callable script is asked only when the request is whole. To reset a connection as it is
    accepted, use `reset_connections` of the server.
    """

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return nothing but the reset."""
        return Wire((), ending=Ending.RESET)


@dataclass(frozen=True)
class ResetAfter(Fault):
    """RST after the request was wholly read."""

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return nothing but the reset."""
        return Wire((), ending=Ending.RESET)


@dataclass(frozen=True)
class HalfBody(Fault):
    """Headers with the whole length, half of the good body, and the end."""

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the first half."""
        good = _good(call, answer)
        return Wire((good[: len(good) - len(_good_body(call, answer)) // 2],), ending=Ending.CLOSE)


@dataclass(frozen=True)
class Length(Fault):
    """A paid reply that ran into the token limit; the stump may be valid or not."""

    content: str

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the stump."""
        return Reply(answer=self.content, finish_reason="length").wire(call, answer)


@dataclass(frozen=True)
class Refusal(Fault):
    """A paid reply that refuses."""

    text: str

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the refusal."""
        return Reply(refusal=self.text).wire(call, answer)


@dataclass(frozen=True)
class ContentFilter(Fault):
    """A paid reply that the provider's filter cut."""

    content: str = ""

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return what the filter left."""
        return Reply(answer=self.content, finish_reason="content_filter").wire(call, answer)


@dataclass(frozen=True)
class RawBody(Fault):
    """Any bytes in place of a completion; `label` is the name in the counts."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    label: str = "raw_body"

    @property
    def name(self) -> str:
        """The label."""
        return self.label

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the bytes with a true length."""
        headers = {"content-type": self.content_type, **self.headers}
        bill = _stated(self.body) if self.status == HTTPStatus.OK else None
        return Wire((_response(self.status, self.body, headers),), bill=bill)


def _stated(body: bytes) -> Tokens:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return Tokens()
    return _billed(parsed.get("usage")) if isinstance(parsed, dict) else Tokens()


@dataclass(frozen=True)
class GzipBomb(Fault):
    """Blanks packed a thousandfold, whatever the client accepts: gzip, deflate or br."""

    encoding: str = "gzip"
    decoded_bytes: int = 1 << 30

    def __post_init__(self) -> None:
        """Build the bomb now, so that no request waits for it."""
        _bomb(self.encoding, self.decoded_bytes)

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the bomb in pieces of 16 kB."""
        body = _bomb(self.encoding, self.decoded_bytes)
        headers = {"content-type": "application/json", "content-encoding": self.encoding}
        head = _head(200, headers | {"content-length": str(len(body))})
        pieces = itertools.chain((head,), (body[i : i + 16_384] for i in range(0, len(body), 16_384)))
        return Wire(pieces, bill=Tokens(), lands_after=2)


@functools.cache
def _bomb(encoding: str, decoded_bytes: int) -> bytes:
    return {"gzip": _gzip_bomb, "deflate": _deflate_bomb, "br": _brotli_bomb}[encoding](decoded_bytes)


def _deflated(blocks: int) -> bytes:
    # A full flush ends on a byte and forgets the past, so one block can be repeated.
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MEBIBYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * blocks + b"\x03\x00"


def _checksum(checksum: Callable[[bytes, int], int], start: int, blocks: int) -> int:
    block = b" " * MEBIBYTE
    return functools.reduce(lambda value, _: checksum(block, value), range(blocks), start)


def _gzip_bomb(decoded_bytes: int) -> bytes:
    blocks = -(-decoded_bytes // MEBIBYTE)
    trailer = struct.pack("<II", _checksum(zlib.crc32, 0, blocks), blocks * MEBIBYTE & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + _deflated(blocks) + trailer


def _deflate_bomb(decoded_bytes: int) -> bytes:
    blocks = -(-decoded_bytes // MEBIBYTE)
    return b"\x78\xda" + _deflated(blocks) + struct.pack(">I", _checksum(zlib.adler32, 1, blocks))


def _brotli_bomb(decoded_bytes: int) -> bytes:
    # Made once with a brotli encoder, which is no dependency: the first and any later 16 MiB of blanks.
    first = bytes.fromhex("cbffff3f002440e2b14072effff8ffff078004401c1680eefd9f01")
    later = bytes.fromhex("fcffff034002200e0b40f7fe8fffff7f004800c46101e8deff19")
    blocks = max(1, -(-decoded_bytes // (16 * MEBIBYTE)))
    return first + later * (blocks - 1) + b"\x03"


@dataclass(frozen=True)
class HugeLength(Fault):
    """A length of 2 GB, then zeros that come slowly."""

    length: int = 2_000_000_000
    chunk: int = 1024
    interval: float = 0.05

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the head, then zeros without end."""
        head = _head(200, {"content-type": "application/json", "content-length": str(self.length)})
        pieces = itertools.chain((head,), itertools.repeat(bytes(self.chunk), self.length // self.chunk))
        return Wire(pieces, ending=Ending.CLOSE, interval=self.interval, lands_after=2)


@dataclass(frozen=True)
class HugeHeaders(Fault):
    """10 MB of headers before a good reply; it has landed when 128 kB are out."""

    size: int = 10_000_000

    def wire(self, call: Call, answer: Answer) -> Wire:
        """Return the good reply with padding after its status line."""
        line, _, rest = _good(call, answer).partition(b"\r\n")
        bill = Reply().wire(call, answer).bill
        pieces = itertools.chain((line + b"\r\n",), self._padding(), (rest,))
        return Wire(pieces, bill=bill, lands_after=1 + min(2, -(-self.size // 65_536)))

    def _padding(self) -> Iterator[bytes]:
        lines = (b"x-pad-%06d: %b\r\n" % (i, b"x" * 1008) for i in range(-(-self.size // 1024)))
        while block := b"".join(itertools.islice(lines, 64)):
            yield block


# --- the count ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stats:
    """The ground truth of a run.

    `paid` counts the 200 replies to chat calls whose last byte went to the kernel, and the token sums are
    those that these replies stated (whole, positive numbers only). `abandoned` counts the calls whose
    client left before the end of the reply, `partial` those whose body never came in full.
    """

    calls: int
    paid: int
    faults: Counter[str]
    prompt_tokens: int
    completion_tokens: int
    connections_opened: int
    open_connections: int
    open_connections_peak: int
    calls_by_key: Counter[str]
    paid_by_key: Counter[str]
    abandoned: int
    partial: int
    model_lists: int


@dataclass
class _Ledger:
    """The running count, touched by the loop's thread alone."""

    calls: int = 0
    paid: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    connections_opened: int = 0
    open_connections_peak: int = 0
    abandoned: int = 0
    partial: int = 0
    model_lists: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    calls_by_key: Counter[str] = field(default_factory=Counter)
    paid_by_key: Counter[str] = field(default_factory=Counter)

    def bill(self, key: str, tokens: Tokens) -> None:
        self.paid += 1
        self.paid_by_key[key] += 1
        self.prompt_tokens += tokens.prompt
        self.completion_tokens += tokens.completion

    def stats(self, open_connections: int) -> Stats:
        copies: dict[str, Any] = {name: Counter(v) if isinstance(v, Counter) else v for name, v in vars(self).items()}
        return Stats(open_connections=open_connections, **copies)


# --- one connection ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Head:
    method: str
    path: str
    headers: dict[str, str]
    start: int
    end: int


def _parse_head(buffer: bytearray) -> _Head | None:
    start = buffer.find(b"\r\n\r\n")
    if start < 0:
        return None
    request, *lines = buffer[:start].decode("latin-1").split("\r\n")
    method, path, _ = request.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if "transfer-encoding" in headers:
        raise ValueError("this server reads bodies of a stated length only")
    return _Head(method, path, headers, start + 4, start + 4 + int(headers.get("content-length", "0")))


class _Connection(asyncio.Protocol):
    """Cuts requests out of the bytes, one at a time, and writes their wires."""

    def __init__(self, server: FaultServer, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._call: Call | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # No slack: a pause that ends then means that the kernel has taken the last byte.
        self._transport.set_write_buffer_limits(high=0)
        self._server._opened(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._call is None:
            self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._call is not None:
            self._server._abandoned()
        elif self._buffer:
            self._server._cut_short(self._partial_call())
        self._server._closed(self)

    def reset(self) -> None:
        self._drop()
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_ON_CLOSE)
        self._transport.abort()

    def abort(self) -> None:
        self._drop()
        self._transport.abort()

    def _drop(self) -> None:
        # What the server itself cuts is neither abandoned nor cut short by the client.
        self._call = None
        self._buffer.clear()

    def _advance(self) -> None:
        self._head = self._head or _parse_head(self._buffer)
        head = self._head
        if head is None:
            return
        if len(self._buffer) < head.end:
            self._reset_early()
            return
        body = bytes(self._buffer[head.start : head.end])
        del self._buffer[: head.end]
        self._head = None
        self._serve(self._server._arrived(head, body, self.number))

    def _reset_early(self) -> None:
        call = self._partial_call()
        if self._server._resets_early(call):
            self._server._cut_short(call)
            self._server._landed(ResetBefore().name)
            self.reset()

    def _partial_call(self) -> Call:
        head = self._head or _Head("", "", {}, 0, 0)
        return self._server._call(head, bytes(self._buffer[head.start :]), self.number, complete=False)

    def _serve(self, call: Call) -> None:
        self._call = call
        plan, wire, delay = self._server._planned(call)
        self._name = plan.name if isinstance(plan, Fault) else None
        self._bill, self._ending = wire.bill, wire.ending
        self._interval, self._lands_after = wire.interval, wire.lands_after
        self._pieces, self._sent = iter(wire.pieces), 0
        if delay > 0:
            self._timer = self._loop.call_later(delay, self._next)
        else:
            self._next()

    def _next(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self._finish()
        else:
            self._write(piece)

    def _write(self, piece: bytes) -> None:
        self._sent += 1
        self._transport.write(piece)
        if not self._paused:
            self._taken()

    def _taken(self) -> None:
        """Go on after the kernel took the last piece; a transport that is closing took nothing."""
        if self._call is None or self._transport.is_closing():
            return
        if self._sent == self._lands_after:
            self._land()
        piece = next(self._pieces, None)
        if piece is None:
            self._finish()
        else:
            self._timer = self._loop.call_later(self._interval, self._write, piece)

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._taken()

    def _land(self) -> None:
        if self._name is not None:
            self._server._landed(self._name)
            self._name = None

    def _finish(self) -> None:
        self._land()
        if self._bill is not None and self._call is not None:
            self._server._paid(self._call, self._bill)
        if self._ending is Ending.RESET:
            self.reset()
        elif self._ending is not Ending.SILENT:
            self._leave_or_go_on()

    def _leave_or_go_on(self) -> None:
        asked = self._call is not None and self._call.headers.get("connection", "").lower() == "close"
        self._call = None
        if asked or self._ending is Ending.CLOSE:
            self._buffer.clear()
            self._transport.close()
        elif self._buffer:
            self._advance()


# --- the server --------------------------------------------------------------------------------------


class FaultServer:
    """A scripted chat completions server in a thread of its own, to be used as a context manager.

    The script says what each request gets: one plan for all, a callable, a list that is walked attempt by
    attempt for each document key (the last one repeats), or a mapping from key to such a list, where a key
    that is not named gets good replies.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        answer: Answer = "ok",
        latency: float | Callable[[Call], float] = 0.0,
        models: Sequence[str] = ("test-model",),
        models_fault: Fault | None = None,
        key_pattern: str = r"DOC-\d+",
        keep_calls: bool = True,
        reset_connections: Callable[[int], bool] | None = None,
    ) -> None:
        """Take the script; nothing is opened before the context is entered."""
        self.script: Script = Reply() if script is None else script
        self.answer, self.latency = answer, latency
        self.models, self.models_fault = tuple(models), models_fault
        self.keep_calls, self.reset_connections = keep_calls, reset_connections
        self.port = 0
        self._key = re.compile(key_pattern.encode())
        self._ledger = _Ledger()
        self._calls: list[Call] = []
        self._model_calls: list[Call] = []
        self._open: set[_Connection] = set()
        self._errors: list[BaseException] = []
        self._ready = threading.Event()
        self._closing = False

    # -- the face, for the thread of the test --

    @property
    def origin(self) -> str:
        """The scheme, host and port."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def base_url(self) -> str:
        """The address that a client takes as its base."""
        return f"{self.origin}/v1"

    @property
    def stats(self) -> Stats:
        """The counts of this moment."""
        return self._on_loop(lambda: self._ledger.stats(len(self._open)))

    @property
    def calls(self) -> list[Call]:
        """The requests so far, without those for the list of models."""
        return self._on_loop(lambda: list(self._calls))

    @property
    def model_calls(self) -> list[Call]:
        """The requests for the list of models."""
        return self._on_loop(lambda: list(self._model_calls))

    def landed(self, name: str) -> int:
        """Return how often the fault was really put on a wire."""
        return self.stats.faults[name]

    def assert_landed(self, name: str, at_least: int = 1) -> None:
        """Fail when the fault did not happen, so that no test passes for want of its fault."""
        stats = self.stats
        if stats.faults[name] < at_least:
            landed = dict(stats.faults) or "nothing"
            text = f"fault {name!r} landed {stats.faults[name]} times, at least {at_least} expected"
            text += f"; {stats.calls} calls came in, landed: {landed}"
            raise AssertionError(text)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Refuse all connections on this port while the context lasts."""
        self._on_loop(self._stop_listening)
        # Holding the port without listening keeps others from taking it, and clients from meeting themselves.
        try:
            with _bound_socket(self.port):
                yield
        finally:
            self._on_loop_async(self._listen(_bound_socket(self.port)))

    def __enter__(self) -> Self:
        """Open the port and start the thread."""
        listener = _bound_socket(0)
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(listener,), name="faultserver", daemon=True)
        self._thread.start()
        self._ready.wait()
        self._raise_errors()
        return self

    def __exit__(self, exc_type: type[BaseException] | None, *_: object) -> None:
        """Cut all connections and join the thread; an error of the script comes up here."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if exc_type is None:
            self._raise_errors()

    def _raise_errors(self) -> None:
        if self._errors:
            raise self._errors[0]

    def _on_loop(self, function: Callable[[], T]) -> T:
        async def run() -> T:
            return function()

        # A script runs on the loop already and would wait for itself.
        inside = threading.current_thread() is self._thread
        return function() if inside or not self._thread.is_alive() else self._on_loop_async(run())

    def _on_loop_async(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    # -- the loop's thread --

    def _run(self, listener: socket.socket) -> None:
        try:
            asyncio.run(self._main(listener))
        except Exception as error:  # noqa: BLE001  (it is raised again in the thread of the test)
            self._errors.append(error)
        finally:
            self._ready.set()

    async def _main(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._note_error)
        self._stop = asyncio.Event()
        await self._listen(listener)
        self._ready.set()
        await self._stop.wait()
        self._closing = True
        self._stop_listening()
        while self._open:  # noqa: ASYNC110  (a few turns of the loop, after the aborts)
            await asyncio.sleep(0)

    async def _listen(self, listener: socket.socket) -> None:
        self._listener = await self._loop.create_server(
            lambda: _Connection(self, self._loop), sock=listener, backlog=BACKLOG
        )

    def _stop_listening(self) -> None:
        self._listener.close()
        for connection in tuple(self._open):
            connection.abort()

    def _note_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._errors.append(context.get("exception") or RuntimeError(context["message"]))

    # -- what a connection tells and asks --

    def _opened(self, connection: _Connection) -> None:
        self._open.add(connection)
        ledger = self._ledger
        ledger.connections_opened += 1
        ledger.open_connections_peak = max(ledger.open_connections_peak, len(self._open))
        connection.number = ledger.connections_opened
        if self._closing:
            connection.abort()
        elif self.reset_connections is not None and self.reset_connections(connection.number):
            self._landed(ResetBefore().name)
            connection.reset()

    def _closed(self, connection: _Connection) -> None:
        self._open.discard(connection)

    def _abandoned(self) -> None:
        self._ledger.abandoned += 1

    def _landed(self, name: str) -> None:
        self._ledger.faults[name] += 1

    def _paid(self, call: Call, tokens: Tokens) -> None:
        self._ledger.bill(call.key, tokens)

    def _call(self, head: _Head, body: bytes, connection: int, *, complete: bool) -> Call:
        key = self._key_of(body, complete=complete)
        attempt = self._ledger.calls_by_key[key] + 1
        number, now = self._ledger.calls + 1, time.monotonic()
        return Call(number, key, attempt, now, head.method, head.path, head.headers, body, connection, complete)

    def _key_of(self, body: bytes, *, complete: bool) -> str:
        found = self._key.search(body)
        # A key at the very end of what has come may go on in the next packet.
        if found is None or (not complete and found.end() == len(body)):
            return "all"
        return found[0].decode("utf-8", "replace")

    def _arrived(self, head: _Head, body: bytes, connection: int) -> Call:
        call = self._call(head, body, connection, complete=True)
        if _asks_for_models(call):
            self._ledger.model_lists += 1
            if self.keep_calls:
                self._model_calls.append(call)
        else:
            self._count(call)
        return call

    def _cut_short(self, call: Call) -> None:
        if not self._closing:
            self._ledger.partial += 1
            self._count(call)

    def _count(self, call: Call) -> None:
        self._ledger.calls += 1
        self._ledger.calls_by_key[call.key] += 1
        if self.keep_calls:
            self._calls.append(call)

    def _resets_early(self, call: Call) -> bool:
        """Say whether a half-read call is to be reset; a callable is never asked twice, so not here."""
        scripted = not callable(self.script) and call.key != "all"
        return scripted and isinstance(_choose(self.script, call), ResetBefore)

    def _planned(self, call: Call) -> tuple[Plan, Wire, float]:
        if _asks_for_models(call):
            plan = self.models_fault or self._models_list()
            return plan, replace(plan.wire(call, self.answer), bill=None), self._delay(call)
        plan = _choose(self.script, call) if _is_chat(call) else Status(404, error_type="not_found_error")
        delay = 0.0 if isinstance(plan, ResetBefore) else self._delay(call)
        return plan, plan.wire(call, self.answer), delay

    def _delay(self, call: Call) -> float:
        return self.latency(call) if callable(self.latency) else self.latency

    def _models_list(self) -> Plan:
        entries = [{"id": name, "object": "model", "created": 0, "owned_by": "test"} for name in self.models]
        return _Models(json.dumps({"object": "list", "data": entries}).encode())


@dataclass(frozen=True)
class _Models(Plan):
    body: bytes

    def wire(self, call: Call, answer: Answer) -> Wire:
        return Wire((_response(200, self.body, {}),))


def _asks_for_models(call: Call) -> bool:
    return call.method == "GET" and call.path.endswith("/models")


def _is_chat(call: Call) -> bool:
    return call.method == "POST" and call.path.partition("?")[0].endswith("/chat/completions")


def _choose(script: Script, call: Call) -> Plan:
    if isinstance(script, Plan):
        return script
    if callable(script):
        return script(call)
    steps = script.get(call.key, ()) if isinstance(script, Mapping) else script
    if isinstance(steps, Plan):
        return steps
    return steps[min(call.attempt, len(steps)) - 1] if steps else Reply()


# --- ports that refuse -------------------------------------------------------------------------------


def _bound_socket(port: int) -> socket.socket:
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((LOOPBACK, port))
    return held


@functools.cache
def _refusing_socket() -> socket.socket:
    held = _bound_socket(0)
    atexit.register(held.close)
    return held


def refused_base_url() -> str:
    """Return the address of a port that is held but not listened on, so that it refuses for ever."""
    return f"http://{LOOPBACK}:{_refusing_socket().getsockname()[1]}/v1"
