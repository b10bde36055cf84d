"""Reads dates that can be read in one way only."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from summarizer.reading.languages import word_lists

_NAME = r"[^\W\d_]{3,12}"
_ISO = r"(?P<iy>\d{4})[-/](?P<im>\d{1,2})[-/](?P<id>\d{1,2})(?!\d)"
_COMPACT = r"(?P<cy>(?:19|20)\d\d)(?P<cm>\d\d)(?P<cd>\d\d)(?!\d)"
_DAY_FIRST = rf"(?P<dd>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?(?P<dm>{_NAME})\.?,?\s+(?:de\s+)?(?P<dy>\d{{4}})"
_MONTH_FIRST = rf"(?P<mm>{_NAME})\.?\s+(?P<md>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<my>\d{{4}})"
_HAN = r"(?P<hy>\d{4})\s*年\s*(?P<hm>\d{1,2})\s*月\s*(?P<hd>\d{1,2})\s*日"
_NUMBERS = r"(?P<n1>\d{1,2})[./](?P<n2>\d{1,2})[./](?P<ny>\d{4})(?!\d)"
_DATE = re.compile(rf"(?<!\d)(?:{_ISO}|{_COMPACT}|{_HAN}|{_DAY_FIRST}|{_MONTH_FIRST}|{_NUMBERS})")
_LONGEST = 120
_LAST_MONTH = 12
#: Nothing was published on the web, or is reported about, outside of these years.
_YEARS = range(1600, 2200)
_ENGLISH_LETTERS = 3

PATTERN = _DATE.pattern


def find_date(text: str) -> dt.date | None:
    """Give the first date in a short text; None for 03/04/2025, which is two dates."""
    found = _DATE.search(text[:_LONGEST])
    if not found:
        return None
    groups = {name: value for name, value in found.groupdict().items() if value is not None}
    if "ny" in groups:
        return _unambiguous(int(groups["n1"]), int(groups["n2"]), int(groups["ny"]))
    year, month, day = (next(v for k, v in groups.items() if k[1] == part) for part in "ymd")
    number = int(month) if month.isdigit() else _month(month)
    return _date(int(year), number, int(day))


def _unambiguous(one: int, other: int, year: int) -> dt.date | None:
    if one <= _LAST_MONTH and other <= _LAST_MONTH and one != other:
        return None
    return _date(year, min(one, other), max(one, other)) if min(one, other) <= _LAST_MONTH else None


def _date(year: int, month: int | None, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day) if month and year in _YEARS else None
    except ValueError:
        return None


def _month(name: str) -> int | None:
    name = name.lower()
    return _months().get(name) or _months().get(name[:_ENGLISH_LETTERS] if name in _short() else "")


@cache
def _short() -> frozenset[str]:
    english = word_lists()["months"]["en"].split()
    return frozenset({month[:_ENGLISH_LETTERS] for month in english} | {"sept"})


@cache
def _months() -> dict[str, int]:
    lists = word_lists()["months"]
    named = {name: i for names in lists.values() for i, name in enumerate(names.split(), 1)}
    return named | {name[:_ENGLISH_LETTERS]: i for i, name in enumerate(lists["en"].split(), 1)}
