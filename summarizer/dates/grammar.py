"""The order in which the rules are tried, and how two times beside each other are joined into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.dates import counts, periods, points
from summarizer.dates.nodes import Cycle, Days, agreeing, within

if TYPE_CHECKING:
    from summarizer.dates.nodes import Node
    from summarizer.dates.reader import Reader

#: What can stand behind "next" or "last" and comes again.
_CYCLES = (
    points.weekday,
    points.month_day,
    points.day_month,
    points.month,
    points.holiday,
    points.season,
    periods.weekend,
    periods.quarter_code,
)
_RULES = (
    points.fixed_day,
    points.iso_day,
    points.numbers_day,
    periods.staged,
    points.holiday,
    periods.after_next,
    periods.week_of,
    periods.unit_end,
    counts.counted,
    periods.ordinal,
    periods.modified_period,
    points.weekday,
    points.month_day,
    points.day_month,
    points.month,
    points.day_of_month,
    points.year,
    points.decade,
    points.season,
    periods.weekend,
    periods.quarter_code,
    periods.this_unit,
)
_MOST_JOINED = 3
#: Keeps the work for a hostile phrase linear; no newspaper nests deeper.
_DEEPEST = 4


def cycle(r: Reader) -> Node | None:
    """Read what comes again, without what stands before or behind it."""
    return r.attempt(*_CYCLES)


def node(r: Reader) -> Node | None:
    """Read one time, with words around it that name a part of a day."""
    start = r.at
    r.skip("the", *r.words.fillers)
    if r.at > start and not r.take("of", "on"):
        r.at = start
    found = r.attempt(*_RULES)
    if found is not None and found.unit in {"day", "either day", "weekend"}:
        r.skip(*r.words.fillers)
    r.skip("'s")
    return found


def joined(r: Reader) -> Node | None:
    """Read a time and those that narrow it: "Friday, March 27", "May of last year", "next month on August 2"."""
    if r.depth >= _DEEPEST:
        return None
    r.depth += 1
    found = _row(r)
    r.depth -= 1
    return found


def _row(r: Reader) -> Node | None:
    found = node(r)
    for _ in range(_MOST_JOINED):
        if found is None or r.done:
            return found
        start = r.at
        r.skip(",", "of", "in", "on", "during")
        more = node(r)
        both = None if more is None else _joined(found, more)
        if both is None:
            r.at = start
            return found
        found = both
    return found


def _joined(one: Node, other: Node) -> Node | None:
    if isinstance(one, Cycle) and isinstance(other, Days):
        return within(one, other)
    if isinstance(one, Days) and isinstance(other, Cycle):
        return within(other, one)
    if isinstance(one, Days) or isinstance(other, Days):
        return None
    dates = [cycle for cycle in (one, other) if cycle.period == "year" and cycle.unit == "day"]
    weekdays = [cycle for cycle in (one, other) if cycle.period == "week" and cycle.unit == "day"]
    return agreeing(dates[0], weekdays[0]) if dates and weekdays else None
