"""The batch endpoint of an OpenAI-compatible server: files of requests go up, files of results come down.

The order of calls and the shape of the lines are those of OpenAI's Batch API.
"""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2

from summarizer.engines.batches import ServerBatch
from summarizer.engines.openai.batch_results import read_result
from summarizer.engines.openai.client import ChatClient, bare
from summarizer.engines.openai.filetransport import FileTransport, told_of_disk
from summarizer.errors import IncompatibleError, SummarizerError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator
    from typing import BinaryIO

    from summarizer.engines.batches import BatchResult
    from summarizer.settings import Settings

#: The name under which a batch's metadata hold the token that a run knows it by.
METADATA = "summarizer"
ENDPOINT = "/v1/chat/completions"
WINDOW = "24h"
#: Seconds for a file on its way, at least: it may hold a hundred megabytes.
FILE_TIMEOUT = 900.0
#: A line holds one reply; a longer one is skipped to its end.
MAX_LINE_BYTES = 8_000_000
PAGE = 100
MAX_PAGES = 100
#: Seconds by which the server's clock may differ from ours.
CLOCK_SKEW = 86_400.0
_PROBLEM_LENGTH = 240
#: An id goes into a URL: nothing of a path, a query or an escape may stand in it.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}")


class BatchClient:
    """Speaks to one server's `/files` and `/batches`, with the key, proxy and bounds of the chat client.

    An `http_client` that is given is used as it is, holds a file of results in memory, and is left open.
    """

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        """Open nothing yet."""
        self._transport: FileTransport | None = None
        if http_client is None:
            self._transport = FileTransport(settings)
            http_client = httpx2.AsyncClient(transport=self._transport, follow_redirects=False, trust_env=False)
        self._chat = ChatClient(settings, http_client)
        self._file_timeout = max(settings.timeout, FILE_TIMEOUT)

    def line(self, custom_id: str, body: bytes) -> bytes:
        """Give a request's line: its body goes in as it would be posted."""
        head = {"custom_id": custom_id, "method": "POST", "url": ENDPOINT}
        return json.dumps(head).encode()[:-1] + b', "body": ' + body + b"}\n"

    async def upload(self, name: str, lines: list[bytes]) -> str:
        """Send a file of requests and give its id; IncompatibleError where the server gives none."""
        form = {"purpose": "batch"}
        sending = self._chat.send_file("/files", name, b"".join(lines), form=form, seconds=self._file_timeout)
        reply = await _bare(sending)
        return _required_id(_json(reply), "file")

    async def create(self, file: str, token: str) -> ServerBatch:
        """Have the requests of a file run within a day; `token` is noted in the batch's metadata."""
        asked = {
            "input_file_id": file,
            "endpoint": ENDPOINT,
            "completion_window": WINDOW,
            "metadata": {METADATA: token},
        }
        return _batch(_json(await _bare(self._chat.call("/batches", content=json.dumps(asked).encode()))))

    async def find(self, token: str, since: float) -> ServerBatch | None:
        """Look through the account's batches, newest first, for the one that was made with this token."""
        after: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            page = _json(await _bare(self._chat.call("/batches", params={"limit": str(PAGE), **after})))
            listed = page.get("data")
            found = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
            for item in found:
                if _token(item) == token:
                    return _batch(item)
            if not found or not page.get("has_more") or _made(found[-1]) < since - CLOCK_SKEW:
                return None
            after = {"after": _required_id(found[-1], "batch")}
        return None

    async def look(self, batch: str) -> ServerBatch:
        """Tell how a batch stands; IncompatibleError where the server tells of another one."""
        found = _batch(_json(await _bare(self._chat.call(f"/batches/{batch}"))))
        if found.id != batch:
            raise IncompatibleError("the server was asked about one batch and tells of another")
        return found

    @asynccontextmanager
    async def results(self, file: str) -> AsyncIterator[Iterator[BatchResult | None]]:
        """Fetch a file to the disk and give what its lines say, one after the other."""
        with _spool() as spool:
            await self._fetch(file, spool)
            yield (read_result(self._chat.without_key(line)) for line in _lines(spool))

    async def aclose(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.aclose()

    async def _fetch(self, file: str, spool: BinaryIO) -> None:
        if self._transport is not None:
            self._transport.sink = spool
        try:
            reply = await _bare(self._chat.call(f"/files/{file}/content", seconds=self._file_timeout))
        finally:
            if self._transport is not None:
                self._transport.sink = None
        with told_of_disk():
            spool.write(reply)
            spool.seek(0)


def _spool() -> BinaryIO:
    with told_of_disk():
        return tempfile.TemporaryFile(prefix="summarizer-")


async def _bare(calling: Awaitable[bytes]) -> bytes:
    """Wait for a call; its failure is cut off from the request, which holds the key."""
    try:
        return await calling
    except SummarizerError as error:
        failure = error
    raise bare(failure)


def _lines(spool: BinaryIO) -> Iterator[bytes]:
    """Give the lines of a file that are not blank, none of them beyond its bound: the rest of such a one is skipped."""
    while line := spool.readline(MAX_LINE_BYTES):
        rest = line
        while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = spool.readline(MAX_LINE_BYTES)
        if line.strip():
            yield line


def _json(reply: bytes) -> dict[str, Any]:
    try:
        found = json.loads(reply)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IncompatibleError("the server's reply is none of a batch endpoint: does it have one?")
    return found


def _batch(found: dict[str, Any]) -> ServerBatch:
    counts = found.get("request_counts")
    ran = counts.get("completed") if isinstance(counts, dict) else None
    return ServerBatch(
        id=_required_id(found, "batch"),
        status=str(found.get("status")),
        output_file=_id(found.get("output_file_id")),
        error_file=_id(found.get("error_file_id")),
        ran=ran if isinstance(ran, int) and not isinstance(ran, bool) else None,
        problem=_problem(found.get("errors")),
    )


def _required_id(found: dict[str, Any], what: str) -> str:
    name = _id(found.get("id"))
    if name is None:
        raise IncompatibleError(f"the server gives the {what} no id that can be used")
    return name


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _token(batch: dict[str, Any]) -> object:
    metadata = batch.get("metadata")
    return metadata.get(METADATA) if isinstance(metadata, dict) else None


def _made(batch: dict[str, Any]) -> float:
    made = batch.get("created_at")
    return float(made) if isinstance(made, (int, float)) else float("inf")


def _problem(errors: object) -> str:
    """Give the first of a batch's errors that says anything."""
    listed = errors.get("data") if isinstance(errors, dict) else errors
    for error in listed if isinstance(listed, list) else ():
        if isinstance(error, dict) and isinstance(error.get("message"), str):
            return visible(error["message"][:_PROBLEM_LENGTH])
    return ""
