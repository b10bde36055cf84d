"""Checks whether a claim denies what its evidence says, or says what its evidence denies; and opposites."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

#: Words before a verb in which its negation stands, and after a negation in which its verb does.
_REACH = 3
_NEAR = 5
#: The same of "nor", behind which a subject stands: "nor was the council told".
_REACH_OF_NOR = 7
#: Words around one that tell whether what it joins has changed sides.
_AROUND = 8
#: From this share of words in line a claim is its evidence with little changed.
_CLOSE = 0.7
#: No denial reaches over one of these.
_OTHER_CLAUSE = re.compile("[;:()—–]")
#: Only what they are put before is denied, which another may say in other words.
_EXCEPTING = frozenset({"except", "excluding"})
_SUBJECTS = _EXCEPTING | {"neither"}
_COMPARED = frozenset({"more", "less", "fewer", "later", "earlier"})
#: These deny only what "to" joins to them: a decline in profits, a failed bank.
_WITH_TO = ("declin", "fail", "refus", "unable", "unlikely")
#: Verbs of which "against" denies what they are about: "advised against the use".
_COUNSEL = frozenset("advise recommend counsel caution decide".split())  # noqa: SIM905
#: Right before a thing that is denied itself: "without arrests", "no arrests".
_OF_THINGS = frozenset({"no", "without"})


def negation(case: Case) -> Iterator[Finding]:
    """Find a denial that the evidence lacks, and one that the evidence has and the claim lacks."""
    if case.claim.has(Tag.DENIAL):
        yield from _added(case)
    if case.evidence.has(Tag.DENIAL):
        yield from _removed(case)


def opposites(case: Case) -> Iterator[Finding]:
    """Find a word whose opposite the evidence has in its place."""
    for place, there in _contraries(case):
        if _have_both(case, place, there):
            continue  # which is where then tells `roles`
        if _is_as_denied(case, place, there) and not _is_converse(case, place, there):
            word, other = case.claim.words[place].text, case.evidence.words[there].text
            message = f'"{word}" is the opposite of "{other}" in the evidence'
            yield Finding("opposites", message, place, place, grave=True)


def _have_both(case: Case, place: int, there: int) -> bool:
    """Tell whether both texts have both opposites, of what may be other things: "raises A and lowers B"."""
    return case.claim.words[place].stem in case.evidence.last and case.evidence.words[there].stem in case.claim.last


def _is_as_denied(case: Case, place: int, there: int) -> bool:
    """Tell whether a word and its opposite are both denied or both not; of "if" and "unless", what they join."""
    if case.claim.words[place].lower in english().conditions:
        behind = (_denied_behind(case.claim, place), _denied_behind(case.evidence, there))
        return sum(behind) % 2 == 0
    return is_denied(case.claim, place) == is_denied(case.evidence, there)


def _denied_behind(passage: Passage, place: int) -> int:
    """Count the denials in the words that a condition joins."""
    return sum([_denies(passage, at) for at in range(place + 1, min(len(passage.words), place + 1 + _REACH_OF_NOR))])


def converses(case: Case) -> set[str]:
    """Give the stems around a word whose opposite says the same, for they have changed places: "A has more than B"."""
    found: set[str] = set()
    for place, there in _contraries(case):
        if _is_converse(case, place, there):
            found.update([word.stem for word in case.claim.words if word.is_content])
    return found


def _is_converse(case: Case, place: int, there: int) -> bool:
    """Tell whether most of what stands around a word once has changed sides, some before it and some behind."""
    within = case.sentence_of(there)
    if not case.claim.words[place].is_content and _before_the_same(case, place) == there:
        return False
    if not case.alignment.is_crossed(place, there, within):
        return False
    sides = [
        (at < place, stands < there)
        for at in range(max(0, place - _AROUND), min(len(case.claim.words), place + 1 + _AROUND))
        if at != place and (stands := case.alignment.stands[at]) in within and _stands_once(case, at)
    ]
    return {(True, False), (False, True)} <= set(sides) and 2 * sum(one != other for one, other in sides) >= len(sides)


def _stands_once(case: Case, number: int) -> bool:
    """Tell whether a word of substance stands once in the claim and once in the evidence."""
    word = case.claim.words[number]
    return word.is_plain and len(case.claim.where(word.stem)) == len(case.evidence.where(word.stem)) == 1


@kept
def _contraries(case: Case) -> list[tuple[int, int]]:
    """Give the claim's words whose opposite stands in their place in the evidence, each with that one's place."""
    alignment = case.alignment
    found = []
    for place in alignment.unplaced:
        word = case.claim.words[place]
        if not _has_opposite(word):
            continue
        if case.evidence.last.keys().isdisjoint(english().contraries(word.stem)):
            continue
        instead = alignment.instead(place)
        if instead is None and not word.is_content:
            there = _before_the_same(case, place)
        elif instead is None and alignment.matches[place] in {"same", "synonym"}:
            continue
        else:
            there = _opposite(case, place, instead)
        if there is not None:
            found.append((place, there))
    return found


def _before_the_same(case: Case, place: int) -> int | None:
    """Give the opposite of a preposition before the same thing: "despite" of "despite rain" for "because of rain"."""
    words, there = case.claim.words, case.evidence.words
    thing = next((at for at in range(place + 1, min(len(words), place + 1 + _REACH)) if words[at].is_content), -1)
    stands = case.alignment.stands[thing] if thing >= 0 else -1
    for at in range(stands - 1, max(-1, stands - 1 - _REACH), -1):
        if english().are_opposites(words[place].stem, there[at].stem):
            return at
        if there[at].is_content:
            break
    return None


def _opposite(case: Case, place: int, instead: Iterable[int] | None) -> int | None:
    stem, is_certain = case.claim.words[place].stem, instead is not None
    near = _near(case, place) if instead is None else instead
    if is_certain and any(english().are_synonyms(stem, case.evidence.words[at].stem) for at in near):
        return None
    for there in near:
        other = case.evidence.words[there].stem
        if other.startswith("#"):  # "the last left at ten" for "the first left at six and the last at ten"
            is_told = is_certain and stem not in case.evidence.last
        else:
            is_told = is_certain or other not in case.claim.last
        if is_told and english().are_opposites(stem, other):
            return there
    return None


def _has_opposite(word: Word) -> bool:
    return word.is_content or word.stem in english().opposites


def _near(case: Case, place: int) -> list[int]:
    """Give the places of the evidence where a claim's word would stand: around those of its neighbours."""
    places, last = case.alignment.places, len(case.evidence.words) - 1
    anchors = [places[at] for at in range(max(0, place - 3), min(len(places), place + 4)) if places[at] >= 0]
    found = {near for at in anchors for near in range(max(0, at - _NEAR), min(last, at + _NEAR) + 1)}
    return sorted(found, key=lambda near: min(abs(near - at) for at in anchors))


