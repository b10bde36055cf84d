"""Checks numbers and units: each quantity of a claim must be one of its evidence, and belong to the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.days import is_told_at
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.quantities import Quantity, agree, agree_in_value, bound, quantities
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

_YEARS = 1_500, 2_100
_SMALL = 10
_STEPS = frozenset({"by", "to", "from"})
#: What joins a number to whom or where it is for.
_TOWARDS = frozenset({"for", "to", "in", "at", "from", "on", "by"})
_THEM = frozenset({"them", "whom", "which"})
#: Words behind a number that tell what it counts, or whom it went to.
_REACH = 5
#: Words between two numbers that are told beside each other: "12 crowns for adults and 5 for students".
_NEAR = 12
#: Places of a number in the evidence that are looked at for what it counts.
_MOST = 4


def numbers(case: Case) -> Iterator[Finding]:
    """Find quantities that the evidence lacks, has with another unit, or says of something else."""
    mine = quantities(case.claim)
    given = quantities(case.evidence) if mine else []
    compared = [(claimed, _same(case, claimed, given)) for claimed in mine]
    told = {other.first for _, same in compared for other in same}
    for claimed, same in compared:
        if any(agree(claimed, other) for other in same):
            yield from _misplaced(case, claimed, same, given)
            yield from _of_another(case, claimed, same, given)
            yield from _turned(case, claimed, same)
            yield from _rebuilt(case, claimed, same)
        elif any(_are_of_one_kind(claimed, other) for other in same):
            message = f"{_written(case.claim, claimed)} has another unit in the evidence"
            yield Finding("units", message, claimed.first, claimed.last, grave=True)
        elif not (is_date(case.claim, claimed) and _is_told_day(case, claimed)) and (
            claimed.value != 1 or claimed.unit or not _is_one(case.evidence)
        ):
            yield _missing(case, claimed, given, told)


def _same(case: Case, claimed: Quantity, given: list[Quantity]) -> list[Quantity]:
    """Give the evidence's quantities that have a claim's value; a date is not rounded."""
    if is_date(case.claim, claimed):
        return [other for other in given if claimed.value == other.value]
    return [other for other in given if agree_in_value(claimed, other)]


def _are_of_one_kind(claimed: Quantity, other: Quantity) -> bool:
    """Tell whether two units measure the same thing, so that one may have been changed into the other."""
    families = english().unit_families
    return bool(families.get(claimed.unit or "", frozenset()) & families.get(other.unit or "", frozenset()))


def is_date(passage: Passage, quantity: Quantity) -> bool:
    """Tell whether a number is a year or a day of a month."""
    return quantity.first in _dates(passage)


@kept
def _dates(passage: Passage) -> frozenset[int]:
    """Give where those quantities of a passage begin that are years or days of months."""
    return frozenset([quantity.first for quantity in quantities(passage) if _is_date(passage, quantity)])


def _is_date(passage: Passage, quantity: Quantity) -> bool:
    words = passage.words
    if quantity.unit is None and _YEARS[0] <= quantity.value <= _YEARS[1] and words[quantity.first].text.isdecimal():
        return True
    if not passage.has(Tag.CALENDAR):
        return False
    months = english().months
    for at in range(max(0, quantity.first - 1), min(quantity.last + 2, len(words))):
        if words[at].lower in months and words[at].text[0].isupper():
            return True
    return False


def _is_told_day(case: Case, quantity: Quantity) -> bool:
    """Tell whether a number is the day of a month that the evidence tells by its weekday."""
    return is_told_at(case, quantity.first - 1) or is_told_at(case, quantity.last + 1)


def _missing(case: Case, claimed: Quantity, given: list[Quantity], told: Container[int]) -> Finding:
    """Say that the evidence lacks a quantity; `told` is where those begin that the claim has."""
    in_place = _in_place(case, claimed)
    rivals = [
        other
        for other in given
        if other.first in in_place or (other.first not in told and _rivals(case, claimed, other))
    ]
    elsewhere = case.is_elsewhere(f"#{claimed.value:g}") or case.is_elsewhere(case.claim.words[claimed.first].stem)
    is_count = not case.claim.words[claimed.first].text[0].isdecimal() and claimed.value < _SMALL
    where = "stands elsewhere in the article, not in the evidence" if elsewhere else "is not in the article"
    name = "dates" if is_date(case.claim, claimed) else "numbers"
    grave = bool(rivals) or (case.is_cited and not (elsewhere or is_count))
    message = f"the number {_written(case.claim, claimed)} {where}"
    if rivals:
        nearest = min(rivals, key=lambda other: (other.first not in in_place, other.unit != claimed.unit))
        message += f"; the evidence has {_written(case.evidence, nearest)}"
    return Finding(name, message, claimed.first, claimed.last, grave=grave)


def _rivals(case: Case, claimed: Quantity, other: Quantity) -> bool:
    """Tell whether a quantity of the evidence, which the claim has nowhere, may be the one that the claim changed."""
    if claimed.unit is not None and other.unit is not None and claimed.unit != other.unit and claimed.value > _SMALL:
        return False
    if is_date(case.claim, claimed) != is_date(case.evidence, other):
        return False
    return case.is_cited or _is_like(case, claimed, other)


def _is_like(case: Case, claimed: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities count the same thing: by their unit, or by a word beside both."""
    if claimed.unit is not None or other.unit is not None:
        return claimed.unit == other.unit
    mine, theirs = _around(case.claim, claimed), _around(case.evidence, other)
    return mine[1] is not None and mine[1] == theirs[1]


