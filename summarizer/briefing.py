"""One article, one brief: the only place where the steps meet."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from summarizer.brief import Provenance
from summarizer.errors import KindError
from summarizer.grounding import ground
from summarizer.kinds import brief_kind
from summarizer.version import VERSION

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.engines import Draft, Engine
    from summarizer.kinds import Kind

B = TypeVar("B", bound=BaseModel)


async def brief_article(article: Article, kind: Kind[B], engine: Engine) -> B:
    """Have the engine write, ground what it wrote, and put the frame around it."""
    if engine.built_in_kind_only and kind is not brief_kind():
        raise KindError(
            f"the engine {engine.name} writes the built-in kind only; a prompt or schema of your own needs a model"
        )
    started = time.monotonic()
    draft = await engine.write(article, kind)
    ground(draft.content, article)
    return kind.wrap(draft.content, article, _provenance(kind, engine, draft, time.monotonic() - started))


def _provenance(kind: Kind[Any], engine: Engine, draft: Draft, seconds: float) -> Provenance:
    asked = None if engine.built_in_kind_only else kind.prompt
    return Provenance(
        engine=engine.name,
        model=draft.model,
        kind=kind.name,
        prompt=asked.name if asked else None,
        prompt_hash=asked.sha256 if asked else None,
        tool_version=VERSION,
        tokens=draft.tokens,
        cost=draft.cost,
        tries=draft.tries,
        seconds=round(seconds, 3),
        created=dt.datetime.now(dt.UTC).replace(microsecond=0),
        flags=list(draft.flags),
    )
