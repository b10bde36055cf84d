"""Checks days, months and words such as "yesterday" and "last week" against those of the evidence."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.grounding.words import Passage, Word

#: Names of months and days that are other words as well: they count beside a number or a preposition of time.
_AMBIGUOUS = frozenset({"may", "march", "mar", "sat", "sun", "dec", "wed", "sep", "fri", "mon"})
_OF_TIME = frozenset({"on", "in", "since", "until", "by", "last", "next", "this", "of", "from", "late", "early", "mid"})
#: What a time is to something: its end, its beginning, or when it is.
_RELATIONS = {
    **dict.fromkeys(("by", "before", "until", "till"), "end"),
    **dict.fromkeys(("after", "since"), "start"),
    **dict.fromkeys(("on", "in", "at", "during"), "at"),
}
_REACH = 6
_RANKED = ("first", "est", "most", "worst")
_YEARS = range(1_500, 2_101)
_WEEK = 7
_OFFSETS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}


def dates(case: Case) -> Iterator[Finding]:
    """Find weekdays, months and relative days that the evidence does not have, and days of another month."""
    if not case.claim.has(Tag.CALENDAR | Tag.NUMBER):
        return
    yield from _relations(case)
    if not case.claim.has(Tag.CALENDAR):
        return
    yield from _named(case, "weekday")
    yield from _named(case, "month")
    yield from _relative(case)
    yield from _turns(case)
    yield from _days_of_months(case)


def _relations(case: Case) -> Iterator[Finding]:
    """Find "reply after Friday" where the evidence has "reply by Friday", and "first in" a year for "first since"."""
    words, there, places = case.claim.words, case.evidence.words, case.alignment.places
    for place in case.claim.tagged(Tag.CALENDAR | Tag.NUMBER):
        mine, at = _RELATIONS.get(words[place - 1].lower) if place > 1 else None, places[place]
        if mine is None or at < 2 or not (words[place].tags & Tag.CALENDAR or words[place].value in _YEARS):  # noqa: PLR2004
            continue
        theirs = _RELATIONS.get(there[at - 1].lower)
        if "at" in {mine, theirs} and not _is_ranked(words, place):
            continue  # "became leader in 2016" for "leader since 2016"
        if theirs not in {None, mine} and words[place - 2].stem == there[at - 2].stem:
            message = f'the evidence has "{case.evidence.written(at - 2, at)}"'
            yield Finding("dates", message, place - 1, place, grave="at" not in {mine, theirs})


def _is_ranked(words: list[Word], place: int) -> bool:
    """Tell whether something is the first or the largest of its kind before a time: "the first title since 2011"."""
    return any([word.lower.endswith(_RANKED) for word in words[max(0, place - _REACH) : place]])  # noqa: C419 - a generator costs more


def _named(case: Case, kind: str) -> Iterator[Finding]:
    mine = _calendar(case.claim, kind)
    given = {name for _, name in _calendar(case.evidence, kind)} if mine else set()
    for place, name in mine:
        if name in given or (name in _told_by_relation(case) if kind == "weekday" else is_told_at(case, place)):
            continue
        elsewhere = case.is_elsewhere(name if kind == "month" else english().stemmer.stem(name))
        rivals = given - {other for _, other in mine}
        where = "is elsewhere in the article, not in the evidence" if elsewhere else "is not in the article"
        if rivals:
            where += f"; the evidence has {min(rivals).capitalize()}"
        yield Finding(
            "dates",
            f"{case.claim.written(place)} {where}",
            place,
            place,
            grave=bool(rivals) or (case.is_cited and not elsewhere),
        )


def _calendar(passage: Passage, kind: str) -> list[tuple[int, str]]:
    names = english().weekdays if kind == "weekday" else english().months
    words = passage.words
    return [
        (place, names[words[place].lower])
        for place in passage.tagged(Tag.CALENDAR)
        if words[place].lower in names and words[place].text[0].isupper() and _is_calendar(words, place)
    ]


def _is_calendar(words: list[Word], place: int) -> bool:
    if words[place].lower not in _AMBIGUOUS:
        return True
    beside = words[max(0, place - 1) : place + 2]
    return any(word.value is not None for word in beside) or (place > 0 and words[place - 1].lower in _OF_TIME)


def _told_by_relation(case: Case) -> frozenset[str]:
    """Give the weekdays of "today" and its like and of dates in the evidence, by the day the article was published."""
    published = case.article.article.published
    if published is None:
        return frozenset()
    told = [published + dt.timedelta(_OFFSETS[word.lower]) for word in case.evidence.words if word.lower in _OFFSETS]
    told += [day for _, pair in _dated(case.evidence) if (day := _near(published, *pair)) is not None]
    return frozenset(map(_weekday, told))


def is_told_at(case: Case, place: int) -> bool:
    """Tell whether the month at a place of the claim is that of a day which the evidence tells in other words."""
    return any(at == place and _is_told(case, *pair) for at, pair in _dated(case.claim))


def _is_told(case: Case, month: str, day: float, *, by_weekday: bool = True) -> bool:
    """Tell whether the evidence has a day by its weekday or by "yesterday" and its like, as of the article's own day.

    A weekday is taken for the one before or the one after that day, within a week: which is meant the tense tells, and
    a date that is neither is another day.
    """
    published = case.article.article.published
    if published is None or (date := _near(published, month, day)) is None:
        return False
    offset = (date - published).days
    words = {word.lower for word in case.evidence.words if word.tags & Tag.CALENDAR}
    if any(_OFFSETS.get(word) == offset for word in words):
        return True
    if not by_weekday or abs(offset) > _WEEK:
        return False
    return any(english().weekdays.get(word) == _weekday(date) for word in words)


def _weekday(date: dt.date) -> str:
    """Give the name that the lists have for a date's weekday."""
    return list(dict.fromkeys(english().weekdays.values()))[date.weekday()]


