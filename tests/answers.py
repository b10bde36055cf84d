"""Articles and answers for tests of the model engine, and the few lines that run many of them."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from summarizer.article import Article, Sentence
from summarizer.engines.openai import OpenAIEngine
from summarizer.kinds import brief_kind
from summarizer.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from summarizer.engines import Draft
    from summarizer.kinds import Kind
    from tests.faultserver import FaultServer

#: `FULL=1` runs the sizes that the pass bars name; the suite runs the same code with fewer documents.
FULL = os.environ.get("FULL") == "1"

T = TypeVar("T")

KEY = "sk-canary-9f3b1c77d0e24a58"
QUOTE = "We will not pay a single crown of it"
STORY = (
    "Norvania said on Monday it would impose a 25% tariff on cars from Kelmaria.",
    f"“{QUOTE},” the trade minister of Kelmaria told reporters.",
    "The two sides will meet next Thursday.",
)


def size(suite: T, full: T) -> T:
    """Choose how many documents, or which cases, a test takes."""
    return full if FULL else suite


def key_of(number: int) -> str:
    """Give the key under which the fault server counts an article."""
    return f"DOC-{number:06d}"


def article(number: int = 0, *more: str) -> Article:
    """Build an article of a paragraph, with its key in the first sentence and `more` sentences at the end."""
    return article_of(f"{key_of(number)}: {STORY[0]}", *STORY[1:], *more)


def article_of(*sentences: str, title: str | None = "Tariffs") -> Article:
    """Build an article of these very sentences, one space between them."""
    text = " ".join(sentences)
    built, start = [], 0
    for index, sentence in enumerate(sentences, 1):
        built.append(Sentence(index, start, start + len(sentence), 0, text))
        start += len(sentence) + 1
    return Article(text=text, sentences=tuple(built), title=title)


def good(**changes: object) -> dict[str, Any]:
    """Give an answer that fits the schema and the story; `changes` replace its parts."""
    parties = [_party("Norvania", 1, "said it would impose a tariff"), _party("Kelmaria", 2, "said no")]
    quotation = {**_carried(2), "speaker": "Kelmaria", "words": QUOTE}
    step = {**_stated("The two sides will meet", 3), "who": ["Norvania"], "when": "next Thursday"}
    return {
        "headline": _stated("Norvania said it would impose a tariff on cars", 1),
        "bottom_line": _stated("Norvania said on Monday it would impose a 25% tariff on cars.", 1),
        "parties": parties,
        "stakes": [],
        "threats": [],
        "next_steps": [{**step, "certainty": "scheduled"}],
        "quotations": [quotation],
        "gaps": [],
        **changes,
    }


def good_text(**changes: object) -> str:
    """Give a good answer as a model writes it."""
    return json.dumps(good(**changes))


def unknown_party() -> str:
    """Give an answer in which somebody acts who is no party."""
    step = {**good()["next_steps"][0], "who": ["Zubrovia"]}
    return good_text(next_steps=[step])


def altered_quotation() -> str:
    """Give an answer that quotes words which nobody said."""
    quotation = {**good()["quotations"][0], "words": "We will pay every single crown of it"}
    return good_text(quotations=[quotation])


def no_such_sentence(number: int = 97) -> str:
    """Give an answer that cites a sentence which the article does not have."""
    return good_text(headline=_stated("Norvania said it would impose a tariff on cars", number))


def _carried(*evidence: int) -> dict[str, Any]:
    return {"evidence": list(evidence), "attribution": None}


def _stated(text: str, *evidence: int) -> dict[str, Any]:
    return {**_carried(*evidence), "text": text}


def _party(name: str, sentence: int, role: str) -> dict[str, Any]:
    return {
        **_carried(sentence),
        "name": name,
        "kind": "government",
        "role": role,
        "wants": None,
        "aliases": [],
    }


def settings_for(base_url: str, **more: Any) -> Settings:
    """Give settings for a server on loopback: mode known, so that a document is one call; no mending."""
    return Settings(**{"model": "m", "base_url": base_url, "mode": "json_schema", "max_mends": 0, **more})


async def write_all(
    settings: Settings, articles: Iterable[Article], kind: Kind[Any] | None = None
) -> list[Draft | BaseException]:
    """Write all of them at once on one engine; failures are given, not raised."""
    engine = OpenAIEngine(settings)
    try:
        calls = (engine.write(one, kind or brief_kind()) for one in articles)
        return await asyncio.gather(*calls, return_exceptions=True)
    finally:
        await engine.aclose()


def run(base_url: str, articles: int | Iterable[Article] = 1, **settings: Any) -> list[Any]:
    """Write so many articles, or these, in a loop of their own, and give drafts and errors in order."""
    chosen = [article(n) for n in range(articles)] if isinstance(articles, int) else articles
    return asyncio.run(write_all(settings_for(base_url, **settings), chosen))


def run_one(base_url: str, one: Article | None = None, **settings: Any) -> Any:
    """Write one article and give its draft or its error."""
    return run(base_url, [one or article()], **settings)[0]


def record_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Have retries and holds wait for nothing, and note how long they would have."""
    from summarizer.engines.openai import retries
    from summarizer.engines.openai.limits import limiter, tickets

    waits: list[float] = []
    pause, skipped = tickets.pause, [0.0]

    async def held(woken: asyncio.Future[None], seconds: float) -> None:
        if seconds == math.inf:
            return await pause(woken, seconds)
        skipped[0] += seconds
        return await noted(seconds)

    async def noted(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(retries, "sleep", noted)
    monkeypatch.setattr(tickets, "pause", held)
    monkeypatch.setattr(limiter, "clock", lambda: time.monotonic() + skipped[0])
    return waits


def messages_of(body: bytes) -> str:
    """Give all that a request tells the model, as one text."""
    return "\n".join(_told(message) for message in json.loads(body)["messages"])


def _told(message: dict[str, Any]) -> str:
    calls = message.get("tool_calls") or ()
    return "\n".join([message.get("content") or "", *(call["function"]["arguments"] for call in calls)])


def wait_for_calls(server: FaultServer, count: int) -> None:
    """Wait until so many calls have come in; to be called from a thread that may block."""
    while server.stats.calls < count:
        time.sleep(0.01)


def memory(field: str = "VmRSS") -> int:
    """Give the bytes that this process holds (`VmRSS`), or held at most (`VmHWM`)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) * 1024


def forget_peak() -> None:
    """Have `VmHWM` start anew from what is held now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
