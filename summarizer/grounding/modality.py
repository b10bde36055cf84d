"""Checks how far and how sure: what is alleged, planned, threatened or former must not become plain fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

_REACH = 4
#: Ways of saying that something is not, or not yet, so: one may stand for another.
_NOT_YET = frozenset({"planned", "possible", "threatened", "attempted", "alleged", "open"})
_OPEN = frozenset({"open"})
_MODALS = frozenset({"will", "would", "shall", "may", "might", "could", "'ll"})
#: What makes a verb after it plain fact: "did strike", "was sold", "has left".
_ASSERTING = frozenset({"did", "does", "do", "was", "were", "has", "have", "had"})
_TO_BE = ["to", "be"]
_WAS = frozenset({"was", "were"})
#: What leaves a choice where the evidence has a duty.
_CHOICES = frozenset({"may", "might", "could"})
_DUTIES = frozenset({"must", "shall"})
_TIMES = frozenset({"day", "night", "evening", "morning", "week", "weekend", "month", "year", "season", "quarter"})


class _Head(NamedTuple):
    """What a hedge governs: its place in the evidence and in the claim, and whether the claim has both its sides."""

    there: int
    place: int
    is_certain: bool


def modality(case: Case) -> Iterator[Finding]:
    """Find words that a hedge governs in the evidence and nothing holds back in the claim, and hedges put in."""
    if case.evidence.has(Tag.HEDGE):
        yield from _dropped(case)
    if case.claim.has(Tag.HEDGE):
        yield from _put_in(case)
    yield from _rank_dropped(case)


def _rank_dropped(case: Case) -> Iterator[Finding]:
    """Find the first of all in what the evidence has as the second: "the largest port" for "the second-largest"."""
    if not case.evidence.has(Tag.RANK):
        return
    words, ranked = case.claim.words, _ranked(case.evidence)
    for place, at in enumerate(case.alignment.places if ranked else []):
        rank = ranked.get(at)
        if (
            rank
            and case.evidence.words[at].stem == words[place].stem
            and not (place and words[place - 1].tags & Tag.RANK)
        ):
            message = f'the evidence says "{rank} {words[place].lower}"'
            yield Finding("modality", message, place, place, grave=True)
            return


@kept
def _ranked(passage: Passage) -> dict[int, str]:
    """Give where a superlative stands behind a rank, and the rank: "second largest"."""
    words = passage.words
    return {
        at + 1: words[at].lower
        for at in passage.tagged(Tag.RANK)
        if at + 1 < len(words) and words[at + 1].lower.endswith(("est", "most", "least"))
    }


def _dropped(case: Case) -> Iterator[Finding]:
    placed: dict[int, int] | None = None
    for there, word in _hedges(case.evidence):
        if there in case.alignment.held or _is_of_time(case.evidence, there):
            continue
        if placed is None:
            placed = _placed(case)
        head = _head(case, there, placed)
        if head is not None and _is_lost(case, there, head):
            message = f'the evidence says "{word.text}" of this, and the statement does not'
            yield Finding("modality", message, head.place, head.place, grave=False)
            return


def _is_of_time(passage: Passage, place: int) -> bool:
    """Tell whether a hedge is none: "the previous day" is not what was a day before."""
    following = passage.words[place + 1 : place + 2]
    return bool(following) and passage.words[place].lower == "previous" and following[0].lower in _TIMES


def _placed(case: Case) -> dict[int, int]:
    """Give the claim's word for each place of the evidence that one stands for, by any kind of match; the last one."""
    placed = {at: number for number, at in enumerate(case.alignment.places) if at >= 0}
    for number in case.alignment.unplaced:
        at = case.alignment.place_of(number)
        if at >= 0 and placed.get(at, -1) < number:
            placed[at] = number
    return placed


def _head(case: Case, there: int, placed: dict[int, int]) -> _Head | None:
    """Give what a hedge governs: what comes after it in the same line, or its next word of substance."""
    before, after = placed.get(there - 1), placed.get(there + 1)
    is_inside = case.start_of(there) < there < case.end_of(there) - 1
    if is_inside and before is not None and after is not None and 0 < after - before <= 2:  # noqa: PLR2004
        return _Head(there + 1, after, is_certain=True)
    found = _governed(case.evidence.words, there, case.end_of(there))
    if found not in placed or case.evidence.is_parted(there, found):
        return None
    return _Head(found, placed[found], is_certain=False)