def _added(case: Case) -> Iterator[Finding]:
    if "if" in case.claim.last and "if" in [case.claim.words[place].lower for place, _ in _contraries(case)]:
        return  # "if it does not" for "unless it does": `opposites` looks at it
    for place in _denials(case.claim):
        if case.alignment.places[place] >= 0 or case.claim.words[place].lower in _EXCEPTING:
            continue
        placed = ((head, case.alignment.place_of(head)) for head in _heads(case.claim, place))
        head, there = next((pair for pair in placed if pair[1] >= 0), (-1, -1))
        if there < 0:
            is_plain = _is_plain(case.claim.words[place])
            if is_plain and not any(other.is_negation for other in case.evidence.words):
                yield Finding("negation", _ADDED, place, place, grave=False)
        elif is_denied(case.claim, head) != is_denied(case.evidence, there) and not _is_opposed(case, head, there):
            yield Finding("negation", _ADDED, place, place, grave=_is_certain(case, head))


def _is_plain(word: Word) -> bool:
    """Tell whether a word does nothing but deny, as "not" does and "avoid" does not."""
    return word.lower in english().negations or word.lower.endswith("n't")


_ADDED = "the statement denies something and its evidence does not"
_REMOVED = "the evidence denies something and the statement does not"


def _is_certain(case: Case, head: int) -> bool:
    """Tell whether the claim is so near its evidence, as a whole or around a word, that this is the same statement."""
    return case.alignment.closeness >= _CLOSE or case.alignment.is_in_line(head)


def _is_opposed(case: Case, head: int, there: int) -> bool:
    """Tell whether the claim denies the opposite of what the evidence says: both say the same."""
    return english().are_opposites(case.claim.words[head].stem, case.evidence.words[there].stem)


def _removed(case: Case) -> Iterator[Finding]:
    placed: dict[int, int] | None = None
    for there in _denials(case.evidence):
        if there in case.alignment.held:
            continue
        if case.evidence.words[there].lower in _SUBJECTS and _denies_itself(case):
            continue  # "all except her voted", and she did not
        if _is_taken_back(case, there):
            continue  # "nor denied the report" says nothing of the report
        if placed is None:
            placed = {at: number for number, at in enumerate(case.alignment.places) if at >= 0}
        heads = [placed[head] for head in _heads(case.evidence, there) if head in placed]
        if (
            heads
            and is_denied(case.claim, heads[0]) != _is_denied_there(case, heads[0])
            and (_goes_on(case, there, heads[0]) or _is_of_thing(case, there, heads[0]))
        ):
            yield Finding("negation", _REMOVED, heads[0], heads[0], grave=_is_certain(case, heads[0]))


