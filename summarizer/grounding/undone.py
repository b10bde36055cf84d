"""Checks what is done, and what is sure: what is asked for, or may yet come, must not be told as having happened.

Nor what comes only on a condition, or is in question, as what will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.voice import DETERMINERS, since_mark, until_mark
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

#: Words between what asks and what is asked for: "called on the whole of the government to resign".
_REACH = 7
#: How far before a verb stand the words that make it plain fact, or hold it back.
_BEFORE = 3
#: How far behind "will" stands what will be.
_NEAR = 4
_BE = frozenset({"be", "been", "being"})
_ASSERTING = frozenset({"was", "were", "has", "have", "had", "did", "got", "been"})
#: Before a participle that is no verb: "the expanded port".
_NO_VERB_BEHIND = DETERMINERS | {"of"}
_QUESTION = frozenset({"whether", "if"})
#: What ends the search for a "to": of another clause it is none.
_ENDING = frozenset({"to", "that", "and"})
#: What is to come; of the words that hold back, these and their like say it too.
_COMING = frozenset({"will", "would", "shall", "must", "'ll"})
_PLANNED = frozenset({"planned"})
#: Behind these an "if" is no condition, or one more of several.
_NO_CONDITION_BEHIND = frozenset({"even", "as", "what", "and", "or", "but"})
_LONGEST_CONDITION = 25


class _Unsure(NamedTuple):
    """What will be: its words, on what condition, the "if" or "whether", and where all that is written."""

    coming: list[int]
    condition: range
    joint: int
    first: int
    last: int


def undone(case: Case) -> Iterator[Finding]:
    """Find what the claim has as done or as sure, and the evidence as asked for, still to do, or in question."""
    if case.evidence.has(Tag.OPEN):
        yield from _done(case)
        yield from _sure(case)


def _sure(case: Case) -> Iterator[Finding]:
    """Find what comes on a condition, or is in question, told as what will be: "will open" for "will open if paid"."""
    unsure_there = [] if case.is_conditional else _unsure(case.evidence)
    if not unsure_there:
        return  # most
    words, places = case.claim.words, case.alignment.places
    # What holds back in the evidence too, such as "warned", does so with the condition.
    if any([place < 0 and word.hedges and word.hedges != _PLANNED for word, place in zip(words, places, strict=True)]):  # noqa: C419 - generators cost more
        return
    known, there = case.claim.last, case.evidence.words
    told = [
        unsure
        for unsure in unsure_there
        if unsure.joint not in case.alignment.held
        and not any([there[at].is_content and there[at].stem in known for at in unsure.condition])  # noqa: C419 - as above
    ]
    for unsure in told:
        place = _first_of(case, unsure.coming)
        if place >= 0:
            message = f'the evidence leaves this open ("{case.evidence.written(unsure.first, unsure.last)}")'
            yield Finding("undone", message, place, place, grave=False)
            return


def _first_of(case: Case, there: Sequence[int]) -> int:
    """Give the claim's word for the first of these places that it has one for, by any kind of match; -1 for none."""
    places = case.alignment.places
    for at in there:
        if at in case.alignment.held:
            return places.index(at)
    loose = {case.alignment.place_of(at): at for at in case.alignment.unplaced} if there else {}
    return next((loose[at] for at in there if at in loose), -1)


@kept
def _unsure(evidence: Passage) -> list[_Unsure]:
    """Give what a passage says will be, of which it also says on what condition, or that this is in question."""
    found: list[_Unsure] = []
    if not any([evidence.words[at].lower in _COMING for at in evidence.tagged(Tag.HEDGE)]):  # noqa: C419 - as above
        return found
    for at in evidence.tagged(Tag.OPEN):
        lower = evidence.words[at].lower
        following = evidence.words[at + 1].lower if at + 1 < len(evidence.words) else ""
        if lower in english().questioning and following in _QUESTION:
            coming = _coming(evidence, range(at + 2, until_mark(evidence, at + 2, _LONGEST_CONDITION)))
            found += [_Unsure(coming, range(0), at + 1, at, coming[0])] if coming else []
        elif lower in english().conditions and following and not _is_no_condition(evidence.words, at):
            condition = range(at + 1, until_mark(evidence, at + 1, _LONGEST_CONDITION))
            beside = _beside(evidence, at, condition.stop)
            found.append(_Unsure(_coming(evidence, beside), condition, at, at, condition[-1]))
    return found