def _governed(words: Sequence[Word], place: int, end: int) -> int:
    """Give the next word of substance after a hedge, -1 for none; of a clause after "that", no name."""
    has_clause = words[place].is_reporting
    for at in range(place + 1, min(place + 1 + _REACH, end)):
        if words[at].is_content and not words[at].hedges and not (has_clause and words[at].is_name):
            return at
    return -1


def _is_lost(case: Case, there: int, head: _Head) -> bool:
    """Tell whether nothing in the claim holds back as the evidence's hedge does, and the claim says it as fact."""
    hedges, words = case.evidence.words[there].hedges, case.claim.words
    if "alleged" in hedges and case.attribution is not None:
        return False
    is_verb = _governs_verb(case.evidence, there)
    is_near = head.is_certain or is_verb
    around = range(max(0, head.place - _REACH), head.place + 1) if is_near else range(len(words))
    claimed = _classes(words[at] for at in around if not _is_shared_condition(case, at))
    if _holds_back(hedges, claimed) or _is_to_come(case.claim, head.place):
        return False
    return not is_verb or _is_fact(case, hedges, head)


def _is_shared_condition(case: Case, place: int) -> bool:
    """Tell whether the claim's "if" is the evidence's own, which had the hedge beside it."""
    return case.claim.words[place].hedges == _OPEN and case.alignment.places[place] >= 0


def _holds_back(hedges: frozenset[str], claimed: frozenset[str]) -> bool:
    if hedges & claimed:
        return True
    is_stronger = hedges == {"possible"} and claimed & _NOT_YET == {"planned"}
    return bool(hedges & _NOT_YET and claimed & _NOT_YET) and not is_stronger


def _governs_verb(passage: Passage, place: int) -> bool:
    after = {word.lower for word in passage.words[place + 1 : place + 3]}
    return passage.words[place].lower in _MODALS or "to" in after


def _is_to_come(claim: Passage, place: int) -> bool:
    """Tell whether "to" stands before a word, as in "is to meet" and "an effort to deploy"."""
    return any(word.lower == "to" for word in claim.words[max(0, place - 2) : place])


def _is_fact(case: Case, hedges: frozenset[str], head: _Head) -> bool:
    """Tell whether the claim has a verb as something that has happened, or happens where it only might."""
    words, there = case.claim.words, case.evidence.words[head.there].lower
    before = {word.lower for word in words[max(0, head.place - 3) : head.place]}
    form = words[head.place].lower
    if head.is_certain or before & _ASSERTING:
        return not form.endswith("ing") or bool(before & _ASSERTING)
    if form == there or form.endswith("ing"):
        return False
    return not (form.endswith("s") and "planned" in hedges)


def _hedges(passage: Passage) -> list[tuple[int, Word]]:
    """Give the words that hold back, with their places; "if" and its like do not by themselves."""
    words = passage.words
    return [
        (at, words[at]) for at in passage.tagged(Tag.HEDGE) if words[at].hedges != _OPEN and not _is_idle(words, at)
    ]


def _is_idle(words: Sequence[Word], at: int) -> bool:
    """Tell whether "once" or "used" is no "formerly", as in "was once" and "used to be"."""
    if words[at].lower == "used":
        return [word.lower for word in words[at + 1 : at + 3]] != _TO_BE
    return words[at].lower == "once" and not (at and words[at - 1].lower in _WAS)


def _classes(words: Iterable[Word]) -> frozenset[str]:
    return frozenset([name for word in words if word.hedges for name in word.hedges])


def _put_in(case: Case) -> Iterator[Finding]:
    for place, word in _hedges(case.claim):
        if case.alignment.matches[place] != "none":
            continue
        duty = _duty(case, place) if word.lower in _CHOICES else ""
        if duty:
            message = f'the evidence says "{duty}", not "{word.lower}"'
            yield Finding("modality", message, place, place, grave=False)
            return
        given = _classes(case.evidence.words)
        if word.hedges & given or (word.hedges & _NOT_YET and given & _NOT_YET):
            continue
        governed = _governed(case.claim.words, place, len(case.claim.words))
        if governed >= 0 and case.alignment.places[governed] >= 0 and not case.claim.is_parted(place, governed):
            message = f'the statement says "{word.text}" of this, and the evidence does not'
            yield Finding("modality", message, place, place, grave=False)
            return


def _duty(case: Case, place: int) -> str:
    """Give the "must" that the evidence has before the verb behind a word of the claim; empty for none."""
    at = case.alignment.places[place + 1] if place + 1 < len(case.alignment.places) else -1
    before = case.evidence.words[at - 1].lower if at > 0 else ""
    return before if before in _DUTIES else ""
