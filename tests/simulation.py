"""Many articles through the real limiter in virtual time, against a simulated server that limits, fails or is down."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from summarizer.brief import Tokens
from summarizer.engines.openai.limits import Limiter, Need, Patience
from summarizer.engines.openai.limits.tickets import Deadline
from summarizer.errors import ConnectError, PausedError, RateLimitError, ServerError
from tests import virtualtime
from tests.limiters import MINUTE, ServerLimits

#: The way to the server and back takes so long at most, beside the answer itself.
JITTER = 0.004


@dataclass
class Document:
    """What one article is: the bytes of its request, its true tokens, and the room it leaves for the answer."""

    size: int = 6_000
    prompt: int = 1_500
    output: int = 400
    room: int = 8_192


@dataclass
class World:
    """A server and those who ask it.

    `fault` says of a moment whether the server fails ("500") or cannot be reached ("refuse"); `seed` repeats a run.
    """

    limits: ServerLimits = field(default_factory=ServerLimits)
    latency: float = 0.5
    refusal_latency: float = JITTER
    workers: int = 64
    seed: int = 1
    fault: Callable[[float, random.Random], str | None] = lambda _now, _random: None
    max_sends: int = 3
    max_wait: float = 120.0
    faults: Counter[str] = field(default_factory=Counter)
    sends: list[tuple[float, str, bool]] = field(default_factory=list)  # time, outcome, is a retry
    done: list[float] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)
    most_sends: int = 0
    started: float = 0.0

    def __post_init__(self) -> None:
        """Make the dice."""
        self.random = random.Random(self.seed)

    async def post(self, document: Document, *, is_retry: bool) -> tuple[dict[str, str], Tokens]:
        """Make one call, as the client does."""
        await asyncio.sleep(self.random.uniform(0, JITTER))
        now = virtualtime.now()
        fault = self.fault(now - self.started, self.random)
        if fault is not None:
            self.faults[fault] += 1
        if fault == "refuse":
            self.sends.append((now, fault, is_retry))
            raise ConnectError("refused")
        if fault == "500":
            self.sends.append((now, fault, is_retry))
            await asyncio.sleep(self.latency / 2)
            raise ServerError("failed", status=500)
        return await self._limited(document, now, is_retry=is_retry)

    async def _limited(self, document: Document, now: float, *, is_retry: bool) -> tuple[dict[str, str], Tokens]:
        verdict = self.limits.ask(now, document.prompt, document.room)
        self.sends.append((now, "200" if verdict.accepted else "429", is_retry))
        if not verdict.accepted:
            self.faults["429"] += 1
            await asyncio.sleep(self.refusal_latency)
            headers = verdict.headers
            asked = float(headers["retry-after-ms"]) / 1000 if "retry-after-ms" in headers else None
            raise RateLimitError("too many", status=429, retry_after=asked, headers=headers)
        await asyncio.sleep(self.latency * self.random.uniform(0.8, 1.2))
        self.limits.answered(virtualtime.now(), document.output)
        return verdict.headers, Tokens(input=document.prompt, output=document.output)

    def refusals(self, start: float = 0.0, end: float = float("inf")) -> float:
        """Give the share of 429 among the sends of a span."""
        outcomes = [outcome for time, outcome, _ in self.sends if start <= time - self.started < end]
        return outcomes.count("429") / max(1, len(outcomes))

    def accepted(self, start: float = 0.0, end: float = float("inf")) -> int:
        """Count the accepted calls of a span."""
        return sum(outcome == "200" for time, outcome, _ in self.sends if start <= time - self.started < end)


Attempt = Callable[[World, Document], Awaitable[None]]


def through(limiter: Limiter, *, patient: bool = True) -> Attempt:
    """Give the way of one article through the limiter, as the exchange goes it."""

    async def attempt(world: World, document: Document) -> None:
        scope = asyncio.timeout(600)
        async with scope:
            patience = Patience(Deadline(scope), limiter, patient=patient, max_wait=world.max_wait)
            await _sent(limiter, world, document, patience)

    return attempt


async def _sent(limiter: Limiter, world: World, document: Document, patience: Patience) -> None:
    counted, tries, refusal = 0, 0, None
    while True:
        is_last = counted + 1 >= world.max_sends
        need = Need(document.size, document.room, is_retry=counted > 0 and refusal is None, is_last=is_last)
        with await limiter.admit(need, patience, refusal) as turn:
            tries += 1
            try:
                headers, usage = await world.post(document, is_retry=need.is_retry)
            except RateLimitError as error:
                turn.failed(error)
                refusal = error
                continue
            except (ServerError, ConnectError) as error:
                turn.failed(error)
                refusal = None
                counted += not (isinstance(error, ConnectError) and patience.patient)
                world.most_sends = max(world.most_sends, counted)
                if counted >= world.max_sends:
                    raise
                pause = error
            else:
                turn.replied(headers, usage)
                return
        with patience.deadline.standing_still() if patience.patient else nullcontext():
            await asyncio.sleep(0.5 * 2 ** (tries - 1) if tries < 6 else 20)
        del pause


def simulate(world: World, attempt: Attempt, documents: Iterator[Document], seconds: float) -> World:
    """Have the workers send documents for so many seconds of virtual time, or until there are no more."""

    async def worker() -> None:
        for document in documents:
            if virtualtime.now() - world.started >= seconds:
                return
            try:
                await attempt(world, document)
            except (ServerError, ConnectError, RateLimitError, PausedError, TimeoutError) as error:
                world.failed.append(error)
            else:
                world.done.append(virtualtime.now() - world.started)

    async def main() -> None:
        world.started = virtualtime.now()
        tasks = [asyncio.create_task(worker()) for _ in range(world.workers)]
        if seconds < float("inf"):
            await asyncio.wait(tasks, timeout=seconds)
            for task in tasks:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    virtualtime.run(main())
    return world


def virtual_limiter(rpm: float | None = None, tpm: float | None = None) -> Limiter:
    """Make a limiter that lives in virtual time."""
    limiter = Limiter(clock=virtualtime.now)
    limiter.configure(rpm, tpm)
    return limiter


def used(world: World, seconds: float, limit: float) -> float:
    """Give the share of a limit of requests a minute that was used."""
    return world.accepted(0, seconds) / (limit * seconds / MINUTE)
