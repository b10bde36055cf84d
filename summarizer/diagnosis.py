"""Finds out what would run: the facts behind `summarizer doctor`."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from summarizer import engines
from summarizer.article import Article
from summarizer.brief import Statement
from summarizer.errors import SummarizerError
from summarizer.kinds import Kind
from summarizer.render.safe import visible
from summarizer.settings import config_path
from summarizer.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.engines.openai import OpenAIEngine
    from summarizer.settings import Settings

_MODES = {
    "json_schema": "structured outputs, enforced by the server (strict json_schema)",
    "tools": "tool calls",
    "json": "plain JSON, the schema in the prompt",
}
#: Seconds for one call; a model that has to be loaded first may take most of them.
PATIENCE = 60.0
_SAMPLE = "The harbour office said on Monday that the north pier will stay closed until repairs are finished in June."


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the diagnosis; `is_well` is False where something has to be mended."""

    name: str
    text: str
    is_well: bool = True


class _Probe(BaseModel):
    """The small question that a model is asked."""

    closed: Statement


def diagnose(settings: Settings, *, ask: bool) -> Iterator[Fact]:
    """Give the facts one by one; those about the endpoint as they are found out. No fact holds a key."""
    name, why = engines.choose(settings)
    yield Fact("version", VERSION)
    yield Fact("config", f"{visible(str(config_path()))} ({'read' if config_path().is_file() else 'not there'})")
    if name not in engines.names():
        there_are = f"there is no such engine; there are auto, {', '.join(engines.names())}"
        yield Fact("engine", f"{visible(name)}: {there_are}", is_well=False)
        return
    yield Fact("engine", f"{visible(name)}: {why}")
    if name != "openai":
        return
    yield Fact("model", f"{visible(settings.model or 'none')} (from: {visible(settings.origin_of('model'))})")
    yield Fact("endpoint", f"{visible(settings.base_url)} (from: {visible(settings.origin_of('base_url'))})")
    key = f"set (from: {visible(settings.origin_of('api_key'))})" if settings.api_key else "not set"
    yield Fact("key", key, is_well=settings.api_key is not None or settings.is_local)
    yield from _endpoint(settings, ask=ask)


def _endpoint(settings: Settings, *, ask: bool) -> Iterator[Fact]:
    from summarizer.engines.openai import create  # noqa: PLC0415 - openai takes two seconds to import

    try:
        engine = create(_impatient(settings))
    except SummarizerError as error:
        yield Fact("reachable", f"not tried: {error}", is_well=False)
        return
    with asyncio.Runner() as runner:
        try:
            reached = runner.run(_reached(engine, settings.model or ""))
            yield reached
            if ask and reached.is_well:
                yield runner.run(_answer(engine))
        finally:
            runner.run(engine.aclose())


def _impatient(settings: Settings) -> Settings:
    """Wait for a small answer only as long as somebody looks at the screen, and do not ask for it twice."""
    once, all_tries = min(settings.timeout, PATIENCE), min(settings.total_timeout, 2 * PATIENCE)
    return replace(settings, resend_unknown=False, timeout=once, total_timeout=all_tries)


async def _reached(engine: OpenAIEngine, model: str) -> Fact:
    try:
        models = await engine.models()
    except SummarizerError as error:
        # Some servers have no list of models and answer all the same; the question to the model will tell.
        return Fact("reachable", f"no: {error}", is_well=getattr(error, "status", None) == _NOT_FOUND)
    known = "the model is among them" if model in models else "the model is not in its list"
    return Fact("reachable", f"yes, {len(models)} model{'s' * (len(models) != 1)} listed; {known}" if models else "yes")


async def _answer(engine: OpenAIEngine) -> Fact:
    article = Article.from_text((_SAMPLE + " ") * 3, language="en", title="Pier stays closed")
    started = time.monotonic()
    try:
        draft = await engine.write(article, Kind.of(_Probe))
    except SummarizerError as error:
        return Fact("answers", f"no: {error}", is_well=False)
    seconds, tokens = time.monotonic() - started, draft.tokens
    spent = f"{tokens.input + tokens.output} tokens" if not tokens.unknown else "tokens not told"
    return Fact("answers", f"yes, in {seconds:.1f} s ({spent}), as {_MODES[engine.mode]}")


_NOT_FOUND = 404
