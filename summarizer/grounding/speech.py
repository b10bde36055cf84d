"""Who says what in a sentence: its verbs of saying, the name that is the subject of each, and what is quoted."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from summarizer.grounding.alignment import runs
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

#: Words before a verb of saying in which its subject is looked for, and words behind it.
_SUBJECT = 16
_BEHIND = 10
_SOMEBODY = frozenset({"he", "she", "they", "it", "i", "we", "who", "which", "that", "you"})
#: What joins parts of a name, or two names; and what stands before a place: "a judge in Kelmaria said".
_WITHIN_NAMES = frozenset({"of", "for", "and", "the", "de"})
_PREPOSITIONS = frozenset({"in", "at", "of", "from", "for", "near", "on", "outside", "by", "with", "to"})
_PASSIVE = frozenset({"be", "is", "are", "was", "were", "been", "being", "to"})
_BREAKS = '"“”;:—–'
#: What a verb may stand behind whose subject follows it: "it fell," said the minister.
_SAID_BEFORE = frozenset(",\"”'’")
_MARK = re.compile(r'["“”]')
_NO_NAME = Tag.CALENDAR | Tag.NUMBER


@kept
def speakers_of(sentence: Passage) -> list[tuple[int, int]]:
    """Give the first and the last word of whoever says something in a sentence of an article.

    Nothing where a pronoun says any of it, or who says it is only described.
    """
    found: list[tuple[int, int]] = []
    for verb in sayings(sentence):
        speaker = _speaker(sentence, verb)
        if speaker is None:
            return []
        found.append(speaker)
    return found


def sayings(passage: Passage) -> list[int]:
    """Give the verbs of saying that are the passage's own, in order: none that is quoted, or in the passive."""
    verbs = passage.tagged(Tag.REPORTING)
    return [verb for verb in verbs if not _is_passive(passage, verb) and not _has_quoted(passage, verb)]


def _is_passive(passage: Passage, verb: int) -> bool:
    """Tell whether somebody is told, and says nothing; or whether it is still "to" be said."""
    before = verb - 1
    while before >= 0 and passage.words[before].lower.endswith("ly"):
        before -= 1
    return before >= 0 and passage.words[before].lower in _PASSIVE


def _speaker(sentence: Passage, verb: int) -> tuple[int, int] | None:
    """Give the name of who says it, before the verb or behind it; None where that is a pronoun, or not told."""
    words = sentence.words
    if _is_somebody(sentence, verb):
        return None
    if words[verb].lower != "according":
        subject = subject_of(sentence, verb)
        if subject is not None or not _is_said_before(sentence, verb):
            return subject
    behind = []
    for at in range(verb + 1, min(len(words), verb + 1 + _BEHIND)):
        if _has_quoted(sentence, at) or words[at].lower in _SOMEBODY:
            break
        behind.append(at)
    return next(_named(sentence, behind), None)


def _is_said_before(sentence: Passage, verb: int) -> bool:
    """Tell whether what is said stands before a verb, so that its subject follows it."""
    if verb == 0:
        return True
    return sentence.between(verb - 1, verb).rstrip()[-1:] in _SAID_BEFORE


def _names_before(passage: Passage, verb: int) -> list[int]:
    """Give the words with capitals among which the subject of a verb stands, in order."""
    words = passage.words
    found: list[int] = []
    for at in range(verb - 1, max(-1, verb - 1 - _SUBJECT), -1):
        if words[at].is_reporting:
            break
        if words[at].is_capital:
            found.append(at)
    if not found:
        return found
    start, end = passage.span(found[-1], verb)[0], passage.span(verb, verb)[0]
    since = max([passage.text.rfind(mark, start, end) for mark in _BREAKS])
    return [at for at in reversed(found) if passage.span(at, at)[0] > since]


def _is_somebody(passage: Passage, verb: int) -> bool:
    """Tell whether a pronoun stands before a verb, auxiliaries and adverbs between."""
    for at in range(verb - 1, max(-1, verb - 4), -1):
        lower = passage.words[at].lower
        if lower in _SOMEBODY:
            return True
        if lower not in english().auxiliaries and not lower.endswith("ly"):
            return False
    return False


def is_quoted(passage: Passage, position: int) -> bool:
    """Tell whether a code point of a passage stands between quotation marks."""
    quoted = _quoted(passage)
    before = bisect_left(quoted, (position,)) - 1
    return before >= 0 and position < quoted[before][1]


def _has_quoted(passage: Passage, place: int) -> bool:
    """Tell whether a word of a passage is quoted."""
    return has_marks(passage.text) and is_quoted(passage, passage.span(place, place)[0])


def has_marks(text: str) -> bool:
    """Tell whether a text has quotation marks."""
    return _MARK.search(text) is not None


@kept
def _quoted(passage: Passage) -> list[tuple[int, ...]]:
    """Give the stretches between quotation marks; what is only closed began before, and what is only opened goes on."""
    return list(_between_marks(passage.text))


def _between_marks(text: str) -> Iterator[tuple[int, int]]:
    opened: int | None = None
    is_first = True
    for mark in _MARK.finditer(text):
        place = mark.start()
        closes = mark[0] == "”" or (mark[0] == '"' and (opened is not None or _is_behind_word(text, place)))
        if closes and opened is not None:
            yield opened, place
            opened = None
        elif closes and is_first:
            yield -1, place
        elif not closes and opened is None:
            opened = place
        is_first = False
    if opened is not None:
        yield opened, len(text)


def _is_behind_word(text: str, place: int) -> bool:
    """Tell whether a mark stands right behind what it closes: neither space nor bracket is there."""
    return place > 0 and not text[place - 1].isspace() and text[place - 1] not in "(["


def subject_of(passage: Passage, verb: int) -> tuple[int, int] | None:
    """Give the name right before a verb of saying, or the one that the sentence begins with and commas set apart."""
    found = [] if _is_somebody(passage, verb) else list(_named(passage, _names_before(passage, verb)))
    if not found:
        return None
    words = passage.words
    first, last = found[-1]
    is_apart = has_comma(passage, last)
    is_beside = not any(words[at].is_content for at in range(last + 1, verb))
    if is_beside and (not is_apart or (first and has_comma(passage, first - 1))):
        first = _whole_from(words, first)
        return None if first and words[first - 1].lower in _PREPOSITIONS else (first, last)
    first, last = found[0]
    is_set_apart = has_comma(passage, last) and has_comma(passage, verb - 1)
    return (first, last) if is_set_apart and not any(word.is_content for word in words[:first]) else None


def _whole_from(words: Sequence[Word], first: int) -> int:
    """Give the first word of a name of which the last part begins there: of "Bank of Japan" or "Reyl and Brandt"."""
    while first > 1 and words[first - 1].lower in _WITHIN_NAMES and words[first - 2].is_capital:
        first -= 2
    return first


def _named(passage: Passage, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the first and the last word of each name among these places, offices with capitals included."""
    words = passage.words
    capitals = [at for at in places if words[at].is_capital and not words[at].tags & _NO_NAME]
    for start, after in runs(capitals):
        first = start
        for at in range(start, after):
            if at + 1 == after or has_comma(passage, at):
                yield first, at
                first = at + 1


def has_comma(passage: Passage, place: int) -> bool:
    """Tell whether a comma stands behind a word."""
    return passage.text.startswith(",", passage.span(place, place)[1])
