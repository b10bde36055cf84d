"""The faults that other tests rest on are real: each is seen on the wire by a plain client."""

from __future__ import annotations

import gc
import http.client
import json
import socket
import threading
import time
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.faultserver import (
    ABSENT,
    Call,
    ContentFilter,
    EndlessWhitespace,
    FaultServer,
    GzipBomb,
    HalfBody,
    Hang,
    HugeHeaders,
    HugeLength,
    Length,
    RawBody,
    Redirect,
    Refusal,
    Reply,
    ResetAfter,
    ResetBefore,
    Status,
    Trickle,
    insufficient_quota,
    refused_base_url,
    retry_after,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from faultserver import Plan

PATH = "/v1/chat/completions"
TOOLS: dict[str, Any] = {"tools": [{"type": "function", "function": {"name": "brief", "parameters": {}}}]}


def body_of(text: str = "DOC-1", **more: object) -> bytes:
    return json.dumps({"model": "m-1", "messages": [{"role": "user", "content": text}], **more}).encode()


def post(server: FaultServer, text: str = "DOC-1", **more: object) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as client:
        client.request("POST", PATH, body_of(text, **more), {"authorization": "Bearer k"})
        reply = client.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()


def completion(server: FaultServer, text: str = "DOC-1", **more: object) -> Any:
    return json.loads(post(server, text, **more)[2])


def raw_request(body: bytes = b"DOC-1", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"POST %b HTTP/1.1\r\ncontent-length: %d\r\n\r\n%b" % (PATH.encode(), size, body)


def connect(server: FaultServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=5)


def chunks(server: FaultServer) -> Generator[bytes, None, None]:
    with connect(server) as client:
        client.sendall(raw_request())
        while chunk := client.recv(1 << 16):
            yield chunk


def wait_for(condition: Any) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "the condition never came true"
        time.sleep(0.005)


# --- good replies ---


def test_a_good_reply_is_a_completion_whose_usage_is_counted_from_the_texts() -> None:
    with FaultServer(answer=lambda call: f"brief of {call.key}") as server:
        reply = completion(server, "about DOC-7")
        [call] = server.calls
    assert (reply["object"], reply["model"]) == ("chat.completion", "m-1")
    [choice] = reply["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("brief of DOC-7", "stop")
    prompt = len(call.body) // 4
    assert reply["usage"] == {"prompt_tokens": prompt, "completion_tokens": 3, "total_tokens": prompt + 3}
    assert (server.stats.prompt_tokens, server.stats.completion_tokens) == (prompt, 3)


def test_a_call_is_logged_with_its_headers_body_and_digest() -> None:
    with FaultServer() as server:
        post(server, "DOC-3")
        post(server, "DOC-3")
        post(server, "no key")
        calls = server.calls
    assert [(c.number, c.key, c.attempt) for c in calls] == [(1, "DOC-3", 1), (2, "DOC-3", 2), (3, "all", 1)]
    assert calls[0].headers["authorization"] == "Bearer k"
    assert (calls[0].method, calls[0].path) == ("POST", PATH)
    assert calls[0].json["messages"][0]["content"] == "DOC-3"
    assert calls[0].digest == calls[1].digest != calls[2].digest
    assert calls[0].time <= calls[1].time <= calls[2].time


@pytest.mark.parametrize("choice", ["auto", {"type": "function", "function": {"name": "brief"}}])
def test_a_request_with_tools_gets_the_answer_as_arguments(choice: object) -> None:
    with FaultServer(answer='{"a": 1}') as server:
        message = completion(server, **TOOLS, tool_choice=choice)["choices"][0]["message"]
    assert message["content"] is None
    assert message["tool_calls"][0]["function"] == {"name": "brief", "arguments": '{"a": 1}'}


@pytest.mark.parametrize("usage", [None, 0, {"prompt_tokens": -5, "completion_tokens": True}, "many"])
def test_usage_takes_any_shape_and_no_nonsense_is_billed(usage: object) -> None:
    with FaultServer(Reply(usage=usage)) as server:
        assert completion(server)["usage"] == usage
        stats = server.stats
    assert (stats.paid, stats.prompt_tokens, stats.completion_tokens) == (1, 0, 0)


def test_usage_can_be_absent_and_its_counts_can_be_set() -> None:
    script = [Reply(usage=ABSENT), Reply(prompt_tokens=4096, completion_tokens=9, cached_tokens=1024)]
    with FaultServer(script) as server:
        assert "usage" not in completion(server)
        usage = completion(server)["usage"]
        assert (server.stats.prompt_tokens, server.stats.completion_tokens) == (4096, 9)
    assert usage["prompt_tokens_details"] == {"cached_tokens": 1024}


def test_a_lone_surrogate_in_the_answer_reaches_the_client_as_an_escape() -> None:
    with FaultServer(answer="\ud800") as server:
        assert b"\\ud800" in post(server)[2]


def test_models_are_listed_apart_from_the_calls_and_can_fail() -> None:
    with FaultServer(models=["a", "b"]) as server:
        reply = httpx2.get(f"{server.base_url}/models")
        assert [entry["id"] for entry in reply.json()["data"]] == ["a", "b"]
        server.models_fault = Status(401)
        assert httpx2.get(f"{server.base_url}/models").status_code == 401
        stats = server.stats
    assert (stats.calls, stats.paid, stats.model_lists, stats.faults["status_401"]) == (0, 0, 2, 1)


def test_an_unknown_path_is_a_counted_404() -> None:
    with FaultServer() as server:
        assert httpx2.post(f"{server.origin}/other").status_code == 404
        assert server.stats.calls == server.landed("status_404") == 1


# --- scripts ---


def test_a_list_is_walked_for_each_key_and_its_last_plan_repeats() -> None:
    with FaultServer([Status(503), Status(500), Reply()]) as server:
        for key in ("DOC-1", "DOC-2"):
            assert [post(server, key)[0] for _ in range(4)] == [503, 500, 200, 200]
        assert server.stats.calls_by_key == {"DOC-1": 4, "DOC-2": 4}
        assert server.stats.paid_by_key == {"DOC-1": 2, "DOC-2": 2}


def test_a_mapping_fails_only_the_keys_it_names() -> None:
    with FaultServer({"DOC-1": [Status(400), Reply()], "DOC-2": Status(500)}) as server:
        asked = ("DOC-1", "DOC-1", "DOC-2", "DOC-2", "DOC-3")
        assert [post(server, key)[0] for key in asked] == [400, 200, 500, 500, 200]


def test_a_callable_script_decides_by_the_call_and_may_read_the_counts() -> None:
    def script(call: Call) -> Plan:
        return Status(429) if server.stats.calls % 2 and call.attempt == 1 else Reply()

    with FaultServer(script) as server:
        assert [post(server, f"DOC-{i}")[0] for i in (1, 2, 3, 3)] == [429, 200, 429, 200]


def test_an_error_in_a_script_fails_the_test_that_wrote_it() -> None:
    def script(call: Call) -> Plan:
        raise LookupError(call.key)

    def use() -> None:
        with FaultServer(script) as server, pytest.raises(http.client.RemoteDisconnected):
            post(server)

    with pytest.raises(LookupError, match="DOC-1"):
        use()


def test_latency_delays_a_reply() -> None:
    with FaultServer(latency=0.1) as server:
        start = time.monotonic()
        post(server)
        assert 0.1 <= time.monotonic() - start < 1


# --- faults that answer ---


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 529])
def test_an_error_status_carries_an_error_shaped_body(code: int) -> None:
    with FaultServer(Status(code, error_code="why")) as server:
        status, _, body = post(server)
        server.assert_landed(f"status_{code}")
        assert server.stats.paid == 0
    assert status == code
    assert json.loads(body)["error"]["code"] == "why"


@pytest.mark.parametrize("value", [2, 0.2, -5, "nan", "", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])
def test_retry_after_carries_any_text(value: object) -> None:
    with FaultServer(retry_after(value)) as server:
        status, headers, _ = post(server)
    assert (status, headers["retry-after"]) == (429, str(value))


def test_insufficient_quota_says_so_in_its_code() -> None:
    with FaultServer(insufficient_quota()) as server:
        assert completion(server)["error"]["code"] == "insufficient_quota"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_leads_to_the_other_server(code: int) -> None:
    with FaultServer() as other, FaultServer(Redirect(code, f"{other.base_url}/chat/completions")) as server:
        httpx2.post(f"{server.origin}{PATH}", content=body_of(), follow_redirects=True)
        server.assert_landed("redirect")
        assert other.stats.calls == 1


@pytest.mark.parametrize(
    ("fault", "finish_reason", "content", "refusal"),
    [
        (Length('{"stump": '), "length", '{"stump": ', None),
        (Refusal("I will not"), "stop", None, "I will not"),
        (ContentFilter(), "content_filter", "", None),
    ],
)
def test_a_spoilt_completion_is_paid(fault: Plan, finish_reason: str, content: str | None, refusal: str | None) -> None:
    with FaultServer(fault) as server:
        [choice] = completion(server, **TOOLS if content is None else {})["choices"]
        server.assert_landed(fault.name)
        assert server.stats.paid == 1
    message = choice["message"]
    assert (choice["finish_reason"], message["content"], message["refusal"]) == (
        finish_reason,
        content,
        refusal,
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\xfe\xfa", b'{"choices": []}', b"null", b"data: {}\n\ndata: [DONE]\n\n"]
)
def test_a_raw_body_arrives_byte_for_byte(body: bytes) -> None:
    with FaultServer(RawBody(body, "text/x-odd", label="odd")) as server:
        status, headers, got = post(server)
        server.assert_landed("odd")
    assert (status, headers["content-type"], got) == (200, "text/x-odd", body)


def test_the_usage_that_a_raw_body_states_is_billed() -> None:
    with FaultServer(RawBody(b'{"choices": [], "usage": {"prompt_tokens": 7}}')) as server:
        post(server)
        assert (server.stats.paid, server.stats.prompt_tokens) == (1, 7)


# --- faults of the connection ---


def test_a_hang_reads_the_request_and_never_answers() -> None:
    with FaultServer(Hang()) as server, connect(server) as client:
        client.sendall(raw_request())
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)
        server.assert_landed("hang")
        client.close()
        wait_for(lambda: server.stats.abandoned == 1)