def _in_place(case: Case, claimed: Quantity) -> range:
    """Give the words that the evidence for certain has where the claim has a quantity."""
    if case.alignment.places[claimed.first] >= 0:
        return range(0)  # it is there itself, as most are
    slot = case.alignment.tight.get(claimed.first)
    return slot.instead if slot else range(0)


def _misplaced(case: Case, claimed: Quantity, same: list[Quantity], given: list[Quantity]) -> Iterator[Finding]:
    """Find a number that the evidence says of another thing, and another number in this one's place."""
    if _is_whole(case, claimed, same):
        message = f"{_written(case.claim, claimed)} is how many there are, of whom the evidence tells of some"
        yield Finding("numbers", message, claimed.first, claimed.last, grave=True)
        return
    in_place = _in_place(case, claimed)
    there = [other for other in given if other.first in in_place]
    inside = [other for other in there if not agree_in_value(claimed, other)]
    if inside and not any(other in same for other in there):
        yield _other_here(case, claimed, inside[0])
        return
    own = {one.first for one in same}
    others = [other for other in given if other.first not in own]
    around = _around(case.claim, claimed)
    alike = [other for other in others if other.unit == claimed.unit and _thing(case.evidence, other) == around[1]]
    thing = _other_thing(case, claimed, same) if alike else []
    for other in alike if thing else []:
        if thing == _stems(_following(case.evidence, other))[: len(thing)]:
            if not _is_rank(case.evidence, other):
                yield _other_here(case, claimed, other)
            return
    if None in around or any(_touch(around, _around(case.evidence, other)) for other in same):
        return
    for other in others:
        if _around(case.evidence, other) == around:
            yield _other_here(case, claimed, other)
            return


def _of_another(case: Case, claimed: Quantity, same: list[Quantity], given: list[Quantity]) -> Iterator[Finding]:
    """Find a number that goes to somebody whose own number stands beside it in the evidence."""
    for other in given if len(same) == 1 and len(given) > 1 else ():
        if other.unit == claimed.unit and _is_of_the_other(case, same[0], other):
            yield _other_here(case, claimed, other)
            return


def _is_of_the_other(case: Case, own: Quantity, other: Quantity) -> bool:
    """Tell whether a claim names whom another number of the sentence goes to, and not whom its own goes to.

    "Students pay 12 crowns" for "12 crowns for adults and 5 crowns for students".
    """
    known, there = case.claim.last, case.evidence.words
    is_near = abs(own.first - other.first) <= _NEAR and case.start_of(own.first) == case.start_of(other.first)
    if not is_near or there[other.first].stem in known:
        return False
    joint, theirs = _goes_to(case.evidence, other)
    if known.keys().isdisjoint(theirs):
        return False
    same_joint, mine = _goes_to(case.evidence, own)
    return bool(mine) and joint == same_joint and known.keys().isdisjoint(mine)


def _goes_to(passage: Passage, quantity: Quantity) -> tuple[str, list[str]]:
    """Give the preposition behind a number, and the words of substance that it joins, by stem."""
    words = _following(passage, quantity)
    at = next((at for at, word in enumerate(words) if word.lower in _TOWARDS), len(words))
    joined = [word.stem for word in words[at + 1 :] if word.is_content]
    return (words[at].lower, joined) if joined else ("", [])


def _other_thing(case: Case, claimed: Quantity, same: list[Quantity]) -> list[str]:
    """Give the words behind a number, by stem, until it is plain that they are not those it has in the evidence.

    "Crowns to hospitals" for "12 million crowns to schools"; nothing where they may be the same, where the evidence has
    the number of many things, and for a date or a rank.
    """
    if len(same) > _MOST:
        return []
    mine = _following(case.claim, claimed)
    parted = [_parted(mine, _following(case.evidence, own)) for own in same]
    if not all(parted) or is_date(case.claim, claimed) or _is_rank(case.claim, claimed):
        return []
    return _stems(mine)[: max(parted)]