def _is_taken_back(case: Case, denial: int) -> bool:
    """Tell whether one of two denials is denied by the other, and the claim lacks it: "not" of "did not reject"."""
    words = case.evidence.words
    if not _is_plain(words[denial]):
        return is_denied(case.evidence, denial)
    following = words[denial + 1 : denial + 2]
    return bool(following) and following[0].is_negation and denial + 1 not in case.alignment.held


def _denies_itself(case: Case) -> bool:
    """Tell whether the claim has a denial in words that are not the evidence's."""
    return any(case.claim.words[at].is_negation for at in case.alignment.unplaced)


def _is_denied_there(case: Case, head: int) -> bool:
    return is_denied(case.evidence, case.alignment.places[head])


def _goes_on(case: Case, denial: int, head: int) -> bool:
    """Tell whether the claim has words from both sides of the denial: it did not just leave the clause out."""
    places = case.alignment.places
    before = next((places[at] for at in range(head - 1, max(-1, head - 4), -1) if places[at] >= 0), -1)
    first = places[head]
    return (0 <= before < first and denial - 3 <= before) or (before < 0 and first - denial <= 2 and head <= 1)  # noqa: PLR2004


def _is_of_thing(case: Case, denial: int, head: int) -> bool:
    """Tell whether it is the claim's very thing that is denied, the only one of that name: "without any arrests"."""
    words, at = case.evidence.words, case.alignment.places[head]
    if words[denial].lower not in _OF_THINGS or any(word.lower != "any" for word in words[denial + 1 : at]):
        return False
    return case.claim.words[head].is_plain and len(case.evidence.where(words[at].stem)) == 1


def is_denied(passage: Passage, place: int) -> bool:
    """Tell whether an odd number of denials stands just before a word: two of them take each other back."""
    if not passage.has(Tag.DENIAL):
        return False
    near = range(max(0, place - _REACH), place)
    denials = sum([_denies(passage, at) for at in near])
    return (denials + _more_by_nor(passage, place)) % 2 == 1


def _more_by_nor(passage: Passage, place: int) -> int:
    """Give what a "nor" adds to the denials before a word: it goes with "neither", or denies what is farther behind."""
    if "nor" not in passage.last:
        return 0
    before = [word.lower for word in passage.words[max(0, place - _REACH_OF_NOR) : place]]
    near = before[-_REACH:]
    return -int("neither" in near) if "nor" in near else int("nor" in before)


def _denials(passage: Passage) -> list[int]:
    return [at for at in passage.tagged(Tag.DENIAL) if _denies(passage, at)]


def _denies(passage: Passage, place: int) -> bool:
    word = passage.words[place]
    if not word.is_negation:
        return _denies_here(passage.words, place)
    after = passage.words[place + 1 : place + 2]
    if word.lower == "no" and place and passage.words[place - 1].lower == "or":
        return False  # "little or no help"
    if word.lower == "never" and after and after[0].lower == "before":
        return False  # "never-before-seen"
    if word.lower in {"no", "not"} and after and after[0].lower in _COMPARED:
        than = passage.words[place + 2 : place + 3]
        return not (than and than[0].lower == "than")  # "no fewer than 70" are at least as many
    if word.lower.startswith(_WITH_TO):
        return bool(after) and after[0].lower == "to"
    return not (after and word.lower in {"not", "no"} and after[0].lower in english().idle_negated)


def _denies_here(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word denies only here: "against" behind advice, and "far from certain"."""
    if words[place].lower == "far":
        return [word.lower for word in words[place + 1 : place + 2]] == ["from"] and _is_state(words, place + 2)
    return words[place].lower == "against" and place > 0 and words[place - 1].stem in _counsel()


def _is_state(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word is how something is, and no place: "far from certain" and not "far from the coast"."""
    return place < len(words) and words[place].is_plain and not words[place].is_capital


@cache
def _counsel() -> frozenset[str]:
    return frozenset(map(english().stemmer.stem, _COUNSEL))


@kept
def _has_marks(passage: Passage) -> bool:
    """Tell whether there is any mark over which no denial reaches: most sentences have none."""
    return _OTHER_CLAUSE.search(passage.text) is not None


def _heads(passage: Passage, place: int) -> list[int]:
    """Give the next words of substance after a denial: what it may deny."""
    words = passage.words
    reach = range(place + 1, min(place + 1 + _REACH, len(words)))
    if _has_marks(passage):
        after = next((at for at in reach if _OTHER_CLAUSE.search(passage.between(at - 1, at))), reach.stop)
        reach = range(reach.start, after) or reach
    found = [at for at in reach if words[at].is_content or words[at].value is not None]
    return found[:2] or list(reach)[:1]