def test_a_trickle_comes_byte_by_byte_and_is_paid_at_its_end() -> None:
    with FaultServer(Trickle(0.02, b"slow one")) as server:
        start = time.monotonic()
        assert b"".join(chunks_until(server, b"slow one")).endswith(b"slow one")
        assert time.monotonic() - start >= 0.15
        server.assert_landed("trickle")
        assert server.stats.paid == 1


def chunks_until(server: FaultServer, tail: bytes) -> Generator[bytes, None, None]:
    seen = b""
    for chunk in chunks(server):
        seen += chunk
        yield chunk
        if seen.endswith(tail):
            return


def test_a_trickle_that_the_client_leaves_is_abandoned_and_unpaid() -> None:
    with FaultServer(Trickle(0.01)) as server:
        next(stream := chunks(server))
        wait_for(lambda: server.landed("trickle"))
        stream.close()
        wait_for(lambda: server.stats.abandoned == 1)
        assert server.stats.paid == 0


@pytest.mark.parametrize("fault", [EndlessWhitespace(0.01), EndlessWhitespace(0, chunk=65_536)])
def test_whitespace_chunks_go_on_until_the_client_leaves(fault: EndlessWhitespace) -> None:
    with FaultServer(fault) as server, httpx2.Client() as client:
        with client.stream("POST", f"{server.origin}{PATH}", content=b"DOC-1") as reply:
            seen = b"".join(part for part, _ in zip(reply.iter_bytes(), range(8), strict=False))
        server.assert_landed("endless_whitespace")
        wait_for(lambda: server.stats.abandoned == 1)
        assert server.stats.paid == 0
    assert len(seen) >= 8 * min(fault.chunk, 4096)
    assert not seen.strip()