def _near(published: dt.date, month: str, day: float) -> dt.date | None:
    """Give the day of that month which is nearest to a date; None where there is no such day."""
    number = 1 + list(dict.fromkeys(english().months.values())).index(month)
    found = []
    for year in (published.year - 1, published.year, published.year + 1):
        with suppress(ValueError, OverflowError):
            found.append(dt.date(year, number, int(day)))
    return min(found, key=lambda date: abs(date - published), default=None)


def _relative(case: Case) -> Iterator[Finding]:
    relative = english().relative_days
    words = case.claim.words
    mine = [(place, words[place]) for place in case.claim.tagged(Tag.CALENDAR) if words[place].lower in relative]
    given = {word.lower for word in case.evidence.words if word.lower in relative} if mine else set()
    for place, word in mine:
        if word.lower not in given:
            rival = bool(given) or bool(_calendar(case.evidence, "weekday"))
            message = f'the evidence does not say "{word.text}"'
            yield Finding(
                "dates",
                message,
                place,
                place,
                grave=bool(given) or (case.is_cited and not (case.is_elsewhere(word.stem) or rival)),
            )


def _turns(case: Case) -> Iterator[Finding]:
    """Find "last week" where the evidence has "next week" or "last month"."""
    mine = _turned(case.claim)
    known = {pair for _, pair in _turned(case.evidence)} if mine else set()
    for place, (turn, period) in mine:
        near = {pair for pair in known if turn == pair[0] or period == pair[1]}
        if near and (turn, period) not in known:
            message = f'the evidence has "{" ".join(min(near))}"'
            yield Finding("dates", message, place, place + 1, grave=True)


def _turned(passage: Passage) -> list[tuple[int, tuple[str, str]]]:
    lexicon = english()
    found = [(place, passage.words[place].lower) for place in passage.tagged(Tag.CALENDAR)]
    return [
        (place, (first, second))
        for (place, first), (after, second) in pairwise(found)
        if after == place + 1 and first in lexicon.turns and (second in lexicon.periods or second in lexicon.weekdays)
    ]


def _days_of_months(case: Case) -> Iterator[Finding]:
    mine = _dated(case.claim)
    given = {pair for _, pair in _dated(case.evidence)} if mine else set()
    for place, (month, day) in mine:
        others = {other for name, other in given if name == month}
        if others and day not in others and not _is_told(case, month, day, by_weekday=False):
            message = f"the evidence has {month.capitalize()} {min(others):g}"
            yield Finding("dates", message, place, place, grave=True)


@kept
def _dated(passage: Passage) -> list[tuple[int, tuple[str, float]]]:
    months, words = english().months, passage.words
    return [
        (place, (months[words[place].lower], other.value))
        for place in passage.tagged(Tag.CALENDAR)
        if words[place].lower in months
        for other in words[max(0, place - 1) : place + 2]
        if other.value is not None and other.value <= 31  # noqa: PLR2004
    ]
