"""How much of a rate limit is used and how much is refused, on four models of a server, beside the SDK's own retries.

The real limiter runs in virtual time against simulated servers (tests/simulation.py). Beside it, also in virtual time,
64 workers follow the retry rule of the installed SDK: its own class works out each wait (`_calculate_retry_timeout`,
`Retry-After` included) for up to 10 retries, without the rest of its client. The last line is real time: what one
admission costs where the server has no limits.

Run: python -m benchmarks.limits [--minutes 10]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
import openai
from openai._models import FinalRequestOptions

from summarizer.brief import Tokens
from summarizer.engines.openai.limits import Limiter, Need, Patience
from summarizer.engines.openai.limits.tickets import Deadline
from summarizer.errors import RateLimitError
from tests.limiters import MINUTE, MODELS, Model, ServerLimits
from tests.simulation import Attempt, Document, World, simulate, through, virtual_limiter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RETRIES = 10
WORKERS = 64
#: Seconds until a refusal is back.
REFUSAL = 0.05
TPM = 600_000
SETTLED = 120
OURS = "summarizer"


def forever() -> Iterator[Document]:
    return itertools.repeat(Document())


def texts(share: float, bias: float) -> Iterator[Document]:
    """Give documents of all lengths; the largest takes this share of the limit."""
    dice = random.Random(3)
    largest = TPM * share
    room = int(largest / 4)
    while True:
        prompt, output = dice.uniform(0.2, 1.0) * (largest - room), dice.uniform(0.3, 0.9) * room
        yield Document(size=int(prompt / bias * 4), prompt=int(prompt), output=int(output), room=room)


def sdk() -> Attempt:
    """Give the way of one article through the SDK's retries."""
    client = openai.AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=RETRIES)
    options = FinalRequestOptions(method="post", url="/chat/completions", max_retries=RETRIES)

    async def attempt(world: World, document: Document) -> None:
        for left in range(RETRIES, -1, -1):
            try:
                await world.post(document, is_retry=left < RETRIES)
            except RateLimitError as error:
                if not left:
                    raise
                headers = httpx2.Headers(dict(error.headers))
                await asyncio.sleep(client._calculate_retry_timeout(left, options, headers))  # noqa: SLF001
            else:
                return

    return attempt


@dataclass(frozen=True)
class Span:
    """What is looked at: from `start` to the end, in seconds, under a limit a minute."""

    minutes: int
    limit: float
    start: float = 0.0


def row(case: str, client: str, world: World, attempt: Attempt, span: Span) -> None:
    end = span.minutes * 60
    simulate(world, attempt, forever(), end)
    share = world.accepted(span.start, end) / (span.limit * (end - span.start) / MINUTE)
    print(f"| {case} | {client} | {share:.1%} | {world.refusals(span.start):.2%} | {len(world.failed)} |")


def requests(minutes: int) -> None:
    print(f"Requests, {minutes} minutes (1 at 6,000 a minute), {WORKERS} workers (200); no headers but Retry-After.\n")
    print("| limit and server | client | used | 429 | failed |\n|---|---|---|---|---|")
    for rpm, (name, make) in itertools.product((60, 600, 6_000), MODELS.items()):
        for client, attempt in (("summarizer, rpm given", through(virtual_limiter(rpm))), ("the SDK's retries", sdk())):
            workers = 200 if rpm == 6_000 else WORKERS
            limits = ServerLimits(requests=make(rpm), tells=False)
            world = World(limits, workers=workers, refusal_latency=REFUSAL)
            row(f"{rpm:,} a minute, {name}", client, world, attempt, Span(1 if rpm == 6_000 else minutes, rpm))


def halving(limits: ServerLimits, limit: float) -> Callable[[float, random.Random], None]:
    def fault(now: float, _dice: random.Random) -> None:
        if now >= 300:
            limits.requests.limit = limit / 2

    return fault


