"""How users write it, for the type checker: this file is checked by mypy and never run."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, assert_type

from pydantic import BaseModel

from summarizer import (
    Article,
    Brief,
    CustomBrief,
    Finding,
    Kind,
    NextStep,
    Party,
    Prompt,
    Quotation,
    Sentence,
    Span,
    Stake,
    Statement,
    Summarizer,
    Threat,
    TransportError,
    Verdict,
    check_brief,
)
from summarizer.engines import Draft, Engine
from summarizer.render import render

if TYPE_CHECKING:
    from summarizer.settings import Settings


class Guidance(BaseModel):
    """A shape of one's own."""

    revenue: Statement
    risks: list[Statement]


def built_in_kind() -> None:
    with Summarizer() as summarizer:
        assert_type(summarizer, Summarizer[Brief])
        brief = summarizer.brief(Path("article.txt"))
        summarizer.brief("article.txt")
        summarizer.brief(Article.from_text("...", published=dt.date(2026, 3, 12)))
    assert_type(brief, Brief)
    assert_type(brief.headline, Statement)
    assert_type(brief.parties, list[Party])
    assert_type(brief.stakes, list[Stake])
    assert_type(brief.threats, list[Threat])
    assert_type(brief.next_steps, list[NextStep])
    assert_type(brief.quotations, list[Quotation])
    assert_type(brief.gaps, list[str])
    assert_type(brief.parties[0].wants, Statement | None)
    assert_type(brief.threats[0].evidence[0], Span)
    assert_type(brief.threats[0].verdict, Verdict)
    assert_type(brief.provenance.tokens.input, int)


def with_settings() -> None:
    summarizer = Summarizer(
        model="m", base_url="http://127.0.0.1:8000/v1", mode="tools", timeout=30, record=Path("run.yaml")
    )
    assert_type(summarizer, Summarizer[Brief])
    summarizer.close()


async def without_blocking() -> None:
    async with Summarizer(engine="extractive") as summarizer:
        briefs = await asyncio.gather(summarizer.abrief(Path("a.txt")), summarizer.abrief(Path("b.txt")))
    assert_type(briefs, tuple[Brief, Brief])


def kind_of_ones_own() -> None:
    kind = Kind.of(Guidance, Path("prompt.md"))
    assert_type(kind, Kind[CustomBrief[Guidance]])
    assert_type(Kind.of(Guidance, Prompt.load(Path("prompt.md"))), Kind[CustomBrief[Guidance]])
    with Summarizer(kind=kind, replay=Path("run.yaml")) as summarizer:
        brief = summarizer.brief(Path("report.txt"))
    assert_type(brief, CustomBrief[Guidance])
    assert_type(brief.content.risks, list[Statement])
    assert_type(kind.load(b"{}"), CustomBrief[Guidance])


class OwnEngine:
    """An engine of one's own needs no base class."""

    name = "own"
    built_in_kind_only = False

    async def write(self, article: Article, kind: Kind[Any]) -> Draft:
        """Write nothing."""
        return Draft(kind.validate("{}", article), model="own-1", tries=1, flags=("reply_cleaned",))

    async def aclose(self) -> None:
        """Close nothing."""


def create(settings: Settings) -> Engine:
    del settings
    return OwnEngine()


def engine_of_ones_own() -> None:
    assert_type(Summarizer(engine=OwnEngine()), Summarizer[Brief])


def failing(summarizer: Summarizer[Brief]) -> float | None:
    try:
        summarizer.brief(Path("article.txt"))
    except TransportError as error:
        assert_type(error.status, int | None)
        assert_type(error.possibly_paid, bool)
        assert_type(error.tries, int)
        return error.retry_after
    return None


def page(brief: Brief, article: Article, stream: TextIO) -> None:
    render(brief, "html", stream, article=article)
    render(brief, "html", stream)


def checking(brief: Brief, article: Article) -> None:
    assert_type(check_brief(brief, article), list[Finding])
    assert_type(article.sentences, tuple[Sentence, ...])
