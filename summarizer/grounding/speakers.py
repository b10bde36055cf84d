"""Checks who answers for a claim: what somebody said must not become the article's own word, or another's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.speech import has_comma, has_marks, is_quoted, sayings, speakers_of, subject_of
from summarizer.grounding.voice import subject_places
from summarizer.grounding.words import Passage, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Word

#: Sayings of one sentence that are held against each other.
_MOST_TOLD = 8
_MOST_BESIDE = 6
_SHARE = 0.6
#: Words of a speaker who stands behind the verb: "it fell, said two ministers, and".
_SPEAKER = 2
#: Names so near each other, in words, may be one's office and the other's holder: either may be said to speak.
_NEAR = 6
#: Words of what is said that one sentence must have, and their share.
_LEAST_SAID = 3
_LEAST_SHARE = 0.5
#: What stands between two who are not one: in a list, or in what one does to the other.
_JOINING = frozenset({"and", "or", "but", "while", "with", "against", "to"})


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
        while place + 1 < end and not has_comma(case.evidence, place):
            place += 1
        return place + 1
    for at in range(verb, min(end, verb + _SPEAKER + 1)):
        if at > verb and not case.evidence.words[at].is_content:
            break
        if has_comma(case.evidence, at):
            return end
    return verb + 1


def speakers(case: Case) -> Iterator[Finding]:
    """Find who is said to have said something that the evidence has somebody else say."""
    if not case.evidence.has(Tag.REPORTING):
        return
    yield from _of_another(case)
    yield from _of_unnamed(case)


def _of_another(case: Case) -> Iterator[Finding]:
    """Find what one says in the words that another one says in the same sentence: "A said it fell; B said it rose"."""
    if len(case.evidence.tagged(Tag.REPORTING)) <= 1 or not case.claim.has(Tag.REPORTING) or _goes_on(case):
        return
    for number, sentence in enumerate(map(case.article.sentences.__getitem__, case.cited)):
        told = _told(sentence) if len(sentence.tagged(Tag.REPORTING)) > 1 else []
        if not 1 < len(told) <= _MOST_TOLD:
            continue
        start = case.start_of_sentence(number)
        for who, last, said in _told(case.claim)[:_MOST_TOLD]:
            own = [words for other, _, words in told if not who.isdisjoint(other) and _has_content(sentence, words)]
            stands = [case.alignment.stands[at] - start for at in said if case.claim.words[at].is_content]
            theirs = {at for at in stands if any(at in words for _, _, words in told)}
            if own and theirs and not any(at in words for at in theirs for words in own):
                message = "the evidence has somebody else say this in the same sentence"
                yield Finding("speakers", message, 0, last, grave=False)
                return


def _has_content(sentence: Passage, places: range) -> bool:
    """Tell whether there are words of substance at these places: "it would not" leaves open what would not."""
    return any(sentence.words[at].is_content for at in places)


def _goes_on(case: Case) -> bool:
    """Tell at a glance whether what follows each saying in the claim follows the same one in the evidence: most do."""
    stands, theirs = case.alignment.stands, case.evidence.tagged(Tag.REPORTING)
    for verb in case.claim.tagged(Tag.REPORTING):
        own = case.alignment.places[verb]
        following = case.claim.substance[bisect_right(case.claim.substance, verb) :]
        first = next((stands[at] for at in following if stands[at] >= 0), len(stands))
        if own < 0 or first < own or bisect_right(theirs, own) < bisect_left(theirs, first):
            return False
    return True


@kept
def _told(passage: Passage) -> list[tuple[frozenset[str], int, range]]:
    """Give who says something in a passage, by stem, with the last word of that, and the places of what is said.

    Nothing where it is not plain of each who says it.
    """
    verbs = [] if has_marks(passage.text) else sayings(passage)
    subjects = [subject_places(passage, verb) for verb in verbs]
    if not verbs or not all(subjects) or any(has_comma(passage, verb) for verb in verbs):
        return []  # what is said may stand before the verb
    ends = [*(min(subject) for subject in subjects[1:]), len(passage.words)]
    return [
        (frozenset([passage.words[at].stem for at in subject]), max(subject), range(verb + 1, end))
        for verb, subject, end in zip(verbs, subjects, ends, strict=True)
    ]


def _of_unnamed(case: Case) -> Iterator[Finding]:
    """Find who is said to have said something that somebody says whom the claim does not name."""
    names = [] if case.attribution is None else list(_name(case.attribution).words)
    if case.claim.has(Tag.REPORTING):
        names += [case.claim.words[at].text for at in case.claim.tagged(Tag.NAME)]
    sentences = case.article.sentences
    # Most evidence has all these names: who speaks there need not be known.
    lacking = [number for number, at in enumerate(case.cited) if not all([n in sentences[at].text for n in names])]  # noqa: C419 - as above
    others = [number for number in lacking if _tells_another(sentences[case.cited[number]], case.claim.last)]
    if not others:
        return
    for claimed in _claimed(case):
        for number in others:
            other = other_speaker(claimed.name, case.article, case.cited[number])
            if other and _said_in(case, claimed.said) == number:
                message = f"the evidence has {other} say this, not {claimed.name}"
                yield Finding("speakers", message, claimed.first, claimed.last, grave=False)
                return


def _tells_another(sentence: Passage, named: Mapping[str, int]) -> bool:
    """Tell whether a sentence has somebody say something who is not among the words of the claim."""
    told = speakers_of(sentence)
    return bool(told) and not any([sentence.words[last].stem in named for _, last in told])  # noqa: C419 - as above


def other_speaker(name: str, article: ArticleFacts, number: int) -> str:
    """Give who says what the sentence at this place tells, as it is written there; nothing where that may be `name`.

    Where a pronoun says it, or the speaker is only described, nothing is told.
    """
    sentence, mine = article.sentences[number], _name(name)
    if not mine.words or _stands_unquoted(mine.words, sentence):
        return ""
    theirs = speakers_of(sentence)
    stems = {sentence.words[at].stem for first, last in theirs for at in range(first, last + 1)}
    if not theirs or mine.initials in stems:
        return ""
    if any(_are_near(article, one, other) for one in mine.stems for other in stems):
        return ""
    return sentence.written(*theirs[0])


class _Name(NamedTuple):
    """A speaker's name: its capitalised words, their stems, and their initials."""

    words: tuple[str, ...]
    stems: frozenset[str]
    initials: str