def _is_no_condition(words: Sequence[Word], at: int) -> bool:
    """Tell whether nothing depends on an "if": "even if", "as if", "asked if"."""
    before = words[at - 1].lower if at else ""
    return before in _NO_CONDITION_BEHIND or before in english().questioning


def _beside(evidence: Passage, at: int, after: int) -> range:
    """Give the clause that a condition stands beside: what is before it until a mark, or what is behind it."""
    first = since_mark(evidence, at, _LONGEST_CONDITION)
    return range(first, at) if first < at else range(after, until_mark(evidence, after, _LONGEST_CONDITION))


def _coming(evidence: Passage, clause: range) -> list[int]:
    """Give the words of substance right behind "will" or its like in a clause."""
    words = evidence.words
    modal = next((at for at in clause if words[at].lower in _COMING), clause.stop)
    reach = range(modal + 1, min(modal + 1 + _NEAR, clause.stop))
    return [at for at in reach if words[at].is_plain and not words[at].hedges and not words[at].is_capital]


def _done(case: Case) -> Iterator[Finding]:
    """Find a verb that the claim has as done, and the evidence as asked for, still to do, or in question."""
    still_open = _still_open(case.evidence)
    if not still_open or _is_held_back(case.claim.words):
        return
    words, there = case.claim.words, case.evidence.words
    for place, at in enumerate(case.alignment.places):
        governor = still_open.get(at)
        if governor is None or not words[place].is_plain or not _is_done(words, place, there[at]):
            continue
        if (there[governor].is_content and there[governor].stem in case.claim.last) or _is_parted(case, governor, at):
            continue
        message = f'the evidence has this as something still open ("{case.evidence.written(governor, at)}")'
        yield Finding("undone", message, place, place, grave=False)
        return


@kept
def _still_open(evidence: Passage) -> dict[int, int]:
    """Give the words that the evidence leaves open, each with the word that does."""
    return dict(_opened(evidence))


def _opened(evidence: Passage) -> Iterator[tuple[int, int]]:
    """Give the verbs behind a "to" that something asks for or must come, and all that stands behind a "whether"."""
    words, lexicon = evidence.words, english()
    for at in evidence.tagged(Tag.OPEN):
        lower = words[at].lower
        following = words[at + 1].lower if at + 1 < len(words) else ""
        if lower in lexicon.conditions:
            yield from ((place, at) for place in range(at + 1, until_mark(evidence, at + 1, _REACH)))
            continue
        if lower in lexicon.questioning and following in _QUESTION:
            yield from ((place, at) for place in range(at + 2, min(at + 2 + _REACH, len(words))))
            continue
        is_right_before = lower in lexicon.duties or (lower in lexicon.open_beside and following == "to")
        start = at + 1 if is_right_before else _to_behind(words, at) if lower in lexicon.asking else None
        verb = None if start is None else _verb(words, start)
        if verb is not None:
            yield verb, at


def _to_behind(words: Sequence[Word], at: int) -> int | None:
    """Give the "to" that a word governs, others between."""
    for place in range(at + 1, min(at + 1 + _REACH, len(words))):
        if words[place].lower in _ENDING:
            return place if words[place].lower == "to" else None
    return None


def _verb(words: Sequence[Word], after: int) -> int | None:
    """Give the verb at a place, or behind "to", "be" and adverbs there."""
    for place in range(after, min(after + 5, len(words))):
        lower = words[place].lower
        if lower != "to" and lower not in _BE and not lower.endswith("ly"):
            return place
    return None


def _is_done(words: Sequence[Word], place: int, other: Word) -> bool:
    """Tell whether a verb is told as having happened: by its form, or by what stands before it."""
    word, before = words[place], words[place - 1].lower if place else ""
    if before in _NO_VERB_BEHIND or word.lower.endswith("ing"):
        return False
    is_past = word.lower != other.lower and not word.lower.endswith("s")
    recent = {one.lower for one in words[max(0, place - _BEFORE) : place]}
    return is_past or (word.lower.endswith(("ed", "en")) and not recent.isdisjoint(_ASSERTING))


def _is_held_back(words: Sequence[Word]) -> bool:
    """Tell whether the claim itself holds something back, or is a question."""
    return any(word.hedges or word.lower == "to" or word.is_negation for word in words)


def _is_parted(case: Case, first: int, last: int) -> bool:
    """Tell whether two words of the evidence stand in two clauses, or in two sentences."""
    return case.evidence.is_parted(first, last) or case.start_of(last) > first
