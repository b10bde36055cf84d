"""Checks who did what to whom: where names have changed places, and where the two sides of a verb have."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.alignment import runs
from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.polarity import converses
from summarizer.grounding.voice import Sides, are_same, are_swapped, governed, is_verb, meet, passives, sides, stems_of
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

_JOINING = frozenset({"and", "or", "versus", "vs", "with", "both", "between", "nor"})
#: What joins two things, each of which is something else to the other.
_BETWEEN_TWO = frozenset("on of for from to against by over than into".split())  # noqa: SIM905
#: So far apart, in words, they still are joined by it.
_APART = 4
_EDGE = ""
_CLOSE = 0.6
#: Places in one sentence where the same verb is looked at.
_MOST = 4


class _Turned(NamedTuple):
    """A verb of the claim, its two sides, and those that it has wherever the evidence has it."""

    verb: int
    mine: Sides
    there: list[tuple[Sides, Passage]]


class _Named(NamedTuple):
    """A run of names, with the words at its sides."""

    stems: frozenset[str]
    first: int
    last: int
    before: str
    after: str


def roles(case: Case) -> Iterator[Finding]:
    """Find who does what is done to them in the evidence, and names that stand in each other's places."""
    for turned in _turned(case):
        verb, mine, there = turned
        if _right(case, turned):
            yield from _of_another(verb, mine, there)
            continue
        for theirs, sentence in there:
            is_grave = are_swapped(mine, theirs)
            if is_grave or (_is_half_swapped(mine, theirs) and case.claim.words[verb].stem not in english().mutual):
                message = f'the evidence has it the other way round ("{sentence.written(theirs.first, theirs.last)}")'
                yield Finding("roles", message, verb, verb, grave=is_grave)
                break
        else:
            yield from _of_another(verb, mine, there)
    yield from _exchanged(case)
    yield from _turned_round(case)
    yield from _swapped(case)


def _of_another(verb: int, mine: Sides, there: list[tuple[Sides, Passage]]) -> Iterator[Finding]:
    """Find a passive said to be done by somebody to whom, or from whom, the evidence has it done by another."""
    if not mine.is_passive or not mine.agent.heads:
        return
    for theirs, sentence in there:
        behind = {word.stem for word in sentence.words[theirs.last + 1 :]}
        if theirs.is_passive or not theirs.agent.stems or not mine.agent.heads <= behind:
            return
    if there and not any(meet(mine.agent, theirs.agent) for theirs, _ in there):
        message = f'the evidence has somebody else do it ("{there[0][1].written(there[0][0].first, there[0][0].last)}")'
        yield Finding("roles", message, verb, verb, grave=False)


def _exchanged(case: Case) -> Iterator[Finding]:
    """Find two words that stand in each other's places: "praised A and blamed B" for "praised B and blamed A"."""
    words, there, tight = case.claim.words, case.evidence.words, case.alignment.tight
    if len(tight) <= 1:
        return
    single = [slot for slot in tight.values() if len(slot.instead) == 1 and slot.first == slot.last]
    where = {there[slot.instead.start].stem: slot.first for slot in single if words[slot.first].is_plain}
    pairs = [
        (place, other)
        for place, _, instead, _ in single
        if place < (other := where.get(words[place].stem, -1))
        and words[other].stem == there[instead.start].stem
        and not _is_list(words, place, other)
        and words[place].stem not in rebuilt(case)
    ]
    # Of two pairs, the one goes with the other: "raises B and lowers A" for "lowers A and raises B".
    if len(pairs) == 1:
        first, last = pairs[0]
        message = f'"{words[first].text}" and "{words[last].text}" stand in each other\'s places in the evidence'
        yield Finding("roles", message, first, last, grave=True)


def _is_list(words: Sequence[Word], first: int, last: int) -> bool:
    """Tell whether two words are of one list, where the order tells nothing."""
    return not any(word.is_content and not word.is_name for word in words[first + 1 : last])


def _turned_round(case: Case) -> Iterator[Finding]:
    """Find two things that have changed places around a preposition: "blamed the rain on the delay"."""
    words, stands = case.claim.words, case.alignment.stands
    for left, right in pairwise(case.claim.substance):
        if not 0 <= stands[right] < stands[left] <= stands[right] + _APART or right - left > _APART:
            continue
        between = case.evidence.words[stands[right] + 1 : stands[left]]
        joints = {one.lower for one in words[left + 1 : right]} & _BETWEEN_TWO
        if (
            not joints.isdisjoint([one.lower for one in between])
            and not any(one.is_content for one in between)
            and all(len(case.evidence.where(words[at].stem)) == 1 for at in (left, right))
        ):
            message = f'the evidence has "{case.evidence.written(stands[right], stands[left])}"'
            yield Finding("roles", message, left, right, grave=True)
            return