def _parted(mine: Sequence[Word], own: Sequence[Word]) -> int:
    """Give how many words make two stretches differ; 0 where they do not, or not in a word of substance in each."""
    for count, (one, other) in enumerate(zip(mine, own, strict=False), start=1):
        if one.stem != other.stem:
            return count if one.is_content and other.is_content else 0
    return 0


def _stems(words: Sequence[Word]) -> list[str]:
    return [word.stem for word in words]


def _is_rank(passage: Passage, quantity: Quantity) -> bool:
    """Tell whether a number tells a place in a row: "the first half", "13th"."""
    return passage.words[quantity.first].lower.endswith(("st", "nd", "rd", "th"))


def _following(passage: Passage, quantity: Quantity) -> list[Word]:
    """Give the words behind a number, until a mark, a joining word or another number."""
    words = passage.words
    first = end = _behind(words, quantity)
    while end < min(len(words), first + _REACH):
        if words[end].value is not None or words[end].lower == "and" or passage.is_parted(end - 1, end):
            break
        end += 1
    return words[first:end]


def _is_whole(case: Case, claimed: Quantity, same: list[Quantity]) -> bool:
    """Tell whether a claim has "nine of the judges" for "two of the nine judges"."""
    words, there = case.claim.words, case.evidence.words
    if claimed.last + 1 >= len(words) or words[claimed.last + 1].lower != "of":
        return False
    return all([_is_of_some(there, other.first) for other in same])  # noqa: C419 - a generator costs more


def _is_of_some(words: Sequence[Word], place: int) -> bool:
    """Tell whether a number stands behind "two of the"."""
    joint = next((at for at in (place - 1, place - 2) if at > 0 and words[at].lower == "of"), 0)
    return joint > 0 and words[joint - 1].value is not None


def _behind(words: Sequence[Word], quantity: Quantity) -> int:
    """Give the place of what is counted: behind the number, or behind "of them", as in "six of them children"."""
    first = quantity.last + 1
    is_of_them = first + 1 < len(words) and words[first].lower == "of" and words[first + 1].lower in _THEM
    return first + 2 if is_of_them else first


def _thing(passage: Passage, quantity: Quantity) -> str | None:
    first = _behind(passage.words, quantity)
    return passage.words[first].stem if first < len(passage.words) else None


def _other_here(case: Case, claimed: Quantity, other: Quantity) -> Finding:
    there, here = _written(case.evidence, other), _written(case.claim, claimed)
    message = f"the evidence has {there} where the statement has {here}"
    return Finding("numbers", message, claimed.first, claimed.last, grave=True)


def _turned(case: Case, claimed: Quantity, same: list[Quantity]) -> Iterator[Finding]:
    """Find a number that the statement has as the least and its evidence as the most, or the other way."""
    mine = bound(case.claim, claimed)
    theirs = {bound(case.evidence, other) for other in same} if mine else set()
    if mine and theirs and theirs <= {"least", "most"} - {mine}:
        message = (
            f"the evidence has {_written(case.claim, claimed)} as the {theirs.pop()}, and the statement as the {mine}"
        )
        yield Finding("numbers", message, claimed.first, claimed.last, grave=True)


def _rebuilt(case: Case, claimed: Quantity, same: list[Quantity]) -> Iterator[Finding]:
    """Find "rose to 5%" where the evidence has "rose by 5%"."""
    mine = _joining(case.claim, claimed)
    theirs = [_joining(case.evidence, other) for other in same] if mine else []
    if mine and all(theirs) and mine not in theirs:
        message = f'the evidence has "{theirs[0]} {_written(case.claim, claimed)}", not "{mine}"'
        yield Finding("numbers", message, claimed.first, claimed.last, grave=True)


def _joining(passage: Passage, quantity: Quantity) -> str | None:
    """Give the word before a number where that tells a step from where it leads: "by", "to" or "from"."""
    words, at = passage.words, quantity.first - 1
    while at >= 0 and (words[at].lower in english().approximators or words[at].lower in english().units):
        at -= 1
    return words[at].lower if at >= 0 and words[at].lower in _STEPS else None


def _around(passage: Passage, quantity: Quantity) -> tuple[str | None, str | None]:
    words = passage.words
    before = words[quantity.first - 1].stem if quantity.first else None
    return before, words[quantity.last + 1].stem if quantity.last + 1 < len(words) else None


def _touch(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    return one[0] == other[0] or one[1] == other[1]


def _is_one(evidence: Passage) -> bool:
    return any(word.lower in {"one", "single", "first"} for word in evidence.words)


def _written(passage: Passage, quantity: Quantity) -> str:
    return passage.written(quantity.first, quantity.last)
