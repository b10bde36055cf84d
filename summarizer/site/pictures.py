"""Turns the time line into numbers that a template can draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.site.stepping import label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from summarizer.site.timeline import Bar, Timeline, Unit

#: Sizes in pixels: of the whole, of the numbers on the left, of the words below.
_WIDTH, _HEIGHT, _LEFT, _BELOW = 960, 200, 34, 24
_SURE = frozenset({"scheduled", "planned"})
_TICKS = 6


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar: where it stands and how high its two parts are, in pixels, and what it says and leads to."""

    x: float
    slot: float
    width: float
    sure: float
    unsure: float
    count: int
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture, with its number."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Words below the axis."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The time line as it is drawn; `mark` is where the newest article stands."""

    width: int
    height: int
    left: int
    floor: int
    label: str
    bars: tuple[DrawnBar, ...]
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    mark: float | None


def bars(
    line: Timeline,
    newest: dt.date | None,
    *,
    links: Mapping[dt.date, str] | None = None,
    width: int = _WIDTH,
    height: int = _HEIGHT,
) -> Bars:
    """Draw the time line; a bar leads where `links` says, by the first day of its stretch of time."""
    floor, slot = height - _BELOW, (width - _LEFT) / len(line.bars)
    scale = _Scale(slot, (floor - 8) / max(line.highest, 1), line.unit)
    xs = [round(_LEFT + place * slot, 1) for place in range(len(line.bars))]
    drawn = tuple(_bar(bar, x, scale, links or {}) for bar, x in zip(line.bars, xs, strict=True))
    total = sum(bar.count for bar in drawn)
    step = max(1, -(-len(xs) // _TICKS))
    return Bars(
        width=width,
        height=height,
        left=_LEFT,
        floor=floor,
        label=f"{total:,} next steps with a day, by {line.unit}, from {_named(line.bars[0], line.unit)} on",
        bars=drawn,
        lines=tuple(Line(round(floor - n * scale.step, 1), f"{n:,}") for n in _levels(line.highest)),
        ticks=tuple(
            Tick(round(x + slot / 2, 1), _short(bar, line.unit), "middle" if 0 < place < len(xs) - 1 else _end(place))
            for place, (bar, x) in enumerate(zip(line.bars, xs, strict=True))
            if place % step == 0
        ),
        mark=_mark(line, xs, slot, newest),
    )


def _end(place: int) -> str:
    return "start" if place == 0 else "end"


@dataclass(frozen=True, slots=True)
class _Scale:
    """How wide a bar's place is, how high one step, and what a bar stands for."""

    slot: float
    step: float
    unit: Unit


def _bar(bar: Bar, x: float, scale: _Scale, links: Mapping[dt.date, str]) -> DrawnBar:
    sure = sum(1 for step in bar.steps if step.certainty in _SURE)
    count = len(bar.steps)
    noun = "step" if count == 1 else "steps"
    words = f"{_named(bar, scale.unit)}: {count:,} {noun}, {sure:,} of them scheduled or planned"
    return DrawnBar(
        x=x,
        slot=round(scale.slot, 1),
        width=round(max(scale.slot - 2, 1), 1),
        sure=round(sure * scale.step, 1),
        unsure=round((count - sure) * scale.step, 1),
        count=count,
        label=words,
        link=_link(bar, links),
    )


def _link(bar: Bar, links: Mapping[dt.date, str]) -> str:
    """Give the first link of the stretch; the bars at the ends hold many stretches."""
    if not bar.beyond:
        return links.get(bar.first, "")
    return next((links[day] for day in sorted(links) if bar.first <= day <= bar.last), "")


def _named(bar: Bar, unit: Unit) -> str:
    if not bar.beyond:
        return label(bar.first, unit)
    return f"Before {bar.last}" if bar.first.year == 1 else f"After {bar.first}"


def _short(bar: Bar, unit: Unit) -> str:
    if bar.beyond:
        return "before" if bar.first.year == 1 else "after"
    written = bar.first.isoformat()
    return {"day": written, "week": written, "month": written[:7], "quarter": written[:7], "year": written[:4]}[unit]


def _levels(highest: int) -> list[int]:
    """Give one or two round numbers for the lines across."""
    size = 10 ** (len(str(highest)) - 1)
    top = highest // size * size
    return [top // 2, top] if top > 1 and top % 2 == 0 else [top]


def _mark(line: Timeline, xs: Sequence[float], slot: float, newest: dt.date | None) -> float | None:
    if newest is None:
        return None
    for bar, x in zip(line.bars, xs, strict=True):
        if bar.first <= newest <= bar.last and not bar.beyond:
            days = (bar.last - bar.first).days + 1
            return round(x + slot * (newest - bar.first).days / days, 1)
    return None
