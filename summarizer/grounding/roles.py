"""Checks who did what to whom, where names have changed places and the words around them have not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.alignment import runs
from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage

_JOINING = frozenset({"and", "or", "versus", "vs", "with", "both", "between", "nor"})
_EDGE = ""
_CLOSE = 0.6


class _Named(NamedTuple):
    """A run of names, with the words at its sides."""

    stems: frozenset[str]
    first: int
    last: int
    before: str
    after: str


def roles(case: Case) -> Iterator[Finding]:
    """Find a name that stands between the words that are another name's in the evidence, and not between its own."""
    if not case.claim.has(Tag.NAME) or case.alignment.closeness < _CLOSE:
        return
    moved = [mine for mine in _runs(case.claim) if not _is_beside_its_own(case, mine)]
    if not moved:
        return
    # No name has a side in the sentence before: the runs are those of each sentence by itself.
    sentences = [case.article.sentences[number] for number in case.cited]
    given = [(run, sentence) for sentence in sentences for run in _runs(sentence)]
    for mine in moved:
        own = [other for other, _ in given if not other.stems.isdisjoint(mine.stems)]
        if not own or any(_shares_side(mine, other) for other in own):
            continue
        for other, sentence in given:
            if other.stems.isdisjoint(mine.stems) and _fits(mine, other) and _is_in(case.claim, other):
                there, here = sentence.written(other.first, other.last), case.claim.written(mine.first, mine.last)
                message = f"the evidence has {there} here, not {here}"
                yield Finding("roles", message, mine.first, mine.last, grave=True)
                break


@kept
def _runs(passage: Passage) -> list[_Named]:
    return list(_read(passage))


def _read(passage: Passage) -> Iterator[_Named]:
    words = passage.words
    for first, after in runs([place for place in passage.tagged(Tag.NAME) if words[place].is_name]):
        left = words[first - 1].stem if first else _EDGE
        right = words[after].stem if after < len(words) else _EDGE
        yield _Named(frozenset([word.stem for word in words[first:after]]), first, after - 1, left, right)


def _is_beside_its_own(case: Case, mine: _Named) -> bool:
    """Tell at a glance whether the evidence has the name beside the same word: then it shares a side with its own."""
    places, words = case.alignment.places, case.evidence.words
    first, last = places[mine.first], places[mine.last]
    if mine.first and first > 0 and places[mine.first - 1] == first - 1 and case.start_of(first) < first:
        return words[first].is_name and not words[first - 1].is_name
    if last >= 0 and mine.last + 1 < len(places) and places[mine.last + 1] == last + 1 < case.end_of(last):
        return words[last].is_name and not words[last + 1].is_name
    return False


def _shares_side(mine: _Named, other: _Named) -> bool:
    return (mine.before == other.before != _EDGE) or (mine.after == other.after != _EDGE)


def _fits(mine: _Named, other: _Named) -> bool:
    """Tell whether a name stands where another one does: the same words at both sides, or an edge at one."""
    if mine.before in _JOINING or mine.after in _JOINING:
        return False
    before = mine.before == other.before or _EDGE in {mine.before, other.before}
    after = mine.after == other.after or _EDGE in {mine.after, other.after}
    return before and after and _shares_side(mine, other)


def _is_in(claim: Passage, other: _Named) -> bool:
    return any(stem in claim.last for stem in other.stems)
