"""Lays a statement beside its evidence, word by word, so that what was put in a word's place can be seen."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from summarizer.grounding.lexicon import english
from summarizer.grounding.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage, Word

#: "moved" is a word that the evidence has, but not here: here it has another one.
Match = Literal["same", "moved", "family", "synonym", "none"]

#: Words of evidence that may stand between two anchors for what lies between to count as one place.
_WIDEST_SLOT = 6
#: Words of a claim that may stand in such a place without being in line with their neighbours.
_LONGEST_MOVED = 4
#: Below this share of words in line, neighbours are no proof of a place.
_CLOSE = 0.5
#: The same at the edges of claim and evidence, where only one neighbour tells.
_EDGE = 3
#: So far ahead a word is looked for among all words; farther ahead, among its own places.
_GLANCE = 100
#: Words before and behind one that tell whether those around it have changed places.
_NEAR = 8


class Slot(NamedTuple):
    """Words of the statement that the evidence lacks, and the words that stand in their place there."""

    first: int
    last: int
    #: Places in the evidence.
    instead: range
    #: Whether the neighbours on both sides stand in the evidence in this order, so that the place is certain.
    tight: bool


@dataclass(frozen=True)
class Alignment:
    """For each word of a claim its place in the evidence, or -1."""

    claim: Passage
    evidence: Passage
    places: list[int]

    @once
    def matches(self) -> list[Match]:
        """How each word of the claim is held by the evidence, wherever it stands there."""
        found: list[Match] = ["same"] * len(self.places)
        for number in self.unplaced:
            found[number] = self._match(number, self.claim.words[number])
        return found

    @once
    def unplaced(self) -> list[int]:
        """The claim's words that have no place in the evidence."""
        return [number for number, place in enumerate(self.places) if place < 0]

    def _match(self, number: int, word: Word) -> Match:
        if word.stem in self.evidence.last:
            return "moved" if number in self.tight else "same"
        if word.value is not None or not word.is_content:
            return "none"
        if self.relative(word) is not None:
            return "family"
        return "synonym" if self.synonym(word) is not None else "none"

    def relative(self, word: Word) -> int | None:
        """Give the place of a word of the same family in the evidence."""
        return self.evidence.roots.get(word.root)

    def synonym(self, word: Word) -> int | None:
        """Give the place of a synonym in the evidence."""
        last = self.evidence.last
        for group in word.groups:
            members = english().members[group]
            if not members.isdisjoint(last):
                return max([last[stem] for stem in members if stem in last])
        return None

    @once
    def held(self) -> frozenset[int]:
        """Places in the evidence that a word of the claim stands for; and -1 where a word has none."""
        return frozenset(self.places)

    @once
    def slots(self) -> list[Slot]:
        """Give the runs of the claim's words that the evidence lacks, with what stands in their place."""
        found: list[Slot] = []
        words = self.claim.words
        for first, after in runs(self.unplaced):
            if any([word.is_content or word.value is not None for word in words[first:after]]):  # noqa: C419
                found.append(self._slot(first, after))
        return found

    def _slot(self, first: int, after: int) -> Slot:
        """Give what lies between the neighbours of a run, where these stand near each other in order."""
        end = len(self.evidence.words)
        left = self.places[first - 1] if first else -1
        right = self.places[after] if after < len(self.places) else end
        width, gap = after - first + 1, right - left - 1
        if first and after < len(self.places):
            is_tight = 0 < gap <= max(_WIDEST_SLOT, width)
            return Slot(first, after - 1, range(left + 1, right) if is_tight else range(0), is_tight)
        is_tight = 0 < gap <= width + _EDGE - 1
        if first:
            return Slot(first, after - 1, range(left + 1, min(left + 1 + width, end)), is_tight)
        return Slot(first, after - 1, range(max(0, right - width), min(right, end)), is_tight)

    @once
    def tight(self) -> dict[int, Slot]:
        """Give the slot of each word of the claim that stands where the evidence for certain has other words."""
        tight = [slot for slot in self.slots if slot.tight]
        if not tight or self.closeness < _CLOSE:
            return {}
        return {at: slot for slot in tight for at in range(slot.first, slot.last + 1)}

    def instead(self, number: int) -> range | None:
        """Give what the evidence for certain has in the place of a word that it lacks, whatever word that is."""
        if number in self.tight:
            return self.tight[number].instead
        if self.claim.words[number].is_content or self.closeness < _CLOSE:
            return None
        slot = next(self._slot(first, after) for first, after in runs(self.unplaced) if first <= number < after)
        return slot.instead if slot.tight else None

    @once
    def closeness(self) -> float:
        """Tell which share of the claim's words stands in the evidence in the claim's order."""
        in_line, last = 0, None
        for place in self.places:
            if place >= 0 and (last is None or 0 < place - last <= _WIDEST_SLOT):
                in_line += 1
            last = place if place >= 0 else last
        return in_line / len(self.places) if self.places else 0.0

    @once
    def stands(self) -> list[int]:
        """Where each word stands in the evidence, in line with its neighbours or not; -1 for nowhere."""
        places, words, known = list(self.places), self.claim.words, self.evidence.last
        for at in self.unplaced:
            if words[at].is_content:
                places[at] = known.get(words[at].stem, -1)
        return places

    def is_crossed(self, number: int, place: int, within: range) -> bool:
        """Tell whether what stands before a word of the claim stands behind a place of the evidence, and the other way.

        `within` is the sentence of the evidence that counts.
        """
        before = self.stands[max(0, number - _NEAR) : number]
        if not any([place < at < within.stop for at in before]):  # noqa: C419 - generators cost more
            return False
        return any([within.start <= at < place for at in self.stands[number + 1 : number + 1 + _NEAR]])  # noqa: C419 - as above

    def is_in_line(self, number: int) -> bool:
        """Tell whether a word near this one in the claim is near it in the evidence too."""
        place = self.place_of(number)
        near = [at for at in range(max(0, number - 3), min(len(self.places), number + 4)) if at != number]
        return any(
            self.places[at] >= 0 and abs(self.places[at] - place) <= _WIDEST_SLOT and self.claim.words[at].is_content
            for at in near
        )

    def place_of(self, number: int) -> int:
        """Give the place of a claim's word in the evidence by any kind of match; -1 for none."""
        if self.places[number] >= 0:
            return self.places[number]
        word = self.claim.words[number]
        if not word.is_content or word.value is not None:
            return -1
        for found in (self.relative(word), self.synonym(word)):
            if found is not None:
                return found
        return -1


def runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Give the runs of numbers that follow each other: the first of each, and the one after its last."""
    first = 0
    for at, last in enumerate(numbers, start=1):
        if at == len(numbers) or numbers[at] != last + 1:
            yield numbers[first], last + 1
            first = at


def align(claim: Passage, evidence: Passage) -> Alignment:
    """Find for each word the place in the evidence that goes on from the word before.

    Content words take the next place after the last one, or the nearest; other words are only placed where they
    continue a run. One pass forward and one back: time grows with the claim's length alone.
    """
    places = _forward(claim.words, evidence)
    _backward(places, claim.words, evidence.all_stems)
    _unplace_moved(places, len(evidence.words))
    return Alignment(claim, evidence, places)


def _forward(words: list[Word], evidence: Passage) -> list[int]:
    stems, ends = evidence.all_stems, evidence.last
    places, last, end = [-1] * len(words), -1, len(stems) - 1
    for number, word in enumerate(words):
        stem = word.stem
        if last < end and stems[last + 1] == stem:
            last += 1
        elif stem not in ends or not (word.is_content or word.value is not None):
            continue
        else:
            last = _nearest(evidence, stem, last + 1)
        places[number] = last
    return places


def _backward(places: list[int], words: list[Word], stems: list[str]) -> None:
    for number in range(len(places) - 2, -1, -1):
        wanted = places[number + 1] - 1
        if wanted < 0 or places[number] == wanted or (number and places[number - 1] == places[number] - 1 >= 0):
            continue
        if stems[wanted] == words[number].stem:
            places[number] = wanted


def _nearest(evidence: Passage, stem: str, wanted: int) -> int:
    """Give the first place of a stem from `wanted` on, or the last one before it."""
    last = evidence.last[stem]
    if last <= wanted:
        return last
    if last - wanted < _GLANCE:
        return evidence.all_stems.index(stem, wanted)
    places = evidence.where(stem)
    return places[bisect_left(places, wanted)]


def _unplace_moved(places: list[int], end: int) -> None:
    """Take words out of line that stand, in the claim, where the evidence has others: they were put there."""
    number, count = 0, len(places)
    while number < count:
        before = places[number - 1] if number else -1
        if places[number] < 0 or (number and before < 0) or places[number] == before + 1:
            number += 1
            continue
        is_in_line = before < places[number] <= before + _WIDEST_SLOT
        after = _overtaken(places, number, before) if is_in_line else _back_in_line(places, number, before, end)
        for at in range(number, after):
            places[at] = -1
        number = max(after, number + 1)


def _overtaken(places: list[int], number: int, before: int) -> int:
    """Give where the claim goes back between a word and the one before it; the word's own place where it does not."""
    for after in range(number + 1, min(number + _LONGEST_MOVED, len(places) - 1) + 1):
        if before + 1 < places[after] < places[number]:
            return after
    return number


def _back_in_line(places: list[int], number: int, before: int, end: int) -> int:
    """Give where the claim goes on in line after a stray run; the run's own place where it does not soon."""
    widest = _WIDEST_SLOT if number else _EDGE
    for after in range(number + 1, min(number + _LONGEST_MOVED, len(places) - 1) + 1):
        if before < places[after] <= before + 1 + widest:
            return after if places[after] > before + 1 else number
    left = len(places) - number
    is_tail = number and left <= _LONGEST_MOVED and 0 < end - before - 1 <= left + _EDGE - 1
    return len(places) if is_tail else number
