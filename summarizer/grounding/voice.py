"""Who does what to whom: the two sides of a verb, read the same from the active and from the passive.

As ReVerb does (Fader, Soderland and Etzioni, 2011), the nearest noun phrases on both sides of a verb are taken for its
arguments, without a parser; here from lists of words alone, with nothing taken where that would be a guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.grounding.words import Passage, Word

#: Words of a side that are read, words in which a "by" is looked for, and words that one verb may have.
_LONGEST_SIDE = 10
_REACH = 8
_GROUP = 6
_BETWEEN = frozenset("also then since still already now just once later never not reportedly".split())  # noqa: SIM905
DETERMINERS = frozenset("a an the its their his her our my this these those".split())  # noqa: SIM905
_PREPOSITIONS = frozenset(
    "in on at by for from to with into onto over under between among against about during through "  # noqa: SIM905
    "across per via upon toward towards around along amid near outside inside without within despite".split()
)
#: Where a clause begins, or goes on: no side of the verb reaches over it.
_JOINING = frozenset(
    "and but or nor while when where that because if whether although though so what why how "  # noqa: SIM905
    "after before until as than".split()
)
#: One and the same where both texts have it, as far as can be told.
_SOMEBODY = frozenset({"he", "she", "they", "it", "we", "i"})
_RELATIVE = frozenset({"who", "which"})
#: Behind a verb and part of it: "turned down the offer".
_PARTICLES = frozenset("up down out off over back away".split())  # noqa: SIM905
_NONE: frozenset[int] = frozenset()
#: Between a verb and whom it goes to.
_TOWARDS = frozenset({"to", "against"})
_APART = re.compile(r"[.!?;:()—–,\"“”]")


class Side(NamedTuple):
    """The words of one side of a verb, by stem; empty where it is not told, or not sure."""

    #: Those that "of" joins to nothing: "offer" of "the offer of the firm".
    heads: frozenset[str]
    stems: frozenset[str]


class Sides(NamedTuple):
    """Who does it and to whom."""

    agent: Side
    patient: Side
    is_passive: bool
    #: Whether somebody or something stands right behind the verb; what it is done to, or how.
    has_object: bool
    #: The first and the last word of all that was read, the verb included.
    first: int
    last: int


@kept
def passives(passage: Passage) -> frozenset[int]:
    """Give the verbs whose subject is who it is done to: "was sued", "is now being sued", "men arrested by police"."""
    if not (passage.has(Tag.PASSIVE) and passage.has(Tag.PARTICIPLE)):
        return _NONE
    words = passage.words
    return frozenset([verb for verb in passage.tagged(Tag.PARTICIPLE) if _is_passive(words, verb)])


def _is_passive(words: Sequence[Word], verb: int) -> bool:
    if verb + 2 < len(words) and words[verb + 1].lower == "by" and not _is_how(words[verb + 2]):
        return True
    before = _before(words, verb)
    return before >= 0 and bool(words[before].tags & Tag.PASSIVE) and words[before].lower != "by"


def is_verb(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word is a verb by its form or by an auxiliary before it: "author" beside "authored" is none."""
    if words[place].tags & Tag.PARTICIPLE:
        return True
    before = _before(words, place)
    return before >= 0 and words[before].lower in english().auxiliaries


def governed(passage: Passage) -> list[int]:
    """Give the words of substance right behind an auxiliary: "to pay", "will buy"."""
    words, auxiliaries = passage.words, english().auxiliaries
    behind = [at for at, word in enumerate(words[:-1], start=1) if word.lower in auxiliaries]
    return [at for at in behind if words[at].is_content]


def _before(words: Sequence[Word], verb: int) -> int:
    """Give the place before a verb and the adverbs beside it; -1 for none."""
    before = verb - 1
    while before >= 0 and _is_between(words[before]):
        before -= 1
    return before


