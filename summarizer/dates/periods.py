"""Rules for weeks, months, quarters and years, and for parts of them: "next week", "the end of March", "Q3"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from summarizer.dates.calendar import Ends, around, half, months, moved, nth, nth_weekday, part
from summarizer.dates.nodes import Anchor, Cycle, Days, mapped, modified, settled

if TYPE_CHECKING:
    from summarizer.dates.nodes import Node
    from summarizer.dates.reader import Reader
    from summarizer.dates.result import Precision

_CODE = re.compile(r"([qh])([1-4])")
_NAMED = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_STEPS = {"next": 1, "last": -1, "this": 0}
_WHOLE = frozenset({"week", "month", "quarter", "half-year", "season", "year", "decade"})
_PARTS = frozenset({"early", "middle", "late", "start", "end"})
_SUNDAY = 6
_HALF = 2


def unit_of(r: Reader) -> str | None:
    """Take a unit of the calendar, in the singular: "week", "quarter", "weekend" is none."""
    found = r.words.units.get(r.peek())
    if found is None or found[1] != 1 or found[0] in {"day", "hour", "minute"} or r.peek().endswith("s"):
        return None
    r.at += 1
    return found[0]


def weekend(r: Reader) -> Node | None:
    """Read "the weekend"."""
    r.skip("the")
    if not r.take("weekend"):
        return None
    return Cycle("week", "weekend", "weekend", partial(around, "weekend"))


def week_of(r: Reader) -> Node | None:
    """Read "the week of March 23"."""
    r.skip("the")
    unit = r.take("week", "weekend")
    if not unit or not r.take("of", "beginning", "starting", "ending"):
        return None
    from summarizer.dates.grammar import joined  # noqa: PLC0415 - the two rules hold each other

    node = joined(r)
    if node is None or node.unit != "day":
        return None
    return mapped(node, cast("Precision", unit), unit, lambda ends: around(unit, ends[0]))


def this_unit(r: Reader) -> Node | None:
    """Read "the week", "the year": the one of the day of publication; a bare "year" is none."""
    the = r.take("the")
    unit = unit_of(r) if the else None
    return None if unit is None else _unit(unit, "this", r.anchor)


def unit_end(r: Reader) -> Node | None:
    """Read "year-end" and "the week's end"."""
    r.take("the")
    unit = unit_of(r)
    r.skip("'s")
    return part_of("end", _unit(unit, "this", r.anchor)) if unit and r.take("end") else None


def after_next(r: Reader) -> Node | None:
    """Read "the week after next" and "the month before last"."""
    r.take("the")
    unit = unit_of(r)
    if unit is None:
        return None
    step = 2 if r.take("after") and r.take("next") else -2 if r.take("before") and r.take("last") else 0
    if not step:
        return None
    ends = around(unit, moved(around(unit, r.anchor.day)[0], unit, step))
    side = "after next" if step > 0 else "before last"
    return Days(*ends, cast("Precision", unit), f"the {unit} {side}, counted from {r.anchor}")


def modified_period(r: Reader) -> Node | None:
    """Read "next week", "last March", "this coming Sunday", "the next two weeks", "the past year"."""
    from summarizer.dates.counts import window  # noqa: PLC0415 - counts build on this module
    from summarizer.dates.grammar import cycle  # noqa: PLC0415

    start = r.at
    the = r.take("the")
    found = r.take_phrase(r.words.modifiers)
    if found is None:
        return None
    words, kind = found
    rolls = bool(the) or words.startswith("the ") or kind in {"coming", "past"}
    rolls = rolls and not (kind == "last" and r.peek() == "quarter")  # as companies report it: the one before this
    counted = window(r, kind, rolls=rolls)
    if counted is not None:
        return counted
    unit = unit_of(r)
    if unit is not None:
        return _unit(unit, kind, r.anchor) if kind in _STEPS and not rolls else None
    node = cycle(r)
    if isinstance(node, Cycle):
        return modified(node, kind, r.anchor)
    r.at = start
    return None


def _unit(unit: str, kind: str, anchor: Anchor) -> Days:
    day = anchor.day
    if unit == "week" and kind == "this" and day.weekday() == _SUNDAY and anchor.tense == "coming":
        return Days(day, day + dt.timedelta(days=6), "week", f"the week that begins on {anchor}")
    ends = around(unit, moved(around(unit, day)[0], unit, _STEPS[kind]))
    which = {"next": f"the {unit} after that", "last": f"the {unit} before that", "this": f"the {unit}"}[kind]
    return Days(*ends, cast("Precision", unit), f"{which} of {anchor}")


def quarter_code(r: Reader) -> Node | None:
    """Read "Q3" and "H1"."""
    match = _CODE.fullmatch(r.peek())
    if match is None or (match[1] == "h" and int(match[2]) > _HALF):
        return None
    r.at += 1
    return _of_year("quarter" if match[1] == "q" else "half-year", int(match[2]))


def _of_year(unit: Precision, number: int) -> Cycle:
    size = 3 if unit == "quarter" else 6
    if number < 0:
        number = 12 // size

    def at(day: dt.date) -> Ends:
        return months(dt.date(day.year, size * (number - 1) + 1, 1), size)

    return Cycle("year", unit, f"{_NAMED[number]} {unit}", at)


def ordinal(r: Reader) -> Node | None:
    """Read "the third quarter", "the first half of July", "the last week of May", "the first Monday in September"."""
    r.skip("the")
    number = r.words.ordinals.get(r.peek())
    if number is None:
        return None
    r.at += 1
    return r.attempt(partial(_half, number=number), partial(_quarter, number=number), partial(_nth, number=number))


def _half(r: Reader, *, number: int) -> Node | None:
    if not r.take("half") or abs(number) > _HALF:
        return None
    asked, number = number, _HALF if number < 0 else number
    whole = _whole(r)
    if whole is None:  # "the last half" without a year is either of two
        return _of_year("half-year", number) if asked > 0 else None
    unit: Precision = "half-year" if whole.unit == "year" else cast("Precision", f"part of {whole.unit}")
    return mapped(whole, unit, f"{_NAMED[number]} half", lambda ends: half(number, ends, whole.unit))


def _quarter(r: Reader, *, number: int) -> Node | None:
    """Read a quarter by its number; "last quarter" is the one before this, unless something is named that it ends."""
    if number > 4 or not r.take("quarter") or (number < 0 and r.peek() not in {"of", "in"}):  # noqa: PLR2004
        return None
    return _of_year("quarter", number)


def _nth(r: Reader, *, number: int) -> Node | None:
    """Read what is counted within a month or another unit that is named behind "of" or "in"."""
    weekday = r.words.weekdays.get(r.peek())
    count = r.number() if weekday is None else None
    unit = "weekend" if r.peek() == "weekend" else r.words.units.get(r.peek(), ("", 0))[0]
    if weekday is None and not unit:
        return None
    name = r.tokens[r.at] if weekday is None else r.tokens[r.at].title()
    r.at += 1
    whole = _whole(r)
    if whole is None:
        return None

    def change(ends: Ends) -> Ends:
        if weekday is not None:
            return (nth_weekday(number, weekday, ends),) * 2
        if unit == "weekend":
            saturday = nth_weekday(number, 5, ends)
            return saturday, saturday + dt.timedelta(days=1)
        return nth(number, count or 1, unit, ends)

    precision = "day" if weekday is not None else unit if count in {None, 1} else "span"
    return mapped(
        whole, cast("Precision", precision), f"{_NAMED[number]} {count or ''} {name}".replace("  ", " "), change
    )


def _whole(r: Reader) -> Node | None:
    """Read the unit that a part is taken of; None where none is named."""
    from summarizer.dates.grammar import joined  # noqa: PLC0415

    start = r.at
    if not r.take("of", "in"):
        return None
    whole = joined(r)
    if whole is None or whole.unit not in _WHOLE:
        r.at = start
        return None
    return whole


def staged(r: Reader) -> Node | None:
    """Read "early next week", "mid-July", "the end of the month", "later this year", "the rest of the week"."""
    from summarizer.dates.grammar import joined  # noqa: PLC0415

    found = r.take_phrase(r.words.stages)
    if found is None:
        r.take("the")
        found = r.take_phrase(r.words.stages)
    if found is None:
        return None
    stage = found[1]
    if stage in {"later", "earlier"} and r.anchor.tense is None:
        r.anchor = replace(r.anchor, tense="coming" if stage == "later" else "past")
    r.skip("of", "in", "on")
    node = joined(r)
    return None if node is None else part_of(stage, node, r.anchor)


def part_of(stage: str, node: Node, anchor: Anchor | None = None) -> Node | None:
    """Take a part of a node; "early" on a day is a time of day, which does not matter."""
    if node.unit in {"day", "either day", "weekend"}:
        return node
    if stage in _PARTS:
        unit = node.unit
        if unit not in _WHOLE:
            return None
        name = {"start": "beginning", "middle": "middle", "end": "end"}.get(stage, f"{stage} part")
        change = partial(part, stage, unit=unit)
        return mapped(node, cast("Precision", f"part of {unit}"), name, change, edge=stage == "end")
    return None if anchor is None else _rest(stage, settled(node, anchor), anchor)


def _rest(stage: str, days: Days, anchor: Anchor) -> Days:
    """Cut "later this year" or "earlier this year" at the day of publication, where it lies within."""
    first, last = days.ends
    if stage == "earlier":
        last = min(last, max(anchor.day, first))
    else:
        first = max(first, min(anchor.day, last))
    unit = f"part of {days.unit}" if days.unit in _WHOLE else "span"
    side = {"earlier": "up to", "later": "from", "rest": "from"}[stage]
    return Days(first, last, cast("Precision", unit), f"{days.reading}, {side} the day of publication")
