"""What is sent again, how often and when: every failing server costs exactly the calls that the settings allow."""

from __future__ import annotations

import asyncio
import email.utils
import itertools
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.engines.openai import OpenAIEngine, breaker
from summarizer.engines.openai.client import ChatClient
from summarizer.engines.openai.retries import retry_after_of
from summarizer.errors import (
    AccountError,
    ConnectError,
    DeadlineError,
    IncompatibleError,
    LostReplyError,
    RateLimitError,
    RequestError,
    ServerError,
)
from summarizer.kinds import brief_kind
from tests.answers import article, good_text, key_of, record_waits, run, run_one, settings_for, size, wait_for_calls
from tests.faultserver import (
    EndlessWhitespace,
    FaultServer,
    HalfBody,
    Hang,
    Reply,
    ResetAfter,
    ResetBefore,
    Status,
    Trickle,
    insufficient_quota,
    refused_base_url,
    retry_after,
)

GOOD = good_text()
SENDS = 3
WORKERS = 8
#: Long enough for every call to reach the server first, on a machine that does something else.
DEADLINE = 1.0
SLACK = 0.5
MOMENT = 0.05
DOCUMENTS = size(25, 1_000)
HANGING = size(8, 1_000)
BROKEN = size(30, 1_000)


@pytest.fixture
def waits(monkeypatch):
    return record_waits(monkeypatch)


@pytest.mark.parametrize("code", [500, 502, 503, 529, 408, 409])
def test_a_server_that_keeps_failing_gets_exactly_the_configured_sends_for_each_document(code, waits):
    with FaultServer(Status(code)) as server:
        failures = run(server.base_url, DOCUMENTS)
        server.assert_landed(f"status_{code}", SENDS * DOCUMENTS)
        assert set(server.stats.calls_by_key.values()) == {SENDS}
    assert {type(failure) for failure in failures} == {ServerError}
    assert {(failure.status, failure.tries) for failure in failures} == {(code, SENDS)}
    assert len(waits) == (SENDS - 1) * DOCUMENTS


@pytest.mark.parametrize("sends", [1, 2, 5])
def test_the_number_of_sends_is_the_setting_and_nothing_multiplies_it(sends, waits):
    with FaultServer(Status(503, headers={"x-should-retry": "true"})) as server:
        failure = run_one(server.base_url, max_sends=sends)
        server.assert_landed("status_503", sends)
        assert server.stats.calls == failure.tries == sends


def test_the_retries_of_the_sdk_are_off():
    engine = OpenAIEngine(settings_for("http://127.0.0.1:9/v1"))
    assert engine._client._sdk.max_retries == 0


def test_without_a_word_from_the_server_the_waits_are_half_a_second_doubled_with_jitter_on_top(waits):
    with FaultServer(Status(500)) as server:
        run(server.base_url, 20, max_sends=4)
        server.assert_landed("status_500", 80)
    for base in (0.5, 1.0, 2.0):
        assert sum(base <= wait <= base * 1.25 for wait in waits) == 20


