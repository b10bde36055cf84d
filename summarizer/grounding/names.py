"""Checks names: each must be in the evidence; one from elsewhere is another problem than one from nowhere."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.facts import ACRONYM
from summarizer.grounding.lexicon import english
from summarizer.grounding.roles import rebuilt
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.alignment import Slot
    from summarizer.grounding.words import Passage, Word

_PRONOUNS = frozenset({"he", "she", "they", "it", "his", "her", "their", "its", "him", "them", "who"})
_LEAST_FAMILY = 4
#: From this share of capitalised words a claim is a headline, and its capitals tell nothing.
_HEADLINE = 0.95
_LONG = 4
#: So near each other, in words, two names may be one.
_BESIDE = 3


def names(case: Case) -> Iterator[Finding]:
    """Find names that the evidence lacks, and names put together of parts of two."""
    if not case.claim.has(Tag.NAME):
        return
    words, unplaced = case.claim.words, case.alignment.unplaced
    missing = [place for place in unplaced if words[place].is_name and not _is_held(case, place)]
    beside = [place for place, (one, other) in enumerate(pairwise(words)) if one.is_name and other.is_name]
    if not missing and not beside:
        return
    is_headline = _is_headline(case.claim)
    for place in missing:
        for finding in _missing(case, place):
            yield finding._replace(grave=False) if is_headline else finding
    if not is_headline:
        yield from _mixed(case, beside)


def _is_headline(claim: Passage) -> bool:
    content = [word for word in claim.words if word.is_content and word.value is None]
    return len(content) > _LONG and sum([word.is_capital for word in content]) >= _HEADLINE * len(content)


def _is_held(case: Case, place: int) -> bool:
    if _is_same_place(case, place) or _is_short_for(case, place):
        return True
    if place in case.alignment.tight and _rival(case, place) is not None:
        return False
    return case.alignment.matches[place] in {"same", "moved", "family"}


def _is_same_place(case: Case, place: int) -> bool:
    """Tell whether the evidence names the same state here by another name: the adjective, the people, the capital."""
    words, places = case.claim.words, english().places
    around = [" ".join(word.lower for word in words[max(0, at) : at + 2]) for at in (place - 1, place)]
    states = {places[name] for name in (words[place].lower, *around) if name in places}
    if not states:
        return False
    slot = case.alignment.tight.get(place)
    there = [case.evidence.words[at] for at in slot.instead] if slot else case.evidence.words
    text = " ".join(word.lower for word in there)
    return any(places.get(word.lower) in states for word in there if word.is_capital) or any(
        name in text for state in states for name in _long_names()[state]
    )


@cache
def _long_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {state: [] for state in english().places.values()}
    for name, state in english().places.items():
        if " " in name:
            found[state].append(name)
    return found


def _is_short_for(case: Case, place: int) -> bool:
    """Tell whether a name is the initials of names in the evidence, or has its initials there."""
    word = case.claim.words[place]
    if word.text[0].isupper() and word.text[-1].isupper() and len(word.lower) > 1:
        words = case.evidence.words
        initials = "".join(other.lower[0] for other in words if other.is_capital)
        return word.lower in initials or word.lower in _with_particles(words)
    return _initials(case.claim, place) in case.evidence.last


def _is_short_elsewhere(case: Case, word: Word) -> bool:
    """Tell whether a name is the initials of one name somewhere in the article."""
    return word.text.isupper() and len(word.lower) in ACRONYM and word.lower in case.article.acronyms


def _with_particles(words: Sequence[Word]) -> str:
    """Give the initials of names with those of what joins them: "doj" for "Department of Justice"."""
    return "".join(
        word.lower[0]
        for at, word in enumerate(words)
        if word.is_capital
        or (not word.is_content and at and all(w.is_capital for w in (*words[at - 1 : at], *words[at + 1 : at + 2])))
    )


def _initials(claim: Passage, place: int) -> str:
    first = last = place
    words = claim.words
    while first > 0 and words[first - 1].is_capital:
        first -= 1
    while last + 1 < len(words) and words[last + 1].is_capital:
        last += 1
    return "".join(word.lower[0] for word in words[first : last + 1]) if last > first else "\0"


def _missing(case: Case, place: int) -> Iterator[Finding]:
    word = case.claim.words[place]
    rival = _rival(case, place) if place in case.alignment.tight else None
    if rival and word.stem in case.evidence.last:
        if word.stem in rebuilt(case):
            return
        yield Finding("roles", f"the evidence has {rival.text} here, not {word.text}", place, place, grave=True)
    elif rival and (case.is_elsewhere(word.stem) or _is_known(case, word)):
        yield from _elsewhere(case, place)
    elif _begins_sentence(case.claim, place):
        yield from _first_word(case, place)
    elif case.is_elsewhere(word.stem):
        yield from _elsewhere(case, place)
    elif _is_short_elsewhere(case, word):
        message = f"the name {word.text} stands written out elsewhere in the article, not in the evidence"
        yield Finding("names_elsewhere", message, place, place, grave=False)
    elif not _is_known(case, word):
        message = f"the name {word.text} is not in the article"
        yield Finding("names", message, place, place, grave=case.is_cited or rival is not None)


def _is_known(case: Case, word: Word) -> bool:
    root = english().stemmer.root(word.stem)
    return len(root) >= _LEAST_FAMILY and root in case.article.roots


def _elsewhere(case: Case, place: int) -> Iterator[Finding]:
    word = case.claim.words[place]
    rival = _rival(case, place)
    if rival is None and word.stem in case.named_before and _refers_back(case.evidence):
        return
    message = f"the name {word.text} stands elsewhere in the article, not in the evidence"
    if rival:
        message += f", which has {rival.text} there"
    yield Finding("names_elsewhere", message, place, place, grave=rival is not None)


def _refers_back(evidence: Passage) -> bool:
    return not _PRONOUNS.isdisjoint([word.lower for word in evidence.words])


def _rival(case: Case, place: int) -> Word | None:
    """Give the name that the evidence has in the place of a claim's name.

    Where the place is not certain, a name that the claim has elsewhere is none.
    """
    word = case.claim.words[place]
    for slot in case.alignment.slots:
        if slot.first <= place <= slot.last and not _crosses(case, slot):
            mine = {case.claim.words[at].stem for at in range(slot.first, slot.last + 1)}
            for there in slot.instead:
                other = case.evidence.words[there]
                is_free = slot.tight or other.stem not in case.claim.last
                if other.is_name and is_free and other.stem not in mine and not _are_related(word, other):
                    return other
    return None


def _crosses(case: Case, slot: Slot) -> bool:
    """Tell whether a place reaches from one sentence into the next: then its neighbours prove nothing."""
    last = len(case.evidence.words) - 1
    ends = max(0, slot.instead.start - 1), min(last, slot.instead.stop)
    return bool(slot.instead) and case.sentence_at(ends[0]) != case.sentence_at(ends[1])


def _are_related(word: Word, other: Word) -> bool:
    places, root = english().places, english().stemmer.root
    if word.lower in places and places.get(word.lower) == places.get(other.lower):
        return True
    return root(word.stem) == root(other.stem)


def _begins_sentence(claim: Passage, place: int) -> bool:
    """Tell whether a word may be capitalised for its place: first, after a full stop, a colon or a quotation mark."""
    since = claim.span(place - 1, place - 1)[0] if place else 0
    before = claim.text[since : claim.span(place, place)[0]].rstrip()
    following = claim.words[place + 1 : place + 2]
    return (not before or before[-1] in ".!?:;\"“‘'") and not (following and following[0].is_capital)


def _first_word(case: Case, place: int) -> Iterator[Finding]:
    """Find a first word that is a name and not the evidence's; what is only perhaps a name is not grave."""
    word = case.claim.words[place]
    if case.alignment.matches[place] != "none":
        return
    if case.is_elsewhere(word.stem):
        if word.lower in case.article.inner_capitals and word.lower not in case.article.small_words:
            yield from _elsewhere(case, place)
    elif not _is_known(case, word) and not english().knows(word.stem):
        is_replaced = _rival(case, place) is not None and (case.is_cited or place in case.alignment.tight)
        grave = is_replaced and not _may_be_common(word)
        message = f"the word {word.text} is not in the article"
        yield Finding("names" if grave else "first_word", message, place, place, grave=grave)


