"""Arithmetic of the calendar: units, their parts, and counting in them."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal

from summarizer.dates.result import UnresolvedError

Unit = Literal["day", "week", "month", "quarter", "half-year", "year", "decade", "weekend", "season", "span"]
Ends = tuple[dt.date, dt.date]

YEARS = range(1600, 2200)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12, "decade": 120}
_HOURS = {"hour": 24, "minute": 1440}
#: Days of a week, from Monday, that belong to a part of it.
_WEEK = {"early": (0, 2), "middle": (1, 3), "late": (3, 6), "start": (0, 1), "end": (4, 6)}
_WEEK_DAYS = 7


def day_of(year: int, month: int, day: int) -> dt.date:
    """Give a day; UnresolvedError where the calendar has none."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise UnresolvedError("the calendar has no such day") from None


def months(first: dt.date, count: int) -> Ends:
    """Give the whole months from the one of `first` on."""
    start = first.replace(day=1)
    last = moved(start, "month", count - 1)
    return start, last.replace(day=calendar.monthrange(last.year, last.month)[1])


def around(unit: str, day: dt.date) -> Ends:
    """Give the calendar unit that a day lies in; weeks begin on Monday, and a weekend is that of its week."""
    if unit == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    if unit == "weekend":
        _, sunday = around("week", day)
        return sunday - dt.timedelta(days=1), sunday
    size = _MONTHS.get(unit)
    if size is None:
        return day, day
    if unit == "decade":
        return months(dt.date(max(day.year // 10 * 10, dt.MINYEAR), 1, 1), size)
    return months(day.replace(day=1, month=(day.month - 1) // size * size + 1), size)


def moved(day: dt.date, unit: str, count: int) -> dt.date:
    """Count units on from a day (or back); the end of a shorter month stands for days that it lacks."""
    if unit in _HOURS:
        count = (abs(count) + _HOURS[unit] - 1) // _HOURS[unit] * (1 if count > 0 else -1)
    size = _MONTHS.get(unit)
    if size is None:
        return day + dt.timedelta(days=count * (_WEEK_DAYS if unit in {"week", "weekend"} else 1))
    index = day.year * 12 + day.month - 1 + count * size
    year, month = index // 12, index % 12 + 1
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise UnresolvedError("it lies outside of the calendar")
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def part(stage: str, ends: Ends, unit: str) -> Ends:
    """Give the early, middle or late third of a unit, or its beginning or end (see docs/dates.md)."""
    first, last = ends
    if unit == "week":
        one, other = _WEEK[stage]
        return first + dt.timedelta(days=one), first + dt.timedelta(days=other)
    if unit == "month":
        at = {"early": (1, 10), "middle": (11, 20), "late": (21, last.day), "start": (1, 7)}
        one, other = at.get(stage, (last.day - 6, last.day))
        return first.replace(day=one), first.replace(day=other)
    if unit == "decade":
        at = {"early": (0, 3), "middle": (4, 6), "late": (7, 9), "start": (0, 0)}
        one, other = at.get(stage, (9, 9))
        return dt.date(first.year + one, 1, 1), dt.date(first.year + other, 12, 31)
    return _months_of(stage, ends)


def _months_of(stage: str, ends: Ends) -> Ends:
    """Divide a stretch of whole months: a season, a quarter, a half, a year."""
    first, last = ends
    total = (last.year - first.year) * 12 + last.month - first.month + 1
    third = max(total // 3, 1)
    if stage in {"start", "end"}:
        return months(first if stage == "start" else last, 1)
    skipped = {"early": 0, "middle": third, "late": total - third}[stage]
    return months(moved(first, "month", skipped), third)


def half(number: int, ends: Ends, unit: str) -> Ends:
    """Give the first (1) or the second half of a unit; that of a month begins on the 16th."""
    first, last = ends
    if unit == "month":
        return (first, first.replace(day=15)) if number == 1 else (first.replace(day=16), last)
    if unit in {"year", "decade"}:
        middle = moved(first, "month", 6 if unit == "year" else 60)
    else:
        middle = first + ((last - first) + dt.timedelta(days=1)) / 2
    return (first, middle - dt.timedelta(days=1)) if number == 1 else (middle, last)


def nth(number: int, count: int, unit: str, ends: Ends) -> Ends:
    """Give `count` units of a stretch, from the first, second, ... on, or its last ones for -1.

    Weeks of a month are its days 1 to 7, 8 to 14 and so on. UnresolvedError where the stretch is too short.
    """
    first, last = ends
    if number < 0:
        found = moved(last + dt.timedelta(days=1), unit, -count), last
    else:
        start = moved(first, unit, number - 1)
        found = start, moved(start, unit, count) - dt.timedelta(days=1)
    if found[0] < first or found[1] > last:
        raise UnresolvedError("there are not so many of them")
    return found


def nth_weekday(number: int, weekday: int, ends: Ends) -> dt.date:
    """Give the first, second, ... or last (-1) of a weekday in a stretch; UnresolvedError where there is none."""
    first, last = ends
    if number < 0:
        found = last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    else:
        found = first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    if not first <= found <= last:
        raise UnresolvedError("there are not so many of them")
    return found