def _is_how(word: Word) -> bool:
    """Tell whether what stands behind "by" is no one: "by 5%", "by saying", "by Monday"."""
    return word.lower.endswith("ing") or bool(word.tags & (Tag.NUMBER | Tag.CALENDAR))


def sides(passage: Passage, verb: int) -> Sides:
    """Read both sides of a verb."""
    words, passive = passage.words, verb in passives(passage)
    subject = subject_places(passage, verb)
    direct = [] if passive else objects(passage, verb)
    other = direct or (_by(passage, verb) if passive else _towards(passage, verb))
    agent, patient = (other, subject) if passive else (subject, other)
    read = [verb, *subject, *other]
    has_object = bool(direct) and (words[direct[0]].is_name or _is_determined(words, direct[0]))
    return Sides(_side(words, agent), _side(words, patient), passive, has_object, min(read), max(read))


def objects(passage: Passage, verb: int) -> list[int]:
    """Give the words of substance right behind a verb, until another clause or a preposition begins."""
    return _read(passage, _behind_particle(passage.words, verb))


def _is_determined(words: Sequence[Word], place: int) -> bool:
    return words[place - 1].lower in DETERMINERS


def are_same(one: Sides, other: Sides) -> bool:
    """Tell whether somebody is on the same side of both verbs, and they have not changed places."""
    if _are_one(one.agent, other.agent):
        return True
    return _are_one(one.patient, other.patient) and not are_swapped(one, other)


def are_swapped(one: Sides, other: Sides) -> bool:
    """Tell whether both sides have changed places; what both have beside that, such as a sum to be paid, may stay."""
    crossed = meet(one.agent, other.patient) and meet(one.patient, other.agent)
    return crossed and not _are_one(one.agent, other.agent)


def meet(one: Side, other: Side) -> bool:
    """Tell whether two sides have a word in common."""
    return not one.stems.isdisjoint(other.stems)


def stems_of(both: Sides) -> frozenset[str]:
    """Give the stems of both sides together."""
    return both.agent.stems | both.patient.stems


def _are_one(one: Side, other: Side) -> bool:
    """Tell whether what one side is about is on the other: "of fraud" alone says nothing of who is accused."""
    return not (one.heads.isdisjoint(other.stems) and one.stems.isdisjoint(other.heads))


def _side(words: Sequence[Word], places: Sequence[int]) -> Side:
    """Take what stands before the first "of" for what it is about."""
    joined = (
        next((at for at in range(min(places), max(places)) if words[at].lower == "of"), len(words)) if places else 0
    )
    stems = {at: words[at].stem for at in places}
    return Side(frozenset([stem for at, stem in stems.items() if at < joined]), frozenset(stems.values()))


def _is_between(word: Word) -> bool:
    """Tell whether a word may stand within a verb of several words: "was later also sued"."""
    return word.lower in _BETWEEN or word.lower.endswith("ly")


def subject_places(passage: Passage, verb: int) -> list[int]:
    """Give the words that a verb's subject is told in; nothing for what is not sure."""
    words, auxiliaries = passage.words, english().auxiliaries
    start = verb
    while start > 0 and verb - start < _GROUP:
        word = words[start - 1]
        if not (word.lower in auxiliaries or _is_between(word)):
            break
        start -= 1
    last = start - 1
    if last >= 0 and words[last].lower in _RELATIVE:
        last -= 1
    elif last >= 0 and is_apart(passage, last):
        last = _before_apposition(passage, last)
    return [] if last < 0 else _leftwards(passage, last)


def _before_apposition(passage: Passage, last: int) -> int:
    """Give the word before the comma that one right behind `last` closes: "Keller, the mayor, was"; -1 for none."""
    if not passage.between(last, last + 1).startswith(","):
        return -1
    for at in range(last - 1, max(-1, last - _LONGEST_SIDE), -1):
        if is_apart(passage, at):
            return at if passage.between(at, at + 1).startswith(",") else -1
    return -1


