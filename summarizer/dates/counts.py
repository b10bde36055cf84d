"""Rules for counted time: "two weeks ago", "in 30 days", "the next few months", "within a month"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from summarizer.dates.calendar import around, moved
from summarizer.dates.nodes import Days, settled
from summarizer.dates.result import Precision, UnresolvedError

if TYPE_CHECKING:
    from summarizer.dates.nodes import Node
    from summarizer.dates.reader import Reader

OTHER_EVENT = "it counts from another event of the story, not from the day of publication"
DURATION = "it says how long, not when"
#: "A few" begins at two, and ends at these; "the coming weeks" end there too.
_MOST = {"day": 7, "hour": 24, "minute": 60}
_MOST_OTHERS = 6
_FEW = 2
_DAYS = frozenset({"day", "hour", "minute"})


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units: least and most, which differ for "a few"."""

    least: int
    most: int
    unit: str
    times: int
    name: str

    def __str__(self) -> str:
        return self.name


def count(r: Reader, *, bare: bool = False) -> Count | None:
    """Read "two weeks", "a few days", "a couple of months"; with `bare`, "weeks" too."""
    start = r.at
    found = _number(r)
    if found is None:
        r.at = start
    r.skip("more", "of")
    plural = r.peek()
    unit = r.words.units.get(plural)
    if unit is None or (found is None and not (bare and plural.endswith("s"))):
        r.at = start
        return None
    r.at += 1
    r.skip("'s", "time")
    name = ("" if found else "some ") + " ".join(r.tokens[start : r.at]).replace(" 's", "").removesuffix(" time")
    least, most = found if found and found[0] else (_FEW if found else 1, _MOST.get(unit[0], _MOST_OTHERS))
    return Count(least * unit[1], most * unit[1], unit[0], unit[1], name)


def _number(r: Reader) -> tuple[int, int] | None:
    """Take a number, (2, 2) for "a couple of", (0, 0) for what has none, such as "several"."""
    phrase = r.take_phrase(r.words.counts)
    if phrase:
        return (_FEW, _FEW) if phrase[1] == "couple" else (0, 0)
    number = r.number()
    joined = r.take("to", "or") if number else ""
    upper = r.number() if joined else number
    return (number, upper) if number and upper and number <= upper else None


def window(r: Reader, kind: str, *, rolls: bool) -> Node | None:
    """Read what follows "the next" or "the past": a count, or one unit, from or to the day of publication."""
    if kind == "this":
        return None
    start = r.at
    counted = count(r, bare=True)
    if counted is None and rolls and (r.lead or kind in {"coming", "past"}):
        counted = _one(r)
    if counted is None or (r.take("of") and not r.done):
        r.at = start
        return None
    day, ahead = r.anchor.day, kind in {"next", "coming"}
    far = moved(day, counted.unit, counted.most if ahead else -counted.most)
    first, last = (day, far) if ahead else (far, day)
    side = "from" if ahead else "up to"
    return Days(first, last, "span", f"{counted} {side} {r.anchor}", closed=True)


def _one(r: Reader) -> Count | None:
    unit = r.words.units.get(r.peek())
    if unit is None:
        return None
    r.at += 1
    return Count(unit[1], unit[1], unit[0], unit[1], f"one {unit[0]}")


def counted(r: Reader) -> Node | None:
    """Read "three days ago", "more than a year ago", "in two weeks", "a month from now", "two weeks from Monday"."""
    hedge = r.take_phrase(r.words.hedges)
    found = count(r, bare=True)
    if found is None:
        return None
    kind = hedge[1] if hedge else "over" if r.lead == "over" else ""
    if r.take("ago", "back"):
        return _at(r, found, -1, kind)
    if r.take("from", "after", "before"):
        back = r.tokens[r.at - 1] == "before"
        if not back and r.take("now"):
            return _at(r, found, 1, kind)
        return _from_day(r, found, -1 if back else 1)
    if r.take("hence") or (r.lead == "in" and not found.name.startswith("some ") and r.done):
        return _at(r, found, 1, kind)
    if found.name.endswith(("later", "earlier")) or r.peek() in r.words.open["story"]:
        raise UnresolvedError(OTHER_EVENT)
    return None


def _at(r: Reader, found: Count, sign: int, hedge: str) -> Days:
    """Place a count: days are exact, of other units the calendar unit is meant."""
    day, words = r.anchor.day, f"{found} {'from' if sign > 0 else 'before'} {r.anchor}"
    near = moved(day, found.unit, sign * found.least)
    far = moved(day, found.unit, sign * found.most)
    if hedge == "over":
        return Days(far if sign > 0 else None, None if sign > 0 else far, "span", f"more than {words}")
    if hedge == "under":
        return Days(min(day, far), max(day, far), "span", f"less than {words}")
    if found.least != found.most:
        return Days(min(near, far), max(near, far), "span", words)
    if hedge == "about" and found.unit in _DAYS:
        return widened(Days(near, near, "day", words))
    unit = "day" if found.unit in _DAYS else found.unit
    return Days(*around(unit, near), cast("Precision", unit), f"the {unit} that lies {words}")


def widened(days: Days) -> Days:
    """Make room around a day that is only about right."""
    if days.unit != "day" or days.first is None or days.last is None:
        return days
    room = dt.timedelta(days=3)
    return replace(days, first=days.first - room, last=days.last + room, unit="days", reading=f"about {days.reading}")


def _from_day(r: Reader, found: Count, sign: int) -> Node | None:
    from summarizer.dates.grammar import joined  # noqa: PLC0415 - the two rules hold each other

    node = joined(r)
    if node is None or node.unit != "day":
        raise UnresolvedError(OTHER_EVENT)
    tense = r.anchor.tense or ("coming" if sign > 0 else None)
    days = settled(node, replace(r.anchor, tense=tense))
    near, far = sorted((found.least * sign, found.most * sign))
    first, last = moved(days.ends[0], found.unit, near), moved(days.ends[1], found.unit, far)
    return Days(
        first, last, "day" if first == last else "span", f"{found} {'after' if sign > 0 else 'before'} {days.reading}"
    )


def within_count(r: Reader) -> Node | None:
    """Read what follows "within": "10 days", "weeks"; everything from the day of publication on."""
    r.take_phrase(r.words.hedges)
    found = count(r, bare=True)
    if found is None:
        return None
    if r.take("of", "after", "from"):
        raise UnresolvedError(OTHER_EVENT)
    day = r.anchor.day
    return Days(day, moved(day, found.unit, found.most), "span", f"{found} from {r.anchor}")