def wrong(minutes: int) -> None:
    rpm = 600
    print(f"\nA limit of {rpm} that is not what was given; from the third minute on, or one minute after the change.\n")
    print("| case and server | client | used | 429 | failed |\n|---|---|---|---|---|")
    cases = [("5 x too high", rpm * 5), ("5 x too low", rpm / 5), ("unknown", None)]
    for (case, given), tells, (name, make) in itertools.product(cases, (True, False), MODELS.items()):
        if given is not None and given < rpm and not tells:
            continue  # a limit that the user gave and nobody contradicts is kept
        world = World(ServerLimits(requests=make(rpm), tells=tells), workers=WORKERS)
        source = "headers" if tells else "no headers"
        row(f"{case}, {source}, {name}", OURS, world, through(virtual_limiter(given)), Span(minutes, rpm, SETTLED))
    for tells, (name, make) in itertools.product((True, False), MODELS.items()):
        limits = ServerLimits(requests=make(rpm), tells=tells)
        world = World(limits, workers=WORKERS, fault=halving(limits, rpm))
        source = "headers" if tells else "no headers"
        row(f"halved, {source}, {name}", OURS, world, through(virtual_limiter(rpm)), Span(minutes, rpm / 2, 360))


def tokens(minutes: int) -> None:
    print(f"\nTokens, {TPM:,} a minute, after the first hundred replies; `room`: the server counts max_tokens.\n")
    print("| largest request, what counts, estimate | server | used | 429 |\n|---|---|---|---|")
    small = itertools.product([0.01], ("used", "room"), (0.85, 1.0, 1.15), MODELS.items())
    large = itertools.product([0.075], ("used", "room"), (1.0,), [("sliding window", MODELS["sliding window"])])
    for share, charge, bias, (name, make) in itertools.chain(small, large):
        used, refused = token_row(make, charge, share, bias, minutes)
        print(f"| {share:.1%}, {charge}, x {bias} | {name} | {used:.1%} | {refused:.2%} |")


def token_row(
    make: Callable[[float], Model], charge: str, share: float, bias: float, minutes: int
) -> tuple[float, float]:
    limits = ServerLimits(tokens=make(TPM), charge=charge)
    takes, take = [], limits.tokens.take

    def noted(now: float, amount: float) -> None:
        takes.append((now, amount))
        take(now, amount)

    limits.tokens.take = noted
    world = World(limits, latency=2.0, workers=WORKERS)
    simulate(world, through(virtual_limiter(tpm=TPM)), texts(share, bias), minutes * 60)
    start = [when for when, accepted in limits.times if accepted][100]
    taken, seconds = sum(amount for when, amount in takes if when >= start), minutes * 60 - (start - world.started)
    return taken / (TPM * seconds / MINUTE), world.refusals(start - world.started)


def admission() -> None:
    async def main() -> float:
        limiter, best = Limiter(), float("inf")
        async with asyncio.timeout(600) as scope:
            patience = Patience(Deadline(scope), None, patient=False, max_wait=120)
            for _ in range(10):
                started = time.process_time()
                for _ in range(2_000):
                    await limiter.admit(Need(6_000, 8_192), patience)
                best = min(best, (time.process_time() - started) / 2_000)
        return best

    async def whole() -> float:
        limiter, best, usage = Limiter(), float("inf"), Tokens(input=1, output=1)
        async with asyncio.timeout(600) as scope:
            patience = Patience(Deadline(scope), None, patient=False, max_wait=120)
            for _ in range(10):
                started = time.process_time()
                for _ in range(2_000):
                    with await limiter.admit(Need(6_000, 8_192), patience) as turn:
                        turn.replied({}, usage)
                best = min(best, (time.process_time() - started) / 2_000)
        return best

    admitted, both = asyncio.run(main()), asyncio.run(whole())
    print(
        f"\nAdmission to a server without limits: {admitted * 1e6:.1f} µs of CPU, with what the reply teaches {both * 1e6:.1f}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    requests(minutes)
    wrong(minutes)
    tokens(minutes)
    admission()


if __name__ == "__main__":
    main()
