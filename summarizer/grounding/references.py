"""What inside a brief must agree with the rest of it: names with the parties, quotations with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.brief import Content, Evidenced, NextStep, Quotation, Stake, Statement, Threat, evidenced
from summarizer.grounding.wording import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference that leads nowhere, and where in the content it stands."""

    where: str
    check: str
    message: str
    found: str


def reference_problems(
    content: BaseModel, items: Sequence[tuple[str, Evidenced]] | None = None, *, are_located: bool = False
) -> list[Reference]:
    """Find names that are no party, quotations that are not verbatim and times that the evidence does not hold.

    `items` is what `evidenced` gives for the content, where that is known. Where times `are_located`, one that the
    evidence does not hold has no place.
    """
    parties = {party.name for party in content.parties} if isinstance(content, Content) else None
    found: list[Reference] = []
    for path, item in evidenced(content) if items is None else items:
        if type(item) is Statement:
            continue
        if parties is not None:
            found += _names(path, item, parties)
        if isinstance(item, Quotation):
            found += _words(path, item)
        elif isinstance(item, NextStep):
            found += _phrase(path, item, are_located=are_located)
    return found


def _names(path: str, item: Evidenced, parties: set[str]) -> Iterator[Reference]:
    for field, names in _named(item):
        for name in names:
            if name not in parties:
                message = f'"{name}" is not the name of a party of this brief'
                yield Reference(f"{path}.{field}", "party", message, name)


def _named(item: Evidenced) -> Sequence[tuple[str, list[str]]]:
    """Give the fields of an item that name parties."""
    if isinstance(item, Threat):
        return ("who", item.who), ("against", item.against)
    if isinstance(item, NextStep):
        return (("who", item.who),)
    if isinstance(item, Stake):
        return (("for_whom", item.for_whom),)
    return (("speaker", [item.speaker]),) if isinstance(item, Quotation) else ()


def _words(path: str, item: Quotation) -> Iterator[Reference]:
    if find_words(item.words, item.evidence) is None:
        message = "these words do not stand in the cited sentences as they are; copy them exactly or leave them out"
        yield Reference(f"{path}.words", "quotation", message, item.words)


def _phrase(path: str, item: NextStep, *, are_located: bool) -> Iterator[Reference]:
    when = item.when
    if when is None:
        return
    if when.start is None if are_located else find_words(when.phrase, item.evidence) is None:
        message = f'"{when.phrase}" does not stand in the cited sentences; copy the article\'s own words for the time'
        yield Reference(f"{path}.when", "when", message, when.phrase)
