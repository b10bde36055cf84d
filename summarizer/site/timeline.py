"""Sorts next steps into days, weeks, months or years, as few bars as a picture can show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.site.digest import Step

Unit = Literal["day", "week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")
#: More bars than these cannot be told apart, or hit with a finger.
MOST = 48
#: One step in so many, at either end, may not stretch the picture for all others; of few steps none.
_STRAY, _FEW = 100, 8
_FIRST, _LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)


@dataclass
class Bar:
    """One bar: the days it stands for, and the steps that begin in them."""

    first: dt.date
    last: dt.date
    steps: list[Step] = field(default_factory=list)
    #: True of the two bars at the ends, which hold all that lies beyond.
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars in order, without gaps, and what one of them stands for."""

    unit: Unit
    bars: tuple[Bar, ...]

    @property
    def highest(self) -> int:
        """The number of steps in the fullest bar."""
        return max((len(bar.steps) for bar in self.bars), default=0)


def timeline(steps: Sequence[Step]) -> Timeline | None:
    """Sort the steps that have a day into bars; None where none has one."""
    dated = sorted((step for step in steps if step.day), key=_order)
    if not dated:
        return None
    days = [step.day or _FIRST for step in dated]
    stray = 1 + len(days) // _STRAY if len(days) > _FEW else 0
    unit, first, last = _fitting(days[stray], days[-1 - stray])
    bars = [Bar(start, _before(_next(start, unit))) for start in _starts(first, last, unit)]
    before, after = Bar(_FIRST, _before(first), beyond=True), Bar(_after(bars[-1].last), _LAST, beyond=True)
    _fill([before, *bars, after], dated)
    return Timeline(unit, tuple(bar for bar in (before, *bars, after) if bar.steps or not bar.beyond))


def _order(step: Step) -> tuple[dt.date, dt.date, str, str]:
    return step.day or _LAST, step.latest or _LAST, step.row.title, step.text


def _fill(bars: Sequence[Bar], steps: Sequence[Step]) -> None:
    place = iter(bars)
    bar = next(place)
    for step in steps:
        while (step.day or _LAST) > bar.last:
            bar = next(place)
        bar.steps.append(step)


def _fitting(first: dt.date, last: dt.date) -> tuple[Unit, dt.date, dt.date]:
    """Give the finest unit that needs few enough bars; of too many years the last ones."""
    for unit in UNITS:
        start, end = start_of(first, unit), start_of(last, unit)
        if sum(1 for _ in zip(range(MOST + 1), _starts(start, end, unit), strict=False)) <= MOST:
            return unit, start, end
    return "year", start_of(dt.date(last.year - MOST + 1, 1, 1), "year"), start_of(last, "year")


def _starts(first: dt.date, last: dt.date, unit: Unit) -> Iterator[dt.date]:
    start = first
    while True:
        yield start
        following = _next(start, unit)
        if following > last or following <= start:
            return
        start = following


def start_of(day: dt.date, unit: Unit) -> dt.date:
    """Give the first day of the unit that a day lies in; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return dt.date.fromordinal(max(day.toordinal() - day.weekday(), 1))
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return day.replace(month=month, day=1)


def _next(start: dt.date, unit: Unit) -> dt.date:
    """Give the first day of the unit that follows, or the last day that there is."""
    if unit in {"day", "week"}:
        return dt.date.fromordinal(min(start.toordinal() + (1 if unit == "day" else 7), _LAST.toordinal()))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    years, month = divmod(start.month - 1 + months, 12)
    return dt.date(start.year + years, month + 1, 1) if start.year + years <= _LAST.year else _LAST


def _before(day: dt.date) -> dt.date:
    return dt.date.fromordinal(max(day.toordinal() - 1, 1)) if day != _LAST else _LAST


def _after(day: dt.date) -> dt.date:
    return dt.date.fromordinal(min(day.toordinal() + 1, _LAST.toordinal()))
