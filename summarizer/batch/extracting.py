"""Writes one extractive brief, in a process where that is all there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from summarizer.batch.packing import unpack

if TYPE_CHECKING:
    import asyncio


@dataclass(frozen=True, slots=True)
class Packed:
    """An article that is to be briefed: its id, and what `packing.pack` made of it."""

    id: str
    packed: bytes


@dataclass(frozen=True, slots=True)
class Extracted:
    """The brief of such an article, as compact JSON."""

    json: bytes


def extract(item: Packed) -> Extracted:
    """Brief an article; raises what `unpack` and the extractive engine raise."""
    from summarizer.briefing import brief_article  # noqa: PLC0415 - not for a process that only reads
    from summarizer.engines.extractive import ExtractiveEngine  # noqa: PLC0415
    from summarizer.kinds import brief_kind  # noqa: PLC0415
    from summarizer.render.json import compact_json  # noqa: PLC0415

    article = unpack(item.packed, source=item.id)
    brief = _runner().run(brief_article(article, brief_kind(), ExtractiveEngine(), max_mends=0))
    return Extracted(compact_json(brief))


@lru_cache(maxsize=1)
def _runner() -> asyncio.Runner:
    """Give the one event loop of this process: opening one costs more than the little that runs in it."""
    import asyncio  # noqa: PLC0415

    return asyncio.Runner()
