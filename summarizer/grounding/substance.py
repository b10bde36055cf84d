"""Checks the words of substance: those in another one's place, those the evidence lacks, and whole strange parts."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from summarizer.grounding.binding import equivalents
from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.roles import rebuilt
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Word

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
#: A part of the statement with this many words of substance in a row that the evidence lacks is another story.
_STRANGE_RUN = 3
#: Places of a word in the evidence that are looked at.
_MOST = 8
_LISTING = frozenset({"and", "or"})
_ALIKE = 0.5
#: Fewer do at the end of a statement that is the evidence's own, word for word, until there.
_STRANGE_END, _VERBATIM = 2, 0.6


def kinds(case: Case) -> Iterator[Finding]:
    """Find a word in whose place the evidence has another one of its kind: another colour, another unit of time."""
    lexicon = english()
    for slot in case.alignment.slots:
        there = [case.evidence.words[place] for place in slot.instead if place not in case.alignment.held]
        for place in range(slot.first, slot.last + 1):
            word = case.claim.words[place]
            if word.stem not in lexicon.kinds or word.value is not None or case.alignment.matches[place] == "same":
                continue
            # What both have was moved, and not put in a word's place.
            was_moved = word.stem in case.evidence.last or word.stem in rebuilt(case)
            for other in [other for other in there if not (was_moved and other.stem in case.claim.last)]:
                kind = lexicon.kind_in_common(word.stem, other.stem)
                is_free = slot.tight or other.stem not in case.claim.last
                if kind and is_free and not lexicon.are_synonyms(word.stem, other.stem):
                    message = f'the evidence has "{other.text}", not "{word.text}"'
                    yield Finding("kinds", message, place, place, grave=True)
                    break
    yield from _beside_the_same(case)


def _beside_the_same(case: Case) -> Iterator[Finding]:
    """Find a word that the article has nowhere, behind one that has another of its kind there: "two sisters"."""
    words, there, kinds_of = case.claim.words, case.evidence.words, english().kinds
    strange = [at for at in case.alignment.unplaced if at and words[at].stem in kinds_of and words[at - 1].is_content]
    for place in strange:
        word = words[place]
        if word.value is not None or case.article.holds(word.stem):
            continue
        for before in case.evidence.where(words[place - 1].stem)[:_MOST]:
            other = there[before + 1] if before + 1 < case.end_of(before) else word
            if other.stem not in case.claim.last and _are_two_of_a_kind(word, other):
                message = f'the evidence has "{other.text}", not "{word.text}"'
                yield Finding("kinds", message, place, place, grave=True)
                break


def _are_two_of_a_kind(word: Word, other: Word) -> bool:
    lexicon = english()
    is_kind = lexicon.kind_in_common(word.stem, other.stem)
    return bool(is_kind) and not lexicon.are_synonyms(word.stem, other.stem)


def replaced(case: Case) -> Iterator[Finding]:
    """Find a word in whose place the evidence has one of another meaning, where the lists know both.

    One word for one, with the evidence's own neighbours beside it. What the lists do not know may be a good
    paraphrase: the score counts it, and no finding accuses it.
    """
    for slot in case.alignment.slots:
        if case.alignment.tight.get(slot.first) is not slot:
            continue
        mine = [place for place in range(slot.first, slot.last + 1) if case.claim.words[place].is_content]
        there = [place for place in slot.instead if case.evidence.words[place].is_content]
        if (
            len(mine) == len(there) == 1
            and case.claim.words[mine[0]].stem not in rebuilt(case)
            and _differ(case.claim.words[mine[0]], case.evidence.words[there[0]])
        ):
            word, other = case.claim.words[mine[0]].text, case.evidence.words[there[0]].text
            message = f'the evidence says "{other}" here, and "{word}" does not mean the same'
            yield Finding("replaced", message, mine[0], mine[0], grave=False)


def _differ(word: Word, other: Word) -> bool:
    """Tell whether two words are of one form and known to say different things."""
    lexicon = english()
    if _is_special(word) or _is_special(other) or _form(word) != _form(other):
        return False
    if not (lexicon.knows(word.stem) and lexicon.knows(other.stem)):
        return False
    root = lexicon.stemmer.root
    return root(word.stem) != root(other.stem) and not lexicon.are_near(word.stem, other.stem)


def _is_special(word: Word) -> bool:
    """Tell whether a word is another check's: a number, a unit, a name, a verb of saying, a hedge."""
    return word.value is not None or word.is_unit or word.is_capital or word.is_reporting or bool(word.hedges)


