"""Who says it: the subjects of verbs of saying, and sentences that are somebody's word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from summarizer.extractive.grammar import verb_after

if TYPE_CHECKING:
    from summarizer.extractive.actors import Actor
    from summarizer.extractive.cast import Cast
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line

_CLOSED = frozenset(",\"”’'»?!—–")
_INVERTED_REACH = 8
_BE = frozenset({"was", "were", "is", "are", "been", "be", "being"})


class Saying(NamedTuple):
    """A verb of saying in a line: where it stands and who its subject is."""

    start: int
    end: int
    lower: str
    actor: Actor


def sayings(cast: Cast, index: int) -> list[Saying]:
    """Find the verbs of saying of a line whose subject is known, from left to right."""
    line = cast.lines[index]
    found: list[Saying] = []
    for place, word in enumerate(line.words):
        if word.lower in cast.lexicon.saying:
            actor = _agent(cast, index, place) if _is_passive(line, place) else subject(cast, index, place)
            if actor is not None:
                found.append(Saying(word.start, word.end, word.lower, actor))
    return found


def _is_passive(line: Line, verb: int) -> bool:
    return verb > 0 and line.words[verb - 1].lower in _BE


def _agent(cast: Cast, index: int, verb: int) -> Actor | None:
    """Give X of "was described by X"."""
    line = cast.lines[index]
    if verb + 1 >= len(line.words) or line.words[verb + 1].lower != "by":
        return None
    pair = cast.behind(index, line.words[verb + 1].end)
    return pair[1] if pair and pair[0].role_start - line.words[verb + 1].end <= 5 else None  # noqa: PLR2004


def subject(cast: Cast, index: int, verb: int) -> Actor | None:
    """Give the subject of the verb at word `verb`: the name before it, behind it, or whom a pronoun means."""
    line = cast.lines[index]
    before = [
        (m, a)
        for m, a in cast.at(index)
        if m.last < verb and m in a.acts and _reaches(line, m.last, verb, cast.lexicon)
    ]
    if before:
        return max(before, key=lambda pair: (pair[0].end, -pair[0].start))[1]
    place = verb - 1
    while place >= 0 and line.words[place].lower in cast.lexicon.adverbs and line.gap(place) == " ":
        place -= 1
    if place >= 0 and line.words[place].lower in ("he", "she"):
        return cast.person_before(index, line.words[place].start)
    return _inverted(cast, index, verb)


def _reaches(line: Line, last: int, verb: int, lexicon: Lexicon) -> bool:
    """Tell whether the subject ending at word `last` is that of the verb at word `verb`."""
    first = verb_after(line, last, lexicon)
    while first is not None and first < verb and line.words[first].lower in lexicon.adverbs:
        first += 1
    return first == verb


def _inverted(cast: Cast, index: int, verb: int) -> Actor | None:
    """Give the name behind the verb in '..., said the union's head, X'."""
    line = cast.lines[index]
    before = line.text[: line.words[verb].start].rstrip()
    if before and before[-1] not in _CLOSED:
        return None
    pair = cast.behind(index, line.words[verb].end)
    if pair is None or pair[0].first - verb > _INVERTED_REACH:
        return None
    between = line.text[line.words[verb].end : pair[0].start]
    is_clean = not re.search(r"[.;:\"“”]", between) and "that" not in between.split()
    return pair[1] if is_clean else None


def attribution(cast: Cast, index: int) -> str | None:
    """Give whose word a line is, by a verb of saying or "according to"; None for the article itself."""
    verbs = cast.lexicon.words("attribution", "verbs")
    for saying in sayings(cast, index):
        if saying.lower in verbs:
            return saying.actor.name
    return _according(cast, index)


def _according(cast: Cast, index: int) -> str | None:
    line = cast.lines[index]
    found = cast.lexicon.search(line.text, "attribution", "according")
    if found is None:
        return None
    rest = line.text[found.end() :].strip()
    pair = cast.behind(index, found.end())
    if pair is not None and pair[0].role_start - found.end() <= 6:  # noqa: PLR2004
        return pair[1].name
    source = re.split(r"[,.;:]\s|[.,]$", rest)[0].strip()
    return source[:200] or None
