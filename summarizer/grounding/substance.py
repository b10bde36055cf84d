"""Checks the words of substance: those in another one's place, those the evidence lacks, and whole strange parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.alignment import Slot

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
#: A part of the statement with this many words of substance in a row that the evidence lacks is another story.
_STRANGE_RUN = 3
_ALIKE = 0.5


def kinds(case: Case) -> Iterator[Finding]:
    """Find a word in whose place the evidence has another one of its kind: another colour, another unit of time."""
    lexicon = english()
    for slot in case.alignment.slots:
        there = [case.evidence.words[place] for place in slot.instead if place not in case.alignment.held]
        for place in range(slot.first, slot.last + 1):
            word = case.claim.words[place]
            if word.stem not in lexicon.kinds or word.value is not None or case.alignment.matches[place] == "same":
                continue
            for other in there:
                kind = lexicon.kind_in_common(word.stem, other.stem)
                is_free = slot.tight or other.stem not in case.claim.positions
                if kind and is_free and not lexicon.are_synonyms(word.stem, other.stem):
                    message = f'the evidence has "{other.text}", not "{word.text}"'
                    yield Finding("kinds", message, place, place, grave=True)
                    break


def replaced(case: Case) -> Iterator[Finding]:
    """Find words of substance that stand in the place of others and are no known way to say the same."""
    for slot in case.alignment.slots:
        mine = _strange(case, slot)
        there = [place for place in slot.instead if place not in case.alignment.held]
        theirs = [case.evidence.words[place] for place in there if case.evidence.words[place].is_content]
        if mine and theirs and len(mine) < _STRANGE_RUN:
            words = " ".join(case.claim.words[place].text for place in mine)
            message = f'"{words}" stands where the evidence has "{" ".join(word.text for word in theirs)}"'
            yield Finding("replaced", message, mine[0], mine[-1], grave=False)


def _strange(case: Case, slot: Slot) -> list[int]:
    return [
        place
        for place in range(slot.first, slot.last + 1)
        if case.claim.words[place].is_content
        and case.claim.words[place].value is None
        and not case.claim.words[place].is_unit
        and not case.claim.words[place].is_name
        and (case.alignment.matches[place] == "none" or (slot.tight and _is_astray(case, place, slot)))
    ]


def _is_astray(case: Case, place: int, slot: Slot) -> bool:
    """Tell whether what a word could stand for is somewhere else in the evidence, and here is something else."""
    stem, lexicon = case.claim.words[place].stem, english()
    there = [case.evidence.words[at].stem for at in slot.instead]
    root = lexicon.stemmer.root(stem)
    return not any(
        stem == other or root == lexicon.stemmer.root(other) or lexicon.are_synonyms(stem, other) for other in there
    )


def substance(case: Case) -> Iterator[Finding]:
    """Find claims most of whose words of substance the evidence lacks, and parts of any claim that it lacks."""
    words, matches = case.claim.words, case.alignment.matches
    content = [place for place, word in enumerate(words) if word.is_content and word.value is None and not word.is_name]
    missing = [place for place in content if matches[place] == "none"]
    if not missing:
        return
    if len(missing) > _ALIKE * len(content):
        message = f"{len(missing)} of {len(content)} words of substance are not in the evidence"
        is_strange = case.is_cited and len(missing) == len(content) >= _STRANGE_RUN
        yield Finding("substance", message, missing[0], missing[-1], grave=is_strange)
        return
    run = _longest_run(case, content)
    if len(run) >= _STRANGE_RUN:
        message = f'the evidence has nothing of "{case.written(run[0], run[-1])}"'
        yield Finding("substance", message, run[0], run[-1], grave=False)


def _longest_run(case: Case, content: list[int]) -> list[int]:
    """Give the longest run of words out of line with the evidence, most of which it lacks altogether."""
    best: list[int] = []
    run: list[int] = []
    for place in [*content, -1]:
        if place >= 0 and case.alignment.places[place] < 0:
            run.append(place)
            continue
        lacking = sum(case.alignment.matches[at] == "none" for at in run)
        best = run if len(run) > len(best) and 2 * lacking > len(run) else best
        run = []
    return best


def pronouns(case: Case) -> Iterator[Finding]:
    """Find "she" where the evidence and what stands before it only have "he", or the other way round."""
    if not case.claim.has(Tag.GENDER):
        return
    for mine, other in ((_HE, _SHE), (_SHE, _HE)):
        places = [place for place, word in enumerate(case.claim.words) if word.lower in mine]
        if not places or not case.evidence.positions.keys().isdisjoint(mine):
            continue
        if not case.evidence.positions.keys().isdisjoint(other) and _lacks(case, mine):
            word = case.claim.words[places[0]].text
            message = f'the evidence does not say "{word}"'
            yield Finding("pronouns", message, places[0], places[0], grave=True)


def _lacks(case: Case, mine: frozenset[str]) -> bool:
    near = [case.article.sentences[number] for number in case.before]
    return all(passage.positions.keys().isdisjoint(mine) for passage in near)