def date_in(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


#: What a server asks, and between which seconds the wait must lie; the default is half a second and up to 2.
DEFAULT = (0.5, 2.0)
ASKED = [
    ({"retry-after": "2"}, (2, 2.5)),
    ({"retry-after": "0.2"}, (0.2, 0.4)),
    ({"retry-after": "90"}, (90, 112.5)),
    ({"retry-after": "0"}, (0, 0.2)),
    ({"retry-after": "-5"}, DEFAULT),
    ({"retry-after": "nan"}, DEFAULT),
    ({"retry-after": "inf"}, DEFAULT),
    ({"retry-after": "-inf"}, DEFAULT),
    ({"retry-after": "1e400"}, DEFAULT),
    ({"retry-after": ""}, DEFAULT),
    ({"retry-after": "soon"}, DEFAULT),
    ({"retry-after": "2, 5"}, DEFAULT),
    ({"retry-after": "9" * 5_000}, DEFAULT),
    ({"retry-after": "Wed, 21 Oct 99999 07:28:00 GMT"}, DEFAULT),
    ({"retry-after": "DATE+30"}, (28, 37.5)),
    ({"retry-after": "DATE-30"}, (0, 0.2)),
    ({"retry-after-ms": "1500"}, (1.5, 1.9)),
    ({"retry-after-ms": "-1", "retry-after": "3"}, (3, 3.8)),
    ({"retry-after-ms": "250", "retry-after": "60"}, (0.25, 0.4)),
    ({"retry-after-ms": "nan"}, DEFAULT),
]


@pytest.mark.parametrize(("headers", "bounds"), ASKED, ids=lambda value: str(value)[:50])
def test_a_wait_is_as_long_as_the_server_asks_and_nonsense_is_no_wait_at_all(headers, bounds, waits):
    sent = {
        name: value.replace("DATE+30", date_in(30)).replace("DATE-30", date_in(-30)) for name, value in headers.items()
    }
    with FaultServer([Status(429, headers=sent), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url)
        server.assert_landed("status_429")
        assert server.stats.calls == draft.tries == 2
    # A hold begins when the refusal is read; what is noted is what was left of it a moment later.
    assert bounds[0] - MOMENT <= waits[0] <= bounds[1]


def test_nothing_is_sent_earlier_than_the_server_asked():
    with FaultServer([retry_after(0.2), retry_after(200, header="retry-after-ms"), Reply()], answer=GOOD) as server:
        run_one(server.base_url)
        server.assert_landed("status_429", 2)
        times = [call.time for call in server.calls]
    assert [later - earlier >= 0.2 for earlier, later in itertools.pairwise(times)] == [True, True]


@pytest.mark.parametrize("asked", ["121", "300", "86400"])
def test_a_wait_beyond_the_longest_allowed_fails_at_once_and_says_what_was_asked(asked, waits):
    with FaultServer(retry_after(asked)) as server:
        failure = run_one(server.base_url, max_wait=120)
        server.assert_landed("status_429")
        assert server.stats.calls == 1
    assert isinstance(failure, RateLimitError)
    assert failure.retry_after == float(asked)
    assert waits == []


def test_no_wait_goes_beyond_the_time_for_the_article(waits):
    with FaultServer(retry_after(30)) as server:
        failure = run_one(server.base_url, total_timeout=20)
        server.assert_landed("status_429")
        assert server.stats.calls == 1
    assert isinstance(failure, RateLimitError)
    assert waits == []


def test_an_exhausted_quota_stops_the_engine_within_the_calls_on_their_way(waits):
    with FaultServer(insufficient_quota()) as server:
        failures = run(server.base_url, 200, concurrency=WORKERS)
        server.assert_landed("status_429")
        assert server.stats.calls <= WORKERS
    assert {(type(failure), failure.stops_run) for failure in failures} == {(AccountError, True)}
    assert waits == []


@pytest.mark.parametrize("code", [401, 403, 404, 402])
def test_a_refused_account_stops_the_engine_within_the_calls_on_their_way(code, waits):
    with FaultServer(Status(code), latency=0.02) as server:
        failures = run(server.base_url, 200, concurrency=WORKERS)
        server.assert_landed(f"status_{code}")
        assert server.stats.calls <= WORKERS
        assert set(server.stats.calls_by_key.values()) == {1}
    assert {(type(failure), failure.status, failure.stops_run) for failure in failures} == {(AccountError, code, True)}
    assert sum(failure.tries for failure in failures) <= WORKERS
    assert waits == []


@pytest.mark.parametrize("code", [400, 413, 422, 418])
def test_a_refused_request_is_one_call_and_fails_one_document(code, waits):
    with FaultServer({key_of(7): Status(code)}, answer=GOOD) as server:
        outcomes = run(server.base_url, 20, mode="auto")
        server.assert_landed(f"status_{code}")
        assert server.stats.calls_by_key[key_of(7)] == 1
        assert server.stats.calls == 20
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [(type(failure), failure.status, failure.stops_run) for failure in failed] == [(RequestError, code, False)]
    assert waits == []


def test_a_stopped_engine_lets_one_call_find_out_after_a_while_and_goes_on_when_it_can(monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(breaker.time, "monotonic", lambda: now[0])
    guard = breaker.Breaker()
    guard.failed(AccountError("no", status=401))

    def let_through():
        try:
            guard.check()
        except AccountError:
            return False
        return True

    assert not let_through()
    now[0] += breaker.OPEN_FOR + 1
    assert [let_through() for _ in range(5)] == [True, False, False, False, False]
    guard.read_reply()
    assert let_through()


def test_a_reply_that_was_on_its_way_does_not_start_a_stopped_engine_again():
    guard = breaker.Breaker()
    guard.failed(AccountError("no", status=401))
    guard.read_reply()
    with pytest.raises(AccountError):
        guard.check()


def test_every_call_of_a_stopped_engine_gets_an_error_of_its_own(waits):
    with FaultServer(Status(401)) as server:
        failures = run(server.base_url, 20, concurrency=2)
        server.assert_landed("status_401")
    assert len({id(failure) for failure in failures}) == 20
    assert sorted(failure.tries for failure in failures)[:18] == [0] * 18
    assert max(depth(failure.__traceback__) for failure in failures) <= 5


def depth(trace):
    return 0 if trace is None else 1 + depth(trace.tb_next)


@pytest.fixture
def seconds(monkeypatch):
    """Note how long each call took, from the first byte sent."""
    taken = []
    post = ChatClient.post

    async def timed(self, body):
        started = time.monotonic()
        try:
            return await post(self, body)
        finally:
            taken.append(time.monotonic() - started)

    monkeypatch.setattr(ChatClient, "post", timed)
    return taken


@pytest.mark.parametrize("fault", [Hang(), Trickle(0.02), EndlessWhitespace(0.02)], ids=["hang", "trickle", "blanks"])
def test_a_reply_that_never_comes_whole_is_cut_at_the_deadline(fault, seconds):
    with FaultServer(answer=GOOD) as warm:  # what is imported with the first call is no part of the deadline
        run(warm.base_url, 5)
    seconds.clear()
    with FaultServer(fault, answer=GOOD) as server:
        failures = run(server.base_url, HANGING, timeout=DEADLINE, resend_unknown=False, concurrency=50)
        server.assert_landed(fault.name, HANGING)
        assert set(server.stats.calls_by_key.values()) == {1}
    assert [type(failure) for failure in failures] == [DeadlineError] * HANGING
    assert len(seconds) == HANGING
    assert DEADLINE <= min(seconds) <= max(seconds) <= DEADLINE + SLACK


def test_a_silent_server_is_asked_once_more_and_its_calls_count_as_possibly_paid(waits):
    with FaultServer([Hang(), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url, timeout=DEADLINE)
        server.assert_landed("hang")
    assert (draft.tries, draft.tokens.unknown) == (2, 1)


def test_an_endless_reply_is_cut_at_the_cap(waits):
    with FaultServer(EndlessWhitespace(interval=0, chunk=1 << 18)) as server:
        failure = run_one(server.base_url, timeout=20)
        server.assert_landed("endless_whitespace")
        assert server.stats.calls == 1
    assert isinstance(failure, IncompatibleError)
    assert "over 4,000,000 bytes" in str(failure)


def test_the_time_for_the_article_bounds_all_of_its_calls(waits):
    with FaultServer(Hang()) as server:
        started = time.monotonic()
        failure = run_one(server.base_url, timeout=5, total_timeout=DEADLINE)
        took = time.monotonic() - started
        server.assert_landed("hang")
    assert isinstance(failure, DeadlineError)
    assert took <= DEADLINE + SLACK
    assert (failure.tries, failure.tokens.unknown) == (1, 1)


def test_waiting_for_a_free_place_is_no_part_of_any_deadline():
    with FaultServer(Reply(), answer=GOOD, latency=0.1) as server:
        drafts = run(server.base_url, 20, concurrency=2, timeout=0.6, total_timeout=0.8, resend_unknown=False)
        assert server.stats.calls == 20
        assert server.stats.open_connections_peak <= 2
    assert [draft.tries for draft in drafts] == [1] * 20


def test_a_refused_port_is_not_sent_and_tried_as_often_as_allowed(waits):
    failures = run(refused_base_url(), BROKEN, resend_unknown=False)
    assert {type(failure) for failure in failures} == {ConnectError}
    assert {(failure.tries, failure.possibly_paid) for failure in failures} == {(SENDS, False)}
    assert {failure.tokens.unknown for failure in failures} == {0}
    assert len(waits) == (SENDS - 1) * BROKEN


def test_a_server_that_comes_back_is_reached_after_refused_connections(monkeypatch):
    with FaultServer(answer=GOOD) as server:
        outage = server.outage()
        outage.__enter__()

        async def comes_back(seconds):
            outage.__exit__(None, None, None)

        monkeypatch.setattr("summarizer.engines.openai.retries.sleep", comes_back)
        draft = run_one(server.base_url)
    assert (draft.tries, draft.tokens.unknown) == (2, 0)


LOST = [ResetBefore(), ResetAfter(), HalfBody()]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
def test_a_lost_reply_may_be_paid_and_is_sent_for_once_more(fault, waits):
    script = {key_of(number): [fault, Reply()] for number in range(BROKEN)}
    with FaultServer(script, answer=GOOD) as server:
        drafts = run(server.base_url, BROKEN)
        server.assert_landed(fault.name, BROKEN)
        assert server.stats.calls == 2 * BROKEN
    assert {(draft.tries, draft.tokens.unknown) for draft in drafts} == {(2, 1)}


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
@pytest.mark.parametrize(("resend", "calls"), [(True, 2), (False, 1)])
def test_no_document_is_resent_more_than_once_after_lost_replies(fault, resend, calls, waits):
    script = {key_of(number): fault for number in range(BROKEN)}
    with FaultServer(script, answer=GOOD) as server:
        failures = run(server.base_url, BROKEN, resend_unknown=resend, max_sends=5)
        server.assert_landed(fault.name, calls * BROKEN)
        assert server.stats.calls == calls * BROKEN
    assert {type(failure) for failure in failures} == {LostReplyError}
    assert {(failure.tries, failure.tokens.unknown) for failure in failures} == {(calls, calls)}


def test_the_one_resend_is_for_the_document_and_not_for_each_request(waits):
    script = [ResetAfter(), Reply(answer="not json"), ResetAfter(), Reply()]
    with FaultServer(script, answer=GOOD) as server:
        failure = run_one(server.base_url)
        server.assert_landed("reset_after", 2)
        assert server.stats.calls == 3
    assert isinstance(failure, LostReplyError)


def test_a_connection_that_breaks_as_it_opens_is_opened_again(waits):
    with FaultServer(answer=GOOD, reset_connections=lambda number: number == 1) as server:
        draft = run_one(server.base_url)
        server.assert_landed("reset_before")
        assert server.stats.paid == 1
    assert draft.tries == 2
    assert draft.tokens.unknown in {0, 1}  # whether the request was on its way is a race, and each side is told


def test_a_caller_who_leaves_frees_the_place_and_the_connection():
    async def leave(server):
        engine = OpenAIEngine(settings_for(server.base_url, concurrency=1))
        task = asyncio.create_task(engine.write(article(1), brief_kind()))
        await asyncio.to_thread(wait_for_calls, server, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        draft = await engine.write(article(2), brief_kind())
        await engine.aclose()
        return draft

    with FaultServer({key_of(1): Hang()}, answer=GOOD) as server:
        draft = asyncio.run(leave(server))
        server.assert_landed("hang")
        assert server.stats.abandoned == 1
    assert draft.tries == 1


def test_a_header_is_read_from_milliseconds_then_seconds_then_a_date():
    assert retry_after_of({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert retry_after_of({"retry-after": "9"}) == 9
    assert 8 <= retry_after_of({"retry-after": date_in(10)}) <= 10
    assert retry_after_of({}) is None


@given(st.text(), st.text())
def test_no_header_asks_for_a_negative_or_an_endless_wait(seconds, milliseconds):
    wait = retry_after_of({"retry-after": seconds, "retry-after-ms": milliseconds})
    assert wait is None or 0 <= wait < math.inf


@given(st.one_of(st.floats(), st.integers()))
def test_every_number_is_a_wait_or_nothing(number):
    wait = retry_after_of({"retry-after": str(number)})
    assert wait == (float(number) if 0 <= number < math.inf else None)
