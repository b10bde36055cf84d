"""What a process is asked to do, one item at a time; whatever goes wrong with one is a result like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from summarizer.batch.extracting import Extracted, Packed, extract
from summarizer.batch.finishing import Drafted, Finished, Nothing, Unfinished, finish
from summarizer.batch.listing import Source
from summarizer.batch.planning import Planned, planned
from summarizer.errors import SummarizerError


@dataclass(frozen=True, slots=True)
class Failed:
    """A source that could not be read, or an article without a brief: the error's name and its one line."""

    source: Any
    kind: str
    message: str


Item = Source | Packed | Drafted | Nothing
Result = Planned | Extracted | Finished | Unfinished | Failed


def plan(source: Source) -> Planned | Failed:
    """Read a source."""
    try:
        return planned(source)
    except SummarizerError as error:
        return Failed(source, type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - a page that brings out a fault of ours costs that page only
        return Failed(source, type(error).__name__, _OURS)


def do(item: Item) -> Result:
    """Read a source, brief an article, or finish what an engine wrote about one."""
    if isinstance(item, Source):
        return plan(item)
    try:
        return finish(item) if isinstance(item, (Drafted, Nothing)) else extract(item)
    except SummarizerError as error:
        return Failed(item, type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - as above
        return Failed(item, type(error).__name__, _OURS)


_OURS = "the article cannot be read: a fault of this program; please report it"