def test_a_reset_strikes_as_the_connection_is_accepted() -> None:
    with FaultServer(reset_connections=lambda number: number == 1) as server:
        with pytest.raises(ConnectionResetError), connect(server) as client:  # it may come before `connect` returns
            client.recv(1)
        assert post(server)[0] == 200
        assert (server.stats.calls, server.landed("reset_before")) == (1, 1)


def test_a_reset_strikes_before_the_body_is_read() -> None:
    with FaultServer({"DOC-1": [ResetBefore(), Reply()]}) as server:
        with connect(server) as client:
            client.sendall(raw_request(b"DOC-1 and the rest of it", length=10_000_000))
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        assert post(server)[0] == 200
        first, second = server.calls
        server.assert_landed("reset_before")
    assert (first.complete, first.attempt, second.complete, second.attempt) == (False, 1, True, 2)
    assert (server.stats.partial, server.stats.paid) == (1, 1)


def test_a_key_cut_by_a_packet_is_not_taken_for_a_shorter_one() -> None:
    with FaultServer({"DOC-1": ResetBefore()}) as server, connect(server) as client:
        client.sendall(raw_request(b"DOC-1", length=6))
        time.sleep(0.05)
        client.sendall(b"2")
        assert client.recv(12) == b"HTTP/1.1 200"
        assert server.stats.calls_by_key == {"DOC-12": 1}


