"""Checks for halves of two sentences run together, so that what one says of its subject is said of the other's."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.voice import objects
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from summarizer.grounding.words import Word

#: Words in a row that a half has in common with its sentence, so that it is that sentence's and no paraphrase;
#: more of them where the sentences are not cited, but were chosen because they hold the words.
_LEAST, _LEAST_OF_CHOSEN = 4, 5
#: Words that a half may leave out of its sentence and still be in one run.
_GAP = 2
#: Words of a sentence just before the second half's beginning: what that half says something of.
_NEAR = 2
#: Words that stand for the subject of another sentence.
_REFERRING = frozenset("he she it they we i you this these those who which both".split())  # noqa: SIM905
#: Words that join one clause to another: where a half begins with one, the halves are joined openly.
_JOINING = frozenset(
    "and but or while when after before because as although though since if unless where whereas so until".split()  # noqa: SIM905
)
_PREPOSITIONS = frozenset("in on at by for from to of with during since until over under after before".split())  # noqa: SIM905
#: Prepositions that join a time, a place or a thing to what stands before them; what joins two parts of a sentence.
_JOINTS = frozenset("in on at of from to for with by".split())  # noqa: SIM905
_PARTS = frozenset({"and", "but", "while", "whereas"})
_CONTRASTS = _PARTS - {"and"}
_LATER = frozenset("later then also now again once next another others more".split())  # noqa: SIM905
_DETERMINERS = frozenset({"the", "a", "an", "its", "their", "his", "her"})
#: Words that another must complete, and words that complete none of them: nobody writes "of he" or "the was".
_OPEN = _PREPOSITIONS | {"the", "a", "an", "its", "their", "his", "every"}
_CLOSING = frozenset("he she they we i is are was were has had will would could and but or said".split())  # noqa: SIM905
#: Words of a half that only adds when or where: "in the second quarter".
_SHORT = 5
_ENDING = frozenset(".!?;")
#: What parts clauses of one sentence.
_PARTING = frozenset(',:—–()[]“”"')


class _Half(NamedTuple):
    """A run of the claim's words, both included, and where it stands in the evidence."""

    first: int
    last: int
    there: int
    last_there: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def spliced(case: Case) -> Iterator[Finding]:
    """Find where a claim leaves a sentence in its middle and goes on in the middle of another about something else.

    Or leaves one of two parts of a sentence: "born in Marle" for "born in Zelt and died in Marle".
    """
    yield from _of_the_other_part(case)
    yield from _of_the_other_verb(case)
    if len(case.cited) < 2:  # noqa: PLR2004
        return
    least = _LEAST if case.is_cited else _LEAST_OF_CHOSEN
    for left, right in pairwise(_halves(case)):
        if min(left.length, right.length) >= least and right.first - left.last == 1 and _is_cut(case, left, right):
            message = "the statement begins as one sentence does and goes on as another, which is about something else"
            yield Finding("spliced", message, right.first, right.last, grave=False)
            return


def _of_the_other_part(case: Case) -> Iterator[Finding]:
    """Find what a preposition joins to a word in the claim, and to a later part of the same sentence there."""
    words, places, there = case.claim.words, case.alignment.places, case.evidence.words
    for joint in [at for at, word in enumerate(words) if word.lower in _JOINTS]:
        place = next((at for at in range(joint + 1, len(words)) if words[at].lower not in _DETERMINERS), -1)
        if joint < 1 or place < 0 or places[place] < 0 or places[joint - 1] < 0 or not words[joint - 1].is_content:
            continue
        own, other = places[joint - 1] + 1, _joint(there, places[place])
        if (
            not (words[place].is_content or words[place].value is not None)
            or not own < other
            or there[own].lower != words[joint].lower
            or there[other].lower != words[joint].lower
        ):
            continue
        part = _last_part(case, own, other)
        if part and words[joint - 1].stem not in [word.stem for word in part]:
            message = f'the evidence says this of what it calls "{case.evidence.written(other - len(part), other - 1)}"'
            yield Finding("spliced", message, place, place, grave=False)
            return


