"""Dates: what days the words of an article mean, counted from its day of publication, by rules and never a guess."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from summarizer.dates.bounds import bounded
from summarizer.dates.counts import DURATION, OTHER_EVENT, count
from summarizer.dates.nodes import Anchor, Days
from summarizer.dates.reader import Reader
from summarizer.dates.result import Precision, Resolved, UnresolvedError
from summarizer.dates.tense import tense_of
from summarizer.dates.words import english, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.dates.tense import Tense

__all__ = ["Precision", "Resolved", "resolve_date"]

LONGEST = 200
_ISO = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})\s*")
_REASONS = {
    "fiscal": "fiscal and tax years begin on other days in each country and company",
    "recurring": "it recurs, and does not say which time is meant",
    "story": OTHER_EVENT,
    "vague": "it names no time",
}
_UNREAD = "no rule reads these words as a time"


def resolve_date(
    phrase: str, published: dt.date | None, language: str = "en", *, context: str | None = None
) -> Resolved:
    """Give the first and last day that a phrase such as "by the end of next week" may mean.

    Counts from `published`; without it, only what names its year is resolved. `context` is the sentence that the
    phrase stands in: its verbs tell a past "on Friday" from a coming one. Nothing is guessed: what the rules of
    docs/dates.md leave open comes back with a `reason` and no days. Takes time linear in the lengths of both,
    and never raises for any text.
    """
    return resolve(phrase, published, language, context=context)


def resolve(
    phrase: str,
    published: dt.date | None,
    language: str = "en",
    *,
    context: str | None = None,
    otherwise: Tense | None = None,
) -> Resolved:
    """Do as `resolve_date`, with the tense to take where no word tells it."""
    if len(phrase) > LONGEST:
        return Resolved(reason=f"it is longer than {LONGEST} characters, and no time is")
    day = published.date() if isinstance(published, dt.datetime) else published
    if language.lower().partition("-")[0] == "en":
        return _settled(phrase, day, tense_of(phrase, context) or otherwise)
    if not _ISO.fullmatch(phrase):
        return Resolved(reason=f"no rules for language {language[:20]}")
    return _settled(phrase, None, None)


@lru_cache(maxsize=2_048)
def _settled(phrase: str, day: dt.date | None, tense: Tense | None) -> Resolved:
    """Give what a phrase means on a day; kept, as the articles of a day share most of theirs."""
    try:
        return _english(phrase, Anchor(day, tense))
    except UnresolvedError as error:
        return Resolved(reason=str(error))
    except OverflowError:
        return Resolved(reason="it lies outside of the calendar")


def _english(phrase: str, anchor: Anchor) -> Resolved:
    found = tokens(phrase)
    for reason in ("fiscal", "recurring"):
        if english().open[reason].intersection(found):
            return Resolved(reason=_REASONS[reason])
    days = _read(found, anchor) or _read(_from_lead(found), anchor)
    if days is None:
        return Resolved(reason=_why_not(phrase, found))
    return Resolved(days.first, days.last, days.unit, days.reading)


def _read(found: Sequence[str], anchor: Anchor) -> Days | None:
    """Read all tokens, or all but words behind a possessive: "Tuesday's election"."""
    if not found:
        return None
    reader = Reader(found, anchor)
    days = bounded(reader)
    reader.skip(",", *reader.words.fillers)
    if reader.done or (days and _is_owned(reader)):
        return days
    return None


def _is_owned(reader: Reader) -> bool:
    rest = reader.tokens[reader.at :]
    return reader.tokens[reader.at - 1] == "'s" and not any(reader.words.is_temporal(word) for word in rest)


def _from_lead(found: Sequence[str]) -> Sequence[str]:
    """Leave out words before the first preposition, where none of them is a part of a time: "the vote set for May"."""
    words = english()
    for index, word in enumerate(found):
        if index and word in words.single_leads:
            return found[index:]
        if words.is_temporal(word) or word == "not":
            return ()
    return ()


def _why_not(phrase: str, found: Sequence[str]) -> str:
    reader = Reader(found, Anchor(None, None))
    if count(reader, bare=True) and reader.done:
        return DURATION
    if not found or set(found) <= reader.words.single_leads:
        return "it names no day" if phrase.strip() else "there are no words"
    if any(pair == ("the", "next") for pair in pairwise(found)):
        return OTHER_EVENT
    for reason in ("story", "vague"):
        if reader.words.open[reason].intersection(found):
            return _REASONS[reason]
    return _UNREAD
