"""Places the next steps on a line of days, in parts of its width, so that a drawing of any size can show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from summarizer.render.parts import Item, Time

#: Where the line begins and ends, in per cent: a mark at either end is shown whole.
_LEFT: Final = 2.0
_RIGHT: Final = 98.0
#: A mark of fewer days than this share of the line is as wide as this, in per cent.
_NARROWEST: Final = 1.6
#: Code points of a label; what is longer is shown whole in the list below.
_LONGEST: Final = 44


@dataclass(frozen=True, slots=True)
class Days:
    """A mark on the line, from `left` over `width` in per cent."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One step: its number in the list, its label, and its mark, or two where it is one day or another.

    `is_open` is true where the days have no beginning or no end.
    """

    number: int
    label: str
    marks: tuple[Days, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line of days from `first` to `last`, with a row a step, the earliest first.

    `published` is where the day of publication lies in per cent, None where it is not known. `undated` counts
    the steps that have no days.
    """

    first: dt.date
    last: dt.date
    published: float | None
    rows: tuple[Row, ...]
    undated: int


def timeline(steps: Sequence[Item], published: dt.date | None) -> Timeline | None:
    """Lay out the steps that have days; None where all there is to show is one day."""
    dated = [(number, step.time) for number, step in enumerate(steps, 1) if step.time and any(_ends(step.time))]
    if not dated:
        return None
    days = [day for _, time in dated for day in _ends(time) if day]
    line = _Line(min(days if published is None else [published, *days]), max(days))
    if line.first == line.last:
        return None
    rows = [_row(number, time, line) for number, time in sorted(dated, key=_order)]
    mark = None if published is None or published > line.last else line.place(published)
    return Timeline(line.first, line.last, mark, tuple(rows), len(steps) - len(dated))


@dataclass(frozen=True, slots=True)
class _Line:
    first: dt.date
    last: dt.date

    def place(self, day: dt.date) -> float:
        """Give the place of a day in per cent."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(_LEFT + share * (_RIGHT - _LEFT), 2)

    def mark(self, first: dt.date, last: dt.date) -> Days:
        """Give the mark of some days, wide enough to be seen and within the line."""
        left = self.place(first)
        width = round(max(_NARROWEST, self.place(last) - left), 2)
        return Days(min(left, round(_RIGHT - width, 2)), width)


def _ends(time: Time) -> tuple[dt.date | None, dt.date | None]:
    return time.earliest, time.latest


def _order(step: tuple[int, Time]) -> tuple[dt.date | None, int]:
    number, time = step
    return time.earliest or time.latest, number


def _row(number: int, time: Time, line: _Line) -> Row:
    first, last = time.earliest or line.first, time.latest or line.last
    marks = (line.mark(first, first), line.mark(last, last)) if time.is_either else (line.mark(first, last),)
    return Row(number, "".join(_label(time)), marks, time.earliest is None or time.latest is None)


def _label(time: Time) -> Iterator[str]:
    yield f"{time.days} · "
    room = _LONGEST - len(time.days) - 3
    yield time.phrase if len(time.phrase) <= room else time.phrase[: room - 1].rstrip() + "…"