@pytest.mark.parametrize("fault", [ResetBefore(), ResetAfter()])
def test_a_reset_strikes_after_the_request(fault: Plan) -> None:
    with FaultServer(fault) as server, connect(server) as client:
        client.sendall(raw_request())
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        server.assert_landed(fault.name)
        assert (server.stats.calls, server.stats.paid, server.stats.abandoned) == (1, 0, 0)


def test_half_a_body_ends_before_its_length() -> None:
    with FaultServer(HalfBody()) as server:
        with pytest.raises(http.client.IncompleteRead) as caught:
            post(server)
        server.assert_landed("half_body")
        assert server.stats.paid == 0
    missing = caught.value.expected
    assert missing is not None
    assert abs(len(caught.value.partial) - missing) <= 1


@pytest.mark.parametrize(("encoding", "bits"), [("gzip", 31), ("deflate", 15)])
def test_a_bomb_unpacks_to_its_size_though_the_client_asked_for_none(encoding: str, bits: int) -> None:
    with FaultServer(GzipBomb(encoding, decoded_bytes=8 << 20)) as server:
        _, headers, body = post(server)
        server.assert_landed("gzip_bomb")
    assert headers["content-encoding"] == encoding
    assert len(body) < 10_000
    assert zlib.decompress(body, bits) == b" " * (8 << 20)


def test_a_brotli_bomb_is_a_few_bytes_a_block() -> None:
    with FaultServer(GzipBomb("br")) as server:
        _, headers, body = post(server)
    assert (headers["content-encoding"], len(body)) == ("br", 27 + 26 * 63 + 1)


def test_a_bomb_of_a_gigabyte_is_ready_before_the_first_request() -> None:
    with FaultServer(GzipBomb()) as server:
        start = time.monotonic()
        assert 1 << 20 < len(post(server)[2]) < 1 << 21
        assert time.monotonic() - start < 1


def test_a_huge_length_is_announced_and_zeros_follow() -> None:
    with FaultServer(HugeLength(interval=0.005)) as server:
        stream = chunks(server)
        seen = next(stream)
        while len(seen) < 4000:
            seen += next(stream)
        stream.close()
        server.assert_landed("huge_length")
    head, _, rest = seen.partition(b"\r\n\r\n")
    assert b"content-length: 2000000000" in head
    assert not rest.strip(b"\0")


def test_headers_of_ten_megabytes_arrive_whole() -> None:
    with FaultServer(HugeHeaders()) as server:
        size = sum(len(chunk) for chunk in chunks_until(server, b"}}"))
        server.assert_landed("huge_headers")
        assert server.stats.paid == 1
    assert size > 10_000_000


