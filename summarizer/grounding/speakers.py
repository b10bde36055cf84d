"""Checks who answers for a claim: what somebody said must not become the article's own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BESIDE = 6
_SHARE = 0.6


def attribution(case: Case) -> Iterator[Finding]:
    """Find a claim that is somebody's word in the evidence and nobody's in the statement."""
    if case.attribution is not None or not case.evidence.has(Tag.REPORTING):
        return
    if any(word.is_reporting for word in case.claim.words):
        return
    places = [place for place in case.alignment.places if place >= 0]
    first = next((at for at, word in enumerate(case.claim.words) if word.is_content), 0)
    if (
        not places
        or case.alignment.places[first] < 0
        or not any(word.lower in english().auxiliaries or "ed" in word.lower for word in case.claim.words)
    ):
        return
    for there, word in enumerate(case.evidence.words):
        if (
            word.lower in english().weak_reporting
            and word.stem not in case.claim.positions
            and _governs(case, there, places)
        ):
            message = f'the evidence has somebody answer for this ("{word.text}"); the statement names nobody'
            yield Finding("attribution", message, 0, len(case.claim.words) - 1, grave=False)
            return


def _governs(case: Case, verb: int, places: list[int]) -> bool:
    """Tell whether the claim is what stands behind the verb of saying, and has nothing of who said it."""
    words = case.evidence.words
    speakers = [at for at in range(max(0, verb - _MOST_BESIDE), verb) if words[at].is_name]
    if any(words[at].stem in case.claim.positions for at in speakers):
        return False
    behind = sum(place > verb for place in places)
    return behind >= _SHARE * len(places) and verb + 1 < len(words)
