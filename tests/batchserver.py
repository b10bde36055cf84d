"""The fault server with a batch endpoint: files of requests, batches that end as they are told, files of results."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.faultserver import Call, FaultServer, Plan, Reply, Status, Tokens, Wire, _Head, _response

Line = dict[str, Any]
#: Bends the lines of both result files before they are served; gives the name of the fault that it was, or None.
Bend = Callable[[list[Line], list[Line]], str | None]

_FILE = re.compile(rb'name="file"; filename="[^"]*"\r\n[^\r]*\r\n\r\n(.*)\r\n--', re.DOTALL)
_PAGE = 2


@dataclass
class Held:
    """A batch at the server; it ends after `looks` more looks at it."""

    id: str
    file: str
    metadata: Mapping[str, str]
    looks: int
    status: str = "validating"
    output: str | None = None
    errors: str | None = None
    ran: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Json(Plan):
    """A good reply that is this JSON."""

    body: bytes

    @classmethod
    def of(cls, found: Line) -> Self:
        """Give the reply that says this."""
        return cls(json.dumps(found).encode())

    def wire(self, call: Call, answer: Any) -> Wire:
        """Return the bytes as they are."""
        return Wire((_response(200, self.body, {}),))


@dataclass
class Endpoint:
    """How the endpoint behaves; `runs` says how many requests of a batch are run before it ends as `ending`."""

    looks: int = 0
    ending: str = "completed"
    runs: int | None = None
    problem: str | None = None
    bend: Bend = lambda output, errors: None
    #: By path (`/batches`) and number of the call to it, what comes instead; it may have done its work all the same.
    instead: Mapping[tuple[str, int], Plan] = field(default_factory=dict)
    #: Whether what comes instead of an answer is sent after the work was done.
    works_first: bool = True


class BatchServer(FaultServer):
    """Answers single calls as the fault server does, and batches as its `endpoint` says.

    A request of a batch gets what the script says for a single one, and is billed when it is run.
    """

    def __init__(self, script: Any = None, *, endpoint: Endpoint | None = None, **more: Any) -> None:
        """Take the script for all requests, and how the endpoint behaves."""
        super().__init__(script, **more)
        self.endpoint = endpoint or Endpoint()
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Held] = {}
        self.batch_calls: list[Call] = []
        self.single: list[str] = []

    def made(self, what: str) -> int:
        """Count the calls to a path, such as `POST /files`."""
        return sum(f"{call.method} {_path(call)}" == what for call in self.batch_calls)

    @property
    def requests(self) -> int:
        """The requests of all batches that were made."""
        return sum(self.files[held.file].count(b"\n") for held in self.batches.values())

    # -- in place of what the fault server does --

    def _arrived(self, head: _Head, body: bytes, connection: int) -> Call:
        if not _path_of(head.path).startswith(("/files", "/batches")):
            call = super()._arrived(head, body, connection)
            self.single.append(call.key)
            return call
        call = self._call(head, body, connection, complete=True)
        self.batch_calls.append(call)
        return call

    def _planned(self, call: Call) -> tuple[Plan, Wire, float]:
        path = _path(call)
        if not path.startswith(("/files", "/batches")):
            return super()._planned(call)
        number = sum(_path(other) == path for other in self.batch_calls)
        instead = self.endpoint.instead.get((path, number))
        if instead is None:
            plan = self._served(call, path)
            return plan, plan.wire(call, ""), 0.0
        if self.endpoint.works_first:
            self._served(call, path)
        return instead, instead.wire(call, ""), 0.0

    def _served(self, call: Call, path: str) -> Plan:
        if path == "/files":
            return self._take_file(call)
        if path == "/batches" and call.method == "POST":
            return self._make(json.loads(call.body))
        if path == "/batches":
            return self._list(parse_qs(urlsplit(call.path).query))
        if path.startswith("/batches/"):
            return self._look(path.removeprefix("/batches/"))
        name = path.removeprefix("/files/").removesuffix("/content")
        return Json(self.files[name]) if name in self.files else Status(404)

    def _take_file(self, call: Call) -> Plan:
        assert b'name="purpose"\r\n\r\nbatch\r\n' in call.body
        found = _FILE.search(call.body)
        assert found is not None
        return Json.of({"id": self._keep("in", found[1]), "object": "file", "purpose": "batch"})

    def _keep(self, kind: str, content: bytes) -> str:
        name = f"file-{kind}{len(self.files)}"
        self.files[name] = content
        return name

    def _make(self, asked: Line) -> Plan:
        assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
        held = Held(f"batch_{len(self.batches)}", asked["input_file_id"], asked["metadata"], self.endpoint.looks)
        self.batches[held.id] = held
        return Json.of(_shown(held))

    def _list(self, query: Mapping[str, list[str]]) -> Plan:
        newest = [_shown(held) for held in reversed(self.batches.values())]
        after = query.get("after", [""])[0]
        start = 1 + next((n for n, held in enumerate(newest) if held["id"] == after), -1)
        return Json.of({"data": newest[start : start + _PAGE], "has_more": len(newest) > start + _PAGE})

    def _look(self, name: str) -> Plan:
        held = self.batches.get(name)
        if held is None:
            return Status(404)
        held.looks -= 1
        held.status = "in_progress" if held.looks >= 0 else held.status
        if held.looks < 0 and held.status in {"validating", "in_progress"}:
            self._end(held)
        return Json.of(_shown(held))

    def _end(self, held: Held) -> None:
        how = self.endpoint
        requests = [json.loads(line) for line in self.files[held.file].splitlines()]
        runs = 0 if how.ending == "failed" else len(requests) if how.runs is None else how.runs
        results = [self._run_one(request) for request in requests[:runs]]
        output = [line for line in results if line["error"] is None and line["response"]["status_code"] == 200]
        errors = [line for line in results if line not in output]
        if how.ending in {"expired", "cancelled"}:
            code = {"code": f"batch_{how.ending}", "message": "This request could not be executed in time."}
            errors += [{"custom_id": r["custom_id"], "response": None, "error": code} for r in requests[runs:]]
        held.ran, held.problem = len(output), how.problem
        random.Random(held.id).shuffle(output)
        name = how.bend(output, errors)
        if name:
            self._landed(name)
        held.output = self._keep("out", _jsonl(output)) if output else None
        held.errors = self._keep("err", _jsonl(errors)) if errors else None
        held.status = how.ending

    def _run_one(self, request: Line) -> Line:
        body = json.dumps(request["body"], ensure_ascii=False, separators=(",", ":")).encode()
        call = self._call(_Head("POST", "/v1/chat/completions", {}, 0, 0), body, 0, complete=True)
        self._ledger.calls_by_key[call.key] += 1
        plan = self.script(call) if callable(self.script) else self.script
        wire = (plan if isinstance(plan, Plan) else Reply()).wire(call, self.answer)
        head, _, reply = b"".join(wire.pieces).partition(b"\r\n\r\n")
        self._ledger.bill(call.key, wire.bill) if isinstance(wire.bill, Tokens) else None
        response = {"status_code": int(head.split()[1]), "request_id": f"r{call.number}", "body": json.loads(reply)}
        return {"id": "x", "custom_id": request["custom_id"], "response": response, "error": None}


def _shown(held: Held) -> Line:
    return {
        "id": held.id,
        "status": held.status,
        "metadata": held.metadata,
        "created_at": 2_000_000_000,
        "output_file_id": held.output,
        "error_file_id": held.errors,
        "request_counts": {"completed": held.ran},
        "errors": {"data": [{"message": held.problem}]} if held.problem else None,
    }


def _jsonl(lines: list[Line]) -> bytes:
    return b"".join(line["raw"] if "raw" in line else json.dumps(line).encode() + b"\n" for line in lines)


def _path(call: Call) -> str:
    return _path_of(call.path)


def _path_of(path: str) -> str:
    return urlsplit(path).path.removeprefix("/v1")
