"""A failing server in virtual time: few retries, one call at a time while it is down, and no article fails for it."""

from __future__ import annotations

import itertools

import pytest

from summarizer.errors import PausedError, RateLimitError, ServerError
from tests.answers import size
from tests.limiters import Bucket, ServerLimits
from tests.simulation import Document, World, simulate, through, virtual_limiter

SEEDS = size([1], [1, 2, 3])
DOWN = (60, 360)


def outage(kind, start=DOWN[0], end=DOWN[1]):
    return lambda now, dice: kind if start <= now < end else None


def times_of(world, outcome):
    return [time - world.started for time, found, _ in world.sends if found == outcome]


@pytest.mark.parametrize("rpm", [None, 600])
@pytest.mark.parametrize("kind", ["refuse", "500"])
def test_a_server_that_is_down_gets_one_call_in_five_seconds_and_no_article_fails_for_it(rpm, kind):
    limits = ServerLimits(requests=Bucket(rpm) if rpm else None, tells=False)
    world = World(limits, fault=outage(kind))
    simulate(world, through(virtual_limiter(rpm)), itertools.repeat(Document()), 480 if rpm else size(395, 480))
    down = [time for time in times_of(world, kind) if time > DOWN[0] + 5]
    assert world.faults[kind] > 50
    assert all(later - earlier >= 4.9 for earlier, later in itertools.pairwise(down))
    assert world.failed == []
    assert world.most_sends <= 3


@pytest.mark.parametrize("rpm", [None, 600])
def test_after_an_outage_the_old_rate_comes_back_within_half_a_minute_and_not_in_a_burst(rpm):
    limits = ServerLimits(requests=Bucket(rpm) if rpm else None, tells=False)
    world = World(limits, fault=outage("refuse"))
    simulate(world, through(virtual_limiter(rpm)), itertools.repeat(Document()), 395)
    back = next(time for time in times_of(world, "200") if time > DOWN[1])
    old = world.accepted(30, 60) / 30
    assert world.faults["refuse"] > 50
    assert back <= DOWN[1] + 5.1
    assert world.accepted(back, back + 1) <= 1.2 * old
    assert world.accepted(back + 20, back + 30) / 10 >= 0.95 * old


@pytest.mark.parametrize("seed", SEEDS)
def test_with_half_of_all_calls_failing_for_five_minutes_retries_stay_few_and_every_article_is_done(seed):
    documents = size(1_500, 5_000)
    world = World(seed=seed, fault=lambda now, dice: "500" if now < 300 and dice.random() < 0.5 else None)
    simulate(world, through(virtual_limiter(600)), iter([Document()] * documents), float("inf"))
    late = [is_retry for time, _, is_retry in world.sends if time - world.started >= 60]
    assert world.faults["500"] > 100
    assert sum(late) <= 0.1 * len(late)
    assert (len(world.done), world.failed) == (documents, [])
    assert world.most_sends <= 3


def test_somebody_who_waits_for_one_brief_gets_the_failure_of_a_server_that_is_down():
    world = World(workers=1, fault=outage("500", 0, 1_000))
    simulate(world, through(virtual_limiter(), patient=False), iter([Document()] * 20), float("inf"))
    assert [type(error) for error in world.failed] == [ServerError] * 20
    assert world.faults["500"] == 60


def test_an_article_that_fails_alone_fails_after_its_sends_although_it_is_patient():
    world = World(workers=4)
    poisoned = Document(prompt=1)
    post = world.post

    async def poison(document, *, is_retry):
        if document.prompt == 1:
            world.faults["500"] += 1
            raise ServerError("failed", status=500)
        return await post(document, is_retry=is_retry)

    world.post = poison
    documents = [Document()] * 100 + [poisoned] + [Document()] * 100
    simulate(world, through(virtual_limiter()), iter(documents), float("inf"))
    assert (len(world.done), len(world.failed), world.faults["500"]) == (200, 1, 3)


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("giants", [1, 5])
def test_requests_that_a_server_always_refuses_for_its_rate_hold_up_nothing_and_fail_at_last(giants, asks):
    limits = ServerLimits(tokens=Bucket(30_000_000), tells=False, asks=asks)
    ordinary, giant = Document(), Document(size=140_000_000, prompt=35_000_000)  # more than a minute holds, by 10 s
    documents = [ordinary] * 100 + [giant] * giants + [ordinary] * 5_900
    world = World(limits, workers=64)
    simulate(world, through(virtual_limiter()), iter(documents), float("inf"))
    assert world.faults["429"] == 7 * giants
    assert ([type(error) for error in world.failed], len(world.done)) == ([RateLimitError] * giants, 6_000)
    assert "this request" in str(world.failed[0])
    assert sorted(world.done)[5_500] <= 6_000 * 0.5 / 64 + 3 * (12 if asks else 1.5)


def test_a_server_that_refuses_everybody_for_an_hour_pauses_the_run_and_fails_no_article():
    limits = ServerLimits(requests=Bucket(600), tells=False, asks=False)
    world = World(limits)
    world.limits.requests.take(0.0, 1_000_000)
    simulate(world, through(virtual_limiter()), iter([Document()] * 200), float("inf"))
    assert world.faults["429"] > 50
    assert {type(error) for error in world.failed} == {PausedError}
