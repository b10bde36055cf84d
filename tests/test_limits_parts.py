"""The limiter's parts, one by one: headers, turns, waits and what a display is shown."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.brief import Tokens
from summarizer.engines.openai.limits import Limiter, Need, Patience
from summarizer.engines.openai.limits.headers import Quota, rate_headers, seconds_of
from summarizer.engines.openai.limits.tickets import Deadline
from summarizer.errors import AccountError, PausedError, RateLimitError, TooLongError
from tests import virtualtime

DURATIONS = {
    "6m0s": 360,
    "1s": 1,
    "120ms": 0.12,
    "0": 0,
    "1.5": 1.5,
    "1h2m3.5s": 3_723.5,
    "2d": 172_800,
    "8.64s": 8.64,
    " 7s ": 7,
}
NONSENSE = ["", "s", "-1s", "1s1h", "nan", "inf", "1e9", "١s", "5 s", "1" * 50, "2026-01-01T00:00:00Z", None]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_a_duration_is_read_as_servers_write_it(text, seconds):
    assert seconds_of(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", NONSENSE)
def test_what_is_no_duration_says_nothing(text):
    assert seconds_of(text) is None


@given(st.text(max_size=60))
def test_no_text_is_a_negative_or_endless_duration(text):
    found = seconds_of(text)
    assert found is None or 0 <= found < 1e15


@given(st.dictionaries(st.sampled_from(["limit", "remaining", "reset"]), st.text(max_size=30)))
def test_headers_give_whole_limits_or_nothing(parts):
    found = rate_headers({f"x-ratelimit-{name}-requests": text for name, text in parts.items()})
    assert found.requests.limit is None or found.requests.limit > 0
    assert found.tokens == Quota()


def test_a_limit_whose_reset_takes_hours_is_not_one_of_a_minute():
    day = {"x-ratelimit-limit-requests": "14400", "x-ratelimit-reset-requests": "2m59.5s"}
    assert rate_headers(day).requests.per_minute is None
    assert rate_headers({**day, "x-ratelimit-reset-requests": "6s"}).requests.per_minute == 14_400


# --- turns ---


class NoDeadline:
    """The time of an article that nobody bounds."""

    def left(self):
        return math.inf

    def standing_still(self):
        return nullcontext()


def patience(scope=None, *, patient=False, max_wait=120.0, owner=None):
    return Patience(Deadline(scope) if scope else NoDeadline(), owner, patient=patient, max_wait=max_wait)


def limiter(**limits):
    made = Limiter(clock=virtualtime.now)
    made.configure(limits.get("rpm"), limits.get("tpm"))
    return made


NEED = Need(4_000, 500)
ANSWER = Tokens(input=1_000, output=100)


async def call(limiter, patience, error=None, headers=None, need=NEED):
    with await limiter.admit(need, patience) as turn:
        if error is not None:
            turn.failed(error)
            return
        turn.replied(headers or {}, ANSWER)


def refusal(seconds=None):
    return RateLimitError("too many", status=429, retry_after=seconds)


def test_waiting_for_its_turn_does_not_count_against_the_time_of_an_article():
    async def main():
        one = limiter(rpm=1)
        await call(one, patience())
        scope = asyncio.timeout(10)
        started = virtualtime.now()
        async with scope:
            await call(one, patience(scope))
            waited = virtualtime.now() - started
            left = scope.when() - virtualtime.now()
        return waited, left

    waited, left = virtualtime.run(main())
    assert waited == pytest.approx(60 / 0.985, rel=0.012)
    assert left == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(("patient", "left"), [(True, 10), (False, 6)])
def test_a_hold_counts_for_somebody_who_waits_and_not_for_a_patient_article(patient, left):
    async def main():
        one = limiter()
        await call(one, patience(), refusal(4))
        scope = asyncio.timeout(10)
        async with scope:
            await call(one, patience(scope, patient=patient))
            return scope.when() - virtualtime.now()

    assert virtualtime.run(main()) == pytest.approx(left, abs=0.5)


def test_ninety_seconds_that_a_server_asks_for_are_waited_in_full():
    async def main():
        one = limiter()
        await call(one, patience(), refusal(90))
        started = virtualtime.now()
        hold = one.state().hold
        await call(one, patience(patient=True))
        return virtualtime.now() - started, hold

    waited, hold = virtualtime.run(main())
    assert 90 <= waited <= 91.1
    assert hold == pytest.approx(waited)


@pytest.mark.parametrize(("patient", "kind"), [(True, PausedError), (False, RateLimitError)])
def test_a_day_that_a_server_asks_for_fails_all_that_wait_and_all_that_come_at_once(patient, kind):
    async def main():
        one = limiter(rpm=60)
        with await one.admit(NEED, patience()) as turn:
            waiting = [asyncio.create_task(call(one, patience(patient=patient))) for _ in range(5)]
            await asyncio.sleep(0.01)
            started = virtualtime.now()
            turn.failed(refusal(86_400))
            outcomes = await asyncio.gather(*waiting, call(one, patience(patient=patient)), return_exceptions=True)
        return outcomes, virtualtime.now() - started, one.state().sends

    outcomes, took, sends = virtualtime.run(main())
    assert {type(outcome) for outcome in outcomes} == {kind}
    assert len(outcomes) == 6
    assert (sends, took < 2) == (1, True)
    if patient:
        assert 86_399 < outcomes[0].seconds < 86_402
        assert outcomes[0].stops_run


def test_a_long_hold_is_asked_about_once_a_minute_and_ends_when_it_was_not_meant():
    async def main():
        one = limiter()
        await call(one, patience(), refusal(86_400))
        with pytest.raises(RateLimitError):
            await call(one, patience())
        await asyncio.sleep(61)
        await call(one, patience())
        await call(one, patience())
        return one.state()

    state = virtualtime.run(main())
    assert (state.sends, state.hold, state.refusals) == (3, 0, 1)


def test_holds_of_one_article_together_are_no_longer_than_the_longest_wait():
    async def main():
        one, mine = limiter(), patience(max_wait=20)
        for _ in range(4):
            await call(one, mine, refusal(6))
        with pytest.raises(RateLimitError):
            await call(one, mine)
        return one.state().sends

    assert virtualtime.run(main()) == 4


def test_a_request_that_no_minute_holds_is_refused_before_anything_waits():
    async def main():
        one = limiter(tpm=1_000)
        with pytest.raises(TooLongError) as failed:
            await call(one, patience(), need=Need(8_000, 10))
        await call(one, patience(), need=Need(400, 10))
        return failed.value, one.state().sends

    error, sends = virtualtime.run(main())
    assert (error.limit, error.size, sends) == (1_000, 2_000, 1)
    assert "1,000 a minute" in str(error)


GIANT = Need(9_000, 500)


def test_a_request_that_is_refused_alone_holds_up_nobody_and_is_told_how_long_the_server_asks_to_wait():
    async def main():
        one, mine = limiter(), patience(patient=True)
        await call(one, patience())
        for _ in range(3):
            await call(one, mine, refusal(5), need=GIANT)
        hold = one.state().hold
        await call(one, mine, refusal(500), need=GIANT)
        with pytest.raises(RateLimitError, match="this request") as failed:
            await call(one, mine, need=GIANT)
        await call(one, patience())
        return hold, failed.value.retry_after, one.state()

    hold, asked, state = virtualtime.run(main())
    assert (hold, state.hold) == (0, 0)
    assert asked == pytest.approx(500, abs=1)
    assert (state.refusals, state.rpm) == (4, None)


def test_a_request_that_is_answered_at_last_is_refused_like_any_other_after_it():
    async def main():
        one, mine = limiter(), patience(patient=True)
        await call(one, patience())
        for _ in range(4):
            await call(one, mine, refusal(5), need=GIANT)
        await call(one, mine, need=GIANT)
        await call(one, mine, refusal(5), need=GIANT)
        return one.state().hold

    assert virtualtime.run(main()) == pytest.approx(5.25, abs=0.3)


def test_an_engine_that_stops_frees_its_own_calls_and_no_others():
    async def main():
        one = limiter(rpm=1)
        await call(one, patience())
        mine, theirs = object(), object()
        tasks = [asyncio.create_task(call(one, patience(owner=owner))) for owner in (mine, theirs, mine)]
        await asyncio.sleep(0.01)
        one.refuse(mine, AccountError("no", status=401))
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, other, last = virtualtime.run(main())
    assert (type(first), other, type(last)) == (AccountError, None, AccountError)
    assert first is not last


def test_calls_that_are_left_free_their_place_for_those_behind():
    async def main():
        one = limiter(rpm=6)
        await call(one, patience())
        tasks = [asyncio.create_task(call(one, patience())) for _ in range(4)]
        await asyncio.sleep(0.01)
        started = virtualtime.now()
        for task in tasks[:3]:
            task.cancel()
        await tasks[3]
        return virtualtime.now() - started, one.state()

    waited, state = virtualtime.run(main())
    assert waited == pytest.approx(10 / 0.985, rel=0.012)
    assert (state.in_flight, state.waiting) == (0, 0)


def test_earlier_articles_go_first_whenever_they_ask():
    async def main():
        one, order = limiter(rpm=60), []
        early, late = patience(), patience()
        await call(one, patience())

        async def note(name, whose):
            await call(one, whose)
            order.append(name)

        tasks = [asyncio.create_task(note("late", late))]
        await asyncio.sleep(0.01)
        tasks.append(asyncio.create_task(note("early", early)))
        await asyncio.gather(*tasks)
        return order

    assert virtualtime.run(main()) == ["early", "late"]


def test_two_loops_in_two_threads_share_one_pace():
    one = Limiter()
    one.configure(1_200, None)

    def worker():
        async def main():
            for _ in range(10):
                await call(one, patience())

        asyncio.run(main())

    async def both():
        await asyncio.gather(asyncio.to_thread(worker), asyncio.to_thread(worker))

    started = time.monotonic()
    asyncio.run(both())
    assert time.monotonic() - started >= 19 * 0.05 / 0.985 - 0.06
    assert one.state().sends == 20


def test_a_display_is_told_the_limits_and_where_they_are_from():
    told = {"x-ratelimit-limit-requests": "600", "x-ratelimit-limit-tokens": "60000"}

    async def main():
        one = limiter(rpm=60)
        before = one.state()
        await call(one, patience(), headers=told)
        return before, one.state()

    before, after = virtualtime.run(main())
    assert (before.rpm, before.rpm_source, before.tpm, before.tpm_source) == (60, "configured", None, "unknown")
    assert (after.rpm, after.rpm_source, after.tpm, after.tpm_source) == (600, "headers", 60_000, "headers")
    assert after.rpm_used == pytest.approx(1 / 600)
    assert after.tpm_used == pytest.approx(1_100 / 60_000)
    assert (after.sends, after.refusals, after.is_open, after.shared) == (1, 0, False, False)
