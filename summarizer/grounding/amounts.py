"""Checks numbers and units: each quantity of a claim must be one of its evidence, and belong to the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.days import is_told
from summarizer.grounding.lexicon import english
from summarizer.grounding.quantities import Quantity, agree, agree_in_value, bound, quantities
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage

_YEARS = 1_500, 2_100
_SMALL = 10


def numbers(case: Case) -> Iterator[Finding]:
    """Find quantities that the evidence lacks, has with another unit, or says of something else."""
    mine = quantities(case.claim)
    given = quantities(case.evidence) if mine else []
    for claimed in mine:
        is_day = is_date(case.claim, claimed)
        same = [
            other for other in given if (claimed.value == other.value if is_day else agree_in_value(claimed, other))
        ]
        if any(agree(claimed, other) for other in same):
            yield from _misplaced(case, claimed, same, given)
            yield from _turned(case, claimed, same)
        elif any(_are_of_one_kind(claimed, other) for other in same):
            message = f"{_written(case, claimed)} has another unit in the evidence"
            yield Finding("units", message, claimed.first, claimed.last, grave=True)
        elif not (is_day and _is_told_day(case, claimed)) and (
            claimed.value != 1 or claimed.unit or not _is_one(case.evidence)
        ):
            yield _missing(case, claimed, given)


def _are_of_one_kind(claimed: Quantity, other: Quantity) -> bool:
    """Tell whether two units measure the same thing, so that one may have been changed into the other."""
    families = english().unit_families
    return bool(families.get(claimed.unit or "", frozenset()) & families.get(other.unit or "", frozenset()))


def is_date(passage: Passage, quantity: Quantity) -> bool:
    """Tell whether a number is a year or a day of a month."""
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
    words, months = case.claim.words, english().months
    beside = [words[at].lower for at in (quantity.first - 1, quantity.last + 1) if 0 <= at < len(words)]
    return any(month in months and is_told(case, months[month], quantity.value) for month in beside)


def _missing(case: Case, claimed: Quantity, given: list[Quantity]) -> Finding:
    rivals = [other for other in given if _rivals(case, claimed, other) or _is_in_place(case, claimed, other)]
    elsewhere = case.is_elsewhere(f"#{claimed.value:g}") or case.is_elsewhere(case.claim.words[claimed.first].stem)
    is_count = not case.claim.words[claimed.first].text[0].isdecimal() and claimed.value < _SMALL
    where = "stands elsewhere in the article, not in the evidence" if elsewhere else "is not in the article"
    name = "dates" if is_date(case.claim, claimed) else "numbers"
    grave = bool(rivals) or (case.is_cited and not (elsewhere or is_count))
    message = f"the number {_written(case, claimed)} {where}"
    if rivals:
        nearest = min(rivals, key=lambda other: (not _is_in_place(case, claimed, other), other.unit != claimed.unit))
        message += f"; the evidence has {_written_there(case, nearest)}"
    return Finding(name, message, claimed.first, claimed.last, grave=grave)


def _rivals(case: Case, claimed: Quantity, other: Quantity) -> bool:
    """Tell whether the evidence's quantity may be the one that the claim changed: the claim has it nowhere."""
    if claimed.unit is not None and other.unit is not None and claimed.unit != other.unit and claimed.value > _SMALL:
        return False
    if is_date(case.claim, claimed) != is_date(case.evidence, other):
        return False
    if not case.is_cited and not _is_like(case, claimed, other):
        return False
    return not any(agree_in_value(mine, other) for mine in quantities(case.claim))


def _is_like(case: Case, claimed: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities count the same thing: by their unit, or by a word beside both."""
    if claimed.unit is not None or other.unit is not None:
        return claimed.unit == other.unit
    mine, theirs = _around(case.claim, claimed), _around(case.evidence, other)
    return mine[1] is not None and mine[1] == theirs[1]


def _is_in_place(case: Case, claimed: Quantity, other: Quantity) -> bool:
    """Tell whether the evidence's quantity stands just where the claim has another."""
    slot = case.alignment.tight.get(claimed.first)
    return slot is not None and other.first in slot.instead


def _misplaced(case: Case, claimed: Quantity, same: list[Quantity], given: list[Quantity]) -> Iterator[Finding]:
    """Find a number that the evidence says of another thing, and another number in this one's place."""
    slot = case.alignment.tight.get(claimed.first)
    there = [other for other in given if slot and other.first in slot.instead]
    inside = [other for other in there if not agree_in_value(claimed, other)]
    if inside and not any(other in same for other in there):
        message = (
            f"the evidence has {_written_there(case, inside[0])} where the statement has {_written(case, claimed)}"
        )
        yield Finding("numbers", message, claimed.first, claimed.last, grave=True)
        return
    around = _around(case.claim, claimed)
    if None in around or any(_touch(around, _around(case.evidence, other)) for other in same):
        return
    for other in given:
        if other not in same and _around(case.evidence, other) == around:
            message = (
                f"the evidence has {_written_there(case, other)} where the statement has {_written(case, claimed)}"
            )
            yield Finding("numbers", message, claimed.first, claimed.last, grave=True)
            return


def _turned(case: Case, claimed: Quantity, same: list[Quantity]) -> Iterator[Finding]:
    """Find a number that the statement has as the least and its evidence as the most, or the other way."""
    mine = bound(case.claim, claimed)
    theirs = {bound(case.evidence, other) for other in same} if mine else set()
    if mine and theirs and theirs <= {"least", "most"} - {mine}:
        message = f"the evidence has {_written(case, claimed)} as the {theirs.pop()}, and the statement as the {mine}"
        yield Finding("numbers", message, claimed.first, claimed.last, grave=True)


def _around(passage: Passage, quantity: Quantity) -> tuple[str | None, str | None]:
    words = passage.words
    before = words[quantity.first - 1].stem if quantity.first else None
    return before, words[quantity.last + 1].stem if quantity.last + 1 < len(words) else None


def _touch(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    return one[0] == other[0] or one[1] == other[1]


def _is_one(evidence: Passage) -> bool:
    return any(word.lower in {"one", "single", "first"} for word in evidence.words)


def _written(case: Case, quantity: Quantity) -> str:
    return case.written(quantity.first, quantity.last)


def _written_there(case: Case, quantity: Quantity) -> str:
    start, end = case.evidence.span(quantity.first, quantity.last)
    return case.evidence.text[start:end]
