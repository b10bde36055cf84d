"""Checks how many of them, and how much of it: "all" for "two of the three", "most" for "fewer than half"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.voice import DETERMINERS
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

#: Words between "all" or "most of" and what there are so many of.
_REACH = 4
#: Parts told of in the evidence that are looked at.
_MOST = 16
#: What the check looks at in a claim; more leaves nobody out where the evidence has it.
_ALL = frozenset({"all", "every", "everybody", "everyone"})
#: The side of a half that a share is on.
Share = Literal["more", "half", "less"]

_SHARES: dict[str, Share] = {"most": "more", "majority": "more", "half": "half", "minority": "less"}
_COMPARED: dict[str, Share] = {"more": "more", "over": "more", "fewer": "less", "less": "less", "under": "less"}


_UNANIMOUS = frozenset({"unanimous", "unanimously"})
_VERSUS = frozenset({"to", "against"})
_VOTES = frozenset({"vote", "votes", "voted", "ballot"})
_COUNTED = frozenset({"vote", "votes", "for", "in", "favour", "favor"})


class _Shared(NamedTuple):
    """A share, the word that tells it, and the stem of what it is a share of."""

    share: Share
    place: int
    of: str


def quantifiers(case: Case) -> Iterator[Finding]:
    """Find more or less of something than the evidence tells of."""
    if case.claim.has(Tag.QUANTIFIER):
        yield from _all_of(case)
        yield from _shares_of(case)
        yield from _unanimous(case)
    if case.evidence.has(Tag.QUANTIFIER):
        yield from _wholes(case)


def _all_of(case: Case) -> Iterator[Finding]:
    """Find "all" where the evidence speaks of some, and says so right before the same word."""
    words, there = case.claim.words, case.evidence.words
    mine = [at for at in case.claim.tagged(Tag.QUANTIFIER) if words[at].lower in _ALL and case.alignment.places[at] < 0]
    if not mine or any(there[at].lower in english().everything for at in case.evidence.tagged(Tag.QUANTIFIER)):
        return
    for place in mine:
        told = _counted(case, place)
        if told:
            message = f'the evidence says "{told}", not "{words[place].lower}"'
            yield Finding("quantifiers", message, place, place, grave=True)
            return


def _unanimous(case: Case) -> Iterator[Finding]:
    """Find "unanimously" where the evidence counts votes on both sides: "by 14 votes to 9"."""
    words, there, places = case.claim.words, case.evidence.words, case.alignment.places
    told = [at for at in case.claim.tagged(Tag.QUANTIFIER) if words[at].lower in _UNANIMOUS and places[at] < 0]
    if not told or _VOTES.isdisjoint([word.lower for word in there]):
        return
    for one, other in pairwise(at for at in case.evidence.tagged(Tag.NUMBER) if there[at].value):
        between = [word.lower for word in there[one + 1 : min(other, one + 1 + _REACH)]]
        is_change = one > 0 and there[one - 1].lower == "from"
        if between and between[-1] in _VERSUS and set(between[:-1]) <= _COUNTED and not is_change:
            message = f'the evidence says "{case.evidence.written(one, other)}"'
            yield Finding("quantifiers", message, told[0], told[0], grave=True)
            return


def _counted(case: Case, place: int) -> str:
    """Give what the evidence says of how many there are of what follows a word of the claim; empty for nothing."""
    words, there, places = case.claim.words, case.evidence.words, case.alignment.places
    thing = _thing(words, place)
    if thing < 0:  # "everybody"
        only = [at for at in map(case.start_of, case.alignment.held - {-1}) if there[at].lower == "only"]
        return case.evidence.written(only[0], min(only[0] + 1, len(there) - 1)) if only else ""
    at = places[thing]
    for first in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if there[first].lower == "only" and not (first and there[first - 1].lower in DETERMINERS):
            return case.evidence.written(first, at)
        if there[first].lower == "of":
            is_part = first > 0 and (there[first - 1].value is not None or there[first - 1].lower in english().parts)
            return case.evidence.written(first - 1, at) if is_part else ""
    return ""


def _thing(words: Sequence[Word], place: int) -> int:
    """Give the thing of which there are so many: the next word of substance that is no number; -1 for none near."""
    for at in range(place + 1, min(len(words), place + 1 + _REACH)):
        if words[at].is_plain:
            return at
        if words[at].lower not in DETERMINERS and words[at].lower != "of" and words[at].value is None:
            break
    return -1


def _shares_of(case: Case) -> Iterator[Finding]:
    """Find "most" for "fewer than half", and "half" for either."""
    mine = _shares(case.claim)
    given = {one.of: one for one in _shares(case.evidence)} if mine else {}
    for share, place, of in mine:
        other = given.get(of)
        if other is not None and other.share != share:
            message = f'the evidence says "{_written(case.evidence, other)}" of them'
            yield Finding("quantifiers", message, place, place, grave=True)


@kept
def _shares(passage: Passage) -> list[_Shared]:
    """Give the shares of something that are told with "half" or "most"."""
    words, found = passage.words, []
    for place in passage.tagged(Tag.QUANTIFIER):
        share, thing = _SHARES.get(words[place].lower), _thing(words, place)
        if share is None or thing < 0 or (share == "more" and _is_superlative(words, place)):
            continue
        if share == "half" and place > 1 and words[place - 1].lower == "than":
            share = _COMPARED.get(words[place - 2].lower, share)
        elif share == "half" and place and words[place - 1].lower in {"nearly", "almost", "about"}:
            continue
        found.append(_Shared(share, place, words[thing].stem))
    return found


def _is_superlative(words: Sequence[Word], place: int) -> bool:
    """Tell whether "most" compares: "the most votes", "most popular"."""
    return words[place].lower == "most" and (place > 0 and words[place - 1].lower in {"the", "at"})


def _written(passage: Passage, shared: _Shared) -> str:
    is_compared = shared.place > 1 and passage.words[shared.place - 1].lower == "than"
    return passage.written(shared.place - 2 if is_compared else shared.place, shared.place)


def _wholes(case: Case) -> Iterator[Finding]:
    """Find what is told of a thing where the evidence tells it of a part: "bought it" for "bought a third of it"."""
    words, there, places = case.claim.words, case.evidence.words, case.alignment.places
    for part in case.evidence.tagged(Tag.QUANTIFIER)[:_MOST]:
        if there[part].lower not in english().parts or [word.lower for word in there[part + 1 : part + 2]] != ["of"]:
            continue
        thing = next((at for at in range(part + 2, min(len(there), part + 5)) if there[at].is_content), -1)
        verb = next((at for at in range(part - 1, max(-1, part - 4), -1) if there[at].is_content), -1)
        here = places.index(thing) if thing in case.alignment.held and thing >= 0 else -1
        before = next((number for number in range(here - 1, max(-1, here - 3), -1) if words[number].is_content), -1)
        if here > 0 and before >= 0 and places[before] == verb >= 0 and not _is_of(words, before, here):
            message = f'the evidence says it of "{case.evidence.written(part, thing)}"'
            yield Finding("quantifiers", message, here, here, grave=False)
            return


def _is_of(words: Sequence[Word], first: int, last: int) -> bool:
    return any(word.lower == "of" for word in words[first:last])
