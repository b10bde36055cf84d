"""One article, one brief: the only place where the steps meet."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

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
    writing = await begin(article, kind, engine)
    ground(writing.draft.content, article)
    return await writing.finish(max_mends)


async def begin(article: Article, kind: Kind[B], engine: Engine) -> Writing[B]:
    """Have the engine write; nothing is grounded yet."""
    if engine.built_in_kind_only and kind is not brief_kind():
        raise KindError(
            f"the engine {engine.name} writes the built-in kind only; a prompt or schema of your own needs a model"
        )
    started = time.monotonic()
    draft = await engine.write(article, kind)
    return Writing(article, kind, engine, draft, started)


@dataclass(slots=True)
class Writing(Generic[B]):
    """A brief under way: what the engine wrote about an article, and what was mended since."""

    article: Article
    kind: Kind[B]
    engine: Engine
    draft: Draft
    started: float
    mended: list[Mending] = field(default_factory=list)

    def mender(self, rounds: int) -> Asks | None:
        """Give the engine where it can be asked for single items, so often."""
        return self.engine if rounds > 0 and isinstance(self.engine, Asks) else None

    async def finish(self, max_mends: int) -> B:
        """Have what failed mended, where the content is grounded, and put the frame around it."""
        mender = self.mender(max_mends)
        if mender is not None:
            more, self.mended = await mend(self.draft.content, self.article, mender, rounds=max_mends)
            self.draft = total(self.draft, more)
        return self.kind.wrap(self.draft.content, self.article, self.provenance())

    def replace(self, content: BaseModel) -> None:
        """Go on with other content, such as the same, grounded elsewhere."""
        self.draft = replace(self.draft, content=content)

    def provenance(self) -> Provenance:
        """Say where the brief comes from and what it took until now."""
        draft, asked = self.draft, None if self.engine.built_in_kind_only else self.kind.prompt
        return Provenance(
            engine=self.engine.name,
            model=draft.model,
            kind=self.kind.name,
            prompt=asked.name if asked else None,
            prompt_hash=asked.sha256 if asked else None,
            tool_version=VERSION,
            tokens=draft.tokens,
            cost=draft.cost,
            tries=draft.tries,
            seconds=round(time.monotonic() - self.started, 3),
            created=dt.datetime.now(dt.UTC).replace(microsecond=0),
            flags=list(draft.flags),
            mended=self.mended,
        )
