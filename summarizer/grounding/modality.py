"""Checks how far and how sure: what is alleged, planned, threatened or former must not become plain fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from summarizer.grounding.words import Passage, Word

_REACH = 4
#: Ways of saying that something is not, or not yet, so: one may stand for another.
_NOT_YET = frozenset({"planned", "possible", "threatened", "attempted", "alleged"})
_STRONGER = {"possible": frozenset({"planned"})}


def modality(case: Case) -> Iterator[Finding]:
    """Find words that a hedge governs in the evidence and nothing holds back in the claim, and hedges put in."""
    if case.evidence.has(Tag.HEDGE):
        yield from _dropped(case)
    if case.claim.has(Tag.HEDGE):
        yield from _put_in(case)


def _dropped(case: Case) -> Iterator[Finding]:
    placed: dict[int, int] | None = None
    for there, word in enumerate(case.evidence.words):
        if not word.hedges or there in case.alignment.held:
            continue
        if placed is None:
            placed = {at: number for number, at in enumerate(_placed(case)) if at >= 0}
        head = _governed_in_claim(case, there, placed)
        if head is not None and _lost(word.hedges, _classes(case.claim.words[max(0, head - _REACH) : head + 1])):
            message = f'the evidence says "{word.text}" of this, and the statement does not'
            yield Finding("modality", message, head, head, grave=False)
            return


def _governed_in_claim(case: Case, there: int, placed: dict[int, int]) -> int | None:
    """Give the claim's word that stands for what a hedge governs, or for what comes after it in the same line."""
    before, after = placed.get(there - 1), placed.get(there + 1)
    if before is not None and after is not None and 0 < after - before <= 2:  # noqa: PLR2004
        return after
    return next((placed[at] for at in _governed(case.evidence, there) if at in placed), None)


def _placed(case: Case) -> list[int]:
    return [case.alignment.place_of(number) for number in range(len(case.claim.words))]


def _lost(hedges: frozenset[str], claimed: frozenset[str]) -> bool:
    """Tell whether nothing in the claim holds back as the evidence's hedge does."""
    if hedges & claimed:
        return False
    return not (hedges & _NOT_YET and claimed & _NOT_YET) or _is_stronger(hedges, claimed)


def _is_stronger(hedges: frozenset[str], claimed: frozenset[str]) -> bool:
    return hedges == {"possible"} and claimed & _NOT_YET == {"planned"}


def _classes(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(name for word in words for name in word.hedges)


def _governed(passage: Passage, place: int) -> list[int]:
    """Give the next word of substance after a hedge."""
    words = passage.words
    reach = range(place + 1, min(place + 1 + _REACH, len(words)))
    return [at for at in reach if words[at].is_content and not words[at].hedges][:1]


def _put_in(case: Case) -> Iterator[Finding]:
    given = _classes(case.evidence.words)
    for place, word in enumerate(case.claim.words):
        if word.hedges and case.alignment.matches[place] == "none" and not word.hedges & given:
            if word.hedges & _NOT_YET and given & _NOT_YET:
                continue
            if any(case.alignment.places[at] >= 0 for at in _governed(case.claim, place)):
                message = f'the statement says "{word.text}" of this, and the evidence does not'
                yield Finding("modality", message, place, place, grave=False)
                return
