"""Checks what came first, and what brought about what: "X because Y" is not "Y because X"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.once import kept
from summarizer.grounding.voice import is_apart, until_mark
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage

_LONGEST = 14


class _Parts(NamedTuple):
    """The words of substance of what comes later, or follows from it, and of what comes first, by stem."""

    later: frozenset[str]
    earlier: frozenset[str]
    place: int


def order(case: Case) -> Iterator[Finding]:
    """Find what the evidence has the other way round: as the cause or the later of two things."""
    if not (case.claim.has(Tag.ORDER) and case.evidence.has(Tag.ORDER)):
        return
    mine = _all_parts(case.claim)
    given = [parts for number in case.cited for parts in _all_parts(case.article.sentences[number])]
    for parts in mine:
        if any(_are_crossed(parts, other) for other in given) and not any(_agree(parts, other) for other in given):
            word = case.claim.words[parts.place].text
            message = f'the evidence has what stands before and behind "{word}" the other way round'
            yield Finding("order", message, parts.place, parts.place, grave=True)


def _are_crossed(one: _Parts, other: _Parts) -> bool:
    return not (one.later.isdisjoint(other.earlier) or one.earlier.isdisjoint(other.later))


def _agree(one: _Parts, other: _Parts) -> bool:
    """Tell whether as much stands on the same sides as has changed them: who does both may be told with either."""
    same = len(one.later & other.later) + len(one.earlier & other.earlier)
    return same > 0 and same >= len(one.later & other.earlier) + len(one.earlier & other.later)


@kept
def _all_parts(passage: Passage) -> list[_Parts]:
    words = passage.words
    found = []
    for place in passage.tagged(Tag.ORDER):
        first, second = _parts(passage, place)
        if first and second:
            # "Before" joins what comes later; "after" and "because" what comes first, or is the cause.
            later, earlier = (second, first) if words[place].lower == "before" else (first, second)
            found.append(_Parts(later, earlier, place))
    return found


def _parts(passage: Passage, place: int) -> tuple[frozenset[str], frozenset[str]]:
    """Give what a joining word joins something to, and what it joins: "After it rained, they left" too."""
    count = len(passage.words)
    end = until_mark(passage, place + 1, _LONGEST)
    joined = range(place + 1, end)
    is_first = place == 0 or is_apart(passage, place - 1)
    if not is_first:
        start = place
        while start > max(0, place - _LONGEST) and not is_apart(passage, start - 1):
            start -= 1
        return _stems(passage, range(start, place)), _stems(passage, joined)
    if end >= count or not passage.between(end - 1, end).startswith(","):
        return frozenset(), frozenset()
    return _stems(passage, range(end, until_mark(passage, end, _LONGEST))), _stems(passage, joined)


def _stems(passage: Passage, places: range) -> frozenset[str]:
    return frozenset([passage.words[at].stem for at in places if passage.words[at].is_content])