def test_a_client_that_caps_headers_still_saw_the_fault() -> None:
    with FaultServer(HugeHeaders()) as server:
        with pytest.raises(httpx2.RemoteProtocolError):
            httpx2.post(f"{server.origin}{PATH}", content=b"DOC-1")
        server.assert_landed("huge_headers")
        wait_for(lambda: server.stats.abandoned == 1)
        assert server.stats.paid == 0


def test_a_refused_port_refuses_again_and_again() -> None:
    for _ in range(3):
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{refused_base_url()}/models")


def test_an_outage_refuses_and_ends() -> None:
    with FaultServer() as server:
        assert post(server)[0] == 200
        with server.outage(), pytest.raises(ConnectionRefusedError):
            post(server)
        assert post(server)[0] == 200


# --- the count ---


def test_a_reply_that_the_client_did_not_wait_for_is_not_paid() -> None:
    with FaultServer(latency=5) as server:
        with connect(server) as client:
            client.sendall(raw_request())
            wait_for(lambda: server.stats.calls == 1)
        wait_for(lambda: server.stats.abandoned == 1)
        assert server.stats.paid == 0


def test_a_reply_is_paid_only_when_the_kernel_took_its_last_byte() -> None:
    with FaultServer(answer="x" * 50_000_000) as server, connect(server) as client:
        client.sendall(raw_request())
        client.recv(1)
        assert server.stats.paid == 0
        while server.stats.paid == 0:
            assert client.recv(1 << 20)
        assert server.stats.completion_tokens == 12_500_000


def test_half_a_request_counts_as_a_partial_call() -> None:
    with FaultServer() as server:
        with connect(server) as client:
            client.sendall(raw_request(b"DOC-4 and so", length=100))
        wait_for(lambda: server.stats.partial == 1)
        [call] = server.calls
    assert (call.key, call.complete, server.stats.calls, server.stats.paid) == ("DOC-4", False, 1, 0)


def test_a_request_in_many_packets_and_two_in_one_are_cut_right() -> None:
    with FaultServer() as server, connect(server) as client:
        whole = raw_request("DOC-1 é".encode())
        for i in range(0, len(whole), 7):
            client.sendall(whole[i : i + 7])
        client.sendall(raw_request(b"DOC-2") + raw_request(b"DOC-3"))
        wait_for(lambda: server.stats.paid == 3)
        assert [call.key for call in server.calls] == ["DOC-1", "DOC-2", "DOC-3"]
        assert server.stats.connections_opened == 1


def test_open_connections_have_a_peak() -> None:
    with FaultServer(latency=0.1) as server:
        threads = [threading.Thread(target=post, args=(server,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_for(lambda: server.stats.open_connections == 0)
        assert (server.stats.connections_opened, server.stats.open_connections_peak) == (5, 5)


def test_a_fault_that_did_not_land_fails_the_assertion_in_plain_words() -> None:
    with FaultServer(Status(500)) as server:
        post(server)
        with pytest.raises(AssertionError, match="'hang' landed 0 times, at least 1 expected; 1 calls came in"):
            server.assert_landed("hang")


def test_calls_are_not_kept_when_not_wanted() -> None:
    with FaultServer(keep_calls=False) as server:
        post(server)
        assert (server.calls, server.stats.calls) == ([], 1)


# --- the end ---


@pytest.mark.parametrize("plan", [Reply(), Hang(), Trickle(0.01), EndlessWhitespace(0, 65_536), HugeHeaders()])
def test_stopping_in_flight_leaves_no_thread_no_socket_and_no_warning(plan: Plan) -> None:
    before = threading.active_count()
    with FaultServer(plan, latency=0.02) as server:
        clients = [connect(server) for _ in range(3)]
        for client in clients:
            client.sendall(raw_request())
        wait_for(lambda: server.stats.calls == 3)
        time.sleep(0.03)
    assert threading.active_count() == before
    assert server.stats.abandoned == 0
    for client in clients:
        client.close()
    with pytest.raises(ConnectionRefusedError):
        connect(server)
    gc.collect()


def test_starting_and_stopping_is_quick() -> None:
    start = time.monotonic()
    for _ in range(20):
        with FaultServer():
            pass
    assert time.monotonic() - start < 2