def _may_be_common(word: Word) -> bool:
    """Tell whether a capitalised first word ends as ordinary ones do."""
    return word.lower.endswith(("s", "ing", "ed", "ly", "ers", "ists", "men", "ion", "ment"))


def _mixed(case: Case, beside: Sequence[int]) -> Iterator[Finding]:
    """Find two names `beside` each other, both the article's, that never stand side by side there."""
    places = english().places
    for place in beside:
        first, second = case.claim.words[place : place + 2]
        if first.lower in places or second.lower in places:
            continue
        both = (first.stem, second.stem)
        if _are_beside_there(case, place):
            continue
        if case.article.are_one_name(*both) or not _is_one_name(case.claim, place):
            continue
        if all(map(case.is_elsewhere, both)) and not _stand_near(case, both):
            message = f'"{case.claim.written(place, place + 1)}" is put together of two names'
            yield Finding("names_mixed", message, place, place + 1, grave=False)


def _are_beside_there(case: Case, place: int) -> bool:
    """Tell at a glance whether a word and the next stand side by side in the evidence, both as names, as most do."""
    at, words = case.alignment.places[place], case.evidence.words
    if at < 0 or case.alignment.places[place + 1] != at + 1 or case.end_of(at) == at + 1:
        return False
    return words[at].is_capital and words[at + 1].is_capital


def _is_one_name(claim: Passage, place: int) -> bool:
    """Tell whether a name and the next one are written as one: a space between, and no sentence begins there."""
    return claim.text.startswith(" ", claim.span(place, place)[1]) and not _begins_sentence(claim, place)


def _stand_near(case: Case, both: tuple[str, str]) -> bool:
    """Tell whether two names stand near each other in the article, a word or two between them."""
    if any(0 < second - first <= _BESIDE for _, first, second in case.article.together(*both)):
        return True
    return both[0] in case.article.outside.last and both[1] in case.article.outside.last
