"""Rates at full size in virtual time: what is used of a limit, and how much is refused, on four models of a server."""

from __future__ import annotations

import itertools
import random

import pytest

from tests.answers import size
from tests.limiters import MODELS, Bucket, Fixed, ServerLimits, Sliding, Verdict
from tests.simulation import Document, World, simulate, through, used, virtual_limiter

WORKERS = 64
ALL_MODELS = list(MODELS.items())
NAMES = list(MODELS)
TPM = 600_000


def forever():
    return itertools.repeat(Document())


def texts(seed, share=0.01, bias=1.0, tpm=TPM):
    """Give documents of all lengths; the largest takes this share of the limit, and estimates are off by the bias."""
    dice = random.Random(seed)
    largest = tpm * share
    room = int(largest / 4)
    while True:
        prompt = dice.uniform(0.2, 1.0) * (largest - room)
        output = dice.uniform(0.3, 0.9) * room
        yield Document(size=int(prompt / bias * 4), prompt=int(prompt), output=int(output), room=room)


@pytest.mark.parametrize(("name", "model"), ALL_MODELS, ids=NAMES)
@pytest.mark.parametrize("rpm", [60, 600, 6_000])
def test_a_known_limit_is_used_to_98_percent_and_never_refused_from_the_first_minute_on(name, model, rpm):
    seconds = 600 if rpm < 600 else size(120 if rpm == 600 else 30, 600)
    world = World(ServerLimits(requests=model(rpm), tells=False), workers=200 if rpm == 6_000 else WORKERS)
    simulate(world, through(virtual_limiter(rpm)), forever(), seconds)
    assert used(world, seconds, rpm) >= 0.98
    assert world.refusals() == 0


@pytest.mark.parametrize(("name", "model"), ALL_MODELS, ids=NAMES)
def test_without_a_limiter_the_same_server_refuses(name, model):
    world = World(ServerLimits(requests=model(60), tells=False), refusal_latency=0.1)

    async def at_once(world, document):
        await world.post(document, is_retry=False)

    simulate(world, at_once, forever(), 2)
    assert world.refusals() > 0.5


def late_use(world, tpm, seconds):
    """Give when the hundredth reply came, and the share of the tokens that was used from then on."""
    start = [time for time, accepted in world.limits.times if accepted][100]
    taken = sum(amount for time, amount in world.takes if time >= start)
    return start - world.started, taken / (tpm * (seconds - (start - world.started)) / 60)


@pytest.fixture(params=ALL_MODELS, ids=NAMES)
def model(request):
    return request.param[1]


def noting(limits):
    """Note when tokens are taken."""
    takes, take = [], limits.tokens.take

    def noted(now, amount):
        takes.append((now, amount))
        take(now, amount)

    limits.tokens.take = noted
    return takes


@pytest.mark.parametrize("charge", ["used", "room"])
@pytest.mark.parametrize("bias", size([0.85, 1.15], [0.85, 1.0, 1.15]))
def test_a_limit_of_tokens_is_used_whatever_the_server_counts_and_however_far_estimates_are_off(model, charge, bias):
    limits = ServerLimits(tokens=model(TPM), charge=charge)
    world = World(limits, latency=2.0)
    world.takes = noting(limits)
    simulate(world, through(virtual_limiter(tpm=TPM)), texts(3, bias=bias), 600)
    start, share = late_use(world, TPM, 600)
    assert share >= 0.98
    assert world.refusals(start) < 0.01


@pytest.mark.parametrize("charge", ["used", "room"])
@pytest.mark.parametrize("seed", size([1], [1, 2, 3]))
def test_with_requests_of_a_thirteenth_of_the_limit_there_is_room_for_them_in_every_minute(charge, seed):
    limits = ServerLimits(tokens=Sliding(TPM), charge=charge)
    world = World(limits, latency=2.0)
    world.takes = noting(limits)
    simulate(world, through(virtual_limiter(tpm=TPM)), texts(seed, share=0.075), 1_200)
    start, share = late_use(world, TPM, 1_200)
    assert share >= 0.92
    assert world.refusals(start) < 0.001


@pytest.mark.parametrize("factor", [5, 0.2])
@pytest.mark.parametrize("rpm", size([60], [60, 600]))
def test_headers_go_before_a_configured_limit_that_is_wrong(model, rpm, factor):
    world = World(ServerLimits(requests=model(rpm)))
    simulate(world, through(virtual_limiter(rpm * factor)), forever(), 600)
    assert world.accepted(120, 600) / (rpm * 8) >= 0.95
    assert world.refusals(120) < 0.01


@pytest.mark.parametrize("rpm", size([60], [60, 600]))
def test_a_limit_configured_too_high_is_learnt_from_refusals_where_there_are_no_headers(model, rpm):
    world = World(ServerLimits(requests=model(rpm), tells=False))
    simulate(world, through(virtual_limiter(rpm * 5)), forever(), 900)
    assert world.faults["429"] > 0
    assert world.refusals(120) < 0.01
    assert world.accepted(120, 900) / (rpm * 13) >= 0.95


@pytest.mark.parametrize("rpm", size([60], [60, 600]))
def test_a_limit_that_nobody_tells_is_not_run_into_again_and_again(model, rpm):
    world = World(ServerLimits(requests=model(rpm), tells=False))
    simulate(world, through(virtual_limiter()), forever(), 900)
    assert world.faults["429"] > 0
    assert world.refusals(120) < 0.01


def halving(limits, rpm):
    def fault(now, dice):
        if now >= 300:
            limits.requests.limit = rpm / 2

    return fault


@pytest.mark.parametrize(("rpm", "tells"), [(60, True), (600, True), (600, False)])
def test_a_limit_that_is_halved_is_kept_within_a_minute(model, rpm, tells):
    limits = ServerLimits(requests=model(rpm), tells=tells)
    world = World(limits)
    world.fault = halving(limits, rpm)
    simulate(world, through(virtual_limiter(rpm)), forever(), 900)
    assert limits.requests.limit == rpm / 2
    assert world.refusals(360) < 0.01
    assert world.accepted(360, 900) / (rpm / 2 * 9) >= (0.95 if tells else 0.75)


class FirstRefused(ServerLimits):
    """Refuses the first hundred and asks them to come back in five seconds."""

    def ask(self, now, prompt, room):
        if len(self.times) >= 100:
            return super().ask(now, prompt, room)
        self.times.append((now, False))
        return Verdict(accepted=False, headers={"retry-after-ms": "5000"})


def test_a_hundred_refusals_at_once_are_one_hold_after_which_the_pace_is_kept():
    limits = FirstRefused(requests=Bucket(60_000), tells=False)
    world = World(limits, workers=100, refusal_latency=0.5)
    simulate(world, through(virtual_limiter(60_000)), forever(), 10)
    times = [time - world.started for time, _, _ in world.sends]
    last, first = times[99], times[100]
    assert world.faults["429"] == 100
    assert first - times[0] >= 5
    assert first - last >= 4.9
    paced = times[100:]
    assert all(sum(start <= time < start + 1 for time in paced) <= 1_000 for start in paced[::50])


def test_a_fixed_minute_is_not_filled_at_once_when_it_begins():
    limits = ServerLimits(requests=Fixed(600), tells=False)
    world = World(limits)
    simulate(world, through(virtual_limiter(600)), forever(), 120)
    times = [time for time, _ in limits.times]
    assert max(sum(start <= time < start + 1 for time in times) for start in times[::10]) <= 11