@kept
def rebuilt(case: Case) -> frozenset[str]:
    """Give what both have beside the verbs that the claim has in another voice than its evidence, and rightly.

    And beside those of which the sides may change places, or that say the opposite of two who have.
    """
    right = [(mine, theirs) for turned in _turned(case) for mine, theirs in _right(case, turned)]
    moved = [pair for pair in right if pair[0].is_passive != pair[1].is_passive or are_swapped(*pair)]
    beside = [stems_of(mine) & stems_of(theirs) for mine, theirs in moved]
    return frozenset(converses(case)).union(*beside)


def _right(case: Case, turned: _Turned) -> list[tuple[Sides, Sides]]:
    """Give a verb's sides where somebody is on the same one, or where each does to the other what it says."""
    is_mutual = case.claim.words[turned.verb].stem in english().mutual
    pairs = [(turned.mine, theirs) for theirs, _ in turned.there]
    return [pair for pair in pairs if are_same(*pair) or (is_mutual and are_swapped(*pair))]


@kept
def _turned(case: Case) -> list[_Turned]:
    return list(_turns(case))


def _turns(case: Case) -> Iterator[_Turned]:
    """Give the claim's verbs of which the evidence has the sides in another order: both sides here, and there."""
    mine, theirs, is_in_order = passives(case.claim), passives(case.evidence), _is_in_order(case)
    if is_in_order and not mine and not theirs:
        return  # most
    verbs = dict.fromkeys(mine if is_in_order else [*case.claim.tagged(Tag.PARTICIPLE), *governed(case.claim)])
    known, there = case.claim.last, case.evidence.words
    verbs |= {known[there[at].stem]: None for at in theirs if there[at].stem in known}
    for verb in verbs:
        place = case.alignment.place_of(verb)
        is_rebuilt = (verb in mine) != (place in theirs)
        if (
            place >= 0
            and (is_rebuilt or case.alignment.is_crossed(verb, place, case.sentence_of(place)))
            and is_verb(case.claim.words, verb)
        ):
            texts = [(sides(sentence, at), sentence) for sentence, at in _occurrences(case, place)]
            yield _Turned(verb, sides(case.claim, verb), texts)


def _occurrences(case: Case, place: int) -> Iterator[tuple[Passage, int]]:
    """Give where the evidence has the verb at a place, there first: the sentences, and the places in them."""
    sentences = [case.article.sentences[number] for number in case.cited]
    own, there = sentences[case.sentence_at(place)], place - case.start_of(place)
    if is_verb(own.words, there):
        yield own, there
    stem = own.words[there].stem
    for sentence in sentences:
        places = [at for at in sentence.where(stem)[:_MOST] if is_verb(sentence.words, at)]
        yield from ((sentence, at) for at in places if (sentence, at) != (own, there))


def _is_in_order(case: Case) -> bool:
    """Tell whether the claim has the evidence's words in the evidence's order."""
    placed = [place for place in case.alignment.places if place >= 0]
    if placed != sorted(placed):
        return False
    words, known = case.claim.words, case.evidence.last
    return not any([words[at].is_content and words[at].stem in known for at in case.alignment.unplaced])  # noqa: C419 - a generator costs more


def _is_half_swapped(mine: Sides, theirs: Sides) -> bool:
    """Tell whether one who does it in one voice has it done in the other."""
    if mine.is_passive == theirs.is_passive:
        return False
    active, passive = (theirs, mine) if mine.is_passive else (mine, theirs)
    return active.has_object and meet(active.agent, passive.patient)


def _swapped(case: Case) -> Iterator[Finding]:
    """Find a name that stands between the words that are another name's in the evidence, and not between its own."""
    if not case.claim.has(Tag.NAME) or case.alignment.closeness < _CLOSE:
        return
    strays = [_named(case.claim, *run) for run in _runs(case.claim) if not _is_beside_its_own(case, *run)]
    moved = [mine for mine in strays if mine.stems.isdisjoint(rebuilt(case))]
    if not moved:
        return
    # No name has a side in the sentence before: the runs are those of each sentence by itself.
    sentences = [case.article.sentences[number] for number in case.cited]
    given = [(run, sentence) for sentence in sentences for run in _all_named(sentence)]
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


def _runs(passage: Passage) -> Iterator[tuple[int, int]]:
    """Give the first word of each run of names, and the one after its last."""
    words = passage.words
    return runs([place for place in passage.tagged(Tag.NAME) if words[place].is_name])


@kept
def _all_named(passage: Passage) -> list[_Named]:
    return [_named(passage, *run) for run in _runs(passage)]


def _named(passage: Passage, first: int, after: int) -> _Named:
    words = passage.words
    left = words[first - 1].stem if first else _EDGE
    right = words[after].stem if after < len(words) else _EDGE
    return _Named(frozenset([word.stem for word in words[first:after]]), first, after - 1, left, right)


def _is_beside_its_own(case: Case, start: int, after: int) -> bool:
    """Tell at a glance whether the evidence has the name beside the same word: then it shares a side with its own."""
    places, words = case.alignment.places, case.evidence.words
    first, last = places[start], places[after - 1]
    if start and first > 0 and places[start - 1] == first - 1 and case.start_of(first) < first:
        return words[first].is_name and not words[first - 1].is_name
    if last >= 0 and after < len(places) and places[after] == last + 1 < case.end_of(last):
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