@lru_cache(maxsize=4096)
def _name(written: str) -> _Name:
    words = [word for word in Passage(written).words if word.is_capital]
    initials = "".join([word.lower[0] for word in words])
    return _Name(tuple([word.text for word in words]), frozenset([word.stem for word in words]), initials)


def _stands_unquoted(words: Sequence[str], sentence: Passage) -> bool:
    text = sentence.text
    for word in words:
        at = text.find(word)
        while at >= 0:
            if not is_quoted(sentence, at):
                return True
            at = text.find(word, at + 1)
    return False


class _Claimed(NamedTuple):
    """Whom a claim has say something: the name, its first and last word in the claim, and the words that are said."""

    name: str
    first: int
    last: int
    said: range


def _claimed(case: Case) -> Iterator[_Claimed]:
    """Give who says something in a claim; a name that stands beside the claim has no place in it."""
    claim, length = case.claim, len(case.claim.words)
    if case.attribution is not None:
        yield _Claimed(case.attribution, 0, length - 1, range(length))
    told = [(verb, subject) for verb in sayings(claim) if (subject := subject_of(claim, verb)) is not None]
    for number, (verb, subject) in enumerate(told):
        following = told[number + 1][0] if number + 1 < len(told) else length
        is_before = length - verb <= _SPEAKER and len(told) == 1
        said = range(subject[0]) if is_before else range(verb + 1, following)
        yield _Claimed(case.claim.written(*subject), *subject, said)


def _said_in(case: Case, among: range) -> int | None:
    """Tell which sentence of the evidence has most of what is said; none where none has enough of it."""
    said = [at for at in among if case.claim.words[at].is_content]
    places = [place for at in said if (place := case.alignment.place_of(at)) >= 0]
    if not places:
        return None
    number, count = Counter(map(case.sentence_at, places)).most_common(1)[0]
    return number if count >= max(_LEAST_SAID, _LEAST_SHARE * len(said)) else None


def _are_near(article: ArticleFacts, one: str, other: str) -> bool:
    """Tell whether two stems stand near each other anywhere, or name the same state."""
    places = english().places
    if one == other or (one in places and places[one] == places.get(other)):
        return True
    for sentence, *pair in article.together(one, other):
        first, second = sorted(pair)
        if second - first <= _NEAR and _are_joined(sentence, first, second):
            return True
    return one in article.outside.last and other in article.outside.last


def _parts(word: Word) -> bool:
    """Tell whether what stands at one side of a word does something to what stands at the other, or beside it."""
    is_verb = word.lower in english().auxiliaries or word.is_reporting or word.lower.endswith("ed")
    return is_verb or word.lower in _JOINING


def _are_joined(sentence: Passage, first: int, second: int) -> bool:
    """Tell whether two names may be one's office and the other's holder: "Tesco's chief executive, Dave Lewis"."""
    between = sentence.words[first + 1 : second]
    if any(map(_parts, between)) or has_marks(sentence.text[slice(*sentence.span(first, second))]):
        return False
    is_list = all(word.is_name for word in between) and any(has_comma(sentence, at) for at in range(first, second))
    return not is_list
