"""Checks who answers for a claim: what somebody said must not become the article's own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage, Word

_MOST_BESIDE = 6
_SHARE = 0.6
#: Words of a speaker who stands behind the verb: "it fell, said two ministers, and".
_SPEAKER = 2


def attribution(case: Case) -> Iterator[Finding]:
    """Find a claim that is somebody's word in the evidence and nobody's in the statement."""
    if case.attribution is not None or not case.evidence.has(Tag.REPORTING):
        return
    words = case.claim.words
    if any([words[at].is_reporting for at in case.claim.tagged(Tag.REPORTING)]):  # noqa: C419 - generators cost more
        return
    places = [place for place in case.alignment.places if place >= 0]
    first = next((at for at, word in enumerate(case.claim.words) if word.is_content), 0)
    if not places or case.alignment.places[first] < 0 or not any(map(_is_finite, case.claim.words)):
        return
    for there in case.evidence.tagged(Tag.REPORTING):
        word = case.evidence.words[there]
        if (
            word.lower in english().weak_reporting
            and word.stem not in case.claim.last
            and _governs(case, there, places)
        ):
            message = f'the evidence has somebody answer for this ("{word.text}"); the statement names nobody'
            yield Finding("attribution", message, 0, len(case.claim.words) - 1, grave=False)
            return


def _is_finite(word: Word) -> bool:
    return word.lower in english().auxiliaries or (word.lower.endswith("ed") and not word.hedges)


def _governs(case: Case, verb: int, places: list[int]) -> bool:
    """Tell whether the claim is what the verb of saying governs in its sentence, and has nothing of who said it."""
    words, start, end = case.evidence.words, case.start_of(verb), case.end_of(verb)
    speakers = [at for at in range(max(start, verb - _MOST_BESIDE), verb) if words[at].is_name]
    if any(words[at].stem in case.claim.last for at in speakers):
        return False
    said_from = _said_from(case, verb, end)
    behind = sum(said_from <= place < end for place in places)
    return behind >= _SHARE * len(places) and verb + 1 < end


def _said_from(case: Case, verb: int, end: int) -> int:
    """Give where that begins which is said: behind the verb; nowhere where that stood before."""
    place = verb
    if case.evidence.words[verb].lower == "according":
        while place + 1 < end and not _has_comma(case.evidence, place):
            place += 1
        return place + 1
    for at in range(verb, min(end, verb + _SPEAKER + 1)):
        if at > verb and not case.evidence.words[at].is_content:
            break
        if _has_comma(case.evidence, at):
            return end
    return verb + 1


def _has_comma(passage: Passage, place: int) -> bool:
    return passage.text.startswith(",", passage.span(place, place)[1])
