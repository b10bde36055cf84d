"""What the words of a time stand for before it is settled which of several days they mean."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from summarizer.dates.calendar import WEEKDAYS, Ends, around, moved
from summarizer.dates.result import Precision, UnresolvedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from summarizer.dates.tense import Tense

NO_ANCHOR = "it counts from the day of publication, which is not known"
_OLD_NEWS = dt.timedelta(days=7)  # a report of Monday may tell of "will" and mean last Friday's date


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day of publication and the tense at the phrase, as far as they are known."""

    published: dt.date | None
    tense: Tense | None

    @property
    def day(self) -> dt.date:
        """The day of publication; UnresolvedError without one."""
        if self.published is None:
            raise UnresolvedError(NO_ANCHOR)
        return self.published

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.day.weekday()]} {self.day}"


@dataclass(frozen=True, slots=True)
class Days:
    """Days that are settled. `edge` marks the end of something: what is before it may still be on it."""

    first: dt.date | None
    last: dt.date | None
    unit: Precision
    reading: str
    edge: bool = False
    closed: bool = False

    @property
    def ends(self) -> Ends:
        """The first and the last day; UnresolvedError where one is open."""
        if self.first is None or self.last is None:
            raise UnresolvedError("it says neither when that begins nor when it ends")
        return self.first, self.last


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days that come again in every week, month or year: "Friday", "March", "the third quarter".

    `at` gives those of the period that a day lies in, or None where it has none. `other` is the same word's
    cycle in the other hemisphere. `whole` asks for all of it to lie ahead, or behind.
    """

    period: str
    unit: Precision
    name: str
    at: Callable[[dt.date], Ends | None]
    other: Cycle | None = None
    edge: bool = False
    closed: bool = False
    whole: bool = False

    def near(self, day: dt.date) -> list[Ends]:
        """Give the occurrences of the period around a day and of its neighbours, in order."""
        found = (self.at(moved(_head(self.period, day), self.period, step)) for step in (-1, 0, 1))
        return [ends for ends in found if ends is not None]


Node = Days | Cycle


def _head(period: str, day: dt.date) -> dt.date:
    return around(period, day)[0]


def mapped(node: Node, unit: Precision, name: str, change: Callable[[Ends], Ends], *, edge: bool = False) -> Node:
    """Put a part of a node in its place, such as the end of each March for March."""
    if isinstance(node, Days):
        first, last = change(node.ends)
        return Days(first, last, unit, f"the {name} of {node.reading}", edge=edge)
    inner = node.at

    def at(day: dt.date) -> Ends | None:
        ends = inner(day)
        return change(ends) if ends else None

    other = mapped(node.other, unit, name, change, edge=edge) if node.other else None
    return replace(node, unit=unit, name=f"{name} of {node.name}", at=at, other=cast("Cycle | None", other), edge=edge)


def settled(node: Node, anchor: Anchor) -> Days:
    """Choose the occurrence that a node means by the tense, or by nearness where no word tells it."""
    if isinstance(node, Days):
        return node
    if node.other:
        return both(settled(replace(node, other=None), anchor), settled(node.other, anchor))
    found = node.near(anchor.day)
    if not found:
        raise UnresolvedError("no year around the day of publication has such a day")
    if anchor.tense == "past":
        return _of(node, _latest(node, found, anchor.day), f"the latest {node.name} up to {anchor}")
    if anchor.tense == "coming":
        return _of(node, _earliest(node, found, anchor.day), f"the nearest {node.name} from {anchor} on")
    return _untold(node, found, anchor)


def both(north: Days, south: Days) -> Days:
    """Join what a season means in the two hemispheres."""
    (one, two), (three, four) = north.ends, south.ends
    reading = f"{north.reading}, in the northern or in the southern hemisphere"
    return Days(min(one, three), max(two, four), north.unit, reading)


def _untold(node: Cycle, found: list[Ends], anchor: Anchor) -> Days:
    day = anchor.day
    if node.unit == "day" and node.period == "week":
        before, behind = _latest(node, found, day), _earliest(node, found, day)
        if before == behind:
            return _of(node, before, f"the {node.name} of the day of publication")
        reading = f"the last or the coming {node.name} from {anchor}; no word tells which"
        return Days(before[0], behind[1], "either day", reading)
    if node.unit == "weekend":
        is_past = day.weekday() <= 2  # noqa: PLR2004 - up to Wednesday news is of the weekend before
        chosen = _latest(node, found, day) if is_past else _earliest(node, found, day)
        return _of(node, chosen, f"the {node.name} nearest to {anchor}")
    return _of(node, min(found, key=lambda ends: _distance(ends, day)), f"the {node.name} nearest to {anchor}")


def _of(node: Cycle, ends: Ends, reading: str) -> Days:
    return Days(*ends, node.unit, reading, edge=node.edge, closed=node.closed)


def _latest(node: Cycle, found: list[Ends], day: dt.date) -> Ends:
    begun = [ends for ends in found if ends[1 if node.whole else 0] <= day]
    return begun[-1] if begun else found[0]


def _earliest(node: Cycle, found: list[Ends], day: dt.date) -> Ends:
    grace = _OLD_NEWS if node.period == "year" and node.unit == "day" else dt.timedelta()
    ahead = [ends for ends in found if ends[0 if node.whole else 1] >= day - grace]
    return ahead[0] if ahead else found[-1]


def _distance(ends: Ends, day: dt.date) -> int:
    return max((ends[0] - day).days, (day - ends[1]).days, 0)


def within(node: Cycle, frame: Days) -> Days:
    """Give the occurrence of a cycle in the days that frame it, such as Thursday in next week.

    UnresolvedError where the frame holds several, or where the two disagree.
    """
    if node.other:
        return both(within(replace(node, other=None), frame), within(node.other, frame))
    first, last = frame.ends
    if around(node.period, first) == (first, last):
        found = [node.at(first)]
    elif last - first > dt.timedelta(days=8) and last > around(node.period, first)[1]:
        raise UnresolvedError(f"{frame.reading} has more than one {node.name}")
    else:
        found = [ends for ends in (node.at(first), node.at(last)) if ends and ends[0] <= last and ends[1] >= first]
    if not found or found[0] is None:
        raise UnresolvedError(f"{node.name} is not in {frame.reading}: the two disagree")
    chosen = _of(node, found[0], f"{node.name} within {frame.reading}")
    return frame if found[0][0] < first and found[0][1] >= last else chosen


def agreeing(date: Cycle, weekday: Cycle) -> Cycle:
    """Join a date without its year and a weekday: only years in which they agree count."""

    def at(day: dt.date) -> Ends | None:
        ends = date.at(day)
        return ends if ends and weekday.at(ends[0]) == ends else None

    return replace(date, name=f"{weekday.name}, {date.name}", at=at)


def modified(node: Cycle, modifier: str, anchor: Anchor) -> Days:
    """Read "next", "last", "this", "coming" or "past" before a cycle (the rule is in docs/dates.md)."""
    if node.other:
        return both(modified(replace(node, other=None), modifier, anchor), modified(node.other, modifier, anchor))
    found = node.near(anchor.day)
    if modifier == "this":
        return _this(node, found, anchor)
    ahead = modifier in {"next", "coming"}
    rest = [ends for ends in found if (ends[0] > anchor.day if ahead else ends[1] < anchor.day)]
    if not rest:
        raise UnresolvedError("no year around the day of publication has such a day")
    nearest = rest[0] if ahead else rest[-1]
    side = "coming" if ahead else "last"
    if modifier in {"coming", "past"}:
        return _of(node, nearest, f"the {side} {node.name} from {anchor}")
    return _next_or_last(node, nearest, side, anchor)


def _next_or_last(node: Cycle, nearest: Ends, side: str, anchor: Anchor) -> Days:
    step = 1 if side == "coming" else -1
    other = node.at(moved(_head(node.period, anchor.day), node.period, step)) or nearest
    after = "after" if step > 0 else "before"
    named = f"the {node.name} of the {node.period} {after} that of {anchor}"
    if other == nearest or _is_beside(nearest, node, anchor.day):
        return _of(node, other, named)
    first, last = (nearest[0], other[1]) if step > 0 else (other[0], nearest[1])
    precision = cast("Precision", f"either {node.unit}") if node.unit in {"day", "weekend", "month"} else "span"
    return Days(first, last, precision, f"{named}, or the {side} one")


def _is_beside(ends: Ends, node: Cycle, day: dt.date) -> bool:
    """Tell whether it is so near that another word would stand for it: tomorrow, last month."""
    if node.period != "year" or node.unit == "day":
        return -1 <= (ends[0] - day).days <= 1 or (ends[1] - day).days == -1
    return abs((ends[0].year - day.year) * 12 + ends[0].month - day.month) == 1


def _this(node: Cycle, found: list[Ends], anchor: Anchor) -> Days:
    day = anchor.day
    here = node.at(_head(node.period, day))
    if here and not (anchor.tense == "past" and here[0] > day) and not (anchor.tense == "coming" and here[1] < day):
        return _of(node, here, f"the {node.name} of the {node.period} of {anchor}")
    chosen = _latest(node, found, day) if anchor.tense == "past" else _earliest(node, found, day)
    return _of(node, chosen, f"the {node.name} nearest to {anchor}")
