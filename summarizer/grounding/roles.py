"""Checks who did what to whom, where names have changed places and the words around them have not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage

_JOINING = frozenset({"and", "or", "versus", "vs", "with", "both", "between", "nor"})
_EDGE = ""
_CLOSE = 0.6


@dataclass(frozen=True, slots=True)
class _Named:
    """A run of names, with the words at its sides."""

    stems: frozenset[str]
    first: int
    last: int
    before: str
    after: str


def roles(case: Case) -> Iterator[Finding]:
    """Find a name that stands between the words that are another name's in the evidence, and not between its own."""
    given = _given(case)
    if len(given) < 2 or case.alignment.closeness < _CLOSE:  # noqa: PLR2004
        return
    for mine in _runs(case.claim):
        own = [other for other in given if other.stems & mine.stems]
        if not own or any(_shares_side(mine, other) for other in own):
            continue
        for other in given:
            if not other.stems & mine.stems and _fits(mine, other) and _is_in(case.claim, other):
                message = f"the evidence has {_written(case.evidence, other)} here, not {_written(case.claim, mine)}"
                yield Finding("roles", message, mine.first, mine.last, grave=True)
                break


def _given(case: Case) -> list[_Named]:
    """Give the runs of the evidence's sentences: no name has a side in the sentence before."""
    found: list[_Named] = []
    start = 0
    for number in case.cited:
        sentence = case.article.sentences[number]
        found += [replace(run, first=run.first + start, last=run.last + start) for run in _runs(sentence)]
        start += len(sentence.words)
    return found


def _runs(passage: Passage) -> list[_Named]:
    known: list[_Named] | None = passage.__dict__.get("_named_runs")
    if known is None:
        known = passage.__dict__["_named_runs"] = list(_read(passage))
    return known


def _read(passage: Passage) -> Iterator[_Named]:
    words = passage.words
    named = [place for place, word in enumerate(words) if word.is_name]
    first = 0
    for at, last in enumerate(named, start=1):
        if at < len(named) and named[at] == last + 1:
            continue
        run, first = words[named[first] : last + 1], at
        begin, after = last + 1 - len(run), last + 1
        left = words[begin - 1].stem if begin else _EDGE
        right = words[after].stem if after < len(words) else _EDGE
        yield _Named(frozenset([word.stem for word in run]), begin, last, left, right)


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
    return any(stem in claim.positions for stem in other.stems)


def _written(passage: Passage, named: _Named) -> str:
    start, end = passage.span(named.first, named.last)
    return passage.text[start:end]
