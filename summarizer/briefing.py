"""One article, one brief: the only place where the steps meet."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from summarizer.brief import Provenance
from summarizer.engines import Asks, total
from summarizer.errors import KindError
from summarizer.grounding import ground
from summarizer.kinds import brief_kind
from summarizer.mending import mend
from summarizer.version import VERSION

if TYPE_CHECKING:
    from summarizer.article import Article
    from summarizer.brief import Mending
    from summarizer.engines import Draft, Engine
    from summarizer.kinds import Kind

B = TypeVar("B", bound=BaseModel)


async def brief_article(article: Article, kind: Kind[B], engine: Engine, *, max_mends: int = 2) -> B:
    """Have the engine write, ground what it wrote, have it mend what failed, and put the frame around it."""
    if engine.built_in_kind_only and kind is not brief_kind():
        raise KindError(
            f"the engine {engine.name} writes the built-in kind only; a prompt or schema of your own needs a model"
        )
    started = time.monotonic()
    draft = await engine.write(article, kind)
    ground(draft.content, article)
    mended: list[Mending] = []
    if isinstance(engine, Asks) and max_mends:
        more, mended = await mend(draft.content, article, engine, rounds=max_mends)
        draft = total(draft, more)
    provenance = _provenance(kind, engine, draft, time.monotonic() - started)
    provenance.mended = mended
    return kind.wrap(draft.content, article, provenance)


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
