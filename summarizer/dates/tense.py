"""Tells from the words of a sentence whether a time in it is past or coming."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from summarizer.dates.words import english

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.dates.words import Words

Tense = Literal["past", "coming"]

#: How many words on either side of the phrase are looked at.
REACH = 40
_NEAR = 600  # characters that hold them, with room
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[.;:!?](?=\s|$)")
_STOPS = frozenset(".;:!?")
_SHORTEST = 4


def tense_of(phrase: str, sentence: str | None) -> Tense | None:
    """Give the tense at a phrase: by the nearest telling verb before it, else by the nearest behind it."""
    if not sentence:
        return _before([word for word in _words(phrase) if word != "may"])  # here it is the month
    at = sentence.lower().find(phrase.lower().strip())
    if at < 0:
        return _behind(_words(sentence[:_NEAR]))
    before = _words(sentence[max(at - _NEAR, 0) : at])
    return _before(before) or _behind(_words(sentence[at + len(phrase) : at + len(phrase) + _NEAR]))


def _words(text: str) -> list[str]:
    return [word.replace("’", "'").lower() for word in _WORD.findall(text) if word != "May"]


def _before(found: Sequence[str]) -> Tense | None:
    """Read leftwards from the phrase up to the end of another sentence."""
    for index in range(len(found) - 1, max(len(found) - REACH, 0) - 1, -1):
        if found[index] in _STOPS:
            return None
        if tense := _at(found, index):
            return tense
    return None


def _behind(found: Sequence[str]) -> Tense | None:
    for index in range(min(len(found), REACH)):
        if found[index] in _STOPS:
            return None
        if tense := _at(found, index):
            return tense
    return None


def _at(found: Sequence[str], index: int) -> Tense | None:
    """Tell what one word says, by those before it where it needs them: "to meet", "be held", "has met"."""
    words, word = english(), found[index]
    if word == "to":
        return "coming" if index and found[index - 1] in words.tense["governs"] else None
    if word in words.tense["coming"]:
        return "coming"
    if _is_past(word, words):
        leading = set(found[max(index - 3, 0) : index])
        return "coming" if leading & words.tense["passive"] and not leading & {"had", "have", "has"} else "past"
    return None


def _is_past(word: str, words: Words) -> bool:
    if word in words.tense["past"]:
        return True
    return len(word) > _SHORTEST and word.endswith("ed") and word not in words.tense["not_past"]
