"""Memory, time, descriptors, threads and tasks: hostile replies cost little, and nothing stays open."""

from __future__ import annotations

import asyncio
import gc
import random
import re
import socket
import sys
import threading
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from summarizer import Summarizer
from summarizer.engines import Draft
from summarizer.engines.openai import OpenAIEngine
from summarizer.engines.openai.client import ChatClient
from summarizer.errors import (
    AccountError,
    IncompatibleError,
    InvalidAnswerError,
    LostReplyError,
    ServerError,
    SummarizerError,
)
from summarizer.kinds import brief_kind
from summarizer.prompts import Prompt
from tests.answers import (
    article,
    forget_peak,
    good_text,
    key_of,
    memory,
    record_waits,
    run,
    run_one,
    settings_for,
    size,
    wait_for_calls,
)
from tests.faultserver import (
    EndlessWhitespace,
    FaultServer,
    GzipBomb,
    HalfBody,
    Hang,
    HugeHeaders,
    HugeLength,
    RawBody,
    Reply,
    Status,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")

GOOD = good_text()
MEBIBYTE = 1 << 20
MOST_MEMORY = 32 * MEBIBYTE
MOST_SECONDS = 2
GIBIBYTE = 1 << 30
#: Calls of the library in each of five ways; 40 of each are the 200 of the pass bar.
CALLS = size(40, 400)


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    return record_waits(monkeypatch)


# --- replies that unpack, or announce, or repeat themselves without end ---

BOMBS = {
    "gzip": (GzipBomb("gzip", GIBIBYTE), "compressed"),
    "deflate": (GzipBomb("deflate", GIBIBYTE), "compressed"),
    "brotli": (GzipBomb("br", GIBIBYTE), "compressed"),
    "two gigabytes announced": (HugeLength(), "announced"),
    "ten megabytes of headers": (HugeHeaders(), "not HTTP that can be read"),
    "blanks without end": (EndlessWhitespace(interval=0, chunk=1 << 17), "is over 4,000,000 bytes"),
}


def assert_met(server, name):
    """Fail unless the fault landed, or the client left in the middle of it: one that has seen enough does."""
    deadline = time.monotonic() + 2
    while not server.landed(name) + server.stats.abandoned and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.landed(name) + server.stats.abandoned >= 1


@pytest.mark.parametrize(("bomb", "refusal"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_at_once_and_costs_little_memory(bomb, refusal):
    with FaultServer({key_of(1): bomb}, answer=GOOD) as server:
        run_one(server.base_url)  # what is imported and allocated once is not the bomb's
        gc.collect()
        before = memory()
        forget_peak()
        started = time.monotonic()
        failure = run_one(server.base_url, article(1))
        took = time.monotonic() - started
        grown = memory("VmHWM") - before
        assert_met(server, bomb.name)
        assert server.stats.calls_by_key[key_of(1)] == 1
    assert isinstance(failure, IncompatibleError)
    assert refusal in str(failure)
    assert took <= MOST_SECONDS
    assert grown <= MOST_MEMORY, f"{grown / MEBIBYTE:.0f} MiB"


def test_an_answer_with_very_many_faults_is_not_taken_apart_fault_by_fault():
    flood = "{" + ",".join(f'"k{number}":1' for number in range(280_000)) + "}"
    with FaultServer(Reply(answer=flood)) as server:
        before = memory()
        forget_peak()
        started = time.process_time()
        failure = run_one(server.base_url, max_reasks=0)
        took = time.process_time() - started
        grown = memory("VmHWM") - before
        assert server.stats.paid == 1
    assert isinstance(failure, InvalidAnswerError)
    assert took <= 1
    assert grown <= MOST_MEMORY, f"{grown / MEBIBYTE:.0f} MiB"  # the server's own copies of 4 MB included


def packed(text, times):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(text) for _ in range(times)) + packer.flush()


def test_a_second_header_does_not_smuggle_a_packed_reply_in():
    headers = {"content-encoding": "identity", "Content-Encoding": "gzip"}
    with FaultServer(RawBody(packed(b" " * MEBIBYTE, 100), headers=headers, label="smuggled")) as server:
        run_one(server.base_url)
        gc.collect()
        before = memory()
        forget_peak()
        failure = run_one(server.base_url)
        assert memory("VmHWM") - before <= MOST_MEMORY
        server.assert_landed("smuggled", 2)
    assert isinstance(failure, IncompatibleError)


@pytest.mark.parametrize("status", [200, 500, 401])
def test_a_charset_does_not_choose_the_codec_that_a_reply_is_read_with(status):
    body = zlib.compress(b'{"error": {"message": "unpacked"}}')
    with FaultServer(RawBody(body, "application/json; charset=zlib", status, label="codec")) as server:
        failure = run_one(server.base_url, max_sends=1)
        server.assert_landed("codec")
    assert isinstance(failure, (IncompatibleError, ServerError, AccountError))
    assert "unpacked" not in str(failure)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-encoding": "gzip"}, packed(b"<html>502</html>", 1)),
        ({}, b"x" * 10_000_000),
        ({"content-type": "text/html; charset=utf-16"}, b"\xff\xfe<"),
    ],
    ids=["packed", "10 MB", "odd"],
)
def test_a_failure_keeps_its_status_whatever_its_body_is(headers, body):
    with FaultServer([Status(502, body, headers), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url)
        assert server.stats.calls == draft.tries == 2
        assert_met(server, "status_502")
    assert draft.tokens.unknown == 0


def test_of_a_failure_that_was_packed_nothing_is_shown_but_the_status():
    with FaultServer(Status(502, packed(b"502", 1), {"content-encoding": "gzip"})) as server:
        failure = run_one(server.base_url, max_sends=1)
        server.assert_landed("status_502")
    assert str(failure) == "the server failed (HTTP 502)"


NO_HTTP = [
    b"",
    b"\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 99999 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
    b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nx: \x00\xff\r\ncontent-length: 2\r\n\r\n{}",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    random.Random(4).randbytes(4_096),
]


@contextmanager
def saying(reply):
    """Serve these bytes to each connection, whatever it asks, and close it; give the address and the count."""
    served = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                request = b""
                while b"between the markers" not in request and (more := connection.recv(65_536)):
                    request += more
                served.append(reply)
                connection.sendall(reply)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1", served
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("reply", NO_HTTP, ids=lambda reply: repr(reply[:40]))
def test_what_is_hardly_http_is_one_of_our_errors(reply):
    with saying(reply) as (base_url, served):
        failure = run_one(base_url, timeout=3)
        assert served
        assert len(served) == failure.tries <= 2
    assert isinstance(failure, (IncompatibleError, LostReplyError, AccountError))
    assert failure.tokens.unknown == failure.tries or isinstance(failure, AccountError)


# --- nothing stays ---


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def held():
    gc.collect()
    return descriptors(), threading.active_count()


def settled():
    """Give what is open once it stays so: a server lets go of a connection a moment after its client did."""
    found, since = held(), time.monotonic()
    deadline = since + 2
    while time.monotonic() < min(since + 0.1, deadline):
        time.sleep(0.01)
        if (now := held()) != found:
            found, since = now, time.monotonic()
    return found


@contextmanager
def nothing_is_left(capfd, caplog):
    """Compare what is open before and after, and look for the words of a loop that was left in disorder."""
    unraisable = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda event: unraisable.append(event.exc_value)
    try:
        before = settled()
        yield
        deadline = time.monotonic() + 2
        while held() != before and time.monotonic() < deadline:
            time.sleep(0.01)
        after = held()
    finally:
        sys.unraisablehook = hook
    said = "".join(capfd.readouterr()) + caplog.text
    assert not re.search(r"Event loop is closed|never retrieved|never awaited|Unclosed|was destroyed", said), said
    assert unraisable == []
    assert after == before


@pytest.fixture
def server():
    with FaultServer(answer=GOOD) as server:
        run_one(server.base_url)
        with Summarizer(model="m", base_url=server.base_url) as summarizer:
            summarizer.brief(article())
            asyncio.run(asyncio.to_thread(int))
        yield server


def in_turn(summarizer):
    return [summarizer.brief(article(n)) for n in range(CALLS)]


def in_a_loop(summarizer):
    async def write():
        return await asyncio.gather(*(summarizer.abrief(article(n)) for n in range(CALLS)))

    return asyncio.run(write())


def in_several_loops(summarizer):
    return [asyncio.run(summarizer.abrief(article(n))) for n in range(CALLS)]


def in_threads(summarizer):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(summarizer.brief, map(article, range(CALLS))))