def _leftwards(passage: Passage, last: int) -> list[int]:
    """Give the words of substance of what ends at a word, without what a preposition joins to it."""
    words = passage.words
    found: list[int] = []
    for at in range(last, max(-1, last - _LONGEST_SIDE), -1):
        word = words[at]
        if at < last and (is_apart(passage, at) or word.tags & Tag.PARTICIPLE):
            break
        if word.lower in _JOINING or word.tags & (Tag.CALENDAR | Tag.NUMBER):
            break
        if word.lower in _PREPOSITIONS:
            found.clear()
        elif word.lower in DETERMINERS and not (at > 0 and _joins(words[at - 1])):
            break
        elif (word.is_content and not _is_title(words, at)) or (at == last and word.lower in _SOMEBODY):
            found.append(at)
    return found


def _joins(word: Word) -> bool:
    return word.lower == "of" or word.lower in _PREPOSITIONS


def _read(passage: Passage, first: int) -> list[int]:
    """Give the words of substance of what begins at a word, until another clause or a preposition begins."""
    words, auxiliaries = passage.words, english().auxiliaries
    found: list[int] = []
    for at in range(first, min(len(words), first + _LONGEST_SIDE)):
        word = words[at]
        is_end = word.lower in _PREPOSITIONS or word.lower in _JOINING or word.lower in _RELATIVE
        if is_end or word.lower in auxiliaries or is_apart(passage, at - 1):
            break
        if word.is_content and not word.tags & Tag.CALENDAR and not _is_title(words, at):
            found.append(at)
    return found


def _is_title(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word is the title before a name, which two may share."""
    following = words[place + 1 : place + 2]
    return words[place].lower in english().titles and bool(following) and following[0].is_capital


def _towards(passage: Passage, verb: int) -> list[int]:
    """Give the words of whom a verb goes to: "apologised to the villagers"."""
    words = passage.words
    if verb + 2 >= len(words) or words[verb + 1].lower not in _TOWARDS or is_apart(passage, verb):
        return []
    return _read(passage, verb + 2)


def _behind_particle(words: Sequence[Word], verb: int) -> int:
    return verb + 2 if verb + 1 < len(words) and words[verb + 1].lower in _PARTICLES else verb + 1


def _by(passage: Passage, verb: int) -> list[int]:
    """Give who stands behind the "by" of a passive; nothing for how much or how: "by 5%", "by saying"."""
    words = passage.words
    for at in range(verb + 1, min(len(words) - 1, verb + 1 + _REACH)):
        if is_apart(passage, at - 1) or words[at].lower in _JOINING:
            break
        if words[at].lower == "by":
            return [] if _is_how(words[at + 1]) else _read(passage, at + 1)
    return []


def until_mark(passage: Passage, start: int, most: int) -> int:
    """Give the place after the last word before a mark, from a word on; so many words at most."""
    last = min(len(passage.words), start + most)
    if last <= start or not _APART.search(passage.written(start, min(last, len(passage.words) - 1))):
        return last
    within = range(start, min(last, len(passage.words) - 1))
    return next((at + 1 for at in within if is_apart(passage, at)), last)


def since_mark(passage: Passage, end: int, most: int) -> int:
    """Give the place of the first word behind a mark, up to the word before `end`; so many words at most."""
    first = max(0, end - most)
    if first >= end or not _APART.search(passage.written(first, end)):
        return first
    return next((at for at in range(end, first, -1) if is_apart(passage, at - 1)), first)


def is_apart(passage: Passage, place: int) -> bool:
    """Tell whether a mark stands between a word and the next; the full stop of "Mr." and of an initial is none."""
    gap = passage.between(place, place + 1)
    if gap == " " or not _APART.search(gap):
        return False  # most
    word = passage.words[place]
    return gap.strip() != "." or not (len(word.lower) == 1 or word.lower in english().titles)
