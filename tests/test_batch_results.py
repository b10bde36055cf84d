"""What a batch endpoint sends is read line by line, whatever it holds, and in bounded memory."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.engines.openai import batch_api, filetransport
from summarizer.engines.openai.batch_api import BatchClient
from summarizer.engines.openai.batch_results import read_result
from summarizer.errors import DiskError, IncompatibleError
from summarizer.render.safe import visible
from tests.answers import settings_for
from tests.batchserver import BatchServer, Endpoint, Json
from tests.faultserver import Reply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
REPLY = {
    "choices": [{"message": {"content": "é ok"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 5},
}


def line(status=200, body=None, error=None, **more):
    response = {"status_code": status, "request_id": "r", "body": REPLY if body is None else body}
    return json.dumps({"custom_id": "1-a", "response": response, "error": error, **more}).encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_result_or_none(data):
    found = read_result(data)
    assert found is None or found.custom_id in data.decode("utf-8", "replace")


@given(JSON, JSON, JSON, JSON)
def test_any_members_give_a_result_that_names_its_request_and_no_answer_but_a_good_one(status, body, error, response):
    for held in (response, {"status_code": status, "body": body}):
        found = read_result(json.dumps({"custom_id": "1-a", "response": held, "error": error}).encode())
        if found is None:
            assert not isinstance(held, dict)
            continue
        assert found.custom_id == "1-a"
        assert found.error == visible(found.error)
        assert (found.fate == "answered") == bool(found.reply)
        if found.reply:
            assert (held["status_code"], error or None) == (200, None)


@given(st.text(), st.integers(0, 9999), st.integers(0, 9999))
def test_a_reply_comes_through_as_it_was_with_its_usage(text, read, wrote):
    body = {
        "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": read + 1, "completion_tokens": wrote},
    }
    found = read_result(line(body=body))
    assert json.loads(found.reply) == body
    assert (found.usage.input, found.usage.output, found.usage.unknown) == (read + 1, wrote, 0)


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((status, "refused") for status in (400, 401, 403, 404, 413, 422)),
        *((status, "not_run") for status in (408, 409, 429, 500, 503, 0, None, "200", 200.5, True)),
    ],
)
def test_a_status_says_what_became_of_a_request(status, fate):
    assert read_result(line(status, {"error": {"message": "no"}})).fate == fate


def test_an_error_of_the_batch_says_that_nothing_was_run():
    expired = {"code": "batch_expired", "message": "not in time\x1b[2J"}
    found = read_result(json.dumps({"custom_id": "1-a", "response": None, "error": expired}).encode())
    assert found.fate == "not_run"
    assert "\x1b" not in found.error


@given(st.lists(st.binary(max_size=40).filter(lambda part: b"\n" not in part), max_size=8))
def test_lines_come_whole_and_those_beyond_the_bound_are_skipped_to_their_end(parts):
    bound = batch_api.MAX_LINE_BYTES
    batch_api.MAX_LINE_BYTES = 16
    try:
        found = list(batch_api._lines(io.BytesIO(b"\n".join(parts))))
    finally:
        batch_api.MAX_LINE_BYTES = bound
    assert [one.strip(b"\n")[:16] for one in found] == [part[:16] for part in parts if part[:16].strip()]


async def fetch(server, file):
    client = BatchClient(settings_for(server.base_url))
    try:
        async with client.results(file) as results:
            return list(results)
    finally:
        await client.aclose()


def test_a_file_beyond_the_bound_is_refused_before_it_is_read_to_its_end(monkeypatch):
    monkeypatch.setattr(filetransport, "MAX_FILE_BYTES", 1000)
    with BatchServer(Reply()) as server:
        server.files["file-1"] = line() * 500
        with pytest.raises(IncompatibleError, match="over 1,000 bytes"):
            asyncio.run(fetch(server, "file-1"))
        server.files["file-2"] = line() + b"\n" + line()
        assert [result.fate for result in asyncio.run(fetch(server, "file-2"))] == ["answered", "answered"]


def test_a_full_folder_for_temporary_files_is_told_as_such(monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            if data:
                raise OSError(28, "No space left on device")
            return 0

    monkeypatch.setattr(batch_api.tempfile, "TemporaryFile", lambda **_: Full())
    with BatchServer(Reply()) as server:
        server.files["file-1"] = line()
        with pytest.raises(DiskError, match="No space left on device"):
            asyncio.run(fetch(server, "file-1"))


def test_a_server_whose_list_of_batches_never_ends_is_left_after_so_many_pages(monkeypatch):
    monkeypatch.setattr(batch_api, "MAX_PAGES", 5)
    page = Json.of({"data": [{"id": "batch_x", "created_at": 2_000_000_000}, 7], "has_more": True})
    endless = Endpoint(instead={("/batches", number): page for number in range(1, 99)}, works_first=False)

    async def find(server):
        client = BatchClient(settings_for(server.base_url))
        try:
            return await client.find("token", 0.0)
        finally:
            await client.aclose()

    with BatchServer(Reply(), endpoint=endless) as server:
        assert asyncio.run(find(server)) is None
        assert server.made("GET /batches") == 5


@pytest.mark.parametrize("said", [b"<html>", b"[]", b"{}", b'{"id": "another"}', b"[" * 100_000])
def test_what_is_no_description_of_the_batch_is_told_as_such(said):
    async def look(server):
        client = BatchClient(settings_for(server.base_url))
        try:
            return await client.look("batch_0")
        finally:
            await client.aclose()

    odd = Endpoint(instead={("/batches/batch_0", 1): Json(said)}, works_first=False)
    with BatchServer(Reply(), endpoint=odd) as server, pytest.raises(IncompatibleError):
        asyncio.run(look(server))