def inside_a_running_loop(summarizer):
    async def cell():
        return [summarizer.brief(article(n)) for n in range(CALLS)]

    return asyncio.run(cell())


WAYS = [in_turn, in_a_loop, in_several_loops, in_threads, inside_a_running_loop]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("leaving", ["close", "with", "drop"])
def test_every_way_of_calling_leaves_nothing_open(way, leaving, server, capfd, caplog):
    with nothing_is_left(capfd, caplog):
        calls = server.stats.calls
        summarizer = Summarizer(model="m", base_url=server.base_url)
        if leaving == "with":
            with summarizer:
                briefs = way(summarizer)
        else:
            briefs = way(summarizer)
        if leaving == "close":
            summarizer.close()
            summarizer.close()
        del summarizer
    assert len(briefs) == server.stats.calls - calls == CALLS
    assert {brief.provenance.tries for brief in briefs} == {1}


def test_a_summarizer_opens_again_after_it_was_closed(server, capfd, caplog):
    with nothing_is_left(capfd, caplog):
        summarizer = Summarizer(model="m", base_url=server.base_url)
        for _ in range(3):
            assert summarizer.brief(article()).provenance.tries == 1
            summarizer.close()


def test_an_engine_that_nobody_closed_is_closed_with_its_loop(server, capfd, caplog):
    async def write(engine):
        return await engine.write(article(), brief_kind())

    with nothing_is_left(capfd, caplog):
        engine = OpenAIEngine(settings_for(server.base_url))
        drafts = [asyncio.run(write(engine)) for _ in range(3)]
        del engine
    assert [draft.tries for draft in drafts] == [1, 1, 1]


