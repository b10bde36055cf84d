"""Checks what is done: what somebody is asked to do, or has yet to do, must not be told as having happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.voice import DETERMINERS, until_mark
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

#: Words between what asks and what is asked for: "called on the whole of the government to resign".
_REACH = 7
#: How far before a verb stand the words that make it plain fact, or hold it back.
_BEFORE = 3
_BE = frozenset({"be", "been", "being"})
_ASSERTING = frozenset({"was", "were", "has", "have", "had", "did", "got", "been"})
#: Before a participle that is no verb: "the expanded port".
_NO_VERB_BEHIND = DETERMINERS | {"of"}
_QUESTION = frozenset({"whether", "if"})
#: What ends the search for a "to": of another clause it is none.
_ENDING = frozenset({"to", "that", "and"})


def undone(case: Case) -> Iterator[Finding]:
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
    return dict(_opened(evidence)) if evidence.has(Tag.OPEN) else {}


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
