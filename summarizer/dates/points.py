"""Rules for words that name a day, a month or a year: "Friday", "March 27", "27 March 2026", "Christmas", "2027"."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from summarizer.dates.calendar import WEEKDAYS, YEARS, Ends, around, day_of, months
from summarizer.dates.nodes import Cycle, Days
from summarizer.dates.result import UnresolvedError
from summarizer.dates.words import TO

if TYPE_CHECKING:
    from collections.abc import Callable

    from summarizer.dates.nodes import Node
    from summarizer.dates.reader import Reader

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DECADE = re.compile(r"([0-9]{3}0)'?s")
_TWO_DATES = "a date of two small numbers is one day in Europe and another in America"
_LAST_MONTH = 12
_DAYS_OF_A_WEEK = 7


def fixed_day(r: Reader) -> Node | None:
    """Read "tomorrow", "last night", "the day after tomorrow"."""
    for words, (one, other) in r.words.fixed.get(r.peek(), ()):
        if tuple(r.tokens[r.at : r.at + len(words)]) == words:
            r.at += len(words)
            first, last = (r.anchor.day + dt.timedelta(days=days) for days in (one, other))
            unit = "day" if one == other else "span"
            return Days(first, last, unit, f"{' '.join(words)}, counted from {r.anchor}")  # type: ignore[arg-type]
    return None


def iso_day(r: Reader) -> Node | None:
    """Read 2026-03-27."""
    match = _ISO.fullmatch(r.peek())
    if match is None:
        return None
    r.at += 1
    return _single(day_of(*map(int, match.groups())))


def numbers_day(r: Reader) -> Node | None:
    """Read 27/3/2026 or 27.3., and leave 3/4 open."""
    parts = re.split(r"[./]", r.peek())
    if not 1 < len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004
        return None
    r.at += 1
    if len(parts[0]) == 4 and len(parts) == 3:  # noqa: PLR2004
        return _single(day_of(int(parts[0]), int(parts[1]), int(parts[2])))
    one, other = sorted(int(part[:5]) for part in parts[:2])
    if other <= _LAST_MONTH and one != other:
        raise UnresolvedError(_TWO_DATES)
    if len(parts) == 2:  # noqa: PLR2004
        return _yearly(one, other, other, f"{dt.date(2000, min(max(one, 1), 12), 1):%B} {other}")
    if len(parts[2]) != 4:  # noqa: PLR2004
        raise UnresolvedError("a date in small numbers does not say which of them is the year")
    return _single(day_of(int(parts[2]), one, other))


def weekday(r: Reader) -> Node | None:
    """Read "Friday", and "Tuesday or Wednesday" as one."""
    first = r.words.weekdays.get(r.peek())
    if first is None:
        return None
    r.at += 1
    start = r.at
    r.skip(*r.words.fillers, ",")
    joined = r.join()
    r.skip("on")
    second = r.words.weekdays.get(r.peek()) if joined else None
    if second is None or r.peek(1) in r.words.months or r.peek(2) in r.words.months or r.peek(1) == ",":
        r.at = start
        return Cycle("week", "day", WEEKDAYS[first], _in_week(first, 0))
    r.at += 1
    length = (second - first) % _DAYS_OF_A_WEEK
    name = f"{WEEKDAYS[first]} {joined} {WEEKDAYS[second]}"
    unit = "either day" if joined == "or" else "span"
    return Cycle("week", unit, name, _in_week(first, length), whole=True, closed=True)  # type: ignore[arg-type]


def _in_week(weekday: int, length: int) -> Callable[[dt.date], Ends | None]:
    def at(day: dt.date) -> Ends:
        first = around("week", day)[0] + dt.timedelta(days=weekday)
        return first, first + dt.timedelta(days=length)

    return at


def month_day(r: Reader) -> Node | None:
    """Read "March 27", "March 3-9", "Dec. 27th"."""
    month = _month(r)
    if month is None:
        return None
    r.skip("the")
    first = r.day_number()
    if first is None:
        return None
    last = _second_day(r)
    return _dated(r, month, first, last)


def day_month(r: Reader) -> Node | None:
    """Read "27 March", "3 to 9 April", "the 27th of March"."""
    r.skip("the")
    first = r.day_number()
    if first is None:
        return None
    last = _second_day(r)
    r.skip("of")
    month = _month(r)
    return None if month is None else _dated(r, month, first, last)


def _month(r: Reader) -> int | None:
    month = r.words.months.get(r.peek())
    r.at += 0 if month is None else 1
    return month


def _second_day(r: Reader) -> int | None:
    """Read the end of "3-9"; a number that has a month or a unit of its own is not meant."""
    start = r.at
    joined = r.join()
    r.skip("the")
    last = r.day_number() if joined else None
    if last is None or r.peek() in r.words.units or (r.peek() in r.words.months and _follows_month(r, start)):
        r.at = start
        return None
    return last


def _follows_month(r: Reader, start: int) -> bool:
    """Tell "March 3 to 9 April", where the second day has its own month, from "3 to 9 April"."""
    return start > 1 and r.tokens[start - 2] in r.words.months


def _dated(r: Reader, month: int, first: int, last: int | None) -> Node:
    name = f"{_month_name(month)} {first}" + (f" to {last}" if last else "")
    if last is not None and last < first:
        raise UnresolvedError(f"{name} ends before it begins")
    start = r.at
    r.skip(",", "of", "in")
    year = r.year()
    if year is None or r.peek() in r.words.units:
        r.at = start
        return _yearly(month, first, last or first, name)
    ends = day_of(year, month, first), day_of(year, month, last or first)
    return _single(ends[0]) if last is None else Days(*ends, "span", f"{name}, {year}", closed=True)


def _yearly(month: int, first: int, last: int, name: str) -> Cycle:
    day_of(2000, month, first), day_of(2000, month, last)  # a leap year has every day that there is

    def at(day: dt.date) -> Ends | None:
        try:
            return dt.date(day.year, month, first), dt.date(day.year, month, last)
        except ValueError:
            return None  # 29 February

    return Cycle("year", "day" if first == last else "span", name, at, closed=first != last)


def month(r: Reader) -> Node | None:
    """Read "March", "March 2027" and "May to July"."""
    first = _month(r)
    if first is None:
        return None
    start = r.at
    joined = r.join()
    last = _month(r) if joined else None
    if joined and (last is None or r.day_number() is not None):
        r.at, last = start, None
    return _months(r, first, last, joined)


def _months(r: Reader, first: int, last: int | None, joined: str) -> Node:
    length = 1 if last is None else (last - first) % _LAST_MONTH + 1
    name = _month_name(first) + (f" {joined} {_month_name(last)}" if last else "")

    def at(day: dt.date) -> Ends:
        return months(dt.date(day.year, first, 1), length)

    unit = "month" if last is None else "either month" if joined == "or" else "span"
    cycle = Cycle("year", unit, name, at, closed=last is not None)  # type: ignore[arg-type]
    start = r.at
    r.skip(",", "of", "in")
    year = r.year()
    if year is None or r.peek() in r.words.units:
        r.at = start
        return cycle
    end = year - 1 if last and last < first else year  # "November to February 2027" begins in 2026
    return Days(*at(dt.date(end, 1, 1)), cycle.unit, f"{name} {year}", closed=cycle.closed)


def _month_name(month: int) -> str:
    return f"{dt.date(2000, month, 1):%B}"


def day_of_month(r: Reader) -> Node | None:
    """Read "the 27th"; a bare number is none."""
    r.skip("the")
    token = r.peek()
    number = r.day_number()
    if number is None or token.isdigit():
        return None

    def at(day: dt.date) -> Ends | None:
        try:
            return (day.replace(day=number),) * 2
        except ValueError:
            return None

    return Cycle("month", "day", f"day {number}", at)


def year(r: Reader) -> Node | None:
    """Read "2027", "2026 to 2030" and "2026-27"."""
    first = r.year()
    if first is None or r.peek() in r.words.units:
        return None
    start = r.at
    joined = r.take(TO)
    token = r.peek()
    last = r.year() if joined else None
    if joined and last is None and token.isdigit() and len(token) == 2 and int(token) > first % 100:  # noqa: PLR2004
        r.at += 1
        last = first // 100 * 100 + int(token)
    if last is None or last < first:
        r.at = start
        return Days(dt.date(first, 1, 1), dt.date(first, 12, 31), "year", f"the year {first}")
    return Days(dt.date(first, 1, 1), dt.date(last, 12, 31), "span", f"{first} to {last}", closed=True)


def decade(r: Reader) -> Node | None:
    """Read "the 2030s"."""
    r.skip("the")
    match = _DECADE.fullmatch(r.peek())
    if match is None or int(match[1]) not in YEARS:
        return None
    r.at += 1
    return Days(*around("decade", dt.date(int(match[1]), 1, 1)), "decade", f"the {match[1]}s")


def holiday(r: Reader) -> Node | None:
    """Read "Christmas", "New Year's Eve"."""
    found = r.take_phrase(r.words.holidays)
    if found is None:
        return None
    month, day = map(int, found[1].split("-"))
    return _yearly(month, day, day, f"{_month_name(month)} {day}")


def season(r: Reader) -> Node | None:
    """Read "spring" in both hemispheres; "fall" is a word of the northern one."""
    r.skip("the")
    name = r.peek()
    if name not in r.words.seasons:
        return None
    r.at += 1
    north, south = r.words.seasons[name]
    return _season(name, north, _season(name, south) if south else None)


def _season(name: str, month: int, other: Cycle | None = None) -> Cycle:
    def at(day: dt.date) -> Ends:
        return months(dt.date(day.year, month, 1), 3)

    return Cycle("year", "season", name, at, other=other)


def _single(day: dt.date) -> Days:
    return Days(day, day, "day", f"{WEEKDAYS[day.weekday()]} {day}")