FAILING = {
    "hang": Hang(),
    "half": HalfBody(),
    "500": Status(500),
    "401": Status(401),
    "headers": HugeHeaders(300_000),
    "html": RawBody(b"<html>"),
}


@pytest.mark.parametrize("fault", FAILING.values(), ids=FAILING.keys())
def test_failing_calls_leave_nothing_open_either(fault, server, capfd, caplog):
    with FaultServer(fault, answer=GOOD) as failing:
        with (
            nothing_is_left(capfd, caplog),
            Summarizer(model="m", base_url=failing.base_url, timeout=0.1) as summarizer,
        ):
            for number in range(3):
                with pytest.raises(SummarizerError):
                    summarizer.brief(article(number))
        failing.assert_landed(fault.name)


def test_calls_that_were_cancelled_leave_nothing_open(server, capfd, caplog):
    async def leave(summarizer):
        tasks = [asyncio.create_task(summarizer.abrief(article(n))) for n in range(10)]
        await asyncio.to_thread(wait_for_calls, hanging, 10)
        for task in tasks:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with FaultServer(Hang()) as hanging:
        with nothing_is_left(capfd, caplog), Summarizer(model="m", base_url=hanging.base_url) as summarizer:
            outcomes = asyncio.run(leave(summarizer))
        hanging.assert_landed("hang", 10)
    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}


def test_open_connections_never_exceed_the_concurrency():
    with FaultServer(answer=GOOD, latency=0.02) as server:
        run(server.base_url, 60, concurrency=6)
        assert server.stats.calls == 60
        assert server.stats.open_connections_peak <= 6


def test_errors_that_are_kept_do_not_keep_the_replies():
    with FaultServer(Status(500, b"x" * 60_000)) as server:
        run(server.base_url, 5, max_sends=1)
        tracemalloc.start()
        try:
            failures = run(server.base_url, 50, max_sends=1)
            gc.collect()
            kept, _ = tracemalloc.get_traced_memory()
            failures.clear()
            gc.collect()
            left, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        server.assert_landed("status_500", 55)
    assert (kept - left) / 50 <= 16_000  # the article that the failing call was about is among it


def test_of_very_many_articles_at_once_only_the_next_ones_are_made_ready(monkeypatch):
    """A call's time would run out, and the memory would fill, while the requests of all others are written."""
    written, when_sent = [], []
    render, post = Prompt.render, ChatClient.post

    def noted(prompt, one):
        written.append(one)
        return render(prompt, one)

    async def sent(client, body):
        when_sent.append(len(written))
        return await post(client, body)

    monkeypatch.setattr(Prompt, "render", noted)
    monkeypatch.setattr(ChatClient, "post", sent)
    with FaultServer(answer=GOOD) as server:
        drafts = run(server.base_url, 60, concurrency=2)
    assert all(isinstance(draft, Draft) for draft in drafts)
    assert len(when_sent) == len(written) == 60
    assert max(ready - already for already, ready in enumerate(when_sent)) <= 4 + 1