def _form(word: Word) -> str:
    return next((ending for ending in ("ing", "ly") if word.lower.endswith(ending)), "")


def substance(case: Case) -> Iterator[Finding]:
    """Find claims most of whose words of substance the evidence lacks, and parts of any claim that it lacks."""
    if "none" not in case.alignment.matches:
        return
    words = case.claim.words
    content = [place for place, word in enumerate(words) if word.is_content and word.value is None and not word.is_name]
    missing = [place for place in content if _is_lacking(case, place)]
    if not missing:
        return
    if len(missing) > _ALIKE * len(content):
        message = f"{len(missing)} of {len(content)} words of substance are not in the evidence"
        is_strange = case.is_cited and len(missing) == len(content) >= _STRANGE_RUN and not _holds_a_name(case)
        yield Finding("substance", message, missing[0], missing[-1], grave=is_strange)
        return
    for place in missing:
        if _is_listed(case, place):
            message = f'the list in the evidence does not have "{words[place].text}"'
            yield Finding("substance", message, place, place, grave=False)
    if len(missing) < _STRANGE_END:
        return  # neither a run nor an end can lack enough
    run = _longest_run(case, content)
    if len(run) >= _STRANGE_RUN or (run := _strange_end(case, content)):
        message = f'the evidence has nothing of "{case.claim.written(run[0], run[-1])}"'
        yield Finding("substance", message, run[0], run[-1], grave=False)


def _is_listed(case: Case, place: int) -> bool:
    """Tell whether a word was put into a list of the evidence's: between two commas there, or a comma and "and"."""
    claim, places = case.claim, case.alignment.places
    if not 0 < place < len(places) - 1 or not claim.between(place - 1, place).startswith(","):
        return False
    if not (claim.between(place, place + 1).startswith(",") or claim.words[place + 1].lower in _LISTING):
        return False
    before = places[place - 1]
    if before < 0 or before + 1 >= len(case.evidence.words):
        return False
    return (
        case.evidence.between(before, before + 1).startswith(",") or case.evidence.words[before + 1].lower in _LISTING
    )


def _is_lacking(case: Case, place: int) -> bool:
    """Tell whether the evidence has nothing for a word; where it was only chosen, whether the article has nothing."""
    if case.alignment.matches[place] != "none":
        return False
    return case.is_cited or not equivalents(case.claim.words[place], case.article)


def _holds_a_name(case: Case) -> bool:
    return any(word.is_name and word.stem in case.evidence.last for word in case.claim.words)


def _longest_run(case: Case, content: list[int]) -> list[int]:
    """Give the longest run of words out of line with the evidence, most of which it lacks altogether."""
    best: list[int] = []
    run: list[int] = []
    for place in [*content, -1]:
        if place >= 0 and case.alignment.places[place] < 0:
            run.append(place)
            continue
        lacking = sum(_is_lacking(case, at) for at in run)
        best = run if len(run) > len(best) and 2 * lacking > len(run) else best
        run = []
    return best


def _strange_end(case: Case, content: list[int]) -> list[int]:
    """Give the last words where the evidence has none of them, and the claim is the evidence's own until there."""
    matches, places = case.alignment.matches, case.alignment.places
    end = list(takewhile(lambda at: places[at] < 0, reversed(content)))[::-1]
    if not case.is_cited or len(end) < _STRANGE_END or any(matches[at] != "none" for at in end):
        return []
    if any(place >= 0 for place in places[end[0] :]):
        return []
    before = places[: end[0]]
    in_a_row = sum(after - place == 1 for place, after in pairwise(before) if place >= 0)
    return end if before and in_a_row >= _VERBATIM * len(before) else []


def pronouns(case: Case) -> Iterator[Finding]:
    """Find "she" where the evidence and what stands before it only have "he", or the other way round."""
    if not case.claim.has(Tag.GENDER):
        return
    for mine, other in ((_HE, _SHE), (_SHE, _HE)):
        places = [place for place, word in enumerate(case.claim.words) if word.lower in mine]
        if not places or not case.evidence.last.keys().isdisjoint(mine):
            continue
        if not case.evidence.last.keys().isdisjoint(other) and _lacks(case, mine):
            word = case.claim.words[places[0]].text
            message = f'the evidence does not say "{word}"'
            yield Finding("pronouns", message, places[0], places[0], grave=True)


def _lacks(case: Case, mine: frozenset[str]) -> bool:
    near = [case.article.sentences[number] for number in case.before]
    return all(passage.last.keys().isdisjoint(mine) for passage in near)