def _of_the_other_verb(case: Case) -> Iterator[Finding]:
    """Find what one verb does in the claim and another one in the evidence: "destroyed the church" for "spared" it."""
    if not any([joint in case.evidence.text for joint in _CONTRASTS]):  # noqa: C419 - a generator costs more
        return
    there, verbs = case.evidence.words, case.evidence.tagged(Tag.PARTICIPLE)
    for joint in [at for at, word in enumerate(there) if word.lower in _CONTRASTS]:
        before, after = bisect_left(verbs, joint - 1), bisect_left(verbs, joint)
        if not before or after == len(verbs):
            continue
        verb, other = verbs[before - 1], verbs[after]
        is_one_sentence = case.start_of(joint) <= verb and other <= joint + _NEAR
        if not is_one_sentence or verb not in case.alignment.held or there[other].stem in case.claim.last:
            continue
        own = {word.stem for word in there[verb + 1 : joint] if word.is_content}
        here = case.alignment.places.index(verb)
        for place in _governed(case, here, own, objects(case.evidence, other)) if own else ():
            message = f'the evidence says "{there[other].lower}" of this'
            yield Finding("spliced", message, place, place, grave=False)
            return


def _governed(case: Case, verb: int, own: Container[str], others: Container[int]) -> Iterator[int]:
    """Give the claim's words behind a verb that the evidence has behind another, until one is from neither."""
    words, stands = case.claim.words, case.alignment.stands
    for place in range(verb + 1, len(words)):
        if stands[place] in others and words[place].is_content:
            yield place
        elif (words[place].is_content and words[place].stem not in own) or words[place].lower in _PREPOSITIONS:
            return


def _joint(words: Sequence[Word], place: int) -> int:
    """Give the preposition that joins a word to what stands before it; -1 for none."""
    at = place - 1
    while at >= 0 and words[at].lower in _DETERMINERS:
        at -= 1
    return at if at >= 0 and words[at].lower in _JOINTS else -1


def _last_part(case: Case, start: int, end: int) -> Sequence[Word]:
    """Give the words from the last "and" or "but" of this stretch on, where a doing or a thing is among them."""
    words = case.evidence.words
    if end >= case.end_of(start):
        return []
    first = next((at + 1 for at in range(end - 1, start, -1) if words[at].lower in _PARTS), end)
    part = words[first:end]
    is_told = any(word.is_content and word.lower not in _LATER and not word.lower.endswith("ly") for word in part)
    return part if is_told else []


def _halves(case: Case) -> Iterator[_Half]:
    """Give the runs of the claim that go on in one sentence of the evidence, in the claim's order."""
    first = last = there = last_there = end = -1
    for number, place in enumerate(case.alignment.places):
        if place < 0:
            continue
        if not (0 < place - last_there <= 1 + _GAP and number - last <= 1 + _GAP and place < end):
            if first >= 0:
                yield _Half(first, last, there, last_there)
            first, there, end = number, place, case.end_of(place)
        last, last_there = number, place
    if first >= 0:
        yield _Half(first, last, there, last_there)


def _is_cut(case: Case, left: _Half, right: _Half) -> bool:
    """Tell whether both sentences are cut inside, and the second half is said of something that the claim lacks."""
    start = case.start_of(right.there)
    words, skipped = case.claim.words, case.evidence.words[start : right.there]
    is_inside = left.last_there + 1 < case.end_of(left.last_there) and any(w.is_content for w in skipped)
    if not is_inside or start == case.start_of(left.last_there):
        return False
    if words[left.last].lower in _OPEN and words[right.first].lower in _CLOSING:
        return True
    if words[right.first].lower in _JOINING:
        return False
    if right.length <= _SHORT and words[right.first].lower in _PREPOSITIONS:
        return False
    between = case.claim.between(left.last, right.first)
    if not _ENDING.isdisjoint(between):
        return False
    is_parted = not _PARTING.isdisjoint(between) or words[left.last].lower in _JOINING
    said_of = skipped if is_parted else skipped[-_NEAR:]
    return not _is_named(case, left, said_of)


def _is_named(case: Case, left: _Half, said_of: Sequence[Word]) -> bool:
    """Tell whether the claim has any of these words by then, or one of them may stand for something in it."""
    mine = {word.stem for word in case.claim.words[: left.last + 1]}
    return any(word.lower in _REFERRING or (word.is_content and word.stem in mine) for word in said_of)
